"""A derivation as text for a terminal: aligned columns, in Unicode."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.derivation import Derivation
from .definitions import definition
from .names import unicode_name
from .operators import operators
from .steps import (
    derivative_of,
    differential_left,
    differential_of,
    goes_on,
    note_text,
    reading,
    ref,
    right_of,
    shown_lines,
)
from .text import pretty


def terminal(d: Derivation, paint: Callable[[str, str], str] | None = None) -> str:
    """A derivation for a terminal: aligned columns, Unicode; `paint` colours a `rule`, the `result`, what is `good`."""
    look = paint or (lambda _what, plain: plain)
    table = [(unicode_name(s.name), pretty(s.expr), "") for s in d.statements]
    if d.identity is not None:
        table.append((pretty(d.identity[0]), pretty(d.identity[1]), ""))
    above = None
    for line in shown_lines(d):
        left = "" if goes_on(line, above) else differential_of(d, line, to_latex=False)
        table.append(
            (
                left,
                right_of(d, line, to_latex=False),
                note_text(tuple(map(ref, line.rules)), operators(d, line, to_latex=False)),
            )
        )
        above = line
    above_result = len(table)
    if d.explicit == "proof":
        table.append((differential_of(d, d.lines[-1], to_latex=False), pretty(d.derivative),
                      note_text(tuple(map(ref, d.lines[-1].rules)), "")))  # fmt: skip
    elif d.identification is None:
        rules = tuple(map(ref, d.lines[-1].rules)) if d.lines and d.lines[-1].expr == d.derivative else ()
        table.append((differential_left(d, to_latex=False), pretty(d.derivative), note_text(rules, "")))
    else:
        note = note_text(*reading(d, d.identification))
        written = definition(d, to_latex=False) or [pretty(d.derivative)]
        table.append((derivative_of(d, to_latex=False), written[0], note))
        table += [("", right, "") for right in written[1:]]
    wide = max(len(left) for left, _, _ in table)
    mid = min(60, max(len(right) for _, right, _ in table))
    out = []
    for i, (left, right, words) in enumerate(table):
        formula = f"{left:>{wide}} = {right}"
        gap = " " * (max(0, mid - len(right)) + 3) if words else ""
        out.append(f"{look('result', formula) if i >= above_result else formula}{gap}{look('rule', words)}".rstrip())
    out += [f"{'':>{wide}}   {getattr(r, 'plain', r)}" for r in d.remarks]
    if d.check is not None:
        out.append(f"{'':>{wide}}   {look('good', f'every line checked at {d.check.points} random points')}")
    return "\n".join(out)
