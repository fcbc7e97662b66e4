"""A notebook as this package reads it: its cells, and what in them is a derive block.

In: the text of a notebook, JSON of the format nbformat 4. Out: the cells with their numbers, counted from 1 as
they stand, and the block of a cell that begins with `%%derive`. Nothing is run. It is plain JSON of which four
keys are read, so that no package for notebooks is needed.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

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
