"""Expressions as text: in the block language (`text`), and for a terminal (`pretty`)."""

from __future__ import annotations

from functools import cache

from ..expr.memo import table
from ..expr.node import Expr
from .printer import Printer
from .style import TEXT, UNICODE


@cache
def _printers() -> tuple[Printer, Printer]:
    return Printer(TEXT, table()), Printer(UNICODE, table())


def text(e: Expr) -> str:
    """An expression in the block language; reading it gives the expression back."""
    return _printers()[0](e)


def pretty(e: Expr) -> str:
    """An expression in Unicode, as a terminal shows it."""
    return _printers()[1](e)
