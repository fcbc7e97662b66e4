"""Jacobians by differences, laid out as the contract of the language says.

In: ∂vec(y)/∂vec(x)ᵀ, and what y and x are. Out: the derivative as a numerator, denominator or mixed
layout has it. Scalars, vectors and matrices lie each in their own way; a row counts as its column.
"""

from __future__ import annotations

import numpy as np

from ..expr.atoms import Sym
from ..expr.node import Expr
from ..expr.shape import kind
from .agree import Array
from .sample import Point
from .sizes import extents


def mirrored(entries: Array, variable: Sym, point: Point) -> Array:
    """Some entries of a variable, numbered down the columns, and their mirror images, which move with them."""
    return np.union1d(entries, _across(entries, point.values[variable.name].shape))


def _across(entries: Array, shape: tuple[int, ...]) -> Array:
    """The mirror images of entries across the diagonal."""
    rows = shape[0]
    out: Array = entries % rows * rows + entries // rows
    return out


def structured_slope(slope: Array, entries: Array, variable: Sym, point: Point) -> Array:
    """The slopes along the entries that are free: both of a symmetric pair move, nothing off a diagonal does.

    `entries` number the columns of `slope`; they are `mirrored`.
    """
    rows, cols = point.values[variable.name].shape
    if rows != cols:
        return slope
    opposite = slope[:, np.searchsorted(entries, _across(entries, (rows, cols)))]
    on = (entries % (rows + 1) == 0).astype(float)  # every rows + 1st entry stands on the diagonal
    if "diagonal" in variable.attributes:
        return np.asarray(slope * on)
    if "skew" in variable.attributes:
        return np.asarray(slope - opposite)
    if variable.attributes & {"symmetric", "spd"}:
        return np.asarray(slope + opposite * (1 - on))
    return slope


def arranged(slope: Array, value: Expr, variable: Sym, layout: str, point: Point) -> Array:
    """∂vec(y)/∂vec(x)ᵀ laid out: scalars, vectors and matrices each in their own way; a row counts as its column."""
    of, by = kind(value.shape), kind(variable.shape)
    if of == "scalar" and by == "matrix":
        rows, cols = extents(variable.shape, point.dims)
        gradient: Array = slope[0].reshape(cols, rows).T
        return gradient.T if layout == "numerator" else gradient
    if of == "matrix" and by == "scalar":
        rows, cols = extents(value.shape, point.dims)
        grown: Array = slope[:, 0].reshape(cols, rows).T
        return grown.T if layout == "denominator" else grown
    if of == "scalar" and by == "vector":
        return slope if layout == "numerator" else slope.T
    return slope.T if layout == "denominator" else slope


def flattened(got: Array, value: Expr, variable: Sym, layout: str, point: Point) -> Array:
    """The inverse of `arranged`, for a variable with too many entries to differentiate by each."""
    of, by = kind(value.shape), kind(variable.shape)
    if of == "scalar" and by == "matrix":
        gradient = got.T if layout == "numerator" else got
        if gradient.shape != extents(variable.shape, point.dims):
            return np.full((1, 0), np.nan)
        return gradient.T.reshape(1, -1)
    if of == "scalar" and by == "vector":
        return got if layout == "numerator" else got.T
    return got.T if layout == "denominator" else got
