"""Differentials of abstract functions: chain rules (20)–(23), total differentials (24)–(27), second derivatives.

In: an abstract function of its arguments, or a derivative of one. Out: the partial differential by
one argument, None where it has no form in matrix notation.
"""

from __future__ import annotations

from ..expr.atoms import Commutation, Sym
from ..expr.differential import Through, diff
from ..expr.linear import mul, transpose
from ..expr.matrix import flipped, trace, vec
from ..expr.node import Expr
from ..expr.scalar import Apply, Partial, contracted, partial, second_partial
from ..expr.shape import ONE, Shape, is_scalar, is_vector, kind

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
    """The part of d f(…) that argument i (from 0) has; None where f is a matrix and only its vec has a form."""
    arg = a.args[i]
    outer = partial(a.function, i, a.args)
    takes, gives = a.function.takes[i], a.function.gives
    if is_scalar(takes):
        return mul(outer, diff(arg))
    if is_scalar(gives):
        return mul(outer, vec(diff(arg))) if is_vector(takes) else trace(mul(outer, diff(arg)))
    if is_vector(gives):
        return lying(mul(outer, vec(diff(arg))), gives)
    return None


def lying(column: Expr, shape: Shape) -> Expr:
    """A column as the vector of a shape: a row is the transpose of its column."""
    return transpose(column) if shape[0] is ONE else column


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


def second_differential(a: Partial, j: int) -> Expr | None:
    """The part of d f′(…) that argument j (from 0) has; None where that is a matrix and only its vec has a form."""
    bend = second_partial(a.function, (a.by[0], j), a.args) if len(a.by) == 1 else None
    if bend is None:
        return None
    takes, gives, step = a.function.takes, a.function.gives, diff(a.args[j])
    if is_scalar(takes[j]):  # a derivative by a scalar has the shape of what it is of, but for what lies down
        if is_scalar(gives) and not is_scalar(a.shape):
            return mul(transpose(bend), step) if is_vector(a.shape) else None
        return mul(bend, step)
    if is_scalar(a.shape):
        return mul(bend, vec(step))
    return lying(mul(bend, vec(step)), a.shape) if is_vector(a.shape) else None


def along(e: Through) -> list[tuple[Expr, Expr]]:
    """The pairs (M, step) with vec of a standing differential = Σ M vec(step); empty where M has no matrix form."""
    if isinstance(e.of, Apply):
        parts: list[Expr | None] = [partial(e.of.function, i, e.of.args) for i in e.places]
    else:
        parts = [second_partial(e.of.function, (e.of.by[0], j), e.of.args) for j in e.places]
    out = []
    for i, part, step in zip(e.places, parts, e.steps, strict=True):
        if part is None:
            return []
        out.append((_stacked(e, part, i), step))
    return out


def _stacked(e: Through, part: Expr, i: int) -> Expr:
    """The matrix that takes the vec of a step to that of the whole."""
    of, takes = e.of, e.of.function.takes
    if isinstance(of, Partial) and is_scalar(of.function.gives):
        (p, q) = takes[of.by[0]]  # f′(X) is q x p, the transpose of what has the entries in the order of X
        return mul(Commutation(p, q), part)
    return vec(part) if is_scalar(takes[i]) else part


def contraction(row: Expr, e: Through, column: Expr) -> list[tuple[Expr, Expr]]:
    """The pairs (M, step) with row d(y′(x)) column = Σ M vec(step), for y that is no scalar; empty for any other.

    With the row held, it is the second derivative of a scalar function.
    """
    of = e.of
    if not isinstance(of, Partial) or is_scalar(of.function.gives) or is_scalar(of.function.takes[of.by[0]]):
        return []
    out = []
    for j, step in zip(e.places, e.steps, strict=True):
        second = second_partial(of.function, (of.by[0], j), of.args)
        if second is not None:  # by a scalar: a matrix of the shape of y′
            out.append((mul(row, second, column), step))
        else:
            bend = contracted(of.function, (of.by[0], j), of.args, flipped(row))
            out.append((mul(flipped(column), bend), step))
    return out
