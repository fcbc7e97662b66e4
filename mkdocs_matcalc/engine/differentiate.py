"""The differential moves inward, wave by wave, until it stands on names alone.

In: an expression with open differentials and the names that vary. Out: the same after one wave;
every step goes through the trace. A wave takes every outermost open differential one idea further:
constants, multiples, sums and transposes ride along, then one rule that a reader wants named.
A *fine* wave takes one rule at a time, for derivations so short that a reader wants each one.

One function per operation; an operation without one has no rule, and says so with its place.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..errors import DeriveError, no_rule
from ..expr.atoms import UNIT, Named, Num, Sym, num, zeros
from ..expr.differential import Diff, diff, through
from ..expr.linear import (
    Add,
    Had,
    Kron,
    Mul,
    T,
    add,
    had,
    is_reciprocal,
    kron,
    mul,
    neg,
    product,
    split_scale,
    sub,
    transpose,
)
from ..expr.matrix import Call, Inv, MatPow, call, flipped, matpow, symmetric, trace
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial, Pow, entrywise, power, reciprocal
from ..expr.shape import is_scalar, is_vector
from ..rules.rule import Rule
from ..rules.table import RULES, by_name
from .abstract import chain_rule, partial_differential, second_differential
from .parts import log_abs_det, replace_open, with_factor
from .refuse import describe
from .step import Step, Trace


class Differentiator:
    """Waves of differentiation by the names `wrt`; `fine` and `shortcuts` choose how much a line tells.

    Without `shortcuts`, squares and quadratic forms go through the product rule.
    """

    def __init__(
        self,
        wrt: frozenset[str],
        trace: Trace,
        *,
        fine: bool = False,
        shortcuts: bool = True,
        scalars: bool = False,
        licensed: frozenset[Expr] = frozenset(),
    ) -> None:
        self.wrt = wrt
        self.trace = trace
        self.fine = fine
        self.shortcuts = shortcuts
        self.scalars = scalars
        self.licensed = licensed
        self.apart: dict[Expr, tuple[Step, ...]] = {}

    # -- waves ----------------------------------------------------------------

    def wave(self, e: Expr) -> Expr:
        """Every outermost open differential taken one idea further."""
        if not e.open:
            return e
        if isinstance(e, Diff):
            return self.advance(e)
        return e.map_args(self.wave)

    def advance(self, e: Diff) -> Expr:
        """One differential: what rides along, then one rule."""
        a = e.arg
        if not a.varies_with(self.wrt):
            return self.trace.apply("constant", e, zeros(e.shape))
        if isinstance(a, (Sym, Named)):
            return e
        moved = self.ride(e, self.advance)
        if moved is not None:
            return moved
        return self.settle(self.major(e))

    def ride(self, e: Diff, then: Callable[[Diff], Expr]) -> Expr | None:
        """D moved through a sum, a transpose or constant factors, `then` applied to what it stands on."""
        a = e.arg
        after: Expr
        rule = ""
        if isinstance(a, Add):
            rule, pieces = "sum", [diff(t) for t in a.args]
            self.trace.apply(rule, e, Add(tuple(pieces)))
            return add(*(self._through(p, then) for p in pieces))
        if isinstance(a, T):
            rule, after = "transpose", T(diff(a.arg))
        elif isinstance(a, Mul):
            at = [i for i, f in enumerate(a.args) if f.varies_with(self.wrt)]
            if len(at) != 1:
                return None
            rule = "multiple" if at[0] < len(a.scalars) or len(a.chain) == 1 else "linear"
            after = with_factor(a, at[0], diff(a.args[at[0]]))
        elif isinstance(a, Had):
            at = [i for i, f in enumerate(a.args) if f.varies_with(self.wrt)]
            if len(at) != 1:
                return None
            rule, after = "hadamard", had(*(diff(f) if i == at[0] else f for i, f in enumerate(a.args)))
        else:
            return None
        self.trace.apply(rule, e, after)
        if self.fine and rule in ("linear", "transpose"):
            return after
        return replace_open(after, lambda d: self._through(d, then))

    def _through(self, d: Expr, then: Callable[[Diff], Expr]) -> Expr:
        if isinstance(d, Diff) and not d.arg.varies_with(self.wrt):
            return self.trace.apply("constant", d, zeros(d.shape))
        return then(d) if isinstance(d, Diff) and d.open else d

    def settle(self, e: Expr) -> Expr:
        """After a rule: transposes and constant factors ride along, sums stay as they stand."""
        if not e.open:
            return e
        if not isinstance(e, Diff):
            return e.map_args(self.settle)
        if not e.arg.varies_with(self.wrt):
            return self.trace.apply("constant", e, zeros(e.shape))
        if self.fine or (isinstance(e.arg, Add) and not self._plain(e.arg)):
            return e
        if isinstance(e.arg, Apply) and all(isinstance(a, Sym) for a in e.arg.args):
            return self.major(e)  # the differential of a function at the variable itself is its derivative's definition
        return self.ride(e, self.settle) or e

    def _plain(self, e: Add) -> bool:
        """Whether the differential of a sum is that of names alone, so that no line is needed for it."""
        return all(
            not t.varies_with(self.wrt) or (isinstance(split_scale(t)[2], (Sym, Named)) and not split_scale(t)[1])
            for t in e.args
        )

    # -- one rule per operation -----------------------------------------------

    def major(self, e: Diff) -> Expr:
        """One rule applied to a differential of something that is not linear in what varies."""
        a = e.arg
        handler = _HANDLERS.get(type(a))
        after = handler(self, e, a) if handler else None
        if after is None:
            adjugate = isinstance(a, Call) and a.name == "adj"
            hint = "declare its argument invertible: the rule needs the inverse" if adjugate else ""
            raise no_rule(f"the differential of {describe(a)}", a.span, hint=hint)
        return after

    def stated(self, rule: Rule, e: Diff) -> Expr | None:
        """A rule applied to a differential, where its statement matches and its guards hold."""
        after = rule.apply(e, self.licensed)
        return None if after is None else self.trace.apply(rule, e, after)

    def mul(self, e: Diff, a: Expr) -> Expr | None:
        """Products, rules (10) and (11); squares and symmetric quadratic forms in one step."""
        assert isinstance(a, Mul)  # noqa: S101 -- the table below calls it for products alone
        if self.shortcuts and (short := self._square(e, a)) is not None:
            return short
        if a.is_scalar and a.chain and any(s.varies_with(self.wrt) for s in a.scalars):
            return self._scalar_factors(e, a)
        at = [i for i, f in enumerate(a.args) if f.varies_with(self.wrt)]
        if a.is_scalar and (quotient := self._quotient(e, a, at, a.args)) is not None:
            return quotient
        after = add(*(with_factor(a, i, diff(a.args[i])) for i in at))
        return self.trace.apply("product" if len(at) == 2 else "products", e, after)

    def _scalar_factors(self, e: Diff, a: Mul) -> Expr:
        """The product rule for scalars of which one is a closed chain: the chain counts as one factor."""
        factors = (*a.scalars, mul(*a.chain))
        moving = [i for i, f in enumerate(factors) if not f.varies.isdisjoint(self.wrt)]
        if (quotient := self._quotient(e, a, moving, factors)) is not None:
            return quotient
        at = [i for i, f in enumerate(factors) if f.varies_with(self.wrt)]
        pieces = [product(a.coef, tuple(diff(f) if j == i else f for j, f in enumerate(factors)), ()) for i in at]
        if len(at) == 1:
            return self.settle(self.trace.apply("multiple", e, pieces[0]))
        return self.trace.apply("product" if len(at) == 2 else "products", e, add(*pieces))

    def _quotient(self, e: Diff, a: Mul, at: list[int], factors: tuple[Expr, ...]) -> Expr | None:
        """d(u/v) = (v du − u dv)/v², for scalars of which both vary; `factors` are all of the product."""
        below = [factors[i] for i in at if is_reciprocal(factors[i])]
        above = [factors[i] for i in at if not is_reciprocal(factors[i])]
        if not below or not above:
            return None
        rest = product(a.coef, tuple(f for i, f in enumerate(factors) if i not in at), ())
        u, v = mul(*above), mul(*(reciprocal(f) for f in below))
        after = mul(rest, add(mul(v, diff(u)), neg(mul(u, diff(v)))), power(v, -2))
        return self.trace.apply("quotient", e, after)

    def _chained(self, e: Diff, inner: Expr, after: Expr) -> Expr:
        """In a first course the chain rule is named where the inner function is not the variable itself."""
        if self.scalars and not isinstance(inner, Sym):
            self.trace.apply("scalar-chain", e, after)
        return after

    def _square(self, e: Diff, a: Mul) -> Expr | None:
        """d(y'y) = 2 y'dy and d(y'Ay) = 2 y'A dy for a constant symmetric A."""
        if len(a.chain) < 2 or not is_scalar((a.chain[0].shape[0], a.chain[-1].shape[1])):
            return None
        if any(s.varies_with(self.wrt) for s in a.scalars):
            return None
        y = a.chain[-1]
        middle = a.chain[1:-1]
        if isinstance(a.chain[0], T) and a.chain[0].arg == mul(*a.chain[1:]):  # (A x)'A x
            y, middle = a.chain[0].arg, ()
        if flipped(a.chain[0]) != y or not y.varies_with(self.wrt):
            return None
        if middle:
            core = mul(*middle)
            if core.varies_with(self.wrt) or not symmetric(core):
                return None
        after = product(2 * a.coef, a.scalars, (transpose(y), *middle, diff(y)))
        return self.trace.apply("quadratic" if middle else "square", e, after)

    def had(self, e: Diff, a: Expr) -> Expr | None:
        """Rule (14) for any number of factors."""
        at = [i for i, f in enumerate(a.args) if f.varies_with(self.wrt)]
        pieces = [had(*(diff(f) if j == i else f for j, f in enumerate(a.args))) for i in at]
        return self.trace.apply("hadamard", e, add(*pieces))

    def kron(self, e: Diff, a: Expr) -> Expr | None:
        """Rule (13)."""
        left, right = a.args
        pieces = []
        if left.varies_with(self.wrt):
            pieces.append(kron(diff(left), right))
        if right.varies_with(self.wrt):
            pieces.append(kron(left, diff(right)))
        return self.trace.apply("kronecker", e, add(*pieces))

    def inv(self, e: Diff, _a: Expr) -> Expr | None:
        """Rule (16)."""
        return self.stated(by_name("d-inverse"), e)

    def matpow(self, e: Diff, a: Expr) -> Expr | None:
        """The product rule for equal factors; a power of an inverse goes through its inverse."""
        assert isinstance(a, MatPow)  # noqa: S101 -- the table below calls it for powers alone
        if a.exponent > _LONGEST_POWER:
            raise DeriveError(
                f"a power of a matrix is differentiated up to exponent {_LONGEST_POWER}; this one is {a.exponent}",
                span=a.span,
            )
        x, k = a.base, a.exponent
        pieces = [mul(matpow(x, i), diff(x), matpow(x, k - 1 - i)) for i in range(k)]
        return self.trace.apply("matrix-power", e, add(*pieces))

    def call(self, e: Diff, a: Expr) -> Expr | None:
        """The functions of whole arrays, each by its rule."""
        assert isinstance(a, Call)  # noqa: S101 -- the table below calls it for functions alone
        if a.name == "tr" and self.shortcuts and (short := self._frobenius(e, a.arg)) is not None:
            return short
        if a.name == "norm1":
            after = diff(call("sum", entrywise("abs", a.arg)))
            self.trace.apply("norm1-definition", e, after)
            return self.advance(after) if isinstance(after, Diff) and not self.fine else after
        if a.name == "sum" and isinstance(a.arg, Kron):
            after = diff(mul(*(Call("sum", k) if not k.is_scalar else k for k in a.arg.args)))
            return self.trace.apply("sum-kronecker", e, after)
        if a.name == "tr" and isinstance(a.arg, Kron) and all(k.shape[0] == k.shape[1] for k in a.arg.args):
            after = diff(mul(*(trace(k) for k in a.arg.args)))
            return self.trace.apply("trace-kronecker", e, after)
        if a.name == "norm2" and isinstance(a.arg, Mul) and a.arg.scalars:
            coef, scalars, rest = split_scale(a.arg)
            size = mul(num(abs(coef)), *(entrywise("abs", s) for s in scalars))
            after = diff(mul(size, call("norm2", rest)))
            return self.trace.apply("norm-scale", e, after)
        for rule in RULES.of("differential", a.name):
            if rule.shortcut:
                continue  # in one step where this differentiator takes such steps: see above
            after_rule = self.stated(rule, e)
            if after_rule is not None:
                return after_rule
        return None

    def _frobenius(self, e: Diff, a: Expr) -> Expr | None:
        """D tr(Y'Y) = 2 tr(Y'dY)."""
        if isinstance(a, Mul) and not a.scalars and len(a.chain) > 1 and flipped(a.chain[0]) == mul(*a.chain[1:]):
            y = mul(*a.chain[1:])
            after = product(2 * a.coef, (trace(mul(a.chain[0], diff(y))),), ())
            return self.trace.apply("frobenius", e, after)
        return None

    def pow(self, e: Diff, a: Expr) -> Expr | None:
        """The power rule; an exponent that varies; the square of a norm by its definition."""
        assert isinstance(a, Pow)  # noqa: S101 -- the table below calls it for powers alone
        base, exponent = a.base, a.exponent
        if exponent.varies_with(self.wrt):
            return self._exponential(e, base, exponent)
        if isinstance(base, Call) and base.name == "norm2" and exponent == num(2):
            return self._norm_square(e, base.arg)
        lower = power(base, sub(exponent, UNIT) if not isinstance(exponent, Num) else num(exponent.value - 1))
        after = mul(exponent, had(lower, diff(base)))
        return self._chained(e, base, self.trace.apply("power", e, after))

    def _norm_square(self, e: Diff, x: Expr) -> Expr:
        """||x||^2 = x'x, ||X||^2 = tr(X'X); then the square in the same line, unless each rule is wanted."""
        column = transpose(x) if x.is_row else x
        vector = is_vector(x.shape)
        form = mul(transpose(column), column) if vector else trace(mul(transpose(x), x))
        after = Diff(form)
        self.trace.apply("norm-square" if vector else "frobenius-square", e, after)
        if self.fine:
            return after
        if vector:
            return self.trace.apply("square", after, product(Fraction(2), (), (transpose(column), diff(column))))
        coef, _, _ = split_scale(form)
        short = self._frobenius(after, form.arg) if coef == 1 and isinstance(form, Call) else None
        return short if short is not None else self.advance(after)

    def _exponential(self, e: Diff, base: Expr, exponent: Expr) -> Expr | None:
        """d(a^b), entry by entry where a is not a scalar and b is."""
        log = entrywise("log", base)
        whole = Pow(base, exponent)
        after = had(whole, mul(log, diff(exponent)))
        if base.varies_with(self.wrt):
            after = add(mul(exponent, had(power(base, sub(exponent, UNIT)), diff(base))), after)
        return self.trace.apply("exponential", e, after)

    def entry(self, e: Diff, a: Expr) -> Expr | None:
        """Rule (19); a known function has its derivative in closed form."""
        assert isinstance(a, Entry)  # noqa: S101 -- the table below calls it for entrywise functions alone
        if a.abstract:
            outer = entrywise(a.name, a.arg, a.order + 1, abstract=True)
            return self.trace.apply("entrywise", e, had(outer, diff(a.arg)))
        if a.name == "log" and (inner := log_abs_det(a.arg)) is not None:
            after = Diff(Call("logdet", inner))
            self.trace.apply("log-abs-det", e, after)
            return self.advance(after)
        for rule in RULES.of("differential", a.name):
            after_rule = self.stated(rule, e)
            if after_rule is not None:
                return self._chained(e, a.arg, after_rule)
        return None

    def apply(self, e: Diff, a: Expr) -> Expr | None:
        """Chain rules and total differentials of an abstract function: one partial differential an argument."""
        assert isinstance(a, Apply)  # noqa: S101 -- the table below calls it for abstract functions alone
        moving = [i for i, arg in enumerate(a.args) if arg.varies_with(self.wrt)]
        pieces = [partial_differential(a, i) for i in moving]
        if any(p is None for p in pieces):
            return self.standing(a, moving)
        return self.trace.apply(chain_rule(a), e, add(*(p for p in pieces if p is not None)))

    def partial(self, e: Diff, a: Expr) -> Expr | None:
        """The derivative of an abstract function, differentiated once more."""
        assert isinstance(a, Partial)  # noqa: S101 -- the table below calls it for derivatives alone
        if len(a.by) > 1:
            return None
        moving = [i for i, arg in enumerate(a.args) if arg.varies_with(self.wrt)]
        pieces = [second_differential(a, i) for i in moving]
        if any(p is None for p in pieces):
            return self.standing(a, moving)
        return self.trace.apply("second-derivative", e, add(*(p for p in pieces if p is not None)))

    def standing(self, a: Apply | Partial, moving: list[int]) -> Expr:
        """What only its vec carries out, along the differentials of its arguments.

        How these came about is told where the whole line goes by vec: until then d(Y(X)) prints as it did.
        """
        outer, self.trace = self.trace, Trace()
        steps = []
        for i in moving:
            step: Expr = diff(a.args[i])
            while step.open:
                step = self.wave(step)
            steps.append(step)
        self.apart[a] = tuple(self.trace.steps)
        self.trace = outer
        return through(a, tuple(moving), tuple(steps))


#: A power of a matrix is written out as that many terms.
_LONGEST_POWER = 32

_Handler = Callable[[Differentiator, Diff, Expr], Expr | None]
_HANDLERS: dict[type[Expr], _Handler] = {
    Mul: Differentiator.mul,
    Had: Differentiator.had,
    Kron: Differentiator.kron,
    Inv: Differentiator.inv,
    MatPow: Differentiator.matpow,
    Call: Differentiator.call,
    Pow: Differentiator.pow,
    Entry: Differentiator.entry,
    Apply: Differentiator.apply,
    Partial: Differentiator.partial,
}
