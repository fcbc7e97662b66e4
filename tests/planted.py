"""Faults planted in constructors: `python planted.py` says what each of them comes to, as JSON.

A fault leaves traces in what a process remembers of rules, so that the tests ask a process of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.check.reading import Reading
from mkdocs_matcalc.expr import atoms, linear, matrix, scalar
from mkdocs_matcalc.expr.atoms import Num, Sym, num, ones, zeros
from mkdocs_matcalc.expr.linear import Had, Mul, T
from mkdocs_matcalc.expr.matrix import Call, Inv, MatPow
from mkdocs_matcalc.expr.scalar import Pow
from mkdocs_matcalc.parse import build, calls


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
#: The fault of each of them.
IN_KINDS = "(2A)⁻¹ as 2 A⁻¹"
#: A proof, which an identity that cannot be derived from never comes to.
PROOF = ("I as 𝟏𝟏ᵀ", "let X in R^{n x n} invertible\ngiven X^-1 X = I\nd(X^-1)")


def outcome(fault: str, block: str, *, unread: bool = False) -> dict[str, Any]:
    """What a block comes to with a fault: the error, or how much is published; `unread` leaves the text out of it."""
    module, name, faulty, _ = FAULTS[fault]
    derive(block)  # what it needs of rules is remembered before the fault is there
    with pytest.MonkeyPatch.context() as planted:
        if unread:
            planted.setattr(Reading, "at", lambda _self, _point: None)
        plant(planted, module, name, faulty)
        try:
            return {"published": len(derive(block))}
        except DeriveError as error:
            return {"message": error.message, "line": error.line, "column": error.column}


if __name__ == "__main__":
    found = {
        "caught": {fault: outcome(fault, row[3]) for fault, row in FAULTS.items()},
        "unread": {fault: outcome(fault, row[3], unread=True) for fault, row in FAULTS.items()},
        "kinds": {block: outcome(IN_KINDS, block) for block in KINDS},
        "proof": outcome(*PROOF),
    }
    print(json.dumps(found))  # noqa: T201 - a program
