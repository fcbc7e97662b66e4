"""Lines by components, checked with numbers: every line is an array over its free indices.

In: lines, the symbols and functions of a problem, a seed. Out: a report. A component is an entry of
a value, a Kronecker delta of the identity, an unevaluated derivative is found by differences, and
summed indices are summed. A line must agree with the difference quotient of its left side and,
where nothing in either is unevaluated, with the line above to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..expr.atoms import Named, Size, Sym
from ..expr.component import Component, Delta, Factor, Range, Slope, Sum, ranges
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial, Signature
from .agree import DIFFERENCES, LINES, Array, relative_error
from .difference import jacobian
from .evaluate import Env, evaluate
from .report import Report
from .sample import draw, even_names, extent, moods, sizes

_TRIES = 40
#: Difference quotients that leave more doubt than this have not converged.
_DOUBT, _HUGE = 3e-7, 1e7
#: An array of more entries than this is not built.
_TOO_LARGE = 500_000


class _Unsuitable(Exception):  # noqa: N818 (not an error: another point is drawn)
    """Something is not finite, or not smooth, at a point."""


def check_components(
    lines: Sequence[Sum],
    variables: Sequence[Sym],
    functions: Mapping[str, Signature | None],
    *,
    seed: int = 0,
    points: int = 3,
) -> Report:
    """Check lines by components at random points."""
    symbols, known, dims = _names([e for line in lines for e in line.roots()], variables, functions)
    names = sorted({*symbols, *known})
    worst, found, reason, good = 0.0, 0, "no sample point", None
    with np.errstate(all="ignore"):
        for attempt in range(_TRIES):
            rng = np.random.default_rng([seed, attempt])
            mood = good or moods(names, attempt, rng)
            point = draw(symbols, known, sizes(dims, found, even_names(symbols.values())), [seed, attempt, 1], mood)
            try:
                error, failed = _at_point(lines, Env(point))
            except _Unsuitable as why:
                reason, good = f"no sample point: {why}", None
                continue
            if failed:
                return Report(passed=False, points=found, max_relative_error=error, failed=failed)
            worst, found, good = max(worst, error), found + 1, mood
            if found == points:
                break
    return Report(passed=found > 0, points=found, max_relative_error=worst, failed=None if found else reason)


def _names(
    roots: Sequence[Expr], variables: Sequence[Sym], functions: Mapping[str, Signature | None]
) -> tuple[dict[str, Sym], dict[str, Signature | None], set[str]]:
    """The symbols, the abstract functions and the names of dimensions in some expressions."""
    symbols: dict[str, Sym] = {}
    known = dict(functions)
    dims: set[str] = set()
    seen: set[Expr] = set()
    stack = [*roots, *variables]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        stack += node.args
        dims.update(n for d in node.shape for n in d.names)
        if isinstance(node, Sym):
            symbols[node.name] = node
        elif isinstance(node, Named):
            stack.append(node.definition)
        elif isinstance(node, (Apply, Partial)):
            known[node.function.name] = node.function
        elif isinstance(node, Entry) and node.abstract:
            known[node.name] = None
        elif isinstance(node, Size):
            dims.update(node.dim.names)
    for signature in known.values():
        if signature is not None:
            dims.update(n for s in (*signature.takes, signature.gives) for d in s for n in d.names)
    # the declaration of a variable is the one to trust where a name comes with different attributes
    symbols.update({v.name: v for v in variables})
    return symbols, known, dims


def _at_point(lines: Sequence[Sum], env: Env) -> tuple[float, str]:
    """The largest error at a point, and what failed there."""
    worst = 0.0
    before: dict[Component | Slope, Array] = {}
    wanted = {line.left: _left(line.left, env) for line in lines}
    if any(not np.isfinite(v).all() or np.abs(v).max(initial=0.0) > _HUGE for v in wanted.values()):
        raise _Unsuitable("a value is not finite, or huge")
    for number, line in enumerate(lines, start=1):
        value = value_of(line, env)
        if not np.isfinite(value).all():
            raise _Unsuitable("a value is not finite")
        error = relative_error(value, wanted[line.left])
        if not error <= DIFFERENCES:
            return error, f"line {number}: it is not what its left side is"
        worst = max(worst, error)
        if not line.open:
            above = before.get(line.left, value)
            gap = relative_error(value, above)
            if not gap <= 100 * LINES:
                return gap, f"line {number}: it differs from the line before it"
            before[line.left] = value
    return worst, ""


def value_of(line: Sum, env: Env) -> Array:
    """The right side of a line, an array over the free indices in the order of the left side."""
    free = ranges(line.left)
    letters = list(dict.fromkeys(i for i, _ in free))
    total = np.zeros([extent(d, env.point.dims) for _, d in free])
    for term in line.terms:
        place = {i: n for n, i in enumerate(dict.fromkeys([*letters, *sorted(term.letters)]))}
        size: dict[str, int] = {i: extent(d, env.point.dims) for i, d in _all_ranges([*free, *term.sums], term.factors)}
        if np.prod([float(n) for n in size.values()], initial=1.0) > _TOO_LARGE**2:
            raise _Unsuitable("the dimensions are too large to check with numbers")
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
    slope, doubt = jacobian(f.of.expr, variable.name, env, np.arange(count, dtype=float), _weight(f.of.expr, env))
    if not np.isfinite(slope).all() or doubt > _DOUBT:
        raise _Unsuitable("differences do not converge")
    if float(np.abs(slope).max(initial=0.0)) > _HUGE:
        raise _Unsuitable("a value is huge")
    rows, cols = top.shape
    # vec stacks columns, on both sides
    whole = slope.reshape(cols, rows, shape[1], shape[0]).transpose(1, 0, 3, 2)
    axes = tuple(n for n, i in enumerate((f.of.row, f.of.col, f.by.row, f.by.col)) if not i)
    return whole.squeeze(axis=axes) if axes else whole


def _weight(e: Expr, env: Env) -> int:
    """The entries of the largest part of an expression."""
    dims = env.point.dims
    weight = max((extent(n.shape[0], dims) * extent(n.shape[1], dims) for n in e.walk()), default=1)
    if weight > _TOO_LARGE:
        raise _Unsuitable("the dimensions are too large to check with numbers")
    return weight
