"""A site of derive blocks against the same site with the LaTeX typed in: cold, warm, memory, and `mkdocs serve`."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import Figure
from sites import blocks, write

_REBUILD = """
import re, statistics, sys, time
from pathlib import Path
import logging
logging.disable(logging.WARNING)
from mkdocs.commands.build import build
from mkdocs.config import load_config

def once(folder):
    config = load_config(str(folder / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    start = time.perf_counter()
    build(config, serve_url="http://localhost/")
    return time.perf_counter() - start

ours, typed, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
once(ours), once(typed)
ratios = []
for turn in range(rounds):
    for folder in (ours, typed):
        page = folder / "docs" / "page7.md"
        text = page.read_text()
        head = f"let q{turn} in R^n\\nd/dq{turn} q{turn}' q{turn}" if folder == ours else f"$$ q_{turn} $$"
        old = re.search(r"```derive\\n(.*?)\\n```", text, re.S) if folder == ours else re.search(r"\\$\\$\\n(.*?)\\n\\$\\$", text, re.S)
        page.write_text(text.replace(old[1], head, 1))
    ratios.append(once(ours) / once(typed))
print(statistics.median(ratios))
"""


def built(folder: Path, *, cold: bool) -> tuple[float, int]:
    """The seconds and the largest memory (kB) of a build in a process of its own."""
    if cold:
        shutil.rmtree(folder / ".cache", ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "-q",
        "-f",
        str(folder / "mkdocs.yml"),
        "-d",
        str(folder / "site"),
    ]
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the build of {folder} failed")
    return taken, usage.ru_maxrss


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Ratios to the site with the LaTeX typed in."""
    pages, count, rounds = (10, 100, 3) if quick else (50, 1000, 5)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        kept = Path(os.environ["MATCALC_BLOCKS"]) if "MATCALC_BLOCKS" in os.environ else None
        found = blocks(count, kept)
        note = f"{pages} pages, {len(found)} blocks"
        write(root / "typed", pages, found, typed=True)
        for math in ("mathjax", "mathml"):
            write(root / math, pages, found, typed=False, math=math)
            cold, warm, memory = [], [], []
            for _ in range(rounds):
                base, least = built(root / "typed", cold=False)
                first, most = built(root / math, cold=True)
                again, _ = built(root / math, cold=False)
                cold.append(first / base)
                warm.append(again / base)
                memory.append(most / least)
            kind = "formulas for a script" if math == "mathjax" else "formulas as MathML"
            yield Figure(f"site, {kind}, cold / typed in", statistics.median(cold), 3, note=note)
            yield Figure(f"site, {kind}, warm / typed in", statistics.median(warm), 1.1, note=note)
            yield Figure(f"site, {kind}, memory / typed in", statistics.median(memory), 1.5, note=note)
        yield from _served(root, found, quick=quick)


def _served(root: Path, found: tuple[tuple[str, str], ...], *, quick: bool) -> Iterator[Figure]:
    pages, rounds = (30, 3) if quick else (300, 5)
    share = found[: 3 * pages]
    for math in ("mathjax", "mathml"):
        write(root / f"serve-{math}", pages, share, typed=False, math=math)
        write(root / f"serve-typed-{math}", pages, share, typed=True)
        folders = [str(root / f"serve-{math}"), str(root / f"serve-typed-{math}")]
        done = subprocess.run(
            [sys.executable, "-c", _REBUILD, *folders, str(rounds)], capture_output=True, text=True, check=True
        )
        kind = "formulas for a script" if math == "mathjax" else "formulas as MathML"
        note = f"{pages} pages, {len(share)} blocks"
        yield Figure(f"serve, {kind}: one block changed / typed in", float(done.stdout.split()[-1]), 1.1, note=note)
