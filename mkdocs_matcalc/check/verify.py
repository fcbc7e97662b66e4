"""A whole derivation put to numbers: every line, and the result in its layout.

In: the lines of a derivation, each with the quantity whose differential it is, and the result.
Out: a `Report`. At a few random points that satisfy the declared attributes

- the first line of each quantity agrees with a difference quotient of the quantity itself, and
  every later line with the first;
- the result, in its layout, agrees with the Jacobian (Hessian) by differences, entry by entry.

A point where a value is not finite, or where differences do not converge (a kink, a singularity),
is no point: another is drawn, of another kind. Points depend on the names, their shapes and attributes, and on `seed`;
not on the words of a block, so that no title decides whether it passes.

Entries of a symmetric, skew or diagonal variable are independent: the value at which is
differentiated has the attribute, the directions do not. A function in which the constructors have
already used the attribute (Aᵀ = A) is differentiated as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..expr.atoms import Sym
from ..expr.differential import Diff
from ..expr.node import Expr
from ..expr.scalar import Signature
from .agree import DIFFERENCES, LINES, Array, part_error, relative_error
from .difference import along, hessian, jacobian, second_along
from .evaluate import Env, evaluate
from .layout import arranged, flattened, mirrored, structured_slope
from .names import Names, distinct, names_of
from .obstacle import partial_parts, require_smooth, require_values, undefined
from .points import at_points
from .reading import Reading
from .report import Failed, NoPoint, Report
from .sample import Point, draw_symbol
from .sizes import extents
from .smooth import flat
from .steady import is_rounding, line_moves, slope_moves, with_smaller_steps

Line = tuple[Expr, Expr]
#: The function, the variable (of the rows, in a mixed second derivative), the derivative, its layout.
Result = tuple[Expr, Sym, Expr, str]

#: Entries of a variable that are checked one by one; of a larger one, so many of them.
_ENTRIES, _ENTRIES2 = 64, 16
#: Operations for which entries are checked one by one; with more, fewer of them are.
_WORK = 20_000_000


@dataclass
class _Problem:
    """The parts of a derivation; `first` are the functions whose values it is about."""

    lines: Sequence[Line]
    directions: Sequence[Sym]
    result: Result | None
    second: bool
    structured: bool
    gradients: Sequence[Expr]
    names: Names
    first: Sequence[Expr] = ()  #: what must have a value, part by part
    value: Names = field(init=False)  #: the names in the function of the result

    def __post_init__(self) -> None:
        quantities = [q.args[0] if isinstance(q, Diff) else q for q, _ in self.lines]
        value = [self.result[0]] if self.result is not None else quantities[:1]
        self.first = partial_parts(dict.fromkeys([*value, *quantities]))
        self.value = names_of(value)


def verify(
    lines: Sequence[Line],
    directions: Sequence[Sym],
    *,
    result: Result | None,
    second: bool = False,
    functions: Mapping[str, Signature | None] | None = None,
    seed: int = 0,
    points: int = 3,
    structured: bool = False,
    gradients: Sequence[Expr] = (),
    reading: Reading | None = None,
) -> Report:
    """Check a derivation at random points.

    A line is (quantity, right-hand side): the right-hand side is the differential of the quantity
    along `directions`. In a second derivative a quantity d(f) makes a line a second differential,
    quadratic in the increments; where the directions are x and y (a mixed block) it is taken along
    x and along y, and the other lines along the one of them whose increment they hold, x by
    default. `functions` may name abstract functions beyond those in the expressions: a
    `Signature`, or None for an entrywise one. With `structured`, directions share the symmetry of
    their variable. `gradients` are the lines of style `chain`: each is the derivative of the result's
    function by its variable, of the shape of the variable. At each point the text of the block has the value
    of what was built of it, as far as `reading` knows the text.
    """
    roots = [e for line in lines for e in line] + list(result[:3] if result is not None else ()) + list(gradients)
    names = names_of(roots, directions, functions)
    problem = _Problem(lines, directions, result, second, structured, gradients, names)

    def compare(point: Point, rng: np.random.Generator) -> float:
        require_values(problem.first, Env(point))
        if reading is not None:
            reading.at(point)
        return _check(problem, point, rng)

    return at_points(names, compare, seed=seed, points=points)


def _check(problem: _Problem, point: Point, rng: np.random.Generator) -> float:
    """The largest relative error at a point."""
    moves = {v.name: _direction(v, point, rng, structured=problem.structured) for v in problem.directions}
    envs: dict[tuple[frozenset[str], ...], Env] = {}
    try:
        worst = _check_lines(problem, point, moves, envs)
    finally:
        for env in envs.values():
            env.displaced.clear()  # they hold the environment that they were made from: a cycle with all their arrays
    if problem.result is not None:
        worst = max(worst, _check_result(problem, problem.result, point, rng))
    return worst


def _direction(variable: Sym, point: Point, rng: np.random.Generator, *, structured: bool) -> Array:
    value = point.values[variable.name]
    if structured and variable.attributes & {"symmetric", "spd", "diagonal", "skew"}:
        kind = variable.attributes - {"spd", "orthogonal", "invertible", "positive"}
        if "spd" in variable.attributes:
            kind |= {"symmetric"}
        return draw_symbol(Sym(variable.name, variable.shape, frozenset(kind)), point.dims, rng)
    return rng.normal(size=value.shape)


def _stages(problem: _Problem, quantity: Expr, line: Expr) -> list[tuple[frozenset[str], ...]]:
    """What the differentials of a line move, the outermost first; more than one answer where the line does not tell."""
    every = frozenset(v.name for v in problem.directions)
    if not problem.second or len(every) < 2:
        return [(every,)]
    x, y = frozenset((problem.directions[0].name,)), frozenset((problem.directions[-1].name,))
    if isinstance(quantity, Diff):
        return [(y, x)]
    held = line.differentials & every
    return [(held,)] if held in (x, y) else [(x,), (y,)]


def _check_lines(
    problem: _Problem, point: Point, moves: dict[str, Array], envs: dict[tuple[frozenset[str], ...], Env]
) -> float:
    wanted: dict[tuple[Expr, Env], Array] = {}
    before: dict[tuple[Expr, Env], Expr] = {}
    worst = 0.0
    for number, (quantity, line) in enumerate(problem.lines, start=1):
        is_second = problem.second and isinstance(quantity, Diff)
        error, key, value = float("inf"), None, None
        for stages in _stages(problem, quantity, line):
            env = envs.setdefault(stages, Env(point, moves, stages))
            if (quantity, env) not in wanted:
                estimate, doubt = second_along(quantity.args[0], env) if is_second else along(quantity, env)
                require_smooth(estimate, doubt, quantity.args[0] if is_second else quantity, env)
                wanted[quantity, env] = estimate
            found = env.value(line)
            if not np.isfinite(found).all():
                raise undefined(line, env, f"line {number} is not finite")
            off = relative_error(found, _like(wanted[quantity, env], found))
            if key is None or off < error:
                error, key, value = off, (quantity, env), found
        if key is None or value is None or not error <= DIFFERENCES * (10 if is_second else 1):
            if key and error < float("inf") and line_moves(quantity, line, key[1], second=is_second) > error / 10:
                raise NoPoint("differences are not exact enough")
            why = "its shape is wrong" if error == float("inf") else "it is not the differential that differences give"
            raise Failed(f"line {number}: {why}", error)
        # an increment of an intermediate is a difference itself, and no closer than that
        if not line.open and line.differentials <= moves.keys():
            if key in before:
                _as_before(number, line, before[key], key[1])
            before[key] = line
        worst = max(worst, error)
    return worst


def _as_before(number: int, line: Expr, before: Expr, env: Env) -> None:
    """Raise where a line is not the number that the one before it was, but for rounding."""
    value = env.value(line)
    gap = relative_error(value, _like(env.value(before), value))
    if gap <= LINES or gap <= _rounding(line, env, value):
        return

    def deviation(point: Point) -> Array:
        there = Env(point, env.directions, env.stages)
        found = there.value(line)
        return found - _like(there.value(before), found)

    if gap < float("inf") and is_rounding(env.point, deviation):
        raise NoPoint("rounding drowns a value")
    raise Failed(f"line {number}: it differs from the line before it", gap)


def _rounding(line: Expr, env: Env, value: Array) -> float:
    """The relative error that is left where parts much larger than their sum cancel."""
    largest = max((float(np.abs(env.value(part)).max()) for part in distinct([line])), default=0.0)
    left = 1e-14 * largest / (1e-3 + float(np.abs(value).max()))
    if left > DIFFERENCES:
        raise NoPoint("rounding drowns a value")
    return left


def _like(wanted: Array, found: Array) -> Array:
    """A value as the line has it, which may be its vec."""
    if wanted.shape != found.shape and found.shape == (wanted.size, 1):
        return flat(wanted)[:, None]
    return wanted


def _check_result(problem: _Problem, result: Result, point: Point, rng: np.random.Generator) -> float:
    value, variable, derivative, layout = result
    env = Env(point)
    got = evaluate(derivative, env)
    if not np.isfinite(got).all():
        raise undefined(derivative, env, "the result is not finite")
    weight, work = problem.value.entries(point.dims), 6 * problem.value.work(point.dims)
    if problem.second:
        pair: tuple[str, ...] = (variable.name, problem.directions[-1].name if problem.directions else variable.name)
        most = max(2, min(_ENTRIES2, int((_WORK / (2 * work)) ** 0.5)))
        rows = _some(point.values[pair[0]].size, most, rng)
        # by one variable twice: the same entries, or of a large one the diagonal would seldom be among them
        cols = rows if pair[0] == pair[1] else _some(point.values[pair[1]].size, most, rng)
        some: tuple[Array, ...] = (rows, cols)
        bend, doubt = hessian(value, (pair[0], pair[1]), env, (rows, cols), weight)
        require_smooth(bend, doubt, value, env)
        # a second derivative by scalars lies like a first one; any other is of a scalar, rows by columns
        by_scalars = point.values[pair[0]].size * point.values[pair[1]].size == 1
        want = arranged(bend[:, 0, :], value, variable, layout, point) if by_scalars else bend[0]
        error = part_error(got, want, (rows, cols) if not by_scalars else None)
        tolerance = 10 * DIFFERENCES
    else:
        count = point.values[variable.name].size
        entries = _some(count, max(4, min(_ENTRIES, _WORK // work)), rng)
        if problem.structured:
            entries = mirrored(entries, variable, point)
        pair, some = (variable.name,), (entries,)
        slope, doubt = jacobian(value, variable.name, env, entries, weight)
        require_smooth(slope, doubt, value, env)
        if problem.gradients:
            noise = 2e-14 * float(np.abs(env.value(value)).max()) / (1e-3 + float(np.abs(slope).max(initial=0.0)))
            if noise > DIFFERENCES:
                raise NoPoint("rounding drowns the derivative")
            _check_gradients(problem.gradients, slope, entries, env, extents(variable.shape, point.dims))
        if problem.structured:
            slope = structured_slope(slope, entries, variable, point)
        if len(entries) < count:
            got_slope = flattened(got, value, variable, layout, point)
            error = part_error(got_slope, slope, (np.arange(slope.shape[0], dtype=float), entries))
        else:
            error = part_error(got, arranged(slope, value, variable, layout, point), None)
        tolerance = DIFFERENCES
    if not error <= tolerance:
        if error < float("inf") and slope_moves(value, pair, env, some, weight) > error / 10:
            raise NoPoint("differences are not exact enough")
        what = "its shape is wrong" if error == float("inf") else "it is not the derivative that differences give"
        raise Failed(f"the result: {what}", error)
    return error


def _check_gradients(lines: Sequence[Expr], slope: Array, entries: Array, env: Env, shape: tuple[int, int]) -> None:
    for number, line in enumerate(lines, start=1):
        found = evaluate(line, env)
        if found.shape != shape:
            raise Failed(f"line {number}: its shape is wrong", float("inf"))
        if not np.isfinite(found).all():
            raise undefined(line, env, f"line {number} is not finite")
        error = relative_error(flat(found)[None, entries.astype(int)], slope)
        if not error <= DIFFERENCES:
            other = evaluate(line, with_smaller_steps(env))
            if not relative_error(other, found) <= error / 10:
                raise NoPoint(f"the fractions of line {number} are not exact enough")
            raise Failed(f"line {number}: it is not the derivative that differences give", error)


def _some(count: int, limit: int, rng: np.random.Generator) -> Array:
    if count <= limit:
        return np.arange(count, dtype=float)
    return np.sort(rng.choice(count, limit, replace=False)).astype(float)
