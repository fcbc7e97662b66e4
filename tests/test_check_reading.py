"""What was written is what was built: faults in constructors are caught by the text of the block."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted import FAULTS, KINDS

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.check import reading as reading_module
from mkdocs_matcalc.check import written as written_module
from mkdocs_matcalc.check.reading import Reading
from mkdocs_matcalc.check.report import NoPoint
from mkdocs_matcalc.check.sample import Point, draw
from mkdocs_matcalc.check.written import FUNCTIONS, Written
from mkdocs_matcalc.functions.table import TABLE
from mkdocs_matcalc.parse import calls, parse, syntax

SAYS = "the expression that was built here is not the one that is written"


@pytest.fixture(scope="module")
def planted() -> dict[str, Any]:
    """What planted faults come to."""
    program = Path(__file__).parent / "planted.py"
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_constructor_is_caught(fault, planted):
    assert SAYS in planted["caught"][fault].get("message", "published")


def test_without_the_text_most_of_them_would_be_published(planted):
    assert sum("published" in said for said in planted["unread"].values()) > len(FAULTS) * 3 / 4


@pytest.mark.parametrize("block", KINDS)
def test_every_kind_of_block_is_compared_with_its_text(block, planted):
    said = planted["kinds"][block]
    assert SAYS in said.get("message", "published")
    at = block.split("\n")[said["line"] - 1][said["column"] - 1 :]
    assert at.startswith(("tr(", "inv(", "x' ", "t tr(", r"$\operatorname")), (
        "the error stands where the expression does"
    )


def test_an_identity_is_compared_with_its_text(planted):
    said = planted["proof"]
    assert SAYS in said.get("message", "published")
    assert (said["line"], said["column"]) == (2, 16)


# -- what is compared ---------------------------------------------------------------------------------

GIVEN = "let A, B in R^{n x n}, C in R^{m x n}, x, y in R^n, z in R^m, s, t in R\n"

#: What is written, and what it is in NumPy.
MEANINGS = {
    "A B x": lambda v: v["A"] @ v["B"] @ v["x"],
    "x' y z": lambda v: (v["x"].T @ v["y"]).item() * v["z"],
    "s A x / t": lambda v: v["s"] / v["t"] * (v["A"] @ v["x"]),
    "A - B - A'": lambda v: v["A"] - v["B"] - v["A"].T,
    "-s^2": lambda v: -(v["s"] ** 2),
    "1/2 s": lambda v: v["s"] / 2,
    "2^3^2 s": lambda v: 512 * v["s"],
    "x .+ y'": lambda v: v["x"] + v["y"].T,
    "C .+ z": lambda v: v["C"] + v["z"],
    "C .- x'": lambda v: v["C"] - v["x"].T,
    "s .- A": lambda v: v["s"] - v["A"],
    "A .* B ./ A": lambda v: v["A"] * v["B"] / v["A"],
    "1 ./ A": lambda v: 1 / v["A"],
    "x .^ 3": lambda v: v["x"] ** 3,
    "A^3": lambda v: v["A"] @ v["A"] @ v["A"],
    "A^-2": lambda v: np.linalg.inv(v["A"] @ v["A"]),
    "A^{-T}": lambda v: np.linalg.inv(v["A"]).T,
    "C ⊗ x'": lambda v: np.kron(v["C"], v["x"].T),
    "A + I": lambda v: v["A"] + np.eye(len(v["A"])),
    "s/n": lambda v: v["s"] / len(v["x"]),
    "||x|| + ||A||_F + ||C||_1": lambda v: np.linalg.norm(v["x"]) + np.linalg.norm(v["A"]) + np.abs(v["C"]).sum(),
    "exp(A)": lambda v: np.exp(v["A"]),
    "relu(x) + abs(x) + sign(x)": lambda v: np.maximum(v["x"], 0) + np.abs(v["x"]) + np.sign(v["x"]),
    "sigmoid(x) + softplus(x)": lambda v: 1 / (1 + np.exp(-v["x"])) + np.log(1 + np.exp(v["x"])),
    "tr(A B) + det(A) + logdet(A)": lambda v: (
        np.trace(v["A"] @ v["B"]) + np.linalg.det(v["A"]) + np.log(abs(np.linalg.det(v["A"])))
    ),
    "sum(C) + mean(C)": lambda v: v["C"].sum() + v["C"].mean(),
    "dot(x, y') + inner(A, B)": lambda v: (v["x"].T @ v["y"]).item() + np.trace(v["A"].T @ v["B"]),
    "softmax(x)": lambda v: np.exp(v["x"]) / np.exp(v["x"]).sum(),
    "softmax(C, rows)": lambda v: np.exp(v["C"]) / np.exp(v["C"]).sum(axis=1, keepdims=True),
    "softmax(C, columns)": lambda v: np.exp(v["C"]) / np.exp(v["C"]).sum(axis=0, keepdims=True),
    "logsumexp(C)": lambda v: np.log(np.exp(v["C"]).sum()),
    "logsumexp(C, rows)": lambda v: np.log(np.exp(v["C"]).sum(axis=1, keepdims=True)),
    "logsumexp(C, columns)": lambda v: np.log(np.exp(v["C"]).sum(axis=0, keepdims=True)),
    "inv(A) adj(A)": lambda v: np.linalg.inv(v["A"]) @ (np.linalg.det(v["A"]) * np.linalg.inv(v["A"])),
    "vec(C)": lambda v: v["C"].reshape(-1, 1, order="F"),
    "diag(x) + diag(y')": lambda v: np.diagflat(v["x"]) + np.diagflat(v["y"]),
    "diag(A)": lambda v: np.diag(v["A"]).reshape(-1, 1),
    "kron(C, A)": lambda v: np.kron(v["C"], v["A"]),
    "hadamard(A, B)": lambda v: v["A"] * v["B"],
    "transpose(C) ones(m, 2) + zeros(n, 2)": lambda v: v["C"].T @ np.ones((len(v["z"]), 2)),
    "x + vector(s)": lambda v: v["x"] + v["s"],
    "C + matrix(1)": lambda v: v["C"] + 1,
    "eye(n) A": lambda v: v["A"],
    "sqrt(abs(s)) log(abs(t)) sin(s) cos(t) tan(s)": lambda v: (
        np.sqrt(abs(v["s"])) * np.log(abs(v["t"])) * np.sin(v["s"]) * np.cos(v["t"]) * np.tan(v["s"])
    ),
    "sinh(s) cosh(t) tanh(s) arctan(t)": lambda v: np.sinh(v["s"]) * np.cosh(v["t"]) * np.tanh(v["s"]) * np.arctan(v["t"]),
    "arcsin(tanh(s)) + arccos(tanh(t))": lambda v: np.arcsin(np.tanh(v["s"])) + np.arccos(np.tanh(v["t"])),
    "norm(x) norm2(x) norm1(x)": lambda v: np.linalg.norm(v["x"]) ** 2 * np.abs(v["x"]).sum(),
    r"$\mathbf{K}_{m,n} \operatorname{vec}(\mathbf{C})$": lambda v: v["C"].reshape(-1, 1),
    r"$\frac{\mathbf{x}^\top \mathbf{A} \mathbf{y}}{2} |s| |\mathbf{A}|$": lambda v: (
        (v["x"].T @ v["A"] @ v["y"]) / 2 * abs(v["s"]) * np.linalg.det(v["A"])
    ),
}  # fmt: skip


def value_of(text: str) -> tuple[Any, Any]:
    """The value of an expression as it is written, and the point."""
    problem = parse(f"{GIVEN}e = {text}\nd/ds s")
    point = draw(problem.symbols, {}, {"m": 3, "n": 4}, 5)
    return Written(point, problem.written).definition("e"), point


@pytest.mark.parametrize("text", MEANINGS)
def test_the_text_means_what_the_language_says(text):
    found, point = value_of(text)
    want = np.atleast_2d(MEANINGS[text](point.values))
    assert found.shape == want.shape
    np.testing.assert_allclose(found, want, rtol=1e-10)


def test_every_function_of_the_language_and_every_node_has_a_meaning():
    assert set(FUNCTIONS) <= {*calls.BUILTINS, *calls.PRINTED}
    for name in calls.BUILTINS.keys() - FUNCTIONS.keys():
        assert name in TABLE, "it has the meaning of its row"
    assert set(written_module._VALUES) == set(syntax.Node.__subclasses__())  # noqa: SLF001 - the table under test
    used = {f for text in MEANINGS for f in FUNCTIONS if f in text}
    assert used | {"commutation", "selection"} == set(FUNCTIONS), "each is tried here"


def test_the_commutation_and_selection_matrices_of_printed_lines():
    a, x = np.arange(12.0).reshape(3, 4), np.arange(4.0).reshape(4, 1)
    at = Written(Point({}, {"m": 3, "n": 4}, {}), {})
    k = syntax.Call(0, 0, "commutation", [syntax.Name(0, 0, "m"), syntax.Name(0, 0, "n")])
    s = syntax.Call(0, 0, "selection", [syntax.Name(0, 0, "n")])
    assert np.array_equal(at.value(k) @ a.reshape(-1, 1, order="F"), a.reshape(-1, 1))
    assert np.array_equal(at.value(s) @ x, np.diagflat(x).reshape(-1, 1, order="F"))


def test_the_adjugate_of_a_singular_matrix():
    problem = parse("let A in R^{3 x 3}\ne = adj(A)\nd/dA tr(A)")
    a = np.array([[1.0, 2, 3], [4, 5, 6], [5, 7, 9]])
    minors = [[np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(3)] for i in range(3)]
    want = np.array([[(-1) ** (i + j) * minors[j][i] for j in range(3)] for i in range(3)])
    found = Written(Point({"A": a}, {}, {}), problem.written).definition("e")
    np.testing.assert_allclose(found, want, atol=1e-12)


@pytest.mark.parametrize("block", [
    "let x in R^n, y in R^m\nd/dx x' x + 0 * y' y",  # a name that the expression built has not
    "let x in R^n, h: R^m -> R, y in R^m\nd/dx x' x + 0 * h(y)",
    "let s in R\nd/ds (s^{1/2})^2",  # built without the root, whose points are fewer
    "let s in R\nd/ds (log(s)^{1/2})^4",
    "let X in R^{1000 x 1000}, s in R\nd/dX s tr(I) + tr(X I) + mean(X)",  # numbers of sizes that smaller ones stand for
    "let x in R\nd/dx sign(x - x) x",
    "let S in R^{n x n} symmetric\nd/dS tr(S' S S')",
    "let A in R^{n x n}, x in R^n\nd/dx x' (A + 10000 I - 10000 I) x",  # what is large cancels
    "let l: R^n -> R, x in R^n\nd/dx l(2 x) + l(x)",
])  # fmt: skip
def test_what_is_true_is_not_refused(block):
    assert all(d.check.passed for d in derive(block))


def test_a_root_of_a_negative_number_is_no_point():
    """What is built has a value everywhere; what is written has not, and is what counts."""
    problem = parse("let s in R\nf = (s^{1/2})^2\ndf/ds")
    part = reading_module.Part(problem.written["f"], problem.definitions["f"].definition)
    text = Reading([part], problem.written, problem.symbols, problem.functions)
    text.at(Point({"s": np.array([[2.0]])}, {}, {}))
    with pytest.raises(NoPoint):
        text.at(Point({"s": np.array([[-2.0]])}, {}, {}))


def test_a_value_that_the_text_never_has_is_refused():
    with pytest.raises(DeriveError, match="no point was found"):
        derive("let s in R\nd/ds ((-1 - s^2)^{1/2})^2")
