"""Where exponentials meet in a product: exp(a) sigmoid(-a) = sigmoid(a), exp(a)/sum(exp(a)) = softmax(a).

In: commuting factors, of an entrywise product or the scalars of a product, in the forms of `code_stable`: one over
1 + exp(a) is sigmoid(-a), one over sum(exp(a)) is exp(-logsumexp(a)). Out: fewer of them with the same product, None
where none of them meet. Exponents are compared as linear combinations.
"""

from __future__ import annotations

from fractions import Fraction

from ..expr.atoms import F1, Named, Num, Ones, zeros
from ..expr.linear import Add, Had, Mul, T, add, neg, product, scale, transpose
from ..expr.matrix import Call, call
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, entrywise, power

#: Functions that are zero nowhere: equal factors cancel, also where both have vanished or overflown.
_NEVER_ZERO = ("sigmoid", "exp", "cosh")
Combination = dict[Expr, Fraction]


# -- what is looked for -------------------------------------------------------------------------


def bare(e: Expr) -> Expr:
    """What a name stands for."""
    while isinstance(e, Named):
        e = e.definition
    return e


def inside(e: Expr, name: str) -> Expr | None:
    """The a of an entrywise function name(a), of the shape of the whole; None for anything else."""
    e = bare(e)
    if isinstance(e, Entry) and e.name == name and not e.abstract:
        return e.arg
    inner = inside(e.arg, name) if isinstance(e, T) else None
    return None if inner is None else transpose(inner)


def is_one(e: Expr) -> bool:
    """Whether an expression is the number 1 or consists of ones."""
    return isinstance(e, Ones) or (isinstance(e, Num) and e.value == 1)


def split(e: Expr) -> tuple[Expr, Fraction]:
    """A factor as a base and a number for exponent."""
    return (e.base, e.exponent.value) if isinstance(e, Pow) and isinstance(e.exponent, Num) else (e, F1)


def plus_one(e: Expr) -> Expr | None:
    """The a of 1 + exp(a)."""
    e = bare(e)
    if isinstance(e, T):
        inner = plus_one(e.arg)
        return None if inner is None else transpose(inner)
    if not isinstance(e, Add) or len(e.args) != 2:
        return None
    first, last = e.args if is_one(e.args[0]) else e.args[::-1]
    return inside(last, "exp") if is_one(first) else None


def total(e: Expr) -> Expr | None:
    """The a of sum(exp(a))."""
    e = bare(e)
    return inside(e.arg, "exp") if isinstance(e, Call) and e.name == "sum" else None


def sum_of_two(e: Expr) -> tuple[Expr, Expr] | None:
    """The a and the b of exp(a) + exp(b)."""
    if not isinstance(e, Add) or len(e.args) != 2:
        return None
    first, last = (inside(t, "exp") for t in e.args)
    return None if first is None or last is None else (first, last)


def falls(f: Expr) -> bool:
    """Whether a factor is one over something that grows like an exponential, or vanishes like one."""
    base, k = split(f)
    a = inside(base, "exp")
    if a is not None:
        return isinstance(a, Mul) and a.coef < 0
    shares_of = isinstance(bare(base), Call) and str(bare(base).data[0]).startswith("softmax")
    return (inside(base, "sigmoid") is not None and k > 0) or (
        k < 0 and (shares_of or inside(base, "cosh") is not None)
    )


def grows(t: Expr) -> bool:
    """Whether there is an exponential in an expression."""
    return any(isinstance(n, Entry) and n.name in ("exp", "cosh", "sinh") for n in t.walk())


def exponential_of(e: Expr) -> Combination:
    """An expression as a linear combination."""
    if isinstance(e, Add):
        return _combined(*((F1, exponential_of(t)) for t in e.args))
    if isinstance(e, Mul):
        rest = product(F1, e.scalars, e.chain)
        inner = exponential_of(rest) if isinstance(rest, Add) else {rest: F1}
        return _combined((e.coef, inner))
    return {} if isinstance(e, Num) and not e.value else {e: F1}


def _combined(*parts: tuple[Fraction, Combination]) -> Combination:
    out: Combination = {}
    for k, part in parts:
        for e, c in part.items():
            out[e] = out.get(e, Fraction(0)) + k * c
    return {e: c for e, c in out.items() if c}


# -- factors that meet ----------------------------------------------------------------------------


def together(factors: list[Expr]) -> list[Expr] | None:
    """Commuting factors, fewer or in functions that do not overflow; None where nothing meets."""
    for step in (_equal, _hyperbolic, _exponentials):
        found = step(factors)
        if found is not None:
            return found
    return None


def _equal(factors: list[Expr]) -> list[Expr] | None:
    """A base above and below, where it is zero nowhere; 1 + exp(a) is below as sigmoid(-a)."""
    for i, f in enumerate(factors):
        base, k = split(f)
        for j, g in enumerate(factors[:i]):
            other, m = split(g)
            if base == other and k * m < 0 and _never_zero(base):
                return _replaced(factors, (i, j), _power(base, k + m))
    for i, f in enumerate(factors):
        base, k = split(f)
        a = plus_one(base) if k > 0 else None
        for j, g in enumerate(factors):
            other, m = split(g)
            if a is not None and m > 0 and inside(other, "sigmoid") == neg(a):
                n = min(k, m)
                return _replaced(factors, (i, j), _power(base, k - n) + _power(other, m - n))
    return None


def _never_zero(base: Expr) -> bool:
    inner = bare(base)
    by_shares = isinstance(inner, Call) and inner.name.startswith("softmax")
    return by_shares or any(inside(base, name) is not None for name in _NEVER_ZERO)


def _hyperbolic(factors: list[Expr]) -> list[Expr] | None:
    """sinh(a)/cosh(a) = tanh(a)."""
    for i, f in enumerate(factors):
        base, k = split(f)
        a = inside(base, "sinh") if k > 0 else None
        for j, g in enumerate(factors):
            other, m = split(g)
            if a is not None and m < 0 and inside(other, "cosh") == a:
                n = min(k, -m)
                return _replaced(
                    factors, (i, j), _power(base, k - n) + _power(other, m + n) + _power(entrywise("tanh", a), n)
                )
    return None


def _exponentials(factors: list[Expr]) -> list[Expr] | None:
    """exp(a) sigmoid(-a) = sigmoid(a); what grows and what falls as one exponential."""
    powers = [
        (i, a, k) for i, f in enumerate(factors) for base, k in [split(f)] if (a := inside(base, "exp")) is not None
    ]
    if not powers:
        return None
    places = [i for i, _, _ in powers]
    exponent = _combined(*((k, exponential_of(a)) for _, a, k in powers))
    for j, g in enumerate(factors):
        base, m = split(g)
        s = inside(base, "sigmoid")
        if s is None or m <= 0:
            continue
        for n in range(int(m), 0, -1):
            if not _combined((F1, exponent), (Fraction(n), exponential_of(s))):
                return _replaced(
                    factors, (*places, j), _power(base, m - n) + _power(entrywise("sigmoid", neg(s)), Fraction(n))
                )
        for i, a, k in powers:
            if k > 0 and not _combined((F1, exponential_of(a)), (F1, exponential_of(s))):
                n_ = min(k, m)
                both = _power(entrywise("exp", a), k - n_) + _power(base, m - n_)
                return _replaced(factors, (i, j), both + _power(entrywise("sigmoid", neg(s)), n_))
    down = [isinstance(a, Mul) and a.coef < 0 for _, a, _ in powers]
    if len(powers) > 1 and any(down) and not all(down):
        shape = powers[0][1].shape
        whole = add(zeros(shape), *(scale(c, e) for e, c in exponent.items()))
        return _replaced(factors, tuple(places), [entrywise("exp", whole)] if exponent else [])
    return None


def _power(base: Expr, k: Fraction) -> list[Expr]:
    return [power(base, k)] if k else []


def _replaced(factors: list[Expr], places: tuple[int, ...], by: list[Expr]) -> list[Expr]:
    """Some factors replaced by others, in the place of the first of them."""
    first = min(places)
    rest = [f for i, f in enumerate(factors) if i not in places]
    at = sum(i not in places for i in range(first))
    return [*rest[:at], *by, *rest[at:]]


# -- shares -----------------------------------------------------------------------------------------


def shares(e: Mul) -> Expr | None:
    """exp(-logsumexp(a)) beside what is linear in exp(a): softmax(a) in the place of that."""
    for i, s in enumerate(e.scalars):
        lse, k = _logsumexp_below(s, "logsumexp")
        if lse is None:
            continue
        below = [entrywise("exp", scale(1 - k, call("logsumexp", lse)))] if k > 1 else []
        others = (*e.scalars[:i], *e.scalars[i + 1 :])
        for j, f in enumerate(others):
            after = _as_shares(f, lse)
            if after is not None:
                return product(e.coef, (*others[:j], after, *others[j + 1 :], *below), e.chain)
        for j, f in enumerate(e.chain):
            after = _as_shares(f, lse)
            if after is not None:
                return product(e.coef, (*others, *below), (*e.chain[:j], after, *e.chain[j + 1 :]))
    return None


def _logsumexp_below(s: Expr, name: str) -> tuple[Expr | None, Fraction]:
    """The a and the k of exp(-k logsumexp(a))."""
    inner = inside(s, "exp")
    if isinstance(inner, Mul) and inner.coef <= -1 and len(inner.args) == 1:
        lse = inner.args[0]
        if isinstance(lse, Call) and lse.name == name:
            return lse.arg, -inner.coef
    return None, Fraction(0)


def _as_shares(f: Expr, a: Expr) -> Expr | None:
    """A factor that is linear in exp(a), with softmax(a) in the place of that; None for any other."""
    if inside(f, "exp") == a:
        return call("softmax" if a.is_vector else "softmax_all", a)
    if isinstance(f, T) or (isinstance(f, Call) and f.name in ("diag", "sum", "tr")):
        part = _as_shares(f.args[0], a)
        return None if part is None else f.with_args((part,))
    if isinstance(f, (Had, Mul)):
        for i, g in enumerate(f.args):
            part = _as_shares(g, a)
            if part is not None:
                return f.with_args((*f.args[:i], part, *f.args[i + 1 :]))
    return None


def row_shares(factors: list[Expr]) -> list[Expr] | None:
    """exp(Z) ∘ (exp(-logsumexp(Z, rows)) 1ᵀ) is the softmax of every row, and so for columns."""
    for i, f in enumerate(factors):
        if not isinstance(f, Mul) or f.coef != 1 or f.scalars or len(f.chain) != 2:
            continue
        left, right = f.chain
        for way, part, other in (("rows", left, right), ("columns", right, left)):
            z, k = _logsumexp_below(part, f"logsumexp_{way}")
            for j, g in enumerate(factors):
                if z is not None and k == 1 and is_one(other) and inside(g, "exp") == z:
                    return _replaced(factors, (i, j), [call(f"softmax_{way}", z)])
    return None
