r"""What a page holds that the numbering must know, from a scan of its source.

In: the Markdown of a page. Out: its title, its derive blocks and labelled equations in order, the
references in its text, and the labels that stand where no number can be set. Nothing is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import crossref, equation, scan
from .equation import Equation
from .scan import Block, Text

_CODE = re.compile(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_MARKER = re.compile(r"\A(?:[-*+]|\d+\.)\s+")
_HEADING = re.compile(r"\A#\s+(?P<title>.+?)\s*#*\s*(?:\{[^{}]*\})?\Z")
_LABEL = re.compile(r"\\label\{(?P<label>[^{}\n]+)\}")
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?P<title>.+?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Display:
    """A labelled equation in a source."""

    line: int
    equation: Equation

    @property
    def text(self) -> str:
        """What tells it from other equations."""
        return "\n".join(self.equation.labels)


@dataclass(frozen=True)
class Use:
    """A reference in a source: the line and the label."""

    line: int
    label: str


@dataclass(frozen=True)
class Outline:
    """A page as the numbering sees it."""

    title: str
    items: tuple[Block | Display, ...]
    uses: tuple[Use, ...]
    astray: tuple[Use, ...]  #: labels in a formula that is no paragraph of its own

    @property
    def blocks(self) -> list[Block]:
        """The derive blocks."""
        return [item for item in self.items if isinstance(item, Block)]


def outline(source: str) -> Outline:
    """The outline of a page."""
    parts = scan.parts(source)
    items: list[Block | Display] = []
    astray: list[Use] = []
    for each in _paragraphs(parts):
        if isinstance(each, Block):
            items.append(each)
            continue
        text = "\n".join(line.text for line in each)
        found = equation.read(_MARKER.sub("", text))
        if found is not None:
            items.append(Display(each[0].line, found))
        elif "\\label{" in text:
            bare = _CODE.sub("", text)
            astray += [Use(each[0].line, match["label"]) for match in _LABEL.finditer(bare)]
    return Outline(_title(source, parts), tuple(items), tuple(_uses(parts)), tuple(astray))


def astray_words(use: Use) -> str:
    """What is wrong with a label that stands where no number can be set, for a warning."""
    return (
        f"the label '{use.label}' has no number: a labelled equation is a paragraph of its own, "
        "between $$ and $$, \\[ and \\], or \\begin{…} and \\end{…}"
    )


def _paragraphs(parts: Iterable[Block | Text]) -> Iterator[Block | list[Text]]:
    """The blocks, and the paragraphs as lists of lines; an item of a list begins a paragraph."""
    lines: list[Text] = []
    for part in parts:
        if isinstance(part, Text) and part.text and not (lines and _MARKER.match(part.text)):
            lines.append(part)
            continue
        if lines:
            yield lines
        lines = [part] if isinstance(part, Text) and part.text else []
        if isinstance(part, Block):
            yield part
    if lines:
        yield lines


def _uses(parts: Iterable[Block | Text]) -> Iterator[Use]:
    for part in parts:
        text = part.text if isinstance(part, Block) else _CODE.sub("", part.text)
        if "ref{" not in text:
            continue
        for offset, line in enumerate(text.split("\n"), 1 if isinstance(part, Block) else 0):
            for found in re.finditer(crossref.PATTERN, line):
                for label in crossref.labels(found["labels"]):
                    yield Use(part.line + offset, label)


def _title(source: str, parts: Iterable[Block | Text]) -> str:
    front = _FRONT_TITLE.search(scan.front_matter(source))
    if front:
        return front["title"].strip("'\"")
    for part in parts:
        found = _HEADING.match(part.text) if isinstance(part, Text) else None
        if found:
            return re.sub(r"[`*_]", "", found["title"])
    return ""
