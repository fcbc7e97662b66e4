"""The body of a generated function: what is shared, what is free, and where sizes come from.

In: the expressions that a function computes, and a printer for a language. Out: `Written`, the
parameters, the lines that name sizes and shared parts, and the source of each expression. It knows
no language: how names, sizes and operations are written is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..expr.atoms import Named, Num, Sym
from ..expr.linear import Mul, T
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Contracted, Entry, Partial
from ..expr.shape import ONE, is_vector
from .code_compute import Solve
from .code_pieces import canonical, core_of, python_name

#: Shared by name in a function wherever they stand twice; of other operations, those that are long.
_COSTLY = (Inv, MatPow, Apply, Partial, Contracted, Solve)
_LONG = 4
#: What nests more deeply gets a line of its own in any case: Python reads 200 brackets, and a person far fewer.
_DEEP = 25
#: Functions so cheap that a name for their value helps nobody.
_CHEAP = ("tr", "sum", "vec", "diag", "diagonal")


class Writer(Protocol):
    """What a printer of a language must do."""

    names: Mapping[Expr, str]
    helpers: set[str]
    functions: set[str]
    makes: bool

    def piece(self, e: Expr) -> Any:
        """The source of an expression as `.text`."""


#: A printer for a language, from how sizes are written and what goes by a name.
Making = Callable[[Callable[[str], str], Mapping[Expr, str]], Writer]


@dataclass
class Written:
    """A body in its parts."""

    parameters: list[str]
    helpers: list[str]
    lines: list[str]
    values: list[str]
    makes: bool  #: whether an array is made from nothing but sizes
    functions: set[str] = field(default_factory=set)  #: the parameters that are functions
    sizes: set[str] = field(default_factory=set)  #: the parameters that are dimensions


def provider(dimension: str, pool: Iterable[Sym]) -> tuple[Sym, int] | None:
    """The first symbol that has a dimension, and which of its two sides it is."""
    for s in pool:
        for side, d in enumerate(s.shape):
            if d is not ONE and d.coef == 1 and d.names == (dimension,):
                return s, side
    return None


def python_size(symbol: Sym, side: int) -> str:
    """A size read off an array; a vector has one axis."""
    axis = side if ONE not in symbol.shape else 0
    return f"{python_name(symbol.name)}.shape[{axis}]"


class Body:
    """Everything between the parameters and the values of a function of several results."""

    def __init__(
        self,
        roots: Sequence[Expr],
        taken: set[str],
        *,
        name: Callable[[str], str] = python_name,
        thorough: bool = False,
    ) -> None:
        self.roots = [canonical(root) for root in roots]
        self.name = name
        self.thorough = thorough
        self.order: list[Expr] = []
        self.uses: dict[Expr, int] = {}
        self.called: dict[Expr, str] = {}
        for root in self.roots:
            known = root in self.uses
            if len(self.roots) > 1:
                self.uses[root] = self.uses.get(root, 0) + 1
            if not known:
                self._visit(root)
        self.taken = taken | {name(n.name) for n in self.order if isinstance(n, Sym)}

    def _children(self, e: Expr) -> list[Expr]:
        core = core_of(e)
        if core is not None and isinstance(e, Mul):
            return [*e.scalars, core]
        return list(e.args)

    def _visit(self, root: Expr) -> None:
        """Every distinct part, what it needs first, and how many others need it."""
        stack = [(root, iter(self._children(root)))]
        while stack:
            e, children = stack[-1]
            for child in children:
                part = canonical(child)
                if isinstance(child, Named):
                    self.called.setdefault(part, child.name)
                known = part in self.uses
                self.uses[part] = self.uses.get(part, 0) + 1
                if not known:
                    stack.append((part, iter(self._children(part))))
                    break
            else:
                self.order.append(e)
                stack.pop()

    def _costly(self, e: Expr) -> bool:
        if self.thorough and (isinstance(e, Entry) or (isinstance(e, Mul) and len(e.chain) > 1)):
            return True
        if self.thorough and isinstance(e, Call):
            return e.name not in ("vec", "diag", "diagonal")
        return isinstance(e, _COSTLY) or (isinstance(e, Call) and e.name not in _CHEAP)

    def shared(self) -> dict[Expr, str]:
        """The parts that get a line of their own, by name; the intermediates keep theirs."""
        names: dict[Expr, str] = {}
        count = 0
        taken = set(self.taken)
        written: dict[Expr, tuple[int, int]] = {}  # how many operations, and how deep, where definitions are put back
        for e in self.order:
            parts = [written[canonical(child)] for child in self._children(e)]
            size, depth = 1 + sum(n for n, _ in parts), 1 + max((d for _, d in parts), default=0)
            written[e] = size, depth
            flipped = isinstance(e, T) and (is_vector(e.shape) or isinstance(e.arg, (Sym, Inv)))
            twice = self.uses.get(e, 0) > 1 and (self._costly(e) or max(size, e.size) >= _LONG)
            deep = depth >= _DEEP and e not in self.roots
            if not e.args or flipped or not (twice or deep):
                continue
            written[e] = 1, 1
            name = self.name(self.called[e]) if e in self.called else ""
            while not name or name in taken:
                count += 1
                name = f"t{count}"
            names[e] = name
            taken.add(name)
        return names

    def written(
        self,
        make: Making,
        symbols: Mapping[str, Sym],
        variable: Sym,
        size_of: Callable[[Sym, int], str] = python_size,
        assign: str = "{} = {}",
    ) -> Written:
        """The body in the language of a printer."""
        shared = self.shared()
        blocked = self.taken | set(shared.values())
        sizes: dict[str, str] = {}

        def size(dimension: str) -> str:
            plain = self.name(dimension)
            return sizes.setdefault(dimension, f"{plain}_size" if plain in blocked else plain)

        printer = make(size, shared)
        lines = []
        printer.names = names = dict(shared)
        for e, local in shared.items():
            del names[e]  # a line does not stand for itself
            lines.append(assign.format(local, printer.piece(e).text))
            names[e] = local
        values = [printer.piece(root).text for root in self.roots]
        used = {n.name: n for n in self.order if isinstance(n, Sym)}
        rest = [s for _, s in sorted(symbols.items()) if s.name not in used and s.name != variable.name]
        pool = [variable, *(used[n] for n in sorted(used) if n != variable.name), *rest]
        parameters = {self.name(n) for n in used} | printer.functions
        reads, bare = [], set()
        for dimension in sorted(sizes):
            found = provider(dimension, pool)
            if found is None:
                bare.add(sizes[dimension])
            else:
                parameters.add(self.name(found[0].name))
                reads.append(assign.format(sizes[dimension], size_of(*found)))
        return Written(
            sorted(parameters | bare), sorted(printer.helpers), [*reads, *lines], values,
            printer.makes, set(printer.functions), bare,
        )  # fmt: skip

    def returned(self, text: str, root: int = 0) -> str:
        """The source of a value of Python: a number that comes from no array is made a float."""
        e = self.roots[root]
        if isinstance(e, Num):
            return repr(float(e.value))
        whole = (
            e.is_scalar
            and e.independent
            and not any(isinstance(n, (Apply, Partial, Contracted, Entry)) for n in e.walk())
        )
        return f"float({text})" if whole else text
