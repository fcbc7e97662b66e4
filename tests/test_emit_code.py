"""NumPy source means what the expression means, reads well, and takes what it needs."""

import inspect
import warnings
from fractions import Fraction

import numpy as np
import pytest
from check_generator import DIMS, FUNCTIONS, NAMED, SYMBOLS, Generator, python_functions, squeezed

from mkdocs_matcalc.check.agree import close
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.sample import draw
from mkdocs_matcalc.emit.code import expression, function
from mkdocs_matcalc.expr.atoms import Commutation, Named, Sym, eye, num, ones, size, zeros
from mkdocs_matcalc.expr.differential import diff
from mkdocs_matcalc.expr.linear import add, had, kron, mul, neg, sub, transpose
from mkdocs_matcalc.expr.matrix import call, inv
from mkdocs_matcalc.expr.scalar import Signature, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import intermediates, put_back

n, m = dim("n"), dim("m")
A, X = Sym("A", (n, n)), Sym("X", (n, n))
B = Sym("B", (m, n))
x, b = Sym("x", (n, ONE)), Sym("b", (m, ONE))
lam = Sym("lambda", SCALAR)
t = transpose
PROBLEM = {s.name: s for s in (A, B, X, b, lam, x)}

SHAPES = [(p, q) for p in (ONE, *NAMED) for q in (ONE, *NAMED)]
POINT = draw(SYMBOLS, FUNCTIONS, DIMS, 1)
ARGUMENTS = {
    **{(k if k != "lambda" else "lambda_"): squeezed(v, SYMBOLS[k].shape) for k, v in POINT.values.items()},
    **python_functions(POINT),
    **DIMS,
}


def directions():
    rng = np.random.default_rng(2)
    return {k: rng.normal(size=v.shape) for k, v in POINT.values.items()}


def same(got, want, shape):
    want = squeezed(want, shape)
    assert np.shape(got) == np.shape(want)
    if not np.isfinite(want).all() or np.abs(want).max() > 1e100:
        pytest.skip("not finite")
    # what cancels in between leaves an error: random expressions have no scale
    assert close(np.asarray(got, float), np.asarray(want, float), 1e-6)


@pytest.mark.parametrize("seed", range(400))
def test_an_expression_has_the_value_of_the_node(seed):
    e = Generator(seed, increments=True).make(SHAPES[seed % len(SHAPES)], 2 + seed % 3)
    env = Env(POINT, directions())
    scope = {"np": np, **ARGUMENTS}
    scope.update({"d" + k: squeezed(v, SYMBOLS[k].shape) for k, v in directions().items()})
    scope.update({k: squeezed(evaluate(v, env), v.shape) for k, v in intermediates(e).items()})
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        got = eval(expression(e, SYMBOLS), scope)
    same(got, evaluate(e, env), e.shape)


@pytest.mark.parametrize("seed", range(400))
def test_a_function_has_the_value_of_the_node(seed):
    e = Generator(1000 + seed).make(SHAPES[seed % len(SHAPES)], 2 + seed % 3)
    variable = list(SYMBOLS.values())[seed % len(SYMBOLS)]
    source = function(e, symbols=SYMBOLS, variable=variable, functions=FUNCTIONS)
    scope = {"np": np}
    exec(source, scope)
    names = list(inspect.signature(scope["derivative"]).parameters)
    assert names == sorted(names)
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        got = scope["derivative"](**{k: ARGUMENTS[k] for k in names})
    assert isinstance(got, (float, np.ndarray))
    same(got, evaluate(put_back(e), Env(POINT)), e.shape)


def body(e, variable=x, symbols=PROBLEM):
    return function(e, symbols=symbols, variable=variable)


def test_the_derivative_of_a_quadratic_form_reads_as_one_writes_it():
    assert body(mul(add(A, t(A)), x)) == "def derivative(A, x):\n    return (A + A.T) @ x\n"
    line = add(mul(t(diff(x)), A, x), mul(t(x), A, diff(x)))
    assert expression(line) == "dx @ A @ x + x @ A @ dx"


READS = {
    "a - (b + c) keeps its brackets": (sub(x, add(mul(A, x), x)), "x - (A @ x + x)"),
    "outer product": (mul(num(2), x, t(b)), "2 * np.outer(x, b)"),
    "a fraction": (mul(num(Fraction(2, 3)), A, x), "2 * A @ x / 3"),
    "several divisors": (mul(power(lam, -1), power(size(m), -1), x), "x / (lambda_ * B.shape[0])"),
    "entrywise division": (had(x, power(entrywise("exp", x), -2)), "x / np.exp(x) ** 2"),
    "one over a root": (power(x, Fraction(-1, 2)), "1 / np.sqrt(x)"),
    "a minus before a power": (power(neg(x), 2), "x ** 2"),
    "a scalar product as a factor": (mul(mul(t(x), x), mul(t(b), b), x), "x @ x * (b @ b) * x"),
    "a multiple of ones is spread": (add(power(x, 2), mul(lam, ones(x.shape))), "x ** 2 + lambda_"),
    "a column is spread over the columns": (add(B, mul(b, ones((ONE, n)))), "B + b[:, None]"),
    "a row is spread over the rows": (sub(B, mul(num(2), ones((m, ONE)), t(x))), "B - 2 * x"),
    "a spread factor": (had(mul(B, x, ones((ONE, n))), power(B, 2)), "(B @ x)[:, None] * B ** 2"),
    "nothing to spread over": (
        add(mul(b, ones((ONE, n))), mul(ones((m, ONE)), t(x))),
        "np.outer(b, np.ones(x.shape[0])) + np.outer(np.ones(b.shape[0]), x)",
    ),
    "ones sum": (mul(ones((ONE, m)), B), "np.sum(B, axis=0)"),
    "a row by a matrix": (kron(t(x), eye(n)), "np.kron(x[None, :], np.eye(x.shape[0]))"),
    "vec": (call("vec", mul(A, X)), '(A @ X).ravel(order="F")'),
    "a transposed product": (t(mul(A, X)), "(A @ X).T"),
    "an inverse": (mul(t(inv(X)), x), "np.linalg.inv(X).T @ x"),
    "the increment of a keyword": (mul(diff(lam), x), "dlambda * x"),
    "an increment of an intermediate": (mul(A, diff(Named("y", mul(A, x)))), "A @ dy"),
    "a named exponent": (power(x, sub(lam, num(1))), "x ** (lambda_ - 1)"),
    "an abstract derivative": (entrywise("sigma", mul(A, x), 2, abstract=True), "sigma_second(A @ x)"),
}


@pytest.mark.parametrize(("e", "text"), READS.values(), ids=READS)
def test_it_reads(e, text):
    assert expression(e, PROBLEM) == text


def test_an_open_differential_has_no_code():
    assert expression(diff(mul(A, x))) is None


def test_the_gradient_of_an_abstract_function_lies_as_its_argument_does():
    f = Signature("f", ((m, n),), SCALAR)
    h = Signature("h", ((n, ONE), (m, n)), SCALAR)
    assert expression(partial(f, 0, (B,))) == "f_prime(B).T"
    assert expression(t(partial(f, 0, (B,)))) == "f_prime(B)"
    assert expression(partial(h, 0, (x, B))) == "h_prime_1(x, B)"
    assert expression(t(partial(h, 1, (x, B)))) == "h_prime_2(x, B)"
    assert body(partial(h, 0, (x, B))) == "def derivative(B, h_prime_1, x):\n    return h_prime_1(x, B)\n"


def test_a_size_is_read_off_the_variable_first():
    assert body(eye(n), X) == "def derivative(X):\n    n = X.shape[0]\n    return np.eye(n)\n"
    assert (
        body(zeros((m, n)), B)
        == "def derivative(B):\n    m = B.shape[0]\n    n = B.shape[1]\n    return np.zeros((m, n))\n"
    )


def test_a_size_that_nothing_has_is_a_parameter():
    alone = {"x": x}
    assert function(mul(size(m), x), symbols=alone, variable=x) == "def derivative(m, x):\n    return m * x\n"


def test_a_symbol_with_the_name_of_a_size_keeps_it():
    clash = Sym("n", SCALAR)
    source = function(mul(clash, eye(n)), symbols={"n": clash, "X": X}, variable=X)
    assert source == "def derivative(X, n):\n    n_size = X.shape[0]\n    return n * np.eye(n_size)\n"


def test_numbers_are_floats():
    assert body(num(0)) == "def derivative():\n    return 0.0\n"
    assert body(mul(num(3), size(n))) == "def derivative(x):\n    n = x.shape[0]\n    return float(3 * n)\n"


def test_a_part_that_stands_twice_is_named_after_its_intermediate():
    y = Named("y", sub(mul(B, x), b))
    source = body(mul(power(call("norm2", y), -1), t(y), B))
    assert source == "def derivative(B, b, x):\n    y = B @ x - b\n    return y @ B / np.linalg.norm(y)\n"


def test_an_intermediate_that_stands_once_is_put_back():
    assert body(mul(num(2), Named("y", sub(mul(B, x), b)), t(x))) == (
        "def derivative(B, b, x):\n    return 2 * np.outer(B @ x - b, x)\n"
    )


def test_a_scaled_product_shares_its_core():
    q = mul(t(x), A, x)
    source = body(mul(add(num(1), mul(num(2), q)), q, x))
    assert source == "def derivative(A, x):\n    t1 = x @ A @ x\n    return (1 + 2 * t1) * t1 * x\n"


def test_a_nest_of_intermediates_stays_short():
    y = x
    for i in range(60):
        y = Named(f"y{i}", add(had(y, y), mul(A, y)))
    assert len(body(y)) < 4000


def test_the_commutation_matrix_flips_vec():
    scope = {"np": np, "B": np.arange(12.0).reshape(4, 3)}
    got = eval(expression(mul(Commutation(m, n), call("vec", B)), PROBLEM), scope)
    assert (got == scope["B"].T.ravel(order="F")).all()


def test_stable_functions_do_not_overflow():
    big = np.array([-1000.0, 0.0, 1000.0])
    for name, want in (("sigmoid", [0, 0.5, 1]), ("softplus", [0, np.log(2), 1000])):
        assert np.allclose(eval(expression(entrywise(name, x)), {"np": np, "x": big}), want)
    assert eval(expression(call("logsumexp", x)), {"np": np, "x": big}) == 1000
    scope = {"np": np}
    exec(body(call("softmax", x)), scope)
    assert np.allclose(scope["derivative"](big), [0, 0, 1])


def test_the_adjugate_is_right_for_a_singular_matrix():
    scope = {"np": np}
    exec(body(call("adj", A)), scope)
    singular = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert np.allclose(scope["derivative"](singular), [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]])


def test_an_expression_grows_with_its_levels_and_does_not_double_with_them():
    inner, row = Sym("t", SCALAR), Sym("x", (dim("n"), ONE))
    for _ in range(40):
        inner, row = entrywise("sin", inner), call("softmax", row)
    assert expression(inner).count("sin") == 40
    assert expression(row) is None  # a softmax has its argument twice
