r"""References in running text, as Python-Markdown reads them.

In: the text of a paragraph, a heading or a cell. Out: the same with a mark for each reference, which is
filled in when the page is whole; and a warning for a command that refers to something in LaTeX alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, Pattern

from . import crossref

if TYPE_CHECKING:
    from .extension import MatcalcExtension


class References(Pattern):
    r"""Turns references into marks that are filled in when the page is whole.

    Markdown makes its text anew for each thing that a pattern finds in it, so that a paragraph of a
    thousand references would take as long as a thousand paragraphs. A pattern of its older kind is handed
    what its expression finds, and says what stands before and behind it: this one finds the whole text,
    with all marks in it, and nothing behind that.
    """

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(crossref.REFERENCE.pattern, md)
        self._extension = extension

    def getCompiledRegExp(self) -> Any:
        """What Markdown looks for: see `match`."""
        return self

    def match(self, data: str) -> _Changed | None:
        """The text with a mark for each reference; None where there is none."""
        if "ref" not in data:
            return None
        marks = self._extension.page.marks
        made = crossref.REFERENCE.sub(lambda found: marks.leave(crossref.reference(found)), data)
        return _Changed(made) if made != data else None

    def handleMatch(self, m: Any) -> str:  # noqa: ARG002
        """What stands behind the text: nothing."""
        return ""


class _Changed:
    """A match as Markdown asks it: what stands before what was found, and behind it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def group(self, number: int = 0) -> str:
        """The text before what was found."""
        return self._text if number == 1 else ""

    def groups(self) -> tuple[str, str]:
        """The text before and behind it."""
        return self._text, ""

    def start(self, _: int = 0) -> int:
        """Where it begins."""
        return len(self._text)

    def end(self, _: int = 0) -> int:
        """Where it ends."""
        return len(self._text)


class Stray(InlineProcessor):
    """Tells of what refers to something in LaTeX, and to nothing here."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(crossref.ANY.pattern, md)
        self._extension = extension

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[None, None, None]:  # type: ignore[override]  # noqa: ARG002
        """Nothing: it stays as it is."""
        if crossref.stray(m["command"]):
            self._extension.page.warn_stray(m.group(), m["command"])
        return None, None, None
