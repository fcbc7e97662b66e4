"""What stands below a derivation: how a function is meant, and where the result holds."""

from __future__ import annotations

import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.functions.table import TABLE

OF_MATRICES = [row for row in TABLE if row.of_matrix[0]]


def remarks(block: str) -> list[list[str]]:
    """The remarks of each derivation of a block."""
    return [d.to_dict()["remarks"] for d in derive(block)]


# -- functions of entries ---------------------------------------------------------------------------------


def test_what_has_a_function_of_matrices_beside_it():
    assert {"exp", "log", "sqrt", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh"} <= {
        row.name for row in OF_MATRICES
    }


@pytest.mark.parametrize("row", OF_MATRICES, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "block",
    [
        "let X in R^{n x n}, t in R\nd/dt {f}(t X)",
        "let X in R^{n x n}\nd/dX tr({f}(X))",
        "let X in R^{n x n}\nY = {f}(X)\nd/dX tr(X Y)",
        "let X in R^{n x n}, y in R^n\nd/dy y' {f}(X) y",
        "let X in R^{n x n}\ndifferential {f}(X) wrt X",
        "let A in R^{2 x 2}, s, t in R\nd/d(s, t) [t, tr({f}(s A))]",
        "let X in R^{n x n}\nd/dX $\\operatorname{tr}(\\operatorname{{f}}(\\mathbf{X}))$",
    ],
    ids=["scalar", "matrix", "definition", "constant", "differential", "components", "latex"],
)
def test_a_function_of_a_square_matrix_says_that_it_acts_by_entries(block, row):
    words, name = row.of_matrix
    for said in remarks(block.replace("{f}", row.name)):
        assert f"{row.name} acts by entries; the {words} is {name or 'another function'}." in said


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        (r"\operatorname{tr}(e^{\mathbf{X}})", "expm"),
        (r"\operatorname{tr}(\exp \mathbf{X})", "expm"),
        (r"\operatorname{tr}(\log \mathbf{X})", "logm"),
        (r"\operatorname{tr}(\ln(\mathbf{X}))", "logm"),
        (r"\operatorname{tr}(\sqrt{\mathbf{X}})", "sqrtm"),
        (r"\operatorname{tr}(\sin^2 \mathbf{X}^\top)", "sinm"),
    ],
)
def test_a_pasted_function_of_a_square_matrix_says_so_too(formula, name):
    try:
        [said] = remarks(f"let X in R^{{n x n}}\nd/dX ${formula}$")
    except DeriveError as error:  # where a form is refused, the words for it are the same
        said = [error.message + error.hint]
    assert any(name in words for words in said)


@pytest.mark.parametrize("block", [
    "let X in R^{m x n}\nd/dX sum(exp(X))",
    "let x in R^n\nd/dx sum(log(x.^2 .+ 1))",
    "let t in R\nd/dt exp(t)",
    "let X in R^{n x n}\nd/dX sum(sigmoid(X))",
    "let f: elementwise, X in R^{n x n}\nd/dX sum(f(X))",
    "let X in R^{n x n}\nd/dX sum(X.^3)",
])  # fmt: skip
def test_what_can_only_be_meant_by_entries_says_nothing(block):
    assert not any("acts by entries" in words for said in remarks(block) for words in said)


@pytest.mark.parametrize("row", [row for row in OF_MATRICES if row.of_matrix[1]], ids=lambda row: row.of_matrix[1])
@pytest.mark.parametrize("form", ["d/dX tr({f}(X))", "d/dX $\\operatorname{tr}(\\operatorname{{f}}(X))$"])
def test_the_name_of_a_matrix_function_is_no_misspelling(form, row):
    with pytest.raises(DeriveError, match=f"no function `{row.of_matrix[1]}`") as caught:
        derive(f"let X in R^{{n x n}}\n{form.replace('{f}', row.of_matrix[1])}")
    assert caught.value.hint == f"`{row.name}` acts by entries; the {row.of_matrix[0]} is not part of the language"
