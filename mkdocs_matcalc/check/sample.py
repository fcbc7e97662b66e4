"""Random values for symbols, dimensions and abstract functions.

In: symbols with their attributes, abstract functions, sizes, and a seed. Out: a `Point` that holds a value for each
name. A value satisfies the attributes of its symbol; which of the other values are tried (positive, small, …) depends on a `Mood`, because
`log(b - A x)` is no function of just any numbers. Everything is determined by the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..expr.atoms import Sym
from ..expr.scalar import Signature
from ..expr.shape import is_scalar
from .agree import Array
from .sizes import extents
from .smooth import SmoothEntry, SmoothFunction

#: How the value of a symbol without attributes may look.
MOODS = ("normal", "small", "positive", "negative", "large", "definite", "tiny", "unit")

#: Larger matrices are taken as they are drawn: what it takes to condition them grows with the cube.
_DECOMPOSED = 64

#: A mood for each name.
Mood = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """Values for every name: symbols (2-D arrays), dimensions, abstract functions."""

    values: Mapping[str, Array]
    dims: Mapping[str, int]
    functions: Mapping[str, SmoothEntry | SmoothFunction]


#: What a skew matrix is at even sizes only: one of odd size is singular.
_REGULAR = frozenset(("invertible", "orthogonal"))


def even_names(symbols: Iterable[Sym]) -> set[str]:
    """The dimension names that have to be even for the symbols to have a value."""
    sides = [s.shape[0] for s in symbols if "skew" in s.attributes and s.attributes & _REGULAR]
    return {side.names[0] for side in sides if side.names and side.coef % 2}


def moods(names: Sequence[str], attempt: int, rng: np.random.Generator) -> dict[str, str]:
    """The moods of an attempt: first all alike, then any mixture."""
    alike = ("normal", "normal", "small", "positive", "definite", "tiny", "unit")
    if attempt < len(alike):
        return dict.fromkeys(names, alike[attempt])
    return {name: MOODS[int(rng.integers(len(MOODS)))] for name in names}


def draw(
    symbols: Mapping[str, Sym],
    functions: Mapping[str, Signature | None],
    dims: Mapping[str, int],
    seed: Sequence[int] | int | np.random.Generator,
    mood: Mood | None = None,
) -> Point:
    """Random values for symbols and abstract functions (a `Signature`, or None for an entrywise one).

    A generator in the place of the seed goes on from where it is.
    """
    rng = np.random.default_rng(seed)
    mood = mood or {}
    values = {name: draw_symbol(symbols[name], dims, rng, mood.get(name, "normal")) for name in sorted(symbols)}
    made: dict[str, SmoothEntry | SmoothFunction] = {}
    for name in sorted(functions):
        signature = functions[name]
        positive = mood.get(name) in ("positive", "large", "definite")
        if signature is None:
            made[name] = SmoothEntry(rng, positive=positive)
        else:
            takes = [extents(s, dims) for s in signature.takes]
            made[name] = SmoothFunction(takes, extents(signature.gives, dims), rng, positive=positive)
    return Point(values, dims, made)


def draw_symbol(symbol: Sym, dims: Mapping[str, int], rng: np.random.Generator, mood: str = "normal") -> Array:
    """A random value of a symbol, satisfying its attributes, as a 2-D array; `ValueError` where there is none."""
    rows, cols = extents(symbol.shape, dims)
    has = symbol.attributes
    if "skew" in has and has & _REGULAR and rows % 2:
        raise ValueError(f"no skew matrix of size {rows} has an inverse")
    raw = _entries(rows, cols, rng, "positive" if "positive" in has else mood)
    if rows != cols or is_scalar(symbol.shape):
        return raw
    if "orthogonal" in has:
        return _orthogonal(rows, has, rng)
    if "diagonal" in has:
        return np.diag(_diagonal(rows, has, rng, mood))
    if "spd" in has:
        return _positive_definite(raw, positive="positive" in has)
    if "skew" in has:
        regular = mood == "normal" or "invertible" in has
        return _conditioned(raw, skew=True) if regular else (raw - raw.T) / 2
    if mood == "definite" and "positive" not in has:
        return _positive_definite(raw, positive=False)
    square = (raw + raw.T) / 2 if "symmetric" in has else raw
    if "positive" in has:
        return square + (rows * np.eye(rows) if "invertible" in has else 0.0)
    if mood == "normal" or "invertible" in has:
        return _conditioned(square)
    return square


def _entries(rows: int, cols: int, rng: np.random.Generator, mood: str) -> Array:
    if mood == "positive":
        return rng.uniform(0.5, 2, (rows, cols))
    if mood == "unit":
        return rng.uniform(0.1, 0.9, (rows, cols))
    if mood == "negative":
        return -rng.uniform(0.5, 2, (rows, cols))
    if mood == "large":
        return rng.uniform(5, 8, (rows, cols))
    width = {"small": 0.3, "tiny": 0.1}.get(mood, 1.0)
    return rng.normal(0, width, (rows, cols))


def _diagonal(n: int, has: frozenset[str], rng: np.random.Generator, mood: str) -> Array:
    out = rng.uniform(0.5, 2, n)
    if has & {"spd", "positive"} or mood in ("positive", "definite", "large"):
        return out
    signs: Array = rng.choice([-1.0, 1.0], n)
    return out * signs


def _orthogonal(n: int, has: frozenset[str], rng: np.random.Generator) -> Array:
    if "diagonal" in has:
        return np.diag(rng.choice([-1.0, 1.0], n))
    if "symmetric" in has:
        v = rng.normal(size=(n, 1))
        return np.eye(n) - 2 * v @ v.T / float((v * v).sum())
    q: Array = np.linalg.qr(rng.normal(size=(n, n)))[0]
    if "skew" in has:
        turn = np.kron(np.eye(n // 2), np.array([[0.0, 1.0], [-1.0, 0.0]]))
        return q @ turn @ q.T
    return q


def _positive_definite(raw: Array, *, positive: bool) -> Array:
    n = raw.shape[0]
    out: Array = raw @ raw.T / n + 0.7 * np.eye(n)
    if positive:
        out = np.abs(raw + raw.T) / 2 + n * np.eye(n)
        out = out * (1 + 1.0 * np.eye(n))
    return out


def _conditioned(raw: Array, *, skew: bool = False) -> Array:
    """The matrix with its singular values kept away from 0; its symmetry or skew symmetry stays."""
    if skew:
        raw = (raw - raw.T) / 2
    if raw.shape[0] > _DECOMPOSED:
        return raw
    u, s, v = np.linalg.svd(raw)
    if skew and raw.shape[0] % 2:
        return raw
    out: Array = (u * np.maximum(s, 0.4)) @ v
    if skew:
        return (out - out.T) / 2
    return (out + out.T) / 2 if np.array_equal(raw, raw.T) else out
