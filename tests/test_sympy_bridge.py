"""SymPy at both ends: its expressions get steps, and ours are its expressions, of the same value."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from check_generator import DIMS, Generator
from strategies import SHAPES
from sympy import Determinant, HadamardProduct, Identity, Inverse, MatrixSymbol, OneMatrix, Symbol, Trace

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.bridge import block_of, from_sympy, to_sympy
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.sample import Point
from mkdocs_matcalc.emit.text import text
from mkdocs_matcalc.expr.atoms import Sym
from mkdocs_matcalc.expr.differential import diff
from mkdocs_matcalc.expr.scalar import Entry
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import put_back, symbols

n, m = Symbol("n"), Symbol("m")
X, A, B, C = (MatrixSymbol(s, n, n) for s in "XABC")
W = MatrixSymbol("W", m, n)
x, y, b = (MatrixSymbol(s, n, 1) for s in "xyb")
a, t = Symbol("a"), Symbol("t", positive=True)
SIZES = {"n": 3, "m": 4, "k": 2}


class Value:
    """The value of a SymPy expression at explicit matrices, by NumPy: a reader that shares nothing with the bridge."""

    def __init__(self, values, sizes=None):
        self.values = values
        self.sizes = SIZES if sizes is None else sizes

    def size(self, d):
        return int(sp.sympify(d).subs({Symbol(k): v for k, v in self.sizes.items()}))

    def __call__(self, e):
        kind = type(e).__name__
        if isinstance(e, MatrixSymbol):
            return self.values[e.name]
        if isinstance(e, sp.Symbol):
            return np.array([[self.values[e.name] if e.name in self.values else float(self.sizes[e.name])]]).reshape(
                1, 1
            )
        if isinstance(e, sp.Number):
            return np.array([[float(e)]])
        if kind in ("Identity", "OneMatrix", "ZeroMatrix"):
            shape = tuple(map(self.size, e.shape))
            return np.eye(shape[0]) if kind == "Identity" else np.full(shape, float(kind == "OneMatrix"))
        if kind == "ElementwiseApplyFunction":
            return self.entries(e.function, self(e.expr))
        args = [self(arg) for arg in e.args]
        if kind in ("Add", "MatAdd"):
            return sum(args[1:], args[0])
        if kind in ("Mul", "MatMul"):
            out = args[0]
            for factor in args[1:]:
                out = out * factor if 1 in (out.size, factor.size) else out @ factor
            return out
        if kind == "MatPow" and args[0].size > 1:
            return np.linalg.matrix_power(args[0], int(args[1].item()))
        if kind == "KroneckerProduct":
            out = args[0]
            for factor in args[1:]:
                out = np.kron(out, factor)
            return out
        if kind == "HadamardProduct":
            return math.prod(args[1:], start=args[0])
        one = {
            "Transpose": np.transpose, "Inverse": np.linalg.inv, "Trace": lambda v: v.trace(), "Determinant": np.linalg.det,
            "DiagMatrix": lambda v: np.diag(v.ravel()), "DiagonalOf": np.diag,
            "DiagonalMatrix": lambda v: np.diag(np.diag(v)), "Adjoint": np.transpose,
        }.get(kind)  # fmt: skip
        if kind == "DotProduct":
            return np.array([[float(args[0].ravel() @ args[1].ravel())]])
        if one is not None:
            out = np.asarray(one(args[0]))
            return out.reshape(-1, 1) if out.ndim < 2 else out
        if kind in ("Pow", "HadamardPower", "MatPow"):
            return args[0] ** args[1]
        stand_ins = [sp.Dummy() for _ in args]
        return np.array([[float(e.func(*stand_ins).subs({s: v.item() for s, v in zip(stand_ins, args, strict=True)}))]])

    def entries(self, function, value):
        made = sp.lambdify(function.variables, function.expr, "numpy")
        return np.asarray(made(value), float) * np.ones_like(value)


def draw(seed, *names):
    rng = np.random.default_rng(seed)
    shapes = {**dict.fromkeys("XABC", (3, 3)), "W": (4, 3), **dict.fromkeys("xyb", (3, 1))}
    out = {k: rng.standard_normal(s) for k, s in shapes.items()}
    for k in "XABC":
        out[k] = out[k] / 2 + 2 * np.eye(3)
    out |= {"a": 0.7, "t": 1.3}
    return {k: out[k] for k in names or out}


def ours(e, seed=1):
    values = {k: np.atleast_2d(v) for k, v in draw(seed).items()}
    return evaluate(e, Env(Point(values, SIZES, {})))


EXPRESSIONS = [
    2 * X + A.T, X * A * x - b, Trace(A * X * B), Trace(X.T * X) / 2, Determinant(X), sp.log(Determinant(X)),
    sp.log(sp.Abs(Determinant(X))), Inverse(X) * b, X**3, X**-2, x * y.T, (x.T * A * x), Trace(x.T * A * x),
    HadamardProduct(X, A) * x, sp.HadamardPower(x, 3), sp.DiagMatrix(x) * A, sp.matrices.expressions.diagonal.DiagonalOf(X),
    sp.matrices.expressions.diagonal.DiagonalMatrix(X), sp.KroneckerProduct(x, A), Identity(n) + X, OneMatrix(m, n) + W,
    (W * x).applyfunc(sp.tanh), (W * x).applyfunc(lambda s: 1 / (1 + sp.exp(-s))), x.applyfunc(lambda s: s**2 + 3 * s + 1),
    x.applyfunc(lambda s: sp.Max(0, s)), a * Trace(X) * X, sp.exp(-a**2) * x, sp.sqrt(t) + a / t, sp.Rational(1, 3) * x,
    sp.Float("0.1") * x, n * x, Trace(X) ** 2, sp.exp(Trace(X) / 10), X / Trace(X), sp.DotProduct(x, y) * a, W.T * W,
    (X.T).I, sp.ZeroMatrix(n, n) + X, a ** t.subs(t, 2), sp.sin(a) * sp.cos(a), sp.Max(0, a), sp.Adjoint(X), (X * A).T,
]  # fmt: skip


@pytest.mark.parametrize("e", EXPRESSIONS)
def test_an_expression_keeps_its_value_in_both_directions(e):
    typed = from_sympy(e)
    wanted = Value(draw(1))(e)
    np.testing.assert_allclose(ours(typed), wanted, rtol=1e-9)
    np.testing.assert_allclose(Value(draw(1))(to_sympy(typed)), wanted, rtol=1e-9)
    assert from_sympy(e) == typed


@pytest.mark.parametrize("seed", range(150))
def test_random_expressions_keep_their_value_on_the_way_to_sympy(seed):
    e = Generator(seed, kinks=seed % 2 == 0).make(SHAPES[seed % len(SHAPES)], 1 + seed % 3)
    e = put_back(e)
    try:
        there = to_sympy(e)
    except DeriveError as refused:
        assert "no SymPy node" in refused.message  # noqa: PT017
        return
    rng = np.random.default_rng(seed)
    known = symbols(e)
    values = {s.name: rng.standard_normal(tuple(DIMS.get(str(d), 1) for d in s.shape)) / 2 for s in known.values()}
    for s in known.values():
        if s.attributes:
            values[s.name] = values[s.name] + values[s.name].T
    if any(isinstance(part, Entry) and part.abstract for part in e.walk()):
        return  # functions without values
    wanted = evaluate(e, Env(Point(values, DIMS, {})))
    if not np.all(np.isfinite(wanted)):
        return
    found = Value({k: v if v.size > 1 else v.item() for k, v in values.items()}, DIMS)(there)
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9)


RIGHT = [
    (Trace(A * X), X), (Trace(A * X * B * X.T), X), (Trace(X * X), X), (Trace(Inverse(X) * A), X), (Trace(X**3), X),
    (x.T * A * x, x), (b.T * x, x), (b.T * X * b, X), (Trace(X.T * A * X * B), X), (Trace((A * X + B) * (A * X + B).T), X),
    (x.T * x, x), ((A * x).T * (A * x), x), (Trace(A * X.T * X), X), (sp.exp(a) * a**2, a), (Trace(X) ** 2, X),
]  # fmt: skip


@pytest.mark.parametrize(("e", "by"), RIGHT)
def test_sympys_right_derivatives_are_ours_in_denominator_layout(e, by):
    [d] = derive(block_of(e, by), layout="denominator")
    assert d.check.passed
    wanted = Value(draw(2))(e.diff(by))
    np.testing.assert_allclose(ours(d.derivative, 2), wanted, rtol=1e-8)
    np.testing.assert_allclose(Value(draw(2))(to_sympy(d)), wanted, rtol=1e-8)
    np.testing.assert_allclose(Value(draw(2))(to_sympy(d.result)), wanted, rtol=1e-8)


#: SymPy says zero, or leaves its own derivative standing.
WRONG = [
    (Determinant(X), X, lambda v: np.linalg.det(v["X"]) * np.linalg.inv(v["X"]).T),
    (Trace(HadamardProduct(A, X)), X, lambda v: np.diag(np.diag(v["A"]))),
    (sp.log(Determinant(X)), X, lambda v: np.linalg.inv(v["X"]).T),
    (sp.log(sp.Abs(Determinant(X))), X, lambda v: np.linalg.inv(v["X"]).T),
]


@pytest.mark.parametrize(("e", "by", "right"), WRONG)
def test_what_sympy_gets_wrong_is_right_here(e, by, right):
    values = draw(3)
    theirs = type(e.diff(by)).__name__
    assert theirs in ("ZeroMatrix", "ArrayDerivative", "ArrayDiagonal"), "SymPy has learned it: move the case to RIGHT"
    [d] = derive(block_of(e, by), layout="denominator")
    np.testing.assert_allclose(ours(d.derivative, 3), right(values), rtol=1e-8)


def test_pi_is_the_number_in_both_directions_unless_a_symbol_has_its_name():
    [d] = derive(block_of(sp.sin(sp.pi * a) / sp.pi, a))
    assert to_sympy(d.result) == sp.cos(sp.pi * a)
    with pytest.raises(DeriveError, match="called `pi`"):
        from_sympy(sp.pi * Symbol("pi") * a)


REFUSED = [
    (X[0, 1], "MatrixElement"), (sp.sin(X), "applyfunc"), (X**n, "whole powers"), (sp.I * X, "ImaginaryUnit"),
    (sp.BlockMatrix([[X, A]]), "BlockMatrix"), (sp.ImmutableMatrix([[1]]), "ImmutableDenseMatrix"),
    (MatrixSymbol("tr", n, n), "names="), (MatrixSymbol("I", n, n), "names="), (Symbol("x y"), "names="),
    (MatrixSymbol("Q", n + 1, 1), "size"), (sp.gamma(a), "gamma"), (sp.Function("f")(a, t), "several"), ("x + 1", "str"),
    (x * Symbol("x"), "two SymPy symbols"), (sp.Derivative(sp.Function("f")(a), a), "Derivative"), (sp.oo, "Infinity"),
    (sp.zoo, "ComplexInfinity"), (sp.Max(a, t), "greater"), (sp.FunctionMatrix(2, 2, "lambda i, j: i"), "FunctionMatrix"),
]  # fmt: skip


@pytest.mark.parametrize(("e", "words"), REFUSED)
def test_what_the_language_does_not_have_is_an_error_that_names_it(e, words):
    with pytest.raises(DeriveError) as caught:
        from_sympy(e)
    assert words in str(caught.value)


def test_a_symbol_with_a_taken_name_is_renamed():
    tr = MatrixSymbol("tr", n, n)
    assert text(from_sympy(Trace(tr * X), names={"tr": "M"})) == "tr(M X)"
    assert "d/dM tr(M X)" in block_of(Trace(tr * X), tr, names={"tr": "M"})
    assert text(from_sympy(Symbol("lambda") * x)) == "lambda x"
    assert text(from_sympy(Symbol("λ") * x)) == "lambda x"


def test_a_block_declares_what_sympy_knows():
    assert block_of(t * x.T * A * x, x) == "let x in R^n, t in R positive, A in R^{n x n}\nd/dx t x' A x\n"
    assert block_of(n * Trace(x * x.T), x) == "let x in R^n\nd/dx n tr(x x')\n"
    f = sp.Function("f")
    assert block_of(x.T * x.applyfunc(f), x) == "let x in R^n, f: elementwise\nd/dx x' f(x)\n"
    assert block_of(a**2, a) == "let a in R\nd/da a^2\n"


def test_a_derivative_is_by_a_symbol():
    with pytest.raises(DeriveError):
        block_of(Trace(X), X * X)


@pytest.mark.parametrize("e", [diff(Sym("x", (dim("n"), ONE))), diff(Sym("x", SCALAR))])
def test_a_differential_has_no_sympy_side(e):
    with pytest.raises(DeriveError):
        to_sympy(e)
    with pytest.raises(DeriveError):
        to_sympy("x")


def test_the_users_own_symbols_are_used():
    size = Symbol("n", integer=True, positive=True)
    mine = MatrixSymbol("x", size, 1)
    back = to_sympy(from_sympy(Trace(mine * mine.T)), symbols={"x": mine, "n": size})
    assert back == Trace(mine * mine.T)


def test_sympy_is_imported_when_it_is_used():
    code = "import sys, mkdocs_matcalc.bridge; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
