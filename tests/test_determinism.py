"""The same block gives the same bytes, whatever the hash seed and the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import digest
import pytest
from corpus_cases import CASES, EVERY_CASE

_PROGRAM = """
import json, sys
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive
for block, layout in json.load(sys.stdin):
    try:
        print(json.dumps([[d.to_dict(), d.text] for d in derive(block, layout=layout)], ensure_ascii=False))
    except DeriveError as error:
        print(json.dumps(str(error), ensure_ascii=False))
"""
BLOCKS = [(c["block"], ("numerator", "denominator", "mixed")[i % 3]) for i, c in enumerate(CASES)]
#: Errors are bytes too.
BLOCKS += [
    ("d/dx x' A x +", "numerator"),
    ("let x in R^n, y in R^m\nd/dx x + y", "numerator"),
    ("d/dx ||x", "numerator"),
]


def _run(seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], input=json.dumps(BLOCKS), env=environment, capture_output=True, text=True,
        encoding="utf-8", check=True, timeout=300,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_every_block_of_the_corpus_gives_the_same_bytes_under_any_hash_seed():
    first, *others = (_run(seed) for seed in ("0", "1", "4242"))
    assert len(first) == len(BLOCKS)
    for other in others:
        different = [BLOCKS[i][0] for i, (a, b) in enumerate(zip(first, other, strict=True)) if a != b]
        assert not different, "\n".join(different[:5])


def test_the_hash_seed_does_change_what_sets_iterate_over():
    """Without which the test above would show nothing."""
    program = "print(list({str(i) for i in range(50)}))"
    orders = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(orders) == 3


KEPT = digest.kept()


@pytest.mark.parametrize("case", EVERY_CASE)
def test_a_case_of_the_corpus_prints_what_it_did(case):
    """The same under Python 3.11 to 3.14; where a change prints better, `python -m tests.digest --update`."""
    assert digest.printed(case) == KEPT[case["id"]]


def test_nothing_is_kept_that_is_no_case():
    assert KEPT.keys() == {case["id"] for case in CASES}


def test_what_is_kept_is_everything_that_is_printed():
    """Another letter in the block, another layout of it, is another text, down to what is kept as a hash."""

    def rest(block: str) -> dict[str, str]:
        return dict(digest.sections(block))

    one = rest("d/dx x' A x")
    assert one == rest("d/dx x' A x")
    assert all(text != rest("d/dx x' B x")[heading] for heading, text in one.items())
    assert rest("d/dx x' A x +") != rest("d/dx x' A +")
