"""Sizes while a block is read: known dimensions, unknown ones, products of both.

`Sizes.same(a, b)` makes two sizes equal or answers that they cannot be. An unknown size is never
the literal 1, so whether something is a scalar, a column, a row or a matrix is known from the
start. An equation between products that has no single solution yet waits until the end.
"""

from __future__ import annotations

from typing import TypeAlias

from ..errors import DeriveError
from ..expr.shape import ONE, Dim, dim, words

MAX_FACTORS = 64
MAX_COEFFICIENT = 10**15
MAX_WAITING = 100
_TOO_LARGE = "the sizes of Kronecker products and vectorised matrices become too large"


class Unknown:
    """A size to be found; `why` is the place that said what it is."""

    __slots__ = ("value", "why")

    def __init__(self) -> None:
        self.value: Size | None = None
        self.why: object = None


class Times:
    """A product of sizes, at least one of them not known when it was made."""

    __slots__ = ("left", "right")

    def __init__(self, left: Size, right: Size) -> None:
        self.left = left
        self.right = right


Size: TypeAlias = Dim | Unknown | Times
Shape: TypeAlias = tuple[Size, Size]
_Factors: TypeAlias = tuple[int, list[str | Unknown]]

#: Names for sizes that nobody named; with one size to name, it is n.
_FRESH = ("m", "n", "p", "q", "r", "s", "k", "l", "h", "i", "j")


def is_scalar(shape: Shape) -> bool:
    """Whether a shape is 1 x 1."""
    return shape[0] is ONE and shape[1] is ONE


def kind(shape: Shape) -> str:
    """`scalar`, `column`, `row` or `matrix`."""
    if shape[1] is ONE:
        return "scalar" if shape[0] is ONE else "column"
    return "row" if shape[0] is ONE else "matrix"


def times(left: Size, right: Size) -> Size:
    """The product of two sizes."""
    left, right = find(left), find(right)
    if isinstance(left, Dim) and isinstance(right, Dim):
        if len(left.names) + len(right.names) > MAX_FACTORS or left.coef * right.coef > MAX_COEFFICIENT:
            raise DeriveError(_TOO_LARGE)
        return left * right
    return right if left is ONE else left if right is ONE else Times(left, right)


def find(size: Size) -> Size:
    """What an unknown size is known to be by now."""
    while type(size) is Unknown and size.value is not None:
        size = size.value
    return size


def _factors(size: Size) -> _Factors:
    """A size as a number and the names and unknown sizes that multiply it."""
    coef = 1
    out: list[str | Unknown] = []
    stack = [size]
    while stack:
        part = find(stack.pop())
        if isinstance(part, Times):
            stack += (part.left, part.right)
        elif isinstance(part, Dim):
            coef *= part.coef
            out.extend(part.names)
        else:
            out.append(part)
        if len(out) + len(stack) > MAX_FACTORS:
            raise DeriveError(_TOO_LARGE)
    return coef, out


class Sizes:
    """The unknown sizes of a block and the equations between them."""

    def __init__(self) -> None:
        self.unknown: list[Unknown] = []
        self.waiting: list[tuple[Size, Size, object]] = []
        self._names: dict[Unknown, Dim] = {}

    def new(self) -> Unknown:
        """A size to be found."""
        out = Unknown()
        self.unknown.append(out)
        return out

    def same(self, a: Size, b: Size, why: object) -> bool:
        """Make two sizes equal; False where they cannot be."""
        a, b = find(a), find(b)
        if a is b:
            return True
        if isinstance(a, Unknown) and isinstance(b, (Dim, Unknown)):
            return _bind(a, b, why)
        if isinstance(b, Unknown) and isinstance(a, Dim):
            return _bind(b, a, why)
        if isinstance(a, Dim) and isinstance(b, Dim):
            return a == b
        return self._same_products(a, b, why)

    def _same_products(self, a: Size, b: Size, why: object) -> bool:
        (m, left), (n, right) = _factors(a), _factors(b)
        for part in tuple(left):
            if part in right:
                left.remove(part)
                right.remove(part)
        if not left and not right:
            return m == n
        for (c, one), (d, other) in (((m, left), (n, right)), ((n, right), (m, left))):
            if len(one) == 1 and isinstance(one[0], Unknown):
                if d % c or one[0] in other or (d == c and not other):
                    return False
                return _bind(one[0], _product(d // c, other), why)
        if not any(isinstance(part, Unknown) for part in left + right):
            return False
        self.waiting.append((a, b, why))
        return len(self.waiting) <= MAX_WAITING

    def unsolved(self) -> object | None:
        """Try the waiting equations again; the place of one that fails or stays open, or None."""
        while self.waiting:
            waiting, self.waiting = self.waiting, []
            for a, b, why in waiting:
                if not self.same(a, b, why):
                    return why
            if len(self.waiting) == len(waiting):
                return waiting[0][2]
        return None

    def name_the_rest(self, taken: set[str]) -> None:
        """Give every size that nothing determines a name of its own."""
        free = [u for u in self.unknown if u.value is None]
        names = [n for n in _FRESH if n not in taken]
        if len(free) == 1 and "n" in names:
            names = ["n"]
        number = 1
        while len(names) < len(free):
            if f"n{number}" not in taken:
                names.append(f"n{number}")
            number += 1
        self._names = {u: dim(name) for u, name in zip(free, names, strict=False)}

    def known(self, size: Size) -> Dim:
        """A size as a dimension of typed expressions."""
        size = find(size)
        if isinstance(size, Dim):
            return size
        if isinstance(size, Unknown):
            return self._names.get(size) or dim("?")
        coef, parts = _factors(size)
        out = dim(coef)
        for part in parts:
            out = out * (dim(part) if isinstance(part, str) else self.known(part))
        return out

    def shape(self, shape: Shape) -> tuple[Dim, Dim]:
        """A shape of typed expressions."""
        return self.known(shape[0]), self.known(shape[1])

    def words(self, shape: Shape) -> str:
        """A shape in words, with `?` for what is not known."""
        return words(self.shape(shape))


def _bind(unknown: Unknown, value: Size, why: object) -> bool:
    """Say what an unknown size is; a size that is not 1 by form is never 1."""
    if value is ONE:
        return False
    unknown.value = value
    unknown.why = why
    return True


def _product(coef: int, parts: list[str | Unknown]) -> Size:
    out: Size = dim(coef)
    for part in parts:
        out = times(out, dim(part) if isinstance(part, str) else part)
    return out
