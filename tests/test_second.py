"""Second derivatives: of what cancels, of abstract functions, by every kind of variable."""

from __future__ import annotations

import pytest

from mkdocs_matcalc import derive
from mkdocs_matcalc.expr.atoms import is_zero

#: Scalar functions of a variable of each kind.
PARTS = {
    "x in R": ("x", "x^2", "sin(x)"), "x in R^n": ("sum(x)", "x' x", "a' x"), "x in R^{1 x n}": ("sum(x)", "x x'"),
    "x in R^{n x n}": ("tr(x)", "sum(x)", "a' x a", "tr(x' x)"),
}  # fmt: skip
#: The last one has a derivative of zero; all of them have terms that cancel.
FORMS = ("({p})*2*({q} - {q})", "({p})*({p})*({q} - {q})", "({q} - {q})*({p} - {p})", "({q} - {q})^2 + {p} - {p}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("variable", PARTS)
def test_what_cancels_in_a_second_derivative_is_zero(variable, form):
    for p in PARTS[variable]:
        for q in PARTS[variable]:
            [d] = derive(f"let a in R^n, {variable}\nd2/dx2 {form.format(p=p, q=q)}")
            assert d.check.passed


@pytest.mark.parametrize("by", ["X", "c"])
def test_an_array_whose_second_derivative_by_a_scalar_cancels(by):
    [d] = derive(f"let t in R, c in R^n, X in R^{{n x n}}\nd2/dt2 t*2*(t - t) {by}")
    assert is_zero(d.derivative)
    assert d.check.passed
