"""The definition of a derivative, written out as a matrix of partial derivatives.

In: a derivation of a declared but undefined function at its variables (`d/dx y(x)`). Out: the
matrix with its first and last rows and columns, in the layout of the derivation; for a scalar by a
matrix also the sum over the unit matrices E_ij. Nothing for any other derivation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from ..engine.derivation import Derivation
from ..engine.fresh import fresh, names_in
from ..expr.atoms import Sym
from ..expr.naming import parts, parts_joined
from ..expr.scalar import Apply
from ..expr.shape import ONE, Dim, Shape, kind
from ..parse.latex_names import key
from .names import latex_dim, latex_name, unicode_name


@dataclass(frozen=True)
class _Side:
    """A function's value or a variable: its name, and how an entry of it is written."""

    name: str
    shape: Shape

    def entry(self, *at: str, to_latex: bool) -> str:
        """An entry by its indices."""
        own = parts(self.name)
        bare = parts_joined(own._replace(below="")) if own.below else self.name
        name = latex_name(bare, "scalar") if to_latex else unicode_name(bare)
        index = ",".join(part for part in (own.below, "".join(at)) if part)
        if not index:
            return name
        return f"{name}_{{{index}}}" if to_latex else f"{name}_{index}"


def definition(d: Derivation, *, to_latex: bool) -> list[str]:
    """The right-hand sides of the definition, empty where the goal is no bare function."""
    value = d.value
    if not isinstance(value, Apply) or not all(isinstance(a, Sym) for a in value.args) or d.order != 1:
        return []
    y, x = _Side(d.function, value.shape), _Side(d.variable.name, d.variable.shape)
    kinds = kind(value.shape), kind(d.variable.shape)
    if kinds.count("matrix") == 2 or ("matrix" in kinds and "vector" in kinds):
        return []
    out = [_matrix(d, y, x, to_latex=to_latex)] if kinds != ("scalar", "scalar") else []
    if kinds == ("scalar", "matrix"):
        out.append(_units(d, y, x, to_latex=to_latex))
    return out


def _matrix(d: Derivation, y: _Side, x: _Side, *, to_latex: bool) -> str:
    rows, cols = d.derivative.shape
    turned = (d.layout == "denominator") if kind(y.shape) != "scalar" else (d.layout == "numerator")

    def entry(i: str, j: str) -> str:
        a, b = (j, i) if turned else (i, j)  # a row of y (or of the matrix), b column
        if kind(x.shape) == "matrix":
            return _partial(y.entry(to_latex=to_latex), x.entry(a, b, to_latex=to_latex), to_latex=to_latex)
        if kind(y.shape) == "matrix":
            return _partial(y.entry(a, b, to_latex=to_latex), x.entry(to_latex=to_latex), to_latex=to_latex)
        if kind(y.shape) == "scalar":
            which = i if cols is ONE else j
            return _partial(y.entry(to_latex=to_latex), x.entry(which, to_latex=to_latex), to_latex=to_latex)
        if kind(x.shape) == "scalar":
            which = i if cols is ONE else j
            return _partial(y.entry(which, to_latex=to_latex), x.entry(to_latex=to_latex), to_latex=to_latex)
        return _partial(y.entry(a, to_latex=to_latex), x.entry(b, to_latex=to_latex), to_latex=to_latex)

    return _array(_ends(rows, to_latex=to_latex), _ends(cols, to_latex=to_latex), entry, to_latex=to_latex)


def _ends(d: Dim, *, to_latex: bool) -> list[str]:
    """The indices to write out: all of a small size, else the first, dots, the last."""
    if not d.names:
        return [str(i + 1) for i in range(d.coef)] if d.coef <= 3 else ["1", "", str(d.coef)]
    return ["1", "", latex_dim(str(d)) if to_latex else unicode_name(str(d))]


def _array(rows: list[str], cols: list[str], entry: Callable[[str, str], str], *, to_latex: bool) -> str:
    across, down, both = (r"\cdots", r"\vdots", r"\ddots") if to_latex else ("⋯", "⋮", "⋱")
    lines = []
    for i in rows:
        cells = [entry(i, j) if i and j else across if i else down if j else both for j in cols]
        lines.append((" & " if to_latex else "  ").join(cells))
    if not to_latex:
        return "[" + " ; ".join(lines) + "]"
    body = r" \\ ".join(lines)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def _units(d: Derivation, y: _Side, x: _Side, *, to_latex: bool) -> str:
    taken = {*d.symbols, *d.functions, *names_in(d.value)}
    i, j = islice(fresh("ijklpqrs", taken | {key(name)[1] for name in taken}), 2)
    unit = next(fresh(("E", "U", "J"), taken))
    at = j + i if d.layout == "numerator" else i + j
    part = _partial(y.entry(to_latex=to_latex), x.entry(i, j, to_latex=to_latex), to_latex=to_latex)
    if to_latex:
        return rf"\sum_{{{i},{j}}} \mathbf{{{unit}}}_{{{at}}} {part}"
    return f"Σ_{i}{j} {unit}_{at} {part}"


def _partial(top: str, bottom: str, *, to_latex: bool) -> str:
    return rf"\frac{{\partial {top}}}{{\partial {bottom}}}" if to_latex else f"∂{top}/∂{bottom}"
