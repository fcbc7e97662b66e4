r"""The references of a page: in its text, in its formulas, and what is left of them.

In: the HTML of a whole page and what is known of it. Out: the HTML with links in the place of marks.
In MathML a number is a link like any other. TeX for MathJax and KaTeX gets the number alone: the one
takes no `#` in an argument of a macro, the other follows links only where a site allows it. The first
reference to an equation on a page has its preview, and the script finds it from the others: a page of
a thousand references has one formula, not a thousand. A reference to something without a number says its
name, and is a warning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from . import crossref, equation, mathml, preview
from .crossref import Link, Reference
from .marks import Where
from .page import Page

#: A text in a formula; the marks of links are in some.
_TEXT = re.compile(r"(?P<open><mtext(?![^\s>])[^<>]*+>)(?P<words>[^<>]*+)</mtext>")


def plain(text: str, page: Page) -> str:
    """Plain text with its references as plain words."""
    return crossref.plain(text, page.link, page.words)


def marked(text: str, page: Page) -> str:
    """Plain text as HTML, its references as marks."""
    parts, last = [], 0
    for found in crossref.REFERENCE.finditer(text):
        parts += [html.escape(text[last : found.start()], quote=False), page.marks.leave(crossref.reference(found))]
        last = found.end()
    return "".join([*parts, html.escape(text[last:], quote=False)])


def said(text: str, page: Page, renderer: str) -> str:
    """Words of an author as HTML that no renderer takes for a formula, with the references in them."""
    parts, last = [], 0
    for found in crossref.REFERENCE.finditer(text):
        wanted = crossref.reference(found)
        made = put(wanted, page.marks.leave(wanted), Where.TEXT, page, renderer)
        parts += [mathml.as_words(text[last : found.start()]), made]
        last = found.end()
    return "".join([*parts, mathml.as_words(text[last:])])


def put(wanted: Reference, mark: str, where: Where, page: Page, renderer: str) -> str:
    """What stands in the place of a mark, the mark itself where a label is unknown, which is noted."""
    if where is Where.MARKUP:
        return html.escape(plain(wanted.written, page))
    made, unknown = crossref.linked(wanted, page.link, page.words, lambda to, shown: anchor(to, shown, page, renderer))
    page.unknown.extend(unknown)
    return made or mark


def resolve(text: str, page: Page, renderer: str) -> str:
    """The page with the references in its text, as far as they are known."""

    def one(what: object, mark: str, where: Where) -> str:
        return put(what, mark, where, page, renderer) if isinstance(what, Reference) else ""

    return page.marks.fill(text, one)


def in_words(text: str, page: Page) -> str:
    """A part of the page, as a table of contents takes it from a heading, with its references as words."""

    def one(what: object, mark: str, _: Where) -> str:
        return html.escape(plain(what.written, page)) if isinstance(what, Reference) else mark

    return page.marks.fill(text, one) if page.marks.are_in(text) else text


def settle(text: str, page: Page, renderer: str) -> str:
    """The page without marks: what is known of them is shown, and what is not stays as it was written."""

    def one(what: object, _: str, where: Where) -> str:
        if not isinstance(what, Reference):
            return ""
        if where is Where.MARKUP:
            return html.escape(plain(what.written, page))
        return crossref.settled(what, page.link, page.words, lambda to, shown: anchor(to, shown, page, renderer))

    return page.marks.fill(text, one)


def anchor(to: Link, shown: str, page: Page, renderer: str) -> str:
    """One number as a link with an id of its own; with its preview, this once."""
    made = f'<a class="matcalc-ref"{_place(to, page)} href="{html.escape(to.href)}">{mathml.as_words(shown)}</a>'
    target = page.target(to.label)
    if target is None or to.label in page.previewed:
        return made
    page.previewed.add(to.label)
    return f'<span class="matcalc-aided">{made}{preview.equation(target, page, renderer)}</span>'


def landing(to: Link, page: Page) -> str:
    """A place to come to for a reference that is no link, with the id that the link would have."""
    place = _place(to, page)
    return f"<span{place}></span>" if place else ""


def _place(to: Link, page: Page) -> str:
    """The id of a reference; an echo is no place to come to."""
    if page.echo or not to.label:
        return ""
    page.met[to.label] += 1
    return f' id="{html.escape(crossref.use_anchor(to.label, page.met[to.label]))}"'


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
            links.append(anchor(to, number, page, renderer))
            return mathml.number(to, page.marks.leave(links[-1]), in_text)
        if renderer in mathml.SCRIPTS and links is not None:
            links.append(landing(to, page))
        return mathml.number(to, number, in_text)

    if renderer in mathml.SCRIPTS:  # elsewhere it is told that the formula cannot be set
        for found in crossref.ANY.finditer(tex):
            if crossref.stray(found["command"]):
                page.warn_stray(found.group(), found["command"])
    return crossref.in_formula(tex, page.link, page.words, shown)


def with_links(made: str, links: list[str], page: Page, renderer: str) -> str:
    """A formula with the links that `in_tex` left room for; before one for a script, places to come to."""
    if renderer != "mathml":
        return "".join([*links, made])
    if not links:
        return made

    def spaced(found: re.Match[str]) -> str:
        # Browsers set each child of a text in a formula on a line of its own: it must have one.
        marked = page.marks.are_in(found["words"])
        return f"{found['open']}<span>{found['words']}</span></mtext>" if marked else found.group()

    def one(what: object, _: str, where: Where) -> str:
        return what if isinstance(what, str) and where is Where.TEXT else ""

    return page.marks.fill(_TEXT.sub(spaced, made), one, formulas=True)


def in_formulas(text: str, page: Page, renderer: str) -> str:
    """The page with the formulas that arithmatex marked: their references, and in MathML where no script is loaded."""
    if 'class="arithmatex"' not in text:
        return text

    def one(tex: str, found: mathml.Marked) -> str:
        links: list[str] = []
        changed = page.spelled(tex, renderer)
        if tex.strip() and not changed.strip():
            return ""  # it only defined commands
        if "ref" in changed:
            changed, missing = in_tex(changed, page, renderer, links)
            page.unknown.extend(missing)
        for astray in equation.LABEL.finditer(tex):
            page.warn_astray(astray["label"].strip())
        if renderer == "mathml":
            made = mathml.in_place(changed, failed(tex), display=found.display) or found.whole
            return with_links(made, links, page, renderer)
        if renderer in mathml.SCRIPTS:
            changed = mathml.by_hand_in(changed, renderer, failed(tex), display=found.display)
        if changed == tex:
            return found.whole
        return with_links(f"{found.before}{html.escape(changed, quote=False)}{found.behind}", links, page, renderer)

    def failed(tex: str) -> mathml.Failed:
        return lambda why: page.cannot_set(page.line_with(tex), tex, why, renderer)

    return mathml.change_marked(text, one)
