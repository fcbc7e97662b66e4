"""A side condition of a rule, with its four faces.

`test` says whether a condition holds for what a metavariable stands for, `words` how it is
written, `draw` makes a random value that satisfies it, and `spoil` one that does not (so that a
test can show that the guard is needed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..expr.atoms import Constant, Eye, Named, Num, Sym
from ..expr.linear import Add, Mul, T
from ..expr.match import Bindings
from ..expr.matrix import Inv, MatPow, flipped
from ..expr.matrix import symmetric as is_symmetric
from ..expr.memo import remembered
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow

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


_REGULAR = frozenset(("invertible", "spd", "orthogonal"))


@remembered
def known_invertible(e: Expr) -> bool:
    """Whether an expression is invertible by the attributes of its symbols and by its form."""
    if isinstance(e, Sym):
        return not _REGULAR.isdisjoint(e.attributes)
    if isinstance(e, Named):
        return known_invertible(e.definition)
    if isinstance(e, (Eye, Inv)):
        return True
    if isinstance(e, (T, MatPow)):
        return known_invertible(e.args[0])
    if isinstance(e, Mul) and not e.scalars and e.chain:
        return all(known_invertible(f) for f in e.chain) or definite(e) > 0
    return isinstance(e, Add) and definite(e) > 0


@remembered
def definite(e: Expr) -> int:
    """1 for positive definite, 0 for semidefinite, -1 where neither is known."""
    if isinstance(e, Add):
        signs = [definite(t) for t in e.args]
        return -1 if min(signs) < 0 else max(signs)
    if isinstance(e, Named):
        return definite(e.definition)
    if isinstance(e, Eye) or (isinstance(e, Sym) and "spd" in e.attributes):
        return 1
    if isinstance(e, Inv):
        return 1 if definite(e.arg) > 0 else -1
    if isinstance(e, Mul) and e.chain and e.coef > 0:
        return _definite_product(e)
    return -1


def _definite_product(e: Mul) -> int:
    """Decide c M'SM with S semidefinite, or c S, for a factor c known to be positive."""
    known = [_positive(s) for s in e.scalars]
    if not all(k >= 0 for k in known):
        return -1
    strict = all(k > 0 for k in known)
    chain = list(e.chain)
    while len(chain) > 1 and flipped(chain[0]) == chain[-1]:
        chain, strict = chain[1:-1], strict and known_invertible(chain[0])
    if not chain:
        return 1 if strict else 0
    inner = definite(chain[0]) if len(chain) == 1 else -1
    return inner if strict or inner < 1 else 0


def _positive(e: Expr) -> int:
    """1 for a positive scalar, 0 for a square, -1 where neither is known."""
    if isinstance(e, Sym):
        return 1 if "positive" in e.attributes else -1
    if isinstance(e, Constant) or (isinstance(e, Entry) and e.name == "exp"):
        return 1
    if isinstance(e, Pow) and isinstance(e.exponent, Num) and e.exponent.value.denominator == 1:
        inner = _positive(e.base)
        even = e.exponent.value % 2 == 0
        return inner if inner > 0 else 0 if even and e.exponent.value > 0 else inner
    return -1


def invertible(name: str) -> Guard:
    """The inverse is known to exist, by declaration or by form."""
    return Guard(name, "invertible", f"{name} invertible", known_invertible)


def defined(name: str) -> Guard:
    """The inverse exists wherever the left side is defined at all, so the condition is met by itself."""
    return Guard(name, "invertible", f"{name} invertible", lambda _: True)


def symmetric(name: str) -> Guard:
    """The metavariable stands for something known to equal its transpose."""
    return Guard(name, "symmetric", f"{name} symmetric", is_symmetric)
