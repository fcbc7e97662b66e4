r"""Headings with formulas: the words that a table of contents and the title of a page show of them.

In: the tree of a document. Out: headings with the label that the table of contents takes, as `‖x‖²` for
`$\|x\|^2$`; a label that the author has given stays. The heading itself keeps its formula.
"""

from __future__ import annotations

import html
import re
from copy import deepcopy
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.toc import remove_fnrefs, render_inner_html, strip_tags
from markdown.treeprocessors import Treeprocessor

from . import plain, references

if TYPE_CHECKING:
    from .extension import MatcalcExtension
    from .page import Page

_LABEL = "data-toc-label"
#: What may begin a tag; a host may take a label for HTML.
_TAG = re.compile(r"<(?=\S)")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))


class Headings(Treeprocessor):
    """Puts words into the labels of headings, and notes the title of the page."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        """Look at each heading; the title is the first thing on the page or it is none."""
        page = self._extension.page
        page.heading = ""
        listed = "toc" in self.md.treeprocessors
        for place, element in enumerate(root.iter()):
            if element.tag not in _HEADINGS:
                continue
            words = self._words(element, page)
            if words and listed and _LABEL not in element.attrib:
                element.set(_LABEL, html.escape(words))
            if place == 1 and element.tag == "h1":  # 0 is the root
                page.heading = words

    def _words(self, heading: Element, page: Page) -> str:
        """A heading in words; empty where it has no formula."""
        copy = deepcopy(heading)
        found = [each for each in copy.iter() if _tex(each)]
        for element in found:
            tex, _ = references.in_tex(_tex(element), page, "none")
            tail = element.tail
            element.clear()
            element.tag, element.text, element.tail = "span", plain.formula(tex), tail
        words = html.unescape(strip_tags(render_inner_html(remove_fnrefs(copy), self.md))) if found else ""
        return _TAG.sub("\u02c2", words)


def _tex(element: Element) -> str:
    r"""The formula that arithmatex has made an element of; empty where it is none."""
    text = element.text or ""
    if "arithmatex" in (element.get("class") or "").split():
        return text.removeprefix("\\(").removesuffix("\\)").strip()
    return text if element.tag == "script" and (element.get("type") or "").startswith("math/tex") else ""
