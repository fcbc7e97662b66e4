"""The derive blocks of files and folders, whatever the files are.

In: paths. Out: for each file its blocks, each with its line and its label. Markdown has fences, and so
have the Markdown cells of a notebook, whose code cells are blocks where they begin with `%%derive`; a
LaTeX file has comments: a line `%% derive`, and the lines after it that begin with `%%`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MARKDOWN = (".md", ".markdown", ".qmd")
_LATEX = (".tex",)
_NOTEBOOK = (".ipynb",)
_BEGIN = re.compile(r"[ \t]*%%[ \t]*derive[ \t]*\Z")
_NEXT = re.compile(r"[ \t]*%%[ \t]?(?P<text>.*)\Z")
_DIRECTIVE = re.compile(r"^[ \t]*label[ \t]*:[ \t]*(?P<label>[^\s#]+)", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A block: the line before its first, its text, its label, and what is wrong with the way it is opened."""

    path: Path
    line: int
    text: str
    label: str = ""
    complaint: str = ""
    cell: int = 0  #: the cell of a notebook, from 1; lines are counted in it
    runs: bool = True  #: whether there is anything to derive

    def at(self, line: int) -> str:
        """A line as messages name it."""
        return f"{self.path}:cell {self.cell}:{line}" if self.cell else f"{self.path}:{line}"

    @property
    def words(self) -> str:
        """Where in its file the block is opened."""
        return f"line {self.line}" + (f" of cell {self.cell}" if self.cell else "")

    @property
    def place(self) -> str:
        """Where the block is opened."""
        return self.at(self.line)


def read(path: Path) -> str:
    """The text of a file; bytes that are no UTF-8 stay what they are."""
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def files(paths: Sequence[str], *, others: bool = True) -> list[Path]:
    """The files that paths name, those of a folder sorted, each once; hidden folders are left out.

    Without `others`, a folder has Markdown files alone.

    Raises `OSError` for a path that is not there.
    """
    suffixes = (*MARKDOWN, *(_LATEX + _NOTEBOOK if others else ()))
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix in suffixes and p.is_file())
            found += sorted(p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        else:
            path.stat()
            found.append(path)
    return list(dict.fromkeys(found))


def blocks(path: Path, text: str | None = None) -> list[Source]:
    """The blocks of a file in order."""
    text = read(path) if text is None else text
    if path.suffix in _NOTEBOOK:
        return list(_notebook(path, text))
    return list(_latex(path, text) if path.suffix in _LATEX else _markdown(path, text))


def relative(path: Path, folder: Path) -> str:
    """A path as seen from a folder, the same on every machine and from wherever the command is run."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.name


def _markdown(path: Path, text: str, cell: int = 0) -> Iterator[Source]:
    from ..publish import directive, scan

    for line in scan.between_colons(text):
        yield Source(path, line, "", complaint=directive.COLONS, cell=cell, runs=False)
    for block in scan.blocks(text):
        yield Source(path, block.line, block.text, _label(block.text) or block.label, block.complaint, cell)


def _notebook(path: Path, text: str) -> Iterator[Source]:
    from ..publish import cells

    try:
        found = cells.cells(text)
    except ValueError as error:
        yield Source(path, 1, "", complaint=str(error), runs=False)
        return
    for cell in found:
        if cell.kind == "markdown":
            yield from _markdown(path, cell.text, cell.number)
        elif cell.block is not None:
            rest, block = cell.block
            yield Source(path, cell.line, block, _label(block), cells.options_complaint(rest), cell.number)


def _latex(path: Path, text: str) -> Iterator[Source]:
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        begin = number
        number += 1
        if not _BEGIN.match(lines[begin]):
            continue
        body = []
        while number < len(lines) and not _BEGIN.match(lines[number]) and (found := _NEXT.match(lines[number])):
            body.append(found["text"])
            number += 1
        block = "\n".join(body)
        yield Source(path, begin + 1, block, _label(block))


def _label(text: str) -> str:
    found = _DIRECTIVE.search(text)
    return found["label"] if found else ""
