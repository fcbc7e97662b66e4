"""A vector or matrix differential brought to the form that identification reads.

    dy = A dx            for a column y and a column x
    dy = a dx            for anything by a scalar x
    vec(dY) = M vec(dX)  where a matrix is involved on either side

In: an expression linear in the increments of one variable, differentials closed. The moves are
identities of the rule table and go through the trace; `NoForm` where there is none.
"""

from __future__ import annotations

from ..expr.atoms import UNIT, Commutation, Selection, eye, is_zero, ones, zeros
from ..expr.differential import Diff, Through, standing
from ..expr.linear import Add, Had, Kron, Mul, T, add, had, kron, mul, product, transpose
from ..expr.matrix import Call, call, diag, flipped, trace, vec
from ..expr.node import Expr
from ..expr.scalar import Partial
from ..expr.shape import ONE, Dim, is_scalar
from ..rules.table import by_name
from .abstract import along, chain_rule
from .collect import factor
from .merge import monomial, segments
from .rearrange import NoForm, Rearranger, contracted_in, is_increment, position, split_increment
from .step import Step


class ColumnRearranger(Rearranger):
    """Columns by columns: everything to A dx."""

    def column(self, e: Expr) -> Expr:
        """A column, linear in the increment of a column, as a sum of terms A dx."""
        if isinstance(e, Add):
            return add(*(self.column(t) for t in e.args))
        if not e.differentials or split_column(e) is not None:
            return e
        if isinstance(e, T):
            return self.column(self.push(e))
        coef, scalars, chain = monomial(e)
        groups = segments(chain)
        if len(groups) > 1:
            parts = [mul(*g) for g in groups if is_scalar((g[0].shape[0], g[-1].shape[1]))]
            first = [f for g in groups if not is_scalar((g[0].shape[0], g[-1].shape[1])) for f in g]
            return self.column(product(coef, (*scalars, *parts), tuple(first)))
        for i, s in enumerate(scalars):
            if s.differentials:
                column = product(coef, (*scalars[:i], *scalars[i + 1 :]), chain)
                moved = self.factor(s)
                after = add(*(self.outer(e, column, t) for t in _terms(moved)))
                spread = add(*(mul(t, column) for t in _terms(moved)))
                if isinstance(moved, Add):
                    self.trace.apply("distribute", mul(moved, column), spread)
                return self.trace.apply("scalar-moves", spread, after)
        return self._chain(e, product(coef, scalars, ()), chain)

    def outer(self, whole: Expr, column: Expr, t: Expr) -> Expr:
        """(row dx) column = column row dx."""
        parts = split_increment(t)
        if parts is None or parts[1].is_scalar or not parts[1].is_column:
            raise NoForm(whole)
        return mul(column, parts[0], parts[1])

    def _chain(self, whole: Expr, front: Expr, chain: tuple[Expr, ...]) -> Expr:
        i = position(chain)
        left, f, right = chain[:i], chain[i], chain[i + 1 :]
        if isinstance(f, T) and not standing(f.arg):
            return self.column(mul(front, *left, self.push(f), *right))
        if isinstance(f, Add):
            after = add(*(mul(front, *left, t, *right) for t in f.args))
            return self.column(self.trace.apply("distribute", whole, after))
        if isinstance(f, Had) and f.is_column and not right:
            j = position(f.args)
            rest = had(*f.args[:j], *f.args[j + 1 :])
            after = mul(front, *left, diag(rest), f.args[j])
            return self.column(self.trace.apply("hadamard-diag", whole, after))
        if isinstance(f, Had) and right:
            after = add(*(mul(front, *left, t, *right) for t in _terms(hadamard_outer(f))))
            return self.column(self.trace.apply("hadamard-outer", whole, after))
        if isinstance(f, Call) and f.name == "diag" and right:
            after = mul(front, *left, had(f.arg, mul(*right)))
            return self.column(self.trace.apply("diag-product", whole, after))
        if isinstance(f, Call) and f.name == "diagonal" and not right:
            return self._diagonal(whole, mul(front, *left), f.arg)
        raise NoForm(f)

    def _diagonal(self, whole: Expr, front: Expr, m: Expr) -> Expr:
        """diag(u v') = u ∘ v, for each term of a sum of outer products."""
        pieces = []
        rule = "diag-outer"
        for term in _terms(m):
            coef, scalars, chain = monomial(term)
            groups = segments(chain)
            if (sandwich := _diag_sandwich(chain)) is not None:
                pieces.append(product(coef, scalars, (sandwich,)))
                rule = "diag-sandwich"
                continue
            if len(groups) < 2 or groups[0][-1].shape[1] is not ONE:
                if any(f.differentials for f in chain):
                    raise NoForm(m)
                pieces.append(product(coef, scalars, (call("diagonal", mul(*chain)),)))  # the increment is in a scalar
                continue
            inner = [mul(*g) for g in groups[1:-1]]
            outer = had(mul(*groups[0]), transpose(mul(*groups[-1])))
            pieces.append(product(coef, (*scalars, *inner), (outer,)))
        return self.column(self.trace.apply(rule, whole, mul(front, add(*pieces))))


def split_column(e: Expr) -> tuple[Expr, Expr] | None:
    """A column term A dx as (A, dx); None for any other."""
    coef, scalars, chain = monomial(e)
    if not chain or not is_increment(chain[-1]) or any(f.differentials for f in (*scalars, *chain[:-1])):
        return None
    rest = chain[:-1] or (eye(chain[-1].shape[0]),)
    return product(coef, scalars, rest), chain[-1]


def by_scalar(e: Expr) -> Expr:
    """An expression linear in the increment of a scalar, with the increment taken out of every sum in it."""
    if not e.differentials or isinstance(e, Diff):
        return e
    if isinstance(e, Add):
        terms = [t for t in map(by_scalar, e.args) if not is_zero(t)]  # dx − dx has gone
        parts = [take_out(t) for t in terms]
        if not parts or any(p is None for p in parts):
            return add(*terms, zeros(e.shape))
        found = [p for p in parts if p is not None]
        return mul(factor(add(*(p[0] for p in found))), found[0][1])
    return e.map_args(by_scalar)


def take_out(e: Expr) -> tuple[Expr, Expr] | None:
    """(a, dx) for a term a dx."""
    coef, scalars, chain = monomial(e)
    for i, s in enumerate(scalars):
        if isinstance(s, Diff):
            return product(coef, (*scalars[:i], *scalars[i + 1 :]), chain), s
    return None


def _diag_sandwich(chain: tuple[Expr, ...]) -> Expr | None:
    """diag(A Diag(x) B) = (A ∘ Bᵀ) x, with the increment in x; None where the chain is no such product."""
    i = next((i for i, f in enumerate(chain) if f.differentials), 0)
    f = chain[i]
    if not isinstance(f, Call) or f.name != "diag" or not f.differentials:
        return None
    left = mul(*chain[:i]) if i else eye(f.shape[0])
    right = mul(*chain[i + 1 :]) if i + 1 < len(chain) else eye(f.shape[1])
    return mul(had(left, flipped(right)), f.arg)


def hadamard_outer(f: Had) -> Expr:
    """A ∘ (u v') = Diag(u) A Diag(v), for each outer product in the factor with the increment."""
    i = position(f.args)
    rest = had(*f.args[:i], *f.args[i + 1 :])
    pieces = []
    for term in _terms(f.args[i]):
        coef, scalars, chain = monomial(term)
        groups = segments(chain)
        if len(groups) < 2:
            raise NoForm(f)
        inner = [mul(*g) for g in groups[1:-1]]
        around = (diag(mul(*groups[0])), rest, diag(transpose(mul(*groups[-1]))))
        pieces.append(product(coef, (*scalars, *inner), around))
    return add(*pieces)


class VecMap:
    """The matrix M of vec(dY) = M vec(dX), built from the outside in; `steps` are the identities that were used."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def _note(self, name: str, before: Expr, after: Expr) -> None:
        step = Step(by_name(name), before, after)
        if before != after and step not in self.steps:
            self.steps.append(step)

    def of(self, e: Expr) -> Expr:
        """M for an expression linear in one increment."""
        if isinstance(e, Add):
            return add(*(self.of(t) for t in e.args))
        if isinstance(e, Diff):
            return eye(e.shape[0] * e.shape[1])
        if isinstance(e, Through):
            return self._through(e)
        coef, scalars, chain = monomial(e)
        for i, s in enumerate(scalars):
            if s.differentials:
                rest = (*scalars[:i], *scalars[i + 1 :])
                return self._scaled(product(coef, rest, chain), s)
        if coef != 1 or scalars:
            return product(coef, scalars, (self._product(chain),))
        return self._product(chain)

    def _through(self, e: Through) -> Expr:
        """vec(dY) = Y'(X) vec(dX), the definition of the derivative, and the chain rule where X is no name."""
        parts = along(e)
        if not parts:
            raise NoForm(e)
        after = add(*(mul(m, step if step.is_scalar else vec(step)) for m, step in parts))
        self._note("second-derivative" if isinstance(e.of, Partial) else chain_rule(e.of), vec(e), after)
        return add(*(mul(m, self._term(step)) for m, step in parts))

    def _term(self, e: Expr) -> Expr:
        return self.row(e) if e.is_scalar else self.of(e)

    def _scaled(self, body: Expr, s: Expr) -> Expr:
        """vec(s B) = vec(B) s, and the scalar s is a row times vec(dX)."""
        row = self.row(s)
        if not row.is_scalar:
            increment = vec(next(d for d in s.walk() if isinstance(d, Diff)))
            after = mul(vec(body), row, increment)
            self._note("vec-outer" if isinstance(s, Call) else "scalar-moves", vec(mul(s, body)), after)
        return mul(vec(body), row)

    def row(self, s: Expr) -> Expr:
        """The row m' of a scalar s = m' vec(dX)."""
        if isinstance(s, Add):
            return add(*(self.row(t) for t in s.args))
        if isinstance(s, Diff):
            return UNIT
        if isinstance(s, Call) and s.name == "sum":
            return mul(ones((ONE, s.arg.shape[0] * s.arg.shape[1])), self.of(s.arg))
        if isinstance(s, Call) and s.name == "tr":
            return self._trace(s.arg)
        if not isinstance(s, Mul):
            raise NoForm(s)
        for i, f in enumerate(s.scalars):
            if f.differentials:
                rest = product(s.coef, (*s.scalars[:i], *s.scalars[i + 1 :]), s.chain)
                return mul(rest, self.row(f))
        return product(s.coef, s.scalars, (self._product(s.chain),))

    def _trace(self, m: Expr) -> Expr:
        """tr(A F) = vec(A')' vec(F)."""
        if isinstance(m, Add):
            return add(*(self._trace(t) for t in m.args))
        coef, scalars, chain = monomial(m)
        for k, s in enumerate(scalars):
            if s.differentials:
                rest = product(coef, (*scalars[:k], *scalars[k + 1 :]), chain)
                return mul(trace(rest), self.row(s))
        i = next((i for i, f in enumerate(chain) if f.differentials), None)
        if i is None:
            raise NoForm(m)
        around = (*chain[i + 1 :], *chain[:i])
        weight = flipped(mul(*around)) if around else eye(m.shape[0])
        return product(coef, scalars, (transpose(vec(weight)), self._factor(chain[i])))

    def _product(self, chain: tuple[Expr, ...]) -> Expr:
        if len(chain) == 1:
            return self._factor(chain[0])
        i = position(chain)
        left, f, right = chain[:i], chain[i], chain[i + 1 :]
        if (held := contracted_in(chain)) is not None:
            after = add(*(mul(m, step if step.is_scalar else vec(step)) for m, step in held))
            self._note("second-of-vector", vec(mul(*chain)), after)
            return add(*(mul(m, self._term(step)) for m, step in held))
        if isinstance(f, Add) and any(isinstance(n, Through) for n in f.walk()):  # in a sum no row meets its column
            return add(*(self._term(mul(*left, t, *right)) for t in f.args))
        if any(g.differentials for g in right):
            raise NoForm(f)
        before = mul(*left) if left else eye(f.shape[0])
        after = flipped(mul(*right)) if right else eye(f.shape[1])
        around = before if f.shape[1] is ONE and not right else kron(after, before)
        if right or not f.is_column:
            self._note("vec-product", vec(mul(*chain)), mul(around, vec(f)))
        return mul(around, self._factor(f))

    def _factor(self, f: Expr) -> Expr:
        if isinstance(f, (Diff, Through, Add, Mul)):
            return self.of(f)
        if isinstance(f, T):
            if f.is_vector:
                return self.of(f.arg)
            self._note("vec-transpose", vec(f), mul(Commutation(*f.arg.shape), vec(f.arg)))
            return mul(Commutation(*f.arg.shape), self.of(f.arg))
        if isinstance(f, Had):
            i = position(f.args)
            rest = had(*f.args[:i], *f.args[i + 1 :])
            self._note("vec-hadamard", vec(f), mul(diag(vec(rest)), vec(f.args[i])))
            return mul(diag(vec(rest)), self.of(f.args[i]))
        if isinstance(f, Kron):
            return self._kron(*f.args)
        if isinstance(f, Call) and f.name == "diag":
            self._note("vec-diag", vec(f), mul(Selection(f.shape[0]), f.arg))
            return mul(Selection(f.shape[0]), self.of(f.arg))
        if isinstance(f, Call) and f.name == "diagonal":
            self._note("diagonal-vec", f, mul(transpose(Selection(f.arg.shape[0])), vec(f.arg)))
            return mul(transpose(Selection(f.shape[0])), self.of(f.arg))
        if isinstance(f, Call) and f.name == "vec":
            return self.of(f.arg)
        raise NoForm(f)

    def _kron(self, a: Expr, b: Expr) -> Expr:
        """vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec A ⊗ vec B), Magnus and Neudecker, ch. 3, th. 10."""
        (m, n), (p, q) = a.shape, b.shape
        middle = kron(kron(eye(n), commutation(q, m)), eye(p))
        self._note("vec-kronecker", vec(kron(a, b)), mul(middle, kron(vec(a), vec(b))))
        if a.differentials:
            return mul(middle, kron(eye(m * n), vec(b)), self.of(a))
        return mul(middle, kron(vec(a), eye(p * q)), self.of(b))


def commutation(m: Dim, n: Dim) -> Expr:
    """K for m x n matrices; the identity where one side is 1."""
    return eye(m * n) if m is ONE or n is ONE else Commutation(m, n)


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Add) else (e,)
