"""The door to the engine: what the page asks of it, and what it is given.

Everything that the page shows of a derivation is named here; the rest of this package sees these
shapes alone. The engine is imported when the first block is met: a page without one pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

from .settings import Settings


class RuleRef(Protocol):
    """A rule that carries a line."""

    @property
    def number(self) -> int:
        """Its number, as in "(10)"."""

    @property
    def title(self) -> str:
        """Its name in words, as in "product rule"."""


class Row(Protocol):
    """A line of a derivation."""

    @property
    def kind(self) -> str:
        """`given`, `line` or `result`."""

    @property
    def left(self) -> str:
        """LaTeX of the left-hand side, empty where the line goes on with the quantity above."""

    @property
    def right(self) -> str:
        """LaTeX of the right-hand side."""

    @property
    def rules(self) -> Sequence[RuleRef]:
        """The rules beside the line."""

    @property
    def note(self) -> str:
        """Plain words beside the line."""


class Check(Protocol):
    """The outcome of the numeric check."""

    @property
    def passed(self) -> bool:
        """Whether every line holds."""

    @property
    def points(self) -> int:
        """At how many random points it was tried."""


class Derivation(Protocol):
    """One goal of a block."""

    @property
    def title(self) -> str:
        """Plain text, the author's own or made from the goal."""

    @property
    def goal(self) -> str:
        """The goal as it stands in the block."""

    @property
    def remarks(self) -> Sequence[str]:
        """Sentences below the derivation, with formulas between dollar signs."""

    @property
    def check(self) -> Check | None:
        """The outcome of the check, None where it was switched off."""

    @property
    def text(self) -> str:
        """The whole derivation in Unicode."""

    @property
    def directives(self) -> Mapping[str, str]:
        """The directives of the block."""

    def numpy(self) -> str:
        """The derivative as a Python function."""


class Rule(Protocol):
    """An entry of the rule table."""

    @property
    def number(self) -> int:
        """Its number, fixed for ever."""

    @property
    def title(self) -> str:
        """Its name in words."""

    @property
    def family(self) -> str:
        """What it is about."""

    @property
    def source(self) -> str:
        """Its place in the literature."""

    @property
    def why(self) -> str:
        """A sentence on it, may be empty."""

    @property
    def condition(self) -> str:
        """What must hold, in words, may be empty."""

    @property
    def anchor(self) -> str:
        """The id of its place in the rule book."""

    def statement_latex(self) -> str:
        """The rule as a formula."""


def derivations(text: str, settings: Settings) -> list[tuple[Derivation, list[Row]]]:
    """Each derivation of a block with its lines; raises `DeriveError`."""
    from ..emit.steps import rows
    from ..pipeline import derive

    made = derive(text, layout=settings.layout, style=settings.style)
    return [(cast(Derivation, each), cast(list[Row], list(rows(each)))) for each in made]


def rules() -> Iterable[Rule]:
    """The rule table in the order of the numbers."""
    from ..rules.table import RULES

    return cast(Iterable[Rule], RULES.load())
