"""Every mistake that the language names has an error at its place, and a hint."""

from __future__ import annotations

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.parse import parse

LET = "let A in R^{m x n}, x in R^n, b in R^m, c in R, S in R^{n x n}\n"

#: The block after LET (or a whole block), the place of the caret, words of the message, words of the hint.
CASES = [
    # names
    ("d/dx Ax", 2, 6, "`Ax` is not declared", "write `A x` or `A*x`"),
    ("d/dx x'Sx", 2, 8, "`Sx` is not declared", "`S x`"),
    ("d/dx dx", 2, 6, "`dx` is not declared", "a goal only"),
    ("y = z2 + x\nz2 = x\ndy/dx", 2, 5, "defined on line 3; a name is defined before it is used", ""),
    ("y = y + x\ndy/dx", 2, 5, "defined by itself", ""),
    ("df/dx\nf = x' x", 2, 2, "defined on line 3; a name is defined before it is used", ""),
    ("y = x\ny = 2 x\ndy/dx", 3, 1, "already defined on line 2", "another name"),
    ("x = 3\nd/dx x", 2, 1, "already declared on line 1", "no `let`"),
    ("exp = 3\nd/dx x", 2, 1, "`exp` is a function", ""),
    ("let g: R^n -> R\ng = x' x\nd/dx g", 3, 1, "declared as a function on line 2", ""),
    ("let x in R\nd/dx x", 2, 5, "already declared on line 1", ""),
    ("let tr in R\nd/dx x", 2, 5, "`tr` is a function; a variable needs another name", ""),
    ("let σ: elementwise, sigma in R\nd/dx x", 2, 21, "already declared on line 2", ""),
    # functions
    ("d/dx foo(x)", 2, 6, "no function `foo`; known are exp", ""),
    ("d/dx softmx(x)", 2, 6, "no function `softmx`", "`softmax`"),
    ("d/dx exp x", 2, 6, "`exp` is a function; it needs an argument", "`exp(…)`"),
    ("d/dx dot(x)", 2, 6, "does not take 1 argument", "dot(a, b)"),
    ("d/dx tr(A)", 2, 9, "`tr` takes a square matrix; `A` is m x n (declared on line 1)", ""),
    ("d/dx inv(A)", 2, 10, "`inv` takes a square matrix", ""),
    ("d/dx softmax(A)", 2, 6, "along which way", "softmax(X, rows)"),
    ("d/dx softmax(A, up)", 2, 17, "`rows` or `columns`", ""),
    ("d/dx softmax(x, rows)", 2, 14, "takes a matrix", ""),
    ("d/dx dot(x, b)", 2, 13, "`x` is a column of n (declared on line 1), `b` is a column of m (declared on line 1)", ""),
    ("d/dx dot(A, A)", 2, 10, "`dot` takes vectors", "inner"),
    ("d/dx inner(A, S)", 2, 15, "two of one size", ""),
    ("let l: R^k -> R\nd/dx l(x)", 3, 8, "`l` takes a column of k; `x` is a column of n", ""),
    ("let l: R^n -> R\nd/dx l(x')", 3, 8, "a column of n; `x'` is a row of n", "transpose"),
    ("let h: R^n, R -> R\nd/dx h(x)", 3, 6, "takes 2 arguments, not 1", ""),
    ("let g: R -> R\nd/dx g(x)", 3, 8, "`g` takes a scalar", "elementwise"),
    ("d/dx ones(x)", 2, 11, "a dimension is expected; `x` is a column of n", "vector(c)"),
    ("d/dx ones(1/2)", 2, 11, "a dimension is a name or a positive integer", ""),
    ("f(x) = x' x\nd/dx f(x, 2)", 3, 6, "`f` takes 1 argument, not 2", ""),
    # sizes
    ("d/dx A b", 2, 8, "`A` is m x n (declared on line 1), `b` is a column of m (declared on line 1)", "`A' b` would fit"),
    ("d/dx A + c", 2, 10, "the sum of a matrix and a scalar", "`.+` adds"),
    ("d/dx 1 - x", 2, 10, "the difference of a scalar and a column", "`.-`"),
    ("d/dx A + b", 2, 10, "the sum of a matrix and a column", "spreads"),
    ("d/dx x + x'", 2, 10, "a column and a row", "transpose"),
    ("d/dx x + b", 2, 10, "`x` is a column of n (declared on line 1), `b` is a column of m (declared on line 1)", ""),
    ("d/dx A .+ x", 2, 11, "the sizes do not fit", ""),
    ("d/dx x x", 2, 8, "the sizes of this product do not fit", "`x' x`"),
    ("d/dx x .* b", 2, 11, "entrywise product", ""),
    ("d/dx A .* b", 2, 11, "entrywise product", "`diag(b) X`"),
    ("d/dx x ./ b", 2, 11, "entrywise quotient", ""),
    ("d/dx x/b", 2, 8, "`/` divides by a scalar; `b` is a column of m", "`./`"),
    ("d/dx x/S", 2, 8, "`/` divides by a scalar", "inv"),
    ("d/dx x^2", 2, 6, "a vector has no power", "`x.^2`, the squared norm is `||x||^2`"),
    ("d/dx x²", 2, 6, "a vector has no power", "`||x||^2`"),
    ("d/dx A^2", 2, 6, "only a square matrix has powers", "`A.^2`"),
    ("d/dx S^c", 2, 8, "integer powers only", "`S.^c`"),
    ("d/dx S^(1/2)", 2, 8, "integer powers only", ""),
    ("d/dx S^100", 2, 8, "at most 64", ""),
    ("d/dx c^x", 2, 8, "an exponent is a scalar", ""),
    ("d/dx x.^x", 2, 9, "an exponent is a scalar", "exp(y .* log(x))"),
    ("d/dx ||S||_2", 2, 6, "largest singular value", "||A||_F"),
    ("d/dx 1/0 c", 2, 8, "division by zero", ""),
    ("d/dx 0^-1", 2, 6, "zero has no such power", ""),
    # signs and brackets
    ("d/dx (x'x", 2, 6, "`(` is never closed", ""),
    ("d/dx x'x)", 2, 9, "`)` closes nothing", ""),
    ("d/dx (x]", 2, 8, "`]` does not close `(`", "`)`"),
    ("d/dx ||x", 2, 6, "this `||` is never closed", "norm2"),
    ("d/dx (||x)", 2, 7, "this `||` is never closed", "norm2"),
    ("d/dx ||x||_3", 2, 9, "no norm with the subscript `3`", ""),
    ("d/dx |x|", 2, 6, "bars around a vector: `x` is a column of n", "`||x||`, the absolute values entry by entry are `abs(x)`"),
    ("d/dx |c", 2, 6, "this `|` is never closed", ""), ("d/dx <x, x", 2, 10, "`>` is expected after `x`", ""), ("d/dx x < x", 2, 10, "`,` is expected after `x`", ""),
    ("d/dx |A|", 2, 7, "`|` takes a square matrix", ""), ("d/dx sin.(x)", 2, 9, "`.` is not part", "entry by entry as it is"),
    ("d/dx x'x +", 2, 10, "an operand is expected after `+`", ""),
    ("d/dx + x", 2, 6, "an operand is expected, not `+`", "no sign"),
    ("d/dx x**2", 2, 7, "`**` is not expected", "`^`"),
    ("d/dx x × x", 2, 8, "`×` is not expected", "`A*B`"),
    ("d/dx 1e5x", 2, 6, "where does the number `1e5` end", "`1e5 x`"),
    ("d/dx 1e5 2", 2, 6, "two numbers", "`*`"),
    ("d/dx 1e101", 2, 6, "at most 100 digits", ""),
    ("d/dx x.5", 2, 7, "`.5` directly behind `x`", "a space"),
    ("let e5 in R\nd/dx 1e5", 3, 6, "`e5` is a name", "`1 e5`"),
    ("let e in R\nd/dx 2e-5", 3, 6, "`e` is a name", "`2 e - 5`"),
    ("d/dpi pi", 2, 4, "`pi` is a number unless it is declared", "let pi in"),
    ("d/dS e^S", 2, 6, "`expm`", "`exp(S)`"),
    ("d/dx 2 3", 2, 6, "two numbers", "`*`"),
    ("d/dx x @", 2, 8, "an operand is expected after `@`", ""),
    ("d/dx x ℝ", 2, 8, "`ℝ` is not expected here", ""),
    ("d/dx [x, x]", 2, 7, "components are scalars", ""),
    ("d/dx 2 [c]", 2, 8, "`[` is not expected here", "components"),
    ("d/dx " + "(" * 61 + "x" + ")" * 61, 2, 66, "more than 60 levels", "line of its own"),
    ("d/dx é", 2, 6, "`é` is not part of the language", "Latin and Greek"),
    ("d/dx x \0", 2, 8, "cannot be seen: U+0000", "delete"),
    ("# \u202e", 2, 3, "right-to-left override", "delete"),
    ("d/dx \ud800", 2, 6, "cannot be seen: U+D800", "delete"),
    # goals
    ("d/dy x'x", 2, 4, "`y` is neither declared nor in the expression", "let y in"),
    ("d/dn x'x", 2, 4, "`n` is a dimension", ""),
    ("y = x\nd/dy y'y", 3, 4, "`y` is defined, not declared", ""),
    ("d/dexp x", 2, 4, "`exp` is a function", ""),
    ("dg/dx", 2, 2, "no `g` is defined", "g = EXPR"),
    ("dx/dx", 2, 2, "`x` is a variable", "d/dx x"),
    ("f = x'x\ndf/dx x'x", 3, 7, "nothing follows", "d/dx EXPR"),
    ("d/dx", 2, 1, "an expression is expected after this", ""),
    ("d/dx, d/dx x'x", 2, 10, "given twice", ""),
    ("d/dx, x'x", 2, 5, "another derivative", ""),
    ("d2/dx x'x", 2, 4, "a second derivative is `d2/dx2`", ""),
    ("d3/dx3 x'x", 2, 1, "first (`d/dx`) or second", ""),
    ("differential A x", 2, 1, "the variables are missing", "wrt"),
    ("x'x", 2, 1, "this is no statement", "d/dx EXPR"),
    ("2 = x", 2, 1, "on the left of `=`", ""),
    ("d/d(c, x) [c, c]", 2, 8, "derived by scalars; `x` is a column of n", ""),
    ("det d/d(c, c) [c, c]", 2, 12, "given twice", ""),
    ("det d/dc [c, c]", 2, 1, "as many components as variables, not 2 and 1", ""),
    ("let r in R\nd/d(c, r) A", 3, 1, "take explicit components", ""),
    ("f = [c, c]\ny = 2 f\ndf/dc", 3, 7, "explicit components", ""),
    ("d/d(c) [c, c; c]", 2, 8, "differ in length", ""),
    # declarations
    ("let B in R^{m x n} symetric\nd/dB B", 2, 20, "no attribute `symetric`", "`symmetric`"),
    ("let B in R^{m x n} symmetric\nd/dB B", 2, 20, "`symmetric` needs a square matrix; this is m x n", "R^{n x n}"),
    ("let y in R^n spd\nd/dy y", 2, 14, "`spd` needs a square matrix", ""),
    ("let B in R^{n x n} skew spd\nd/dB B", 2, 25, "`skew` and `spd` contradict each other", ""),
    ("let B in R^{n x n} spd skew\nd/dB B", 2, 24, "`spd` and `skew` contradict each other", ""),
    ("let B in R^{n x n} skew positive\nd/dB B", 2, 25, "`skew` and `positive` contradict each other", ""),
    ("let B in R^{n x n} symmetric invertible skew\nd/dB B", 2, 41, "`symmetric` and `skew` contradict", ""),
    ("let B in R^{n x n} diagonal skew\nd/dB B", 2, 29, "`diagonal` and `skew` contradict", ""),
    ("let B in R^{n x n} orthogonal positive\nd/dB B", 2, 31, "`orthogonal` and `positive` contradict", ""),
    ("let B in R^{n x n} spd orthogonal\nd/dB B", 2, 24, "`spd` and `orthogonal` contradict", ""),
    ("let B in R^{3 x 3} skew invertible\nd/dB B", 2, 25, "odd size (3)", ""),
    ("let B in R^{5 x 5} orthogonal skew\nd/dB B", 2, 31, "odd size (5)", ""),
    ("let B in R^m x n\nd/dB B", 2, 10, "needs braces", "R^{m x n}"),
    ("let B in R^{mxn}\nd/dB B", 2, 13, "`x` and a dimension", "`m x n`"),
    ("let B in R^{m x n x p}\nd/dB B", 2, 19, "at most two dimensions", ""),
    ("let B in R^{m x n} y in R\nd/dB B", 2, 20, "a comma is missing before `y`", ""),
    ("let y in R^0\nd/dy y", 2, 12, "positive integer", ""),
    ("let y in Q\nd/dy y", 2, 10, "a space", ""),
    ("let y\nd/dy y", 2, 5, "`in`, `:` or `∈` is expected", ""),
    ("let y = 3\nd/dy y", 2, 7, "a definition has no `let`", "on a line of its own"), ("let y in R^n, z = x' x\nd/dy y", 2, 17, "a definition has no `let`", "on a line of its own"),
    ("y: R^n\nd/dy y", 2, 1, "no directive `y`", "`let y: R^n`"),
    # directives
    ("lable: ls\nd/dx x", 2, 1, "no directive `lable`; known are label", "`label`"),
    ("layout: numer\nd/dx x", 2, 9, "`layout` is numerator, denominator or mixed", "`numerator`"),
    ("show: source, kode\nd/dx x", 2, 7, "`show` is", "`code`"),
    ("label: a b\nd/dx x", 2, 8, "a label is one word", ""),
    ("label: a\nlabel: b\nd/dx x", 3, 1, "given twice", ""),
    ("title:\nd/dx x", 2, 1, "no value", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    CASES,
    ids=[c[0][:40].encode("ascii", "replace").decode() for c in CASES],
)
def test_a_mistake_is_an_error_at_its_place(text, line, column, message, hint):
    with pytest.raises(DeriveError) as caught:
        parse(LET + text)
    error = caught.value
    assert message in error.message
    assert (error.line, error.column) == (line, column)
    assert hint in error.hint
    str(error).encode("utf-8")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", LET, LET + "f = x'x\n", "label: a"])
def test_a_block_without_a_goal_derives_nothing(text):
    with pytest.raises(DeriveError, match="nothing to derive"):
        parse(text)


def test_a_conflict_of_undeclared_names_says_where_the_size_comes_from():
    with pytest.raises(DeriveError) as caught:
        parse("let A in R^{m x n}, B in R^{k x m}\nf = ||A x||\nd/dx f + ||B x||")
    assert caught.value.message == (
        "the sizes of this product do not fit: `B` is k x m (declared on line 1), "
        "`x` is a column of n (by `A x` on line 2)"
    )
    assert (caught.value.line, caught.value.column) == (3, 14)


def test_a_size_that_is_a_name_is_never_one():
    with pytest.raises(DeriveError, match="the sum of a column and a scalar"):
        parse("d/dx x + x' x")


@pytest.mark.parametrize(
    "text",
    [
        "let x in R^n\nd/dx " + " + ".join(["x"] * 13_000),
        "# " + "x" * 100_001,
        "d/dx " + "x" * 200,
        "d/dx " + "9" * 200 + " x",
        "let x in R^n\nd/dx x.^" + "9" * 90,
        "let a in R\nd/da a" + "^a" * 100,
        "let a in R\nd/da a" + "^a'" * 100,
        "let a in R\nd/da a" + "⁹" * 200,
        "let x in R^n\n"
        + "\n".join(f"y{i + 1} = kron(y{i}, y{i})" for i in range(40)).replace("y0", "x")
        + "\nd/dx y40",
        "y0 = x\n" + "\n".join(f"y{i + 1} = vec(y{i} y{i}')" for i in range(40)) + "\nd/dx y40",
        "d/dx " + "||" * 3000 + "x",
        "d/dx " + "9" * 99 + ("*" + "9" * 99) * 900,
    ],
    ids=range(12),
)
def test_a_block_that_is_too_large_is_refused(text):
    with pytest.raises(DeriveError):
        parse(text)
