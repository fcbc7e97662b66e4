"""What a goal licenses: the matrices that are invertible wherever it is defined."""

from __future__ import annotations

from ..expr.atoms import Num
from ..expr.linear import Mul
from ..expr.matrix import Call, Inv
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow
from ..expr.walk import everything


@remembered
def licensed_by(e: Expr) -> frozenset[Expr]:
    """The matrices that are invertible wherever an expression is defined: under an inverse, a logdet, a log of a det."""
    found: set[Expr] = set()
    for node in everything(e):
        if isinstance(node, Inv) or (isinstance(node, Call) and node.name == "logdet"):
            found.add(node.args[0])
        inside = node.args[0] if isinstance(node, Entry) and node.name == "log" else None
        if isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.value < 0:
            inside = node.base
        for part in _factors(inside) if inside is not None else ():
            if isinstance(part, Call) and part.name == "det":
                found.add(part.arg)
    return frozenset(found)


def _factors(e: Expr) -> tuple[Expr, ...]:
    if isinstance(e, Mul):
        return tuple(f for s in e.scalars for f in _factors(s))
    if isinstance(e, Entry) and e.name == "abs":
        return _factors(e.arg)
    return _factors(e.base) if isinstance(e, Pow) else (e,)
