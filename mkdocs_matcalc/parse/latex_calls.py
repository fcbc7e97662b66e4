"""Functions in LaTeX: calls with and without brackets, bars and norms, differentials, derivatives of functions.

In: the tokens behind the name of a function, or at a bar. Out: its syntax node. Between `latex`
(operators, brackets) and `latex_operands` (names).
"""

from __future__ import annotations

from ..errors import Span
from ..expr.atoms import Named, Sym
from ..expr.node import Expr
from ..expr.scalar import Apply
from . import latex_held
from .latex import Reader
from .latex_lexer import Token
from .latex_names import LETTER_FONTS, WORD_FONTS, word_index
from .syntax import Call, Differential, Known, Mark, Name, Node, Norm, Number, Post
from .undeclared import applied as put_in

_WAYS = frozenset(("rows", "columns"))
#: What ends visibly, so that a function before it needs no brackets.
_VISIBLE = frozenset(("frac", "tfrac", "dfrac", "cfrac", "sqrt"))


class Calls(Reader):
    """Reads what is applied to an argument."""

    # -- functions of the language

    def function(self, name: str, token: Token) -> Node:
        """A function whose name has been read, with what stands behind it."""
        self.down(token)
        node = self._function(name, token)
        self.depth -= 1
        return node

    def _function(self, name: str, token: Token) -> Node:
        exponent: Node | None = None
        if self.token.kind == "_":
            self.fail(f"`{self.written(token)}` has no index", self.token.span, _INDEX.get(name, ""))
        if self.token.kind == "^":
            exponent = self._raised(token)
        if name == "log" and exponent is None and self.is_command("det"):
            self.i += 1
            name = "logdet"
            token = Token(token.kind, token.text, token.start, self.tokens[self.i - 1].end)
        args, end = self._arguments(token)
        call: Node = Call(token.start, end, name, args)
        if exponent is not None:
            call = Post(token.start, end, call, [Mark("^", exponent.end, exponent)])
        return call

    def _raised(self, token: Token) -> Node:
        r"""`\sin^2 x`: a power of the value; only a positive whole number is one beyond doubt."""
        self.i += 1
        marks = self.superscript()
        exponent = marks[0].exponent
        if len(marks) != 1 or not isinstance(exponent, Number) or exponent.value < 1 or marks[0].kind != "^":
            self.fail(
                f"a superscript of the function `{self.written(token)}`", Span(token.start, self.tokens[self.i - 1].end),
                "put it behind the argument's bracket; the functions arcsin, arccos, arctan have their names",
            )  # fmt: skip
        return exponent

    def _arguments(self, token: Token) -> tuple[list[Node], int]:
        following = self.token
        if following.kind == "(":
            args = self.bracket()
            return args, self.tokens[self.i - 1].end
        visible = following.kind in ("{", "bar", "norm") or (following.kind == "command" and following.text in _VISIBLE)
        if not self.begins(following):
            self.fail(
                f"`{self.written(token)}` is a function; it needs an argument", token.span,
                f"write `{self.written(token)}(…)`",
            )  # fmt: skip
        if visible:
            arg = self.operand()
            if following.kind != "{" and self.token.kind in ("^", "'"):
                self.fail(
                    f"is `{self.written(token)}` raised, or its argument?",
                    self.token.span,
                    "put the argument in brackets",
                )
            return [arg], arg.end
        arg = self.power()
        self.bare = self.i
        return [arg], arg.end

    def list_item(self) -> Node:
        """An argument behind a comma: an expression, or the word `rows` or `columns`."""
        token = self.token
        if token.kind == "command" and token.text in WORD_FONTS and self.tokens[self.i + 1].kind == "{":
            word = ""
            at = self.i + 2
            while self.tokens[at].kind == "letter":
                word += self.tokens[at].text
                at += 1
            if word in _WAYS and self.tokens[at].kind == "}":
                self.i = at + 1
                return Name(token.start, self.tokens[at].end, word)
        return self.expression()

    # -- abstract functions

    def abstract(self, name: str, start: int, end: int) -> Node:
        """A declared function with its arguments; in printed lines also its derivatives."""
        span = Span(start, end)
        primes = by = 0
        while self.token.kind == "'" and self.scope.printed:
            self.i += 1
            primes += 1
        if primes and self.token.kind == "_":
            self.i += 1
            by = self._which(span)
        if self.token.kind == "'":
            self.fail(f"`{name}` with a prime: a derivative stands in a goal only", self.token.span)
        if self.token.kind != "(":
            self.fail(f"`{name}` is a function; it needs an argument", span, f"write `{self.scope.text[start:end]}(…)`")
        self.down(self.token)
        args = self.bracket()
        self.depth -= 1
        return Call(start, self.tokens[self.i - 1].end, name, args, primes, by)

    def _which(self, span: Span) -> int:
        """The number of an argument, `_1` or `_{1}`; of two, `_{1,2}`, the numbers side by side."""
        braces = self.token.kind == "{"
        self.i += braces
        token = self.token
        if token.kind != "number" or len(token.text) > 3 or not token.text.isdigit():
            self.fail("which argument is meant?", span)
        self.i += 1
        if braces and self.token.kind == "," and len(token.text) == 1:
            self.i += 1
            last = self.next()
            if last.kind != "number" or not last.text.isdigit() or len(last.text) > 1:
                self.fail("which arguments are meant?", span)
            token = token._replace(text=token.text + last.text)
        if braces:
            if self.token.kind != "}":
                self.fail("one argument is meant", span)
            self.i += 1
        return int(token.text)

    def applied_definition(self, name: str, span: Span) -> Node:
        """`f(x)` of a definition `f(x) = …` is f; with another argument it is what f names with that put in."""
        scope, wanted = self.scope, self.scope.arguments[name]
        before = dict(scope.used)
        self.down(self.token)
        args = self.bracket()
        self.depth -= 1
        end = self.tokens[self.i - 1].end
        place = Span(span.start, end)
        if len(args) != len(wanted):
            self.fail(f"`{name}` takes {len(wanted)} argument{'s' * (len(wanted) != 1)}, not {len(args)}", place)
        if tuple(arg.name if isinstance(arg, Name) else "" for arg in args) == wanted:
            scope.used = before
            scope.used.setdefault(name, span)
            return Name(span.start, end, name)
        return put_in(scope, name, args, place)

    # -- differentials

    def differential(self, token: Token) -> Node:
        r"""`\mathrm{d}(…)` ends with its bracket; otherwise it takes an operand with its postfixes."""
        self.down(token)
        if not self.begins(self.token):
            self.unexpected("what the differential is of")
        arg = self.operand() if self.token.kind == "(" else self.power()
        self.bare = -1
        self.depth -= 1
        return Differential(token.start, arg.end, arg)

    def is_partial(self) -> bool:
        r"""Whether `{\partial …}{\partial …}` is next."""
        following = self.tokens[self.i : self.i + 2]
        return len(following) == 2 and following[0].kind == "{" and following[1].text == "partial"

    def partial(self, token: Token) -> Node:
        r"""`\frac{\partial l}{\partial \mathbf{y}}`: the derivative of a declared function by a named argument."""
        if not self.scope.printed:
            self.fail("a derivative stands in a goal only", token.span, "write `d/dx` before the dollar signs")
        if latex_held.is_second(self):
            return latex_held.fraction(self, token.start)
        name = self._under_partial()
        if name.name not in self.scope.functions:
            self.fail(f"`{name.name}` is no declared function", name.span)
        by = self._under_partial()
        end = self.tokens[self.i - 1].end
        calls = [e for e in self.applied if e.function.name == name.name and _stands_for(e, by.name)]
        if calls and len(calls[0].args) > 1:
            places = {i for e in calls for i, a in enumerate(e.args) if _is_name(a, by.name)}
            if len(set(calls)) > 1 or len(places) > 1:
                self.fail(f"by which argument of `{name.name}`?", Span(token.start, end), "write `h'_{1}(…)`")
            args: list[Node] = [Known(by.start, by.end, a) for a in calls[0].args]
            return Call(token.start, end, name.name, args, 1, places.pop() + 1)
        return Call(token.start, end, name.name, [by], 1)

    @property
    def applied(self) -> list[Apply]:
        """The applications of functions that the block has, in whose arguments a derivative is printed."""
        return [e for e in self.scope.applied if isinstance(e, Apply)]

    def _under_partial(self) -> Name:
        if not self.is_partial():
            self.unexpected("a derivative `\\frac{\\partial l}{\\partial \\mathbf{y}}`")
        opening = self.next()
        self.i += 1
        node = self.variable()
        if not isinstance(node, Name) or self.token.kind != "}":
            self.fail("a name is expected behind `\\partial`", Span(opening.start, self.token.end))
        self.i += 1
        return node

    def variable(self) -> Node:
        """A name, also of a function; `latex_operands` knows."""
        raise NotImplementedError

    # -- bars

    def bars(self) -> Node:
        """`|X|`: the determinant of a matrix, the absolute value of a scalar."""
        opening = self.token
        arg, closing = self._between("bar", r"\lvert … \rvert")
        return Call(opening.start, closing.end, "|", [arg])

    def norm(self) -> Node:
        r"""`\|x\|`, `\lVert X \rVert_F`, its index also behind a superscript."""
        opening = self.token
        arg, closing = self._between("norm", r"\lVert … \rVert")
        which, end = "", closing.end
        if self.token.kind == "^" and self._index_behind():
            self.i += 1
            marks = self.superscript()
            which, end = self._norm_index()
            return Post(opening.start, end, self._norm(opening.start, end, arg, which), marks)
        if self.token.kind == "_":
            which, end = self._norm_index()
        return self._norm(opening.start, end, arg, which)

    def _norm(self, start: int, end: int, arg: Node, which: str) -> Node:
        if which not in ("", "1", "2", "F"):
            self.fail(
                f"no norm with the index `{which}`", Span(start, end),
                r"norms are `\|e\|`, `\|e\|_F` and `\|e\|_1`",
            )  # fmt: skip
        return Norm(start, end, arg, which)

    def _index_behind(self) -> bool:
        """Whether an index follows the superscript that is next."""
        at = self.i + 1
        if self.tokens[at].kind == "{":
            level = 0
            while self.tokens[at].kind != "end":
                level += (self.tokens[at].kind == "{") - (self.tokens[at].kind == "}")
                if level == 0:
                    break
                at += 1
        return at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "_"

    def _norm_index(self) -> tuple[str, int]:
        """The index of a norm, in whatever font."""
        self.i += 1
        braces = 0
        text = ""
        while True:
            token = self.token
            if token.kind == "{":
                braces += 1
            elif token.kind == "}":
                braces -= 1
            elif token.kind in ("letter", "number", ",", "*", "+"):
                text += token.text[:1] if not braces else token.text
                if token.kind == "number" and not braces and len(token.text) > 1:
                    self.fail("two numbers: the index and a factor?", token.span, "set the index in braces")
            elif token.kind == "command" and (token.text in WORD_FONTS or token.text in LETTER_FONTS):
                self.i += 1
                continue
            elif token.kind == "command":
                text += f"\\{token.text}"
            else:
                self.unexpected("the index of a norm")
            self.i += 1
            if braces <= 0:
                return word_index(text), token.end

    def _between(self, kind: str, usage: str) -> tuple[Node, Token]:
        opening = self.next()
        if opening.side in ("right", "close"):
            self.fail(f"`{self.written(opening)}` closes nothing", opening.span)
        self.down(opening)
        plain = opening.side == ""
        outer = self.open
        # a bar inside explicit ones opens: their end is told by its side
        self.open = [*outer, kind] if plain else [*outer, ""]
        arg = self.expression()
        self.open = outer
        closing = self.token
        fits = closing.kind == kind and closing.side == {"left": "right", "open": "close", "": ""}[opening.side]
        if not fits and not (closing.kind == kind and opening.side != "left" and closing.side in ("close", "")):
            if closing.kind in ("end", ")", "}", ",", ">", kind):
                self.fail(f"this `{self.written(opening)}` is never closed", opening.span, f"write `{usage}`")
            self.unexpected()
        self.i += 1
        self.depth -= 1
        return arg, closing

    def inner(self) -> Node:
        r"""`\langle a, b \rangle`."""
        opening = self.next()
        self.down(opening)
        outer, self.open = self.open, []
        left = self.expression()
        if self.token.kind != ",":
            self.unexpected("`,`")
        self.i += 1
        right = self.expression()
        self.open = outer
        if self.token.kind != ">":
            self.unexpected(r"`\rangle`")
        end = self.next().end
        self.depth -= 1
        if self.token.kind == "_":
            which, end = self._norm_index()
            if which not in ("F", "2"):
                self.fail(f"no scalar product with the index `{which}`", Span(opening.start, end))
        return Call(opening.start, end, "inner", [left, right])


_INDEX = {"log": r"the logarithm is the natural one; another is `\log(x) / \log(2)`"}


def _is_name(e: Expr, name: str) -> bool:
    return isinstance(e, (Sym, Named)) and e.name == name


def _stands_for(e: Apply, name: str) -> bool:
    return any(_is_name(a, name) for a in e.args)
