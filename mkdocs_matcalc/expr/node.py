"""The base of typed expressions.

A node is immutable: its children, its payload and its shape are fixed when it is made, and nodes
are equal when type, payload and children are. Nodes are made by the lower-case functions beside
each class (`mul`, `add`, `transpose`, …), which check shapes and keep the few normal forms that
every stage may rely on (see there); no stage calls a class directly.

`varies` holds the names whose change changes the value: variables and named intermediates. A
differential that stands on a variable does not vary (it is an independent increment), which is
what makes second differentials come out right. `open` says that a differential inside still
stands on something that is not a single name.

A chain of definitions depends on as many names as it is long, so no node keeps them: `varies_with`
answers the one question that a derivation asks over and over, in one pass, and remembers the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ..errors import Span
from .budget import BUDGET, OverBudget
from .shape import ONE, Shape, is_vector

_NONE: frozenset[str] = frozenset()


class ShapeError(ValueError):
    """Two parts of an expression do not fit together; the reader of blocks finds this first."""


@lru_cache(maxsize=1024)
def _alone(name: str) -> frozenset[str]:
    """The set of one name; always the same object, for which `varies_with` remembers its answers."""
    return frozenset((name,))


class Expr:
    """A typed expression: `args` its children, `data` its payload, `shape` its dimensions."""

    __slots__ = ("_hash", "answer", "args", "asked", "data", "differentials", "open", "scalar", "shape", "size", "span")

    args: tuple[Expr, ...]
    data: tuple[object, ...]
    shape: Shape
    differentials: frozenset[str]
    open: bool
    scalar: bool
    size: int
    span: Span | None
    asked: frozenset[str] | None
    answer: bool

    def __init__(
        self, args: tuple[Expr, ...], shape: Shape, data: tuple[object, ...] = (), mark: object = None
    ) -> None:
        """`mark`, where it is given, is hashed in the place of `data`: equal for equal data, and cheaper."""
        BUDGET.left -= 1 + len(args) // 4  # what has many parts is gone through whenever it is made
        if BUDGET.left < 0:
            raise OverBudget
        self.args = args
        self.shape = shape
        self.scalar = shape[0] is ONE and shape[1] is ONE  # asked more often than anything else
        self.data = data
        self.span = None
        self._hash = hash((type(self), data if mark is None else mark, args))
        self.asked = None
        differentials, is_open, size = _NONE, False, 1
        for a in args:
            size += a.size
            if a.differentials:
                found = a.differentials
                differentials = found if not differentials or differentials is found else differentials | found
            if a.open:
                is_open = True
        self.differentials, self.open, self.size = differentials, is_open, size

    @property
    def own(self) -> frozenset[str]:
        """The names that the node brings itself: that of a variable, of a named intermediate."""
        return _NONE

    @property
    def rests_on(self) -> tuple[Expr, ...]:
        """The expressions whose change changes the value: the children, and what a name stands for."""
        return self.args

    @property
    def varies(self) -> frozenset[str]:
        """The names whose change changes the value, gathered anew each time; see `varies_with`."""
        out: set[str] = set()
        seen: set[int] = set()
        stack: list[Expr] = [self]
        while stack:
            node = stack.pop()
            if id(node) not in seen:
                seen.add(id(node))
                out |= node.own
                stack.extend(node.rests_on)
        return frozenset(out)

    def depends_on(self, name: str) -> bool:
        """Whether a change of that name changes the value."""
        return self.varies_with(_alone(name))

    @property
    def independent(self) -> bool:
        """Whether no name changes the value, as is so for an increment."""
        stack: list[Expr] = [self]
        while stack:
            node = stack.pop()
            if node.own:
                return False
            stack.extend(node.rests_on)
        return True

    def varies_with(self, names: frozenset[str]) -> bool:
        """Whether a change of one of `names` changes the value."""
        if self.asked is names:
            return self.answer
        stack: list[Expr] = [self]
        while stack:  # children first, each once: definitions may be shared, and nest without bound
            node = stack[-1]
            if node.asked is names:
                stack.pop()
                continue
            moved = not names.isdisjoint(node.own)
            waiting = []
            for part in () if moved else node.rests_on:
                if part.asked is not names:
                    waiting.append(part)
                elif part.answer:
                    moved = True
                    break
            if waiting and not moved:
                stack.extend(waiting)
                continue
            node.asked, node.answer = names, moved
            stack.pop()
        return self.answer

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
        return self.scalar

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
        for a, b in zip(args, self.args, strict=True):
            if a is not b:
                return self.with_args(args).at(self.span)
        return self
