"""The value of a typed expression at a point.

In: an expression and an `Env`. Out: an array whose last two axes are rows and columns (a scalar is
1 x 1, a column n x 1, a row 1 x n). The values in an `Env` may carry batch axes in front, so that
all the points of a difference quotient are one evaluation.

The differential of a symbol is its direction; the differential of anything else is the derivative
of its value along the directions, by differences and by no rule (see `difference`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import cast

import numpy as np

from ..expr.atoms import F1, Commutation, Constant, Eye, Named, Num, Ones, Selection, Size, Sym, Zeros
from ..expr.budget import spend
from ..expr.differential import Diff, Gradient, Held, Rate, Through
from ..expr.grid import Grid
from ..expr.linear import Add, Had, Kron, Mul, T
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial, Pow, Signature
from ..expr.shape import is_scalar, is_vector
from .agree import Array
from .columns import array_function, entry_function
from .sample import Point
from .sizes import extent, extents
from .smooth import SmoothEntry, SmoothFunction, flat, unflat

#: So many entries of a value cost as much as that there is one.
_ENTRIES = 1000


class Env:
    """A point with directions: `stages[0]` names what the outermost differential moves, `stages[1]` the next inner one."""

    __slots__ = ("_base", "_memo", "_moved", "depth", "directions", "displaced", "point", "reach", "stages", "values")

    def __init__(
        self,
        point: Point,
        directions: Mapping[str, Array] | None = None,
        stages: Sequence[frozenset[str]] | None = None,
        *,
        reach: float = 1.0,
    ) -> None:
        self.point = point
        self.values: Mapping[str, Array] = point.values
        self.directions: Mapping[str, Array] = directions or {}
        self.stages = tuple(stages) if stages else (frozenset(self.directions),)
        self.depth = 0
        #: every step of a difference quotient is multiplied by this
        self.reach = reach
        self._memo: dict[Expr, Array] = {}
        self._base: Env | None = None
        self._moved: frozenset[str] = frozenset()
        #: where difference quotients along the directions are taken, by the reach of their steps, once needed
        self.displaced: dict[float, Env] = {}

    def moved(self, values: Mapping[str, Array], *, batch: int, inner: bool = False) -> Env:
        """The same environment with other values for some symbols, which carry `batch` more axes in front."""
        stages = self.stages[1:] if inner and len(self.stages) > 1 else self.stages
        out = Env(self.point, self.directions, stages, reach=self.reach)
        out.values = {**self.values, **values}
        out.depth = self.depth + batch
        # what does not vary with the moved symbols keeps its value; an inner stage reads differentials anew
        if out.stages == self.stages:
            out._base = self
            out._moved = _one_object(frozenset(values))
        return out

    def value(self, e: Expr) -> Array:
        """The value of an expression, computed once."""
        found = self._memo.get(e)
        if found is None:
            keeper = self._base if self._base is not None and self._constant(e) else None
            found = _EVALUATE[type(e)](e, self) if keeper is None else keeper.value(e)
            self._memo[e] = found
            spend(1 + found.size // _ENTRIES)
        return found

    def _constant(self, e: Expr) -> bool:
        # the increment of an intermediate varies, though a derivation may hold it fixed
        return not e.varies_with(self._moved) and e.differentials <= self.directions.keys()


@lru_cache(maxsize=1024)
def _one_object(names: frozenset[str]) -> frozenset[str]:
    """A set of names as always the same object, for which an expression remembers whether it varies."""
    return names


def evaluate(e: Expr, env: Env) -> Array:
    """The value of an expression; not a number where it has none."""
    with np.errstate(all="ignore"):
        return env.value(e)


def _shape(e: Expr, env: Env) -> tuple[int, int]:
    return extents(e.shape, env.point.dims)


def _number(value: float) -> Array:
    return np.array([[value]])


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _num(e: Num, _env: Env) -> Array:
    return _number(_float(e.value))


def _size(e: Size, env: Env) -> Array:
    return _number(float(extent(e.dim, env.point.dims)))


def _sym(e: Sym, env: Env) -> Array:
    return env.values[e.name]


def _commutation(e: Commutation, env: Env) -> Array:
    m, n = extent(e.rows, env.point.dims), extent(e.cols, env.point.dims)
    order = np.arange(m * n).reshape(n, m).T.ravel()
    out: Array = np.eye(m * n)[order]
    return out


def _selection(e: Selection, env: Env) -> Array:
    n = extent(e.dim, env.point.dims)
    out: Array = np.eye(n * n)[:, :: n + 1]
    return out


def _add(e: Add, env: Env) -> Array:
    out = env.value(e.args[0])
    for term in e.args[1:]:
        out = out + env.value(term)
    return out


def _mul(e: Mul, env: Env) -> Array:
    out: Array | None = None
    for factor in e.chain:
        value = env.value(factor)
        out = value if out is None else out @ value
    for factor in e.scalars:
        value = env.value(factor)
        out = value if out is None else out * value
    if out is None:
        return _number(_float(e.coef))
    return out if e.coef is F1 else out * _float(e.coef)


def _had(e: Had, env: Env) -> Array:
    out = env.value(e.args[0])
    for factor in e.args[1:]:
        out = out * env.value(factor)
    return out


def _kron(e: Kron, env: Env) -> Array:
    a, b = env.value(e.args[0]), env.value(e.args[1])
    out: Array = a[..., :, None, :, None] * b[..., None, :, None, :]
    return out.reshape(*out.shape[:-4], out.shape[-4] * out.shape[-3], out.shape[-2] * out.shape[-1])


def _inv(e: Inv, env: Env) -> Array:
    value = env.value(e.arg)
    try:
        found = cast(Array, np.linalg.inv(value))
    except np.linalg.LinAlgError:
        return np.full_like(value, np.nan)
    size = np.abs(value).max(axis=(-1, -2), keepdims=True) * np.abs(found).max(axis=(-1, -2), keepdims=True)
    return np.where(size < _SINGULAR, found, np.nan)  # singular up to rounding: it has no inverse


#: The product of the largest entries of a matrix and its inverse beyond which the inverse is rounding.
_SINGULAR = 1e10


def _matpow(e: MatPow, env: Env) -> Array:
    return cast(Array, np.linalg.matrix_power(env.value(e.base), e.exponent))


def _call(e: Call, env: Env) -> Array:
    return array_function(e.name)(env.value(e.arg))


def _pow(e: Pow, env: Env) -> Array:
    out: Array = env.value(e.base) ** env.value(e.exponent)
    return out


def _entry(e: Entry, env: Env) -> Array:
    value = env.value(e.arg)
    if e.abstract:
        return cast(SmoothEntry, env.point.functions[e.name])(value, e.order)
    return entry_function(e.name)(value)


def _apply(e: Apply, env: Env) -> Array:
    return cast(SmoothFunction, env.point.functions[e.function.name])([env.value(a) for a in e.args])


def _partial(e: Partial, env: Env) -> Array:
    function = cast(SmoothFunction, env.point.functions[e.function.name])
    args = [env.value(a) for a in e.args]
    if len(e.by) == 1:
        return _laid(e.function, e.by[0], function, function.first(args, e.by[0]))
    bend = function.second(args, *e.by)
    by_scalar = [is_scalar(e.function.takes[i]) for i in e.by]
    if all(by_scalar):
        return unflat(bend[..., 0, 0], *function.gives)
    if is_scalar(e.function.gives):
        return bend[..., 0, :, :]
    if not any(by_scalar):
        raise NotImplementedError(f"second derivative of {e.function.name} by two vectors")
    return bend[..., :, 0, :] if by_scalar[0] else bend[..., :, :, 0]


def _laid(signature: Signature, by: int, function: SmoothFunction, jacobian: Array) -> Array:
    """∂vec(y)/∂vec(x)ᵀ in the shape that a `Partial` has."""
    takes = signature.takes[by]
    if is_scalar(takes):
        return unflat(jacobian[..., 0], *function.gives)
    if is_scalar(signature.gives) and not is_vector(takes):
        return unflat(jacobian[..., 0, :], *function.takes[by]).swapaxes(-1, -2)
    return jacobian


def _through(e: Through, env: Env) -> Array:
    """The differential of a function, or of a derivative of one, along the differentials of its arguments."""
    of = e.of
    function = cast(SmoothFunction, env.point.functions[of.function.name])
    args, steps = [env.value(a) for a in of.args], [flat(env.value(s)) for s in e.steps]
    if isinstance(of, Apply):
        moved = [(function.first(args, i) @ step[..., None])[..., 0] for i, step in zip(e.places, steps, strict=True)]
        return unflat(_sum(moved), *function.gives)
    turned = [
        np.einsum("...kab,...b->...ka", function.second(args, of.by[0], j), step)
        for j, step in zip(e.places, steps, strict=True)
    ]
    return _laid(of.function, of.by[0], function, _sum(turned))


def _sum(parts: Sequence[Array]) -> Array:
    out = parts[0]
    for part in parts[1:]:
        out = out + part
    return out


def _contracted(e: Contracted, env: Env) -> Array:
    function = cast(SmoothFunction, env.point.functions[e.function.name])
    bend = function.second([env.value(a) for a in e.args[:-1]], *e.by)
    out: Array = np.einsum("...k,...kab->...ab", flat(env.value(e.weight)), bend)
    return out


def _diff(e: Diff, env: Env) -> Array:
    """The derivative along the directions; not a number at a kink, as |x| has one where its square has none."""
    from .difference import DOUBT, along  # differences evaluate, and an open differential is a difference

    if isinstance(e.arg, Sym):
        direction = env.directions.get(e.arg.name)
        return np.zeros(_shape(e, env)) if direction is None else direction
    estimate, doubt = along(e.arg, env)
    return estimate if doubt <= DOUBT else np.full_like(estimate, np.nan)


def _grid(e: Grid, env: Env) -> Array:
    entries = np.broadcast_arrays(*(env.value(a)[..., 0, 0] for a in e.args))
    return np.stack(entries, axis=-1).reshape(*entries[0].shape, e.rows, e.columns)


def _rate(e: Rate, env: Env) -> Array:
    """The derivative by a scalar, by differences and by no rule; not a number where they do not converge."""
    from .difference import DOUBT, along  # differences evaluate, too

    there = Env(env.point, {e.variable.name: np.ones((1, 1))}, reach=env.reach)
    there.values = env.values
    there.depth = env.depth
    estimate, doubt = along(e.args[0], there)
    return estimate if doubt <= DOUBT else np.full_like(estimate, np.nan)


def _gradient(e: Gradient, env: Env) -> Array:
    from .difference import gradient  # as above

    return gradient(e, env)


_EVALUATE: dict[type[Expr], Callable[..., Array]] = {
    Num: _num,
    Size: _size,
    Constant: lambda e, _env: _number(getattr(math, e.name)),
    Sym: _sym,
    Named: lambda e, env: env.value(e.definition),
    Eye: lambda e, env: np.eye(_shape(e, env)[0]),
    Ones: lambda e, env: np.ones(_shape(e, env)),
    Zeros: lambda e, env: np.zeros(_shape(e, env)),
    Commutation: _commutation,
    Selection: _selection,
    Add: _add,
    Mul: _mul,
    Had: _had,
    Kron: _kron,
    T: lambda e, env: env.value(e.arg).swapaxes(-1, -2),
    Inv: _inv,
    MatPow: _matpow,
    Call: _call,
    Pow: _pow,
    Entry: _entry,
    Apply: _apply,
    Partial: _partial,
    Contracted: _contracted,
    Through: _through,
    Diff: _diff,
    Gradient: _gradient,
    Held: lambda e, env: env.value(e.increment),
    Grid: _grid,
    Rate: _rate,
}
