"""Shapes of a block, found by unification.

In: syntax. Out: every node's `shape` filled in, and a symbol for every name that is used, of its
declared shape or of the one that the convention gives it. Promised: what passes here satisfies
the shape checks of the typed expressions; what does not is a `DeriveError` that names both places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NoReturn

from ..errors import DeriveError, Span
from ..expr.atoms import ones
from ..expr.scalar import Signature
from ..expr.shape import ONE, SCALAR
from . import apparent, hints, undeclared
from .abstract import derivative, taken
from .calls import CONSTANTS, arguments_of, builtin
from .dims import Shape, Sizes, Unknown, find, is_scalar, kind, times
from .scope import Definition, Scope, Symbol
from .syntax import (
    Call,
    Components,
    Differential,
    Known,
    Mark,
    Minus,
    Name,
    Node,
    Norm,
    Number,
    Post,
    Product,
    Sum,
    is_exponential,
)

_ARTICLE = {"scalar": "a scalar", "column": "a column", "row": "a row", "matrix": "a matrix"}


class Inference:
    """The state while shapes are found: the names of the block and the sizes between them."""

    def __init__(self, scope: Scope, symbols: dict[str, Symbol], functions: dict[str, Signature | None]) -> None:
        self.scope = scope
        self.symbols = symbols
        self.functions = functions
        self.definitions: dict[str, Definition] = {}
        self.sizes = Sizes()
        self.mentioned: set[str] = set()  # every name of the block, to recognise `Ax` as `A x`
        self._known: frozenset[str] | None = None

    def shape(self, node: Node) -> Shape:
        """Find the shape of a node and of everything in it."""
        try:
            node.shape = out = self._RULES[type(node)](self, node)
        except DeriveError as error:
            if error.span is None:
                error.span = node.span
            raise
        return out

    def finish(self) -> None:
        """Settle what is left open, and name the sizes that nothing determines."""
        open_at = self.sizes.unsolved()
        if isinstance(open_at, Node):
            self.fail(
                "the sizes do not fit here, or do not determine each other",
                open_at.span,
                "declare the variables with `let`",
            )
        self.sizes.name_the_rest(
            {*self.mentioned, *self.symbols, *self.scope.sizes, *self.definitions, *self.functions}
        )

    # -- what an error says

    def fail(self, message: str, span: Span, hint: str = "") -> NoReturn:
        """Raise the error at a place of the text."""
        self.scope.fail(message, span, hint)

    def misfit(self, message: str, span: Span, hint: str, *nodes: Node) -> NoReturn:
        """Raise the error that nodes do not fit, which may be because of names in them that nobody declared."""
        self.scope.fail(message, span, undeclared.leading_on(self, hint, *nodes))

    def source(self, node: Node) -> str:
        """What was written, on one line, shortened."""
        out = " ".join(self.scope.text[node.start : node.end].split())
        return out if len(out) <= 40 else f"{out[:37]}…"

    def describe(self, node: Node, shape: Shape | None = None) -> str:
        """`A` is m x n (declared on line 1)."""
        shape = shape or node.shape
        return f"`{self.source(node)}` is {self.sizes.words(shape)}{self._reason(node, shape)}"

    def _reason(self, node: Node, shape: Shape) -> str:
        """The place that gave a node its size, in brackets."""
        line = self.scope.line
        while isinstance(node, Post) and all(m.exponent is None for m in node.marks):
            node = node.base
        if isinstance(node, Name):
            symbol = self.symbols.get(node.name)
            if node.role == "definition":
                return f" (defined on line {line(self.definitions[node.name].span)})"
            if symbol is not None and symbol.declared:
                return f" (declared on line {line(symbol.span)})"
            for size in symbol.shape if symbol else shape:
                why = size.why if isinstance(size, Unknown) else None
                if isinstance(why, Node):
                    return f" (by `{self.source(why)}` on line {line(why.span)})"
            return " (by its first letter; a `let` declares it)" if symbol is not None else ""
        return f" (line {line(node.span)})"

    # -- equations

    def equal(self, a: Node, s: Shape, b: Node, t: Shape, message: str, shown: Sequence[Shape] = ()) -> None:
        """Make two shapes equal, or fail naming both."""
        if not (self.sizes.same(s[0], t[0], a) and self.sizes.same(s[1], t[1], a)):
            s, t = shown or (s, t)
            says = f"{message}: {self.describe(a, s)}, {self.describe(b, t)}"
            self.misfit(says, b.span, hints.of_kinds((kind(s), kind(t))), a, b)

    def square(self, node: Node, shape: Shape, message: str, hint: str = "") -> None:
        """Make the shape of a node square, or fail."""
        if not self.sizes.same(shape[0], shape[1], node):
            self.misfit(f"{message}; {self.describe(node, shape)}", node.span, hint, node)

    # -- names

    def _name(self, node: Name) -> Shape:
        name = node.name
        symbol = self.symbols.get(name)
        if symbol is not None:
            node.role = "symbol"
            return symbol.shape
        definition = self.definitions.get(name)
        if definition is not None:
            node.role = "definition"
            if isinstance(definition.body, Components):
                self.fail(
                    f"`{name}` stands for explicit components; they stand in a goal of their own", node.span,
                    f"write `d{name}/d(…)`",
                )  # fmt: skip
            return definition.body.shape
        self._refuse_undefined(node)
        if name in self.scope.sizes:
            node.role = "size"
            return SCALAR
        if name in ("I", "eye"):
            node.role = "eye"
            n = self.sizes.new()
            return n, n
        if name in CONSTANTS:
            node.role = "constant"
            return SCALAR
        if self.scope.differentials and name[0] == "d" and name[1:] in self.scope.names:
            node.role = "differential"
            inner = Name(node.start + 1, node.end, name[1:])
            return self.shape(inner)
        undeclared.refuse(self.scope, name, node.span)
        undeclared.refuse_run_together(self.scope, name, node.span, self._known_names(), product="d" in self.symbols)
        node.role = "symbol"
        symbol = self.by_convention(name, node.span)
        return symbol.shape

    def by_convention(self, name: str, span: Span) -> Symbol:
        """The symbol of an undeclared name, of the kind that the convention gives it."""
        new, form = self.sizes.new, undeclared.kind(name)
        shape: Shape = SCALAR if form == "scalar" else (new(), ONE if form == "column" else new())
        self.symbols[name] = symbol = Symbol(name, shape, span)
        return symbol

    def check_dimension(self, node: Name) -> None:
        """Refuse a variable where a dimension is expected."""
        symbol = self.symbols.get(node.name)
        if symbol is not None and symbol.declared and not self._is_dimension(node.name):
            self.fail(
                f"a dimension is expected; {self.describe(node, symbol.shape)}", node.span,
                "a constant of the size that fits is `vector(c)` or `matrix(c)`",
            )  # fmt: skip

    def _is_dimension(self, name: str) -> bool:
        return any(name in getattr(find(size), "names", ()) for s in self.symbols.values() for size in s.shape)

    def _refuse_undefined(self, node: Name) -> None:
        place = self.scope.definitions.get(node.name)
        if place is not None:
            message = f"`{node.name}` is defined on line {self.scope.line(place)}; a name is defined before it is used"
            if place.start <= node.start and self.scope.line(place) == self.scope.line(node.span):
                message = f"`{node.name}` is defined by itself"
            self.fail(message, node.span)
        if node.name in self.functions:
            self.fail(f"`{node.name}` is a function; it needs an argument", node.span, f"write `{node.name}(…)`")

    def _known_names(self) -> frozenset[str]:
        """Every name of the block, of variables, definitions and dimensions."""
        if self._known is None:
            self._known = frozenset(
                (*self.symbols, *self.scope.names, *self.scope.definitions, *self.scope.sizes, *self.mentioned)
            )
        return self._known

    # -- operators

    def _sum(self, node: Sum) -> Shape:
        first = node.terms[0][1]
        shape = self.shape(first)
        for i in range(1, len(node.terms)):
            op, term = node.terms[i]
            other = self.shape(term)
            left = first if i == 1 else _up_to(Sum, node.start, node.terms[:i])
            if op[0] == ".":
                shape = self._broadcast(left, shape, term, other)
            elif is_scalar(shape) and is_scalar(other):
                continue
            else:
                if kind(shape) != kind(other):
                    self._refuse_sum(op, left, shape, term, other)
                if not (self.sizes.same(shape[0], other[0], node) and self.sizes.same(shape[1], other[1], node)):
                    says = f"the sizes of this {_WORD[op]} differ"
                    self.misfit(
                        f"{says}: {self.describe(left, shape)}, {self.describe(term, other)}", term.span, "", left, term
                    )
        return shape

    def _refuse_sum(self, op: str, left: Node, shape: Shape, term: Node, other: Shape) -> NoReturn:
        a, b = kind(shape), kind(other)
        self.misfit(
            f"the {_WORD[op]} of {_ARTICLE[a]} and {_ARTICLE[b]}: {self.describe(left, shape)}, {self.describe(term, other)}",
            term.span, hints.of_sum(op, {a, b}), left, term,
        )  # fmt: skip

    def _broadcast(self, left: Node, s: Shape, right: Node, t: Shape) -> Shape:
        """The shape of `.+`: a scalar over everything, a column over columns, a row over rows."""
        if is_scalar(s) or is_scalar(t):
            return t if is_scalar(s) else s
        out: list[Any] = []
        for a, b in zip(s, t, strict=True):
            if a is not ONE and b is not ONE and not self.sizes.same(a, b, left):
                says = f"the sizes do not fit: {self.describe(left, s)}, {self.describe(right, t)}"
                self.misfit(says, right.span, "", left, right)
            out.append(b if a is ONE else a)
        return out[0], out[1]

    def _product(self, node: Product) -> Shape:
        factors = node.factors
        apparent.refuse_undeclared(self, node)
        first = factors[0][1]
        shape = self.shape(first)
        for i in range(1, len(factors)):
            op, factor = factors[i]
            other = self.shape(factor)
            if op not in "*/" and isinstance(factor, Product) and factor.run:
                apparent.refuse_reading(self, op, shape, factor)
            if op == "⊗":
                shape = (times(shape[0], other[0]), times(shape[1], other[1]))
            elif is_scalar(other):
                apparent.refuse_number(self, shape, factors[i - 1][1], op, factor)
            elif op == "/":
                self.fail(
                    f"`/` divides by a scalar; {self.describe(factor, other)}", factor.span,
                    hints.of_division(kind(other)),
                )  # fmt: skip
            elif is_scalar(shape):
                shape = other
            elif op == "*":
                if not self.sizes.same(shape[1], other[0], node):
                    self._refuse_product(
                        first if i == 1 else _up_to(Product, node.start, factors[:i]), shape, factor, other
                    )
                shape = (shape[0], other[1])
            elif not (self.sizes.same(shape[0], other[0], node) and self.sizes.same(shape[1], other[1], node)):
                left = first if i == 1 else _up_to(Product, node.start, factors[:i])
                name = "entrywise product" if op == ".*" else "entrywise quotient"
                hint = ""
                if op == ".*" and kind(shape) != kind(other):
                    hint = "`diag(b) X` scales the rows of X, `X diag(b)` its columns"
                says = f"the sizes of this {name} differ: {self.describe(left, shape)}, {self.describe(factor, other)}"
                self.misfit(says, factor.span, hint, left, factor)
        apparent.refuse_declared(self, node)
        apparent.refuse_near(self, node)
        return shape

    def _refuse_product(self, left: Node, s: Shape, right: Node, t: Shape) -> NoReturn:
        sides = (left, self.source(left), kind(s)), (right, self.source(right), kind(t))
        hint = hints.of_product(*sides, rows=find(s[0]) == find(t[0]), columns=find(s[1]) == find(t[1]))
        says = f"the sizes of this product do not fit: {self.describe(left, s)}, {self.describe(right, t)}"
        self.misfit(says, right.span, hint, left, right)

    def _post(self, node: Post) -> Shape:
        shape = self.shape(node.base)
        for mark in node.marks:
            if mark.kind == "'":
                apparent.refuse_transposed(self, node, mark, shape)
                shape = (shape[1], shape[0])
            elif mark.kind == "⁻ᵀ":
                self.square(node.base, shape, "only a square matrix has an inverse")
            elif mark.exponent is not None:
                shape = self._power(node, shape, mark, mark.exponent)
        return shape

    def _power(self, node: Post, shape: Shape, mark: Mark, exponent: Node) -> Shape:
        power = self.shape(exponent)
        if is_exponential(node, mark):
            return power
        if not is_scalar(power):
            hint = "entry by entry it is `exp(y .* log(x))`" if mark.kind == ".^" else "`exp(A)` is entry by entry"
            if isinstance(exponent, Name) and exponent.name[0] == "T":
                hint = f"a space ends the transposition: `^T {exponent.name[1:]}`"
            self.fail(f"an exponent is a scalar; {self.describe(exponent, power)}", exponent.span, hint)
        if mark.kind == ".^" or is_scalar(shape):
            return shape
        text = self.source(node.base)
        if kind(shape) != "matrix":
            what = self.source(exponent)
            self.fail(
                f"a vector has no power: {self.describe(node.base, shape)}", Span(node.start, mark.end),
                f"entry by entry it is `{text}.^{what}`, the squared norm is `||{text}||^2`",
            )  # fmt: skip
        self.square(
            node.base,
            shape,
            "only a square matrix has powers",
            f"entry by entry it is `{text}.^{self.source(exponent)}`",
        )
        return shape

    def _norm(self, node: Norm) -> Shape:
        shape = self.shape(node.arg)
        if node.which == "2" and kind(shape) == "matrix":
            self.fail(
                "`||A||_2` of a matrix is its largest singular value, which is not part of the language", node.span,
                "the Frobenius norm is `||A||_F`",
            )  # fmt: skip
        return SCALAR

    def _components(self, node: Components) -> Shape:
        return self.fail("explicit components stand in a goal of their own: `d/d(r, t) […]`", node.span)

    # -- calls

    def _call(self, node: Call) -> Shape:
        if node.name in self.functions:
            return self._abstract(node, self.functions[node.name])
        function = builtin(node.name)
        if not function.least <= len(node.args) <= function.most:
            usage = function.usage or f"{node.name}(e)"
            self.fail(f"`{node.name}` does not take {len(node.args)} arguments", node.span, f"write `{usage}`")
        if node.primes:
            self.fail(f"`{node.name}` is no abstract function", node.span)
        return function.shape(self, node, [self.shape(arg) for arg in arguments_of(node)])

    def _abstract(self, node: Call, function: Signature | None) -> Shape:
        shapes = [self.shape(arg) for arg in node.args]
        every = None if function is None else taken(function, node)
        wanted = 1 if every is None else len(every)
        if len(shapes) != wanted:
            self.fail(f"`{node.name}` takes {wanted} argument{'s' * (wanted != 1)}, not {len(shapes)}", node.span)
        if function is None or every is None:
            return shapes[0]
        for arg, shape, takes in zip(node.args, shapes, every, strict=True):
            if not (self.sizes.same(shape[0], takes[0], node) and self.sizes.same(shape[1], takes[1], node)):
                hint = "transpose it with `'`" if {kind(shape), kind(takes)} == {"row", "column"} else ""
                if kind(takes) == "scalar":
                    hint = f"`let {node.name}: elementwise` is a function of every entry"
                self.fail(f"`{node.name}` takes {self.sizes.words(takes)}; {self.describe(arg, shape)}", arg.span, hint)
        if not node.primes:
            return function.gives
        found = derivative(function, node, tuple(ones(takes) for takes in every))
        if found is None:
            hint = "write `f'(x)`, or `f'_1(x, y)` of several arguments"
            self.fail(f"which derivative of `{node.name}` is meant?", node.span, hint)
        return found.shape

    #: How the shape of each kind of node is found.
    _RULES: ClassVar[dict[type[Node], Callable[[Inference, Any], Shape]]] = {
        Number: lambda _self, _node: SCALAR, Name: _name, Sum: _sum, Product: _product, Post: _post, Call: _call,
        Norm: _norm, Components: _components, Minus: lambda self, node: self.shape(node.arg),
        Differential: lambda self, node: self.shape(node.arg), Known: lambda _self, node: node.expr.shape,
    }  # fmt: skip


_WORD = {"+": "sum", "-": "difference"}


def _up_to(make: type[Sum | Product], start: int, parts: list[tuple[str, Node]]) -> Node:
    """The part of a sum or product that stands before an operand, for an error to show."""
    return make(start, parts[-1][1].end, parts)
