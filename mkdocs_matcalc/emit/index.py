"""Lines by components as text: Σ with its indices, entries, Kronecker deltas, unevaluated derivatives.

In: a `Sum` of the engine. Out: its two sides in LaTeX, in the plain text of the block language as
far as it goes (`sum_ij x_i A_ij x_j`), or in Unicode for a terminal. An entry of a symbol is an
italic letter with indices, `A_ij`; that of anything else is the expression in brackets with indices.
`proof_rows` is the proof of a rule of the operator table, for the rule book.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ..engine.index_prove import operator, prove
from ..expr.atoms import Named, Sym
from ..expr.component import Component, Delta, Factor, Slope, Sum, Term, component
from ..expr.differential import Gradient
from ..expr.linear import is_reciprocal
from ..expr.matrix import Call
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial, Pow, reciprocal
from ..expr.shape import SCALAR, is_scalar
from ..expr.walk import substitute
from ..functions.table import TABLE
from ..rules.rule import Rule
from .names import has_upper, latex_name, unicode_name
from .printer import Printer
from .style import LATEX, POWER, TEXT, UNICODE, Style

if TYPE_CHECKING:
    from .steps import Row


class ComponentPrinter:
    """Prints lines by components in one style."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.whole = Printer(style)
        self.latex = style.name == "latex"
        self.unicode = style.name == "unicode"

    # -- sides of a line --------------------------------------------------------------

    def left(self, line: Sum) -> str:
        """The left side: f, ∂f/∂x_k."""
        return self.factor(line.left)

    def right(self, line: Sum) -> str:
        """The right side; a sum over indices that every term has stands before a bracket."""
        if not line.terms:
            return "0"
        first = line.terms[0].sums
        if len(line.terms) > 1 and first and all(t.sums == first for t in line.terms):
            inner = self.terms([Term(t.coef, t.factors) for t in line.terms])
            tall = self.latex and (r"\frac" in inner or r"\sum" in inner)
            bracket = rf"\left({inner}\right)" if tall else f"({inner})"
            return self.sigma(first) + bracket
        return self.terms(line.terms)

    def terms(self, terms: list[Term] | tuple[Term, ...]) -> str:
        """Terms with the signs between them."""
        minus = self.style.minus
        out = ""
        for n, t in enumerate(terms):
            body = self.term(Term(abs(t.coef), t.factors, t.sums))
            if n == 0:
                out = minus + body if t.coef < 0 else body
            else:
                out += f" {minus if t.coef < 0 else '+'} {body}"
        return out

    def sigma(self, sums: tuple[tuple[str, object], ...]) -> str:
        """The sign of a sum over indices."""
        letters = [i for i, _ in sums]
        if self.latex:
            return rf"\sum_{{{','.join(letters)}}} "
        return f"{'Σ' if self.unicode else 'sum'}_{self.subscript(letters)} "

    @staticmethod
    def subscript(letters: list[str] | tuple[str, ...]) -> str:
        """Indices in a line."""
        return "".join(letters) if all(len(i) == 1 for i in letters) else "{" + ",".join(letters) + "}"

    def term(self, t: Term) -> str:
        """A term without its sign."""
        above: list[tuple[Factor, int]] = []
        below: list[str] = []
        for f in dict.fromkeys(t.factors):
            count = t.factors.count(f)
            if isinstance(f, Component) and is_reciprocal(f.expr):
                below += [self.factor(_upright(f))] * count
            else:
                above.append((f, count))
        parts = [self.power(f, count) for f, count in above]
        top, bottom = abs(t.coef.numerator), t.coef.denominator
        if below:
            return self._sum_of(t) + self._quotient(top, parts, bottom, below)
        number = [] if t.coef == 1 and parts else [self.whole.number(abs(t.coef))[0]]
        return self._sum_of(t) + self.joined(number + parts)

    def _sum_of(self, t: Term) -> str:
        return self.sigma(t.sums) if t.sums else ""

    def _quotient(self, top: int, parts: list[str], bottom: int, below: list[str]) -> str:
        under = ([str(bottom)] if bottom != 1 else []) + below
        over = ([str(top)] if top != 1 or not parts else []) + parts
        if self.latex:
            return rf"\frac{{{self.joined(over)}}}{{{self.joined(under)}}}"
        over = [f"({part})" if "/" in part and not part.endswith(")") else part for part in over]
        bar = self.joined(under)
        return f"{self.joined(over)}/{f'({bar})' if len(under) > 1 else bar}"

    def joined(self, parts: list[str]) -> str:
        """Factors side by side."""
        if not self.latex:
            return " ".join(parts)
        out = parts[0]
        for before, text in pairwise(parts):
            out += (r" \cdot " if text[:1].isdigit() else r"\," if _wide(before) or _wide(text) else " ") + text
        return out

    # -- factors ------------------------------------------------------------------------

    def power(self, f: Factor, count: int) -> str:
        """Equal factors as a power."""
        text = self.factor(f)
        if count == 1:
            return text
        raised = f"{{{count}}}" if self.latex else str(count)
        plain = isinstance(f, Component) and isinstance(f.expr, (Sym, Named))
        closed = plain or (isinstance(f, Component) and f.indices and text.startswith("("))
        return f"{text}^{raised}" if closed and not has_upper(text) else f"({text})^{raised}"

    def factor(self, f: Factor) -> str:
        """A factor of a term."""
        if isinstance(f, Delta):
            if self.latex:
                return rf"\delta_{{{f.first}{f.second}}}"
            return f"{'δ' if self.unicode else 'delta'}_{self.subscript(f.indices)}"
        if isinstance(f, Slope):
            return self.slope(f)
        return self.entry(f)

    def slope(self, f: Slope) -> str:
        """An unevaluated derivative."""
        of, by = self.entry(f.of), self.entry(f.by)
        simple = isinstance(f.of.expr, (Sym, Named))
        if self.latex:
            if simple or (f.of.indices and of.startswith("(") and len(of) < _LONG):
                return rf"\frac{{\partial {of}}}{{\partial {by}}}"
            inner = (
                of if of.startswith("(") and f.of.indices else rf"\left({of}\right)" if r"\frac" in of else f"({of})"
            )
            return rf"\frac{{\partial}}{{\partial {by}}}{inner}"
        sign = "∂" if self.unicode else "d"
        gap = "" if self.unicode else " "
        inner = of if simple or of.startswith("(") else f"({of})"
        return f"{sign}{gap}{inner}/{sign}{gap}{by}"

    def entry(self, f: Component) -> str:
        """The entry of an expression."""
        e, indices = f.expr, f.indices
        if is_scalar(e.shape):
            return self.whole.at(e, POWER)
        if isinstance(e, (Sym, Named)):
            return self.indexed(self.name(e.name), indices)
        if isinstance(e, Entry):
            return self.function(e, self.product(e.arg, f.row, f.col))
        if isinstance(e, Pow):
            base, exponent = self.product(e.base, f.row, f.col), self.whole(e.exponent)
            bracketed = base if _closed(base) else f"({base})"
            return f"{bracketed}^{{{exponent}}}" if self.latex else f"{bracketed}^{_inline(exponent)}"
        if isinstance(e, Partial) and len(e.by) == 1 and (found := self.partial(e, f)):
            return found
        text = self.whole(e)
        if isinstance(e, (Call, Apply, Partial)) and text.endswith(")") and not text.startswith("("):
            return self.indexed(text, indices, closed=True)
        return self.indexed(self.whole.bracket(text), indices)

    def product(self, e: Expr, row: str, col: str) -> str:
        """The entry of what stands inside a function, taken apart where that is a product of entries."""
        coef, factors = component(e, row, col)
        if len(factors) == 1 and coef == 1 and isinstance(factors[0], Component) and factors[0].expr is e:
            return self.entry(factors[0])
        sign = self.style.minus if coef < 0 else ""
        return sign + self.term(Term(abs(coef), factors))

    def function(self, e: Entry, inner: str) -> str:
        """A function of an entry."""
        if e.abstract:
            name = self.whole.primed(self.whole.function(e.name), e.order)
        elif e.name == "abs":
            return self.style.abs.format(inner)
        elif (fence := TABLE[e.name].fence) is not None:
            return fence.template(self.style.name).format(a=inner)
        else:
            name = TABLE[e.name].word(self.style.name)
        tall = self.latex and (r"\frac" in inner or r"\sum" in inner)
        return name + (rf"\left({inner}\right)" if tall else f"({inner})")

    def partial(self, e: Partial, f: Component) -> str:
        """The derivative of an abstract function at a name, by an entry of it: ∂l/∂y_i."""
        arg = e.args[e.by[0]]
        if not isinstance(arg, (Sym, Named)) or (len(e.args) == 1 and arg.is_scalar):
            return ""
        name = self.whole.function(e.function.name)
        # numerator layout: the last index is that of the argument, for a matrix the two are swapped
        if is_scalar(e.function.gives):
            top, below = name, f.indices[::-1]
        elif arg.is_scalar:
            top, below = self.indexed(name, f.indices), ()
        else:
            top, below = self.indexed(name, f.indices[:1]), f.indices[1:]
        bottom = self.indexed(self.name(arg.name), below) if below else self.whole(arg)
        if self.latex:
            return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"
        sign = "∂" if self.unicode else "d "
        return f"{sign}{top}/{sign}{bottom}"

    def name(self, name: str) -> str:
        """A name whose entries are taken, which are scalars."""
        if self.latex:
            return latex_name(name, "scalar")
        return unicode_name(name) if self.unicode else name

    def indexed(self, base: str, indices: tuple[str, ...], *, closed: bool = False) -> str:
        """Something with indices; a name that has one already stands in brackets."""
        if not indices:
            return base
        plain = not closed and not base.startswith("(")
        if plain and (
            "_" in base or has_upper(base) or base.endswith(("⁾", "⋆")) or (self.unicode and base[-1:] in _LOW)
        ):
            base = f"({base})"
        if self.latex:
            joined = "".join(indices) if all(len(i) == 1 for i in indices) else ",".join(indices)
            return f"{base}_{{{joined}}}"
        return f"{base}_{self.subscript(indices)}"


_LOW = tuple("₀₁₂₃₄₅₆₇₈₉")
#: A longer entry stands behind the fraction, not in it.
_LONG = 60


def _wide(text: str) -> bool:
    return text.startswith((r"\frac", "\\log", "\\exp", "\\sin", "\\cos", "\\tan", r"\operatorname", r"\partial"))


def _closed(text: str) -> bool:
    """Whether an exponent may stand at a text as it is."""
    return (
        text.isalnum()
        or (text.startswith("(") and text.count("(") == 1)
        or ("_" in text and " " not in text and "(" not in text)
    )


def _inline(exponent: str) -> str:
    return exponent if exponent.isalnum() else f"({exponent})"


def _upright(f: Component) -> Component:
    """What stands under the bar for a component with a negative exponent."""
    return Component(reciprocal(f.expr), f.row, f.col)


@cache
def _printer(style: str) -> ComponentPrinter:
    return ComponentPrinter({"latex": LATEX, "text": TEXT, "unicode": UNICODE}[style])


def left(line: Sum, style: str) -> str:
    """The left side of a line by components; `style` is latex, text or unicode."""
    return _printer(style).left(line)


def right(line: Sum, style: str) -> str:
    """The right side of a line by components."""
    return _printer(style).right(line)


class _ProofPrinter(ComponentPrinter):
    """Prints D of a rule of the operator table as what it stands for, ∂f/∂G."""

    def __init__(self, image: Expr) -> None:
        super().__init__(LATEX)
        letter = "g" if is_scalar(image.shape) or image.is_vector else "G"
        self.weight = Sym("D", image.shape)
        self.gradient = Gradient("f", Sym("f", SCALAR), Sym(letter, image.shape), "")
        self.letter = letter

    def entry(self, f: Component) -> str:
        if f.expr == self.weight:
            return rf"\frac{{\partial f}}{{\partial {self.indexed(self.name(self.letter), f.indices)}}}"
        return super().entry(Component(self.written(f.expr), f.row, f.col))

    def written(self, e: Expr) -> Expr:
        """An expression with ∂f/∂G for D."""
        return substitute(e, {self.weight: self.gradient})


def proof_rows(rule: Rule) -> list[Row]:
    """The proof by components of a rule of the operator table, as the rows of a derivation; empty where there is none."""
    from .steps import Row, ref

    found, lines = operator(rule), prove(rule)
    if found is None or not lines:
        return []
    image, variable, gradient = found
    printer = _ProofPrinter(image)
    shown = [line.components for line in lines if line.components is not None]
    rows = [
        Row("line", printer.left(line) if not n else "", printer.right(line), tuple(map(ref, lines[n].rules)))
        for n, line in enumerate(shown)
    ]
    left_side = rf"\frac{{\partial f}}{{\partial {printer.whole(variable)}}}"
    return [*rows, Row("result", left_side, printer.whole(printer.written(gradient)), ())]


__all__ = ["ComponentPrinter", "left", "proof_rows", "right"]
