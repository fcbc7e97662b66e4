"""What a block may cost: one budget, counted in operations, for all that is done with all of its goals.

In: operations, as they are done. Out: nothing, or `OverBudget` where no more are left. What counts is what takes time
in every stage: a symbol that is read, an expression that is made, a value that is computed in the check, an expression that will be printed,
and a share for what SymPy does. Operations are counted and no clock is read, so that a block is refused on every
machine or on none. Outside of a block nothing is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

#: Operations that a block may take; about ten microseconds each.
LIMIT = 150_000
_ENDLESS = 1 << 62


class OverBudget(Exception):  # noqa: N818 -- a finding: the block is too large, which its reader says in words
    """No operations are left for this block."""


class _Budget:
    """The operations that are left, and those that the last block took; one at a time is derived in a process."""

    __slots__ = ("left", "spent")

    def __init__(self) -> None:
        self.left = _ENDLESS
        self.spent = 0


BUDGET = _Budget()


def spend(operations: int) -> None:
    """Take operations from the budget of the block."""
    BUDGET.left -= operations
    if BUDGET.left < 0:
        raise OverBudget


@contextmanager
def budget(operations: int = LIMIT) -> Iterator[None]:
    """A block begins: all that is done until it ends is paid from one budget."""
    before = BUDGET.left
    BUDGET.left = operations
    try:
        yield
    finally:
        BUDGET.spent = operations - BUDGET.left
        BUDGET.left = before


@contextmanager
def unpaid() -> Iterator[None]:
    """What is made here is made once for all blocks, and taken from the budget of none."""
    before = BUDGET.left
    BUDGET.left = _ENDLESS
    try:
        yield
    finally:
        BUDGET.left = before
