"""The base of typed expressions.

A node is immutable: its children, its payload and its shape are fixed when it is made, and nodes
are equal when type, payload and children are. Nodes are made by the lower-case functions beside
each class (`mul`, `add`, `transpose`, …), which check shapes and keep the few normal forms that
every stage may rely on (see there); no stage calls a class directly.

`varies` holds the names whose change changes the value: variables and named intermediates. A
differential that stands on a variable does not vary (it is an independent increment), which is
what makes second differentials come out right. `open` says that a differential inside still
stands on something that is not a single name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..errors import Span
from .shape import ONE, Shape, is_scalar, is_vector

_NONE: frozenset[str] = frozenset()


class ShapeError(ValueError):
    """Two parts of an expression do not fit together; the reader of blocks finds this first."""


class Expr:
    """A typed expression: `args` its children, `data` its payload, `shape` its dimensions."""

    __slots__ = ("_hash", "args", "data", "differentials", "open", "shape", "size", "span", "varies")

    args: tuple[Expr, ...]
    data: tuple[object, ...]
    shape: Shape
    varies: frozenset[str]
    differentials: frozenset[str]
    open: bool
    size: int
    span: Span | None

    def __init__(self, args: tuple[Expr, ...], shape: Shape, data: tuple[object, ...] = ()) -> None:
        self.args = args
        self.shape = shape
        self.data = data
        self.span = None
        self._hash = hash((type(self).__name__, data, args))
        if not args:
            self.varies = self.differentials = _NONE
            self.open = False
            self.size = 1
        elif len(args) == 1:
            a = args[0]
            self.varies, self.differentials, self.open, self.size = a.varies, a.differentials, a.open, a.size + 1
        else:
            self.varies = frozenset().union(*(a.varies for a in args))
            self.differentials = frozenset().union(*(a.differentials for a in args))
            self.open = any(a.open for a in args)
            self.size = 1 + sum(a.size for a in args)

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        """The same operation on other children, through the constructor that keeps the normal forms."""
        raise NotImplementedError(type(self).__name__)  # a node without children is never rebuilt

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            type(self) is type(other)
            and isinstance(other, Expr)
            and self._hash == other._hash
            and self.data == other.data
            and self.shape == other.shape
            and self.args == other.args
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        inner = ", ".join([*(repr(d) for d in self.data), *(repr(a) for a in self.args)])
        return f"{type(self).__name__}({inner})"

    @property
    def is_scalar(self) -> bool:
        """Whether the shape is 1 x 1."""
        return is_scalar(self.shape)

    @property
    def is_vector(self) -> bool:
        """Whether the shape is a column or a row."""
        return is_vector(self.shape)

    @property
    def is_column(self) -> bool:
        """Whether the shape is n x 1, n not 1."""
        return self.shape[1] is ONE and self.shape[0] is not ONE

    @property
    def is_row(self) -> bool:
        """Whether the shape is 1 x n, n not 1."""
        return self.shape[0] is ONE and self.shape[1] is not ONE

    def at(self, span: Span | None) -> Expr:
        """The node itself, marked with its place in the source unless it has one."""
        if self.span is None:
            self.span = span
        return self

    def walk(self) -> Iterator[Expr]:
        """Every node, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.args))

    def map_args(self, change: Callable[[Expr], Expr]) -> Expr:
        """The node with `change` applied to its children; the same object when none changed."""
        args = tuple(map(change, self.args))
        if all(a is b for a, b in zip(args, self.args, strict=True)):
            return self
        return self.with_args(args).at(self.span)
