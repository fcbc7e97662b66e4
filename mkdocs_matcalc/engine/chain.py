"""Style `chain`: the derivative of a scalar function from the outside in, one operator a line.

In: a scalar function and a variable x. Out: lines for ∂f/∂x, each equal to the one above; the first has the
derivative by what x stands in as an unevaluated fraction, and each line replaces the fractions of the line above
by those of the next operator, until none is left. The last line is tidied. Gradients have the shape of what they
are by (denominator layout); the result is handed on in numerator layout, as in style `differential`.

The operators are rows of `rules.operators`. The licence for inverses is that of style `differential`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import DeriveError, Span
from ..expr.atoms import Named, Ones, Sym, eye, num, ones, zeros
from ..expr.differential import Gradient
from ..expr.linear import Add, Had, Kron, Mul, T, add, had, is_reciprocal, kron, mul, product, split_scale, transpose
from ..expr.matrix import Call, call, flipped, trace
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, entrywise
from ..expr.shape import is_scalar
from ..expr.walk import bottom_up, everything, intermediates
from ..parse.problem import Goal
from ..rules.rule import Rule
from ..rules.table import by_name
from .chain_graph import Graph, fractions
from .chain_operators import Operators, unstacked_term
from .collect import factor
from .differential import Told
from .entries import cancel, simplify_entries
from .licence import licensed_by
from .merge import like_terms, monomial
from .step import Line, Step, Trace

#: At most so many rules stand beside a line.
_MOST = 3
#: A line of more parts than this is not written: what stands in several places multiplies from line to line.
_LARGEST = 20_000


@dataclass(frozen=True)
class ChainLine(Line):
    """A line of ∂f/∂x, in denominator layout; `operators` are the pairs (X, G) of what is taken off, G a function of X."""

    operators: tuple[tuple[Expr, Expr], ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to name beside the line: each once, those that go without saying only where there is no other."""
        every = dict.fromkeys(s.rule for s in self.steps)
        told = [r for r in every if r.cite and r.name not in ("collect", "through-sum")]
        return tuple((told or [r for r in every if r.cite] or list(every))[:_MOST])


def refuse(goal: Goal, value: Expr) -> None:
    """Raise where a goal is none of this style."""
    what = {
        "second": "second derivatives",
        "differential": "differentials",
    }.get(goal.kind, "" if is_scalar(value.shape) else "those of vectors and matrices")
    if what:
        span: Span | None = goal.span or value.span
        raise DeriveError(
            f"style chain derives scalar functions; style differential does {what}",
            span=span,
            hint="write `style: differential`, or leave the style away",
        )


def tell_chain(function: str, e: Expr, variables: Sequence[Sym]) -> list[Told]:
    """The lines and the derivative, in numerator layout, for each of the variables; e is a scalar."""
    return [_tell(function, e, v) for v in variables]


def _tell(function: str, e: Expr, v: Sym) -> Told:
    trace = Trace()
    whole = Gradient(function, e, v, v.name)
    if not e.depends_on(v.name):
        zero = trace.apply("constant", whole, zeros(v.shape))
        return Told((ChainLine(function, zero, tuple(trace.steps)),), (_numerator(zero, v),))
    if e == v:
        one = trace.apply("through-multiple", whole, num(1))
        return Told((ChainLine(function, one, tuple(trace.steps)),), (one,))
    prepared = _prepared(_prepared(e, trace), trace)  # what was rewritten may leave more to rewrite
    graph = Graph(function, prepared, v.name, Operators(v.name, licensed_by(e)))
    lines: list[ChainLine] = []
    current: Expr = Gradient(function, prepared, v, v.name)
    first, alike = True, _Alike()
    while first or (pending := fractions(current)):
        ready = [current] if first and isinstance(current, Gradient) else graph.ready(pending)
        first = False
        pairs = _apply(graph, ready, trace)
        current = alike(graph.replaced(current, ready))
        if current.size > _LARGEST:
            raise DeriveError(
                "the lines of style chain grow too long here",
                span=e.span,
                hint="style differential may tell it shorter",
            )
        lines.append(ChainLine(function, current, tuple(trace.steps), operators=pairs))
        trace = Trace()
    lines = _finish(lines, v)
    return Told(tuple(lines), (_numerator(lines[-1].expr, v),))


def _apply(graph: Graph, ready: Sequence[Gradient], trace: Trace) -> tuple[tuple[Expr, Expr], ...]:
    """Record what is taken off each fraction; the operators that leave a fraction are returned."""
    pairs: dict[tuple[Expr, Expr], None] = {}
    for g in ready:
        after = graph.expanded(g.part)
        uses = graph.uses[g.part]
        for user, edge in uses:
            for rule in (*edge.rules, *graph.rules(user)) or (by_name("through-multiple"),):
                trace.apply(rule, g, after)
            if user not in graph.known:
                pairs[g.part, user] = None
    return tuple(pairs)


def _numerator(gradient: Expr, v: Sym) -> Expr:
    """The gradient in numerator layout; the derivative by a row is that by its column."""
    return gradient if v.is_row or v.is_scalar else factor(turned(gradient))


def turned(e: Expr) -> Expr:
    """The transpose as a reader writes it: of a sum term by term, of a Hadamard product where that takes fewer ⊤."""
    if isinstance(e, Add):
        plain = all(isinstance(split_scale(t)[2], (Sym, Named, Ones)) for t in e.args)
        return transpose(e) if plain else add(*(turned(t) for t in e.args))
    if isinstance(e, Mul) and e.chain:
        return product(
            e.coef, e.scalars, tuple(turned(f) if len(e.chain) == 1 else _turned_factor(f) for f in e.chain[::-1])
        )
    return _turned_factor(e)


def _turned_factor(e: Expr) -> Expr:
    if not isinstance(e, Had):
        return flipped(e)
    outer = [f for f in e.args if isinstance(f, (Mul, T)) and _transposes(flipped(f)) <= _transposes(f)]
    rest = [f for f in e.args if f not in outer]
    return had(*(flipped(f) for f in outer), *([transpose(had(*rest))] if rest else []))


def _transposes(e: Expr) -> int:
    return sum(isinstance(node, T) for node in e.walk())


# -- before and after ------------------------------------------------------------------


def _finish(lines: list[ChainLine], v: Sym) -> list[ChainLine]:
    """The last line tidied, with a line of its own where that is more than a reader sees."""
    last = lines[-1]
    # the same moves as in style `differential`, which collects in numerator layout
    tidy = factor(_Alike()(simplify_entries(_entries(_tidy(last.expr)))))
    if not v.is_row and not v.is_scalar:
        tidy = factor(flipped(_numerator(tidy, v)))
    if tidy == last.expr:
        return lines
    step = Step(by_name("collect"), last.expr, tidy)
    return [*lines[:-1], ChainLine(last.quantity, tidy, (*last.steps, step), operators=last.operators)]


class _Alike:
    """Like terms added and inverses cancelled in the sums and products that an expression is made of.

    What a line has in common with the lines above it has been looked at, and is found in `done`.
    """

    def __init__(self) -> None:
        self.done: dict[Expr, Expr] = {}

    def __call__(self, e: Expr) -> Expr:
        found = self.done.get(e)
        if found is None:
            found = self.done[e] = self.change(e)
            self.done.setdefault(found, found)
        return found

    def change(self, e: Expr) -> Expr:
        """An expression that is new."""
        if isinstance(e, T) and flipped(e.arg) == e.arg:  # (XᵀX)⁻¹
            return self(e.arg)
        if not isinstance(e, (Add, Mul, Had, Kron, T)):
            return e
        after = like_terms(e.map_args(self))
        return _together(after) if isinstance(after, Add) and after.open else after


def _together(e: Add) -> Expr:
    """∂f/∂G ∘ A + ∂f/∂G ∘ B as ∂f/∂G ∘ (A + B), so that a fraction is not carried on twice."""
    groups: dict[tuple[Expr, ...], list[Expr]] = {}
    for t in e.args:
        coef, scalars, chain = monomial(t)
        factors = chain[0].args if len(chain) == 1 and isinstance(chain[0], Had) else chain
        opened = tuple(f for f in factors if f.open)
        if opened and len(chain) == 1 and not any(s.open for s in scalars):
            rest = had(*(f for f in factors if not f.open), ones(t.shape))
            groups.setdefault(opened, []).append(product(coef, scalars, (rest,)))
        else:
            groups[(t,)] = []
    return add(*(had(*opened, add(*rests)) if rests else opened[0] for opened, rests in groups.items()))


def _entries(e: Expr) -> Expr:
    """Entrywise products with a sum in them multiplied out and simplified, where that is shorter: (y ⊘ h − …) ∘ h."""
    if isinstance(e, (Add, Mul, T)):
        return e.map_args(_entries)
    if isinstance(e, Had):
        for i, f in enumerate(e.args):
            if isinstance(f, Add) and any(is_reciprocal(node) for node in f.walk()):
                after = simplify_entries(add(*(cancel(had(*e.args[:i], t, *e.args[i + 1 :])) for t in f.args)))
                if after.size < e.size:
                    return after
    return e


def _tidy(e: Expr) -> Expr:
    """Sums and traces in their short forms, and stacked columns as the matrix that they are of."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Mul):
            return _put_side_by_side(node)
        if not isinstance(node, Call):
            return node
        if node.name == "diag" and isinstance(node.arg, Ones):
            return eye(node.shape[0])
        if node.name == "vec" and isinstance(node.arg, Mul) and len(node.arg.chain) == 2:
            column = _stacked_in(*node.arg.chain)
            return node if column is None else product(node.arg.coef, node.arg.scalars, (column,))
        if node.name != "tr":
            return node
        if isinstance(node.arg, Mul) and len(node.arg.chain) == 2:
            left, right = node.arg.chain
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Ones) and not one.is_vector:
                    return call("sum", flipped(other))
        back = flipped(node.arg)
        return trace(back) if _transposes(back) < _transposes(node.arg) else node

    return like_terms(bottom_up(e, change))


def _put_side_by_side(e: Mul) -> Expr:
    """(vec(I)ᵀ ⊗ I)(I ⊗ c) for a column c that is now known to be that of a matrix."""
    for i in range(len(e.chain) - 1):
        column = _stacked_in(*e.chain[i : i + 2])
        if column is None:
            continue
        shape = (e.chain[i].shape[0], e.chain[i + 1].shape[1])
        parts = [unstacked_term(t, shape) for t in (column.args if isinstance(column, Add) else (column,))]
        if all(p is not None for p in parts):
            whole = add(*(p for p in parts if p is not None))
            return product(e.coef, e.scalars, (*e.chain[:i], whole, *e.chain[i + 2 :]))
    return e


def _stacked_in(left: Expr, right: Expr) -> Expr | None:
    """The column c of a product (vec(I)ᵀ ⊗ I)(I ⊗ c), None for any other."""
    if not (isinstance(left, Kron) and isinstance(right, Kron)):
        return None
    rows, cols = left.args[1].shape[0], right.args[0].shape[0]
    first = kron(transpose(call("vec", eye(cols))), eye(rows))
    return right.args[1] if left == first and right.args[0] == eye(cols) and right.args[1].is_column else None


def _prepared(e: Expr, trace: Trace) -> Expr:
    """The function with what is one operator to a reader written as such, by rules that hold without derivatives."""
    known: dict[str, Expr] = {}
    squared = {n.args[0] for n in everything(e) if isinstance(n, Pow) and n.exponent == num(2)}

    def change(node: Expr) -> Expr:
        if isinstance(node, Named):
            return known[node.name]
        if node in squared:  # the square of a norm is one operator
            return node
        found = _rewritten(node)
        return node if found is None else trace.apply(found[0], node, found[1])

    for name, named in intermediates(e).items():  # those that others use first
        body = bottom_up(named.definition, change)
        known[name] = named if body is named.definition else Named(name, body)
    return bottom_up(e, change)


def _rewritten(e: Expr) -> tuple[str, Expr] | None:
    """An equal expression with an operator of its own, and the rule that says so."""
    if isinstance(e, Entry):
        inner = e.arg.args[0] if isinstance(e.arg, Entry) and e.arg.name == "abs" and not e.arg.abstract else None
        if e.name == "log" and not e.abstract and isinstance(inner, Call) and inner.name == "det":
            return "log-abs-det", call("logdet", inner.arg)
    if not isinstance(e, Call):
        return None
    arg = e.arg
    if isinstance(arg, Kron) and e.name == "sum":
        return "sum-kronecker", mul(*(call("sum", k) for k in arg.args))
    if isinstance(arg, Kron) and e.name == "tr" and all(k.shape[0] == k.shape[1] for k in arg.args):
        return "trace-kronecker", mul(*(trace(k) for k in arg.args))
    if isinstance(arg, Mul) and e.name == "norm2" and (arg.scalars or arg.coef != 1):
        coef, scalars, rest = split_scale(arg)
        size = mul(num(abs(coef)), *(entrywise("abs", s) for s in scalars))
        return "norm-scale", mul(size, call("norm2", rest))
    return None


__all__ = ["ChainLine", "refuse", "tell_chain"]
