"""What a reader sees of an equation or a rule without going there, on hover and on keyboard focus.

In: a target or a rule. Out: HTML that is hidden until the style sheet shows it beside its link; the
script of this package places it well and lets Escape close it. Its formulas are always MathML:
hidden ones would cost a renderer time, and nothing else is sure to be drawn when it is shown. Where
a page has such a renderer, previews lie in templates, which it does not look into.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from . import crossref, markup, mathml, template
from .page import Page

if TYPE_CHECKING:
    from ..rules.rule import Rule
    from .numbering import Target

#: The element of a preview; a name of its own tells it from what is part of the text.
_ELEMENT = "matcalc-preview"
#: A formula of more characters of TeX is not shown in passing: each page that refers to it would have it once more.
_LONGEST = 4_000
#: The previews of a page.
BEGIN, END = re.compile(f"<{_ELEMENT} hidden"), f"</{_ELEMENT}>"


def equation(target: Target, page: Page, renderer: str = "mathml") -> str:
    """The preview of an equation on a page for this renderer: its formula, and whence it comes."""
    head = [f"({target.number})"] if target.number else []
    head += [crossref.plain(target.title, page.link, page.words)] if target.title else []
    if target.page != page.key and page.numbers is not None:
        head.append(page.numbers.title(target.page))
    head = [crossref.brief(part) for part in head]
    return _preview(" · ".join(part for part in head if part), formula(target, page), script=renderer in mathml.SCRIPTS)


def formula(target: Target, page: Page) -> str:
    """The formula of a target in MathML; empty where it is a long one, or an author's that cannot be set in it."""
    if len(target.right) > _LONGEST:
        return ""
    tex, _ = crossref.in_formula(target.right, page.link, page.words, mathml.number)
    by_hand = not target.left
    if by_hand and mathml.by_hand_in_mathml(tex, display=True).why:
        return ""
    return mathml.sides(target.left, tex, "mathml", by_hand=by_hand)


def rule(cited: Rule, *, script: bool) -> str:
    """The preview of a rule: its statement and the condition it needs."""
    shown = mathml.formula(cited.statement_latex(), "mathml")
    where = f" <span>where {mathml.sentence(cited.condition, 'mathml')}</span>" if cited.condition else ""
    body = f"<span>{shown}</span>{where}"
    return _preview(f"({cited.number}) {cited.title}", body, script=script, named=f' data-rule="{cited.number}"')


def statement(cited: Rule, renderer: str) -> str:
    """What the rule book says of a rule."""
    shown = mathml.formula(cited.statement_latex(), renderer)
    parts = [f'<div class="matcalc-statement" data-search-exclude>{shown}</div>']
    if cited.condition:
        words = mathml.sentence(cited.condition, renderer)
        parts.append(f'<p class="matcalc-condition"><span>where</span> {words}</p>')
    if cited.why:
        parts.append(f'<p class="matcalc-why">{mathml.sentence(cited.why, renderer)}</p>')
    if cited.source:
        parts.append(f'<p class="matcalc-source">{html.escape(cited.source, quote=False)}</p>')
    return "".join(parts)


def words(text: str) -> str:
    """The preview of something that is said in words."""
    return _preview("", f"<span>{html.escape(text, quote=False)}</span>")


def without(page: str) -> str:
    """A page without its previews."""
    out, last = [], 0
    for start, end in markup.between(page, BEGIN, END):
        out.append(page[last:start])
        last = end + len(END)
    return "".join([*out, page[last:]])


def _preview(head: str, body: str, *, script: bool = False, named: str = "") -> str:
    """A preview; `script` keeps its formulas from a script that typesets all that it finds, as MathJax does."""
    title = f'<span class="matcalc-preview-title">{mathml.as_words(head)}</span>' if head else ""
    inner = f'{title}<span class="matcalc-preview-body">{body}</span>'
    if script:
        inner = f"<template>{inner}</template>"
    return template.narrow(f"<{_ELEMENT} hidden data-search-exclude{named}>{inner}</{_ELEMENT}>")
