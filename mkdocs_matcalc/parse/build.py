"""Syntax whose shapes are known becomes typed expressions, each node marked with its place.

Notation that is shorthand ends here: `.+` becomes ordinary sums with ones, `-e` a product by -1,
`mean`, `dot` and `inner` what they stand for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

from ..expr.atoms import MINUS_ONE, NOUGHT, UNIT, Named, Num, Sym, eye, is_zero, num, ones, size, unstructured
from ..expr.differential import diff
from ..expr.linear import Mul, add, had, kron, mul, neg, product, transpose
from ..expr.matrix import call, inv, matpow
from ..expr.node import Expr
from ..expr.scalar import Pow, apply, entrywise, power
from ..expr.shape import ONE, Shape, dim, is_scalar
from .abstract import derivative
from .calls import CONSTANTS, arguments_of, builtin
from .infer import Inference
from .limits import MAX_POWER
from .syntax import Call, Differential, Known, Minus, Name, Node, Norm, Number, Post, Product, Sum, is_exponential

#: Powers of a matrix are written out as products by the rules, so they are short.
MAX_MATRIX_POWER = 64
MAX_FACTORS = 100


class Builder:
    """Builds the typed expressions of a block whose shapes are inferred."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.final = inference.sizes.shape
        self._shapes: dict[str, Shape] = {}
        #: variables that are differentiated by: their entries count as independent, so that no attribute
        #: may be used on an expression before it is differentiated
        self.free: frozenset[str] = frozenset()

    def build(self, node: Node) -> Expr:
        """The typed expression of a node, whose own shape is settled with it."""
        node.shape = self.final(node.shape)
        out = self._RULES[type(node)](self, node)
        node.built = mark(out, node)
        return node.built

    def symbol(self, name: str) -> Sym:
        """The symbol of a variable."""
        symbol = self.inference.symbols[name]
        shape = self._shapes.get(name)
        if shape is None:
            shape = self._shapes[name] = self.final(symbol.shape)
        return Sym(name, shape, symbol.attributes)

    def _name(self, node: Name) -> Expr:
        name = node.name
        if node.role == "differential":
            return diff(self._known(name[1:]))
        if node.role == "size":
            return size(dim(name))
        if node.role == "constant":
            return CONSTANTS[name]()
        if node.role == "eye":
            return eye(self.final(node.shape)[0])
        return self._known(name)

    def _known(self, name: str) -> Expr:
        definition = self.inference.definitions.get(name)
        if definition is not None and definition.expr is not None:
            return Named(name, definition.expr)
        symbol = self.symbol(name)
        return unstructured(symbol) if name in self.free else symbol

    # -- sums

    def _sum(self, node: Sum) -> Expr:
        terms: list[Expr] = []
        shape: Shape | None = None
        for op, part in node.terms:
            term = self.build(part)
            if op[-1] == "-":
                term = neg(term)
            if shape is None:
                shape = term.shape
            elif op[0] == "." and term.shape != shape:
                left = terms[0] if len(terms) == 1 else add(*terms)
                whole = (term.shape[0] if shape[0] is ONE else shape[0], term.shape[1] if shape[1] is ONE else shape[1])
                terms, shape, term = [spread(left, whole)], whole, spread(term, whole)
            terms.append(term)
        return add(*terms)

    # -- products

    def _product(self, node: Product) -> Expr:
        if len(node.factors) > MAX_FACTORS:
            self.inference.fail(f"more than {MAX_FACTORS} factors in one product", node.span)
        run: list[Expr] = []  # factors of a matrix product that are not multiplied yet
        entries: list[Expr] = []  # factors of the entrywise product that ends here, which is one of all of them
        for op, part in node.factors:
            factor = self.build(part)
            if op == "*":
                run.append(factor)
                entries = []
                continue
            left = multiply(run)
            if op == ".*" and not left.is_scalar and not factor.is_scalar:
                entries = [*(entries or [left]), factor]
                run = [had(*entries)]
                continue
            entries = []
            run = [self._binary(op, left, factor, part)]
        return multiply(run)

    def _binary(self, op: str, left: Expr, right: Expr, node: Node) -> Expr:
        if op == "⊗":
            return kron(left, right)
        if op == ".*":
            return mul(left, right)
        if is_zero(right):
            self.inference.fail("division by zero", node.span)
        if left.is_scalar and not right.is_scalar:
            return mul(left, under_bar(right))
        below = under_bar(right)
        return had(left, below) if below.shape == left.shape else mul(left, below)

    # -- powers

    def _post(self, node: Post) -> Expr:
        e = self.build(node.base)
        for m in node.marks:
            if m.kind == "'":
                e = transpose(e)
            elif m.exponent is None:
                e = transpose(self._inverse(e, node))
            elif is_exponential(node, m):
                e = self._exponential(self.build(m.exponent), m.kind, m.exponent, node)
            else:
                e = self._power(e, self.build(m.exponent), m.kind, m.exponent, node)
            mark(e, node)
        return e

    def _power(self, base: Expr, exponent: Expr, kind: str, written: Node, node: Post) -> Expr:
        value = exponent.value if isinstance(exponent, Num) else None
        if value is not None and (abs(value) > MAX_POWER or value.denominator > MAX_POWER):
            self.inference.fail(f"an exponent is at most {MAX_POWER}", written.span)
        if kind == ".^" or base.is_scalar:
            if value is not None and value <= 0 and is_zero(base):
                self.inference.fail("zero has no such power", node.span)
            return power(base, exponent)
        if value is None or value.denominator != 1:
            text = self.inference.source(node.base)
            self.inference.fail(
                f"a matrix has integer powers only, not `{self.inference.source(written)}`", written.span,
                f"entry by entry it is `{text}.^{self.inference.source(written)}`",
            )  # fmt: skip
        if abs(value) > MAX_MATRIX_POWER:
            self.inference.fail(f"the power of a matrix is at most {MAX_MATRIX_POWER}", written.span)
        return matpow(self._inverse(base, node), -int(value)) if value < 0 else matpow(base, int(value))

    def _exponential(self, exponent: Expr, kind: str, written: Node, node: Post) -> Expr:
        """e^x, entry by entry of a vector; of a square matrix it would be a function of the whole matrix."""
        if kind == "^" and not exponent.is_vector and not exponent.is_scalar and exponent.shape[0] == exponent.shape[1]:
            text = self.inference.source(written).removeprefix("{").removesuffix("}")
            self.inference.fail(
                f"`{self.inference.source(node)}` of a square matrix: entry by entry, or the matrix exponential `expm`?",
                node.span,
                f"entry by entry it is `exp({text})`; the matrix exponential `expm({text})` is not part of the language",
            )  # fmt: skip
        return entrywise("exp", exponent)

    def _inverse(self, e: Expr, node: Node) -> Expr:
        if is_zero(e):
            self.inference.fail("zero has no inverse", node.span)
        return inv(e)

    # -- calls

    def _norm(self, node: Norm) -> Expr:
        return call("norm1" if node.which == "1" else "norm2", self.build(node.arg))

    def _call(self, node: Call) -> Expr:
        functions = self.inference.functions
        if node.name not in functions:
            args = [self.build(arg) for arg in arguments_of(node)]
            if node.name == "inv":
                return self._inverse(args[0], node)
            return builtin(node.name).make(node, args, self.final(node.shape))
        args = [self.build(arg) for arg in node.args]
        function = functions[node.name]
        if function is None:
            return entrywise(node.name, args[0], node.primes, abstract=True)
        found = derivative(function, node, tuple(args)) if node.primes else apply(function, tuple(args))
        assert found is not None  # noqa: S101 - the inference of shapes has looked
        return found

    #: What is built of each kind of node. Bound methods in a table of each builder's own would hold the builder,
    #: and the builder them, until the collector of cycles comes.
    _RULES: ClassVar[dict[type[Node], Callable[[Builder, Any], Expr]]] = {
        Number: lambda _self, node: num(node.value), Name: _name, Sum: _sum, Product: _product, Post: _post,
        Minus: lambda self, node: neg(self.build(node.arg)), Call: _call, Norm: _norm,
        Differential: lambda self, node: diff(self.build(node.arg)), Known: lambda _self, node: node.expr,
    }  # fmt: skip


def mark(e: Expr, node: Node) -> Expr:
    """An expression with its place; constants that every block shares have none."""
    if e.span is None and e is not UNIT and e is not NOUGHT and e is not MINUS_ONE:
        e.span = node.span
    return e


def under_bar(e: Expr) -> Expr:
    """1/e, entry by entry; the root of what stands under a bar is a power, as the rules write it."""
    if isinstance(e, Pow) and isinstance(e.exponent, Num):
        return power(e.base, -e.exponent.value)
    if isinstance(e, Mul) and e.is_scalar and e.scalars and e.coef:
        chain = (power(product(Fraction(1), (), e.chain), -1),) if e.chain else ()
        return product(1 / e.coef, (*map(under_bar, e.scalars), *chain), ())
    return power(e, -1)


def spread(e: Expr, shape: Shape) -> Expr:
    """A scalar, column or row over a whole shape, as a product with ones."""
    if e.shape == shape:
        return e
    if is_scalar(e.shape):
        return mul(e, ones(shape))
    if e.shape[1] is ONE:
        return mul(e, ones((ONE, shape[1])))
    return mul(ones((shape[0], ONE)), e)


def multiply(factors: list[Expr]) -> Expr:
    """The product from left to right; where a chain closes to a scalar, what follows is scaled by it."""
    if len(factors) == 1:
        return factors[0]
    done: list[Expr] = []
    chain: list[Expr] = []
    for factor in factors:
        if factor.is_scalar:
            done.append(factor)
            continue
        chain.append(factor)
        if chain[0].shape[0] is ONE and factor.shape[1] is ONE:
            done.append(mul(*chain))
            chain = []
    return mul(*done, *chain)
