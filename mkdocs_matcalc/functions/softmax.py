"""Softmax and log-sum-exp: of a vector, of all entries, of each row or each column; none of them overflows."""

from __future__ import annotations

from typing import Any

from .row import Code, Law
from .table import of_array

_F = "Softmax"
_S = "Boyd and Vandenberghe, Convex Optimization, sec. 3.1.5 and A.4"
_BOTH = (-2, -1)


def _lse(np: Any, a: Any, axis: Any) -> Any:
    top = a.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True))


def _sums(w: Any, a: Any, e: Any, *, rows: bool) -> Any:
    return w.every(w.sympy.log, w.along(w.every(w.sympy.exp, a), e, rows=rows))


def _shares(w: Any, a: Any, e: Any) -> Any:
    values = w.every(w.sympy.exp, a)
    return w.sympy.MatMul(1 / w.total(values, e), values)


def _shares_along(w: Any, a: Any, e: Any, *, rows: bool) -> Any:
    s = w.sympy
    values = w.every(s.exp, a)
    sums = w.along(values, e, rows=rows)
    scales = s.DiagMatrix(s.HadamardPower(sums if rows else s.Transpose(sums), -1))
    return s.MatMul(scales, values) if rows else s.MatMul(values, scales)


_MATLAB_SOFTMAX = "function y = softmax(z)\n    e = exp(z - max(z(:)));\n    y = e / sum(e(:));\nend"
_JULIA_SOFTMAX = "softmax(z) = (e = exp.(z .- maximum(z)); e / sum(e))"

of_array(
    "logsumexp", takes="any", gives=("1", "1"), latex=r"\operatorname{logsumexp}", written=False,
    value=lambda np, a: _lse(np, a, _BOTH), sympy=lambda w, a, e: w.sympy.log(w.total(w.every(w.sympy.exp, a), e)),
    numpy="np.logaddexp.reduce({a}, axis=None)", torch="torch.logsumexp({t}.reshape(-1), dim=0)",
    jax="jax.nn.logsumexp({a})",
    matlab=Code("logsumexp({a})", "function y = logsumexp(z)\n    m = max(z(:));\n    y = m + log(sum(exp(z(:) - m)));\nend"),
    julia=Code("logsumexp({a})", "logsumexp(z) = (m = maximum(z); m + log(sum(exp.(z .- m))))"),
    laws=(
        Law(67, "d-logsumexp", "log-sum-exp", "x: R^n", "d logsumexp(x)", "softmax(x)' dx", _S, _F),
        Law(68, "d-logsumexp-all", "log-sum-exp of all entries", "X: m x n", "d logsumexp(X)",
            "1/sum(exp(X)) tr(exp(X)' dX)", _S, _F),
    ),
)  # fmt: skip
of_array(
    "logsumexp_rows", takes="matrix", gives=("r", "1"), latex=r"\operatorname{logsumexp}", text="logsumexp", way="rows",
    written=False, value=lambda np, a: _lse(np, a, -1), sympy=lambda w, a, e: _sums(w, a, e, rows=True),
    numpy="np.logaddexp.reduce({a}, axis=1)", torch="torch.logsumexp({a}, dim=1)", jax="jax.nn.logsumexp({a}, axis=1)",
    matlab=Code("logsumexp_rows({a})", "function y = logsumexp_rows(Z)\n    m = max(Z, [], 2);\n"
                "    y = m + log(sum(exp(Z - m), 2));\nend"),
    julia=Code("logsumexp_rows({a})",
               "logsumexp_rows(Z) = (m = maximum(Z, dims=2); vec(m .+ log.(sum(exp.(Z .- m), dims=2))))"),
    laws=(
        Law(211, "d-logsumexp-rows", "log-sum-exp of each row", "X: m x n", "d logsumexp(X, rows)",
            "(softmax(X, rows) .* dX) ones(n)", _S, _F, why="Rule (67) for every row."),
    ),
)  # fmt: skip
of_array(
    "logsumexp_columns", takes="matrix", gives=("1", "c"), latex=r"\operatorname{logsumexp}", text="logsumexp",
    way="columns", written=False, value=lambda np, a: _lse(np, a, -2),
    sympy=lambda w, a, e: _sums(w, a, e, rows=False), numpy="np.logaddexp.reduce({a}, axis=0)",
    torch="torch.logsumexp({a}, dim=0)", jax="jax.nn.logsumexp({a}, axis=0)",
    matlab=Code("logsumexp_columns({a})", "function y = logsumexp_columns(Z)\n    m = max(Z, [], 1);\n"
                "    y = m + log(sum(exp(Z - m), 1));\nend"),
    julia=Code("logsumexp_columns({a})'",
               "logsumexp_columns(Z) = (m = maximum(Z, dims=1); vec(m .+ log.(sum(exp.(Z .- m), dims=1))))"),
    laws=(
        Law(212, "d-logsumexp-columns", "log-sum-exp of each column", "X: m x n", "d logsumexp(X, columns)",
            "ones(m)' (softmax(X, columns) .* dX)", _S, _F, why="Rule (67) for every column."),
    ),
)  # fmt: skip
of_array(
    "softmax", takes="vector", gives=("r", "c"), of_number=None, latex=r"\operatorname{softmax}", written=False,
    value=lambda np, a: np.exp(a - _lse(np, a, _BOTH)), sympy=_shares,
    numpy=Code("np.exp({a} - np.logaddexp.reduce({a}))",
               "def softmax(z):\n    e = np.exp(z - np.max(z))\n    return e / np.sum(e)"),
    torch="torch.softmax({a}, dim=0)", jax="jax.nn.softmax({a})",
    matlab=Code("softmax({a})", _MATLAB_SOFTMAX), julia=Code("softmax({a})", _JULIA_SOFTMAX),
    range="(0, 1)",
    laws=(
        Law(69, "d-softmax", "softmax", "x: R^n", "d softmax(x)", "softmax(x) .* dx - softmax(x) softmax(x)' dx", _S, _F,
            why="The Jacobian matrix is Diag(p) − ppᵀ with p = softmax(x)."),
    ),
)  # fmt: skip
of_array(
    "softmax_rows", takes="matrix", gives=("r", "c"), of_number=None, latex=r"\operatorname{softmax}", text="softmax",
    way="rows", written=False, value=lambda np, a: np.exp(a - _lse(np, a, -1)),
    sympy=lambda w, a, e: _shares_along(w, a, e, rows=True),
    numpy=Code("np.exp({a} - np.logaddexp.reduce({a}, axis=1)[:, None])",
               "def softmax_rows(Z):\n    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n"
               "    return E / np.sum(E, axis=1, keepdims=True)"),
    torch="torch.softmax({a}, dim=1)", jax="jax.nn.softmax({a}, axis=1)",
    matlab=Code("softmax_rows({a})",
                "function Y = softmax_rows(Z)\n    E = exp(Z - max(Z, [], 2));\n    Y = E ./ sum(E, 2);\nend"),
    julia=Code("softmax_rows({a})", "softmax_rows(Z) = (E = exp.(Z .- maximum(Z, dims=2)); E ./ sum(E, dims=2))"),
    range="(0, 1)",
    laws=(
        Law(213, "d-softmax-rows", "softmax of each row", "X: m x n", "d softmax(X, rows)",
            "softmax(X, rows) .* dX - softmax(X, rows) .* ((softmax(X, rows) .* dX) ones(n) ones(n)')", _S, _F,
            why="Rule (69) for every row."),
    ),
)  # fmt: skip
of_array(
    "softmax_columns", takes="matrix", gives=("r", "c"), of_number=None, latex=r"\operatorname{softmax}",
    text="softmax", way="columns", written=False, value=lambda np, a: np.exp(a - _lse(np, a, -2)),
    sympy=lambda w, a, e: _shares_along(w, a, e, rows=False),
    numpy=Code("np.exp({a} - np.logaddexp.reduce({a}, axis=0))",
               "def softmax_columns(Z):\n    E = np.exp(Z - np.max(Z, axis=0))\n    return E / np.sum(E, axis=0)"),
    torch="torch.softmax({a}, dim=0)", jax="jax.nn.softmax({a}, axis=0)",
    matlab=Code("softmax_columns({a})",
                "function Y = softmax_columns(Z)\n    E = exp(Z - max(Z, [], 1));\n    Y = E ./ sum(E, 1);\nend"),
    julia=Code("softmax_columns({a})",
               "softmax_columns(Z) = (E = exp.(Z .- maximum(Z, dims=1)); E ./ sum(E, dims=1))"),
    range="(0, 1)",
    laws=(
        Law(214, "d-softmax-columns", "softmax of each column", "X: m x n", "d softmax(X, columns)",
            "softmax(X, columns) .* dX - softmax(X, columns) .* (ones(m) ones(m)' (softmax(X, columns) .* dX))", _S, _F,
            why="Rule (69) for every column."),
    ),
)  # fmt: skip
of_array(
    "softmax_all", takes="any", gives=("r", "c"), of_number=None, latex=r"\operatorname{softmax}", written=False,
    value=lambda np, a: np.exp(a - _lse(np, a, _BOTH)), sympy=_shares,
    numpy=Code("np.exp({a} - np.logaddexp.reduce({a}, axis=None))",
               "def softmax_all(z):\n    e = np.exp(z - np.max(z))\n    return e / np.sum(e)"),
    torch="torch.softmax({t}.reshape(-1), dim=0).reshape({t}.shape)", jax="jax.nn.softmax({a}, axis=(0, 1))",
    matlab=Code("softmax({a})", _MATLAB_SOFTMAX, "softmax"), julia=Code("softmax({a})", _JULIA_SOFTMAX, "softmax"),
    range="(0, 1)",
    laws=(), spoken="in printed lines only",
)  # fmt: skip
