"""Entrywise powers and functions, and abstract functions with their derivatives.

A power or an entrywise function of a scalar is the scalar one. Named entrywise functions are rows
of the table of functions; their differentials are rules. An abstract function `l: R^k -> R` is a `Signature`;
`Apply` applies it and `Partial` is its derivative by one argument, in numerator layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .atoms import F1, Num, Ones, is_one, is_zero, num, ones
from .linear import Had, Mul, T, had, product, transpose
from .node import Expr, ShapeError
from .shape import ONE, Shape, is_scalar, is_vector


class Pow(Expr):
    """base to a scalar exponent, entry by entry."""

    __slots__ = ()

    def __init__(self, base: Expr, exponent: Expr) -> None:
        super().__init__((base, exponent), base.shape)

    @property
    def base(self) -> Expr:
        """What is raised."""
        return self.args[0]

    @property
    def exponent(self) -> Expr:
        """The exponent, a scalar."""
        return self.args[1]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return power(*args)


class Entry(Expr):
    """An entrywise function of the table, or an abstract one (`order` derivatives taken), of every entry."""

    __slots__ = ("abstract", "name", "order")

    def __init__(self, name: str, arg: Expr, order: int = 0, *, abstract: bool = False) -> None:
        super().__init__((arg,), arg.shape, (name, order, abstract))
        self.name = name
        self.order = order
        self.abstract = abstract

    @property
    def arg(self) -> Expr:
        """The argument."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return entrywise(self.name, args[0], self.order, abstract=self.abstract)


@dataclass(frozen=True)
class Signature:
    """An abstract differentiable function: its name, the shapes it takes and the shape it gives."""

    name: str
    takes: tuple[Shape, ...]
    gives: Shape


class Apply(Expr):
    """An abstract function of its arguments."""

    __slots__ = ("function",)

    def __init__(self, function: Signature, args: tuple[Expr, ...]) -> None:
        super().__init__(args, function.gives, (function,))
        self.function = function

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return apply(self.function, args)


class Partial(Expr):
    """The derivative of an abstract function by one or more of its arguments, at arguments.

    `by` lists the argument positions, one for a first derivative. The shape is that of the
    numerator layout: 1 x n by a vector and q x p by a p x q matrix for a scalar function, m x n
    for R^n -> R^m, the shape of the value by a scalar.
    """

    __slots__ = ("by", "function")

    def __init__(self, function: Signature, by: tuple[int, ...], args: tuple[Expr, ...], shape: Shape) -> None:
        super().__init__(args, shape, (function, by))
        self.function = function
        self.by = by

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return Partial(self.function, self.by, args, self.shape)


def power(base: Expr, exponent: Expr | int | Fraction) -> Expr:
    """base^exponent, entrywise; integer powers of products of scalars and of powers are carried out."""
    e = num(exponent) if isinstance(exponent, (int, Fraction)) else exponent
    if not e.scalar:
        raise ShapeError(f"exponent of {e.shape}")
    if isinstance(e, Num):
        if e.value == 1:
            return base
        if e.value == 0:
            return ones(base.shape)
        if isinstance(base, Ones) or is_one(base):
            return base
        if e.value.denominator == 1:
            return _integer_power(base, int(e.value))
    return Pow(base, e)


#: Powers of exact numbers are carried out as long as the result stays this short (in bits).
_EXACT_BITS = 256


def _integer_power(base: Expr, k: int) -> Expr:
    if isinstance(base, Num) and (base.value or k > 0):
        bits = max(base.value.numerator.bit_length(), base.value.denominator.bit_length()) * abs(k)
        if bits <= _EXACT_BITS:
            return num(base.value**k)
    if isinstance(base, Pow) and isinstance(base.exponent, Num):
        return power(base.base, base.exponent.value * k)
    if isinstance(base, Mul) and base.coef and (base.is_scalar or base.coef is not F1 or base.scalars):
        if abs(k) * max(base.coef.numerator.bit_length(), base.coef.denominator.bit_length()) > _EXACT_BITS:
            return Pow(base, num(k))
        if base.is_scalar and base.chain and not base.scalars and base.coef is F1:
            return Pow(base, num(k))
        rest = base.chain[0] if len(base.chain) == 1 else Mul(F1, (), base.chain) if base.chain else None
        scalars = tuple(power(s, k) for s in base.scalars)
        return product(base.coef**k, scalars + ((power(rest, k),) if rest is not None else ()), ())
    if is_zero(base) and k > 0:
        return base
    if isinstance(base, Had) and k < 0:
        return had(*(power(f, k) for f in base.args))
    return Pow(base, num(k))


def reciprocal(e: Expr) -> Expr:
    """What stands under the bar for a power with a negative exponent."""
    if isinstance(e, Pow) and isinstance(e.exponent, Num):
        return power(e.base, -e.exponent.value)
    return power(e, -1)


def divide(left: Expr, right: Expr) -> Expr:
    """Left over a scalar, or left over right entry by entry where the shapes agree."""
    if right.is_scalar:
        if isinstance(right, Num) and right.value:
            return product(1 / right.value, (left,), ())
        return product(F1, (left, power(right, -1)), ())
    return had(left, power(right, -1))


def entrywise(name: str, arg: Expr, order: int = 0, *, abstract: bool = False) -> Expr:
    """A function applied to every entry."""
    if isinstance(arg, T) and is_vector(arg.shape):
        # a row's function is the row of the column's function: one form for both
        return transpose(Entry(name, arg.arg, order, abstract=abstract))
    return Entry(name, arg, order, abstract=abstract)


def apply(function: Signature, args: tuple[Expr, ...]) -> Expr:
    """An abstract function of arguments of the shapes it takes."""
    if tuple(a.shape for a in args) != function.takes:
        raise ShapeError(f"{function.name} of {[a.shape for a in args]}")
    return Apply(function, args)


def partial(function: Signature, by: int, args: tuple[Expr, ...]) -> Expr:
    """The derivative of an abstract function by its argument number `by` (from 0), numerator layout."""
    (p, q), (m, n) = function.takes[by], function.gives
    if is_scalar(function.takes[by]):
        shape = (m, n)
    elif is_scalar(function.gives):
        shape = (q, p) if q is not ONE else (ONE, p)
    else:
        shape = (m * n, p * q)
    return Partial(function, (by,), args, shape)


__all__ = [
    "Apply", "Entry", "Had", "Partial", "Pow", "Signature", "apply", "divide", "entrywise",
    "partial", "power", "reciprocal",
]  # fmt: skip
