"""The door to the engine: the two things that the page asks of it.

The engine is imported when the first block is met, or the rule book is made: a page without either
pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .settings import Settings

if TYPE_CHECKING:
    from ..derive.derivation import Derivation
    from ..emit.steps import Row
    from ..rules.rule import Rule


def derivations(text: str, settings: Settings) -> list[tuple[Derivation, list[Row]]]:
    """Each derivation of a block with its lines; raises `DeriveError`."""
    from ..emit.steps import rows
    from ..pipeline import derive

    return [(each, rows(each)) for each in derive(text, layout=settings.layout, style=settings.style)]


def rules() -> Iterable[Rule]:
    """The rule table in the order of the numbers."""
    from ..rules.table import RULES

    return RULES.load()
