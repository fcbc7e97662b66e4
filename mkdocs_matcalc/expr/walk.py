"""Walking over expressions: map, fold, replace; nothing here knows a particular operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from .atoms import Named, Sym
from .memo import remembered
from .node import Expr


def bottom_up(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """`change` applied to every node, children first."""
    return change(e.map_args(lambda a: bottom_up(a, change)) if e.args else e)


def substitute(e: Expr, table: Mapping[Expr, Expr]) -> Expr:
    """Every node that is a key of `table` replaced, outermost first; what was put in is left alone."""
    if e in table:
        return table[e]
    return e.map_args(lambda a: substitute(a, table)) if e.args else e


def throughout(roots: Iterable[Expr], change: Callable[[Expr], Expr]) -> list[Expr]:
    """`change` applied to every node, children first, in the definitions of intermediates as well, each once."""
    made: dict[str, Expr] = {}

    def go(node: Expr) -> Expr:
        if isinstance(node, Named):
            return change(made[node.name])
        return change(node.map_args(go) if node.args else node)

    out = []
    for root in roots:
        for name, named in intermediates(root).items():
            if name not in made:
                body = go(named.definition)
                made[name] = named if body is named.definition else Named(name, body)
        out.append(go(root))
    return out


def put_back(e: Expr, names: Iterable[str] | None = None) -> Expr:
    """Named intermediates replaced by their definitions, all of them or those in `names`."""
    keep = None if names is None else frozenset(names)

    def go(node: Expr) -> Expr:
        if isinstance(node, Named) and (keep is None or node.name in keep):
            return go(node.definition)
        return node.map_args(go) if node.args else node

    return go(e)


def everything(e: Expr) -> Iterator[Expr]:
    """Every node of an expression and of the definitions that it uses, each definition once."""
    seen: set[str] = set()
    waiting = [e]
    while waiting:
        for node in waiting.pop().walk():
            yield node
            if isinstance(node, Named) and node.name not in seen:
                seen.add(node.name)
                waiting.append(node.definition)


@remembered
def size_of(e: Expr) -> int:
    """How many nodes there are in an expression and in the definitions that it uses, each definition once."""
    return sum(1 for _ in everything(e))


def symbols(e: Expr) -> dict[str, Sym]:
    """The symbols in an expression, those in definitions of intermediates included, by name."""
    return {node.name: node for node in everything(e) if isinstance(node, Sym)}


def intermediates(e: Expr) -> dict[str, Named]:
    """The named intermediates in an expression, those that definitions use first."""
    found: dict[str, Named] = {}
    stack: list[tuple[Named, bool]] = [(n, False) for n in reversed(list(e.walk())) if isinstance(n, Named)]
    while stack:
        node, ready = stack.pop()
        if node.name in found:
            continue
        if ready:
            found[node.name] = node
            continue
        stack.append((node, True))
        stack.extend((n, False) for n in reversed(list(node.definition.walk())) if isinstance(n, Named))
    return found
