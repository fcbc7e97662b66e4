"""Concrete functions to stand for abstract ones, with exact derivatives of every order.

In: a random generator and, for a `Signature`, the sizes of its arguments and of its value. Out: a
sum of sines with random frequencies: smooth everywhere, and no identity that holds for it by
accident of a simple form. Arrays may carry batch axes in front of their last two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .agree import Array

_TERMS = 3


def flat(a: Array) -> Array:
    """The vec of the last two axes, stacking columns: (…, r, c) to (…, rc)."""
    return a.swapaxes(-1, -2).reshape(*a.shape[:-2], a.shape[-1] * a.shape[-2])


def unflat(a: Array, rows: int, cols: int) -> Array:
    """The inverse of `flat`: (…, rc) to (…, r, c)."""
    return a.reshape(*a.shape[:-1], cols, rows).swapaxes(-1, -2)


class SmoothEntry:
    """An entrywise function: offset + Σ a sin(b t + c)."""

    def __init__(self, rng: np.random.Generator, *, positive: bool = False) -> None:
        self.amplitude = rng.uniform(0.5, 1.5, _TERMS)
        self.frequency = rng.uniform(0.4, 1.6, _TERMS)
        self.phase = rng.uniform(0, 6, _TERMS)
        self.offset = float(self.amplitude.sum()) + 0.5 if positive else float(rng.normal())

    def __call__(self, t: Array, order: int = 0) -> Array:
        """The derivative of an order (0: the value) at every entry of an array of any shape."""
        angle = t[..., None] * self.frequency + (self.phase + order * (np.pi / 2))
        total: Array = np.sin(angle) @ (self.amplitude * self.frequency**order)
        return total if order else total + self.offset


class SmoothFunction:
    """A function of one or more matrices: component j is offset_j + Σ_r c_jr sin(⟨w_r, vec(arguments)⟩ + p_r)."""

    def __init__(
        self,
        takes: Sequence[tuple[int, int]],
        gives: tuple[int, int],
        rng: np.random.Generator,
        *,
        positive: bool = False,
    ) -> None:
        self.takes = tuple(takes)
        self.gives = gives
        self.count = [r * c for r, c in takes]
        total = sum(self.count)
        terms = _TERMS + gives[0] * gives[1]  # as many as components at least, or the Jacobian has low rank
        self.weight: Array = rng.normal(size=(terms, total)) / np.sqrt(total)
        self.phase = rng.uniform(0, 6, terms)
        self.mix = rng.normal(size=(gives[0] * gives[1], terms))
        self.offset = np.abs(self.mix).sum(axis=1) + 0.5 if positive else rng.normal(size=gives[0] * gives[1])

    def _angle(self, args: Sequence[Array], order: int) -> Array:
        angle = self.phase + order * (np.pi / 2)
        start = 0
        for a, n in zip(args, self.count, strict=True):
            angle = angle + flat(a) @ self.weight[:, start : start + n].T
            start += n
        return angle

    def __call__(self, args: Sequence[Array]) -> Array:
        """The value, of shape `gives` (after batch axes)."""
        out = np.sin(self._angle(args, 0)) @ self.mix.T + self.offset
        return unflat(out, *self.gives)

    def part(self, by: int) -> Array:
        """The weights of one argument: terms x (size of the argument)."""
        start = sum(self.count[:by])
        return self.weight[:, start : start + self.count[by]]

    def first(self, args: Sequence[Array], by: int) -> Array:
        """The Jacobian ∂vec(value)/∂vec(argument)ᵀ."""
        out: Array = (self.mix * np.sin(self._angle(args, 1))[..., None, :]) @ self.part(by)
        return out

    def second(self, args: Sequence[Array], by: int, also: int) -> Array:
        """∂²(component)/∂vec(argument)∂vec(other argument)ᵀ: (…, components, size, other size)."""
        bend = np.sin(self._angle(args, 2))
        out: Array = np.einsum("jr,...r,ra,rb->...jab", self.mix, bend, self.part(by), self.part(also))
        return out
