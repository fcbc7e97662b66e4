"""How functions are written in NumPy: a row each, and nothing else.

In: nothing. Out: the `Dialect` of NumPy, that is `CALLS` and `ENTRIES`, templates for functions of
a whole argument and of every entry, and `HELPERS`, definitions for inside a generated function,
where one reads better. The dialects of PyTorch and JAX stand in `code_dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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


#: One call or attribute each; `{a}` is the argument, `{t}` the argument where it binds tightest.
CALLS = {
    "tr": "np.trace({a})",
    "det": "np.linalg.det({a})",
    "logdet": "np.linalg.slogdet({a})[1]",
    # by singular values: right where the matrix has no inverse, too
    "adj": "(lambda u, s, v: np.linalg.det(u) * np.linalg.det(v)"
    " * (v.T * [np.prod(np.delete(s, i)) for i in range(s.size)]) @ u.T)(*np.linalg.svd({a}))",
    "sum": "np.sum({a})",
    "norm1": "np.sum(np.abs({a}))",
    "norm2": "np.linalg.norm({a})",
    "logsumexp": "np.logaddexp.reduce({a}, axis=None)",
    "logsumexp_rows": "np.logaddexp.reduce({a}, axis=1)",
    "logsumexp_columns": "np.logaddexp.reduce({a}, axis=0)",
    "softmax": "np.exp({a} - np.logaddexp.reduce({a}))",
    "softmax_all": "np.exp({a} - np.logaddexp.reduce({a}, axis=None))",
    "softmax_rows": "np.exp({a} - np.logaddexp.reduce({a}, axis=1)[:, None])",
    "softmax_columns": "np.exp({a} - np.logaddexp.reduce({a}, axis=0))",
    "vec": '{t}.ravel(order="F")',
    "diag": "np.diag({a})",
    "diagonal": "np.diag({a})",
}

#: Entrywise functions under another name than NumPy's, none of which overflows.
ENTRIES = {
    "sigmoid": "np.exp(-np.logaddexp(0, -{t}))",
    "relu": "np.maximum({a}, 0)",
    "softplus": "np.logaddexp(0, {a})",
    "step": "np.heaviside({a}, 0)",
}

#: What reads better as a function of its own, where there is room for one.
HELPERS = {
    "sigmoid": "def sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))",
    "softmax": "def softmax(z):\n    e = np.exp(z - np.max(z))\n    return e / np.sum(e)",
    "softmax_all": "def softmax_all(z):\n    e = np.exp(z - np.max(z))\n    return e / np.sum(e)",
    "softmax_rows": "def softmax_rows(Z):\n    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n"
    "    return E / np.sum(E, axis=1, keepdims=True)",
    "softmax_columns": "def softmax_columns(Z):\n    E = np.exp(Z - np.max(Z, axis=0))\n    return E / np.sum(E, axis=0)",
    # by singular values: right where the matrix has no inverse, too
    "adj": "def adj(X):\n    U, s, Vt = np.linalg.svd(X)\n"
    "    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])\n"
    "    return np.linalg.det(U) * np.linalg.det(Vt) * (Vt.T * others) @ U.T",
}

NUMPY = Dialect(
    module="np", imports="import numpy as np", calls=CALLS, entries=ENTRIES, helpers=HELPERS,
    eye="np.eye({})", filled="np.{word}({shape})", order="np.arange({total}).reshape({n}, {m}).T.ravel()",
    outer="np.outer({}, {})", kron="np.kron({}, {})", sum_all="np.sum({a})", sum_axis="np.sum({a}, axis={axis})",
)  # fmt: skip
