"""The value of syntax at a point, by what docs/language.md says that it means.

In: untyped syntax whose shapes are known, and a `Point`. Out: an array of two axes (a scalar is 1 x 1, a column
n x 1, a row 1 x n). Nothing here knows the typed expressions: a sum is added up, a product is multiplied from
the left, a function is the function of NumPy. Each kind of node and each function of the language is one row
of a table below; a function without one is what its row in the table of functions says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, cast

import numpy as np

from ..expr.budget import spend
from ..expr.shape import ONE, Dim, Shape
from ..functions.table import TABLE
from ..parse.syntax import Call, Components, Differential, Known, Minus, Name, Node, Norm, Number, Post, Product, Sum
from .agree import Array
from .columns import array_function, entry_function
from .sample import Point
from .sizes import extents
from .smooth import SmoothEntry, SmoothFunction

#: The product of the largest entries of a matrix and its inverse beyond which the inverse is rounding.
_SINGULAR = 1e10
#: An argument of a function with a jump that is nearer to the jump than this may be on either side of it.
_JUMP = 1e-9
#: The adjugate of matrices up to this size is found from its cofactors.
_SMALL = 40


class Written:
    """Values of syntax at one point, those of definitions once; `careful` keeps what rounding depends on."""

    def __init__(self, point: Point, definitions: Mapping[str, Node], *, careful: bool = False) -> None:
        self.point = point
        self.definitions = definitions
        self.careful = careful
        #: the largest value on the way, times what an inverse makes of an error
        self.largest = 1.0
        #: whether a function with a jump was taken so near to it that rounding decides
        self.torn = False
        self._named: dict[str, Array] = {}

    def value(self, node: Node) -> Array:
        """The value of a node; not a number where it has none."""
        out = _VALUES[type(node)](self, node)
        spend(1)
        if self.careful:
            self.note(out)
        return out

    def definition(self, name: str) -> Array:
        """The value of what a name is defined to be."""
        if name not in self._named:
            self._named[name] = self.value(self.definitions[name])
        return self._named[name]

    def note(self, out: Array, scale: float = 1.0) -> None:
        """Keep how large a value is."""
        size = scale * float(np.abs(out).max(initial=0.0))
        if np.isfinite(size):
            self.largest = max(self.largest, size)

    def count(self, dim: Dim) -> float:
        """A dimension as the number that a formula means, also where a smaller size stands for it."""
        return float(np.prod([dim.coef, *(self.point.dims[name] for name in dim.names)], dtype=float))

    def sides(self, node: Node) -> tuple[int, int]:
        """The rows and columns of a node at this point."""
        return extents(_shape(node), self.point.dims)

    def inverse(self, value: Array) -> Array:
        """The inverse; not a number where there is none, or rounding leaves nothing of it."""
        try:
            out: Array = np.linalg.inv(value).astype(float)
        except np.linalg.LinAlgError:
            return np.full_like(value, np.nan)
        worst = float(np.abs(value).max()) * float(np.abs(out).max())
        if self.careful:
            self.note(out, max(1.0, worst))
        return out if worst < _SINGULAR else np.full_like(value, np.nan)

    def jump(self, value: Array) -> Array:
        """The argument of a function that jumps at 0."""
        if self.careful and float(np.abs(value).min(initial=1.0)) < _JUMP * max(1.0, self.largest):
            self.torn = True
        return value


def _shape(node: Node) -> Shape:
    return cast(Shape, node.shape)  # settled: the expression of this node has been built


def _kind(node: Node) -> str:
    rows, cols = _shape(node)
    if rows is ONE and cols is ONE:
        return "scalar"
    return "vector" if rows is ONE or cols is ONE else "matrix"


def _exact(value: Fraction) -> Array:
    try:
        return np.array([[float(value)]])
    except OverflowError:
        return np.array([[np.inf if value > 0 else -np.inf]])


# -- names and operators -----------------------------------------------------------


def _name(at: Written, node: Name) -> Array:
    if node.role == "size":
        return np.array([[float(at.point.dims[node.name])]])
    if node.role == "constant":
        return _scalar(getattr(np, node.name))
    if node.role == "eye":
        return np.eye(at.sides(node)[0])
    if node.role == "definition":
        return at.definition(node.name)
    return at.point.values[node.name]


def _sum(at: Written, node: Sum) -> Array:
    total: Array | None = None
    for op, term in node.terms:
        value = at.value(term)
        if op[-1] == "-":
            value = -value
        total = value if total is None else total + value
    return cast(Array, total)


def _product(at: Written, node: Product) -> Array:
    total: Array | None = None
    for op, factor in node.factors:
        value = at.value(factor)
        if total is None:
            total = value
        elif op == "*":
            total = total @ value if total.size > 1 < value.size else total * value
        elif op == "⊗":
            total = _kron(total, value)
        else:
            total = total * value if op == ".*" else total / value
    return cast(Array, total)


def _post(at: Written, node: Post) -> Array:
    value = at.value(node.base)
    for mark in node.marks:
        if mark.kind == "'":
            value = value.T
        elif mark.exponent is None:
            value = at.inverse(value).T
        elif mark.kind == ".^" or value.size == 1:
            value = value ** at.value(mark.exponent)
        else:
            k = round(float(at.value(mark.exponent)[0, 0]))
            value = np.linalg.matrix_power(at.inverse(value) if k < 0 else value, abs(k))
        if at.careful:
            at.note(value)
    return value


# -- functions -----------------------------------------------------------------------


def _norm(at: Written, node: Norm) -> Array:
    return (_norm1 if node.which == "1" else _norm2)(at.value(node.arg))


def _call(at: Written, node: Call) -> Array:
    function = at.point.functions.get(node.name)
    if function is None:
        meaning = FUNCTIONS.get(node.name) or _by_row(node.name)
        return meaning(at, node)
    args = [at.value(arg) for arg in node.args]
    if isinstance(function, SmoothEntry):
        return function(args[0], node.primes)
    return _derived(function, args, node) if node.primes else function(args)


def _by_row(name: str) -> Callable[[Written, Call], Array]:
    """A function that has no meaning of its own here: that of its row, of the one argument."""
    value = entry_function(name) if TABLE[name].entrywise else array_function(name)
    return lambda at, node: value(at.value(node.args[0]))


def _derived(function: SmoothFunction, args: list[Array], node: Call) -> Array:
    """The derivative of an abstract function by an argument, of the shape that its use in the block has."""
    by = max(0, node.by - 1)
    if node.primes == 2:
        return cast(Array, function.second(args, 0, 0)[0])
    slope = function.first(args, by)
    (m, n), (p, q) = function.gives, function.takes[by]
    if (p, q) == (1, 1):
        return slope.reshape(n, m).T
    return slope.reshape(q, p) if (m, n) == (1, 1) else slope


def _kron(a: Array, b: Array) -> Array:
    return cast(Array, np.kron(a, b))


def _norm1(a: Array) -> Array:
    return cast(Array, np.abs(a).sum(keepdims=True))


def _norm2(a: Array) -> Array:
    return cast(Array, np.sqrt((a * a).sum(keepdims=True)))


def _scalar(value: Any) -> Array:
    return np.array([[float(value)]])


def _adjugate(a: Array) -> Array:
    """The adjugate, cofactor by cofactor, which no singular matrix hinders; of a large matrix by its inverse."""
    n = a.shape[0]
    if n > _SMALL:
        return cast(Array, np.linalg.det(a) * np.linalg.inv(a))
    others = [[k for k in range(n) if k != i] for i in range(n)]
    minors = np.array([[a[np.ix_(others[j], others[i])] for j in range(n)] for i in range(n)])
    signs = (-1.0) ** np.add.outer(range(n), range(n))
    return cast(Array, signs * np.linalg.det(minors))


def _axis(node: Call) -> int | None:
    """The axis that `rows` or `columns` of a matrix sums over; None for all entries."""
    if len(node.args) < 2:
        return None
    return 1 if cast(Name, node.args[1]).name == "rows" else 0


def _logsumexp(at: Written, node: Call) -> Array:
    a, axis = at.value(node.args[0]), _axis(node)
    top = a.max(axis=axis, keepdims=True)
    return cast(Array, top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True)))


def _softmax(at: Written, node: Call) -> Array:
    a, axis = at.value(node.args[0]), _axis(node)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return cast(Array, e / e.sum(axis=axis, keepdims=True))


def _mean(at: Written, node: Call) -> Array:
    rows, cols = _shape(node.args[0])
    total: Array = at.value(node.args[0]).sum(keepdims=True)
    return total / (at.count(rows) * at.count(cols))


def _diag(at: Written, node: Call) -> Array:
    a = at.value(node.args[0])
    return np.diag(a)[:, None] if _kind(node.args[0]) == "matrix" else np.diag(a.ravel())


def _bars(at: Written, node: Call) -> Array:
    a = at.value(node.args[0])
    return _scalar(np.linalg.det(a)) if _kind(node.args[0]) == "matrix" else np.abs(a)


def _dim(at: Written, node: Node) -> int:
    """A size that is written as an argument."""
    if isinstance(node, Product):
        return math.prod(_dim(at, factor) for _, factor in node.factors)
    if isinstance(node, Number):
        return extents((Dim(int(node.value)), ONE), at.point.dims)[0]
    return at.point.dims[cast(Name, node).name]


def _commutation(at: Written, node: Call) -> Array:
    """What takes the stacked columns of an m x n matrix to those of its transpose."""
    m, n = (_dim(at, arg) for arg in node.args)
    out = np.zeros((m * n, m * n))
    for i in range(m):
        for j in range(n):
            out[i * n + j, j * m + i] = 1.0
    return out


def _selection(at: Written, node: Call) -> Array:
    """What takes a vector to the stacked columns of its diagonal matrix."""
    n = _dim(at, node.args[0])
    out = np.zeros((n * n, n))
    out[range(0, n * n, n + 1), range(n)] = 1.0
    return out


def _of(function: Callable[..., Array]) -> Callable[[Written, Call], Array]:
    """A function of the values of its arguments."""
    return lambda at, node: function(*(at.value(arg) for arg in node.args))


#: What each function of the language is, said a second time beside its row, so that a mistake in one of them is seen.
FUNCTIONS: dict[str, Callable[[Written, Call], Array]] = {
    **{
        name: _of(getattr(np, name))
        for name in (
            "exp", "log", "sqrt", "abs", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
        )
    },
    "sign": lambda at, node: np.sign(at.jump(at.value(node.args[0]))),
    "sigmoid": _of(lambda a: 1 / (1 + np.exp(-a))),
    "relu": _of(lambda a: np.where(a > 0, a, 0.0)),
    "softplus": _of(lambda a: np.log1p(np.exp(-np.abs(a))) + np.where(a > 0, a, 0.0)),
    "tr": _of(lambda a: _scalar(np.trace(a))),
    "det": _of(lambda a: _scalar(np.linalg.det(a))),
    "|": _bars,
    "logdet": _of(lambda a: _scalar(np.linalg.slogdet(a)[1])),
    "sum": _of(lambda a: a.sum(keepdims=True)),
    "mean": _mean,
    "norm": _of(_norm2),
    "norm1": _of(_norm1),
    "norm2": _of(_norm2),
    "dot": _of(lambda a, b: _scalar(a.ravel() @ b.ravel())),
    "inner": _of(lambda a, b: (a * b).sum(keepdims=True)),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "inv": lambda at, node: at.inverse(at.value(node.args[0])),
    "adj": _of(_adjugate),
    "transpose": _of(lambda a: a.T),
    "vec": _of(lambda a: a.T.reshape(-1, 1)),
    "diag": _diag,
    "kron": _of(_kron),
    "hadamard": _of(lambda a, b: a * b),
    "ones": lambda at, node: np.ones(at.sides(node)),
    "zeros": lambda at, node: np.zeros(at.sides(node)),
    "eye": lambda at, node: np.eye(at.sides(node)[0]),
    "commutation": _commutation,
    "selection": _selection,
    "vector": lambda at, node: np.broadcast_to(at.value(node.args[0]), at.sides(node)),
    "matrix": lambda at, node: np.broadcast_to(at.value(node.args[0]), at.sides(node)),
}  # fmt: skip


def _printed_only(_at: Written, node: Node) -> Array:
    raise TypeError(f"{type(node).__name__} stands in printed lines, not in a block")


def _entries(at: Written, node: Components) -> Array:
    return np.block([[at.value(entry) for entry in row] for row in node.rows])


#: What each kind of node is.
_VALUES: dict[type[Node], Callable[[Written, Any], Array]] = {
    Number: lambda _at, node: _exact(node.value), Name: _name, Sum: _sum, Product: _product, Post: _post,
    Minus: lambda at, node: -at.value(node.arg), Norm: _norm, Call: _call, Components: _entries,
    Differential: _printed_only, Known: _printed_only,
}  # fmt: skip
