"""The grammar of expressions: tokens to syntax, by precedence climbing.

In: tokens of one line and the scope that says which names are functions. Out: syntax nodes.
From loosest to tightest: sum, product (also by nothing in between), sign, power and postfix; all
binary operators associate to the left, `^` to the right. `||` closes a norm where one is open in
this bracket and an operand has just ended, and opens one elsewhere. Depth is limited, so that no
stage needs to fear for its stack.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from ..errors import Span
from .calls import SIZED, size_names
from .latex_operands import formula
from .lexer import Token
from .scope import Scope
from .syntax import Call, Components, Differential, Mark, Minus, Name, Node, Norm, Number, Post, Product, Sum

MAX_DEPTH = 60
MAX_MARKS = 20

_SUMS = frozenset(("+", "-", ".+", ".-"))
_PRODUCTS = frozenset(("*", "/", ".*", "./", "⊗"))
_OPERANDS = frozenset(("name", "number", "(", "latex"))
_MARKS = frozenset(("'", "^", ".^", "power", "⁻ᵀ", "⊤"))
_TRANSPOSED = frozenset(("T", "⊤"))


class Parser:
    """Reads expressions from the tokens of one line."""

    def __init__(self, tokens: list[Token], scope: Scope, at: int = 0) -> None:
        self.tokens = tokens
        self.scope = scope
        self.i = at
        self.norms = 0  # norms open in the current bracket
        self.depth = 0

    # -- tokens

    @property
    def token(self) -> Token:
        """The token that is next."""
        return self.tokens[self.i]

    def take(self, kind: str, what: str) -> Token:
        """The next token, which must be of a kind."""
        token = self.tokens[self.i]
        if token.kind != kind:
            self.unexpected(what)
        self.i += 1
        return token

    def unexpected(self, what: str) -> NoReturn:
        """The error that something else is expected here."""
        token = self.token
        if token.kind == "end":
            if self.i == 0:
                self.scope.fail(f"{what} is expected", token.span)
            before = self.tokens[self.i - 1]
            self.scope.fail(f"{what} is expected after `{before.text}`", before.span)
        self.scope.fail(f"{what} is expected, not `{token.text}`", token.span, _UNEXPECTED.get(token.text, ""))

    def finish(self, node: Node) -> Node:
        """An expression that must end the line."""
        token = self.token
        if token.kind == "end":
            return node
        if token.kind == "norm":
            self.scope.fail(f"`{token.text}` closes no norm", token.span)
        if token.text == "=":
            self.scope.fail("`=` stands after the name of a definition only", token.span)
        return self.scope.fail(f"`{token.text}` is not expected here", token.span, _UNEXPECTED.get(token.text, ""))

    # -- the levels

    def expression(self) -> Node:
        """A sum."""
        first = self.product()
        kind = self.tokens[self.i].kind
        if kind not in _SUMS:
            return first
        terms = [("+", first)]
        while kind in _SUMS:
            self.i += 1
            terms.append((kind, self.product()))
            kind = self.tokens[self.i].kind
        return Sum(first.start, terms[-1][1].end, terms)

    def product(self) -> Node:
        """Factors, with or without an operator between them."""
        first = self.signed()
        factors = [("*", first)]
        while True:
            token = self.tokens[self.i]
            kind = token.kind
            if kind in _PRODUCTS:
                self.i += 1
                factors.append((kind, self.signed()))
            elif kind in _OPERANDS or (kind == "norm" and not self.norms):
                self._adjacent(token)
                factors.append(("*", self.power()))
            else:
                break
        return first if len(factors) == 1 else Product(first.start, factors[-1][1].end, factors)

    def signed(self) -> Node:
        """An operand with its signs."""
        token = self.tokens[self.i]
        if token.kind != "-":
            return self.power()
        minus = False
        while self.tokens[self.i].kind == "-":
            self.i += 1
            minus = not minus
        arg = self.power()
        return Minus(token.start, arg.end, arg) if minus else arg

    def power(self) -> Node:
        """An operand with its postfixes and powers."""
        base = self.operand()
        token = self.tokens[self.i]
        if token.kind not in _MARKS:
            return base
        marks: list[Mark] = []
        while (token := self.tokens[self.i]).kind in _MARKS:
            self.i += 1
            if token.kind in ("'", "⊤"):
                marks.append(Mark("'", token.end))
            elif token.kind == "⁻ᵀ":
                marks.append(Mark("⁻ᵀ", token.end))
            elif token.kind == "power":
                marks.append(Mark("^", token.end, _superscript(token)))
            elif token.kind == "^" and (kind := self._transposition()):
                marks.append(Mark(kind, self.tokens[self.i - 1].end))
            else:
                exponent = self.exponent()
                marks.append(Mark(token.kind, exponent.end, exponent))
        powers = sum(m.exponent is not None for m in marks)
        if powers > MAX_MARKS:
            self.scope.fail(f"more than {MAX_MARKS} powers of powers", Span(base.start, marks[-1].end))
        return Post(base.start, marks[-1].end, base, marks)

    def _transposition(self) -> str:
        """`^T`, `^⊤`, `^{T}`, `^{-T}`, `^-T` after the `^`: which mark it is, or nothing."""
        rest = self.tokens[self.i : self.i + 4]
        texts = ["T" if t.text in _TRANSPOSED else t.kind for t in rest]
        for form, kind in _TRANSPOSITIONS:
            if tuple(texts[: len(form)]) == form:
                self.i += len(form)
                return kind
        return ""

    def exponent(self) -> Node:
        """A signed number, a name or an expression in brackets, to a power itself if one follows."""
        self._down(self.token)
        start = self.token.start
        minus = False
        while self.token.kind in ("-", "+"):
            minus ^= self.token.kind == "-"
            self.i += 1
        token = self.token
        if token.kind == "{":
            node = self._bracket("}")
        elif token.kind in _OPERANDS:
            node = self.operand()
        else:
            self.unexpected("an exponent (a number, a name, or an expression in brackets)")
        following = self.token
        if following.kind in ("^", ".^"):
            here = self.i
            self.i += 1
            if following.kind == "^" and self._transposition():
                self.i = here  # a transposition is of the whole power
            else:
                inner = self.exponent()
                node = Post(node.start, inner.end, node, [Mark(following.kind, inner.end, inner)])
        self.depth -= 1
        return Minus(start, node.end, node) if minus else node

    # -- operands

    def operand(self) -> Node:
        """A number, name, call, norm or bracket."""
        token = self.tokens[self.i]
        kind = token.kind
        if kind == "name":
            return self.name()
        if kind == "number":
            self.i += 1
            self.scope.refuse_name_in_number(token.text, token.span)
            return Number(token.start, token.end, Fraction(token.text))
        if kind == "(":
            return self._bracket(")")
        if kind == "norm":
            return self._norm()
        if kind == "latex":
            self.i += 1
            return formula(self.scope, token.start, token.end)
        if kind == "[":
            return self._components()
        if kind == "real":
            self.scope.fail("`ℝ` is a space; it stands in a declaration only", token.span)
        return self.unexpected("an operand")

    def name(self) -> Node:
        """A name, or the call of a function, or a differential."""
        token = self.tokens[self.i]
        self.i += 1
        name, scope = token.text, self.scope
        if scope.text[token.start] == "∂":
            scope.fail("`∂` stands at the start of a derivative only", token.span)
        if scope.calls(name):
            return self._call(token)
        if self.token.kind == "(" and name not in scope.names:
            if scope.differentials and name == "d":
                return self._differential(token)
            scope.refuse_unknown_function(name, token.span)
        elif (
            name == "d" and scope.differentials and name not in scope.names and self.token.kind in (*_OPERANDS, "norm")
        ):
            return self._differential(token)
        elif self.token.kind == "(" and name in scope.arguments:
            self._same_arguments(token)
        scope.used.setdefault(name, token.span)
        return Name(token.start, token.end, name)

    def _differential(self, token: Token) -> Node:
        """`d(e)` ends with its bracket, as a call does; otherwise `d` takes an operand with its postfixes."""
        self._down(token)
        arg = self.operand() if self.token.kind == "(" else self.power()
        self.depth -= 1
        return Differential(token.start, arg.end, arg)

    def _call(self, token: Token) -> Node:
        """A function and its arguments; in printed lines also its derivatives `f'`, `f''`, `h'_2`."""
        scope, name = self.scope, token.text
        primes = by = 0
        while scope.printed and self.token.kind in ("'", "prime"):
            primes += 1
            if self.token.kind == "prime":
                by = int(self.token.text.partition("_")[2])
            self.i += 1
        if self.token.kind != "(":
            if name == "eye":
                scope.used.setdefault(name, token.span)
                return Name(token.start, token.end, name)
            scope.fail(f"`{name}` is a function; it needs an argument", token.span, f"write `{name}(…)`")
        opening = self.token
        self._down(opening)
        self.i += 1
        outer, self.norms = self.norms, 0
        if self.token.kind == ")":
            scope.fail(f"`{name}` needs an argument", Span(token.start, self.token.end))
        before = dict(scope.used) if name in SIZED else {}
        args = [self.expression()]
        while self.token.kind == ",":
            self.i += 1
            args.append(self.expression())
        closing = self.take(")", "`,` or `)`")
        self.norms = outer
        self.depth -= 1
        if name in SIZED and name not in scope.functions:
            for arg in args:
                scope.sizes |= size_names(arg)
            scope.used = before
        elif len(args) == 2 and isinstance(args[1], Name) and args[1].name in ("rows", "columns"):
            scope.used.pop(args[1].name, None)
        return Call(token.start, closing.end, name, args, primes, by)

    def _same_arguments(self, token: Token) -> None:
        """`f(x)` of a definition `f(x) = …` is f; with other arguments it would be a substitution."""
        self.i += 1
        found: list[str] = []
        while self.token.kind in ("name", ","):
            if self.token.kind == "name":
                found.append(self.token.text)
            self.i += 1
        wanted = self.scope.arguments[token.text]
        if self.token.kind != ")" or tuple(found) != wanted:
            self.scope.fail(
                f"`{token.text}` is the name of one expression, written `{token.text}({', '.join(wanted)})` or `{token.text}`",
                token.span,
                f"for a product write `{token.text} * (…)`",
            )
        self.i += 1

    def _bracket(self, close: str) -> Node:
        opening = self.token
        self._down(opening)
        self.i += 1
        outer, self.norms = self.norms, 0
        node = self.expression()
        if self.token.kind == ",":
            self.scope.fail("a list stands in the arguments of a function only", self.token.span)
        closing = self.take(close, f"`{close}`")
        self.norms = outer
        self.depth -= 1
        node.start, node.end = opening.start, closing.end
        return node

    def _norm(self) -> Node:
        opening = self.token
        if "_" in opening.text:
            self.scope.fail(f"`{opening.text}` opens no norm: a subscript stands at its end", opening.span)
        self._down(opening)
        self.i += 1
        self.norms += 1
        arg = self.expression()
        closing = self.token
        if closing.kind != "norm":
            if closing.kind == "end" or closing.text in (")", "]", "}", ","):
                self.scope.fail(
                    f"this `{opening.text}` is never closed",
                    opening.span,
                    "norms within norms are written with `norm2(…)`",
                )
            self.finish(arg)
        self.i += 1
        self.norms -= 1
        self.depth -= 1
        which = closing.text.partition("_")[2].strip("{}")
        if which not in ("", "1", "2", "F"):
            self.scope.fail(
                f"no norm with the subscript `{which}`", closing.span, "norms are `||e||`, `||e||_F` and `||e||_1`"
            )
        return Norm(opening.start, closing.end, arg, which)

    def _components(self) -> Node:
        opening = self.token
        self._down(opening)
        self.i += 1
        outer, self.norms = self.norms, 0
        rows = [[self.expression()]]
        while self.token.kind in (",", ";"):
            self.i += 1
            if self.tokens[self.i - 1].kind == ";":
                rows.append([])
            rows[-1].append(self.expression())
        closing = self.take("]", "`,`, `;` or `]`")
        self.norms = outer
        self.depth -= 1
        if any(len(row) != len(rows[0]) for row in rows):
            self.scope.fail("the rows of this matrix differ in length", Span(opening.start, closing.end))
        return Components(opening.start, closing.end, rows)

    # -- refusals

    def _down(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.scope.fail(
                f"more than {MAX_DEPTH} levels of brackets",
                token.span,
                "name a part of the expression in a line of its own",
            )

    def _adjacent(self, token: Token) -> None:
        """Refuse what looks like one number, or like an index: `2 .5`, `2 3`, `x.5`."""
        before = self.tokens[self.i - 1]
        if token.kind != "number":
            return
        if before.end == token.start and token.text[0] == ".":
            self.scope.fail(
                f"`{token.text}` directly behind `{before.text}`",
                token.span,
                "write `*` or a space between the factors",
            )
        if before.kind == "number":
            self.scope.fail("two numbers side by side", Span(before.start, token.end), "write `*` between them")


_UNEXPECTED = {
    "**": "a power is written `^`",
    "×": "a product is written `A B`, `A*B` or `A @ B`",
    "+": "there is no sign `+`",
    "{": "braces stand in exponents and spaces only",
    "[": "components stand by themselves: `d/d(r, t) [r cos(t), r sin(t)]`",
    ":": "a declaration starts with `let`",
    "in": "a declaration starts with `let`",
    "∈": "a declaration starts with `let`",
}

_TRANSPOSITIONS = (
    (("T",), "'"),
    (("{", "T", "}"), "'"),
    (("-", "T"), "⁻ᵀ"),
    (("{", "-", "T", "}"), "⁻ᵀ"),
)


def _superscript(token: Token) -> Node:
    value = Number(token.start, token.end, Fraction(abs(int(token.text))))
    return Minus(token.start, token.end, value) if token.text.startswith("-") else value
