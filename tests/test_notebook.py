"""Notebooks and Python: derivations show themselves, and expressions built in Python are those of the text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mkdocs_matcalc import build, derive
from mkdocs_matcalc.build import (
    det,
    exp,
    eye,
    hadamard,
    inv,
    logdet,
    logsumexp,
    norm1,
    norm2,
    ones,
    power,
    sigmoid,
    size,
    softmax,
    symbols,
    tr,
)  # fmt: skip
from mkdocs_matcalc.errors import DeriveError

NOTEBOOK = Path(__file__).parent.parent / "docs" / "examples" / "least-squares.ipynb"
BLOCK = "title: Least squares <&>\nlet A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx"


# -- what a notebook shows ----------------------------------------------------------------------


def test_html_is_one_element_with_every_formula_and_rule():
    [d] = derive(BLOCK)
    text = d._repr_html_()
    tree = ET.fromstring(text.replace("&nbsp;", " "))
    assert tree.tag == "div"
    assert len(tree.findall(".//tr")) == len(d.steps) + 2
    assert len(tree.findall(".//math")) >= 2 * len(d.steps)
    assert "square of a vector (35)" in text
    assert "Least squares &lt;&amp;&gt;" in text
    assert "<script" not in text


def test_latex_and_markdown_are_display_mathematics():
    [d] = derive(BLOCK)
    for text in (d._repr_latex_(), d._repr_markdown_()):
        assert text.count("$$") == 2
        assert text.count("$") == 4, "a dollar sign inside would end the formula"
        assert d.result.latex in text
        assert "matcalcnote" not in text


def test_a_derivation_prints_as_text():
    [d] = derive(BLOCK)
    assert str(d) == d.text


def test_the_notebook_of_the_docs_runs(tmp_path):
    pytest.importorskip("nbclient", reason="nbclient runs notebooks")
    program = (
        "import nbclient, nbformat, sys\nnb = nbformat.read(sys.argv[1], 4)\n"
        "nbclient.NotebookClient(nb, timeout=120, kernel_name='python3').execute()\n"
        "nbformat.write(nb, sys.argv[2])\n"
    )
    out = tmp_path / "done.ipynb"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(NOTEBOOK), str(out)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    data = [o["data"] for c in cells if c["cell_type"] == "code" for o in c["outputs"] if "data" in o]
    assert any({"text/html", "text/latex", "text/markdown", "text/plain"} <= set(d) for d in data)


# -- expressions built in Python ----------------------------------------------------------------

A, B, X = symbols("A, B in R^{n x n}, X in R^{n x n} invertible")
a, b, x = symbols("a, b, x in R^n")
(c,) = symbols("c in R")
LET = "let A, B in R^{n x n}, X in R^{n x n} invertible, a, b, x in R^n, c in R\n"

SAME = {
    "x' A x": (x.T @ A @ x, x),
    "||A x - b||^2": (norm2(A @ x - b) ** 2, x),
    "logdet(X) + tr(inv(X) B)": (logdet(X) + tr(inv(X) @ B), X),
    "1/2 x' A x - b' x + c": (0.5 * (x.T @ A @ x) - b.T @ x + c, x),
    "a' X^2 b": (a.T @ X**2 @ b, X),
    "sum(sigmoid(A x) .* b)": (build.sum(hadamard(sigmoid(A @ x), b)), x),
    "logsumexp(A x) / c": (logsumexp(A @ x) / c, x),
    "exp(-(a' x)^2)": (exp(-((a.T @ x) ** 2)), x),
    "1/n ||x||_1": (1 / size("n", x) * norm1(x), x),
    "sum(x.^3)": (build.sum(power(x, 3)), x),
    "softmax(x)": (softmax(x), x),
    "tr((A + c eye(n)) X (B - A)')": (tr((A + c * eye("n")) @ X @ (B - A).T), X),
    "a' (x - 2 ones(n))": (a.T @ (x - 2 * ones("n")), x),
    "det(A X B)": (det(A @ X @ B), X),
}


@pytest.mark.parametrize("text", SAME)
def test_python_gives_the_derivation_of_the_text(text):
    expression, variable = SAME[text]
    [d] = expression.derive(variable, layout="denominator")
    [want] = derive(f"{LET}d/d{variable.text} {text}", layout="denominator")
    assert d.text == want.text
    assert d.numpy() == want.numpy()


def test_functions_names_and_several_variables():
    W, sigma, loss = symbols("W in R^{k x n}, sigma: elementwise, l: R^k -> R")
    y = sigma(W @ x).named("y")
    found = loss(y).derive(W, x, title="A layer", label="layer")
    block = "title: A layer\nlabel: layer\nlet W in R^{k x n}, sigma: elementwise, l: R^k -> R, x in R^n\n"
    want = derive(f"{block}y = sigma(W x)\nd/dW, d/dx l(y)")
    assert [d.text for d in found] == [d.text for d in want]
    assert found[0].label == "layer"


def test_second_derivatives():
    assert (x.T @ A @ x).hessian(x).result.text == "A + A'"
    assert (x.T @ A @ b).hessian(x, b).result.text == "A"


def test_an_expression_knows_what_it_is():
    r = A @ x - b
    assert (r.text, r.shape, str(r)) == ("A * x - b", ("n", 1), "A x − b")
    assert (x.T @ r).shape == (1, 1)
    assert r._repr_latex_() == r"$\mathbf{A}\mathbf{x} - \mathbf{b}$"
    assert repr(r) == "<A * x - b: n x 1>"


WRONG = {
    "sizes of a product": (lambda: A @ x.T, "do not fit"),
    "sizes of a sum": (lambda: A + x, "sum"),
    "a vector squared": (lambda: x**2, "a vector has no power"),
    "* of two matrices": (lambda: A * A, "`*` is by a scalar"),
    "division by a vector": (lambda: A / x, "divi|fit|scalar"),
    "no expression": (lambda: x + "y", "is no expression"),
    "two meanings": (lambda: x + symbols("x in R^m")[0], "means two things"),
    "no variable": (lambda: (x.T @ x).derive(2 * x), "is no variable"),
    "a declaration": (lambda: symbols("x in Q^n"), "space"),
    "too many arguments": (lambda: tr(A, B), "takes 1 argument"),
    "a title of two lines": (lambda: (x.T @ x).derive(x, title="a\nlabel: b"), "one line"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_where_it_is_made(name):
    act, message = WRONG[name]
    with pytest.raises(DeriveError, match=message):
        act()


def test_the_code_of_a_built_expression_runs():
    [d] = (norm2(A @ x - b) ** 2).derive(x, layout="denominator")
    scope = {}
    exec(d.code(), scope)
    rng = np.random.default_rng(0)
    M, v, w = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    value, gradient = scope["value_and_derivative"](M, w, v)
    assert np.isclose(value, np.sum((M @ v - w) ** 2))
    assert np.allclose(gradient, 2 * M.T @ (M @ v - w))


# -- the cell magic -------------------------------------------------------------------------------

CELLS = {
    "ok": "%%derive\ntitle: T\nlayout: denominator\nlet x in R^n\nd/dx x' x",
    "two": "\n%%derive\nlet x, y in R^n\nd/dx, d/dy x' y",
    "mistake": "%%derive\nlet x in R^n\nd/dx x^2",
    "behind": "%%derive layout=denominator\nd/dx x' x",
    "choice": "%%derive\nlayout: oops\nd/dx x' x",
    "hostile": "%%derive\nlet x in R^n\n\x1b[31m",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The outputs of cells that a kernel has run."""
    pytest.importorskip("nbclient", reason="nbclient runs notebooks")
    folder = tmp_path_factory.mktemp("magic")
    (folder / "cells.json").write_text(json.dumps(["%load_ext mkdocs_matcalc", *CELLS.values()]), encoding="utf-8")
    program = (
        "import json, nbclient, nbformat.v4 as v4\n"
        "nb = v4.new_notebook(cells=[v4.new_code_cell(text) for text in json.load(open('cells.json'))])\n"
        "nbclient.NotebookClient(nb, timeout=120, kernel_name='python3', allow_errors=True).execute()\n"
        "print(json.dumps([cell.outputs for cell in nb.cells]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=folder,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    first, *others = json.loads(done.stdout)
    assert first == []
    return dict(zip(CELLS, others, strict=True))


def test_a_cell_of_the_magic_shows_its_derivations(ran):
    [output] = ran["ok"]
    [d] = derive(CELLS["ok"].removeprefix("%%derive\n"))
    data = output["data"]
    assert {"text/html", "text/latex", "text/markdown", "text/plain"} <= set(data)
    assert data["text/plain"] == d.text
    assert data["text/html"] == d._repr_html_()
    assert "denominator layout" in data["text/html"]
    assert len(ran["two"]) == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mistake", "line 3, column 6: a vector has no power: `x` is a column of n (declared on line 2)\n | d/dx x^2\n |      ^^^\nhint"),
        ("behind", "%%derive takes no options ('layout=denominator'): write them in the block"),
        ("choice", "line 2, column 9: `layout` is numerator, denominator or mixed, not `oops`\n | layout: oops\n"),
        ("hostile", "line 3, column 1: a character that cannot be seen: U+001B\n | \\u001b[31m\n"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_cell_is_a_message_and_an_error_of_the_cell(name, message, ran):
    [output] = ran[name]
    assert output["output_type"] == "error"
    shown = "\n".join(output["traceback"])
    assert shown.startswith(message)
    assert "Traceback" not in shown
    assert "\x1b" not in shown
