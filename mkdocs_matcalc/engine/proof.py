"""Proofs from an identity: both sides differentiated, then solved for the differential asked for.

In: an identity that holds (`given X^-1 X = I`) and a goal (`d(X^-1)`). Out: equations, a line each,
the last of them with the differential asked for alone on its left side. Where it stands in two
terms that are each other's transposes, the last equation says that their product is skew. An
identity that does not hold, or cannot be solved, is refused.
"""

from __future__ import annotations

from ..errors import DeriveError
from ..expr.atoms import Num, Sym, zeros
from ..expr.differential import Diff
from ..expr.linear import add, neg, product
from ..expr.matrix import flipped, inv
from ..expr.node import Expr
from ..expr.walk import symbols
from ..parse.problem import Goal, Identity
from ..rules.guard import known_invertible
from ..rules.table import by_name
from .differentiate import Differentiator
from .forms import terms_of
from .licence import licensed_by
from .merge import like_terms, merge_chain, monomial
from .step import Line, Trace


def prove(identity: Identity, goal: Goal) -> tuple[Line, ...]:
    """The equations from the identity to the differential asked for; each line has its left side."""
    return _Proof(identity, goal).lines()


class _Proof:
    def __init__(self, identity: Identity, goal: Goal) -> None:
        self.identity = identity
        self.target = goal.expr
        self.span = goal.span
        self.names = frozenset((*symbols(identity.left), *symbols(identity.right)))
        self.licensed = licensed_by(add(identity.left, neg(identity.right))) | licensed_by(goal.expr)

    def lines(self) -> tuple[Line, ...]:
        """The equations."""
        left, right = self.identity.left, self.identity.right
        unknown = Diff(self.target)
        trace = Trace()
        first = self._line(Diff(left), Diff(right), "both-sides")
        opened = like_terms(add(self._open(left, trace), neg(self._open(right, trace))))
        second = Line("", zeros(opened.shape), tuple(trace.steps), left=opened)
        inside = [t for t in terms_of(opened) if unknown in set(t.walk())]
        rest = [t for t in terms_of(opened) if unknown not in set(t.walk())]
        if not inside:
            self._refuse("the identity says nothing of that differential")
        if len(inside) == 2 and not rest and flipped(inside[0]) == inside[1]:
            whole = inside[1] if isinstance(monomial(inside[1])[2][-1:], tuple) else inside[0]
            return first, second, self._line(whole, neg(flipped(whole)), "skew-product")
        if len(inside) > 1:
            self._refuse("that differential stands in several terms, so the equation cannot be solved for it")
        moved = like_terms(neg(add(*rest, zeros(opened.shape)))) if rest else zeros(opened.shape)
        third = self._line(inside[0], moved, "move-terms")
        coef, scalars, chain = monomial(inside[0])
        if unknown not in chain or scalars:
            self._refuse("that differential stands inside another operation, so the equation cannot be solved for it")
        at = chain.index(unknown)
        before, behind = chain[:at], chain[at + 1 :]
        for f in (*before, *behind):
            if not (known_invertible(f) or f in self.licensed):
                self._refuse("a factor beside that differential is not known to be invertible")
        factors = [*(inv(f) for f in reversed(before)), moved, *(inv(f) for f in reversed(behind))]
        solved = add(*(self._clean(product(1 / coef, (), (*factors[: len(before)], t, *factors[len(before) + 1 :])))
                       for t in terms_of(moved)))  # fmt: skip
        out = [first, second, third]
        if before or behind or coef != 1:
            out.append(self._line(unknown, solved, "multiply-inverse"))
        return tuple(out)

    def _clean(self, e: Expr) -> Expr:
        coef, scalars, chain = monomial(e)
        return product(coef, scalars, merge_chain(chain)) if chain else e

    def _line(self, left: Expr, right: Expr, rule: str) -> Line:
        trace = Trace()
        trace.apply(rule, left, right)
        return Line("", right, tuple(trace.steps), left=left)

    def _open(self, e: Expr, trace: Trace) -> Expr:
        """d(e), opened until it stands on names and on the expression asked for."""
        if isinstance(e, Num):
            return e if not e.value else trace.apply("constant", e, zeros(e.shape))
        worker = _Keeping(self.target, self.names, trace, licensed=self.licensed)
        current: Expr = Diff(e)
        for _ in range(_LONGEST):
            after = worker.wave(current)
            if after == current:
                break
            current = after
        return current

    def _refuse(self, reason: str) -> None:
        raise DeriveError(
            f"no proof from this identity: {reason}",
            span=self.span,
            hint="the differential asked for must stand alone between invertible factors, as d(X^-1) does in X^-1 X = I",
        )


#: Waves after which a proof is given up; each opens a level of the expression.
_LONGEST = 64


class _Keeping(Differentiator):
    """A differentiator that leaves the differential of one expression standing."""

    def __init__(self, target: Expr, wrt: frozenset[str], trace: Trace, *, licensed: frozenset[Expr]) -> None:
        super().__init__(wrt, trace, shortcuts=False, licensed=licensed)
        self.target = target

    def advance(self, e: Diff) -> Expr:
        """One differential, unless it is the one asked for."""
        return e if e.arg == self.target else super().advance(e)

    def settle(self, e: Expr) -> Expr:
        """What rides along, unless it is the one asked for."""
        return e if isinstance(e, Diff) and e.arg == self.target else super().settle(e)


def varying(identity: Identity) -> tuple[Sym, ...]:
    """The symbols of an identity, all of which vary."""
    return tuple({**symbols(identity.left), **symbols(identity.right)}.values())


__all__ = ["by_name", "prove", "varying"]
