"""A typed expression as NumPy source.

In: an expression. Out: one Python expression (`expression`), or a complete function that computes
the result of a derivation (`function`). Scalars are floats, vectors (rows and columns alike) 1-D
arrays, matrices 2-D arrays, for what goes in and for the value. How an operation is written is in
`code_grammar`; here is what is free, what is shared, and where sizes come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..expr.atoms import Named, Num, Sym
from ..expr.linear import Mul, T
from ..expr.matrix import Call, Inv, MatPow
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Partial
from ..expr.shape import ONE, is_vector
from .code_grammar import Printer, canonical, core_of, python_name
from .code_tables import HELPERS

#: Shared by name in a function wherever they stand twice; of other operations, those that are long.
_COSTLY = (Inv, MatPow, Apply)
_LONG = 4


def expression(e: Expr, symbols: Mapping[str, Sym] | None = None) -> str | None:
    """One NumPy expression for the value of `e`; None where a differential in it stands unevaluated.

    Increments are `dx`, intermediates go by their names. A size is read off a symbol of `e`, or
    one of `symbols`, that has it; a size that no symbol has goes by its own name.
    """
    if e.open:
        return None
    known = {n.name: n for n in e.walk() if isinstance(n, Sym)}
    pool = [known[n] for n in sorted(known)] + [s for _, s in sorted((symbols or {}).items()) if s.name not in known]
    return Printer(lambda name: _provider(name, pool) or name).piece(e).text


def function(
    result: Expr, *, symbols: Mapping[str, Sym], variable: Sym, functions: Iterable[str] = (), name: str = "derivative"
) -> str:
    """The definition of a Python function that computes `result`.

    Its parameters, sorted, are the symbols, abstract functions and derivatives of these in
    `result`, a symbol that only gives a size (the variable first), and a dimension that no symbol
    has. A part that is needed more than once gets a line and a name, that of the intermediate where
    it is one. `symbols` are all of the problem, `functions` names that are taken as well.
    """
    body = _Function(result, {python_name(s) for s in (*symbols, *functions)})
    return body.source(name, symbols, variable)


def _provider(dimension: str, pool: Iterable[Sym]) -> str | None:
    """A dimension read off the first symbol that has it."""
    for s in pool:
        sides = [d for d in s.shape if d is not ONE]
        for axis, d in enumerate(sides):
            if d.coef == 1 and d.names == (dimension,):
                return f"{python_name(s.name)}.shape[{axis}]"
    return None


class _Function:
    """The body of a function: what is shared, what is free, and the lines."""

    def __init__(self, result: Expr, taken: set[str]) -> None:
        self.result = canonical(result)
        self.order: list[Expr] = []
        self.uses: dict[Expr, int] = {}
        self.called: dict[Expr, str] = {}
        self._visit(self.result)
        self.taken = taken | {python_name(n.name) for n in self.order if isinstance(n, Sym)}

    def _children(self, e: Expr) -> list[Expr]:
        core = core_of(e)
        if core is not None and isinstance(e, Mul):
            return [*e.scalars, core]
        return list(e.args)

    def _visit(self, e: Expr) -> None:
        """Every distinct part, what it needs first, and how many others need it."""
        for child in self._children(e):
            part = canonical(child)
            if isinstance(child, Named):
                self.called.setdefault(part, child.name)
            known = part in self.uses
            self.uses[part] = self.uses.get(part, 0) + 1
            if not known:
                self._visit(part)
        self.order.append(e)

    def _shared(self) -> dict[Expr, str]:
        """The parts that get a line of their own, by name."""
        names: dict[Expr, str] = {}
        count = 0
        taken = {*self.taken, "np"}
        for e in self.order:
            costly = isinstance(e, _COSTLY) or (isinstance(e, Call) and e.name not in ("tr", "sum", "vec", "diag"))
            flipped = isinstance(e, T) and (is_vector(e.shape) or isinstance(e.arg, (Sym, Inv)))
            if self.uses.get(e, 0) < 2 or not e.args or flipped or not (costly or e.size >= _LONG):
                continue
            name = python_name(self.called.get(e, ""))
            while not name or name in taken:
                count += 1
                name = f"t{count}"
            names[e] = name
            taken.add(name)
        return names

    def source(self, name: str, symbols: Mapping[str, Sym], variable: Sym) -> str:
        shared = self._shared()
        blocked = self.taken | set(shared.values())
        sizes: dict[str, str] = {}

        def size(dimension: str) -> str:
            plain = python_name(dimension)
            return sizes.setdefault(dimension, f"{plain}_size" if plain in blocked else plain)

        printer = Printer(size, shared, inside=True)
        lines = []
        for e, local in shared.items():
            printer.names = {k: v for k, v in shared.items() if k is not e}
            lines.append(f"{local} = {printer.piece(e).text}")
        printer.names = shared
        lines.append(f"return {self._value(printer)}")
        used = {n.name: n for n in self.order if isinstance(n, Sym)}
        rest = [s for _, s in sorted(symbols.items()) if s.name not in used and s.name != variable.name]
        pool = [variable, *(used[n] for n in sorted(used) if n != variable.name), *rest]
        parameters = {python_name(n) for n in used} | printer.functions
        reads = []
        for dimension in sorted(sizes):
            source = _provider(dimension, pool)
            if source is None:
                parameters.add(sizes[dimension])
            else:
                parameters.add(source.split(".", 1)[0])
                reads.append(f"{sizes[dimension]} = {source}")
        helpers = [line for h in sorted(printer.helpers) for line in HELPERS[h].split("\n")]
        body = "".join(f"    {line}\n" for line in (*helpers, *reads, *lines))
        return f"def {name}({', '.join(sorted(parameters))}):\n{body}"

    def _value(self, printer: Printer) -> str:
        if isinstance(self.result, Num):
            return repr(float(self.result.value))
        text = printer.piece(self.result).text
        whole = self.result.is_scalar and not any(isinstance(n, (Sym, Apply, Partial, Entry)) for n in self.order)
        return f"float({text})" if whole else text
