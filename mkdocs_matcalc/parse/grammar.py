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
from .fences import bars, bracket, components, inner, norm, opens
from .latex_operands import formula
from .lexer import Token
from .operands import OPERANDS, filled, named
from .scope import Scope
from .syntax import Call, Mark, Minus, Name, Node, Number, Post, Product, Sum
from .undeclared import ones_transposed

MAX_DEPTH = 60
MAX_MARKS = 20

_SUMS = frozenset(("+", "-", ".+", ".-"))
_PRODUCTS = frozenset(("*", "/", ".*", "./", "⊗"))
_MARKS = frozenset(("'", "^", ".^", "power", "⁻ᵀ", "⊤"))
_TRANSPOSED = frozenset(("T", "⊤"))


class Parser:
    """Reads expressions from the tokens of one line."""

    def __init__(self, tokens: list[Token], scope: Scope, at: int = 0) -> None:
        self.tokens = tokens
        self.scope = scope
        self.i = at
        self.open: list[str] = []  # norms and bars open in the current bracket
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
        first = self.contracted()
        kind = self.tokens[self.i].kind
        if kind not in _SUMS:
            return first
        terms = [("+", first)]
        while kind in _SUMS:
            self.i += 1
            terms.append((kind, self.contracted()))
            kind = self.tokens[self.i].kind
        return Sum(first.start, terms[-1][1].end, terms)

    def contracted(self) -> Node:
        """`A : B`, the scalar product of two matrices, or a product."""
        left = self.product()
        if self.tokens[self.i].text != ":":
            return left
        self.i += 1
        right = self.product()
        if self.tokens[self.i].text == ":":
            self.scope.fail("three with `:` between them", self.token.span, "put two of them in brackets")
        return Call(left.start, right.end, "inner", [left, right])

    def product(self) -> Node:
        """Factors, with or without an operator between them."""
        first = self.signed()
        factors = [("*", first)]
        applied: list[int] = []
        while True:
            token = self.tokens[self.i]
            kind = token.kind
            if kind in _PRODUCTS:
                self.i += 1
                factors.append((kind, self.signed()))
            elif kind in OPERANDS or opens(self, token):
                self._adjacent(token)
                if kind == "(" and token.start == self.tokens[self.i - 1].end:
                    applied.append(len(factors))
                factors.append(("*", self.power()))
            else:
                break
        if len(factors) == 1:
            return first
        return Product(first.start, factors[-1][1].end, factors, applied=tuple(applied))

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
                if isinstance(base, Name) and not marks:
                    self._refuse_mark(base)
                exponent = self.exponent()
                marks.append(Mark(token.kind, exponent.end, exponent))
        if isinstance(base, Number) and marks[0].kind == "'":
            base = ones_transposed(self.scope, base, marks[0])
        powers = sum(m.exponent is not None for m in marks)
        if powers > MAX_MARKS:
            self.scope.fail(f"more than {MAX_MARKS} powers of powers", Span(base.start, marks[-1].end))
        return Post(base.start, marks[-1].end, base, marks)

    def _refuse_mark(self, base: Name) -> None:
        """Refuse `x^{(k + 1)}`, an upper mark that is more than a word, where an exponent of a name is expected."""
        at = self.i
        if [t.kind for t in self.tokens[at : at + 2]] != ["{", "("] or self.scope.printed or base.name in ("e", "pi"):
            return
        depth, end = 0, at + 1
        while depth or end == at + 1:
            depth += (self.tokens[end].kind == "(") - (self.tokens[end].kind == ")")
            end += 1
        if self.tokens[end].kind == "}" and any(t.kind == "name" for t in self.tokens[at:end]):
            self.scope.fail(
                "an upper mark is letters and digits", Span(self.tokens[at].start, self.tokens[end].end),
                f"a power is written without the brackets, `{base.name}^(…)`",
            )  # fmt: skip

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
        self.down(self.token)
        start = self.token.start
        minus = False
        while self.token.kind in ("-", "+"):
            minus ^= self.token.kind == "-"
            self.i += 1
        token = self.token
        if token.kind == "{":
            node = bracket(self, "}")
        elif token.kind in OPERANDS:
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
            return named(self)
        if kind == "number":
            self.i += 1
            self.scope.refuse_name_in_number(token.text, token.span)
            return Number(token.start, token.end, Fraction(token.text))
        if kind == "filled":
            return filled(self)
        if kind == "(":
            return bracket(self, ")")
        if kind in ("norm", "|"):
            return norm(self) if kind == "norm" else bars(self)
        if kind == "<":
            return inner(self)
        if kind == "latex":
            self.i += 1
            return formula(self.scope, token.start, token.end)
        if kind == "[":
            return components(self)
        if kind == "real":
            self.scope.fail("`ℝ` is a space; it stands in a declaration only", token.span)
        return self.unexpected("an operand")

    # -- refusals

    def down(self, token: Token) -> None:
        """Go one level deeper."""
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
