"""What a check has to give a value to: the names in some expressions, and how large and how costly these are.

In: expressions. Out: `Names`. A node counts once, wherever it stands; a definition belongs to what uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..expr.atoms import Commutation, Named, Selection, Size, Sym
from ..expr.differential import Through
from ..expr.linear import Mul
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial, Signature
from ..expr.shape import Dim, Shape
from .sizes import extents


@dataclass(frozen=True)
class Names:
    """The names in some expressions: symbols, abstract functions (None for an entrywise one), dimensions."""

    symbols: Mapping[str, Sym]
    functions: Mapping[str, Signature | None]
    dims: frozenset[str]
    nodes: Sequence[Expr]  #: every node of the expressions, once

    @property
    def order(self) -> list[str]:
        """The names that have values, in the order in which these are drawn."""
        return sorted({*self.symbols, *self.functions})

    @property
    def declared(self) -> list[Shape]:
        """The shapes of symbols, and of what functions take and give."""
        return [s.shape for s in self.symbols.values()] + [shape for f in self._signatures() for shape in _shapes(f)]

    @property
    def shapes(self) -> set[Shape]:
        """The shapes of all parts."""
        return {node.shape for node in self.nodes} | {shape for f in self._signatures() for shape in _shapes(f)}

    def weight(self, dims: Mapping[str, int]) -> int:
        """The entries of the largest part."""
        weight = max((m * n for m, n in (extents(shape, dims) for shape in self.shapes)), default=1)
        for f in self._signatures():
            (m, n), takes = extents(f.gives, dims), [extents(t, dims) for t in f.takes]
            weight = max(weight, (m * n + 3) * sum(p * q for p, q in takes))
        return weight

    def work(self, dims: Mapping[str, int]) -> int:
        """The operations, about, that it takes to evaluate every node once."""
        return sum(_work(node, dims) for node in self.nodes)

    def entries(self, dims: Mapping[str, int]) -> int:
        """The entries of all nodes together, which are in memory at one time."""
        return sum(m * n for m, n in (extents(node.shape, dims) for node in self.nodes))

    def _signatures(self) -> Iterator[Signature]:
        return (f for f in self.functions.values() if f is not None)


def _shapes(f: Signature) -> tuple[Shape, ...]:
    return (*f.takes, f.gives)


def _work(node: Expr, dims: Mapping[str, int]) -> int:
    rows, cols = extents(node.shape, dims)
    if isinstance(node, Mul):
        total, chain = 0, [extents(factor.shape, dims) for factor in node.chain]
        for m, n in chain[1:]:
            total += chain[0][0] * m * n
        return total + rows * cols
    if isinstance(node, (Inv, MatPow, Call)) and node.args:
        m, n = extents(node.args[0].shape, dims)
        return 10 * m * n * min(m, n) if m > 1 and n > 1 else m * n
    return rows * cols


def names_of(
    roots: Iterable[Expr], variables: Iterable[Sym] = (), functions: Mapping[str, Signature | None] | None = None
) -> Names:
    """The names in some expressions.

    The declarations of `variables` are the ones to trust where a name comes with different attributes, and
    `functions` may name functions that occur in no expression.
    """
    variables = list(variables)
    nodes = list(distinct([*roots, *variables]))
    symbols = {n.name: n for n in nodes if isinstance(n, Sym)} | {v.name: v for v in variables}
    found: dict[str, Signature | None] = dict(functions or {})
    sides: set[Dim] = set()
    for node in nodes:
        sides.update(node.shape)
        if isinstance(node, Entry) and node.abstract:
            found[node.name] = None
        elif isinstance(node, (Apply, Partial, Contracted)):
            found[node.function.name] = node.function
        elif isinstance(node, Through):
            found[node.of.function.name] = node.of.function
        elif isinstance(node, (Size, Selection)):
            sides.add(node.dim)
        elif isinstance(node, Commutation):
            sides.update((node.rows, node.cols))
    for signature in found.values():
        if signature is not None:
            sides.update(side for shape in _shapes(signature) for side in shape)
    return Names(symbols, found, frozenset(name for side in sides for name in side.names), nodes)


def distinct(roots: Iterable[Expr]) -> Iterator[Expr]:
    """Every node below the roots once, those in definitions included."""
    seen: set[Expr] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        stack.extend(node.args)
        if isinstance(node, Named):
            stack.append(node.definition)
