"""The three layouts: the numerator layout, as identified, turned into the one asked for."""

from __future__ import annotations

from ..expr.matrix import flipped
from ..expr.node import Expr
from ..expr.shape import ONE, Dim, Shape, is_scalar, is_vector, kind, words
from .collect import factor

#: Which derivatives are transposed against the numerator layout, by (kind of y, kind of x).
_TURNED: dict[str, frozenset[tuple[str, str]]] = {
    "numerator": frozenset(),
    "denominator": frozenset(
        (y, x)
        for y in ("scalar", "vector", "matrix")
        for x in ("scalar", "vector", "matrix")
        if (y, x) != ("scalar", "scalar")
    ),
    "mixed": frozenset({("scalar", "vector"), ("scalar", "matrix")}),
}


def arrange(derivative: Expr, y: Shape, x: Shape, layout: str) -> Expr:
    """A derivative identified in numerator layout, in the layout asked for."""
    return factor(flipped(derivative)) if turned(y, x, layout) else derivative


def turned(y: Shape, x: Shape, layout: str) -> bool:
    """Whether a layout is the transpose of the numerator layout."""
    return (kind(y), kind(x)) in _TURNED[layout]


def is_vec_form(y: Shape, x: Shape) -> bool:
    """Whether the derivative is that of vec(Y) by vec(X)."""
    matrices = [not is_scalar(s) and not is_vector(s) for s in (y, x)]
    return any(matrices) and not is_scalar(y) and not is_scalar(x)


def layout_words(layout: str, shape: Shape) -> str:
    """The layout named, with the shape: `numerator layout: 1 × n`."""
    if is_scalar(shape):
        return f"{layout} layout: scalar"
    return f"{layout} layout: {extent(shape[0])} × {extent(shape[1])}"


def extent(d: Dim) -> str:
    """A dimension as a reader writes it: mn, n²."""
    out = str(d.coef) if d.coef != 1 or not d.names else ""
    for name in dict.fromkeys(d.names):
        power = d.names.count(name)
        out += name + (str(power).translate(_RAISED) if power > 1 else "")
    return out


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


__all__ = ["ONE", "arrange", "is_vec_form", "layout_words", "words"]
