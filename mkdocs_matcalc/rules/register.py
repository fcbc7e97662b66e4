"""The door through which the families state their rules: one call a rule."""

from __future__ import annotations

from collections.abc import Callable

from .guard import Guard
from .rule import Rule
from .table import RULES


def rule(
    number: int,
    name: str,
    title: str,
    *,
    given: str,
    lhs: str,
    rhs: str,
    when: Guard | tuple[Guard, ...] = (),
    kind: str = "differential",
    family: str = "",
    source: str = "",
    why: str = "",
    cite: bool = True,
    domain: str = "",
    result: bool = False,
    shortcut: bool = False,
    form: Callable[..., Rule] = Rule,
) -> Rule:
    """State a rule; see `Rule` for what each part means. The statement is checked when the table is tested.

    `form` makes the rule, where it is of a kind that prints itself in its own way.
    """
    guards = (when,) if isinstance(when, Guard) else when
    return RULES.register(
        form(number, name, title, given, lhs, rhs, kind, family, source, why, guards, cite, domain, shortcut, result)
    )
