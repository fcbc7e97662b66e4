"""The grammar of NumPy source: how each operation is written, binds and is bracketed.

In: an expression, a way to write sizes, and the parts that go by a name. Out: a `Piece` of source
and how tightly it binds. PyTorch and JAX share the grammar; how a function is called in each is a
`Dialect`. Scalars are floats, vectors (rows and columns alike) 1-D arrays, matrices
2-D arrays. So the transpose of a vector vanishes, and a matrix product is cut where an inner
dimension is the literal 1: what stands on the two sides is a scalar or meets in an outer product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

from ..expr.atoms import Commutation, Constant, Eye, Named, Num, Ones, Selection, Size, Sym, Zeros
from ..expr.differential import Diff, Held
from ..expr.grid import Grid
from ..expr.linear import Add, Had, Kron, Mul, T
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial, Pow
from ..expr.shape import ONE, Dim, Shape, is_scalar, is_vector
from .code_compute import Solve
from .code_pieces import (
    ATOM,
    ORDERS,
    POWER,
    PRODUCT,
    SUM,
    Piece,
    canonical,
    core_of,
    derivative_name,
    fraction,
    known,
    lacking,
    number,
    python_name,
    repeated,
)  # fmt: skip
from .code_tables import NUMPY, Dialect


class Printer:
    """Expression to text. `names` holds what is written as a name; `size` tells how a dimension is written."""

    def __init__(
        self,
        size: Callable[[str], str],
        names: Mapping[Expr, str] | None = None,
        *,
        inside: bool = False,
        dialect: Dialect = NUMPY,
    ) -> None:
        self.size = size
        self.lang = dialect
        self.names: Mapping[Expr, str] = names or {}
        self.inside = inside
        self.helpers: set[str] = set()
        self.functions: set[str] = set()
        self.makes = False

    def text(self, e: Expr, level: int = SUM) -> str:
        """The source of an expression, in brackets where it binds looser than `level`."""
        return self.piece(e).within(level)

    def piece(self, e: Expr) -> Piece:
        """The source of an expression, by its name where it has one."""
        if isinstance(e, Named):
            return self.piece(canonical(e)) if self.inside else Piece(self.name(e.name), ATOM)
        if e in self.names:
            return Piece(self.names[e], ATOM)
        rule = _PRINT.get(type(e))
        if rule is None:
            raise lacking(f"what is of kind {type(e).__name__}", self.lang.module)
        return rule(self, e)

    def dim(self, d: Dim) -> Piece:
        """A dimension."""
        parts = [str(d.coef)] if d.coef != 1 or not d.names else []
        parts += [self.size(n) for n in d.names]
        return Piece(" * ".join(parts), ATOM if len(parts) == 1 else PRODUCT)

    def filled(self, word: str, shape: Shape) -> Piece:
        """All ones or all zeros."""
        sides = [self.dim(d).text for d in shape if d is not ONE]
        inner = sides[0] if len(sides) == 1 else f"({', '.join(sides)})"
        return self.made(self.lang.filled.format(word=word, shape=inner))

    def commutation(self, e: Commutation) -> Piece:
        """The rows of the identity in the order of the transpose."""
        m, n = self.dim(e.rows).text, self.dim(e.cols).text
        total = self.dim(e.shape[0]).text
        order = self.lang.order.format(total=total, n=n, m=m)
        return Piece(f"{self.eye(total).text}[{order}]", ATOM)

    def selection(self, e: Selection) -> Piece:
        """The columns of the identity that stand for the diagonal."""
        return Piece(f"{self.eye(self.dim(e.shape[0]).text).text}[:, :: {self.dim(e.dim).text} + 1]", ATOM)

    def add(self, e: Add) -> Piece:
        """A sum."""
        out = ""
        for narrow, suffix in self.spread(e.args):
            negative, piece = self.signed(narrow)
            if suffix:
                piece = Piece(piece.within(ATOM) + suffix, ATOM)
            text = piece.within(PRODUCT if out or negative else SUM)
            out += (" - " if negative else " + ") + text if out else ("-" if negative else "") + text
        return Piece(out, SUM)

    def spread(self, parts: tuple[Expr, ...]) -> list[tuple[Expr, str]]:
        """Parts of a sum or an entrywise product, those that repeat one number, row or column as that (and an index).

        NumPy spreads them over the others, as long as one of these is an array of full shape.
        """
        narrow = [None if e in self.names or core_of(e) in self.names else repeated(e) for e in parts]
        full = any(n is None for n in narrow) and not parts[0].is_scalar
        return [n if n is not None and full else (e, "") for e, n in zip(parts, narrow, strict=True)]

    def signed(self, e: Expr) -> tuple[bool, Piece]:
        """An expression as its sign and its absolute rest."""
        if e in self.names:
            return False, self.piece(e)
        if isinstance(e, Num) and e.value < 0:
            return True, number(-e.value)
        if isinstance(e, Mul) and e.coef < 0:
            return True, self.product(e, -e.coef)
        return False, self.piece(e)

    def mul(self, e: Mul) -> Piece:
        """A product, its sign in front."""
        if e.coef < 0:
            return Piece("-" + self.product(e, -e.coef).within(PRODUCT), PRODUCT)
        return self.product(e, e.coef)

    def product(self, e: Mul, coef: Fraction) -> Piece:
        """`coef` (positive) times the scalars and the chain of a product."""
        over: list[Piece] = []
        under: list[Piece] = []
        if coef.numerator != 1:
            over.append(number(Fraction(coef.numerator)))
        if coef.denominator != 1:
            under.append(number(Fraction(coef.denominator)))
        for s in e.scalars:
            self.factor(s, over, under)
        core = core_of(e)
        if core is not None and core in self.names:
            over.append(Piece(self.names[core], ATOM))
        elif e.chain:
            self.chain(e.chain, over)
        return fraction(over, under)

    def factor(self, e: Expr, over: list[Piece], under: list[Piece]) -> None:
        """Put a factor above or below the line."""
        if isinstance(e, Pow) and isinstance(e.exponent, Num) and e.exponent.value < 0 and e not in self.names:
            under.append(self.power(e.base, -e.exponent.value))
        else:
            over.append(self.piece(e))

    def chain(self, chain: tuple[Expr, ...], over: list[Piece]) -> None:
        """A matrix product, cut where an inner dimension is 1: scalars, and then an array or an outer product."""
        segments: list[list[Expr]] = [[chain[0]]]
        for left, right in pairwise(chain):
            if left.shape[1] is ONE:
                segments.append([right])
            else:
                segments[-1].append(right)
        arrays = []
        for segment in segments:
            piece = self.segment(segment)
            if is_scalar((segment[0].shape[0], segment[-1].shape[1])):
                over.append(piece)
            else:
                arrays.append(piece)
        if len(arrays) == 2:
            over.append(Piece(self.lang.outer.format(arrays[0].text, arrays[1].text), ATOM))
        else:
            over.extend(arrays)

    def segment(self, factors: list[Expr]) -> Piece:
        """A matrix product that nothing cuts; a row or a column of ones sums."""
        if len(factors) == 1:
            return self.piece(factors[0])
        first, last = factors[0], factors[-1]
        if isinstance(first, Ones) and first.is_row:
            return self.summed(self.segment(factors[1:]).text, None if last.is_column else 0)
        if isinstance(last, Ones) and last.is_column:
            return self.summed(self.segment(factors[:-1]).text, None if first.is_row else 1)
        if self.lang.ordered and last.is_column and not first.is_row and len(factors) > 2:
            # from the right, so that every product is one of a matrix and a vector
            return Piece(f"{self.text(first, POWER)} @ ({self.segment(factors[1:]).text})", PRODUCT)
        return Piece(" @ ".join(self.text(f, POWER) for f in factors), PRODUCT)

    def made(self, text: str) -> Piece:
        """An array made from nothing but sizes."""
        self.makes = True
        return Piece(text, ATOM)

    def eye(self, size: str) -> Piece:
        """An identity matrix."""
        return self.made(self.lang.eye.format(size))

    def summed(self, text: str, axis: int | None) -> Piece:
        """The sum of all entries, of every column (axis 0) or of every row (axis 1)."""
        form = self.lang.sum_all if axis is None else self.lang.sum_axis
        return Piece(form.format(a=text, axis=axis), ATOM)

    def argument(self, e: Expr, level: int = SUM) -> str:
        """The argument of an entrywise function; a plain number is wrapped where the library takes arrays only."""
        if self.lang.wrap and not any(isinstance(n, (Sym, Apply, Partial, Contracted, Entry, Named)) for n in e.walk()):
            return self.made(self.lang.wrap.format(self.text(e))).text
        return self.text(e, level)

    def had(self, e: Had) -> Piece:
        """An entrywise product or quotient."""
        over: list[Piece] = []
        under: list[Piece] = []
        for f, suffix in self.spread(e.args):
            if suffix:
                over.append(Piece(self.text(f, ATOM) + suffix, ATOM))
            else:
                self.factor(f, over, under)
        return fraction([Piece(p.within(POWER), POWER) for p in over], under)

    def kron(self, e: Kron) -> Piece:
        """A Kronecker product; a vector in it is a column or a row again."""
        a, b = e.args
        if a.is_column and b.is_row:
            return Piece(self.lang.outer.format(self.text(a), self.text(b)), ATOM)
        if a.is_row and b.is_column:
            return Piece(self.lang.outer.format(self.text(b), self.text(a)), ATOM)
        if a.is_vector and b.is_vector:
            return self.kronecker(self.text(a), self.text(b))
        sides = [self.text(s, ATOM) + _AXIS[s.is_row] if s.is_vector else self.text(s) for s in (a, b)]
        return self.kronecker(*sides)

    def kronecker(self, left: str, right: str) -> Piece:
        """A Kronecker product of two sources."""
        if "kron" in self.lang.helpers:
            self.helpers.add("kron")
        return Piece(self.lang.kron.format(left, right), ATOM)

    def transpose(self, e: T) -> Piece:
        """A transpose, which a vector does not show."""
        if is_vector(e.shape):
            return self.piece(e.arg)
        inner = canonical(e.arg) if self.inside else e.arg
        if isinstance(inner, Partial) and _is_gradient(inner) and inner not in self.names:
            return Piece(self.applied(inner), ATOM)
        return Piece(self.text(e.arg, ATOM) + ".T", ATOM)

    def call(self, e: Call) -> Piece:
        """A function of a whole argument."""
        if e.name == "vec" and e.arg.is_vector:
            return self.piece(e.arg)
        if self.inside and e.name in self.lang.helpers:
            self.helpers.add(e.name)
            return Piece(f"{e.name}({self.text(e.arg)})", ATOM)
        return Piece(
            self.filled_in(
                known(self.lang.calls, e.name, self.lang.module), lambda level: self.text(e.arg, level), ATOM
            ),
            ATOM,
        )

    def entry(self, e: Entry) -> Piece:
        """An entrywise function."""
        if e.abstract:
            name = self.free(e.name + ORDERS[e.order])
            return Piece(f"{name}({self.text(e.arg)})", ATOM)
        if self.inside and e.name in self.lang.helpers:
            self.helpers.add(e.name)
            return Piece(f"{e.name}({self.text(e.arg)})", ATOM)
        template = known(self.lang.entries, e.name, self.lang.module)
        return Piece(self.filled_in(template, lambda level: self.argument(e.arg, level), POWER), ATOM)

    @staticmethod
    def filled_in(template: str, argument: Callable[[int], str], tight: int) -> str:
        """A template with its argument, loose or tight; one alone is printed, or time would double with every level."""
        both = {"a": SUM, "t": tight}
        return template.format(**{key: argument(level) for key, level in both.items() if f"{{{key}}}" in template})

    def power(self, base: Expr, exponent: Fraction) -> Piece:
        """An expression to a number."""
        if exponent == 1:
            return self.piece(base)
        if exponent == Fraction(1, 2):
            return Piece(f"{self.lang.module}.sqrt({self.argument(base)})", ATOM)
        if exponent < 0:
            return Piece(f"1 / {self.power(base, -exponent).within(POWER)}", PRODUCT)
        exact = exponent.denominator in (1, 2, 4, 8)
        shown = str(exponent.numerator) if exponent.denominator == 1 else str(float(exponent)) if exact else ""
        return Piece(f"{self.text(base, ATOM)} ** {shown or f'({exponent.numerator} / {exponent.denominator})'}", POWER)

    def pow(self, e: Pow) -> Piece:
        """An entrywise power."""
        if isinstance(e.exponent, Num):
            return self.power(e.base, e.exponent.value)
        return Piece(f"{self.text(e.base, ATOM)} ** {self.text(e.exponent, ATOM)}", POWER)

    def free(self, name: str) -> str:
        """The name of a function that the caller brings, noted as a parameter."""
        self.functions.add(self.name(name))
        return self.name(name)

    def name(self, name: str) -> str:
        """A name of the block as the language can have it."""
        return python_name(name, self.lang.reserved)

    def applied(self, e: Apply | Partial | Contracted) -> str:
        """A call of an abstract function or of its derivative."""
        count = len(e.function.takes)
        by = () if isinstance(e, Apply) else e.by
        name = self.free(derivative_name(e.function.name, by, count))
        return f"{name}({', '.join(self.text(a) for a in e.args[:count])})"

    def contracted(self, e: Contracted) -> Piece:
        """The second derivatives, an array whose first axis numbers the entries of the value, weighted along it."""
        return Piece(self.lang.weighted.format(w=self.text(e.weight), a=self.applied(e)), ATOM)

    def partial(self, e: Partial) -> Piece:
        """A derivative of an abstract function, in numerator layout."""
        # the function that is passed in gives the gradient in the shape of its argument
        return Piece(self.applied(e) + (".T" if _is_gradient(e) else ""), ATOM)


#: How a vector becomes a column, or (True) a row.
_AXIS = {False: "[:, None]", True: "[None, :]"}


def _is_gradient(e: Partial) -> bool:
    """Whether a derivative is that of a scalar function by a matrix, which lies the other way in NumPy."""
    takes = e.function.takes[e.by[0]]
    return len(e.by) == 1 and is_scalar(e.function.gives) and not is_scalar(takes) and not is_vector(takes)


def _written_out(p: Printer, e: Grid) -> Piece:
    """A matrix of explicit entries; a row or a column is 1-D, as everywhere."""
    if len(e.args) == 1:
        return p.piece(e.args[0])
    flat = e.rows == 1 or e.columns == 1
    if p.lang.stack:
        items, shape = ", ".join(map(p.text, e.args)), "" if flat else f".reshape({e.rows}, {e.columns})"
        return p.made(p.lang.stack.format(items) + shape)
    rows = [", ".join(map(p.text, e.row(i))) for i in range(e.rows)] if not flat else [", ".join(map(p.text, e.args))]
    inner = rows[0] if flat else ", ".join(f"[{row}]" for row in rows)
    return Piece(f"{p.lang.module}.array([{inner}])", ATOM)


_PRINT: dict[type[Expr], Callable[..., Piece]] = {
    Num: lambda _p, e: number(e.value),
    Size: lambda p, e: p.dim(e.dim),
    Constant: lambda p, e: Piece(f"{p.lang.module}.{e.name}", ATOM),
    Sym: lambda p, e: Piece(p.name(e.name), ATOM),
    Eye: lambda p, e: p.eye(p.dim(e.shape[0]).text),
    Ones: lambda p, e: p.filled("ones", e.shape),
    Zeros: lambda p, e: p.filled("zeros", e.shape),
    Commutation: Printer.commutation,
    Selection: Printer.selection,
    Add: Printer.add,
    Mul: Printer.mul,
    Had: Printer.had,
    Kron: Printer.kron,
    T: Printer.transpose,
    Inv: lambda p, e: Piece(f"{p.lang.module}.linalg.inv({p.text(e.arg)})", ATOM),
    MatPow: lambda p, e: Piece(f"{p.lang.module}.linalg.matrix_power({p.text(e.base)}, {e.exponent})", ATOM),
    Solve: lambda p, e: Piece(f"{p.lang.module}.linalg.solve({p.text(e.args[0])}, {p.text(e.args[1])})", ATOM),
    Call: Printer.call,
    Pow: Printer.pow,
    Entry: Printer.entry,
    Apply: lambda p, e: Piece(p.applied(e), ATOM),
    Partial: Printer.partial,
    Contracted: Printer.contracted,
    Diff: lambda p, e: Piece(p.name("d" + e.arg.name), ATOM),
    Held: lambda p, e: p.piece(e.increment),
    Grid: _written_out,
}
