"""A derivation as HTML for a notebook: a table with formulas in MathML, and nothing fetched.

In: a derivation. Out: one element with its styles in it, for a notebook has a style sheet of its own
that knows nothing of ours. Rules are named beside the lines; there is no rule book to link to.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from . import mathml

if TYPE_CHECKING:
    from ..emit.steps import Row
    from ..engine.derivation import Derivation

_CELL = "border:none;background:none;padding:.2em .25em;vertical-align:baseline;"


def notebook_html(d: Derivation) -> str:
    """The derivation as one HTML element."""
    title = f"<p><strong>{html.escape(d.title)}</strong></p>" if d.title else ""
    lines = "".join(_line(row) for row in d.rows)
    below = [mathml.sentence(remark, "mathml") for remark in d.remarks]
    if d.check is not None and d.check.passed:
        below.append(f"every line checked at {d.check.points} random points")
    notes = "".join(f'<p style="margin:.2em 0;font-size:smaller">{line}</p>' for line in below)
    table = f'<table style="border:none;border-collapse:collapse;margin:.5em 0"><tbody>{lines}</tbody></table>'
    return f'<div class="matcalc">{title}{table}{notes}</div>'


def _line(row: Row) -> str:
    words = ", ".join(f"{html.escape(rule.title)} ({rule.number})" for rule in row.rules)
    note = "; ".join(part for part in (words, mathml.sentence(row.note, "mathml") if row.note else "") if part)
    weight = "font-weight:bold;" if row.kind == "result" else ""
    return (
        f'<tr style="background:none"><td style="{_CELL}text-align:right">{mathml.formula(row.left, "mathml")}</td>'
        f'<td style="{_CELL}text-align:left">{mathml.formula(f"= {row.right}", "mathml")}</td>'
        f'<td style="{_CELL}{weight}text-align:left;padding-left:2em;font-size:smaller">{note}</td></tr>'
    )
