"""Names with an accent, an index and an upper mark: what is written is read, set and coded as one thing, and as no other."""

from __future__ import annotations

import itertools
import keyword

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_matcalc import derive
from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.emit.names import latex_name, unicode_name
from mkdocs_matcalc.emit.text import text
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Sym
from mkdocs_matcalc.expr.linear import mul, transpose
from mkdocs_matcalc.expr.matrix import inv, matpow
from mkdocs_matcalc.expr.naming import in_code, parts, parts_joined
from mkdocs_matcalc.expr.scalar import Signature, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.parse import parse, parse_expression, parse_latex

n = dim("n")
LETTERS = ("W", "x", "a", "sigma", "Gamma", "A")
ACCENTS = ("", "hat", "bar", "tilde", "dot")
INDICES = ("", "1", "12", "i", "train", "k_j")
UPPERS = ("", "star", "(2)", "(l)", "[1]", "(12)", "(ab)")


def made(letters: str, accent: str, index: str, upper: str) -> str:
    word = "_".join(part for part in (letters, accent, index, "star" if upper == "star" else "") if part)
    return word + (f"^{{{upper}}}" if upper and upper != "star" else "")


NAMES = [made(*p) for p in itertools.product(LETTERS, ACCENTS, INDICES, UPPERS)]
SPACES = {"scalar": "R", "vector": "R^n", "matrix": "R^{n x n}"}
SHAPES = {"scalar": SCALAR, "vector": (n, ONE), "matrix": (n, n)}


def test_names_are_set_apart_where_their_parts_differ():
    for kind in ("scalar", "column", "matrix"):
        looks = [latex_name(name, kind) for name in NAMES]
        assert len(set(looks)) == len(NAMES)
    assert len({unicode_name(name) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("W1", "W_1"),
        ("xhat", "x_hat"),
        ("ybar_2", "y_bar_2"),
        ("sigmahat", "sigma_hat"),
        ("x_1_hat", "x_hat_1"),
        ("x_tilde1", "x_tilde1"),
    ],
)
def test_names_of_the_same_parts_are_set_alike(one, other):
    assert latex_name(one, "column") == latex_name(other, "column")


@settings(deadline=None)
@given(st.sampled_from(NAMES))
def test_the_parts_of_a_name_make_it_again(name):
    assert parts_joined(parts(name)) == name


@pytest.mark.parametrize(
    "word", ["that", "what", "chat", "crossbar", "hat", "bar", "dot", "star", "start", "pivot", "x_hat_bar"]
)
def test_words_are_no_letters_with_an_accent_unless_one_letter_has_it(word):
    accented = parts(word).accent != ""
    assert accented == (word in ("that", "what", "chat"))


@pytest.mark.parametrize("kind", SPACES)
@settings(deadline=None)
@given(name=st.sampled_from(NAMES))
def test_a_name_is_read_back_as_itself(kind, name):
    symbol = Sym(name, SHAPES[kind])
    given_ = f"{name}: {SPACES[kind]}, y: R^n, B: n x n"
    expressions = [symbol, transpose(symbol)]
    if kind == "scalar":
        expressions += [power(symbol, 2), power(symbol, -1), power(symbol, symbol), mul(symbol, Sym("y", (n, ONE)))]
    if kind == "matrix":
        expressions += [
            inv(symbol),
            matpow(symbol, 2),
            transpose(inv(symbol)),
            mul(Sym("B", (n, n)), symbol, transpose(symbol)),
            power(symbol, 3),
        ]
    for e in expressions:
        assert parse_expression(text(e), given_) == e, text(e)
        assert parse_latex(latex(e), given_) == e, latex(e)


@pytest.mark.parametrize("upper", UPPERS)
def test_a_function_with_a_mark_is_read_back_with_its_derivatives(upper):
    name, x, t = made("sigma", "", "1", upper), Sym("x", (n, ONE)), Sym("t", SCALAR)
    scalar = Signature(name, (SCALAR,), SCALAR)
    several = Signature(name, ((n, ONE), SCALAR), SCALAR)
    for e, space in [
        (entrywise(name, x, abstract=True), "elementwise"), (entrywise(name, x, 1, abstract=True), "elementwise"), (entrywise(name, x, 2, abstract=True), "elementwise"),
        (partial(scalar, 0, (power(t, 2),)), "R -> R"), (partial(several, 1, (x, power(t, 2))), "R^n, R -> R"),
    ]:  # fmt: skip
        given_ = f"{name}: {space}, x: R^n, t: R"
        assert parse_expression(text(e), given_) == e
        assert parse_latex(latex(e), given_) == e, latex(e)


#: LaTeX, and the name that it is.
WRITTEN = [
    (r"\mathbf{W}^{(2)}", "W^{(2)}"), (r"W^{(2)}", "W^{(2)}"), (r"W^{[l]}", "W^{[l]}"), (r"W^{(\ell)}", "W^{(ell)}"), (r"W_1^{(2)}", "W_1^{(2)}"), (r"W^{(2)}_1", "W_1^{(2)}"),
    (r"\boldsymbol{\theta}^{(k)}", "theta^{(k)}"), (r"\theta^{(12)}", "theta^{(12)}"), (r"\hat{y}", "y_hat"), (r"\hat y", "y_hat"), (r"\hat{\mathbf{y}}", "y_hat"),
    (r"\mathbf{\hat{y}}", "y_hat"), (r"\mathbf{\hat y}", "y_hat"), (r"\widehat{y}", "y_hat"), (r"\bar x", "x_bar"), (r"\bar{\boldsymbol{x}}", "x_bar"), (r"\tilde{x}_1", "x_tilde_1"),
    (r"\tilde{x_1}", "x_tilde_1"), (r"\widetilde{x}", "x_tilde"), (r"\dot q", "q_dot"), (r"\dot{q}_{\text{max}}", "q_dot_max"), (r"\hat{\mu}", "mu_hat"), (r"\hat\mu", "mu_hat"),
    (r"\hat{\boldsymbol{\mu}}", "mu_hat"), (r"y^\star", "y_star"), (r"y^{\star}", "y_star"), (r"\mathbf{y}_1^\star", "y_1_star"), (r"\hat{W}^{(2)}", "W_hat^{(2)}"), (r"\bar{y}^\star", "y_bar_star"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "name"), WRITTEN)
def test_a_name_in_latex_is_the_name_in_the_block(formula, name):
    given_ = f"{name}: R^{{n x n}}, z: R^n"
    assert parse_latex(formula, given_) == parse_expression(name, given_)
    assert parse_latex(rf"z^\top {formula} z", given_) == parse_expression(f"z' {name} z", given_)
    [goal] = parse(f"let {given_.replace(':', ' in')}\nd/dz $\\mathbf{{z}}^\\top {formula}\\mathbf{{z}}$").goals
    assert name in {node.name for node in goal.expr.walk() if isinstance(node, Sym)}


@pytest.mark.parametrize("mark", [r"\top", "T", r"\mathsf{T}", r"\intercal"])
def test_a_transposition_may_stand_in_the_group_of_the_mark(mark):
    given_ = "W^{(2)}: n x n, y_star: R^n"
    assert parse_latex(f"W^{{(2){mark}}}", given_) == parse_expression("W^{(2)}'", given_)
    assert parse_latex(rf"y^{{\star {mark}}}", given_) == parse_expression("y_star'", given_)


@pytest.mark.parametrize("stem", ["W", "a", "W_1", "theta", "x"])
@pytest.mark.parametrize("mark", ["(2)", "(l)", "[1]", "(12)"])
def test_a_mark_beside_a_known_name_is_not_taken_for_a_power(stem, mark):
    for space in ("R", "R^{n x n}"):
        for formula in (f"{stem}^{{{mark}}}", f"${stem}^{{{mark}}}$".replace("theta", r"\theta")):
            with pytest.raises(DeriveError) as caught:
                parse(f"let {stem} in {space}, t in R\nd/dt t {formula}")
            assert "is not declared" in caught.value.message
            assert f"`{stem}^{mark[1:-1]}`" in caught.value.hint


@pytest.mark.parametrize(
    "body", ["a^{(b + 1)}", "a^{(b+c)}", "a^{((b))}", "$a^{(b+1)}$", "$\\theta^{(t - 1)}$", "$a^{(b+1)\\top}$"]
)
def test_a_mark_that_is_more_than_a_word_is_an_error(body):
    with pytest.raises(DeriveError):
        parse(f"let a, b, c, theta in R\nd/da {body}")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("X^(2)", "X^2"),
        ("X^{2}", "X^2"),
        ("X^{(-1)}", "inv(X)"),
        ("(2 X)^{(2)}", "4 X^2"),
        ("e^{(t)}", "exp(t)"),
        ("e^{(t + 1)}", "exp(t + 1)"),
        ("2^{(t)}", "2^t"),
        ("t^(s + 1)", "t^{s + 1}"),
    ],
)
def test_a_power_in_brackets_is_a_power_where_nothing_else_is_meant(written, meant):
    given_ = "X: n x n, s, t: R"
    assert parse_expression(written, given_) == parse_expression(meant, given_)


def test_undeclared_names_with_marks_are_told_apart():
    [d] = derive(r"let x in R^n" "\n" r"d/dx $\mathbf{W}^{(2)}\mathbf{W}^{(1)}\mathbf{x}$")
    assert d.result.text == "W^{(2)} W^{(1)}"
    assert d.result.latex == r"\mathbf{W}^{(2)}\mathbf{W}^{(1)}"


# -- in code


@settings(deadline=None)
@given(st.sampled_from(NAMES))
def test_a_name_is_an_identifier_in_code(name):
    word = in_code(name)
    assert word.isidentifier()
    assert not keyword.iskeyword(word)


CODE = """let W^{(1)} in R^{k x n}, W^{(2)} in R^{m x k}, x in R^n, s^{(1)}: elementwise
z^{(1)} = s^{(1)}(W^{(1)} x)
d/dW^{(1)} ||W^{(2)} z^{(1)}||^2"""


def test_marked_names_and_functions_are_parameters_of_the_code():
    [d] = derive(CODE)
    scope: dict = {"np": np}
    exec(d.numpy(), scope)
    rng = np.random.default_rng(1)
    w1, w2, x = rng.normal(size=(3, 2)), rng.normal(size=(4, 3)), rng.normal(size=2)
    found = scope["derivative"](W_1=w1, W_2=w2, x=x, s_1=np.tanh, s_1_prime=lambda a: 1 - np.tanh(a) ** 2)
    back = 2 * (1 - np.tanh(w1 @ x) ** 2) * (w2.T @ w2 @ np.tanh(w1 @ x))
    np.testing.assert_allclose(found, np.outer(x, back))
    for language in ("numpy", "torch", "jax", "matlab", "julia"):
        lines = [line for line in d.code(language).split("\n") if "its derivative" not in line]
        assert "W_1" in "\n".join(lines)
        assert "^{" not in "\n".join(lines)


@pytest.mark.parametrize("other", ["W_2", "W^{[2]}"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_word_that_is_taken_gets_another_in_code(other, order):
    names = ", ".join(["W^{(2)}", other][::order])
    [d] = derive(f"let {names} in R^{{n x n}}\nd/dW^{{(2)}} tr(W^{{(2)}} {other} {other}')")
    parameters = d.numpy().partition("(")[2].partition(")")[0].split(", ")
    assert len(set(parameters)) == len(parameters)
    assert {"W_2", "W__2"} >= set(parameters)
    a = np.arange(9.0).reshape(3, 3)
    scope: dict = {"np": np}
    exec(d.numpy(), scope)
    np.testing.assert_allclose(scope["derivative"](**dict.fromkeys(parameters, a)), a @ a.T)


@pytest.mark.parametrize(
    "goal",
    [
        "d/dx^{(1)} t x^{(1)}' x^{(1)}",
        "d2/dt^{(1)}^2 t^{(1)}^3",
        "df^{(1)}/dt",
        "differential t x^{(1)} wrt x^{(1)}, t",
        "d/dt, d/dx^{(1)} t x^{(1)}' x^{(1)}",
        "∂/∂x^{(1)} ||x^{(1)}||^2",
    ],
)
@pytest.mark.parametrize("style", ["differential", "chain", "index"])
def test_goals_by_names_with_marks(goal, style):
    if style != "differential" and goal[:2] in ("d2", "di"):
        style = "differential"
    block = f"style: {style}\nlet x^{{(1)}} in R^n, t, t^{{(1)}} in R\nf^{{(1)}} = t^2 + t\n{goal}"
    for d in derive(block):
        assert d.check.passed
        assert "}^{" not in d.result.latex.replace(r"}^{(1)", "")
