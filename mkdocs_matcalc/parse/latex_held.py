r"""The second derivative of a vector function in LaTeX: of $\mathbf{w}^\top\mathbf{y}$ with w held.

In: the reader of a printed line at such a formula. Out: a call of the function with two primes, w behind its
arguments. It is written `\frac{\partial^2 (\mathbf{w}^\top \mathbf{y})}{\partial \mathbf{x}\,\partial \mathbf{x}^\top}`
where the arguments have names, and `(\mathbf{w}^\top \mathbf{y})''(…)` elsewhere; of a matrix Y, what stands in the
bracket is `\operatorname{tr}(\mathbf{W}^\top \mathbf{Y})`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..errors import Span
from ..expr.atoms import Named, Sym
from ..expr.scalar import Apply
from .latex_lexer import LETTERS
from .latex_names import LETTER_FONTS, WORD_FONTS
from .syntax import Call, Known, Mark, Name, Node, Post, Product

if TYPE_CHECKING:
    from .latex_calls import Calls


#: The commands that a name begins with.
_NAMES = frozenset((*LETTERS, *LETTER_FONTS, *WORD_FONTS))


class Held(NamedTuple):
    """A function, and the column that it is multiplied by."""

    name: str
    weight: Node


def is_second(reader: Calls) -> bool:
    r"""Whether `{\partial^2 …` is next."""
    return [t.text for t in reader.tokens[reader.i : reader.i + 4]] == ["{", "partial", "^", "2"]


def fraction(reader: Calls, start: int) -> Node:
    r"""What stands behind the `\frac` of a second derivative."""
    reader.i += 4
    held = product(reader)
    _take(reader, "}")
    _take(reader, "{")
    names = [_by(reader), _by(reader)]
    _take(reader, "}")
    end = reader.tokens[reader.i - 1].end
    for e in reader.applied:
        places = [_place(e, name) for name in names]
        if e.function.name == held.name and all(p >= 0 for p in places):
            args: list[Node] = [Known(start, end, a) for a in e.args]
            by = int("".join(str(p + 1) for p in places)) if len(args) > 1 else 0
            return Call(start, end, held.name, [*args, held.weight], 2, by)
    return Call(start, end, held.name, [names[0], held.weight], 2)


def is_primed(reader: Calls) -> bool:
    """Whether a bracket with two primes and another bracket behind it is next."""
    if not reader.scope.printed:
        return False
    level, at, tokens = 0, reader.i, reader.tokens
    while tokens[at].kind != "end":
        level += (tokens[at].kind == "(") - (tokens[at].kind == ")")
        at += 1
        if not level:
            break
    behind = [t.kind for t in tokens[at : at + 3]]
    return behind[:2] == ["'", "'"] and behind[2:] in (["("], ["_"])


def primed(reader: Calls) -> Node:
    """`(…)''(…)`."""
    start = reader.token.start
    held = product(reader)
    call = reader.abstract(held.name, start, reader.token.start)
    assert isinstance(call, Call)  # noqa: S101 -- that is what it makes
    call.args.append(held.weight)
    return call


def product(reader: Calls) -> Held:
    """The bracket: factors, and the function at their end."""
    _take(reader, "(")
    trace = _word(reader, "tr")
    if trace:
        _take(reader, "(")
    factors: list[Node] = []
    while (name := _function(reader)) is None:
        factors.append(reader.power())
    if not factors:
        reader.unexpected("what the function is multiplied by")
    if trace:
        _take(reader, ")")
    _take(reader, ")")
    turned: list[tuple[str, Node]] = [("*", Post(f.start, f.end, f, [Mark("'", f.end)])) for f in factors[::-1]]
    start, end = factors[0].start, factors[-1].end
    column = turned[0][1] if len(turned) == 1 else Product(start, end, turned)
    return Held(name, Call(start, end, "vec", [column]) if trace else column)


def _function(reader: Calls) -> str | None:
    r"""The name of a function that ends the bracket, as `y`, `y^\top` or `\operatorname{vec}(Y)`; None before it."""
    here = reader.i
    if stacked := _word(reader, "vec"):
        _take(reader, "(")
    token = reader.token
    named = token.kind == "letter" or (token.kind == "command" and token.text in _NAMES)
    node = reader.variable() if named else None
    if isinstance(node, Name) and node.name in reader.scope.functions:
        if reader.token.kind == "^":
            reader.i += 1
            reader.transposed()
        if stacked:
            _take(reader, ")")
        if reader.token.kind == ")":
            return node.name
    reader.i = here
    return None


def _word(reader: Calls, word: str) -> bool:
    r"""Read `\operatorname{word}`."""
    texts = [t.text for t in reader.tokens[reader.i : reader.i + len(word) + 3]]
    found = texts == ["operatorname", "{", *word, "}"]
    reader.i += (len(word) + 3) * found
    return found


def _take(reader: Calls, kind: str) -> None:
    if reader.token.kind != kind:
        reader.unexpected(f"`{kind}`")
    reader.i += 1


def _by(reader: Calls) -> Name:
    r"""`\partial \mathbf{x}`, `\partial \mathbf{x}^\top` or `\partial\operatorname{vec}(\mathbf{X})^\top`."""
    if reader.token.text != "partial":
        reader.unexpected("`\\partial`")
    begin = reader.next()
    stacked = _word(reader, "vec")
    if stacked:
        _take(reader, "(")
    node = reader.variable()
    if not isinstance(node, Name):
        reader.fail("a name is expected behind `\\partial`", Span(begin.start, reader.token.end))
    if stacked:
        _take(reader, ")")
    if reader.token.kind == "^":
        reader.i += 1
        reader.transposed()
    return node


def _place(e: Apply, name: Name) -> int:
    return next((i for i, a in enumerate(e.args) if isinstance(a, (Sym, Named)) and a.name == name.name), -1)
