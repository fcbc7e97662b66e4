r"""The Python-Markdown extension: the `derive` fence, references to its results, and the rule book.

In: Markdown. Out: HTML in which each derive block is a derivation, its result numbered, and
`\eqref{…}` a link to one. It works in every Python-Markdown host, on its own, and takes its options
in the usual way:

    markdown.Markdown(extensions=["matcalc"], extension_configs={"matcalc": {"layout": "denominator"}})

The option `page` is for a host that knows more of a page than its text, as the MkDocs plugin does.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from . import block, crossref, mathml, numbering, rulebook
from .fence import Fences, install
from .page import Page
from .settings import Settings


class MatcalcExtension(Extension):
    """Options: `layout`, `style`, `number`, `math`, `show`, `rulebook_url`."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "layout": ["numerator", "numerator, denominator or mixed"],
            "style": ["differential", "differential, chain or index"],
            "number": ["result", "which lines carry a number: result, all or none"],
            "math": ["auto", "mathjax, katex, mathml or none; auto is mathml"],
            "show": [[], "what is shown below a derivation: source, code"],
            "rulebook_url": ["", "the address of the rule book; rules are not linked without one"],
            "page": ["", "what the host knows of the page"],
        }
        super().__init__(**kwargs)
        self.fences = Fences()
        self.page = Page()
        self.whole = False  # whether what postprocessors are given is the whole page

    @property
    def settings(self) -> Settings:
        """What holds for a block that says nothing else; a `ValueError` for a value that no option has."""
        return Settings().updated(self.getConfigs())

    def extendMarkdown(self, md: Markdown) -> None:
        """Take part in reading, in the order: the place of blocks, references, the rule book, the marks."""
        self.md = md
        self.settings  # noqa: B018 - a wrong option is reported here, not on the first page with a block
        md.registerExtension(self)
        md.preprocessors.register(_Begin(md, self), "matcalc_begin", 100)
        # After code spans (190) and the formulas of arithmatex (189.9), before backslash escapes (180).
        md.inlinePatterns.register(_Reference(crossref.PATTERN, md), "matcalc_reference", 185)
        # After inline patterns (20), and before the table of contents (5) looks for headings.
        md.treeprocessors.register(_RuleBook(md, self), "matcalc_rulebook", 15)
        # The table of contents runs the postprocessors on each heading: those runs are not for us.
        md.treeprocessors.register(_Whole(md, self), "matcalc_whole", -1000)
        # After stashed HTML is back in its place (30).
        md.postprocessors.register(_Finish(md, self), "matcalc_finish", 5)

    def reset(self) -> None:
        """Begin a document. All extensions are loaded by now, whatever their order."""
        self.fences.clear()
        install(self.md, self.fences)

    def begin(self, source: str) -> None:
        """Note what the page is that is about to be read."""
        self.whole = False
        host = self.getConfig("page")
        if isinstance(host, Page):
            self.page = host
        else:
            self.page = Page(source=source, rulebook=self.getConfig("rulebook_url"))
            self.page.check_headers()


class _Begin(Preprocessor):
    """Reads where the blocks stand, before anything else touches the source."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self._extension.begin("\n".join(lines))
        return lines


class _Reference(InlineProcessor):
    """Turns a reference into a mark that is resolved when the page is whole."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002
        mark = Element("matcalc-ref", command=m["command"], labels=m["labels"])
        mark.text = AtomicString(m.group())
        return mark, m.start(), m.end()


class _RuleBook(Treeprocessor):
    """Puts the rule book where a page asks for it."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        for place, element in enumerate(list(root)):
            if element.tag == "p" and (element.text or "").strip() == rulebook.MARKER and not len(element):
                stash = self.md.htmlStash.store
                entries = rulebook.entries(self._extension.settings.renderer, stash)
                root.remove(element)
                for offset, entry in enumerate(entries):
                    root.insert(place + offset, entry)
                return


class _Whole(Treeprocessor):
    """Notes that the tree is done."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:  # noqa: ARG002
        self._extension.whole = True


class _Finish(Postprocessor):
    """Renders the blocks in the order of the page, and numbers them unless the host does."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, text: str) -> str:
        if not self._extension.whole:
            return text
        page, settings = self._extension.page, self._extension.settings
        text = self._extension.fences.fill(text, lambda fence: block.render(fence, page, settings))
        if settings.renderer == "mathml":
            text = mathml.convert_marked(text)
        return finish(text, page).html if page.finishes else text


def finish(text: str, page: Page) -> numbering.Numbered:
    """The whole page with its numbers and references; a warning for each label that nothing has."""
    numbered = numbering.number(text)

    def link(label: str) -> crossref.Link | None:
        target = numbered.targets.get(label)
        return crossref.Link(target.number, f"#{target.anchor}") if target else None

    numbered.html, unresolved = crossref.resolve(numbered.html, link)
    for label in dict.fromkeys(unresolved):
        # A formula written by hand may have it, which the renderer of the site resolves by itself.
        if f"\\label{{{label}}}" not in page.source:
            page.warn(_line(page.source, label), f"no equation on this page has the label '{label}'")
    return numbered


def _line(source: str, label: str) -> int | None:
    """The first line of a source that refers to a label."""
    for number, line in enumerate(source.splitlines(), 1):
        for found in re.finditer(crossref.PATTERN, line):
            if label in (each.strip() for each in found["labels"].split(",")):
                return number
    return None


def makeExtension(**kwargs: Any) -> MatcalcExtension:
    """The extension under the name of this module."""
    return MatcalcExtension(**kwargs)
