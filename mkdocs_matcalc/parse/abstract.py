"""Derivatives of abstract functions as printed lines have them: `f'(x)`, `h'_2(x, y)`, `l''(x)`, `y''(x, w)`.

In: a call with primes, and its function. Out: what it takes, and the derivative that it means. The second
derivative of a function that is no scalar is that of wᵀ vec(y) for a column w that is held; w stands behind the
arguments. `by` counts arguments from 1; of two, `''_12`, the digits are one each.
"""

from __future__ import annotations

from ..expr.node import Expr
from ..expr.scalar import Signature, contracted, partial, second_partial
from ..expr.shape import ONE, Shape, is_scalar
from .syntax import Call


def taken(function: Signature, node: Call) -> tuple[Shape, ...]:
    """The shapes of the arguments that a call of an abstract function, or of a derivative of one, has."""
    held = node.primes == 2 and not is_scalar(function.gives) and len(node.args) == len(function.takes) + 1
    rows, columns = function.gives
    return (*function.takes, (rows * columns, ONE)) if held else function.takes


def derivative(function: Signature, node: Call, args: tuple[Expr, ...]) -> Expr | None:
    """The derivative that a call with primes means; None where it is not said which, or where it has no matrix form."""
    count = len(function.takes)
    by = (0,) * node.primes if count == 1 and not node.by else tuple(int(c) - 1 for c in str(node.by))
    if len(by) != node.primes or not all(0 <= i < count for i in by):
        return None
    if len(by) == 1:
        return partial(function, by[0], args)
    if len(by) != 2:
        return None
    if len(args) > count:
        return contracted(function, (by[0], by[1]), args[:-1], args[-1])
    return second_partial(function, (by[0], by[1]), args)
