"""Random typed expressions for Hypothesis, and when two expressions are the same to a reader."""

from __future__ import annotations

from check_generator import DIMS, FUNCTIONS, SYMBOLS, Generator, K, M, N
from hypothesis import strategies as st

from mkdocs_matcalc.errors import Span
from mkdocs_matcalc.expr.atoms import Num, Size, num, size
from mkdocs_matcalc.expr.differential import Diff, Held, Through, diff
from mkdocs_matcalc.expr.linear import Add, Had, Kron, Mul, add, had, is_reciprocal, kron, mul, scale
from mkdocs_matcalc.expr.matrix import Call
from mkdocs_matcalc.expr.node import Expr
from mkdocs_matcalc.expr.scalar import Apply, Partial, Pow, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import bottom_up, intermediates
from mkdocs_matcalc.parse import Goal, Problem
from mkdocs_matcalc.parse.build import multiply

SHAPES = (SCALAR, (N, ONE), (ONE, M), (M, ONE), (M, N), (N, N), (K, M))


@st.composite
def expressions(draw, *, increments=False, depth=3):
    """A typed expression; Hypothesis chooses the seed, the shape and the depth, and shrinks towards few levels."""
    level = draw(st.integers(0, depth))
    shape = draw(st.sampled_from(SHAPES))
    return Generator(draw(st.integers(0, 10**6)), increments=increments).make(shape, level)


def problem_of(e: Expr) -> Problem:
    """A problem that knows the names of the generator, and has `e`."""
    known = intermediates(e)
    parts = [n for whole in (e, *(v.definition for v in known.values())) for n in whole.walk()]
    applied = [Apply(n.function, n.args) for n in parts if isinstance(n, Partial)]
    goals = tuple(Goal("derivative", "", Span(0, 0), None, a, ()) for a in (e, *applied))
    return Problem("", {}, dict(SYMBOLS), dict(FUNCTIONS), known, goals)


def _same(n: Expr) -> Expr:
    if isinstance(n, Call):
        n = n.with_args(n.args)  # what became simple inside
    if isinstance(n, Mul) and n.coef < 0 and not n.scalars and len(n.chain) == 1 and isinstance(n.chain[0], Add):
        return bottom_up(add(*(scale(n.coef, t) for t in n.chain[0].args)), _same)
    if isinstance(n, Held):
        return n.increment
    if isinstance(n, Through):
        return diff(n.of)
    if isinstance(n, Size) and (len(n.dim.names) > 1 or n.dim.coef > 1):
        return mul(num(n.dim.coef), *(size(dim(name)) for name in n.dim.names))
    if isinstance(n, Pow) and isinstance(n.exponent, Num):
        base = n.base
        if isinstance(base, Pow) and isinstance(base.exponent, Num):
            return _same(power(base.base, base.exponent.value * n.exponent.value))
        again = power(base, n.exponent)
        return again if again == n else bottom_up(again, _same)
    if isinstance(n, Had):
        return had(*sorted(n.args, key=is_reciprocal))  # a quotient is written behind what it divides
    if isinstance(n, Kron) and isinstance(n.args[0], Kron):
        return _same(kron(n.args[0].args[0], kron(n.args[0].args[1], n.args[1])))
    if isinstance(n, Mul) and len(n.args) > 1:
        made = mul(num(n.coef), multiply([*n.scalars, *n.chain]))
        if isinstance(made, Mul):
            return Mul(made.coef, tuple(sorted(made.scalars, key=repr)), made.chain)
        return made
    return n


def normal(e: Expr) -> Expr:
    """An expression as a reader sees it.

    The order of commuting scalars is free, the root of a reciprocal is the reciprocal of the root,
    an increment that is held constant is written like any other, as is what stands until its vec is taken, and brackets of associative
    products are dropped: a part of a chain that closes to a scalar is one factor.
    """
    return bottom_up(e, _same)


__all__ = ["DIMS", "Diff", "expressions", "normal", "problem_of"]
