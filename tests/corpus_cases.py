"""The cases of the corpus, for the tests that go through all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent / "corpus"
sys.path.insert(0, str(CORPUS))

import check_corpus  # noqa: E402 - found beside the cases
import fuzz_corpus  # noqa: E402

#: The cases of `authors` have a form and a check of their own.
FILES = sorted(f for f in CORPUS.glob("*/*.toml") if f.parent.name != "authors")
CASES: list[dict[str, Any]] = check_corpus.load(FILES)
EVERY_CASE = [pytest.param(case, id=case["id"]) for case in CASES]

__all__ = ["CASES", "CORPUS", "EVERY_CASE", "FILES", "check_corpus", "fuzz_corpus"]
