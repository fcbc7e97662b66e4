"""Style `differential`: the differential moves inward, the terms are brought to dy = A dx, the result is read off.

In: a goal of a problem, a layout. Out: a derivation a variable. The stages, each a method:

1. every named intermediate that the goal uses gets its differential, in lines of its own;
2. the goal's differential, wave by wave, until differentials stand on names alone;
3. like terms and increments collected; the intermediates' differentials put in, the last defined first;
4. what stands around the increment of a variable is moved off it;
5. identification, the layout, the definitions put back.

A derivation of one or two lines is told again in finer ones, as long as they are at most four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import DeriveError, no_rule
from ..expr.atoms import Named, Sym, zeros
from ..expr.differential import Diff, Through, diff, rates
from ..expr.linear import Add, add, mul, transpose
from ..expr.matrix import flipped, vec
from ..expr.node import Expr
from ..expr.walk import intermediates, size_of, substitute
from .by_vec import ByVec, holds_standing
from .collect import factor
from .collector import Manner
from .differentiate import Differentiator
from .forms import derivative_shape, increment_name, terms_of
from .layout import is_vec_form
from .licence import licensed_by
from .linear_map import ColumnRearranger, by_scalar, split_column, take_out
from .merge import like_terms
from .rearrange import NoForm, split_increment
from .refuse import describe, no_form
from .step import Line, Lines, Trace

#: Told in finer lines when the coarse ones are at most `_SHORT` and the finer ones at most `_FINE`.
_SHORT, _FINE = 2, 4


_FINE_MANNERS = (Manner(fine=True, shortcuts=False), Manner(fine=True))
#: The rules of a square in one step; where none was used, there is one fine manner and not two.
_SHORTCUTS = frozenset(("square", "quadratic", "frobenius"))


#: A line of more parts than that, and of eight times those that were written, is for nobody to read.
_LARGEST = 20_000


class _TooManyLinesError(Exception):
    """More lines than are wanted; another manner of telling is taken."""


@dataclass(frozen=True)
class Told:
    """Lines, and the derivative by each variable in numerator layout."""

    lines: tuple[Line, ...]
    derivatives: tuple[Expr, ...]


def tell(function: str, e: Expr, variables: Sequence[Sym], *, identify: bool = True, scalars: bool = False) -> Told:
    """The lines of d(e) and its derivatives by the variables; e keeps its named intermediates.

    Without `identify`, the differential alone is wanted and no derivative is read off.
    """
    if scalars:
        told = Teller(function, e, variables, Manner(scalars=True), identify=identify).tell()
        return Told(_distinct(told.lines, variables[0]), told.derivatives)
    told = Teller(function, e, variables, Manner(), identify=identify).tell()
    if len(told.lines) > _SHORT:
        return told
    squared = any(s.rule.name in _SHORTCUTS for line in told.lines for s in line.steps)
    for manner in _FINE_MANNERS if squared and not isinstance(e, Add) else _FINE_MANNERS[1:]:
        try:
            finer = Teller(function, e, variables, manner, identify=identify, most=_FINE).tell()
        except _TooManyLinesError:
            continue
        if len(told.lines) < len(finer.lines):
            return finer
    return told


def _distinct(lines: Sequence[Line], x: Sym) -> tuple[Line, ...]:
    """Lines without those that, as derivatives by x, only say the line above again."""
    out: list[Line] = []
    for line in lines:
        if out and out[-1].quantity == line.quantity and rates(out[-1].expr, x) == rates(line.expr, x):
            continue
        out.append(line)
    return tuple(out)


class Teller(ByVec):
    """Tells one derivation in one manner; `lines` and `differentials` grow as it goes."""

    def __init__(
        self,
        function: str,
        e: Expr,
        variables: Sequence[Sym],
        manner: Manner,
        *,
        identify: bool = True,
        most: int | None = None,
    ) -> None:
        super().__init__(e, manner, variables)
        self.most = most
        self.function = function
        self.names = frozenset(v.name for v in variables)
        self.identify = identify
        self.licensed = licensed_by(e)
        self.size = size_of(e)
        self.lines: list[Line] = []

    def tell(self) -> Told:
        """All the lines, and the derivatives; no more than `most` lines, where that is given."""
        for named in intermediates(self.e).values():
            if named.varies_with(self.names):
                self.intermediate(named)
        out = Lines(self.function, diff(self.e), plain=self.manner.scalars)
        self.waves(out, self.e)
        self.count(out)
        derivatives = self.finish(out)
        self.count(out)
        self.lines += out.lines
        return Told(tuple(self.lines), derivatives)

    def count(self, out: Lines) -> None:
        """Give up where there are too many lines already: none goes away again."""
        if self.most is not None and len(self.lines) + len(out.lines) > self.most:
            raise _TooManyLinesError

    # -- 1 and 2: differentials --------------------------------------------------

    def intermediate(self, named: Named) -> None:
        """The differential of an intermediate, in lines of its own."""
        out = Lines(named.name, diff(named), plain=self.manner.scalars)
        self.waves(out, named.definition, known=named)
        current = out.current
        if current.is_scalar and current.differentials:
            current = self.try_readable(out, current)
        else:
            current = self.like(out, current)
        if isinstance(current, Through):
            self.in_vec(out, current)
        else:
            out.write(current)
        self.lines += out.lines
        self.differentials[named.name] = current

    def waves(self, out: Lines, e: Expr, known: Named | None = None) -> None:
        """Waves of differentiation until nothing is open; each ends a line. The value of `known` is e."""
        current: Expr = Diff(e)
        if isinstance(e, (Sym, Named)):
            if not e.varies_with(self.names):
                current = out.trace.apply("constant", current, zeros(e.shape))
                out.write(current)
            else:
                out.lines.append(Line(out.quantity, current, ()))
                out.current = current
            return
        worker = Differentiator(
            self.names,
            out.trace,
            fine=self.manner.fine,
            shortcuts=self.manner.shortcuts,
            scalars=self.manner.scalars,
            licensed=self.licensed,
        )
        worker.apart = self.apart
        while current.open:
            worker.trace = out.trace
            current = worker.wave(current)
            if current.size > _LARGEST and current.size > 8 * self.size:
                raise DeriveError(
                    "the differential becomes too long", span=self.e.span, hint="name its parts, as in `s = softmax(x)`"
                )
            if known is not None and e.size > 1:
                current = substitute(current, {e: known})
            if not self.manner.fine:
                current = self.cancelled(out, current)
            out.write(current)

    # -- 4 and 5: moving off and reading off -----------------------------------------

    def finish(self, out: Lines) -> tuple[Expr, ...]:
        """The last lines, and the derivative by each variable."""
        e = out.current
        if not e.differentials:
            return tuple(zeros(derivative_shape(self.e.shape, v.shape)) for v in self.variables)
        if e.is_scalar and not self.manner.scalars and not self.simplifies(e):
            e = self.try_readable(out, e)
            out.write(e)
        e = self.put_in(out, e)
        out.write(e)
        if not self.identify:
            if holds_standing(e):
                self.in_vec(out, e)
                return ()
            e = self.try_readable(out, e) if e.is_scalar else self.like(out, e)
            out.write(e)
            return ()
        return self.scalar_result(out, e) if e.is_scalar else self.array_result(out, e)

    def scalar_result(self, out: Lines, e: Expr) -> tuple[Expr, ...]:
        """A scalar goal: the weight of each increment."""
        if (
            self.manner.scalars
            and len(self.variables) == 1
            and (parts := take_out(by_scalar(like_terms(e)))) is not None
        ):
            # a quotient stays one fraction: the increment is taken out of it, not multiplied into it
            return (self.scalar_weight(out, e, *parts),)
        try:
            e = self.readable(out, e)
        except NoForm:
            return self.all_by_vec(out, e)
        out.write(e)
        if holds_standing(e):
            return self.all_by_vec(out, e)
        if any(split_increment(t) is None for t in terms_of(e)):
            e = self.collected(out, e)  # what has cancelled may have left an increment in a sum of entries
            out.write(e)
        found: dict[str, Expr] = {}
        for t in terms_of(e) if e.differentials else ():
            parts = split_increment(t)
            if parts is None:
                raise no_rule(f"the derivative of {describe(self.e)}", self.e.span)
            weight, increment = parts
            found[increment_name(increment)] = weight
        return tuple(found.get(v.name, zeros(derivative_shape(self.e.shape, v.shape))) for v in self.variables)

    def scalar_weight(self, out: Lines, e: Expr, weight: Expr, increment: Expr) -> Expr:
        """The derivative of a scalar by a scalar: what stands before the increment, factored."""
        short = factor(weight)
        after = mul(short, increment)
        if after != e:
            out.trace.apply("collect", e, after)
        out.write(after)
        return short

    def all_by_vec(self, out: Lines, e: Expr) -> tuple[Expr, ...]:
        """The derivatives of a scalar that has no readable form."""
        if len(self.variables) == 1:
            return (self.row_by_vec(out, e, self.variables[0]),)
        return self.parts_by_vec(out, e)

    def array_result(self, out: Lines, e: Expr) -> tuple[Expr, ...]:
        """A vector or matrix goal."""
        if len(self.variables) > 1:
            return tuple(self.one_of_many(out, e, v) for v in self.variables)
        return (self.array_by(out, e, self.variables[0], write=True),)

    def one_of_many(self, out: Lines, e: Expr, v: Sym) -> Expr:
        """The part of a total differential that one variable has."""
        return self.array_by(out, self.held_but(e, v), v, write=False)

    def array_by(self, out: Lines, e: Expr, v: Sym, *, write: bool) -> Expr:
        """The derivative of a vector or matrix by one variable."""
        if not e.differentials:
            return zeros(derivative_shape(self.e.shape, v.shape))
        try:
            if v.is_scalar:
                told = self.vec_by_scalar if holds_standing(e) else self.by_scalar
                return told(out, e, write=write)
            if is_vec_form(e.shape, v.shape):
                return self.by_vec(out, e, v, write=write)
            return self.by_column(out, e, write=write)
        except NoForm as found:
            raise no_form(found, self.e) from None

    def by_scalar(self, out: Lines, e: Expr, *, write: bool) -> Expr:
        """An array by a scalar: dY = A dx."""
        after = by_scalar(like_terms(e))
        if not after.differentials:
            return self.vanished(out, e, write=write)
        if write:
            if after != e:
                out.trace.apply("collect", e, after)
            out.write(after)
        parts = take_out(after)
        if parts is None:
            raise NoForm(e)
        return vec(parts[0]) if e.is_row else parts[0]

    def vanished(self, out: Lines, e: Expr, *, write: bool) -> Expr:
        """Everything cancelled: the derivative is zero."""
        zero = zeros(e.shape)
        if write:
            out.write(out.trace.apply("collect", e, zero))
        return zeros(derivative_shape(self.e.shape, self.variables[0].shape))

    def by_column(self, out: Lines, e: Expr, *, write: bool) -> Expr:
        """A vector by a vector: dy = A dx, or vec where that has no short form."""
        column = flipped(e) if e.is_row else e
        try:
            apart = Trace()
            exposed = ColumnRearranger(apart).column(column)
        except NoForm:
            return self.by_vec(out, e, self.variables[0], write=write)
        if any(split_column(t) is None for t in terms_of(exposed)):
            return self.by_vec(out, e, self.variables[0], write=write)
        out.trace.steps += apart.steps
        if not exposed.differentials:
            return self.vanished(out, e, write=write)
        groups: dict[Expr, list[Expr]] = {}
        for t in terms_of(exposed):
            parts = split_column(t)
            if parts is None:
                raise NoForm(t)
            groups.setdefault(parts[1], []).append(parts[0])
        increment, weights = next(iter(groups.items()))
        weight = factor(add(*weights))
        after = mul(weight, increment)
        if write:
            if after != exposed:
                out.trace.apply("collect", exposed, after)
            if e.is_row:
                out.write(transpose(after))
            else:
                out.write(after)
        return weight
