"""What helps a reader of a derivation: tabs, a fold, the mark of the check, "copy LaTeX", where it is used.

In: a derivation. Out: HTML, with slots for what a page knows, that works by keyboard, without a script
but for the copying, and that print leaves out. Tabs are radio buttons and the fold is a checkbox, which browsers
move through and read out as such; the style sheet does the rest.
"""

from __future__ import annotations

import html

from . import preview
from .derived import Check, Derived
from .filling import BELOW
from .settings import Settings
from .template import Slot

#: A derivation of fewer lines is not worth a fold.
_FOLDED_LINES = 2


def tabs(derived: Derived, settings: Settings, source: str, body: list[str]) -> list[str]:
    """The derivation, with its source and its code beside it where they are asked for."""
    panels = [("derivation", "derivation", body)]
    if "source" in settings.show:
        panels.append(("source", "source", [_code(source, "derive")]))
    if "code" in settings.show:
        panels.append(("code", "NumPy", [_code(derived.numpy, "python")]))
    if len(panels) == 1:
        return body
    made = ['<div class="matcalc-tabs" role="radiogroup" aria-label="What is shown" data-search-exclude>']
    for value, words, _ in panels:
        # The name keeps the groups of a page apart, also where all pages are printed as one.
        made += ['<label class="matcalc-tab"><input type="radio" name="matcalc-', Slot("page"), "-", Slot("group")]
        checked = " checked" if value == "derivation" else ""
        made.append(f'" value="{value}"{checked}><span>{words}</span></label>')
    made.append("</div>")
    for value, _, content in panels:
        kept = "" if value == "derivation" else " data-search-exclude"
        made += [f'\n<div class="matcalc-panel matcalc-panel-{value}"{kept}>\n', *content, "\n</div>"]
    return made


def fold(derived: Derived, settings: Settings) -> str:
    """The box that unfolds a derivation which is folded to its result."""
    lines = len(derived.lines)
    if "folded" not in settings.show or lines < _FOLDED_LINES:
        return ""
    return (
        '<label class="matcalc-unfold" data-search-exclude><input type="checkbox">'
        f"<span>show the {lines} lines of the derivation</span></label>\n"
    )


def below(derived: Derived, *, plain: bool) -> list[str]:
    """The line below a derivation."""
    made = []
    if derived.check is not None and not plain:  # the plain text says so itself
        made.append(_checked(derived.check))
    if derived.latex:
        latex = html.escape(derived.latex).replace("\n", "&#10;")
        made.append(f'<button type="button" class="matcalc-copy" data-latex="{latex}">copy LaTeX</button>')
    if not made:
        return [Slot("below")]
    return ["\n", BELOW, *made, Slot("uses"), "</div>"]


def _checked(check: Check) -> str:
    bound = next((words for size, words in _BOUNDS if check.max_relative_error < size), "")
    words = (
        f"Every line was evaluated at {check.points} random points and agrees with finite differences of the function"
        + (f"; the largest relative difference is below {bound}." if bound else ".")
    )
    return (
        '<span class="matcalc-aided"><button type="button" class="matcalc-checked">every line checked</button>'
        f"{preview.words(words)}</span>"
    )


#: What was measured is told by its bound: the last digits of a sum depend on the processor and on NumPy, a page must not.
_BOUNDS = ((1e-8, "10⁻⁸"), (1e-6, "10⁻⁶"), (1e-4, "10⁻⁴"))


def _code(code: str, language: str) -> str:
    body = html.escape(code.strip("\n"), quote=False)
    return f'<pre><code class="language-{language}" tabindex="0">{body}</code></pre>'
