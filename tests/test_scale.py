"""Random problems in number, each answered rightly or refused for a reason; and output that grows as the input does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import growth as layers
import scale
from measure import exponent

from mkdocs_matcalc.pipeline import derive

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.mark.parametrize("seed", range(500, 508))
def test_none_is_wrong_and_few_are_refused(seed):
    """The nightly size is `python -m tests.benchmarks.scale --count 100000`, whose seeds begin at 1000."""
    rows = scale.share(seed, 75)
    ends, refused, wrong = scale.summary(rows)
    assert not wrong, "\n".join(wrong)
    assert ends["refused"] <= 3, refused


@pytest.mark.parametrize(("block", "bound"), [(layers.network, 1.1), (layers.distances, 1.2)])
def test_output_grows_as_the_block_does(block, bound):
    sizes = (20, 80, 320)
    assert exponent(sizes, [layers.output(block(s)) for s in sizes]) <= bound


#: What random problems found, at its smallest: each was refused, the first two because they were derived wrongly.
FOUND = {
    # 1/s and 1/s² were taken for one factor: -1 and -2 have the same hash
    "powers with equal hashes": """let alpha in R, M in R^{m x m}, v, y in R^m
H1 = (alpha/(1 + alpha^2) M) ./ (1 .+ (alpha M).^2)
d/dalpha v' H1 y""",
    # each of M, M, Mᵀ has its transpose among them, and yet the sum is not symmetric
    "terms and their number": "layout: denominator\nlet M in R^{m x m}, v, x in R^m\nd/dx v'*(M + M + M.T)*x",
    "an increment in a sum of entries again": "let u in R^k\nd/du ||u ./ (1 .+ (u + u).^2)||^2",
    "a diagonal whose increment is in a scalar": "let y in R^m, M in R^{m x m}\nd/dy diag(M .+ y*(y'*y))",
    "an increment that has gone": """let y, u in R^m, a in R, V in R^{m x m}
d/da u*(a*y)'*((y .+ a)' V u * (V .- (a - a)))""",
    "a constant that swallows what varies": "let X, B in R^{n x n}, a in R\nd/da exp(det(X B - I))^2 - exp(a)",
    "steps that are too long": "let y in R^m, M in R^{m x m}\nd/dy det((M^2 .+ (-y)' .+ (y + (y - y))')^2)",
    "a kink in a line, and none in the function": "let x in R^n, c in R\nd/dx (c*abs(x)).^2",
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_is_mended(what):
    [d] = derive(FOUND[what])
    assert d.check.passed
