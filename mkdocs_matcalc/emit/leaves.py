"""The smallest formulas: numbers, names, sizes and constant matrices, with the brackets that all others use."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

from ..expr.atoms import Commutation, Constant, Eye, Named, Num, Ones, Selection, Size, Sym
from ..expr.node import Expr
from ..expr.shape import ONE, SCALAR, Dim, Shape, is_scalar, kind
from .names import has_upper, latex_dim, latex_name, raised, unicode_name
from .style import ATOM, POSTFIX, PRODUCT, SUM, Style

Piece = tuple[str, int]
#: The letters of constant matrices, and what stands for them where the author has a name of that letter.
_LETTERS: dict[type[Expr], tuple[str, str]] = {Eye: ("I", "ℐ"), Commutation: ("K", "𝒦"), Selection: ("S", "𝒮")}


class Leaves:
    """Names, numbers and constant matrices in one style; what is made of them comes in subclasses."""

    #: How each node type prints; filled in where all of them are known.
    table: ClassVar[dict[type[Expr], Callable[[Any, Any], Piece]]] = {}

    def __init__(self, style: Style, kept: dict[Expr, Piece] | None = None) -> None:
        """`kept` holds what was printed: a line prints most of what the line above did."""
        self.kept = {} if kept is None else kept
        self.style = style
        self.latex = style.name == "latex"
        self.unicode = style.name == "unicode"

    def __call__(self, e: Expr) -> str:
        return self.piece(e)[0]

    def piece(self, e: Expr) -> Piece:
        """An expression's text and how tightly it binds."""
        found = self.kept.get(e)
        if found is None:
            found = self.kept[e] = self.table[type(e)](self, e)
        return found

    def at(self, e: Expr, level: int) -> str:
        """An expression, in brackets where it binds less tightly than `level`."""
        text, binds = self.piece(e)
        return text if binds >= level else self.bracket(text)

    def bracket(self, text: str) -> str:
        """In brackets; LaTeX ones grow with a fraction inside."""
        if self.latex and (r"\frac" in text or r"\sqrt" in text):
            return rf"\left({text}\right)"
        return f"({text})"

    # -- leaves -----------------------------------------------------------------

    def num(self, e: Num) -> Piece:
        return self.number(e.value)

    def number(self, value: Fraction) -> Piece:
        sign = self.style.minus if value < 0 else ""
        top, bottom = abs(value.numerator), value.denominator
        if bottom == 1:
            return f"{sign}{top}", SUM if sign else ATOM
        return sign + self.style.number.format(top, bottom), SUM if sign else ATOM if self.latex else PRODUCT

    def constant(self, e: Constant) -> Piece:
        return self.name(e.name, e), ATOM

    def name(self, name: str, e: Expr) -> str:
        if self.latex:
            return latex_name(name, kind(e.shape))
        return unicode_name(name) if self.unicode else name

    def function(self, name: str, gives: Shape = SCALAR) -> str:
        """A function's name; bold in LaTeX where its values are vectors or matrices."""
        if self.latex:
            return latex_name(name, "function" if is_scalar(gives) else kind(gives))
        return unicode_name(name) if self.unicode else name

    def primed(self, name: str, count: int) -> str:
        """A function's name with the primes of its derivative."""
        if self.latex and count and has_upper(name):
            return raised(name, r"\prime" * count)
        return name + self.style.prime * count

    def sym(self, e: Sym | Named) -> Piece:
        text = self.name(e.name, e)
        return text, POSTFIX if self.latex and has_upper(text) else ATOM

    def dim(self, d: Dim) -> str:
        if self.latex:
            return latex_dim(str(d))
        return "*".join(unicode_name(n) if self.unicode else n for n in str(d).split(" "))

    def size(self, e: Size) -> Piece:
        return self.dim(e.dim), ATOM if len(e.dim.names) == 1 and e.dim.coef == 1 else PRODUCT

    def letter(self, e: Eye | Commutation | Selection) -> str:
        """The letter of a constant matrix, of another kind where the author has a name of that letter."""
        usual, apart = _LETTERS[type(e)]
        if self.latex:
            return rf"\mathcal{{{usual}}}" if e.apart else rf"\mathbf{{{usual}}}"
        return apart if e.apart else usual

    def eye(self, e: Eye) -> Piece:
        d = self.dim(e.shape[0])
        if self.latex:
            return f"{self.letter(e)}_{{{d}}}", ATOM
        return (self.letter(e) if self.unicode else f"eye({d})"), ATOM

    def filled(self, e: Expr) -> Piece:
        rows, cols = e.shape
        one = isinstance(e, Ones)
        if self.latex or self.unicode:
            digit = ("𝟏" if one else "𝟎") if self.unicode else rf"\mathbf{{{1 if one else 0}}}"
            if cols is ONE:
                return (digit if self.unicode else f"{digit}_{{{self.dim(rows)}}}"), ATOM
            if rows is ONE:
                base = digit if self.unicode else f"{digit}_{{{self.dim(cols)}}}"
                return self.style.transpose.format(base), POSTFIX
            by = " × " if self.unicode else r" \times "
            size = f"{self.dim(rows)}{by}{self.dim(cols)}"
            return (f"{digit}({size})" if self.unicode else f"{digit}_{{{size}}}"), ATOM
        word = "ones" if one else "zeros"
        if cols is ONE:
            return f"{word}({self.dim(rows)})", ATOM
        return f"{word}({self.dim(rows)}, {self.dim(cols)})", ATOM

    def commutation(self, e: Commutation) -> Piece:
        r, c = self.dim(e.rows), self.dim(e.cols)
        if self.latex:
            return f"{self.letter(e)}_{{{r},{c}}}", ATOM
        return (f"{self.letter(e)}({r},{c})" if self.unicode else f"commutation({r}, {c})"), ATOM

    def selection(self, e: Selection) -> Piece:
        d = self.dim(e.dim)
        if self.latex:
            return f"{self.letter(e)}_{{{d}}}", ATOM
        return (f"{self.letter(e)}({d})" if self.unicode else f"selection({d})"), ATOM
