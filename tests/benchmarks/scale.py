"""Correctness at scale: `python -m tests.benchmarks.scale --count 100000`.

Random problems of the corpus' generator, each derived and its result put to numbers by an independent
reader of the block: none may be wrong, and those that are refused are listed by reason.
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

TESTS = Path(__file__).parent.parent
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from corpus_cases import check_corpus, fuzz_corpus  # noqa: E402 - the tests' folder is on the path first

from mkdocs_matcalc.pipeline import LAYOUTS, derive  # noqa: E402
from mkdocs_matcalc.verdict import INTERNAL  # noqa: E402

#: Problems in one task: each has a seed of its own.
SHARE = 50


def share(seed: int, count: int = SHARE) -> list[dict[str, str]]:
    """The rows of the problems of one seed, in one layout, with the block of each."""
    cases = list(fuzz_corpus.generate(seed, count))
    blocks = {c["id"]: c["block"] for c in cases}
    rows = check_corpus.check(cases, derive, (LAYOUTS[seed % 3],))
    for r in rows:
        if INTERNAL in r["reason"]:
            r["status"] = "error"  # that is a defect, not an answer
        elif r["reason"] == "value off by nan" and excepted(blocks[r["id"]], r["layout"]):
            r["status"] = "excepted"
    return [{**r, "block": blocks[r["id"]]} for r in rows]


def excepted(block: str, layout: str) -> bool:
    """Whether a result that is no number at a point says that it holds elsewhere: ‖relu(x)‖ where all of x is negative."""
    return any(
        remark.startswith("The result holds where") for d in derive(block, layout=layout) for remark in d.remarks
    )


def reason(words: str) -> str:
    """Why a problem was refused, without its own names and numbers."""
    return re.sub(r"`[^`]*`|\d+", "…", words)[:90]


def told(row: dict[str, str]) -> str:
    """What became of a problem, with its block."""
    return f"{row['status']} {row['id']} [{row['layout']}] {row['reason']}\n{row['block']}"


def summary(rows: list[dict[str, str]]) -> tuple[collections.Counter[str], collections.Counter[str], list[str]]:
    """How the problems ended, the refused by reason, and what is wrong."""
    ends = collections.Counter(r["status"] for r in rows)
    refused = collections.Counter(reason(r["reason"]) for r in rows if r["status"] == "refused")
    wrong = [told(r) for r in rows if r["status"] not in ("passed", "excepted", "refused")]
    return ends, refused, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1000, help="of the first fifty problems; the next have the next")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    ends: collections.Counter[str] = collections.Counter()
    refused: collections.Counter[str] = collections.Counter()
    wrong: list[str] = []
    seeds = range(options.seed, options.seed + -(-options.count // SHARE))
    with ProcessPoolExecutor(options.cores) as pool:
        for number, rows in enumerate(pool.map(share, seeds), 1):
            found = summary(rows)
            ends += found[0]
            refused += found[1]
            wrong += found[2]
            for r in rows:
                if r["status"] != "passed":  # at once: a long run may be stopped
                    print(told(r), end="\n\n", file=sys.stderr, flush=True)
            if number % 20 == 0:
                print(f"seeds to {seeds[number - 1]}: {dict(ends)} …", file=sys.stderr, flush=True)
    print("\n".join(wrong))
    print(f"{ends.total()} problems: {dict(ends)}")
    for words, count in refused.most_common():
        print(f"  refused {count:6}: {words}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
