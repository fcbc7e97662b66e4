"""Dimensions and shapes of typed expressions.

A dimension is a product of a positive integer and names (`3`, `n`, `m n`); the integer 1 is the
literal 1, and a name is never taken for it. A shape is the pair (rows, columns): a scalar is
(1, 1), a column vector (n, 1), a row (1, n). Unknown dimensions exist while a block is read
(see `parse.infer`) and nowhere else.
"""

from __future__ import annotations

from functools import lru_cache


class Dim:
    """A dimension: `coef` times the product of `names` (sorted)."""

    __slots__ = ("_hash", "coef", "names")

    def __init__(self, coef: int, names: tuple[str, ...] = ()) -> None:
        self.coef = coef
        self.names = names
        self._hash = hash((coef, names))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Dim) and self.coef == other.coef and self.names == other.names)

    def __hash__(self) -> int:
        return self._hash

    def __mul__(self, other: Dim) -> Dim:
        if self is ONE:
            return other
        if other is ONE:
            return self
        return Dim(self.coef * other.coef, tuple(sorted(self.names + other.names)))

    def __str__(self) -> str:
        if not self.names:
            return str(self.coef)
        return (f"{self.coef} " if self.coef != 1 else "") + " ".join(self.names)

    def __repr__(self) -> str:
        return f"Dim({self})"


ONE = Dim(1)
Shape = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)


@lru_cache(maxsize=1024)
def dim(value: int | str) -> Dim:
    """The dimension of a positive integer or a name; always the same object for the same value."""
    if isinstance(value, int):
        return ONE if value == 1 else Dim(value)
    return Dim(1, (value,))


def is_scalar(shape: Shape) -> bool:
    """Whether a shape is 1 x 1."""
    return shape[0] is ONE and shape[1] is ONE


def is_vector(shape: Shape) -> bool:
    """Whether a shape is a column or a row, and not a scalar."""
    return (shape[0] is ONE) != (shape[1] is ONE)


def kind(shape: Shape) -> str:
    """`scalar`, `vector` (rows count as vectors) or `matrix`."""
    return "scalar" if is_scalar(shape) else "vector" if is_vector(shape) else "matrix"


def words(shape: Shape) -> str:
    """A shape in words for a message: `a scalar`, `a column of n`, `m x n`."""
    rows, cols = shape
    if is_scalar(shape):
        return "a scalar"
    if cols is ONE:
        return f"a column of {rows}"
    if rows is ONE:
        return f"a row of {cols}"
    return f"{rows} x {cols}"
