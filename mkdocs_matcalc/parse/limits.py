"""How large a block may be, once it is read: whatever the text, deriving it ends, and soon.

In: typed expressions. Out: nothing, or a complaint in words. A name stands for what it names and
counts once; what a limit is for is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..expr.atoms import F1, Num
from ..expr.linear import Had, Mul
from ..expr.node import Expr
from ..expr.scalar import Pow
from ..expr.walk import everything, intermediates

#: Operations in one expression: a sum of a thousand squares passes.
MAX_NODES = 12_000
#: Brackets within brackets, as operations nest.
MAX_LEVELS = 120
#: The exponent of a power, also of one that comes of a power of a power.
MAX_POWER = 10_000
#: Bits of an exact number.
MAX_BITS = 4_000
#: Operations in all goals of a block together, with the definitions that each uses.
MAX_WORK = 25_000
#: Definitions that a second derivative goes through: it has a term for every pair of them.
MAX_SECOND = 40
#: Factors of a product in a second derivative: it has a term for every pair of them.
MAX_SECOND_FACTORS = 25
#: Derivations in one block: goals, each by its variables.
MAX_DERIVATIONS = 60


def complaint(e: Expr) -> str:
    """Why an expression is too large or too deep; empty where it is not."""
    for node in e.walk():
        value = node.value if isinstance(node, Num) else node.coef if isinstance(node, Mul) else F1
        if isinstance(node, Pow) and isinstance(node.exponent, Num) and abs(node.exponent.value) > MAX_POWER:
            return f"a power of a power comes to an exponent of more than {MAX_POWER}"
        if value is not F1 and max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            return "the numbers in this expression become too long"
    if e.size > MAX_NODES:
        return f"more than {MAX_NODES} operations"
    return f"more than {MAX_LEVELS} levels" if e.size > MAX_LEVELS and _depth(e) > MAX_LEVELS else ""


def _depth(e: Expr) -> int:
    depth = 0
    stack = [(e, 1)]
    while stack:
        node, level = stack.pop()
        depth = max(depth, level)
        stack.extend((a, level + 1) for a in node.args)
    return depth


def overload(goals: Iterable[tuple[str, Expr, int]]) -> str:
    """Why goals, each with its kind and its number of variables, are too many for one block; empty where they are not."""
    work = derivations = 0
    for kind, e, variables in goals:
        derivations += variables
        size = sum(1 for _ in everything(e))
        work += size
        if kind == "second" and len(intermediates(e)) > MAX_SECOND:
            return f"a second derivative through more than {MAX_SECOND} definitions"
        if kind == "second" and any(
            isinstance(n, (Mul, Had)) and len(n.args) > MAX_SECOND_FACTORS for n in everything(e)
        ):
            return f"a second derivative of a product of more than {MAX_SECOND_FACTORS} factors"
        if work > MAX_WORK:
            return f"the goals of this block have more than {MAX_WORK} operations together"
    return f"more than {MAX_DERIVATIONS} derivations in one block" if derivations > MAX_DERIVATIONS else ""
