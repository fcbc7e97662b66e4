"""What is asked of `making` and what it answers, as plain data: for a worker, and for the cache.

In: the text of a block and the settings of its page, or the renderer of a rule book. Out: a request, a
line of JSON; and what an answer, two lines, says. Neither the engine nor what makes HTML of a
derivation is imported for it, so that a build which has all in its cache imports neither.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any, NamedTuple

from ..errors import DeriveError, Span
from .settings import Settings


class Lines(NamedTuple):
    """A block as a cache keeps it: the facts of its derivations in JSON, and the pieces of its figures."""

    facts: bytes
    pieces: bytes


class Facts(NamedTuple):
    """What the numbering of a site knows of a derivation."""

    title: str
    label: str  #: as the block gives it
    number: str  #: which lines are numbered, as the block says
    lines: tuple[tuple[str, str], ...]  #: both sides of the lines that labels count
    result: tuple[str, str] | None  #: both sides of the row that the number stands at


def facts_of(data: Any) -> Facts:
    """The facts that JSON has made lists of; `TypeError` or `ValueError` for anything else."""
    title, label, number, lines, last = data
    sides = tuple((left, right) for left, right in lines)
    result = (last[0], last[1]) if last is not None else None
    texts = [title, label, number, *(side for line in sides for side in line), *(result or ())]
    if not all(type(text) is str for text in texts):
        raise TypeError("these are no facts of a derivation")
    return Facts(title, label, number, sides, result)


class Stated(NamedTuple):
    """A rule as pages show it."""

    number: int
    title: str
    anchor: str
    family: str
    preview: str  #: HTML
    body: str  #: HTML of its place in the rule book


def block_request(text: str, settings: Settings) -> bytes:
    """A request for what a block comes to."""
    return dumped(["block", text, *astuple(settings)])


def book_request(renderer: str, part: int, of: int) -> bytes:
    """A request for a part of the rule book."""
    return dumped(["book", renderer, part, of])


def read_book(data: Any) -> list[Stated]:
    """The rules that JSON has kept; a `TypeError` or a `ValueError` for anything else."""
    found = [Stated(*each) for each in data]
    if not found or not all(type(each.number) is int and {type(text) for text in each[1:]} == {str} for each in found):
        raise TypeError("these are no rules")
    return found


def mistake(line: bytes) -> DeriveError:
    """The error that the first line of an answer describes."""
    message, hint, span, text = json.loads(line)
    return DeriveError(message, text=text, span=Span(*span) if span else None, hint=hint)


def dumped(data: Any) -> bytes:
    """Data as JSON in one line."""
    # Half characters, which have no UTF-8, are refused in blocks; what is left of them elsewhere stays escaped.
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(data, separators=(",", ":")).encode()
