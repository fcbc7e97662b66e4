"""A true block passes wherever the check draws its points, whatever its words are."""

import pytest

from mkdocs_matcalc.engine.goals import derivations
from mkdocs_matcalc.parse import parse
from mkdocs_matcalc.pipeline import certify, derive, reading

HEAD = "let x, y, z, a, b, c in R\n"
#: Explicit components and others with quotients, roots and logarithms: most points lie near a pole, or have no value.
NARROW = {
    "camera": "let f_x, f_y, c_x, c_y, u, v, X, Y, Z in R\n"
    "e = [u - (f_x X/Z + c_x), v - (f_y Y/Z + c_y)]\nde/d(X, Y, Z)",
    "root": HEAD + "d/d(x, y) [sqrt(x), y]",
    "Box and Muller": HEAD + "g = [sqrt(-2 log(x)) cos(2 pi y), sqrt(-2 log(x)) sin(2 pi y)]\ndet dg/d(x, y)",
    "polar": HEAD + "g = [sqrt(x^2 + y^2), arctan(y/x)]\ndet dg/d(x, y)",
    "quotients": HEAD + "d/d(x, y) [log(x/y), x/(x - y), sqrt(x y)]",
    "differences of roots": HEAD + "d/d(x, y, z) [sqrt(x - y), log(y - z), (x - z)/(x + z)]",
    "poles of a fraction": HEAD + "det d/d(x, y) [x/(x^2 - y), y/(x - y^2)]",
    "tangents": HEAD + "d/d(x, y) [tan(x y), tan(x)/y]",
    "arcs": HEAD + "d/d(x, y) [arcsin(x/y), arccos(x y)]",
    "powers": HEAD + "d/d(x, y) [x^y, (x - y)^(1/3), x^(-3/2)]",
    "scalars alone": HEAD + "d/dx log(x - y)/(x - z) + sqrt(x - a)",
    "a Hessian": HEAD + "d2/dx2 log(x - y)/(x - z)",
    "vectors": "let u, v in R^n, c in R\nd/du log(u - v) ./ u\nd/du sqrt(c - u' v)/(u' u - 1)",
    "by components": "style: index\nlet u, v in R^n\nd/du sum(v ./ u) + log(u' v)",
    "through fractions": "style: chain\nlet u, v in R^n\ns = u' v\nd/du log(s)/(s - 1)",
}


@pytest.mark.parametrize("block", NARROW.values(), ids=NARROW)
def test_a_title_decides_nothing(block):
    first = [d.check for d in derive(f"title: one\n{block}")]
    assert [d.check for d in derive(f"title: two\nlabel: q\n{block} # three")] == first


@pytest.mark.parametrize("block", NARROW.values(), ids=NARROW)
def test_it_passes_wherever_points_are_drawn(block):
    problem = parse(block)
    for goal in problem.goals:
        for d in derivations(problem, goal, "numerator", problem.directives.get("style", "differential")):
            for seed in range(1, 21):
                certify(d, goal.span, reading(problem, goal, d), seed=seed)
