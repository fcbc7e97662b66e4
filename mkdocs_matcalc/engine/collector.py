"""Terms collected, and the differentials of intermediates put in.

In: a differential on names alone. Out: the same with like terms and increments together, and with
the intermediates' differentials in the place of their increments, the last defined first. Lines end
where a reader wants to see the state; every move goes through the trace of the line being written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as numbers_from
from itertools import pairwise

from ..errors import DeriveError
from ..expr.atoms import Named, Ones
from ..expr.linear import Add, Had, Mul, T, add, product
from ..expr.matrix import Call, Inv, call
from ..expr.node import Expr
from ..expr.scalar import Pow
from ..expr.walk import size_of
from .entries import simplify_entries
from .forms import attach, collect, grown, put, terms_of
from .fresh import fresh, names_in
from .merge import like_terms, merge
from .rearrange import NoForm, rearranged, split_increment
from .step import Line, Lines

#: With more intermediates than that, what stands before an increment is named when it has more nodes than `_LONG`.
_DEEP, _LONG = 7, 9
#: No expression grows beyond that many nodes, or eight times what was written.
_ENDLESS = 3_000

#: Moves that get a line of their own where transposes or traces follow.
_OWN_LINE = frozenset(
    ("vector-hadamard", "trace-hadamard", "diag-product", "diag-trace", "trace-diag", "vector-sum", "trace-identity",
     "sum-ones", "sum-kronecker", "trace-kronecker")
)  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How much a line tells: `fine`, one rule at a time; `shortcuts`, squares in one step."""

    fine: bool = False
    shortcuts: bool = True
    scalars: bool = False
    """Whether the rules of a calculus text are used and named: constant multiple, sum, quotient, chain."""


class Collector:
    """Collects and puts in; `differentials` holds what is known of the intermediates."""

    def __init__(self, e: Expr, manner: Manner) -> None:
        self.e = e
        self.manner = manner
        self.differentials: dict[str, Expr] = {}

    def cancelled(self, out: Lines, e: Expr) -> Expr:
        """Powers merged and inverses cancelled in every term."""
        after = add(*(merge(_in_traces(t)) for t in e.args)) if isinstance(e, Add) else merge(_in_traces(e))
        return e if after == e else out.trace.apply(_what_cancelled(e, after), e, after)

    def like(self, out: Lines, e: Expr) -> Expr:
        """Like terms added up."""
        after = like_terms(e)
        return after if after == e else out.trace.apply("collect", e, after)

    def readable(self, out: Lines, e: Expr) -> Expr:
        """A scalar differential with everything moved off the increments, and collected; ends lines as it goes.

        Raises `NoForm` before anything is written where that cannot be done.
        """
        moved, before = rearranged(e, entrywise_only=True)
        exposed, apart = rearranged(moved)
        out.trace.steps += before
        if apart and any(s.rule.name in _OWN_LINE for s in before):
            moved = self.entries(out, moved)
            out.write(moved)
            exposed, apart = rearranged(moved)
        out.trace.steps += apart
        exposed = self.cancelled(out, exposed)
        if self.manner.fine:
            out.write(exposed)
        collected = collect(exposed)
        if collected != exposed:
            out.trace.apply("collect", exposed, collected)
        return self.entries(out, collected)

    def try_readable(self, out: Lines, e: Expr) -> Expr:
        """As `readable`, or with like terms added where there is no readable form yet."""
        try:
            return self.readable(out, e)
        except NoForm:
            return self.like(out, e)

    def collected(self, out: Lines, e: Expr) -> Expr:
        """A scalar differential moved, collected and simplified, all in the line that is being written."""
        exposed, steps = rearranged(e)
        out.trace.steps += steps
        after = collect(exposed)
        if after != exposed:
            out.trace.apply("collect", exposed, after)
        return self.entries(out, after)

    def entries(self, out: Lines, e: Expr) -> Expr:
        """Entrywise factors simplified as functions of a number."""
        after = simplify_entries(e)
        return after if after == e else out.trace.apply("entries", e, after)

    def put_in(self, out: Lines, e: Expr) -> Expr:
        """The differentials of intermediates put in, the last defined first, in as few lines as can be followed."""
        if e.scalar and len(self.differentials) > _DEEP:
            return self.back_through(out, e)
        if not self.differentials:
            return e
        endless = max(_ENDLESS, 8 * size_of(self.e))
        for name in reversed(self.differentials):
            if name not in e.differentials:
                continue
            if grown(e, name, self.differentials[name]) > endless:
                raise DeriveError(
                    "the differential becomes too long", span=self.e.span, hint="name fewer intermediates"
                )
            telling = e.scalar and self.simplifies(e)
            after = put(e, name, self.differentials[name])
            e = out.trace.apply("substitute", e, after)
            if telling:
                e = self.collected(out, e)
                out.write(e)
        return e

    def back_through(self, out: Lines, e: Expr) -> Expr:
        """Through many intermediates, one at a time; what stands before an increment gets a name when it is long."""
        short = fresh((f"g_{i}" for i in numbers_from(1)), names_in(self.e))
        for name in reversed(self.differentials):
            if name not in e.differentials:
                continue
            e = add(*(self.abbreviated(out, t, short) for t in terms_of(e)))
            after = put(e, name, self.differentials[name])
            e = self.collected(out, out.trace.apply("substitute", e, after))
            out.write(e)
        return e

    def abbreviated(self, out: Lines, term: Expr, names: Iterator[str]) -> Expr:
        """A term with its weight under a name, where the weight is long; the name gets a line of its own."""
        parts = split_increment(term)
        if parts is None or parts[0].size <= _LONG:
            return term
        short = Named(next(names), parts[0])
        out.lines.append(Line(short.name, parts[0], (), left=short))
        return attach(short, parts[1])

    def simplifies(self, e: Expr) -> bool:
        """Whether putting in the last intermediate makes entrywise factors cancel; collecting first would hide it."""
        name = next((n for n in reversed(self.differentials) if n in e.differentials), None)
        if name is None:
            return False
        after = put(e, name, self.differentials[name])
        try:
            exposed, _ = rearranged(after)
        except NoForm:
            return False
        return simplify_entries(collect(exposed)) != collect(exposed)


def _in_traces(e: Expr) -> Expr:
    """A term with the matrix products under its traces merged."""
    if isinstance(e, Call) and e.name == "tr":
        return call("tr", merge(e.arg))
    if isinstance(e, Mul) and any(isinstance(s, Call) for s in e.scalars):
        return product(e.coef, tuple(_in_traces(s) for s in e.scalars), e.chain)
    return e


def _what_cancelled(before: Expr, after: Expr) -> str:
    """The rule by which a term became shorter: an inverse beside its matrix, entries, numbers; else only the order is new."""
    if after.size >= before.size:
        return "product-transpose"

    def count(e: Expr, kind: type[Expr]) -> int:
        return sum(isinstance(n, kind) for n in e.walk())

    if count(after, Inv) < count(before, Inv):
        return "inverse-product"
    if count(after, Had) < count(before, Had) or (count(before, Had) and count(after, Pow) < count(before, Pow)):
        return "entries"
    if any(isinstance(f, Ones) and isinstance(g, Add) for f, g in _neighbours(before)):
        return "centred"
    if sum(len(n.scalars) for n in after.walk() if isinstance(n, Mul)) < sum(
        len(n.scalars) for n in before.walk() if isinstance(n, Mul)
    ):
        return "cancel"
    return "product-transpose"  # equal neighbours as a power, and the like: no move that a reader sees


def _neighbours(e: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The factors that stand side by side in a product, each with the other, without their transposes."""
    for n in e.walk():
        if isinstance(n, Mul):
            bare = [f.args[0] if isinstance(f, T) else f for f in n.chain]
            for f, g in pairwise(bare):
                yield f, g
                yield g, f
