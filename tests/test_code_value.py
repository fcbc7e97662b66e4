"""Code of value and derivative: what is shared, what is solved, what the parameters are called."""

from __future__ import annotations

import numpy as np
import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive

LANGUAGES = ("numpy", "torch", "jax", "matlab", "julia")
GAUSS = "let S in R^{n x n} spd, C in R^{n x n} symmetric\nf = 1/2 logdet(S) + 1/2 tr(inv(S) C)\ndf/dS"
MEAN = "let S in R^{n x n} spd, x, mu in R^n\nd/dmu (x - mu)' inv(S) (x - mu) + log(det(S))"
POLAR = "let r, t in R\nd/d(r, t) [r cos(t), r sin(t)]"


def code(text, language="numpy", **options):
    return derive(text, **options)[0].code(language)


def run(source, *args):
    scope: dict = {}
    exec(source, scope)
    return scope["value_and_derivative"](*args)


def test_a_system_is_solved_where_an_inverse_meets_a_vector():
    source = code(MEAN)
    assert "np.linalg.solve(S, t1)" in source
    assert source.count("solve(") == 1, "value and derivative share the solution"
    assert "inv(" not in source
    assert "slogdet(S)" in source
    assert "S \\ t1" in code(MEAN, "matlab") or "t1' / S" in code(MEAN, "matlab")


def test_an_inverse_that_is_wanted_itself_is_formed_once_for_all():
    source = code(GAUSS)
    assert source.count("np.linalg.inv(S)") == 1
    assert "solve" not in source


def test_the_square_of_a_norm_takes_no_root():
    source = code("let A in R^{m x n}, x in R^n, b in R^m\nd/dx ||A x - b||^2")
    assert "norm" not in source.split('"""')[2]
    assert source.count("A @ x - b") == 1


def test_a_product_that_ends_in_a_vector_is_taken_from_the_right():
    assert "A @ (B @ x)" in code("let A, B in R^{n x n}, x in R^n\nd/dA A B x").split('"""')[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_intermediate_keeps_its_name_and_the_results_have_theirs(language):
    source = code("let W in R^{k x n}, x in R^n\ny = W x\nf = ||y||^2 + sum(exp(y))\ndf/dx", language)
    assert "y = W" in source
    assert "f, df_dx" in source


@pytest.mark.parametrize(
    ("language", "name", "written"),
    [
        ("numpy", "lambda", "lambda_"), ("numpy", "np", "np_"), ("torch", "torch", "torch_"), ("torch", "like", "like_"),
        ("jax", "jnp", "jnp_"), ("matlab", "end", "end_"), ("matlab", "numel", "numel"), ("matlab", "size", "size_"),
        ("julia", "begin", "begin_"),
    ],
)  # fmt: skip
def test_a_name_that_the_language_needs_itself_gets_an_underscore(language, name, written):
    source = code(f"let {name}, x in R^n\nd/dx {name}' x", language)
    head = next(
        line for line in source.split("\n") if ("value_and_derivative(" in line and "def" in line) or "function" in line
    )
    assert head.partition("(")[2].partition(")")[0] == ", ".join(sorted([written, "x"]))


def test_a_local_name_is_never_that_of_a_parameter():
    source = code("let t1, t2, x in R^n\nd/dx sum(exp(x .* t1) .* t2) + sum(exp(x .* t1))")
    value, derivative = run(source, *(np.ones(3) for _ in range(3)))
    assert np.isclose(value, 6 * np.e)
    assert np.allclose(derivative, 2 * np.e)


def test_a_differential_takes_the_increments():
    source = code("differential tr(X' A X) wrt X")
    assert "def value_and_derivative(A, X, dX):" in source
    A, X, dX = (np.arange(4.0).reshape(2, 2) + i for i in range(3))
    assert np.isclose(run(source, A, X, dX)[1], np.trace(dX.T @ A @ X + X.T @ A @ dX))


def test_explicit_components_give_the_jacobian_matrix():
    value, jacobian = run(code(POLAR), 2.0, 0.5)
    assert np.allclose(value, [2 * np.cos(0.5), 2 * np.sin(0.5)])
    assert np.allclose(jacobian, [[np.cos(0.5), -2 * np.sin(0.5)], [np.sin(0.5), 2 * np.cos(0.5)]])
    assert np.isclose(run(code(POLAR.replace("d/d(", "det d/d(")), 2.0, 0.5)[1], 2.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shapes_are_told(language):
    source = code("let A in R^{m x n}, x in R^n, sigma: elementwise\nd/dx sum(sigma(A x))", language)
    assert ("A: (m, n)" if language in ("numpy", "torch", "jax") else "A: m x n") in source
    assert "sigma_prime: the derivative of sigma, entry by entry" in source


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bytes_are_the_same_each_time(language):
    assert code(GAUSS, language) == code(GAUSS, language)


def test_what_has_no_code_says_so():
    with pytest.raises(DeriveError, match="no code in 'fortran'"):
        code(GAUSS, "fortran")
