"""A site of derive blocks against the same site with the LaTeX typed in: cold, warm, memory, and `mkdocs serve`.

Themes are those that MkDocs users have, formulas for a script and as MathML. Memory is that of all
processes of a build together.
"""

from __future__ import annotations

import itertools
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, finished, memory
from sites import blocks, write

_REBUILD = """
import logging, re, statistics, sys, time
from pathlib import Path
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
        pattern = r"```derive\\n(.*?)\\n```" if folder == ours else r"\\$\\$\\n(.*?)\\n\\$\\$"
        page.write_text(text.replace(re.search(pattern, text, re.S)[1], head, 1))
    ratios.append(once(ours) / once(typed))
print(statistics.median(ratios))
"""
_KINDS = {"mathjax": "formulas for a script", "mathml": "MathML"}


def _build(folder: Path, *, cold: bool = False) -> list[str]:
    """The command of a build; a cold one finds no cache."""
    if cold:
        shutil.rmtree(folder / ".cache", ignore_errors=True)
    config, site = folder / "mkdocs.yml", folder / "site"
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config), "-d", str(site)]


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Ratios to the site with the LaTeX typed in."""
    pages, count, rounds = (10, 200, 3) if quick else (50, 1000, 5)
    found = blocks(count)
    note = f"{pages} pages, {len(found)} blocks"
    with tempfile.TemporaryDirectory() as scratch:
        for theme, math in itertools.product(("mkdocs", "material"), _KINDS):
            root = Path(scratch, theme)
            typed, ours = root / "typed", root / math
            write(typed, pages, found, typed=True, theme=theme)
            write(ours, pages, found, typed=False, math=math, theme=theme)
            finished(_build(typed))
            cold, warm = [], []
            for turn in range(rounds):
                base = finished(_build(typed))
                if turn < 3:
                    cold.append(finished(_build(ours, cold=True)) / base)
                base = (base + finished(_build(typed))) / 2
                warm.append(finished(_build(ours)) / base)
            least = memory(_build(typed))
            held = {"cold": memory(_build(ours, cold=True)), "warm": memory(_build(ours))}
            what = f"site, {theme}, {_KINDS[math]}"
            yield Figure(f"{what}: cold / typed in", statistics.median(cold), 3, note=note)
            yield Figure(f"{what}: warm / typed in", statistics.median(warm), 1.1, note=note)
            for kind, most in held.items():
                yield Figure(f"{what}: memory, {kind} / typed in", most / least, 1.5, note=note)
        yield from _served(Path(scratch), quick=quick)


def _served(root: Path, *, quick: bool) -> Iterator[Figure]:
    pages, rounds = (30, 3) if quick else (300, 5)
    found = blocks(3 * pages)
    for theme, math in itertools.product(("mkdocs", "material"), _KINDS):
        if quick and (theme, math) != ("mkdocs", "mathjax"):
            continue
        folders = [root / f"serve-{theme}-{math}", root / f"serve-typed-{theme}-{math}"]
        write(folders[0], pages, found, typed=False, math=math, theme=theme)
        write(folders[1], pages, found, typed=True, theme=theme)
        command = [sys.executable, "-c", _REBUILD, *map(str, folders), str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        note = f"{pages} pages, {len(found)} blocks"
        yield Figure(
            f"serve, {theme}, {_KINDS[math]}: one block changed / typed in",
            float(done.stdout.split()[-1]),
            1.1,
            note=note,
        )
