"""SymPy to typed expressions: one method or row for each class of SymPy's nodes.

In: a SymPy expression, and new names for its symbols. Out: the typed expression. Promised: every
symbol stands for real numbers, sizes are positive integers, symbols or products of them, floating
numbers are the decimals that they print as, and a node without a row is a `DeriveError` naming it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NoReturn

from ..errors import DeriveError
from ..expr.atoms import Constant, Num, Sym, eye, num, ones, size, zeros
from ..expr.linear import add, had, kron, mul, transpose
from ..expr.matrix import call, diag, inv, matpow
from ..expr.node import Expr
from ..expr.scalar import entrywise, power
from ..expr.shape import ONE, Dim, Shape, dim
from ..functions.table import TABLE
from ..missing import module
from .calls import BUILTINS, PRINTED
from .lexer import spelled

#: Functions by the name of their SymPy class.
_FUNCTIONS = TABLE.by_sympy()
_ENTRYWISE = {of: name for of, name in _FUNCTIONS.items() if TABLE[name].entrywise}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
#: Words that a variable cannot be called, since the language means something else by them.
_TAKEN = frozenset((*BUILTINS, *PRINTED, "let", "in", "wrt", "I"))


class Reader:
    """Reads SymPy expressions; `read` goes by the name of a node's class."""

    def __init__(self, expr: Any, names: Mapping[str, str], *more: Any) -> None:
        sympy = self.sympy = module("sympy")
        self.names = names
        if not isinstance(expr, sympy.Basic):
            raise DeriveError(f"a SymPy expression is expected, not {type(expr).__name__}")
        self.sizes: set[Any] = set()
        self.called: dict[str, Any] = {}  # which SymPy symbol a name stands for
        for whole in (expr, *more):
            for node in sympy.preorder_traversal(whole):
                if isinstance(node, (sympy.MatrixSymbol, sympy.Identity, sympy.OneMatrix, sympy.ZeroMatrix)):
                    self.sizes |= {s for d in node.shape for s in d.free_symbols}

    def read(self, node: Any) -> Expr:
        """The typed expression of a node."""
        kind = type(node).__name__
        if isinstance(node, self.sympy.Number):
            return self.number(node)
        if isinstance(node, self.sympy.Function) and not isinstance(node, self.sympy.core.function.AppliedUndef):
            return self.function(node)
        rule = _READ.get(kind)
        if rule is not None:
            return rule(self, node)
        if kind in _FUNCTIONS and not TABLE[_FUNCTIONS[kind]].entrywise:
            return call(_FUNCTIONS[kind], self.read(node.args[0]))
        if isinstance(node, self.sympy.core.function.AppliedUndef):
            if len(node.args) == 1:
                return entrywise(self.name(node.func.__name__, node.func), self.scalar(node.args[0]), abstract=True)
            return self.refuse(node, "an undefined function of several arguments")
        if isinstance(node, self.sympy.Symbol):
            return self.symbol(node)
        return self.refuse(node)

    def refuse(self, node: Any, why: str = "") -> NoReturn:
        """The error for a node that is not part of the language."""
        shown = str(node)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        raise DeriveError(f"no `{type(node).__name__}` from SymPy: `{shown}`{', ' + why if why else ''}")

    # -- names, numbers, sizes

    def name(self, name: str, of: Any) -> str:
        """The name of a symbol in the language."""
        wanted = self.names.get(name, spelled(name))
        if wanted in _TAKEN or not _NAME.match(wanted):
            raise DeriveError(
                f"a symbol cannot be called `{wanted}` in the language",
                hint=f'give it another name: `names={{"{name}": "…"}}`',
            )
        if self.called.setdefault(wanted, of) != of:
            raise DeriveError(f"two SymPy symbols are called `{wanted}`", hint="rename one of them")
        return wanted

    def symbol(self, node: Any) -> Expr:
        """A size or a scalar variable."""
        name = self.name(node.name, node)
        if node in self.sizes:
            return size(dim(name))
        if node.is_real is False:
            self.refuse(node, "which is not real")
        return Sym(name, (ONE, ONE), frozenset({"positive"} if node.is_positive else ()))

    def pi(self, node: Any) -> Expr:
        """The number, unless a symbol has its name."""
        if self.called.setdefault("pi", node) != node:
            raise DeriveError("π and a symbol are both called `pi`", hint="rename the symbol")
        return Constant("pi")

    def matrix_symbol(self, node: Any) -> Expr:
        """A variable."""
        return Sym(self.name(node.name, node), self.shape(node))

    def number(self, node: Any) -> Expr:
        """An exact number."""
        sympy = self.sympy
        if isinstance(node, sympy.Rational):
            return num(Fraction(int(node.p), int(node.q)))
        if isinstance(node, sympy.Float) and node.is_finite:
            return num(Fraction(str(node)))
        return self.refuse(node)

    def shape(self, node: Any) -> Shape:
        """The shape of a SymPy matrix."""
        rows, cols = (self.dim(d) for d in node.shape)
        return rows, cols

    def dim(self, d: Any) -> Dim:
        """A size: a positive integer, a symbol, or a product of them."""
        if d.is_Integer and d > 0:
            return dim(int(d))
        if d.is_Symbol:
            return dim(self.name(d.name, d))
        if d.is_Mul:
            out = ONE
            for part in d.args:
                out = out * self.dim(part)
            return out
        raise DeriveError(f"a size is a positive integer or a symbol, not `{d}`")

    # -- operations

    def scalar(self, node: Any) -> Expr:
        """A node that must be a scalar."""
        e = self.read(node)
        if not e.is_scalar:
            raise DeriveError(
                f"a scalar is expected, not the matrix `{node}`",
                hint="a function of every entry is `X.applyfunc(f)`; functions of a matrix are not part of the language",
            )
        return e

    def power(self, node: Any) -> Expr:
        """A power of scalars."""
        base, exponent = node.args
        if base is self.sympy.S.Exp1:
            return entrywise("exp", self.scalar(exponent))
        return power(self.scalar(base), self.scalar(exponent))

    def matrix_power(self, node: Any) -> Expr:
        """A whole power of a matrix."""
        base, exponent = self.read(node.base), self.read(node.exp)
        if base.is_scalar:
            return power(base, exponent)
        if not isinstance(exponent, Num) or exponent.value.denominator != 1 or abs(exponent.value) > 64:
            self.refuse(node, "a matrix has whole powers only")
        k = int(exponent.value)
        return matpow(inv(base), -k) if k < 0 else matpow(base, k)

    def function(self, node: Any) -> Expr:
        """A named function of a scalar."""
        name = _ENTRYWISE.get(type(node).__name__)
        if name is None or (len(node.args) != 1 and name != "step"):  # Heaviside also says what it is at zero
            return self.refuse(node)
        arg = node.args[0]
        if name == "log" and isinstance(arg, self.sympy.Abs) and isinstance(arg.args[0], self.sympy.Determinant):
            return call("logdet", self.read(arg.args[0].arg))
        return entrywise(name, self.scalar(arg))

    def greatest(self, node: Any) -> Expr:
        """The greater of 0 and a scalar."""
        rest = [a for a in node.args if a != 0]
        if len(node.args) == 2 and len(rest) == 1:
            return entrywise("relu", self.scalar(rest[0]))
        return self.refuse(node, "only the greater of 0 and something is part of the language")

    def hadamard_power(self, node: Any) -> Expr:
        """A power of every entry."""
        base, exponent = map(self.read, node.args)
        if not exponent.is_scalar:
            self.refuse(node, "whose exponent is a matrix")
        return power(base, exponent)

    def applied(self, node: Any) -> Expr:
        """A function of every entry: its body, with the matrix in place of the variable and numbers as ones."""
        arg = self.read(node.expr)
        (variable,) = node.function.variables
        whole = arg.shape

        def body(part: Any) -> Expr:
            if part == variable:
                return arg
            if not part.has(variable):
                return mul(self.scalar(part), ones(whole))
            name = _ENTRYWISE.get(type(part).__name__)
            if part.is_Add:
                return add(*map(body, part.args))
            if part.is_Mul:
                constant = [self.scalar(a) for a in part.args if not a.has(variable)]
                return mul(*constant, had(*(body(a) for a in part.args if a.has(variable))))
            if part.is_Pow and not part.exp.has(variable):
                return power(body(part.base), self.scalar(part.exp))
            if name and (len(part.args) == 1 or name == "step"):
                return entrywise(name, body(part.args[0]))
            if isinstance(part, self.sympy.Max) and set(part.args) == {self.sympy.S.Zero, variable}:
                return entrywise("relu", arg)
            if isinstance(part, self.sympy.core.function.AppliedUndef) and len(part.args) == 1:
                return entrywise(self.name(part.func.__name__, part.func), body(part.args[0]), abstract=True)
            return self.refuse(part)

        return body(node.function.expr)

    def kronecker(self, node: Any) -> Expr:
        """A Kronecker product."""
        out, *rest = map(self.read, node.args)
        for factor in rest:
            out = kron(out, factor)
        return out

    def dot(self, node: Any) -> Expr:
        """A product of two vectors."""
        left, right = map(self.read, node.args)
        return mul(left if left.is_row else transpose(left), transpose(right) if right.is_row else right)

    def diagonal(self, node: Any) -> Expr:
        """A diagonal matrix of a vector, or of the diagonal of a matrix."""
        arg = self.read(node.args[0])
        return diag(arg) if arg.is_vector else diag(call("diagonal", arg))

    def all(self, node: Any) -> list[Expr]:
        """What a node's arguments are."""
        return [self.read(a) for a in node.args]


_READ: dict[str, Callable[[Reader, Any], Expr]] = {
    "MatrixSymbol": Reader.matrix_symbol,
    "Add": lambda r, n: add(*r.all(n)),
    "MatAdd": lambda r, n: add(*r.all(n)),
    "Mul": lambda r, n: mul(*r.all(n)),
    "MatMul": lambda r, n: mul(*r.all(n)),
    "Pow": Reader.power,
    "MatPow": Reader.matrix_power,
    "Transpose": lambda r, n: transpose(r.read(n.arg)),
    "Adjoint": lambda r, n: transpose(r.read(n.arg)),
    "Inverse": lambda r, n: inv(r.read(n.arg)),
    "Identity": lambda r, n: eye(r.dim(n.shape[0])),
    "GenericIdentity": lambda r, n: r.refuse(n, "whose size is not known"),
    "OneMatrix": lambda r, n: ones(r.shape(n)),
    "ZeroMatrix": lambda r, n: zeros(r.shape(n)),
    "HadamardProduct": lambda r, n: had(*r.all(n)),
    "HadamardPower": Reader.hadamard_power,
    "KroneckerProduct": Reader.kronecker,
    "DotProduct": Reader.dot,
    "DiagMatrix": Reader.diagonal,
    "DiagonalMatrix": Reader.diagonal,
    "ElementwiseApplyFunction": Reader.applied,
    "Max": Reader.greatest,
    "Pi": Reader.pi,
    "Exp1": lambda _r, _n: entrywise("exp", num(1)),
}
