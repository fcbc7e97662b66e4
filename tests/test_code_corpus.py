"""Generated code agrees with numbers, over the whole corpus, in every language that can be run.

In: each block of the corpus. The function that `Derivation.code` writes is run at a point; its value
is the function's, its derivative the numeric one. PyTorch and JAX are also held against their own
automatic differentiation of the value that the same function returns.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from code_functions import OCTAVE, array_functions
from conftest import require_package, require_python_with, require_tool
from corpus_cases import CASES, EVERY_CASE, check_corpus

from mkdocs_matcalc import derive

LAYOUTS = ("numerator", "denominator", "mixed")
BY_ID = {case["id"]: (i, case) for i, case in enumerate(CASES)}


def derived(case, layout=None):
    """The derivation of a case; the layouts take turns."""
    [d] = derive(case["block"], layout=layout or LAYOUTS[BY_ID[case["id"]][0] % 3], verify=False)
    return d


@functools.cache
def point(name):
    """A smooth point of a case, its value and its derivative in each layout."""
    case = BY_ID[name][1]
    [(env, jacobian)] = check_corpus.points(case, 1)
    want = {layout: check_corpus.derivative(case, env, layout, jacobian) for layout in LAYOUTS}
    return env, check_corpus.evaluate(case, env)[0], want


def agree(case, layout, value, derivative):
    """Both results are those of the case, in value and in shape."""
    _, y, wanted = point(case["id"])
    want = np.asarray(wanted[layout])
    assert np.shape(value) == np.shape(y)
    assert check_corpus.close(value, y, 1e-8)
    turned = "," in case["wrt"] and check_corpus.close(derivative, want.T, 1e-5)
    assert turned or check_corpus.close(derivative, want, 1e-5)


def function_of(source):
    scope = {}
    exec(source, scope)
    function = scope["value_and_derivative"]
    return function, list(inspect.signature(function).parameters)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_numpy(case):
    d = derived(case)
    function, names = function_of(d.code("numpy"))
    assert names == sorted(names)
    with np.errstate(all="ignore"):
        value, derivative = function(*(point(case["id"])[0][n] for n in names))
    assert isinstance(value, (float, np.ndarray))
    agree(case, d.layout, value, derivative)


# -- PyTorch and JAX ----------------------------------------------------------------------------


def differentiated(d, names):
    """The argument that PyTorch and JAX can differentiate the value by on their own; none where entries are tied."""
    if d.order == 2 or d.variable.name not in names or d.variable.attributes or "structured" in d.directives:
        return None
    return d.variable.name


def agrees_with_their_own(d, value, derivative, by, own):
    """The derivative is what a library finds, which has the axes of the value, then those of the variable."""
    y, x = np.shape(value), np.shape(by)
    flat = own.reshape(*y, -1) if x else own[..., None]
    columns = [flat[..., i].ravel(order="F") for i in range(flat.shape[-1])]
    if len(x) == 2:  # the entries of x by columns
        columns = [columns[i * x[1] + j] for j in range(x[1]) for i in range(x[0])]
    want = check_corpus.arrange(np.stack(columns, axis=1), y, x, d.layout)
    assert check_corpus.close(np.asarray(derivative), want, 1e-8)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", EVERY_CASE)
def test_jax_agrees_with_numbers_and_with_its_own_differentiation(case):
    require_package("jax")
    import jax

    jax.config.update("jax_enable_x64", True)
    array = jax.numpy.asarray
    d = derived(case)
    function, names = function_of(d.code("jax"))
    functions = array_functions(case, jax.numpy, array, lambda f, x: jax.jacobian(f)(x))
    env = {**point(case["id"])[0], **functions}
    args = [env[n] if callable(env[n]) or n in case["dims"] else array(env[n]) for n in names]
    value, derivative = function(*args)
    agree(case, d.layout, np.asarray(value), np.asarray(derivative))
    by = differentiated(d, names)
    if by is None:
        return
    place = names.index(by)
    own = jax.jacobian(lambda x: array(function(*args[:place], x, *args[place + 1 :])[0]))(args[place])
    agrees_with_their_own(d, value, derivative, args[place], np.asarray(own))


def torch_job(case):
    """A case as `torch_side` takes it."""
    d = derived(case)
    source = d.code("torch")
    names = [arg.arg for arg in ast.parse(source).body[-1].args.args]
    env = point(case["id"])[0]
    args = {n: np.asarray(env[n]).tolist() if n in env and not callable(env[n]) else None for n in names}
    functions = {"functions": case["functions"], "block": case["block"]}
    sizes = [n for n in names if n in case["dims"]]
    return {"source": source, "args": args, "case": functions, "sizes": sizes, "by": differentiated(d, names)}


def test_pytorch_agrees_with_numbers_and_with_its_own_differentiation():
    """All cases in one run of a Python that has PyTorch, which need not be this one."""
    program = require_python_with("torch")
    jobs = "\n".join(json.dumps(torch_job(case)) for case in CASES)
    done = subprocess.run(
        [program, str(Path(__file__).with_name("torch_side.py"))], input=jobs, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    failed = []
    for case, found in zip(CASES, answers, strict=True):
        if "error" in found:
            failed.append(f"{case['id']}: {found['error']}")
            continue
        d = derived(case)
        try:
            agree(case, d.layout, np.asarray(found["value"]), np.asarray(found["derivative"]))
            if "own" in found:
                by = point(case["id"])[0][d.variable.name]
                agrees_with_their_own(d, found["value"], found["derivative"], by, np.asarray(found["own"]))
        except AssertionError:
            failed.append(case["id"])
    assert not failed


# -- Octave -------------------------------------------------------------------------------------


def literal(value, dims):
    """An array as MATLAB writes it; a vector is a column, or a row where it is one."""
    array = np.asarray(value, float)
    if array.ndim == 1:
        array = array[None, :] if dims == "row" else array[:, None]
    rows = np.atleast_2d(array)
    return "[" + "; ".join(" ".join(repr(float(v)) for v in row) for row in rows) + "]"


def octave_value(case, name, d):
    env = point(case["id"])[0]
    base = name.removesuffix("_prime")
    if base in case["functions"]:
        return f"@(t) {OCTAVE[case['functions'][base]['value']][base != name]}"
    plain = name if name in env else name.removesuffix("_")
    plain = plain if plain in env else f"{plain}_"
    symbol = d.symbols.get(name) or d.symbols.get(name.removesuffix("_"))
    return literal(env[plain], "row" if symbol is not None and symbol.is_row else "")


@pytest.fixture(scope="module")
def octave_results(tmp_path_factory):
    """What Octave finds for every case, in one run: the value and the derivative, or its error message."""
    program = require_tool("octave-cli", "octave")
    folder = tmp_path_factory.mktemp("octave")
    driver = ["warning('off', 'all');"]
    for i, case in enumerate(CASES):
        d = derived(case)
        source = d.code("matlab").replace("value_and_derivative", f"case_{i}")
        (folder / f"case_{i}.m").write_text(source, encoding="utf-8")
        head = source[: source.index("\n")]
        names = [n for n in head[head.index("(") + 1 : head.index(")")].split(", ") if n]
        args = ", ".join(octave_value(case, n, d) for n in names)
        driver += [
            "try", f"  [v, g] = case_{i}({args});",
            f"  printf('{i} ok %d %d %d %d', size(v), size(g)); printf(' %.17g', v, g); printf('\\n');",
            "catch err", f"  printf('{i} error %s\\n', err.message);", "end",
        ]  # fmt: skip
    (folder / "driver.m").write_text("\n".join(driver), encoding="utf-8")
    command = [program, "--no-gui", "--norc", "driver.m"] if "cli" not in program else [program, "--norc", "driver.m"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return {int(line.split(" ")[0]): line.split(" ", 2)[1:] for line in done.stdout.splitlines() if line}


def test_octave_agrees_with_numbers(octave_results):
    """MATLAB code, run in Octave: columns are columns and rows are rows."""
    failed = []
    for i, case in enumerate(CASES):
        state, rest = octave_results.get(i, ["error", "no answer"])
        if state != "ok":
            failed.append(f"{case['id']}: {rest}")
            continue
        d = derived(case)
        numbers = rest.split(" ")
        shapes = [tuple(map(int, numbers[:2])), tuple(map(int, numbers[2:4]))]
        values = np.array(numbers[4:], float)
        size = shapes[0][0] * shapes[0][1]
        found = [values[:size].reshape(shapes[0], order="F"), values[size:].reshape(shapes[1], order="F")]
        for e, shape in zip((d.value, d.derivative), shapes, strict=True):
            assert [n == 1 for n in shape] >= [str(side) == "1" for side in e.shape], case["id"]
        value, derivative = (squeezed(a, e) for a, e in zip(found, (d.value, d.derivative), strict=True))
        try:
            agree(case, d.layout, value, derivative)
        except AssertionError:
            failed.append(case["id"])
    assert not failed


def squeezed(array, e):
    """A 2-D array without the axes that are the literal 1 in the shape of an expression."""
    axes = tuple(i for i, side in enumerate(e.shape) if str(side) == "1")
    return np.squeeze(array, axis=axes)
