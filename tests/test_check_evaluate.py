"""Values, batches, and derivatives by differences."""

import numpy as np
import pytest
from check_generator import DIMS, FUNCTIONS, SYMBOLS, Generator

from mkdocs_matcalc.check.agree import close, relative_error
from mkdocs_matcalc.check.columns import array_function, entry_function
from mkdocs_matcalc.check.difference import along, hessian, jacobian
from mkdocs_matcalc.check.evaluate import _EVALUATE, Env, evaluate
from mkdocs_matcalc.check.sample import draw
from mkdocs_matcalc.expr import atoms, differential, grid, linear, matrix, node, scalar
from mkdocs_matcalc.expr.atoms import Commutation, Named, Selection, Sym
from mkdocs_matcalc.expr.differential import Held, diff
from mkdocs_matcalc.expr.linear import add, kron, mul, transpose
from mkdocs_matcalc.expr.matrix import call
from mkdocs_matcalc.expr.scalar import Signature, apply, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim, is_scalar
from mkdocs_matcalc.functions.table import TABLE

n, m = dim("n"), dim("m")
x, X = SYMBOLS["xn"], SYMBOLS["Amn"]
POINT = draw(SYMBOLS, FUNCTIONS, DIMS, 3)
ALL = np.arange


def test_every_node_and_every_row_of_the_tables_has_a_value():
    modules = (atoms, linear, matrix, scalar, differential, grid)
    nodes = {c for mod in modules for c in vars(mod).values() if isinstance(c, type) and issubclass(c, node.Expr)}
    assert set(_EVALUATE) == nodes - {node.Expr}
    assert all(callable(array_function(name)) for name in TABLE.arrays())
    assert all(callable(entry_function(name)) for name in TABLE.entrywise())


def test_functions_against_numpy():
    v, M = POINT.values["xn"], POINT.values["Ann"]
    env = Env(POINT)
    e, E = SYMBOLS["xn"], SYMBOLS["Ann"]
    wanted = {
        "tr": np.trace(M),
        "det": np.linalg.det(M),
        "logdet": np.log(abs(np.linalg.det(M))),
        "adj": np.linalg.det(M) * np.linalg.inv(M),
        "sum": M.sum(),
        "norm1": abs(M).sum(),
        "norm2": np.sqrt((M**2).sum()),
        "logsumexp": np.log(np.exp(M).sum()),
        "vec": M.ravel(order="F")[:, None],
        "diagonal": np.diag(M)[:, None],
        "softmax_rows": np.exp(M) / np.exp(M).sum(axis=1, keepdims=True),
        "softmax_columns": np.exp(M) / np.exp(M).sum(axis=0),
        "softmax_all": np.exp(M) / np.exp(M).sum(),
        "logsumexp_rows": np.log(np.exp(M).sum(axis=1, keepdims=True)),
        "logsumexp_columns": np.log(np.exp(M).sum(axis=0, keepdims=True)),
    }
    for name, want in wanted.items():
        assert close(evaluate(call(name, E), env), np.reshape(want, np.shape(want) or (1, 1)), 1e-12), name
    assert close(evaluate(call("softmax", e), env), np.exp(v) / np.exp(v).sum(), 1e-12)
    assert close(evaluate(call("diag", e), env), np.diag(v[:, 0]), 1e-12)


def test_the_commutation_matrix_flips_vec():
    flip = mul(Commutation(m, n), call("vec", X))
    assert np.array_equal(evaluate(flip, Env(POINT)), evaluate(call("vec", transpose(X)), Env(POINT)))


def test_the_selection_matrix_puts_a_vector_on_the_diagonal():
    on = mul(Selection(n), x)
    assert np.array_equal(evaluate(on, Env(POINT)), evaluate(call("vec", call("diag", x)), Env(POINT)))


def test_a_held_increment_is_the_increment():
    direction = {"xn": np.ones((3, 1))}
    env = Env(POINT, direction)
    assert close(evaluate(diff(mul(transpose(x), Held(x))), env), np.full((1, 1), 3.0), 1e-9)


def test_a_kronecker_product_maps_vec():
    A, B = SYMBOLS["Akm"], SYMBOLS["Ank"]
    env = Env(POINT)
    assert close(
        evaluate(mul(kron(transpose(B), A), call("vec", X)), env), evaluate(call("vec", mul(A, X, B)), env), 1e-12
    )


@pytest.mark.parametrize("seed", range(120))
def test_a_batch_has_the_values_of_its_points(seed):
    e = Generator(seed).make((ONE, ONE) if seed % 3 else (m, n), 3)
    steps = np.array([0.0, 0.1, -0.2])
    batch = Env(POINT).moved({"xn": POINT.values["xn"] + steps[:, None, None]}, batch=1)
    together = evaluate(e, batch)
    for i, s in enumerate(steps):
        alone = evaluate(e, Env(POINT).moved({"xn": POINT.values["xn"] + s}, batch=0))
        if np.isfinite(alone).all():
            assert close(np.broadcast_to(together, (3, *alone.shape))[i], alone, 1e-9)


def test_differences_are_accurate():
    direction = {"Amn": np.random.default_rng(0).normal(size=(4, 3))}
    e = entrywise("exp", entrywise("sin", X))
    value, doubt = along(e, Env(POINT, direction))
    at = POINT.values["Amn"]
    assert relative_error(value, np.exp(np.sin(at)) * np.cos(at) * direction["Amn"]) < 1e-10
    assert doubt < 1e-8


def test_a_kink_leaves_doubt():
    assert _abs_at(1e-6)[1] > 1e-3


def _abs_at(t):
    point = draw({}, {}, DIMS, 0).__class__({**POINT.values, "t": np.array([[t]])}, DIMS, {})
    return along(entrywise("abs", SYMBOLS["t"]), Env(point, {"t": np.ones((1, 1))}))


def test_beside_a_kink_smaller_steps_are_taken():
    slope, doubt = _abs_at(-0.001)
    assert doubt < 1e-8
    assert abs(slope.item() + 1) < 1e-8


@pytest.mark.parametrize("gap", [0.05, 0.01, 0.003])
def test_beside_a_pole_and_at_the_end_of_a_domain_smaller_steps_are_taken(gap):
    t = SYMBOLS["t"]
    point = draw({}, {}, DIMS, 0).__class__({**POINT.values, "t": np.array([[gap]])}, DIMS, {})
    env = Env(point, {"t": np.ones((1, 1))})
    for e, want in (
        (power(t, -1), -(gap**-2)),
        (entrywise("log", t), 1 / gap),
        (entrywise("sqrt", t), 0.5 * gap**-0.5),
    ):
        with np.errstate(all="ignore"):
            slope, doubt = along(e, env)
        assert doubt < 3e-7
        assert abs(slope.item() / want - 1) < 1e-7


def test_an_open_differential_is_a_difference_and_an_increment_a_direction():
    direction = {"xn": np.array([[1.0], [2], [-1]])}
    env = Env(POINT, direction)
    v = POINT.values["xn"]
    square = mul(transpose(x), x)
    assert evaluate(diff(x), env) is direction["xn"]
    assert close(evaluate(diff(square), env), 2 * v.T @ direction["xn"], 1e-9)
    assert close(evaluate(diff(Named("q", square)), env), 2 * v.T @ direction["xn"], 1e-9)
    # of a differential: quadratic in the increment, which is held
    assert close(evaluate(diff(mul(transpose(x), diff(x))), env), direction["xn"].T @ direction["xn"], 1e-9)
    assert close(evaluate(diff(diff(square)), env), 2 * direction["xn"].T @ direction["xn"], 1e-6)
    assert not evaluate(diff(SYMBOLS["t"]), env).any()


@pytest.mark.parametrize("name", ["l", "g", "f", "u", "F", "h", "G"])
def test_partial_derivatives_of_abstract_functions(name):
    function = FUNCTIONS[name]
    args = tuple(next(s for s in SYMBOLS.values() if s.shape == shape and not s.attributes) for shape in function.takes)
    env = Env(POINT)
    for by, arg in enumerate(args):
        count = POINT.values[arg.name].size
        slope, _ = jacobian(apply(function, args), arg.name, env, ALL(count, dtype=float), 12)
        got = evaluate(partial(function, by, args), env)
        if is_scalar(arg.shape):
            got = got.T.reshape(-1, 1)
        elif is_scalar(function.gives):
            got = got.reshape(1, -1)  # q x p: by columns of the argument
        assert relative_error(got, slope) < 1e-8


def test_second_partials_of_a_scalar_function():
    l2 = scalar.Partial(FUNCTIONS["l"], (0, 0), (x,), (n, n))
    entries = ALL(3, dtype=float)
    bend, _ = hessian(apply(FUNCTIONS["l"], (x,)), ("xn", "xn"), Env(POINT), (entries, entries), 3)
    assert relative_error(evaluate(l2, Env(POINT)), bend[0]) < 1e-6


def test_abstract_entrywise_derivatives():
    env = Env(POINT, {"xn": np.ones((3, 1))})
    for order in range(3):
        e = entrywise("sigma", x, order, abstract=True)
        assert relative_error(along(e, env)[0], evaluate(entrywise("sigma", x, order + 1, abstract=True), env)) < 1e-9


def test_hessian_of_two_variables():
    f = mul(transpose(SYMBOLS["xm"]), X, x)
    bend, _ = hessian(f, ("xm", "xn"), Env(POINT), (ALL(4, dtype=float), ALL(3, dtype=float)), 12)
    assert relative_error(bend[0], POINT.values["Amn"]) < 1e-9


def test_no_value_is_not_a_number_and_no_error():
    zero = add(X, mul(atoms.num(-1), X))
    square = Sym("Z", (n, n))
    point = draw({"Z": square}, {}, DIMS, 0)
    singular = point.__class__({"Z": np.zeros((3, 3))}, DIMS, {})
    assert np.isnan(evaluate(matrix.inv(square), Env(singular))).all()
    assert evaluate(zero, Env(POINT)).shape == (4, 3)
    assert not np.isfinite(evaluate(power(Sym("t", SCALAR), -1), Env(point.__class__({"t": np.zeros((1, 1))}, {}, {}))))


def test_shapes_differ_is_infinitely_far():
    assert relative_error(np.zeros((1, 2)), np.zeros((2, 1))) == float("inf")
    assert relative_error(np.array([[np.nan]]), np.ones((1, 1))) == float("inf")
    assert Signature("s", (SCALAR,), SCALAR) == Signature("s", (SCALAR,), SCALAR)
