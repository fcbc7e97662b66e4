"""How the benchmarks measure: ratios within one run, medians of alternating runs.

Two things that are compared run in turn, so that a machine that slows down slows both; what is
reported is the median of the ratios of neighbours. No figure is an absolute time.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured, the ratio, and the bound that it should keep."""

    what: str
    value: float
    bound: float
    least: bool = False  #: whether the bound is a least value
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound

    def row(self) -> str:
        sign = "≥" if self.least else "≤"
        return (
            f"{self.what:<62} {self.value:8.2f}  {sign} {self.bound:<5g} {'yes' if self.kept else 'NO':<3}  {self.note}"
        )


HEADER = f"{'figure':<62} {'ratio':>8}  bound   kept note"


def seconds(run: Callable[[], object]) -> float:
    """What one run takes; what others have left behind is collected before."""
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 5) -> float:
    """The median of ours / theirs over alternating runs."""
    return statistics.median(seconds(ours) / seconds(theirs) for _ in range(rounds))


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """The p of value ~ size^p by least squares in logarithms."""
    x, y = [math.log(s) for s in sizes], [math.log(v) for v in values]
    mx, my = statistics.mean(x), statistics.mean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def growth(sizes: Sequence[int], run: Callable[[int], object], rounds: int = 3) -> float:
    """The exponent with which the time grows: the sizes run in turn, the best of each counts."""
    best = dict.fromkeys(sizes, math.inf)
    for _ in range(rounds):
        for size in sizes:
            best[size] = min(best[size], seconds(lambda size=size: run(size)))
    return exponent(sizes, [best[s] for s in sizes])
