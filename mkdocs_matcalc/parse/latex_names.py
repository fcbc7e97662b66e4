"""Names and words of LaTeX, and which names and functions of the language they are.

In: a letter or word with its index and the font it is set in. Out: the name in the block language.
Promised: a known name that is printed in this way is found however it is written (`W_1` and `W1`
are both printed W with the index 1); letters that differ in their font only are not taken for one
name; a bold letter that nobody declared is not taken for a scalar.
"""

from __future__ import annotations

import re

from ..errors import Span
from .calls import BUILTINS, PRINTED, SIZED
from .lexer import GREEK_NAMES
from .scope import Scope

#: Fonts of letters; the value is what tells letters apart that are the same otherwise.
LETTER_FONTS = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "vec": "bold", "mathbfit": "bold", "symbf": "bold",
    "mathcal": "calligraphic", "mathscr": "calligraphic", "mathfrak": "Gothic", "mathbb": "blackboard",
    "mathnormal": "plain",
}  # fmt: skip
#: Fonts of words.
WORD_FONTS = frozenset(("mathrm", "operatorname", "text", "textrm", "textit", "textsf", "textbf", "mathit", "mathsf", "mathtt", "rm"))  # fmt: skip
#: What stands over a letter and is no part of a name.
ACCENTS = frozenset(
    ("hat", "widehat", "tilde", "widetilde", "bar", "overline", "underline", "dot", "ddot", "check", "breve")
)

#: Functions that have another name in LaTeX.
_OTHER = {
    "Tr": "tr", "trace": "tr", "Trace": "tr", "ln": "log", "Diag": "diag", "vect": "vec", "sgn": "sign", "ReLU": "relu",
    "Det": "det", "lse": "logsumexp", "LSE": "logsumexp", "adjugate": "adj", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "Softmax": "softmax", "Log": "log",
}  # fmt: skip
#: Functions by their word; the printer's own words are among them.
FUNCTIONS = {name: name for name in (*BUILTINS, *PRINTED) if name not in SIZED and name.isidentifier()} | _OTHER
#: Functions that are commands of LaTeX or macros that authors give themselves; the others mean something else there.
COMMANDS = {
    name: of
    for name, of in FUNCTIONS.items()
    if name not in ("sqrt", "vec", "matrix", "vector", "sum", "dot", "inner", "step")
}

_PARTS = re.compile(r"([^\W\d_]+)(\d*)((?:_\w*)?)\Z")
#: Capital Greek letters that look Latin and are printed so.
_LATIN = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip

Key = tuple[str, str]


def key(name: str) -> Key:
    """A name as it is printed: its letters and its index (`W1`, `W_1` → W, 1; `x_train` → x, train)."""
    m = _PARTS.match(name)
    if not m:
        return name, ""
    return _LATIN.get(m[1], m[1]), ", ".join(part for part in (m[2], *m[3].split("_")) if part)


class Names:
    """The names of a block by how they are printed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.known = {*scope.names, *scope.definitions, *scope.functions, *scope.sizes}
        self._by_key: dict[Key, list[str]] = {}
        for name in sorted(self.known, key=lambda n: (n in scope.sizes and n not in scope.names, n)):
            self._by_key.setdefault(key(name), []).append(name)
        self._written: dict[Key, str] = {}
        for name in sorted(scope.written - self.known):
            self._written.setdefault(key(name), name)
        self.longest = max((len(name) for name in self.known), default=1)

    def find(self, base: str, index: str = "") -> str:
        """The known name that is printed so, or one that the block has elsewhere; empty where there is none."""
        literal = f"{base}_{index}" if index else base
        if literal in self.known:
            return literal
        where = (_LATIN.get(base, base), index)
        found = self._by_key.get(where)
        return found[0] if found else self._written.get(where, "")

    def name(self, base: str, index: str, font: str, span: Span) -> str:
        """The name in the language; a new one where none is known."""
        scope = self.scope
        name = self.find(base, index)
        if not name:
            name = self._new(base, index, font, span)
        if not scope.differentials:
            before, place = scope.fonts.setdefault(name, (font, span))
            if before != font:
                scope.fail(
                    f"`{scope.text[span.start : span.end]}` and `{scope.text[place.start : place.end]}`: "
                    f"one name in two fonts ({font} and {before})",
                    span, f"the language has one name `{name}`; give one of them another letter",
                )  # fmt: skip
        return name

    def _new(self, base: str, index: str, font: str, span: Span) -> str:
        scope = self.scope
        if index and not re.fullmatch(r"[A-Za-z0-9]+(?:, [A-Za-z0-9]+)*", index):
            scope.fail("an index is letters and digits", span)
        name = f"{base}_{index.replace(', ', '_')}" if index else base
        if index and self.find(base) in (*scope.names, *scope.definitions):
            scope.fail(
                f"`{name}` is not declared", span,
                f"entries of `{self.find(base)}` are not part of the language; a variable of its own is declared: `let {name} in …`",
            )  # fmt: skip
        if font == "bold" and (base in GREEK_NAMES or "a" <= base[0] <= "g"):
            scope.fail(
                f"`{name}` is set bold and is not declared; by its first letter it would be a scalar", span,
                f"declare it: `let {name} in R^n`",
            )  # fmt: skip
        return name

    def run(self, letters: str) -> int:
        """How many of the letters that stand side by side are one name: a longer known name, else one."""
        for length in range(min(len(letters), self.longest), 1, -1):
            if letters[:length] in self.known:
                return length
        return 1


def word_index(text: str) -> str:
    """The text of an index without its commas' spacing."""
    return ", ".join(part.strip() for part in text.split(",") if part.strip())


#: Commands that are refused with a word of advice.
HINTS = {
    "sum": "a sum over an index is not part of the language; the sum of all entries is `\\operatorname{sum}(\\mathbf{x})`, or `\\mathbf{1}^\\top \\mathbf{x}`",
    "prod": "a product over an index is not part of the language",
    "int": "an integral is not part of the language",
    "nabla": "the gradient is asked for with `d/dx` before the dollar signs",
    "partial": "the derivative is asked for with `d/dx` before the dollar signs",
    "max": "the greatest of zero and x is `\\operatorname{relu}(x)`",
    "pm": "write two goals, one a sign",
    "mp": "write two goals, one a sign",
    "begin": "explicit components are `[a, b; c, d]`, outside dollar signs",
    "left": "`\\left` stands before a bracket or bar",
    "cdots": "name what the dots stand for",
    "dots": "name what the dots stand for",
    "ldots": "name what the dots stand for",
    "dagger": "the transpose is `^\\top`; there are no complex matrices",
    "ast": "the product is written `A B`, `A \\cdot B`, entry by entry `A \\circ B`",
    "star": "the product is written `A B`, `A \\cdot B`, entry by entry `A \\circ B`",
    "mathbb": "spaces are declared with `let x in R^n`",
    "over": "a fraction is `\\frac{a}{b}`",
    "hat": "the language has no accents; write `x_{\\text{hat}}` for `x_hat`",
    "le": "an expression stands between dollar signs",
    "in": "declarations stand outside dollar signs: `let x in R^n`",
}  # fmt: skip
