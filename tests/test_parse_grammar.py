"""The laws of the expression grammar: each pair of texts is one expression, or is not."""

from __future__ import annotations

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Named, Num, Size
from mkdocs_matcalc.expr.differential import Diff, diff
from mkdocs_matcalc.expr.scalar import Entry, Partial
from mkdocs_matcalc.parse import parse, parse_expression

GIVEN = (
    "A, B, S: n x n, M: m x n, x, y, z: R^n, b: R^m, r: R^{1 x n}, a, c, t, T, d, e: R, "
    "f: elementwise, l: R^n -> R, h: R^n, R -> R"
)

SAME = [
    # levels
    ("a + c t", "a + (c t)"), ("a - c - t", "(a - c) - t"), ("a - c + t", "(a - c) + t"), ("-a^2", "-(a^2)"),
    ("-x' y", "(-x') y"), ("a/c t", "(a/c) t"), ("a/c/t", "(a/c)/t"), ("a^c^t", "a^(c^t)"), ("a^-c^t", "a^(-(c^t))"),
    ("A .* B x", "(A .* B) x"), ("A x .* y", "(A x) .* y"), ("x .* y ./ z", "(x .* y) ./ z"), ("a .+ x - y", "(a .+ x) - y"),
    ("A ⊗ B", "kron(A, B)"), ("a -c", "a - c"),
    ("a*-c", "a*(-c)"), ("x .* -y", "x .* (-y)"), ("--a", "a"), ("---a", "-a"), ("2^-1", "1/2"), ("A x + y", "(A x) + y"),
    # postfixes in the order written
    ("A^2'", "(A^2)'"), ("A'^2", "(A')^2"), ("A^-1'", "(A^-1)'"), ("A^2^T", "(A^2)'"), ("A^T^2", "(A')^2"), ("x.^2'", "(x.^2)'"),
    ("A''", "A"), ("x'y", "x' y"), ("A^T x", "A' x"), ("A^{T}", "A'"), ("A^⊤", "A'"), ("A⊤", "A'"), ("Aᵀ", "A'"), ("A.T", "A'"), ("A′", "A'"),
    ("A^{-T}", "(A^-1)'"), ("A^-T", "(A^-1)'"), ("A⁻ᵀ", "(A^-1)'"), ("A⁻¹", "A^-1"), ("A^{-1}", "A^-1"), ("A^(-1)", "inv(A)"), ("A²", "A^2"),
    ("a³", "a^3"), ("a²c", "a^2 c"), ("2^a c", "(2^a) c"), ("x.^-1", "1 ./ x"), ("a^c'", "(a^c)'"), ("a^{c t}", "a^(c t)"),
    ("2^(T)", "2^{(T)}"), ("A.T B", "A' B"), ("x.T A.T", "x' A'"),
    # spellings
    ("A*B", "A B"), ("A @ B", "A B"), ("A·B", "A B"), ("x ⊙ y", "x .* y"), ("x ∘ y", "hadamard(x, y)"), ("‖x‖", "||x||"), ("a−c", "a - c"),
    ("1.*x", "1 .* x"), ("1.+x", "1 .+ x"), ("2./x", "2 ./ x"), ("x.^2", "x .^ 2"), ("0.5", "1/2"), ("0.25 a", "a/4"), ("1.5", "3/2"),
    # products without an operator
    ("x'A x", "x' A x"), ("2 a", "2*a"), ("2a", "2*a"), ("A(x + y)", "A*(x + y)"), ("(a)(c)", "a c"), ("a||x||", "a*||x||"), ("||x|| ||y||", "||x||*||y||"),
    ("||x||||y||", "||x||*||y||"), ("a ||x||^2", "a*(||x||^2)"), ("f(x)' y", "(f(x))' y"), ("x' y z'", "(x' y) z'"),
    # norms
    ("||x||_2", "||x||"), ("||A||_F", "norm2(A)"), ("||A||_{F}^2", "||A||^2"), ("||x||_1", "norm1(x)"), ("norm(x)", "norm2(x)"), ("||a x||", "norm2(a x)"),
    ("||x (||y||)||", "norm2(x norm2(y))"), ("||2 * ||y|| x||", "norm2(2*norm2(y) x)"), ("||x - y||^2", "(norm2(x - y))^2"),
    # functions
    ("f (x)", "f(x)"), ("exp (x)", "exp(x)"), ("dot(x, y)", "x' y"), ("dot(r, y)", "r y"), ("dot(r, r)", "r r'"), ("dot(a, c)", "a c"), ("inner(A, B)", "tr(A' B)"), ("inner(x, y)", "x' y"),
    ("mean(x)", "1/n sum(x)"), ("mean(M)", "1/(m n) sum(M)"), ("transpose(A)", "A'"), ("vec(r)", "r'"), ("diag(r)", "diag(r')"), ("diag(a)", "a"),
    ("softmax(r)", "softmax(r')'"), ("eye(n) x", "I x"), ("eye x", "x"), ("I A", "A"), ("zeros(n) + x", "x"), ("ones(1, n)", "ones(n)'"), ("ones(n, 1)", "ones(n)"),
    ("x + vector(1)", "x + ones(n)"), ("A + matrix(2)", "A .+ 2"), ("A + a I", "A + a eye(n)"), ("I + A", "eye(n) + A"), ("exp(r)", "exp(r')'"),
    # broadcasting
    ("M .+ b", "M + b ones(1, n)"), ("b .+ M", "b ones(1, n) + M"), ("M .+ r", "M + ones(m) r"), ("M .- r", "M - ones(m) r"), ("M .+ a", "M + a ones(m, n)"), ("1 .- x", "ones(n) - x"),
    ("x .- mean(x)", "x - mean(x) ones(n)"), ("x .+ y", "x + y"), ("b .+ r", "b ones(1, n) + ones(m) r"), ("a .+ c", "a + c"), ("a .+ c .+ x", "(a + c) .+ x"), ("M .+ a .- b", "(M .+ a) .- b"),
]  # fmt: skip

DIFFERENT = [
    ("a - c - t", "a - (c - t)"), ("a/c t", "a/(c t)"), ("a^c^t", "(a^c)^t"), ("-a^2", "(-a)^2 t"), ("A B'", "(A B)'"),
    ("exp(a) c", "exp(a c)"), ("x.^2", "x .* 2"), ("||x|| ||y||", "norm2(x norm2(y))"), ("A .* B x x'", "A .* (B x x')"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_texts_are_one_expression(one, other):
    assert parse_expression(one, GIVEN) == parse_expression(other, GIVEN)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_texts_are_two_expressions(one, other):
    assert parse_expression(one, GIVEN) != parse_expression(other, GIVEN)


@pytest.mark.parametrize(
    "text",
    [
        "a + x",
        "x^2",
        "M M",
        "x/y",
        "softmax(A)",
        "exp",
        "||x||_2 x ||",
        "A^a",
        "x'_1",
        "f",
        "h(x)",
        "a(",
        "[a, c]",
        "2^T",
        "a^T",
        "e^{T}",
        "3'",
        "A 1",
        "0 x 0",
    ],
)
def test_what_has_no_meaning_is_an_error(text):
    with pytest.raises(DeriveError):
        parse_expression(text, GIVEN)


# -- differentials and printed notation

GIVEN_D = "X: n x n, x, y: R^n, t: R, sigma: elementwise, l: R^n -> R, g: R^n -> R^m, h: R^n, R^{p x q} -> R, Y: p x q"
D_SAME = [
    ("d X'", "d(X')"), ("d X x", "dX x"), ("d det(X)", "d(det(X))"), ("d ||x||", "d(norm2(x))"), ("d(x)' y", "(dx)' y"), ("d(t)^2", "(dt)^2"),
    ("d x.^2", "d(x.^2)"), ("d (X x)' y", "(d(X x))' y"), ("2 d tr(X)", "2*d(tr(X))"), ("-d X", "-(d(X))"), ("dX^-1", "(dX)^-1"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), D_SAME)
def test_differentials_are_read_in_one_way(one, other):
    one, other = (parse_expression(text, GIVEN_D, differentials=True) for text in (one, other))
    assert one == other
    assert one.differentials or any(isinstance(node, Diff) for node in one.walk())


def test_dX_is_the_increment_of_a_known_X_and_a_declared_name_stays_itself():
    X = parse_expression("X", GIVEN_D)
    assert parse_expression("dX", GIVEN_D, differentials=True) == diff(X)
    assert parse_expression("d", "d: R", differentials=True).name == "d"
    assert parse_expression("d x", "d: R, x: R", differentials=True) == parse_expression("d*x", "d: R, x: R")
    assert parse_expression("dx", "dx: R, x: R", differentials=True).name == "dx"
    with pytest.raises(DeriveError, match="is not declared"):
        parse_expression("dX x", GIVEN_D)


def test_derivatives_of_abstract_functions_are_read_back():
    first, second = (parse_expression(text, GIVEN_D) for text in ("sigma'(x)", "sigma''(x)"))
    assert (type(first), first.order, first.abstract) == (Entry, 1, True)
    assert second.order == 2
    row = parse_expression("l'(y)", GIVEN_D)
    assert isinstance(row, Partial)
    assert row.is_row
    assert [str(d) for d in parse_expression("g'(x)", GIVEN_D).shape] == ["m", "n"]
    assert [str(d) for d in parse_expression("l''(x)", GIVEN_D).shape] == ["n", "n"]
    assert parse_expression("h'_2(x, Y)", GIVEN_D).by == (1,)
    assert [str(d) for d in parse_expression("h'_2(x, Y)", GIVEN_D).shape] == ["q", "p"]
    assert parse_expression("l'(y) x", GIVEN_D).is_scalar
    for text in ("h'(x, Y)", "h'_3(x, Y)", "exp'(x)", "l'''(y)"):
        with pytest.raises(DeriveError):
            parse_expression(text, GIVEN_D)


def test_the_notation_of_printed_lines_is_known_there_only():
    for text in ("commutation(m, n) vec(Y)", "selection(n) x", "step(x)", "softmax_all(X)"):
        parse_expression(text, "X: m x n, Y: m x n, x: R^n")
    with pytest.raises(DeriveError, match="no function `commutation`"):
        parse("let Y in R^{m x n}\nd/dY commutation(m, n) vec(Y)")
    parse("let step in R\nd/dstep step^2")


def test_the_names_of_a_problem_are_known_to_its_lines():
    problem = parse("let W in R^{k x n}, x in R^n\nlet l: R^k -> R\ny = W x\nf = l(y)\ndf/dW")
    e = parse_expression("l'(y) dW x + tr(x l'(y) dW) + dy' y", problem=problem, differentials=True)
    assert e.is_scalar
    assert isinstance(parse_expression("y", problem=problem), Named)


# -- what names mean


def test_a_dimension_is_a_number_unless_it_is_declared():
    assert isinstance(parse_expression("n", "x: R^n"), Size)
    assert parse_expression("n", "x: R^n, n: R").name == "n"
    assert parse_expression("n", "x: R^3, n: R").name == "n"


def test_numbers_are_exact():
    assert parse_expression("0.1 + 0.2") == parse_expression("3/10")
    assert isinstance(parse_expression("1/3 + 1/6"), Num)


def test_greek_letters_are_their_names():
    assert parse_expression("Σ μ + λ σ_1", "Sigma: R, mu: R, lambda: R, sigma_1: R") == parse_expression(
        "Sigma mu + lambda sigma_1", "Σ, μ, λ, σ_1: R"
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a", "scalar"), ("g", "scalar"), ("h", "column"), ("z", "column"), ("A", "matrix"), ("Z", "matrix"), ("alpha", "scalar"),
     ("lambda", "scalar"), ("theta1", "scalar"), ("sigma_x", "scalar"), ("σ", "scalar"), ("Sigma", "matrix"), ("x_train", "column"), ("W1", "matrix"), ("eta2x", "scalar")],
)  # fmt: skip
def test_an_undeclared_name_is_what_its_first_letter_says(name, kind):
    e = parse_expression(name)
    assert {"scalar": e.is_scalar, "column": e.is_column, "matrix": not (e.is_scalar or e.is_vector)}[kind]


def test_sizes_that_nobody_names_get_names_that_are_free():
    symbols = parse("let n in R\nd/dx n A x").symbols
    assert [str(d) for d in symbols["A"].shape] == ["m", "p"]
    assert [str(d) for d in parse("d/dx x' A x").symbols["A"].shape] == ["n", "n"]
    assert [str(d) for d in parse("d/dx A x").symbols["A"].shape] == ["m", "n"]


def test_sizes_of_kronecker_products_and_vectors_are_found():
    symbols = parse("let A in R^{m x n}, B in R^{p x q}\nd/dx vec(kron(A, B))' x").symbols
    assert str(symbols["x"].shape[0]) == "m n p q"
    symbols = parse("let A in R^{m x n}, y in R^n\nd/dX kron(A, X) kron(y, z)").symbols
    assert symbols["X"].shape[1] == symbols["z"].shape[0]
    with pytest.raises(DeriveError, match="do not determine each other"):
        parse("let A in R^{m x n}\nd/dX ||kron(X, Y) - A||^2")


def test_every_node_knows_its_place():
    text = "let A in R^{n x n}, x in R^n\nd/dx log(1 + x' A x)"
    [goal] = parse(text).goals
    for node in goal.expr.walk():
        if node.span:
            assert text[node.span.start : node.span.end]
    assert text[goal.expr.span.start : goal.expr.span.end] == "log(1 + x' A x)"
    inner = goal.expr.args[0].args[1]
    assert text[inner.span.start : inner.span.end] == "x' A x"


def test_constants_that_blocks_share_keep_no_place():
    parse("let x in R\nd/dx 1 + x")
    from mkdocs_matcalc.expr.atoms import MINUS_ONE, NOUGHT, UNIT

    parse("let x in R\nd/dx x^0 + 1 + mean(x) 0")
    assert (UNIT.span, NOUGHT.span, MINUS_ONE.span) == (None, None, None)


def test_constants_that_a_rewriting_ends_in_keep_no_place():
    """Else an error in the next block could point at a place in this one."""
    from mkdocs_matcalc.expr.atoms import NOUGHT
    from mkdocs_matcalc.pipeline import derive

    derive("let x in R\ny = x\nd/dx sin(y - y) + x")
    assert NOUGHT.span is None
