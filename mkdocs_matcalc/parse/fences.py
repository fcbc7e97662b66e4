"""What stands between two signs in the block language: brackets, norms, bars, inner products, explicit components.

In: the parser at the opening sign. Out: the syntax node, the parser behind the closing sign. A bar or norm closes
where one of its kind was opened last in this bracket and an operand has just ended, and opens elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Span
from .lexer import Token
from .syntax import Call, Components, Node, Norm

if TYPE_CHECKING:
    from .grammar import Parser

#: What a norm, a bar and an angle bracket are opened and closed by.
_CLOSES = {"norm": "norm", "|": "|", "<": ">"}


def opens(parser: Parser, token: Token) -> bool:
    """Whether a sign behind an operand opens a norm, bars or an inner product."""
    if token.kind not in _CLOSES:
        return False
    if token.kind == "norm" and token.text == "||" and parser.open[-1:] == ["|"]:  # `|a||b|`: one closes, one opens
        middle = token.start + 1
        parser.tokens[parser.i : parser.i + 1] = [
            Token("|", "|", token.start, middle), Token("|", "|", middle, token.end),
        ]  # fmt: skip
        return False
    return token.kind == "<" or token.kind not in parser.open


def bracket(parser: Parser, close: str) -> Node:
    """An expression in brackets, which are part of its place."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.open = parser.open, []
    node = parser.expression()
    if parser.token.kind == ",":
        parser.scope.fail(
            "a list stands in the arguments of a function only", parser.token.span,
            "a function is declared: `let f: R^n, R -> R`",
        )  # fmt: skip
    closing = parser.take(close, f"`{close}`")
    parser.open = outer
    parser.depth -= 1
    node.start, node.end = opening.start, closing.end
    return node


def norm(parser: Parser) -> Node:
    """`||e||` with its subscript."""
    opening = parser.token
    if "_" in opening.text:
        parser.scope.fail(f"`{opening.text}` opens no norm: a subscript stands at its end", opening.span)
    arg, closing = _between(parser, "norms within norms are written with `norm2(…)`")
    which = closing.text.partition("_")[2].strip("{}")
    if which not in ("", "1", "2", "F"):
        parser.scope.fail(
            f"no norm with the subscript `{which}`", closing.span, "norms are `||e||`, `||e||_F` and `||e||_1`"
        )
    return Norm(opening.start, closing.end, arg, which)


def bars(parser: Parser) -> Node:
    """`|e|`: the absolute value of a scalar, the determinant of a matrix."""
    opening = parser.token
    arg, closing = _between(parser, "bars within bars are written with `abs(…)` and `det(…)`")
    return Call(opening.start, closing.end, "|", [arg])


def inner(parser: Parser) -> Node:
    """`<x, y>`, the scalar product of two vectors, or of two matrices."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.open = parser.open, []
    left = parser.expression()
    parser.take(",", "`,`")
    right = parser.expression()
    closing = parser.take(">", "`>`")
    parser.open = outer
    parser.depth -= 1
    return Call(opening.start, closing.end, "inner", [left, right])


def components(parser: Parser) -> Node:
    """`[a, b; c, d]`."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.open = parser.open, []
    rows = [[parser.expression()]]
    while parser.token.kind in (",", ";"):
        parser.i += 1
        if parser.tokens[parser.i - 1].kind == ";":
            rows.append([])
        rows[-1].append(parser.expression())
    closing = parser.take("]", "`,`, `;` or `]`")
    parser.open = outer
    parser.depth -= 1
    if any(len(row) != len(rows[0]) for row in rows):
        parser.scope.fail("the rows of this matrix differ in length", Span(opening.start, closing.end))
    return Components(opening.start, closing.end, rows)


def _between(parser: Parser, hint: str) -> tuple[Node, Token]:
    """What stands between a norm's signs, or bars, and the sign that closes them."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    parser.open = [*parser.open, opening.kind]
    arg = parser.expression()
    closing = parser.token
    if closing.kind != opening.kind:
        if closing.kind == "end" or closing.text in (")", "]", "}", ",", ">") or closing.kind in _CLOSES:
            parser.scope.fail(f"this `{opening.text}` is never closed", opening.span, hint)
        parser.finish(arg)
    parser.i += 1
    parser.open = parser.open[:-1]
    parser.depth -= 1
    return arg, closing
