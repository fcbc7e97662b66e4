"""The grammar of formulas, once for every notation.

`Printer(style)(e)` is the expression as text. Each part is printed with how tightly it binds, and
bracketed where it stands beside something tighter; what the brackets must keep is tested by
reading every parent with every child back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..expr.atoms import Commutation, Eye, Named, Num, Ones, Selection, Size, Sym, Zeros
from ..expr.differential import Diff, Held, Rate
from ..expr.grid import Grid
from ..expr.linear import Add, Had, Kron, Mul, T, is_reciprocal, product
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial, Pow, reciprocal
from ..expr.shape import ONE, SCALAR, Dim, Shape, is_scalar, kind
from .names import latex_dim, latex_name, unicode_name
from .style import ATOM, POSTFIX, POWER, PRODUCT, SUM, WORDS, Style

Piece = tuple[str, int]

#: A command at the end: a letter behind it would be part of its name.
_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


class Printer:
    """Prints expressions in one style."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.latex = style.name == "latex"
        self.unicode = style.name == "unicode"

    def __call__(self, e: Expr) -> str:
        return self.piece(e)[0]

    def piece(self, e: Expr) -> Piece:
        """An expression's text and how tightly it binds."""
        return _PRINT[type(e)](self, e)

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

    def name(self, name: str, e: Expr) -> str:
        if self.latex:
            return latex_name(name, kind(e.shape))
        return unicode_name(name) if self.unicode else name

    def function(self, name: str, gives: Shape = SCALAR) -> str:
        """A function's name; bold in LaTeX where its values are vectors or matrices."""
        if self.latex:
            return latex_name(name, "function" if is_scalar(gives) else kind(gives))
        return unicode_name(name) if self.unicode else name

    def sym(self, e: Sym | Named) -> Piece:
        return self.name(e.name, e), ATOM

    def dim(self, d: Dim) -> str:
        if self.latex:
            return latex_dim(str(d))
        return "*".join(unicode_name(n) if self.unicode else n for n in str(d).split(" "))

    def size(self, e: Size) -> Piece:
        return self.dim(e.dim), ATOM if len(e.dim.names) == 1 and e.dim.coef == 1 else PRODUCT

    def eye(self, e: Expr) -> Piece:
        d = self.dim(e.shape[0])
        if self.latex:
            return rf"\mathbf{{I}}_{{{d}}}", ATOM
        return ("I" if self.unicode else f"eye({d})"), ATOM

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
            return rf"\mathbf{{K}}_{{{r},{c}}}", ATOM
        return (f"K({r},{c})" if self.unicode else f"commutation({r}, {c})"), ATOM

    def selection(self, e: Selection) -> Piece:
        d = self.dim(e.dim)
        if self.latex:
            return rf"\mathbf{{S}}_{{{d}}}", ATOM
        return (f"S({d})" if self.unicode else f"selection({d})"), ATOM

    # -- sums and products ----------------------------------------------------------

    def add(self, e: Add) -> Piece:
        out = ""
        for i, term in enumerate(e.args):
            negative, text = self.term(term)
            if i == 0:
                out = self.style.minus + text if negative else text
            else:
                out += f" {self.style.minus if negative else '+'} {text}"
        return out, SUM

    def term(self, e: Expr) -> tuple[bool, str]:
        """A term of a sum: whether it is subtracted, and its text without the sign."""
        if isinstance(e, Num) and e.value < 0:
            return True, self.number(-e.value)[0]
        if isinstance(e, Mul) and e.coef < 0:
            return True, self.at(Mul(-e.coef, e.scalars, e.chain) if e.coef != -1 else _positive(e), PRODUCT)
        if isinstance(e, Eye):
            return False, r"\mathbf{I}" if self.latex else "I"
        return False, self.at(e, PRODUCT)

    def mul(self, e: Mul) -> Piece:
        if e.coef < 0:
            text = self.at(_positive(e) if e.coef == -1 else Mul(-e.coef, e.scalars, e.chain), PRODUCT)
            return self.style.minus + text, SUM
        below = [reciprocal(s) for s in e.scalars if is_reciprocal(s)]
        above = [s for s in e.scalars if not is_reciprocal(s)]
        if below:
            return self.quotient(e, above, below)
        return self.juxtapose(e.coef, above, e.chain), PRODUCT

    def quotient(self, e: Mul, above: list[Expr], below: list[Expr]) -> Piece:
        """Factors with negative exponents under a bar."""
        whole = is_scalar(e.shape) or self._short(e)
        bottom = self.juxtapose(Fraction(e.coef.denominator), below, ())
        if self.latex:
            chain = e.chain if whole else ()
            top = self.juxtapose(Fraction(e.coef.numerator), above, chain)
            bar = self.style.fraction.format(top, bottom)
            if whole:
                return bar, ATOM
            return bar + self._lead(e.chain) + self.juxtapose(Fraction(1), (), e.chain), PRODUCT
        top = self.juxtapose(Fraction(e.coef.numerator), above, e.chain)
        if len(below) + (e.coef.denominator > 1) > 1:
            bottom = self.bracket(bottom)
        return f"{top}/{bottom}", PRODUCT

    def _lead(self, chain: tuple[Expr, ...]) -> str:
        return self.style.before_d if _begins_with_d(chain[0]) else ""

    def _short(self, e: Mul) -> bool:
        """Whether a vector stands better over the bar than behind it."""
        return e.is_vector and len(e.chain) <= 2 and not any(f.differentials for f in e.chain)

    def juxtapose(self, coef: Fraction, scalars: list[Expr] | tuple[Expr, ...], chain: tuple[Expr, ...]) -> str:
        """A product without a sign: number, scalars, chain; the increment of a scalar stands last."""
        parts: list[tuple[str, Expr | None]] = []
        if coef != 1 or not (scalars or chain):
            parts.append((self.number(coef)[0], None))
        alone = len(scalars) + len(chain) == 1
        behind = [
            s for s in scalars if isinstance(s, (Diff, Held)) or (isinstance(s, Pow) and isinstance(s.base, Diff))
        ]
        parts += [(self.scalar_factor(s, alone=alone), s) for s in scalars if s not in behind]
        if len(chain) == 1 and isinstance(chain[0], (Had, Kron)):
            parts.append((self.piece(chain[0])[0], chain[0]))
        else:
            for i, f in enumerate(chain):
                parts.append((self.link(f, last=i == len(chain) - 1), f))
        parts += [(self.scalar_factor(s, alone=True), s) for s in behind]
        return self.joined(parts)

    def scalar_factor(self, s: Expr, *, alone: bool) -> str:
        """A scalar among other factors."""
        if isinstance(s, Diff):
            return self.piece(s)[0] if alone or not s.open else self.diff_apart(s)
        return self.at(s, POWER)

    def link(self, f: Expr, *, last: bool) -> str:
        """A factor of a matrix chain; a differential that is not the last is bracketed."""
        if isinstance(f, Diff) and not last:
            return self.diff_apart(f)
        if isinstance(f, Eye) and not self.unicode:
            return self.piece(f)[0]
        return self.at(f, POWER)

    def joined(self, parts: list[tuple[str, Expr | None]]) -> str:
        out = parts[0][0]
        for (before, left), (text, right) in pairwise(parts):
            if text[0].isdigit() or (left is None and text.startswith((r"\tfrac",))):
                out += self.style.dot + text
                continue
            gap = self.style.space
            if self.latex:
                if (
                    (right is not None and _begins_with_d(right) and text[0] != "(")
                    or (left is not None and left.open)
                    or _is_word(before)
                    or _is_word(text)
                ):
                    gap = (
                        ""
                        if left is None and text[0] == "\\" and not _begins_with_d_text(text)
                        else self.style.before_d
                    )
                elif text[0].isalpha() and _COMMAND.search(before):
                    gap = " "
            elif left is not None and right is not None and _call_like(before, text):
                gap = "*"
            out += gap + text
        return out

    def had(self, e: Had) -> Piece:
        below = [f for f in e.args if is_reciprocal(f)]
        above = [f for f in e.args if not is_reciprocal(f)]
        if not above:
            return self.style.hadamard.join(self.at(f, POWER) for f in e.args), PRODUCT
        out = self.style.hadamard.join(self.at(f, POWER) for f in above)
        for f in below:
            out += self.style.over + self.at(reciprocal(f), POWER)
        return out, PRODUCT

    def kron(self, e: Kron) -> Piece:
        left, right = e.args
        if not self.style.kron:
            return f"kron({self(left)}, {self(right)})", ATOM
        return self.at(left, POWER) + self.style.kron + self.at(right, POWER), PRODUCT

    # -- postfixes and powers ---------------------------------------------------------

    def transpose(self, e: T) -> Piece:
        a = e.arg
        if isinstance(a, Inv):
            return self.style.inverse_transpose.format(self.at(a.arg, POSTFIX if not self.latex else ATOM)), POWER
        if isinstance(a, Diff):
            return self.style.transpose.format(self.bracket(self.piece(a)[0])), POSTFIX
        return self.style.transpose.format(self.at(a, ATOM if self.latex else POSTFIX)), POSTFIX

    def inverse(self, e: Inv) -> Piece:
        return self.style.inverse.format(self.at(e.arg, ATOM)), POWER

    def matpow(self, e: MatPow) -> Piece:
        if isinstance(e.base, Inv):
            return self.style.power.format(self.at(e.base.arg, ATOM), f"{self.style.minus}{e.exponent}"), POWER
        return self.style.power.format(self.at(e.base, ATOM), e.exponent), POWER

    def pow(self, e: Pow) -> Piece:
        scalar = is_scalar(e.shape)
        exponent = e.exponent
        if scalar and isinstance(exponent, Num) and exponent.value < 0:
            return self.mul(Mul(Fraction(1), (e,), ()))
        base = self.at(e.base, ATOM)
        if self.latex and isinstance(e.base, Pow):
            base = self.bracket(self.piece(e.base)[0])
        text = self(exponent)
        if text in ("T", "-T"):
            text = self.bracket(text)  # it would be a transposition
        elif not self.latex and not text.lstrip("−-").replace("_", "").isalnum():
            text = self.style.exponent.format(text)
        form = self.style.power if scalar else self.style.entry_power
        return form.format(base, text), POWER

    # -- functions ----------------------------------------------------------------------

    def applied(self, function: str, args: str) -> str:
        if (
            function == r"\log"
            and args.startswith(r"\lvert")
            and args.endswith(r"\rvert")
            and args.count(r"\lvert") == 1
        ):
            return function + args
        if self.latex and (r"\frac" in args or r"\sqrt" in args):
            return rf"{function}\left({args}\right)"
        return self.style.call.format(function, args)

    def call(self, e: Call) -> Piece:
        s, arg = self.style, e.arg
        inner = self(arg)
        if e.name == "norm2":
            form = s.norm if arg.is_vector else s.norm_f
            return (f"norm2({inner})" if s.name == "text" and "||" in inner else form.format(inner)), ATOM
        if e.name == "norm1":
            return (f"norm1({inner})" if s.name == "text" and "||" in inner else s.norm_1.format(inner)), ATOM
        if e.name == "det":
            if self.latex and "|" in inner:
                return self.applied(r"\det", inner), ATOM
            return s.det.format(inner), ATOM
        word = WORDS[e.name]
        base, _, way = e.name.partition("_")
        if way and way != "all":
            inner += rf",\ \text{{{way}}}" if self.latex else f", {way}"
        if self.latex:
            return self.applied(word.latex, inner), POSTFIX if e.name == "logdet" else ATOM
        name = word.text or base
        if self.unicode and e.name == "diag":
            name = "Diag"
        return self.applied(name, inner), ATOM

    def entry(self, e: Entry) -> Piece:
        inner = self(e.arg)
        s = self.style
        if e.abstract:
            return self.applied(self.function(e.name) + s.prime * e.order, inner), ATOM
        if e.name == "sqrt":
            return s.sqrt.format(inner), ATOM
        if e.name == "abs" and e.is_scalar:
            return s.abs.format(self._det_word(e.arg, inner)), ATOM
        out = self.applied(WORDS[e.name].latex if self.latex else e.name, inner)
        # a superscript behind the bars of \log|x| would belong to them
        return out, POSTFIX if out.endswith("rvert") else ATOM

    def _det_word(self, arg: Expr, inner: str) -> str:
        if isinstance(arg, Call) and arg.name == "det" and self.style.name != "text":
            return (
                self.applied(r"\det" if self.latex else "det ", self(arg.arg))
                if self.latex
                else f"det {self.at(arg.arg, ATOM)}"
            )
        return inner

    def apply(self, e: Apply) -> Piece:
        return self.applied(self.function(e.function.name, e.function.gives), ", ".join(map(self, e.args))), ATOM

    def partial(self, e: Partial) -> Piece:
        name = self.function(e.function.name, e.function.gives)
        only = e.args[e.by[0]]
        if len(e.by) == 1 and isinstance(only, (Sym, Named)) and not (len(e.args) == 1 and only.is_scalar):
            if self.latex:
                return rf"\frac{{\partial {name}}}{{\partial {self(only)}}}", ATOM
            if self.unicode:
                return f"∂{name}/∂{self(only)}", PRODUCT
        args = ", ".join(map(self, e.args))
        if len(e.args) == 1:
            return self.applied(name + self.style.prime * len(e.by), args), ATOM
        which = ",".join(str(i + 1) for i in e.by)
        mark = f"'_{{{which}}}" if self.latex else f"{self.style.prime}_{which}"
        return self.applied(name + mark, args), ATOM

    def diff(self, e: Diff) -> Piece:
        """dx; d tr(X) for a function; d(…) for anything else."""
        a = e.arg
        if isinstance(a, (Sym, Named)):
            return self.style.d.format(self.piece(a)[0]), POWER
        if isinstance(a, Call) and a.name == "det" and self.style.name != "text":
            return self.style.d.format(self.piece(a)[0]), POWER
        if _is_application(a):
            gap = r"\," if self.latex and not self.piece(a)[0].startswith("\\") else "" if self.latex else " "
            return self.style.d.format(gap + self.piece(a)[0]), POWER
        return self.style.d.format(self.bracket(self.piece(a)[0])), ATOM

    def diff_apart(self, e: Diff) -> str:
        """A differential with other factors behind it: (dX), d(tr(X))."""
        a = e.arg
        if isinstance(a, (Sym, Named)):
            return self.bracket(self.piece(e)[0])
        return self.style.d.format(self.bracket(self.piece(a)[0]))

    def rate(self, e: Rate) -> Piece:
        """d/dx of an expression, du/dx of a name."""
        inner, x = e.args[0], self(e.variable)
        sign = ("∂" if self.unicode else r"\partial ") if e.partial else ("d" if not self.latex else r"\mathrm{d}")
        named = isinstance(inner, Named)
        top = sign + (self(inner) if named else "")
        fraction = rf"\frac{{{top}}}{{{sign}{x}}}" if self.latex else f"{top}/{sign}{x}"
        if named:
            return fraction, ATOM if self.latex else PRODUCT
        return fraction + ("" if self.latex else " ") + self.bracket(self(inner)), PRODUCT if self.unicode else POWER

    def grid(self, e: Grid) -> Piece:
        """A matrix written out."""
        rows = [[self(x) for x in e.row(i)] for i in range(e.rows)]
        if self.latex:
            body = r" \\ ".join(" & ".join(row) for row in rows)
            return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", ATOM
        return "[" + "; ".join(", ".join(row) for row in rows) + "]", ATOM

    def held(self, e: Held) -> Piece:
        return self.piece(e.increment)


def _positive(e: Mul) -> Expr:
    return product(Fraction(1), e.scalars, e.chain)


def _is_application(e: Expr) -> bool:
    """Whether an expression is written as a name with its argument in brackets."""
    if isinstance(e, Call):
        return e.name not in ("norm1", "norm2", "det")
    return isinstance(e, Apply) or (isinstance(e, Entry) and e.name not in ("sqrt", "abs"))


def _begins_with_d(e: Expr) -> bool:
    return isinstance(e, (Diff, Held))


def _begins_with_d_text(text: str) -> bool:
    return text.startswith(r"\mathrm{d}")


def _is_word(text: str) -> bool:
    return text.startswith(
        (r"\operatorname", r"\log", r"\exp", r"\det", r"\sin", r"\cos", r"\tan", r"\lvert", r"\lVert")
    )


def _call_like(before: str, text: str) -> bool:
    """Whether a name would be read as called by the bracket behind it."""
    return text.startswith("(") and before.isidentifier() and before in WORDS


_PRINT: dict[type[Expr], Callable[[Printer, Any], Piece]] = {
    Num: Printer.num,
    Sym: Printer.sym,
    Named: Printer.sym,
    Size: Printer.size,
    Eye: Printer.eye,
    Ones: Printer.filled,
    Zeros: Printer.filled,
    Commutation: Printer.commutation,
    Selection: Printer.selection,
    Add: Printer.add,
    Mul: Printer.mul,
    Had: Printer.had,
    Kron: Printer.kron,
    T: Printer.transpose,
    Inv: Printer.inverse,
    MatPow: Printer.matpow,
    Pow: Printer.pow,
    Call: Printer.call,
    Entry: Printer.entry,
    Apply: Printer.apply,
    Partial: Printer.partial,
    Diff: Printer.diff,
    Held: Printer.held,
    Grid: Printer.grid,
    Rate: Printer.rate,
}
