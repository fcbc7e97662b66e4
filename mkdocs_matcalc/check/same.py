"""Are expressions equal? Values at random points, without a derivative.

In: expressions of one shape. Out: a `Report`, as of a derivation; the first expression is the measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..expr.atoms import Sym
from ..expr.differential import Rate
from ..expr.node import Expr
from ..expr.scalar import Signature
from .agree import DIFFERENCES, Array, relative_error
from .evaluate import Env, evaluate
from .names import distinct, names_of
from .obstacle import partial_parts, require_values, undefined
from .points import at_points
from .reading import Reading
from .report import Failed, NoPoint, Report
from .sample import Point
from .steady import SMALLER


def same(
    expressions: Sequence[Expr],
    symbols: Mapping[str, Sym],
    functions: Mapping[str, Signature | None],
    *,
    seed: int = 0,
    points: int = 3,
    reading: Reading | None = None,
) -> Report:
    """Whether expressions have one value at random points; those with a derivative inside to its accuracy.

    At each point the text of the block has the value of what was built of it, as far as `reading` knows the text.
    """
    first = partial_parts(e.args[0] if isinstance(e, Rate) else e for whole in expressions for e in distinct([whole]))

    def compare(point: Point, _rng: np.random.Generator) -> float:
        env = Env(point)
        require_values(first, env)
        if reading is not None:
            reading.at(point)
        values = [_finite(e, env) for e in expressions]
        worst = 0.0
        for number, value in enumerate(values[1:], start=2):
            error = relative_error(value, values[0])
            if not error <= DIFFERENCES:
                other = Env(point, reach=SMALLER)
                moved = (relative_error(evaluate(e, other), v) for e, v in zip(expressions, values, strict=True))
                if not max(moved) <= error / 10:
                    raise NoPoint("differences are not exact enough")
                raise Failed(f"line {number}", error)
            worst = max(worst, error)
        return worst

    return at_points(names_of(expressions, symbols.values(), functions), compare, seed=seed, points=points)


def _finite(e: Expr, env: Env) -> Array:
    value = env.value(e)
    if not np.isfinite(value).all():
        raise undefined(e, env)
    return value


def equations(
    pairs: Sequence[tuple[Expr, Expr]],
    variables: Sequence[Sym],
    symbols: Mapping[str, Sym],
    *,
    seed: int = 0,
    reading: Reading | None = None,
) -> Report:
    """Whether both sides of each equation are one value, at random points and along directions that keep structure.

    `reading` is as in `same`. The direction of an orthogonal variable Q is QΩ with Ω skew, so that QᵀQ = I goes on to hold.
    """

    def compare(point: Point, rng: np.random.Generator) -> float:
        if reading is not None:
            reading.at(point)
        env = Env(point, {v.name: _tangent(v, point, rng) for v in variables})
        worst = 0.0
        for number, (left, right) in enumerate(pairs):
            a, b = _finite(left, env), _finite(right, env)
            error = relative_error(b, a)
            if not error <= DIFFERENCES:
                raise Failed(f"line {number}" if number else "the identity does not hold", error)
            worst = max(worst, error)
        return worst

    roots = [e for pair in pairs for e in pair]
    return at_points(names_of(roots, [*symbols.values(), *variables]), compare, seed=seed)


def _tangent(v: Sym, point: Point, rng: np.random.Generator) -> Array:
    value = point.values[v.name]
    step: Array = rng.standard_normal(value.shape)
    if "orthogonal" in v.attributes:
        return value @ (step - step.T)
    if v.attributes & {"symmetric", "spd"}:
        return step + step.T
    if "skew" in v.attributes:
        return step - step.T
    return np.diag(np.diag(step)) if "diagonal" in v.attributes else step
