"""A derivation as HTML: a title, the lines in a grid, the rules beside them, the number at the right.

In: a derivation. Out: a `figure` with slots for what a page knows, which `filling` fills. Each side of
a line is a formula of its own, so that a rule beside a line is a link in HTML, a long formula scrolls
in its own box, and on a narrow screen the rules go below their line. What helps a reader besides, as
tabs, is made in `aids`.
"""

from __future__ import annotations

import html

from . import aids, crossref, mathml
from .derived import Derived, Row, Rule
from .filling import SAID, WORDS
from .settings import Settings
from .template import Slot

#: The class of a line of each kind.
_KINDS = {"given": "given", "line": "step", "result": "result"}
#: A formula of more characters than this leaves no room for rules beside it in a column of text.
_LONG = 52


def parts(derived: Derived, *, settings: Settings, source: str) -> list[str]:
    """The figure of one derivation with its slots; `source` is the block that it came from."""
    named = _named(derived.title or derived.goal)
    plain = settings.renderer == "none"
    body = _plain(derived) if plain else _grid(derived, settings)
    made = [
        '<figure class="matcalc"', Slot("id"), ' role="group" aria-label="Derivation: ', named,
        '" data-matcalc-words="', named, html.escape(_search_words(derived)), '">',
    ]  # fmt: skip
    if derived.title:
        made += ['\n<figcaption class="matcalc-title mathjax_ignore">', _said(derived.title), "</figcaption>"]
    made += ["\n", *aids.tabs(derived, settings, source, body)]
    for remark in derived.remarks:
        made += ['\n<p class="matcalc-remark">', *mathml.sentence_parts(remark, settings.renderer, _said), "</p>"]
    return [*made, *aids.below(derived, plain=plain), "\n</figure>"]


def _named(text: str) -> str:
    """Words in an attribute; a slot where a page has something to replace in them."""
    return Slot(f"{WORDS}{text}") if crossref.REFERENCE.search(text) else html.escape(text)


def _said(text: str) -> str:
    """Words of an author; a slot where a page has something to refer to in them."""
    return Slot(f"{SAID}{text}") if crossref.REFERENCE.search(text) else mathml.as_words(text)


def _rule(rule: Rule) -> Slot:
    return Slot(f"({rule.number}) {rule.title}")


def _search_words(derived: Derived) -> str:
    """What a search finds a derivation by besides its title: its names and its rules."""
    rules = dict.fromkeys(f"{rule.title} ({rule.number})" for row in derived.rows for rule in row.rules)
    return "".join(f"; {part}" for part in (" ".join(derived.names), ", ".join(rules)) if part)


def _grid(derived: Derived, settings: Settings) -> list[str]:
    made: list[str] = [aids.fold(derived, settings), '<div class="matcalc-lines">']
    line = 0
    for row in derived.rows:
        own = ""
        if row.kind == "line":
            own, line = f" {line}", line + 1
        made += ["\n", *_row(row, settings, own)]
    return [*made, "\n</div>"]


def _row(row: Row, settings: Settings, own: str) -> list[str]:
    """A row; `own` is the end of the names of its slots, empty for the result."""
    left = mathml.formula(row.left, settings.renderer)
    right = mathml.breakable(f"= {row.right}", settings.renderer)
    notes: list[str] = [each for rule in row.rules for each in (", ", _rule(rule))]
    if row.note:
        notes += [", ", '<span class="matcalc-words">', *_words(row.note, settings), "</span>"]
    classes = [f"matcalc-{_KINDS[row.kind]}", *(["matcalc-begins"] if row.left else [])]
    if mathml.width(row.right) > _LONG:
        classes.append("matcalc-long")
    # Formulas are kept from the search index, and the names of the rules are not.
    return [
        f'<div class="matcalc-line {" ".join(classes)}"',
        *([Slot(f"id{own}")] if own else []),
        f'><div class="matcalc-left" data-search-exclude>{left}</div>',
        f'<div class="matcalc-right" data-search-exclude>{right}</div>',
        '<div class="matcalc-note">',
        *notes[1:],
        '</div><div class="matcalc-tag">',
        *([Slot(f"tag{own}")] if row.kind != "given" else []),
        "</div></div>",
    ]


def _words(note: str, settings: Settings) -> list[str]:
    """A note, which does not break within a size, as in "1 × n"."""
    return mathml.sentence_parts(note.replace(" × ", "\u00a0×\u00a0"), settings.renderer, _said)


def _plain(derived: Derived) -> list[str]:
    """A derivation as text; its lines have no places of their own, so their anchors stand before it."""
    text = f'<pre class="matcalc-text" data-search-exclude><code>{html.escape(derived.text, quote=False)}</code></pre>'
    return [Slot("anchors"), text, Slot("tagged")]
