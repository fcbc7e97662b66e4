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
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

#: What refers to an equation.
COMMANDS = ("eqref", "ref", "cref", "Cref", "autoref", "nameref")
#: A reference in running text.
PATTERN = rf"\\(?P<command>{'|'.join(COMMANDS)})\*?\{{(?P<labels>[^{{}}\n]+)\}}"
#: Any command with one argument; `stray` says whether it is meant to refer to something.
ANY = r"\\(?P<command>[A-Za-z]++)\*?\{(?P<labels>[^{}\n]*+)\}"

_MARK = re.compile(
    r'<matcalc-ref command="(?P<command>\w+)" labels="(?P<labels>[^"]*)">(?P<text>.*?)</matcalc-ref>', re.DOTALL
)
#: The place of what is unknown, behind all that is known.
_LAST = (1 << 62,)
_TEXT_GROUP = re.compile(r"\\(?:text|mbox|textrm|textbf|textit|intertext)\{[^{}]*\Z")


class Link(NamedTuple):
    """Where a label leads: the number to show, the address, and what a reader sees without going there."""

    number: str
    href: str
    order: tuple[int, ...] = ()  #: the place in its sequence; neighbours differ by one in the last part
    preview: str = ""  #: HTML
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
    return _LANGUAGES.get(re.split(r"[-_]", language.lower(), maxsplit=1)[0], _LANGUAGES["en"])


def labels(listed: str) -> list[str]:
    """The labels in the braces of a reference."""
    return [label for each in listed.split(",") if (label := each.strip())]


def stray(command: str) -> bool:
    """Whether a command refers to something in LaTeX, and to nothing here."""
    kind = command.removesuffix("range")
    return kind.endswith(("ref", "refs")) and command not in (*COMMANDS, "href")


def marked(text: str) -> str:
    """Plain text as HTML, its references as marks."""

    def one(found: re.Match[str]) -> str:
        listed = found["labels"].replace('"', "&quot;")  # a label must not end the attribute that it stands in
        return f'<matcalc-ref command="{found["command"]}" labels="{listed}">{found.group()}</matcalc-ref>'

    return re.sub(PATTERN, one, html.escape(text, quote=False))


def plain(text: str, resolver: Resolver, spoken: Words = _LANGUAGES["en"]) -> str:
    """Plain text with its references as plain words; what is unresolved stays."""

    def one(found: re.Match[str]) -> str:
        links = [resolver(label) for label in labels(found["labels"])]
        known = [link for link in links if link is not None]
        if not known or len(known) < len(links):
            return found.group()
        return _words(found["command"], known, spoken, lambda _, shown: shown, space=" ")

    return re.sub(PATTERN, one, text)


def resolve(
    text: str, resolver: Resolver, spoken: Words = _LANGUAGES["en"], met: Counter[str] | None = None
) -> tuple[str, list[str]]:
    """The text with its marks resolved, and the labels for which the resolver knows nothing, in order.

    A mark with an unknown label stays a mark, so that it can be resolved when more is known, and a
    reader sees what is missing. `met` counts the references to each label, which name their places.
    """
    unresolved: list[str] = []
    met = Counter() if met is None else met
    if not has_marks(text):
        return text, unresolved

    def one(found: re.Match[str]) -> str:
        wanted = labels(html.unescape(found["labels"]))
        links = {label: resolver(label) for label in wanted}
        known = [link for link in links.values() if link is not None]
        unresolved.extend(label for label, link in links.items() if link is None)
        if len(known) < len(links) or not known:
            return found.group()
        return _words(found["command"], known, spoken, lambda link, shown: anchor(link, shown, met))

    return _MARK.sub(one, text), unresolved


def anchor(link: Link, shown: str, met: Counter[str]) -> str:
    """One number as a link with its preview and an id of its own."""
    place = ""
    if link.label:
        met[link.label] += 1
        place = f' id="{html.escape(use_anchor(link.label, met[link.label]))}"'
    made = f'<a class="matcalc-ref"{place} href="{html.escape(link.href)}">{html.escape(shown, quote=False)}</a>'
    return f'<span class="matcalc-aided">{made}{link.preview}</span>' if link.preview else made


def landing(link: Link, met: Counter[str]) -> str:
    """A place to come to for a reference that is no link, with the id that the link would have."""
    if not link.label:
        return ""
    met[link.label] += 1
    return f'<span id="{html.escape(use_anchor(link.label, met[link.label]))}"></span>'


def settled(text: str, resolver: Resolver, spoken: Words, met: Counter[str]) -> str:
    """The text without marks: where some of the labels in one are known, these are links, and the rest is as written."""

    def one(found: re.Match[str]) -> str:
        wanted = labels(html.unescape(found["labels"]))
        links = [resolver(label) or Link(label, "", _LAST) for label in wanted]
        if not any(link.href for link in links):
            return found["text"]
        return _words(found["command"], links, spoken, lambda link, shown: _shown(link, shown, met))

    return _MARK.sub(one, text) if has_marks(text) else text


def _shown(link: Link, shown: str, met: Counter[str]) -> str:
    return anchor(link, shown, met) if link.href else f"<code>{html.escape(shown, quote=False)}</code>"


def has_marks(text: str) -> bool:
    """Whether there is a mark in a text."""
    return "<matcalc-ref" in text


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
    for found in re.finditer(PATTERN, tex):
        wanted = labels(found["labels"])
        links = {label: resolver(label) for label in wanted}
        known = [link for link in links.values() if link is not None]
        unresolved += [label for label, link in links.items() if link is None]
        parts.append(tex[last : found.start()])
        last = found.end()
        if not known or len(known) < len(links):
            parts.append(found.group())
            continue
        in_text = bool(_TEXT_GROUP.search("".join(parts)))
        # A title is words of an author, which must not become a formula.
        command = found["command"].replace("nameref", "eqref")
        single = command in ("ref", "eqref") and len(known) == 1
        if single and not in_text:
            number = known[0].number
            parts.append(shown(known[0], number if command == "ref" else f"({number})", False))
            continue
        said = _words(command, known, spoken, lambda link, number: shown(link, number, True), space=" ")
        parts.append(said if in_text else rf"\text{{{said}}}")
    return "".join([*parts, tex[last:]]), unresolved


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
