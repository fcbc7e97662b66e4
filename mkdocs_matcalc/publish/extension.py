r"""The Python-Markdown extension: the `derive` fence, labelled equations, references, and the rule book.

In: Markdown. Out: HTML in which each derive block is a derivation, its result numbered, and
`\eqref{…}` a link to one. It works in every Python-Markdown host, on its own, where it numbers page by
page, and takes its options in the usual way:

    markdown.Markdown(extensions=["matcalc"], extension_configs={"matcalc": {"layout": "denominator"}})

The option `page` is for a host that knows more of a page than its text, as the MkDocs plugin does.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from .. import missing

try:
    from markdown import Markdown
except ImportError as failed:
    raise missing.told(failed) from failed
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from ..errors import DeriveError
from ..visible import visible
from . import (
    backlinks,
    block,
    crossref,
    directive,
    display,
    inline,
    numbering,
    outline,
    reading,
    references,
    rulebook,
    scan,
)
from .crossref import Reference
from .engine import Engine
from .fence import Fence, Fences, install
from .headings import Headings
from .host import Host, entitle
from .host import of as host_of
from .marks import Where
from .page import LOG, Arranged, Page
from .request import Stated
from .settings import Settings

#: The pages that hosts are making, by the objects that these have for them.
_PAGES: WeakKeyDictionary[Any, Page] = WeakKeyDictionary()


class MatcalcExtension(Extension):
    """Options: `layout`, `style`, `number`, `math`, `show`, `rulebook_url`, `language`, `path`, `strict`."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "layout": ["numerator", "numerator, denominator or mixed"],
            "style": ["differential", "differential, chain or index"],
            "number": ["result", "which lines carry a number: result, all or none"],
            "numbering": ["page", "page; site and section need the MkDocs plugin"],
            "math": [
                "auto",
                "mathjax, katex, mathml or none; auto is what the site loads, as far as the host tells, else mathml",
            ],
            "show": [[], "what is shown besides a derivation: source, code; folded"],
            "language": ["en", "the language of the words around numbers"],
            "path": ["", "the file, as messages name it, where the host does not tell"],
            "strict": [False, "whether a page with a warning is an error"],
            "rulebook_url": ["", "the address of the rule book; rules are not linked without one"],
            "page": ["", "what the host knows of the page"],
            "engine": ["", "what the host derives with"],
        }
        super().__init__(**kwargs)
        self.fences = Fences()
        self.page = Page()
        self.engine = Engine()
        self._arranged: Arranged = {}
        self.host = Host()
        self.front = ""  # what the host has taken away from the beginning of the page
        self.inner = False  # whether what is read is a part of a page that is being read
        self.whole = False  # whether what postprocessors are given is the whole page

    @property
    def settings(self) -> Settings:
        """What holds for a block that says nothing else; a `ValueError` for a value that no option has."""
        settings = Settings().updated(self.getConfigs())
        return replace(settings, math=self.host.renderer) if settings.math == "auto" else settings

    def extendMarkdown(self, md: Markdown) -> None:
        """Take part in reading, in the order: the place of blocks, references, the rule book, the marks."""
        self.md = md
        self.settings  # noqa: B018 - a wrong option is reported here, not on the first page with a block
        if isinstance(self.getConfig("engine"), Engine):
            self.engine = self.getConfig("engine")
        self._check_numbering()
        self._check_address()
        md.registerExtension(self)
        md.preprocessors.register(_Begin(md, self), "matcalc_begin", 100)
        # After snippets (32) have brought in what they bring in, and before fences (26, 25) are read.
        md.preprocessors.register(_Arrange(md, self), "matcalc_arrange", 27)
        # After indented code (80), and before the formulas of arithmatex (79.9).
        md.parser.blockprocessors.register(display.Equations(md, self), "matcalc_equation", 79.95)
        # After code spans (190) and the formulas of arithmatex (189.9), before backslash escapes (180).
        # Before the formulas of arithmatex (189.9), and after code spans (190).
        md.inlinePatterns.register(inline.TextFormulas(md), "matcalc_text_formulas", 189.95)
        md.inlinePatterns.register(reading.References(md, self), "matcalc_reference", 185)
        md.inlinePatterns.register(reading.Stray(md, self), "matcalc_stray", 184.9)
        # Before inline patterns (20), each of which would look through the place of each block.
        md.treeprocessors.register(_Marks(md, self), "matcalc_marks", 21)
        # After inline patterns (20), and before the table of contents (5) looks for headings.
        md.treeprocessors.register(_RuleBook(md, self), "matcalc_rulebook", 15)
        md.treeprocessors.register(display.Listing(md, self), "matcalc_equations", 14)
        # After inline patterns (20), and before the table of contents (5).
        md.treeprocessors.register(Headings(md, self), "matcalc_headings", 6)
        # Around the table of contents (5), which gives each heading an id that nothing else has.
        reserve = _Reserve(md, self)
        md.treeprocessors.register(reserve, "matcalc_reserve", 5.1)
        md.treeprocessors.register(_Release(reserve), "matcalc_release", 4.9)
        # The table of contents runs the postprocessors on each heading: those runs are not for us.
        md.treeprocessors.register(_Whole(md, self), "matcalc_whole", -1000)
        # After stashed HTML is back in its place (30).
        md.postprocessors.register(_Finish(md, self), "matcalc_finish", 5)

    def reset(self) -> None:
        """Begin a document. All extensions are loaded by now, whatever their order."""
        install(self.md, self.fences)

    def begin(self, source: str) -> None:
        """Note what the page is that is about to be read, and whose marks are left on it."""
        self._turn(source)
        self.fences.marks = self.page.marks

    def _turn(self, source: str) -> None:
        self.whole = False
        host = self.getConfig("page")
        if isinstance(host, Page):
            self.page = host
            host.read = True
            return
        self.host = host_of(self.md)
        known = _PAGES.get(self.host.page) if self.host.page is not None else None
        self.inner = known is not None
        if known is not None:  # a docstring, which another extension puts on the page
            self.page = known
            return
        self.front = self.host.front_matter(source)
        self.page = Page(
            source=self.front + source,
            path=str(self.getConfig("path") or self.host.path),
            rulebook=self.getConfig("rulebook_url"),
            words=crossref.words(str(self.getConfig("language"))),
            log=self.host.log,
        )
        self._remember()
        self.page.check_headers()

    def _remember(self) -> None:
        """Let what is put on this page as it is read find it."""
        if self.host.page is not None:
            _PAGES[self.host.page] = self.page

    def end(self, text: str) -> str:
        """A page that no host has more to say of; in a strict build a `DeriveError` with what was warned of."""
        page = self.page
        if self.host.page is not None and not page.hosted:
            del _PAGES[self.host.page]
        page.warn_lost()
        text = finish(text, page, self.settings.renderer)
        text = backlinks.settled(text, lambda _, place: place in page.anchored)
        page.warn_doubled(text)
        entitle(self.host, page.heading)
        if page.warned and (self.getConfig("strict") or self.host.strict):
            raise DeriveError("; ".join(page.warned))
        return text

    def put(self, what: object, mark: str, where: Where) -> str:
        """What stands in the place of a mark."""
        page, settings = self.page, self.settings
        match what:
            case Reference():
                return references.put(what, mark, where, page, settings.renderer)
            case Fence() if where is Where.ELEMENT:
                return block.render(what, page, settings, self.engine, self.placed)
            case Stated() if where is Where.ELEMENT:
                return rulebook.body(what)
            case Fence():
                return html.escape(what.text)
        return ""

    def reserved(self) -> set[str]:
        """The ids that this package brings to the page, none of which a heading may take."""
        page = self.page
        return page.numbers.ids(page.key) if page.numbers is not None and not page.echo else set()

    def arrange(self, lines: list[str]) -> list[str]:
        """Number what is on the page, or find the numbers that the host gave it; the page in fences of ours."""
        page, settings = self.page, self.settings
        source = "\n".join(lines)
        seen = outline.outline(source if page.hosted or self.inner else self.front + source)
        if not page.hosted and not self.inner:
            page.numbers = numbering.Numbers("page", lambda item: self.engine.facts(item.text, settings), settings)
            page.numbers.add([numbering.Source(page.key, page.path, seen.title, seen)])
            for complaint in page.numbers.complaints():
                page.warn(complaint.line, complaint.words)
            for line, words in outline.told_astray(seen):
                page.warn(line, words)
            page.numbers.excused.update(stray.label for stray in seen.astray)
        page.macros |= dict(seen.macros)
        self._arranged = page.arrange(seen.items, self._origin())
        return directive.rewritten(lines, outline.outline(source).blocks)

    def placed(self, item: scan.Block | outline.Display) -> numbering.Placed | None:
        """The next thing in this document that is like `item`, with its numbers."""
        return self.page.placed(item, self._arranged)

    def _origin(self) -> str:
        """The page that this document is from, as MkDocs tells it to what resolves links."""
        names = (getattr(getattr(each, "file", None), "src_uri", None) for each in self.md.treeprocessors)
        return next((name for name in names if isinstance(name, str)), "")

    def _check_numbering(self) -> None:
        mode = self.getConfig("numbering")
        if mode not in numbering.MODES:
            raise ValueError(f"numbering: '{visible(mode)}' is none of {', '.join(numbering.MODES)}")
        if mode != "page" and not isinstance(self.getConfig("page"), Page):
            LOG.warning("numbering: %s needs the MkDocs plugin; without it each page has numbers of its own", mode)

    def _check_address(self) -> None:
        address = self.getConfig("rulebook_url")
        if not isinstance(address, str | None):
            message = f"rulebook_url: '{visible(address)}' is no address, as '/rules/' is"
            raise ValueError(message)  # noqa: TRY004 - whatever is wrong with an option, it is a ValueError


class _Begin(Preprocessor):
    """Reads where the blocks stand, before anything else touches the source."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self._extension.begin("\n".join(lines))
        return lines


class _Arrange(Preprocessor):
    """Sees what is numbered, before fences are read."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, lines: list[str]) -> list[str]:
        return self._extension.arrange(lines)


class _Marks(Treeprocessor):
    """Puts the marks of blocks into the tree."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        self._extension.fences.unstash(root, self.md.htmlStash)


class _RuleBook(Treeprocessor):
    """Puts the rule book where a page asks for it."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        for place, element in enumerate(list(root)):
            if element.tag == "p" and (element.text or "").strip() == rulebook.MARKER and not len(element):
                try:
                    rules = self._extension.engine.book(self._extension.settings.renderer)
                except DeriveError as error:  # what it is made with is missing
                    self._extension.page.warn(None, f"there is no rule book: {error.message}; {error.hint}")
                    return
                entries = rulebook.entries(rules, self._extension.page.marks)
                root.remove(element)
                for offset, entry in enumerate(entries):
                    root.insert(place + offset, entry)
                return


class _Reserve(Treeprocessor):
    """Puts the ids into the tree that are not in it yet, for those of blocks come with their HTML."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension
        self.holders: list[Element] = []

    def run(self, root: Element) -> None:
        self.holders = [Element("span", {"id": each}) for each in sorted(self._extension.reserved())]
        root.extend(self.holders)


class _Release(Treeprocessor):
    """Takes them out of the tree again."""

    def __init__(self, reserve: _Reserve) -> None:
        super().__init__(reserve.md)
        self._reserve = reserve

    def run(self, root: Element) -> None:
        holders = {id(each) for each in self._reserve.holders}
        root[:] = [each for each in root if id(each) not in holders]
        self._reserve.holders = []


class _Whole(Treeprocessor):
    """Notes that the tree is done, and gives equations their ids, which other extensions would change."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        self._extension.whole = True
        for element in root.iter():
            if display.ID in element.attrib:
                element.set("id", element.attrib.pop(display.ID))


class _Finish(Postprocessor):
    """Renders the blocks in the order of the page, and numbers them unless the host does."""

    def __init__(self, md: Markdown, extension: MatcalcExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, text: str) -> str:
        extension = self._extension
        page, renderer = extension.page, extension.settings.renderer
        if not extension.whole:
            return references.in_words(text, page)
        # Formulas first: those of the derivations, which are most of a page, have no references.
        text = page.marks.fill(references.in_formulas(text, page, renderer), extension.put)
        if page.again:  # the host has had its say
            page.warn_lost()
            return text if page.waits else finish(text, page, renderer)
        inside = extension.inner or (page.hosted and not page.echo)  # there is more to come
        return text if inside else extension.end(text)


def finish(text: str, page: Page, renderer: str) -> str:
    """A page whose references are as good as they get; a warning for each that is not good."""
    page.warn_unresolved(page.unknown)
    references.warn_unnumbered(page, page.met)
    return references.settle(text, page, renderer)


def makeExtension(**kwargs: Any) -> MatcalcExtension:
    """The extension under the name of this module."""
    return MatcalcExtension(**kwargs)
