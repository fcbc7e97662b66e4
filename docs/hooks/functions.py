"""Puts the table of functions into the page that has a place for it, so that the page cannot fall behind the table."""

from __future__ import annotations

from typing import Any

from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.functions.table import TABLE
from mkdocs_matcalc.rules.table import RULES

PLACE = "<!-- the table of functions -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill the place in; a page without one is left as it is."""
    return markdown.replace(PLACE, functions()) if PLACE in markdown else markdown


def functions() -> str:
    """One row a function that a block may write with one argument."""
    lines = ["| function | argument | differential | rule |", "| --- | --- | --- | --- |"]
    for row in TABLE:
        if not row.written:
            continue
        rules = [RULES[law.number] for law in row.laws if law.kind == "differential"] or [RULES[row.laws[0].number]]
        words = "any, entry by entry" if row.entrywise else {"any": "any", "square": "square matrix"}[row.takes]
        right = "<br>".join(f"${latex(rule.replacement)}$" for rule in rules)
        links = " ".join(f"[({rule.number})](rules.md#{rule.anchor})" for rule in rules)
        lines.append(f"| `{row.name}(X)` | {words} | {right} | {links} |")
    return "\n".join(lines)
