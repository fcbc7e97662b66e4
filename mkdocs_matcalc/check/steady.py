"""Whether differences stay where they are with another step: what moves is their own error.

In: what was compared, and at what point. Out: the values again, by other steps. A comparison fails
where they stay and disagree; where they move about as much as they disagree, the point says nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..expr.node import Expr
from .agree import DIFFERENCES, Array, relative_error
from .difference import along, hessian, jacobian, second_along
from .evaluate import Env
from .sample import Point

#: The other steps, as a multiple of the first: for rounding and for what is not smooth, that is another world.
SMALLER = 1 / 8


def is_rounding(point: Point, deviation: Callable[[Point], Array]) -> bool:
    """Whether a deviation is another one at points nearby, as rounding is and a mistake is not.

    The points are so close that nothing else differs: arcsin of what is nearly 1 makes much of that.
    """
    here = deviation(point)
    allowed = float(np.abs(here).max(initial=0.0)) / 10
    rng = np.random.default_rng(0)
    for _ in range(_NEARBY):
        values = {name: value * (1 + _NEAR * rng.uniform(0.5, 1)) for name, value in point.values.items()}
        there = deviation(Point(values, point.dims, point.functions))
        if not float(np.abs(here - there).max(initial=0.0)) <= allowed:
            return True
    return False


#: How far a point nearby is away, as a share of each value, and how many are looked at.
_NEAR, _NEARBY = 1e-12, 6


def with_smaller_steps(env: Env) -> Env:
    """The same environment, where every difference is taken by smaller steps."""
    return Env(env.point, env.directions, env.stages, reach=env.reach * SMALLER)


def line_moves(quantity: Expr, line: Expr, env: Env, *, second: bool) -> float:
    """How far the differential of a quantity moves, or the line that was compared with it."""
    other = with_smaller_steps(env)
    if second:
        before, after = second_along(quantity.args[0], env)[0], second_along(quantity.args[0], other)[0]
    else:
        before, after = along(quantity, env)[0], along(quantity, other)[0]
    moved = max(_drowned(env.value(quantity), before), relative_error(before, after))
    # an open differential in a line is a difference too
    return max(moved, relative_error(env.value(line), other.value(line))) if line.open else moved


def _drowned(value: Array, slope: Array) -> float:
    """The error of a difference quotient by the rounding of values that are much larger."""
    noise = 2e-14 * float(np.abs(value).max(initial=0.0)) / (1e-3 + float(np.abs(slope).max(initial=0.0)))
    return noise if noise <= DIFFERENCES else np.inf


def slope_moves(value: Expr, names: tuple[str, ...], env: Env, entries: tuple[Array, ...], weight: int) -> float:
    """How far the Jacobian by one variable moves, or the Hessian by two."""
    slopes = [
        jacobian(value, names[0], at, entries[0], weight)[0]
        if len(names) == 1
        else hessian(value, (names[0], names[1]), at, (entries[0], entries[1]), weight)[0]
        for at in (env, with_smaller_steps(env))
    ]
    return max(_drowned(env.value(value), slopes[0]), relative_error(slopes[1], slopes[0]))
