"""HTML with slots: what is the same on every page is made once, and a page fills in what is its own.

In: parts of HTML, plain strings and `Slot`s between them. Out: a list in which HTML stands at even
and the name of a slot at odd places, which `fill` makes HTML of; `packed` and `unpacked` make a line
of several such lists, and lists again. What is between the parts are control characters that no part
can have, so nothing that a block says can be taken for a slot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

#: What stands for the end of a line, before a figure, between its pieces.
_LINE, _FIGURE, _PIECE = "\x1d", "\x1e", "\x1f"
_MARKS = re.compile(f"[{_LINE}{_FIGURE}{_PIECE}]")


class Slot(str):
    """The name of what a page fills in."""

    __slots__ = ()


def pieces(parts: Iterable[str]) -> list[str]:
    """HTML and slots in turn; HTML comes first and last."""
    made: list[str] = []
    between: list[str] = []
    for part in parts:
        if isinstance(part, Slot):
            made += [narrow("".join(between)), str(part)]
            between = []
        else:
            between.append(part)
    return [*made, narrow("".join(between))]


def narrow(made: str) -> str:
    """HTML with references in place of characters beyond Latin-1, such as the letters of MathML.

    A string of Python has as many bytes for each character as its widest needs, and MkDocs holds all pages
    of a site until the last is written: one bold letter would make a page four times as large.
    """
    return made.encode("latin-1", "xmlcharrefreplace").decode("latin-1")


def fill(made: list[str], values: Mapping[str, str], known: Mapping[str, str], other: Callable[[str], str]) -> str:
    """The HTML with each slot filled from `values`, from `known`, or by `other` where neither has it."""
    whole = list(made)
    whole[1::2] = [
        values[slot] if slot in values else known[slot] if slot in known else other(slot) for slot in made[1::2]
    ]
    return "".join(whole)


def packed(figures: Iterable[Sequence[str]]) -> bytes:
    """The pieces of several figures in a line, which is never empty."""
    bare = (_PIECE.join(_MARKS.sub("", piece) for piece in made) for made in figures)
    line = "=" + "".join(_FIGURE + made for made in bare)
    # Half characters, which have no UTF-8, are refused in blocks; what is left of them shows as a question mark.
    return line.replace("\n", _LINE).encode("utf-8", "replace")


def unpacked(line: bytes) -> list[list[str]]:
    """The pieces of several figures, one by one; a `ValueError` for what `packed` does not make."""
    start, *figures = line.decode().replace(_LINE, "\n").split(_FIGURE)
    found = [made.split(_PIECE) for made in figures]
    if start != "=" or not all(len(made) % 2 for made in found):
        raise ValueError("these are no pieces of figures")
    return found
