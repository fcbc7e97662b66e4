"""The ordered table of rules: registration, and look-up by number, by name and by what a rule takes apart.

A family of rules is a file that is named in `_FAMILIES`; its rules register when the table is
first read. Rule numbers are fixed for ever: (1)–(27) are those of the tutorial that the method
comes from, (28) and up are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from ..functions.table import TABLE as FUNCTIONS
from .rule import Rule, RuleError

_FAMILIES = (
    "identification",
    "linearity",
    "products",
    "inverse",
    "entrywise",
    "functions",
    "chain",
    "norms",
    "scalars",
    "identities",
    "operators",
    "components",
)


class Table:
    """The rules in the order of their numbers."""

    def __init__(self) -> None:
        self._by_number: dict[int, Rule] = {}
        self._by_name: dict[str, Rule] = {}
        self._loaded = False
        self._by_operation: dict[tuple[str, str], list[Rule]] = {}

    def register(self, rule: Rule) -> Rule:
        """Take a rule in, or refuse it."""
        for taken in (self._by_number.get(rule.number), self._by_name.get(rule.name)):
            if taken is not None:
                raise RuleError(f"rule {rule.number} {rule.name!r}: {taken.number} {taken.name!r} is there already")
        self._by_number[rule.number] = rule
        self._by_name[rule.name] = rule
        if rule.operation:
            self._by_operation.setdefault((rule.kind, rule.operation), []).append(rule)
        return rule

    def load(self) -> Table:
        """The table itself with every family registered."""
        if not self._loaded:
            self._loaded = True
            for family in _FAMILIES:
                import_module(f"{__package__}.{family}")
        return self

    def of(self, kind: str, function: str) -> tuple[Rule, ...]:
        """The rules of a kind with a function on the left: those that ask most of its argument first, then by number."""
        self.load()
        return _ordered(tuple(self._by_operation.get((kind, FUNCTIONS[function].text or function), ())))

    def __iter__(self) -> Iterator[Rule]:
        self.load()
        return iter([self._by_number[n] for n in sorted(self._by_number)])

    def __len__(self) -> int:
        self.load()
        return len(self._by_number)

    def __getitem__(self, key: int | str) -> Rule:
        self.load()
        return self._by_number[key] if isinstance(key, int) else self._by_name[key]

    def find(self, key: str) -> Rule | None:
        """The rule of a number or a name as a user writes it (`10`, `(10)`, `product`), or None."""
        self.load()
        word = key.strip().strip("()")
        return self._by_number.get(int(word)) if word.isdigit() and len(word) < 6 else self._by_name.get(word)


@cache
def _ordered(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: (not rule.special, rule.number)))


RULES = Table()


@cache
def by_name(name: str) -> Rule:
    """The rule of a name; the name is one of ours, so a missing one is a mistake of this package."""
    return RULES[name]
