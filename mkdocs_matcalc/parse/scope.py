"""What the reader of a block knows about names, and the one way it raises an error."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn

from ..errors import DeriveError, Span
from ..expr.naming import in_code, parts
from ..expr.node import Expr
from ..functions.table import TABLE
from .calls import ALIASES, BUILTINS, ENTRYWISE_NAMES, PRINTED, SIZED
from .dims import Shape
from .lexer import GREEK_NAMES
from .syntax import Node


@dataclass
class Scope:
    """The names of a block while its statements are read in order."""

    text: str
    functions: set[str] = field(default_factory=set)  #: abstract functions
    names: dict[str, Span] = field(default_factory=dict)  #: declared variables and definitions read so far
    definitions: dict[str, Span] = field(default_factory=dict)  #: every definition, also those further down
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: `f(x) = …`: what f was written with
    bodies: dict[str, tuple[Node, dict[str, Span]]] = field(
        default_factory=dict
    )  #: what such an f names, and the names in it
    sizes: set[str] = field(default_factory=set)  #: names of dimensions
    used: dict[str, Span] = field(default_factory=dict)  #: every name in an expression, and where it stands first
    differentials: bool = False  #: whether `dX` and `d e` are differentials
    printed: bool = False  #: whether the notation of printed lines is read
    written: set[str] = field(default_factory=set)  #: every word of the block, to find `W1` for W with the index 1
    fonts: dict[str, tuple[str, Span]] = field(default_factory=dict)  #: the font that LaTeX sets a name in
    applied: list[Expr] = field(default_factory=list)  #: functions applied in the block, for their printed derivatives

    def calls(self, name: str) -> bool:
        """Whether a name before a bracket is a function."""
        if name in self.functions:
            return True
        if name in self.names:
            return False
        return (
            name in BUILTINS or (self.printed and name in PRINTED) or (name in ALIASES and name not in self.definitions)
        )

    def canonical(self, name: str) -> str:
        """The name of a function that has several."""
        return name if name in self.functions else ALIASES.get(name, name)

    @staticmethod
    def takes_sizes(name: str) -> bool:
        """Whether the arguments of a function are dimensions."""
        return name in SIZED

    def fail(self, message: str, span: Span, hint: str = "") -> NoReturn:
        """Raise the error at a place of the text."""
        raise DeriveError(message, text=self.text, span=span, hint=hint)

    @property
    def known(self) -> set[str]:
        """Every name that the block declares, defines or has as a dimension."""
        return {*self.names, *self.definitions, *self.functions, *self.sizes}

    def distinct(self, name: str) -> str:
        """A name with an upper mark, `W^{(2)}_` where the block has another name that is the same in code."""
        if "^" not in name:
            return name
        others = {*self.known, *self.written} - {name, f"{name}_"}
        return f"{name}_" if in_code(name) in map(in_code, others) else name

    def refuse_name_in_number(self, number: str, span: Span) -> None:
        """Refuse `1e3` where `e3` is a name of the block, and `2e-3` where `e` is one."""
        at = number.lower().find("e")
        tail = number[at:]
        name = tail[:1] if tail[1:2] in ("+", "-") else tail
        if at >= 0 and name in self.known:
            product = f"{number[:at]} {name} {tail[1:2]} {tail[2:]}" if len(name) == 1 else f"{number[:at]} {name}"
            self.fail(
                f"`{number}` is a number, and `{name}` is a name of this block", span,
                f"for the product write `{product}`, for the number `{number[:at]}*10^{tail[1:].lstrip('+')}`",
            )  # fmt: skip

    def line(self, span: Span) -> int:
        """The number of the line that a place is on."""
        return self.text.count("\n", 0, span.start) + 1

    def refuse_unknown_function(self, name: str, span: Span) -> None:
        """Refuse a word before a bracket that is nothing known; a letter is a factor by convention."""
        base = parts(name).letters
        if len(base) < 2 or base in GREEK_NAMES or base.lower() in GREEK_NAMES:
            return
        differential = self.differentials and name[0] == "d" and name[1:] in self.names
        if differential or name in self.sizes or name in self.definitions or base in self.names:
            return
        known = sorted({*BUILTINS, *self.functions})
        close = get_close_matches(name, known, 1) or get_close_matches(name.lower(), known, 1)
        if not close and split(name, self.names):
            return  # `Ax(y)`: the name is the mistake, and the better error waits there
        others = (name for name in BUILTINS if name not in ENTRYWISE_NAMES)
        listed = ", ".join([*sorted(self.functions), *ENTRYWISE_NAMES, *others])
        hint = f"did you mean `{close[0]}`?" if close else ""
        of_matrix = TABLE.of_matrices().get(name.lower())
        if of_matrix is not None:
            hint = f"`{of_matrix.name}` acts by entries; the {of_matrix.of_matrix[0]} is not part of the language"
        self.fail(f"no function `{name}`; known are {listed}", span, hint)


@dataclass
class Symbol:
    """A variable: its shape, its attributes and the place that declares it or where it stands first."""

    name: str
    shape: Shape
    span: Span
    attributes: frozenset[str] = frozenset()
    declared: bool = False


@dataclass
class Definition:
    """A named intermediate: the syntax of what it names, and the typed expression once it is built."""

    name: str
    body: Node
    span: Span
    uses: dict[str, Span] = field(default_factory=dict)
    expr: Expr | None = None


def split(name: str, known: Container[str]) -> list[str]:
    """A name as a row of at least two known names (`Ax` as A, x), the fewest that do; else empty."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(name) + 1):
        found: list[str] | None = None
        for start in range(end):
            head = best[start]
            if head is None or end - start == len(name) or name[start:end] not in known:
                continue
            if found is None or len(head) + 1 < len(found):
                found = [*head, name[start:end]]
        best.append(found)
    return best[-1] or []
