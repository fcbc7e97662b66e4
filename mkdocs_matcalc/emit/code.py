"""A typed expression as NumPy source.

In: an expression. Out: one Python expression (`expression`), or a complete function that computes
the result of a derivation (`function`). Scalars are floats, vectors (rows and columns alike) 1-D
arrays, matrices 2-D arrays, for what goes in and for the value. How an operation is written is in
`code_grammar`, what is shared and where sizes come from in `code_body`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..expr.atoms import Sym
from ..expr.matrix import Call
from ..expr.node import Expr
from .code_body import Body, provider, python_size
from .code_compute import to_compute
from .code_grammar import Printer
from .code_pieces import python_name
from .code_tables import NUMPY

#: An expression of more parts is not written: a softmax, which has its argument twice, doubles with every level.
_LONGEST = 20_000


def _parts(e: Expr) -> int:
    """The parts of the source of an expression, what it writes twice counted twice."""
    times = NUMPY.calls[e.name].count("{a}") if isinstance(e, Call) else 1
    return 1 + max(1, times) * sum(map(_parts, e.args))


def expression(e: Expr, symbols: Mapping[str, Sym] | None = None) -> str | None:
    """One NumPy expression for the value of `e`; None where a differential in it stands unevaluated, or it is too long.

    Increments are `dx`, intermediates go by their names. A size is read off a symbol of `e`, or
    one of `symbols`, that has it; a size that no symbol has goes by its own name.
    """
    if e.open or _parts(e) > _LONGEST:
        return None
    known = {n.name: n for n in e.walk() if isinstance(n, Sym)}
    pool = [known[n] for n in sorted(known)] + [s for _, s in sorted((symbols or {}).items()) if s.name not in known]

    def size(name: str) -> str:
        found = provider(name, pool)
        return python_size(*found) if found else name

    return Printer(size).piece(e).text


def function(
    result: Expr, *, symbols: Mapping[str, Sym], variable: Sym, functions: Iterable[str] = (), name: str = "derivative"
) -> str:
    """The definition of a Python function that computes `result`.

    Its parameters, sorted, are the symbols, abstract functions and derivatives of these in
    `result`, a symbol that only gives a size (the variable first), and a dimension that no symbol
    has. A part that is needed more than once gets a line and a name, that of the intermediate where
    it is one. `symbols` are all of the problem, `functions` names that are taken as well.
    """
    body = Body(to_compute([result]), {python_name(s) for s in (*symbols, *functions)})
    written = body.written(lambda size, names: Printer(size, names, inside=True), symbols, variable)
    helpers = [line for h in written.helpers for line in NUMPY.helpers[h].split("\n")]
    lines = (*helpers, *written.lines, f"return {body.returned(written.values[0])}")
    text = "".join(f"    {line}\n" for line in lines)
    return f"def {name}({', '.join(written.parameters)}):\n{text}"
