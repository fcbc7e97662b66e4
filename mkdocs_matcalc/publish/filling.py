"""A figure on a page: its slots filled with numbers, anchors, the address of the rule book, who refers to it.

In: the pieces of a figure, its numbers, the page. Out: HTML. A rule's preview stands at the first
mention of the rule on a page; the script finds it from the others.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import crossref, mathml, template
from .page import Page

if TYPE_CHECKING:
    from .numbering import Figure, Target, Use

#: What a slot for words in which a page replaces references begins with: in an attribute, and in the text.
WORDS, SAID = "words ", "said "
#: The line below a derivation.
BELOW = '<div class="matcalc-below" data-search-exclude>'


def fill(
    made: list[str],
    numbers: Figure | None,
    page: Page,
    statement: Callable[[int], str],
    refer: Callable[[str], str],
) -> str:
    """The figure on a page; `statement` makes the preview of a rule, `refer` HTML of words with references."""
    page.figures += 1
    values = {"group": str(page.figures)}
    if numbers is not None:
        whole = numbers.whole
        values["tag"] = link = number_link(whole, page)
        if whole.anchor and not page.echo:
            values["id"] = f' id="{html.escape(whole.anchor)}"'
        if link:
            values["tagged"] = f'<div class="matcalc-tag">{link}</div>'
        for place, line in enumerate(numbers.lines):
            if place in numbers.shown:
                values[f"tag {place}"] = number_link(line, page)
            if page.echo:
                continue
            # The figure has the anchor of the result; a line has its own, which references go to.
            if line.label or place in numbers.shown:
                values[f"id {place}"] = f' id="{html.escape(line.anchor)}"'
            if line.label:
                values["anchors"] = f'{values.get("anchors", "")}<span id="{html.escape(line.anchor)}"></span>'
        if whole.label:
            values |= _uses(numbers, page)

    def other(slot: str) -> str:
        if slot[0] == "(":
            return _mention(slot, page, statement)
        if slot.startswith(SAID):
            return refer(slot.removeprefix(SAID))
        known = page.group if slot == "page" else ""
        if slot.startswith(WORDS):
            known = html.escape(crossref.plain(slot.removeprefix(WORDS), page.link, page.words))
        page.known[slot] = known
        return known

    return template.fill(made, values, page.known, other)


def number_link(target: Target, page: Page) -> str:
    """A number in the margin, which is a link to where it stands."""
    if not target.number:
        return ""
    href = page.to(target) if page.echo else f"#{target.anchor}"
    return f'<a class="matcalc-number" href="{html.escape(href)}">({html.escape(target.number)})</a>'


def used_in(uses: Sequence[Use], page: Page) -> str:
    """The pages that refer to an equation, each a link to its first reference."""
    if not uses or not page.backlinks or page.echo:
        return ""
    links = []
    for use in uses:
        there = "" if use.page == page.key else page.href(use.page)
        address = f"{there}#{crossref.use_anchor(use.label)}"
        words = "this page" if use.page == page.key else use.title
        links.append(f'<a href="{html.escape(address)}">{mathml.as_words(crossref.brief(words))}</a>')
    return f'<span class="matcalc-uses">used in {", ".join(links)}</span>'


def _mention(slot: str, page: Page, statement: Callable[[int], str]) -> str:
    """A rule's name and number, linked to its place in the rule book where there is one; with its preview, this once."""
    number, _, title = slot[1:].partition(") ")
    words = f'{html.escape(title, quote=False)} <span class="matcalc-rule-number">({number})</span>'
    if page.rulebook:
        made = f'<a class="matcalc-rule" href="{html.escape(page.rulebook)}#rule-{number}">{words}</a>'
    else:
        made = f'<button type="button" class="matcalc-rule">{words}</button>'
    page.known[slot] = made
    return f'<span class="matcalc-aided">{made}{statement(int(number))}</span>'


def _uses(numbers: Figure, page: Page) -> dict[str, str]:
    """What fills the slots for the pages that refer to a derivation."""
    made = used_in(page.uses(numbers), page)
    return {"uses": made, "below": f"\n{BELOW}{made}</div>"} if made else {}
