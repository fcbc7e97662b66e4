r"""One numbering for a whole site: which number, which address and which neighbours a label has.

In: the pages of a site in the order of the navigation, each with its outline and its chapter, and
how many lines the derivations of a block have. Out: a number for every derivation and every labelled
equation, known before any page is rendered; who refers to it; which labels are doubled or near to a
wrong one. A host that knows one page only has a site of one page.

`site` counts through, `section` begins anew in each chapter and prefixes its number ("2.3"), `page`
begins anew on each page. The lines of a derivation have the number of its result and a letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from ..errors import DeriveError
from . import crossref, macros, scan
from .equation import Part
from .names import Complaint, Names
from .outline import Display, Outline
from .request import Facts
from .scan import Block
from .settings import Settings

#: What `numbering` may be.
MODES = ("site", "section", "page")


class Source(NamedTuple):
    """A page of the site."""

    key: str  #: what the host calls it
    path: str  #: its file, as warnings name it
    title: str
    outline: Outline
    chapter: str = ""  #: the prefix of its numbers under `section`


class Target(NamedTuple):
    """What a label stands for: a derivation, one of its lines, or an equation."""

    label: str
    number: str  #: empty where it has none
    page: str
    anchor: str
    order: tuple[int, ...] = ()
    title: str = ""
    left: str = ""
    right: str = ""
    listed: bool = True  #: whether the list of equations has it; lines are not in it


class Figure(NamedTuple):
    """The numbers of one derivation, or of one equation: its own and those of its lines."""

    whole: Target
    lines: tuple[Target, ...] = ()
    shown: frozenset[int] = frozenset()  #: the lines, from 0, whose numbers are shown


class Placed(NamedTuple):
    """A block or an equation of a page with the numbers of its derivations or parts."""

    item: Block | Display
    figures: list[Figure]


class Use(NamedTuple):
    """A page that refers to a label, and the line of its first reference."""

    page: str
    title: str
    label: str


@dataclass
class _Sequence:
    index: int
    prefix: str = ""
    count: int = 0

    def next(self) -> tuple[str, tuple[int, int]]:
        self.count += 1
        return f"{self.prefix}{self.count}", (self.index, self.count)


@dataclass
class Numbers:
    """The numbers of a site."""

    mode: str
    derive: Callable[[Block], list[Facts]]  #: may raise `DeriveError`: such a block has no number
    settings: Settings = field(default_factory=Settings)
    targets: dict[str, Target] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)  #: labels that nothing has, for a reason that is told elsewhere
    _sources: dict[str, Source] = field(default_factory=dict)
    _placed: dict[str, list[Placed]] = field(default_factory=dict)
    _sequences: dict[str, _Sequence] = field(default_factory=dict)
    _names: Names = field(init=False)
    _uses: dict[str, list[Use]] = field(default_factory=dict)
    _kept: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)  # numbers that are given again

    def __post_init__(self) -> None:
        """The ids of a page are those of its outline."""
        none = Outline("", (), (), ())
        self._names = Names(lambda key: (self._sources[key].outline if key in self._sources else none).ids)

    def complaints(self) -> list[Complaint]:
        """What is wrong with labels and ids, once."""
        made, self._names.complaints = self._names.complaints, []
        return made

    def add(self, sources: Iterable[Source]) -> None:
        """Number pages, in this order."""
        sources = list(sources)
        for source in sources:
            self._sources[source.key] = source
            for use in source.outline.uses:
                known = self._uses.setdefault(use.label, [])
                if all(each.page != source.key for each in known):
                    known.append(Use(source.key, source.title or source.path, use.label))
        for source in sources:
            for item in source.outline.items:
                self.place(source.key, item)

    def place(self, page: str, item: Block | Display) -> Placed:
        """Number a block or an equation; one that a scan did not see comes last in its sequence."""
        placed = self._made(page, item)
        self._placed.setdefault(page, []).append(placed)
        return placed

    def _made(self, page: str, item: Block | Display) -> Placed:
        return Placed(item, self._display(page, item) if isinstance(item, Display) else self._block(page, item))

    def renew(self, page: str, old: Placed, item: Block | Display) -> Placed:
        """What a scan saw as `old`, as it is read: what another plugin has changed in it keeps its numbers."""
        if scan.bare(item.text) == scan.bare(old.item.text) or not old.figures:
            return old if old.figures else self.place(page, item._replace(line=old.item.line))
        item = item._replace(line=old.item.line)
        for figure in old.figures:
            for target in (figure.whole, *figure.lines):
                if self.targets.get(target.label) is target:
                    del self.targets[target.label]
                self._names.forget(page, target.label, target.anchor)
        kept = [(figure.whole.number, figure.whole.order) for figure in old.figures if figure.whole.order]
        self._kept = kept[::-1]
        placed = self._made(page, item)
        self._kept = []
        known = self._placed[page]
        known[next(place for place, each in enumerate(known) if each is old)] = placed
        return placed

    def like(self, item: Block | Display) -> Placed | None:
        """What is like an item on any page."""
        text = scan.bare(item.text)
        every = (each for key in self._placed for each in self._placed[key])
        return next((each for each in every if scan.bare(each.item.text) == text), None)

    def source(self, page: str) -> Source | None:
        """What is known of a page."""
        return self._sources.get(page)

    def on(self, page: str) -> list[Placed]:
        """What a page holds, in order."""
        return self._placed.get(page, [])

    def anchors(self, page: str) -> set[str]:
        """The ids that the derivations and equations of a page bring."""
        figures = [figure for placed in self.on(page) for figure in placed.figures]
        return {target.anchor for figure in figures for target in (figure.whole, *figure.lines) if target.anchor}

    def ids(self, page: str) -> set[str]:
        """All ids that this package brings to a page, as far as it has been scanned: those of references too."""
        source = self._sources.get(page)
        uses = Counter(use.label for use in source.outline.uses) if source else Counter()
        return self.anchors(page) | {crossref.use_anchor(label, n) for label in uses for n in range(1, uses[label] + 1)}

    def find(self, label: str) -> Target | None:
        """What a label stands for."""
        return self.targets.get(label)

    def excuses(self, label: str) -> bool:
        """Whether it is told elsewhere why nothing has a label: that of a block, or of one of its parts."""
        return label in self.excused or re.sub(r"(?:-\d+)?(?:\.\d+)?\Z", "", label) in self.excused

    def uses(self, figure: Figure) -> list[Use]:
        """The pages that refer to a derivation or to one of its lines, once each, in order."""
        labels = [target.label for target in (figure.whole, *figure.lines) if target.label]
        if self._uses.keys().isdisjoint(labels):
            return []
        order = {key: place for place, key in enumerate(self._sources)}
        found: dict[str, Use] = {}
        for use in (use for label in labels for use in self._uses.get(label, [])):
            found.setdefault(use.page, use)
        return sorted(found.values(), key=lambda use: order.get(use.page, 0))

    def near(self, label: str) -> str:
        """The label that was perhaps meant; empty where none is near."""
        from difflib import get_close_matches

        close = get_close_matches(label, list(self.targets), 1)
        return close[0] if close else ""

    def title(self, page: str) -> str:
        """The title of a page."""
        source = self._sources.get(page)
        return (source.title or source.path) if source else ""

    def listed(self) -> Iterator[tuple[str, list[Target]]]:
        """The pages in order, each with its numbered equations."""
        for key in self._sources:
            whole = [figure.whole for placed in self.on(key) for figure in placed.figures]
            numbered = [target for target in whole if target.listed and target.number]
            if numbered:
                yield key, numbered

    def _next(self, page: str) -> tuple[str, tuple[int, ...]]:
        """The next number of a page; the one that its predecessor had, where there is one."""
        return self._kept.pop() if self._kept else self._sequence(page).next()

    def _sequence(self, page: str) -> _Sequence:
        source = self._sources.get(page)
        chapter = source.chapter if source and self.mode == "section" else ""
        key = {"page": f"page {page}", "section": f"chapter {chapter}"}.get(self.mode, "")
        if key not in self._sequences:
            self._sequences[key] = _Sequence(len(self._sequences), f"{chapter}." if chapter else "")
        return self._sequences[key]

    def _block(self, page: str, block: Block) -> list[Figure]:
        try:
            derivations = self.derive(block)
        except DeriveError:
            return []
        figures = []
        wanted = derivations[0].label or block.label if derivations else ""
        line = block.line and block.line + _line_of(block.text, wanted)
        label = self._label(wanted, page, line)
        for place, facts in enumerate(derivations):
            own = label if place == 0 or not label else self._label(f"{label}-{place + 1}", page, line)
            figures.append(self._figure(page, facts, own, line))
        return figures

    def _figure(self, page: str, facts: Facts, label: str, at: int) -> Figure:
        wanted = facts.number or self.settings.number
        number, order = ("", ()) if wanted == "none" else self._next(page)
        left, right = _sides(facts.result)
        anchor = self._anchor(label, number and f"derivation-{number}", page, at)
        whole = self._keep(Target(label, number, page, anchor, order, facts.title, left, right))
        if not label and wanted != "all":
            return Figure(whole)  # nothing can refer to its lines, and no line shows a number
        lines, shown = [], set()
        for place, sides in enumerate(facts.lines):
            name = self._label(f"{label}.{place + 1}", page, at) if label else ""
            letter = f"{number}{_letter(place)}" if number else ""
            anchor = self._anchor(name, letter and f"derivation-{letter}", page, at)
            left, right = _sides(sides)
            line = Target(name, letter, page, anchor, (*order, place), facts.title, left, right, listed=False)
            lines.append(self._keep(line))
            # A line that someone refers to shows its number, whatever the block says of the others.
            if letter and (wanted == "all" or name in self._uses):
                shown.add(place)
        return Figure(whole, tuple(lines), frozenset(shown))

    def _display(self, page: str, display: Display) -> list[Figure]:
        """The numbers of an equation: one for each of its parts, behind that of the whole of `subequations`."""
        parts = display.equation.parts
        if display.equation.whole is None:
            return [Figure(self._part(page, display, part, lambda: self._next(page))) for part in parts]
        number, order = self._next(page)
        label = self._label(display.equation.whole, page, display.line)
        anchor = self._anchor(label, "", page, display.line) if label else ""
        rows = self._spelled(page, _aligned(r" \\ ".join(part.tex for part in parts), display))
        whole = self._keep(Target(label, number, page, anchor, order, right=rows, listed=False))
        lettered = ((f"{number}{_letter(place)}", (*order, place)) for place in count())
        return [Figure(whole), *(Figure(self._part(page, display, part, lambda: next(lettered))) for part in parts)]

    def _part(
        self, page: str, display: Display, part: Part, following: Callable[[], tuple[str, tuple[int, ...]]]
    ) -> Target:
        if not part.label and not part.numbered:
            return Target("", part.tag, page, "", right=part.tex, listed=False)
        number, order = (part.tag, ()) if part.tag else following()
        label = self._label(part.label, page, display.line)
        anchor = self._anchor(label, f"equation-{number}", page, display.line)
        # A line of several is shown alone, with what aligned it.
        return self._keep(
            Target(label, number, page, anchor, order, right=self._spelled(page, _aligned(part.tex, display)))
        )

    def _spelled(self, page: str, tex: str) -> str:
        """A formula as other pages can show it, which do not have the commands that its page defines."""
        known = self._sources[page].outline.macros if page in self._sources else ()
        return macros.spelled(tex, dict(known)) if known else tex

    def _keep(self, target: Target) -> Target:
        if target.label:
            self.targets[target.label] = target
        return target

    def _label(self, label: str, page: str, line: int) -> str:
        return self._names.label(label, self._path(page), line)

    def _anchor(self, label: str, number: str, page: str, line: int) -> str:
        """The id of what has this label, or this number where it has none."""
        return self._names.anchor(page, label or number, self._path(page), line, given=bool(label))

    def _path(self, page: str) -> str:
        return self._sources[page].path if page in self._sources else ""


def _aligned(tex: str, display: Display) -> str:
    """Lines of an equation of several, with what aligned them."""
    return rf"\begin{{aligned}}{tex}\end{{aligned}}" if display.equation.environment else tex


def unnumbered(page: str, item: Block | Display) -> Placed:
    """What nothing is known of, without numbers."""
    parts = item.equation.parts if isinstance(item, Display) else ()
    return Placed(item, [Figure(Target("", part.tag, page, "", right=part.tex, listed=False)) for part in parts])


def _sides(sides: tuple[str, str] | None) -> tuple[str, str]:
    return (sides[0], f"= {sides[1]}") if sides else ("", "")


def _line_of(text: str, label: str) -> int:
    """The line of a block that names its label, from 1; 0, the header, where none does."""
    lines: Sequence[str] = text.split("\n")
    return next(
        (n for n, line in enumerate(lines, 1) if line.replace(" ", "").startswith(f"label:{label.replace(' ', '')}")), 0
    )


def _letter(place: int) -> str:
    """The letters of a line: a, b, …, z, aa, ab, and so on."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
