"""Random blocks of explicit components, with quotients, roots, logarithms and powers that have values in places only.

In: a seed. Out: a `Block`: its text, and its components as NumPy source, which no reader of the project has read. A
block is true where a point exists at which all of them have values and derivatives; `derivative_at` finds it by
differences of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType

import numpy as np

_NAMES = ("x", "y", "z", "u", "v", "w")
_SUM, _PRODUCT, _SIGN, _ATOM = range(4)
#: A part of an expression: text, how tightly it binds, NumPy source.
Part = tuple[str, int, str]


@dataclass(frozen=True)
class Block:
    """Explicit components, row by row, and the variables that they are differentiated by."""

    text: str
    names: tuple[str, ...]
    by: tuple[str, ...]
    entries: tuple[str, ...]
    columns: int
    determinant: bool

    @cached_property
    def code(self) -> CodeType:
        """The components, compiled."""
        return compile("[" + ", ".join(self.entries) + "]", "components", "eval")

    def values(self, at: dict[str, float]) -> np.ndarray:
        """The components at a point."""
        scope = {"np": np, **{name: np.float64(value) for name, value in at.items()}}
        return np.array(eval(self.code, scope), dtype=float)  # noqa: S307 - our own source

    def derivative_at(self, at: dict[str, float]) -> np.ndarray | None:
        """The derivative at a point by differences; None where it has no value there, or is too steep to tell."""
        found = []
        for h in (2e-3, 5e-4):
            columns = []
            for name in self.by:
                steps = [(self.values({**at, name: at[name] + s * h}), s) for s in (-2, -1, 1, 2)]
                weights = {-2: 1 / 12, -1: -2 / 3, 1: 2 / 3, 2: -1 / 12}
                columns.append(sum(weights[s] * v for v, s in steps) / h)
            found.append(np.stack(columns, axis=1))
        coarse, fine = found
        scale = 1 + np.abs(fine).max(initial=0)
        if not np.isfinite(fine).all() or scale > 1e4 or not np.abs(coarse - fine).max() <= 1e-7 * scale:
            return None
        if self.columns > 1:
            return fine[:, 0].reshape(-1, self.columns)
        return np.array(np.linalg.det(fine)) if self.determinant else fine

    def points(self, count: int = 400) -> Iterator[dict[str, float]]:
        """Points at which it may have values."""
        rng = np.random.default_rng(len(self.text))
        for _ in range(count):
            low, high = ((0.2, 2), (-2, 2), (0.05, 0.95), (-1, 3), (-3, 3))[int(rng.integers(5))]
            yield dict(zip(self.names, rng.uniform(low, high, len(self.names)).tolist(), strict=True))


class _Writer:
    def __init__(self, rng: random.Random, names: tuple[str, ...]) -> None:
        self.rng, self.names = rng, names

    def leaf(self) -> Part:
        name = self.rng.choice(self.names)
        return (name, _ATOM, name) if self.rng.random() < 0.85 else self.rng.choice([("2", _ATOM, "np.float64(2)"), ("1", _ATOM, "np.float64(1)")])

    def make(self, depth: int) -> Part:
        if depth <= 0 or self.rng.random() < 0.12:
            return self.leaf()
        kind = self.rng.choice(["sum", "sum", "product", "product", "quotient", "quotient", "call", "call", "square", "root", "sign"])
        a = self.make(depth - 1)
        if kind in ("call", "square", "root", "sign"):
            return getattr(self, kind)(a)
        return getattr(self, kind)(a, self.make(depth - 1))

    @staticmethod
    def put(part: Part, level: int) -> str:
        return part[0] if part[1] >= level else f"({part[0]})"

    def sum(self, a: Part, b: Part) -> Part:
        sign = self.rng.choice("+-") if a[0] != b[0] else "+"  # the root of x - x has no derivative
        return f"{self.put(a, _SUM)} {sign} {self.put(b, _PRODUCT)}", _SUM, f"({a[2]} {sign} {b[2]})"

    def product(self, a: Part, b: Part) -> Part:
        sign = self.rng.choice(["*", " * "])
        return f"{self.put(a, _PRODUCT)}{sign}{self.put(b, _ATOM)}", _PRODUCT, f"({a[2]} * {b[2]})"

    def quotient(self, a: Part, b: Part) -> Part:
        return f"{self.put(a, _PRODUCT)}/{self.put(b, _ATOM)}", _PRODUCT, f"({a[2]} / {b[2]})"

    def call(self, a: Part) -> Part:
        name = self.rng.choice(["log", "log", "sqrt", "sqrt", "exp", "sin", "cos", "tan", "arctan", "arcsin", "tanh"])
        return f"{name}({a[0]})", _ATOM, f"np.{name}({a[2]})"

    def square(self, a: Part) -> Part:
        power = self.rng.choice(["2", "3", "-1", "-2"])
        return f"{self.put(a, _ATOM)}^{power}", _SIGN, f"({a[2]})**({power}.)"

    def root(self, a: Part) -> Part:
        top, bottom = self.rng.choice([(1, 2), (1, 3), (3, 2), (-1, 2)])
        return f"{self.put(a, _ATOM)}^({top}/{bottom})", _SIGN, f"({a[2]})**({top}/{bottom})"

    def sign(self, a: Part) -> Part:
        return f"-{self.put(a, _ATOM)}", _SUM, f"(-{a[2]})"


def block(seed: object) -> Block:
    """The block of a seed; not every one has a value somewhere."""
    rng = random.Random(f"explicit/{seed}")
    names = _NAMES[: rng.randint(2, 4)]
    writer = _Writer(rng, names)
    by = tuple(rng.sample(names, rng.randint(1, min(3, len(names)))))
    shape = rng.choice(["column", "column", "determinant", "matrix"])
    rows, columns = (len(by), 1) if shape == "determinant" else (rng.randint(2, 3), 1)
    if shape == "matrix":
        by, columns = by[:1], 2
    entries = [[writer.make(rng.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]
    written = "[" + "; ".join(", ".join(e[0] for e in row) for row in entries) + "]"
    goal = f"d/d({', '.join(by)})" if len(by) > 1 else f"d/d{by[0]}"
    if shape == "determinant" and len(by) == 1:
        goal, shape = f"d/d{by[0]}", "column"
    head = f"let {', '.join(names)} in R\n"
    if rng.random() < 0.5:
        body = f"q = {written}\n{'det ' * (shape == 'determinant')}{goal.replace('d/', 'dq/', 1)}"
    else:
        body = f"{'det ' * (shape == 'determinant')}{goal} {written}"
    sources = tuple(e[2] for row in entries for e in row)
    return Block(head + body, names, by, sources, columns, shape == "determinant")


def true_blocks(seed: object, count: int) -> Iterator[tuple[Block, dict[str, float], np.ndarray]]:
    """So many blocks that have a derivative somewhere, with a point and the derivative there."""
    made = number = 0
    while made < count:
        found = block(f"{seed}/{number}")
        number += 1
        with np.errstate(all="ignore"):
            pairs = ((at, found.derivative_at(at)) for at in found.points())
            at, want = next((pair for pair in pairs if pair[1] is not None), ({}, None))
        if want is not None:
            made += 1
            yield found, at, want


def outcome(found: Block, at: dict[str, float], want: np.ndarray, derive: object) -> tuple[str, str]:
    """How a block ends: `passed`, `refused` with the reason, or `wrong`."""
    from mkdocs_matcalc.errors import DeriveError

    try:
        (d,) = derive(found.text)  # type: ignore[operator]
    except DeriveError as error:
        return "refused", error.message
    scope: dict[str, object] = {"np": np}
    exec(d.to_dict()["result"]["numpy"], scope)  # noqa: S102 - what we have written is tried
    function = scope["derivative"]
    needed = function.__code__.co_varnames[: function.__code__.co_argcount]  # type: ignore[attr-defined]
    with np.errstate(all="ignore"):
        got = np.asarray(function(*(at[n] for n in needed)), dtype=float)  # type: ignore[operator]
    want = want.ravel() if got.ndim == 1 else want
    if got.shape != want.shape and got.size == want.size == 1:
        got = got.reshape(want.shape)
    if got.shape != want.shape or not np.abs(got - want).max() <= 1e-6 * (1 + np.abs(want).max()):
        return "wrong", f"{got} is not {want}"
    return "passed", ""
