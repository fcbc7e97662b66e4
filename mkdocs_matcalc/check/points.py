"""Points without end, until enough of them have answered: the one loop of every check.

In: the names that need values, and a comparison at one point, which raises `NoPoint` where the point is unsuitable and
`Failed` where something does not hold. Out: a `Report`. What is tried next depends on what went wrong: other sizes
where a matrix has no inverse (FFᵀ has one for a wide F alone), other values where a logarithm has none. Nothing but
the names, their shapes and attributes, and a seed decides about it.

Sizes that are large numbers have small ones in their place (see `sizes`). Where these do not do, as a number in a line
may be a size that nothing tells from any other number, the sizes themselves are taken, at fewer points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from .names import Names
from .report import Failed, NoPoint, Obstacle, Report, TooLarge, no_points
from .sample import Point, draw, even_names, moods
from .sizes import Sizes, sizes, stand_ins

#: How the reason begins where sizes are given as numbers that are too large, and no stand-ins are found.
TOO_LARGE = "the dimensions are too large to check with numbers"
#: How the reason begins where nothing was compared.
NO_POINT = "no sample point"
#: So many points are tried, and so many sizes before other values are.
_TRIES, _SIZES = 120, 24
#: So many points may turn out to be none after most has been computed.
_LATE = 40
#: Where sizes are large numbers and no others do: operations at most to evaluate everything once, entries at most.
_MOST_WORK, MOST_ENTRIES = 100_000_000, 500_000
#: With more operations, or more parts, one point is enough.
_MUCH_WORK, _MANY_PARTS = 5_000_000, 3000

#: Bounds for the sizes of names, the next where a part is too large by those before.
_MOST = (99, 3, 2)

#: What is compared at a point, with a generator for directions: the largest relative error.
Comparison = Callable[[Point, np.random.Generator], float]


def at_points(names: Names, compare: Comparison, *, seed: int = 0, points: int = 3) -> Report:
    """Compare at as many points as are asked for."""
    even = even_names(names.symbols.values())
    for most in _MOST:  # the first sizes by which no part is too large
        literals = stand_ins(names.declared, names.shapes, most)
        dims = Sizes(sizes(names.dims, 0, even, most=most), literals or {})
        if literals is not None and _affordable(names, dims):
            report = _search(names, compare, literals, seed, _asked(points, names, dims), most)
            if report.passed or not literals:
                return report
            break
    dims = Sizes(sizes(names.dims, 0, even), {})
    if not _affordable(names, dims):
        return no_points(TOO_LARGE)
    return _search(names, compare, {}, seed, _asked(points, names, dims), _MOST[0])


def _asked(points: int, names: Names, dims: Sizes) -> int:
    """How many points are enough."""
    return 1 if names.work(dims) > _MUCH_WORK or len(names.nodes) > _MANY_PARTS else points


def _affordable(names: Names, dims: Sizes) -> bool:
    return names.weight(dims) <= MOST_ENTRIES and names.work(dims) <= _MOST_WORK


def _search(
    names: Names, compare: Comparison, literals: Mapping[int, int], seed: int, points: int, most: int
) -> Report:
    even = even_names(names.symbols.values())
    near = {side.coef for shape in names.declared for side in shape if side.coef > 1}
    near = {literals.get(size, size) for size in near}
    worst, found, reason = 0.0, 0, NO_POINT
    obstacles: Counter[Obstacle] = Counter()
    good: dict[str, str] | None = None
    turn = mood_number = dealt = late = 0
    with np.errstate(all="ignore"):
        for attempt in range(_TRIES):
            rng = np.random.default_rng([seed, attempt])
            mood = good or moods(names.order, mood_number, rng)
            dims = Sizes(sizes(names.dims, turn, even, near, most), literals)
            point = draw(names.symbols, names.functions, dims, rng, mood)
            try:
                error = compare(point, rng)
            except NoPoint as why:
                reason = f"{NO_POINT}: {why}"
                late += not why.early
                if late > _LATE:
                    break
                obstacle = why.find()
                if obstacle is not None:
                    obstacles[obstacle] += 1
                if obstacle is not None and obstacle.kind == "singular" and dealt < _SIZES:
                    turn, dealt = turn + 1, dealt + 1
                    continue
                if good is None:  # a kind of values that was accepted once is tried first for the next point
                    turn += mood_number % 2  # some sizes have no point at all: the inverse of a skew matrix of odd size
                    mood_number += 1
                good, dealt = None, 0
                continue
            except RecursionError:
                reason = "the expression nests too deeply to be evaluated"
                break
            except TooLarge:
                return no_points(TOO_LARGE)
            except Failed as why:
                return Report(passed=False, points=found, max_relative_error=max(worst, why.error), failed=str(why))
            worst, found, good, turn, dealt = max(worst, error), found + 1, mood, turn + 1, 0
            if found == points:
                break
    if not found:
        return no_points(reason, max(obstacles, key=lambda o: obstacles[o], default=None))
    return Report(passed=True, points=found, max_relative_error=worst)
