"""An expression between dollar signs means the same as in the block language."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.parse import parse, parse_expression, parse_latex

GIVEN = (
    "A, B, X: n x n, S: n x n spd, x, y, b: R^n, W_1: m x n, x_train: R^n, mu: R^n, t, a, c: R, abc: R, "
    "Sigma: n x n, sigma: elementwise, l: R^n -> R, C: m x n, theta: R, phi: R"
)

SAME = r"""
\mathbf{x}^\top \mathbf{A} \mathbf{x}      | x' A x
x^T A x                                     | x' A x
x^{\top}Ax                                  | x' A x
x'Ax                                        | x' A x
x^{\mathsf T} A x                           | x' A x
x^{\mathsf{T}} A x                          | x' A x
x^\mathrm{T} A x                            | x' A x
x^\intercal A^{-1} x                        | x' A^-1 x
x^{\prime} A^{-T} x                         | x' A^{-T} x
A^{-\top}x                                  | A^{-T} x
(A^\top)^{-1} + {A^\top}^{-1}               | A^{-T} + A^{-T}
\|Ax-b\|_2^2 + \|Ax-b\|^2_2                 | ||A x - b||^2 + ||A x - b||^2
\left\| Ax-b \right\|^2 + \bigl\| x \bigr\| | ||A x - b||^2 + ||x||
\lVert A \rVert_F^2 + \Vert A\Vert_{\mathrm F}  | ||A||_F^2 + ||A||_F
||x||^2 + \|x\|_1 + \lVert x\rVert_{1}      | ||x||^2 + ||x||_1 + ||x||_1
\| x \| \| y \|                             | ||x|| ||y||
\| \|x\| y \|                               | norm2(norm2(x) y)
|X| + \left|X\right| + \lvert X\rvert       | det(X) + det(X) + det(X)
\det X + \det(X) + |t| + |t||t|             | det(X) + det(X) + abs(t) + abs(t) abs(t)
\log\det X + \log |X| + \ln(\det X)         | logdet(X) + log(det(X)) + log(det(X))
\operatorname{tr}(AB) + \mathrm{tr}\left(A B\right) + \text{tr}[AB] + \Tr(AB) + \tr{AB} | tr(A B) + tr(A B) + tr(A B) + tr(A B) + tr(A B)
\operatorname{tr} A + \operatorname{tr}(X)^2 + \operatorname{tr}^2(X) | tr(A) + tr(X)^2 + tr(X)^2
\exp(-\tfrac12 (x-\mu)^\top \Sigma^{-1} (x-\mu)) | exp(-1/2 (x - mu)' inv(Sigma) (x - mu))
\exp\left\{-\frac{1}{2} t^2\right\} + e^{-t^2} + \mathrm{e}^{t} | exp(-1/2 t^2) + exp(-t^2) + exp(t)
\frac{x^\top A x}{x^\top x} - \frac12\|x\|^2 | x' A x/(x' x) - 1/2 ||x||^2
\dfrac{1}{1+\exp(-t)} + 1/2 t               | 1/(1 + exp(-t)) + 1/2 t
A \odot B + A \circ B                       | A .* B + A .* B
A \otimes B                                 | kron(A, B)
A \oslash B                                 | A ./ B
x \circ A y + Ax \circ y                    | x .* (A y) + (A x) .* y
\mathbf{0} + x                              | vector(0) + x
x^{\circ 2} + x^{\odot 2} + x^{\circ -1}    | x.^2 + x.^2 + x.^-1
\mathbf{1}^\top x + \mathbf{1}_n^\top x + \mathbb{1}_{n}' x  | vector(1)' x + ones(n)' x + ones(n)' x
\mathbf{1}_{m \times n} + C               | ones(m, n) + C
\mathbf{I} + X + 2\mathbf{I}_n              | I + X + 2 eye(n)
\mathbf{K}_{n,n} \operatorname{vec}(A)      | commutation(n, n) vec(A)
\operatorname{Diag}(x) + \operatorname{diag}(x) | diag(x) + diag(x)
\operatorname{vec}(A)^\top\operatorname{vec}(B) + \vec(A)^\top \vec(B) | vec(A)' vec(B) + vec(A)' vec(B)
\vec{x}^\top \bm{y} + \boldsymbol x^\top\mathbf y | x' y + x' y
\operatorname{softmax}(x)                   | softmax(x)
\operatorname{softmax}(X, \text{rows})      | softmax(X, rows)
\sigma(Ax) + \sigma\left(x\right)           | sigma(A x) + sigma(x)
\ell(x) + l(x)                              | l(x) + l(x)
\boldsymbol{\mu} + x_{\text{train}} + x_{train} + x_{\mathrm{train}} | mu + x_train + x_train + x_train
\mathbf{W}_1 x + \mathbf{W}_{1} x                    | W_1 x + W_1 x
\mathrm{abc}\,t - abc                       | abc t - abc
\sqrt{x^\top x} + \sqrt[3]{t}               | sqrt(x' x) + t^(1/3)
\sin^2 t + \cos^{2}(t) + \sin t \cos t      | sin(t)^2 + cos(t)^2 + sin(t) cos(t)
\langle x, y \rangle                        | dot(x, y)
2 \cdot 3 t + 2\times 3                     | 6 t + 6
\mathbf{AB}                                 | A B
A\,x\;+\!b~                                 | A x + b
\theta x + \varphi x                | theta x + phi x
-x^\top x - x^\top(-x)                      | -x' x + x' x
"""


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_latex_means_what_the_block_language_means(line):
    latex, _, block = line.partition(" | ")
    assert parse_latex(latex, GIVEN) == parse_expression(block.strip(), GIVEN)
    assert parse_expression(f"${latex}$", GIVEN) == parse_expression(block.strip(), GIVEN)


#: An operator in LaTeX and in the block language, with operands for which all of them have a meaning.
OPERATORS = [
    ("+", "+"),
    ("-", "-"),
    (r"\cdot", "*"),
    (r"\circ", ".*"),
    (r"\odot", ".*"),
    (r"\oslash", "./"),
    (r"\otimes", "⊗"),
]


@pytest.mark.parametrize("signs", ["-", "--", "- - -"])
@pytest.mark.parametrize(("latex", "block"), OPERATORS)
def test_signs_stand_behind_an_operator_as_in_the_block_language(latex, block, signs):
    wanted = parse_expression(f"A {block} {signs}B", GIVEN)
    assert parse_latex(f"A {latex} {signs}B", GIVEN) == wanted
    assert parse_latex(f"{signs}(A {latex} {signs}B)", GIVEN) == parse_expression(f"{signs}(A {block} {signs}B)", GIVEN)
    assert parse_latex(f"t / {signs}c + {signs}t", GIVEN) == parse_expression(f"t / {signs}c + {signs}t", GIVEN)


@pytest.mark.parametrize("operator", [r"\circ", r"\otimes"])
def test_a_sign_does_not_hide_that_a_product_has_two_readings(operator):
    with pytest.raises(DeriveError, match="which product is first"):
        parse_latex(rf"A {operator} -B X", GIVEN)


REFUSED = r"""
\tr AB                          | argument
\sin 2t                         | argument
\log x^\top y                   | argument
A \circ B X                     | which product is first
A \otimes B X                   | which product is first
\sum_i x_i                      | `\sum`
x_i                             | entries
\sin^{-1} t                     | arcsin
t 2                             | behind a factor
t^10                            | behind a factor
x^\top_1                        | index
A^2^3                           | two superscripts
\mathbf{AB}^\top                | each letter by itself
\mathbf{x}^\top x               | two fonts
\overline{x}                    | accents
\nabla t                        | d/dx
\mathrm{d}x                     | goal
\frac{\partial q}{\partial x}   | `q`
\mathbf{e}                      | declare it
\mathbb{R}                      | space
\def\x{1}                       | `\def`
\input{/etc/passwd}             | `\input`
\write18{ls}                    | `\write`
\href{javascript:alert(1)}{x}   | not part
\left( x                        | never closed
\left( x )                      | does not close
( x ]                           | does not close
\left x                         | bracket or bar
\frac{1}                        | argument
{                               | operand
{x                              | never closed
}                               | closes nothing
\|x|                            | operand
x = y                           | definition
a & b                           | alignment
a \\ b                          | line
x # b                           | macros
x \cdot y                       | scalar product
|x|                             | norm
\operatorname{foo}(x)           | no function
l x                             | argument
\|x\|_\infty                    | no norm
A^{*}                           | transpose
A^{1/2}                         | integer powers
\log_2 t                        | natural
\text{where x}                  | name
\begin{pmatrix} 1 \end{pmatrix} | `[a, b; c, d]`
x +                             | operand
"""


@pytest.mark.parametrize("line", REFUSED.strip().splitlines())
def test_what_has_no_one_meaning_is_an_error_with_its_place(line):
    latex, _, words = line.partition(" | ")
    latex = latex.rstrip()
    with pytest.raises(DeriveError) as caught:
        parse_latex(latex, GIVEN)
    assert words.strip() in str(caught.value)
    assert caught.value.span is not None
    assert 0 <= caught.value.span.start <= caught.value.span.end <= len(latex)


def test_an_error_points_into_the_dollar_signs():
    with pytest.raises(DeriveError) as caught:
        parse("let x in R^n\nd/dx 2 $\\mathbf{x}^\\top \\foo$")
    assert (caught.value.line, caught.value.column) == (2, 25)


@pytest.mark.parametrize("text", ["d/dx $", "d/dx $x", "d/dx $$", "d/dx $ $", "d/dx $$ $$", "d/dx $x$ $", "$x$"])
def test_dollar_signs_without_an_expression(text):
    with pytest.raises(DeriveError):
        parse(text)


def test_a_block_with_formulas_in_every_place():
    plain = "let W in R^{m x n}, b in R^m, x in R^n\ny = W x + b\nd/dx 2*||y||^2 + tr(x x')'"
    pasted = (
        "let W in R^{m x n}, b in R^m, x in R^n\ny = $\\mathbf{W}\\mathbf{x} + \\mathbf{b}$\n"
        "d/dx 2 $\\|\\mathbf{y}\\|^2$ + $$\\operatorname{tr}(\\mathbf{x}\n  \\mathbf{x}^\\top)$$'"
    )
    one, other = parse(plain), parse(pasted)
    assert one.goals[0].expr == other.goals[0].expr
    assert one.definitions == other.definitions


def test_undeclared_names_follow_the_convention():
    [d] = derive("d/dx $\\mathbf{x}^\\top \\mathbf{A} \\mathbf{x}$", layout="denominator")
    assert d.result.latex == r"(\mathbf{A} + \mathbf{A}^\top)\mathbf{x}"


@pytest.mark.parametrize("name", ["W1", "W_1"])
def test_an_index_is_found_however_the_name_is_spelled(name):
    assert parse(f"d/d{name} tr($\\mathbf{{W}}_1$)").goals[0].variables[0].name == name


def test_a_definition_is_written_with_its_arguments():
    problem = parse("f(x) = $\\mathbf{x}^\\top\\mathbf{x}$\nd/dx $f(\\mathbf{x})^2$")
    assert problem.goals[0].expr == parse("f = x' x\nd/dx f^2").goals[0].expr


@pytest.mark.parametrize(
    "text", ["{" * 500, "(" * 500 + "x" + ")" * 500, "\\frac" * 500, "\\log" * 500 + " t", "x" + "'" * 5000, "x^" * 400]
)
def test_depth_is_limited(text):
    with contextlib.suppress(DeriveError):
        parse_latex(text, GIVEN)


WORDS = [
    *(line.split(" | ")[0].strip() for line in (SAME + REFUSED).strip().splitlines()),
    *"{}()[]^_',|+-*/$&#%~=<xAt12TdeI\\",
    *re.split(
        r" +",
        r"\mathbf \mathbf{ \mathrm{ \mathrm{d} \left \right \left( \right) \| \lVert \rVert \frac \frac{ \sqrt \sqrt[ \top ^\top "
        r"^{ _{ \operatorname{ \log \det \operatorname{tr} \circ \otimes \cdot \partial \frac{\partial{} \langle \rangle \lvert "
        r"\rvert \sigma \mathbf{1} \mathbf{1}_ \mathbf{I}_ \mathbf{K}_{ \text{rows} \text \bigl \vec \mathsf \prime \, \{ \} "
        r"\sum \unknown",
    ),
]


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", " "]), st.booleans())
@settings(max_examples=2000, deadline=None)
def test_any_words_of_latex(words, between, differentials):
    text = between.join(words)
    try:
        parse_latex(text, GIVEN, differentials=differentials)
    except DeriveError as error:
        assert error.span is None or 0 <= error.span.start <= error.span.end <= max(1, len(error.text))  # noqa: PT017
        assert "cannot be read" not in error.message  # noqa: PT017 - the net under the stages
    with contextlib.suppress(DeriveError):
        parse(f"d/dx ${text}$")


@given(st.text(max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_between_dollar_signs(text):
    with contextlib.suppress(DeriveError):
        parse_latex(text)
    with contextlib.suppress(DeriveError):
        parse(f"d/dx ${text}$")
