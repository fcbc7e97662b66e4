"""Inverse, integer matrix power and the named functions that take whole vectors or matrices.

What argument a named function takes, what shape it gives and whether it is linear stands in its row of the table
of functions.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from ..functions.table import TABLE
from .atoms import F1, Eye, Named, Ones, Sym, Zeros, eye, is_zero, ones, size, zeros
from .linear import Add, Had, Kron, Mul, T, add, had, kron, mul, product, scale, split_scale, transpose
from .memo import remembered
from .node import Expr, ShapeError
from .scalar import Contracted, Entry, Partial, Pow, contracted, entrywise, power
from .shape import ONE, SCALAR, Dim, Shape, is_scalar


@cache
def gives(name: str, shape: Shape) -> Shape:
    """The shape of the value of a function, for the shape of its argument."""
    rows, cols = shape
    sides = {"r": rows, "c": cols, "rc": rows * cols, "1": ONE}
    row, col = TABLE[name].gives
    return sides[row], sides[col]


class Inv(Expr):
    """The inverse of a square matrix."""

    __slots__ = ()

    def __init__(self, arg: Expr) -> None:
        super().__init__((arg,), arg.shape)

    @property
    def arg(self) -> Expr:
        """What is inverted."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return inv(args[0])


class MatPow(Expr):
    """A square matrix to an integer power of at least 2."""

    __slots__ = ("exponent",)

    def __init__(self, base: Expr, exponent: int) -> None:
        super().__init__((base,), base.shape, (exponent,))
        self.exponent = exponent

    @property
    def base(self) -> Expr:
        """What is raised."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return matpow(args[0], self.exponent)


class Call(Expr):
    """A function of whole arrays applied to its argument."""

    __slots__ = ("name",)

    def __init__(self, name: str, arg: Expr) -> None:
        super().__init__((arg,), gives(name, arg.shape), (name,))
        self.name = name

    @property
    def arg(self) -> Expr:
        """The argument."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return call(self.name, args[0])


def inv(e: Expr) -> Expr:
    """The inverse; numbers and scalars leave it, and the inverse of an inverse is carried out."""
    if e.shape[0] != e.shape[1]:
        raise ShapeError(f"inverse of {e.shape}")
    if e.scalar:
        return power(e, -1)
    if isinstance(e, Inv):
        return e.arg
    if isinstance(e, Eye):
        return e
    if isinstance(e, T):
        return transpose(inv(e.arg))
    if isinstance(e, Sym) and "orthogonal" in e.attributes:
        return transpose(e)
    if isinstance(e, Mul) and e.coef and (e.coef is not F1 or e.scalars):
        rest = e.chain[0] if len(e.chain) == 1 else Mul(F1, (), e.chain)
        return product(1 / e.coef, tuple(power(s, -1) for s in e.scalars), (inv(rest),))
    return Inv(e)


def matpow(base: Expr, exponent: int) -> Expr:
    """A square matrix to an integer power; negative powers are powers of the inverse."""
    if base.shape[0] != base.shape[1]:
        raise ShapeError(f"power of {base.shape}")
    if base.is_scalar:
        return power(base, exponent)
    if exponent == 0:
        return eye(base.shape[0])
    if exponent == 1 or isinstance(base, Eye):
        return base
    if exponent < 0:
        return matpow(inv(base), -exponent)
    if isinstance(base, MatPow):
        return matpow(base.base, base.exponent * exponent)
    coef, scalars, rest = split_scale(base)
    if coef != 1 or scalars:
        return product(coef**exponent, tuple(power(s, exponent) for s in scalars), (matpow(rest, exponent),))
    return MatPow(base, exponent)


def call(name: str, arg: Expr) -> Expr:
    """A function of the table; of a scalar it is what it means for one number."""
    function = TABLE[name]
    shape = arg.shape
    if function.takes == "square" and shape[0] != shape[1]:
        raise ShapeError(f"{name} of {shape}")
    if is_scalar(shape):
        return _of_scalar(name, arg)
    if function.takes == "column" and shape[1] is not ONE:
        raise ShapeError(f"{name} of {shape}")
    if function.linear and is_zero(arg):
        return zeros(gives(name, shape))
    if name == "tr" and isinstance(arg, Eye):
        return size(shape[0])
    if name == "diagonal" and isinstance(arg, Eye):
        return ones((shape[0], ONE))
    if name == "vec" and shape[1] is ONE:
        return arg
    if function.linear and isinstance(arg, Mul) and (arg.coef is not F1 or arg.scalars):
        coef, scalars, rest = split_scale(arg)
        return product(coef, (*scalars, Call(name, rest)), ())
    return Call(name, arg)


def _of_scalar(name: str, arg: Expr) -> Expr:
    functions = TABLE[name].of_number
    if functions is None:
        return ones(SCALAR)
    for function in functions:
        arg = entrywise(function, arg)
    return arg


def trace(e: Expr) -> Expr:
    """tr(e)."""
    return call("tr", e)


def vec(e: Expr) -> Expr:
    """Vec of a matrix; a column is its own vec, and the vec of a row is its column."""
    if e.is_row:
        return transpose(e)
    if isinstance(e, Ones):
        return ones((e.shape[0] * e.shape[1], ONE))
    return call("vec", e) if not e.scalar else e


def unvec(v: Expr, rows: Dim, columns: Dim) -> Expr:
    """The rows x columns matrix whose vec is v, in products: (vec(I)ᵀ ⊗ I)(I ⊗ v)."""
    if isinstance(v, Call) and v.name == "vec" and v.arg.shape == (rows, columns):
        return v.arg

    return mul(kron(transpose(vec(eye(columns))), eye(rows)), kron(eye(columns), v))


def diag(e: Expr) -> Expr:
    """The diagonal matrix of a vector (a row counts as its column)."""
    return call("diag", transpose(e) if e.is_row else e)


def symmetric(e: Expr) -> bool:
    """Whether an expression is known to equal its transpose, by form or by the attributes of its symbols."""
    if e.scalar or isinstance(e, Eye):
        return True
    if e.shape[0] != e.shape[1]:
        return False
    return flipped(e) == e


def _transposes(e: Expr) -> int:
    return sum(isinstance(n, T) for n in e.walk())


@remembered
def flipped(e: Expr) -> Expr:
    """The transpose with the transposes pushed down to the symbols: (AB)ᵀ = BᵀAᵀ, (A + B)ᵀ = Aᵀ + Bᵀ.

    The transpose of a sum stays around it where that takes fewer transposes, unless an increment is inside.
    """
    if e.scalar:
        return e
    if isinstance(e, Add):
        out = tuple(flipped(t) for t in e.args)
        if e.shape[0] == e.shape[1] and Counter(out) == Counter(e.args):
            return e
        pushed = add(*out)
        if e.differentials or e.open or _transposes(pushed) <= _transposes(e) + 1:
            return pushed
        return T(e)
    if isinstance(e, Mul):
        return product(e.coef, e.scalars, tuple(flipped(f) for f in reversed(e.chain)))
    if isinstance(e, Had):
        return had(*(flipped(f) for f in e.args))
    if isinstance(e, Kron):
        return kron(flipped(e.args[0]), flipped(e.args[1]))
    if isinstance(e, T):
        return e.arg
    if isinstance(e, (Inv, MatPow)):
        inside = flipped(e.args[0])
        return e if inside == e.args[0] else transpose(e)
    if isinstance(e, Call):
        row = TABLE[e.name]
        if row.symmetric or (row.keeps_symmetry and symmetric(e.arg)):
            return e
    if isinstance(e, Named) and e.shape[0] == e.shape[1] and flipped(e.definition) == e.definition:
        return e
    if isinstance(e, (Zeros, Sym, Named)):
        return transpose(e)

    if isinstance(e, Partial) and len(e.by) == 2 and e.by[0] == e.by[1] and e.function.gives == SCALAR:
        return e  # a matrix of second derivatives
    if isinstance(e, Contracted):
        i, j = e.by
        return e if i == j else contracted(e.function, (j, i), e.args[:-1], e.weight)
    if isinstance(e, (Entry, Pow)) and e.shape[0] == e.shape[1] and symmetric(e.args[0]):
        return e
    return transpose(e)


__all__ = [
    "Call", "Inv", "MatPow", "call", "diag", "flipped", "gives", "inv", "matpow",
    "mul", "scale", "symmetric", "trace", "unvec", "vec",
]  # fmt: skip
