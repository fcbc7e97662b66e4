"""The trace and what is linear in the entries of an array: sum, vec, the diagonal and the diagonal matrix."""

from __future__ import annotations

from typing import Any

from .row import Code, Law
from .table import of_array

_S = "Magnus and Neudecker, ch. 8, sec. 1–3"
_L = "Linearity"


of_array(
    "tr", takes="square", gives=("1", "1"), linear=True, latex=r"\operatorname{tr}",
    numpy="np.trace({a})", torch="torch.trace({a})", jax="jnp.trace({a})", matlab="trace({a})", julia="tr({a})",
    value=lambda np, a: np.trace(a, axis1=-2, axis2=-1)[..., None, None],
    sympy=lambda w, a, _e: w.sympy.Trace(a), sympy_class="Trace",
    laws=(
        Law(17, "d-trace", "trace", "X: n x n", "d tr(X)", "tr(dX)", "Magnus and Neudecker, ch. 8, sec. 3", "Trace"),
    ),
)  # fmt: skip
of_array(
    "sum", takes="any", gives=("1", "1"), linear=True, latex=r"\operatorname{sum}",
    numpy="np.sum({a})", torch="torch.sum({a})", jax="jnp.sum({a})",
    matlab=Code("sum(sum({a}))", vector="sum({a})"), julia=Code("sum({a})", vector="sum({a})"),
    value=lambda _np, a: a.sum(axis=(-2, -1), keepdims=True), sympy=lambda w, a, e: w.total(a, e),
    laws=(
        Law(31, "d-sum", "sum of entries", "X: m x n", "d sum(X)", "sum(dX)", "Magnus and Neudecker, ch. 8", _L,
            why="A sum of entries is linear."),
    ),
)  # fmt: skip


def _vec(_np: Any, a: Any) -> Any:
    return a.swapaxes(-1, -2).reshape(*a.shape[:-2], a.shape[-1] * a.shape[-2])[..., None]


of_array(
    "vec", takes="any", gives=("rc", "1"), linear=True, latex=r"\operatorname{vec}",
    numpy='{t}.ravel(order="F")', torch="{t}.T.reshape(-1)", jax='{t}.ravel(order="F")',
    matlab="reshape({a}, [], 1)", julia="vec({a})", value=_vec, sympy=None,
    no_sympy="SymPy has no matrix expression for vec", written=False,
    laws=(
        Law(34, "d-vec", "vec", "X: m x n", "d vec(X)", "vec(dX)", "Magnus and Neudecker, ch. 2, sec. 4", _L),
    ),
)  # fmt: skip
of_array(
    "diag", takes="column", gives=("r", "r"), linear=True, latex=r"\operatorname{Diag}", unicode="Diag",
    numpy="np.diag({a})", torch="torch.diag({a})", jax="jnp.diag({a})", matlab="diag({a})", julia="diagm({a})",
    value=lambda np, a: a * np.eye(a.shape[-2]), sympy=lambda w, a, _e: w.sympy.DiagMatrix(a), written=False,
    symmetric=True,
    laws=(Law(32, "d-diag", "diagonal matrix", "x: R^n", "d diag(x)", "diag(dx)", _S, _L),),
)  # fmt: skip
of_array(
    "diagonal", takes="square", gives=("r", "1"), linear=True, latex=r"\operatorname{diag}", text="diag",
    numpy="np.diag({a})", torch="torch.diag({a})", jax="jnp.diag({a})", matlab="diag({a})", julia="diag({a})",
    value=lambda np, a: np.diagonal(a, axis1=-2, axis2=-1)[..., None],
    sympy=lambda w, a, _e: w.diagonal_of(a), sympy_class="DiagonalOf",
    written=False, laws=(Law(33, "d-diagonal", "diagonal of a matrix", "X: n x n", "d diag(X)", "diag(dX)", _S, _L),),
)  # fmt: skip
