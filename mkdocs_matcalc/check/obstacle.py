"""What has no value at a point, or no derivative: the innermost part to blame.

In: expressions and a point. Out: nothing, or `NoPoint` with a way to find the part. A part without a value is enough,
though what it stands in has one: 1/(1/0) is no 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..expr.atoms import Named
from ..expr.differential import Diff, Gradient, Rate
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow
from .agree import Array
from .difference import DOUBT, along
from .evaluate import Env
from .names import distinct
from .report import NoPoint, Obstacle

#: A determinant that is smaller, beside the entries of its matrix, is that of a singular one.
_SINGULAR = 1e-12
#: Functions whose derivative does not exist where their argument is zero, or where two entries are equal.
_KINKED = frozenset(("abs", "sign", "relu", "step", "norm1", "norm2"))


def partial_parts(roots: Iterable[Expr]) -> list[Expr]:
    """The expressions, and the parts of them that are not defined everywhere."""
    roots = list(roots)
    inside = (
        n for n in distinct(roots) if isinstance(n, (Pow, Inv, Call)) or (isinstance(n, Entry) and not n.abstract)
    )
    return [*inside, *roots]


def require_values(parts: Sequence[Expr], env: Env) -> None:
    """Raise `NoPoint` where one of the parts has no value."""
    for part in parts:
        if not np.isfinite(env.value(part)).all():
            raise undefined(part, env, early=True)


def undefined(e: Expr, env: Env, why: str = "something is not defined", *, early: bool = False) -> NoPoint:
    """What to raise for an expression that has no value: it knows the innermost part that has none."""
    return NoPoint(why, lambda: _innermost(e, env), early=early)


def _innermost(e: Expr, env: Env) -> Obstacle:
    node = e
    while True:
        if isinstance(node, (Diff, Rate)):
            return _bend(node.args[0], env)
        if isinstance(node, Gradient):
            return _bend(node.function, env)
        below = (node.definition,) if isinstance(node, Named) else node.args
        deeper = next((a for a in below if not np.isfinite(env.value(a)).all()), None)
        if deeper is None:
            return Obstacle(_kind(node, env), node)
        node = deeper


def _kind(node: Expr, env: Env) -> str:
    if isinstance(node, (Inv, MatPow)) or (isinstance(node, Call) and node.name == "logdet"):
        return "singular"
    if isinstance(node, (Entry, Pow)) and isinstance(node.args[0], Call) and node.args[0].name == "det":
        matrix, value = env.value(node.args[0].arg), env.value(node.args[0])
        if np.abs(value).max() <= _SINGULAR * max(1.0, float(np.abs(matrix).max())) ** matrix.shape[-1]:
            return "singular"
    if isinstance(node, Pow):
        base = env.value(node.base)
        if (base == 0).all() and (env.value(node.exponent) < 0).all():
            return "zero"
        return "domain" if not (base > 0).all() else "overflow"
    value = env.value(node)
    return "domain" if np.isnan(value).any() or (isinstance(node, Entry) and node.name == "log") else "overflow"


def require_smooth(estimate: Array, doubt: float, e: Expr, env: Env) -> None:
    """Raise `NoPoint` where differences of an expression say nothing: they are not finite, or have not settled."""
    if not np.isfinite(estimate).all():
        raise NoPoint("a value is not finite", lambda: _bend(e, env))
    if doubt > DOUBT:
        raise NoPoint("differences do not converge", lambda: _bend(e, env))
    if estimate.size and float(np.abs(estimate).max()) > _HUGE:
        raise NoPoint("a value is huge", lambda: Obstacle("overflow", e))


#: Values beyond this drown a comparison in rounding.
_HUGE = 1e30


def _bend(e: Expr, env: Env) -> Obstacle:
    """The innermost part whose differences do not settle along a direction."""
    rng = np.random.default_rng(0)
    moves = {n: env.directions.get(n, rng.normal(size=v.shape)) for n, v in env.point.values.items()}
    here = Env(env.point, moves)
    node = e
    while True:
        below = (node.definition,) if isinstance(node, Named) else node.args
        deeper = next((a for a in below if not _settles(a, here)), None)
        if deeper is None:
            break
        node = deeper
    if not np.isfinite(here.value(node)).all():
        return _innermost(node, here)
    named = isinstance(node, (Call, Entry)) and node.name in _KINKED
    return Obstacle("kink" if named else "rough", node)


def _settles(e: Expr, env: Env) -> bool:
    estimate, doubt = along(e, env)
    return bool(np.isfinite(estimate).all()) and doubt <= DOUBT
