"""The bridge to SymPy, both ways, so that a SymPy user has the steps for what is written there already.

In: a SymPy scalar or matrix expression; out: a typed expression (`from_sympy`) or a block in the
language (`block_of`, which `derive` reads). In: a typed expression, a derivation or its result;
out: a SymPy expression (`to_sympy`). Promised: the two sides have the same value wherever both are
defined over the reals; an operation that the other side does not have is a `DeriveError` that
names it, never an approximation. SymPy is imported when a function is called, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .emit.sympy_writer import Writer
from .emit.text import text
from .errors import DeriveError
from .expr.atoms import Sym
from .expr.node import Expr, ShapeError
from .expr.scalar import Apply, Contracted, Entry, Partial
from .expr.shape import ONE, Shape
from .expr.walk import symbols
from .parse.sympy_reader import Reader


def from_sympy(expr: Any, *, names: Mapping[str, str] | None = None) -> Expr:
    """A SymPy expression as a typed one; every symbol stands for real numbers.

    A `Symbol` that is the size of a matrix is that size; `names` renames symbols whose names have
    another meaning in the language (`{"tr": "trX"}`). Raises `DeriveError` and nothing else.
    """
    return _read(expr, names)


def _read(expr: Any, names: Mapping[str, str] | None, *beside: Any) -> Expr:
    """An expression, typed already or SymPy's; what stands beside it tells which symbols are sizes."""
    if isinstance(expr, Expr):
        return expr
    try:
        return Reader(expr, names or {}, *(b for b in beside if not isinstance(b, Expr))).read(expr)
    except (ShapeError, RecursionError) as error:
        raise DeriveError(f"this SymPy expression cannot be read: {error or 'it is nested too deeply'}") from error


def block_of(expr: Any, variable: Any, *, names: Mapping[str, str] | None = None) -> str:
    """A block in the language that asks for the derivative of an expression by a symbol of it.

    `derive(block_of(expr, X), layout="denominator")` has the layout of SymPy's own derivatives.
    """
    e, by = _read(expr, names, variable), _read(variable, names, expr)
    if not isinstance(by, Sym):
        raise DeriveError("a derivative is by a symbol", hint="`Symbol` or `MatrixSymbol`")
    known = {by.name: by, **symbols(e)}
    groups = [f"{s.name} in {_space(s.shape)}{''.join(f' {a}' for a in sorted(s.attributes))}" for s in known.values()]
    functions = {n.name for n in e.walk() if isinstance(n, Entry) and n.abstract}
    groups += [f"{name}: elementwise" for name in sorted(functions)]
    if any(isinstance(n, (Apply, Partial, Contracted)) for n in e.walk()):
        raise DeriveError("an abstract function of vectors or matrices has no SymPy side")
    return f"let {', '.join(groups)}\nd/d{by.name} {text(e)}\n"


def _space(shape: Shape) -> str:
    rows, cols = (str(d) for d in shape)
    return "R" if shape == (ONE, ONE) else f"R^{rows}" if shape[1] is ONE else f"R^{{{rows} x {cols}}}"


def to_sympy(e: Any, *, symbols: Mapping[str, Any] | None = None) -> Any:
    """A typed expression, a derivation (its derivative) or a result, as a SymPy expression.

    Sizes and scalars become plain `Symbol`s and matrices `MatrixSymbol`s of the same names, unless
    `symbols` gives them. A 1 x 1 product such as x'Ax becomes its trace, which is a scalar in SymPy.
    """
    for part in ("derivative", "expr"):
        e = e if isinstance(e, Expr) else getattr(e, part, e)
    if not isinstance(e, Expr):
        raise DeriveError(f"a typed expression or a derivation is expected, not {type(e).__name__}")
    return Writer(symbols or {})(e)


__all__ = ["block_of", "from_sympy", "to_sympy"]
