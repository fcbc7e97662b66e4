"""What a reader has to know beside a derivation: how its functions, its variables and its shapes are meant.

In: expressions, variables, results. Out: sentences. Where a result holds is said in `holds`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..expr.atoms import Sym
from ..expr.matrix import Call
from ..expr.node import Expr
from ..expr.scalar import Contracted, Entry
from ..expr.shape import is_vector
from ..expr.walk import everything
from ..functions.table import TABLE
from .remark import remark

_STRUCTURED = ("symmetric", "spd", "skew", "diagonal", "orthogonal")


def adjugate_remark(value: Expr, result: Expr) -> list[str]:
    """What the adjugate is, where the derivation brought it in."""
    if _has_adjugate(result) and not _has_adjugate(value):
        return [
            "adj is the adjugate; where M is invertible, adj(M) = |M| M⁻¹ (declare it invertible to have that form)."
        ]
    return []


def _has_adjugate(e: Expr) -> bool:
    return any(isinstance(n, Call) and n.name == "adj" for n in everything(e))


def held_remarks(result: Expr) -> list[str]:
    """What is held in the second derivative of a vector function."""
    out: dict[str, None] = {}
    for n in everything(result):
        if isinstance(n, Contracted):
            held = n.weight.arg if isinstance(n.weight, Call) and n.weight.name == "vec" else n.weight
            function = Sym(n.function.name, n.function.gives)
            out[remark("{} is held in the second derivative of {}.", held, function)] = None
    return list(out)


def shape_remarks(y: Expr, v: Sym, *, by_vec: bool) -> list[str]:
    """How rows and stacked columns are meant."""
    out: list[str] = []
    if y.is_row:
        out.append("The expression is a row; its derivative is that of its column.")
    if v.is_row:
        out.append(remark("{} is a row; the derivative is that by its column.", v))
    if is_vector(v.shape) and by_vec:
        out.append("vec stacks the columns of a matrix.")
    return out


def attribute_remarks(variables: Iterable[Sym], *, structured: bool) -> list[str]:
    """How the entries of structured variables count."""
    out: list[str] = []
    for v in dict.fromkeys(variables):
        words = [a for a in _STRUCTURED if a in v.attributes]
        if words:
            word = "symmetric positive definite" if words[0] == "spd" else words[0]
            how = "respects that" if structured else "takes its entries as independent"
            out.append(remark(f"{{}} is {word}; the derivative {how}.", v))
    return out


def by_entries(*values: Expr) -> list[str]:
    """That a function acts by entries, of a square matrix, where the function of the whole matrix may be meant."""
    found: dict[str, None] = {}
    for node in (n for value in values for n in everything(value)):
        if isinstance(node, Entry) and not node.abstract and not node.is_scalar and node.shape[0] == node.shape[1]:
            words, name = TABLE[node.name].of_matrix
            if words:
                found[f"{node.name} acts by entries; the {words} is {name or 'another function'}."] = None
    return list(found)
