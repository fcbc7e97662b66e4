"""What several commands share: options, colour, errors as they are printed.

In: the arguments of a command, a stream. Out: the same words for the same thing in every command.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ..errors import DeriveError

#: Colours of a terminal, by what they are for.
_CODES = {"rule": "36", "result": "1", "dim": "2", "good": "32", "bad": "31", "caret": "1;31"}
Paint = Callable[[str, str], str]


def paint_for(stream: TextIO) -> Paint:
    """Colours for a terminal, plain words for anything else and where NO_COLOR is set."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def paint(what: str, text: str) -> str:
        return f"\x1b[{_CODES[what]}m{text}\x1b[0m" if coloured and text else text

    return paint


def shown(error: DeriveError, where: str, paint: Paint) -> str:
    """A mistake with its place, the line with a caret, and the hint."""
    excerpt = error.excerpt()
    parts = [f"{where}: {paint('bad', error.message)}"]
    if excerpt:
        source, caret = excerpt.split("\n")
        parts += [source, paint("caret", caret)]
    return "\n".join([*parts, *([f"hint: {error.hint}"] if error.hint else [])])


def lines(text: str) -> str:
    r"""A block given on the command line: a semicolon ends a line, outside of brackets and of dollar signs.

    Nothing else does, besides an end of line: a backslash begins a command of LaTeX, `\nu` is a letter.
    """
    out: list[str] = []
    depth = at = 0
    while at < len(text):
        c, width = text[at], 1
        if c == "$":
            width = _formula(text, at)
        elif c == "#":
            ends = [place for sign in ";\n" if (place := text.find(sign, at)) >= 0]
            width = min(ends, default=len(text)) - at
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth = max(0, depth - 1)
        out.append("\n" if c == ";" and not depth else text[at : at + width])
        at += width
    return "".join(out)


def _formula(text: str, start: int) -> int:
    """The length of the formula between dollar signs that begins here; 1 where no other dollar sign ends it."""
    sign = "$$" if text.startswith("$$", start) else "$"
    end = text.find(sign, start + len(sign))
    return end + len(sign) - start if end >= 0 else 1


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned columns, the last one ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in rows]
