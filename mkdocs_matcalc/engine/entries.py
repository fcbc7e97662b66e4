"""Entrywise factors simplified as functions of one number.

−y ⊘ p ∘ p ∘ (1 − p) + (1 − y) ⊘ (1 − p) ∘ p ∘ (1 − p) is p − y: every entry is a number, so equal factors
cancel, and what is left is multiplied out where that makes it shorter. An expression is changed
only where it gets shorter.
"""

from __future__ import annotations

from fractions import Fraction

from ..expr.atoms import Num, ones
from ..expr.linear import Add, Had, T, add, had, product, transpose
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.scalar import Pow, power
from ..expr.walk import bottom_up
from .merge import like_terms, merge, monomial


@remembered
def simplify_entries(e: Expr) -> Expr:
    """Every Hadamard product in an expression simplified; the same object where nothing gets shorter."""
    if not any(isinstance(n, Had) for n in e.walk()):
        return e
    return bottom_up(e, _simplify)


@remembered
def _simplify(e: Expr) -> Expr:
    """The shortest of an expression, what is left after cancelling, and what comes of multiplying out."""
    if e.size > _LARGEST:
        return e
    if isinstance(e, Had) or (isinstance(e, Add) and any(_is_had(t) for t in e.args)):
        return min((e, cancel(e), expand(e), together(e)), key=_cost)
    return min((e, like_terms(e)), key=_cost) if isinstance(e, Add) else e


def _is_had(t: Expr) -> bool:
    return any(isinstance(f, Had) for f in monomial(t)[2])


def _cost(e: Expr) -> int:
    return sum(2 if isinstance(n, Pow) else 1 for n in e.walk())


def cancel(e: Expr) -> Expr:
    """Equal factors of every entrywise product cancelled against their reciprocals."""
    if isinstance(e, Add):
        return like_terms(add(*(cancel(t) for t in e.args)))
    if isinstance(e, Had):
        return merge(e)
    coef, scalars, chain = monomial(e)
    if len(chain) == 1 and isinstance(chain[0], Had):
        return product(coef, scalars, (merge(chain[0]),))
    return e


def together(e: Expr) -> Expr:
    """Entrywise fractions over one denominator: (1 − y) ⊘ (1 − p) − y ⊘ p = (p − y) ⊘ p ⊘ (1 − p)."""
    if not isinstance(e, Add):
        return e
    parts = [_fraction(t) for t in e.args]
    below: dict[Expr, int] = {}
    for _, denominators in parts:
        for base, k in denominators.items():
            below[base] = max(below.get(base, 0), k)
    if not below or len(below) > _LONGEST:
        return e
    tops = [
        had(top, *(power(base, k - denominators.get(base, 0)) for base, k in below.items()))
        for top, denominators in parts
    ]
    return had(expand(add(*tops)), *(power(base, -k) for base, k in below.items()))


def _fraction(t: Expr) -> tuple[Expr, dict[Expr, int]]:
    """A term as its numerator, and the whole powers of bases in its denominator."""
    coef, scalars, chain = monomial(t)
    factors = chain[0].args if len(chain) == 1 and isinstance(chain[0], Had) else chain if len(chain) == 1 else ()
    if not factors:
        return t, {}
    top: list[Expr] = [ones(t.shape)]
    below: dict[Expr, int] = {}
    for f in factors:
        k = f.exponent.value if isinstance(f, Pow) and isinstance(f.exponent, Num) else Fraction(0)
        if isinstance(f, Pow) and k < 0 and k.denominator == 1:
            below[f.base] = below.get(f.base, 0) - int(k)
        else:
            top.append(f)
    return product(coef, scalars, (had(*top),)), below


def expand(e: Expr) -> Expr:
    """Sums in entrywise products multiplied out, factors cancelled, like terms added."""
    terms: list[Expr] = []
    for t in e.args if isinstance(e, Add) else (e,):
        coef, scalars, chain = monomial(t)
        if len(chain) != 1 or not isinstance(chain[0], Had):
            terms.append(t)
            continue
        done: list[Expr] = []
        for f in _reduced(chain[0]):
            summands = _summands(f)
            done = [had(p, s) for p in done for s in summands] if done else list(summands)
            if len(done) > _LONGEST:
                return e
        terms += [product(coef, scalars, (d,)) for d in done]
    merged = [cancel(t) for t in terms]
    return like_terms(add(*merged))


#: A larger expression is left as it is: nobody would see what has cancelled in it.
_LARGEST = 600
#: A product is not multiplied out beyond that many terms.
_LONGEST = 24


def _reduced(e: Had) -> tuple[Expr, ...]:
    """The factors after what cancels as a whole has cancelled."""
    after = cancel(e)
    _, _, chain = monomial(after)
    if len(chain) == 1 and isinstance(chain[0], Had):
        return chain[0].args
    return (after,)


def _summands(f: Expr) -> tuple[Expr, ...]:
    if isinstance(f, T) and isinstance(f.arg, Add):
        return tuple(transpose(t) for t in f.arg.args)
    return f.args if isinstance(f, Add) else (f,)
