"""A rule's statement as a line of text for a terminal."""

from __future__ import annotations

from ..rules.rule import Rule
from .text import pretty


def statement(rule: Rule) -> str:
    """The statement in Unicode: `d det(X) = …`, or what a differential gives."""
    return f"{pretty(rule.pattern)} {'⟹' if rule.result else '='} {pretty(rule.replacement)}"
