"""A notebook as this package reads it: its cells, and what in them is a derive block.

In: the text of a notebook, JSON of the format nbformat 4. Out: the cells with their numbers, counted from 1 as
they stand, and the block of a cell that begins with `%%derive`. Nothing is run. It is plain JSON of which four
keys are read, so that no package for notebooks is needed.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from functools import lru_cache
from typing import Any, NamedTuple, Self

SUFFIX = ".ipynb"
#: What a cell begins with that is a block.
MAGIC = "%%derive"


class Cell(NamedTuple):
    """A cell."""

    number: int
    kind: str  #: markdown, code or raw
    text: str

    @property
    def block(self) -> tuple[str, str] | None:
        """The block that a code cell is: what stands behind the magic, and the text below it; None for another cell."""
        lines = self.text.split("\n")
        first = next((place for place, line in enumerate(lines) if line.strip()), 0)
        word, _, rest = lines[first].strip().partition(" ")
        if self.kind != "code" or word != MAGIC:
            return None
        # Lines above are those that the magic passes over; the block keeps its place in the cell.
        return rest.strip(), "\n".join(lines[first + 1 :])

    @property
    def line(self) -> int:
        """The line of the magic, from 1."""
        return next((place for place, line in enumerate(self.text.split("\n"), 1) if line.strip()), 1)


class Line(int):
    """A line of a notebook: a number among the lines of all its cells, told as a cell and a line in it."""

    cell: int
    above: int  #: the lines of the cells before

    def __new__(cls, value: int, cell: int, above: int) -> Self:
        """A line, counted from 1 through all cells."""
        made = super().__new__(cls, value)
        made.cell, made.above = cell, above
        return made

    def __add__(self, other: int) -> Line:
        """A line further down in the same cell."""
        return Line(int(self) + int(other), self.cell, self.above)

    def __str__(self) -> str:
        return f"cell {self.cell}:{int(self) - self.above}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def inside(line: int) -> int:
    """A line in its cell, or in its file where that is no notebook."""
    return int(line) - line.above if isinstance(line, Line) else line


class Notebook:
    """The cells of a notebook, and their lines as those of one text."""

    def __init__(self, text: str) -> None:
        """Read a notebook; a `ValueError` where it is none."""
        self.cells = cells(text)
        self.above = [0]  # the lines before each cell
        for cell in self.cells:
            self.above.append(self.above[-1] + cell.text.count("\n") + 1)

    @property
    def text(self) -> str:
        """What authors write for readers, with empty lines for what is code."""
        shown = (c.text if c.kind == "markdown" or c.block else "\n" * c.text.count("\n") for c in self.cells)
        return "\n".join(shown)

    def line(self, number: int) -> Line:
        """A line of that text."""
        place = max(bisect_left(self.above, number) - 1, 0)
        return Line(number, place + 1, self.above[place])


def read(text: str) -> Notebook | None:
    """The notebook that a text is; None where it is none."""
    return _read(text) if text[:100].lstrip().startswith("{") else None


@lru_cache(maxsize=64)
def _read(text: str) -> Notebook | None:
    try:
        return Notebook(text)
    except ValueError:
        return None


def cells(text: str) -> list[Cell]:
    """The cells of a notebook; a `ValueError` that says what is wrong where the text is none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"this is no notebook: {str(error) or 'it is nested too deeply'}") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        old = isinstance(data, dict) and "worksheets" in data
        why = (
            "it is of a format before 4, which `jupyter nbconvert --to notebook` brings up to date"
            if old
            else "no cells"
        )
        raise ValueError(f"this is no notebook that can be read: {why}")  # noqa: TRY004 - whatever the text is
    return [_cell(number, each) for number, each in enumerate(data["cells"], 1)]


def _cell(number: int, data: Any) -> Cell:
    source = data.get("source", "") if isinstance(data, dict) else None
    if isinstance(source, list) and all(isinstance(each, str) for each in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ValueError(f"this is no notebook that can be read: cell {number} has no source")  # noqa: TRY004 - as above
    return Cell(number, str(data.get("cell_type", "")), source.replace("\r\n", "\n").replace("\r", "\n"))


def options_complaint(rest: str) -> str:
    """What is wrong with what stands behind the magic; empty where nothing does."""
    return (
        f"{MAGIC} takes no options ('{rest}'): write them in the block, a line each, as in 'label: ls'" if rest else ""
    )
