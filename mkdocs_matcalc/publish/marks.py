"""Marks that stand on a page for what is put there when it is whole, and that no page can write.

In: what is to be put somewhere. Out: a mark to leave there, and later the page with every mark filled in.
A mark is a word of letters that nobody can foresee: it is made of random numbers, anew for each page, and
is never part of what a build writes, which is the same each time. As a word it passes through Markdown,
other plugins and attributes unharmed. What is filled in has elements, which must not come to stand in an
attribute or a comment: so whoever fills a page in is told where each of its marks stands.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from enum import Enum

from . import markup

#: Digits as letters, for what formulas and other plugins make of digits is another matter.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_DIGITS = str.maketrans("ghijklmnop", "0123456789")
_NUMBER = re.compile(r"([g-p]{1,9}+)z")
#: What an element that is a mark has it in.
ATTRIBUTE = "data-matcalc"
_OPEN, _CLOSE = f'<div {ATTRIBUTE}="', '"></div>'


class Where(Enum):
    """Where a mark stands."""

    TEXT = "between elements, or in the text of one"
    ELEMENT = "as an element of its own"
    MARKUP = "in an attribute, a comment, or another place where no element can stand"


#: What makes of what was marked, of the mark itself and of its place what is put there.
Put = Callable[[object, str, Where], str]


class Marks:
    """The marks of a page."""

    def __init__(self) -> None:
        self._word = "mc" + secrets.token_hex(5).translate(_LETTERS)
        self._left: list[object] = []

    def leave(self, what: object) -> str:
        """A mark in running text, or in a formula."""
        self._left.append(what)
        return f"{self._word}{str(len(self._left) - 1).translate(_LETTERS)}z"

    def element(self, what: object) -> str:
        """A mark that is an element, for what stands between paragraphs."""
        return self.as_element(self.leave(what))

    @staticmethod
    def as_element(mark: str) -> str:
        """A mark as an element."""
        return f"{_OPEN}{mark}{_CLOSE}"

    def in_element(self, html: str) -> str:
        """The mark whose element this is; empty where it is anything else."""
        if not (html.startswith(_OPEN + self._word) and html.endswith(_CLOSE)):
            return ""
        mark = html[len(_OPEN) : -len(_CLOSE)]
        return mark if _NUMBER.fullmatch(mark, len(self._word)) else ""

    def are_in(self, text: str) -> bool:
        """Whether there is a mark in a text."""
        return self._word in text

    def fill(self, text: str, put: Put, *, formulas: bool = False) -> str:
        """The text with what `put` makes of each mark, in order; `formulas` says that some stand in MathML."""
        first, *others = text.split(self._word)
        if not others:
            return text
        out = [first]
        place = len(first)  # of the mark
        spans = markup.spans(text, formulas=formulas)
        start = end = 0
        for other in others:
            found = _NUMBER.match(other)
            number = int(found[1].translate(_DIGITS)) if found else len(self._left)
            behind = other[found.end() :] if found else other
            while end <= place and (span := next(spans, None)):
                start, end = span
            if number < len(self._left):
                mark = self._word + other[: len(other) - len(behind)]
                where = Where.MARKUP if start <= place < end else Where.TEXT
                if out[-1].endswith(_OPEN) and behind.startswith(_CLOSE):
                    where = Where.ELEMENT if start == place - len(_OPEN) else where
                    out[-1], behind = out[-1][: -len(_OPEN)], behind[len(_CLOSE) :]
                out += [put(self._left[number], mark, where), behind]
            else:
                out.append(self._word + other)
            place += len(self._word) + len(other)
        return "".join(out)
