"""A matrix written out: its entries are scalar expressions."""

from __future__ import annotations

from collections.abc import Sequence

from .node import Expr
from .shape import dim


class Grid(Expr):
    """A vector or matrix of explicit entries, row by row."""

    __slots__ = ("columns", "rows")

    def __init__(self, entries: tuple[Expr, ...], rows: int, columns: int) -> None:
        super().__init__(entries, (dim(rows), dim(columns)), (rows, columns))
        self.rows = rows
        self.columns = columns

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return Grid(args, self.rows, self.columns)

    def row(self, i: int) -> tuple[Expr, ...]:
        """The entries of row i, from 0."""
        return self.args[i * self.columns : (i + 1) * self.columns]


def grid(rows: Sequence[Sequence[Expr]]) -> Grid:
    """A matrix of explicit entries."""
    return Grid(tuple(e for row in rows for e in row), len(rows), len(rows[0]))
