"""Whether differences stay where they are with another step: what moves is their own error.

In: what was compared, and at what point. Out: the values again, by other steps. A comparison fails
where they stay and disagree; where they move about as much as they disagree, the point says nothing.
"""

from __future__ import annotations

import numpy as np

from ..expr.atoms import Sym
from ..expr.differential import Gradient
from ..expr.node import Expr
from ..expr.walk import substitute
from .agree import DIFFERENCES, Array, relative_error
from .difference import along, gradient, hessian, jacobian, second_along
from .evaluate import Env, evaluate

#: Steps are so many times smaller: for rounding and for what is not smooth, that is another world.
_SMALLER = 8.0


def line_moves(quantity: Expr, line: Expr, env: Env, *, second: bool) -> float:
    """How far the differential of a quantity moves, or the line that was compared with it."""
    other = Env(env.point, {n: d / _SMALLER for n, d in env.directions.items()}, env.stages)
    if second:
        before, after = second_along(quantity.args[0], env)[0], second_along(quantity.args[0], other)[0]
    else:
        before, after = along(quantity, env)[0], along(quantity, other)[0]
    moved = max(_drowned(env.value(quantity), before), _apart(before, after))
    # an open differential in a line is a difference too
    return max(moved, _apart(env.value(line), other.value(line))) if line.open else moved


def _apart(before: Array, after: Array) -> float:
    """How far a differential has moved, which holds the increments once or twice."""
    return min(relative_error(before, after * scale) for scale in (_SMALLER, _SMALLER**2))


def _drowned(value: Array, slope: Array) -> float:
    """The error of a difference quotient by the rounding of values that are much larger."""
    noise = 2e-14 * float(np.abs(value).max(initial=0.0)) / (1e-3 + float(np.abs(slope).max(initial=0.0)))
    return noise if noise <= DIFFERENCES else np.inf


def slope_moves(value: Expr, names: tuple[str, ...], env: Env, entries: tuple[Array, ...], weight: int) -> float:
    """How far the Jacobian by one variable moves, or the Hessian by two."""
    slopes = [
        jacobian(value, names[0], env, entries[0], weight, reach)[0]
        if len(names) == 1
        else hessian(value, (names[0], names[1]), env, (entries[0], entries[1]), weight, reach)[0]
        for reach in (1.0, 1 / _SMALLER)
    ]
    return max(_drowned(env.value(value), slopes[0]), relative_error(slopes[1], slopes[0]))


def with_other_steps(line: Expr, env: Env) -> Array:
    """The value of a line of style `chain`, with its fractions by differences of another step."""
    table: dict[Expr, Expr] = {}
    values: dict[str, Array] = {}
    for node in line.walk():
        if isinstance(node, Gradient) and node not in table:
            table[node] = Sym(f"∂{len(table)}", node.shape)
            values[f"∂{len(values)}"] = gradient(node, env, 0.5)
    return evaluate(substitute(line, table), env.moved(values, batch=0))
