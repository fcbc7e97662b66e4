"""What stands below a letter in LaTeX: an index that is part of a name, or the sizes of a constant.

In: the reader behind a letter or word. Out: the index as text, or the constant matrix that it makes. Between
`latex_calls` (what is applied) and `latex_operands` (names).
"""

from __future__ import annotations

from ..errors import Span
from .calls import size_names
from .latex_calls import Calls
from .latex_lexer import LETTERS, Token
from .latex_names import LETTER_FONTS, WORD_FONTS, word_index
from .latex_numbers import number
from .syntax import Call, Name, Node, Product
from .undeclared import constant

#: Constant matrices by their letters.
_CONSTANTS = {"I": "eye", "K": "commutation", "S": "selection"}


class Indices(Calls):
    """Reads indices, and constants by them."""

    def _filled(self, inner: list[Token], place: Token) -> Node:
        r"""`\mathbf{1}`, `\mathbf{0}_{m \times n}`; without a size, of the size that fits."""
        digit = inner[0].text
        if len(inner) > 1 or digit not in ("0", "1"):
            self.fail("a bold number is 0 or 1", place.span)
        if self.token.kind != "_":
            return Call(place.start, place.end, "vector", [number(digit, place.span)])
        dims, end = self._dims()
        if len(dims) > 2:
            self.fail("at most two dimensions", Span(place.start, end))
        return self._sized("ones" if digit == "1" else "zeros", dims, place.start, end)

    def _constant(self, base: str, start: int) -> Node | None:
        """I_n, K_{m,n} and, in printed lines, S_n: constant matrices, where no variable is named so."""
        if base not in ("I", "K", "S"):
            return None
        here = self.i
        index, end = self._index()
        if self.names.find(base, index) or (base != "I" and self.names.find(base) and not self.scope.printed):
            return None
        if base == "I" and not self.scope.printed and index.isalnum():
            constant(self.scope, f"I_{index}", Span(start, end))
        if base == "S" and not self.scope.printed:
            return None
        if base == "K" and "," not in index:
            return None
        self.i = here
        dims, end = self._dims()
        if len(dims) != 1 + (base == "K"):
            return None
        return self._sized(_CONSTANTS[base], dims, start, end)

    def constant_apart(self, base: str, place: Token) -> Node | None:
        r"""`\mathcal{I}`, `\mathcal{K}_{m,n}`: how printed lines set constants where the block has a name of their letter."""
        if base == "I" and self.token.kind != "_":
            return Name(place.start, place.end, "eye")
        if base not in _CONSTANTS or self.token.kind != "_":
            return None
        here = self.i
        dims, end = self._dims()
        if len(dims) == 1 + (base == "K"):
            return self._sized(_CONSTANTS[base], dims, place.start, end)
        self.i = here
        return None

    def _sized(self, name: str, dims: list[Node], start: int, end: int) -> Node:
        for node in dims:
            self.scope.sizes |= size_names(node)
        return Call(start, end, name, dims)

    def _dims(self) -> tuple[list[Node], int]:
        r"""An index that is sizes: `_n`, `_{m \times n}`, `_{m,n}`."""
        self.i += 1
        if self.token.kind != "{":
            used = dict(self.scope.used)
            node = self.argument("a dimension")
            self.scope.used = used
            return [node], node.end
        opening = self.next()
        used = dict(self.scope.used)
        found = [self._dim()]
        while self.token.kind == "," or self.is_command("times"):
            self.i += 1
            found.append(self._dim())
        self.scope.used = used
        if self.token.kind != "}":
            self.fail("a dimension is a name or a positive integer", Span(opening.start, self.token.end))
        return found, self.next().end

    def _dim(self) -> Node:
        factors: list[tuple[str, Node]] = []
        while self.token.kind in ("letter", "number", "command") and not self.is_command("times"):
            factors.append(("*", self.operand()))
        if not factors:
            self.unexpected("a dimension")
        if len(factors) == 1:
            return factors[0][1]
        return Product(factors[0][1].start, factors[-1][1].end, factors)

    def _raw(self) -> tuple[str, int]:
        """The text in the braces behind a word's command, and where it ends."""
        if self.token.kind != "{":
            token = self.token
            if token.kind not in ("letter", "command"):
                self.unexpected("a word in braces")
            self.i += 1
            return token.text, token.end
        opening = self.next()
        parts: list[str] = []
        before = opening.end
        while self.token.kind not in ("}", "end"):
            token = self.next()
            if token.kind in ("{", "^"):
                self.fail("a word in braces is letters and digits", token.span)
            gap = " " if parts and token.start > before and self.scope.text[before].isspace() else ""
            parts.append(gap + token.text)
            before = token.end
        if self.token.kind == "end":
            self.fail("a brace is never closed", opening.span)
        return "".join(parts).strip(), self.next().end

    def _index(self) -> tuple[str, int]:
        """An index behind a letter, as text."""
        self.i += 1
        token = self.token
        if token.kind == "number" and len(token.text) > 1:
            node = self.digit()
            return token.text[0], node.end
        if token.kind in ("letter", "number"):
            self.i += 1
            return token.text, token.end
        if token.kind == "command":
            self.i += 1
            if token.text in LETTERS:
                return LETTERS[token.text], token.end
            if token.text in WORD_FONTS or token.text in LETTER_FONTS:
                text, end = self._raw()
                return word_index(text), end
            self.i -= 1
        if token.kind != "{":
            self.unexpected("an index")
        self.i += 1
        parts: list[str] = []
        while self.token.kind not in ("}", "end"):
            inner = self.next()
            if inner.kind == "command" and inner.text in (WORD_FONTS | LETTER_FONTS.keys()):
                parts.append(self._raw()[0])
            elif inner.kind == "command" and inner.text in LETTERS:
                parts.append(LETTERS[inner.text])
            elif inner.kind in ("letter", "number", ","):
                parts.append(inner.text)
            else:
                self.fail("an index is letters and digits", inner.span)
        text = word_index("".join(parts))
        if self.token.kind == "end" or not text:
            self.fail("an index is letters and digits in braces", Span(token.start, self.token.end))
        return text, self.next().end

    def _upper(self, base: str) -> str:
        r"""An upper mark behind a letter, `^{(2)}` or `^\star`, where one is next; what else stands there is left."""
        at = self.i
        if self.tokens[at].kind != "^" or (base == "pi" and not self.names.find("pi")):
            return ""
        group = self.tokens[at + 1].kind == "{"
        first = at + 1 + group
        if self.tokens[first].text == "star" and self.tokens[first].kind == "command":
            return self._take_upper("star", at, first, group=group)
        if not group or self.tokens[first].kind != "(":
            return ""
        last = first + 1
        while self.tokens[last].kind not in (")", "}", "end", "("):
            last += 1
        inner = self.tokens[first + 1 : last]
        if self.tokens[last].kind != ")" or not any(t.kind in ("letter", "number", "command") for t in inner):
            return ""
        words = [
            LETTERS.get(t.text, "") if t.kind == "command" else t.text if t.kind in ("letter", "number") else ""
            for t in inner
        ]
        if all(words) and "".join(words).isalnum():
            shape = "[]" if self.tokens[first].text == "[" else "()"
            return self._take_upper(f"{shape[0]}{''.join(words)}{shape[1]}", at, last, group=True)
        if (
            self.tokens[last + 1].kind == "}"
            and any(t.kind in ("letter", "command") for t in inner)
            and not self.scope.printed
        ):
            self.fail(
                "an upper mark is letters and digits", Span(self.tokens[first].start, self.tokens[last].end),
                "a power is written without the brackets, `x^{k+1}`",
            )  # fmt: skip
        return ""

    def _take_upper(self, mark: str, start: int, last: int, *, group: bool) -> str:
        """Take the tokens of a mark out; a transposition or primes in the same group stay as one of their own."""
        rest: list[Token] = []
        end = last
        if group:
            while self.tokens[end + 1].kind not in ("}", "end"):
                end += 1
            rest = self.tokens[last + 1 : end + 1]
            end += 1
        if rest and all(t.text == "prime" for t in rest):
            rest = [t._replace(kind="'") for t in rest]
        elif rest:
            brace = self.tokens[last]
            rest = [brace._replace(kind="^", text="^"), brace._replace(kind="{", text="{"), *rest, self.tokens[end]]
        self.upper_end = self.tokens[last].end if rest else self.tokens[end].end
        self.tokens[start : end + 1] = rest
        return mark

    def _use(self, name: str, start: int, end: int) -> Node:
        self.scope.used.setdefault(name, Span(start, end))
        return Name(start, end, name)
