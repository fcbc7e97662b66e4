"""A true block passes wherever the check draws its points, whatever its words are."""

import re
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from points import NARROW, points_of

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive


@pytest.mark.parametrize("block", NARROW.values(), ids=NARROW)
def test_a_title_decides_nothing(block):
    first = [d.check for d in derive(f"title: one\n{block}")]
    assert [d.check for d in derive(f"title: two\nlabel: q\n{block} # three")] == first


@pytest.mark.parametrize("block", NARROW.values(), ids=NARROW)
def test_it_passes_wherever_points_are_drawn(block):
    """The nightly size is `python -m tests.benchmarks.points --titles 1000`."""
    points_of(block, "numerator", "differential", range(1, 21))


#: Blocks with an inverse, or a logarithm of a determinant, that exists for some sizes only.
SOME_SIZES = {
    "a wide matrix": "let F in R^{n x r}\nd/dF log(det(F F'))",
    "a tall one": "let F in R^{n x r}\nd/dF logdet(F' F)",
    "falling": "let A in R^{m x n}, B in R^{n x k}, C in R^{k x p}\nd/dA logdet(A' A) + logdet(B' B) + logdet(C' C)",
    "rising": "let A in R^{m x n}, B in R^{n x k}, C in R^{k x p}\nd/dC logdet(A A') + logdet(B B') + logdet(C C')",
    "up and down": "let A in R^{m x n}, B in R^{n x k}, C in R^{k x p}\nd/dB tr(inv(A A')) + logdet(B' B) + tr(inv(C C'))",
    "below a number": "let F in R^{n x 3}\nd/dF log(det(F F'))",
    "above a number": "let F in R^{10 x n}\nd/dF tr(inv(F F'))",
    "numbers in their order": "let F in R^{600 x 700}\nd/dF logdet(F F')",
    "projection": "let X in R^{n x p}, y in R^n\nd/dX y' X inv(X' X) X' y",
    "a skew matrix": "let K in R^{n x n} skew, x in R^n\nd/dx x' inv(K) x + x' x",
}


@pytest.mark.parametrize("block", SOME_SIZES.values(), ids=SOME_SIZES)
def test_sizes_are_found_for_which_an_inverse_exists(block):
    (d,) = derive(block)
    assert d.check.points == 3


@pytest.mark.parametrize("block", [SOME_SIZES[name] for name in ("a wide matrix", "a tall one", "below a number")])
@pytest.mark.parametrize("style", ["chain", "index"])
def test_sizes_are_found_in_every_style(block, style):
    (d,) = derive(block, style=style)
    assert d.check.points == 3


#: What has a value nowhere, and what the message has to name.
NOWHERE = {
    "let x in R^n\nd/dx log(-x' x)": "`log(-x' x)` is not defined",
    "let x in R\nd/dx sqrt(-1 - x^2)": "`sqrt(-1 - x^2)` is not defined",
    "let x, y in R\ndet d/d(x, y) [log(-1 - x^2), y]": "`log(-1 - x^2)` is not defined",
    "style: index\nlet x in R^n\nd/dx log(-x' x)": "`log(-x' x)` is not defined",
    "style: chain\nlet x in R^n\nd/dx log(-x' x)": "`log(-x' x)` is not defined",
    "let x in R\nd/dx arcsin(2 + x^2)": "`arcsin(2 + x^2)` is not defined",
    "let F in R^{5 x 3}\nd/dF log(det(F F'))": "`F F'` has no inverse",
    "let F in R^{5 x 3}\nd/dF tr(inv(F F'))": "`F F'` has no inverse",
    "let X in R^{n x n} skew, A in R^{n x n}\nd/dA tr(inv(X + X') A)": "`X - X` has no inverse",
    "let x in R^n\nd/dx ||x - x||": "`||x - x||` is zero",
    "let x in R\nd/dx exp(exp(exp(exp(exp(exp(x))))))": "exp(x)))))` is too large",
    "let x in R^n\nd/dx relu(abs(sum(x)) - abs(sum(x)))": "",
}


@pytest.mark.parametrize(("block", "words"), NOWHERE.items())
def test_it_is_told_what_has_no_value_and_why(block, words):
    if not words:
        assert derive(block)  # the function is 0 everywhere, and so is its derivative
        return
    with pytest.raises(DeriveError, match="no point was found") as error:
        derive(block)
    assert words in error.value.message
    assert ("tower" in error.value.hint) == ("exp(" in block)


_SIZES = ("let X in R^{700 x 700} invertible\nd/dX logdet(X) + tr(inv(X))", "let A in R^{600 x 700}, B in R^{700 x 600}\nd/dA tr(A B A B)",
          "let A in R^{90 x 90}\nd/dA tr(kron(A, kron(A, A)) kron(A, kron(A, A)))",
          "let " + ", ".join(f"A{i} in R^{{{i} x {i + 1 if i < 61 else 10}}}" for i in range(10, 62)) + "\nd/dA10 tr("
          + " ".join(f"A{i}" for i in range(10, 62)) + ")")  # fmt: skip


@pytest.mark.parametrize("block", _SIZES, ids=["inverse", "product", "Kronecker", "fifty-two sizes"])
def test_sizes_as_numbers_cost_no_more_than_names(block):
    letters = {size: f"n_{size}" for size in re.findall(r"\d\d+", block.partition("d/d")[0].replace("A", "A "))}

    def seconds(text: str) -> float:
        started = time.process_time()
        derive(text)
        return time.process_time() - started

    head, by, goal = block.partition("d/d")
    named = re.sub(r"(?<=[{ ])(\d+)(?=[ }])", lambda m: letters.get(m[1], m[1]), head) + by + goal
    assert named != block
    derive(named)
    assert min(seconds(block) for _ in range(3)) < 4 * min(seconds(named) for _ in range(3)) + 0.02


def test_a_determinant_that_is_too_large_is_refused_before_it_is_derived():
    names = ", ".join(f"x_{i}" for i in range(8))
    block = f"let {names} in R\ndet d/d({names}) [{', '.join('sin(x_0 x_1 x_2 x_3)' for _ in range(8))}]"
    started = time.process_time()
    with pytest.raises(DeriveError, match="expanded up to size 4"):
        derive(block)
    assert time.process_time() - started < 0.2
