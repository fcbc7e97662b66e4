r"""Expressions in LaTeX: what stands between dollar signs becomes the same syntax as the block language.

In: a range of the block's text and the scope. Out: a syntax node whose offsets are those of the
block. Promised: every formula that the LaTeX printer writes is read back as the same expression,
and what has no one meaning here is a `DeriveError`, never a guess.

From loosest to tightest: sum and sign, `\circ` `\oslash` `\otimes`, juxtaposition with `\cdot` and
`/`, postfix. Factors side by side belong together first, as they are set; where that and the
reading from left to right both fit and differ (`A \circ B C`), brackets are asked for. Functions of
one argument may go without a bracket (`\log x`, `\det \mathbf{X}`) where nothing follows that could
belong to the argument. What an operand can be is in `latex_operands`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from ..errors import Span
from .latex_lexer import LETTERS, Token, tokens
from .latex_names import HINTS, LETTER_FONTS, WORD_FONTS, Names
from .scope import Scope
from .syntax import Call, Mark, Minus, Node, Number, Post, Product, Sum
from .undeclared import ones_transposed

MAX_DEPTH = 60

_ENTRYWISE = {"circ": ".*", "odot": ".*", "oslash": "./", "otimes": "⊗"}
_TIMES = frozenset(("cdot", "times"))
_ENDS = frozenset(("end", ")", "}", ">", "+", "-", ",", "=", "^", "_", "'", ":"))
_TRANSPOSED = frozenset(("top", "intercal", "T"))


class Reader:
    """The state of reading one formula, and its operators."""

    def __init__(self, scope: Scope, start: int, end: int) -> None:
        self.scope = scope
        self.tokens = tokens(scope, start, end)
        self.names = Names(scope)
        self.i = 0
        self.depth = 0
        self.open: list[str] = []  # bars and norms open in the current bracket whose ends may be any bar
        self.bare = -1  # where a function's argument without brackets has just ended
        self.places = (start, end)
        self.upper_end = start  # where an upper mark has just ended

    def formula(self) -> Node:
        """The whole formula."""
        if self.token.kind == "end":
            start, end = self.places
            self.fail("an expression is expected between the dollar signs", Span(max(0, start - 1), end))
        node = self.expression()
        if self.token.kind != "end":
            self.unexpected()
        return node

    # -- tokens

    @property
    def token(self) -> Token:
        """The token that is next."""
        return self.tokens[self.i]

    def next(self) -> Token:
        """The token that is next, taken."""
        self.i += 1
        return self.tokens[self.i - 1]

    def fail(self, message: str, span: Span, hint: str = "") -> NoReturn:
        """Raise the error at a place of the text."""
        self.scope.fail(message, span, hint)

    def unexpected(self, what: str = "") -> NoReturn:
        """The error that something else is expected here."""
        token = self.token
        if token.kind == "end":
            before = self.tokens[max(0, self.i - 1)]
            self.fail(f"{what or 'an operand'} is expected after `{self.written(before)}`", before.span)
        hint = {
            "=": "an expression stands between dollar signs; a definition is `y = $…$`", "'": "a prime stands behind an operand",
            ",": "a list stands in the arguments of a function only", "}": "this brace closes nothing",
            ")": "this bracket closes nothing", "_": "an index stands behind a letter or a norm",
        }.get(token.kind, "")  # fmt: skip
        expected = (
            f"{what} is expected, not `{self.written(token)}`"
            if what
            else f"`{self.written(token)}` is not expected here"
        )
        self.fail(expected, token.span, hint)

    def written(self, token: Token) -> str:
        """A token as it was written."""
        return " ".join(self.scope.text[token.start : token.end].split())

    def down(self, token: Token) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                f"more than {MAX_DEPTH} levels of brackets", token.span,
                "name a part of the expression in a line of its own",
            )  # fmt: skip

    def is_command(self, *names: str) -> bool:
        """Whether the next token is one of these commands."""
        return self.token.kind == "command" and self.token.text in names

    # -- sums and products

    def expression(self) -> Node:
        """A sum."""
        first = self.term()
        terms = [("+", first)]
        while self.token.kind in ("+", "-"):
            terms.append((self.next().kind, self.term()))
        return first if len(terms) == 1 else Sum(first.start, terms[-1][1].end, terms)

    def term(self) -> Node:
        """A product with its signs."""
        return self.signed(self.contracted)

    def contracted(self) -> Node:
        """`A : B`, the scalar product of two matrices, or a product."""
        left = self.product()
        if self.token.kind != ":":
            return left
        self.i += 1
        right = self.product()
        if self.token.kind == ":":
            self.fail("three with `:` between them", self.token.span, "put two of them in brackets")
        return Call(left.start, right.end, "inner", [left, right])

    def signed(self, what: Callable[[], Node]) -> Node:
        """Signs, any number of them, and what they stand before: `x + -s`, `x * -s`."""
        start, minus = self.token.start, False
        while self.token.kind == "-":
            self.i += 1
            minus = not minus
        arg = what()
        return Minus(start, arg.end, arg) if minus else arg

    def product(self) -> Node:
        """Runs of factors with entrywise and Kronecker products between them."""
        first = self.run()
        if not self.is_command(*_ENTRYWISE):
            return first
        together = first if isinstance(first, Product) and first.run else None
        factors = [*together.factors] if together else [("*", first)]
        while self.is_command(*_ENTRYWISE):
            op = _ENTRYWISE[self.next().text]
            factors.append((op, self.run(signed=True)))
        return Product(first.start, factors[-1][1].end, factors, applied=together.applied if together else ())

    def run(self, *, signed: bool = False) -> Node:
        """Factors side by side; a sign belongs to the first of them, so that the run is still seen as one."""
        first = self.signed(self.power) if signed else self.power()
        factors = [("*", first)]
        applied: list[int] = []
        while True:
            token = self.token
            if token.kind in ("*", "/") or self.is_command(*_TIMES):
                self.i += 1
                factors.append(("/" if token.kind == "/" else "*", self.signed(self.power)))
            elif self.begins(token):
                if token.kind == "number" and self.tokens[self.i + 1].kind != "_":
                    self.fail(
                        "a number behind a factor", token.span,
                        r"it stands before the others, or `\cdot` between them; an index is `W_1`",
                    )  # fmt: skip
                if self.i == self.bare and not self.is_function():
                    self.fail(
                        "how far does the argument of the function before this go?", token.span,
                        "put the argument in brackets",
                    )  # fmt: skip
                between = self.scope.text[factors[-1][1].end : token.start]
                if token.kind == "(" and not between.replace(r"\!", "").strip():  # nothing that is seen
                    applied.append(len(factors))
                factors.append(("*", self.power()))
            else:
                break
        if len(factors) == 1:
            return first
        return Product(first.start, factors[-1][1].end, factors, run=True, applied=tuple(applied))

    def begins(self, token: Token) -> bool:
        """Whether an operand begins here."""
        kind = token.kind
        if token.text == "||" and not token.side and self.open[-1:] == ["bar"]:
            # `|a||b|`: a bar that closes, and another
            middle = token.start + 1
            self.tokens[self.i : self.i + 1] = [
                Token("bar", "", token.start, middle), Token("bar", "", middle, token.end),
            ]  # fmt: skip
            return False
        if kind in ("bar", "norm"):
            return not self.closes(kind)
        if kind == "command":
            return token.text not in _ENTRYWISE
        return kind not in _ENDS

    def closes(self, kind: str) -> bool:
        """Whether the next token, after an operand, closes the bar or norm that is open."""
        token = self.token
        if token.kind != kind or token.side in ("left", "open"):
            return False
        return token.side in ("right", "close") or self.open[-1:] == [kind]

    def is_function(self) -> bool:
        """Whether a function's name is next; `latex_operands` knows."""
        raise NotImplementedError

    def operand(self) -> Node:
        """A name, number, call, bracket or fraction; `latex_operands` knows."""
        raise NotImplementedError

    # -- postfixes

    def power(self) -> Node:
        """An operand with its postfixes."""
        return self.marked(self.operand())

    def marked(self, base: Node) -> Node:
        """Primes and superscripts behind an operand."""
        marks: list[Mark] = []
        raised = False
        while self.token.kind in ("'", "^"):
            token = self.next()
            if token.kind == "'":
                marks.append(Mark("'", token.end))
                continue
            if raised:
                self.fail("two superscripts", token.span, "brackets say what is raised: `(A^2)^\\top`")
            raised = True
            marks += self.superscript()
        if self.token.kind == "_":
            self.fail(
                "an index stands behind a letter, before the superscripts" if marks else "an index stands behind a letter",
                self.token.span,
            )  # fmt: skip
        if marks and isinstance(base, Number) and marks[0].kind == "'":
            base = ones_transposed(self.scope, base, marks[0])
        return Post(base.start, marks[-1].end, base, marks) if marks else base

    def superscript(self) -> list[Mark]:
        """What follows a `^`: transposition, inverse, entrywise power, power."""
        token = self.token
        if token.kind != "{":
            if self.transposed():
                return [Mark("'", self.tokens[self.i - 1].end)]
            if self.is_command("prime"):
                return [Mark("'", self.next().end)]
            self._refuse_star(token)
            arg = self.argument("an exponent")
            return [Mark("^", arg.end, arg)]
        self.down(token)
        self.i += 1
        marks = self._special(token)
        if marks is None:
            outer, self.open = self.open, []
            kind = "^"
            if self.is_command("circ", "odot"):
                self.i += 1
                kind = ".^"
            self._refuse_star(self.token)
            exponent = self.expression()
            self.open = outer
            if self.token.kind != "}":
                self._never_closed(token)
            marks = [Mark(kind, self.next().end, exponent)]
        self.depth -= 1
        return marks

    def _special(self, opening: Token) -> list[Mark] | None:
        r"""`{\top}`, `{-\top}`, `{\mathsf T}`, `{\prime\prime}` to the closing brace."""
        start = self.i
        if self.is_command("prime"):
            count = 0
            while self.is_command("prime"):
                self.i += 1
                count += 1
            if self.token.kind == "}":
                end = self.next().end
                return [Mark("'", end)] * count
        minus = self.token.kind == "-"
        self.i += minus
        if self.transposed():
            if self.token.kind == "}":
                return [Mark("⁻ᵀ" if minus else "'", self.next().end)]
            self.fail("a superscript with a transposition and something else", opening.span, r"write `(A^2)^\top`")
        self.i = start
        return None

    def transposed(self) -> bool:
        r"""Read a sign of transposition: `T`, `\top`, `\intercal`, `\mathsf{T}`."""
        texts = [t.text for t in self.tokens[self.i : self.i + 4]]
        if texts[:1] and texts[0] in _TRANSPOSED:
            self.i += 1
        elif len(texts) > 1 and texts[0] in (*WORD_FONTS, *LETTER_FONTS, "rm", "sf") and texts[1] in _TRANSPOSED:
            self.i += 2
        elif (
            texts[0:1]
            and texts[0] in (*WORD_FONTS, *LETTER_FONTS)
            and texts[1:] in (["{", "T", "}"], ["{", "top", "}"])
        ):
            self.i += 4
        else:
            return False
        return True

    def _refuse_star(self, token: Token) -> None:
        if token.kind in ("*", "+") or self.is_command("dagger", "ast", "star", "H"):
            self.fail(f"no superscript `{self.written(token)}`", token.span, HINTS["dagger"])

    # -- groups

    def argument(self, what: str = "an argument") -> Node:
        """What a macro takes: a group in braces, or one letter, digit or command."""
        token = self.token
        if token.kind == "{":
            return self.group()
        if token.kind == "number":
            return self.digit()
        if token.kind == "letter" or (
            token.kind == "command" and (token.text in LETTERS or token.text in LETTER_FONTS)
        ):
            return self.single()
        if token.kind == "command":
            return self.operand()
        return self.unexpected(what)

    def single(self) -> Node:
        """One letter; `latex_operands` knows."""
        raise NotImplementedError

    def digit(self) -> Node:
        r"""One digit of a number: `\frac12` is a half."""
        token = self.token
        if "." in token.text or len(token.text) == 1:
            self.i += 1
            return Number(token.start, token.end, Fraction(token.text))
        rest = token._replace(text=token.text[1:], start=token.start + 1)
        self.tokens[self.i] = rest
        return Number(token.start, token.start + 1, Fraction(token.text[0]))

    def group(self) -> Node:
        """`{…}`."""
        opening = self.next()
        self.down(opening)
        outer, self.open = self.open, []
        if self.token.kind == "}":
            self.fail("nothing stands in these braces", Span(opening.start, self.token.end))
        node = self.expression()
        self.open = outer
        if self.token.kind != "}":
            self._never_closed(opening)
        end = self.next().end
        self.depth -= 1
        return inside(node, opening.start, end)

    def _never_closed(self, opening: Token) -> NoReturn:
        if self.token.kind == "end":
            self.fail(f"`{self.written(opening)}` is never closed", opening.span)
        self.unexpected()

    def bracket(self) -> list[Node]:
        """`(…)`, also with commas, to the bracket that closes it."""
        opening = self.next()
        self.down(opening)
        outer, self.open = self.open, []
        found = [self.expression()]
        while self.token.kind == ",":
            self.i += 1
            found.append(self.list_item())
        self.open = outer
        closing = self.token
        if closing.kind != ")":
            self._never_closed(opening)
        if closing.text != opening.text or (opening.side == "left") != (closing.side == "right"):
            self.fail(f"`{self.written(closing)}` does not close `{self.written(opening)}`", closing.span)
        self.i += 1
        self.depth -= 1
        if len(found) == 1:
            found[0] = inside(found[0], opening.start, closing.end)
        return found

    def list_item(self) -> Node:
        """An argument behind a comma; `latex_operands` knows the words `rows` and `columns`."""
        return self.expression()


def inside(node: Node, start: int, end: int) -> Node:
    """A node in brackets: they are part of its place, and what is inside is one factor."""
    node.start, node.end = start, end
    if isinstance(node, Product):
        node.run = False
    return node
