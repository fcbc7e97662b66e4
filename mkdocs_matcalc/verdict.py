"""What an author is told where a derivation does not pass its check.

In: a derivation with the report of its check. Out: nothing where it passed, else a `DeriveError` in words that fit the
block: what was misread, which line is wrong, or what has no value at any point that was tried, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .emit.text import text
from .engine.derivation import Derivation
from .errors import DeriveError, Span
from .expr.matrix import Call, Inv
from .expr.node import Expr

if TYPE_CHECKING:
    from .check.reading import Reading
    from .check.report import Obstacle

#: How the message begins where the fault is ours.
INTERNAL = "internal error"
#: A longer expression is shown up to here.
_SHOWN = 60
_REPORT = "nothing wrong is published; please report the block"
#: By the kind of what stands in the way: what is said of the part, and how to mend it.
_WORDS = {
    "domain": (
        "`{}` is not defined at any point that was tried",
        "declare what keeps it defined, as in `let x in R^n positive`, or write it so that it always is",
    ),
    "singular": (
        "`{}` has no inverse at any point that was tried",
        "of a tall matrix A, `A A'` is singular and `A' A` is not; of a sum of few outer products, add `+ I`",
    ),
    "zero": (
        "`{}` is zero at every point that was tried, and something is divided by it",
        "what stands under a fraction, or in a norm, must not vanish everywhere",
    ),
    "overflow": (
        "`{}` is too large for a number at every point that was tried",
        "a tower of powers or exponentials is too large nearly everywhere: scale what stands in it, or leave a level out",
    ),
    "kink": (
        "`{}` has no derivative at any point that was tried",
        "a norm or an absolute value has one where it is not zero: what stands in it must not vanish everywhere",
    ),
    "rough": (
        "the differences of `{}` do not settle at any point that was tried",
        "write it in parts with names, to see which of them is steep everywhere",
    ),
}
_NAMES = "write sizes as names, as in `R^{k x n}`: what holds for every size holds for these"
_FEWER = "each Kronecker product multiplies the sizes: a derivative of fewer of them can be checked"
_UNKNOWN = ("something in it is not defined", "try it in parts with names, to see which of them has a value")


def refuse_wrong(d: Derivation, span: Span, reading: Reading) -> None:
    """Raise where the check of a derivation has failed."""
    if reading.wrong is not None:
        message = f"{INTERNAL}: the expression that was built here is not the one that is written"
        raise DeriveError(message, span=reading.wrong.written.span, hint=_REPORT)
    if d.check is None or d.check.passed:
        return
    from .check.points import NO_POINT, TOO_LARGE  # the check has run, and brought NumPy with it

    failed = d.check.failed or ""
    if failed == "the identity does not hold":
        raise DeriveError(
            "the identity of the block does not hold for every value that its attributes allow",
            span=span,
            hint="an identity is true for every value, as `X^-1 X = I` is for an invertible X",
        )
    if failed.startswith(NO_POINT):
        why, hint = _in_the_way(d.check.obstacle)
        raise DeriveError(
            f"no point was found where this can be checked with numbers: {why}",
            span=span,
            hint=f"{hint}; nothing unchecked is published",
        )
    if failed == TOO_LARGE and d.style == "index":
        raise DeriveError(failed, span=span, hint="style differential has no limit on how many indices a term has")
    if failed == TOO_LARGE:
        named = all(not side.coef > 1 for s in d.symbols.values() for side in s.shape)
        raise DeriveError(failed, span=span, hint=_FEWER if named else _NAMES)
    raise DeriveError(f"the derivation does not pass its numeric check: {failed}", span=span, hint=_REPORT)


def _in_the_way(obstacle: Obstacle | None) -> tuple[str, str]:
    """What has no value, and how to mend it."""
    if obstacle is None:
        return _UNKNOWN
    why, hint = _WORDS[obstacle.kind]
    part = obstacle.part.args[0] if obstacle.kind == "zero" else obstacle.part
    if obstacle.kind == "singular":
        part = next((n.args[0] for n in part.walk() if isinstance(n, (Inv, Call))), part)
    return why.format(_shown(part)), hint


def _shown(e: Expr) -> str:
    words = text(e)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
