"""The way back: a sum of products of entries as an expression in matrix notation.

In: a term and the free indices that are to be the row and the column. Out: the matrix (column, row,
scalar) whose entry it is. A term is a network: indices are nodes, a matrix entry is an edge, a
vector entry sits on a node. It is taken apart by four moves: a summed index with one edge is a
matrix times a vector, one with two edges is a matrix product, parallel edges are a Hadamard
product, and a loop is a trace. A network that these leave is not series-parallel and has no such
form.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..expr.atoms import Eye, Named, ones
from ..expr.component import Component, Delta, Term
from ..expr.linear import had, mul, product, scale
from ..expr.matrix import Call, call, diag, flipped, trace
from ..expr.node import Expr
from ..expr.shape import ONE, SCALAR, Dim


class NoMatrixForm(Exception):  # noqa: N818 (an answer, turned into a refusal that names the goal)
    """The network is not series-parallel."""


@dataclass
class _Edge:
    """The entry (a, b) of a matrix."""

    matrix: Expr
    a: str
    b: str

    def towards(self, end: str) -> Expr:
        """The matrix whose columns are numbered by an end."""
        return self.matrix if self.b == end else flipped(self.matrix)

    def other(self, end: str) -> str:
        return self.a if self.b == end else self.b


@dataclass
class _Network:
    edges: list[_Edge]
    on: dict[str, list[Expr]]
    scalars: list[Expr]
    summed: list[str]
    dims: dict[str, Dim]
    order: list[str] = field(default_factory=list)

    # -- moves ---------------------------------------------------------------------

    def at(self, node: str) -> list[_Edge]:
        return [e for e in self.edges if node in (e.a, e.b)]

    def vector(self, node: str) -> Expr | None:
        """What sits on a node, as one column."""
        found = self.on.get(node, [])
        return had(*found) if found else None

    def put(self, edge: _Edge) -> None:
        """Add an edge; a loop is the diagonal of its matrix."""
        if edge.a == edge.b:
            self.on.setdefault(edge.a, []).append(call("diagonal", edge.matrix))
        else:
            self.edges.append(edge)

    def drop(self, node: str) -> None:
        self.summed.remove(node)
        self.on.pop(node, None)

    def reduce(self) -> None:
        """Moves until no summed index is left."""
        while self.summed:
            if not (
                self.scalar() or self.leaf() or self.series(plain=True) or self.parallel() or self.series(plain=False)
            ):
                raise NoMatrixForm

    def scalar(self) -> bool:
        """A summed index that only vectors have."""
        for node in self.summed:
            if self.at(node):
                continue
            vectors = self.on.get(node, [])
            if not vectors:
                self.scalars.append(mul(ones((ONE, self.dims[node])), ones((self.dims[node], ONE))))
            elif len(vectors) == 1:
                only = vectors[0]
                loop = isinstance(only, Call) and only.name == "diagonal"
                self.scalars.append(trace(only.args[0]) if loop else call("sum", only))
            else:
                first, last = self._sides(vectors)
                self.scalars.append(mul(flipped(first), last))
            self.drop(node)
            return True
        return False

    def _sides(self, vectors: list[Expr]) -> tuple[Expr, Expr]:
        """A scalar product of several vectors: the first with the product of the others."""
        return vectors[0], had(*vectors[1:])

    def leaf(self) -> bool:
        """A summed index with one edge: a matrix times a vector, or times ones."""
        for wanted in (True, False):
            for node in self.summed:
                edges = self.at(node)
                if len(edges) != 1 or bool(self.on.get(node)) != wanted:
                    continue
                edge = edges[0]
                rest = edge.other(node)
                v = self.vector(node) if wanted else ones((self.dims[node], ONE))
                if v is None:
                    continue
                self.edges.remove(edge)
                if rest in self.summed and not self.at(rest) and not self.on.get(rest):
                    # 1ᵀ M v: nothing else is left at the other end
                    self.scalars.append(self._closed(edge, node, rest, v, wanted=wanted))
                    self.drop(rest)
                elif rest in self.summed and not self.at(rest):
                    u = self.vector(rest)
                    self.scalars.append(self._bilinear(edge, node, rest, v, u))
                    self.drop(rest)
                else:
                    self.on.setdefault(rest, []).append(mul(edge.towards(node), v))
                self.drop(node)
                return True
        return False

    def _closed(self, edge: _Edge, node: str, rest: str, v: Expr, *, wanted: bool) -> Expr:
        if not wanted:
            return call("sum", edge.matrix)
        return mul(ones((ONE, self.dims[rest])), edge.towards(node), v)

    def _bilinear(self, edge: _Edge, node: str, rest: str, v: Expr, u: Expr | None) -> Expr:
        """uᵀ M v, the matrix as it was written."""
        if u is None:
            raise NoMatrixForm
        if edge.b == node:
            return mul(flipped(u), edge.matrix, v)
        del rest
        return mul(flipped(v), edge.matrix, u)

    def series(self, *, plain: bool) -> bool:
        """A summed index with two edges: a matrix product, with a diagonal matrix between where a vector sits on it."""
        for node in self.summed:
            edges = self.at(node)
            v = self.vector(node)
            if len(edges) != 2 or (plain and v is not None):
                continue
            first, last = edges
            a, b = first.other(node), last.other(node)
            if a == b and not (a in self.summed and len(self.at(a)) == 2 and not self.on.get(a)) and plain:
                continue  # parallel edges are better one Hadamard product than a diagonal
            if a == b and plain and self._entrywise(first) != self._entrywise(last):
                continue
            if last.b == node and first.a == node:  # B_pq A_jp is read as A B
                first, last, a, b = last, first, b, a
            middle = () if v is None else (diag(v),)
            whole = mul(first.towards(node), *middle, flipped(last.towards(node)))
            at = min(self.edges.index(first), self.edges.index(last))
            self.edges = [e for e in self.edges if e is not first and e is not last]
            if a == b:
                self.put(_Edge(whole, a, b))
            else:
                self.edges.insert(at, _Edge(whole, a, b))
            self.drop(node)
            return True
        return False

    @staticmethod
    def _entrywise(edge: _Edge) -> bool:
        del edge
        return False

    def parallel(self) -> bool:
        """Edges between the same indices: a Hadamard product."""
        for n, first in enumerate(self.edges):
            for last in self.edges[n + 1 :]:
                if {first.a, first.b} == {last.a, last.b}:
                    turned = last.matrix if last.a == first.a else flipped(last.matrix)
                    self.edges = [e for e in self.edges if e is not last]
                    first.matrix = had(first.matrix, turned)
                    return True
        return False


def _network(term: Term, free: dict[str, Dim]) -> _Network:
    net = _Network([], {}, [], [i for i, _ in term.sums], {**free, **dict(term.sums)})
    for f in term.factors:
        if isinstance(f, Delta):
            net.put(_Edge(Eye(net.dims[f.first]), f.first, f.second))
        elif not isinstance(f, Component):
            raise NoMatrixForm
        elif f.row and f.col:
            net.put(_Edge(f.expr, f.row, f.col))
        elif f.row or f.col:
            column = f.expr if f.row else flipped(f.expr)
            net.on.setdefault(f.row or f.col, []).append(column)
        else:
            net.scalars.append(f.expr)
    return net


def matrix(term: Term, row: str, col: str, free: dict[str, Dim]) -> Expr:
    """The expression whose entry at the free indices is a term."""
    net = _network(term, free)
    net.reduce()
    while net.parallel():
        pass
    body = _between(net, row, col)
    return (
        product(term.coef, tuple(net.scalars), () if body.shape == SCALAR else (body,))
        if body.shape != SCALAR
        else (
            scale(term.coef, product(1, (*net.scalars, body), ()))  # type: ignore[arg-type]
        )
    )


def _between(net: _Network, row: str, col: str) -> Expr:
    """What is left between the free indices."""
    u, v = (net.vector(i) if i else None for i in (row, col))
    if not row and not col:
        if net.edges:
            raise NoMatrixForm
        return ones(SCALAR)
    if not (row and col):
        if net.edges:
            raise NoMatrixForm
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
    return mul(*(() if u is None else (diag(u),)), whole, *(() if v is None else (diag(v),)))


__all__ = ["Named", "NoMatrixForm", "matrix"]
