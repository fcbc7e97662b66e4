"""What a page needs of a derivation: plain data.

In: a derivation of the engine. Out: a `Derived`, of which two things are made that can be kept
between builds: its `Facts`, which the numbering of a site asks for, and its HTML (see `figure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .request import Facts


@dataclass(frozen=True)
class Rule:
    """A rule as it is cited beside a line."""

    number: int
    title: str


@dataclass(frozen=True)
class Row:
    """A row of a derivation: `given`, `line` or `result`; both sides in LaTeX."""

    kind: str
    left: str
    right: str
    rules: tuple[Rule, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Check:
    """How the lines of a derivation were checked."""

    points: int = 0
    max_relative_error: float = 0.0


@dataclass(frozen=True)
class Derived:
    """A derivation as a page shows it."""

    title: str
    goal: str
    rows: tuple[Row, ...]
    text: str = ""  #: for a page without formulas
    latex: str = ""  #: the whole in an aligned environment
    numpy: str = ""
    names: tuple[str, ...] = ()  #: of its symbols, as the author wrote them
    remarks: tuple[str, ...] = ()
    directives: Mapping[str, str] = field(default_factory=dict)
    check: Check | None = None

    @property
    def lines(self) -> list[Row]:
        """The rows that labels count: `ls.1` is the first."""
        return [row for row in self.rows if row.kind == "line"]

    @property
    def facts(self) -> Facts:
        """What the numbering must know."""
        sides = tuple((row.left, row.right) for row in self.lines)
        last = (self.rows[-1].left, self.rows[-1].right) if self.rows else None
        return Facts(self.title, self.directives.get("label", ""), self.directives.get("number", ""), sides, last)
