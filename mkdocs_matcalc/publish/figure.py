"""A derivation as HTML: a title, the lines in a grid, the rules beside them, the number at the right.

In: a derivation with its lines. Out: a `figure` with slots for its numbers. Each side of a line is a
formula of its own, so that a rule beside a line is a link in HTML, a long formula scrolls in its own
box, and on a narrow screen the rules go below their line.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from . import mathml, numbering
from .page import Page
from .settings import Settings

if TYPE_CHECKING:
    from ..engine.derivation import Derivation
    from ..emit.steps import Row, RuleRef

#: The class of a line of each kind.
_KINDS = {"given": "given", "line": "step", "result": "result"}
#: A formula of more characters than this leaves no room for rules beside it in a column of text.
_LONG = 52


def figure(
    derivation: Derivation, rows: Sequence[Row], *, page: Page, settings: Settings, label: str = "", source: str = ""
) -> str:
    """The figure of one derivation; `label` is its id, `source` the block that it came from."""
    own = f' id="{html.escape(label)}"' if label else ""
    title = html.escape(derivation.title, quote=False)
    parts = [
        f'<figure class="matcalc"{own} role="group" aria-label="Derivation: {html.escape(derivation.title or derivation.goal)}">',
        f'<figcaption class="matcalc-title">{title}</figcaption>' if title else "",
        _plain(derivation) if settings.renderer == "none" else _grid(rows, page=page, settings=settings, label=label),
        *(
            f'<p class="matcalc-remark">{mathml.sentence(remark, settings.renderer)}</p>'
            for remark in derivation.remarks
        ),
        _below(derivation, settings, source),
        "</figure>",
    ]
    return "\n".join(part for part in parts if part)


def rule_link(rule: RuleRef, page: Page) -> str:
    """A rule's name and number, linked to its place in the rule book where there is one."""
    words = f'{html.escape(rule.title, quote=False)} <span class="matcalc-rule-number">({rule.number})</span>'
    if not page.rulebook:
        return f'<span class="matcalc-rule" title="rule {rule.number}">{words}</span>'
    return f'<a class="matcalc-rule" href="{html.escape(page.rulebook)}#rule-{rule.number}">{words}</a>'


def _grid(rows: Sequence[Row], *, page: Page, settings: Settings, label: str) -> str:
    lines = count(1)
    made = []
    for row in rows:
        name = f"{label}.{next(lines)}" if label and row.kind == "line" else ""
        made.append(_row(row, page, settings, _slot(row, settings, label, name)))
    return "\n".join(['<div class="matcalc-lines">', *made, "</div>"])


def _slot(row: Row, settings: Settings, label: str, name: str) -> str:
    """The place of a line's number, for those lines that have one."""
    if row.kind == "result" and settings.number != "none":
        return numbering.slot(label, within=label)
    if row.kind == "line" and settings.number == "all":
        return numbering.slot(name)
    return ""


def _row(row: Row, page: Page, settings: Settings, number: str) -> str:
    left = mathml.formula(row.left, settings.renderer)
    right = mathml.breakable(f"= {row.right}", settings.renderer)
    notes = [rule_link(rule, page) for rule in row.rules]
    if row.note:
        notes.append(f'<span class="matcalc-words">{_words(row.note, settings)}</span>')
    classes = [f"matcalc-{_KINDS[row.kind]}", *(["matcalc-begins"] if row.left else [])]
    if mathml.width(row.right) > _LONG:
        classes.append("matcalc-long")
    # Formulas are kept from the search index, and the names of the rules are not.
    return "".join(
        [
            f'<div class="matcalc-line {" ".join(classes)}">',
            f'<div class="matcalc-left" data-search-exclude>{left}</div>',
            f'<div class="matcalc-right" data-search-exclude>{right}</div>',
            f'<div class="matcalc-note">{", ".join(notes)}</div>',
            f'<div class="matcalc-tag">{number}</div>',
            "</div>",
        ]
    )


def _words(note: str, settings: Settings) -> str:
    """A note, which does not break within a size, as in "1 × n"."""
    return mathml.sentence(note.replace(" × ", "\u00a0×\u00a0"), settings.renderer)


def _plain(derivation: Derivation) -> str:
    return (
        f'<pre class="matcalc-text" data-search-exclude><code>{html.escape(derivation.text, quote=False)}</code></pre>'
    )


def _below(derivation: Derivation, settings: Settings, source: str) -> str:
    parts = []
    check = derivation.check
    if check is not None and check.passed and settings.renderer != "none":  # the plain text says so itself
        how = f"each line agrees with finite differences at {check.points} random points"
        parts.append(f'<span class="matcalc-checked" title="{how}">every line checked</span>')
    if "source" in settings.show:
        parts.append(_details("source", source, "derive"))
    if "code" in settings.show:
        parts.append(_details("NumPy", derivation.numpy(), "python"))
    return f'<div class="matcalc-below">{"".join(parts)}</div>' if parts else ""


def _details(summary: str, code: str, language: str) -> str:
    body = html.escape(code.strip("\n"), quote=False)
    return (
        f'<details class="matcalc-shown"><summary>{summary}</summary>'
        f'<pre><code class="language-{language}">{body}</code></pre></details>'
    )
