"""A sentence beside a derivation, with formulas in it."""

from __future__ import annotations

from ..expr.node import Expr


class Remark(str):
    """A sentence with formulas between dollar signs; `plain` is the sentence for a terminal."""

    plain: str

    __slots__ = ("plain",)


def remark(template: str, *formulas: Expr) -> Remark:
    """A sentence with `{}` where each formula stands."""
    from ..emit.latex import latex
    from ..emit.text import pretty

    out = Remark(template.format(*(f"${latex(e)}$" for e in formulas)))
    out.plain = template.format(*(pretty(e) for e in formulas))
    return out
