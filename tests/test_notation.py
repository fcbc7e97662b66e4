"""Formulas as authors write them: each way of writing is one expression with the plain one, or is an error."""

from __future__ import annotations

import numpy as np
import pytest

from mkdocs_matcalc import derive
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.walk import put_back
from mkdocs_matcalc.parse import parse, parse_expression, parse_latex

GIVEN = "A, B: n x n, S: n x n symmetric, M: m x n, x, y: R^n, b: R^m, s, t, a: R, g: R -> R"

SAME = [
    # bars
    ("|t|", "|t|", "abs(t)"), ("|t - 1||s|", "|t - 1||s|", "abs(t - 1)*abs(s)"), ("2 |t| s", r"2 |t| s", "2 abs(t) s"), ("|A|", "|A|", "det(A)"), ("|A B|^2", r"|AB|^2", "det(A B)^2"),
    ("|x' y|", r"|x^\top y|", "abs(x' y)"), ("| |t| - s |", r"\left| |t| - s \right|", "abs(abs(t) - s)"), ("|A||B|", "|A||B|", "det(A)*det(B)"), ("||x|| |t|", r"\|x\| |t|", "norm2(x)*abs(t)"),
    ("|(|t|)|", r"\left|(|t|)\right|", "abs(abs(t))"), ("|t|/|s|", "|t|/|s|", "abs(t)/abs(s)"), ("|A'|^-1", r"|A^\top|^{-1}", "det(A')^-1"), ("|g(t)|", "|g(t)|", "abs(g(t))"),
    # functions with bars, and without brackets
    ("log|A|", r"\log |A|", "log(det(A))"), ("log|t|", r"\log|t|", "log(abs(t))"), ("2 log|A' A| + t", r"2\log|A^\top A| + t", "2*log(det(A' A)) + t"), ("exp|t|", r"\exp|t|", "exp(abs(t))"),
    ("log||x||", r"\log\|x\|", "log(norm2(x))"), ("log det(A)", r"\log(\det(A))", "log(det(A))"), ("log det A", r"\log(\det A)", "log(det(A))"), ("log(det A)", r"\log(\det A)", "log(det(A))"),
    ("(tr A)^2", r"(\operatorname{tr} A)^2", "tr(A)^2"), ("log tr A + t", r"\log(\operatorname{tr} A) + t", "log(tr(A)) + t"), ("exp(tr A)", r"\exp(\operatorname{tr} A)", "exp(tr(A))"),
    ("t log det(A)/2", r"t \log(\det(A))/2", "t*log(det(A))/2"),
    # scalar products
    ("<x, y>", r"\langle x, y\rangle", "x' y"), ("⟨x, y⟩", "⟨x, y⟩", "x' y"), ("2 <x, y> <x, x>", r"2\langle x, y\rangle\langle x, x\rangle", "2*(x' y)*(x' x)"), ("<A, B>", r"\langle A, B\rangle_F", "tr(A' B)"),
    ("<A x, y + x>", r"\langle Ax, y + x\rangle", "(A x)' (y + x)"), ("<x, <x, y> y>", r"\langle x, \langle x, y\rangle y\rangle", "x' ((x' y)*y)"), ("A : B", "A : B", "tr(A' B)"),
    ("t A : B + s", "tA : B + s", "t*tr(A' B) + s"), ("s - A B : B", "s - AB : B", "s - tr((A B)' B)"), ("-A : B", "-A : B", "-tr(A' B)"),
    # other names
    ("ln(t)", r"\ln t", "log(t)"), ("trace(A)", r"\operatorname{trace}(A)", "tr(A)"), ("Tr(A B)", r"\operatorname{Tr}(AB)", "tr(A B)"), ("ln|t|", r"\ln|t|", "log(abs(t))"),
    ("norm(x, 2)", r"\|x\|_2", "||x||"), ("norm(A x, 1)", r"\|Ax\|_1", "||A x||_1"), ("norm(A, 1)", r"\|A\|_1", "||A||_1"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "latex", "plain"), SAME)
def test_a_way_of_writing_is_the_plain_expression(written, latex, plain):
    wanted = parse_expression(plain, GIVEN)
    assert parse_expression(written, GIVEN) == wanted
    assert parse_latex(latex, GIVEN) == wanted


REFUSED = [
    ("|x|", "bars around a vector", "||x||"), ("|x'|^2", "bars around a vector", "abs(x)"), ("|A x|", "bars around a vector", "||x||"), ("|M|", "square matrix", ""), ("|t", "never closed", ""), ("t|", "an operand is expected", ""),
    ("log|A| B", "how far", "log(|A|)"), ("log|A|^2", "how far", "log(|A|)"), ("log det A B", "how far", "det(A)"), ("(tr A B)", "how far", "tr(A)"), ("log det(A) t", "how far", ""), ("(det A')", "how far", ""),
    ("exp t", "needs an argument", "exp(…)"), ("tr A", "needs an argument", "tr(…)"), ("t exp s", "needs an argument", ""), ("<x, b>", "two of one size", ""), ("<x>", "`,` is expected", ""), ("<x, y", "`>` is expected", ""),
    ("A : x", "two of one size", ""), ("A : B : A", "three with `:`", "brackets"), ("norm(A, 2)", "largest singular value", "||A||_F"), ("norm(x, 3)", "does not take 2 arguments", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED)
def test_what_has_two_readings_or_none_is_an_error(text, message, hint):
    with pytest.raises(DeriveError) as caught:
        parse_expression(text, GIVEN)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("vector", ["x", "x'", "A x", "(x - y)", "x .* y", "exp(x)"])
@pytest.mark.parametrize(
    "form", ["|{}|", "|{}|^2", "log|{}|", "2 |{}| t", r"$|{}|$", r"$\left|{}\right|^2$", r"$\lvert {} \rvert$"]
)
def test_bars_around_a_vector_are_an_error_that_names_the_norm_and_the_absolute_values(vector, form):
    if "$" in form:
        vector = vector.replace("x'", r"x^\top").replace(".*", r"\circ").replace("exp", r"\exp")
    with pytest.raises(DeriveError) as caught:
        parse(f"let x, y in R^n, A in R^{{n x n}}, t in R\nd/dx {form.format(vector)}")
    assert "bars around a vector" in caught.value.message
    assert "`||x||`" in caught.value.hint
    assert "`abs(x)`" in caught.value.hint


@pytest.mark.parametrize("name", ["ln", "trace", "Tr"])
def test_another_name_of_a_function_is_the_authors_where_the_author_has_it(name):
    [goal] = parse(f"let {name}, t in R\nd/dt t {name}^2").goals
    assert name in {n.name for n in goal.expr.walk() if hasattr(n, "name")}
    [goal] = parse(f"let {name}: R -> R, t in R\nd/dt {name}(t)").goals
    assert goal.expr.function.name == name


# -- functions that a block defines

DEFINED = [
    ("phi(x) = x' A x", "phi(y)", "y' A y"), ("phi(x) = x' A x", "phi(x + y)", "(x + y)' A (x + y)"), ("phi(x) = x' A x", "2 phi(2 x) phi(y)", "2*((2 x)' A (2 x))*(y' A y)"),
    ("phi(t) = t^2 + s", "phi(x' y)", "(x' y)^2 + s"), ("phi(t) = t^2 + s", "phi(phi(t))", "((t^2 + s))^2 + s"), ("phi(x, t) = t x' A x", "phi(y, s)", "s*(y' A y)"), ("phi(x, t) = t x' x", "phi(y, t)^2", "(t*(y' y))^2"),
    ("phi(t) = exp(-t^2)", "phi(-t)", "exp(-(-t)^2)"), ("phi(x) = A x + b", "phi(A y)' x", "(A (A y) + b)' x"), ("phi(t) = 3", "phi(s)", "3"), ("phi(X) = tr(X' B)", "phi(A)", "tr(A' B)"), ("phi(x) = ||x||_1", "phi(y - x)", "||y - x||_1"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "written", "meant"), DEFINED)
def test_a_function_with_its_argument_put_in(definition, written, meant):
    head = "let A, B in R^{n x n}, b, x, y in R^n, s, t in R\n"
    latex = written.replace("phi", r"\phi").replace("'", r"^\top")
    for text in (written, f"${latex}$"):
        [goal] = parse(f"{head}{definition}\nd/dy {text}").goals
        [plain] = parse(f"{head}d/dy {meant}").goals
        assert put_back(goal.expr) == plain.expr


def test_the_argument_has_the_size_of_where_it_stands():
    [d] = derive(
        "let u, d in R^n, Q in R^{n x k}, y in R^k, H in R^{n x n} symmetric\nphi(x) = 1/2 x' H x - x' d\nd/dy phi(u + Q y)"
    )
    scope: dict = {"np": np}
    exec(d.numpy(), scope)
    rng = np.random.default_rng(3)
    H = rng.normal(size=(4, 4))
    v = {
        "u": rng.normal(size=4),
        "d": rng.normal(size=4),
        "Q": rng.normal(size=(4, 2)),
        "y": rng.normal(size=2),
        "H": H + H.T,
    }
    np.testing.assert_allclose(scope["derivative"](**v), v["Q"].T @ (v["H"] @ (v["u"] + v["Q"] @ v["y"]) - v["d"]))


@pytest.mark.parametrize("text", ["phi(x, y)", "phi()", "phi(b)", "$\\phi(x, y)$"])
def test_an_argument_that_does_not_fit_is_an_error(text):
    with pytest.raises(DeriveError):
        parse(f"let A in R^{{n x n}}, x, y in R^n, b in R^m\nphi(x) = x' A x\nd/dx {text}")


# -- goals


@pytest.mark.parametrize("goal", ["∂(A x)/∂x", "d(A x)/dx", "∂(A x)/dx", "d(A x)/d x"])
def test_a_derivative_of_what_stands_in_brackets(goal):
    head = "let A in R^{m x n}, x in R^n\n"
    [one], [other] = parse(head + goal).goals, parse(f"{head}d/dx A x").goals
    assert one.expr == other.expr
    assert one.variables == other.variables
