"""What is known of the page that is being rendered, and the warnings about it.

The extension makes one for each document, with numbers of its own; the plugin makes one for a site
and turns it from page to page: it knows the file, the way to every other page, and the numbers of
the whole site.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..visible import Guard
from . import cells, crossref, directive, equation, macros, names, outline, placing, scan
from .crossref import Link
from .macros import Macro
from .marks import Marks
from .numbering import unnumbered
from .scan import Block

if TYPE_CHECKING:
    from .numbering import Figure, Numbers, Placed, Target, Use
    from .outline import Display

#: What a document holds, by its text, each with its numbers.
Arranged = dict[str, list["Placed"]]

#: A logger that speaks for the extension where no plugin has one of its host.
LOG: logging.Logger = logging.getLogger("mkdocs_matcalc")
LOG.addFilter(Guard())

#: So many formulas of a page are told one by one when they cannot be set, and so much is shown of each.
_UNSET, _SHOWN = 50, 60


@dataclass
class Page:
    """A page in the making."""

    source: str = ""  #: the Markdown of the file, front matter and all
    path: str = ""  #: the file, as warnings name it
    rulebook: str = ""  #: the address of the rule book from here; empty where there is none
    key: str = ""  #: what the host calls the page
    hosted: bool = False  #: whether the host knows the whole site
    log: logging.Logger | logging.LoggerAdapter[logging.Logger] = LOG
    numbers: Numbers | None = None
    href: Callable[[str], str] = lambda key: key  #: the address of another page from here
    words: crossref.Words = field(default_factory=crossref.Words)
    backlinks: bool = True  #: whether an equation lists where it is used
    figures: int = 0  #: how many derivations have been shown
    met: Counter[str] = field(default_factory=Counter)  #: references to each label so far
    heading: str = ""  #: the title in words, where it has a formula
    unknown: list[str] = field(default_factory=list)  #: labels in formulas that nothing has
    warned: list[str] = field(default_factory=list)  #: what was told of it
    known: dict[str, str] = field(
        default_factory=dict
    )  #: what slots are filled with from here on, links of rules among them
    macros: dict[str, Macro] = field(default_factory=dict)  #: the commands that formulas of the page define
    unset: set[str] = field(default_factory=set)  #: formulas that were told to be impossible
    marks: Marks = field(default_factory=Marks)  #: what stands on the page for what is yet to be put there
    previewed: set[str] = field(default_factory=set)  #: labels whose equations have a preview on the page
    _found: dict[str, list[Block]] | None = None
    _seen: Counter[str] = field(default_factory=Counter)
    echo: bool = False  #: whether what is read stood on another page before, as an excerpt of it
    _waiting: list[Placed] | None = None  # what the scan has numbered, and no document of the page has held so far
    _due: dict[int, Placed] = field(default_factory=dict)  # what a document holds, and is yet to be shown
    _strays: set[str] = field(default_factory=set)  # references that were told to be none
    read: bool = False  #: whether the extension has read the page
    again: bool = False  #: whether what is read has been read before, as where another plugin renders a page twice
    waits: bool = False  #: whether the host will resolve what is unknown when all pages are made
    _raw: str = ""  # the file, where that is a notebook
    _told: set[int] = field(default_factory=set)  # lines whose blocks are told to be opened in a wrong way

    def begin(
        self, *, source: str, path: str, rulebook: str, key: str = "", href: Callable[[str], str], echo: bool = False
    ) -> None:
        """Turn to another page; the host keeps one of these, for the extensions that hold it."""
        notebook = cells.read(source)
        self.source, self._raw = (notebook.text, source) if notebook else (source, "")
        self.path, self.rulebook, self.key, self.href = path, rulebook, key, href
        self.read = self.again = self.waits = False
        self.warned = []
        self.figures = 0
        self.met = Counter()
        self.unknown = []
        self.known = {}
        self.macros = {}
        self.unset = set()
        self.marks = Marks()
        self.previewed = set()
        self._found = None
        self._seen = Counter()
        self.echo = echo
        self._waiting = None
        self._due = {}
        self._told = set()
        self._strays = set()

    def copy(self) -> Page:
        """The page as it is now, while the host turns to the next."""
        return replace(self)

    def arrange(self, items: Iterable[Block | Display], origin: str = "") -> Arranged:
        """Find the number of each thing in a document as it is read, other plugins having had their say.

        What the scan of the file did not see, as a block in an included text, is numbered now: last. A page
        may be of several documents, as where docstrings are put on it. An echo has the numbers of the page
        that it is from, its `origin` where that is known.
        """
        arranged: Arranged = {}
        if self.numbers is None:
            return arranged
        if self.echo:
            return self._echoed(list(items), origin)
        items = list(items)
        if self.again:
            self._waiting, self._due, self._found, self.figures = None, {}, None, 0
            self._seen, self.met = Counter(), Counter()
        waiting = list(self.numbers.on(self.key)) if self._waiting is None else self._waiting
        found = placing.matched(waiting, items, by_place=self._waiting is None)
        for item, old in zip(items, found, strict=True):
            # Lines of what another plugin has brought in are not those of the file.
            placed = (
                self.numbers.renew(self.key, old, item) if old else self.numbers.place(self.key, item._replace(line=0))
            )
            if old:
                self._due[id(placed)] = placed
            arranged.setdefault(scan.bare(item.text), []).append(placed)
        met = {id(old) for old in found}
        self._waiting = [each for each in waiting if id(each) not in met]
        return arranged

    def _echoed(self, items: list[Block | Display], origin: str) -> Arranged:
        arranged: Arranged = {}
        if self.numbers is None:
            return arranged
        source = self.numbers.source(origin)
        if source is not None:  # what is wrong stands there
            self.path, self._found, self._seen = source.path, scan.by_text(source.outline.blocks), Counter()
        for item, old in zip(items, placing.matched(self.numbers.on(origin), items), strict=True):
            placed = old or self.numbers.like(item)
            if placed is not None:
                arranged.setdefault(scan.bare(item.text), []).append(placed)
        return arranged

    def placed(self, item: Block | Display, arranged: Arranged) -> Placed | None:
        """The next thing in a document that is like `item`, with its numbers."""
        same = arranged.get(scan.bare(item.text))
        if same:
            placed = same.pop(0)
            self._due.pop(id(placed), None)
            return placed
        if self.numbers is None:
            return None
        return unnumbered(self.key, item) if self.echo else self.numbers.place(self.key, item)

    def warn_lost(self) -> None:
        """A warning for each thing that has a number in its file and is not on the page."""
        for placed in [*(self._waiting or ()), *self._due.values()]:
            numbers = [figure.whole.number for figure in placed.figures if figure.whole.number]
            if numbers and placed.item.line not in self._told:
                self.warn(
                    placed.item.line,
                    f"what stands here has the number ({numbers[0]}), and is not on the page: another plugin has "
                    "taken it away, or it stands where it is not read",
                )

    def warn_not_run(self, line: int) -> None:
        """A warning for a block on a page that something else has read, where the block was not found."""
        self._told.add(line)
        self.warn(line, "this block is not run: the page is read by something that knows no derive blocks")

    def warn_doubled(self, text: str) -> None:
        """A warning for each id of ours that stands more than once on a finished page."""
        if self.numbers is None:
            return
        found = Counter(names.in_html(text))
        ours = self.numbers.ids(self.key)
        for each in sorted(
            name for name, times in found.items() if times > 1 and (name in ours or names.reserved(name))
        ):
            self.log.warning(
                "%s: the id '%s' stands %s times on the page, and references go to the first: give what is not the "
                "equation another id, or the equation another label",
                self.where(None), each, found[each],
            )  # fmt: skip

    @property
    def notebook(self) -> bool:
        """Whether the file is a notebook."""
        return bool(self._raw)

    @property
    def written(self) -> str:
        """The file as it is, which may be a notebook."""
        return self._raw or self.source

    @property
    def blocks(self) -> list[Block]:
        """The derive blocks of the source."""
        return outline.outline(self.written).blocks

    @property
    def group(self) -> str:
        """The page in the names of its groups of tabs."""
        return re.sub(r"[^a-z0-9]+", "-", self.key.lower()).strip("-")

    def place(self, text: str) -> Block | None:
        """The place of the next block with this text; asked once for each block, in the order of the page."""
        if self._found is None:
            self._found = scan.by_text(self.blocks)
        bare = scan.bare(text)
        occurrence = self._seen[bare]
        self._seen[bare] += 1
        same = self._found.get(bare)
        return same[min(occurrence, len(same) - 1)] if same else None

    def uses(self, figure: Figure) -> list[Use]:
        """The pages that refer to a derivation or an equation."""
        return self.numbers.uses(figure) if self.numbers is not None else []

    def to(self, target: Target) -> str:
        """The address of a target from here."""
        return f"{self.href(target.page) if target.page != self.key else ''}#{target.anchor}"

    def target(self, label: str) -> Target | None:
        """What a label stands for."""
        return self.numbers.find(label) if self.numbers is not None else None

    def link(self, label: str) -> Link | None:
        """A label as a reference shows it, without a preview."""
        target = self.target(label)
        if target is None or self.numbers is None:
            return None
        title = crossref.plain(target.title, self._numbered, self.words) or self.numbers.title(target.page)
        number = crossref.brief(target.number) or label
        return Link(number, self.to(target), target.order, label=label, title=crossref.brief(title))

    def _numbered(self, label: str) -> Link | None:
        """A label in a title, which shows no other title: they might name each other."""
        target = self.target(label)
        return Link(crossref.brief(target.number) or label, "", target.order) if target else None

    @property
    def anchored(self) -> set[str]:
        """The ids of the first references to each label."""
        return {crossref.use_anchor(label) for label in self.met}

    def warn_stray(self, written: str, command: str) -> None:
        """A warning, once, for a reference by a command that is none here."""
        if written not in self._strays:
            self._strays.add(written)
            line = next((n for n, line in enumerate(self.source.splitlines(), 1) if written in line), None)
            known = ", ".join(f"\\{each}" for each in crossref.COMMANDS)
            self.warn(line, f"'\\{command}' is no reference here and stays as it is; those that are: {known}")

    def warn_astray(self, label: str) -> None:
        """A warning, once, for a label in a formula that nothing numbers, as in a fence of formulas."""
        if self.numbers is None or label in self.numbers.excused:
            return
        self.numbers.excused.add(label)
        self.warn(_labels(self.source).get(label), outline.astray_words(label))

    def where(self, line: int | None) -> str:
        """A line of this page in words, as `docs/index.md:12`."""
        if line is None:
            return self.path or "in a text that is not the page's own"
        notebook = cells.read(self._raw) if self._raw else None
        if notebook is not None and not isinstance(line, cells.Line):
            line = notebook.line(line)
        return f"{self.path}:{line}" if self.path else f"line {line}"

    def warn(self, line: int | None, message: str) -> None:
        """A warning that names the file and the line, on which a strict build stops."""
        told = f"{self.where(line)}: {message}"
        if self.echo or (self.again and told in self.warned):  # it was told where it stood before
            return
        self.warned.append(told)
        self.log.warning("%s", told)

    def spelled(self, tex: str, renderer: str) -> str:
        """A formula of the page without commands that the renderer does not know from other formulas of the page."""
        return macros.spelled(tex, self.macros) if self.macros and renderer in ("mathml", "katex") else tex

    def cannot_set(self, line: int | None, tex: str, why: str, renderer: str) -> None:
        """A warning for a formula that cannot be set, once; a page of a thousand of them has enough of it sooner."""
        if tex in self.unset or len(self.unset) >= _UNSET:
            return
        self.unset.add(tex)
        shown = " ".join(tex[:200].split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        if renderer == "mathml":
            self.warn(line, f"a formula cannot be set in MathML and is left as TeX: {why}: {shown}")
        else:
            self.warn(line, f"a formula has {why}, which KaTeX does not know: {shown}")

    def line_with(self, tex: str) -> int | None:
        """The line of the source where a formula begins; None where it is not found there."""
        whole = tex.strip()
        place = self.source.find(whole)
        if place < 0:  # in a quote or a list its other lines have marks before them
            first = whole.partition("\n")[0].strip()
            place = self.source.find(first) if first else -1
        return self.source.count("\n", 0, place) + 1 if place >= 0 else None

    def line_of(self, label: str) -> int | None:
        """The first line of the source that refers to a label."""
        return next((line for line, _ in _uses(self.source).get(label, ())), None)

    def only_named(self, label: str) -> bool:
        """Whether the source refers to a label, and by its title alone."""
        return {command for _, command in _uses(self.source).get(label, ())} == {"nameref"}

    def check_headers(self, *, macros: bool = False) -> None:
        """A warning for each fence whose header SuperFences would swallow, or mkdocs-macros where that is there."""
        for line in scan.between_colons(self.source):
            self.warn(line, directive.COLONS)
        for block in self.blocks:
            if block.complaint:
                self._told.add(block.line)
                self.warn(block.line, block.complaint)
            elif macros and "{#" in block.header:
                self._told.add(block.line)
                self.warn(
                    block.line,
                    "mkdocs-macros reads '{#' as the start of a comment, and the block may vanish: "
                    f"write 'label: {block.label or 'ls'}' in the block",
                )

    def broken(self, label: str) -> None:
        """Note that the block of a label is wrong, which is told where it stands."""
        if label and self.numbers is not None:
            self.numbers.excused.add(label)

    def warn_unresolved(self, labels: Iterable[str]) -> None:
        """A warning for each label that nothing has, with the nearest that something has."""
        for label in dict.fromkeys(labels):
            if self.numbers is not None and self.numbers.excuses(label):
                continue
            scope = "the site" if self.hosted else "this page"
            near = self.numbers.near(label) if self.numbers is not None else ""
            hint = f"; did you mean '{near}'?" if near else ""
            if line := _labels(self.source).get(label):
                hint = f"; the one on line {line} stands in code or in a comment, where nothing is numbered"
            if not self.hosted:
                hint += "; references from page to page need the MkDocs plugin"
            self.warn(self.line_of(label), f"no equation of {scope} has the label '{label}'{hint}")


@lru_cache(maxsize=4)
def _uses(source: str) -> dict[str, list[tuple[int, str]]]:
    """The references of a source by their labels: the line of each, and its command."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(source.splitlines(), 1):
        for each in crossref.REFERENCE.finditer(line) if "ref" in line else ():
            for label in crossref.labels(each["labels"]):
                found.setdefault(label, []).append((number, each["command"]))
    return found


@lru_cache(maxsize=4)
def _labels(source: str) -> dict[str, int]:
    """The labels of formulas in a source, and in what looks like one: the first line of each."""
    found: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), 1):
        for each in equation.LABEL.finditer(line) if "\\label" in line else ():
            found.setdefault(each["label"].strip(), number)
    return found
