"""Names that the engine gives by itself: none is set as a name of the author is (`g_1` beside the author's `g1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..expr.atoms import Named, Sym
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial
from ..expr.walk import everything
from ..parse.latex_names import key
from ..parse.problem import Problem


def fresh(candidates: Iterable[str], taken: Iterable[str]) -> Iterator[str]:
    """The candidates that are set as none of the names taken is."""
    looks = {key(name) for name in taken}
    return (name for name in candidates if key(name) not in looks)


def names_of(problem: Problem) -> set[str]:
    """Every name of a block: of variables, functions, definitions and sizes."""
    return {*problem.symbols, *problem.functions, *problem.definitions, *problem.sizes}


def names_in(e: Expr) -> set[str]:
    """Every name in an expression and in the definitions that it uses, those of sizes included."""
    found: set[str] = set()
    for node in everything(e):
        found.update(name for side in node.shape for name in side.names)
        if isinstance(node, (Sym, Named)) or (isinstance(node, Entry) and node.abstract):
            found.add(node.name)
        elif isinstance(node, (Apply, Partial)):
            found.add(node.function.name)
    return found
