"""The grammar of formulas, once for every notation.

`Printer(style)(e)` is the expression as text. Each part is printed with how tightly it binds, and
bracketed where it stands beside something tighter; what the brackets must keep is tested by
reading every parent with every child back. Numbers and names are in `leaves`, sums and products in
`products`; here are powers, functions, differentials, and the table of all.
"""

from __future__ import annotations

from ..expr.atoms import F1, Commutation, Constant, Eye, Named, Num, Ones, Selection, Size, Sym, Zeros, is_one
from ..expr.differential import Diff, Gradient, Held, Rate, Through
from ..expr.grid import Grid
from ..expr.linear import Add, Had, Kron, Mul, T, transpose
from ..expr.matrix import Call, Inv, MatPow, flipped
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial, Pow
from ..expr.shape import ONE, is_scalar
from ..functions.table import TABLE
from .leaves import Piece
from .names import has_upper, raised
from .products import Products
from .style import ATOM, POSTFIX, POWER, PRODUCT

_RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Printer(Products):
    """Prints expressions in one style."""

    # -- postfixes and powers ---------------------------------------------------------

    def transpose(self, e: T) -> Piece:
        a = e.arg
        if isinstance(a, Inv):
            return self.style.inverse_transpose.format(self.at(a.arg, POSTFIX if not self.latex else ATOM)), POWER
        if isinstance(a, Diff):
            return self.style.transpose.format(self.bracket(self.piece(a)[0])), POSTFIX
        if self.latex and isinstance(a, (Sym, Named)) and has_upper(self.piece(a)[0]):
            return raised(self.piece(a)[0], r"\top"), POSTFIX
        inner = self.at(a, ATOM if self.latex else POSTFIX)
        if inner.startswith(r"\frac"):
            inner = self.bracket(inner)
        return self.style.transpose.format(inner), POSTFIX

    def inverse(self, e: Inv) -> Piece:
        return self.style.inverse.format(self.at(e.arg, ATOM)), POWER

    def raised(self, base: str, exponent: str) -> str:
        """A base to an exponent; in Unicode a whole number is set high."""
        if self.unicode and exponent.lstrip("−").isdigit():
            return base + exponent.translate(_RAISED)
        return self.style.power.format(base, exponent)

    def matpow(self, e: MatPow) -> Piece:
        if isinstance(e.base, Inv):
            return self.raised(self.at(e.base.arg, ATOM), f"{self.style.minus}{e.exponent}"), POWER
        return self.raised(self.at(e.base, ATOM), str(e.exponent)), POWER

    def pow(self, e: Pow) -> Piece:
        scalar = is_scalar(e.shape)
        exponent = e.exponent
        if scalar and isinstance(exponent, Num) and exponent.value < 0:
            return self.mul(Mul(F1, (e,), ()))
        base = self.at(e.base, ATOM)
        if self.latex and isinstance(e.base, Pow):
            base = self.bracket(self.piece(e.base)[0])
        if self.latex and _is_euler(e.base):
            base = r"\exp(1)"  # a power of the letter is read as the function
        text = self(exponent)
        if text in ("T", "-T"):
            text = f"{{{text}}}" if self.latex else self.bracket(text)  # it would be a transposition
        elif not self.latex and not text.lstrip("−-").replace("_", "").isalnum():
            text = self.style.exponent.format(text)
        return (self.raised(base, text) if scalar else self.style.entry_power.format(base, text)), POWER

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
        row, arg = TABLE[e.name], e.arg
        inner = self(arg)
        fence = row.fence if row.matrix_fence is None or arg.is_vector else row.matrix_fence
        if fence is not None:
            avoid = fence.avoid.get(self.style.name)
            if avoid is None or avoid not in inner:
                return fence.template(self.style.name).format(a=inner), ATOM
        if row.way:
            inner += rf",\ \text{{{row.way}}}" if self.latex else f", {row.way}"
        return self.applied(row.word(self.style.name), inner), ATOM if row.tight or not self.latex else POSTFIX

    def entry(self, e: Entry) -> Piece:
        inner = self(e.arg)
        s = self.style
        if e.abstract:
            return self.applied(self.primed(self.function(e.name), e.order), inner), ATOM
        if self.latex and _is_euler(e):
            return r"\mathrm{e}", ATOM
        row = TABLE[e.name]
        if row.fence is not None:
            return row.fence.template(s.name).format(a=inner), ATOM
        if e.name == "abs" and e.is_scalar:
            return s.abs.format(self._det_word(e.arg, inner)), ATOM
        out = self.applied(row.word(s.name), inner)
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
        told_apart = len(set(e.args)) == len(e.args)  # in g(x, x) nothing tells by which argument ∂g/∂x is
        if (
            len(e.by) == 1
            and isinstance(only, (Sym, Named))
            and told_apart
            and not (len(e.args) == 1 and only.is_scalar)
        ):
            if self.latex:
                return rf"\frac{{\partial {name}}}{{\partial {self(only)}}}", ATOM
            if self.unicode:
                return f"∂{name}/∂{self(only)}", PRODUCT
        return self.applied(self._derived(name, e.by, len(e.args)), ", ".join(map(self, e.args))), ATOM

    def _derived(self, name: str, by: tuple[int, ...], arguments: int) -> str:
        """A function's name with the primes of a derivative; by which arguments, where there are several."""
        primes = self.primed(name, len(by))
        if arguments == 1:
            return primes
        if self.style.name == "text":  # a prime that is not the last has no index of its own
            return f"{primes}_{''.join(str(i + 1) for i in by)}"
        which = ",".join(str(i + 1) for i in by)
        return f"{primes}_{{{which}}}" if self.latex else f"{primes}_{which}"

    def contracted(self, e: Contracted) -> Piece:
        """∂²(wᵀy)/∂x∂xᵀ; for the block language y″(x, w), and a prime where the arguments have no names."""
        name, args = self.function(e.function.name, e.function.gives), e.args[:-1]
        if self.style.name == "text":
            every = ", ".join(map(self, e.args))
            return self.applied(self._derived(name, e.by, len(args)), every), ATOM
        first, last = (args[i] for i in e.by)
        whole = self._held_product(e, name)
        if not all(isinstance(a, (Sym, Named)) for a in (first, last)) or len(set(args)) < len(args):
            inner = ", ".join(map(self, args))
            return self.applied(self._derived(self.bracket(whole), e.by, len(args)), inner), ATOM
        left, right = (self(a) if a.is_vector else self.applied(self._vec, self(a)) for a in (first, last))
        if self.latex and has_upper(right):
            right = right if last.is_scalar else raised(right, r"\top")
            return rf"\frac{{\partial^2 {self.bracket(whole)}}}{{\partial {left}\,\partial {right}}}", ATOM
        turned = "" if last.is_scalar else self.style.transpose.format("")
        if self.latex:
            return rf"\frac{{\partial^2 {self.bracket(whole)}}}{{\partial {left}\,\partial {right}{turned}}}", ATOM
        return f"∂²{self.bracket(whole)}/∂{left}∂{right}{turned}", PRODUCT

    @property
    def _vec(self) -> str:
        return r"\operatorname{vec}" if self.latex else "vec"

    def _held_product(self, e: Contracted, name: str) -> str:
        """wᵀy, or tr(Wᵀ Y) for the matrix Y."""
        gives, w = e.function.gives, e.weight
        if ONE in gives:
            return f"{self.at(transpose(w), POWER)} {name if gives[1] is ONE else self.style.transpose.format(name)}"
        if isinstance(w, Call) and w.name == "vec":
            turned = flipped(w.arg) if isinstance(w.arg, Mul) else transpose(w.arg)
            return self.applied(r"\operatorname{tr}" if self.latex else "tr", f"{self.at(turned, PRODUCT)} {name}")
        return f"{self.at(transpose(w), POWER)} {self.applied(self._vec, name)}"

    def diff(self, e: Diff) -> Piece:
        """dx; d tr(X) for a function; d(…) for anything else."""
        return self._differential(e.arg)

    def through(self, e: Through) -> Piece:
        """A differential that stands, as it came about."""
        return self._differential(e.of)

    def _differential(self, a: Expr) -> Piece:
        if isinstance(a, (Sym, Named)):
            return self.style.d.format(self.piece(a)[0]), POWER
        if isinstance(a, Call) and a.name == "det" and self.style.name != "text":
            return self.style.d.format(self.piece(a)[0]), POWER
        if _is_application(a):
            gap = r"\," if self.latex and not self.piece(a)[0].startswith("\\") else "" if self.latex else " "
            return self.style.d.format(gap + self.piece(a)[0]), POWER
        return self.style.d.format(self.bracket(self.piece(a)[0])), ATOM

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

    def gradient(self, e: Gradient) -> Piece:
        """∂f/∂W for a name, a norm or a function, ∂f/∂(XW) for anything else; in brackets beside a factor."""
        f, a = self.function(e.name), e.part
        bare = isinstance(a, (Sym, Named)) or _is_application(a) or (isinstance(a, Call) and a.name != "det")
        below = self.piece(a)[0] if bare else self.bracket(self.piece(a)[0])
        if self.latex:
            gap = "" if below[0] == "(" or below.startswith(r"\left(") else " "
            return rf"\frac{{\partial {f}}}{{\partial{gap}{below}}}", POWER
        sign = "∂" if self.unicode else "d"
        return f"{sign}{f}/{sign}{below}", PRODUCT

    def held(self, e: Held) -> Piece:
        return self.piece(e.increment)


def _is_euler(e: Expr) -> bool:
    """Whether an expression is Euler's number."""
    return isinstance(e, Entry) and e.name == "exp" and is_one(e.arg)


def _is_application(e: Expr) -> bool:
    """Whether an expression is written as a name with its argument in brackets."""
    if isinstance(e, Call):
        return TABLE[e.name].fence is None
    return isinstance(e, Apply) or (
        isinstance(e, Entry) and (e.abstract or (TABLE[e.name].fence is None and e.name != "abs"))
    )


Printer.table.update(
    {  # every node type, and how it prints
        Num: Printer.num,
        Sym: Printer.sym,
        Named: Printer.sym,
        Size: Printer.size,
        Constant: Printer.constant,
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
        Contracted: Printer.contracted,
        Diff: Printer.diff,
        Through: Printer.through,
        Held: Printer.held,
        Gradient: Printer.gradient,
        Grid: Printer.grid,
        Rate: Printer.rate,
    }
)
