"""Expressions, rule statements and whole derivations in LaTeX."""

from __future__ import annotations

from functools import cache

from ..expr.node import Expr
from ..rules.rule import Rule
from .printer import Printer
from .style import LATEX


@cache
def _printer() -> Printer:
    return Printer(LATEX)


def latex(e: Expr) -> str:
    """An expression in LaTeX; amsmath is all that it needs."""
    return _printer()(e)


def rule_statement(rule: Rule) -> str:
    """A rule's statement as display LaTeX."""
    arrow = r"\quad\Longrightarrow\quad " if rule.result else " = "
    return latex(rule.pattern) + arrow + latex(rule.replacement)
