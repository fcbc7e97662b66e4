"""The names of what is numbered: a label once on a site, an id once on a page.

In: labels as the sources give them, and the ids that a page has for other things. Out: for each equation
its label, or none where something else has it, and an id that nothing else has; and what is to be said of
it. References go by label and follow the id; a link that an author writes by hand goes by id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

#: Ids that this package gives to other things: to rules, to references.
_RESERVED = re.compile(r"(?:rule|ref-.+)-\d+")
#: An element that has an id.
_ELEMENT = re.compile(r"<[a-zA-Z][^<>]*?\s(?:id|ID)\s*+=\s*+(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))")


class Complaint(NamedTuple):
    """What is wrong with a name."""

    path: str
    line: int  #: 0 where it is not known
    words: str

    @property
    def place(self) -> str:
        """Where that is."""
        return _place(self.path, self.line)


@dataclass
class Names:
    """The labels of a site, and the ids of its pages."""

    foreign: Callable[[str], frozenset[str]]  #: the ids that a page has for other things
    complaints: list[Complaint] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, set[str]] = field(default_factory=dict)

    def label(self, label: str, path: str, line: int) -> str:
        """The label where it is free; where it is taken, none, and a note of it."""
        if label in self._places:
            free = next(name for n in count(2) if (name := f"{label}{n}") not in self._places)
            words = f"the label '{label}' is taken already at {self._places[label]} (a free one: {free})"
            self.complaints.append(Complaint(path, line, words))
            return ""
        if label:
            self._places[label] = _place(path, line)
        return label

    def anchor(self, page: str, wanted: str, path: str, line: int, *, given: bool) -> str:
        """An id like `wanted` that nothing else on a page has; `given` is whether the author has given it."""
        if not wanted:
            return ""
        foreign, taken = self.foreign(page), self._ids.setdefault(page, set())
        made = next(
            name
            for name in _variants(wanted)
            if name not in foreign and name not in taken and not (given and reserved(name))
        )
        if given and wanted in foreign:
            words = (
                f"the id '{wanted}' stands on this page already: the equation with this label has the id '{made}', "
                f"and a link to '#{wanted}' does not go there"
            )
            self.complaints.append(Complaint(path, line, words))
        taken.add(made)
        return made

    def forget(self, page: str, label: str, anchor: str) -> None:
        """Give a label and an id free."""
        self._places.pop(label, None)
        self._ids.get(page, set()).discard(anchor)


def reserved(name: str) -> bool:
    """Whether an id is one of a rule or of a reference."""
    return _RESERVED.fullmatch(name) is not None


def written(text: str) -> Iterator[str]:
    """The ids that a line of Markdown gives to what it holds, in braces or in HTML."""
    if "<" in text:
        yield from in_html(text)
    start = text.find("{")
    while 0 <= start < (end := text.find("}", start)):
        for word in text[start + 1 : end].removeprefix(":").split():
            if word[0] == "#" and len(word) > 1:
                yield word[1:]
            elif word.startswith("id="):
                yield word[3:].strip("\"'")
        start = text.find("{", end)


def in_html(text: str) -> Iterator[str]:
    """The ids of the elements in HTML, in order."""
    for found in _ELEMENT.finditer(text):
        yield found[1] or found[2] or found[3] or ""


def _variants(name: str) -> Iterator[str]:
    yield name
    yield f"{name}-eq"
    yield from (f"{name}-eq{n}" for n in count(2))


def _place(path: str, line: int) -> str:
    if not line:
        return path or "a text that is brought in"
    return f"{path}:{line}" if path else f"line {line}"
