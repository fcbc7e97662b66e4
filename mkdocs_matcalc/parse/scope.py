"""What the reader of an expression knows about names, and the one way it raises an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from ..errors import DeriveError, Span
from .calls import BUILTINS, PRINTED


@dataclass
class Scope:
    """The names of a block while its statements are read in order."""

    text: str
    functions: set[str] = field(default_factory=set)  #: abstract functions
    names: dict[str, Span] = field(default_factory=dict)  #: declared variables and definitions read so far
    definitions: dict[str, Span] = field(default_factory=dict)  #: every definition, also those further down
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: `f(x) = …`: what f was written with
    sizes: set[str] = field(default_factory=set)  #: names of dimensions
    used: dict[str, Span] = field(default_factory=dict)  #: every name in an expression, and where it stands first
    differentials: bool = False  #: whether `dX` and `d e` are differentials
    printed: bool = False  #: whether the notation of printed lines is read

    def calls(self, name: str) -> bool:
        """Whether a name before a bracket is a function."""
        if name in self.functions:
            return True
        return (name in BUILTINS or (self.printed and name in PRINTED)) and name not in self.names

    def fail(self, message: str, span: Span, hint: str = "") -> NoReturn:
        """Raise the error at a place of the text."""
        raise DeriveError(message, text=self.text, span=span, hint=hint)

    def line(self, span: Span) -> int:
        """The number of the line that a place is on."""
        return self.text.count("\n", 0, span.start) + 1
