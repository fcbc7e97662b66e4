"""Norms: the Euclidean norm of a vector and the Frobenius norm of a matrix under one name, the sum of absolute entries."""

from __future__ import annotations

from .row import Code, Fence, Law
from .table import of_array

_F = "Norms"
_S = "Matrix Cookbook, sec. 2.6"
_INSIDE = {"text": "||"}

of_array(
    "norm1", takes="any", gives=("1", "1"), of_number=("abs",), latex="",
    fence=Fence(r"\lVert {a} \rVert_1", "||{a}||_1", "‖{a}‖₁", avoid=_INSIDE),
    numpy="np.sum(np.abs({a}))", torch="torch.sum(torch.abs({a}))", jax="jnp.sum(jnp.abs({a}))",
    matlab=Code("sum(sum(abs({a})))", vector="sum(abs({a}))"), julia="sum(abs, {a})",
    value=lambda np, a: np.abs(a).sum(axis=(-2, -1), keepdims=True),
    sympy=lambda w, a, e: w.total(w.every(w.sympy.Abs, a), e),
    where="nonzero", range="[0, ∞)",
    laws=(
        Law(66, "norm1-definition", "definition of the norm", "X: m x n", "norm1(X)", "sum(abs(X))", "definition", _F,
            kind="identity"),
    ),
)  # fmt: skip
of_array(
    "norm2", takes="any", gives=("1", "1"), of_number=("abs",), latex="",
    fence=Fence(r"\lVert {a} \rVert", "||{a}||", "‖{a}‖", avoid=_INSIDE),
    matrix_fence=Fence(r"\lVert {a} \rVert_F", "||{a}||_F", "‖{a}‖_F", avoid=_INSIDE),
    numpy="np.linalg.norm({a})", torch="torch.linalg.norm({a})", jax="jnp.linalg.norm({a})",
    matlab=Code("norm({a}, 'fro')", vector="norm({a})"), julia="norm({a})",
    value=lambda np, a: np.sqrt((a * a).sum(axis=(-2, -1), keepdims=True)),
    sympy=lambda w, a, _e: w.sympy.sqrt(w.sympy.Trace(w.sympy.MatMul(w.sympy.Transpose(a), a))),
    where="nonzero", range="[0, ∞)",
    laws=(
        Law(64, "d-norm", "norm", "x: R^n", "d ||x||", "1/||x|| x' dx", f"{_S}, eq. (129)", _F,
            why="Where x is not zero."),
        Law(65, "d-frobenius", "Frobenius norm", "X: m x n", "d norm2(X)", "1/norm2(X) tr(X' dX)", _S, _F,
            why="Where X is not zero."),
    ),
)  # fmt: skip
