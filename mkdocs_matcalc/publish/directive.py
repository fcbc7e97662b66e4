"""Derive fences as MyST and Quarto write theirs, `{derive}` with options in lines of their own.

In: the header and the text of a fence, or the lines of a page. Out: the same as we write it, line for line,
so that whatever reads fences finds a block; and a word about what is between colons, which nothing here runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scan import Block

#: The word in braces, which is what MyST calls a directive and Quarto a cell; what follows it is for the block.
_WORD = re.compile(r"\{[ \t]*+derive(?![\w.-])[ \t,]*+", re.IGNORECASE)
#: An option of either, at the head of the block.
_OPTION = re.compile(r"[ \t]*+(?::(?P<myst>[A-Za-z][\w-]*+):|#\|[ \t]*+(?P<quarto>[A-Za-z][\w-]*+):)(?P<value>.*)")
#: What they call by another name.
_NAMES = {"name": "label"}
_COLONS = re.compile(r"[ \t>]*+:{3,}+[ \t]*+\{[ \t]*+\.?derive(?![\w.-])", re.IGNORECASE)
_OPENING = re.compile(r"(?P<fence>`{3,}+|~{3,}+)(?P<header>.*)")


def header(text: str) -> str | None:
    """What a header in braces says besides, as it stands behind the word `derive`; None for any other header."""
    word = _WORD.match(text)
    end = text.find("}", word.end()) if word else -1
    if word is None or end < 0:
        return None
    inner, rest = text[word.end() : end].strip(), text[end + 1 :].strip()
    return f"{rest} {{{inner}}}".strip() if inner.startswith("#") else f"{inner} {rest}".strip()


def options(text: str) -> str:
    """The text of a block with the options at its head as directives of ours."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        changed = _option(line)
        if changed is None:
            break
        lines[place] = changed
    return "\n".join(lines)


def rewritten(lines: list[str], blocks: Iterable[Block]) -> list[str]:
    """The lines of a page in which each of these blocks stands in a fence of ours."""
    out = list(lines)
    for block in blocks:
        at = block.line - 1
        found = _OPENING.search(out[at]) if 0 <= at < len(out) else None
        if found is None or header(found["header"].strip()) is None:
            continue
        label = f" {{#{block.label}}}" if block.label else ""
        out[at] = f"{out[at][: found.end('fence')]}derive{label}"
        for inside in range(at + 1, min(at + 1 + block.text.count("\n") + 1, len(out))):
            before = re.match(r"[ \t>]*+", out[inside])
            width = before.end() if before else 0
            changed = _option(out[inside][width:])
            if changed is None:
                break
            out[inside] = out[inside][:width] + changed
    return out


def colons(line: str) -> bool:
    """Whether a line opens a derive block between colons."""
    return _COLONS.match(line) is not None


#: What is said of these.
COLONS = "a derive block between colons is not run: write it between backticks, as in ```derive"


def _option(line: str) -> str | None:
    found = _OPTION.fullmatch(line)
    if found is None:
        return None
    key = found["myst"] or found["quarto"]
    return f"{_NAMES.get(key, key)}:{found['value']}"
