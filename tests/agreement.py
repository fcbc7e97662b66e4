"""Do two expressions have one value? The one measure of the tests of rules, steps and printing.

In: two typed expressions. Out: how far they are apart at random points with random directions. An
open differential is a difference quotient of what it stands on and uses no rule, so that `d det(X)`
is one side of a comparison and the formula for it the other.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from mkdocs_matcalc.check.agree import relative_error
from mkdocs_matcalc.check.difference import along
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.sample import draw
from mkdocs_matcalc.check.sizes import sizes
from mkdocs_matcalc.expr.atoms import Commutation, Named, Selection, Size, Sym
from mkdocs_matcalc.expr.differential import Diff, Through
from mkdocs_matcalc.expr.linear import Add, Mul
from mkdocs_matcalc.expr.matrix import Inv
from mkdocs_matcalc.expr.node import Expr
from mkdocs_matcalc.expr.scalar import Apply, Contracted, Entry, Partial

#: Two formulas are the same number up to rounding; a difference quotient has an error of its own.
FORMULAS, QUOTIENTS = 1e-9, 1e-6
#: A difference quotient in more doubt than this is no measure of anything.
DOUBT = 3e-7
#: An inverse with entries beyond this is one of a singular matrix.
HUGE = 1e10
MOODS = ("normal", "positive", "small", "definite", "tiny")


def nodes(*roots: Expr) -> Iterator[Expr]:
    """Every node of some expressions, those in definitions of intermediates included."""
    for root in roots:
        for node in root.walk():
            yield node
            if isinstance(node, Named):
                yield from nodes(node.definition)


def names_of(*roots: Expr) -> tuple[dict[str, Sym], dict, set[str]]:
    """The symbols, the abstract functions and the names of dimensions in some expressions."""
    symbols, functions, dims = {}, {}, set()
    for node in nodes(*roots):
        if isinstance(node, Sym):
            symbols[node.name] = node
        elif isinstance(node, Entry) and node.abstract:
            functions[node.name] = None
        elif isinstance(node, (Apply, Partial, Contracted, Through)):
            node = node.of if isinstance(node, Through) else node
            functions[node.function.name] = node.function
            dims |= {n for s in (*node.function.takes, node.function.gives) for d in s for n in d.names}
        elif isinstance(node, (Size, Selection)):
            dims |= set(node.dim.names)
        elif isinstance(node, Commutation):
            dims |= {*node.rows.names, *node.cols.names}
        dims |= {n for d in node.shape for n in d.names}
    return symbols, functions, dims


def directions_of(point, names: Iterable[str], seed: int) -> dict[str, np.ndarray]:
    """A random direction for each of some names."""
    rng = np.random.default_rng([seed, 99])
    return {name: rng.normal(size=point.values[name].shape) for name in sorted(names)}


def open_differentials(e: Expr) -> Iterator[Expr]:
    """The outermost differentials that are difference quotients: those that do not stand on a symbol."""
    if isinstance(e, Diff):
        if not isinstance(e.arg, Sym):
            yield e
    else:
        for a in e.args:
            yield from open_differentials(a)


def deviation(left: Expr, right: Expr, env: Env) -> tuple[float, float]:
    """How far two expressions are apart at a point, and how far they may be; not finite where one has no value."""
    quotients = [*open_differentials(left), *open_differentials(right)]
    with np.errstate(all="ignore"):
        doubt = max((along(d.args[0], env)[1] for d in quotients), default=0.0)
        # the inverse of a singular matrix is no infinity in floating point, but it is huge
        inverses = [np.abs(env.value(node)).max() for node in nodes(left, right) if isinstance(node, Inv)]
    if not max(inverses, default=0.0) < HUGE:
        return float("nan"), 0.0
    values = evaluate(left, env), evaluate(right, env)
    if doubt > DOUBT or not all(np.isfinite(v).all() for v in values):
        return float("nan"), 0.0
    return relative_error(*values), QUOTIENTS if quotients else FORMULAS


def environments(
    roots: Sequence[Expr], moving: Iterable[str] | None, moods: Sequence[str] = MOODS, stages=None
) -> Iterator[Env]:
    """Points without end, one seed after the other, all values of one mood; `moving` names have a direction."""
    symbols, functions, dims = names_of(*roots)
    names = sorted({*symbols, *functions})
    for seed in itertools.count():
        mood = dict.fromkeys(names, moods[seed % len(moods)])
        point = draw(symbols, functions, sizes(dims, seed), [seed, 5], mood)
        which = symbols if moving is None else set(moving) & set(symbols)
        yield Env(point, directions_of(point, which, seed), stages)


def disagreement(
    left: Expr, right: Expr, *, moving: Iterable[str] | None = None, moods: Sequence[str] = MOODS, points: int = 3,
    stages=None,
) -> str:  # fmt: skip
    """What a reader must know where two expressions differ; empty where they agree at `points` points."""
    found = 0
    for attempt, env in enumerate(environments((left, right), moving, moods, stages)):
        error, allowed = deviation(left, right, env)
        if np.isnan(error):
            if attempt >= 30 * points:
                return f"no point where both {left!r} and {right!r} have a value"
            continue
        if not error <= allowed:
            return f"off by {error:.2g} at point {attempt} of sizes {env.point.dims}"
        found += 1
        if found == points:
            return ""
    raise AssertionError("points do not end")


def commuted(e: Expr, *, sums: bool = False) -> object:
    """An expression in which the scalar factors of a product, and with `sums` the terms of a sum, have no order."""
    inner = tuple(commuted(a, sums=sums) for a in e.args)
    if isinstance(e, Add) and sums:
        return ("Add", frozenset(Counter(inner).items()))
    if isinstance(e, Mul):
        n = len(e.scalars)
        return ("Mul", e.coef, frozenset(Counter(inner[:n]).items()), inner[n:])
    return (type(e).__name__, e.data, e.shape, inner)
