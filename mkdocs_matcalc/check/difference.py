"""Derivatives by differences: central, extrapolated (Richardson), and by no rule of calculus.

In: an expression and an environment with directions. Out: an estimate, and how far the last two
extrapolations are apart: large at a kink, at a singularity, or where differences do not converge.
Steps that reach over a pole, or out of a domain, leave doubt, and smaller ones are tried in their place.
All points of a difference quotient are evaluated at once, as batch axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ..expr.atoms import Sym, num
from ..expr.differential import Gradient
from ..expr.linear import had, mul
from ..expr.node import Expr
from .agree import Array
from .evaluate import Env
from .smooth import flat

#: Step of first differences: its sixth power is small, and rounding over it too.
_STEP = 1e-2
#: Step of second differences.
_STEP2 = 3e-2
_HALVES = np.array([1.0, 0.5, 0.25])
#: Difference quotients that leave more doubt than this have not converged.
DOUBT = 3e-7
#: What a part of a function is called while it is varied; no name of the language.
PART, _SCALE = "∂", "∂∂"
#: The doubt about a gradient smaller than this is measured against its own size.
_SMALL = 1e-2
#: A gradient smaller than this is zero, up to rounding.
_ROUNDING = 1e-11
#: Where steps leave doubt, these are tried in turn, as multiples of the first.
_SMALLER = (1 / 8, 1 / 64)
#: Numbers in memory at one time, about: larger batches are cut.
_BATCH = 6_000_000


#: Of estimates at h, h/2, h/4: the second extrapolation, and how far it is from the last of the first ones, (4c - b)/3.
_RICHARDSON = np.array([[1 / 45, -20 / 45, 64 / 45], [1 / 45, -5 / 45, 4 / 45]])


def _extrapolate(estimates: Array) -> tuple[Array, float]:
    """The limit of estimates at h, h/2, h/4 (axis 0) with even error, and a measure of doubt relative to it."""
    flat_best, difference = _RICHARDSON @ estimates.reshape(3, -1)
    best: Array = flat_best.reshape(estimates.shape[1:])
    if best.size == 0:
        return best, 0.0
    doubt = float(np.abs(difference).max()) / (1e-3 + float(np.abs(flat_best).max()))
    return best, doubt if math.isfinite(doubt) else math.inf


def _settled(estimate: Callable[[float], tuple[Array, float]]) -> tuple[Array, float]:
    """An estimate with steps that leave no doubt, or with those that leave the least."""
    best = estimate(1.0)
    for reach in _SMALLER:
        if best[1] <= DOUBT:
            break
        other = estimate(reach)
        if other[1] < best[1]:
            best = other
    return best


def _full(value: Array, batch: tuple[int, ...], depth: int) -> Array:
    """A value with its new batch axes present even where it does not vary; `depth` older ones follow."""
    value = value.reshape((1,) * (len(batch) + depth + 2 - value.ndim) + value.shape)
    whole = batch + value.shape[len(batch) :]
    return value if value.shape == whole else np.broadcast_to(value, whole)


def along(e: Expr, env: Env) -> tuple[Array, float]:
    """The derivative of an expression's value along the directions of the outermost stage, and its doubt."""
    moving = [n for n in sorted(env.stages[0]) if n in env.directions]
    if not moving:
        value = env.value(e)
        return np.zeros_like(value), 0.0
    longest = max(1.0, *(float(np.abs(env.directions[n]).max()) for n in moving))

    def estimate(reach: float) -> tuple[Array, float]:
        h = _STEP * env.reach * reach / longest * _HALVES
        there = env.displaced.get(reach)
        if there is None:  # one displaced environment serves every quantity, and what they share is computed once
            steps = np.concatenate([h, -h]).reshape((6,) + (1,) * (env.depth + 2))
            shifted = {n: env.values[n] + steps * env.directions[n] for n in moving}
            there = env.displaced[reach] = env.moved(shifted, batch=1, inner=True)
        value = _full(there.value(e), (6,), env.depth)
        width = (2 * h).reshape((3,) + (1,) * (value.ndim - 1))
        return _extrapolate((value[:3] - value[3:]) / width)

    return _settled(estimate)


def second_along(e: Expr, env: Env) -> tuple[Array, float]:
    """The second derivative of an expression's value: along the outermost stage, of that along the next."""
    outer, inner = env.stages[0], env.stages[-1]
    longest = max([1.0, *(float(np.abs(d).max()) for d in env.directions.values())])

    def estimate(reach: float) -> tuple[Array, float]:
        h = _STEP2 * env.reach * reach / longest * _HALVES
        first = np.array([1, 1, -1, -1])[None, :] * h[:, None]
        last = np.array([1, -1, 1, -1])[None, :] * h[:, None]
        shifted = {
            n: env.values[n] + ((n in inner) * first + (n in outer) * last)[..., None, None] * d
            for n, d in env.directions.items()
        }
        value = _full(env.moved(shifted, batch=2).value(e), (3, 4), env.depth)
        return _extrapolate(_cross(value, h))

    return _settled(estimate)


def _cross(value: Array, h: Array) -> Array:
    """Second differences of values at (++, +-, -+, --), axis 1, for each step, axis 0."""
    top = value[:, 0] - value[:, 1] - value[:, 2] + value[:, 3]
    out: Array = top / (4 * h * h).reshape((3,) + (1,) * (top.ndim - 1))
    return out


def _basis(shape: tuple[int, ...], entries: Array) -> Array:
    """The unit matrices of the entries (numbered down the columns): (entries, rows, cols)."""
    rows, cols = shape
    out = np.zeros((len(entries), rows, cols))
    index = entries.astype(int)
    out[np.arange(len(index)), index % rows, index // rows] = 1.0
    return out


def jacobian(e: Expr, name: str, env: Env, entries: Array, weight: int) -> tuple[Array, float]:
    """∂vec(e)/∂vec(name)ᵀ, the columns of `entries`; `weight` is how many entries the parts of `e` have."""
    columns, doubt = [], 0.0
    chunk = max(1, _BATCH // (6 * weight))
    for start in range(0, len(entries), chunk):
        slope, more = _columns(e, name, env, entries[start : start + chunk])
        columns.append(slope)
        doubt = max(doubt, more)
    return np.concatenate(columns).T, doubt


def _columns(e: Expr, name: str, env: Env, part: Array) -> tuple[Array, float]:
    """The columns of a Jacobian for some entries, as rows."""

    def estimate(reach: float) -> tuple[Array, float]:
        h = _STEP * env.reach * reach * _HALVES
        steps = np.concatenate([h, -h])[:, None, None, None]
        shifted = {name: env.values[name] + steps * _basis(env.values[name].shape, part)}
        value = flat(_full(env.moved(shifted, batch=2).value(e), (6, len(part)), 0))
        return _extrapolate((value[:3] - value[3:]) / (2 * h)[:, None, None])

    return _settled(estimate)


def gradient(e: Gradient, env: Env) -> Array:
    """∂f/∂part, of the shape of the part; not a number where differences do not converge.

    Each entry moves by steps of its own size. A line multiplies its fractions by what may be large, so that a small
    gradient has to be as exact, for its size, as any other.
    """
    value = env.value(e.part)
    scale = np.maximum(1.0, np.abs(value))
    there = env.moved({PART: value / scale, _SCALE: scale}, batch=0)
    function = e.with_part(had(Sym(PART, e.part.shape), Sym(_SCALE, e.part.shape)))
    rows, cols = value.shape[-2:]
    every, weight = np.arange(rows * cols, dtype=float), max(rows * cols, 64)
    slope, doubt = jacobian(function, PART, there, every, weight)
    size = float(np.abs(slope).max(initial=0.0))
    if _ROUNDING < size < _SMALL:
        slope, doubt = jacobian(mul(num(Fraction(1 / size)), function), PART, there, every, weight)
        slope = slope * size
    out: Array = slope[0].reshape(cols, rows).T / scale
    return out if doubt <= DOUBT else np.full_like(out, np.nan)


def hessian(
    e: Expr, names: tuple[str, str], env: Env, entries: tuple[Array, Array], weight: int
) -> tuple[Array, float]:
    """∂²vec(e)/∂vec(x)∂vec(y)ᵀ for the entries of both: (components, entries of x, entries of y)."""
    rows, cols = entries
    pieces, doubt = [], 0.0
    chunk = max(1, _BATCH // (12 * len(cols) * weight))
    for start in range(0, len(rows), chunk):
        bend, more = _bends(e, names, env, rows[start : start + chunk], cols)
        pieces.append(bend)
        doubt = max(doubt, more)
    return np.moveaxis(np.concatenate(pieces), -1, 0), doubt


def _bends(e: Expr, names: tuple[str, str], env: Env, rows: Array, cols: Array) -> tuple[Array, float]:
    """Second derivatives for some entries: (entries of x, entries of y, components)."""
    x, y = names

    def estimate(reach: float) -> tuple[Array, float]:
        h = _STEP2 * env.reach * reach * _HALVES
        first = np.array([1, 1, -1, -1])[None, :] * h[:, None]
        last = np.array([1, -1, 1, -1])[None, :] * h[:, None]
        down = first[:, :, None, None, None, None] * _basis(env.values[x].shape, rows)[None, None, :, None]
        across = last[:, :, None, None, None, None] * _basis(env.values[y].shape, cols)[None, None, None]
        shifted = {x: env.values[x] + down}
        shifted[y] = shifted.get(y, env.values[y]) + across
        value = flat(_full(env.moved(shifted, batch=4).value(e), (3, 4, len(rows), len(cols)), 0))
        return _extrapolate(_cross(value, h))

    return _settled(estimate)
