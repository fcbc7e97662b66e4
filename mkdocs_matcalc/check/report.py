"""What a check answers, and the two ways in which a point answers for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..expr.node import Expr


@dataclass(frozen=True)
class Obstacle:
    """Why a point is none: `part` has no value there, or no derivative.

    `kind` is `domain` (outside of where a function is defined), `singular` (a matrix without an inverse), `zero` (a
    power of it divides by zero), `overflow` (too large for a number), `kink` (no derivative) or `rough` (differences do not settle).
    """

    kind: str
    part: Expr


@dataclass(frozen=True)
class Report:
    """What a check found: `failed` says what did not hold (`line 3: …`), None when all did.

    Where no point was found, `obstacle` is what stood in the way most often, if it is known.
    """

    passed: bool
    points: int
    max_relative_error: float
    failed: str | None = None
    obstacle: Obstacle | None = None


class NoPoint(Exception):  # noqa: N818 (not an error: another point is drawn)
    """The point is unsuitable: something is not finite or not smooth there; `find` looks for what that is.

    `early` says that little was computed to find out.
    """

    def __init__(self, why: str, find: Callable[[], Obstacle | None] = lambda: None, *, early: bool = False) -> None:
        super().__init__(why)
        self.find = find
        self.early = early


class TooLarge(Exception):  # noqa: N818 (an answer, carried out of the loops)
    """What is to be computed is too large, at any point."""


class Failed(Exception):  # noqa: N818 (an answer, carried out of the loops)
    """A comparison that does not hold."""

    def __init__(self, message: str, error: float) -> None:
        super().__init__(message)
        self.error = error


def no_points(failed: str, obstacle: Obstacle | None = None) -> Report:
    """The report of a check that has compared nothing."""
    return Report(passed=False, points=0, max_relative_error=float("inf"), failed=failed, obstacle=obstacle)
