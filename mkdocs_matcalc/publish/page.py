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
from typing import TYPE_CHECKING

from . import crossref, outline, scan
from .crossref import Link
from .scan import Block

if TYPE_CHECKING:
    from .numbering import Figure, Numbers, Placed, Target, Use
    from .outline import Display

#: A logger that speaks for the extension where no plugin has one of its host.
LOG: logging.Logger = logging.getLogger("mkdocs_matcalc")


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
    unknown: list[str] = field(default_factory=list)  #: labels in formulas that nothing has
    known: dict[str, str] = field(
        default_factory=dict
    )  #: what slots are filled with from here on, links of rules among them
    marked: bool = True  #: whether there may be marks of references that are not resolved
    _found: dict[str, list[Block]] | None = None
    _seen: Counter[str] = field(default_factory=Counter)
    _placed: dict[str, list[Placed]] = field(default_factory=dict)

    def begin(self, *, source: str, path: str, rulebook: str, key: str = "", href: Callable[[str], str]) -> None:
        """Turn to another page; the host keeps one of these, for the extensions that hold it."""
        self.source, self.path, self.rulebook, self.key, self.href = source, path, rulebook, key, href
        self.figures = 0
        self.met = Counter()
        self.unknown = []
        self.known = {}
        self.marked = True
        self._found = None
        self._seen = Counter()
        self._placed = {}

    def copy(self) -> Page:
        """The page as it is now, while the host turns to the next."""
        return replace(self)

    def arrange(self, items: Iterable[Block | Display]) -> None:
        """Find the number of each thing on the page as it is read, other plugins having had their say.

        What the scan of the file did not see, as a block in an included text, is numbered now: last.
        """
        if self.numbers is None:
            return
        known: dict[str, list[Placed]] = {}
        for placed in self.numbers.on(self.key):
            known.setdefault(scan.bare(placed.item.text), []).append(placed)
        self._placed = {}
        for item in items:
            text = scan.bare(item.text)
            same = known.get(text)
            placed = same.pop(0) if same else self.numbers.place(self.key, item)
            self._placed.setdefault(text, []).append(placed)

    def placed(self, item: Block | Display) -> Placed | None:
        """The next thing on the page that is like `item`, with its numbers."""
        same = self._placed.get(scan.bare(item.text))
        if same:
            return same.pop(0)
        return self.numbers.place(self.key, item) if self.numbers is not None else None

    @property
    def blocks(self) -> list[Block]:
        """The derive blocks of the source."""
        return outline.outline(self.source).blocks

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
        return Link(target.number or label, self.to(target), target.order, label=label) if target else None

    def where(self, line: int | None) -> str:
        """A line of this page in words, as `docs/index.md:12`."""
        if line is None:
            return self.path or "in a text that is not the page's own"
        return f"{self.path}:{line}" if self.path else f"line {line}"

    def warn(self, line: int | None, message: str) -> None:
        """A warning that names the file and the line, on which a strict build stops."""
        self.log.warning("%s: %s", self.where(line), message)

    def line_of(self, label: str) -> int | None:
        """The first line of the source that refers to a label."""
        for number, line in enumerate(self.source.splitlines(), 1):
            for found in re.finditer(crossref.PATTERN, line):
                if label in crossref.labels(found["labels"]):
                    return number
        return None

    def check_headers(self, *, macros: bool = False) -> None:
        """A warning for each fence whose header SuperFences would swallow, or mkdocs-macros where that is there."""
        for block in self.blocks:
            if block.complaint:
                self.warn(block.line, block.complaint)
            elif macros and "{#" in block.header:
                self.warn(
                    block.line,
                    "mkdocs-macros reads '{#' as the start of a comment, and the block may vanish: "
                    f"write 'label: {block.label or 'ls'}' in the block",
                )

    def warn_unresolved(self, labels: Iterable[str]) -> None:
        """A warning for each label that nothing has, with the nearest that something has."""
        for label in dict.fromkeys(labels):
            scope = "the site" if self.hosted else "this page"
            near = self.numbers.near(label) if self.numbers is not None else ""
            hint = f"; did you mean '{near}'?" if near else ""
            if not self.hosted:
                hint += "; references from page to page need the MkDocs plugin"
            self.warn(self.line_of(label), f"no equation of {scope} has the label '{label}'{hint}")
