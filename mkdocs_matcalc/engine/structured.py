"""Derivatives that respect the structure of their variable (Matrix Cookbook, sec. 2.8).

In: df = tr(A dX), read off as if the entries of X were independent, and the attributes of X.
Out: the derivative by the free entries, in the places of X. For a symmetric X an entry off the
diagonal stands in two places, so the derivative is A + Aᵀ − A ∘ I; for a skew one with opposite
signs, A − Aᵀ; for a diagonal one, A ∘ I.
"""

from __future__ import annotations

from ..errors import DeriveError
from ..expr.atoms import Eye, Sym
from ..expr.linear import add, had, neg
from ..expr.matrix import flipped
from ..expr.node import Expr
from ..rules.rule import Rule
from ..rules.table import by_name
from .collect import factor

_KINDS = (("diagonal", "diagonal"), ("skew", "skew"), ("spd", "symmetric"), ("symmetric", "symmetric"))


def structure_of(v: Sym) -> str:
    """The structure that the entries of a variable have, empty where it has none."""
    return next((kind for attribute, kind in _KINDS if attribute in v.attributes), "")


def structured(derivative: Expr, y: Expr, v: Sym, *, second: bool) -> tuple[Expr, Rule]:
    """The derivative by the free entries, from the unconstrained one, and the rule that gives it."""
    kind = structure_of(v)
    if not kind:
        hint = "symmetric, spd, skew and diagonal variables have a structured derivative"
        reason = (
            "an orthogonal matrix has no free entries" if "orthogonal" in v.attributes else f"{v.name} has no structure"
        )
        raise DeriveError(f"no rule for the structured derivative by {v.name}: {reason}", span=y.span, hint=hint)
    if not y.is_scalar or second:
        raise DeriveError(
            f"no rule for the structured derivative by {v.name} of anything but a scalar, or of second order",
            span=y.span,
            hint="leave `structured: true` away: entries count as independent then",
        )
    rule = by_name(f"identify-{kind}")
    turned = flipped(derivative)
    on_diagonal = had(derivative, Eye(v.shape[0]))
    if kind == "diagonal":
        return on_diagonal, rule
    if kind == "skew":
        return factor(add(derivative, neg(turned))), rule
    return factor(add(derivative, turned, neg(on_diagonal))), rule
