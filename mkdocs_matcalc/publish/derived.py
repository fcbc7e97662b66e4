"""What a page needs of a derivation: plain data, so that it can be kept between builds.

In: a derivation of the engine. Out: a `Derived`, which goes to JSON and back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


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
    def result(self) -> Row | None:
        """The row that the number of the derivation stands at."""
        return self.rows[-1] if self.rows else None


def to_json(derived: Derived) -> dict[str, Any]:
    """A derivation as JSON can hold it."""
    return asdict(derived)


def from_json(data: Any) -> Derived:
    """The derivation that `to_json` made data of; `TypeError`, `KeyError` or `ValueError` for anything else."""
    rows = tuple(
        Row(**{**row, "rules": tuple(Rule(**{**rule, "number": int(rule["number"])}) for rule in row["rules"])})
        for row in data["rows"]
    )
    check = Check(**data["check"]) if data["check"] is not None else None
    several = {key: tuple(data[key]) for key in ("names", "remarks")}
    derived = Derived(**{**data, **several, "rows": rows, "check": check, "directives": dict(data["directives"])})
    texts = [derived.title, derived.goal, derived.text, derived.latex, derived.numpy, *derived.names, *derived.remarks]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is none")
    return derived
