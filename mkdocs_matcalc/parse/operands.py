"""Names in the block language: variables, constants, calls of functions, differentials.

In: the parser at a name. Out: its syntax node, the parser behind it. `grammar` has the operators, `fences` what
stands between two signs.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import Span
from . import undeclared
from .calls import SIZED, size_names
from .lexer import Token
from .syntax import Call, Differential, Name, Node, Norm, Number

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
        return call(parser, token)
    if parser.token.kind == "(" and name not in scope.names:
        if scope.differentials and name == "d":
            return _differential(parser, token)
        scope.refuse_unknown_function(name, token.span)
    elif name == "d" and scope.differentials and name not in scope.names and parser.token.kind in (*OPERANDS, "norm"):
        return _differential(parser, token)
    elif parser.token.kind == "(" and name in scope.arguments:
        return _applied(parser, token)
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


def call(parser: Parser, token: Token, *, within: bool = False) -> Node:
    """A function and its arguments; in printed lines also its derivatives `f'`, `f''`, `h'_2`."""
    scope = parser.scope
    name = scope.canonical(token.text)
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
        arg = _bracketless(parser, token, within=within)
        return Call(token.start, arg.end, name, [arg])
    before = dict(scope.used) if name in SIZED else {}
    args, end = _arguments(parser, token)
    if name in SIZED and name not in scope.functions:
        for arg in args:
            scope.sizes |= size_names(arg)
        scope.used = before
    elif len(args) == 2 and isinstance(args[1], Name) and args[1].name in ("rows", "columns"):
        scope.used.pop(args[1].name, None)
    if name == "norm" and len(args) == 2 and isinstance(args[1], Number) and args[1].value in (1, 2):
        return Norm(token.start, end, args[0], str(args[1].value))
    return Call(token.start, end, name, args, primes, by)


def _applied(parser: Parser, token: Token) -> Node:
    """`f(x)` of a definition `f(x) = …` is f; with another argument it is what f names with that put in."""
    scope, name = parser.scope, token.text
    wanted = scope.arguments[name]
    before = dict(scope.used)
    args, end = _arguments(parser, token)
    if len(args) != len(wanted):
        scope.fail(
            f"`{name}` takes {len(wanted)} argument{'s' * (len(wanted) != 1)}, not {len(args)}", Span(token.start, end)
        )
    if all(isinstance(arg, Name) and arg.name == of for arg, of in zip(args, wanted, strict=True)):
        scope.used = before
        scope.used.setdefault(name, token.span)
        return Name(token.start, end, name)
    return undeclared.applied(scope, name, args, Span(token.start, end))


def _arguments(parser: Parser, token: Token) -> tuple[list[Node], int]:
    """The arguments in the bracket that is next, and where it ends."""
    parser.down(parser.token)
    parser.i += 1
    outer, parser.open = parser.open, []
    if parser.token.kind == ")":
        parser.scope.fail(f"`{token.text}` needs an argument", Span(token.start, parser.token.end))
    args = [parser.expression()]
    while parser.token.kind == ",":
        parser.i += 1
        args.append(parser.expression())
    closing = parser.take(")", "`,` or `)`")
    parser.open = outer
    parser.depth -= 1
    return args, closing.end


def _bracketless(parser: Parser, token: Token, *, within: bool) -> Node:
    """The argument of a function without a bracket: `log|A|`, `log det(A)`, and `tr A` alone in a bracket.

    `within` another such function, as in `log det A`, it may be one operand.
    """
    scope, following = parser.scope, parser.token
    alone = parser.i > 1 and parser.tokens[parser.i - 2].kind == "("
    function = following.kind == "name" and scope.calls(following.text)
    if following.kind == "|" or (following.kind == "norm" and following.text == "||"):
        arg = parser.operand()
    elif function and not scope.takes_sizes(following.text):
        parser.down(token)
        parser.i += 1
        arg = call(parser, following, within=True)
        parser.depth -= 1
    elif (alone or within) and following.kind in ("name", "number", "latex"):
        arg = parser.operand()
    else:
        return scope.fail(f"`{token.text}` is a function; it needs an argument", token.span, f"write `{token.text}(…)`")
    behind = parser.token
    closed = behind.kind == ")" or (
        not alone and behind.kind in ("end", "+", "-", "*", "/", ",", "]", "wrt", ".+", ".-")
    )
    if not closed:
        scope.fail(
            f"how far does the argument of `{token.text}` go?", Span(token.start, behind.end),
            f"put it in brackets: `{token.text}({scope.text[arg.start : arg.end]})`",
        )  # fmt: skip
    return arg
