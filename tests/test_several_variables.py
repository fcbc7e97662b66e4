"""Goals by several variables whose attributes tie their entries: each is as declared while another one is derived by."""

from __future__ import annotations

import itertools

import pytest

from mkdocs_matcalc import derive

ATTRIBUTES = ("", "symmetric", "spd", "skew", "diagonal", "orthogonal", "positive")
#: What the author calls V, in terms of the variable M.
NAMED = ("M'", "M", "M + M'", "2 M M'", "M' A M")
FUNCTIONS = ("z' V z", "tr(V A V)", "sum(V .* A)", "z' inv(V + 9 I) z")


@pytest.mark.parametrize("style", ["differential", "chain", "index"])
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_a_variable_keeps_its_attributes_where_another_is_derived_by(attribute, style):
    """The lines by z may use that M is symmetric: what they are checked with is symmetric then."""
    given = f"style: {style}\nlet M in R^{{n x n}} {attribute}, A in R^{{n x n}} symmetric, z in R^n\n"
    for named, f, goals in itertools.product(NAMED, FUNCTIONS, ("df/dz, df/dM", "df/dM, df/dA, df/dz")):
        for d in derive(f"{given}V = {named}\nf = {f}\n{goals}"):
            assert d.check.passed
