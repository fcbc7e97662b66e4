"""Random explicit components: every true block passes, and is right, wherever the check draws its points."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import points


@pytest.mark.parametrize("seed", range(900, 904))
def test_true_blocks_are_right_and_none_is_refused(seed):
    """The nightly size is `python -m tests.benchmarks.points --count 10000`, whose seeds begin at 1000."""
    ends, found = points.explicit(seed, 30)
    assert not found, "\n".join(found)
    assert ends["passed"] == 30


@pytest.mark.parametrize("seed", range(900, 903))
def test_no_random_block_is_refused_for_where_its_points_are(seed):
    _ends, found = points.drawn(seed, 25, seeds=3)
    assert not found, "\n".join(found)


def test_no_title_decides():
    ends, found = points.titles(2)
    assert not found, "\n".join(found)
    assert ends["passed"] == 2 * len(points.NARROW)


#: What random blocks found, at its smallest.
FOUND = {
    "arcsin of what is nearly 1": "let x, y in R\nd/d(x, y) [y + y; y*arcsin(x/x)]",
    "a root of it": "let x, y in R\nq = [y + y; sqrt(arcsin(x/x))]\ndet dq/d(x, y)",
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_is_mended(what):
    [d] = points.derive(FOUND[what])
    assert d.check.passed
