"""Numbers for dimensions: small ones for names, and for the numbers of a block that are too large to compute with.

In: the names and the numbers that are sizes in a block. Out: `Sizes`, and the extent of a dimension by them. What is
derived depends on which sizes are 1, which are equal, and on no more, so that what holds for small sizes holds for
those that stand in the block: the check of a block with R^{700 x 700} costs no more than that of one with R^{n x n}.
What has a value at all may depend on which size is larger, as FFᵀ has an inverse for a wide F alone: names are dealt
numbers in every order, and numbers keep theirs.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from ..expr.shape import Dim, Shape

#: The sizes for dimension names; even ones first, since a skew matrix of odd size is singular.
_SIZES = (4, 3, 2, 5, 6, 7)
#: A number up to this is a size to compute with.
_LARGE = 7
#: The smallest stand-in.
_LEAST = 4
#: So many numbers above it get one of their own; of more, neighbours share one.
_LEVELS = 6


class Sizes(dict[str, int]):
    """Sizes by name, and in `literals` small stand-ins for numbers."""

    def __init__(self, sizes: Mapping[str, int], literals: Mapping[int, int]) -> None:
        super().__init__(sizes)
        self.literals = literals


def sizes(
    names: Iterable[str], turn: int = 0, even: Collection[str] = (), near: Collection[int] = (), most: int = 99
) -> dict[str, int]:
    """Small sizes for dimension names, distinct as far as there are small ones; those of `even` are even, none is above `most`.

    The first turns deal them round, the next ones in any order, with sizes about those of `near` among them.
    """
    ordered = sorted(set(names))
    count = min(max(len(ordered), 2), len(_SIZES))
    if turn < count:
        out = {name: min(_SIZES[(i + turn) % count], most) for i, name in enumerate(ordered)}
    else:
        pool = sorted({*_SIZES, *(size + by for size in near for by in (-1, 0, 1, 2) if size + by > 1)})
        pool = [size for size in pool if size <= most]
        rng = np.random.default_rng([turn, len(ordered)])
        dealt = rng.choice(pool, len(ordered), replace=len(ordered) > len(pool))
        out = dict(zip(ordered, dealt.tolist(), strict=True))
    for name in sorted(even):
        if out.get(name, 0) % 2 and most > 2:
            out[name] = next(s for s in itertools.count(2, 2) if s not in out.values())
    return out


def stand_ins(own: Iterable[Shape], shapes: Iterable[Shape], most: int = 99) -> dict[int, int] | None:
    """Small numbers for the large ones among dimensions; None where one of them could mean several.

    `own` are the shapes of what is declared, `shapes` all that occur; a number above `most` is large. Order is kept,
    and so is that one size is the product of two others, as the size of vec(X) is: a size that is no product of
    declared ones has no stand-in.
    """
    declared = sorted({side.coef for shape in own for side in shape})
    kept = min(_LARGE, most)
    large = [coef for coef in declared if coef > kept]
    if not large:
        return {}
    # as small as the sizes of names, where no size that stays is above them
    last = max([min(_LEAST, most) - 1, *(coef for coef in declared if coef <= kept)])
    out = {coef: coef for coef in range(1, kept + 1)}
    shared = len(large) > _LEVELS and not any(_pairs(coef, declared) for coef in large)
    first = last + 1
    for i, coef in enumerate(large):
        products = {out[a] * out[b] for a, b in _pairs(coef, declared)}
        if len(products) > 1 or (products and min(products) <= last):
            return None
        # odd ones stay odd: a skew matrix is regular at even sizes only
        last = first + 2 * (i * _LEVELS // len(large)) if shared else max([last + 1, *products])
        last += (last - coef) % 2
        out[coef] = last
    for coef in sorted({side.coef for shape in shapes for side in shape} - out.keys()):
        products = {out[a] * out[b] for a, b in _pairs(coef, declared)}
        if len(products) != 1:
            return None
        out |= dict.fromkeys([coef], *products)
        declared.append(coef)
    return out


def _pairs(coef: int, among: Collection[int]) -> list[tuple[int, int]]:
    """The ways to write a number as a product of two of some, 1 apart."""
    return [(a, coef // a) for a in among if 1 < a <= coef // a and coef % a == 0 and coef // a in among]


def extent(dim: Dim, dims: Mapping[str, int]) -> int:
    """A dimension as a number."""
    out = dim.coef
    if out > 1 and isinstance(dims, Sizes):
        out = dims.literals.get(out, out)
    for name in dim.names:
        out *= dims[name]
    return out


def extents(shape: Shape, dims: Mapping[str, int]) -> tuple[int, int]:
    """A shape as two numbers."""
    return extent(shape[0], dims), extent(shape[1], dims)
