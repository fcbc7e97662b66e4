"""Lines by components, checked with numbers: every line is an array over its free indices.

In: lines, the symbols and functions of a problem, a seed. Out: a report. A component is an entry of
a value, a Kronecker delta of the identity, an unevaluated derivative is found by differences, and
summed indices are summed. A line must agree with the difference quotient of its left side and,
where nothing in either is unevaluated, with the line above to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from ..expr.atoms import Sym
from ..expr.component import Component, Delta, Factor, Range, Slope, Sum, ranges
from ..expr.scalar import Signature
from .agree import DIFFERENCES, LINES, Array, relative_error
from .difference import jacobian
from .evaluate import Env, evaluate
from .names import names_of
from .obstacle import partial_parts, require_smooth, require_values, undefined
from .points import MOST_ENTRIES, at_points
from .report import Failed, NoPoint, Obstacle, Report, TooLarge
from .sample import Point
from .sizes import extent


def check_components(
    lines: Sequence[Sum],
    variables: Sequence[Sym],
    functions: Mapping[str, Signature | None],
    *,
    seed: int = 0,
    points: int = 3,
) -> Report:
    """Check lines by components at random points."""
    roots = [e for line in lines for e in line.roots()]
    first = partial_parts(line.left.of.expr if isinstance(line.left, Slope) else line.left.expr for line in lines)

    def compare(point: Point, _rng: np.random.Generator) -> float:
        env = Env(point)
        require_values(first, env)
        return _at_point(lines, env)

    return at_points(names_of(roots, variables, functions), compare, seed=seed, points=points)


def _at_point(lines: Sequence[Sum], env: Env) -> float:
    """The largest error at a point."""
    worst = 0.0
    before: dict[Component | Slope, Array] = {}
    wanted = {line.left: _left(line.left, env) for line in lines}
    for number, line in enumerate(lines, start=1):
        value = value_of(line, env)
        if not np.isfinite(value).all():
            raise NoPoint(f"line {number} is not finite", partial(_missing, line, env))
        error = relative_error(value, wanted[line.left])
        if not error <= DIFFERENCES:
            raise Failed(f"line {number}: it is not what its left side is", error)
        worst = max(worst, error)
        if not line.open:
            above = before.get(line.left, value)
            gap = relative_error(value, above)
            if not gap <= 100 * LINES:
                raise Failed(f"line {number}: it differs from the line before it", gap)
            before[line.left] = value
    return worst


def value_of(line: Sum, env: Env) -> Array:
    """The right side of a line, an array over the free indices in the order of the left side."""
    free = ranges(line.left)
    letters = list(dict.fromkeys(i for i, _ in free))
    total = np.zeros([extent(d, env.point.dims) for _, d in free])
    for term in line.terms:
        place = {i: n for n, i in enumerate(dict.fromkeys([*letters, *sorted(term.letters)]))}
        size: dict[str, int] = {i: extent(d, env.point.dims) for i, d in _all_ranges([*free, *term.sums], term.factors)}
        if np.prod([float(n) for n in size.values()], initial=1.0) > MOST_ENTRIES**2:
            raise TooLarge
        operands: list[object] = []
        # an index that no factor has is summed, or spread, by ones
        for i, n in size.items():
            operands += [np.ones(n), [place[i]]]
        for f in term.factors:
            operands += [_factor(f, env, size), [place[i] for i in f.indices]]
        if not operands:
            operands = [np.ones(()), []]
        out = np.einsum(*operands, [place[i] for i in letters], optimize="greedy")  # type: ignore[call-overload]
        total = total + float(term.coef) * out
    return np.asarray(total)


def _all_ranges(own: Sequence[Range], factors: Sequence[Factor]) -> list[Range]:
    found = dict(own)
    for f in factors:
        found.update(ranges(f))
    return list(found.items())


def _factor(f: Factor, env: Env, size: Mapping[str, int]) -> Array:
    if isinstance(f, Delta):
        return np.eye(size[f.first], size[f.second])
    return _left(f, env) if isinstance(f, Slope) else _entries(f, evaluate(f.expr, env))


def _entries(f: Component, value: Array) -> Array:
    """A value as an array over the indices of a component."""
    axes = tuple(n for n, i in enumerate((f.row, f.col)) if not i)
    return value.squeeze(axis=axes) if axes else value


def _left(f: Component | Slope, env: Env) -> Array:
    """A component by its value, a slope by differences."""
    if isinstance(f, Component):
        return _entries(f, evaluate(f.expr, env))
    variable = f.by.expr
    if not isinstance(variable, Sym):
        raise TypeError(f"{variable!r} is no variable")
    shape = env.values[variable.name].shape
    count = shape[0] * shape[1]
    top = evaluate(f.of.expr, env)
    weight = names_of([f.of.expr]).entries(env.point.dims)
    slope, doubt = jacobian(f.of.expr, variable.name, env, np.arange(count, dtype=float), weight)
    require_smooth(slope, doubt, f.of.expr, env)
    rows, cols = top.shape
    # vec stacks columns, on both sides
    whole = slope.reshape(cols, rows, shape[1], shape[0]).transpose(1, 0, 3, 2)
    axes = tuple(n for n, i in enumerate((f.of.row, f.of.col, f.by.row, f.by.col)) if not i)
    return whole.squeeze(axis=axes) if axes else whole


def _missing(line: Sum, env: Env) -> Obstacle | None:
    """A part of a line that has no value."""
    root = next((e for e in line.roots() if not np.isfinite(evaluate(e, env)).all()), None)
    return undefined(root, env).find() if root is not None else None
