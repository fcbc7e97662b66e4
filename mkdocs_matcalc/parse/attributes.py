"""Which attributes a matrix can have together: a declaration that no matrix satisfies is refused, with the pair.

A pair that leaves a single matrix, such as zero or the identity, is refused too: it is no variable.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..expr.shape import Dim

#: Pairs that no square matrix with two rows or more has, and why.
_CONTRADICTIONS: dict[frozenset[str], str] = {
    frozenset(pair): why
    for pair, why in (
        (("symmetric", "skew"), "zero alone is both: A = Aᵀ = −A"),
        (("skew", "spd"), "a skew matrix has xᵀAx = 0 for every x"),
        (("skew", "diagonal"), "the diagonal of a skew matrix is zero, so that zero alone is both"),
        (("skew", "positive"), "the diagonal of a skew matrix is zero"),
        (("orthogonal", "positive"), "the columns of a matrix with positive entries are not orthogonal to each other"),
        (("orthogonal", "spd"), "the identity alone is both"),
    )
}
#: Attributes that a skew matrix has at even sizes only, where its determinant need not be zero.
_EVEN = ("invertible", "orthogonal")


def contradiction(attributes: Sequence[str], rows: Dim) -> tuple[str, str, str] | None:
    """The first two of the attributes of a square matrix, in the order written, that exclude each other, and why."""
    for i, last in enumerate(attributes):
        for first in attributes[:i]:
            why = _CONTRADICTIONS.get(frozenset((first, last)))
            if why:
                return first, last, why
            odd = not rows.names and rows.coef % 2
            if odd and "skew" in (first, last) and (first in _EVEN or last in _EVEN):
                return first, last, f"the determinant of a skew matrix of odd size ({rows}) is zero"
    return None
