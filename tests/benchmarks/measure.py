"""How the benchmarks measure: ratios within one run, medians of alternating runs.

Two things that are compared run in turn, so that a machine that slows down slows both; what is
reported is the median of the ratios of neighbours. No figure is an absolute time.
"""

from __future__ import annotations

import contextlib
import gc
import math
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# What is installed has its bytecode; a checkout would be compiled anew in every process that is measured.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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


def finished(command: Sequence[str]) -> float:
    """The seconds that a command takes, in a process of its own."""
    start = time.perf_counter()
    with _started(command):
        pass
    return time.perf_counter() - start


@contextlib.contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command that is running, and must end well; what it says is shown only where it does not.

    A host may greet whoever starts it, and a table of figures has no room for a hundred greetings.
    """
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT) as process:
            yield process
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{said.read().decode(errors='replace')}")


def memory(command: Sequence[str], every: float = 0.02) -> float:
    """The most memory (MB) that a command and the processes that it starts hold together at one time.

    Pages of a file that several of them have mapped are counted once, as the system holds them; what else
    runs on the machine has no part in it. Looking costs time, so that a run which is looked at is not
    one that is timed.
    """
    most = 0
    with _started(command) as process:
        while process.poll() is None:
            most = max(most, _held(_tree(process.pid)))
            time.sleep(every)
    return most / 1024


def _tree(root: int) -> set[int]:
    """A process and those below it."""
    parents = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - read often
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                parents[int(entry)] = int(file.read().rpartition(")")[2].split()[1])
    found, grows = {root}, True
    while grows:
        below = {pid for pid, parent in parents.items() if parent in found} - found
        found, grows = found | below, bool(below)
    return found


def _held(pids: set[int]) -> int:
    """The memory of these processes together, in kB."""
    own, files = 0, {}
    for pid in pids:
        mapped, resident = "", 0
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            for line in file:
                if line.startswith("Rss:"):
                    resident = int(line.split()[1])
                elif line.startswith("Anonymous:"):
                    private = int(line.split()[1])
                    own += private
                    files[mapped] = max(files.get(mapped, 0), resident - private)
                elif "-" in line.partition(" ")[0]:
                    fields = line.split()
                    mapped = " ".join(fields[2:5]) if fields[4] != "0" else f"{pid} {fields[0]}"
    return own + sum(files.values())
