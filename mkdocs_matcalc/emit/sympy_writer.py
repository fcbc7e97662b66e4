"""Typed expressions to SymPy: one row for each type of node; a named function is written as its row says.

In: a typed expression, and SymPy symbols to use for names. Out: a SymPy expression of the same
value. Promised: a scalar is a scalar for SymPy too (a 1 x 1 product becomes its trace), entries are
reached by `applyfunc` and Hadamard products, and what SymPy has no node for (vec, the commutation
matrix, differentials, abstract functions of vectors) is a `DeriveError` naming it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from ..errors import DeriveError
from ..expr.atoms import Constant, Eye, Named, Num, Ones, Size, Sym, Zeros
from ..expr.linear import Add, Had, Kron, Mul, T
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial, Pow
from ..expr.shape import Dim, is_scalar
from ..functions.table import TABLE
from ..missing import module


def sympy_of(sympy: Any, name: str, arg: Any) -> Any:
    """An entrywise function of a SymPy expression."""
    write = TABLE[name].sympy
    return write(sympy, arg) if callable(write) else getattr(sympy, str(write))(arg)


class Writer:
    """Writes typed expressions as SymPy's."""

    def __init__(self, symbols: Mapping[str, Any]) -> None:
        self.sympy = module("sympy")
        self.symbols = symbols

    def __call__(self, e: Expr) -> Any:
        """The SymPy expression of a typed one."""
        rule = _WRITE.get(type(e))
        if rule is None:
            raise DeriveError(f"no SymPy node for `{type(e).__name__}`", span=e.span)
        return rule(self, e)

    def name(self, name: str) -> Any:
        """A scalar or a size."""
        return self.symbols.get(name, self.sympy.Symbol(name))

    def dim(self, d: Dim) -> Any:
        """A size."""
        return self.sympy.Mul(d.coef, *map(self.name, d.names))

    def shape(self, e: Expr) -> tuple[Any, Any]:
        """The size of a matrix."""
        return self.dim(e.shape[0]), self.dim(e.shape[1])

    def number(self, value: Fraction) -> Any:
        """An exact number."""
        return self.sympy.Rational(value.numerator, value.denominator)

    def symbol(self, e: Sym) -> Any:
        """A variable."""
        if e.name in self.symbols or e.is_scalar:
            return self.name(e.name)
        return self.sympy.MatrixSymbol(e.name, *self.shape(e))

    # -- products

    def add(self, e: Add) -> Any:
        """A sum."""
        terms = [self(t) for t in e.args]
        return self.sympy.Add(*terms) if e.is_scalar else self.sympy.MatAdd(*terms).doit(deep=False)

    def mul(self, e: Mul) -> Any:
        """A number, scalars and a chain; a chain that closes to a scalar is the trace of itself."""
        scalars = [self.number(e.coef), *map(self, e.scalars)]
        chain = [self(f) for f in e.chain]
        if not chain:
            return self.sympy.Mul(*scalars)
        if is_scalar(e.shape):
            return self.sympy.Mul(*scalars, self.sympy.Trace(self.sympy.MatMul(*chain)))
        return self.sympy.MatMul(self.sympy.Mul(*scalars), *chain).doit(deep=False)

    def every(self, function: Callable[[Any], Any], arg: Any) -> Any:
        """A function of every entry."""
        if not getattr(arg, "is_Matrix", False):
            return function(arg)
        from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction  # SymPy itself does not import it

        variable = self.sympy.Dummy("t")
        return ElementwiseApplyFunction(self.sympy.Lambda(variable, function(variable)), arg)

    def pow(self, e: Pow) -> Any:
        """A power, entry by entry."""
        base, exponent = self(e.base), self(e.exponent)
        return self.sympy.Pow(base, exponent) if e.is_scalar else self.sympy.HadamardPower(base, exponent)

    # -- functions

    def entry(self, e: Entry) -> Any:
        """A function of every entry, a declared one as an undefined function of SymPy."""
        arg = self(e.arg)
        if not e.abstract:
            return self.every(partial(sympy_of, self.sympy, e.name), arg)
        function = self.sympy.Function(e.name)
        if not e.order:
            return self.every(function, arg)
        variable = self.sympy.Dummy("t")
        derivative = function(variable).diff(variable, e.order)
        if e.is_scalar:
            return self.sympy.Subs(derivative, variable, arg)
        return self.every(lambda t: derivative.subs(variable, t), arg)

    def apply(self, e: Apply) -> Any:
        """An abstract function; SymPy has those of scalars only."""
        if not e.is_scalar or any(not a.is_scalar for a in e.args):
            raise DeriveError(f"no SymPy node for the function `{e.function.name}` of vectors or matrices", span=e.span)
        return self.sympy.Function(e.function.name)(*map(self, e.args))

    def partial(self, e: Partial) -> Any:
        """The derivative of an abstract function of scalars."""
        if not e.is_scalar or any(not a.is_scalar for a in e.args):
            raise DeriveError(f"no SymPy node for the derivative of `{e.function.name}`", span=e.span)
        stand_ins = [self.sympy.Dummy(f"t{i}") for i in range(len(e.args))]
        derivative = self.sympy.Function(e.function.name)(*stand_ins).diff(*(stand_ins[i] for i in e.by))
        return self.sympy.Subs(derivative, stand_ins, [self(a) for a in e.args])

    def call(self, e: Call) -> Any:
        """A named function of a whole matrix."""
        write = TABLE[e.name].sympy
        if not callable(write):
            raise DeriveError(f"no SymPy node for `{e.name}`", span=e.span, hint=TABLE[e.name].no_sympy)
        return write(self, self(e.arg), e.arg)

    def total(self, value: Any, e: Expr) -> Any:
        """The sum of the entries of a matrix of the shape of `e`."""
        rows, cols = self.shape(e)
        sympy = self.sympy
        return sympy.Trace(sympy.MatMul(sympy.OneMatrix(1, rows), value, sympy.OneMatrix(cols, 1)))

    def along(self, value: Any, e: Expr, *, rows: bool) -> Any:
        """The sums along the rows (a column) or the columns (a row)."""
        sympy = self.sympy
        m, n = self.shape(e)
        return sympy.MatMul(value, sympy.OneMatrix(n, 1)) if rows else sympy.MatMul(sympy.OneMatrix(1, m), value)

    def diagonal_of(self, value: Any) -> Any:
        """The diagonal of a matrix, as a column."""
        from sympy.matrices.expressions.diagonal import DiagonalOf  # as above

        return DiagonalOf(value)


_WRITE: dict[type[Expr], Callable[[Writer, Any], Any]] = {
    Num: lambda w, e: w.number(e.value),
    Size: lambda w, e: w.dim(e.dim),
    Constant: lambda w, e: getattr(w.sympy, e.name),
    Sym: Writer.symbol,
    Named: lambda w, e: w(e.definition),
    Eye: lambda w, e: w.sympy.Identity(w.dim(e.shape[0])),
    Ones: lambda w, e: w.sympy.OneMatrix(*w.shape(e)),
    Zeros: lambda w, e: w.sympy.ZeroMatrix(*w.shape(e)),
    Add: Writer.add,
    Mul: Writer.mul,
    Had: lambda w, e: w.sympy.HadamardProduct(*map(w, e.args)),
    Kron: lambda w, e: w.sympy.KroneckerProduct(*map(w, e.args)),
    T: lambda w, e: w.sympy.Transpose(w(e.arg)),
    Inv: lambda w, e: w.sympy.Inverse(w(e.arg)),
    MatPow: lambda w, e: w.sympy.MatPow(w(e.base), e.exponent),
    Pow: Writer.pow,
    Entry: Writer.entry,
    Apply: Writer.apply,
    Partial: Writer.partial,
    Call: Writer.call,
}
