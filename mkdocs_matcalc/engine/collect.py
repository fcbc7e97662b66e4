"""Like terms added, powers merged, common factors taken out.

In: an expression (usually a sum). Out: an equal one with fewer operations; never one with a term
multiplied out that was a product. What is collected is what a reader would collect: terms alike up
to the transpose of a scalar or the cyclic order of a trace, a common number, common outer factors.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import gcd, lcm

from ..expr.atoms import UNIT, Named, Num, Ones, Size, Sym, eye, num, ones, zeros
from ..expr.linear import Add, Had, Mul, T, add, had, is_reciprocal, mul, product, transpose
from ..expr.matrix import Call, Inv, MatPow, flipped, inv, matpow
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, power
from ..expr.shape import ONE, is_scalar

Monomial = tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]


def monomial(e: Expr) -> Monomial:
    """A term as coefficient, scalar factors and matrix chain."""
    if isinstance(e, Num):
        return e.value, (), ()
    if isinstance(e, Mul):
        return e.coef, e.scalars, e.chain
    if is_scalar(e.shape):
        return Fraction(1), (e,), ()
    return Fraction(1), (), (e,)


def key(e: Expr) -> Hashable:
    """Equal for expressions that a reader takes for the same scalar, or the same matrix."""
    if isinstance(e, Mul) and e.chain and is_scalar(e.shape):
        groups = segments(e.chain)
        return frozenset(frozenset((tuple(g), _flip(g))) for g in groups)
    if isinstance(e, Call) and e.name == "tr":
        return _trace_key(e.arg)
    return e


def _flip(chain: Sequence[Expr]) -> tuple[Expr, ...]:
    return tuple(flipped(f) for f in reversed(chain))


def _trace_key(arg: Expr) -> Hashable:
    chain = arg.chain if isinstance(arg, Mul) else (arg,)
    back = _flip(chain)
    turns = [c[i:] + c[:i] for c in (tuple(chain), back) for i in range(len(chain))]
    return frozenset(turns)


def segments(chain: Sequence[Expr]) -> list[tuple[Expr, ...]]:
    """A chain cut where an inner dimension is 1: the pieces are scalars but for a first column and a last row."""
    out: list[tuple[Expr, ...]] = []
    start = 0
    for i in range(len(chain) - 1):
        if chain[i].shape[1] is ONE:
            out.append(tuple(chain[start : i + 1]))
            start = i + 1
    out.append(tuple(chain[start:]))
    return out


def regroup(e: Expr) -> Expr:
    """A product with scalars that hide in its chain (x x'x) set apart."""
    if not isinstance(e, Mul) or len(e.chain) < 3:
        return e
    groups = segments(e.chain)
    if len(groups) < 2:
        return e
    scalars = [mul(*g) for g in groups if is_scalar((g[0].shape[0], g[-1].shape[1]))]
    rest = [f for g in groups if not is_scalar((g[0].shape[0], g[-1].shape[1])) for f in g]
    return product(e.coef, (*e.scalars, *scalars), tuple(rest)) if scalars else e


def merge_powers(scalars: Sequence[Expr]) -> tuple[Fraction, tuple[Expr, ...]]:
    """Scalar factors with equal bases merged: a a⁻¹ = 1, a a = a²."""
    if len(scalars) < 2:
        return Fraction(1), tuple(scalars)
    order: dict[Hashable, tuple[Expr, list[Expr]]] = {}
    for s in scalars:
        base, exponent = (s.base, s.exponent) if isinstance(s, Pow) else (s, UNIT)
        order.setdefault(key(base), (base, []))[1].append(exponent)
    coef = Fraction(1)
    out: list[Expr] = []
    for base, exponents in order.values():
        merged = power(base, add(*exponents)) if len(exponents) > 1 else power(base, exponents[0])
        c, factors, chain = monomial(merged)
        coef *= c
        out.extend(factors if not chain else (*factors, mul(*chain)))
    return coef, tuple(out)


def _plain_factors_first(scalars: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """A (b + c) rather than (b + c) a."""
    plain = [
        not is_reciprocal(s) and isinstance(s.args[0] if isinstance(s, Pow) else s, (Sym, Named, Size)) for s in scalars
    ]
    if all(plain) or not any(isinstance(s, (Add, Entry)) for s in scalars):
        return scalars
    return (
        *(s for s, p in zip(scalars, plain, strict=True) if p),
        *(s for s, p in zip(scalars, plain, strict=True) if not p),
    )


def merge_chain(chain: Sequence[Expr]) -> tuple[Expr, ...]:
    """A matrix chain with A⁻¹A dropped and equal neighbours merged into powers of what is a power already."""
    out: list[Expr] = []
    for f in _opened_inverses(chain):
        if out and (inverse_of(out[-1], f)):
            out.pop()
            continue
        if out and isinstance(f, Ones) and isinstance(out[-1], Ones) and f.is_row and out[-1].is_column:
            out[-1] = ones((out[-1].shape[0], f.shape[1]))
            continue
        if out and f.shape[0] == f.shape[1] and isinstance(_base(f)[0], Sym):
            (b1, k1), (b2, k2) = _base(out[-1]), _base(f)
            if b1 == b2:
                out[-1] = matpow(b1, k1 + k2)
                continue
        out.append(f)
    return tuple(out)


def _opened_inverses(chain: Sequence[Expr]) -> Sequence[Expr]:
    """(AXB)⁻¹ = B⁻¹X⁻¹A⁻¹ for invertible factors, where a neighbour cancels against an end of it."""
    for i, f in enumerate(chain):
        turned = isinstance(f, T)
        inner = f.args[0] if turned else f
        if not isinstance(inner, Inv) or not isinstance(inner.arg, Mul) or inner.arg.coef != 1 or inner.arg.scalars:
            continue
        factors = inner.arg.chain
        if not all(_known_invertible(g) for g in factors):
            continue
        parts = [inv(g) for g in reversed(factors)]
        if turned:
            parts = [flipped(g) for g in reversed(parts)]
        before = i > 0 and inverse_of(chain[i - 1], parts[0])
        after = i + 1 < len(chain) and inverse_of(parts[-1], chain[i + 1])
        if before or after:
            return _opened_inverses((*chain[:i], *parts, *chain[i + 1 :]))
    return chain


def _known_invertible(e: Expr) -> bool:
    if isinstance(e, (T, Inv)):
        return _known_invertible(e.args[0])
    return isinstance(e, Sym) and not e.attributes.isdisjoint(("invertible", "spd", "orthogonal"))


def _base(e: Expr) -> tuple[Expr, int]:
    return (e.base, e.exponent) if isinstance(e, MatPow) else (e, 1)


def inverse_of(a: Expr, b: Expr) -> bool:
    """Whether two factors are each other's inverse."""
    return (isinstance(a, Inv) and a.arg == b) or (isinstance(b, Inv) and b.arg == a) or _inverse_transposes(a, b)


def _inverse_transposes(a: Expr, b: Expr) -> bool:
    if isinstance(a, T) and isinstance(b, T):
        return inverse_of(a.arg, b.arg)
    if isinstance(a, T) or isinstance(b, T):
        x, y = (a.arg, b) if isinstance(a, T) else (b.args[0], a)
        return x == y and isinstance(x, Sym) and "orthogonal" in x.attributes
    return False


def merge(e: Expr) -> Expr:
    """One term with powers merged, inverses cancelled, and entrywise factors merged."""
    if isinstance(e, Had):
        return _merge_had(e)
    if not isinstance(e, Mul):
        return e
    if any(isinstance(f, T) and isinstance(f.args[0], Mul) for f in e.chain):
        e = product(e.coef, e.scalars, tuple(_opened_transpose(f) for f in e.chain))
    e = regroup(e)
    if not isinstance(e, Mul):
        return e
    coef, scalars = merge_powers(e.scalars)
    scalars = _plain_factors_first(scalars)
    chain = merge_chain(e.chain)
    if coef == 1 and scalars == e.scalars and chain == e.chain:
        return e
    if e.chain and not chain:  # everything cancelled: the identity, or 1
        chain = (eye(e.shape[0]),)
    return product(e.coef * coef, scalars, chain)


def _opened_transpose(f: Expr) -> Expr:
    """(AB)ᵀ in a product as BᵀAᵀ, so that equal products are equal expressions."""
    return flipped(f.args[0]) if isinstance(f, T) and isinstance(f.args[0], Mul) else f


def _merge_had(e: Had) -> Expr:
    order: dict[Expr, list[Expr]] = {}
    for f in e.args:
        base, exponent = (f.base, f.exponent) if isinstance(f, Pow) else (f, UNIT)
        order.setdefault(base, []).append(exponent)
    if len(order) == len(e.args):
        return e
    return had(*(power(b, add(*x)) for b, x in order.items()))


def like_terms(e: Expr) -> Expr:
    """A sum with like terms added up, in the order of their first appearance."""
    if not isinstance(e, Add):
        return merge(e)
    order: dict[Hashable, tuple[Fraction, Expr]] = {}
    for term in e.args:
        coef, scalars, chain = monomial(merge(term))
        rest = product(Fraction(1), scalars, chain) if scalars or chain else UNIT
        k = _term_key(scalars, chain)
        c, first = order.get(k, (Fraction(0), rest))
        order[k] = (c + coef, first)
    return add(*(product(c, (r,), ()) if c != 1 else r for c, r in order.values() if c), zeros(e.shape))


def _term_key(scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> Hashable:
    counted: dict[Hashable, int] = {}
    if chain and is_scalar((chain[0].shape[0], chain[-1].shape[1])):
        scalars = (*scalars, Mul(Fraction(1), (), chain) if len(chain) > 1 else chain[0])
        chain = ()
    for s in scalars:
        k = key(s)
        counted[k] = counted.get(k, 0) + 1
    return frozenset(counted.items()), chain


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
        g = Fraction(1)  # a number taken out of one scalar term and left in another makes nothing shorter
    parts = [(c / g, s, ch) for c, s, ch in parts]
    shared: tuple[Expr, ...] = ()
    if any(ch for _, _, ch in parts):
        shared = _common_scalars(parts)
        parts = [(c, _without(s, shared), ch) for c, s, ch in parts]
    left, right, parts = _outer(parts)
    terms = [_build(p) if p[1] or p[2] else _unit_of(parts, p) for p in parts]
    inner = add(*(positive_first(_plain_first(terms)) if reorder else terms))
    inner = _one_transpose(inner)
    return (
        product(g, shared, (*left, inner, *right))
        if left or right or not inner.is_scalar
        else (product(g, (*shared, inner), ()))
    )


def _one_transpose(e: Expr) -> Expr:
    """aᵀ − bᵀ as (a − b)ᵀ, where every term is a transpose."""
    if isinstance(e, Add) and all(_is_transposed(t) for t in e.args):
        return T(add(*(transpose(t) for t in e.args)))
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
    for i in range(len(out) - 1):
        for j in range(i + 1, len(out)):
            if isinstance(out[i], T) and flipped(out[i]) == out[j]:
                out[i], out[j] = out[j], out[i]
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
    if len(a) != len(b) or len(a) < 2 or sorted(map(hash, s1)) != sorted(map(hash, s2)) or abs(c1) != abs(c2):
        return None
    at = [i for i in range(len(a)) if a[i] != b[i]]
    if len(at) != 1:
        return None
    i = at[0]
    if a[i].shape != b[i].shape or isinstance(a[i], Ones):
        return None
    if c1 < 0 < c2:
        (c1, a), (c2, b) = (c2, b), (c1, a)
    both = add(*positive_first(_plain_first([a[i], b[i] if c1 == c2 else mul(num(-1), b[i])])))
    return c1, s1, (*a[:i], _one_transpose(both), *a[i + 1 :])
