"""The law of kinds: any output by any variable, in any layout and style, is right by numbers or refused for its style."""

from __future__ import annotations

import inspect
import json
import re

import numpy as np
import pytest
from kinds import BLOCKS, KINDS, TWICE, Numbers, extents, laid_out, lying

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.bridge import to_sympy
from mkdocs_matcalc.functions.row import LANGUAGES

LAYOUTS = ("numerator", "denominator", "mixed")


def test_every_pair_of_kinds_is_there():
    assert {(b.variable, b.output) for b in BLOCKS} == {(v, y) for v in KINDS for y in KINDS}
    assert len(BLOCKS) > 280


def function_of(d):
    """The generated NumPy function of a derivation, and the names of its parameters."""
    scope: dict = {}
    exec(d.code("numpy"), scope)
    function = scope["value_and_derivative"]
    return function, list(inspect.signature(function).parameters)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: b.name)
def test_style_differential_derives_all_of_them(block):
    """The code that is written returns the value and the derivative; differences of the one are the other."""
    for layout in LAYOUTS:
        [d] = derive(block.text, layout=layout)
        assert d.check.passed
        function, names = function_of(d)
        numbers = Numbers(d, seed=len(block.text))
        found = np.asarray(function(*numbers.arguments(names))[1])
        want = laid_out(numbers.jacobian(function, names), block, d.value.shape, d.variable.shape, layout)
        assert extents(d.derivative.shape) == want.shape
        np.testing.assert_allclose(found, lying(want, d.derivative.shape), rtol=1e-6, atol=1e-6 * (1 + abs(want).max()))


@pytest.mark.parametrize("style", ["chain", "index"])
@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: b.name)
def test_the_other_styles_agree_or_say_that_they_do_not_do_it(block, style):
    for layout in LAYOUTS:
        refused, found = "", []
        try:
            found = derive(block.text, layout=layout, style=style)
        except DeriveError as error:
            refused = f"{error.message} {error.hint}"
        if refused:
            assert f"style {style}" in refused
            assert "style differential" in refused
            continue
        values = []
        for d in (*found, *derive(block.text, layout=layout)):
            assert d.check.passed
            function, names = function_of(d)
            values.append(function(*Numbers(d, seed=len(block.text)).arguments(names))[1])
        np.testing.assert_allclose(values[0], values[1], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("block", TWICE, ids=lambda b: b.name)
def test_abstract_functions_have_second_derivatives(block):
    for layout in ("numerator", "denominator"):
        [d] = derive(block.text, layout=layout)
        assert d.check.passed
        function, names = function_of(d)
        numbers = Numbers(d, seed=len(block.text))
        found = np.asarray(function(*numbers.arguments(names))[1])
        bend = numbers.hessian(function, names)
        if d.value.is_scalar:
            want = bend[0]
        else:  # an array by scalars lies as a first derivative does
            rows, cols = extents(d.value.shape)
            whole = bend[:, 0, 0].reshape(cols, rows).T
            want = whole.T if d.value.is_row != (layout == "denominator") else whole
        assert extents(d.derivative.shape) == want.shape
        np.testing.assert_allclose(found, lying(want, d.derivative.shape), rtol=2e-5, atol=2e-5 * (1 + abs(want).max()))


def test_a_second_derivative_without_a_matrix_form_is_refused_by_name():
    with pytest.raises(DeriveError, match="the second derivatives of h"):
        derive("let v in R, h: R^q -> R^m, b: R -> R^q\nd2/dv2 h(b(v))")


GAUSS_NEWTON = "let beta in R^p, y in R^n, mu: R^p -> R^n\nr = y - mu(beta)\nd2/dbeta2 ||r||^2"


def test_gauss_newton_is_readable():
    """JᵀJ and the second derivative of rᵀμ with r held, with a remark that it is."""
    [d] = derive(GAUSS_NEWTON)
    mu, beta = r"\boldsymbol{\mu}", r"\boldsymbol{\beta}"
    jacobian = rf"\frac{{\partial {mu}}}{{\partial {beta}}}"
    bend = rf"\frac{{\partial^2 ((\mathbf{{y}} - {mu}({beta}))^\top {mu})}}{{\partial {beta}\,\partial {beta}^\top}}"
    assert d.result.latex == rf"2\left(\left({jacobian}\right)^\top{jacobian} - {bend}\right)"
    assert any("held" in r for r in d.remarks)
    for language in ("numpy", "torch", "jax", "matlab", "julia"):
        assert "mu_second(beta)" in d.code(language)
    assert "np.tensordot(r, mu_second(beta), 1)" in d.code("numpy")
    assert d.code("numpy").count("mu_prime(beta)") == 1


#: Everything that a derivation hands out.
VIEWS = {
    "text": lambda d: d.text, "rows": lambda d: d.rows, "steps": lambda d: d.steps, "result": lambda d: d.result,
    "numpy": lambda d: d.numpy(), "json": lambda d: json.dumps(d.to_dict()), "str": str, "repr": repr,
    "latex": lambda d: d._repr_latex_(), "markdown": lambda d: d._repr_markdown_(), "html": lambda d: d._repr_html_(),
    "sympy": to_sympy, **{name: (lambda d, name=name: d.code(name)) for name in LANGUAGES},
}  # fmt: skip


def refusal(function, *args, **options):
    """What a `DeriveError` says; empty where there is none, and what else is raised fails the test."""
    try:
        function(*args, **options)
    except DeriveError as error:
        return error.message
    return ""


@pytest.mark.parametrize("style", ["differential", "chain", "index"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_a_derive_error_comes_out_of_any_view(kind, style):
    """For every goal that the language has, of what has no form in NumPy or SymPy too; none of them is our own fault."""
    blocks = [b.text for b in (*BLOCKS, *TWICE) if b.variable == kind]
    goals = [re.sub(r"\nd/dv (?!.*\n)(.*)", r"\ndifferential \1 wrt v", text) for text in blocks]
    for text in dict.fromkeys([*blocks, *goals]):
        found = []
        words = [refusal(lambda text=text, found=found: found.extend(derive(text, style=style)))]
        words += [refusal(view, d) for d in found for view in VIEWS.values()]
        assert not [w for w in words if "internal" in w or "numeric check" in w], text
