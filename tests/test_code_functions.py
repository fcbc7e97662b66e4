"""Every function of the language has code in every language, that runs and is right where the language runs here."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import numpy as np
import pytest
from code_runs import RUN, extents, results
from precise import Precise

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.emit.code_array import ArrayPrinter
from mkdocs_matcalc.emit.code_array_tables import ARRAY_LANGUAGES
from mkdocs_matcalc.emit.code_compute import to_compute
from mkdocs_matcalc.emit.code_dialects import DIALECTS
from mkdocs_matcalc.emit.code_grammar import Printer
from mkdocs_matcalc.expr.differential import diff, through
from mkdocs_matcalc.expr.matrix import Call
from mkdocs_matcalc.expr.node import Expr
from mkdocs_matcalc.expr.scalar import Entry
from mkdocs_matcalc.functions.row import LANGUAGES
from mkdocs_matcalc.functions.table import TABLE

SIZES = {"n": 3, "m": 2}
#: What is written otherwise than name(argument), by the name of its row.
WRITTEN = {
    "step": "sum(relu(x))", "diag": "sum(diag(x) B)", "diagonal": "b' diag(A)", "vec": "vec(Y)' vec(X)", "softmax": "b' softmax(x)",
    "softmax_rows": "tr(Y' softmax(X, rows))", "softmax_columns": "tr(Y' softmax(X, columns))", "logsumexp": "logsumexp(x)",
    "logsumexp_rows": "sum(logsumexp(X, rows))", "logsumexp_columns": "sum(logsumexp(X, columns))", "softmax_all": "logsumexp(X)",
    "norm1": "norm1(X) + norm1(x)", "norm2": "||X|| + ||x||", "sum": "sum(X) + sum(x)", "adj": "tr(B adj(A))",
}  # fmt: skip
GIVEN = "let x, b in R^n, A, B in R^{n x n} invertible, X, Y in R^{m x n}\n"


def block(name):
    """A block in whose value or derivative a function of the table is computed."""
    row = TABLE[name]
    plain = f"sum({name}(x))" if row.entrywise else f"{name}({'A' if row.takes == 'square' else 'X'})"
    f = WRITTEN.get(name, plain)
    by = next(v for v in "XAx" if re.search(rf"\b{v}\b", f))
    return f"{GIVEN}d/d{by} {f}"


def computed(d):
    """The names of the functions in what the code of a derivation computes."""
    seen: set[Expr] = set()
    stack = to_compute([d.value, d.derivative])
    while stack:
        e = stack.pop()
        if e not in seen:
            seen.add(e)
            stack += e.args
    return {e.name for e in seen if isinstance(e, Call) or (isinstance(e, Entry) and not e.abstract)}


VALUES = {
    "x": [[0.3], [0.7], [0.45]], "b": [[0.5], [-1.0], [2.0]], "A": [[2.0, 0.3, 0.1], [-0.2, 1.5, 0.4], [0.1, 0.2, 1.8]],
    "B": [[0.5, 0.1, 0.2], [0.3, -0.4, 1.0], [0.2, 0.7, 0.9]], "X": [[0.3, -0.7, 1.2], [0.8, 0.1, -0.4]],
    "Y": [[1.0, 0.2, -0.3], [0.4, 0.6, 0.5]],
}  # fmt: skip
NAMES = [row.name for row in TABLE]
BLOCKS = {name: block(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_block_of_a_function_computes_it(name):
    [d] = derive(BLOCKS[name])
    assert name in computed(d)


@pytest.mark.parametrize("language", RUN)
def test_every_function_runs_and_is_right(language, tmp_path):
    derivations = [d for name in NAMES for d in derive(BLOCKS[name], layout="denominator")]
    found = results(derivations, [VALUES] * len(derivations), language, SIZES, tmp_path)
    wrong = []
    for name, d, pair in zip(NAMES, derivations, found, strict=True):
        if isinstance(pair, str):
            wrong.append(f"{name}: {pair}")
            continue
        there = Precise(VALUES, SIZES)
        slopes = np.array(there.jacobian(d.value, d.variable.name), float)
        rows, cols = extents(d.variable.shape, SIZES)
        wanted = np.array(there(d.value), float), slopes.reshape(cols, rows).T
        for got, want in zip(pair, wanted, strict=True):
            if got.shape != want.shape or not np.allclose(got, want, rtol=1e-12, atol=1e-12):
                wrong.append(f"{name}: {got.tolist()} for {want.tolist()}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_code_in_every_language(name, language):
    [d] = derive(BLOCKS[name], verify=False)
    assert d.code(language)


def lacking(language, e):
    """What the printer of a language says of an expression, with nothing in its tables."""
    if language in DIALECTS:
        empty = replace(DIALECTS[language], calls={}, entries={}, helpers={})
        printer = Printer(lambda name: name, dialect=empty)
    else:
        array = replace(ARRAY_LANGUAGES[language], calls={}, entries={}, vector_calls={})
        printer = ArrayPrinter(array, lambda name: name, {})
    with pytest.raises(DeriveError) as caught:
        printer.piece(e)
    return caught.value.message


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_that_a_language_lacks_is_told_and_not_guessed(language):
    [d] = derive("let X in R^{n x n}, M: R^{n x n} -> R^{n x n}\nd/dX sum(tanh(X)) + det(X) + tr(M(X))", verify=False)
    parts = {type(e): e for e in d.value.walk()}
    tanh = next(e for e in d.value.walk() if isinstance(e, Entry))
    det = next(e for e in d.value.walk() if isinstance(e, Call) and e.name == "det")
    assert "`tanh`" in lacking(language, tanh)
    assert "`det`" in lacking(language, det)
    applied = next(e for e in parts.values() if type(e).__name__ == "Apply")
    assert "Through" in lacking(language, through(applied, (0,), (diff(d.variable),)))


@pytest.mark.parametrize("f", ["log(softmax({}))", "log(1 .+ exp({}))", "log(cosh({}))", "exp({})/sum(exp({}))"])
def test_forms_that_do_not_overflow_do_not_grow_without_bound(f):
    """What has its argument twice doubles with every level."""
    inline = "x"
    for _ in range(20):
        inline = f.replace("{}", inline, 1).replace("{}", "x")
    names = "\n".join(f"y{i + 1} = {f.replace('{}', f'y{i}' if i else 'x')}" for i in range(20))
    for text in (f"let x in R^n\nd/dx sum({inline})", f"let x in R^n\n{names}\nf = sum(y20)\ndf/dx"):
        begin = time.process_time()
        try:
            [d] = derive(text, verify=False)
        except DeriveError:
            continue
        assert all(len(d.code(language)) < 50_000 for language in LANGUAGES)
        assert d.steps
        assert time.process_time() - begin < 20
