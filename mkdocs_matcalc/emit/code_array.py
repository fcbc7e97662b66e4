"""MATLAB and Julia source: languages whose vectors are columns and whose operators know matrices.

In: the frame of a derivation. Out: a function of the value and the derivative. Columns are columns
and rows are rows here, for what goes in and for what comes out, so that a transpose is written
where the formula has one; what differs between the two stands in `code_array_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..expr.atoms import Commutation, Constant, Eye, Named, Num, Ones, Selection, Size, Sym, Zeros
from ..expr.grid import Grid
from ..expr.linear import Add, Had, Kron, Mul, T
from ..expr.matrix import Call, Inv, MatPow, flipped
from ..expr.naming import in_code
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial, Pow
from ..expr.shape import ONE, Dim, Shape, is_scalar
from .code_array_tables import ARRAY_LANGUAGES, ArrayLanguage
from .code_compute import Solve, cut
from .code_pieces import ATOM, POWER, PRODUCT, SUM, Piece, canonical, core_of, derivative_name, known, lacking, repeated

if TYPE_CHECKING:
    from .code_body import Written
    from .code_value import Frame


def array_name(name: str, language: ArrayLanguage) -> str:
    """A name as the language can have it: its own words get a trailing underscore."""
    word = in_code(name)
    return f"{word}_" if word in language.reserved else word


class ArrayPrinter:
    """Expression to text, in one of these languages; the parts in `names` go by a name."""

    def __init__(self, language: ArrayLanguage, size: Callable[[str], str], names: Mapping[Expr, str]) -> None:
        self.lang = language
        self.size = size
        self.names: Mapping[Expr, str] = names
        self.helpers: set[str] = set()
        self.functions: set[str] = set()
        self.makes = False

    def text(self, e: Expr, level: int = SUM) -> str:
        """The source of an expression, in brackets where it binds looser than `level`."""
        return self.piece(e).within(level)

    def piece(self, e: Expr) -> Piece:
        """The source of an expression, by its name where it has one."""
        if isinstance(e, Named):
            return self.piece(canonical(e))
        if e in self.names:
            return Piece(self.names[e], ATOM)
        rule = _PRINT.get(type(e))
        if rule is None:
            raise lacking(f"what is of kind {type(e).__name__}", self.lang.name)
        return rule(self, e)

    def dim(self, d: Dim) -> Piece:
        """A dimension."""
        parts = [str(d.coef)] if d.coef != 1 or not d.names else []
        parts += [self.size(n) for n in d.names]
        return Piece(" * ".join(parts), ATOM if len(parts) == 1 else PRODUCT)

    def filled(self, word: str, shape: Shape) -> Piece:
        """All ones or all zeros."""
        m, n = (self.dim(d).text for d in shape)
        if shape[1] is ONE:
            return Piece(self.lang.column.format(word=word, n=m), ATOM)
        if shape[0] is ONE:
            return Piece(self.lang.row.format(word=word, n=n), POWER)
        return Piece((self.lang.ones if word == "ones" else self.lang.zeros).format(m=m, n=n), ATOM)

    def constant(self, helper: str, *dims: Dim) -> Piece:
        """A constant matrix that a helper makes."""
        self.helpers.add(helper)
        return Piece(f"{helper}({', '.join(self.dim(d).text for d in dims)})", ATOM)

    # -- sums and products

    def add(self, e: Add) -> Piece:
        """A sum; a part that repeats one number, row or column is spread."""
        narrow = [None if t in self.names or core_of(t) in self.names else repeated(t) for t in e.args]
        # Octave has a type of its own for diagonal matrices, over the sum with which nothing is spread
        full = any(n is None and not _diagonal(t) for t, n in zip(e.args, narrow, strict=True)) and not e.is_scalar
        out, spread = "", True
        for t, short in zip(e.args, narrow, strict=True):
            narrower = short is not None and full
            negative, piece = self.signed(short[0] if short is not None and full else t)
            text = piece.within(PRODUCT if out or negative else SUM)
            # spread is what stands before as long as no part of full shape does
            plus, minus = (self.lang.plus, self.lang.minus) if full and (narrower or spread) else ("+", "-")
            out += f" {minus if negative else plus} {text}" if out else ("-" if negative else "") + text
            spread = spread and narrower
        return Piece(out, SUM)

    def signed(self, e: Expr) -> tuple[bool, Piece]:
        """An expression as its sign and its absolute rest."""
        if e in self.names:
            return False, self.piece(e)
        if isinstance(e, Num) and e.value < 0:
            return True, self.number(-e.value)
        if isinstance(e, Mul) and e.coef < 0:
            return True, self.product(e, -e.coef)
        return False, self.piece(e)

    def number(self, value: Fraction) -> Piece:
        """An exact number."""
        sign = "-" if value < 0 else ""
        top, bottom = (str(n) if n < 2**53 else repr(float(n)) for n in (abs(value.numerator), value.denominator))
        if value.denominator == 1:
            return Piece(sign + top, ATOM if value >= 0 else PRODUCT)
        return Piece(f"{sign}{top} / {bottom}", PRODUCT)

    def mul(self, e: Mul) -> Piece:
        """A product, its sign in front."""
        if e.coef < 0:
            return Piece("-" + self.product(e, -e.coef).within(PRODUCT), PRODUCT)
        return self.product(e, e.coef)

    def product(self, e: Mul, coef: Fraction) -> Piece:
        """`coef` (positive) times the scalars and the chain of a product."""
        over = [self.number(Fraction(coef.numerator)).text] if coef.numerator != 1 else []
        under = [self.number(Fraction(coef.denominator)).text] if coef.denominator != 1 else []
        for s in e.scalars:
            if isinstance(s, Pow) and isinstance(s.exponent, Num) and s.exponent.value < 0 and s not in self.names:
                under.append(self.powered(s.base, -s.exponent.value).within(POWER))
            else:
                over.append(self.text(s, POWER))
        core = core_of(e)
        links = [self.names[core]] if core is not None and core in self.names else self.chained(e.chain)
        over += links
        top = " * ".join(over) or "1"
        if not under:
            alone = len(over) == 1 and (not links or len(e.chain) == 1 or core in self.names)
            return Piece(top, POWER if alone else PRODUCT)
        return Piece(f"{top} / {under[0] if len(under) == 1 else '(' + ' * '.join(under) + ')'}", PRODUCT)

    def chained(self, chain: tuple[Expr, ...]) -> list[str]:
        """The factors of a matrix product; what closes to a scalar inside it is bracketed."""
        if not chain:
            return []
        segments = list(cut(chain))
        if len(segments) == 1:
            return [self.segment(segments[0]).text]
        out = []
        for segment in segments:
            piece = self.segment(segment)
            out.append(piece.within(POWER if len(segment) > 1 else PRODUCT) if piece.level < POWER else piece.text)
        return out

    def segment(self, factors: list[Expr]) -> Piece:
        """A matrix product that nothing cuts; ones on a side sum."""
        if len(factors) == 1:
            return Piece(self.text(factors[0], POWER), POWER)
        first, last = factors[0], factors[-1]
        if isinstance(first, Ones) and first.is_row:
            return self.summed(factors[1:], "all" if last.is_column else "columns")
        if isinstance(last, Ones) and last.is_column:
            return self.summed(factors[:-1], "all" if first.is_row else "rows")
        if last.is_column and not first.is_row and len(factors) > 2:
            return Piece(f"{self.text(first, POWER)} * ({self.segment(factors[1:]).text})", PRODUCT)
        return Piece(" * ".join(self.text(f, POWER) for f in factors), PRODUCT)

    def summed(self, factors: list[Expr], how: str) -> Piece:
        """The sum of all entries, of every row or of every column."""
        inner = self.segment(factors)
        form = self.lang.vector_calls["sum"] if how == "all" else self.lang.sums[how]
        return Piece(form.format(a=inner.text), POWER)

    def had(self, e: Had) -> Piece:
        """An entrywise product or quotient."""
        below = [f for f in e.args if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0]
        below = [f for f in below if f not in self.names]
        narrow = [None if f in self.names else repeated(f) for f in e.args]
        full = any(n is None for n in narrow)
        above = [
            self.text(short[0] if short and full else f, POWER)
            for f, short in zip(e.args, narrow, strict=True)
            if f not in below
        ]
        out = " .* ".join(above) or "1"
        for f in below:
            out += f" ./ {self._power_of(f)}"
        return Piece(out, PRODUCT)

    def _power_of(self, f: Expr) -> str:
        assert isinstance(f, Pow)  # noqa: S101 - chosen so by the caller
        assert isinstance(f.exponent, Num)  # noqa: S101 - chosen so by the caller
        return self.powered(f.base, -f.exponent.value).within(POWER)

    def transpose(self, e: T) -> Piece:
        """A transpose; that of a solution is a division from the right."""
        inner = e.arg
        while isinstance(inner, Named):
            inner = inner.definition
        if isinstance(inner, Solve) and inner not in self.names:
            matrix, right = (flipped(a) for a in inner.args)
            return Piece(f"{self.text(right, POWER)} / {self.text(matrix, POWER)}", PRODUCT)
        if isinstance(inner, Partial) and _gradient(inner) and inner not in self.names:
            return Piece(self.applied(inner), ATOM)
        return Piece(self.text(e.arg, ATOM) + "'", POWER)

    # -- functions

    def call(self, e: Call) -> Piece:
        """A function of a whole argument."""
        if e.name in self.lang.called:
            self.helpers.add(self.lang.called[e.name])
        form = self.lang.vector_calls.get(e.name) if e.arg.is_vector else None
        return Piece((form or known(self.lang.calls, e.name, self.lang.name)).format(a=self.text(e.arg)), POWER)

    def entry(self, e: Entry) -> Piece:
        """An entrywise function."""
        if e.abstract:
            return Piece(self.each(self.free(derivative_name(e.name, (0,) * e.order, 1)), e), ATOM)
        word = known(self.lang.entries, e.name, self.lang.name)
        if word in self.lang.helpers:
            self.helpers.add(word)
        return Piece(self.each(word, e), ATOM)

    def each(self, function: str, e: Entry) -> str:
        """A function of every entry, or of the one number."""
        form = "{f}({a})" if e.is_scalar else self.lang.entry
        return form.format(f=function, a=self.text(e.arg))

    def powered(self, base: Expr, exponent: Fraction) -> Piece:
        """Every entry to a number."""
        if exponent == 1:
            return self.piece(base)
        scalar = base.is_scalar
        if exponent == Fraction(1, 2):
            form = "{f}({a})" if scalar else self.lang.entry
            return Piece(form.format(f="sqrt", a=self.text(base)), ATOM)
        if exponent < 0:
            return Piece(f"1 {'/' if scalar else './'} {self.powered(base, -exponent).within(POWER)}", PRODUCT)
        shown = str(exponent) if exponent.denominator == 1 else f"({exponent.numerator} / {exponent.denominator})"
        return Piece(f"{self.text(base, ATOM)} {'^' if scalar else '.^'} {shown}", POWER)

    def pow(self, e: Pow) -> Piece:
        """An entrywise power."""
        if isinstance(e.exponent, Num):
            return self.powered(e.base, e.exponent.value)
        return Piece(f"{self.text(e.base, ATOM)} {'^' if e.is_scalar else '.^'} {self.text(e.exponent, ATOM)}", POWER)

    def free(self, name: str) -> str:
        """The name of a function that the caller brings, noted as a parameter."""
        plain = array_name(name, self.lang)
        self.functions.add(plain)
        return plain

    def applied(self, e: Apply | Partial | Contracted) -> str:
        """A call of an abstract function or of its derivative."""
        count = len(e.function.takes)
        by = () if isinstance(e, Apply) else e.by
        name = self.free(derivative_name(e.function.name, by, count))
        return f"{name}({', '.join(self.text(a) for a in e.args[:count])})"

    def contracted(self, e: Contracted) -> Piece:
        """The second derivatives, an array whose first side numbers the entries of the value, weighted along it."""
        self.helpers.add("weighted")
        return Piece(f"weighted({self.text(e.weight)}, {self.applied(e)})", ATOM)

    def grid(self, e: Grid) -> Piece:
        """A matrix of explicit entries."""
        if len(e.args) == 1:
            return self.piece(e.args[0])
        rows = [[self.text(a, POWER if self.lang.name == "julia" else SUM) for a in e.row(i)] for i in range(e.rows)]
        if self.lang.name == "matlab":
            return Piece(f"[{'; '.join(', '.join(row) for row in rows)}]", ATOM)
        if e.columns == 1 or e.rows == 1:  # a vector, or the transpose of one
            return Piece(f"[{', '.join(entry for row in rows for entry in row)}]" + "'" * (e.rows == 1), POWER)
        return Piece(f"[{'; '.join(' '.join(row) for row in rows)}]", ATOM)

    def partial(self, e: Partial) -> Piece:
        """A derivative of an abstract function, in numerator layout."""
        # the function that is passed in gives the gradient in the shape of its argument
        return Piece(self.applied(e) + ("'" if _gradient(e) else ""), POWER if _gradient(e) else ATOM)


def _diagonal(e: Expr) -> bool:
    """Whether an expression is diagonal by the way it is made."""
    if isinstance(e, (T, Inv, MatPow)) or (isinstance(e, Mul) and e.chain):
        return all(map(_diagonal, e.chain if isinstance(e, Mul) else e.args))
    return isinstance(e, Eye) or (isinstance(e, Call) and e.name == "diag")


def _gradient(e: Partial) -> bool:
    """Whether a derivative is that of a scalar function by a column or a matrix: by a row, it lies as the row does."""
    takes = e.function.takes[e.by[0]]
    return len(e.by) == 1 and is_scalar(e.function.gives) and takes[0] is not ONE


_PRINT: dict[type[Expr], Callable[[ArrayPrinter, Any], Piece]] = {
    Num: lambda p, e: p.number(e.value),
    Size: lambda p, e: p.dim(e.dim),
    Constant: lambda _p, e: Piece(e.name, ATOM),
    Sym: lambda p, e: Piece(array_name(e.name, p.lang), ATOM),
    Eye: lambda p, e: Piece(p.lang.eye.format(n=p.dim(e.shape[0]).text), ATOM),
    Ones: lambda p, e: p.filled("ones", e.shape),
    Zeros: lambda p, e: p.filled("zeros", e.shape),
    Commutation: lambda p, e: p.constant("commutation", e.rows, e.cols),
    Selection: lambda p, e: p.constant("selection", e.dim),
    Add: ArrayPrinter.add,
    Mul: ArrayPrinter.mul,
    Had: ArrayPrinter.had,
    Kron: lambda p, e: Piece(f"kron({p.text(e.args[0])}, {p.text(e.args[1])})", ATOM),
    T: ArrayPrinter.transpose,
    Inv: lambda p, e: Piece(f"inv({p.text(e.arg)})", ATOM),
    MatPow: lambda p, e: Piece(f"{p.text(e.base, ATOM)}^{e.exponent}", POWER),
    Solve: lambda p, e: Piece(f"{p.text(e.args[0], POWER)} \\ {p.text(e.args[1], POWER)}", PRODUCT),
    Call: ArrayPrinter.call,
    Pow: ArrayPrinter.pow,
    Entry: ArrayPrinter.entry,
    Apply: lambda p, e: Piece(p.applied(e), ATOM),
    Partial: ArrayPrinter.partial,
    Contracted: ArrayPrinter.contracted,
    Grid: ArrayPrinter.grid,
}


def array_code(f: Frame, language: str) -> str:
    """The source of a function of the value and the derivative."""
    lang = ARRAY_LANGUAGES[language]

    def name(word: str) -> str:
        return array_name(word, lang)

    def shape(s: Shape) -> str:
        return "a scalar" if is_scalar(s) else f"{s[0]} x {s[1]}"

    body = f.body(name)
    written = body.written(
        lambda size, names: ArrayPrinter(lang, size, names), f.symbols, f.derivation.variable,
        lambda s, side: f"size({name(s.name)}, {side + 1})", lang.assign,
    )  # fmt: skip
    results = f.results(body, written, name)
    lines = [*written.lines, *(lang.assign.format(n, s) for n, s in results if n != s)]
    return _framed(f, lang, written, [n for n, _ in results], lines, shape, name)


def _framed(
    f: Frame,
    lang: ArrayLanguage,
    written: Written,
    results: list[str],
    lines: list[str],
    shape: Callable[[Shape], str],
    name: Callable[[str], str],
) -> str:
    from .code_value import NAME, told

    parameters = ", ".join(written.parameters)
    helpers = [lang.helpers[h] for h in written.helpers if h in lang.helpers]
    shapes = [
        *told(f, written, shape, name),
        *(f"{n}: {shape(e.shape)}" for n, e in zip(results, (f.value, f.derivative), strict=True)),
    ]
    inner = "".join(f"    {line}\n" for line in lines)
    if lang.name == "matlab":
        doc = "".join(f"% {line}\n" for line in (f.summary, *shapes))
        tail = "".join(f"\n{h}\n" for h in helpers)
        return f"function [{', '.join(results)}] = {NAME}({parameters})\n{doc}{inner}end\n{tail}"
    doc = "".join(f"{line}\n" if line else "\n" for line in (f"    {NAME}({parameters})", "", f.summary, "", *shapes))
    head = "".join(f"{h}\n\n" for h in helpers)
    return (
        f'using LinearAlgebra\n\n{head}raw"""\n{doc}"""\nfunction {NAME}({parameters})\n'
        f"{inner}    return {', '.join(results)}\nend\n"
    ).replace('raw"""', '"""' if "$" not in doc and "\\" not in doc else '@doc raw"""')
