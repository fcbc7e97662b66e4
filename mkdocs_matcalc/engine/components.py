"""Explicit components: the written-out Jacobian matrix and its determinant.

In: a goal whose function is a vector or matrix of explicit scalar expressions, and scalar
variables. Out: a derivation with the matrix of unevaluated partial derivatives, the entries, and
for a determinant its expansion and the simplified value. Entries come from the engine like any
scalar derivative; SymPy simplifies them at the end, and the simplified form is taken only where it
is shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from ..errors import DeriveError, Span
from ..expr.atoms import Sym, num
from ..expr.differential import Rate
from ..expr.grid import Grid, grid
from ..expr.linear import add, mul
from ..expr.node import Expr
from ..rules.rule import Rule
from ..rules.table import by_name
from .differential import tell
from .merge import merge
from .simplify import simplified
from .step import Line, Step

#: A determinant is expanded up to this size.
_LARGEST = 4
#: A Jacobian matrix is written out up to this many entries.
_ENTRIES = 64


def jacobian(
    function: str, components: Sequence[Expr], variables: Sequence[Sym], *, transposed: bool
) -> tuple[tuple[Line, ...], Grid]:
    """The lines of the Jacobian matrix of components (in vec order) by scalars, and the matrix."""
    if len(components) * len(variables) > _ENTRIES:
        raise DeriveError(f"a written-out Jacobian matrix has up to {_ENTRIES} entries")
    return _written_out(function, [[(y, x) for x in variables] for y in components], transposed=transposed)


def by_one_scalar(
    function: str, rows: Sequence[Sequence[Expr]], x: Sym, *, transposed: bool
) -> tuple[tuple[Line, ...], Grid]:
    """The lines of the derivative of an explicit matrix by one scalar, entry by entry in its places."""
    return _written_out(function, [[(y, x) for y in row] for row in rows], transposed=transposed)


def _written_out(
    function: str, pairs: list[list[tuple[Expr, Sym]]], *, transposed: bool
) -> tuple[tuple[Line, ...], Grid]:
    if transposed:
        pairs = [list(column) for column in zip(*pairs, strict=True)]
    standing = grid([[Rate(y, x, partial=True) for y, x in row] for row in pairs])
    plain = grid([[_derivative(y, x) for y, x in row] for row in pairs])
    lines = [
        Line(function, standing, (Step(by_name("jacobian"), standing, standing),)),
        Line(function, plain, (Step(by_name("identify-scalar-scalar"), standing, plain),)),
    ]
    short = plain.with_args(tuple(simplified(e) for e in plain.args))
    if short != plain and isinstance(short, Grid):
        lines.append(Line(function, short, (Step(by_name("simplify"), plain, short),)))
        plain = short
    return tuple(lines), plain


def _derivative(y: Expr, x: Sym) -> Expr:
    told = tell("f", y, (x,), scalars=True)
    return told.derivatives[0]


def refuse_determinant(rows: int, columns: int, span: Span | None) -> None:
    """Raise where the determinant of a matrix of this size is not expanded, before anything is derived."""
    if rows != columns:
        raise DeriveError(f"a determinant needs a square matrix; this one is {rows} x {columns}", span=span)
    if rows > _LARGEST:
        raise DeriveError(f"a determinant is expanded up to size {_LARGEST}; this one has size {rows}", span=span)


def determinant(function: str, matrix: Grid) -> tuple[tuple[Line, ...], Expr]:
    """The lines of the determinant of a written-out matrix, and its value."""
    n = matrix.rows
    expanded = add(*(_product(matrix, p) for p in permutations(range(n))), num(0))
    lines = [Line(function, expanded, (Step(by_name("leibniz"), expanded, expanded),))]
    short = simplified(expanded)
    if short != expanded:
        lines.append(Line(function, short, (Step(by_name("simplify"), expanded, short),)))
    return tuple(lines), short


def _product(matrix: Grid, p: tuple[int, ...]) -> Expr:
    inversions = sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p)))
    return merge(mul(num(-1 if inversions % 2 else 1), *(matrix.row(i)[j] for i, j in enumerate(p))))


def components_rule(*, det: bool) -> Rule:
    """The rule that the result of explicit components is read off by."""
    return by_name("leibniz" if det else "jacobian")
