"""Between what numbers the entries of an expression lie, by its form and the attributes of its symbols.

In: a typed expression. Out: `Bounds` that every entry keeps wherever the expression has a value, as 0 < σ(x) < 1.
What a function or a power asks of its own operand is taken for granted: where log(√x) has a value, √x is positive.
The bounds of a sum or a product are those of its parts taken alone, so that they may be wider than they need to be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..expr.atoms import Constant, Eye, Named, Num, Ones, Size, Sym, Zeros
from ..expr.linear import Add, Had, Kron, Mul, T
from ..expr.matrix import Call, flipped
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow
from ..functions.table import TABLE
from ..rules.guard import definite


@dataclass(frozen=True)
class Bounds:
    """The numbers between `low` and `high`; an end that is `open` is not among them."""

    low: float
    high: float
    low_open: bool = True
    high_open: bool = True

    @property
    def positive(self) -> bool:
        """Whether all of them are greater than zero."""
        return self.low > 0 or (self.low == 0 and self.low_open)

    @property
    def nonnegative(self) -> bool:
        """Whether none of them is less than zero."""
        return self.low >= 0

    @property
    def nonzero(self) -> bool:
        """Whether zero is none of them."""
        return self.positive or (-self).positive

    def __neg__(self) -> Bounds:
        return Bounds(-self.high, -self.low, self.high_open, self.low_open)

    def __add__(self, other: Bounds) -> Bounds:
        low, high = self.low + other.low, self.high + other.high
        return Bounds(
            -math.inf if math.isnan(low) else low,
            math.inf if math.isnan(high) else high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __mul__(self, other: Bounds) -> Bounds:
        ends = [_corner(a, b) for a in self._ends() for b in other._ends()]
        low, high = min(v for v, _ in ends), max(v for v, _ in ends)
        return Bounds(low, high, all(o for v, o in ends if v == low), all(o for v, o in ends if v == high))

    def _ends(self) -> tuple[tuple[float, bool], tuple[float, bool]]:
        return (self.low, self.low_open), (self.high, self.high_open)


def _corner(one: tuple[float, bool], other: tuple[float, bool]) -> tuple[float, bool]:
    """The product of two ends, and whether it is open: a zero that is there makes it zero, whatever the other is."""
    (a, a_open), (b, b_open) = one, other
    if a and b:
        return a * b, a_open or b_open
    return 0.0, (a_open or bool(a)) and (b_open or bool(b))


ANYTHING = Bounds(-math.inf, math.inf)
_POSITIVE = Bounds(0.0, math.inf)
_NONNEGATIVE = Bounds(0.0, math.inf, low_open=False)


@remembered
def bounds(e: Expr) -> Bounds:
    """The bounds of every entry."""
    match e:
        case Num():
            value = float(e.value) if abs(e.value) < _LARGE else math.copysign(math.inf, e.value)
            return Bounds(value, value, low_open=False, high_open=False)
        case Size():
            return Bounds(1.0, math.inf, low_open=False)
        case Ones():
            return Bounds(1.0, 1.0, low_open=False, high_open=False)
        case Zeros():
            return Bounds(0.0, 0.0, low_open=False, high_open=False)
        case Eye():
            return Bounds(0.0, 1.0, low_open=False, high_open=False)
        case Constant():
            return _POSITIVE
        case Sym():
            if "positive" not in e.attributes:
                return ANYTHING
            return _NONNEGATIVE if "diagonal" in e.attributes else _POSITIVE
        case Named():
            return bounds(e.definition)
        case T():
            return bounds(e.arg)
        case Add():
            return _sum([bounds(t) for t in e.args])
        case Had() | Kron():
            return _product([bounds(f) for f in e.args])
        case Mul():
            return _of_product(e)
        case Pow():
            return _of_power(e)
        case Entry() if not e.abstract:
            return _of_function(e.name, e.arg)
        case Call():
            return _of_call(e)
    return ANYTHING


#: Numbers beyond this are as large as any.
_LARGE = 10**15


def _sum(parts: list[Bounds]) -> Bounds:
    out = parts[0]
    for part in parts[1:]:
        out = out + part
    return out


def _product(parts: list[Bounds]) -> Bounds:
    out = Bounds(1.0, 1.0, low_open=False, high_open=False)
    for part in parts:
        out = out * part
    return out


def _of_product(e: Mul) -> Bounds:
    factors = [bounds(Num(e.coef)), *(bounds(s) for s in e.scalars)]
    if len(e.chain) == 1:
        factors.append(bounds(e.chain[0]))
    elif e.chain:
        factors.append(_of_chain(e))
    return _product(factors)


def _of_chain(e: Mul) -> Bounds:
    """The entries of a matrix product, which are sums of products; a quadratic form xᵀSx with S semidefinite, or xᵀx."""
    chain = list(e.chain)
    if e.is_scalar:
        while len(chain) > 1 and flipped(chain[0]) == chain[-1]:
            chain = chain[1:-1]
        if not chain or (len(chain) == 1 and definite(chain[0]) >= 0):
            return _NONNEGATIVE
    one = _product([bounds(f) for f in e.chain])
    return _POSITIVE if one.positive else _NONNEGATIVE if one.nonnegative else ANYTHING


def _of_power(e: Pow) -> Bounds:
    base = bounds(e.base)
    if not isinstance(e.exponent, Num) or e.exponent.value.denominator > 1:
        return _POSITIVE  # no other base has such a power
    k = e.exponent.value
    if k < 0:  # what stands under a bar is not zero
        return _POSITIVE if base.nonnegative or k % 2 == 0 else ANYTHING
    if base.nonnegative and 0 < base.high <= 1:
        return Bounds(0.0, base.high, base.positive, base.high_open)
    if k % 2 == 0:
        small = base.low >= -1 and base.high <= 1
        return Bounds(0.0, 1.0 if small else math.inf, base.nonzero, small and base.low_open and base.high_open)
    return _POSITIVE if base.positive else _NONNEGATIVE if base.nonnegative else ANYTHING


def _of_function(name: str, arg: Expr) -> Bounds:
    own = _range(name)
    if own.nonnegative and not own.positive:
        inner = bounds(arg)
        # the root, the absolute value and the positive part of what is positive are that, as is the root of anything
        if name != "step" and (inner.positive or TABLE[name].where == "positive"):
            return _POSITIVE
    return own


def _of_call(e: Call) -> Bounds:
    if e.name in ("sum", "vec", "diagonal", "diag", "tr"):
        inner = bounds(e.arg)
        if e.name in ("vec", "diagonal"):
            return inner
        if e.name == "tr" and definite(e.arg) >= 0:
            return _POSITIVE if definite(e.arg) else _NONNEGATIVE
        if inner.nonnegative:
            return _POSITIVE if inner.positive and e.name == "sum" else _NONNEGATIVE
        return ANYTHING
    if e.name == "det":
        known = definite(e.arg)
        return _POSITIVE if known > 0 else _NONNEGATIVE if known == 0 else ANYTHING
    return _range(e.name)


def _range(name: str) -> Bounds:
    """The range of a function, as its row has it: `(0, 1)`, `[0, ∞)`."""
    text = TABLE[name].range
    if not text:
        return ANYTHING
    low, high = (math.inf if side.strip() == "∞" else float(side) for side in text[1:-1].split(","))
    return Bounds(low, high, text[0] == "(", text[-1] == ")")
