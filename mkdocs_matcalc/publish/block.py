"""A derive block to HTML: its derivations, or a box that says what is wrong with it.

In: the text of a block, the page and the settings. Out: HTML, always. A mistake becomes a box on the
page with the line and a caret, and a warning with file and line, on which a strict build stops.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import missing
from ..errors import DeriveError
from . import cells, references, scan
from .engine import Engine
from .fence import Fence
from .filling import fill
from .page import Page
from .scan import Block
from .settings import Settings

if TYPE_CHECKING:
    from .numbering import Placed

Figures = Callable[[Block], "Placed | None"]


def render(fence: Fence, page: Page, settings: Settings, engine: Engine, numbers: Figures) -> str:
    """The figures of a block, or an error box; `numbers` knows those of its derivations."""
    place = page.place(fence.text)
    placed = numbers(Block(0, fence.text, label=fence.label))
    known = placed.figures if placed else []
    line = place.line if place else placed.item.line if placed else 0

    def statement(rule: int) -> str:
        return engine.statement(rule, settings.renderer)

    def refer(words: str) -> str:
        return references.said(words, page, settings.renderer)

    try:
        figures = []
        for number, pieces in enumerate(engine.pieces(fence.text, settings)):
            own = known[number] if number < len(known) else None
            figures.append(fill(pieces, own, page, statement, refer))
        return "\n".join(figures)
    except DeriveError as error:
        return _box(error.within(fence.text), fence, page, line)
    except ImportError as error:
        return _box(missing.error(error), fence, page, line)
    except Exception as error:  # whatever it is, the page must say so
        page.log.debug("a derive block failed", exc_info=True)
        failure = DeriveError(f"internal error, please report it ({type(error).__name__}: {error})", text=fence.text)
        return _box(failure, fence, page, line)


def _marked(message: str) -> str:
    """A message as HTML; what it quotes between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(message, quote=False))


def _box(error: DeriveError, fence: Fence, page: Page, above: int) -> str:
    """The error box, and the warning that goes with it; so many lines of the file stand above the text, or 0."""
    excerpt = error.excerpt()
    line = above + (error.line if excerpt else 0) if above else scan.line_of(page.source, error.source)
    if not above and line and excerpt:  # the block was changed or brought in, and yet its line is there
        above = line - error.line
    message = error.told(cells.inside(above) or None)
    hint = f" ({error.hint})" if error.hint else ""
    page.broken(scan.label(Block(0, fence.text, label=fence.label)))
    page.warn(line, f"{message}{hint}" + (f"\n{error.marked()}" if excerpt else ""))
    parts = [
        '<div class="matcalc-error" role="note" aria-label="Error in a derive block" data-search-exclude>',
        f'<p class="matcalc-error-place">{html.escape(page.where(line), quote=False)}</p>',
        f"<p>{_marked(message)}</p>",
        f"<pre><code>{html.escape(excerpt or fence.text.strip(), quote=False)}</code></pre>",
        f'<p class="matcalc-error-hint"><strong>Hint:</strong> {_marked(error.hint)}</p>' if error.hint else "",
        "</div>",
    ]
    return "".join(parts)
