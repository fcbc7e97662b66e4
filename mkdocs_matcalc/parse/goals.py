"""Goals: `d/dX EXPR`, `df/dX`, `d2/dx2 EXPR`, `differential EXPR wrt X`, `det d/d(r, t) […]`.

In: the tokens of a line that is nothing else. Out: its `GoalLine`s, untyped. `d` and `∂` are the same
here. `d2/dx2` is by x twice and `d2/dx dy` by x and y: the second factor is `d` and the name of a
known variable, so that in `d2/dt2 det(A)` it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from ..errors import Span
from .grammar import Parser
from .lexer import Line, Token
from .scope import Scope
from .syntax import Node

_HINT = "a goal is `d/dx EXPR` or `df/dx`, a definition `f = EXPR`"


class Variable(NamedTuple):
    """A variable that a goal names."""

    name: str
    span: Span


@dataclass
class GoalLine:
    """A goal as it was written."""

    kind: str
    start: int
    end: int
    name: Variable | None
    body: Node | None
    variables: list[Variable]
    determinant: bool = False
    several: bool = False  #: whether the variables stand in brackets, as in `d/d(r, t)`
    uses: dict[str, Span] = field(default_factory=dict)


class _Head(NamedTuple):
    """What is before the `/` of a goal."""

    order: int
    name: Variable | None


def read_goals(line: Line, scope: Scope) -> list[GoalLine]:
    """The goals on a line: one, or several where first and second derivatives share it."""
    tokens = line.tokens
    parser = Parser(tokens, scope)
    if tokens[0].text == "differential":
        return [_differential(line, parser, scope)]
    if tokens[0].text == "d" and tokens[1].kind == "(":
        return [_solved_for(line, parser, scope)]
    determinant = tokens[0].text == "det" and tokens[1].kind == "name"
    parser.i = int(determinant)
    head = _head(parser)
    if head is None:
        _refuse_statement(tokens, scope)
    goals = [_derivative(parser, scope, head, line.start)]
    goals[0].determinant = determinant
    while parser.token.kind == ",":
        comma = parser.token
        parser.i += 1
        start = parser.token.start
        other = _head(parser)
        if other is None:
            scope.fail("another derivative `d/dY` is expected after the comma", comma.span)
        if (other.name and other.name.name) != (head.name and head.name.name):
            scope.fail(
                "derivatives that share a line are of the same function", tokens[parser.i - 2].span, "write two lines"
            )
        more = _derivative(parser, scope, other, start)
        last = goals[-1]
        if last.kind == more.kind == "derivative":
            last.variables += more.variables  # they share one total differential
            last.end = more.end
        else:
            goals.append(more)
    if head.name is None:
        if parser.token.kind == "end":
            scope.fail(
                "an expression is expected after this",
                Span(line.start, line.end),
                "`d/dx EXPR`, or `df/dx` of a defined `f`",
            )
        body = parser.operand() if parser.token.kind == "[" else parser.expression()
        parser.finish(body)
        for goal in goals:
            goal.start, goal.end, goal.body = line.start, line.end, body
    elif parser.token.kind != "end":
        scope.fail(
            f"nothing follows the derivative of `{head.name.name}`", parser.token.span,
            f"`d{head.name.name}/dx` is the derivative of a defined `{head.name.name}`; of an expression it is `d/dx EXPR`",
        )  # fmt: skip
    for goal in goals:
        goal.uses = scope.used
    return goals


def _derivative(parser: Parser, scope: Scope, head: _Head, start: int) -> GoalLine:
    """One derivative of a line, from behind its `/` on."""
    if head.order == 2:
        kind, variables, several = "second", _second(parser, scope), False
    else:
        kind, (variables, several) = "derivative", _by(parser)
    return GoalLine(kind, start, parser.tokens[parser.i - 1].end, head.name, None, variables, several=several)


def _solved_for(line: Line, parser: Parser, scope: Scope) -> GoalLine:
    """`d(EXPR)`: the differential that an identity of the block is solved for; `d(EXPR)/dx` is a derivative."""
    parser.i = 1
    body = parser.operand()
    if parser.token.kind == "/":
        parser.i += 1
        variables, several = _by(parser)
        parser.finish(body)
        return GoalLine("derivative", line.start, line.end, None, body, variables, several=several, uses=scope.used)
    parser.finish(body)
    return GoalLine("solve", line.start, line.end, None, body, [], uses=scope.used)


def _head(parser: Parser) -> _Head | None:
    """Read up to the `/` and over it: `d`, `df`, `d2`, `d2f`, `d^2`, `d^2 f`; None where it is no goal."""
    tokens, start = parser.tokens, parser.i
    token = tokens[start]
    text = token.text
    if token.kind != "name" or text[0] != "d":
        return None
    order, rest, at = 1, text[1:], start + 1
    if rest[:1] == "2":
        order, rest = 2, rest[1:]
    elif not rest and tokens[at].kind == "^" and tokens[at + 1].text == "2":
        order, at = 2, at + 2
    elif not rest and tokens[at].kind == "power" and tokens[at].text == "2":
        order, at = 2, at + 1
    name = Variable(rest, Span(token.end - len(rest), token.end)) if rest else None
    if name is None and tokens[at].kind == "name" and tokens[at + 1].kind == "/":
        name = Variable(tokens[at].text, tokens[at].span)
        at += 1
    if tokens[at].kind != "/" or (rest and not rest[0].isalpha()):
        if rest[:1].isdigit() and tokens[at].kind == "/":
            parser.scope.fail("derivatives are first (`d/dx`) or second (`d2/dx2`)", token.span)
        return None
    parser.i = at + 1
    return _Head(order, name)


def _by(parser: Parser) -> tuple[list[Variable], bool]:
    """`dX`, `d X` or `d(r, t)`."""
    token = parser.token
    if token.kind != "name" or token.text[0] != "d":
        parser.unexpected("`d` and a variable")
    parser.i += 1
    if token.text != "d":
        return [_variable(token)], False
    if parser.token.kind == "name":
        parser.i += 1
        return [Variable(parser.tokens[parser.i - 1].text, parser.tokens[parser.i - 1].span)], False
    parser.take("(", "a variable")
    found = _names(parser)
    parser.take(")", "`)`")
    return found, True


def _names(parser: Parser) -> list[Variable]:
    """Names with commas between them."""
    found: list[Variable] = []
    while True:
        token = parser.take("name", "a variable")
        found.append(Variable(token.text, token.span))
        if parser.token.kind != ",":
            return found
        parser.i += 1


def _variable(token: Token) -> Variable:
    """The variable of `dx`."""
    return Variable(token.text[1:], Span(token.start + 1, token.end))


def _second(parser: Parser, scope: Scope) -> list[Variable]:
    """`dx2`, `dx^2`, `dx²` or `dx dy`."""
    token = parser.token
    if token.kind != "name" or token.text[0] != "d":
        parser.unexpected("`dx2` or `dx dy`")
    parser.i += 1
    if token.text == "d" and parser.token.kind == "name":  # `d x2`
        token = Token("name", "d" + parser.token.text, parser.token.start - 1, parser.token.end)
        parser.i += 1
    if token.text == "d":
        parser.unexpected("a variable")
    first = _variable(token)
    following, after = parser.tokens[parser.i], parser.tokens[min(parser.i + 1, len(parser.tokens) - 1)]
    if following.kind == "power" and following.text == "2":
        parser.i += 1
        return [first, first]
    if following.kind == "^" and after.text == "2":
        parser.i += 2
        return [first, first]
    once = Variable(first.name[:-1], Span(first.span.start, first.span.end - 1))
    twice = first.name[-1] == "2" and len(first.name) > 1
    known = {*scope.names, *scope.definitions}
    known |= {t.text for t in parser.tokens[parser.i + 1 :] if t.kind == "name" and not scope.calls(t.text)}
    # `dx2 dy` is by x2 and y only where an x2 is known, or no x is
    whole = not twice or first.name in known or once.name not in known
    if whole and following.kind == "name" and following.text[0] == "d" and following.text[1:] in known:
        parser.i += 1
        return [first, _variable(following)]
    if twice:
        return [once, once]
    return scope.fail(
        f"a second derivative is `d2/d{first.name}2`, or `d2/d{first.name} dy` with another variable", token.span
    )


def _differential(line: Line, parser: Parser, scope: Scope) -> GoalLine:
    """`differential EXPR wrt X, Y`."""
    parser.i = 1
    body = parser.expression()
    if parser.token.kind != "wrt":
        parser.finish(body)
        scope.fail("the variables are missing", Span(line.start, line.end), "write `differential EXPR wrt X, Y`")
    parser.i += 1
    variables = _names(parser)
    parser.finish(body)
    return GoalLine("differential", line.start, line.end, None, body, variables, uses=scope.used)


def _refuse_statement(tokens: list[Token], scope: Scope) -> NoReturn:
    """The error for a line that is no statement."""
    span = Span(tokens[0].start, tokens[-2].end)
    if any(t.kind == "=" for t in tokens):
        first = next(t for t in tokens if t.kind == "=")
        scope.fail(
            "on the left of `=` stands one name",
            Span(tokens[0].start, first.end),
            "a definition is `f = EXPR` or `f(x) = EXPR`",
        )
    if len(tokens) > 2 and tokens[1].kind in ("in", ",") and any(t.kind in ("in", ":") for t in tokens):
        scope.fail("a declaration starts with `let`", span, "write `let` at the start of the line")
    close = tokens[0].text.lower() in ("gradient", "grad", "hessian", "jacobian", "derive", "diff")
    scope.fail("this is no statement", span, _HINT if not close else f"{_HINT}; the second derivative is `d2/dx2 EXPR`")
