"""Random problems in number, each answered rightly or refused for a reason; and output that grows as the input does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import growth as layers
import scale
from measure import exponent

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.mark.parametrize("seed", range(2000, 2006))
def test_none_is_wrong_and_few_are_refused(seed):
    """The nightly size is `python -m tests.benchmarks.scale --count 100000`."""
    rows = scale.share(seed, 25)
    ends, refused, wrong = scale.summary(rows)
    assert not wrong, "\n".join(wrong)
    assert ends["refused"] <= 3, refused


@pytest.mark.parametrize(("block", "bound"), [(layers.network, 1.1), (layers.distances, 1.2)])
def test_output_grows_as_the_block_does(block, bound):
    sizes = (20, 80, 320)
    assert exponent(sizes, [layers.output(block(s)) for s in sizes]) <= bound
