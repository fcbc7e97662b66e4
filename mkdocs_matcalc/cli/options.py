"""What several commands share: options, colour, errors as they are printed.

In: the arguments of a command, a stream. Out: the same words for the same thing in every command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..visible import hidden, visible
from .screen import Screen, control

if TYPE_CHECKING:
    from ..errors import DeriveError

#: Colours of a terminal, by what they are for.
_CODES = {"rule": "36", "result": "1", "dim": "2", "good": "32", "bad": "31", "caret": "1;31"}
Paint = Callable[[str, str], str]


def paint_for(stream: TextIO) -> Paint:
    """Colours for a terminal, plain words for anything else and where NO_COLOR is set."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    coloured = isinstance(stream, Screen) and stream.isatty() and wanted

    def paint(what: str, text: str) -> str:
        if not coloured or not text:
            return text
        return control(f"\x1b[{_CODES[what]}m") + text + control("\x1b[0m")

    return paint


def shown(error: DeriveError, where: str, paint: Paint, above: int = 0) -> str:
    """A mistake with its place, the line with a caret behind a mark, and the hint; so many lines stand above its block."""
    parts = [f"{visible(where)}: {paint('bad', error.told(above))}"]
    if marked := error.marked():
        source, caret = marked.split("\n")
        parts += [source, paint("caret", caret)]
    return "\n".join([*parts, *([f"hint: {error.hint}"] if error.hint else [])])


def as_json(data: Any) -> str:
    """Data as JSON; in ASCII where a character is not seen, or standard output lacks it."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    held = not isinstance(sys.stdout, Screen) or sys.stdout.holds(text)
    return text if held and not hidden(text.replace("\n", "")) else json.dumps(data, indent=2)


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`; bytes that are no UTF-8 stay what they are."""
    if name != "-":
        return Path(name).read_text(encoding="utf-8", errors="surrogateescape")
    if sys.stdin is None:
        raise OSError("standard input is closed")
    if not hasattr(sys.stdin, "buffer"):
        return sys.stdin.read()
    return sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape").replace("\r\n", "\n").replace("\r", "\n")


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
