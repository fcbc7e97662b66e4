"""The derive blocks of the documentation: each is checked, and what the pages promise is there and right.

`EXPECTED` is the list of what has to have a block: the rows of the operator table with their proofs, the scalar
rules, explicit Jacobians, definitions, the table of linear and quadratic forms, chain rules and the worked
examples. Each result is compared at a random point with a formula in NumPy that was written for this test.
"""

from __future__ import annotations

import inspect
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mkdocs_matcalc import derive
from mkdocs_matcalc.publish.scan import Block, blocks

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

DOCS = Path(__file__).parent.parent / "docs"
SIZES = {"m": 4, "n": 3, "p": 5, "q": 2, "k": 6}


@cache
def blocks_of(page: str) -> list[Block]:
    return blocks((DOCS / f"{page}.md").read_text(encoding="utf-8"))


def label_of(block: Block) -> str:
    found = re.search(r"^label: *(\S+)", block.text, re.MULTILINE)
    return found[1] if found else block.label


def labelled(page: str, label: str) -> int:
    [place] = [n for n, block in enumerate(blocks_of(page)) if label_of(block) == label]
    return place


PAGES = sorted(path.stem for path in DOCS.glob("*.md"))
EVERY = [pytest.param(block, id=f"{page}:{block.line}") for page in PAGES for block in blocks_of(page)]


@pytest.mark.parametrize("block", EVERY)
def test_a_block_derives_and_every_line_is_checked(block):
    found = derive(block.text)
    assert found
    for d in found:
        check = d.to_dict()["check"]
        assert check["passed"], d.text
        assert check["points"] >= 3


# -- what has to be there, and what it has to be -------------------------------------------------

# Functions that are known by their spaces alone, and their derivatives in the shapes of the contract: for a scalar
# the shape of the argument, for a vector or a matrix a row for each entry, of a scalar one for each entry.


def gradient(i=0):
    return lambda *args: np.cos(args[i]) + np.cos(sum(np.sum(a) for a in args))


def jacobian(rows, i=0):
    return lambda *args: np.cos(np.outer(np.arange(1, rows + 1), np.ravel(args[i], order="F")) + len(args))


def curve(*shape, i=0):
    return lambda *args: np.cos(args[i] * np.arange(1, math.prod(shape) + 1).reshape(shape))


def vector(rows):
    return lambda x: np.sin(np.outer(np.arange(1, rows + 1), np.ravel(x, order="F"))).sum(axis=1)


def number(x):
    return np.sin(np.sum(x)) + 2


def slope(z):
    return 1 - np.tanh(z) ** 2


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


M, N, P, K = (SIZES[name] for name in "mnpk")
PHI = {"phi_prime": gradient()}
UV = {"u": np.sin, "u_prime": np.cos, "v": lambda x: 3 + np.cos(x), "v_prime": lambda x: -np.sin(x)}
G = {"g": np.tanh, "g_prime": slope}
CURVE, CURVE_SLOPE = curve(M, N), lambda x: -np.sin(x * np.arange(1, 13).reshape(4, 3))

OPERATORS = [
    ("X W", "op-right", lambda X, W, phi_prime: phi_prime(X @ W) @ W.T, PHI),
    ("W X", "op-left", lambda X, W, phi_prime: W.T @ phi_prime(W @ X), PHI),
    ("X ⊙ C", "op-hadamard", lambda X, C, phi_prime: phi_prime(X * C) * C, PHI),
    ("g(X)", "op-entrywise", lambda X, phi_prime: phi_prime(np.tanh(X)) * slope(X), PHI | G),
    ("X + C", "op-sum", lambda X, C, phi_prime: phi_prime(X + C), PHI),
    ("C + X, a row", "op-row", lambda C, x, phi_prime: phi_prime(C + x[None, :]).sum(axis=0), PHI),
    ("C + X, a column", "op-column", lambda C, x, phi_prime: phi_prime(C + x[:, None]).sum(axis=1), PHI),
    ("‖G‖²", "op-norm", lambda G: 2 * G, {}),
    ("ΣG", "op-total", lambda G: np.ones(G.shape), {}),
    ("aᵀGa", "op-quadratic", lambda a: np.outer(a, a), {}),
]

EXPECTED = [
    *((f"operator {what}", "operators", label, formula, functions) for what, label, formula, functions in OPERATORS),
    # the worked examples of the framework
    ("‖g(XW) − Y‖²", "operators", "op-layer",
     lambda X, W, Y: 2 * X.T @ ((np.tanh(X @ W) - Y) * slope(X @ W)), G),
    ("‖g(XW) − Y‖², named", "operators", "op-layer-named",
     lambda X, W, Y: 2 * X.T @ ((np.tanh(X @ W) - Y) * slope(X @ W)), G),
    ("dictionary learning by D", "operators", "op-dictionary",
     lambda X, D, R: -2 * X @ R.T + 2 * D @ R @ R.T, {}),
    ("dictionary learning by R", "operators", "op-coefficients",
     lambda X, D, R: -2 * D.T @ X + 2 * D.T @ D @ R, {}),
    *((f"three styles, {style}", "styles", f"style-{style}",
       lambda X, W, Y: 2 * X.T @ ((np.tanh(X @ W) - Y) * slope(X @ W)), G)
      for style in ("differential", "chain", "index")),
    *((f"quadratic form, {style}", "styles", f"style-quadratic-{style}", lambda A, x: A @ x + A.T @ x, {})
      for style in ("differential", "chain", "index")),
    # scalar rules
    ("constant", "scalars", "rule-constant", lambda: 0.0, {}),
    ("constant multiple", "scalars", "rule-multiple", lambda c, x: c * np.cos(x), UV),
    ("power", "scalars", "rule-power", lambda k, x: k * x ** (k - 1), {}),
    ("sum", "scalars", "rule-sum", lambda x: np.cos(x) - np.sin(x), UV),
    ("product", "scalars", "rule-product", lambda x: np.cos(x) * (3 + np.cos(x)) - np.sin(x) ** 2, UV),
    ("quotient", "scalars", "rule-quotient",
     lambda x: np.cos(x) / (3 + np.cos(x)) + np.sin(x) ** 2 / (3 + np.cos(x)) ** 2, UV),
    ("chain", "scalars", "rule-chain", lambda x: -np.cos(3 + np.cos(x)) * np.sin(x), UV),
    ("x² sin x", "scalars", "scalar-sine", lambda x: x * (2 * np.sin(x) + x * np.cos(x)), {}),
    ("x sin x + 9x³ − 99", "scalars", "scalar-terms", lambda x: np.sin(x) + x * np.cos(x) + 27 * x * x, {}),
    ("sin x / x", "scalars", "scalar-quotient", lambda x: np.cos(x) / x - np.sin(x) / x**2, {}),
    ("sin x²", "scalars", "scalar-inner", lambda x: 2 * x * np.cos(x * x), {}),
    # explicit components
    ("polar coordinates", "scalars", "polar-jacobian",
     lambda r, t: np.array([[np.cos(t), -r * np.sin(t)], [np.sin(t), r * np.cos(t)]]), {}),
    ("polar area", "scalars", "polar-area", lambda r: r, {}),
    ("cylindrical volume", "scalars", "cylindrical-volume", lambda r: r, {}),
    ("spherical volume", "scalars", "spherical-volume", lambda r, theta: r * r * np.sin(theta), {}),
    ("softmax of three", "scalars", "softmax-three",
     lambda u, v, w: np.diag(softmax(np.array([u, v, w]))) - np.outer(*2 * [softmax(np.array([u, v, w]))]), {}),
    ("softmax of n", "scalars", "softmax-n",
     lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)), {}),
    # definitions, a row of a scalar by a vector being a 1-D array in either layout
    ("scalar by scalar", "scalars", "def-scalar-scalar", lambda x, y_prime: y_prime(x), {"y_prime": np.cos}),
    *((f"vector by scalar, {way}", "scalars", f"def-vector-scalar-{way}", lambda x, y_prime: y_prime(x),
       {"y_prime": curve(M)}) for way in ("numerator", "denominator")),
    *((f"scalar by vector, {way}", "scalars", f"def-scalar-vector-{way}", lambda x, y_prime: y_prime(x),
       {"y_prime": gradient()}) for way in ("numerator", "denominator")),
    ("vector by vector", "scalars", "def-vector-vector-numerator", lambda x, y_prime: y_prime(x),
     {"y_prime": jacobian(M)}),
    ("vector by vector, transposed", "scalars", "def-vector-vector-denominator", lambda x, y_prime: y_prime(x).T,
     {"y_prime": jacobian(M)}),
    ("matrix by scalar", "scalars", "def-matrix-scalar-numerator", lambda x, Y_prime: Y_prime(x),
     {"Y_prime": curve(M, N)}),
    ("matrix by scalar, transposed", "scalars", "def-matrix-scalar-denominator", lambda x, Y_prime: Y_prime(x).T,
     {"Y_prime": curve(M, N)}),
    ("scalar by matrix", "scalars", "def-scalar-matrix-numerator", lambda X, y_prime: y_prime(X).T,
     {"y_prime": gradient()}),
    ("scalar by matrix, its shape", "scalars", "def-scalar-matrix-denominator", lambda X, y_prime: y_prime(X),
     {"y_prime": gradient()}),
    ("vector by matrix", "scalars", "def-vector-matrix", lambda X, y_prime: y_prime(X), {"y_prime": jacobian(M)}),
    ("matrix by vector", "scalars", "def-matrix-vector", lambda x, Y_prime: Y_prime(x),
     {"Y_prime": jacobian(M * N)}),
    ("matrix by matrix", "scalars", "def-matrix-matrix", lambda X, Y_prime: Y_prime(X),
     {"Y_prime": jacobian(M * N)}),
    # the table of the lecture notes, in both layouts
    ("Ax", "scalars", "table-ax-numerator", lambda A: A, {}),
    ("Ax, denominator", "scalars", "table-ax-denominator", lambda A: A.T, {}),
    ("xᵀA", "scalars", "table-xa-numerator", lambda A: A.T, {}),
    ("xᵀA, denominator", "scalars", "table-xa-denominator", lambda A: A, {}),
    ("xᵀx", "scalars", "table-xx-numerator", lambda x: 2 * x, {}),
    ("xᵀx, denominator", "scalars", "table-xx-denominator", lambda x: 2 * x, {}),
    ("xᵀAx", "scalars", "table-xax-numerator", lambda A, x: x @ A + A @ x, {}),
    ("xᵀAx, denominator", "scalars", "table-xax-denominator", lambda A, x: x @ A + A @ x, {}),
    # chain rules
    ("∂z/∂x = (∂z/∂y)(∂y/∂x)", "scalars", "vector-chain-numerator",
     lambda x, y, y_prime, z_prime: z_prime(y(x)) @ y_prime(x),
     {"y": vector(K), "y_prime": jacobian(K), "z_prime": jacobian(M)}),
    ("the same, in the other order", "scalars", "vector-chain-denominator",
     lambda x, y, y_prime, z_prime: y_prime(x).T @ z_prime(y(x)).T,
     {"y": vector(K), "y_prime": jacobian(K), "z_prime": jacobian(M)}),
    ("(20)", "scalars", "chain-20", lambda x, y, y_prime, z_prime: z_prime(y(x)) @ y_prime(x),
     {"y": vector(K), "y_prime": jacobian(K), "z_prime": gradient()}),
    ("(21)", "scalars", "chain-21", lambda X, y_prime, z_prime: z_prime(number(X)) * y_prime(X).T,
     {"y": number, "y_prime": gradient(), "z_prime": np.cos}),
    ("(22)", "scalars", "chain-22", lambda x, z_prime: (z_prime(CURVE(x)) * CURVE_SLOPE(x)).sum(),
     {"Y": CURVE, "Y_prime": CURVE_SLOPE, "z_prime": gradient()}),
    ("(23)", "scalars", "chain-23", lambda x, g, g_prime, h_prime: h_prime(g(x)) @ g_prime(x),
     {"g": vector(K), "g_prime": jacobian(K), "h_prime": jacobian(M)}),
    ("z(y(X))", "method", "chain-vector-matrix",
     lambda X, y, y_prime, z_prime: (z_prime(y(X)) @ y_prime(X)).reshape(X.shape, order="F").T,
     {"y": vector(M), "y_prime": jacobian(M), "z_prime": gradient()}),
    ("z(Y(X))", "method", "chain-matrix-matrix",
     lambda X, Y, Y_prime, z_prime: (z_prime(Y(X)).ravel(order="F") @ Y_prime(X)).reshape(X.shape, order="F").T,
     {"Y": lambda X: vector(M * N)(X).reshape(M, N), "Y_prime": jacobian(M * N), "z_prime": gradient()}),
    # total differentials
    ("(24)", "scalars", "total-24",
     lambda x, y, dx, dy, f_prime_1, f_prime_2: f_prime_1(x, y) * dx + f_prime_2(x, y) * dy,
     {"f_prime_1": gradient(0), "f_prime_2": gradient(1)}),
    ("(25)", "scalars", "total-25",
     lambda x, y, dx, dy, f_prime_1, f_prime_2: (f_prime_1(x, y) * dx).sum() + (f_prime_2(x, y) * dy).sum(),
     {"f_prime_1": gradient(0), "f_prime_2": gradient(1)}),
    ("(26)", "scalars", "total-26",
     lambda X, Y, dX, dY, f_prime_1, f_prime_2: (f_prime_1(X, Y) * dX).sum() + (f_prime_2(X, Y) * dY).sum(),
     {"f_prime_1": gradient(0), "f_prime_2": gradient(1)}),
    ("(27)", "scalars", "total-27",
     lambda x, y, dx, dy, f_prime_1, f_prime_2: f_prime_1(x, y) @ dx + f_prime_2(x, y) @ dy,
     {"f_prime_1": jacobian(M, 0), "f_prime_2": jacobian(M, 1)}),
    ("(27), a matrix", "scalars", "total-27-matrix",
     lambda x, y, dx, dy, F_prime_1, F_prime_2: F_prime_1(x, y) * dx + F_prime_2(x, y) * dy,
     {"F_prime_1": curve(M, N, i=0), "F_prime_2": curve(M, N, i=1)}),
    ("(26), arguments of all kinds", "scalars", "total-mixed",
     lambda x, y, Z, dx, dy, dZ, f_prime_1, f_prime_2, f_prime_3:
     f_prime_1(x, y, Z) * dx + f_prime_2(x, y, Z) @ dy + (f_prime_3(x, y, Z) * dZ).sum(),
     {"f_prime_1": gradient(0), "f_prime_2": gradient(1), "f_prime_3": gradient(2)}),
    # differentials of matrices
    ("(8)", "scalars", "differential-multiple", lambda alpha, dX: alpha * dX, {}),
    ("(9)", "scalars", "differential-sum", lambda dX, dY: dX + dY, {}),
    ("(10)", "scalars", "differential-product", lambda X, Y, dX, dY: dX @ Y + X @ dY, {}),
    ("(11)", "scalars", "differential-factors",
     lambda X, Y, Z, dX, dY, dZ: dX @ Y @ Z + X @ dY @ Z + X @ Y @ dZ, {}),
    ("(13)", "scalars", "differential-kronecker",
     lambda X, Y, dX, dY: (np.einsum("ij,kl->ikjl", dX, Y) + np.einsum("ij,kl->ikjl", X, dY)).reshape(M * P, N * 2),
     {}),
    ("(14)", "scalars", "differential-hadamard", lambda X, Y, dX, dY: dX * Y + X * dY, {}),
    ("(16)", "method", "inverse-proof", lambda X, dX: -np.linalg.solve(X, dX) @ np.linalg.inv(X), {}),
    # the worked examples of the tutorial
    ("xᵀx", "method", "square", lambda x: 2 * x, {}),
    ("‖Wx + b‖² by W", "method", "affine", lambda W, x, b: 2 * np.outer(x, W @ x + b), {}),
    ("ln|X|", "method", "logdet", lambda X: np.linalg.solve(X, np.eye(len(X))), {}),
    ("tr(AXB)", "method", "trace", lambda A, B: np.einsum("ij,jk->ik", B, A), {}),
    ("two layers by W₂", "method", "outer",
     lambda x, W1, W2, l_prime: np.outer(np.tanh(W1 @ x), l_prime(W2 @ np.tanh(W1 @ x))),
     {"l_prime": gradient(), "sigma": np.tanh}),
    ("two layers by W₁", "method", "inner",
     lambda x, W1, W2, l_prime: np.outer(x, l_prime(W2 @ np.tanh(W1 @ x)) @ W2 * slope(W1 @ x)),
     {"l_prime": gradient(), "sigma": np.tanh, "sigma_prime": slope}),
    ("principal components", "method", "pca",
     lambda X, W, S1, S2: 2 * W.T @ X @ X.T - (S1 + S1.T) @ W.T - (S2 + S2.T) @ W.T @ X @ X.T, {}),
]  # fmt: skip

#: The rules of the tutorial and of the lecture notes, each with a block one of whose lines names it.
CITED = {
    1: "scalars:def-scalar-scalar", 2: "method:square", 3: "method:trace", 4: "scalars:def-vector-scalar-numerator",
    5: "scalars:table-ax-numerator", 6: "scalars:def-matrix-scalar-numerator", 7: "scalars:rule-constant",
    8: "scalars:differential-multiple", 9: "scalars:differential-sum", 10: "scalars:differential-product",
    11: "scalars:differential-factors", 12: "method:least-squares", 13: "scalars:differential-kronecker",
    14: "scalars:differential-hadamard", 15: "method:quadratic", 16: "method:inverse", 17: "method:pca",
    18: "method:logdet", 19: "method:layer", 20: "scalars:chain-20", 21: "scalars:chain-21", 22: "scalars:chain-22",
    23: "scalars:chain-23", 24: "scalars:total-24", 25: "scalars:total-25", 26: "scalars:total-26",
    27: "scalars:total-27", 28: "method:vec", 60: "scalars:rule-power", 70: "method:square", 71: "method:softmax",
    72: "method:trace", 73: "method:gram", 74: "styles:style-differential", 75: "method:inner", 78: "method:square",
    110: "operators:op-right", 111: "operators:op-left", 113: "operators:op-hadamard", 114: "operators:op-entrywise",
    115: "operators:op-sum", 116: "operators:op-row", 117: "operators:op-column", 119: "operators:op-quadratic",
    125: "operators:op-norm", 129: "operators:op-total", 152: "operators:op-right+proof", 200: "scalars:rule-quotient",
    204: "scalars:polar-area",
}  # fmt: skip


def statements(block: Block) -> list[str]:
    """The lines of a block without its directives."""
    return [line for line in block.text.split("\n") if not re.match(r"(title|label|style|layout|show|number):", line)]


def draw(d, rng) -> dict[str, np.ndarray]:
    """A value for every symbol of a derivation and for its differential."""
    values = {}
    for symbol in d.to_dict()["symbols"]:
        shape = [SIZES[size] if size in SIZES else int(size) for size in symbol["shape"]]
        shape = [size for size in shape if size != 1]
        value = rng.uniform(0.5, 1.5, size=shape)
        values[symbol["name"]] = value + 3 * np.eye(shape[0]) if "invertible" in symbol["attributes"] else value
        values[f"d{symbol['name']}"] = rng.normal(size=shape)
    return values


def agrees(block: Block, formula, functions) -> None:
    """The one result of a block is what a formula says, in value and in shape."""
    [d] = derive(block.text, verify=False)
    source = d.result.numpy
    scope: dict = {"np": np}
    exec(source, scope)
    for seed in range(2):
        values = draw(d, np.random.default_rng(seed)) | functions
        got, wanted = (f(**{name: values[name] for name in inspect.signature(f).parameters})
                       for f in (scope["derivative"], formula))  # fmt: skip
        assert np.shape(got) == np.shape(wanted), source
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12, err_msg=source)


@pytest.mark.parametrize(
    ("page", "label", "formula", "functions"), [pytest.param(*rest, id=f"{what} {rest[1]}") for what, *rest in EXPECTED]
)
def test_what_the_pages_promise_has_a_block_with_the_right_result(page, label, formula, functions):
    agrees(blocks_of(page)[labelled(page, label)], formula, functions)


@pytest.mark.parametrize(("label", "formula", "functions"), [pytest.param(*r[1:], id=r[0]) for r in OPERATORS])
def test_an_operator_has_its_proof_beside_it(label, formula, functions):
    """The next block is the same goal in style `index`."""
    place = labelled("operators", label)
    row, proof = blocks_of("operators")[place : place + 2]
    assert "style: chain" in row.text
    assert "style: index" in proof.text
    assert statements(row) == statements(proof)
    agrees(proof, formula, functions)


def test_a_matrix_of_functions_is_differentiated_entry_by_entry():
    [d] = derive(blocks_of("scalars")[labelled("scalars", "rotation")].text, verify=False)
    scope: dict = {"np": np}
    exec(d.result.numpy, scope)
    wanted = np.array([[-np.sin(0.7), -np.cos(0.7)], [np.cos(0.7), -np.sin(0.7)]])
    np.testing.assert_allclose(np.ravel(scope["derivative"](0.7), order="F"), wanted.ravel(order="F"), rtol=1e-12)


@pytest.mark.parametrize(("rule", "where"), CITED.items())
def test_a_rule_is_named_in_a_block(rule, where):
    place, _, proof = where.partition("+")
    page, label = place.split(":")
    block = blocks_of(page)[labelled(page, label) + bool(proof)]
    [d] = derive(block.text, verify=False)
    lines = d.to_dict()["steps"]
    assert rule in {r["number"] for line in lines for r in line["rules"]} or f"({rule})" in d.text


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("def-vector-scalar-numerator", "[∂y_1/∂x ; ⋮ ; ∂y_m/∂x]"),
        ("def-vector-scalar-denominator", "[∂y_1/∂x  ⋯  ∂y_m/∂x]"),
        ("def-scalar-vector-numerator", "[∂y/∂x_1  ⋯  ∂y/∂x_n]"),
        ("def-scalar-vector-denominator", "[∂y/∂x_1 ; ⋮ ; ∂y/∂x_n]"),
        ("def-vector-vector-numerator", "[∂y_1/∂x_1  ⋯  ∂y_1/∂x_n ; ⋮  ⋱  ⋮ ; ∂y_m/∂x_1  ⋯  ∂y_m/∂x_n]"),
        ("def-vector-vector-denominator", "[∂y_1/∂x_1  ⋯  ∂y_m/∂x_1 ; ⋮  ⋱  ⋮ ; ∂y_1/∂x_n  ⋯  ∂y_m/∂x_n]"),
        ("def-matrix-scalar-numerator", "[∂Y_11/∂x  ⋯  ∂Y_1n/∂x ; ⋮  ⋱  ⋮ ; ∂Y_m1/∂x  ⋯  ∂Y_mn/∂x]"),
        ("def-matrix-scalar-denominator", "[∂Y_11/∂x  ⋯  ∂Y_m1/∂x ; ⋮  ⋱  ⋮ ; ∂Y_1n/∂x  ⋯  ∂Y_mn/∂x]"),
        ("def-scalar-matrix-numerator", "Σ_ij E_ji ∂y/∂X_ij"),
        ("def-scalar-matrix-denominator", "Σ_ij E_ij ∂y/∂X_ij"),
    ],
)
def test_a_definition_is_written_out(label, shown):
    [d] = derive(blocks_of("scalars")[labelled("scalars", label)].text, verify=False)
    assert shown in d.text
