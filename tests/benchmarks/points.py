"""Where the check draws its points decides nothing: `python -m tests.benchmarks.points --count 10000`.

Random blocks that are true (explicit components, which are compared with differences of their own; scalars, vectors,
matrices, rows by scalars and abstract functions) are derived once, and checked with several seeds: none may be refused
for its points. Blocks whose points are narrow are derived under so many titles.
"""

from __future__ import annotations

import argparse
import collections
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "corpus")]

import explicit as components  # noqa: E402 - the tests' folders are on the path first
import fuzz_corpus  # noqa: E402

from mkdocs_matcalc.engine.goals import derivations  # noqa: E402
from mkdocs_matcalc.errors import DeriveError  # noqa: E402
from mkdocs_matcalc.expr.deep import deep_recursion  # noqa: E402
from mkdocs_matcalc.expr.memo import forget  # noqa: E402
from mkdocs_matcalc.parse import parse  # noqa: E402
from mkdocs_matcalc.pipeline import LAYOUTS, STYLES, certify, derive, reading  # noqa: E402

#: Blocks in one task.
SHARE = 50
_HEAD = "let x, y, z, a, b, c in R\n"
#: Explicit components and others with quotients, roots and logarithms: most points lie near a pole, or have no value.
NARROW = {
    "camera": "let f_x, f_y, c_x, c_y, u, v, X, Y, Z in R\n"
    "e = [u - (f_x X/Z + c_x), v - (f_y Y/Z + c_y)]\nde/d(X, Y, Z)",
    "root": _HEAD + "d/d(x, y) [sqrt(x), y]",
    "Box and Muller": _HEAD + "g = [sqrt(-2 log(x)) cos(2 pi y), sqrt(-2 log(x)) sin(2 pi y)]\ndet dg/d(x, y)",
    "polar": _HEAD + "g = [sqrt(x^2 + y^2), arctan(y/x)]\ndet dg/d(x, y)",
    "quotients": _HEAD + "d/d(x, y) [log(x/y), x/(x - y), sqrt(x y)]",
    "differences of roots": _HEAD + "d/d(x, y, z) [sqrt(x - y), log(y - z), (x - z)/(x + z)]",
    "poles of a fraction": _HEAD + "det d/d(x, y) [x/(x^2 - y), y/(x - y^2)]",
    "tangents": _HEAD + "d/d(x, y) [tan(x y), tan(x)/y]",
    "arcs": _HEAD + "d/d(x, y) [arcsin(x/y), arccos(x y)]",
    "powers": _HEAD + "d/d(x, y) [x^y, (x - y)^(1/3), x^(-3/2)]",
    "scalars alone": _HEAD + "d/dx log(x - y)/(x - z) + sqrt(x - a)",
    "a Hessian": _HEAD + "d2/dx2 log(x - y)/(x - z)",
    "vectors": "let u, v in R^n, c in R\nd/du log(u - v) ./ u\nd/du sqrt(c - u' v)/(u' u - 1)",
    "by components": "style: index\nlet u, v in R^n\nd/du sum(v ./ u) + log(u' v)",
    "through fractions": "style: chain\nlet u, v in R^n\ns = u' v\nd/du log(s)/(s - 1)",
}
Found = tuple[collections.Counter[str], list[str]]


def explicit(seed: int, count: int = SHARE) -> Found:
    """True blocks of explicit components: how they end, and what is not well."""
    ends: collections.Counter[str] = collections.Counter()
    bad = []
    for block, at, want in components.true_blocks(seed, count):
        end, why = components.outcome(block, at, want, derive)
        ends[end] += 1
        if end != "passed":
            bad.append(f"{end}: {why}\n{block.text}")
    return ends, bad


def drawn(seed: int, count: int = SHARE, seeds: int = 10) -> Found:
    """Random blocks of every kind, in a layout and a style, each checked with so many seeds."""
    ends: collections.Counter[str] = collections.Counter()
    bad = []
    for number, text in enumerate(_random(seed, count)):
        layout, style = LAYOUTS[(seed + number) % 3], STYLES[number % 4 % 3]
        try:
            points_of(text, layout, style, range(seeds))
            ends["passed"] += 1
        except DeriveError as error:
            refused = not _about_points(error.message)
            ends["refused" if refused else "bad"] += 1
            if not refused:
                bad.append(f"[{layout} {style}] {error.message}\n{text}")
    return ends, bad


def _random(seed: int, count: int) -> Iterator[str]:
    half = count // 2
    for case in fuzz_corpus.generate(seed, count - half):
        yield case["block"]
    for case in fuzz_corpus.generate(seed, half, wide=True):
        yield case["block"]


def _about_points(message: str) -> bool:
    """Whether a refusal can have to do with where points were drawn; a shape is wrong everywhere."""
    about = ("no point", "numeric check", "internal", "too large to check")
    return any(words in message for words in about) and "shape is wrong" not in message


def points_of(text: str, layout: str, style: str, seeds: range) -> None:
    """Derive a block once, and check it with several seeds; raises as `derive` does."""
    with deep_recursion():
        problem = parse(text)
        for goal in problem.goals:
            for d in derivations(problem, goal, layout, problem.directives.get("style", style)):
                for seed in seeds:
                    certify(d, goal.span, reading(problem, goal, d), seed=seed)
    forget()


def titles(count: int) -> Found:
    """The narrow blocks under so many titles, and with so many seeds."""
    ends: collections.Counter[str] = collections.Counter()
    bad = []
    for what, block in NARROW.items():
        for number in range(count):
            try:
                derive(f"title: number {number}\n{block}  # {number}")
                points_of(block, LAYOUTS[0], STYLES[0], range(number, number + 1))
                ends["passed"] += 1
            except DeriveError as error:
                ends["bad"] += 1
                bad.append(f"{what} {number}: {error.message}")
    return ends, bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="blocks of explicit components, and as many others")
    parser.add_argument("--titles", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + -(-options.count // SHARE))
    wrong = 0
    with ProcessPoolExecutor(options.cores) as pool:
        for what, found in (
            ("explicit components", pool.map(explicit, seeds)),
            ("random blocks", pool.map(partial(drawn, seeds=10), seeds)),
            ("titles", map(titles, [options.titles])),
        ):
            ends: collections.Counter[str] = collections.Counter()
            for more, bad in found:
                ends += more
                wrong += len(bad)
                for words in bad:
                    print(words, end="\n\n", flush=True)
            print(f"{what}: {dict(ends)}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
