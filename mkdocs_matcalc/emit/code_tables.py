"""How NumPy writes what the grammar of code asks for.

In: the table of functions. Out: the `Dialect` of NumPy: its functions, and templates for what is no function. The
dialects of PyTorch and JAX stand in `code_dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..functions.table import TABLE


@dataclass(frozen=True)
class Dialect:
    """How one array library of Python writes what the grammar asks for; templates hold `{…}`."""

    module: str
    imports: str
    calls: Mapping[str, str]
    entries: Mapping[str, str]
    helpers: Mapping[str, str]
    eye: str
    filled: str
    order: str  # the rows of a commutation matrix
    outer: str
    weighted: str  # Σ w[k] a[k] along the first axis of an array
    kron: str
    sum_all: str
    sum_axis: str
    reserved: frozenset[str] = frozenset({"np"})
    wrap: str = ""  # an array of a plain number, where functions take arrays only
    stack: str = ""  # an array of single numbers, where there is no `array` of them
    like: str = ""  # the line that says what new arrays are like, for an array {a}
    ordered: bool = False  # whether a product that ends in a vector is bracketed from the right
    scalar: str = "a float"
    adds: str = ""  # what the docstring adds about the arrays


NUMPY = Dialect(
    module="np", imports="import numpy as np", calls=TABLE.calls("numpy"),
    entries=TABLE.entries("numpy"), helpers=TABLE.helpers("numpy"),
    eye="np.eye({})", filled="np.{word}({shape})", order="np.arange({total}).reshape({n}, {m}).T.ravel()",
    outer="np.outer({}, {})", weighted="np.tensordot({w}, {a}, 1)", kron="np.kron({}, {})", sum_all="np.sum({a})", sum_axis="np.sum({a}, axis={axis})",
)  # fmt: skip
