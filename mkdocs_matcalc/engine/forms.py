"""The readable form of a scalar differential: one weight an increment."""

from __future__ import annotations

from ..expr.atoms import Named
from ..expr.differential import Diff
from ..expr.linear import Add, T, add, mul
from ..expr.matrix import trace
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.shape import ONE, Shape, is_scalar, is_vector
from ..expr.walk import substitute
from .collect import factor
from .rearrange import split_increment


def put(e: Expr, name: str, differential: Expr) -> Expr:
    """An intermediate's differential put in for its increment."""
    table: dict[Expr, Expr] = {
        d: differential for d in e.walk() if isinstance(d, Diff) and isinstance(d.arg, Named) and d.arg.name == name
    }
    return substitute(e, table)


def grown(e: Expr, name: str, differential: Expr) -> int:
    """The size of an expression after `put`."""
    places = sum(isinstance(d, Diff) and isinstance(d.arg, Named) and d.arg.name == name for d in e.walk())
    return e.size + places * differential.size


@remembered
def collect(e: Expr) -> Expr:
    """A readable sum with the terms of each increment put together."""
    groups: dict[Expr, list[Expr]] = {}
    for t in terms_of(e):
        parts = split_increment(t)
        if parts is None:
            return e
        groups.setdefault(parts[1], []).append(parts[0])
    return add(*(attach(factor(add(*weights)), increment) for increment, weights in groups.items()))


def attach(weight: Expr, increment: Expr) -> Expr:
    """A readable term from a weight and its increment."""
    if increment.is_vector or increment.is_scalar:
        return mul(weight, increment)
    return trace(mul(weight, increment))


def derivative_shape(y: Shape, x: Shape) -> Shape:
    """The shape of a derivative in numerator layout."""
    if is_scalar(x):
        return y if not (is_vector(y) and y[0] is ONE) else (y[1], ONE)
    if is_scalar(y):
        return (ONE, x[0] * x[1]) if is_vector(x) else (x[1], x[0])
    return (y[0] * y[1], x[0] * x[1])


def increment_name(increment: Expr) -> str:
    """The name that an increment is of."""
    inner = increment.arg if isinstance(increment, T) else increment
    return next(iter(inner.differentials))


def terms_of(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; anything else alone."""
    return e.args if isinstance(e, Add) else (e,)
