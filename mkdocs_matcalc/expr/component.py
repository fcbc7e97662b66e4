"""Sums of products of components: what a derivation by components writes on a line.

A `Component` is an entry of a closed expression, `(A x - b)_i` or `A_ij`; a dimension 1 has no
index. A `Delta` is Kronecker's, a `Slope` an unevaluated derivative of a component by an entry of
the variable. A `Term` is an exact number times factors, summed over indices; a `Sum` is a line:
its left side is a component or a slope, and its free indices are those of the left side.

The constructors keep a few normal forms silently: the entry (i, j) of a transpose is the entry
(j, i), an entry of ones is 1, one of a scaled expression is scaled, one of a Hadamard product is a
product of entries, one of an identity is a delta.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .atoms import F1, Eye, Num, Ones
from .linear import Had, Mul, T
from .matrix import Call
from .node import Expr
from .shape import ONE, Dim


@dataclass(frozen=True)
class Component:
    """The entry of an expression at a row and a column; the index of a dimension 1 is empty."""

    expr: Expr
    row: str = ""
    col: str = ""

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices that are written."""
        return tuple(i for i in (self.row, self.col) if i)

    @property
    def names(self) -> frozenset[str]:
        """The names whose change changes the value."""
        return self.expr.varies

    def renamed(self, table: Mapping[str, str]) -> Component:
        """With other letters."""
        return Component(self.expr, table.get(self.row, self.row), table.get(self.col, self.col))


@dataclass(frozen=True)
class Delta:
    """Kronecker's delta: 1 where its indices agree, 0 elsewhere."""

    first: str
    second: str

    @property
    def indices(self) -> tuple[str, ...]:
        """Both indices."""
        return (self.first, self.second)

    @property
    def names(self) -> frozenset[str]:
        """No name changes a delta."""
        return frozenset()

    def renamed(self, table: Mapping[str, str]) -> Delta:
        """With other letters."""
        return Delta(table.get(self.first, self.first), table.get(self.second, self.second))


@dataclass(frozen=True)
class Slope:
    """The derivative of a component by an entry of the variable, not yet carried out."""

    of: Component
    by: Component

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices of what is differentiated, then those of the variable."""
        return self.of.indices + self.by.indices

    @property
    def names(self) -> frozenset[str]:
        """The names whose change changes the value."""
        return self.of.names

    def renamed(self, table: Mapping[str, str]) -> Slope:
        """With other letters."""
        return Slope(self.of.renamed(table), self.by.renamed(table))


Factor = Component | Delta | Slope
#: A summed index with its range.
Range = tuple[str, Dim]


@dataclass(frozen=True)
class Term:
    """`coef` times the factors, summed over `sums`."""

    coef: Fraction
    factors: tuple[Factor, ...]
    sums: tuple[Range, ...] = ()

    @property
    def letters(self) -> frozenset[str]:
        """Every index of the term."""
        return frozenset(i for f in self.factors for i in f.indices) | {i for i, _ in self.sums}

    def renamed(self, table: Mapping[str, str]) -> Term:
        """With other letters."""
        return Term(
            self.coef,
            tuple(f.renamed(table) for f in self.factors),
            tuple((table.get(i, i), d) for i, d in self.sums),
        )


@dataclass(frozen=True)
class Sum:
    """A line by components: `left` equals the sum of `terms`, for every value of the free indices."""

    left: Component | Slope
    terms: tuple[Term, ...]

    def roots(self) -> Iterator[Expr]:
        """Every expression of which a component is taken."""
        for f in (self.left, *(f for t in self.terms for f in t.factors)):
            if isinstance(f, Slope):
                yield f.of.expr
                yield f.by.expr
            elif isinstance(f, Component):
                yield f.expr

    @property
    def open(self) -> bool:
        """Whether a derivative is not yet carried out."""
        return any(isinstance(f, Slope) for t in self.terms for f in t.factors)


def ranges(factor: Factor) -> tuple[Range, ...]:
    """The indices of a component with their dimensions; a delta has none of its own."""
    if isinstance(factor, Slope):
        return ranges(factor.of) + ranges(factor.by)
    if isinstance(factor, Delta):
        return ()
    rows, cols = factor.expr.shape
    return tuple((i, d) for i, d in ((factor.row, rows), (factor.col, cols)) if i)


def component(e: Expr, row: str, col: str) -> tuple[Fraction, tuple[Factor, ...]]:
    """The entry of an expression as a number and factors, in the normal forms above."""
    if isinstance(e, Num):
        return e.value, ()
    if isinstance(e, Ones):
        return F1, ()
    if isinstance(e, T):
        return component(e.arg, col, row)
    if isinstance(e, Eye):
        return F1, (() if row == col else (Delta(row, col),))
    if isinstance(e, Call) and e.name == "diag" and row == col:
        return component(e.arg, row, "")
    if isinstance(e, Had):
        return _product([component(f, row, col) for f in e.args])
    if isinstance(e, Mul) and e.coef != 1 and not e.scalars:
        inner = e.chain[0] if len(e.chain) == 1 else Mul(F1, (), e.chain)
        coef, factors = component(inner, row, col)
        return e.coef * coef, factors
    if isinstance(e, Mul) and len(e.chain) <= 1:
        parts = [component(s, "", "") for s in e.scalars]
        coef, factors = _product([*parts, *(component(f, row, col) for f in e.chain)])
        return e.coef * coef, factors
    if isinstance(e, Mul) and e.scalars:
        rest = component(Mul(F1, (), e.chain), row, col)
        coef, factors = _product([*(component(s, "", "") for s in e.scalars), rest])
        return e.coef * coef, factors
    if isinstance(e, Mul) and len(e.chain) == 2 and e.chain[0].shape[1] is ONE and e.coef == 1:
        return _product([component(e.chain[0], row, ""), component(e.chain[1], "", col)])
    return F1, (Component(e, row, col),)


def _product(parts: list[tuple[Fraction, tuple[Factor, ...]]]) -> tuple[Fraction, tuple[Factor, ...]]:
    coef = F1
    factors: list[Factor] = []
    for c, fs in parts:
        coef *= c
        factors.extend(fs)
    return coef, tuple(factors)
