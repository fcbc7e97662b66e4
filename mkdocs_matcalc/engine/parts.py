"""Small parts of expressions that differentiation takes hold of."""

from __future__ import annotations

from collections.abc import Callable

from ..expr.differential import Diff
from ..expr.linear import Mul, product
from ..expr.matrix import Call
from ..expr.node import Expr
from ..expr.scalar import Entry


def with_factor(a: Mul, i: int, factor: Expr) -> Expr:
    """A product with one of its factors replaced."""
    args = (*a.args[:i], factor, *a.args[i + 1 :])
    n = len(a.scalars)
    return product(a.coef, args[:n], args[n:])


def replace_open(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Every outermost open differential changed."""
    if not e.open:
        return e
    if isinstance(e, Diff):
        return change(e)
    return e.map_args(lambda a: replace_open(a, change))


def log_abs_det(e: Expr) -> Expr | None:
    """X where an expression is |det X|."""
    if isinstance(e, Entry) and e.name == "abs" and isinstance(e.arg, Call) and e.arg.name == "det":
        return e.arg.arg
    return None
