"""What was written is what was built: the value of the syntax of a block beside that of its expressions.

The lines of a derivation are compared with the expression that it starts from, so that an expression which is
not the one of the text would be differentiated without a fault. Here the text has the last word: its syntax is
evaluated by itself, by what docs/language.md says that it means, with no constructor and no normal form of the
typed expressions, and the value must be that of the expression built.

In: parts of a block, each its syntax and the expression, and the points of a check. Out: for each point, whether
they agree. A symmetric or otherwise structured variable that is differentiated by stands for any matrix near it,
since its entries are varied one by one; its value is moved off its structure here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np

from ..expr.atoms import Sym
from ..expr.node import Expr
from ..expr.scalar import Signature
from ..expr.shape import Shape
from ..parse.syntax import Call, Name, Node, walk
from .agree import LINES, Array, relative_error
from .evaluate import Env, evaluate
from .report import Failed, NoPoint
from .sample import Point, draw, draw_symbol, even_names
from .sizes import Sizes, extents, sizes
from .steady import is_rounding
from .written import Written

#: What a point is called at which the text has no value.
_NO_VALUE = "what is written has no value there"
#: Attributes that say nothing of how the entries depend on each other: what has no others is not moved.
_OPEN = frozenset(("invertible", "positive"))
#: How far a structured variable is moved off its structure, relative to its size.
_STEP = 1e-3
#: How much of the largest intermediate value may be left by rounding.
_ROUNDING = 1e-13
#: Rounding that leaves more than this drowns a value.
_DROWNED = 1e-5
#: Where sizes have small stand-ins and a difference is seen, it is looked at with the sizes themselves, up to so many entries.
_ENTRIES = 4_000_000


@dataclass(frozen=True)
class Part:
    """A piece of a block: its syntax, what was built of it, and its name if it is a definition."""

    written: Node
    built: Expr
    name: str = ""

    def value(self, text: Written) -> Array:
        """The value of its syntax."""
        return text.definition(self.name) if self.name else text.value(self.written)


class Reading:
    """The parts of one derivation, put to numbers at one point after the other; `wrong` is a part that was misread.

    `definitions` is the syntax of every definition of the block, `symbols` and `functions` its names, and
    `variables` those that are differentiated by.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        definitions: Mapping[str, Node],
        symbols: Mapping[str, Sym],
        functions: Mapping[str, Signature | None],
        variables: Iterable[Sym] = (),
    ) -> None:
        self.parts = parts
        self.definitions = definitions
        self.variables = [v for v in dict.fromkeys(variables) if v.attributes - _OPEN]
        self.wrong: Part | None = None
        self._symbols = symbols
        names, dims = _named([*definitions.values(), *(part.written for part in parts)])
        self._needed = {name: symbols[name] for name in sorted(names) if name in symbols}
        self._functions = {name: functions[name] for name in sorted(names) if name in functions}
        for shape in (s.shape for s in self._needed.values()):
            dims.update(name for side in shape for name in side.names)
        self._dims = dims

    def at(self, point: Point) -> None:
        """Compare all parts at a point: `NoPoint` where the text has no value, `Failed` where a part was misread."""
        point = self._whole(point)
        off = self._moved(point)
        try:
            self._compare(point if off is None else off)
        except NoPoint:
            if off is None:
                raise
            self._compare(point)

    def _whole(self, point: Point) -> Point:
        """A point with values for the names that are written, though nothing that was built has them."""
        missing = self._dims - point.dims.keys()
        lost = [symbol for name, symbol in self._needed.items() if name not in point.values]
        if not missing and not lost and self._functions.keys() <= point.functions.keys():
            return point
        literals = point.dims.literals if isinstance(point.dims, Sizes) else {}
        dims = Sizes({**sizes(missing, 0, even_names(lost)), **point.dims}, literals)
        more = draw({s.name: s for s in lost}, self._functions, dims, 0)
        return Point({**more.values, **point.values}, dims, {**more.functions, **point.functions})

    def _moved(self, point: Point) -> Point | None:
        """The point with the structured variables moved off their structure; None where there are none."""
        rng = np.random.default_rng(1)
        values = dict(point.values)
        for v in self.variables:
            value = values.get(v.name)
            if value is not None:
                reach = _STEP * max(1.0, float(np.abs(value).max(initial=0.0)))
                values[v.name] = value + reach * rng.normal(size=value.shape)
        return Point(values, point.dims, point.functions) if self.variables else None

    def _compare(self, point: Point) -> None:
        env = Env(point)
        with np.errstate(all="ignore"):
            text = Written(point, self.definitions)
            for part in self.parts:
                want, got = part.value(text), evaluate(part.built, env)
                if not np.isfinite(want).all():
                    raise NoPoint(_NO_VALUE, early=True)
                # where the expression has no value, the check takes no such point
                if relative_error(got, want) > LINES and np.isfinite(got).all():
                    self._look_again(part, point)

    def _look_again(self, part: Part, point: Point) -> None:
        """A difference is rounding, or of sizes that stand for larger ones, or the part was misread."""
        if isinstance(point.dims, Sizes) and point.dims.literals:
            point = self._full(point)
        careful = Written(point, self.definitions, careful=True)
        want, got = part.value(careful), evaluate(part.built, Env(point))
        if not (np.isfinite(want).all() and np.isfinite(got).all()):
            raise NoPoint(_NO_VALUE, early=True)
        left = _ROUNDING * careful.largest / (1e-3 + float(np.abs(want).max(initial=0.0)))
        error = relative_error(got, want)
        if error <= max(LINES, min(left, _DROWNED)):
            return
        if (
            careful.torn
            or left > _DROWNED
            or (got.shape == want.shape and is_rounding(point, partial(self._off, part)))
        ):
            raise NoPoint("rounding drowns a value")
        self.wrong = part
        raise Failed("what was built is not what is written", error)

    def _off(self, part: Part, point: Point) -> Array:
        """By how much a part is not what is written."""
        return evaluate(part.built, Env(point)) - part.value(Written(point, self.definitions))

    def _full(self, point: Point) -> Point:
        """A point at the sizes that the block gives, where its check stands on smaller ones."""
        dims = dict(point.dims)
        count = 0
        for symbol in self._symbols.values():
            rows, cols = extents(symbol.shape, dims) if _known(symbol.shape, dims) else (0, 0)
            count += rows * cols
        if count > _ENTRIES:
            raise NoPoint("the sizes are too large to compare the text with")
        rng = np.random.default_rng(2)
        values = {name: draw_symbol(symbol, dims, rng) for name, symbol in self._needed.items()}
        made = draw({}, self._functions, dims, rng).functions
        return Point(values, dims, made)


def _known(shape: Shape, dims: Mapping[str, int]) -> bool:
    return all(name in dims for side in shape for name in side.names)


def _named(roots: Iterable[Node]) -> tuple[set[str], set[str]]:
    """The names of variables and functions in some syntax, and the names of dimensions."""
    names: set[str] = set()
    dims: set[str] = set()
    for root in roots:
        for node in walk(root):
            dims.update(name for side in cast(Shape, node.shape) for name in side.names)
            if isinstance(node, Name):
                (dims if node.role == "size" else names).add(node.name)
            elif isinstance(node, Call):
                names.add(node.name)
    return names, dims
