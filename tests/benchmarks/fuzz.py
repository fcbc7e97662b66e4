"""Hostile text in great numbers: `python -m tests.benchmarks.fuzz --count 200000`.

Every input is read and derived, and what comes out is printed in every form. It ends in a result or
in a `DeriveError`, within a second. Inputs are random bytes, random text, the words of the language in
any order, blocks of the corpus cut, joined and changed, and random expressions with deep, long and
large parts; all are determined by the seed.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

TESTS = Path(__file__).parent.parent
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from words import WORDS  # noqa: E402 - the tests' folder is on the path first

from mkdocs_matcalc.emit.tex import align  # noqa: E402 - the tests' folder is on the path first
from mkdocs_matcalc.errors import DeriveError  # noqa: E402
from mkdocs_matcalc.pipeline import LAYOUTS, STYLES, derive  # noqa: E402
from mkdocs_matcalc.verdict import INTERNAL  # noqa: E402

LANGUAGES = ("numpy", "torch", "jax", "matlab", "julia")
#: The longest that an input may take, in seconds of this process.
SECONDS = 1.0

_HOSTILE = (
    "x" * 300, "(" * 300, "||" * 200, "x^" * 90 + "x", "x'" * 90, "-" * 500 + "x", "9" * 120, "x^(10^9)", "x.^999999999", "A^9999",
    " + ".join(["x"] * 400), " .* ".join(["x"] * 300), " ".join(["A"] * 300), "kron(A, " * 12 + "A" + ")" * 12, "\\frac" * 50,
)  # fmt: skip
_HEADS = (
    "", "let A, B in R^{n x n}, x, y in R^n, c, t in R\n", "let X in R^{m x n}, S in R^{m x m} spd, x in R^n\n",
    "let sigma: elementwise, l: R^n -> R, h: R, R^n -> R, x in R^n, c in R, A in R^{n x n}\n",
)  # fmt: skip
_GOALS = ("d/dx ", "d/dA ", "d/dX ", "d2/dx2 ", "differential ", "d/dt ", "f = ", "d/d(x, y) ", "given ", "")


def corpus() -> list[str]:
    """The blocks of the corpus."""
    files = sorted((TESTS / "corpus").glob("*/*.toml"))
    return [c["block"] for f in files for c in tomllib.loads(f.read_text(encoding="utf-8"))["case"]]


def inputs(seed: int, count: int) -> Iterator[str]:
    """So many inputs, the same for the same seed."""
    blocks = corpus()
    kinds: list[Callable[[random.Random, list[str]], str]] = [
        _raw,
        _text,
        _soup,
        _soup,
        _mutated,
        _mutated,
        _mutated,
        _joined,
        _grown,
    ]
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        yield rng.choice(kinds)(rng, blocks)


def _raw(rng: random.Random, _blocks: list[str]) -> str:
    return rng.randbytes(rng.randrange(200)).decode("utf-8", rng.choice(["replace", "surrogateescape"]))


def _text(rng: random.Random, _blocks: list[str]) -> str:
    return "".join(
        chr(rng.choice([rng.randrange(128), rng.randrange(0x3000), rng.randrange(0x110000)]))
        for _ in range(rng.randrange(80))
    )


def _soup(rng: random.Random, _blocks: list[str]) -> str:
    words = [
        rng.choice(_HOSTILE) if rng.random() < 0.01 else "\n" if rng.random() < 0.05 else rng.choice(WORDS)
        for _ in range(rng.randrange(30))
    ]
    return rng.choice(_HEADS) + rng.choice(_GOALS) + rng.choice(["", " "]).join(words)


def _mutated(rng: random.Random, blocks: list[str]) -> str:
    text = rng.choice(blocks)
    for _ in range(rng.randrange(1, 5)):
        i, j = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        j = min(j, i + rng.choice([0, 1, 1, 5, 40]))
        other = rng.choice(blocks)
        k = rng.randrange(len(other))
        new = rng.choice(
            ["", rng.choice(WORDS), text[i:j] * 2, other[k : k + rng.randrange(20)], chr(rng.randrange(32, 0x400))]
        )
        text = text[:i] + new + text[j:]
    return text


def _joined(rng: random.Random, blocks: list[str]) -> str:
    lines = [line for block in rng.sample(blocks, 2) for line in block.splitlines()]
    if rng.random() < 0.5:
        rng.shuffle(lines)
    return "\n".join(lines)


def _grown(rng: random.Random, _blocks: list[str]) -> str:
    """Definitions upon definitions."""
    step = rng.choice(
        [
            "{p} .* {q}",
            "A {p}",
            "sin({p}) + {q}",
            "{p} + x",
            "{p} ({q}' {p})",
            "softmax({p})",
            "{p} ./ (1 .+ {q}.^2)",
            "sigma({p})",
        ]
    )
    goal = rng.choice(["d/dx y' y{n}", "d/dx y{n}", "d2/dx2 y' y{n}", "differential y{n} wrt x"])
    n = rng.choice([2, 3, 5, 8, 13, 21])
    lines = ["let x, y in R^n, A in R^{n x n}, sigma: elementwise", "y0 = x"]
    lines += [f"y{i} = " + step.format(p=f"y{i - 1}", q=f"y{max(i - rng.choice([1, 2]), 0)}") for i in range(1, n + 1)]
    return "\n".join([*lines, goal.format(n=n)])


def ends(text: str, *, layout: str, style: str) -> str:
    """How an input ends: `ok`, or the reason why it was refused; anything else that is raised is a defect."""
    try:
        for d in derive(text, layout=layout, style=style):
            d.to_dict()
            align(d)
            str(d)
            for language in LANGUAGES if not d.explicit else ():
                d.code(language)
    except DeriveError as error:
        if error.message.startswith(INTERNAL):
            raise RuntimeError(error.message) from error
        str(error).encode("utf-8")
        return "refused"
    return "ok"


def run(seed: int, count: int, seconds: float) -> tuple[collections.Counter[str], list[str]]:
    """The ends of so many inputs, and what should not have happened."""
    tally: collections.Counter[str] = collections.Counter()
    bad: list[str] = []
    for number, text in enumerate(inputs(seed, count)):
        layout, style = LAYOUTS[number % 3], STYLES[number // 3 % 3]
        start = time.process_time()
        try:
            tally[ends(text, layout=layout, style=style)] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            bad.append(f"{type(error).__name__}: {str(error)[:200]} [{layout} {style}] from {text[:2000]!r}")
        taken = time.process_time() - start
        if taken > seconds:
            bad.append(f"{taken:.1f} s [{layout} {style}] for {text[:2000]!r}")
    return tally, bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the longest that an input may take")
    options = parser.parse_args()
    derive("d/dx x' x")  # what is imported first is imported here
    tally, bad = run(options.seed, options.count, options.seconds)
    print("\n".join(bad))
    print(f"{sum(tally.values())} inputs: {dict(tally)}; {len(bad)} that should not have happened")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
