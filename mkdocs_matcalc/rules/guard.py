"""A side condition of a rule, with its four faces.

`test` says whether a condition holds for what a metavariable stands for, `words` how it is
written, `draw` makes a random value that satisfies it, and `spoil` one that does not (so that a
test can show that the guard is needed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..expr.atoms import Ones, Zeros
from ..expr.linear import Mul, T
from ..expr.match import Bindings
from ..expr.matrix import symmetric as is_symmetric
from ..expr.node import Expr
from ..expr.shape import ONE

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
    """Whether a matrix is singular by its form: an outer product, all ones, a product with such a factor."""
    if isinstance(e, (Ones, Zeros)):
        return True
    if isinstance(e, Mul):
        return any(f.shape[1] is ONE for f in e.chain[:-1]) or any(_singular(f) for f in e.chain)
    return isinstance(e, T) and _singular(e.args[0])


def invertible(name: str) -> Guard:
    """The inverse exists. An expression may be inverted where it stands in a log or an inverse already."""
    return Guard(name, "invertible", f"{name} invertible", lambda e: not _singular(e))


def symmetric(name: str) -> Guard:
    """The metavariable stands for something known to equal its transpose."""
    return Guard(name, "symmetric", f"{name} symmetric", is_symmetric)
