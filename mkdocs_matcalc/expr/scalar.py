"""Entrywise powers and functions, and abstract functions with their derivatives.

A power or an entrywise function of a scalar is the scalar one. Named entrywise functions are rows
of the table of functions; their differentials are rules. An abstract function `l: R^k -> R` is a `Signature`;
`Apply` applies it and `Partial` is its derivative by one argument, in numerator layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .atoms import F1, Num, Ones, is_one, is_zero, num, ones, zeros
from .linear import Had, Mul, T, had, product, split_scale, transpose
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
    """The derivative of an abstract function by one of its arguments, or by two in turn, at arguments.

    `by` lists the argument positions. The shapes of a first derivative are those of the numerator layout: the
    shape of the value by a scalar, 1 x n by a vector (column or row) and q x p by a p x q matrix for a scalar
    function, and for any other function that of ∂vec(y)/∂vec(x)ᵀ. A second derivative of a scalar function is
    ∂²f/∂vec(x)∂vec(y)ᵀ; of any other function it has the shape of its value by two scalars, and that of
    ∂vec(y)/∂vec(x)ᵀ where one of the two is a scalar (see `Contracted` for the rest).
    """

    __slots__ = ("by", "function")

    def __init__(self, function: Signature, by: tuple[int, ...], args: tuple[Expr, ...], shape: Shape) -> None:
        super().__init__(args, shape, (function, by))
        self.function = function
        self.by = by

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return Partial(self.function, self.by, args, self.shape)


class Contracted(Expr):
    """Σ wₖ ∂²yₖ/∂vec(x)∂vec(z)ᵀ: the second derivative of wᵀ vec(y) with w held, y an abstract function.

    The second derivatives of y itself are an array with three sides, which matrix notation does not have. `args` are
    the arguments of the function and then w, a column of as many entries as y has; `by` are the two arguments.
    """

    __slots__ = ("by", "function")

    def __init__(self, function: Signature, by: tuple[int, int], args: tuple[Expr, ...]) -> None:
        rows, columns = (function.takes[i] for i in by)
        super().__init__(args, (rows[0] * rows[1], columns[0] * columns[1]), (function, by))
        self.function = function
        self.by = by

    @property
    def weight(self) -> Expr:
        """What the second derivatives of the entries are multiplied by."""
        return self.args[-1]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return contracted(self.function, self.by, args[:-1], args[-1])


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
    takes, gives = function.takes[by], function.gives
    if is_scalar(takes):
        shape = gives
    elif is_scalar(gives):
        shape = (ONE, takes[0] * takes[1]) if is_vector(takes) else (takes[1], takes[0])
    else:
        shape = (gives[0] * gives[1], takes[0] * takes[1])
    return Partial(function, (by,), args, shape)


def second_partial(function: Signature, by: tuple[int, int], args: tuple[Expr, ...]) -> Expr | None:
    """The second derivative by two arguments; None where it has three sides, see `Contracted`."""
    gives = function.gives
    sizes = [function.takes[i][0] * function.takes[i][1] for i in by]
    scalars = [is_scalar(function.takes[i]) for i in by]
    if all(scalars):
        shape = gives
    elif is_scalar(gives):
        shape = (sizes[0], sizes[1])
    elif any(scalars):
        shape = (gives[0] * gives[1], sizes[0] * sizes[1])
    else:
        return None
    return Partial(function, by, args, shape)


def contracted(function: Signature, by: tuple[int, int], args: tuple[Expr, ...], weight: Expr) -> Expr:
    """Σ wₖ ∂²yₖ/∂x∂zᵀ; what scales the weight scales the whole."""
    entries = function.gives[0] * function.gives[1]
    if weight.shape != (entries, ONE):
        raise ShapeError(f"weight of {weight.shape} for a function of {entries} entries")
    if is_zero(weight):
        rows, columns = (function.takes[i] for i in by)
        return zeros((rows[0] * rows[1], columns[0] * columns[1]))
    coef, scalars, rest = split_scale(weight)
    return product(coef, scalars, (Contracted(function, by, (*args, rest)),))


__all__ = [
    "Apply", "Contracted", "Entry", "Had", "Partial", "Pow", "Signature", "apply", "contracted", "divide", "entrywise",
    "partial", "power", "reciprocal", "second_partial",
]  # fmt: skip
