"""Statements: logical lines to declarations, definitions, goals and directives, still untyped.

In: the lines of a block. Out: a `Block`. Promised: every name is declared or defined at most
once, directives have known keys and values, and a definition stands before what uses it (checked
when names are looked up). Declarations are read first, wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn

from ..errors import Span
from .calls import BUILTINS
from .declare import Declarations
from .goals import GoalLine, read_goals
from .grammar import Parser
from .lexer import Line, Token
from .scope import Definition, Scope
from .syntax import Components, Node

_VALUES = {
    "layout": ("numerator", "denominator", "mixed"),
    "style": ("differential", "chain", "index"),
    "number": ("result", "all", "none"),
    "structured": ("true", "false"),
    "show": ("source", "code", "folded"),
}
KEYS = ("label", "layout", "style", "number", "title", "show", "structured")


@dataclass
class Block:
    """A block as it was written; `order` holds its definitions and goals as they stand."""

    declarations: Declarations
    directives: dict[str, str] = field(default_factory=dict)
    order: list[Definition | GoalLine | IdentityLine] = field(default_factory=list)


@dataclass(eq=False)
class IdentityLine:
    """`given LEFT = RIGHT`: an identity that holds."""

    left: Node
    right: Node
    start: int
    end: int
    uses: dict[str, Span] = field(default_factory=dict)


def read(lines: list[Line], scope: Scope) -> Block:
    """The statements of a block."""
    block = Block(Declarations(scope))
    scope.written = {word for line in lines for t in line.tokens if t.kind == "name" for word in _words(t.text)}
    for line in lines:
        line.tokens = [_distinct(scope, t) for t in line.tokens]
    rest: list[Line] = []
    for line in lines:
        if line.key:
            _directive(line, block.directives, scope)
        elif line.tokens[0].kind == "let":
            block.declarations.read(Parser(line.tokens, scope, 1))
        else:
            rest.append(line)
    equals = [_equals(line) for line in rest]
    for line, at in zip(rest, equals, strict=True):
        if at:
            name = line.tokens[0]
            scope.definitions.setdefault(name.text, name.span)
    seen: dict[str, Span] = {}
    for line, at in zip(rest, equals, strict=True):
        scope.used = {}
        if line.tokens[0].text == "given" and not at:
            block.order.append(_identity(line, scope))
        elif at:
            block.order.append(_definition(line, at, block, seen, scope))
        else:
            block.order += read_goals(line, scope)
    return block


def _identity(line: Line, scope: Scope) -> IdentityLine:
    parser = Parser(line.tokens, scope, 1)
    left = parser.expression()
    if parser.token.text != "=":
        scope.fail("an identity is `given LEFT = RIGHT`", parser.token.span)
    parser.i += 1
    right = parser.expression()
    parser.finish(right)
    return IdentityLine(left, right, line.start, line.end, scope.used)


def _distinct(scope: Scope, token: Token) -> Token:
    """A token with the name that it has in the block, also where it is the `dx` of a derivative."""
    name = token.text
    if token.kind != "name" or "^" not in name:
        return token
    same = scope.distinct(name) == name and (name[0] != "d" or scope.distinct(name[1:]) == name[1:])
    return token if same else token._replace(text=f"{name}_")


def _words(name: str) -> tuple[str, ...]:
    """A name, and the variable of `dx` and `dx2`."""
    return (name, name[1:], name[1:-1]) if name[0] == "d" and name[1:2].isalpha() else (name,)


def _equals(line: Line) -> int:
    """Where the `=` of a definition stands; 0 for another statement."""
    tokens = line.tokens
    if tokens[0].kind != "name":
        return 0
    if tokens[1].kind == "=":
        return 1
    at = 2
    if tokens[1].kind == "(":
        while tokens[at].kind in ("name", ","):
            at += 1
        if tokens[at].kind == ")" and tokens[at + 1].kind == "=":
            return at + 1
    return 0


def _definition(line: Line, equals: int, block: Block, seen: dict[str, Span], scope: Scope) -> Definition:
    name = line.tokens[0]
    text = name.text
    _check_new(text, name.span, block.declarations, seen, scope)
    arguments = tuple(t.text for t in line.tokens[2:equals] if t.kind == "name")
    for token in line.tokens[2:equals]:
        if token.kind == "name":
            if token.text == text:
                scope.fail(f"`{text}` is an argument of itself", token.span)
            scope.used.setdefault(token.text, token.span)
    parser = Parser(line.tokens, scope, equals + 1)
    body: Node = parser.operand() if parser.token.kind == "[" else parser.expression()
    parser.finish(body)
    if not isinstance(body, Components) and scope.text[name.start] == "∂":
        scope.fail("`∂` stands at the start of a derivative only", name.span)
    seen[text] = name.span
    scope.names[text] = name.span
    if arguments:
        scope.arguments[text] = arguments
        scope.bodies[text] = (body, {name: span for name, span in scope.used.items() if name not in arguments})
    return Definition(text, body, name.span, scope.used)


def _check_new(name: str, span: Span, declarations: Declarations, seen: dict[str, Span], scope: Scope) -> None:
    """Refuse a definition of a name that is something else already."""
    if name in seen:
        scope.fail(
            f"`{name}` is already defined on line {scope.line(seen[name])}", span, "give the second one another name"
        )
    declared = declarations.places.get(name)
    if declared is not None:
        what = "declared as a function" if name in declarations.functions else "declared"
        scope.fail(f"`{name}` is already {what} on line {scope.line(declared)}", span, "a defined name needs no `let`")
    if name in BUILTINS and name != "eye":
        scope.fail(f"`{name}` is a function; a definition needs another name", span)


def _directive(line: Line, directives: dict[str, str], scope: Scope) -> None:
    """Check a directive and keep it."""
    key, value = line.key, line.value
    span = Span(line.start, line.start + len(key))
    if key not in KEYS:
        _refuse_key(key, value, span, scope)
    if key in directives:
        scope.fail(f"`{key}` is given twice", span)
    start = scope.text.index(value, line.start + len(key) + 1) if value else line.end
    place = Span(start, start + len(value)) if value else span
    if not value:
        scope.fail(f"`{key}` has no value", span)
    if key == "label" and any(c in value for c in " ,{}\\\t"):
        scope.fail("a label is one word without commas, braces and backslashes", place)
    if key in _VALUES:
        words = [word.strip() for word in value.split(",")] if key == "show" else [value]
        for word in words:
            if word not in _VALUES[key]:
                close = get_close_matches(word, _VALUES[key], 1)
                scope.fail(
                    f"`{key}` is {_either(_VALUES[key])}, not `{word}`",
                    place,
                    f"did you mean `{close[0]}`?" if close else "",
                )
        value = ", ".join(words)
    directives[key] = value


def _refuse_key(key: str, value: str, span: Span, scope: Scope) -> NoReturn:
    if value.startswith(("R", "ℝ", "elementwise")):
        scope.fail(f"no directive `{key}`", span, f"a declaration starts with `let`: `let {key}: {value}`")
    close = get_close_matches(key, KEYS, 1)
    scope.fail(
        f"no directive `{key}`; known are {', '.join(KEYS)}", span, f"did you mean `{close[0]}`?" if close else ""
    )


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
