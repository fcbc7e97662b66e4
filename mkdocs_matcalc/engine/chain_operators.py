"""One operator at a time: from ∂f/∂G to ∂f/∂X, for every operand X of an operator G.

In: an expression and the name of the variable. Out: its edges, one for each place of an operand that varies;
an edge turns ∂f/∂G into that place's part of ∂f/∂X. What is unary is applied by matching the statement of its
rule; what has any number of operands (sums, products, Hadamard products, powers of a matrix, abstract functions)
by a function that a test compares with the statement. Gradients have the shape of what they are by.

Transposes and constant multiples are no operators of their own here: 2aXᵀ is X with its gradient transposed and
multiplied, so that an edge never ends at one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..errors import DeriveError, no_rule
from ..expr.atoms import Named, Num, Ones, Sym, eye, num, ones
from ..expr.differential import Diff
from ..expr.linear import Add, Had, Kron, Mul, T, had, kron, mul, product, split_scale, transpose
from ..expr.match import instance, match
from ..expr.matrix import Call, Inv, MatPow, call, flipped, matpow
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Pow, entrywise, partial
from ..expr.shape import ONE, Shape, is_scalar
from ..expr.walk import bottom_up, substitute
from ..rules.adjoint import pulled, scalar_product
from ..rules.rule import Rule
from ..rules.table import RULES, by_name
from .differentiate import _LONGEST_POWER as LONGEST_POWER
from .refuse import describe

Pull = Callable[[Expr], Expr]

#: What stands for ∂f/∂G in the right side of a rule until it is put in; no name of the language.
_HOLE = "∂"


@dataclass(frozen=True)
class Edge:
    """`pull` gives the part of ∂f/∂operand that comes from ∂f/∂G at one place of the operand, by `rules`.

    `plain` says that it passes ∂f/∂G on as a reader does without being told: through a sum, a constant multiple or
    a transpose. `steady` says that the operator is a product with constants.
    """

    operand: Expr
    pull: Pull
    rules: tuple[Rule, ...]
    plain: bool = False
    steady: bool = False


class Operators:
    """The edges of expressions by the variable `name`; `licensed` is what is invertible wherever f is defined."""

    def __init__(self, name: str, licensed: frozenset[Expr]) -> None:
        self.name = name
        self.licensed = licensed

    def varies(self, e: Expr) -> bool:
        """Whether an expression holds the variable."""
        return e.depends_on(self.name)

    def edges(self, e: Expr) -> list[Edge]:
        """The edges of an expression or of an intermediate; raises `DeriveError` for what has no rule."""
        body = e.definition if isinstance(e, Named) else e
        start = self.stripped(Edge(body, lambda d: d, (), plain=True))
        if start.operand != body or isinstance(body, (Sym, Named)):
            return [start]
        handler = _HANDLERS.get(type(body))
        found = list(handler(self, body)) if handler else []
        if not found:
            raise no_rule(f"the derivative by what stands inside {describe(body)}", body.span or e.span)
        out = [self.stripped(edge) for edge in found]
        if isinstance(e, Named) and isinstance(body, (Entry, Inv, Call)):  # h = tanh(z): tanh(z) is h in its derivative
            out = [replace(edge, pull=_after(edge.pull, lambda g: substitute(g, {body: e}))) for edge in out]
        return out

    def stripped(self, edge: Edge) -> Edge:
        """An edge that ends below transposes and constant multiples."""
        while True:
            e = edge.operand
            if isinstance(e, T):
                edge = Edge(
                    e.arg,
                    _after(edge.pull, flipped),
                    (*edge.rules, by_name("through-transpose")),
                    edge.plain,
                    edge.steady,
                )
                continue
            weight, core = self.weight(e)
            if core is e:
                return edge
            rules = edge.rules if isinstance(weight, Num) else (*edge.rules, by_name("through-multiple"))
            edge = Edge(core, _after(edge.pull, _times(weight)), rules, edge.plain, edge.steady)

    def weight(self, e: Expr) -> tuple[Expr, Expr]:
        """An expression as a constant scalar times the rest of it; the rest is `e` itself where the scalar is 1."""
        if not isinstance(e, Mul):
            return num(1), e
        constant = tuple(s for s in e.scalars if not self.varies(s))
        moving = tuple(s for s in e.scalars if self.varies(s))
        chain = e.chain
        if moving and chain and is_scalar(e.shape) and not any(map(self.varies, chain)):
            constant, chain = (*constant, mul(*chain)), ()
        if e.coef == 1 and not constant:
            return num(1), e
        return product(e.coef, constant, ()), product(num(1).value, moving, chain)

    # -- statements -----------------------------------------------------------------

    def stated(self, rule: Rule, e: Expr, operand: Expr) -> Edge | None:
        """The edge that the statement of a rule gives, where it matches and its guards are met."""
        found = match(rule.pattern, e)
        if found is None:
            return None
        if not rule.allows(found, self.licensed):
            return None
        hole = Sym(_HOLE, e.shape)
        found.names["D"] = hole
        after = bottom_up(instance(rule.replacement, found), _upright)
        return Edge(operand, lambda d: substitute(after, {hole: d}), (rule,))

    def by_differential(self, e: Call, *, special: bool = False) -> Edge | None:
        """The edge of a function whose row states a differential alone; `special`: of one that stands in another."""
        hole = Sym(_HOLE, e.shape)
        found = pulled(e, hole, self.licensed, special=special)
        if found is None:
            return None
        after = bottom_up(found.gradient, _upright)
        return Edge(found.operand, lambda d: substitute(after, {hole: d}), (found.rule,))

    def first(self, names: tuple[str, ...], e: Expr, operand: Expr) -> Iterator[Edge]:
        """The edge of the first rule that applies."""
        for name in names:
            edge = self.stated(by_name(name), e, operand)
            if edge is not None:
                yield edge
                return

    # -- sums and products -------------------------------------------------------------

    def add(self, e: Add) -> Iterator[Edge]:
        """A sum hands its gradient on; a row, column or scalar that was spread over it gets its sums."""
        rule = by_name("through-sum")
        for term in e.args:
            if not self.varies(term):
                continue
            edge = self.stripped(Edge(term, lambda d: d, (rule,), plain=True))
            yield self.spread(edge) or edge

    def spread(self, edge: Edge) -> Edge | None:
        """𝟏x, x𝟏ᵀ and x𝟏𝟏ᵀ in a sum: what the language broadcasts."""
        e = edge.operand
        if not isinstance(e, Mul) or e.coef != 1:
            return None
        rules = edge.rules[1:]
        if len(e.scalars) == 1 and len(e.chain) == 1 and isinstance(e.chain[0], Ones):
            return Edge(e.scalars[0], _after(edge.pull, total), (by_name("through-everywhere"), *rules))
        if e.scalars or len(e.chain) != 2:
            return None
        left, right = e.chain
        if isinstance(left, Ones) and left.is_column:
            return Edge(right, _after(edge.pull, lambda d: mul(transpose(left), d)), (by_name("through-rows"), *rules))
        if isinstance(right, Ones) and right.is_row:
            rule = by_name("through-columns")
            return Edge(left, _after(edge.pull, lambda d: mul(d, transpose(right))), (rule, *rules))
        return None

    def mul(self, e: Mul) -> Iterator[Edge]:
        """A product, with the operand at any place of it, scalar factors included."""
        for i, s in enumerate(e.scalars):
            if self.varies(s):
                rest = product(e.coef, (*e.scalars[:i], *e.scalars[i + 1 :]), e.chain)
                yield Edge(s, _against(rest), (by_name("through-scalar-factor"),))
        scale = product(e.coef, e.scalars, ())
        steady = sum(map(self.varies, e.args)) == 1
        for i, f in enumerate(e.chain):
            if self.varies(f):
                pull = _between(scale, e.chain[:i], e.chain[i + 1 :])
                yield Edge(f, pull, (by_name(_place(e, i)),), steady=steady)

    def had(self, e: Had) -> Iterator[Edge]:
        """A Hadamard product of any number of factors."""
        for i, f in enumerate(e.args):
            if self.varies(f):
                rest = (*e.args[:i], *e.args[i + 1 :])
                yield Edge(f, lambda d, rest=rest: had(d, *rest), (by_name("through-hadamard"),))  # type: ignore[misc]

    def kron(self, e: Kron) -> Iterator[Edge]:
        """A Kronecker product, by either factor."""
        for i, name in enumerate(("through-kron-left", "through-kron-right")):
            if self.varies(e.args[i]):
                yield Edge(e.args[i], _blocks(e, i), (by_name(name),))

    def matpow(self, e: MatPow) -> Iterator[Edge]:
        """A power of a matrix: a product of equal factors."""
        k = e.exponent
        if k > LONGEST_POWER:
            raise DeriveError(
                f"a power of a matrix is differentiated up to exponent {LONGEST_POWER}; this one is {k}", span=e.span
            )
        for i in range(k):
            before, after = ((matpow(e.base, j),) if j else () for j in (i, k - 1 - i))
            yield Edge(e.base, _between(num(1), before, after), (by_name("through-matrix-power"),))

    # -- functions ---------------------------------------------------------------------

    def call(self, e: Call) -> Iterator[Edge]:
        """The functions of whole arrays."""
        if e.name == "vec":
            yield Edge(e.arg, lambda d: unstacked(d, e.arg.shape), (by_name("through-vec"),))
            return
        stated = (self.stated(rule, e, e.arg) for rule in RULES.of("operator", e.name))
        found = self.by_differential(e, special=True) or next(filter(None, stated), None) or self.by_differential(e)
        if found is not None:
            yield found

    def inv(self, e: Inv) -> Iterator[Edge]:
        """The inverse."""
        yield from self.first(("through-inverse",), e, e.arg)

    def entry(self, e: Entry) -> Iterator[Edge]:
        """An entrywise function: the derivative in closed form comes from the rule of its differential."""
        rule = by_name("through-entrywise")
        if e.abstract:
            outer = entrywise(e.name, e.arg, e.order + 1, abstract=True)
            yield Edge(e.arg, _entry_by_entry(outer), (rule,))
            return
        closed = by_name(f"d-{e.name}")
        slope = closed.apply(Diff(e))
        if slope is not None:
            factor = substitute(slope, {Diff(e.arg): ones(e.shape)})
            yield Edge(e.arg, _entry_by_entry(factor), (rule, closed))

    def pow(self, e: Pow) -> Iterator[Edge]:
        """The square of a norm; a power; an exponent that varies."""
        base = e.base
        if self.varies(base):
            if isinstance(base, Call) and base.name == "norm2" and e.exponent == num(2):
                x = base.arg
                name = "through-norm-square" if x.is_vector else "through-frobenius-square"
                yield Edge(x, lambda d: mul(num(2), d, x), (by_name(name),))
            else:
                yield from self.first(("through-power",), e, base)
        if self.varies(e.exponent):
            slope = had(entrywise("log", base), e)
            yield Edge(e.exponent, _against(slope), (by_name("through-exponent"),))

    def apply(self, e: Apply) -> Iterator[Edge]:
        """An abstract function, by each of its arguments."""
        gives = e.function.gives
        for i, arg in enumerate(e.args):
            if not self.varies(arg):
                continue
            outer = partial(e.function, i, e.args)
            takes = e.function.takes[i]
            if is_scalar(gives):
                name = "through-scalar-function" if arg.is_vector or arg.is_scalar else "through-matrix-function"
                pull: Pull = _times(outer if arg.is_row else flipped(outer))  # of the shape of the argument
            elif is_scalar(takes):
                name, pull = "through-function-of-scalar", _against(outer)
            elif _is_column(takes) and _is_column(gives):
                name, pull = "through-vector-function", lambda d, outer=outer: mul(flipped(outer), d)  # type: ignore[misc]
            else:
                name, pull = "through-array-function", _stacked(outer, arg.shape)
            yield Edge(arg, pull, (by_name(name),))


def _upright(e: Expr) -> Expr:
    """Without the transpose around what is symmetric by its form: (XᵀX)⁻¹."""
    return e.arg if isinstance(e, T) and flipped(e.arg) == e.arg else e


def unstacked(e: Expr, shape: Shape) -> Expr:
    """The matrix of a shape whose columns, one below the other, are a column: (vec(I)ᵀ ⊗ I)(I ⊗ e)."""
    known = unstacked_term(e, shape)
    if known is not None:
        return known
    rows, cols = eye(shape[0]), eye(shape[1])
    return mul(kron(transpose(call("vec", cols)), rows), kron(cols, e))


def unstacked_term(e: Expr, shape: Shape) -> Expr | None:
    """The same for a multiple of vec(A) or of a column of ones; None for any other."""
    coef, scalars, rest = split_scale(e)
    if isinstance(rest, Ones):
        return product(coef, scalars, (ones(shape),))
    if isinstance(rest, Call) and rest.name == "vec" and rest.arg.shape == shape:
        return product(coef, scalars, (rest.arg,))
    return None


def _stacked(jacobian: Expr, shape: Shape) -> Pull:
    def pull(d: Expr) -> Expr:
        column = mul(flipped(jacobian), call("vec", transpose(d) if d.is_row else d))
        if ONE in shape:
            return transpose(column) if shape[0] is ONE else column
        return unstacked(column, shape)

    return pull


def _blocks(e: Kron, i: int) -> Pull:
    (m, n), other = e.args[i].shape, e.args[1 - i]
    p, q = other.shape
    left, right = (transpose(call("vec", eye(p))), eye(m)), (call("vec", eye(q)), eye(n))
    if i == 0:
        return lambda d: mul(kron(*left[::-1]), kron(d, other), kron(*right[::-1]))
    return lambda d: mul(kron(*left), kron(other, d), kron(*right))


def total(e: Expr) -> Expr:
    """The sum of entries."""
    return call("sum", e)


def _is_column(shape: Shape) -> bool:
    return shape[1] is ONE


def _after(first: Pull, then: Pull) -> Pull:
    return lambda d: then(first(d))


def _times(weight: Expr) -> Pull:
    return lambda d: mul(weight, d)


def _against(e: Expr) -> Pull:
    return lambda d: scalar_product(e, d)


def _entry_by_entry(slope: Expr) -> Pull:
    """D ∘ g′(X); with scalars alone, the derivative of what is inside stands first."""
    return lambda d: had(slope, d) if d.is_scalar else had(d, slope)


def _between(scale: Expr, before: tuple[Expr, ...], after: tuple[Expr, ...]) -> Pull:
    left, right = (tuple(flipped(f) for f in reversed(part)) for part in (before, after))
    return lambda d: mul(scale, *left, d, *right)


def _place(e: Mul, i: int) -> str:
    """The rule for the factor number i of a chain."""
    if i == 0 and len(e.chain) > 1:
        return "through-right"
    if i == len(e.chain) - 1:
        return "through-left"
    ends = e.is_scalar and len(e.chain) == 3
    return "through-quadratic" if ends else "through-between"


_HANDLERS: dict[type[Expr], Callable[..., Iterator[Edge]]] = {
    Add: Operators.add,
    Mul: Operators.mul,
    Had: Operators.had,
    Kron: Operators.kron,
    MatPow: Operators.matpow,
    Call: Operators.call,
    Inv: Operators.inv,
    Entry: Operators.entry,
    Pow: Operators.pow,
    Apply: Operators.apply,
}
