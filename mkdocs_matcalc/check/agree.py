"""How close is close: one measure of relative error for the whole check.

In: two arrays. Out: a number, or whether it stays within a tolerance.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Two lines of a derivation are the same number up to rounding.
LINES = 1e-9
#: A difference quotient has an error of its own.
DIFFERENCES = 1e-6
#: Values below this count as zero: rounding leaves something of the size of what cancelled.
_FLOOR = 1e-3


def relative_error(a: Array, b: Array) -> float:
    """The largest deviation of `a` from `b` over the size of `b`; infinite where shapes differ or a value is not finite."""
    if a.shape != b.shape:
        return float("inf")
    if a.size == 0:
        return 0.0
    error = float(np.abs(a - b).max()) / (_FLOOR + float(np.abs(b).max()))
    return error if math.isfinite(error) else math.inf


def part_error(got: Array, want: Array, part: tuple[Array, Array] | None) -> float:
    """`relative_error` of a whole, or of the rows and columns of `got` that `part` names, which are all of `want`."""
    if part is not None and got.shape != want.shape:
        rows, cols = (p.astype(int) for p in part)
        if rows.max(initial=-1) >= got.shape[0] or cols.max(initial=-1) >= got.shape[1]:
            return math.inf
        got = got[np.ix_(rows, cols)]
    return relative_error(got, want)


def close(a: Array, b: Array, tol: float = LINES) -> bool:
    """Whether two arrays have one shape and agree within a relative tolerance."""
    return relative_error(a, b) <= tol
