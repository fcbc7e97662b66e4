"""What stands below a derivation: how a function is meant, and where the result holds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.check.columns import entry_function
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.sample import MOODS, draw
from mkdocs_matcalc.engine.bounds import bounds
from mkdocs_matcalc.expr.atoms import Sym
from mkdocs_matcalc.expr.scalar import Entry
from mkdocs_matcalc.expr.shape import SCALAR
from mkdocs_matcalc.functions.table import TABLE
from mkdocs_matcalc.parse import parse

OF_MATRICES = [row for row in TABLE if row.of_matrix[0]]


def remarks(block: str) -> list[list[str]]:
    """The remarks of each derivation of a block."""
    return [d.to_dict()["remarks"] for d in derive(block)]


# -- functions of entries ---------------------------------------------------------------------------------


def test_what_has_a_function_of_matrices_beside_it():
    assert {"exp", "log", "sqrt", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh"} <= {
        row.name for row in OF_MATRICES
    }


@pytest.mark.parametrize("row", OF_MATRICES, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "block",
    [
        "let X in R^{n x n}, t in R\nd/dt {f}(t X)",
        "let X in R^{n x n}\nd/dX tr({f}(X))",
        "let X in R^{n x n}\nY = {f}(X)\nd/dX tr(X Y)",
        "let X in R^{n x n}, y in R^n\nd/dy y' {f}(X) y",
        "let X in R^{n x n}\ndifferential {f}(X) wrt X",
        "let A in R^{2 x 2}, s, t in R\nd/d(s, t) [t, tr({f}(s A))]",
        "let X in R^{n x n}\nd/dX $\\operatorname{tr}(\\operatorname{{f}}(\\mathbf{X}))$",
    ],
    ids=["scalar", "matrix", "definition", "constant", "differential", "components", "latex"],
)
def test_a_function_of_a_square_matrix_says_that_it_acts_by_entries(block, row):
    words, name = row.of_matrix
    for said in remarks(block.replace("{f}", row.name)):
        assert f"{row.name} acts by entries; the {words} is {name or 'another function'}." in said


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        (r"\operatorname{tr}(e^{\mathbf{X}})", "expm"),
        (r"\operatorname{tr}(\exp \mathbf{X})", "expm"),
        (r"\operatorname{tr}(\log \mathbf{X})", "logm"),
        (r"\operatorname{tr}(\ln(\mathbf{X}))", "logm"),
        (r"\operatorname{tr}(\sqrt{\mathbf{X}})", "sqrtm"),
        (r"\operatorname{tr}(\sin^2 \mathbf{X}^\top)", "sinm"),
    ],
)
def test_a_pasted_function_of_a_square_matrix_says_so_too(formula, name):
    try:
        [said] = remarks(f"let X in R^{{n x n}}\nd/dX ${formula}$")
    except DeriveError as error:  # where a form is refused, the words for it are the same
        said = [error.message + error.hint]
    assert any(name in words for words in said)


@pytest.mark.parametrize("block", [
    "let X in R^{m x n}\nd/dX sum(exp(X))",
    "let x in R^n\nd/dx sum(log(x.^2 .+ 1))",
    "let t in R\nd/dt exp(t)",
    "let X in R^{n x n}\nd/dX sum(sigmoid(X))",
    "let f: elementwise, X in R^{n x n}\nd/dX sum(f(X))",
    "let X in R^{n x n}\nd/dX sum(X.^3)",
])  # fmt: skip
def test_what_can_only_be_meant_by_entries_says_nothing(block):
    assert not any("acts by entries" in words for said in remarks(block) for words in said)


@pytest.mark.parametrize("row", [row for row in OF_MATRICES if row.of_matrix[1]], ids=lambda row: row.of_matrix[1])
@pytest.mark.parametrize("form", ["d/dX tr({f}(X))", "d/dX $\\operatorname{tr}(\\operatorname{{f}}(X))$"])
def test_the_name_of_a_matrix_function_is_no_misspelling(form, row):
    with pytest.raises(DeriveError, match=f"no function `{row.of_matrix[1]}`") as caught:
        derive(f"let X in R^{{n x n}}\n{form.replace('{f}', row.of_matrix[1])}")
    assert caught.value.hint == f"`{row.name}` acts by entries; the {row.of_matrix[0]} is not part of the language"


# -- where a result holds ---------------------------------------------------------------------------------

#: Goals, and what is said below each derivation of them: of every variable, a list.
PLACES: dict[str, list[list[str]]] = {
    # what the result does not show
    "let x in R\nd/dx x^0": [["x drops out of the expression, so the derivative is zero.", "x is not zero"]],
    "let x in R\nd/dx x/x": [["x is not zero"]],
    "let x in R\nd/dx x^2/x": [["x is not zero"]],
    "let x in R\nd/dx 0/x": [["x drops out of the expression, so the derivative is zero.", "x is not zero"]],
    "let x in R^n\nd/dx sum(x ./ x)": [["no entry of x is zero"]],
    "let x in R^n\nd/dx sum(x .^ 0)": [
        ["x drops out of the expression, so the derivative is zero.", "no entry of x is zero"]
    ],
    "let x in R\nd/dx (x^{1/2})^2": [["x is positive"]],
    "let x in R\nd/dx 0 * log(x) + x": [["x is positive"]],
    "let x in R\nd/dx $\\frac{x}{x} + \\sqrt{x}$": [["x is positive"]],
    "let x in R\ny = x/x\nd/dx y x": [["x is not zero"]],
    # roots, logarithms, powers
    "let x in R\nd/dx sqrt(x)": [["x is positive"]],
    "let x in R\nd/dx log(x)": [["x is positive"]],
    "let x in R^n\nd/dx sum(log(x))": [["every entry of x is positive"]],
    "let x in R\nd/dx x^(1/2) + x^(2/3)": [["x is positive"]],
    "let x in R^n\nd/dx sum(x .^ -1.5)": [["every entry of x is positive"]],
    "let a, x in R\nd/dx x^a": [["x is positive"]],
    "let x, y in R\nd/dx log(2 x) + log(y) + sqrt(3 x)": [["x is positive"]],
    "let a, b, x in R\nd/dx log(a x) + log(b x)": [["a x and b x are positive"]],
    "let x, y in R^n\ndifferential log(x' y) wrt x": [["xᵀ y is positive"]],
    "let x in R\nd2/dx2 log(x)": [["x is positive"]],
    "let x in R^n\nd/dx log(x' x)": [[]],
    "let x in R\nd/dx arcsin(x)": [["every argument of arcsin is between −1 and 1"]],
    "let r, t in R\nd/d(r, t) [sqrt(r), log(t)]": [["r and t are positive"]],
    "let r, t in R\ndet d/d(r, t) [r/t, t]": [[]],
    "style: chain\nlet x in R^n\nd/dx sum(log(x))": [["every entry of x is positive"]],
    "style: index\nlet x in R^n\nd/dx sum(log(x))": [["every entry of x is positive"]],
    "let a, b, c, d, e, f, g, x in R\nd/dx log(a x + b x^2 + c x^3 + d x^4 + e x^5 + f x^6 + g x^7)": [
        ["every argument of log is positive"]
    ],
    # kinks
    "let x in R^n\nd/dx ||x||": [["the norm is not zero"]],
    "let x in R^n\nd/dx log(||x||)": [["the norm is not zero"]],
    "let x in R^n\nd/dx sum(abs(x)) + ||x||_1": [
        ["no argument of abs is zero", "no entry under the 1-norm is zero"]
    ],
    "let x in R\nd2/dx2 abs(x)^2": [["no argument of abs is zero"]],
    # inverses
    "let F in R^{m x n}\nd/dF log(det(F' F))": [["Fᵀ F is invertible"]],
    "let F in R^{m x n}\nd/dF det(F' F)": [[
        "adj is the adjugate; where M is invertible, adj(M) = |M| M⁻¹ (declare it invertible to have that form)."
    ]],
    "let X, A in R^{n x n}\nd/dX tr(inv(A X))": [["A X is invertible"]],
    "let X in R^{n x n}, lambda in R\nd/dX logdet(X X' + lambda I)": [["X Xᵀ + λ I is invertible"]],
    "let X in R^{n x n}\nd/dX log(det(X))": [["|X| is positive"]],
    # what holds by itself, or is seen
    "let x in R\nd/dx 1/x": [[]],
    "let a, x in R\nd/dx 1/(a + x) + x^-2": [[]],
    "let x in R^n\nd/dx ||x||^2": [[]],
    "let x in R\nd/dx abs(x)^2 + log(exp(x) + 1)": [[]],
    "let x in R positive\nd/dx log(x) + sqrt(x) + x^0.3 + x/x": [[]],
    "let X in R^{n x n}\nd/dX logdet(X) + tr(inv(X)) + tr(X^-2) + log(abs(det(X)))": [[]],
    "let W in R^{k x n}, x in R^n, y in R^k\nd/dW -y' log(softmax(W x))": [[]],
    "let x, w in R^n, y in R\nd/dw -(y log(sigmoid(w' x)) + (1 - y) log(1 - sigmoid(w' x)))": [[]],
    "let X in R^{n x p}, l in R positive\nd/dX logdet(X' X + l I)": [[]],
    "let S in R^{n x n} spd, x in R^n\nd/dx log(x' S x + 1) + sqrt(det(S))": [[]],
    "let x in R\nd/dx log(2 + sin(x)) + sqrt(2 - tanh(x))": [[]],
    # each below the variable that it is of
    "let x, y in R^n\nf = ||x|| + log(sum(y)) + sum(abs(y))\ndf/dx, df/dy": [
        ["the norm is not zero"], ["no argument of abs is zero", "sum(y) is positive"],
    ],
    "let s, t in R\nf = log(s) + sqrt(t)\ndf/ds, df/dt": [["s is positive"], ["t is positive"]],
    "let s, t in R\nf = log(s) + t^2\ndf/ds, df/dt": [["s is positive"], []],
    "let S in R^{n x n} symmetric, x in R^n\nf = x' S x\ndf/dS, df/dx": [
        ["S is symmetric; the derivative takes its entries as independent."], [],
    ],
    "let s, t in R\ndifferential log(s) + sqrt(t) wrt s, t": [["s and t are positive"]],
}  # fmt: skip


@pytest.mark.parametrize("block", PLACES)
def test_where_a_result_holds(block):
    said = [[getattr(r, "plain", r) for r in d.remarks] for d in derive(block)]
    wanted = [[w if w.endswith(".") else f"The result holds where {w}." for w in words] for words in PLACES[block]]
    assert [sorted(words) for words in said] == [sorted(words) for words in wanted]


def test_a_remark_has_its_formula_in_latex():
    [[said]] = remarks("let x in R^n\nd/dx log(sum(x))")
    assert said.count("$") == 2
    assert "is positive" in said


#: Arguments on both sides of every kink and of every end of a domain.
TRIED = np.array([-3.0, -1.5, -0.7, -0.2, 0.0, 0.2, 0.7, 1.5, 3.0])
INSIDE = {"": TRIED == TRIED, "positive": TRIED > 0, "nonzero": TRIED != 0, "inside": np.abs(TRIED) < 1}


@pytest.mark.parametrize("row", [row for row in TABLE if row.entrywise], ids=lambda row: row.name)
def test_a_function_says_where_it_has_a_derivative_and_what_its_values_are(row):
    f = entry_function(row.name)
    with np.errstate(all="ignore"):
        right, left = ((f(TRIED + h) - f(TRIED)) / h for h in (1e-7, -1e-7))
        smooth = (np.abs(right) < 1e5) & (np.abs(left) < 1e5) & (np.abs(right - left) < 1e-4 * (1 + np.abs(left)))
        value = f(TRIED)
    assert (smooth == INSIDE[row.where]).all()
    own = bounds(Entry(row.name, Sym("x", SCALAR)))
    kept = value[INSIDE[row.where]]
    assert (kept >= own.low).all()
    assert (kept <= own.high).all()
    assert not own.low_open or (kept > own.low).all()
    assert not own.high_open or (kept < own.high).all()


GIVEN = "let x, y in R^n, a, b in R, p in R positive, q in R^n positive, S in R^{n x n} spd, A in R^{m x n}\n"
#: Expressions whose values are tried against what is known of them.
BOUNDED = [
    "a^2", "-a^2", "a^2 + 1", "1 - sigmoid(a)", "1 - sigmoid(a)^2", "1 - tanh(a)^2", "2 + sin(a)", "sin(a) cos(b)",
    "exp(a) - 1", "p", "-p", "1/p", "p/(1 + p)", "x' x", "x' S x", "x' A' A x", "x' y", "q' q", "q' abs(x)", "sum(q)",
    "sum(x .^ 2)", "||x||", "tr(S)", "det(S)", "tr(S + x x')", "softmax(x)", "1 .- softmax(x)", "x .* x", "q .* q",
    "q ⊗ abs(y)", "diag(q)", "abs(a) + p", "sqrt(p) - 1", "relu(a)", "a^-2", "a^-1", "p^-3", "(1/2)^a", "n a^2",
    "2 sigmoid(a) - 1", "-2 sigmoid(a) (1 + p)", "0 a", "cosh(a) - 1", "sigmoid(a) sigmoid(b) - 1", "mean(abs(x))",
    "a^3", "sigmoid(a)^3", "tanh(a)^4", "tanh(a)^3", "-(a^2) (b^2)", "exp(a)^-1", "transpose(abs(A))", "vec(abs(A))",
]  # fmt: skip


@pytest.mark.parametrize("text", BOUNDED)
def test_values_keep_their_bounds(text):
    problem = parse(f"{GIVEN}e = {text}\nd/da a")
    known = bounds(problem.definitions["e"])
    for seed, mood in itertools.product(range(4), MOODS):
        point = draw(problem.symbols, {}, {"m": 3, "n": 4}, seed, dict.fromkeys(problem.symbols, mood))
        value = evaluate(problem.definitions["e"], Env(point))
        assert (value >= known.low - 1e-12).all()
        assert (value <= known.high + 1e-12).all()
        assert not known.positive or (value > -1e-12).all()


@pytest.mark.parametrize(("text", "positive"), [
    ("1 - sigmoid(a)", True), ("a^2 + 1", True), ("x' x + 1", True), ("2 + sin(a)", True), ("det(S)", True),
    ("sum(softmax(x))", True), ("a^2", False), ("x' x", False), ("1 + sin(a)", False), ("a", False), ("x' y + 1", False),
    ("1 - tanh(a)^2", True), ("p (1 + a^2)", True), ("exp(a) b^2", False), ("0 * a", False),
])  # fmt: skip
def test_what_is_known_to_be_positive(text, positive):
    assert bounds(parse(f"{GIVEN}e = {text}\nd/da a").definitions["e"]).positive is positive
