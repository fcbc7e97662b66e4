"""What an error about shapes advises: how the two sides of a sum or a product could be made to fit.

In: the kinds of the two sides and how they were written. Out: the hint, empty where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from .syntax import Minus, Node, Product, Sum


def of_sum(op: str, kinds: set[str]) -> str:
    """For a sum or difference of things of different kind."""
    if kinds == {"column", "row"}:
        return "transpose one of them with `'`"
    if "scalar" not in kinds:
        return f"`.{op}` spreads a column over the columns and a row over the rows"
    return f"`.{op}` adds a scalar to every entry" if op == "+" else f"`.{op}` takes a scalar from every entry"


def of_product(left: tuple[Node, str, str], right: tuple[Node, str, str], rows: bool, columns: bool) -> str:
    """For a product whose sizes do not fit; each side as node, source and kind, and which of their sizes agree."""
    (left_node, a, left_kind), (right_node, b, right_kind) = left, right
    kinds = (left_kind, right_kind)
    if kinds == ("column", "column"):
        return f"the scalar product is `{a}' {b}`, the outer product `{a} {b}'`, entry by entry it is `{a} .* {b}`"
    if kinds == ("column", "matrix"):
        return f"a row times a matrix is `{a}' {b}`"
    if kinds == ("matrix", "row"):
        return "a matrix times a column: transpose the row with `'`"
    if columns:
        return f"`{a} {_flip(right_node, b)}` would fit"
    return f"`{_flip(left_node, a)} {b}` would fit" if rows else ""


def of_division(kind: str) -> str:
    """For `/` by something that is no scalar."""
    return "entry by entry is `./`" + (", and the inverse is `inv(A)`" if kind == "matrix" else "")


def of_kinds(kinds: Iterable[str]) -> str:
    """For two things that should be of one shape."""
    return "transpose one of them with `'`" if {*kinds} == {"row", "column"} else ""


def _flip(node: Node, source: str) -> str:
    """The transpose of what was written."""
    if source.endswith("'"):
        return source[:-1]
    return f"({source})'" if isinstance(node, (Sum, Product, Minus)) and source[0] != "(" else f"{source}'"
