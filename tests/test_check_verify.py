"""A true derivation passes, a false one does not, and it is known which line is false."""

import time
from fractions import Fraction

import numpy as np
import pytest

from mkdocs_matcalc import derive
from mkdocs_matcalc.check.verify import verify
from mkdocs_matcalc.expr.atoms import Commutation, Named, Sym, eye, num, ones
from mkdocs_matcalc.expr.differential import diff
from mkdocs_matcalc.expr.linear import add, had, kron, mul, neg, scale, sub, transpose
from mkdocs_matcalc.expr.matrix import call, diag, inv, trace
from mkdocs_matcalc.expr.scalar import Partial, Signature, apply, divide, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim

n, m, p, k = dim("n"), dim("m"), dim("p"), dim("k")
A, C, X = Sym("A", (n, n)), Sym("C", (m, n)), Sym("X", (n, n))
B, W = Sym("B", (m, n)), Sym("W", (m, n))
x, z, b = Sym("x", (n, ONE)), Sym("z", (n, ONE)), Sym("b", (m, ONE))
s, a = Sym("s", SCALAR), Sym("a", SCALAR)
t = transpose
form = mul(t(x), A, x)
FORM = [
    (form, add(mul(t(diff(x)), A, x), mul(t(x), A, diff(x)))),
    (form, mul(t(x), add(A, t(A)), diff(x))),
]
ROW = mul(t(x), add(A, t(A)))


def passes(lines, directions, result=None, **more):
    report = verify(lines, directions, result=result, **more)
    assert report.passed, report
    assert report.points == 3
    assert report.max_relative_error < 1e-5
    return report


def fails(lines, directions, result=None, **more):
    report = verify(lines, directions, result=result, **more)
    assert not report.passed
    return report.failed


def test_a_quadratic_form_in_every_layout():
    passes(FORM, [x], (form, x, ROW, "numerator"))
    passes(FORM, [x], (form, x, t(ROW), "denominator"))
    passes(FORM, [x], (form, x, t(ROW), "mixed"))
    assert "shape" in fails(FORM, [x], (form, x, t(ROW), "numerator"))
    assert "shape" in fails(FORM, [x], (form, x, ROW, "mixed"))


def test_the_false_line_is_named():
    half = mul(t(x), A, diff(x))
    assert fails([*FORM, (form, half)], [x]).startswith("line 3")
    assert fails([(form, half), *FORM], [x]).startswith("line 1")
    assert fails(FORM, [x], (form, x, mul(t(x), A), "numerator")).startswith("the result")


def test_a_line_that_is_off_by_little_is_found():
    close = mul(num(1 + Fraction(1, 10**7)), FORM[1][1])
    assert fails([*FORM, (form, close)], [x]).startswith("line 3")


def test_an_intermediate_has_lines_of_its_own():
    y = Named("y", sub(mul(B, x), b))
    f = mul(t(y), y)
    lines = [
        (f, mul(num(2), t(y), diff(y))),
        (y, mul(B, diff(x))),
        (f, mul(num(2), t(y), B, diff(x))),
    ]
    passes(lines, [x], (f, x, mul(num(2), t(y), B), "numerator"))
    assert fails([lines[0], (y, scale(2, mul(B, diff(x))))], [x]).startswith("line 2")


def test_an_open_differential_is_checked_too():
    passes([(form, diff(form)), (form, add(mul(diff(t(x)), A, x), mul(t(x), diff(mul(A, x)))))], [x])
    assert fails([(form, diff(mul(t(x), x)))], [x]).startswith("line 1")


def test_a_total_differential_of_two_matrices():
    f = trace(mul(t(B), W))
    passes([(f, add(trace(mul(t(diff(B)), W)), trace(mul(t(B), diff(W)))))], [B, W])


f_mm = mul(A, X, t(B))
RESULTS = {
    "scalar by scalar": (power(s, 3), s, scale(3, power(s, 2)), "numerator"),
    "scalar by row": (mul(Sym("r", (ONE, n)), x), Sym("r", (ONE, n)), t(x), "numerator"),
    "scalar by matrix": (mul(t(b), W, x), W, mul(x, t(b)), "numerator"),
    "scalar by matrix, denominator": (mul(t(b), W, x), W, mul(b, t(x)), "denominator"),
    "scalar by matrix, mixed": (mul(t(b), W, x), W, mul(b, t(x)), "mixed"),
    "vector by scalar": (mul(power(s, 2), x), s, scale(2, mul(s, x)), "numerator"),
    "vector by scalar, denominator": (mul(power(s, 2), x), s, t(scale(2, mul(s, x))), "denominator"),
    "row by scalar": (mul(power(s, 2), t(x)), s, scale(2, mul(s, x)), "mixed"),
    "vector by vector": (mul(B, x), x, B, "mixed"),
    "vector by vector, denominator": (mul(B, x), x, t(B), "denominator"),
    "row by vector": (mul(t(x), t(B)), x, B, "numerator"),
    "matrix by scalar": (mul(s, B), s, B, "numerator"),
    "matrix by scalar, denominator": (mul(s, B), s, t(B), "denominator"),
    "matrix by matrix": (f_mm, X, kron(B, A), "numerator"),
    "matrix by matrix, denominator": (f_mm, X, t(kron(B, A)), "denominator"),
    "transpose by matrix": (t(W), W, Commutation(m, n), "numerator"),
    "vector by matrix": (mul(W, x), W, kron(t(x), eye(m)), "mixed"),
    "matrix by vector": (mul(x, t(x)), x, add(kron(x, eye(n)), kron(eye(n), x)), "numerator"),
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_results_in_their_layouts(result):
    passes([], [result[1]], result)
    assert fails([], [result[1]], (*result[:2], scale(2, result[2]), result[3])).startswith("the result")


def test_second_derivatives():
    hess = add(A, t(A))
    lines = [*FORM, (diff(form), mul(t(diff(x)), hess, diff(x)))]
    passes(lines, [x], (form, x, hess, "numerator"), second=True)
    assert fails([*FORM, (diff(form), mul(t(diff(x)), A, diff(x)))], [x]).startswith("line 3")  # not second: a mistake
    assert fails([*FORM, (diff(form), scale(2, lines[2][1]))], [x], second=True).startswith("line 3")
    assert fails(lines, [x], (form, x, A, "numerator"), second=True).startswith("the result")


def test_second_derivative_of_a_cubic_in_open_steps():
    f = power(mul(t(x), x), 2)
    df = scale(4, mul(mul(t(x), x), mul(t(x), diff(x))))
    dd = add(scale(8, power(mul(t(x), diff(x)), 2)), scale(4, mul(mul(t(x), x), mul(t(diff(x)), diff(x)))))
    lines = [(f, df), (diff(f), diff(df)), (diff(f), dd)]
    result = add(scale(8, mul(x, t(x))), scale(4, mul(mul(t(x), x), eye(n))))
    passes(lines, [x], (f, x, result, "denominator"), second=True)


def test_a_mixed_block_has_the_rows_of_the_first():
    f = mul(t(b), B, x)
    lines = [(f, mul(t(diff(b)), B, x)), (diff(f), mul(t(diff(b)), B, diff(x)))]
    passes(lines, [b, x], (f, b, B, "denominator"), second=True)
    y = Named("y", mul(B, x))
    more = [(y, mul(B, diff(x))), (mul(t(b), y), mul(t(diff(b)), y)), (mul(t(b), y), mul(t(b), diff(y)))]
    passes([*more, *lines], [b, x], second=True)
    assert fails([(y, scale(2, mul(B, diff(x))))], [b, x], second=True).startswith("line 1")
    # the other variable may be the first to move
    passes([(f, mul(t(b), B, diff(x))), lines[1]], [b, x], (f, b, B, "numerator"), second=True)
    assert "shape" in fails(lines, [b, x], (f, b, t(B), "numerator"), second=True)


def test_the_hessian_by_a_matrix_and_a_second_derivative_by_a_scalar():
    f = trace(mul(t(W), W))
    passes([], [W], (f, W, scale(2, eye(m * n)), "numerator"), second=True)
    passes([], [s], (mul(power(s, 3), B), s, scale(6, mul(s, t(B))), "denominator"), second=True)
    passes([], [s], (mul(power(s, 3), B), s, scale(6, mul(s, B)), "mixed"), second=True)


DOMAINS = {
    "log(b - W x)": (call("sum", entrywise("log", sub(b, mul(B, x)))), x),
    "log(1 - x'x)": (entrywise("log", sub(num(1), mul(t(x), x))), x),
    "sqrt(x'Ax)": (power(form, Fraction(1, 2)), x),
    "log det X": (entrywise("log", call("det", X)), X),
    "arcsin(x)": (call("sum", entrywise("arcsin", x)), x),
    "x^a": (call("sum", power(x, a)), x),
    "sqrt(-x)": (call("sum", entrywise("sqrt", neg(x))), x),
    "relu": (call("sum", entrywise("relu", mul(B, x))), x),
    "norm1 of inverse": (call("norm1", inv(X)), X),
    "skew inverse": (trace(mul(X, inv(Sym("K", (n, n), frozenset({"skew"}))))), X),
    "log of an abstract function": (entrywise("log", apply(Signature("l", ((n, ONE),), SCALAR), (x,))), x),
}


@pytest.mark.parametrize(("f", "variable"), DOMAINS.values(), ids=DOMAINS)
def test_a_point_is_found_where_the_function_lives(f, variable):
    passes([(f, diff(f))], [variable])


def test_no_point_is_no_pass():
    nowhere = entrywise("log", neg(add(num(1), mul(t(x), x))))
    report = verify([(nowhere, diff(nowhere))], [x], result=None)
    assert not report.passed
    assert report.failed.startswith("no sample point")


def test_abstract_functions():
    sig = Signature("l", ((m, ONE),), SCALAR)
    y = Named("y", mul(W, x))
    f = apply(sig, (y,))
    slope = partial(sig, 0, (y,))
    lines = [(f, mul(slope, diff(y))), (y, mul(diff(W), x)), (f, trace(mul(x, slope, diff(W))))]
    passes(lines, [W], (f, W, mul(x, slope), "numerator"))
    g = Signature("f", ((m, n),), SCALAR)
    passes([], [W], (apply(g, (W,)), W, partial(g, 0, (W,)), "numerator"))
    passes([], [W], (apply(g, (W,)), W, t(partial(g, 0, (W,))), "denominator"))
    twice = Partial(sig, (0, 0), (b,), (m, m))
    passes([], [b], (apply(sig, (b,)), b, twice, "numerator"), second=True)
    net = call("sum", entrywise("sigma", mul(W, x), abstract=True))
    d = entrywise("sigma", mul(W, x), 1, abstract=True)
    passes([(net, mul(t(d), diff(W), x))], [W], (net, W, mul(x, t(d)), "numerator"))


def test_a_symmetric_variable_moves_freely_or_with_its_structure():
    S = Sym("S", (n, n), frozenset({"symmetric"}))
    f = trace(mul(A, S))
    passes([(f, trace(mul(A, diff(S))))], [S], (f, S, A, "numerator"))
    alike = scale(Fraction(1, 2), trace(mul(add(A, t(A)), diff(S))))
    assert fails([(f, trace(mul(A, diff(S)))), (f, alike)], [S]).startswith("line 2")
    both = sub(add(A, t(A)), had(eye(n), A))
    passes([(f, trace(mul(A, diff(S)))), (f, alike)], [S], (f, S, both, "numerator"), structured=True)
    D = Sym("D", (n, n), frozenset({"diagonal"}))
    passes([], [D], (trace(mul(A, D)), D, had(eye(n), A), "mixed"), structured=True)
    K = Sym("K", (n, n), frozenset({"skew"}))
    passes([], [K], (trace(mul(A, K)), K, sub(t(A), A), "denominator"), structured=True)


@pytest.mark.parametrize("size", ["n", "3", "9", "30", "400"])
@pytest.mark.parametrize("attribute", ["symmetric", "spd", "skew", "diagonal"])
def test_a_structured_derivative_is_checked_at_every_size(attribute, size):
    for f in ("tr(X X X)", "a' X a"):
        [d] = derive(f"structured: true\nlet X in R^{{{size} x {size}}} {attribute}, a in R^{size}\nd/dX {f}")
        assert d.check.passed


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_an_entry_and_its_mirror_image_move_together_where_some_entries_are_drawn(limit, monkeypatch):
    """A variable with more entries than are differentiated by: those that are drawn bring what is tied to them."""
    monkeypatch.setattr("mkdocs_matcalc.check.verify._ENTRIES", limit)
    monkeypatch.setattr("mkdocs_matcalc.check.verify._WORK", 1)
    f = trace(mul(A, X))
    alike = {
        "symmetric": sub(add(A, t(A)), had(eye(n), A)), "spd": sub(add(A, t(A)), had(eye(n), A)),
        "skew": sub(A, t(A)), "diagonal": had(eye(n), A),
    }  # fmt: skip
    for attribute, right in alike.items():
        v = Sym("X", (n, n), frozenset({attribute}))
        passes([], [v], (f, v, right, "numerator"), structured=True)
        assert "the result" in fails([], [v], (f, v, scale(3, A), "numerator"), structured=True)


def test_a_line_may_be_the_vec_of_a_differential():
    f = mul(A, X)
    passes([(f, mul(A, diff(X))), (f, mul(kron(eye(n), A), call("vec", diff(X))))], [X])


def test_known_gradients():
    norm = call("norm2", sub(mul(B, x), b))
    passes([], [x], (norm, x, divide(mul(t(sub(mul(B, x), b)), B), norm), "numerator"))
    lse = call("logsumexp", x)
    passes([], [x], (lse, x, t(call("softmax", x)), "numerator"))
    soft = call("softmax", x)
    passes([], [x], (soft, x, sub(diag(soft), mul(soft, t(soft))), "numerator"))
    passes([], [X], (call("det", X), X, call("adj", X), "numerator"))
    passes([], [X], (inv(X), X, neg(kron(t(inv(X)), inv(X))), "numerator"))
    passes([], [W], (had(W, W), W, scale(2, diag(call("vec", W))), "numerator"))


def test_a_large_variable_is_checked_in_part():
    big = dim(200)
    v, M = Sym("v", (big, ONE)), Sym("M", (dim(20), dim(15)))
    f = mul(t(v), v)
    passes([], [v], (f, v, scale(2, t(v)), "numerator"))
    assert fails([], [v], (f, v, t(v), "numerator"))
    assert fails([], [v], (f, v, v, "numerator"))
    passes([], [M], (call("sum", power(M, 2)), M, scale(2, t(M)), "numerator"))
    passes([], [v], (f, v, scale(2, eye(big)), "numerator"), second=True)
    assert fails([], [v], (f, v, eye(big), "numerator"), second=True)
    huge = Sym("H", (dim(1000), dim(1000)))
    passes([], [huge], (call("sum", huge), huge, ones((dim(1000), dim(1000))), "numerator"))


def test_the_report_depends_on_the_seed_alone():
    one, two = (verify(FORM, [x], result=(form, x, ROW, "numerator"), seed=1) for _ in range(2))
    assert one == two
    assert verify(FORM, [x], result=None, seed=2).max_relative_error != one.max_relative_error


def test_it_is_quick_and_leaves_numpy_as_it_was():
    before = np.geterr()
    start = time.perf_counter()
    for _ in range(10):
        passes(FORM * 4, [x], (form, x, ROW, "numerator"))
    assert (time.perf_counter() - start) / 10 < 0.05
    assert np.geterr() == before


def test_what_cancels_leaves_rounding_and_no_failure():
    big = scale(10**6, mul(t(x), diff(x)))
    zero = sub(add(big, mul(num(2), t(x), diff(x))), big)
    f = mul(t(x), x)
    passes([(f, mul(num(2), t(x), diff(x))), (f, zero)], [x])


def test_too_deep_is_no_pass():
    e = s
    for _ in range(3000):
        e = entrywise("sin", e)
    assert "deep" in fails([(e, diff(e))], [s])


def test_a_point_where_rounding_decides_says_nothing():
    """A constant that often swallows what varies; a wrong line is found all the same."""
    value = add(power(entrywise("exp", call("det", sub(mul(X, A), eye(n)))), num(2)), neg(entrywise("exp", s)))
    right = neg(mul(entrywise("exp", s), diff(s)))
    passes([(value, right)], [s])
    assert fails([(value, mul(num(2), right))], [s]).startswith("line 1")


def test_sizes_that_are_too_large_to_compute_with_have_small_ones_in_their_place():
    rows, columns = dim(60_000), dim(784)
    M, w, y = Sym("M", (rows, columns)), Sym("w", (columns, ONE)), Sym("y", (rows, ONE))
    off = add(mul(M, w), mul(num(-1), y))
    f = mul(t(off), off)
    passes([], [w], (f, w, scale(2, mul(t(off), M)), "numerator"))
    assert fails([], [w], (f, w, scale(3, mul(t(off), M)), "numerator"))
    passes([], [M], (f, M, scale(2, mul(w, t(off))), "numerator"))
    assert fails([], [M], (f, M, scale(2, mul(off, t(w))), "numerator"))


def test_a_size_that_is_a_product_of_two_others_stays_one():
    M, N = Sym("M", (dim(10), dim(784))), Sym("N", (dim(7840), dim(7840)))
    v = call("vec", M)
    f = mul(t(v), N, v)
    passes([], [N], (f, N, mul(v, t(v)), "numerator"))
    assert fails([], [N], (f, N, scale(2, mul(v, t(v))), "numerator"))


def test_what_small_sizes_do_not_show_is_looked_at_with_the_sizes_themselves():
    """Of 1ᵀ1 a line has the number 700, which is no size any more."""
    v, one = Sym("v", (dim(700), ONE)), ones((dim(700), ONE))
    f = mul(t(add(v, mul(s, one))), add(v, mul(s, one)))
    passes([], [s], (f, s, scale(2, add(mul(t(v), one), scale(700, s))), "numerator"))
    assert "the result" in fails([], [s], (f, s, scale(2, add(mul(t(v), one), scale(7, s))), "numerator"))


def test_what_is_too_large_at_any_size_is_refused():
    power_of_ten = A
    for _ in range(9):
        power_of_ten = kron(power_of_ten, A)
    f = call("sum", had(power_of_ten, power_of_ten))
    started = time.perf_counter()
    assert "too large" in fails([], [A], (f, A, A, "numerator"))
    assert time.perf_counter() - started < 1
