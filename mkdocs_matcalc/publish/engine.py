"""The door to the engine: the things that the page asks of it.

The engine is imported when the first block is derived that no cache holds, or the rule book is
made: a page without either pays nothing. A block is derived once, whoever asks for it how often:
the numbering counts its lines before any page is rendered, and the page shows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import DeriveError
from . import cache as store
from . import preview
from .derived import Check, Derived, Row
from .derived import Rule as Cited
from .page import LOG
from .settings import Settings

if TYPE_CHECKING:
    from ..rules.rule import Rule


class Engine:
    """Derivations of blocks, kept in a cache; what is wrong with a block is remembered for the build."""

    def __init__(self, cache: store.Cache | None = None) -> None:
        self.cache = cache or store.Cache()
        self._wrong: dict[str, DeriveError] = {}
        self._rules: dict[int, Rule] | None = None
        self._statements: dict[int, str] = {}

    def derivations(self, text: str, settings: Settings) -> list[Derived]:
        """The derivations of a block; raises `DeriveError`."""
        key = store.key(text, layout=settings.layout, style=settings.style)
        if key in self._wrong:
            raise self._wrong[key]
        found = self.cache.get(key)
        if found is None:
            try:
                found = compute(text, settings.layout, settings.style)
            except DeriveError as error:
                self._wrong[key] = error.within(text)
                raise
            except Exception as error:
                # Whatever it is, it must not take the site down: the page says so where the block stands.
                LOG.debug("a derive block failed", exc_info=True)
                words = f"internal error, please report it ({type(error).__name__}: {error})"
                self._wrong[key] = DeriveError(words, text=text)
                raise self._wrong[key] from error
            self.cache.put(key, found)
        return found

    def statement(self, number: int) -> str:
        """The preview of a rule; empty for a rule that the table does not have."""
        if self._rules is None:
            self._rules = {rule.number: rule for rule in rules()}
        if number not in self._statements:
            self._statements[number] = preview.rule(self._rules[number]) if number in self._rules else ""
        return self._statements[number]


def compute(text: str, layout: str, style: str) -> list[Derived]:
    """The derivations of a block, from the engine; raises `DeriveError`."""
    from ..emit.steps import rows
    from ..emit.tex import align
    from ..pipeline import derive

    return [
        Derived(
            title=each.title,
            goal=each.goal,
            rows=tuple(
                Row(
                    row.kind, row.left, row.right, tuple(Cited(rule.number, rule.title) for rule in row.rules), row.note
                )
                for row in rows(each)
            ),
            text=each.text,
            latex=align(each),
            numpy=each.numpy(),
            names=tuple(dict.fromkeys([*each.symbols, *each.named, *each.functions])),
            remarks=tuple(each.remarks),
            directives=dict(each.directives),
            check=Check(each.check.points, float(each.check.max_relative_error)) if each.check else None,
        )
        for each in derive(text, layout=layout, style=style)
    ]


def rules() -> Iterable[Rule]:
    """The rule table in the order of the numbers."""
    from ..rules.table import RULES

    return RULES.load()
