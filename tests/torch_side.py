"""PyTorch's side of generated code, run by any Python that has PyTorch: `python torch_side.py < jobs > answers`.

In: a job a line, as JSON: the source of a function, its arguments, the functions of the case. Out: an answer a
line: the value, the derivative, and the derivative of the value by PyTorch's own differentiation; or an
error. It needs nothing of the project's, which that Python may not have.
"""

from __future__ import annotations

import json
import sys

import torch
from code_functions import array_functions


def array(value):
    return value.to(torch.float64) if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=torch.float64)


def own(f, x):
    return torch.autograd.functional.jacobian(f, x)


def answer(job):
    scope = {}
    exec(job["source"], scope)
    function = scope["value_and_derivative"]
    known = array_functions(job["case"], torch, array, own)
    args = [known[n] if n in known else array(v) if n not in job["sizes"] else v for n, v in job["args"].items()]
    value, derivative = function(*args)
    out = {"value": array(value).tolist(), "derivative": array(derivative).tolist()}
    if job["by"] is not None:
        place = list(job["args"]).index(job["by"])
        there = lambda x: array(function(*args[:place], x, *args[place + 1 :])[0])  # noqa: E731 - a function of one line
        out["own"] = own(there, args[place]).tolist()
    return out


def main():
    for line in sys.stdin:
        try:
            found = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it beside the case
            found = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
