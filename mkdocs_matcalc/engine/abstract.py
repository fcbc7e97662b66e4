"""Differentials of abstract functions: chain rules (20)–(23), total differentials (24)–(27), second derivatives.

In: an abstract function of its arguments, or a derivative of one. Out: the partial differential by
one argument, None where it has no form in matrix notation.
"""

from __future__ import annotations

from ..expr.atoms import Sym
from ..expr.differential import diff
from ..expr.linear import mul, transpose
from ..expr.matrix import trace, vec
from ..expr.node import Expr
from ..expr.scalar import Apply, Partial, partial
from ..expr.shape import ONE, is_scalar, is_vector, kind

#: What the derivative of an abstract function at the variable itself is: the differential read backwards.
_DEFINITIONS = {
    ("scalar", "scalar"): "identify-scalar-scalar",
    ("scalar", "vector"): "identify-scalar-vector",
    ("scalar", "matrix"): "identify-scalar-matrix",
    ("vector", "scalar"): "identify-vector-scalar",
    ("vector", "vector"): "identify-vector-vector",
    ("matrix", "scalar"): "identify-matrix-scalar",
    ("vector", "matrix"): "identify-vec",
    ("matrix", "vector"): "identify-vec",
    ("matrix", "matrix"): "identify-vec",
}


def partial_differential(a: Apply, i: int) -> Expr | None:
    """The part of d f(…) that argument i (from 0) has."""
    arg = a.args[i]
    outer = partial(a.function, i, a.args)
    takes, gives = a.function.takes[i], a.function.gives
    if is_scalar(takes):
        return mul(outer, diff(arg))
    if is_scalar(gives):
        return mul(outer, diff(arg)) if is_vector(takes) and not arg.is_row else _by_matrix_or_row(outer, arg)
    if not is_scalar(gives) and not is_vector(gives):
        return None
    if not is_vector(takes) and gives[1] is ONE:
        return mul(outer, vec(diff(arg)))
    if is_vector(takes) and is_vector(gives) and not arg.is_row and gives[1] == ONE:
        return mul(outer, diff(arg))
    return None


def _by_matrix_or_row(outer: Expr, arg: Expr) -> Expr:
    """The partial differential by a matrix, tr(F dX), or by a row, (dx) F."""
    if arg.is_row:
        return mul(diff(arg), transpose(outer) if outer.is_row else outer)
    return trace(mul(outer, diff(arg)))


def chain_rule(a: Apply) -> str:
    """The name of the rule by which d f(…) is opened."""
    takes, gives = a.function.takes, a.function.gives
    if len(takes) == 1 and isinstance(a.args[0], Sym):
        return _DEFINITIONS[kind(gives), kind(takes[0])]
    if len(takes) > 1:
        if not is_scalar(gives):
            return "total-array"
        if all(is_scalar(t) for t in takes):
            return "total-scalar"
        return "total-vector" if all(is_scalar(t) or is_vector(t) for t in takes) else "total-matrix"
    if not is_scalar(gives):
        return "chain-vector-vector"
    if is_scalar(takes[0]):
        return "chain-scalar-scalar"
    return "chain-scalar-vector" if is_vector(takes[0]) else "chain-scalar-matrix"


def second_partial(a: Partial, j: int) -> Expr | None:
    """The part of d f′(…) that argument j (from 0) has; the matrix of second derivatives has the rows of the first."""
    if len(a.by) != 1:
        return None
    i = a.by[0]
    takes, gives = a.function.takes, a.function.gives
    step = diff(a.args[j])
    if is_scalar(takes[i]) and is_scalar(takes[j]):
        return mul(Partial(a.function, (i, j), a.args, gives), step)
    if not is_scalar(gives) or not all(is_scalar(takes[k]) or takes[k][1] is ONE for k in (i, j)):
        return None
    bend = Partial(a.function, (i, j), a.args, (takes[i][0], takes[j][0]))
    return transpose(mul(bend, step))
