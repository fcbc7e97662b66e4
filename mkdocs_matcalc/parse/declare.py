"""Declarations: `let A, B in R^{n x n} symmetric, x in R^n, sigma: elementwise, l: R^k -> R`.

In: the tokens after `let`. Out: the declared variables with shape and attributes, and the abstract
functions with their signatures. Rule statements may also write `n x n` for `R^{n x n}`.
"""

from __future__ import annotations

from difflib import get_close_matches

from ..errors import Span
from ..expr.scalar import Signature
from ..expr.shape import ONE, SCALAR, Dim, Shape, dim, words
from .attributes import contradiction
from .calls import BUILTINS, PRINTED
from .dims import kind
from .grammar import Parser
from .lexer import Token
from .scope import Scope, Symbol

ATTRIBUTES = ("symmetric", "skew", "spd", "diagonal", "orthogonal", "invertible", "positive")
MAX_SIZE = 1_000_000


class Declarations:
    """The variables and functions of a block, and where each is declared."""

    def __init__(self, scope: Scope, *, short: bool = False) -> None:
        self.scope = scope
        self.short = short
        self.symbols: dict[str, Symbol] = {}
        self.functions: dict[str, Signature | None] = {}
        self.places: dict[str, Span] = {}

    def read(self, parser: Parser) -> None:
        """The groups of one `let`, to the end of the line."""
        while True:
            self._group(parser)
            token = parser.token
            if token.kind == "end":
                return
            if token.kind != ",":
                self._refuse_after(parser, token)
            parser.i += 1

    def _group(self, parser: Parser) -> None:
        names = [parser.take("name", "a name")]
        while parser.token.kind == ",":
            parser.i += 1
            names.append(parser.take("name", "a name"))
        if parser.token.kind == "=":
            self._refuse_after(parser, parser.token)
        if parser.token.kind not in ("in", ":"):
            parser.unexpected("`in`, `:` or `∈`")
        parser.i += 1
        for token in names:
            self._check_new(token)
        if parser.token.text == "elementwise":
            parser.i += 1
            for token in names:
                self._function(token, None)
            return
        takes = self._function_takes(parser)
        if takes:
            gives = self._space(parser)
            for token in names:
                self._function(token, Signature(token.text, tuple(takes), gives))
            return
        shape = self._space(parser)
        attributes = self._attributes(parser, shape)
        for token in names:
            self.symbols[token.text] = Symbol(token.text, shape, token.span, attributes, declared=True)
            self.scope.names[token.text] = token.span

    def _function(self, token: Token, signature: Signature | None) -> None:
        self.functions[token.text] = signature
        self.scope.functions.add(token.text)

    def _check_new(self, token: Token) -> None:
        name, scope = token.text, self.scope
        if scope.text[token.start] == "∂":
            scope.fail("`∂` is no part of a name", token.span)
        if name in self.places:
            scope.fail(f"`{name}` is already declared on line {scope.line(self.places[name])}", token.span)
        if (name in BUILTINS and name != "eye") or (scope.printed and name in PRINTED):
            scope.fail(f"`{name}` is a function; a variable needs another name", token.span)
        self.places[name] = token.span

    # -- spaces

    def _function_takes(self, parser: Parser) -> list[Shape]:
        """The spaces before `->`; none, and nothing read, where the type is not one of a function."""
        start, tokens = parser.i, parser.tokens
        at, depth = start, 0
        while (token := tokens[at]).kind != "end" and token.kind != "->":
            depth += (token.kind in ("{", "(")) - (token.kind in ("}", ")"))
            if depth == 0 and token.kind == "," and not _is_space(tokens[at + 1]):
                return []
            if token.kind in ("in", ":"):
                return []
            at += 1
        if token.kind == "end":
            return []
        takes = [self._space(parser)]
        while parser.token.kind == ",":
            parser.i += 1
            takes.append(self._space(parser))
        if parser.token.kind in ("×", "*") or parser.token.text == "x":
            self.scope.fail("several arguments are separated by commas", parser.token.span, "write `h: R^n, R^m -> R`")
        parser.take("->", "`->`")
        return takes

    def _space(self, parser: Parser) -> Shape:
        """`R`, `R^n`, `R^{m x n}`; in rule statements also `m x n`."""
        token = parser.token
        if not _is_space(token):
            if self.short and token.kind in ("name", "number"):
                rows, cols = self._pair(parser)
                return rows, cols
            hint = ""
            if token.kind == "name":
                known = ("elementwise", "R")
                close = get_close_matches(token.text, known, 1)
                hint = (
                    f"did you mean `{close[0]}`?"
                    if close
                    else "spaces are `R`, `R^n` and `R^{m x n}`, functions `elementwise` and `R^n -> R`"
                )
            if token.text == "C":
                hint = "complex numbers are not part of the language; spaces are `R`, `R^n` and `R^{m x n}`"
            if token.kind == "end":
                parser.unexpected("a space (`R`, `R^n`, `R^{m x n}`)")
            self.scope.fail(f"a space (`R`, `R^n`, `R^{{m x n}}`) is expected, not `{token.text}`", token.span, hint)
        parser.i += 1
        following = parser.token
        if following.kind == "power":
            parser.i += 1
            return self._dimension_of(following), ONE
        if following.kind != "^":
            return SCALAR
        parser.i += 1
        opening = parser.token
        if opening.kind not in ("{", "("):
            rows = self._dimension(parser)
            self._refuse_bare_matrix(parser, token, opening)
            return rows, ONE
        parser.i += 1
        shape: Shape
        only = parser.token
        rows = self._dimension(parser)
        if parser.token.kind in ("}", ")"):
            if len(only.text) == 3 and only.text[1] == "x":  # `mxn` is a name, but nobody means it
                left, right = only.text[0], only.text[2]
                self.scope.fail(
                    f"`x` and a dimension is expected, not `{only.text}`", only.span, f"write `{left} x {right}`"
                )
            shape = (rows, ONE)
        else:
            parser.i -= 1
            shape = self._pair(parser)
            if parser.token.kind == "×" or parser.token.text == "x":
                self.scope.fail("a space has at most two dimensions", parser.token.span)
        if parser.token.kind not in ("}", ")"):
            self.scope.fail(
                f"`x` and a dimension, or the end of the bracket, is expected, not `{parser.token.text}`",
                parser.token.span, "a matrix space is `R^{m x n}`",
            )  # fmt: skip
        parser.i += 1
        return shape

    def _pair(self, parser: Parser) -> Shape:
        """`m x n`, also `2x3`, where the lexer sees a number and a name."""
        rows = self._dimension(parser)
        cross = parser.token
        before = parser.tokens[parser.i - 1]
        if cross.kind == "×" or cross.text == "x":
            parser.i += 1
            return rows, self._dimension(parser)
        if cross.kind == "name" and cross.text[0] == "x" and before.kind == "number" and cross.start == before.end:
            parser.i += 1
            rest = Token("number" if cross.text[1:].isdigit() else "name", cross.text[1:], cross.start + 1, cross.end)
            return rows, self._dimension_of(rest)
        if before.kind == "name" and "x" in before.text[1:-1]:
            left, _, right = before.text.partition("x")
            self.scope.fail(
                f"`x` and a dimension is expected after `{before.text}`", before.span, f"write `{left} x {right}`"
            )
        return self.scope.fail(
            f"`x` and a dimension is expected after `{before.text}`", before.span, "a matrix space is `R^{m x n}`"
        )

    def _dimension(self, parser: Parser) -> Dim:
        token = parser.token
        if token.kind not in ("name", "number"):
            parser.unexpected("a dimension (a name or a positive integer)")
        parser.i += 1
        return self._dimension_of(token)

    def _dimension_of(self, token: Token) -> Dim:
        if token.kind == "name":
            self.scope.sizes.add(token.text)
            return dim(token.text)
        if not token.text.isdigit() or not 0 < int(token.text) <= MAX_SIZE:
            self.scope.fail(f"a dimension is a name or a positive integer up to {MAX_SIZE}", token.span)
        return dim(int(token.text))

    def _refuse_bare_matrix(self, parser: Parser, first: Token, opening: Token) -> None:
        token = parser.token
        if token.kind == "×" or (token.text == "x" and parser.tokens[parser.i + 1].kind in ("name", "number")):
            other = parser.tokens[parser.i + 1]
            self.scope.fail(
                "a matrix space needs braces",
                Span(first.start, other.end),
                f"write `R^{{{opening.text} x {other.text}}}`",
            )

    # -- attributes

    def _attributes(self, parser: Parser, shape: Shape) -> frozenset[str]:
        found: list[str] = []
        while parser.token.kind == "name":
            token = parser.token
            if token.text not in ATTRIBUTES:
                self._refuse_attribute(parser, token)
            if token.text != "positive" and (shape[0] != shape[1] or shape == SCALAR):
                self.scope.fail(
                    f"`{token.text}` needs a square matrix; this is {words(shape)}", token.span,
                    "write `R^{n x n}`" if kind(shape) != "scalar" else "",
                )  # fmt: skip
            found.append(token.text)
            clash = contradiction(found, shape[0])
            if clash is not None:
                first, last, why = clash
                self.scope.fail(f"`{first}` and `{last}` contradict each other: {why}", token.span)
            parser.i += 1
        return frozenset(found)

    def _refuse_attribute(self, parser: Parser, token: Token) -> None:
        following = parser.tokens[parser.i + 1].kind
        if following in ("in", ":"):
            self.scope.fail(f"a comma is missing before `{token.text}`", token.span)
        close = get_close_matches(token.text, ATTRIBUTES, 1)
        self.scope.fail(
            f"no attribute `{token.text}`; known are {', '.join(ATTRIBUTES)}", token.span,
            f"did you mean `{close[0]}`?" if close else "",
        )  # fmt: skip

    def _refuse_after(self, parser: Parser, token: Token) -> None:
        if token.kind == "=":
            self.scope.fail("a definition has no `let`", token.span, "write `y = …` on a line of its own")
        parser.unexpected("a comma, an attribute or the end of the line")


def _is_space(token: Token) -> bool:
    return token.kind == "real" or (token.kind == "name" and token.text == "R")
