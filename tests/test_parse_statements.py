"""Statements: lines, declarations, definitions, goals and directives."""

from __future__ import annotations

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.shape import SCALAR, words
from mkdocs_matcalc.parse import parse
from mkdocs_matcalc.parse.lexer import lines

LET = "let A in R^{n x n}, x, y, x1, x2 in R^n, t, r, λ in R\n"


def goal(text):
    return parse(LET + text).goals[-1]


# -- lines


@pytest.mark.parametrize(
    "text",
    [
        "f = (x'\n  x)",
        "f = x' +\n\n  # comment\n  x'",
        "f =\n x",
        "f = [r,\n t]",
        "let z,\n w in R^n",
        "f = x' # comment",
        "f = x .*\n y",
    ],
)
def test_a_statement_goes_on_after_an_operator_and_in_a_bracket(text):
    assert len([line for line in lines(text) if line.tokens]) == 1


@pytest.mark.parametrize("text", ["f = x'\nd/dx f", "f = x\ng = y", "f = ||x||\ng = y", "label: a\nf = x"])
def test_a_statement_ends_with_its_line(text):
    assert len(lines(text)) == 2


def test_carriage_returns_and_other_spaces_are_spaces():
    assert goal("d/dx\u00a0x'\tx\r\n").expr == goal("d/dx x' x").expr


@pytest.mark.parametrize("end", ["", "\n", "  ", "\t\n  ", "\u00a0", "\u1680", "\r\n"])
def test_space_at_the_end_is_nothing(end):
    assert goal("d/dx x' x" + end).expr == goal("d/dx x' x").expr


def test_comments_and_order_do_not_matter():
    one = parse("# a\n\nd/dx x' A x # b\nlabel: q\nlet A in R^{n x n}\nlet x in R^n")
    assert one.goals[0].expr == goal("d/dx x' A x").expr
    assert one.directives == {"label": "q"}


# -- declarations


@pytest.mark.parametrize(
    ("space", "shape"),
    [
        ("R", "a scalar"), ("ℝ", "a scalar"), ("R^n", "a column of n"), ("R^3", "a column of 3"), ("R³", "a column of 3"), ("R^{n}", "a column of n"),
        ("R^{m x n}", "m x n"), ("R^(m x n)", "m x n"), ("R^{m×n}", "m x n"), ("ℝ^{2×3}", "2 x 3"), ("R^{2x3}", "2 x 3"), ("R^{2xn}", "2 x n"),
        ("R^{1 x n}", "a row of n"), ("R^{n x 1}", "a column of n"), ("R^{1 x 1}", "a scalar"), ("R^1", "a scalar"), ("R^{x x x}", "x x x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", ["in", ":", "∈"])
def test_spaces(space, shape, sign):
    assert words(parse(f"let q {sign} {space}\nd/dq q").symbols["q"].shape) == shape


def test_attributes_belong_to_their_group():
    symbols = parse(
        "let A, B in R^{n x n} symmetric positive, C: R^{n x n}, x in R^n positive, t in R positive\nd/dx x"
    ).symbols
    assert {k: set(s.attributes) for k, s in symbols.items()} == {
        "A": {"symmetric", "positive"}, "B": {"symmetric", "positive"}, "C": set(), "x": {"positive"}, "t": {"positive"},
    }  # fmt: skip


def test_functions():
    functions = parse(
        "let s, u: elementwise, l: R^k -> R, g: R^n → R^m, F: R -> R^{m x n}, h: R^n, R^{p x q} -> R, q: R, R -> R, x in R\nd/dx x"
    ).functions
    assert functions["s"] is None
    assert functions["u"] is None
    assert [words(s) for s in functions["h"].takes] == ["a column of n", "p x q"]
    assert words(functions["F"].gives) == "m x n"
    assert functions["q"].takes == (SCALAR, SCALAR)
    assert functions["l"].name == "l"


def test_R_is_a_space_only_where_a_space_stands():
    problem = parse("let R in R^{m x m}, x in R, K: R, e, d, T in R\nd/dK K R + d e T R")
    assert words(problem.symbols["R"].shape) == "m x m"
    assert list(problem.symbols) == ["R", "x", "K", "e", "d", "T"]


def test_symbols_come_in_order_of_appearance():
    assert list(parse("f = y' B x\nlet x in R^n\ndf/dx").symbols) == ["y", "B", "x"]


# -- definitions


def test_definitions_are_named_intermediates():
    problem = parse(LET + "z = A x\nf(x) = z' z\ng = 2 f(x) + f\ndg/dx")
    assert list(problem.definitions) == ["z", "f", "g"]
    assert problem.goals[0].name == "g"
    assert problem.goals[0].expr == problem.definitions["g"]
    assert problem.definitions["f"].varies == {"x", "A", "z", "f"}


def test_a_defined_name_before_a_bracket_is_a_factor():
    assert parse(LET + "q = 2 t\nd/dt q (t + 1)").goals[0].expr == parse(LET + "q = 2 t\nd/dt q*(t + 1)").goals[0].expr


def test_the_argument_of_a_constant_definition_is_a_variable():
    assert parse("f(x) = 7\nlet x in R\ndf/dx").goals[0].variables[0].name == "x"
    assert list(parse("f(x) = 7\ndf/dx").symbols) == ["x"]


# -- goals


@pytest.mark.parametrize(
    ("text", "kind", "variables"),
    [
        ("d/dx x' x", "derivative", "x"), ("∂/∂x x' x", "derivative", "x"), ("d/d x x' x", "derivative", "x"), ("d/dλ λ^2", "derivative", "lambda"),
        ("∂/∂λ λ^2", "derivative", "lambda"), ("d/dx, d/dy x' y", "derivative", "x y"), ("f = x' y\ndf/dx, df/dy", "derivative", "x y"),
        ("f = x' y\n∂f/∂x", "derivative", "x"), ("f = x' y\nd f/dx", "derivative", "x"), ("d = t^2\ndd/dt", "derivative", "t"),
        ("d2/dx2 x' x", "second", "x x"), ("d^2/dx^2 x' x", "second", "x x"), ("∂²/∂x² x' x", "second", "x x"), ("∂2/∂x2 x' x", "second", "x x"),
        ("f = x' x\nd2f/dx2", "second", "x x"), ("f = x' x\nd^2f/dx^2", "second", "x x"), ("f = x' x\n∂²f/∂x²", "second", "x x"), ("f = x' x\nd2 f/dx2", "second", "x x"),
        ("d2/dx dy x' y", "second", "x y"), ("f = x' y\nd2f/dx dy", "second", "x y"), ("f = x' y\n∂²f/∂x ∂y", "second", "x y"),
        ("d2/dt2 det(A + t A)", "second", "t t"), ("d2/dt2 dot(x, y) t", "second", "t t"), ("d2/dx1 dx2 x1' x2", "second", "x1 x2"),
        ("d2/dx2 dx1 x1' x2", "second", "x2 x1"), ("d2/dx22 x2' x2", "second", "x2 x2"),
        ("differential x' A x wrt x, A", "differential", "x A"), ("differential A x wrt x", "differential", "x"),
        ("d/d(r, t) [r cos(t), r sin(t)]", "components", "r t"), ("det d/d(r, t) [r cos(t), r sin(t)]", "determinant", "r t"),
        ("f = [r, t]\ndf/d(r,t)", "components", "r t"), ("f(r, t) = [r, t]\ndet ∂f/∂(r, t)", "determinant", "r t"), ("d/dr [r, r^2]", "components", "r"),
        ("d/d(r, t) r^2 t", "components", "r t"),
    ],
)  # fmt: skip
def test_goals(text, kind, variables):
    found = goal(text)
    assert (found.kind, " ".join(v.name for v in found.variables)) == (kind, variables)


ON_ONE_LINE = [
    ("df/dx, d2f/dx2", ["df/dx", "d2f/dx2"]),
    ("d2f/dx2, df/dx", ["d2f/dx2", "df/dx"]),
    ("df/dx, df/dy, d2f/dx2, d2f/dx dy, df/dy", ["df/dx, df/dy", "d2f/dx2", "d2f/dx dy", "df/dy"]),
    ("∂²f/∂x∂y, ∂²f/∂y²", ["∂²f/∂x∂y", "∂²f/∂y²"]),
    ("d^2f/dx^2, df/dx", ["d^2f/dx^2", "df/dx"]),
]


@pytest.mark.parametrize(("line", "goals"), ON_ONE_LINE)
def test_first_and_second_derivatives_share_a_line(line, goals):
    """Each is the goal that it would be on a line of its own; neighbours of the first order have one differential."""
    found = parse(f"{LET}f = x' A y + x' x\n{line}").goals
    apart = parse(f"{LET}f = x' A y + x' x\n" + "\n".join(goals)).goals
    assert [(g.kind, g.text, g.variables, g.expr) for g in found] == [
        (g.kind, g.text, g.variables, g.expr) for g in apart
    ]
    whole = parse(f"{LET}{line.replace('f/', '/')} x' A y + x' x").goals
    assert [(g.kind, g.variables) for g in whole] == [(g.kind, g.variables) for g in apart]


def test_mixed_goals_of_undeclared_names():
    assert [v.name for v in parse("d2/dx dy x' A y").goals[0].variables] == ["x", "y"]
    assert [v.name for v in parse("d2/dt2 det(A) t").goals[0].variables] == ["t", "t"]
    assert [v.name for v in parse("d2/dx1 dx2 x1' A x2").goals[0].variables] == ["x1", "x2"]


def test_components_are_rows():
    assert [len(row) for row in goal("d/dr [r, t; r, t; t, t]").components] == [2, 2, 2]
    assert [len(row) for row in goal("d/dr [r, t]").components] == [1, 1]
    assert [len(row) for row in goal("d/dr [r; t]").components] == [1, 1]


def test_the_text_of_a_goal_is_one_line():
    assert goal("d/dx   x' A +  # why\n   y'  ").text == "d/dx x' A + y'"


def test_names_like_differentials():
    problem = parse("let d, dx in R, x in R^n\nd/dd d dx + ||x||\nd/ddx d dx")
    assert [v.name for g in problem.goals for v in g.variables] == ["d", "dx"]
    problem = parse("let W1 in R^{m x n}, theta in R^n, y in R^m\nL = ||W1 theta - y||^2\ndL/dW1\ndL/dtheta")
    assert [v.name for g in problem.goals for v in g.variables] == ["W1", "theta"]


def test_a_variable_that_does_not_occur_must_be_declared():
    assert goal("d/dx y' y").variables[0].name == "x"
    assert goal("d/dx 7").variables[0].name == "x"
    with pytest.raises(DeriveError):
        parse("z = w' w\nd/dw 7")


# -- directives


def test_directives():
    text = "label: ls\nlayout: mixed\nstyle : chain\nnumber: all\ntitle: It's a norm: ||x   # comment\nshow: source,  code\nstructured: true\nd/dx x"
    assert parse(text).directives == {
        "label": "ls", "layout": "mixed", "style": "chain", "number": "all", "title": "It's a norm: ||x", "show": "source, code", "structured": "true",
    }  # fmt: skip
