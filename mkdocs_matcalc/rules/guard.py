"""A side condition of a rule, with its four faces.

`test` says whether a condition holds for what a metavariable stands for, `words` how it is
written, `draw` makes a random value that satisfies it, and `spoil` one that does not (so that a
test can show that the guard is needed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..expr.matrix import symmetric as is_symmetric
from ..expr.match import Bindings
from ..expr.node import Expr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Guard:
    """A condition on the metavariable `name`; `attribute` is its word in the language."""

    name: str
    attribute: str
    words: str
    test: Callable[[Expr], bool]

    def holds(self, bindings: Bindings) -> bool:
        """Whether the condition is met by what the metavariable stands for."""
        return self.test(bindings.names[self.name])

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """A random n x n value that satisfies the condition."""
        a = rng.standard_normal((n, n))
        if self.attribute == "symmetric":
            return (a + a.T) / 2
        return a / 2 + 2 * _eye(n)

    def spoil(self, rng: np.random.Generator, n: int) -> Array:
        """A random n x n value that does not satisfy it."""
        a: Array = rng.standard_normal((n, n))
        if self.attribute == "invertible":
            a[:, 0] = a[:, -1]
        return a


def _eye(n: int) -> Array:
    import numpy as np

    return np.eye(n)


def _singular(e: Expr) -> bool:
    """Whether a matrix is singular by its shape alone: a product through a smaller dimension is not seen."""
    return e.shape[0] != e.shape[1]


def invertible(name: str) -> Guard:
    """The inverse exists. An expression may be inverted where it stands in a log or an inverse already."""
    return Guard(name, "invertible", f"{name} invertible", lambda e: not _singular(e))


def symmetric(name: str) -> Guard:
    """The metavariable stands for something known to equal its transpose."""
    return Guard(name, "symmetric", f"{name} symmetric", is_symmetric)
