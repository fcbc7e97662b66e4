"""Generated code is finite at ±800 and right to its last digits, in every language that runs here."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from code_runs import RUN, results
from precise import Precise

from mkdocs_matcalc import derive

SIZES = {"n": 4, "m": 3, "p": 2}
#: Where exponentials overflow, vanish, and are ordinary.
NUMBERS = (800.0, -800.0, 36.5, -36.5, 0.3)
VECTORS = ([800, -800, 0.3, -36.5], [-800, -801, -800.5, -799], [0.3, -0.7, 1.2, 0.1])

#: Of a number. Each is finite at ±800, and so are its derivatives.
OF_A_NUMBER = [
    "log(1 + exp(x))", "log(1 + exp(-x))", "log(exp(x) + 1)", "exp(x)/(1 + exp(x))", "1/(1 + exp(-x))", "exp(-x)/(1 + exp(-x))^2",
    "log(1/(1 + exp(-x)))", "log(1 - 1/(1 + exp(-x)))", "log(sigmoid(x))", "log(1 - sigmoid(x))", "sigmoid(x)", "sigmoid(x)^2",
    "-a log(sigmoid(x)) - (1 - a) log(1 - sigmoid(x))", "sigmoid(x) (1 - sigmoid(x))", "softplus(x)", "tanh(x)", "log(cosh(x))",
    "sinh(x)/cosh(x)", "log(exp(x))", "log(exp(x) + exp(-x))", "exp(x)/exp(x + a)", "relu(x)", "abs(x)", "arctan(x)", "x sigmoid(x)",
]  # fmt: skip
OF_A_VECTOR = [
    "logsumexp(z)", "log(sum(exp(z)))", "log(mean(exp(z)))", "y' log(softmax(z))", "y' softmax(z)", "y' exp(z)/sum(exp(z))",
    "sum(log(1 .+ exp(-y .* z)))", "sum(log(sigmoid(y .* z)))", "-sum(y .* log(sigmoid(z)) + (1 .- y) .* log(1 .- sigmoid(z)))",
    "sum(log(cosh(z)))", "sum(softplus(z))", "sum(sigmoid(z))", "sum(tanh(z))", "sum(exp(z) ./ (1 .+ exp(z)))", "softplus(y' z)",
    "log(1 + exp(y' z))", "||sigmoid(z) - y||^2", "norm1(sigmoid(z) - y)", "logsumexp(2 z) - logsumexp(z)",
]  # fmt: skip
ARRAYS_OF_A_VECTOR = ["softmax(z)", "exp(z)/sum(exp(z))", "sigmoid(z)", "softplus(z)", "log(softmax(z))", "1 ./ (1 .+ exp(-z))", "exp(z)' / sum(exp(z))"]  # fmt: skip
OF_A_MATRIX = [
    "logsumexp(Z)", "log(sum(exp(Z)))", "sum(Y .* softmax(Z, rows))", "sum(Y .* softmax(Z, columns))", "sum(Y .* log(softmax(Z, rows)))",
    "sum(Y .* log(softmax(Z, columns)))", "sum(logsumexp(Z, rows))", "sum(logsumexp(Z, columns))", "sum(log(exp(Z) ones(n)))",
    "sum(Y .* log(sigmoid(Z)))", "sum(log(1 .+ exp(Z)))", "sum(Y .* exp(Z))/sum(exp(Z))", "tr(Y' tanh(Z))",
]  # fmt: skip


def blocks():
    """Blocks, and the values at which they are computed."""
    for f in OF_A_NUMBER:
        for goal in ("d/dx", "d2/dx2"):
            for x in NUMBERS:
                yield f"let x, a in R\n{goal} {f}", {"x": [[x]], "a": [[0.25]]}
    for f, goals in [*((f, ("d/dz", "d2/dz2")) for f in OF_A_VECTOR), *((f, ("d/dz",)) for f in ARRAYS_OF_A_VECTOR)]:
        for goal in goals:
            for z in VECTORS:
                given = "let z, y in R^n\n"
                yield f"{given}{goal} {f}", {"z": [[v] for v in z], "y": [[0.5], [1.0], [0.25], [2.0]]}
    for f in OF_A_MATRIX:
        for k in range(3):
            Z = [[(800, -800, 0.3, 1.2)[(i + j * k) % 4] for j in range(4)] for i in range(3)]
            yield (
                f"let Z, Y in R^{{m x n}}\nd/dZ {f}",
                {"Z": Z, "Y": [[0.5, 0.1, 0.2, 0.2], [1, 0, 0, 0.5], [0.3, 0.3, 0.1, 0.3]]},
            )


CASES = list(blocks())


@functools.cache
def derived(block):
    [d] = derive(block, layout="denominator")
    return d


@functools.cache
def wanted(i):
    """The value and the derivative of a case with many digits, as floats."""
    block, values = CASES[i]
    d = derived(block)
    there = Precise(values, SIZES)
    v = d.variable
    value = there(d.value)
    if d.order == 2:
        slope = np.array(there.hessian(d.value, v.name), float)
    else:
        columns = np.array(there.jacobian(d.value, v.name), float)  # a row an entry of the variable: denominator layout
        slope = (
            columns.reshape(len(values[v.name][0]), len(values[v.name])).T if len(values[v.name][0]) > 1 else columns
        )
    return np.array(value, float), slope


@pytest.mark.parametrize("language", RUN)
def test_what_can_be_a_number_is_one_and_the_right_one(language, tmp_path):
    derivations = [derived(block) for block, _ in CASES]
    found = results(derivations, [values for _, values in CASES], language, SIZES, tmp_path)
    wrong = []
    for i, pair in enumerate(found):
        name = f"{CASES[i][0]} at {CASES[i][1]}".replace("\n", "; ")
        if isinstance(pair, str):
            wrong.append(f"{name}: {pair}")
            continue
        for got, want in zip(pair, wanted(i), strict=True):
            near = 1e-11 * (1e-290 + np.abs(want).max(initial=0.0)) + 1e-300
            if got.shape != want.shape or not np.all(np.abs(got - want) <= np.maximum(near, 1e-13)):
                wrong.append(f"{name}: {got.tolist()} for {want.tolist()}")
    assert not wrong, "\n".join([str(len(wrong)), *wrong[:20]])


def test_the_comparison_sees_what_is_not_stable():
    """What is printed as it stands is not a number at some of these points."""
    with np.errstate(all="ignore"):
        t = np.exp(np.array([800.0]))
        assert np.isnan(t / (1 + t)).all()
        assert np.isinf(np.log(1 - 1 / (1 + np.exp(-800.0))))
