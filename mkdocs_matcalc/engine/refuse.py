"""Honest refusals: what has no rule, and what has no form."""

from __future__ import annotations

from ..errors import DeriveError
from ..expr.differential import Through
from ..expr.matrix import Call
from ..expr.node import Expr
from .rearrange import NoForm

#: A longer expression is named by its kind.
_SHOWN = 12


def describe(e: Expr) -> str:
    """An expression named for a message."""
    from ..emit.text import text

    if e.size <= _SHOWN:
        return text(e)
    return f"{e.name.split('_')[0]}(…)" if isinstance(e, Call) else f"an expression of kind {type(e).__name__}"


def no_form(found: NoForm, e: Expr) -> DeriveError:
    """The refusal where an operation around the increment has no identity."""
    if isinstance(found.expr, Through):
        return DeriveError(
            f"no rule that brings the second derivatives of {found.expr.of.function.name} to a form in matrix notation",
            span=found.expr.span or e.span,
            hint="those of a vector or matrix function are an array with three sides; of a scalar function of it they have a form",
        )
    kind = found.expr.name if isinstance(found.expr, Call) else type(found.expr).__name__
    what = describe(found.expr) if not found.expr.differentials else f"an operation of kind {kind}"
    return DeriveError(
        f"no rule that brings {what} to a form in matrix notation",
        span=found.expr.span or e.span,
        hint="the derivative exists, but it has no short form in ordinary matrix notation that is known here",
    )
