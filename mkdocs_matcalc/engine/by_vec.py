"""What only the vec of a matrix carries out: vec(dY) = M vec(dX).

In: a differential with the increments of names, and with what stands as a `Through`. Out: lines that go by vec, and
derivatives read off them: a matrix M, for a scalar the matrix whose vec its row is, for a matrix by a scalar the
matrix whose vec its column is. How the steps of what stands came about is told in the line where its vec is taken.
`NoForm` is raised where an operation has no matrix for its vec.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..expr.atoms import Sym, zeros
from ..expr.differential import Diff, Through, diff
from ..expr.linear import add, mul
from ..expr.matrix import flipped, unvec, vec
from ..expr.node import Expr
from ..expr.walk import substitute
from ..rules.table import by_name
from .collect import factor
from .collector import Collector, Manner
from .forms import attach, collect, derivative_shape, increment_name
from .linear_map import VecMap
from .merge import like_terms
from .rearrange import NoForm, rearranged, split_increment
from .refuse import no_form
from .step import Lines, Step


class ByVec(Collector):
    """Lines that go by vec, and what is read off them."""

    def __init__(self, e: Expr, manner: Manner, variables: Sequence[Sym]) -> None:
        super().__init__(e, manner)
        self.variables = variables
        self.apart: dict[Expr, tuple[Step, ...]] = {}
        """How the steps of what stands until its vec is taken came about."""
        self.rows: dict[str, Expr] = {}
        """The row r of df = r vec(dX), for a matrix X whose derivative was read off it."""

    def by_vec(self, out: Lines, e: Expr, v: Sym, *, write: bool) -> Expr:
        """The matrix M of vec(dY) = M vec(dX), for anything with a matrix."""
        e = self.like(out, e)
        if write and e != out.current:
            out.write(e)
        if not e.differentials:
            return zeros(derivative_shape(self.e.shape, v.shape))
        used, matrix = _mapped(e)
        if write:
            self.written(out, e, [(used, mul(matrix, vec(diff(v))))])
        return matrix

    def row_by_vec(self, out: Lines, e: Expr, v: Sym) -> Expr:
        """A scalar as df = r vec(dX); the derivative is the matrix of which the row r is the vec."""
        try:
            row = self.by_vec(out, e, v, write=True)
        except NoForm as finding:
            raise no_form(finding, self.e) from None
        return self.from_row(row, v) if like_terms(e).differentials else row

    def parts_by_vec(self, out: Lines, e: Expr) -> tuple[Expr, ...]:
        """The derivatives of a scalar by several variables, some of which need vec: df = r vec(dX) + a' dw."""
        derivatives: list[Expr] = []
        pieces: list[tuple[Sequence[Step], Expr]] = []
        for v in self.variables:
            part = like_terms(self.held_but(e, v))
            if not part.differentials:
                derivatives.append(zeros(derivative_shape(self.e.shape, v.shape)))
                continue
            parts = _readable(part)
            if parts is not None:
                derivatives.append(parts[0])
                pieces.append(((), attach(*parts)))
                continue
            try:
                used, row = _mapped(part)
            except NoForm as finding:
                raise no_form(finding, self.e) from None
            derivatives.append(self.from_row(row, v))
            pieces.append((used, mul(row, vec(diff(v)))))
        self.written(out, e, pieces)
        return tuple(derivatives)

    def vec_by_scalar(self, out: Lines, e: Expr, *, write: bool) -> Expr:
        """A matrix by a scalar where what stands in it needs vec: vec(dY) = m dx, and Y′ is the matrix with the vec m."""
        column = self.by_vec(out, e, self.variables[0], write=write)
        return column if e.is_vector or column.shape == e.shape else unvec(column, *e.shape)

    def in_vec(self, out: Lines, e: Expr) -> None:
        """A line of the differential itself, each increment behind its matrix: vec(dY) = M vec(dX) + N dt."""
        increments = dict.fromkeys(d for d in e.walk() if isinstance(d, Diff))
        pieces = []
        for d in increments:
            alone = substitute(e, {other: zeros(other.shape) for other in increments if other != d})
            try:
                used, matrix = _mapped(alone)
            except NoForm as finding:
                raise no_form(finding, self.e) from None
            pieces.append((used, mul(matrix, vec(d))))
        self.written(out, e, pieces)

    def written(self, out: Lines, e: Expr, pieces: Sequence[tuple[Sequence[Step], Expr]]) -> None:
        """A line in vec, the rules of its pieces beside it."""
        after = add(*(piece for _, piece in pieces))
        for node in e.walk():
            if isinstance(node, Through):
                out.trace.steps += self.apart.get(node.of, ())
        for step in dict.fromkeys(step for used, _ in pieces for step in used) or (_of_whole(e, after),):
            out.trace.apply(step.rule, step.before, step.after)
        out.vec = not e.is_column and not e.is_scalar
        out.write(after)

    def from_row(self, row: Expr, v: Sym) -> Expr:
        """The derivative by a variable, from the row r of df = r vec(dX)."""
        if v.is_vector or v.is_scalar:
            return row
        self.rows[v.name] = row
        return flipped(unvec(flipped(row), *v.shape))

    def held_but(self, e: Expr, v: Sym) -> Expr:
        """A differential with all variables held but one."""
        zero: dict[Expr, Expr] = {
            d: zeros(d.shape) for d in e.walk() if isinstance(d, Diff) and increment_name(d) != v.name
        }
        return substitute(e, zero)


def holds_standing(e: Expr) -> bool:
    """Whether a differential stands in an expression that only vec can carry out."""
    return any(isinstance(n, Through) for n in e.walk())


def _of_whole(e: Expr, after: Expr) -> Step:
    """The step where nothing stands around the increments: vec of a product without factors."""
    return Step(by_name("vec-product"), vec(e), after)


def _mapped(e: Expr) -> tuple[tuple[Step, ...], Expr]:
    """The steps that lead there, and M."""
    worker = VecMap()
    matrix = factor(worker.row(e) if e.is_scalar else worker.of(e))
    return tuple(worker.steps), matrix


def _readable(part: Expr) -> tuple[Expr, Expr] | None:
    """The weight and the increment of a scalar that needs no vec; None where it does."""
    if holds_standing(part):
        return None
    try:
        return split_increment(collect(rearranged(part)[0]))
    except NoForm:
        return None
