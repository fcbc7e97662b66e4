"""The one exception of the package, and the place in the source that it points to.

In: a message, the text that was read, and the span of the part that is wrong.
Out: `DeriveError`, whose text shows the line with a caret under the mistake and, where one is
known, a hint how to mend it. Every stage raises this and nothing else. What it says can be shown
anywhere: the words of an author in it are visible, and their line stands behind a mark.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .visible import marked, visible


class Span(NamedTuple):
    """A half-open range of character offsets into the text of a block."""

    start: int
    end: int

    def to(self, other: Span | None) -> Span:
        """The range from the start of this span to the end of `other`."""
        return self if other is None else Span(min(self.start, other.start), max(self.end, other.end))


#: A line of the text in a message.
_LINE = re.compile(r"((?:\bon |\()line )([0-9]{1,9})\b")
#: A line longer than this is shown as a window around the caret.
_WINDOW = 100


class DeriveError(ValueError):
    """A block cannot be read, or no derivation that passes its check exists for it.

    `message` says what is wrong, `hint` how to mend it; `line` and `column` count from 1.
    `str(error)` is the message, the line with a caret, and the hint.
    """

    def __init__(self, message: str, *, text: str = "", span: Span | None = None, hint: str = "") -> None:
        self.message = visible(message)
        self.hint = visible(hint)
        self.span = span
        self.text = text
        super().__init__(self.message)

    def within(self, text: str) -> DeriveError:
        """The same error, shown in `text`; a stage that knows only a node's span raises without the text."""
        if not self.text:
            self.text = text
        return self

    @property
    def line(self) -> int:
        """The line of the mistake, from 1."""
        return self.text.count("\n", 0, self.span.start) + 1 if self.span else 1

    @property
    def column(self) -> int:
        """The column of the mistake in its line, from 1."""
        return self.span.start - (self.text.rfind("\n", 0, self.span.start) + 1) + 1 if self.span else 1

    @property
    def source(self) -> str:
        """The line of the mistake, as it was read; empty where no place is known."""
        return self.text.split("\n")[self.line - 1] if self.text and self.span else ""

    def told(self, above: int | None) -> str:
        """The message for a reader of the file in which `above` lines stand before the text; None where that is unknown.

        A message names another line of its text as `on line 3` or `(line 3)`, and nothing else in that way.
        """

        def one(found: re.Match[str]) -> str:
            return f"{found.group()} of the block" if above is None else f"{found[1]}{int(found[2]) + above}"

        parts = self.message.split("`")  # every second one is quoted from the block
        return "`".join(part if place % 2 else _LINE.sub(one, part) for place, part in enumerate(parts))

    def excerpt(self) -> str:
        """The line of the mistake, visible, and a line with a caret under it; empty where no place is known."""
        if not self.text or self.span is None:
            return ""
        source, col = self.source.replace("\t", " "), self.column - 1
        width = max(1, min(self.span.end - self.span.start, len(source) - col))
        if len(source) > _WINDOW:
            left = max(0, col - _WINDOW // 2)
            source, col = source[left : left + _WINDOW], col - left
            width = min(width, _WINDOW - col)
        before, under = len(visible(source[:col])), len(visible(source[col : col + width]))
        return f"{visible(source)}\n{' ' * before}{'^' * max(1, under)}"

    def marked(self) -> str:
        """The excerpt behind a mark, for what is read line by line: a terminal, a log."""
        excerpt = self.excerpt()
        return marked(excerpt) if excerpt else ""

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.text and self.span is not None else ""
        parts = [where + self.message, self.marked(), f"hint: {self.hint}" if self.hint else ""]
        return "\n".join(part for part in parts if part)


def no_rule(what: str, span: Span | None, *, hint: str = "") -> DeriveError:
    """The honest refusal: there is no rule for `what`."""
    return DeriveError(f"no rule for {what}", span=span, hint=hint)
