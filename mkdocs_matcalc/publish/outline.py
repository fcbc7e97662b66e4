r"""What a page holds that the numbering must know, from a scan of its source.

In: the Markdown of a page. Out: its title, its derive blocks and labelled equations in order, the
references in its text, and the labels that stand where no number can be set. Nothing is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..visible import hidden
from . import cells, crossref, equation, macros, names, plain, scan, spans
from .cells import Notebook
from .equation import Equation
from .macros import Macro
from .scan import Block, Text

_MARKER = re.compile(r"(?:[-*+]|\d++\.)\s++")
_FRONT_TITLE = "title:"
#: What Markdown sets words apart with.
_MARKS = str.maketrans("", "", "`*_")


class Display(NamedTuple):
    """A labelled equation in a source."""

    line: int
    equation: Equation

    @property
    def text(self) -> str:
        """What tells it from other equations."""
        return "\n".join(self.equation.labels)


class Use(NamedTuple):
    """A reference in a source: the line and the label."""

    line: int
    label: str


class Outline(NamedTuple):
    """A page as the numbering sees it."""

    title: str
    items: tuple[Block | Display, ...]
    uses: tuple[Use, ...]
    astray: tuple[Use, ...]  #: labels in a formula that is no paragraph of its own
    ids: frozenset[str] = frozenset()  #: the ids that the author gives, to headings or in HTML
    macros: tuple[tuple[str, Macro], ...] = ()  #: the commands that its formulas define; the last of a name counts

    @property
    def blocks(self) -> list[Block]:
        """The derive blocks."""
        return [item for item in self.items if isinstance(item, Block)]


def outline(source: str) -> Outline:
    """The outline of a page, which may be a notebook."""
    notebook = cells.read(source)
    if notebook is not None:
        return _of_cells(notebook)
    # What a host hands on of a file lacks its front matter and has other empty lines around it: the rest is scanned once.
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    front = scan.front_matter(source)
    bare = source[len(front) :].rstrip("\n")
    body = bare.lstrip("\n")
    before = front.count("\n") + len(bare) - len(body)
    found = _below(body, before)
    title = _front_title(front)
    return found._replace(title=title) if title else found


def _of_cells(notebook: Notebook) -> Outline:
    """The outline of a notebook: that of its Markdown cells, and the cells that are blocks."""
    found: list[Outline] = []
    for cell, above in zip(notebook.cells, notebook.above, strict=False):

        def line(inside: int, number: int = cell.number, above: int = above) -> cells.Line:
            return cells.Line(above + inside, number, above)

        if cell.kind == "markdown":
            found.append(_moved(outline(cell.text), line))
        elif cell.block is not None:
            rest, text = cell.block
            block = Block(line(cell.line), text, rest)
            found.append(Outline("", (block,), tuple(_uses([block])), ()))
    return Outline(
        next((each.title for each in found if each.title), ""),
        tuple(item for each in found for item in each.items),
        tuple(use for each in found for use in each.uses),
        tuple(use for each in found for use in each.astray),
        frozenset(name for each in found for name in each.ids),
        tuple(dict(macro for each in found for macro in each.macros).items()),
    )


def _moved(seen: Outline, line: Callable[[int], int]) -> Outline:
    """An outline with other lines."""
    return seen._replace(
        items=tuple(item._replace(line=line(item.line)) for item in seen.items),
        uses=tuple(use._replace(line=line(use.line)) for use in seen.uses),
        astray=tuple(use._replace(line=line(use.line)) for use in seen.astray),
    )


@lru_cache(maxsize=1024)
def _below(body: str, before: int) -> Outline:
    """The outline of a text with so many lines before it."""
    if not before:
        return _read(body)
    return _moved(_below(body, 0), lambda line: line + before)


def _read(body: str) -> Outline:
    labels, references = "\\label{" in body, "ref{" in body
    parts = scan.parts(body)
    items: list[Block | Display] = []
    astray: list[Use] = []
    for each in _paragraphs(parts) if labels else (part for part in parts if isinstance(part, Block)):
        if isinstance(each, Block):
            items.append(each)
            continue
        text = "\n".join(line.text for line in each)
        if "\\label{" not in text:
            continue
        marker = _MARKER.match(text)
        begun = marker.end() if marker else 0
        for piece in equation.pieces(text[begun:]):
            line = each[piece.line].line
            known = set(piece.equation.labels) if piece.equation else set()
            if piece.equation is not None:
                items.append(Display(line, piece.equation))
            bare = spans.without_code(piece.text) if piece.equation is None else piece.text
            found = (match["label"].strip() for match in equation.LABEL.finditer(bare))
            astray += [Use(line, label) for label in found if label not in known]
    uses = tuple(_uses(parts)) if references else ()
    return Outline(
        _title(parts), tuple(items), uses, tuple(astray), frozenset(_ids(parts)), _macros(parts) if "\\" in body else ()
    )


def _macros(parts: Iterable[Block | Text]) -> tuple[tuple[str, Macro], ...]:
    """The commands that are defined in running text, which is where formulas are."""
    text = "\n".join(part.text for part in parts if isinstance(part, Text))
    if not macros.defines(text):
        return ()
    return tuple({each.name: each.macro for each in macros.definitions(spans.without_code(text))}.items())


def told_astray(seen: Outline) -> list[tuple[int, str]]:
    """The lines of labels that get no number, and what is wrong with each, for a warning."""
    return [(use.line, astray_words(use.label)) for use in seen.astray]


def astray_words(label: str) -> str:
    """What is wrong with a label that stands where no number can be set, for a warning."""
    if unseen := hidden(label):
        return f"the label '{label}' has a character that cannot be seen ({unseen}), and is not taken: write it anew"
    return (
        f"the label '{label}' has no number: a labelled equation stands on lines of its own, "
        "between $$ and $$, \\[ and \\], or \\begin{…} and \\end{…}, and has one label, or one in each of its lines"
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
        if "ref{" not in part.text:
            continue
        text = part.text if isinstance(part, Block) else spans.without_code(part.text)
        for offset, line in enumerate(text.split("\n"), 1 if isinstance(part, Block) else 0):
            for found in crossref.REFERENCE.finditer(line):
                for label in crossref.labels(found["labels"]):
                    yield Use(part.line + offset, label)


def _ids(parts: Iterable[Block | Text]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Text) and ("<" in part.text or "{" in part.text):
            yield from names.written(spans.without_code(part.text))


def _front_title(front: str) -> str:
    """The title that front matter gives; empty where it gives none."""
    lines = (line for line in front.split("\n") if line.startswith(_FRONT_TITLE))
    titles = (line.removeprefix(_FRONT_TITLE).strip(" \t") for line in lines)
    return next((title.strip("'\"") for title in titles if title), "")


def _title(parts: Iterable[Block | Text]) -> str:
    for part in parts:
        if not isinstance(part, Text) or part.text[:1] != "#" or not part.text[1:2].isspace():
            continue
        found = part.text[1:].strip()
        start = found.rfind("{")
        if start > 0 and found.endswith("}") and "}" not in found[start:-1]:
            found = found[:start].rstrip()
        bare = found.rstrip("#").rstrip() or found
        return plain.words(bare, lambda part: part.translate(_MARKS))
    return ""
