"""Expressions, rule statements and whole derivations in LaTeX."""

from __future__ import annotations

from functools import cache

from ..expr.atoms import Sym
from ..expr.differential import Gradient
from ..expr.memo import table
from ..expr.node import Expr
from ..expr.shape import SCALAR, kind
from ..expr.walk import substitute, symbols
from ..rules.operators import OperatorRule
from ..rules.rule import Rule
from .printer import Printer
from .style import LATEX


@cache
def _printer() -> Printer:
    return Printer(LATEX, table())


def latex(e: Expr) -> str:
    """An expression in LaTeX; amsmath is all that it needs."""
    return _printer()(e)


def rule_statement(rule: Rule) -> str:
    """A rule's statement as display LaTeX; that of an operator G with its fractions, ∂f/∂X by ∂f/∂G."""
    if isinstance(rule, OperatorRule):
        return _operator_statement(rule)
    arrow = r"\quad\Longrightarrow\quad " if rule.result else " = "
    return latex(rule.pattern) + arrow + latex(rule.replacement)


def _operator_statement(rule: OperatorRule) -> str:
    named, whole = symbols(rule.pattern), rule.pattern.shape
    f, inner = Sym("f", SCALAR), Sym("G" if kind(whole) == "matrix" else "g", whole)
    outer, by = Gradient("f", f, inner, ""), Gradient("f", f, named.get("X") or named["x"], "")
    given = f"{latex(inner)} = {latex(rule.pattern)}"
    right = rule.replacement
    if isinstance(rule.outer, Sym):
        right = substitute(right, {rule.outer: outer})
    else:
        given += rf",\quad {latex(outer)} = {latex(rule.outer)}"
    return rf"{given}\quad\Longrightarrow\quad {latex(by)} = {latex(right)}"
