r"""Labelled equations and the list of equations, as Python-Markdown reads and shows them.

In: a paragraph that is a labelled equation, or the line `[equations]`. Out: elements of the page.
An equation is taken before arithmatex sees it, and with a site that has none as well; formulas
without a label are left to whoever sets them.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from . import crossref, equation, filling, mathml, references, scan
from .equation import Part
from .filling import number_link
from .outline import Display
from .page import Page

if TYPE_CHECKING:
    from .extension import MatcalcExtension
    from .numbering import Placed, Target

#: The line that a page asks for the list of equations with.
MARKER = "[equations]"
#: What an equation has its id in until the tree is done; other extensions change those of what they take in.
ID = "data-matcalc-id"


class Equations(BlockProcessor):
    """Reads labelled equations."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md.parser)
        self._md = md
        self._extension = extension

    def test(self, parent: Element, block: str) -> bool:  # noqa: ARG002
        """Whether there is a labelled equation in a paragraph; what contains paragraphs is left to who reads it."""
        if "\\label{" not in block or scan.contains(block):
            return False
        return any(piece.equation for piece in equation.pieces(block))

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Put them on the page, with their numbers, and the text between them."""
        for piece in equation.pieces(blocks.pop(0)):
            if piece.equation is None:
                self.parser.parseBlocks(parent, [piece.text])
            else:
                self._show(parent, piece.equation)

    def _show(self, parent: Element, found: equation.Equation) -> None:
        page = self._extension.page
        renderer = self._extension.settings.renderer
        placed = self._extension.placed(Display(0, found))
        if placed is None:  # pragma: no cover - a page has numbers
            return
        anchors = _anchors(placed, page)
        for other in anchors[1:]:
            SubElement(parent, "span", {ID: other})
        element = SubElement(parent, "div", {"class": "matcalc-equation"})
        if anchors:
            element.set(ID, anchors[0])
        element.text = AtomicString(self._md.htmlStash.store(_equation(found, placed, page, renderer)))


def _anchors(placed: Placed, page: Page) -> list[str]:
    return [figure.whole.anchor for figure in placed.figures if figure.whole.anchor and not page.echo]


def whole(found: equation.Equation, placed: Placed, page: Page, renderer: str) -> str:
    """A labelled equation as HTML, for a page that Python-Markdown has not read."""
    first, *others = _anchors(placed, page) or [""]
    name = f' id="{html.escape(first)}"' if first else ""
    spans = "".join(f'<span id="{html.escape(other)}"></span>' for other in others)
    return f'{spans}<div class="matcalc-equation"{name}>{_equation(found, placed, page, renderer)}</div>'


def _equation(found: equation.Equation, placed: Placed, page: Page, renderer: str) -> str:
    figures = placed.figures[
        len(placed.figures) - len(found.parts) :
    ]  # that of the whole stands before those of the parts
    line = placed.item.line or None
    numbers = {part: figure.whole.number for part, figure in zip(found.parts, figures, strict=True)}
    links: list[str] = []
    written = found.tex(lambda part: _tag(part, numbers))
    tex, unknown = references.in_tex(page.spelled(written, renderer), page, renderer, links)
    page.unknown.extend(unknown)
    made = mathml.display(tex, renderer, lambda why: page.cannot_set(line, written, why, renderer))
    formula = references.with_links(made, links, page, renderer)
    number = "" if found.environment else number_link(figures[0].whole, page)
    uses = list({use.page: use for figure in placed.figures for use in page.uses(figure)}.values())
    below = filling.used_in(uses, page)
    return "".join(
        [
            f'<div class="matcalc-equation-body" data-search-exclude>{formula}</div>',
            f'<div class="matcalc-tag" data-search-exclude>{number}</div>' if number else "",
            f'<div class="matcalc-below" data-search-exclude>{below}</div>' if below else "",
        ]
    )


def _tag(part: Part, numbers: dict[Part, str]) -> str:
    return numbers.get(part, "")


class Listing(Treeprocessor):
    """Puts the list of equations where a page asks for it."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        """Replace the line by the list."""
        page = self._extension.page
        asked = [each for each in root.iter("p") if (each.text or "").strip() == MARKER and not len(each)]
        if asked[1:]:
            page.warn(None, f"{MARKER} stands on this page more than once, and the list of equations at the first")
        for element in asked[:1]:
            if not page.hosted:
                page.log.warning("%s of one page only: that of a site needs the MkDocs plugin", MARKER)
            element.tag = "div"
            element.set("class", "matcalc-equations")
            made = _listing(page, self._extension.settings.renderer)
            element.text = AtomicString(self.md.htmlStash.store(made))


def _listing(page: Page, renderer: str) -> str:
    if page.numbers is None:
        return ""
    parts = []
    for key, targets in page.numbers.listed():
        if page.hosted:
            there = page.href(key) if key != page.key else "#"
            words = mathml.as_words(crossref.brief(page.numbers.title(key)))
            parts.append(f'<p class="matcalc-equations-page"><a href="{html.escape(there)}">{words}</a></p>')
        rows = "".join(_entry(target, page, renderer) for target in targets)
        parts.append(f'<ul class="matcalc-equations-list">{rows}</ul>')
    return "".join(parts) or "<p>There is no numbered equation.</p>"


def _entry(target: Target, page: Page, renderer: str) -> str:
    tex, _ = references.in_tex(target.right, page, "none")
    formula = mathml.sides(target.left, tex, renderer, by_hand=not target.left)
    title = mathml.as_words(crossref.brief(references.plain(target.title, page)))
    return (
        f'<li><a class="matcalc-number" href="{html.escape(page.to(target))}">({html.escape(target.number)})</a>'
        f'<span class="matcalc-equations-formula" data-search-exclude>{formula}</span>'
        f'<span class="matcalc-equations-title">{title}</span></li>'
    )
