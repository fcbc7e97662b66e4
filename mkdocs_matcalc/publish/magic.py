"""`%load_ext mkdocs_matcalc`: a cell of a notebook that begins with `%%derive` is a derive block.

In: the text of a cell. Out: its derivations, each shown as rich as the notebook can. A mistake is an error of the
cell, so that whoever runs a notebook unattended learns of it; it is shown as a message, without a traceback.
"""

from __future__ import annotations

from typing import Any

from .. import missing
from ..errors import DeriveError, Span
from ..pipeline import derive
from . import cells
from .settings import Settings


class CellError(DeriveError):
    """A mistake in the block that a cell is."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in the place of a traceback."""
        return str(self).split("\n")


def load_ipython_extension(shell: Any) -> None:
    """Register the magic with IPython."""
    shell.register_magic_function(run, "cell", cells.MAGIC.removeprefix("%%"))


def run(line: str, cell: str) -> None:
    """Derive the block that a cell is, and show it; `CellError` where that fails."""
    if complaint := cells.options_complaint(line.strip()):
        raise CellError(complaint)
    try:
        found = derive(cell)
        for each in found:
            Settings().updated(each.directives)
    except DeriveError as error:
        raise _shown(error) from None
    except ValueError as error:  # a directive with a value that no block takes
        raise CellError(str(error)) from None
    display = missing.module("IPython.display").display
    for each in found:
        display(each)


def _shown(error: DeriveError) -> CellError:
    """The mistake with the lines of the cell, the first of which is the magic."""
    above = cells.MAGIC + "\n"
    span = Span(error.span.start + len(above), error.span.end + len(above)) if error.span else None
    return CellError(error.told(1), text=above + error.text if error.text else "", span=span, hint=error.hint)
