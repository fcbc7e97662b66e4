"""What is said beside a line of style `chain`: the operators that it takes off, as `with G: W ↦ XW`.

In: a derivation and one of its lines. Out: words, empty for a line of any other style. The operand is called by its
name; where it has none, a letter stands for it (`U ↦ U − Y`), since the line above shows what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count

from ..engine.chain import ChainLine
from ..engine.derivation import Derivation
from ..engine.fresh import fresh, names_in
from ..engine.step import Line
from ..expr.atoms import Named, Sym
from ..expr.differential import with_symbol
from ..expr.node import Expr
from ..expr.shape import kind
from .latex import latex
from .text import pretty

#: Letters for an operator and for its operand, by the kind of what they stand for; the first that is free is taken.
_OPERATORS = {
    "matrix": ("G", "H", "F", "M", "P"),
    "vector": ("g", "h", "q", "p", "r"),
    "scalar": ("g", "h", "q", "p", "r"),
}
_OPERANDS = {
    "matrix": ("U", "V", "Z", "S", "Q"),
    "vector": ("u", "v", "z", "s", "w"),
    "scalar": ("u", "v", "t", "s", "w"),
}
#: Letters of constant matrices.
_CONSTANTS = ("I", "K", "S")
#: At most so many operators are named beside a line, none longer than that many parts.
_MOST, _LONGEST = 2, 16


def operators(d: Derivation, line: Line, *, to_latex: bool) -> str:
    """The operators of a line in words, formulas between dollar signs in LaTeX."""
    if not isinstance(line, ChainLine) or not line.operators:
        return ""
    taken = {*d.symbols, *d.functions, *d.named, d.function, *names_in(d.value), *_CONSTANTS}
    told = [_one(x, g, taken, d.variable.name, to_latex=to_latex) for x, g in line.operators]
    words = list(dict.fromkeys(t for t in told if t))
    return f"with {', '.join(words)}" if 0 < len(words) <= _MOST and len(words) == len(dict.fromkeys(told)) else ""


def _one(x: Expr, g: Expr, taken: set[str], by: str, *, to_latex: bool) -> str:
    """One operator, `G: W ↦ XW`; an intermediate keeps its name."""
    body = g.definition if isinstance(g, Named) else g
    if isinstance(x, (Sym, Named)):
        operand: Expr = x
    else:
        operand = _letter(_OPERANDS, x, taken)
        body = with_symbol(body, x, operand, by) if isinstance(operand, Sym) else body
    name = g if isinstance(g, Named) else _letter(_OPERATORS, g, taken)
    if body.size > _LONGEST:
        return ""
    if to_latex:
        return rf"${latex(name)}\colon {latex(operand)} \mapsto {latex(body)}$"
    return f"{pretty(name)}: {pretty(operand)} ↦ {pretty(body)}"


def _letter(letters: Mapping[str, tuple[str, ...]], e: Expr, taken: set[str]) -> Sym:
    choice = letters[kind(e.shape)]
    numbered = (f"{choice[0]}_{i}" for i in count())
    return Sym(next(fresh(chain(choice, numbered), taken)), e.shape)
