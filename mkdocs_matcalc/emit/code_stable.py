"""Exponentials that do not overflow: log(1 + exp(a)) is softplus(a), exp(x)/sum(exp(x)) is softmax(x).

In: a node whose parts have been gone through. Out: the same value by functions of the language that every library
computes without overflow and without a difference of equal numbers; the node itself where there is nothing to do.
What a formula has as a quotient of exponentials is not a number at 800, and log(1 - sigmoid(z)) of a classifier that
is sure is the logarithm of 0, although the value is an ordinary number (Higham, Accuracy and Stability of Numerical
Algorithms, sec. 1; Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions).

Logarithms, sums and powers are here; where exponentials meet in a product is in `code_exponentials`.
"""

from __future__ import annotations

from collections.abc import Callable

from ..engine.merge import like_terms
from ..expr.atoms import Num, Size, eye, num, ones
from ..expr.linear import Add, Had, Mul, add, had, mul, neg, product, scale, sub, transpose
from ..expr.matrix import Call, call, diag
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, entrywise, power
from ..expr.shape import ONE
from .code_exponentials import (
    bare,
    falls,
    grows,
    inside,
    is_one,
    plus_one,
    row_shares,
    shares,
    split,
    sum_of_two,
    together,
    total,
)  # fmt: skip

#: What has its argument twice doubles with every level: a form of more parts than this, and than there were, is not taken.
_LARGEST = 2_000
#: A sum of more terms than this is not multiplied out.
_MOST = 6


def stable(e: Expr) -> Expr:
    """A node in a form that does not overflow."""
    change = _CHANGES.get(type(e))
    after = change(e) if change is not None else e
    return after if after.size <= max(_LARGEST, e.size) else e


# -- logarithms -----------------------------------------------------------------------------------


def _entry(e: Expr) -> Expr:
    if not isinstance(e, Entry) or e.name != "log" or e.abstract:
        return e
    found = _log(bare(e.arg))
    return e if found is None else found


def _log(a: Expr) -> Expr | None:
    """Log a; None where it is as well computed as it stands."""
    for name, form in _LOGARITHMS.items():
        inner = inside(a, name)
        if inner is not None:
            return form(inner)
    inner = plus_one(a)
    if inner is not None:
        return entrywise("softplus", inner)
    summed = _sums(a)
    if summed is not None:
        return call(*summed)
    if isinstance(a, Call):
        return _log_of_shares(a)
    if isinstance(a, Mul) and a.is_scalar and a.coef > 0:  # log(mean(exp(x))): sizes are positive
        counts = [s for s in a.scalars if isinstance(split(s)[0], Size)]
        rest = [s for s in a.scalars if s not in counts]
        summed = _sums(rest[0]) if len(rest) == 1 and not a.chain else None
        if summed is not None:
            return add(call(*summed), entrywise("log", product(a.coef, tuple(counts), ())))
    both = sum_of_two(a)
    return None if both is None else add(both[0], entrywise("softplus", sub(both[1], both[0])))


_LOGARITHMS: dict[str, Callable[[Expr], Expr]] = {
    "exp": lambda a: a,
    "sigmoid": lambda a: neg(entrywise("softplus", neg(a))),
    "cosh": lambda a: add(
        entrywise("softplus", scale(2, a)), neg(a), neg(mul(entrywise("log", num(2)), ones(a.shape)))
    ),
}  # fmt: skip


def _sums(e: Expr) -> tuple[str, Expr] | None:
    """`logsumexp…` and its a for a sum of exponentials: of all entries, of every row, of every column."""
    whole = total(e)
    if whole is not None:
        return "logsumexp", whole
    if not isinstance(e, Mul) or len(e.chain) != 2 or e.scalars or e.coef != 1:
        return None
    left, right = e.chain
    rows = inside(left, "exp") if is_one(right) and right.is_column else None
    if rows is not None:
        return "logsumexp" if rows.is_row else "logsumexp_rows", rows
    columns = inside(right, "exp") if is_one(left) and left.is_row else None
    if columns is not None:
        return "logsumexp" if columns.is_column else "logsumexp_columns", columns
    return None


def _log_of_shares(a: Call) -> Expr | None:
    """log(softmax(z)) = z - logsumexp(z), over all entries, of every row, of every column."""
    z = a.arg
    if a.name in ("softmax", "softmax_all"):
        return sub(z, mul(call("logsumexp", z), ones(z.shape)))
    if a.name == "softmax_rows":
        return sub(z, mul(call("logsumexp_rows", z), ones((ONE, z.shape[1]))))
    if a.name == "softmax_columns":
        return sub(z, mul(ones((z.shape[0], ONE)), call("logsumexp_columns", z)))
    return None


# -- sums and powers ------------------------------------------------------------------------------


def _add(e: Expr) -> Expr:
    """1 - sigmoid(a) = sigmoid(-a), which is no difference of nearly equal numbers."""
    if not isinstance(e, Add) or len(e.args) != 2:
        return e
    first, last = e.args if is_one(e.args[0]) else e.args[::-1]
    if not is_one(first) or not isinstance(last, Mul) or last.coef != -1 or len(last.args) != 1:
        return e
    inner = inside(last.args[0], "sigmoid")
    return e if inner is None else entrywise("sigmoid", neg(inner))


def _pow(e: Expr) -> Expr:
    """One over a sum of exponentials, or over one."""
    if not isinstance(e, Pow) or not isinstance(e.exponent, Num) or e.exponent.value >= 0:
        return e
    base, k = bare(e.base), -e.exponent.value
    inner = plus_one(base)
    if inner is not None:
        return power(entrywise("sigmoid", neg(inner)), k)
    summed = _sums(base)
    if summed is not None:
        return entrywise("exp", scale(-k, call(*summed)))
    inner = inside(base, "exp")
    if inner is not None:
        return entrywise("exp", scale(-k, inner))
    both = sum_of_two(base)
    if both is not None:
        first, last = both
        return had(entrywise("exp", scale(-k, first)), power(entrywise("sigmoid", sub(first, last)), k))
    return e


# -- products -------------------------------------------------------------------------------------


def _had(e: Expr) -> Expr:
    """An entrywise product."""
    if not isinstance(e, Had):
        return e
    spread = _spread(list(e.args), had)
    if spread is not None:
        return spread
    rows = row_shares(list(e.args))
    factors = rows if rows is not None else together(list(e.args))
    if factors is None:
        return e
    return stable(had(*factors)) if factors else ones(e.shape)


def _mul(e: Expr) -> Expr:
    """A product: its scalars, and what they have to do with the chain."""
    if not isinstance(e, Mul):
        return e

    def whole(*factors: Expr) -> Expr:
        return product(e.coef, factors, e.chain)

    spread = _spread(list(e.scalars), whole)
    if spread is not None:
        return spread
    found = shares(e)
    if found is None:
        found = _beside_diagonal(e)
    if found is not None:
        return stable(found)
    scalars = together(list(e.scalars))
    return e if scalars is None else stable(whole(*scalars))


def _spread(factors: list[Expr], whole: Callable[..., Expr]) -> Expr | None:
    """A sum of exponentials times one over such a sum, term by term: ((1 + eˣ) eˣ - e²ˣ)/(1 + eˣ)²."""
    if not any(map(falls, factors)):
        return None
    for i, f in enumerate(factors):
        rest = (*factors[:i], *factors[i + 1 :])
        if isinstance(f, Add) and plus_one(f) is None and len(f.args) <= _MOST and any(map(grows, f.args)):
            return stable(like_terms(add(*(stable(whole(*rest, t)) for t in f.args))))
    return None


def _beside_diagonal(e: Mul) -> Expr | None:
    """Diag(1/p) beside Diag(p), p, or a sum of these: 0/0 where a probability has vanished."""
    for i, f in enumerate(e.chain):
        if not isinstance(f, Call) or f.name != "diag" or not any(map(falls, _factors(f.arg))):
            continue
        for j in (i - 1, i + 1):
            if not 0 <= j < len(e.chain):
                continue
            low, g = min(i, j), e.chain[j]
            before, after = e.chain[:low], e.chain[low + 2 :]
            parts = tuple(_scaled(f, t, left=i < j) for t in (g.args if isinstance(g, Add) else (g,)))
            if all(p is not None for p in parts):
                middle = add(*(p for p in parts if p is not None))
                return product(e.coef, e.scalars, (*before, middle, *after))
    return None


def _factors(e: Expr) -> list[Expr]:
    return list(e.args) if isinstance(e, Had) else [e]


def _scaled(f: Call, t: Expr, *, left: bool) -> Expr | None:
    """Diag(v) times a term, or a term times Diag(v); None where that is no product by entries."""
    coef, scalars, chain = (t.coef, t.scalars, t.chain) if isinstance(t, Mul) else (num(1).value, (), (t,))
    end = chain[0] if left else chain[-1]
    if isinstance(end, Call) and end.name == "diag":
        both = stable(had(f.arg, end.arg))
        now: Expr = eye(f.shape[0]) if is_one(both) else diag(both)
    elif end.is_column:
        now = stable(had(f.arg, end))
    elif end.is_row:
        now = transpose(stable(had(f.arg, transpose(end))))
    else:
        return None
    return product(coef, scalars, (now, *chain[1:]) if left else (*chain[:-1], now))


_CHANGES: dict[type[Expr], Callable[[Expr], Expr]] = {
    Entry: _entry,
    Add: _add,
    Pow: _pow,
    Mul: _mul,
    Had: _had,
}
