"""A derivation as HTML: a title, the lines in a grid, the rules beside them, the number at the right.

In: a derivation with its numbers. Out: a `figure`. Each side of a line is a formula of its own, so
that a rule beside a line is a link in HTML, a long formula scrolls in its own box, and on a narrow
screen the rules go below their line. What helps a reader besides, as tabs, is made in `aids`.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from . import aids, crossref, mathml
from .derived import Derived, Row, Rule
from .engine import Engine
from .page import Page
from .settings import Settings

if TYPE_CHECKING:
    from .numbering import Figure, Target

#: The class of a line of each kind.
_KINDS = {"given": "given", "line": "step", "result": "result"}
#: A formula of more characters than this leaves no room for rules beside it in a column of text.
_LONG = 52


def figure(
    derived: Derived, numbers: Figure | None, *, page: Page, settings: Settings, source: str, engine: Engine
) -> str:
    """The figure of one derivation; `source` is the block that it came from."""
    page.figures += 1
    own = f' id="{html.escape(numbers.whole.anchor)}"' if numbers and numbers.whole.anchor else ""
    title = crossref.marked(derived.title) if derived.title else ""
    named = html.escape(crossref.plain(derived.title or derived.goal, page.link, page.words))
    words = f'data-matcalc-words="{html.escape(_search_words(derived, named))}"'
    plain = settings.renderer == "none"
    body = _plain(derived, numbers) if plain else _grid(derived, numbers, page=page, settings=settings, engine=engine)
    parts = [
        f'<figure class="matcalc"{own} role="group" aria-label="Derivation: {named}" {words}>',
        f'<figcaption class="matcalc-title mathjax_ignore">{title}</figcaption>' if title else "",
        aids.tabs(derived, page, settings, source, body),
        *(
            f'<p class="matcalc-remark">{mathml.sentence(remark, settings.renderer, crossref.marked)}</p>'
            for remark in derived.remarks
        ),
        aids.below(derived, numbers, page, plain=plain),
        "</figure>",
    ]
    return "\n".join(part for part in parts if part)


def rule_link(rule: Rule, page: Page, engine: Engine) -> str:
    """A rule's name and number with its statement, linked to its place in the rule book where there is one."""
    words = f'{html.escape(rule.title, quote=False)} <span class="matcalc-rule-number">({rule.number})</span>'
    if page.rulebook:
        link = f'<a class="matcalc-rule" href="{html.escape(page.rulebook)}#rule-{rule.number}">{words}</a>'
    else:
        link = f'<button type="button" class="matcalc-rule">{words}</button>'
    return f'<span class="matcalc-aided">{link}{engine.statement(rule.number)}</span>'


def number_link(target: Target) -> str:
    """A number in the margin, which is a link to where it stands."""
    if not target.number:
        return ""
    return f'<a class="matcalc-number" href="#{html.escape(target.anchor)}">({html.escape(target.number)})</a>'


def _search_words(derived: Derived, named: str) -> str:
    """What a search finds a derivation by: its title, its names and its rules."""
    rules = dict.fromkeys(f"{rule.title} ({rule.number})" for row in derived.rows for rule in row.rules)
    return "; ".join(part for part in (html.unescape(named), " ".join(derived.names), ", ".join(rules)) if part)


def _grid(derived: Derived, numbers: Figure | None, *, page: Page, settings: Settings, engine: Engine) -> str:
    made, line = [], 0
    for row in derived.rows:
        target, shown = None, False
        if numbers and row.kind == "line":
            target, shown = numbers.lines[line], line in numbers.shown
            line += 1
        elif numbers and row.kind == "result":
            target, shown = numbers.whole, True
        notes = [rule_link(rule, page, engine) for rule in row.rules]
        made.append(_row(row, notes, settings, target, shown=shown))
    return "\n".join([aids.fold(derived, settings), '<div class="matcalc-lines">', *made, "</div>"]).strip()


def _row(row: Row, notes: list[str], settings: Settings, target: Target | None, *, shown: bool) -> str:
    left = mathml.formula(row.left, settings.renderer)
    right = mathml.breakable(f"= {row.right}", settings.renderer)
    if row.note:
        notes = [*notes, f'<span class="matcalc-words">{_words(row.note, settings)}</span>']
    classes = [f"matcalc-{_KINDS[row.kind]}", *(["matcalc-begins"] if row.left else [])]
    if mathml.width(row.right) > _LONG:
        classes.append("matcalc-long")
    # The figure has the anchor of the result; a line has its own, which references go to.
    own = f' id="{html.escape(target.anchor)}"' if target and row.kind == "line" and (target.label or shown) else ""
    # Formulas are kept from the search index, and the names of the rules are not.
    return "".join(
        [
            f'<div class="matcalc-line {" ".join(classes)}"{own}>',
            f'<div class="matcalc-left" data-search-exclude>{left}</div>',
            f'<div class="matcalc-right" data-search-exclude>{right}</div>',
            f'<div class="matcalc-note">{", ".join(notes)}</div>',
            f'<div class="matcalc-tag">{number_link(target) if target and shown else ""}</div>',
            "</div>",
        ]
    )


def _words(note: str, settings: Settings) -> str:
    """A note, which does not break within a size, as in "1 × n"."""
    return mathml.sentence(note.replace(" × ", "\u00a0×\u00a0"), settings.renderer, crossref.marked)


def _plain(derived: Derived, numbers: Figure | None) -> str:
    """A derivation as text; its lines have no places of their own, so their anchors stand before it."""
    anchors = (
        "".join(f'<span id="{html.escape(line.anchor)}"></span>' for line in numbers.lines if line.label)
        if numbers
        else ""
    )
    text = f'<pre class="matcalc-text" data-search-exclude><code>{html.escape(derived.text, quote=False)}</code></pre>'
    number = f'<div class="matcalc-tag">{number_link(numbers.whole)}</div>' if numbers and numbers.whole.number else ""
    return f"{anchors}{text}{number}"
