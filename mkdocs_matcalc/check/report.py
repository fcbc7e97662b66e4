"""What a check answers, and the two ways in which a point answers for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """What a check found: `failed` says what did not hold (`line 3: …`), None when all did."""

    passed: bool
    points: int
    max_relative_error: float
    failed: str | None = None


class NoPoint(Exception):  # noqa: N818 (not an error: another point is drawn)
    """The point is unsuitable: something is not finite or not smooth there."""


class Failed(Exception):  # noqa: N818 (an answer, carried out of the loops)
    """A comparison that does not hold."""

    def __init__(self, message: str, error: float) -> None:
        super().__init__(message)
        self.error = error
