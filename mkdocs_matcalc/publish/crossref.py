r"""References to numbered equations: text and a resolver in, text and what is unresolved out.

`\eqref{ls}` is "(2.3)", `\ref{ls}` is "2.3", `\cref{ls,mle}` is "eqs. (2.3) and (3.1)", `\autoref{ls}`
is "Equation 2.3", `\nameref{ls}` is its title, each number a link with a preview of its equation; three
or more in a row are a range, "(2.1)–(2.4)". While
Markdown is read, a reference becomes a mark, so that code and formulas are left alone; the marks are
resolved when the page is whole. Formulas have references too: `in_formula` puts them into TeX.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

#: What refers to an equation.
COMMANDS = ("eqref", "ref", "cref", "Cref", "autoref", "nameref")
#: A reference in running text.
REFERENCE = re.compile(rf"\\(?P<command>{'|'.join(COMMANDS)})\*?\{{(?P<labels>[^{{}}\n]++)\}}")
#: Any command with one argument; `stray` says whether it is meant to refer to something.
ANY = re.compile(r"\\(?P<command>[A-Za-z]++)\*?\{(?P<labels>[^{}\n]*+)\}")

#: The place of what is unknown, behind all that is known.
_LAST = (1 << 62,)
#: What begins a text within a formula, and what begins and ends a group.
_GROUPS = re.compile(r"(?P<text>\\(?:text|mbox|textrm|textbf|textit|intertext)\{)|\\.|[{}]", re.DOTALL)
#: So many characters of a title, or of a tag that an author has given, stand at each reference.
_BRIEF = 120
_REGION = re.compile(r"[-_]")


class Reference(NamedTuple):
    """A reference as it is written."""

    command: str
    labels: tuple[str, ...]
    written: str


class Link(NamedTuple):
    """Where a label leads: the number to show, the address, and what a reader sees without going there."""

    number: str
    href: str
    order: tuple[int, ...] = ()  #: the place in its sequence; neighbours differ by one in the last part
    label: str = ""
    title: str = ""


class Words(NamedTuple):
    """The words around numbers in a language."""

    one: str = "eq."
    several: str = "eqs."
    and_: str = "and"
    capital: tuple[str, str] = ("Equation", "Equations")


_LANGUAGES = {
    "en": Words(),
    "de": Words("Gl.", "Gln.", "und", ("Gleichung", "Gleichungen")),
    "fr": Words("éq.", "éqs.", "et", ("Équation", "Équations")),
    "es": Words("ec.", "ecs.", "y", ("Ecuación", "Ecuaciones")),
    "it": Words("eq.", "eqq.", "e", ("Equazione", "Equazioni")),
    "pt": Words("eq.", "eqs.", "e", ("Equação", "Equações")),
    "nl": Words("vgl.", "vgln.", "en", ("Vergelijking", "Vergelijkingen")),
    "pl": Words("równ.", "równ.", "i", ("Równanie", "Równania")),
    "ru": Words("ур.", "ур.", "и", ("Уравнение", "Уравнения")),
    "zh": Words("式", "式", "和", ("式", "式")),
    "ja": Words("式", "式", "と", ("式", "式")),
}

Resolver = Callable[[str], Link | None]


def words(language: str) -> Words:
    """The words of a language, as `de` or `pt-BR`; those of English where we know none."""
    return _LANGUAGES.get(_REGION.split(language.lower(), maxsplit=1)[0], _LANGUAGES["en"])


def labels(listed: str) -> list[str]:
    """The labels in the braces of a reference."""
    return [label for each in listed.split(",") if (label := each.strip())]


def stray(command: str) -> bool:
    """Whether a command refers to something in LaTeX, and to nothing here."""
    kind = command.removesuffix("range")
    return kind.endswith(("ref", "refs")) and command not in (*COMMANDS, "href")


def reference(found: re.Match[str]) -> Reference:
    """What a match of `REFERENCE` refers to."""
    return Reference(found["command"], tuple(labels(found["labels"])), found.group())


def brief(text: str) -> str:
    """Words that stand wherever something is referred to: not more of them than fit there."""
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


def plain(text: str, resolver: Resolver, spoken: Words = _LANGUAGES["en"]) -> str:
    """Plain text with its references as plain words; what is unresolved stays."""

    def one(found: re.Match[str]) -> str:
        links = [resolver(label) for label in labels(found["labels"])]
        known = [link for link in links if link is not None]
        if not known or len(known) < len(links):
            return found.group()
        return _words(found["command"], known, spoken, lambda _, shown: shown, space=" ")

    return REFERENCE.sub(one, text)


def linked(
    wanted: Reference, resolver: Resolver, spoken: Words, show: Callable[[Link, str], str]
) -> tuple[str, list[str]]:
    """A reference as HTML, empty where a label in it is unknown; and the labels that are.

    `show` makes HTML of one number.
    """
    links = {label: resolver(label) for label in wanted.labels}
    known = [link for link in links.values() if link is not None]
    unknown = [label for label, link in links.items() if link is None]
    return ("" if unknown or not known else _words(wanted.command, known, spoken, show)), unknown


def settled(wanted: Reference, resolver: Resolver, spoken: Words, show: Callable[[Link, str], str]) -> str:
    """A reference of which nothing more will be known: what is known are links, the rest is as it was written."""
    links = [resolver(label) or Link(label, "", _LAST) for label in wanted.labels]
    if not any(link.href for link in links):
        return html.escape(wanted.written, quote=False)

    def shown(link: Link, words: str) -> str:
        return show(link, words) if link.href else f"<code>{html.escape(words, quote=False)}</code>"

    return _words(wanted.command, links, spoken, shown)


def use_anchor(label: str, n: int = 1) -> str:
    """The id of the n-th reference to a label on a page."""
    return f"ref-{label}-{n}"


def in_formula(
    tex: str, resolver: Resolver, spoken: Words, shown: Callable[[Link, str, bool], str]
) -> tuple[str, list[str]]:
    r"""TeX with its references as numbers, and the labels that are unknown, whose references stay.

    `shown` makes TeX of one number; its last argument is whether that stands within `\text{…}`.
    """
    unresolved: list[str] = []
    parts, last = [], 0
    inside = _Inside()
    for found in REFERENCE.finditer(tex):
        wanted = reference(found)
        links = {label: resolver(label) for label in wanted.labels}
        known = [link for link in links.values() if link is not None]
        unresolved += [label for label, link in links.items() if link is None]
        parts.append(tex[last : found.start()])
        in_text = inside.text(tex, last, found.start())
        last = found.end()
        if not known or len(known) < len(links):
            parts.append(found.group())
            continue
        # A title is words of an author, which must not become a formula.
        command = wanted.command.replace("nameref", "eqref")
        single = command in ("ref", "eqref") and len(known) == 1
        if single and not in_text:
            number = known[0].number
            parts.append(shown(known[0], number if command == "ref" else f"({number})", False))
            continue
        said = _words(command, known, spoken, lambda link, number: shown(link, number, True), space=" ")
        parts.append(said if in_text else rf"\text{{{said}}}")
    return "".join([*parts, tex[last:]]), unresolved


class _Inside:
    """Whether a place in a formula is in a text, told place by place, from the first to the last."""

    def __init__(self) -> None:
        self._groups: list[bool] = []  # those that are open, and whether each is a text

    def text(self, tex: str, start: int, end: int) -> bool:
        """Whether the innermost group at `end` is a text; `start` is where the last question ended."""
        for found in _GROUPS.finditer(tex, start, end):
            piece = found.group()
            if found["text"] or piece == "{":
                self._groups.append(bool(found["text"]))
            elif piece == "}" and self._groups:
                self._groups.pop()
        return bool(self._groups) and self._groups[-1]


def _words(
    command: str, links: Iterable[Link], spoken: Words, show: Callable[[Link, str], str], space: str = "&nbsp;"
) -> str:
    ordered = sorted({link.href + link.number: link for link in links}.values(), key=lambda link: link.order)
    made = []
    for run in [[link] for link in ordered] if command == "nameref" else _runs(ordered):
        ends = [show(link, _name(command, link)) for link in run]
        made += [f"{ends[0]}–{ends[-1]}"] if len(run) > 2 else ends
    listed = made[0] if len(made) == 1 else f"{', '.join(made[:-1])} {spoken.and_} {made[-1]}"
    if command not in ("cref", "Cref", "autoref"):
        return listed
    alone = len(ordered) == 1
    word = (spoken.one if alone else spoken.several) if command == "cref" else spoken.capital[not alone]
    return f"{word}{space}{listed}"


def _name(command: str, link: Link) -> str:
    if command == "nameref":
        return link.title or link.number
    return link.number if command in ("ref", "autoref") else f"({link.number})"


def _runs(links: list[Link]) -> list[list[Link]]:
    """Links whose numbers follow each other, together."""
    runs = [[link] for link in links[:1]]
    for before, link in pairwise(links):
        follows = (
            bool(link.order)
            and len(before.order) == len(link.order)
            and link.order == (*before.order[:-1], before.order[-1] + 1)
        )
        if follows:
            runs[-1].append(link)
        else:
            runs.append([link])
    return runs
