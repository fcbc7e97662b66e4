"""`phi(u + Q y)` after `phi(x) = …`: what phi names, with its argument put in.

In: the syntax of the definition and of each argument. Out: new syntax; the places of its parts are those where they
were written, and no node is shared with the definition, since shapes are found for each by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from .syntax import Call, Components, Differential, Known, Mark, Minus, Name, Node, Norm, Number, Post, Product, Sum


def substituted(node: Node, by: Mapping[str, Node]) -> Node:
    """A node with names replaced."""

    def again(inner: Node) -> Node:
        return substituted(inner, by)

    match node:
        case Name():
            found = by.get(node.name)
            return Name(node.start, node.end, node.name) if found is None else substituted(found, {})
        case Number():
            return Number(node.start, node.end, node.value)
        case Known():
            return Known(node.start, node.end, node.expr)
        case Sum():
            return Sum(node.start, node.end, [(op, again(term)) for op, term in node.terms])
        case Product():
            factors = [(op, again(factor)) for op, factor in node.factors]
            return Product(node.start, node.end, factors, run=node.run)
        case Minus():
            return Minus(node.start, node.end, again(node.arg))
        case Differential():
            return Differential(node.start, node.end, again(node.arg))
        case Norm():
            return Norm(node.start, node.end, again(node.arg), node.which)
        case Post():
            marks = [Mark(m.kind, m.end, again(m.exponent) if m.exponent else None) for m in node.marks]
            return Post(node.start, node.end, again(node.base), marks)
        case Call():
            return Call(node.start, node.end, node.name, [again(a) for a in node.args], node.primes, node.by)
        case Components():
            return Components(node.start, node.end, [[again(entry) for entry in row] for row in node.rows])
        case _:
            raise TypeError(type(node).__name__)
