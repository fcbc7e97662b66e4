"""The named functions of the language: for each, its arguments, the shape it has, the node it makes.

A function of one argument is a row of the table of functions; here stand the notations that are more than a name
with an argument: how many arguments they take, how their shape follows from theirs, and what they build. `PRINTED`
holds those that occur in printed lines and rule statements only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..expr.atoms import UNIT, Commutation, Constant, Selection, eye, num, ones, size, zeros
from ..expr.linear import had, kron, mul, transpose
from ..expr.matrix import call, diag, inv, trace
from ..expr.node import Expr
from ..expr.scalar import entrywise, power
from ..expr.shape import ONE, SCALAR, Dim, dim
from ..expr.shape import Shape as Final
from ..functions.row import Function
from ..functions.table import TABLE
from .dims import Shape, is_scalar, kind, times
from .syntax import Call, Name, Node, Number, Product

if TYPE_CHECKING:
    from .infer import Inference

Shaper = Callable[["Inference", Call, list[Shape]], Shape]
Maker = Callable[[Call, list[Expr], Final], Expr]


@dataclass(frozen=True)
class Builtin:
    """A function: the fewest and most arguments, its shape, its node, and how it is written."""

    least: int
    most: int
    shape: Shaper
    make: Maker
    usage: str = ""


def _same(_inf: Inference, _node: Call, shapes: list[Shape]) -> Shape:
    return shapes[0]


def _scalar(_inf: Inference, _node: Call, _shapes: list[Shape]) -> Shape:
    return SCALAR


def _square(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    inf.square(node.args[0], shapes[0], f"`{node.name}` takes a square matrix")
    return shapes[0]


def _of_square(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    _square(inf, node, shapes)
    return SCALAR


def _vec(_inf: Inference, _node: Call, shapes: list[Shape]) -> Shape:
    return times(*shapes[0]), ONE


def _diag(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    r, c = shapes[0]
    form = kind(shapes[0])
    if form in ("column", "row"):
        n = r if form == "column" else c
        return n, n
    _square(inf, node, shapes)
    return r, ONE


def _kron(_inf: Inference, _node: Call, shapes: list[Shape]) -> Shape:
    (a, b), (c, d) = shapes
    return times(a, c), times(b, d)


def _equal(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    inf.equal(node.args[0], shapes[0], node.args[1], shapes[1], f"`{node.name}` takes two of one size")
    return shapes[0]


def _inner(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    _equal(inf, node, shapes)
    return SCALAR


def _dot(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    for arg, shape in zip(node.args, shapes, strict=True):
        if kind(shape) == "matrix":
            inf.fail(f"`dot` takes vectors; {inf.describe(arg)}", arg.span, "of matrices it is `inner(A, B)`")
    columns = [(r, c) if c is ONE else (c, r) for r, c in shapes]
    inf.equal(node.args[0], columns[0], node.args[1], columns[1], "`dot` takes two vectors of one size", shapes)
    return SCALAR


def _way(inf: Inference, node: Call) -> str:
    way = node.args[1]
    if not isinstance(way, Name) or way.name not in ("rows", "columns"):
        inf.fail(f"the second argument of `{node.name}` is `rows` or `columns`", way.span)
    return way.name


def _softmax(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    form = kind(shapes[0])
    if len(node.args) == 2:
        _way(inf, node)
        _want_matrix(inf, node, form)
    elif form == "matrix" and not inf.scope.differentials:
        inf.fail(
            f"`softmax` of a matrix: along which way? {inf.describe(node.args[0])}", node.span,
            "write `softmax(X, rows)` or `softmax(X, columns)`",
        )  # fmt: skip
    return shapes[0]


def _logsumexp(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    if len(node.args) == 1:
        return SCALAR
    _want_matrix(inf, node, kind(shapes[0]))
    r, c = shapes[0]
    return (r, ONE) if _way(inf, node) == "rows" else (ONE, c)


def _bars(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    form = kind(shapes[0])
    if form in ("column", "row"):
        inf.fail(
            f"bars around a vector: {inf.describe(node.args[0])}", node.span,
            "a norm is `||x||`, the absolute values entry by entry are `abs(x)`",
        )  # fmt: skip
    return _of_square(inf, node, shapes) if form == "matrix" else SCALAR


def _want_matrix(inf: Inference, node: Call, form: str) -> None:
    if form != "matrix":
        inf.fail(f"`{node.name}` by rows or columns takes a matrix; {inf.describe(node.args[0])}", node.args[0].span)


def _sized(inf: Inference, node: Call, _shapes: list[Shape]) -> Shape:
    dims = [read_dim(inf, arg) for arg in node.args]
    return dims[0], dims[1] if len(dims) > 1 else ONE


def _eye(inf: Inference, node: Call, _shapes: list[Shape]) -> Shape:
    d = read_dim(inf, node.args[0])
    return d, d


def _commutation(inf: Inference, node: Call, _shapes: list[Shape]) -> Shape:
    d = times(read_dim(inf, node.args[0]), read_dim(inf, node.args[1]))
    return d, d


def _selection(inf: Inference, node: Call, _shapes: list[Shape]) -> Shape:
    n = read_dim(inf, node.args[0])
    return times(n, n), n


def _fits(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
    if not is_scalar(shapes[0]):
        inf.fail(f"`{node.name}` takes a scalar; {inf.describe(node.args[0])}", node.args[0].span)
    rows = inf.sizes.new()
    return rows, ONE if node.name == "vector" else inf.sizes.new()


def read_dim(inf: Inference, node: Node) -> Dim:
    """A dimension written as the argument of `ones` and its like: a positive integer, a name, a product of them."""
    if isinstance(node, Number):
        if node.value.denominator == 1 and node.value > 0:
            return dim(int(node.value))
    elif isinstance(node, Name):
        inf.check_dimension(node)
        return dim(node.name)
    elif isinstance(node, Product) and all(op == "*" for op, _ in node.factors):
        out = ONE
        for _, factor in node.factors:
            out = out * read_dim(inf, factor)
        return out
    return inf.fail("a dimension is a name or a positive integer", node.span)


def _call(name: str) -> Maker:
    return lambda _node, args, _shape: call(name, args[0])


def _entrywise(name: str) -> Maker:
    return lambda _node, args, _shape: entrywise(name, args[0])


def _make_mean(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    rows, cols = args[0].shape
    return mul(power(mul(size(rows), size(cols)), -1), call("sum", args[0]))


def _make_vec(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    return transpose(args[0]) if args[0].is_row else call("vec", args[0])


def _make_diag(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    return diag(args[0]) if args[0].is_vector else call("diagonal", args[0])


def _make_inner(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    left, right = args
    if left.is_row:
        return mul(left, transpose(right))
    product = mul(transpose(left), right)
    return product if product.is_scalar else trace(product)


def _make_dot(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    left, right = args
    return mul(left if left.is_row else transpose(left), transpose(right) if right.is_row else right)


def _make_softmax(node: Call, args: list[Expr], _shape: Final) -> Expr:
    if len(node.args) == 2:
        way = node.args[1]
        return call(f"softmax_{way.name}", args[0]) if isinstance(way, Name) else args[0]
    if args[0].is_row:
        return transpose(call("softmax", transpose(args[0])))
    return call("softmax" if args[0].is_vector or args[0].is_scalar else "softmax_all", args[0])


def _make_logsumexp(node: Call, args: list[Expr], _shape: Final) -> Expr:
    way = node.args[1] if len(node.args) == 2 else None
    return call(f"logsumexp_{way.name}" if isinstance(way, Name) else "logsumexp", args[0])


def _make_bars(_node: Call, args: list[Expr], _shape: Final) -> Expr:
    return entrywise("abs", args[0]) if args[0].is_scalar else call("det", args[0])


def _make_commutation(node: Call, _args: list[Expr], _shape: Final) -> Expr:
    rows, cols = (_plain(arg) for arg in node.args)
    return num(1) if rows * cols == ONE else Commutation(rows, cols)


def _make_selection(node: Call, _args: list[Expr], _shape: Final) -> Expr:
    n = _plain(node.args[0])
    return num(1) if n is ONE else Selection(n)


def _plain(node: Node) -> Dim:
    """A dimension that `read_dim` has accepted."""
    if isinstance(node, Number):
        return dim(int(node.value))
    if isinstance(node, Name):
        return dim(node.name)
    out = ONE
    for _, factor in node.factors if isinstance(node, Product) else ():
        out = out * _plain(factor)
    return out


#: Other names of functions, where a block has nothing else of that name.
ALIASES = {"ln": "log", "trace": "tr", "Tr": "tr"}
#: Numbers that have a name, where the block has nothing else of that name.
CONSTANTS: dict[str, Callable[[], Expr]] = {"e": lambda: entrywise("exp", UNIT), "pi": lambda: Constant("pi")}

#: The entrywise functions that a block may use.
ENTRYWISE_NAMES = tuple(row.name for row in TABLE if row.entrywise and row.written)


def _of_row(row: Function) -> Builtin:
    """A function that is written as its name with one argument."""
    if row.entrywise:
        return Builtin(1, 1, _same, _entrywise(row.name))
    return Builtin(1, 1, _shaped(row), _call(row.name))


def _shaped(row: Function) -> Shaper:
    """The shape of a value by the row of its function."""

    def shape(inf: Inference, node: Call, shapes: list[Shape]) -> Shape:
        if row.takes == "square":
            _square(inf, node, shapes)
        rows, cols = shapes[0]
        sides = {"r": rows, "c": cols, "1": ONE}
        sides["rc"] = times(rows, cols) if "rc" in row.gives else ONE
        return sides[row.gives[0]], sides[row.gives[1]]

    return shape


BUILTINS: dict[str, Builtin] = {
    **{row.name: _of_row(row) for row in TABLE if row.written},
    "mean": Builtin(1, 1, _scalar, _make_mean),
    "norm": Builtin(1, 1, _scalar, _call("norm2")),
    "dot": Builtin(2, 2, _dot, _make_dot, "dot(a, b)"),
    "inner": Builtin(2, 2, _inner, _make_inner, "inner(A, B)"),
    "logsumexp": Builtin(1, 2, _logsumexp, _make_logsumexp, "logsumexp(X) or logsumexp(X, rows)"),
    "inv": Builtin(1, 1, _square, lambda _n, args, _s: inv(args[0])),
    "transpose": Builtin(1, 1, lambda _i, _n, shapes: (shapes[0][1], shapes[0][0]), lambda _n, a, _s: transpose(a[0])),
    "vec": Builtin(1, 1, _vec, _make_vec),
    "softmax": Builtin(1, 2, _softmax, _make_softmax, "softmax(x) or softmax(X, rows)"),
    "diag": Builtin(1, 1, _diag, _make_diag),
    "kron": Builtin(2, 2, _kron, lambda _n, args, _s: kron(*args), "kron(A, B)"),
    "hadamard": Builtin(2, 2, _equal, lambda _n, args, _s: had(*args), "hadamard(A, B)"),
    "ones": Builtin(1, 2, _sized, lambda _n, _a, shape: ones(shape), "ones(n) or ones(m, n)"),
    "zeros": Builtin(1, 2, _sized, lambda _n, _a, shape: zeros(shape), "zeros(n) or zeros(m, n)"),
    "eye": Builtin(1, 1, _eye, lambda _n, _a, shape: eye(shape[0]), "eye(n)"),
    "vector": Builtin(1, 1, _fits, lambda _n, args, shape: mul(args[0], ones(shape)), "vector(c)"),
    "matrix": Builtin(1, 1, _fits, lambda _n, args, shape: mul(args[0], ones(shape)), "matrix(c)"),
}
PRINTED: dict[str, Builtin] = {
    **{row.name: _of_row(row) for row in TABLE if row.entrywise and not row.written},
    "softmax_all": Builtin(1, 1, _same, _call("softmax_all")),
    "commutation": Builtin(2, 2, _commutation, _make_commutation, "commutation(m, n)"),
    "selection": Builtin(1, 1, _selection, _make_selection),
    "|": Builtin(1, 1, _bars, _make_bars, "|X|"),  # written with bars: no name is spelled so
}
#: The functions whose arguments are dimensions.
SIZED = frozenset(("ones", "zeros", "eye", "commutation", "selection"))


def size_names(node: Node) -> set[str]:
    """The names in the argument of `ones` and its like, which are names of dimensions."""
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Product):
        return {name for _, factor in node.factors for name in size_names(factor)}
    return set()


def builtin(name: str) -> Builtin:
    """The row of a function."""
    return BUILTINS.get(name) or PRINTED[name]


def arguments_of(node: Call) -> list[Node]:
    """The arguments that are expressions, rather than dimensions or a way."""
    if node.name in SIZED:
        return []
    return node.args[:1] if node.name in ("softmax", "logsumexp") else node.args
