"""A scalar differential brought to the form that identification reads: dy = a dx, a'dx, or tr(A dX).

In: a scalar expression, linear in increments, differentials closed. Out: a sum of terms, each a
coefficient times scalars times one of

    dx (scalar)        row dx (vector)        tr(chain dX) (matrix)

Every move is an identity of the rule table and goes through the trace. The increment is found from
the outside in: an operation around it is taken off and put on its other side, one at a time.
`NoForm` is raised where an operation has no such identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..expr.atoms import F1, Eye, Ones, ones
from ..expr.differential import Diff, Through, increment, standing
from ..expr.linear import Add, Had, Kron, Mul, T, add, had, mul, product, times, transpose
from ..expr.matrix import Call, call, diag, flipped, trace, vec
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.shape import ONE
from .abstract import contraction
from .merge import monomial, segments
from .step import Step, Trace


class NoForm(Exception):  # noqa: N818 -- it is a finding that the caller acts on, not an error
    """There is no way to move this operation off the increment in matrix notation."""

    def __init__(self, e: Expr) -> None:
        self.expr = e
        super().__init__(f"no form for {type(e).__name__}")


Factors = tuple[Expr, ...]


class Rearranger:
    """Moves everything off the increments; `trace` keeps the identities used.

    With `entrywise_only`, Hadamard products, diagonals and sums alone are moved, and transposes and
    traces are left for a line of their own.
    """

    def __init__(self, trace: Trace, *, entrywise_only: bool = False) -> None:
        self.trace = trace
        self.entrywise_only = entrywise_only

    def scalar(self, e: Expr) -> Expr:
        """A scalar expression as a sum of terms in readable form."""
        if isinstance(e, Add):
            return add(*(self.scalar(t) for t in e.args))
        if not e.differentials or is_exposed(e):
            return e
        coef, scalars, chain = monomial(e)
        for i, s in enumerate(scalars):
            if s.differentials:
                if isinstance(s, Diff):
                    return e
                inner = self.factor(s)
                rest = (*scalars[:i], *scalars[i + 1 :], *([mul(*chain)] if chain else []))
                return add(*(self.join(coef, rest, t) for t in _terms(inner)))
        groups = segments(chain)
        if len(groups) > 1:  # one of several scalar chains has the increment
            parts = [mul(*g) for g in groups]
            return self.scalar(product(coef, (*scalars, *parts), ()))
        inner = self.chain(tuple(chain))
        return add(*(self.join(coef, scalars, t) for t in _terms(inner)))

    def join(self, coef: Fraction, scalars: Factors, t: Expr) -> Expr:
        """Scalar factors put in front of a readable term."""
        c, s, chain = monomial(t)
        return product(times(coef, c), (*scalars, *s), chain)

    def factor(self, s: Expr) -> Expr:
        """One scalar factor that holds the increment."""
        if isinstance(s, Call) and s.name == "tr":
            return self.trace_of(s.arg)
        if isinstance(s, Call) and s.name == "sum":
            return self.sum_of(s)
        if isinstance(s, (Mul, Add)):
            return self.scalar(s)
        if increment(s) is not None:
            return s
        raise NoForm(s)

    # -- sums of entries ------------------------------------------------------

    def sum_of(self, s: Call) -> Expr:
        """sum(a ∘ dx) = a'dx, sum(A ∘ dX) = tr(A'dX), sum(v) = 1'v, sum(M) = 1'M1."""
        a = s.arg
        if isinstance(a, Add):
            return add(*(self.sum_of(Call("sum", t)) if not isinstance(t, Mul) else self.scalar(call("sum", t))
                         for t in a.args))  # fmt: skip
        if isinstance(a, Kron):
            after = mul(call("sum", a.args[0]), call("sum", a.args[1]))
            return self.scalar(self.trace.apply("sum-kronecker", s, after))
        if a.is_row:
            a = transpose(a)
        if a.is_column:
            if isinstance(a, Had):
                inside, rest = _split(a)
                after = mul(transpose(rest), inside)
                return self.scalar(self.trace.apply("vector-sum", s, after))
            return self.scalar(self.trace.apply("sum-ones", s, mul(ones((ONE, a.shape[0])), a)))
        if isinstance(a, Had):
            inside, rest = _split(a)
            after = trace(mul(transpose(rest), inside))
            return self.scalar(self.trace.apply("trace-identity", s, after))
        after = mul(ones((ONE, a.shape[0])), a, ones((a.shape[1], ONE)))
        return self.scalar(self.trace.apply("sum-ones", s, after))

    # -- scalar chains --------------------------------------------------------

    def chain(self, chain: Factors) -> Expr:
        """A scalar row ⋯ column chain, or a trace, that holds the increment."""
        i = position(chain)
        left, f, right = chain[:i], chain[i], chain[i + 1 :]
        whole = mul(*chain)
        if (held := contracted_in(chain)) is not None:
            after = add(*(mul(m, vec(step)) for m, step in held))
            return self.scalar(self.trace.apply("second-of-vector", whole, after))
        if standing(f):
            if f.shape[1] is ONE:
                return whole  # row dx: done
            if self.entrywise_only:
                return whole
            if f.shape[0] is ONE:
                return self.flip(chain)  # dx of a row variable: its column on the right
            opened = self.trace.apply("scalar-trace", whole, trace(mul(f, *right, *left)))
            return self.trace.apply("cyclic", opened, trace(mul(*right, *left, f)))
        if isinstance(f, T):
            if standing(f.arg):
                if f.shape[1] is ONE or self.entrywise_only:
                    return whole  # the increment of a row, as a column: done
                return self.flip(chain)
            if f.is_row:
                return self.flip(chain)
            return self.scalar(mul(*left, self.push(f), *right))
        if isinstance(f, Add):
            after = add(*(mul(*left, t, *right) for t in f.args))
            return self.scalar(self.trace.apply("distribute", whole, after))
        if isinstance(f, Had):
            return self.chain_hadamard(left, f, right, whole)
        if isinstance(f, Call):
            return self.chain_call(left, f, right, whole)
        raise NoForm(f)

    def flip(self, chain: Factors) -> Expr:
        """A scalar is its own transpose."""
        whole = mul(*chain)
        return self.scalar(self.trace.apply("scalar-transpose", whole, mul(*_reversed(chain))))

    def push(self, e: T) -> Expr:
        """A transpose carried out on what it stands on."""
        return self.trace.apply("product-transpose", e, flipped(e.arg))

    def chain_hadamard(self, left: Factors, f: Had, right: Factors, whole: Expr) -> Expr:
        """Left (h ∘ g) right, with the increment in g: h goes to the other side."""
        inside, rest = _split(f)
        if f.is_column and not right:
            row = had(mul(*left), transpose(rest))
            return self.scalar(self.trace.apply("vector-hadamard", whole, mul(row, inside)))
        if f.is_row:
            return self.flip((*left, f, *right))
        if len(left) == len(right) == 1 and isinstance(left[0], Ones) and isinstance(right[0], Ones):
            after = trace(mul(transpose(rest), inside))
            return self.scalar(self.trace.apply("sum-hadamard", whole, after))
        around = mul(*right, *left)
        turned = self.trace.apply("scalar-trace", whole, trace(mul(around, f)))
        after = trace(mul(had(around, transpose(rest)), inside))
        return self.scalar(self.trace.apply("trace-hadamard", turned, after))

    def chain_call(self, left: Factors, f: Call, right: Factors, whole: Expr) -> Expr:
        """Left Diag(g) right and left diag(G), with the increment in g."""
        if f.name == "diag":  # row diag(dv) column
            row = had(mul(*left), transpose(mul(*right)))
            return self.scalar(self.trace.apply("diag-product", whole, mul(row, f.arg)))
        if f.name == "diagonal" and not right:
            weight = transpose(mul(*left))
            after = trace(f.arg) if isinstance(weight, Ones) else trace(mul(diag(weight), f.arg))
            return self.scalar(self.trace.apply("diag-trace", whole, after))
        raise NoForm(f)

    # -- traces ---------------------------------------------------------------

    def _last(self, whole: Expr, around: Sequence[Expr], f: Expr) -> Expr:
        """A trace with a factor at its end, where it is not there yet."""
        turned = trace(mul(*around, f))
        return whole if turned == whole else self.trace.apply("cyclic", whole, turned)

    def trace_of(self, m: Expr) -> Expr:
        """Tr of an expression that holds the increment."""
        whole = trace(m)
        if isinstance(m, Add):
            return add(*(self.scalar(t) for t in (trace(t) for t in m.args)))
        if isinstance(m, Kron):
            a, b = m.args
            if a.shape[0] != a.shape[1]:
                raise NoForm(m)
            return self.scalar(self.trace.apply("trace-kronecker", whole, mul(trace(a), trace(b))))
        chain = m.chain if isinstance(m, Mul) else (m,)
        i = position(chain)
        left, f, right = chain[:i], chain[i], chain[i + 1 :]
        around = (*right, *left)
        if self.entrywise_only and (standing(f) or (isinstance(f, T) and standing(f.arg))):
            return whole
        if standing(f) and f.shape[0] is not ONE and f.shape[1] is not ONE:
            after = trace(mul(*around, f))
            return whole if not right else self.trace.apply("cyclic", whole, after)
        if f.shape[0] is ONE or f.shape[1] is ONE:  # a column and a row under the trace: a scalar
            closed = mul(*around, f) if f.shape[1] is ONE else mul(f, *around)
            return self.scalar(self.trace.apply("cyclic", whole, closed))
        if isinstance(f, T):
            back = trace(mul(*_reversed(right), f.arg, *_reversed(left)))
            self.trace.apply("trace-transpose", whole, back)
            if not standing(f.arg):
                return self.scalar(back)
            after = trace(mul(*_reversed(around), f.arg))
            return self.trace.apply("cyclic", back, after) if left else after
        if isinstance(f, Add):
            after = add(*(trace(mul(*left, t, *right)) for t in f.args))
            return self.scalar(self.trace.apply("distribute", whole, after))
        if isinstance(f, Had):
            inside, rest = _split(f)
            weight = mul(*around) if around else Eye(f.shape[0])
            after = trace(mul(had(weight, transpose(rest)), inside))
            return self.scalar(self.trace.apply("trace-hadamard", self._last(whole, around, f), after))
        if isinstance(f, Call) and f.name == "diag":
            row = transpose(call("diagonal", mul(*around))) if around else ones((ONE, f.shape[0]))
            return self.scalar(self.trace.apply("trace-diag", self._last(whole, around, f), mul(row, f.arg)))
        raise NoForm(f)


@remembered
def rearranged(e: Expr, *, entrywise_only: bool = False) -> tuple[Expr, tuple[Step, ...]]:
    """A scalar expression in readable form, and the steps to it; raises `NoForm`."""
    trace = Trace()
    return Rearranger(trace, entrywise_only=entrywise_only).scalar(e), tuple(trace.steps)


def is_exposed(e: Expr) -> bool:
    """Whether a scalar term is in readable form already."""
    return split_increment(e) is not None


@remembered
def split_increment(e: Expr) -> tuple[Expr, Expr] | None:
    """A readable scalar term as (A, increment): A dx, row dx or tr(A dX); None for any other."""
    coef, scalars, chain = monomial(e)
    loaded = [s for s in scalars if s.differentials]
    if chain and not loaded:
        return _split_chain(coef, scalars, chain) if len(segments(chain)) == 1 else None
    if len(loaded) != 1 or any(f.differentials for f in chain):
        return None
    s = loaded[0]
    at = next(i for i, t in enumerate(scalars) if t is s)
    rest = (*scalars[:at], *scalars[at + 1 :])
    if isinstance(s, Diff):
        return product(coef, rest, chain), s
    if chain:
        rest = (*rest, mul(*chain))
    if isinstance(s, Mul) and s.coef is F1 and not s.scalars:
        return _split_chain(coef, rest, s.chain)
    if isinstance(s, Call) and s.name == "tr":
        inner = s.arg.chain if isinstance(s.arg, Mul) else (s.arg,)
        last = inner[-1]
        if standing(last) and not last.is_vector and not any(f.differentials for f in inner[:-1]):
            around = inner[:-1] or (Eye(last.shape[0]),)
            return product(coef, rest, around), last
    return None


def _split_chain(coef: Fraction, scalars: Factors, chain: Factors) -> tuple[Expr, Expr] | None:
    if len(chain) < 2 or not is_increment(chain[-1]) or any(f.differentials for f in chain[:-1]):
        return None
    return product(coef, scalars, chain[:-1]), chain[-1]


def is_increment(e: Expr) -> bool:
    """Dx of a column, or (dx)ᵀ of a row: what a readable chain ends with."""
    return (isinstance(e, Diff) and e.is_column) or (isinstance(e, T) and isinstance(e.arg, Diff) and e.is_column)


def contracted_in(chain: Factors) -> list[tuple[Expr, Expr]] | None:
    """A scalar product row d(y′(x)) column as the pairs (M, step) of `contraction`; None for any other chain."""
    if not chain or chain[0].shape[0] is not ONE or chain[-1].shape[1] is not ONE:
        return None
    i = position(chain)
    f = chain[i].args[0] if isinstance(chain[i], T) else chain[i]
    if not isinstance(f, Through) or not 0 < i < len(chain) - 1:
        return None
    row, column = mul(*chain[:i]), mul(*chain[i + 1 :])
    if isinstance(chain[i], T):
        row, column = flipped(column), flipped(row)
    return contraction(row, f, column) or None


def position(chain: Factors) -> int:
    """Where the increment stands; in no factor to be seen where it is in the definition of a name."""
    for i, f in enumerate(chain):
        if f.differentials:
            return i
    raise NoForm(chain[0])


def _split(f: Had) -> tuple[Expr, Expr]:
    """A Hadamard product as the factor with the increment and the rest."""
    i = position(f.args)
    return f.args[i], had(*f.args[:i], *f.args[i + 1 :])


def _reversed(chain: Factors) -> Factors:
    """The factors of the transpose of a product."""
    return tuple(flipped(f) for f in reversed(chain))


def _terms(e: Expr) -> Factors:
    return e.args if isinstance(e, Add) else (e,)
