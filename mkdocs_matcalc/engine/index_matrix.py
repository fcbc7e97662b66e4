"""The way back: a sum of products of entries as an expression in matrix notation.

In: a term and the free indices that are to be the row and the column. Out: the matrix (column, row,
scalar) whose entry it is. A term is a network: indices are nodes, a matrix entry is an edge, a
vector entry sits on a node. It is taken apart by four moves: a summed index with one edge is a
matrix times a vector, one with two edges is a matrix product, parallel edges are a Hadamard
product, and a loop is a trace. A network that these leave is not series-parallel and has no such
form. Factors keep the order in which they were written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..expr.atoms import Eye, ones
from ..expr.component import Component, Delta, Term
from ..expr.linear import Had, T, had, mul, product
from ..expr.matrix import Call, call, diag, flipped, trace
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow
from ..expr.shape import ONE, SCALAR, Dim
from ..expr.walk import bottom_up


class NoMatrixForm(Exception):  # noqa: N818 (an answer, turned into a refusal that names the goal)
    """The network is not series-parallel."""


@dataclass(eq=False)
class _Edge:
    """The entry (a, b) of a matrix; `place` is where it stands among the factors."""

    matrix: Expr
    a: str
    b: str
    place: int

    def towards(self, end: str) -> Expr:
        """The matrix whose columns are numbered by an end."""
        return self.matrix if self.b == end else flipped(self.matrix)

    def other(self, end: str) -> str:
        return self.a if self.b == end else self.b

    @property
    def entrywise(self) -> bool:
        """Whether the matrix is made entry by entry, so that a Hadamard product suits it."""
        inner = self.matrix.args[0] if isinstance(self.matrix, T) else self.matrix
        return isinstance(inner, (Entry, Pow, Had))


@dataclass
class _Network:
    edges: list[_Edge]
    on: dict[str, list[tuple[int, Expr]]]
    scalars: list[Expr]
    summed: list[str]
    dims: dict[str, Dim]

    def at(self, node: str) -> list[_Edge]:
        return [e for e in self.edges if node in (e.a, e.b)]

    def vectors(self, node: str) -> list[Expr]:
        """What sits on a node, in the order written."""
        return [v for _, v in sorted(self.on.get(node, []), key=lambda pair: pair[0])]

    def vector(self, node: str) -> Expr | None:
        """What sits on a node, as one column."""
        found = self.vectors(node)
        return had(*found) if found else None

    def place(self, node: str) -> int:
        """Where the first vector on a node stands."""
        return min((n for n, _ in self.on.get(node, [])), default=1 << 30)

    def sit(self, node: str, place: int, v: Expr) -> None:
        self.on.setdefault(node, []).append((place, v))

    def put(self, edge: _Edge) -> None:
        """Add an edge; a loop is the diagonal of its matrix."""
        if edge.a == edge.b:
            self.sit(edge.a, edge.place, call("diagonal", edge.matrix))
        else:
            self.edges.append(edge)

    def drop(self, *nodes: str) -> None:
        for node in nodes:
            self.summed.remove(node)
            self.on.pop(node, None)

    def reduce(self) -> None:
        """Moves until no summed index is left, and no parallel edges."""
        while self.summed:
            if not (self.scalar() or self.leaf() or self.series(plain=True) or self.parallel() or self.series()):
                raise NoMatrixForm
        while self.parallel():
            pass

    def scalar(self) -> bool:
        """A summed index that only vectors have."""
        for node in self.summed:
            if self.at(node):
                continue
            vectors = self.vectors(node)
            if not vectors:
                self.scalars.append(mul(ones((ONE, self.dims[node])), ones((self.dims[node], ONE))))
            elif len(vectors) == 1:
                [only] = vectors
                loop = isinstance(only, Call) and only.name == "diagonal"
                self.scalars.append(trace(only.args[0]) if loop else call("sum", only))
            else:
                self.scalars.append(mul(flipped(vectors[0]), had(*vectors[1:])))
            self.drop(node)
            return True
        return False

    def leaf(self) -> bool:
        """A summed index with one edge: a matrix times a vector, or times ones."""
        for wanted in (True, False):
            for node in self.summed:
                edges = self.at(node)
                if len(edges) == 1 and bool(self.on.get(node)) == wanted:
                    self._pluck(edges[0], node)
                    return True
        return False

    def _pluck(self, edge: _Edge, node: str) -> None:
        rest = edge.other(node)
        place = min(edge.place, self.place(node))
        own, far = self.vector(node), self.vector(rest)
        self.edges.remove(edge)
        if rest in self.summed and not self.at(rest):  # both ends are summed and nothing else is at them: u'Mv
            if own is None and far is None:
                self.scalars.append(call("sum", edge.matrix))
            else:
                u, v = (far, own) if edge.b == node else (own, far)
                left = u if u is not None else ones((self.dims[edge.a], ONE))
                right = v if v is not None else ones((self.dims[edge.b], ONE))
                self.scalars.append(mul(flipped(left), edge.matrix, right))
            self.drop(node, rest)
            return
        column = own if own is not None else ones((self.dims[node], ONE))
        self.sit(rest, place, mul(edge.towards(node), column))
        self.drop(node)

    def series(self, *, plain: bool = False) -> bool:
        """A summed index with two edges: a matrix product, a diagonal matrix between where a vector sits on it."""
        for node in self.summed:
            edges = self.at(node)
            v = self.vector(node)
            if len(edges) != 2 or (plain and v is not None):
                continue
            first, last = edges
            a, b = first.other(node), last.other(node)
            closed = a in self.summed and len(self.at(a)) == 2 and not self.on.get(a)
            if a == b and plain and not closed and (first.entrywise or last.entrywise):
                continue  # a Hadamard product, summed over its rows
            if last.b == node and first.a == node:  # B_pq A_jp is read as A B
                first, last, a, b = last, first, b, a
            middle = () if v is None else (diag(v),)
            whole = mul(first.towards(node), *middle, flipped(last.towards(node)))
            at = min(self.edges.index(first), self.edges.index(last))
            self.edges.remove(first)
            self.edges.remove(last)
            joined = _Edge(whole, a, b, min(first.place, last.place))
            if a == b:
                self.put(joined)
            else:
                self.edges.insert(at, joined)
            self.drop(node)
            return True
        return False

    def parallel(self) -> bool:
        """Edges between the same indices: a Hadamard product."""
        for n, first in enumerate(self.edges):
            for last in self.edges[n + 1 :]:
                if {first.a, first.b} == {last.a, last.b}:
                    turned = last.matrix if last.a == first.a else flipped(last.matrix)
                    pair = (first.matrix, turned) if first.place < last.place else (turned, first.matrix)
                    first.matrix, first.place = had(*pair), min(first.place, last.place)
                    self.edges.remove(last)
                    return True
        return False


def _network(term: Term, free: dict[str, Dim]) -> _Network:
    net = _Network([], {}, [], [i for i, _ in term.sums], {**free, **dict(term.sums)})
    for n, f in enumerate(term.factors):
        if isinstance(f, Delta):
            net.put(_Edge(Eye(net.dims[f.first]), f.first, f.second, n))
        elif not isinstance(f, Component):
            raise NoMatrixForm
        elif f.row and f.col:
            net.put(_Edge(f.expr, f.row, f.col, n))
        elif f.row or f.col:
            net.sit(f.row or f.col, n, f.expr if f.row else flipped(f.expr))
        else:
            net.scalars.append(f.expr)
    return net


def matrix(term: Term, row: str, col: str, free: dict[str, Dim]) -> Expr:
    """The expression whose entry at the free indices is a term."""
    net = _network(term, free)
    net.reduce()
    body = _between(net, row, col)
    return product(
        term.coef,
        (*net.scalars, body) if body.shape == SCALAR else tuple(net.scalars),
        (body,) if body.shape != SCALAR else (),
    )


def in_one_order(terms: Iterable[Expr]) -> list[Expr]:
    """Terms in which equal Hadamard products have their factors in one order, so that they are added up."""
    first: dict[frozenset[tuple[Expr, int]], Expr] = {}

    def change(e: Expr) -> Expr:
        return first.setdefault(frozenset(Counter(e.args).items()), e) if isinstance(e, Had) else e

    return [bottom_up(t, change) for t in terms]


def _between(net: _Network, row: str, col: str) -> Expr:
    """What is left between the free indices."""
    u, v = (net.vector(i) if i else None for i in (row, col))
    if not (row and col):
        if net.edges:
            raise NoMatrixForm
        if not row and not col:
            return ones(SCALAR)
        only = row or col
        column = net.vector(only) or ones((net.dims[only], ONE))
        return column if row else flipped(column)
    if not net.edges:
        left = u if u is not None else ones((net.dims[row], ONE))
        right = v if v is not None else ones((net.dims[col], ONE))
        return mul(left, flipped(right))
    [edge] = net.edges
    whole = edge.towards(col)
    if isinstance(whole, Eye):  # both vectors sit on one index
        both = [x for x in (u, v) if x is not None]
        return diag(had(*both)) if both else whole
    if u is not None and v is not None:
        return had(mul(u, flipped(v)), whole)
    return mul(*(() if u is None else (diag(u),)), whole, *(() if v is None else (diag(v),)))
