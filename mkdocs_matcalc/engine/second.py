"""Second derivatives: the differential of the differential, the first increment held constant.

In: a function, the two variables (the same one twice for a Hessian). Out: the lines of the first
differential, those of the second (quantity `df`), and the Hessian, the mixed block, or the second
derivative of anything by a scalar. Since the first differential is g dx, the second is (dg) dx, and
the matrix of dg is the Hessian (Magnus and Neudecker, ch. 6 and 10).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import DeriveError
from ..expr.atoms import Sym, is_zero, zeros
from ..expr.differential import Held, diff
from ..expr.linear import T, add, mul, transpose
from ..expr.matrix import flipped, unvec, vec
from ..expr.node import Expr
from ..expr.shape import is_scalar, is_vector
from ..expr.walk import bottom_up, everything, intermediates
from .by_vec import holds_standing
from .collect import factor
from .collector import Manner
from .differential import Teller, Told
from .forms import attach, collect, derivative_shape, terms_of
from .linear_map import ColumnRearranger, VecMap, by_scalar, split_column, take_out
from .merge import like_terms
from .rearrange import NoForm, Rearranger, split_increment
from .refuse import no_form
from .step import Line, Lines, Trace

#: A second derivative of more parts than this, and eight times what was written, is not told.
_LARGEST = 4_000


def tell_second(function: str, e: Expr, variables: Sequence[Sym]) -> Told:
    """The lines of df and of d(df), and the second derivative."""
    x, y = variables
    if not is_scalar(e.shape) and not (is_scalar(x.shape) and is_scalar(y.shape)):
        raise DeriveError(
            "no rule for the second derivative of a vector or matrix by a vector or matrix",
            span=e.span,
            hint="the second derivative of a scalar, or of anything by a scalar, can be derived",
        )
    return _Second(function, e, x, y).tell()


class _Second:
    def __init__(self, function: str, e: Expr, x: Sym, y: Sym) -> None:
        self.function, self.e, self.x, self.y = function, e, x, y

    def tell(self) -> Told:
        first = Teller(self.function, self.e, (self.x,), Manner())
        told = first.tell()
        derivative = told.derivatives[0]
        increment = _held(self.x)
        if self.x.name in first.rows:
            held = mul(first.rows[self.x.name], vec(increment))
        else:
            held = attach(derivative, increment) if is_scalar(self.e.shape) else mul(derivative, increment)
        second = Teller(f"d{self.function}", held, (self.y,), Manner(), identify=True)
        for named in intermediates(held).values():
            if named.name not in first.differentials or self.y.name != self.x.name:
                if named.varies_with(second.names):
                    second.intermediate(named)
            else:
                second.differentials[named.name] = first.differentials[named.name]
        out = Lines(second.function, diff(held))
        second.waves(out, held)
        current = second.put_in(out, out.current)
        out.write(current)
        result = self.read_off(out, current)
        if result.size > max(_LARGEST, 8 * sum(1 for _ in everything(self.e))):
            raise DeriveError(
                "the second derivative becomes too long", span=self.e.span, hint="name fewer intermediates"
            )
        return Told((*told.lines, *second.lines, *_opened(out.lines, self.x)), (result,))

    def read_off(self, out: Lines, e: Expr) -> Expr:
        """The matrix of the quadratic form, from a form linear in each of the two increments."""
        x, y = self.x, self.y
        if not e.differentials:
            if is_scalar(x.shape) and is_scalar(y.shape):
                return zeros(derivative_shape(self.e.shape, x.shape))
            return zeros((x.shape[0] * x.shape[1], y.shape[0] * y.shape[1]))
        try:
            if is_scalar(x.shape) and is_scalar(y.shape):
                return self.scalars(out, e)
            return self.forms(out, e)
        except NoForm as found:
            if intermediates(self.e) and is_scalar(self.e.shape) and is_scalar(x.shape) and is_scalar(y.shape):
                words = "the second derivative through so many definitions is not found"
                raise DeriveError(words, span=self.e.span, hint="name fewer intermediates") from None
            raise no_form(found, self.e) from None

    def scalars(self, out: Lines, e: Expr) -> Expr:
        """By scalars: the coefficient of the two increments."""
        if holds_standing(e):
            return self.scalars_by_vec(out, e)
        taken = by_scalar(e) if not e.is_scalar else _collected(out, e)
        if is_zero(taken):
            return self.vanished(out, e)
        inner = take_out(taken)
        if inner is None:
            raise NoForm(e)
        opened = by_scalar(_open(inner[0], self.x))
        if is_zero(opened):
            return self.vanished(out, e)
        outer = take_out(opened)
        if outer is None:
            raise NoForm(e)
        result = factor(outer[0])
        after = mul(diff(self.x), diff(self.y), result)
        out.trace.apply("collect", _open(e, self.x), after)
        out.write(after)
        return vec(result) if self.e.is_row else result

    def scalars_by_vec(self, out: Lines, e: Expr) -> Expr:
        """By scalars, where what stands needs vec: vec(d²Y) = m dx dy, and Y″ is the matrix with the vec m."""
        column = VecMap().row(e) if e.is_scalar else VecMap().of(e)
        parts = take_out(by_scalar(like_terms(_open(column, self.x))))
        if parts is None:
            raise NoForm(e)
        result = factor(parts[0])
        out.trace.apply("vec-product", vec(e), mul(diff(self.x), diff(self.y), result))
        out.vec = not e.is_column and not e.is_scalar
        out.write(mul(diff(self.x), diff(self.y), result))
        return result if e.is_scalar or e.is_vector else unvec(result, *self.e.shape)

    def vanished(self, out: Lines, e: Expr) -> Expr:
        """By scalars, and everything cancelled: 2 (dx − dx) dx."""
        zero = zeros(self.e.shape)
        out.write(out.trace.apply("collect", e, zero))
        return vec(zero) if self.e.is_row else zero

    def forms(self, out: Lines, e: Expr) -> Expr:
        """By vectors and matrices: (dx)ᵀ H dy, with vec where a matrix is involved."""
        x, y = self.x, self.y
        exposed = add(*(_exposed(out, t) for t in terms_of(e)))
        rows, worker = [], VecMap()
        for t in terms_of(exposed):
            parts = split_increment(t)
            rows.append(worker.row(t) if parts is None or holds_standing(t) else _as_row(parts[0], parts[1]))
        row = _open(add(*rows), x)  # 1 x size(y), linear in dx
        column = flipped(row) if not row.is_scalar else row
        matrix = _matrix_of(out, column, x)  # column = matrix vec(dx)
        hessian = factor(flipped(matrix))
        left, right = vec(diff(x)), vec(diff(y))
        left = transpose(left) if not left.is_scalar else left
        after = mul(left, hessian, right)
        for step in worker.steps:
            out.trace.apply(step.rule, step.before, step.after)
        by_vec = not is_vector(x.shape) or not is_vector(y.shape)
        before = _open(exposed, x) if by_vec else mul(left, flipped(matrix), right)
        out.trace.apply("vec-quadratic" if by_vec else "collect", before, after)
        out.write(after)
        return hessian


def _held(x: Sym) -> Expr:
    held = Held(x)
    return T(held) if x.is_row else held


def _open(e: Expr, x: Sym) -> Expr:
    """The held increment as one that can be moved."""
    return bottom_up(e, lambda n: diff(x) if isinstance(n, Held) else n)


def _opened(lines: Sequence[Line], x: Sym) -> list[Line]:
    """Lines with the held increment written as the increment, those that then say the same left out."""
    out: list[Line] = []
    for line in lines:
        shown = like_terms(_open(line.expr, x))
        if not out or out[-1].expr != shown:
            out.append(Line(line.quantity, shown, line.steps, line.vec))
    return out


def _exposed(out: Lines, t: Expr) -> Expr:
    """A term with everything moved off the increment, or as it is where only its vec has a form."""
    apart = Trace()
    try:
        exposed = Rearranger(apart).scalar(t)
    except NoForm:
        return t
    out.trace.steps += apart.steps
    return exposed


def _collected(out: Lines, e: Expr) -> Expr:
    return collect(Rearranger(out.trace).scalar(e))


def _as_row(weight: Expr, increment: Expr) -> Expr:
    """The weight of an increment as a row: for a matrix, tr(A dX) = vec(Aᵀ)ᵀ vec(dX)."""
    if increment.is_scalar or is_vector(increment.shape):
        return weight
    return transpose(vec(flipped(weight)))


def _matrix_of(out: Lines, column: Expr, x: Sym) -> Expr:
    if is_scalar(x.shape):
        parts = take_out(by_scalar(column))
        if parts is None:
            raise NoForm(column)
        return parts[0]
    if is_vector(x.shape) and (column.is_column or column.is_scalar):
        if column.is_scalar:
            rows = []
            exposed = Rearranger(out.trace).scalar(column)
            for t in terms_of(exposed):
                parts = split_increment(t)
                if parts is None:
                    raise NoForm(column)
                rows.append(parts[0])
            return add(*rows)
        weights = []
        for term in terms_of(column):
            try:
                exposed = ColumnRearranger(out.trace).column(term)
            except NoForm:
                weights.append(VecMap().of(term))
                continue
            for t in terms_of(exposed):
                parts = split_column(t)
                weights.append(VecMap().of(t) if parts is None else parts[0])
        return add(*weights)
    return VecMap().of(column) if not column.is_scalar else VecMap().row(column)
