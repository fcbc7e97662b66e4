r"""A derivation as plain Markdown with display mathematics, for hosts that know `$$`.

In: a derivation, and the numbers of its lines. Out: paragraphs that hold nothing of ours: formulas
between `$$`, with `\tag` where a line has a number. A tag belongs to a display, so that a numbered
line is a display of its own; the lines between two numbers are aligned.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..engine.derivation import Derivation
from .steps import Row
from .tex import align, plain

_SPECIAL = re.compile(r"([\\`*_\[\]<>#$|~])")


def markdown(d: Derivation) -> str:
    """The title, the derivation between dollar signs, the remarks; no numbers."""
    inner = align(d, env="aligned")
    parts = [_title(d), f"$$\n{inner}\n$$", *_remarks(d)]
    return "\n\n".join(p for p in parts if p)


def numbered(d: Derivation, tag: Callable[[Row, int], str]) -> str:
    """The same with numbers: `tag` gives the number of a row (the lines counted from 1), empty for none."""
    groups: list[list[str]] = [[]]
    tags: list[str] = []
    count, left = 0, ""
    for row in d.rows:
        count += row.kind == "line"
        number = tag(row, count)
        if number and groups[-1]:
            groups.append([])
            tags.append("")
        left = row.left or left
        # a display of its own begins with the left side that the line above had
        groups[-1].append(plain(row if groups[-1] else replace(row, left=left)))
        if number:
            tags.append(rf" \tag{{{number}}}")
            groups.append([])
    tags.append("")
    displays = [_display(group, end) for group, end in zip(groups, tags, strict=True) if group]
    return "\n\n".join([*([_title(d)] if d.title else []), *displays, *_remarks(d)])


def _display(group: list[str], tag: str) -> str:
    body = " \\\\\n".join(f"  {line}" for line in group)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}{tag}\n$$"


def _title(d: Derivation) -> str:
    return f"**{words(d.title)}**" if d.title else ""


def _remarks(d: Derivation) -> list[str]:
    return [f"*{sentence(remark)}*" for remark in d.remarks]


def words(text: str) -> str:
    """Plain words, safe in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def sentence(text: str) -> str:
    """A sentence with formulas between dollar signs, safe in Markdown."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return words(text)
    return "".join(f"${part}$" if i % 2 else _SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))
