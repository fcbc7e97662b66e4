"""Generated code run in every language that runs here: many derivations in one process of each.

In: derivations with the values of their symbols, 2-D arrays by name, and for Octave the definitions of functions. Out:
for each the value and the derivative as 2-D arrays, or the message of an error. Julia is not installed in CI: what is
written for it is looked at, not run.
"""

from __future__ import annotations

import ast
import json
import subprocess
import warnings
from pathlib import Path

import numpy as np
from conftest import require_package, require_python_with, require_tool

RUN = ("numpy", "torch", "jax", "matlab")


def extents(shape, sizes):
    """A shape as numbers."""
    return tuple(int(np.prod([d.coef, *(sizes[n] for n in d.names)])) for d in shape)


def lying(array, shape):
    """A 2-D array as NumPy code has it: scalars are floats, vectors 1-D."""
    ones = [str(d) == "1" for d in shape]
    return float(array[0, 0]) if all(ones) else array.ravel() if any(ones) else array


def standing(value, e, sizes):
    """A result of NumPy, PyTorch or JAX as a 2-D array."""
    return np.asarray(value, float).reshape(extents(e.shape, sizes))


def results(derivations, values, language, sizes, folder):
    """The value and the derivative of each derivation in a language; a string for an error."""
    sources = [d.code(language) for d in derivations]
    if language == "matlab":
        return octave(derivations, sources, values, sizes, folder)
    plain = [
        {n: lying(np.asarray(v[n], float), d.symbols[n].shape) if n in d.symbols else sizes[n] for n in parameters(s)}
        for d, s, v in zip(derivations, sources, values, strict=True)
    ]
    found = (
        torch(sources, plain, sizes)
        if language == "torch"
        else [here(s, p, language) for s, p in zip(sources, plain, strict=True)]
    )
    return [
        pair
        if isinstance(pair, str)
        else tuple(standing(r, e, sizes) for r, e in zip(pair, (d.value, d.derivative), strict=True))
        for d, pair in zip(derivations, found, strict=True)
    ]


def parameters(source):
    """The names of the parameters of a function in Python."""
    return [arg.arg for arg in ast.parse(source).body[-1].args.args]


def here(source, arguments, language):
    """NumPy or JAX, in this process; no warning of an overflow is let through."""
    scope = {}
    with warnings.catch_warnings():
        if language == "jax":
            require_package("jax")
            import jax

            warnings.simplefilter("ignore")
            jax.config.update("jax_enable_x64", True)
            arguments = {n: jax.numpy.asarray(v) if not isinstance(v, int) else v for n, v in arguments.items()}
        try:
            exec(source, scope)
            return scope["value_and_derivative"](**arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it beside the case
            return f"{type(error).__name__}: {error}"


def torch(sources, arguments, sizes):
    """PyTorch, in a Python that has it."""
    program = require_python_with("torch")
    jobs = [
        {
            "source": s, "args": {n: v if isinstance(v, (int, float)) else v.tolist() for n, v in a.items()},
            "case": {"functions": {}, "block": ""}, "sizes": [n for n in a if n in sizes], "by": None,
        }
        for s, a in zip(sources, arguments, strict=True)
    ]  # fmt: skip
    side = str(Path(__file__).with_name("torch_side.py"))
    lines = "\n".join(map(json.dumps, jobs))
    done = subprocess.run([program, side], input=lines, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    answers = map(json.loads, done.stdout.splitlines())
    return [a.get("error") or (a["value"], a["derivative"]) for a in answers]


def octave(derivations, sources, values, sizes, folder, functions=None):
    """Octave, which has what MATLAB code uses."""
    program = require_tool("octave-cli", "octave")
    driver = ["warning('off', 'all');"]
    for i, (source, v) in enumerate(zip(sources, values, strict=True)):
        (folder / f"case_{i}.m").write_text(source.replace("value_and_derivative", f"case_{i}"), encoding="utf-8")
        head = source[: source.index("\n")]
        names = [n for n in head[head.index("(") + 1 : head.index(")")].split(", ") if n]
        known = functions[i] if functions else {}
        args = ", ".join(known[n] if n in known else str(sizes[n]) if n in sizes else matrix(v[n]) for n in names)
        driver += [
            "try", f"  [v, g] = case_{i}({args});",
            f"  printf('{i} %d %d %d %d', size(v), size(g)); printf(' %.17g', v, g); printf('\\n');",
            "catch err", f"  printf('{i} error %s\\n', err.message);", "end",
        ]  # fmt: skip
    (folder / "driver.m").write_text("\n".join(driver), encoding="utf-8")
    done = subprocess.run(
        [program, "--norc", "driver.m"], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    lines = {int(line.split(" ")[0]): line.split(" ", 1)[1] for line in done.stdout.splitlines() if line}
    return [read(lines.get(i, "error no answer"), d, sizes) for i, d in enumerate(derivations)]


def matrix(value):
    """An array as MATLAB writes it."""
    return "[" + "; ".join(" ".join(repr(float(x)) for x in row) for row in np.asarray(value, float)) + "]"


def read(line, d, sizes):
    """The two arrays of a line of the driver; their shapes are those of the formulas."""
    if line.startswith("error "):
        return line
    numbers = line.split(" ")
    shapes = [tuple(map(int, numbers[i : i + 2])) for i in (0, 2)]
    wanted = [extents(e.shape, sizes) for e in (d.value, d.derivative)]
    if shapes != wanted:
        return f"error the shapes are {shapes}, not {wanted}"
    entries = np.array([float(n) for n in numbers[4:]])
    count = shapes[0][0] * shapes[0][1]
    return entries[:count].reshape(shapes[0], order="F"), entries[count:].reshape(shapes[1], order="F")
