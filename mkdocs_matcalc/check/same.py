"""Are expressions equal? Values at random points, without a derivative.

In: expressions of one shape. Out: a `Report`, as of a derivation; the first expression is the measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..expr.atoms import Sym
from ..expr.node import Expr
from ..expr.scalar import Signature
from .agree import DIFFERENCES, Array, relative_error
from .evaluate import Env, evaluate
from .reading import Reading
from .report import Failed, NoPoint, Report
from .sample import Point, draw, even_names, moods, sizes
from .steady import SMALLER

_TRIES = 40


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
    names = {n for s in symbols.values() for d in s.shape for n in d.names}
    worst, found = 0.0, 0
    for attempt in range(_TRIES):
        mood = moods(sorted(symbols), attempt, np.random.default_rng([seed, attempt]))
        point = draw(symbols, functions, sizes(names, 0, even_names(symbols.values())), [seed, attempt, 1], mood)
        try:
            if reading is not None:
                reading.at(point)
        except NoPoint:
            continue
        except Failed as why:
            return Report(passed=False, points=found, max_relative_error=why.error, failed=str(why))
        env = Env(point)
        values = [evaluate(e, env) for e in expressions]
        if not all(np.isfinite(v).all() for v in values):
            continue
        for number, value in enumerate(values[1:], start=2):
            error = relative_error(value, values[0])
            if not error <= DIFFERENCES:
                other = Env(env.point, reach=SMALLER)
                moved = (relative_error(evaluate(e, other), v) for e, v in zip(expressions, values, strict=True))
                if not max(moved) <= error / 10:
                    break  # the differences themselves are not exact enough here
                return Report(passed=False, points=found, max_relative_error=error, failed=f"line {number}")
            worst = max(worst, error)
        else:
            found += 1
        if found == points:
            break
    if not found:
        return Report(passed=False, points=0, max_relative_error=float("inf"), failed="no sample point")
    return Report(passed=True, points=found, max_relative_error=worst)


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
    names = {n for s in symbols.values() for d in s.shape for n in d.names}
    worst, found = 0.0, 0
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed, attempt])
        point = draw(
            symbols,
            {},
            sizes(names, 0, even_names(symbols.values())),
            [seed, attempt, 1],
            moods(sorted(symbols), attempt, rng),
        )
        try:
            if reading is not None:
                reading.at(point)
        except NoPoint:
            continue
        except Failed as why:
            return Report(passed=False, points=found, max_relative_error=why.error, failed=str(why))
        env = Env(point, {v.name: _tangent(v, point, rng) for v in variables})
        values = [(evaluate(a, env), evaluate(b, env)) for a, b in pairs]
        if not all(np.isfinite(a).all() and np.isfinite(b).all() for a, b in values):
            continue
        for number, (a, b) in enumerate(values):
            error = relative_error(b, a)
            worst = max(worst, error)
            if not error <= DIFFERENCES:
                what = "the identity does not hold" if not number else f"line {number}"
                return Report(passed=False, points=found, max_relative_error=worst, failed=what)
        found += 1
        if found == _POINTS:
            return Report(passed=True, points=found, max_relative_error=worst)
    return Report(passed=False, points=found, max_relative_error=worst, failed="no sample point")


#: A proof is checked at so many points.
_POINTS = 3


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
