"""What an operand can be in the block language: names, calls, brackets, norms, explicit components.

In: the parser at an operand. Out: its syntax node, the parser behind it. `grammar` has the operators.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import Span
from . import undeclared
from .calls import SIZED, size_names
from .lexer import Token
from .syntax import Call, Components, Differential, Name, Node, Norm, Number

if TYPE_CHECKING:
    from .grammar import Parser

#: The tokens that an operand may begin with, apart from the bars of a norm, which may end one as well.
OPERANDS = frozenset(("name", "number", "filled", "(", "latex"))
#: The dimensions of `1_n` and `0_{m x n}`.
_SIDES = re.compile(r"\s*(\w+)\s*(?:(?:[x×,])\s*(\w+)\s*)?")


def named(parser: Parser) -> Node:
    """A name, or the call of a function, or a differential."""
    token = parser.tokens[parser.i]
    parser.i += 1
    name, scope = token.text, parser.scope
    if scope.text[token.start] == "∂":
        scope.fail("`∂` stands at the start of a derivative only", token.span)
    if scope.calls(name):
        return _call(parser, token)
    if parser.token.kind == "(" and name not in scope.names:
        if scope.differentials and name == "d":
            return _differential(parser, token)
        scope.refuse_unknown_function(name, token.span)
    elif name == "d" and scope.differentials and name not in scope.names and parser.token.kind in (*OPERANDS, "norm"):
        return _differential(parser, token)
    elif parser.token.kind == "(" and name in scope.arguments:
        _same_arguments(parser, token)
    constant = undeclared.constant(scope, name, token.span)
    if constant is not None:
        return constant
    if name[-1] == "_" and parser.token.kind == "{" and parser.token.start == token.end:
        undeclared.refuse_index(scope, name, Span(token.start, parser.token.end))
    scope.used.setdefault(name, token.span)
    return Name(token.start, token.end, name)


def filled(parser: Parser) -> Node:
    """`1_n`, `0_{m x n}`: all ones or zeros; without an index of the size that fits."""
    token, scope = parser.tokens[parser.i], parser.scope
    parser.i += 1
    value = 0 if token.text[0] in "0𝟎" else 1
    if len(token.text) == 1:
        return Call(token.start, token.end, "vector", [Number(token.start, token.end, Fraction(value))])
    start = token.start + 2
    inner = token.text[2:]
    if inner[0] == "{":
        start, inner = start + 1, inner[1:-1]
    found = _SIDES.fullmatch(inner)
    if found is None:
        scope.fail(
            f"`{token.text}` has no size",
            token.span,
            "a constant is `1_n` or `1_{m x n}`, of the size that fits `vector(1)`",
        )
    sides = [
        undeclared.side(scope, found[k], Span(start + found.start(k), start + found.end(k))) for k in (1, 2) if found[k]
    ]
    return undeclared.sized(scope, "ones" if value else "zeros", sides, token.span)


def _differential(parser: Parser, token: Token) -> Node:
    """`d(e)` ends with its bracket, as a call does; otherwise `d` takes an operand with its postfixes."""
    parser.down(token)
    arg = parser.operand() if parser.token.kind == "(" else parser.power()
    parser.depth -= 1
    return Differential(token.start, arg.end, arg)


def _call(parser: Parser, token: Token) -> Node:
    """A function and its arguments; in printed lines also its derivatives `f'`, `f''`, `h'_2`."""
    scope, name = parser.scope, token.text
    primes = by = 0
    while scope.printed and parser.token.kind in ("'", "prime"):
        primes += 1
        if parser.token.kind == "prime":
            by = int(parser.token.text.partition("_")[2])
        parser.i += 1
    if parser.token.kind != "(":
        if name == "eye":
            scope.used.setdefault(name, token.span)
            return Name(token.start, token.end, name)
        scope.fail(f"`{name}` is a function; it needs an argument", token.span, f"write `{name}(…)`")
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.norms = parser.norms, 0
    if parser.token.kind == ")":
        scope.fail(f"`{name}` needs an argument", Span(token.start, parser.token.end))
    before = dict(scope.used) if name in SIZED else {}
    args = [parser.expression()]
    while parser.token.kind == ",":
        parser.i += 1
        args.append(parser.expression())
    closing = parser.take(")", "`,` or `)`")
    parser.norms = outer
    parser.depth -= 1
    if name in SIZED and name not in scope.functions:
        for arg in args:
            scope.sizes |= size_names(arg)
        scope.used = before
    elif len(args) == 2 and isinstance(args[1], Name) and args[1].name in ("rows", "columns"):
        scope.used.pop(args[1].name, None)
    return Call(token.start, closing.end, name, args, primes, by)


def _same_arguments(parser: Parser, token: Token) -> None:
    """`f(x)` of a definition `f(x) = …` is f; with other arguments it would be a substitution."""
    parser.i += 1
    found: list[str] = []
    while parser.token.kind in ("name", ","):
        if parser.token.kind == "name":
            found.append(parser.token.text)
        parser.i += 1
    wanted = parser.scope.arguments[token.text]
    if parser.token.kind != ")" or tuple(found) != wanted:
        parser.scope.fail(
            f"`{token.text}` is the name of one expression, written `{token.text}({', '.join(wanted)})` or `{token.text}`",
            token.span,
            f"for a product write `{token.text} * (…)`",
        )
    parser.i += 1


def bracket(parser: Parser, close: str) -> Node:
    """An expression in brackets, which are part of its place."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.norms = parser.norms, 0
    node = parser.expression()
    if parser.token.kind == ",":
        parser.scope.fail(
            "a list stands in the arguments of a function only", parser.token.span,
            "a function is declared: `let f: R^n, R -> R`",
        )  # fmt: skip
    closing = parser.take(close, f"`{close}`")
    parser.norms = outer
    parser.depth -= 1
    node.start, node.end = opening.start, closing.end
    return node


def norm(parser: Parser) -> Node:
    """`||e||` with its subscript."""
    opening = parser.token
    if "_" in opening.text:
        parser.scope.fail(f"`{opening.text}` opens no norm: a subscript stands at its end", opening.span)
    parser.down(opening)
    parser.i += 1
    parser.norms += 1
    arg = parser.expression()
    closing = parser.token
    if closing.kind != "norm":
        if closing.kind == "end" or closing.text in (")", "]", "}", ","):
            parser.scope.fail(
                f"this `{opening.text}` is never closed",
                opening.span,
                "norms within norms are written with `norm2(…)`",
            )
        parser.finish(arg)
    parser.i += 1
    parser.norms -= 1
    parser.depth -= 1
    which = closing.text.partition("_")[2].strip("{}")
    if which not in ("", "1", "2", "F"):
        parser.scope.fail(
            f"no norm with the subscript `{which}`", closing.span, "norms are `||e||`, `||e||_F` and `||e||_1`"
        )
    return Norm(opening.start, closing.end, arg, which)


def components(parser: Parser) -> Node:
    """`[a, b; c, d]`."""
    opening = parser.token
    parser.down(opening)
    parser.i += 1
    outer, parser.norms = parser.norms, 0
    rows = [[parser.expression()]]
    while parser.token.kind in (",", ";"):
        parser.i += 1
        if parser.tokens[parser.i - 1].kind == ";":
            rows.append([])
        rows[-1].append(parser.expression())
    closing = parser.take("]", "`,`, `;` or `]`")
    parser.norms = outer
    parser.depth -= 1
    if any(len(row) != len(rows[0]) for row in rows):
        parser.scope.fail("the rows of this matrix differ in length", Span(opening.start, closing.end))
    return Components(opening.start, closing.end, rows)
