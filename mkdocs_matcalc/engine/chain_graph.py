"""The expression of a function as a graph: what stands in it once, with the places where it stands.

In: a scalar function and the name of the variable. Out: for every part on a way from the variable to the function,
the edges that lead out of it to the operators it is an operand of. Equal parts are one node, so that all the places
of a part count together; an intermediate is a node of its own, with its name. Transposes and constant multiples are
no nodes (see `chain_operators`). Nothing here recurses: a chain may be as long as the reader of blocks lets it be.
"""

from __future__ import annotations

from ..expr.atoms import UNIT, Named, zeros
from ..expr.differential import Gradient
from ..expr.linear import add
from ..expr.node import Expr
from ..rules.rule import Rule
from .chain_operators import Edge, Operators
from .collect import factor

#: An operator G with one of its edges.
Use = tuple[Expr, Edge]


class Graph:
    """The parts of `function`, called `name`, that vary with the variable `by`.

    `uses` are the edges out of a part, `known` the gradients that need no line: those of the function itself and of
    the terms of its sum.
    """

    def __init__(self, name: str, function: Expr, by: str, operators: Operators) -> None:
        self.name, self.function, self.by = name, function, by
        self.uses: dict[Expr, list[Use]] = {function: []}
        self.known: dict[Expr, Expr] = {function: UNIT}
        self.ridden: set[Expr] = set()
        order = self._explore(operators)
        self._below = self._descendants(order)
        for part in reversed(order):
            self._settle(part)

    def _explore(self, operators: Operators) -> list[Expr]:
        """The parts, operands before operators; the edges are filled in."""
        order: list[Expr] = []
        edges: dict[Expr, list[Edge]] = {}
        stack: list[tuple[Expr, bool]] = [(self.function, False)]
        while stack:
            part, done = stack.pop()
            if done:
                order.append(part)
                continue
            if part in edges:
                continue
            leaf = part is not self.function and not part.args and not isinstance(part, Named)
            edges[part] = [] if leaf or not part.depends_on(self.by) else operators.edges(part)
            stack.append((part, True))
            stack.extend((edge.operand, False) for edge in reversed(edges[part]) if edge.operand not in edges)
        for part, found in edges.items():  # in the order in which a reader meets them
            for edge in found:
                self.uses.setdefault(edge.operand, []).append((part, edge))
        return order

    def _descendants(self, order: list[Expr]) -> dict[Expr, int]:
        """For every part, the parts below it, as bits."""
        place = {part: i for i, part in enumerate(order)}
        below = dict.fromkeys(order, 0)
        for part in order:  # operands come first, so their own bits are complete
            for user, _ in self.uses[part]:
                below[user] |= below[part] | (1 << place[part])
        self._place = place
        return below

    def _settle(self, part: Expr) -> None:
        """Note what is known of a part's gradient before any line is written."""
        uses = self.uses[part]
        if not uses or part in self.known:
            return
        if all(user in self.known and (edge.plain or edge.steady) for user, edge in uses):
            self.known[part] = factor(add(*(edge.pull(self.known[user]) for user, edge in uses)))
        elif len(uses) == 1 and uses[0][1].plain and isinstance(uses[0][0], Named):
            # y = Xw + b: what reaches Xw is ∂f/∂y, and a reader is not told so
            self.ridden.add(part)

    # -- gradients -----------------------------------------------------------------

    def gradient(self, part: Expr) -> Expr:
        """∂f/∂part as it stands in a line: known, passed on by an intermediate, or an unevaluated fraction."""
        pulls = []
        while part in self.ridden:
            user, edge = self.uses[part][0]
            pulls.append(edge.pull)
            part = user
        found = self.known.get(part)
        if found is None:
            found = Gradient(self.name, self.function, part, self.by)
        for pull in reversed(pulls):
            found = pull(found)
        return found

    def rules(self, part: Expr) -> tuple[Rule, ...]:
        """The rules that `gradient` takes for granted, each once."""
        found: dict[Rule, None] = {}
        if part not in self.known:
            while part in self.ridden:
                part, edge = self.uses[part][0]
                found.update(dict.fromkeys(edge.rules))
            return tuple(found)
        seen: set[Expr] = set()
        stack = [iter(self.uses[part])]
        while stack:  # a part is reached on as many ways as it has, and told of once
            use = next(stack[-1], None)
            if use is None:
                stack.pop()
                continue
            user, edge = use
            found.update(dict.fromkeys(edge.rules))
            if user not in seen and user in self.known:
                seen.add(user)
                stack.append(iter(self.uses[user]))
        return tuple(found)

    def expanded(self, part: Expr) -> Expr:
        """∂f/∂part by ∂f/∂G for every operator G that it is an operand of."""
        whole = add(*(edge.pull(self.gradient(user)) for user, edge in self.uses[part]), zeros(part.shape))
        return whole if whole.open else factor(whole)

    def ready(self, pending: list[Gradient]) -> list[Gradient]:
        """The fractions to replace next: those that no other pending one leads to, so that each is replaced once."""
        bits = 0
        for g in pending:
            bits |= 1 << self._place[g.part]
        return [g for g in pending if not self._below[g.part] & bits]

    def replaced(self, e: Expr, ready: list[Gradient]) -> Expr:
        """An expression with one operator taken off each of its fractions that are ready."""
        table: dict[Expr, Expr] = {g: self.expanded(g.part) for g in ready}

        def go(node: Expr) -> Expr:
            if not node.open:
                return node
            if node not in table:
                table[node] = node.map_args(go)
            return table[node]

        return go(e)


def fractions(e: Expr) -> list[Gradient]:
    """The unevaluated fractions in an expression, each once, in order."""
    found: dict[Gradient, None] = {}
    stack = [e]
    while stack:
        node = stack.pop()
        if isinstance(node, Gradient):
            found[node] = None
        elif node.open:
            stack.extend(reversed(node.args))
    return list(found)
