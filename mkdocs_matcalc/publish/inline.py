r"""Formulas between dollar signs that have text with dollar signs in it, as `$f = \text{if $x>0$}$`.

In: a paragraph. Out: what arithmatex makes of a formula. arithmatex itself ends such a formula at the first dollar
sign within it, and leaves the rest as it is. Everything else is left to it, and so is all where it is not there.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from .mathml import escaped

#: What arithmatex calls its own reader of formulas.
_ARITHMATEX = "arithmatex-inline"
#: So long such a formula may be.
_LONGEST = 500
_TOKEN = re.compile(
    r"\\(?P<text>(?:text(?:rm|bf|it|sf|tt|normal)?|[mh]box)\s*+\{)|\\.|(?P<mark>[{}$])|[^\\{}$]++", re.DOTALL
)


class TextFormulas(InlineProcessor):
    """Reads formulas with formulas in their text."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(r"(?<![\\$])\$(?![\s$])", md)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int] | tuple[None, None, None]:
        """The formula, where one with formulas in its text begins."""
        # In a host without arithmatex a dollar sign is a dollar sign, and in its other mode it makes scripts.
        if self.md is None or _ARITHMATEX not in self.md.inlinePatterns:
            return None, None, None
        if not getattr(self.md.inlinePatterns[_ARITHMATEX], "generic", False):
            return None, None, None
        end = end_of(data, m.end())
        if end < 0:
            return None, None, None
        made = Element("span", {"class": "arithmatex"})
        made.text = AtomicString(rf"\({escaped(data[m.end() : end])}\)")
        return made, m.start(), end + 1


def end_of(data: str, start: int) -> int:
    """The dollar sign that ends a formula with formulas in its text; -1 for any other formula, and where there is none."""
    groups: list[bool] = []  # of the groups that are open, whether they are text
    begun: list[int] = []  # of the formulas in text that are open, how many groups are around them
    inner = False  # whether there was one
    place = start
    while place < min(len(data), start + _LONGEST):
        found = _TOKEN.match(data, place)
        if found is None:
            return -1
        place = found.end()
        around = begun[-1] if begun else 0
        if found["text"]:
            groups.append(True)
        elif found["mark"] == "{":
            groups.append(False)
        elif found["mark"] == "}":
            if len(groups) == around:
                return -1
            groups.pop()
        elif found["mark"] and len(groups) > around:
            if not groups[-1]:
                return -1
            begun.append(len(groups))
            inner = True
        elif found["mark"] and begun:
            begun.pop()
        elif found["mark"]:
            return found.start() if inner and not data[found.start() - 1].isspace() else -1
    return -1
