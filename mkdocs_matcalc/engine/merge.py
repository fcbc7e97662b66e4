"""Equal things put together: like terms, powers of one base, inverses that cancel.

In: an expression. Out: an equal one with fewer operations; never one with a term multiplied out that
was a product. What counts as alike is what a reader takes for the same: scalars up to their
transpose, traces up to their cyclic order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction

from ..expr.atoms import F1, UNIT, Constant, Named, Num, Ones, Size, Sym, eye, ones, size, zeros
from ..expr.linear import Add, Had, Mul, T, add, had, is_reciprocal, mul, product
from ..expr.matrix import Call, Inv, MatPow, call, flipped, inv, matpow
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, power
from ..expr.shape import ONE, is_scalar

Monomial = tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]


@remembered
def monomial(e: Expr) -> Monomial:
    """A term as coefficient, scalar factors and matrix chain."""
    if isinstance(e, Num):
        return e.value, (), ()
    if isinstance(e, Mul):
        return e.coef, e.scalars, e.chain
    if e.scalar:
        return F1, (e,), ()
    return F1, (), (e,)


@remembered
def key(e: Expr) -> Hashable:
    """Equal for expressions that a reader takes for the same scalar, or the same matrix."""
    if isinstance(e, Mul) and e.chain and e.scalar:
        groups = segments(e.chain)
        return frozenset(Counter(frozenset((tuple(g), _flip(g))) for g in groups).items())
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
        return F1, tuple(scalars)
    order: dict[Hashable, tuple[Expr, list[Expr]]] = {}
    for s in scalars:
        base, exponent = (s.base, s.exponent) if isinstance(s, Pow) else (s, UNIT)
        order.setdefault(key(base), (base, []))[1].append(exponent)
    coef = F1
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
        not is_reciprocal(s) and isinstance(s.args[0] if isinstance(s, Pow) else s, (Sym, Named, Size, Constant))
        for s in scalars
    ]
    bases = [s.args[0] if isinstance(s, Pow) else s for s in scalars]
    if all(plain) or not any(isinstance(b, (Add, Entry)) for b in bases):
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
        if (
            not isinstance(inner, Inv)
            or not isinstance(inner.arg, Mul)
            or inner.arg.coef is not F1
            or inner.arg.scalars
        ):
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


@remembered
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
    inner = tuple(merge(s) if isinstance(s, Mul) else s for s in e.scalars)
    if inner != e.scalars:
        e = product(e.coef, inner, e.chain)
        if not isinstance(e, Mul):
            return e
    coef, scalars = merge_powers(e.scalars)
    scalars = _plain_factors_first(scalars)
    chain = merge_chain(e.chain)
    if len(chain) == 2 and chain[0].is_row and chain[1].is_column and (short := _summed(*chain)) is not None:
        return merge(product(e.coef * coef, (*scalars, short), ()))
    if coef == 1 and scalars == e.scalars and chain == e.chain:
        return e
    if e.chain and not chain:  # everything cancelled: the identity, or 1
        chain = (eye(e.shape[0]),)
    return product(e.coef * coef, scalars, chain)


def _summed(row: Expr, column: Expr) -> Expr | None:
    """A scalar product as a sum of entries, where that is shorter: (y ⊘ p)ᵀp = sum(y), (x − mean)ᵀ1 = 0."""
    other = flipped(row)
    if isinstance(column, Ones) or isinstance(other, Ones):
        v = other if isinstance(column, Ones) else column
        if not isinstance(v, Add):
            return None
        total = like_terms(add(*(_sum_of(t) for t in v.args)))
    else:
        both = had(other, column)
        merged = merge(both)
        if merged.size >= both.size:
            return None
        total = _sum_of(merged)
    return total if total.size < row.size + column.size else None


def _sum_of(e: Expr) -> Expr:
    """The sum of the entries of a vector; the number of them for ones."""
    coef, scalars, chain = monomial(e)
    rest = mul(*chain) if chain else UNIT
    return merge(product(coef, (*scalars, size(rest.shape[0]) if isinstance(rest, Ones) else call("sum", rest)), ()))


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
        rest = product(F1, scalars, chain) if scalars or chain else UNIT
        k = _term_key(scalars, chain)
        c, first = order.get(k, (Fraction(0), rest))
        order[k] = (c + coef, first)
    out = add(*(product(c, (r,), ()) if c != 1 else r for c, r in order.values() if c), zeros(e.shape))
    # a term that has become a sum of its own brings terms that the others may be like
    return like_terms(out) if isinstance(out, Add) and len(out.args) > len(order) else out


def _term_key(scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> Hashable:
    counted: dict[Hashable, int] = {}
    if chain and is_scalar((chain[0].shape[0], chain[-1].shape[1])):
        scalars = (*scalars, Mul(F1, (), chain) if len(chain) > 1 else chain[0])
        chain = ()
    for s in scalars:
        k = key(s)
        counted[k] = counted.get(k, 0) + 1
    return frozenset(counted.items()), chain
