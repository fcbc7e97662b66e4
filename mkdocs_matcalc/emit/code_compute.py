"""The form in which an expression is computed, where that is another than the one it is read in.

In: the expressions that a function computes together. Out: the same values, written so that no
inverse is formed where a system of equations is solved, no determinant where its logarithm is
wanted, no root where its square is. An inverse that stands by itself is wanted as such: it is
formed once, and then used wherever it occurs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from ..expr.atoms import Named, Num
from ..expr.linear import Add, Mul, T, add, mul, product, transpose
from ..expr.matrix import Call, Inv, call, flipped
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, power
from ..expr.shape import ONE
from ..expr.walk import throughout
from .code_stable import stable


class Solve(Expr):
    """The X of A X = B, for `args` A and B; it exists in generated code only."""

    __slots__ = ()

    def __init__(self, matrix: Expr, right: Expr) -> None:
        super().__init__((matrix, right), right.shape)

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        """The same for other parts."""
        return Solve(*args)


def to_compute(roots: Sequence[Expr]) -> list[Expr]:
    """The expressions in the form to compute; an inverse that one of them needs by itself serves them all."""
    roots = throughout(throughout(roots, stable), _distributed)
    formed = {inverse for root in roots for inverse in _formed(root)}

    def _rewritten(e: Expr) -> Expr:
        if isinstance(e, Entry) and e.name == "log" and not e.abstract and _is_call(e.arg, "det"):
            return call("logdet", e.arg.args[0])
        if isinstance(e, Pow) and isinstance(e.exponent, Num) and e.exponent.value == 2 and _is_call(e.base, "norm2"):
            inside = e.base.args[0]
            if inside.is_column:
                return mul(transpose(inside), inside)
            return mul(inside, transpose(inside)) if inside.is_row else call("sum", power(inside, 2))
        if isinstance(e, Mul) and len(e.chain) > 1 and any(_inverse(f) for f in e.chain):
            parts = [p for piece in cut(e.chain) for p in _solved(list(piece), go_formed)]
            return product(e.coef, e.scalars, tuple(parts))
        return e

    def go_formed(e: Expr) -> bool:
        return _inverse(e) in inverses

    inverses: set[Expr] = set()
    inverses = set(throughout(formed, _rewritten))
    return throughout(roots, _rewritten)


def _distributed(e: Expr) -> Expr:
    """A vector times A⁻¹ + A⁻ᵀ as a sum of solutions: beside a vector, an inverse in a sum need not be formed."""
    if not isinstance(e, Mul) or len(e.chain) < 2:
        return e
    for i, f in enumerate(e.chain):
        if not isinstance(f, Add) or not any(_inverse(g) for t in f.args for g in _factors(t)):
            continue
        left, right = e.chain[:i], e.chain[i + 1 :]
        if (left and left[0].is_row) or (right and right[-1].is_column):
            return add(*(product(e.coef, e.scalars, (*left, t, *right)) for t in f.args))
    return e


def _factors(t: Expr) -> tuple[Expr, ...]:
    return t.chain if isinstance(t, Mul) else (t,)


def cut(chain: Sequence[Expr]) -> Iterator[list[Expr]]:
    """A matrix product cut where an inner dimension is the literal 1."""
    segment = [chain[0]]
    for left, right in pairwise(chain):
        if left.shape[1] is ONE:
            yield segment
            segment = []
        segment.append(right)
    yield segment


def _is_call(e: Expr, name: str) -> bool:
    return isinstance(e, Call) and e.name == name


def _inverse(e: Expr) -> Inv | None:
    """The inverse that a factor is, turned or not."""
    inner = e.args[0] if isinstance(e, T) else e
    return inner if isinstance(inner, Inv) else None


def _formed(root: Expr) -> Iterator[Expr]:
    """The inverses that stand by themselves: not as factors of a matrix product."""
    seen: set[tuple[Expr, bool]] = set()
    stack = [(root, True)]
    while stack:
        e, bare = stack.pop()
        if (e, bare) in seen:  # definitions may be used any number of times
            continue
        seen.add((e, bare))
        if isinstance(e, Named):
            stack.append((e.definition, bare))
            continue
        inverse = _inverse(e)
        if inverse is not None:
            if bare:
                yield inverse
            stack.append((inverse.arg, True))
            continue
        product_of = cut(e.chain) if isinstance(e, Mul) and len(e.chain) > 1 else ()
        factors = {id(f) for piece in product_of if len(piece) > 1 for f in piece}
        stack.extend((arg, id(arg) not in factors) for arg in e.args)


def _solved(factors: list[Expr], kept: object) -> list[Expr]:
    """A product that nothing cuts, with systems solved in place of the inverses in it."""
    keeps = kept if callable(kept) else bool

    def solves(f: Expr) -> bool:
        return _inverse(f) is not None and not keeps(f)

    if len(factors) == 1 or not any(map(solves, factors)):
        return factors
    first, last = factors[0], factors[-1]
    if (first.is_row and not last.is_column) or solves(last):
        left = _solved(factors[:-1], kept)
        if not solves(last):
            return [*left, last]
        # B A⁻¹ is the transpose of the X of Aᵀ X = Bᵀ
        return [transpose(Solve(flipped(_undone(last)), flipped(mul(*left))))]
    right = _solved(factors[1:], kept)
    return [Solve(_undone(first), mul(*right))] if solves(first) else [first, *right]


def _undone(f: Expr) -> Expr:
    """The matrix whose inverse a factor is."""
    inverse = _inverse(f)
    assert inverse is not None  # noqa: S101 - the caller has looked
    return transpose(inverse.arg) if isinstance(f, T) else inverse.arg


__all__ = ["Fraction", "Solve", "cut", "to_compute"]
