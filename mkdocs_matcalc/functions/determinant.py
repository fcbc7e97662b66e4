"""Determinant, its logarithm, and the adjugate (Jacobi's formula and what follows from it)."""

from __future__ import annotations

from typing import Any

from .row import Code, Fence, Law
from .table import of_array

_F = "Determinant"
_S = "Magnus and Neudecker, ch. 8, sec. 3 (Jacobi's formula)"

of_array(
    "det", takes="square", gives=("1", "1"), latex=r"\det",
    fence=Fence(r"\lvert {a} \rvert", "det({a})", "|{a}|", avoid={"latex": "|"}),
    numpy="np.linalg.det({a})", torch="torch.linalg.det({a})", jax="jnp.linalg.det({a})", matlab="det({a})",
    julia="det({a})", value=lambda np, a: np.linalg.det(a)[..., None, None],
    sympy=lambda w, a, _e: w.sympy.Determinant(a), sympy_class="Determinant",
    laws=(
        Law(18, "d-det", "determinant", "X: n x n invertible", "d det(X)", "det(X) tr(inv(X) dX)", _S, _F,
            when=("X invertible",),
            why="In the form |X| tr(X⁻¹dX) = tr(adj(X) dX); the adjugate form holds for singular X too."),
        Law(39, "d-det-adjugate", "determinant, by the adjugate", "X: n x n", "d det(X)", "tr(adj(X) dX)", _S, _F,
            why="Rule (18) for a matrix that need not be invertible."),
    ),
)  # fmt: skip
of_array(
    "logdet", takes="square", gives=("1", "1"), of_number=("abs", "log"), latex=r"\log\det", tight=False,
    numpy="np.linalg.slogdet({a})[1]", torch="torch.linalg.slogdet({a}).logabsdet",
    jax="jnp.linalg.slogdet({a})[1]",
    matlab=Code("logabsdet({a})", "function y = logabsdet(X)\n    [~, U, ~] = lu(X);\n    y = sum(log(abs(diag(U))));\nend",
                "logabsdet"),
    julia="logabsdet({a})[1]", value=lambda np, a: np.linalg.slogdet(a)[1][..., None, None],
    sympy=lambda w, a, _e: w.sympy.log(w.sympy.Abs(w.sympy.Determinant(a))),
    where="invertible",
    laws=(
        Law(40, "d-logdet", "log determinant", "X: n x n invertible", "d logdet(X)", "tr(inv(X) dX)",
            "Magnus and Neudecker, ch. 8, sec. 4", _F, when=("X defined",),
            why="Rule (18) divided by the determinant; logdet is the logarithm of its absolute value."),
    ),
)  # fmt: skip


def _adj(np: Any, a: Any) -> Any:
    """By singular values: unlike |X| X⁻¹ it is right for a singular matrix."""
    try:
        u, s, vt = np.linalg.svd(a)
    except np.linalg.LinAlgError:
        return np.full_like(a, np.nan)
    n = s.shape[-1]
    others = np.stack([np.prod(np.delete(s, i, axis=-1), axis=-1) for i in range(n)], axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    return vt.swapaxes(-1, -2) * (others * sign[..., None])[..., None, :] @ u.swapaxes(-1, -2)


# All of them by singular values, which are right where the matrix has no inverse, too.
_NUMPY_ADJ = (
    "def adj(X):\n    U, s, Vt = np.linalg.svd(X)\n"
    "    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])\n"
    "    return np.linalg.det(U) * np.linalg.det(Vt) * (Vt.T * others) @ U.T"
)
_ADJ_IN_LINE = (
    "(lambda u, s, v: np.linalg.det(u) * np.linalg.det(v)"
    " * (v.T * [np.prod(np.delete(s, i)) for i in range(s.size)]) @ u.T)(*np.linalg.svd({a}))"
)
of_array(
    "adj", takes="square", gives=("r", "c"), of_number=None, latex=r"\operatorname{adj}", value=_adj,
    numpy=Code(_ADJ_IN_LINE, _NUMPY_ADJ),
    torch=Code(
        "adj({a})",
        "def adj(X):\n    U, s, Vh = torch.linalg.svd(X)\n"
        "    others = torch.stack([torch.prod(torch.cat([s[:i], s[i + 1 :]])) for i in range(len(s))])\n"
        "    return torch.linalg.det(U) * torch.linalg.det(Vh) * (Vh.T * others) @ U.T",
    ),
    jax=Code(_ADJ_IN_LINE.replace("np.", "jnp."), _NUMPY_ADJ.replace("np.", "jnp.")),
    matlab=Code(
        "adj({a})",
        "function Y = adj(X)\n    [U, S, V] = svd(X);\n    s = diag(S);\n    others = ones(size(s));\n"
        "    for i = 1:numel(s)\n        others(i) = prod(s([1:i-1, i+1:end]));\n    end\n"
        "    Y = det(U) * det(V) * V * diag(others) * U';\nend",
    ),
    julia=Code(
        "adj({a})",
        "function adj(X)\n    F = svd(X)\n"
        "    others = [prod(F.S[[1:i-1; i+1:end]]) for i in eachindex(F.S)]\n"
        "    return det(F.U) * det(F.V) * F.V * Diagonal(others) * F.U'\nend",
    ),
    sympy=lambda w, a, _e: w.sympy.MatMul(w.sympy.Determinant(a), w.sympy.Inverse(a)), keeps_symmetry=True,
    laws=(
        Law(41, "d-adjugate", "adjugate", "X: n x n invertible", "d adj(X)",
            "det(X) (tr(inv(X) dX) inv(X) - inv(X) dX inv(X))", "Magnus and Neudecker, ch. 8, sec. 6", _F,
            when=("X invertible",), why="adj(X) = |X| X⁻¹, by (10), (18) and (16)."),
    ),
)  # fmt: skip
