"""Random values for symbols, dimensions and abstract functions.

In: symbols with their attributes, abstract functions, and a seed. Out: sizes for the dimension
names and a `Point` that holds a value for each name. A value satisfies the attributes of its
symbol; which of the other values are tried (positive, small, …) depends on a `Mood`, because
`log(b - A x)` is no function of just any numbers. Everything is determined by the seed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..expr.atoms import Sym
from ..expr.scalar import Signature
from ..expr.shape import Dim, Shape, is_scalar
from .agree import Array
from .smooth import SmoothEntry, SmoothFunction

#: The sizes for dimension names; even ones first, since a skew matrix of odd size is singular.
_SIZES = (4, 3, 2, 5, 6, 7)
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


def sizes(names: Iterable[str], turn: int = 0, even: Iterable[str] = ()) -> dict[str, int]:
    """Small sizes for dimension names, distinct as far as there are small ones; `turn` deals them out differently.

    Those of `even` are even.
    """
    ordered = sorted(set(names))
    count = min(max(len(ordered), 2), len(_SIZES))
    out = {name: _SIZES[(i + turn) % count] for i, name in enumerate(ordered)}
    for name in sorted(set(even)):
        if out.get(name, 0) % 2:
            out[name] = next(s for s in itertools.count(2, 2) if s not in out.values())
    return out


#: What a skew matrix is at even sizes only: one of odd size is singular.
_REGULAR = frozenset(("invertible", "orthogonal"))


def even_names(symbols: Iterable[Sym]) -> set[str]:
    """The dimension names that have to be even for the symbols to have a value."""
    sides = [s.shape[0] for s in symbols if "skew" in s.attributes and s.attributes & _REGULAR]
    return {side.names[0] for side in sides if side.names and side.coef % 2}


class Sizes(dict[str, int]):
    """Sizes by name, with small stand-ins for numbers that are too large to compute with.

    What holds for every size holds for these: what is derived depends on which sizes are 1, which are equal, and on no more.
    """

    def __init__(self, sizes: Mapping[str, int], literals: Mapping[int, int]) -> None:
        super().__init__(sizes)
        self.literals = literals


def stand_ins(symbols: Iterable[Shape], shapes: Iterable[Shape]) -> dict[int, int] | None:
    """Small numbers for the large ones among the dimensions of symbols, and for their products; None where one is neither."""
    own = {side.coef for shape in symbols for side in shape if not side.names}
    out: dict[int, int] = {}
    for coef in sorted(c for c in own if c > _LARGE):  # a skew matrix is regular at even sizes only
        out[coef] = next(s for s in itertools.count(_STAND_IN + coef % 2, 2) if s not in out.values())
    small = {coef: out.get(coef, coef) for coef in own}
    if any(a * b in out for a in own - {1} for b in own - {1}):
        return None  # a size of its own that is also that of a vec: one number could not stand for both
    for coef in sorted({side.coef for shape in shapes for side in shape} - own):
        pairs = {(a, coef // a) for a in small if coef % a == 0 and coef // a in small and a <= coef // a}
        if coef > _LARGE and len(pairs) != 1:
            return None
        for a, b in pairs if coef > _LARGE else ():
            out[coef] = small[a] * small[b]
    return out


#: Numbers up to that are sizes to compute with; stand-ins for larger ones begin at `_STAND_IN`.
_LARGE, _STAND_IN = 12, 8


def extent(dim: Dim, dims: Mapping[str, int]) -> int:
    """A dimension as a number."""
    out = dim.coef
    if out > _LARGE and isinstance(dims, Sizes):
        out = dims.literals.get(out, out)
    for name in dim.names:
        out *= dims[name]
    return out


def extents(shape: Shape, dims: Mapping[str, int]) -> tuple[int, int]:
    """A shape as two numbers."""
    return extent(shape[0], dims), extent(shape[1], dims)


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
