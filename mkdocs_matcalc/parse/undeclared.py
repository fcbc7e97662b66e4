"""What a name means that nobody declared, and which such names are refused.

In: a name and its place. Out: the kind that the convention gives it, or an error. Promised: what the author
means as a product, a differential or a function is not taken for a variable.
"""

from __future__ import annotations

import re

from ..errors import Span
from .lexer import GREEK_NAMES
from .scope import Scope, split

_GREEK_SCALAR = re.compile(rf"(?:{'|'.join(GREEK_NAMES)})(?:[0-9]*|_[A-Za-z0-9_]*)\Z")


def kind(name: str) -> str:
    """What an undeclared name is: a-g and Greek letters a scalar, h-z a column, a capital letter a matrix."""
    if _GREEK_SCALAR.match(name) or "a" <= name[0] <= "g":
        return "scalar"
    return "column" if name[0].islower() else "matrix"


def refuse_run_together(scope: Scope, name: str, span: Span, known: frozenset[str], *, product: bool) -> None:
    """Refuse `Ax` where A and x are known, and `dx` where x is; `product` where a `d` is known."""
    if len(name) < 2:
        return
    if name[0] == "d" and name[1:] in known and not product:
        scope.fail(
            f"`{name}` is not declared", span,
            f"a differential stands in a goal only; for a product write `d {name[1:]}` or `d*{name[1:]}`",
        )  # fmt: skip
    parts = [] if _GREEK_SCALAR.match(name) else split(name, known)
    if parts:
        scope.fail(f"`{name}` is not declared", span, f"write `{' '.join(parts)}` or `{'*'.join(parts)}`")
