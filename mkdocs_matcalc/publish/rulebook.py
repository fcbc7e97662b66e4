"""The rule book: the rule table as a page, each rule with a heading, a formula and an anchor.

In: the rules. Out: elements for the tree of a document that holds the line `[MATCALC-RULES]`. They
are real headings, so that the table of contents, the search and the check of links know them; what
stands below each is put in when the page is whole, for the table of contents looks through all that
Markdown has stashed, once for each heading. The page itself is one line of Markdown: formulas in its
source would pass through every other plugin.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from . import ASSETS
from .marks import ATTRIBUTE, Marks

if TYPE_CHECKING:
    from .request import Stated

#: The line that a page asks for the rule book with.
MARKER = "[MATCALC-RULES]"

#: The page that the plugin adds to a site; a file, for some plugins expect that of every page.
PAGE = ASSETS / "rulebook.md"


def entries(rules: Iterable[Stated], marks: Marks) -> list[Element]:
    """The rules as headings and marks for their bodies, by family."""
    made: list[Element] = []
    ordered = list(rules)
    families = {family: place for place, family in enumerate(dict.fromkeys(rule.family for rule in ordered))}
    ordered.sort(key=lambda rule: families[rule.family])
    for family, members in groupby(ordered, key=lambda rule: rule.family):
        if family:
            made.append(_heading("h2", family[:1].upper() + family[1:], ""))
        for rule in members:
            made.append(_heading("h3", f"({rule.number}) {rule.title}", rule.anchor))
            made.append(Element("div", {ATTRIBUTE: marks.leave(rule)}))
    return made


def body(rule: Stated) -> str:
    """What stands below the heading of a rule."""
    return f'<div class="matcalc-rule-body">{rule.body}</div>'


def _heading(tag: str, text: str, anchor: str) -> Element:
    heading = Element(tag, {"id": anchor} if anchor else {})
    heading.text = AtomicString(text)
    return heading
