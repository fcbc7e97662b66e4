r"""The references of a page: in its text, in its formulas, and what is left of them.

In: the HTML of a whole page and what is known of it. Out: the HTML with links in the place of marks.
In MathML a number is a link like any other. TeX for MathJax and KaTeX gets the number alone: the one
takes no `#` in an argument of a macro, the other follows links only where a site allows it. A reference
to something without a number says its name, and is a warning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from . import crossref, equation, mathml, preview
from .crossref import Link
from .page import Page

#: What stands for a link in a formula while that is made into MathML; letters only.
_PLACE = "matcalcref{}z"
_TOKENS = re.compile(r"matcalcref(?P<index>\d+)z")
_TEXT = re.compile(r"(?P<open><mtext\b[^>]*>)(?P<words>[^<]*matcalcref\d+z[^<]*)</mtext>")


def link(page: Page, label: str, renderer: str) -> Link | None:
    """A label as a reference shows it, preview and all."""
    target, made = page.target(label), page.link(label)
    if target is None or made is None:
        return None
    shown = preview.equation(target, page, renderer)
    return made._replace(preview=shown, label="" if page.echo else label)  # an echo is no place to come to


def plain(text: str, page: Page) -> str:
    """Plain text with its references as plain words."""
    return crossref.plain(text, page.link, page.words)


def resolve(text: str, page: Page, renderer: str) -> tuple[str, list[str]]:
    """The page with the references in its text, and the labels that are unknown."""
    page.marked = crossref.has_marks(text)
    if not page.marked:
        return text, []
    return crossref.resolve(text, lambda label: link(page, label, renderer), page.words, page.met)


def settle(text: str, page: Page, renderer: str) -> str:
    """The page without marks: what is known of them is shown, and what is not stays as it was written."""
    return (
        crossref.settled(text, lambda label: link(page, label, renderer), page.words, page.met) if page.marked else text
    )


def warn_unnumbered(page: Page, labels: Iterable[str]) -> None:
    """A warning for each label whose equation has no number to show."""
    for label in dict.fromkeys(labels):
        target = page.target(label)
        if target is not None and not target.number and not page.only_named(label):
            page.warn(
                page.line_of(label), f"'{label}' has no number (number: none): a reference to it can only show its name"
            )


def in_tex(tex: str, page: Page, renderer: str, links: list[str] | None = None) -> tuple[str, list[str]]:
    """TeX with its references, and the labels that are unknown; `links` takes what `with_links` puts in."""

    def shown(to: Link, number: str, in_text: bool) -> str:
        if renderer == "mathml" and links is not None:
            links.append(crossref.anchor(to, number, page.met))
            return mathml.number(to, _PLACE.format(len(links) - 1), in_text)
        if renderer in mathml.SCRIPTS and links is not None:
            links.append(crossref.landing(to, page.met))
        return mathml.number(to, number, in_text)

    if renderer in mathml.SCRIPTS:  # elsewhere it is told that the formula cannot be set
        for found in re.finditer(crossref.ANY, tex):
            if crossref.stray(found["command"]):
                page.warn_stray(found.group(), found["command"])
    return crossref.in_formula(tex, lambda label: link(page, label, renderer), page.words, shown)


def with_links(made: str, links: list[str], renderer: str = "mathml") -> str:
    """A formula with the links that `in_tex` left room for; before one for a script, places to come to."""
    if renderer != "mathml":
        return "".join([*links, made])
    # Browsers set each child of a text in a formula on a line of its own: it must have one.
    made = _TEXT.sub(lambda found: f"{found['open']}<span>{found['words']}</span></mtext>", made)
    return _TOKENS.sub(lambda found: links[int(found["index"])], made)


def in_formulas(text: str, page: Page, renderer: str) -> tuple[str, list[str]]:
    """The page with the formulas that arithmatex marked: their references, and in MathML where no script is loaded."""
    if 'class="arithmatex"' not in text:
        return text, []
    unknown: list[str] = []
    links: list[str] = []

    def one(tex: str, found: re.Match[str]) -> str:
        changed, before = page.spelled(tex, renderer), len(links)
        if tex.strip() and not changed.strip():
            return ""  # it only defined commands
        if "ref" in changed:
            changed, missing = in_tex(changed, page, renderer, links)
            unknown.extend(missing)
        for astray in equation.LABEL.finditer(tex):
            page.warn_astray(astray["label"].strip())
        display = found["display"] is not None
        if renderer == "mathml":
            return mathml.in_place(changed, failed(tex), display=display) or found.group()
        if renderer in mathml.SCRIPTS:
            changed = mathml.by_hand_in(changed, renderer, failed(tex), display=display)
        if changed == tex:
            return found.group()
        start, end = (place - found.start() for place in found.span("display" if display else "inline"))
        made = f"{found.group()[:start]}{html.escape(changed, quote=False)}{found.group()[end:]}"
        return with_links(made, links[before:], renderer)

    def failed(tex: str) -> mathml.Failed:
        return lambda why: page.cannot_set(page.line_with(tex), tex, why, renderer)

    text = mathml.change_marked(text, one)
    return (with_links(text, links) if links and renderer == "mathml" else text), unknown
