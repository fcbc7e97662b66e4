"""Common factors taken out of a sum.

In: an expression (usually a sum). Out: an equal one with like terms added, a common number, common
scalars and common outer factors in front; terms that differ in one factor are put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from ..expr.atoms import F1, Ones, eye, num
from ..expr.linear import Add, T, add, mul, product, transpose
from ..expr.memo import remembered
from ..expr.node import Expr
from .merge import Monomial, like_terms, monomial


def common_number(coefs: Sequence[Fraction]) -> Fraction:
    """The number to take out of a sum: the greatest common divisor, negative when every term is."""
    g = Fraction(gcd(*(c.numerator for c in coefs)), lcm(*(c.denominator for c in coefs)))
    return -g if all(c < 0 for c in coefs) else g


def positive_first(terms: list[Expr]) -> list[Expr]:
    """A sum that would begin with a minus begins with its first positive term instead, where there is one."""
    if terms and monomial(terms[0])[0] < 0:
        for i, t in enumerate(terms):
            if monomial(t)[0] > 0:
                return [t, *terms[:i], *terms[i + 1 :]]
    return terms


@remembered
def factor(e: Expr, *, reorder: bool = True) -> Expr:
    """Like terms added, then a common number, common scalars and common outer factors taken out."""
    e = like_terms(e)
    if not isinstance(e, Add):
        return e
    parts = [monomial(t) for t in e.args]
    parts = _pairs(parts)
    if len(parts) == 1:
        return _build(parts[0])
    g = common_number([p[0] for p in parts])
    if not any(p[2] for p in parts) and len({abs(p[0]) for p in parts}) > 1:
        g = F1  # a number taken out of one scalar term and left in another makes nothing shorter
    parts = [(c / g, s, ch) for c, s, ch in parts]
    shared: tuple[Expr, ...] = ()
    if any(ch for _, _, ch in parts):
        shared = _common_scalars(parts)
        parts = [(c, _without(s, shared), ch) for c, s, ch in parts]
    left, right, parts = _outer(parts)
    terms = [_build(p) if p[1] or p[2] else _unit_of(parts, p) for p in parts]
    ordered = reorder and any(p[2] for p in parts)  # a sum of plain scalars stays in the order of its terms
    inner = add(*(positive_first(_plain_first(terms)) if ordered else terms))
    inner = _one_transpose(inner)
    return (
        product(g, shared, (*left, inner, *right))
        if left or right or not inner.is_scalar
        else (product(g, (*shared, inner), ()))
    )


def _one_transpose(e: Expr) -> Expr:
    """aᵀ − bᵀ as (a − b)ᵀ, where every term is a transpose."""
    if isinstance(e, Add) and all(_is_transposed(t) for t in e.args):
        return transpose(like_terms(add(*(transpose(t) for t in e.args))))
    return e


def _is_transposed(t: Expr) -> bool:
    _, _, chain = monomial(t)
    return len(chain) == 1 and (isinstance(chain[0], T) or (isinstance(chain[0], Ones) and chain[0].is_row))


def _unit_of(parts: Sequence[Monomial], p: Monomial) -> Expr:
    """What is left of a term whose whole chain was taken out: its number times the identity or 1."""
    for _, _, chain in parts:
        if chain:
            return product(p[0], (), (eye(chain[0].shape[0]),))
    return num(p[0])


def _build(p: Monomial) -> Expr:
    return product(*p) if p[1] or p[2] else num(p[0])


def _plain_first(terms: list[Expr]) -> list[Expr]:
    """A + Aᵀ rather than Aᵀ + A."""
    out = list(terms)
    places: dict[Expr, list[int]] = {}
    for i, t in enumerate(out):
        places.setdefault(t, []).append(i)
    for i, t in enumerate(out):
        if isinstance(t, T):
            j = next((j for j in places.get(t.arg, ()) if j > i), None)
            if j is not None:
                out[i], out[j] = out[j], t
                places[t.arg].remove(j)
                places[t].append(j)
    return out


def _common_scalars(parts: Sequence[Monomial]) -> tuple[Expr, ...]:
    shared = list(parts[0][1])
    for _, scalars, _ in parts[1:]:
        rest = list(scalars)
        kept = []
        for s in shared:
            if s in rest:
                rest.remove(s)
                kept.append(s)
        shared = kept
    return tuple(shared)


def _without(scalars: Sequence[Expr], shared: Sequence[Expr]) -> tuple[Expr, ...]:
    out = list(scalars)
    for s in shared:
        out.remove(s)
    return tuple(out)


def _outer(parts: list[Monomial]) -> tuple[tuple[Expr, ...], tuple[Expr, ...], list[Monomial]]:
    """Factors that every chain begins or ends with, as long as something of each chain is left."""
    chains = [list(p[2]) for p in parts]
    left: list[Expr] = []
    right: list[Expr] = []
    while all(len(c) > 1 for c in chains) and len({c[0] for c in chains}) == 1:
        left.append(chains[0][0])
        for c in chains:
            c.pop(0)
    while all(len(c) > 1 for c in chains) and len({c[-1] for c in chains}) == 1:
        right.insert(0, chains[0][-1])
        for c in chains:
            c.pop()
    return tuple(left), tuple(right), [(p[0], p[1], tuple(c)) for p, c in zip(parts, chains, strict=True)]


def _pairs(parts: list[Monomial]) -> list[Monomial]:
    """Terms that differ in one factor of their chain put together: S Wᵀ + Sᵀ Wᵀ = (S + Sᵀ) Wᵀ."""
    out: list[Monomial] = []
    if len(parts) > _MANY_TERMS:
        return parts
    for p in parts:
        for i, q in enumerate(out):
            joined = _join(q, p)
            if joined is not None:
                out[i] = joined
                break
        else:
            out.append(p)
    return out


#: Beyond that many terms, pairs are not looked for: the time would grow with their square.
_MANY_TERMS = 64


def _join(p: Monomial, q: Monomial) -> Monomial | None:
    (c1, s1, a), (c2, s2, b) = p, q
    if len(a) != len(b) or len(a) < 2 or Counter(s1) != Counter(s2) or abs(c1) != abs(c2):
        return None
    at = [i for i in range(len(a)) if a[i] != b[i]]
    if len(at) != 1:
        return None
    i = at[0]
    if a[i].shape != b[i].shape or isinstance(a[i], Ones):
        return None
    if c1 < 0 < c2:
        (c1, a), (c2, b) = (c2, b), (c1, a)
    both = like_terms(add(*positive_first(_plain_first([a[i], b[i] if c1 == c2 else mul(num(-1), b[i])]))))
    return c1, s1, (*a[:i], _one_transpose(both), *a[i + 1 :])
