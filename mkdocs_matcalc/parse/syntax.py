"""Untyped syntax: what was written, with its place.

Sums, products and postfixes are lists, not nested pairs, so that the depth of a tree is the depth
of its brackets. `shape` is empty until `infer` fills it in, with sizes that are all known from when the
typed expression is built, which is `built`; nothing else in a node changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from ..errors import Span
from ..expr.node import Expr
from ..expr.shape import SCALAR
from .dims import Shape


@dataclass(slots=True, eq=False)
class Node:
    """A piece of an expression from `start` to `end` of the text."""

    start: int
    end: int
    shape: Shape = field(default=SCALAR, init=False)
    built: Expr | None = field(default=None, init=False)

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return Span(self.start, self.end)


@dataclass(slots=True, eq=False)
class Number(Node):
    """An exact number."""

    value: Fraction


@dataclass(slots=True, eq=False)
class Name(Node):
    """A name; what it names is found by `infer`."""

    name: str
    role: str = field(default="", init=False)


@dataclass(slots=True, eq=False)
class Sum(Node):
    """Terms with the operator before each (`+` before the first): `+`, `-`, `.+`, `.-`."""

    terms: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class Product(Node):
    """Factors with the operator before each (`*` before the first): `*`, `/`, `.*`, `./`, `⊗`.

    `run` says that they stand side by side in LaTeX, where they belong together without a bracket. `applied` are the
    places of factors that stand in brackets directly behind the factor before, as the argument of a function does.
    """

    factors: list[tuple[str, Node]]
    run: bool = False
    applied: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Minus(Node):
    """A sign."""

    arg: Node


@dataclass(slots=True, eq=False)
class Mark:
    """A postfix: `'`, `⁻ᵀ`, or `^` and `.^` with an exponent; `end` is where it ends."""

    kind: str
    end: int
    exponent: Node | None = None


@dataclass(slots=True, eq=False)
class Post(Node):
    """A base with postfixes and powers in the order written."""

    base: Node
    marks: list[Mark]


def is_exponential(node: Post, mark: Mark) -> bool:
    """Whether a mark is the exponent of Euler's number, which makes the exponential function of it."""
    base = node.base
    return (
        isinstance(base, Name) and base.role == "constant" and base.name == "e"
        and mark is node.marks[0] and mark.exponent is not None
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function of arguments; `primes` derivatives taken, by argument number `by` (from 1, 0: not said)."""

    name: str
    args: list[Node]
    primes: int = 0
    by: int = 0


@dataclass(slots=True, eq=False)
class Norm(Node):
    """`||arg||` with its subscript: `1`, `2`, `F` or nothing."""

    arg: Node
    which: str


@dataclass(slots=True, eq=False)
class Components(Node):
    """`[a, b; c, d]`: an explicit matrix, row by row; a single row stands for a column."""

    rows: list[list[Node]]


@dataclass(slots=True, eq=False)
class Differential(Node):
    """`d e`, the differential of an expression."""

    arg: Node


@dataclass(slots=True, eq=False)
class Known(Node):
    """An expression that is known already: an argument that a printed derivative leaves out."""

    expr: Expr


def parts(node: Node) -> Iterator[Node]:
    """The nodes right below a node, in the order written."""
    match node:
        case Sum():
            yield from (term for _, term in node.terms)
        case Product():
            yield from (factor for _, factor in node.factors)
        case Minus() | Norm() | Differential():
            yield node.arg
        case Post():
            yield node.base
            yield from (mark.exponent for mark in node.marks if mark.exponent is not None)
        case Call():
            yield from node.args
        case Components():
            yield from (entry for row in node.rows for entry in row)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, parents first."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(parts(here))
