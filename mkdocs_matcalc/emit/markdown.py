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

#: A display of this TeX with this number.
Show = Callable[[str, str], str]
_SPECIAL = re.compile(r"([\\`*_\[\]<>#$|~])")


def markdown(d: Derivation) -> str:
    """The title, the derivation between dollar signs, the remarks; no numbers."""
    inner = align(d, env="aligned")
    parts = [_title(d), f"$$\n{inner}\n$$", *_remarks(d)]
    return "\n\n".join(p for p in parts if p)


def numbered(d: Derivation, tag: Callable[[Row, int], str], show: Show, inline: Callable[[str], str]) -> str:
    """The same with numbers: `tag` gives the number of a row (the lines counted from 1), empty for none.

    `show` makes a display of its TeX and its number, `inline` a formula in running text.
    """
    groups: list[list[str]] = [[]]
    numbers: list[str] = []
    count, left = 0, ""
    for row in d.rows:
        count += row.kind == "line"
        number = tag(row, count)
        if number and groups[-1]:
            groups.append([])
            numbers.append("")
        left = row.left or left
        # a display of its own begins with the left side that the line above had
        groups[-1].append(plain(row if groups[-1] else replace(row, left=left)))
        if number:
            numbers.append(number)
            groups.append([])
    numbers.append("")
    displays = [show(aligned(group), number) for group, number in zip(groups, numbers, strict=True) if group]
    return "\n\n".join([*([_title(d)] if d.title else []), *displays, *_remarks(d, inline)])


def aligned(lines: list[str]) -> str:
    """Lines as one formula."""
    body = " \\\\\n".join(f"  {line}" for line in lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _title(d: Derivation) -> str:
    return f"**{words(d.title)}**" if d.title else ""


def _remarks(d: Derivation, inline: Callable[[str], str] = "${}$".format) -> list[str]:
    return [f"*{sentence(remark, inline)}*" for remark in d.remarks]


def words(text: str) -> str:
    """Plain words, safe in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def sentence(text: str, inline: Callable[[str], str] = "${}$".format) -> str:
    """A sentence with formulas between dollar signs, safe in Markdown."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return words(text)
    return "".join(inline(part) if i % 2 else _SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))
