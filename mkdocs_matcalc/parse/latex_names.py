"""Names and words of LaTeX, and which names and functions of the language they are.

In: a letter or word with its index and the font it is set in. Out: the name in the block language.
Promised: a known name that is printed in this way is found however it is written (`W_1` and `W1`
are both printed W with the index 1); letters that differ in their font only are not taken for one
name; a bold letter that nobody declared is not taken for a scalar.
"""

from __future__ import annotations

import re

from ..errors import Span
from ..expr.naming import Parts, parts, parts_joined
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
#: What stands over a letter, and the word that the name has for it.
OVER = {"hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "dot": "dot"}
#: What stands over a letter and is no part of a name.
ACCENTS = frozenset(("overline", "underline", "ddot", "check", "breve"))

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

#: Capital Greek letters that look Latin and are printed so.
_LATIN = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip


def key(name: str) -> Parts:
    """A name as it is printed: its letters, index, accent and mark (`W1`, `W_1` → W, 1; `x_train` → x, train)."""
    found = parts(name)
    return found._replace(letters=_LATIN.get(found.letters, found.letters))


class Names:
    """The names of a block by how they are printed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.known = {*scope.names, *scope.definitions, *scope.functions, *scope.sizes}
        self._by_key: dict[Parts, list[str]] = {}
        for name in sorted(self.known, key=lambda n: (n in scope.sizes and n not in scope.names, n)):
            self._by_key.setdefault(key(name), []).append(name)
        self._written: dict[Parts, str] = {}
        for name in sorted(scope.written - self.known):
            self._written.setdefault(key(name), name)
        self.longest = max((len(name) for name in self.known), default=1)

    def find(self, base: str, index: str = "", accent: str = "", upper: str = "") -> str:
        """The known name that is printed so, or one that the block has elsewhere; empty where there is none."""
        literal = parts_joined(Parts(base, index, accent, upper))
        if literal in self.known:
            return literal
        where = key(literal)
        found = self._by_key.get(where)
        return found[0] if found else self._written.get(where, "")

    def name(self, base: str, index: str, font: str, span: Span, accent: str = "", upper: str = "") -> str:
        """The name in the language; a new one where none is known."""
        scope = self.scope
        name = self.find(base, index, accent, upper)
        if not name:
            name = self._new(Parts(base, index, accent, upper), font, span)
        if not scope.differentials:
            before, place = scope.fonts.setdefault(name, (font, span))
            if before != font:
                scope.fail(
                    f"`{scope.text[span.start : span.end]}` and `{scope.text[place.start : place.end]}`: "
                    f"one name in two fonts ({font} and {before})",
                    span, f"the language has one name `{name}`; give one of them another letter",
                )  # fmt: skip
        return name

    def _new(self, made: Parts, font: str, span: Span) -> str:
        scope, base, index = self.scope, made.letters, made.below
        if index and not re.fullmatch(r"[A-Za-z0-9]+(?:, [A-Za-z0-9]+)*", index):
            scope.fail("an index is letters and digits", span)
        name = scope.distinct(parts_joined(made))
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
    "overline": "accents that are part of a name are `\\hat`, `\\bar`, `\\tilde` and `\\dot`",
    "le": "an expression stands between dollar signs",
    "in": "declarations stand outside dollar signs: `let x in R^n`",
}  # fmt: skip
