"""What an operand can be in LaTeX: names in their fonts, numbers, functions, brackets, bars, fractions.

In: the tokens of a formula at an operand. Out: its syntax node. `LatexParser` is the whole reader;
its operators are in `latex`.
"""

from __future__ import annotations

from ..errors import Span
from . import latex_held
from .latex import inside
from .latex_indices import Indices
from .latex_lexer import LETTERS, Token
from .latex_names import ACCENTS, COMMANDS, FUNCTIONS, HINTS, LETTER_FONTS, OVER, WORD_FONTS
from .latex_numbers import decimal, number
from .scope import Scope
from .syntax import Call, Mark, Name, Node, Post, Product

_FRACTIONS = frozenset(("frac", "tfrac", "dfrac", "cfrac"))


class LatexParser(Indices):
    """Reads one formula."""

    def operand(self) -> Node:
        """A name, number, call, bracket or fraction."""
        token = self.token
        kind = token.kind
        if kind == "letter":
            return self._letters()
        if kind == "number" and token.text in ("0", "1") and self.tokens[self.i + 1].kind == "_":
            self.i += 1
            return self._filled([token], token)
        if kind == "number":
            return decimal(self)
        if kind == "{":
            return self.group()
        if kind == "(":
            if latex_held.is_primed(self):
                return latex_held.primed(self)
            found = self.bracket()
            if len(found) > 1:
                self.fail("a list stands in the arguments of a function only", found[1].span)
            return found[0]
        if kind in ("bar", "norm"):
            return self.bars() if kind == "bar" else self.norm()
        if kind == "<":
            return self.inner()
        if kind == "command":
            return self._command()
        return self.unexpected("an operand")

    def single(self) -> Node:
        """One letter, in its font."""
        token = self.token
        if token.kind == "letter":
            self.i += 1
            return self._use(self.names.name(token.text, "", "plain", token.span), token.start, token.end)
        return self.operand()

    # -- commands

    def _command(self) -> Node:
        token = self.token
        name = token.text
        if name in _FRACTIONS:
            return self._fraction()
        if name == "sqrt":
            return self._root()
        if name in LETTERS and not (name == "ell" and not self.names.find("ell") and self.names.find("l")):
            self.i += 1
            font = "variant" if name.startswith("var") else "plain"
            return self._named(LETTERS[name], font, token)
        if name == "ell":
            self.i += 1
            return self._named("l", "plain", token)
        if name == "vec" and self.tokens[self.i + 1].kind == "(":
            self.i += 1
            return self.function("vec", token)
        if name in OVER:
            return self._accented("plain")
        if name in LETTER_FONTS:
            return self._font()
        if name in WORD_FONTS:
            return self._word()
        if name in COMMANDS:
            self.i += 1
            return self.function(COMMANDS[name], token)
        hint = HINTS.get("overline" if name in ACCENTS else name, "")
        return self.fail(f"`\\{name}` is not part of the language", token.span, hint)

    def is_function(self) -> bool:
        """Whether a function's name is next."""
        token = self.token
        if token.kind != "command":
            return False
        if token.text in COMMANDS:
            return True
        if token.text in WORD_FONTS:
            here = self.i
            self.i += 1
            word = self._raw()[0]
            self.i = here
            return word in FUNCTIONS and word not in self.names.known
        return False

    def _fraction(self) -> Node:
        token = self.next()
        self.down(token)
        if self.is_partial():
            self.depth -= 1
            return self.partial(token)
        top = self.argument()
        bottom = self.argument()
        self.depth -= 1
        return Product(token.start, bottom.end, [("*", top), ("/", bottom)])

    def _root(self) -> Node:
        token = self.next()
        self.down(token)
        degree: Node | None = None
        if self.token.kind == "(" and self.token.text == "[":
            degree = self.bracket()[0]
        arg = self.argument()
        self.depth -= 1
        if degree is None:
            return Call(token.start, arg.end, "sqrt", [arg])
        over = Product(degree.start, degree.end, [("*", number("1", degree.span)), ("/", degree)])
        return Post(token.start, arg.end, arg, [Mark(".^", arg.end, over)])

    # -- names

    def variable(self) -> Node:
        """A name, also of a function, without what stands behind it."""
        functions, self.scope.functions = self.scope.functions, set()
        node = self.operand()
        self.scope.functions = functions
        return node

    def _letters(self) -> Node:
        """A letter, or the letters of a longer name that is known."""
        first = self.token
        run = [t.text for t in self._adjacent()]
        count = self.names.run("".join(run))
        self.i += count
        base = "".join(run[:count])
        last = self.tokens[self.i - 1]
        token = Token("letter", base, first.start, last.end)
        if count > 1:
            return self._named(base, "plain", token, whole=True)
        if base == "e" and self.token.kind == "^" and not self.names.find("e"):
            return self._exponential(token)
        if base == "d" and self.scope.differentials and not self.names.find("d") and self.begins(self.token):
            return self.differential(token)
        return self._named(base, "plain", token)

    def _adjacent(self) -> list[Token]:
        """Letters, digits and underscores that stand without a space between them."""
        found = [self.token]
        while len(found) < self.names.longest:
            token = self.tokens[self.i + len(found)]
            if token.start != found[-1].end or token.kind not in ("letter", "number", "_"):
                break
            found.append(token)
            if token.kind == "number" and len(token.text) > 1:
                break
        return found

    def _exponential(self, token: Token) -> Node:
        """`e^{…}` where no e is known."""
        self.i += 1
        self.down(token)
        marks = self.superscript()
        self.depth -= 1
        base = self._use("e", token.start, token.end)
        return Post(token.start, marks[-1].end, base, marks)

    def _accented(self, font: str) -> Node:
        r"""`\hat{y}`, `\bar{\mathbf{x}}`: a letter with an accent is a name of its own, y_hat."""
        token = self.next()
        braces = self.token.kind == "{"
        self.i += braces
        inner = self.token
        if inner.kind == "command" and inner.text in LETTER_FONTS:
            font = LETTER_FONTS[inner.text]
            self.i += 1
            letters, end = self._raw()
        elif inner.kind == "letter" or (inner.kind == "command" and inner.text in LETTERS):
            self.i += 1
            letters, end = inner.text, inner.end
        else:
            letters, end = "", inner.end
        letters = LETTERS.get(letters, letters)
        index = ""
        if braces:
            if self.token.kind == "_":
                index, end = self._index()
            if self.token.kind != "}":
                letters = ""
            end = self.next().end
        if not letters or not (len(letters) == 1 or letters in LETTERS):
            self.fail(f"one letter is expected below `\\{token.text}`", Span(token.start, end))
        place = Token("letter", letters, token.start, end)
        return self._named(letters, font, place, accent=OVER[token.text], index=index)

    def _font(self) -> Node:
        r"""`\mathbf{x}`: one letter, or several that are factors unless they are a known name."""
        token = self.next()
        font = LETTER_FONTS[token.text]
        braces = self.token.kind == "{"
        inner: list[Token] = []
        if braces:
            self.i += 1
            if self.token.kind == "command" and self.token.text in OVER:
                node = self._accented(font)
                if self.token.kind != "}":
                    self.fail("one letter is expected in these braces", Span(token.start, self.token.end))
                self.i += 1
                return self.marked(inside(node, token.start, self.tokens[self.i - 1].end))
            while self.token.kind in ("letter", "number", "_") or (
                self.token.kind == "command" and self.token.text in LETTERS
            ):
                inner.append(self.next())
            if self.token.kind != "}" or not inner:
                if self.token.kind == "end":
                    self.fail("a brace is never closed", token.span)
                self.fail(
                    f"letters are expected in the braces of `\\{token.text}`",
                    Span(token.start, max(self.token.end, token.end)),
                )
            self.i += 1
        elif self.token.kind in ("letter", "number") or (self.token.kind == "command" and self.token.text in LETTERS):
            if self.token.kind == "number" and len(self.token.text) > 1:
                inner = [self.token._replace(text=self.token.text[0])]
                self.digit()
            else:
                inner = [self.next()]
        else:
            self.unexpected("a letter")
        place = Token("letter", "", token.start, self.tokens[self.i - 1].end)
        if inner[0].kind == "number":
            return self._filled(inner, place)
        if font == "calligraphic" and self.scope.printed:
            constant = self.constant_apart("".join(t.text for t in inner), place)
            if constant is not None:
                return constant
        if font == "blackboard":
            self.fail("a space is no operand", place.span, HINTS["mathbb"])
        parts = [LETTERS.get(t.text, t.text) if t.kind == "command" else t.text for t in inner]
        whole = "".join(parts)
        if len(parts) == 1 or whole in self.names.known:
            return self._named(whole, font, place, whole=len(parts) > 1)
        if "_" in parts or inner[-1].kind == "number":
            base, _, index = whole.partition("_") if "_" in parts else (parts[0], "", whole[len(parts[0]) :])
            return self._use(self.names.name(base, index, font, place.span), place.start, place.end)
        if self.token.kind in ("^", "_", "'"):
            self.fail(
                f"`{whole}` is not declared, and what stands behind several letters belongs to which?",
                Span(place.start, self.token.end), f"set each letter by itself: `\\{token.text}{{{parts[0]}}} …`",
            )  # fmt: skip
        nodes = [
            ("*", self._use(self.names.name(part, "", font, t.span), t.start, t.end))
            for part, t in zip(parts, inner, strict=True)
        ]
        return Product(place.start, place.end, nodes)

    def _word(self) -> Node:
        r"""`\operatorname{tr}`, `\mathrm{abc}`, `\mathrm{d}`: a function, a name, a differential."""
        command = self.next()
        word, end = self._raw()
        token = Token("letter", word, command.start, end)
        if not word or not word.replace("_", "a").isalnum() or not word[0].isalpha() or not word.isascii():
            self.fail("a name is a letter followed by letters, digits and `_`", token.span)
        known = word in self.names.known
        if word == "d" and self.scope.differentials and command.text == "mathrm":
            return self.differential(token)
        if word == "d" and not known and self.begins(self.token):
            self.fail("a differential stands in a goal only", token.span, "a variable `d` is written `d`")
        if word == "e" and not known and self.token.kind == "^":
            return self._exponential(token)
        if not known and word in FUNCTIONS:
            return self.function(FUNCTIONS[word], token)
        if self.token.kind == "(" and not known and not self.names.find(word):
            self.scope.refuse_unknown_function(word, token.span)
        base, _, index = word.partition("_")
        if index and not known:
            return self._use(self.names.name(base, index, "plain", token.span), token.start, token.end)
        return self._named(word, "plain", token, whole=known and "_" in word)

    def _named(
        self, base: str, font: str, token: Token, *, whole: bool = False, accent: str = "", index: str = ""
    ) -> Node:
        """A letter or word with its index and upper mark: a name, a call, or a constant matrix."""
        start, end = token.start, token.end
        if self.token.kind == "_" and not whole and not index:
            here = self.i
            constant = self._constant(base, start)
            if constant is not None:
                return constant
            self.i = here
            index, end = self._index()
        upper = self._upper(base)
        if upper:
            end = self.upper_end
            if self.token.kind == "_" and not whole and not index:
                index, end = self._index()
        span = Span(start, end)
        if base == "I" and not (index or accent or upper) and not self.names.find("I"):
            self.scope.used.setdefault("I", span)
            return Name(start, end, "I")
        plain = whole and not (accent or upper)
        name = base if plain else self.names.name(base, index, font, span, accent, upper)
        if name in self.scope.functions:
            return self.abstract(name, start, end)
        if name in self.scope.arguments and self.token.kind == "(":
            return self.applied_definition(name, span)
        return self._use(name, start, end)


def formula(scope: Scope, start: int, end: int) -> Node:
    """What stands between dollar signs, itself one operand; the signs are part of its place."""
    dollars = 2 if scope.text.startswith("$$", start) and end - start > 3 else int(scope.text[start : start + 1] == "$")
    return inside(LatexParser(scope, start + dollars, end - dollars).formula(), start, end)
