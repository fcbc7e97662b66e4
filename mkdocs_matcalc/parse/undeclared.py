"""What a name means that nobody declared, and which such names are refused.

In: a name and its place. Out: the kind that the convention gives it, or an error. Promised: what the author
means as a product, a differential or a function is not taken for a variable.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import Span
from ..expr.naming import parts
from .calls import BUILTINS, PRINTED, size_names
from .lexer import GREEK_NAMES, spelled
from .scope import Scope, split
from .substitute import substituted
from .syntax import Call, Components, Mark, Name, Node, Number, walk

if TYPE_CHECKING:
    from .infer import Inference


def kind(name: str) -> str:
    """What an undeclared name is: a-g and Greek letters a scalar, h-z a column, a capital letter a matrix."""
    if parts(name).letters in GREEK_NAMES or "a" <= name[0] <= "g":
        return "scalar"
    return "column" if name[0].islower() else "matrix"


#: Words that take an index below them and are no variables then, beside the functions of the language.
_INDEXED = frozenset(
    (*BUILTINS, *PRINTED, "prod", "max", "min", "argmax", "argmin", "lim", "int", "grad", "nabla", "ln", "Tr", "trace")
)
_STEM = re.compile(r"([A-Za-z]+)(?:_\w+|[0-9]+)\Z")
_UNIT = re.compile(r"e(?:_\w+|[0-9]+)\Z")


def constant(scope: Scope, name: str, span: Span) -> Node | None:
    """The identity matrix `I_n`, where the block has no such name."""
    base, _, index = name.partition("_")
    if base != "I" or not index or name in scope.known:
        return None
    if "I" in scope.known:
        scope.fail(
            f"`{name}` is not declared, and `I` is a name of this block", span,
            f"the identity matrix is `eye({index})`; a variable is declared: `let {name} in …`",
        )  # fmt: skip
    number = index.isdigit()
    if (number and int(index) > 1) or index in scope.sizes or (len(index) == 1 and not number):
        start = span.end - len(index) - (scope.text[span.end - 1] == "}")
        return sized(scope, "eye", [side(scope, index, Span(start, start + len(index)))], span)
    return scope.fail(
        f"`{name}` is not declared, and `{index}` is no dimension of this block", span,
        f"the identity matrix is `I_n`; a variable is declared: `let {name} in …`",
    )  # fmt: skip


def applied(scope: Scope, name: str, args: list[Node], span: Span) -> Node:
    """What a definition with arguments names, with others put in."""
    body, uses = scope.bodies[name]
    if isinstance(body, Components):
        scope.fail(f"`{name}` stands for explicit components; they stand in a goal of their own", span)
    for used, place in uses.items():
        scope.used.setdefault(used, place)
    made = substituted(body, dict(zip(scope.arguments[name], args, strict=True)))
    made.start, made.end = span
    return made


def side(scope: Scope, text: str, span: Span) -> Node:
    """A dimension in an index: a name or a whole number."""
    if text.isdigit():
        return Number(span.start, span.end, Fraction(text))
    name = spelled(text)
    if not name.isascii() or not name.isidentifier():
        scope.fail("a dimension is a name or a positive integer", span)
    return Name(span.start, span.end, name)


def sized(scope: Scope, name: str, sides: list[Node], span: Span) -> Node:
    """A constant matrix of named sizes."""
    for node in sides:
        scope.sizes |= size_names(node)
    return Call(span.start, span.end, name, sides)


def ones_transposed(scope: Scope, number: Number, mark: Mark) -> Node:
    """The base of a transposed number: `1'` is the row of ones, and no other number has a transpose."""
    text = scope.text[number.start : mark.end]
    if text[0] in "([{\\":
        return number
    power = text.rstrip("}")[-1] == "T"
    if number.value not in (0, 1):
        digits = scope.text[number.start : number.end]
        hint = f"a power is `{digits}^(T)`" if power else "the row of ones is `1'`"
        scope.fail(f"`{text}` is the transpose of a number", Span(number.start, mark.end), hint)
    return Call(number.start, number.end, "vector", [number])


def refuse(scope: Scope, name: str, span: Span) -> None:
    """Refuse what would be a variable by its letters, and is none to an author: `sum_i`, `log_2`, `e_1`."""
    base, index, _ = name.partition("_")
    if index and base in _INDEXED:
        refuse_index(scope, name, span)
    if "^" in name:
        _refuse_marked(scope, name, span)
    stem = _STEM.match(name)
    if stem and stem[1] in scope.known and not scope.printed:
        scope.fail(
            f"`{name}` is not declared, and entries of `{stem[1]}` are not part of the language", span,
            f"a variable of its own is declared: `let {name} in …`",
        )  # fmt: skip
    if _UNIT.match(name):
        scope.fail(
            f"`{name}` is not declared; a unit vector is not part of the language", span,
            f"declare what it is: `let {name} in R^n`, or `let {name} in R`",
        )  # fmt: skip


def _refuse_marked(scope: Scope, name: str, span: Span) -> None:
    """Refuse `W^{(2)}` that nobody declared beside a known W, of which it may be a power."""
    stem = name.partition("^")[0]
    if stem in scope.known:
        scope.fail(
            f"`{name.rstrip('_')}` is not declared, and `{stem}` is a name of this block", span,
            f"a power is written `{stem}^{parts(name).upper[1:-1]}`; "
            f"a name with an upper mark is declared: `let {name.rstrip('_')} in …`",
        )  # fmt: skip


def refuse_index(scope: Scope, name: str, span: Span) -> None:
    """Refuse an index that the language does not have."""
    base = name.partition("_")[0]
    if base == "sum":
        scope.fail("a sum over an index is not part of the language", span, "the sum of all entries is `sum(x)`")
    if base in _INDEXED:
        scope.fail(
            f"`{name}` is not declared; `{base}` with an index is not part of the language", span,
            f"a variable of this name is declared: `let {name} in …`" if name[-1] != "_" else "",
        )  # fmt: skip
    scope.fail("an index in braces is letters and digits", span, f"write `{name}1` or `{name}{{train}}`")


def leading_on(inf: Inference, hint: str, *nodes: Node) -> str:
    """A hint, and which names in what does not fit were read as scalars by their first letter alone."""
    read = {
        node.name: None
        for root in nodes
        for node in walk(root)
        if isinstance(node, Name)
        and node.role == "symbol"
        and not inf.symbols[node.name].declared
        and kind(node.name) == "scalar"
    }
    if not read:
        return hint
    names = " and ".join(f"`{name}`" for name in read)
    first = next(iter(read))
    said = f"{names} {'was' if len(read) == 1 else 'were'} read as a scalar by the first letter; declare it, `let {first} in R^n`"
    return f"{said}; {hint}" if hint else said


def refuse_run_together(scope: Scope, name: str, span: Span, known: frozenset[str], *, product: bool) -> None:
    """Refuse `Ax` where A and x are known, and `dx` where x is; `product` where a `d` is known."""
    if len(name) < 2:
        return
    if name[0] == "d" and name[1:] in known and not product:
        scope.fail(
            f"`{name}` is not declared", span,
            f"a differential stands in a goal only; for a product write `d {name[1:]}` or `d*{name[1:]}`",
        )  # fmt: skip
    row = [] if parts(name).letters in GREEK_NAMES else split(name, known)
    if row:
        scope.fail(f"`{name}` is not declared", span, f"write `{' '.join(row)}` or `{'*'.join(row)}`")
