"""What was written is what was built: faults in constructors are caught by the text of the block."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.check import reading as reading_module
from mkdocs_matcalc.check import written as written_module
from mkdocs_matcalc.check.reading import Reading
from mkdocs_matcalc.check.report import NoPoint
from mkdocs_matcalc.check.sample import Point, draw
from mkdocs_matcalc.check.written import FUNCTIONS, Written
from mkdocs_matcalc.expr import atoms, linear, matrix, scalar
from mkdocs_matcalc.expr.atoms import Num, Sym, num, ones, zeros
from mkdocs_matcalc.expr.linear import Had, Mul, T
from mkdocs_matcalc.expr.matrix import Call, Inv, MatPow
from mkdocs_matcalc.expr.scalar import Pow
from mkdocs_matcalc.functions.table import TABLE
from mkdocs_matcalc.parse import build, calls, parse, syntax

SAYS = "the expression that was built here is not the one that is written"


def plant(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, faulty: Callable[..., Any]) -> None:
    """Put a faulty function in the place of one of the package; it is given the right one.

    A constructor is replaced wherever it was imported to, what the reader of blocks uses in the reader alone.
    """
    right = getattr(module, name)
    put = lambda *args, **options: faulty(right, *args, **options)  # noqa: E731
    everywhere = [m for n, m in sys.modules.items() if n.startswith("mkdocs_matcalc")]
    for loaded in [module] if module in (build, calls) else everywhere:
        for key, value in list(vars(loaded).items()):
            if value is right:
                monkeypatch.setattr(loaded, key, put)


def scaled(e: Any) -> bool:
    return isinstance(e, Mul) and e.coef != 1


LET = "let A, B in R^{n x n}, C in R^{m x n}, x, y in R^n, z in R^m, s, t in R positive\n"

#: Faults: what is wrong, where, the faulty function, and a block that shows it.
FAULTS: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "(2A)⁻¹ as 2 A⁻¹": (
        matrix, "inv", lambda right, e: linear.scale(e.coef, right(e.chain[0])) if scaled(e) else right(e),
        "let A in R^{n x n} invertible\nd/dA tr(inv(2 A))",
    ),
    "(aA)⁻¹ as A⁻¹/a²": (
        matrix, "inv", lambda right, e: linear.mul(scalar.power(e.scalars[0], -2), right(e.chain[0]))
        if isinstance(e, Mul) and e.scalars and e.chain else right(e),
        "let a in R, A in R^{n x n} invertible\nd/da tr(inv(a A))",
    ),
    "(A⁻¹)ᵀ as A⁻¹": (
        linear, "transpose", lambda right, e: e if isinstance(e, Inv) else right(e),
        "let A in R^{n x n} invertible, x, y in R^n\nd/dx y' A^{-T} x",
    ),
    "(xᵃ)ᵏ as xᵃ⁺ᵏ": (
        scalar, "_integer_power", lambda right, base, k: scalar.power(base.base, base.exponent.value + k)
        if isinstance(base, Pow) and isinstance(base.exponent, Num) else right(base, k),
        LET + "d/ds (s^3)^2",
    ),
    "(2x)³ as 2x³": (
        scalar, "_integer_power", lambda right, base, k: linear.product(base.coef, (right(base.scalars[0], k),), ())
        if isinstance(base, Mul) and base.scalars and base.coef != 1 else right(base, k),
        LET + "d/ds (2 s)^3",
    ),
    "x⁰ as 0": (
        scalar, "power", lambda right, b, e: zeros(b.shape) if e == num(0) else right(b, e), LET + "d/ds s t^0",
    ),
    "(2A)³ as 2A³": (
        matrix, "matpow", lambda right, b, k: linear.scale(b.coef, right(b.chain[0], k)) if scaled(b) else right(b, k),
        LET + "d/dA tr((2 A)^3)",
    ),
    "(A²)³ as A⁵": (
        matrix, "matpow", lambda right, b, k: right(b.base, b.exponent + k) if isinstance(b, MatPow) else right(b, k),
        LET + "d/dA tr((A^2)^3)",
    ),
    "(2A)ᵀ as 2A": (
        linear, "transpose", lambda right, e: e if scaled(e) else right(e), LET + "d/dx y' (2 A)' x",
    ),
    "(AB)ᵀ as AᵀBᵀ": (
        linear, "transpose", lambda right, e: linear.mul(*(right(f) for f in e.chain))
        if isinstance(e, Mul) and not e.is_scalar and e.shape[0] == e.shape[1] else right(e),
        LET + "d/dx y' (A B)' x",
    ),
    "Kᵀ as K of a skew K": (
        linear, "transpose", lambda right, e: e if isinstance(e, Sym) and "skew" in e.attributes else right(e),
        "let K in R^{n x n} skew, x, y in R^n\nd/dx y' K' x",
    ),
    "tr(2A) as tr(A)": (
        matrix, "call", lambda right, name, e: right(name, e.chain[0]) if name == "tr" and scaled(e) else right(name, e),
        LET + "d/dA tr(2 A)",
    ),
    "tr(Aᵀ) as −tr(A)": (
        matrix, "call", lambda right, name, e: linear.neg(right(name, e.arg))
        if name == "tr" and isinstance(e, T) else right(name, e),
        LET + "d/dA tr(A')",
    ),
    "tr(I) as n²": (
        matrix, "call", lambda right, name, e: linear.mul(right(name, e), right(name, e))
        if name == "tr" and isinstance(e, atoms.Eye) else right(name, e),
        LET + "d/ds s tr(eye(n))",
    ),
    "A ⊗ B as B ⊗ A": (
        linear, "kron", lambda right, a, b: right(b, a), LET + "d/dx kron(x, y)' vec(A)",
    ),
    "A ⊗ 3B as A ⊗ B": (
        linear, "kron", lambda right, a, b: right(a, b.chain[0]) if scaled(b) else right(a, b),
        LET + "d/dA tr(kron(A, 3 B))",
    ),
    "2x ∘ 3y as 3 (x ∘ y)": (
        linear, "had", lambda right, *fs: right(*(f.chain[0] if scaled(f) and i == 0 else f for i, f in enumerate(fs))),
        LET + "d/dx sum((2 x) .* (3 y))",
    ),
    "x ∘ 𝟏 as 𝟏": (
        linear, "had", lambda right, *fs: next((f for f in fs if isinstance(f, atoms.Ones)), None) or right(*fs),
        LET + "d/dx sum(x .* ones(n))",
    ),
    "A ∘ Bᵀ as A ∘ B": (
        linear, "had", lambda right, *fs: right(*(f.arg if isinstance(f, T) and not f.is_vector else f for f in fs)),
        LET + "d/dx x' (A .* B') y",
    ),
    "1/(x ∘ y) as y/x": (
        scalar, "_integer_power", lambda right, b, k: linear.had(right(b.args[0], k), *b.args[1:])
        if isinstance(b, Had) and k < 0 else right(b, k),
        LET + "d/dx sum((x .* y).^-1)",
    ),
    "1/(2s) as s/2": (
        build, "under_bar", lambda right, e: linear.scale(Fraction(1, 2), e.scalars[0])
        if isinstance(e, Mul) and e.scalars else right(e),
        LET + "d/ds t/(2 s)",
    ),
    "diag(xᵀ) as 2 diag(x)": (
        matrix, "diag", lambda right, e: linear.scale(2, right(e)) if e.is_row else right(e), LET + "d/dx y' diag(x') y",
    ),
    "diag(2A) as diag(A)": (
        matrix, "call", lambda right, name, e: right(name, e.chain[0] if name == "diagonal" and scaled(e) else e),
        LET + "d/dA diag(2 A)' x",
    ),
    "‖x‖ as ‖x‖₁": (
        matrix, "call", lambda right, name, e: right("norm1" if name == "norm2" else name, e), LET + "d/dx ||x||",
    ),
    "‖x‖² as ‖x‖": (
        scalar, "power", lambda right, b, e: b if isinstance(b, Call) and b.name == "norm2" else right(b, e),
        LET + "d/dx ||x||^2",
    ),
    "‖2x‖ as ‖x‖": (
        matrix, "call", lambda right, name, e: right(name, e.chain[0] if name == "norm2" and scaled(e) else e),
        LET + "d/dx ||2 x||",
    ),
    "softmax of rows as of columns": (
        matrix, "call", lambda right, name, e: right(name.replace("rows", "columns"), e), LET + "d/dA sum(B .* softmax(A, rows))",
    ),
    "xᵀAy as yᵀAx": (
        linear, "mul", lambda right, *fs: right(linear.transpose(fs[-1]), *fs[1:-1], linear.transpose(fs[0]))
        if len(fs) == 3 and fs[0].is_row and fs[2].is_column else right(*fs),
        LET + "d/dx x' A y",
    ),
    "x'x y'y as x'y y'x": (
        build, "multiply", lambda right, fs: right([fs[0], fs[3], fs[2], fs[1]])
        if len(fs) == 4 and fs[0].is_row and fs[1].is_column else right(fs),
        LET + "d/dx x' x y' y",
    ),
    "ABC as ACB": (
        build, "multiply", lambda right, fs: right([fs[0], fs[2], fs[1]])
        if len(fs) == 3 and all(f.shape[0] == f.shape[1] for f in fs) else right(fs),
        LET + "d/dx y' (A B A') x",
    ),
    "1 + 2 as 1": (
        linear, "_fold_numbers", lambda _right, terms: [t for t in terms if not isinstance(t, Num)] or terms[:1],
        LET + "d/ds s (1 + t + 2)",
    ),
    "−A as A": (
        build, "neg", lambda right, e: e if e.shape[0] == e.shape[1] and not e.is_scalar else right(e), LET + "d/dA tr(B - A A)",
    ),
    "x .+ 1 as x .+ n": (
        build, "spread", lambda right, e, shape: linear.mul(atoms.size(shape[0]), right(e, shape)) if e.is_scalar else right(e, shape),
        LET + "d/dx sum((x .+ 1).^2)",
    ),
    "a row spread with a sign": (
        build, "spread", lambda right, e, shape: linear.neg(right(e, shape)) if e.is_row else right(e, shape),
        LET + "d/dC sum((C .+ x').^2)",
    ),
    "sin as cos": (
        scalar, "entrywise", lambda right, name, e, *o, **k: right("cos" if name == "sin" else name, e, *o, **k),
        LET + "d/dx sum(sin(x))",
    ),
    "exp of a row as its column's exponential of the negative": (
        scalar, "entrywise", lambda right, name, e, *o, **k: right(name, linear.neg(e), *o, **k)
        if isinstance(e, T) and e.is_row else right(name, e, *o, **k),
        LET + "d/dx exp(x') y",
    ),
    "the mean of a matrix over its rows alone": (
        calls, "mul", lambda right, *fs: fs[0] if len(fs) == 2 and all(isinstance(f, atoms.Size) for f in fs) else right(*fs),
        LET + "d/dC mean(C .* C)",
    ),
    "⟨A, B⟩ as tr(AB)": (
        calls, "transpose", lambda _right, e: e, LET + "d/dA inner(A, B)",
    ),
    "vec(A) as vec(Aᵀ)": (
        matrix, "call", lambda right, name, e: right(name, linear.transpose(e) if name == "vec" else e),
        LET + "d/dA vec(A)' kron(x, y)",
    ),
    "det(A) as det(A)²": (
        matrix, "call", lambda right, name, e: scalar.power(right(name, e), 2) if name == "det" else right(name, e),
        LET + "d/dA det(A)",
    ),
    "logdet as det": (
        matrix, "call", lambda right, name, e: right("det" if name == "logdet" else name, e),
        "let A in R^{n x n} invertible\nd/dA logdet(A)",
    ),
    "h(x, y) as h(y, x)": (
        scalar, "apply", lambda right, f, args: right(f, args[::-1]), "let h: R^n, R^n -> R, x, y in R^n\nd/dx h(x, y)",
    ),
    "a structured variable taken as structured before it is differentiated by": (
        atoms, "unstructured", lambda _right, s: s, "let S in R^{n x n} symmetric, a, b in R^n\nd/dS a' S' b",
    ),
    "an orthogonal variable inverted by its transpose": (
        atoms, "unstructured", lambda _right, s: s, "let Q in R^{n x n} orthogonal, a, b in R^n\nd/dQ a' inv(Q) b",
    ),
    "I as 𝟏𝟏ᵀ": (
        build, "eye", lambda _right, d: ones((d, d)), LET + "d/dA tr(A (I + B))",
    ),
    "zeros as ones": (
        calls, "zeros", lambda _right, shape: ones(shape), LET + "d/dx y' (x + zeros(n))",
    ),
    "1/m as m": (
        build, "size", lambda right, d: scalar.power(right(d), -1), LET + "d/dz 1/m z' z",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_constructor_is_caught(fault, monkeypatch):
    module, name, faulty, block = FAULTS[fault]
    derive(block)
    plant(monkeypatch, module, name, faulty)
    with pytest.raises(DeriveError, match=SAYS):
        derive(block)


def test_without_the_text_most_of_them_would_be_published(monkeypatch):
    monkeypatch.setattr(Reading, "at", lambda _self, _point: None)
    published = 0
    for module, name, faulty, block in FAULTS.values():
        with monkeypatch.context() as planted:
            plant(planted, module, name, faulty)
            with contextlib.suppress(DeriveError):
                published += len(derive(block)) > 0
    assert published > len(FAULTS) * 3 / 4


#: Blocks of every kind that hold the inverse of 2A; a fault in it is one of each.
KINDS = [
    "let A in R^{n x n} invertible\nd/dA tr(inv(2 A))",
    "let A in R^{n x n} invertible\nd/dA tr((2 A)^-1)",
    "let A in R^{n x n} invertible\nd/dA $\\operatorname{tr}((2\\mathbf{A})^{-1})$",
    "let A in R^{n x n} invertible, x in R^n\nd/dx x' inv(2 A) x",
    "let A in R^{n x n} invertible, x in R^n\nf = x' inv(2 A) x\ndf/dx, df/dA",
    "let A in R^{n x n} invertible, x in R^n\nB = inv(2 A)\nf = x' B x\ndf/dx",
    "let A in R^{n x n} invertible, x in R^n\nB = inv(2 A)\nf = x' B x\nd2f/dx2",
    "let A in R^{n x n} invertible, x in R^n\nd2/dx2 x' inv(2 A) x",
    "let A in R^{n x n} invertible, x in R^n\ndifferential inv(2 A) x wrt A, x",
    "style: chain\nlet A in R^{n x n} invertible, x in R^n\nd/dx x' inv(2 A) x",
    "style: index\nlet A in R^{n x n} invertible, x in R^n\nd/dx x' inv(2 A) x",
    "structured: true\nlet A in R^{n x n} invertible, S in R^{n x n} symmetric\nd/dS tr(S inv(2 A) S)",
    "let A in R^{2 x 2} invertible, s, t in R\nd/d(s, t) [s t, t tr(inv(2 A))]",
    "let A in R^{2 x 2} invertible, s, t in R\nf = [s t, t tr(inv(2 A))]\ndet df/d(s, t)",
    "let A in R^{1000 x 1000} invertible\nd/dA tr(inv(2 A))",
]


@pytest.mark.parametrize("block", KINDS)
def test_every_kind_of_block_is_compared_with_its_text(block, monkeypatch):
    module, name, faulty, _ = FAULTS["(2A)⁻¹ as 2 A⁻¹"]
    derive(block)
    plant(monkeypatch, module, name, faulty)
    with pytest.raises(DeriveError, match=SAYS) as caught:
        derive(block)
    line = block.split("\n")[caught.value.line - 1]
    at = line[caught.value.column - 1 :]
    assert at.startswith(("tr(", "inv(", "x' ", "t tr(", r"$\operatorname")), (
        "the error stands where the expression does"
    )


def test_an_identity_is_compared_with_its_text(monkeypatch):
    block = "let X in R^{n x n} invertible\ngiven X^-1 X = I\nd(X^-1)"
    module, name, faulty, _ = FAULTS["I as 𝟏𝟏ᵀ"]
    derive(block)
    plant(monkeypatch, module, name, faulty)
    with pytest.raises(DeriveError, match=SAYS) as caught:
        derive(block)
    assert (caught.value.line, caught.value.column) == (2, 16)


# -- what is compared ---------------------------------------------------------------------------------

GIVEN = "let A, B in R^{n x n}, C in R^{m x n}, x, y in R^n, z in R^m, s, t in R\n"

#: What is written, and what it is in NumPy.
MEANINGS = {
    "A B x": lambda v: v["A"] @ v["B"] @ v["x"],
    "x' y z": lambda v: (v["x"].T @ v["y"]).item() * v["z"],
    "s A x / t": lambda v: v["s"] / v["t"] * (v["A"] @ v["x"]),
    "A - B - A'": lambda v: v["A"] - v["B"] - v["A"].T,
    "-s^2": lambda v: -(v["s"] ** 2),
    "1/2 s": lambda v: v["s"] / 2,
    "2^3^2 s": lambda v: 512 * v["s"],
    "x .+ y'": lambda v: v["x"] + v["y"].T,
    "C .+ z": lambda v: v["C"] + v["z"],
    "C .- x'": lambda v: v["C"] - v["x"].T,
    "s .- A": lambda v: v["s"] - v["A"],
    "A .* B ./ A": lambda v: v["A"] * v["B"] / v["A"],
    "1 ./ A": lambda v: 1 / v["A"],
    "x .^ 3": lambda v: v["x"] ** 3,
    "A^3": lambda v: v["A"] @ v["A"] @ v["A"],
    "A^-2": lambda v: np.linalg.inv(v["A"] @ v["A"]),
    "A^{-T}": lambda v: np.linalg.inv(v["A"]).T,
    "C ⊗ x'": lambda v: np.kron(v["C"], v["x"].T),
    "A + I": lambda v: v["A"] + np.eye(len(v["A"])),
    "s/n": lambda v: v["s"] / len(v["x"]),
    "||x|| + ||A||_F + ||C||_1": lambda v: np.linalg.norm(v["x"]) + np.linalg.norm(v["A"]) + np.abs(v["C"]).sum(),
    "exp(A)": lambda v: np.exp(v["A"]),
    "relu(x) + abs(x) + sign(x)": lambda v: np.maximum(v["x"], 0) + np.abs(v["x"]) + np.sign(v["x"]),
    "sigmoid(x) + softplus(x)": lambda v: 1 / (1 + np.exp(-v["x"])) + np.log(1 + np.exp(v["x"])),
    "tr(A B) + det(A) + logdet(A)": lambda v: (
        np.trace(v["A"] @ v["B"]) + np.linalg.det(v["A"]) + np.log(abs(np.linalg.det(v["A"])))
    ),
    "sum(C) + mean(C)": lambda v: v["C"].sum() + v["C"].mean(),
    "dot(x, y') + inner(A, B)": lambda v: (v["x"].T @ v["y"]).item() + np.trace(v["A"].T @ v["B"]),
    "softmax(x)": lambda v: np.exp(v["x"]) / np.exp(v["x"]).sum(),
    "softmax(C, rows)": lambda v: np.exp(v["C"]) / np.exp(v["C"]).sum(axis=1, keepdims=True),
    "softmax(C, columns)": lambda v: np.exp(v["C"]) / np.exp(v["C"]).sum(axis=0, keepdims=True),
    "logsumexp(C)": lambda v: np.log(np.exp(v["C"]).sum()),
    "logsumexp(C, rows)": lambda v: np.log(np.exp(v["C"]).sum(axis=1, keepdims=True)),
    "logsumexp(C, columns)": lambda v: np.log(np.exp(v["C"]).sum(axis=0, keepdims=True)),
    "inv(A) adj(A)": lambda v: np.linalg.inv(v["A"]) @ (np.linalg.det(v["A"]) * np.linalg.inv(v["A"])),
    "vec(C)": lambda v: v["C"].reshape(-1, 1, order="F"),
    "diag(x) + diag(y')": lambda v: np.diagflat(v["x"]) + np.diagflat(v["y"]),
    "diag(A)": lambda v: np.diag(v["A"]).reshape(-1, 1),
    "kron(C, A)": lambda v: np.kron(v["C"], v["A"]),
    "hadamard(A, B)": lambda v: v["A"] * v["B"],
    "transpose(C) ones(m, 2) + zeros(n, 2)": lambda v: v["C"].T @ np.ones((len(v["z"]), 2)),
    "x + vector(s)": lambda v: v["x"] + v["s"],
    "C + matrix(1)": lambda v: v["C"] + 1,
    "eye(n) A": lambda v: v["A"],
    "sqrt(abs(s)) log(abs(t)) sin(s) cos(t) tan(s)": lambda v: (
        np.sqrt(abs(v["s"])) * np.log(abs(v["t"])) * np.sin(v["s"]) * np.cos(v["t"]) * np.tan(v["s"])
    ),
    "sinh(s) cosh(t) tanh(s) arctan(t)": lambda v: np.sinh(v["s"]) * np.cosh(v["t"]) * np.tanh(v["s"]) * np.arctan(v["t"]),
    "arcsin(tanh(s)) + arccos(tanh(t))": lambda v: np.arcsin(np.tanh(v["s"])) + np.arccos(np.tanh(v["t"])),
    "norm(x) norm2(x) norm1(x)": lambda v: np.linalg.norm(v["x"]) ** 2 * np.abs(v["x"]).sum(),
    r"$\frac{\mathbf{x}^\top \mathbf{A} \mathbf{y}}{2} |s| |\mathbf{A}|$": lambda v: (
        (v["x"].T @ v["A"] @ v["y"]) / 2 * abs(v["s"]) * np.linalg.det(v["A"])
    ),
}  # fmt: skip


def value_of(text: str) -> tuple[Any, Any]:
    """The value of an expression as it is written, and the point."""
    problem = parse(f"{GIVEN}e = {text}\nd/ds s")
    point = draw(problem.symbols, {}, {"m": 3, "n": 4}, 5)
    return Written(point, problem.written).definition("e"), point


@pytest.mark.parametrize("text", MEANINGS)
def test_the_text_means_what_the_language_says(text):
    found, point = value_of(text)
    want = np.atleast_2d(MEANINGS[text](point.values))
    assert found.shape == want.shape
    np.testing.assert_allclose(found, want, rtol=1e-10)


def test_every_function_of_the_language_and_every_node_has_a_meaning():
    assert set(FUNCTIONS) <= {*calls.BUILTINS, "|"}
    for name in calls.BUILTINS.keys() - FUNCTIONS.keys():
        assert name in TABLE, "it has the meaning of its row"
    assert set(written_module._VALUES) == set(syntax.Node.__subclasses__())  # noqa: SLF001 - the table under test
    used = {f for text in MEANINGS for f in FUNCTIONS if f in text}
    assert used == set(FUNCTIONS), "each is tried above"


def test_the_adjugate_of_a_singular_matrix():
    problem = parse("let A in R^{3 x 3}\ne = adj(A)\nd/dA tr(A)")
    a = np.array([[1.0, 2, 3], [4, 5, 6], [5, 7, 9]])
    minors = [[np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(3)] for i in range(3)]
    want = np.array([[(-1) ** (i + j) * minors[j][i] for j in range(3)] for i in range(3)])
    found = Written(Point({"A": a}, {}, {}), problem.written).definition("e")
    np.testing.assert_allclose(found, want, atol=1e-12)


@pytest.mark.parametrize("block", [
    "let x in R^n, y in R^m\nd/dx x' x + 0 * y' y",  # a name that the expression built has not
    "let x in R^n, h: R^m -> R, y in R^m\nd/dx x' x + 0 * h(y)",
    "let s in R\nd/ds (s^{1/2})^2",  # built without the root, whose points are fewer
    "let s in R\nd/ds (log(s)^{1/2})^4",
    "let X in R^{1000 x 1000}, s in R\nd/dX s tr(I) + tr(X I) + mean(X)",  # numbers of sizes that smaller ones stand for
    "let x in R\nd/dx sign(x - x) x",
    "let S in R^{n x n} symmetric\nd/dS tr(S' S S')",
    "let A in R^{n x n}, x in R^n\nd/dx x' (A + 10000 I - 10000 I) x",  # what is large cancels
    "let l: R^n -> R, x in R^n\nd/dx l(2 x) + l(x)",
])  # fmt: skip
def test_what_is_true_is_not_refused(block):
    assert all(d.check.passed for d in derive(block))


def test_a_root_of_a_negative_number_is_no_point():
    """What is built has a value everywhere; what is written has not, and is what counts."""
    problem = parse("let s in R\nf = (s^{1/2})^2\ndf/ds")
    part = reading_module.Part(problem.written["f"], problem.definitions["f"].definition)
    text = Reading([part], problem.written, problem.symbols, problem.functions)
    text.at(Point({"s": np.array([[2.0]])}, {}, {}))
    with pytest.raises(NoPoint):
        text.at(Point({"s": np.array([[-2.0]])}, {}, {}))


def test_a_value_that_the_text_never_has_is_refused():
    with pytest.raises(DeriveError, match="no point was found"):
        derive("let s in R\nd/ds ((-1 - s^2)^{1/2})^2")
