"""No two different things of a block are set alike."""

from __future__ import annotations

import re

import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.emit.alike import seen
from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.emit.names import latex_name
from mkdocs_matcalc.expr.atoms import set_apart
from mkdocs_matcalc.expr.walk import bottom_up
from mkdocs_matcalc.parse import parse, parse_latex

#: Pairs of names that are set alike, each as a variable of one kind.
PAIRS = [
    ("x_1", "x1"), ("x12", "x_12"), ("x1_2", "x_1_2"), ("alpha1", "alpha_1"), ("α1", "alpha_1"), ("W_1", "W1"),
    ("Alpha", "A"), ("Beta_1", "B1"), ("omicron", "o"), ("Chi", "X"), ("theta_02", "θ02"),
]  # fmt: skip
SPACES = ["R", "R^n", "R^{n x n}"]


def alike(block: str) -> DeriveError:
    with pytest.raises(DeriveError, match="set alike") as caught:
        derive(block)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("turned", [False, True])
def test_variables_that_are_set_alike(pair, space, turned):
    first, second = pair[::-1] if turned else pair
    error = alike(f"let {first}, {second} in {space}, t in R\nd/dt t^2")
    assert (error.line, error.column) == (1, len(f"let {first}, ") + 1)
    spelled = [name.replace("α", "alpha").replace("θ", "theta") for name in pair]
    assert all(f"`{name}`" in error.message for name in spelled)


@pytest.mark.parametrize("block", [
    "d/dx1 x1' x_1",  # declared by their first letters
    "let x in R^n\ny1 = 2 x\ny_1 = 3 x\nd/dx y1' y_1",
    "let x in R^n, y1 in R^n\ny_1 = 3 x\nd/dx y1' y_1",
    "let x in R^n, f1: R^n -> R, f_1: R^n -> R\nd/dx f1(x) f_1(x)",
    "let x in R^n, f1: R^n -> R, f_1 in R\nd/dx f1(x) f_1",
    "let x in R^n, s1: elementwise\ns_1 = x' x\nd/dx sum(s1(x)) s_1",
    "let s, t in R, f1 in R^2\nf_1 = [s sum(f1), t]\ndf_1/d(s, t)",
    "let x in R^n, x1, x_1 in R\nd/dx $x_1$ x1 x' x",
])  # fmt: skip
def test_names_of_every_kind_that_are_set_alike(block):
    alike(block)


@pytest.mark.parametrize("block", [
    "let n in R, x in R^n\nf = n mean(x)\ndf/dx",
    "let N in R, X in R^{N x p}\nd/dX N tr(X' X)",
    "let x in R^n\nn = x' x\nd/dx n^2",
    "let x in R^n, n: elementwise\nd/dx sum(n(x))",
    "let x in R^n, n: R^n -> R\nd/dx n(x)",
    "let n_1 in R, x in R^n1\nd/dx n_1 x' x",
    "let f: R^k -> R, k in R, y in R^k\nd/dy k f(y)",
    "let x in R^n1, y in R^n_1, A in R^{n1 x n_1}\nd/dx x' A y",
])  # fmt: skip
def test_a_size_and_a_name_that_are_set_alike(block):
    alike(block)


@pytest.mark.parametrize("block", [
    "let h in R^h\nd/dh h' h",
    "let N in R^{N x p}\nd/dN tr(N' N)",
    "let x in R^n\nd/dx n x' x",
    "let x in R, X in R^{n x n}\nd/dx x tr(X)",
    "let x in R^n, x_1 in R\nd/dx x_1 x' x",
    "let x1, x2, x_12 in R\nd/dx1 x1 x2 x_12",
    "let sigma in R, Sigma in R^{n x n}, S in R^{n x n}\nd/dsigma sigma tr(Sigma S)",
    "let y_hat, y in R^n\nd/dy (y - y_hat)' y",
])  # fmt: skip
def test_what_is_set_otherwise_is_read(block):
    assert derive(block)


#: Blocks in which a constant comes in that is set as a name of the author is: the name, and the constant set apart.
APART = [
    ("let I, X in R^{n x n}\nd/dX tr(X) + tr(I X)", "I", "I", "identity"),
    ("let I in R^n, x in R^n\nd/dx (I' x) x", "I", "I", "identity"),
    ("let I_n, X in R^{n x n}\nd/dX I_n X", "I_n", "I", "identity"),
    ("let Iota, X in R^{n x n}\nd/dX tr(X) + tr(Iota X)", "Iota", "I", "identity"),
    ("let X in R^{n x n}, x in R^n\nI = x x'\nd/dX tr(X) + tr(I X)", "I", "I", "identity"),
    ("let I, X in R^{n x n}, x in R^n\nd/dx x' (X + I + eye(n)) x", "I", "I", "identity"),
    ("style: chain\nlet I, X in R^{n x n}\nd/dX tr(exp(X) (I + eye(n)) X)", "I", "I", "identity"),
    ("style: index\nlet I in R^{n x n}, x in R^n\nd/dx x' (I + eye(n)) x", "I", "I", "identity"),
    ("let I in R^{n x n} invertible\ngiven I^-1 I = eye(n)\nd(I^-1)", "I", "I", "identity"),
    ("let K in R^{n x n}, X in R^{n x n}\nd/dX K X'", "K", "K", "commutation"),
    ("layout: denominator\nlet K in R^{n x n}, X in R^{m x n}\nd/dX K X'", "K", "K", "commutation"),
    ("let Kappa in R^{n x n}, X in R^{n x n}\nd/dX Kappa X'", "Kappa", "K", "commutation"),
    ("let S in R^{n x n}, x in R^n\nd/dx S diag(x)", "S", "S", "selection"),
    ("let S_n in R^{n x n}, x in R^n\nd/dx S_n diag(x)", "S_n", "S", "selection"),
]


@pytest.mark.parametrize(("block", "name", "letter", "words"), APART, ids=[row[0] for row in APART])
def test_a_constant_is_set_apart_from_a_name_of_the_author(block, name, letter, words):
    [d] = derive(block)
    printed = " ".join(f"{row.left} {row.right} {row.note}" for row in d.rows)
    assert f"\\mathcal{{{letter}}}" in printed
    # what is left in the usual letter is the author's, whose index is none or the one of the name
    index = name.partition("_")[2]
    for found in re.findall(rf"\\mathbf\{{{letter}\}}(?:_\{{([^{{}}]*)\}})?", printed):
        assert found == index
    [said] = [r for r in d.remarks if "a name of the block" in r]
    assert f"is the {words} matrix" in said
    assert {"I": "ℐ", "K": "𝒦", "S": "𝒮"}[letter] in d.text


@pytest.mark.parametrize("block", [row[0] for row in APART if "style" not in row[0] and "given" not in row[0]])
def test_a_constant_that_is_set_apart_is_read_back(block):
    [d] = derive(block)
    problem = parse(block)
    for line in d.lines:
        e = parse_latex(latex(line.expr), differentials=True, problem=problem)
        assert latex(set_all_apart(e, line.expr)) == latex(line.expr)


def set_all_apart(e, like):
    """What was read, with the constants set apart that are so in what was printed."""
    kinds = {type(n) for n in like.walk() if getattr(n, "apart", False)}
    return bottom_up(e, lambda n: set_apart(n) if type(n) in kinds else n)


def test_a_derivation_with_a_constant_set_apart_is_the_same_to_a_machine():
    one, other = (derive(f"let {k} in R^{{n x n}}, X in R^{{n x n}}\nd/dX {k} X'")[0] for k in ("K", "B"))
    assert one.numpy().replace("K", "B") == other.numpy().replace("K", "B")
    assert one.result.text == other.result.text.replace("B", "K")


#: Blocks in which something comes in that cannot be set otherwise.
CONSTANTS = [
    ("style: index\nlet delta in R^{n x n}, x in R^n\nd/dx x' delta x", "delta", "Kronecker's delta"),
    ("style: index\nlet δ, x in R^n\nd/dx δ' x", "delta", "Kronecker's delta"),
    ("let X, dX in R^{n x n}\ndifferential tr(X dX) wrt X", "dX", "the differential of `X`"),
    ("let x, dx in R^n\nd/dx dx' x", "dx", "the differential of `x`"),
    ("let x, dy in R^n\ny = 2 x\nd/dx dy' y", "dy", "the differential of `y`"),
    ("let step: elementwise, x in R^n\nd/dx sum(step(x) + relu(x))", "step", "the function `step`"),
]


@pytest.mark.parametrize(("block", "name", "words"), CONSTANTS, ids=[b.split("\n")[-1] for b, _, _ in CONSTANTS])
def test_a_name_that_is_set_as_something_of_the_derivation(block, name, words):
    error = alike(block)
    assert f"`{name}` and {words}" in error.message
    place = block.split("\n")[error.line - 1][error.column - 1 :]
    assert place.replace("δ", "delta").startswith(name)


@pytest.mark.parametrize("block", [
    "let I, X in R^{n x n}\nd/dX tr(I X)",  # no identity comes in
    "let I in R, x in R^n\nd/dx I x",  # italic beside bold
    "let I_1, X in R^{n x n}\nd/dX tr(X) + tr(I_1 X)",
    "let K, X in R^{n x n}\nd/dX tr(K X)",
    "let K_1, X in R^{n x n}\nd/dX K_1 X'",
    "let S_w in R^{n x n}, x in R^n\nd/dx S_w diag(x)",
    "let S in R^{n x n}, x in R^n\nd/dx x' S x",
    "let delta in R, x in R^n\nd/dx delta x' x",
    "let dt in R, x in R^n\nd/dx dt x' x",
    "let X in R^{n x n}\nd/dX tr(X) + tr(I X)",
    "let step: elementwise, x in R^n\nd/dx sum(step(x))",
])  # fmt: skip
def test_a_name_beside_a_constant_that_is_set_otherwise(block):
    [d] = derive(block)
    assert "mathcal" not in " ".join(row.right for row in d.rows)


# -- what the engine names by itself --------------------------------------------------------------------


def looks(latex: str) -> set[str]:
    return {seen(found) for found in re.findall(r"\\(?:mathbf|boldsymbol)\{[^{}]*\}(?:_\{?\w*\}?)?", latex)}


@pytest.mark.parametrize("space", SPACES)
def test_the_name_of_an_expression_is_no_name_of_the_author(space):
    taken = ["f", "y", "g"] if space != "R^{n x n}" else ["F", "Y", "G", "Eta"]
    [d] = derive(f"let {', '.join(taken)} in {space}, t in R\nd/dt t {taken[-1]}")
    assert d.function not in taken
    kinds = {"R": "scalar", "R^n": "vector", "R^{n x n}": "matrix"}[space]
    assert latex_name(d.function, kinds) not in {latex_name(name, kinds) for name in taken}


def test_the_name_of_an_expression_is_no_size():
    [d] = derive("let x in R^f\nd/dx x' x")
    assert d.function != "f"


def test_short_names_in_a_chain_are_none_of_the_authors():
    layers = 8
    text = ["let x in R^n, " + ", ".join(f"W{i} in R^{{n x n}}" for i in range(layers)) + ", g2 in R^n, v in R^n"]
    text += [f"z{i} = sigmoid(W{i} {'x' if i == 0 else f'z{i - 1}'}) .* v + g2" for i in range(layers)]
    [d] = derive("\n".join([*text, f"f = ||z{layers - 1}||^2", "df/dW0"]))
    made = {line.quantity for line in d.lines if line.left is not None}
    assert made
    assert not {latex_name(name, "vector") for name in made} & {latex_name("g2", "vector")}


def test_index_letters_are_no_index_of_a_name():
    [d] = derive("style: index\nlet x in R^n, x_i, A_j in R, A in R^{n x n}\nd/dx x_i A_j x' A x")
    lines = " ".join(row.right for row in d.rows)
    assert "\\sum_{i" not in lines
    assert "\\sum_{j" not in lines


def test_index_letters_and_unit_matrices_of_a_definition_are_no_names():
    [d] = derive("let E in R^{m x n}, i in R, X in R^{m x n}, y: R^{m x n} -> R\nd/dX y(X)")
    last = d.rows[-1].right
    assert "\\mathbf{U}" in last
    assert "\\sum_{j,k}" in last


def test_letters_for_operators_are_no_names():
    [d] = derive("style: chain\nlet U1, G_1, X in R^{n x n}, A in R^{g x n}\nd/dX tr(exp(A X U1 X) (A X U1 X)')")
    for row in d.rows:
        assert "{G}: " not in row.note


@pytest.mark.parametrize("formula", [r"\mathbf{x}_{1}", r"\mathbf{x}_1", r"\mathbf{x}_{\text{1}}"])
def test_braces_and_the_font_of_an_index_are_not_seen(formula):
    assert seen(formula) == seen(latex_name("x1", "vector"))
