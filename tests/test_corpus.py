"""The engine against the corpus and against random problems, judged by finite differences of an independent function."""

from __future__ import annotations

import collections

import pytest
from corpus_cases import CASES, EVERY_CASE, FILES, check_corpus, fuzz_corpus

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive

#: The corpus evaluates functions where they may have no value, to find points where they have one.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def complaints(rows) -> str:
    """The rows of problems that were answered and not answered rightly, one a line."""
    return "\n".join(
        f"{r['status']} {r['id']} [{r['layout']}] {r['reason']}"
        for r in rows
        if r["status"] not in ("passed", "refused")
    )


def share(rows, *statuses: str) -> float:
    count = collections.Counter(r["status"] for r in rows)
    return sum(count[s] for s in statuses) / len(rows)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_answer_is_wrong_in_any_layout(file):
    """Value, shape and every line; no other exception, none too slow; what has no rule is refused."""
    cases = check_corpus.load([file])
    rows = check_corpus.check(cases, derive)
    assert len(rows) == 3 * len(cases)
    assert not complaints(rows), complaints(rows)


def test_nearly_everything_is_answered():
    refused = []
    for case in CASES:
        try:
            derive(case["block"])
        except DeriveError as error:
            refused.append(f"{case['id']}: {error.message}")
    assert len(refused) <= 0.02 * len(CASES), "\n".join(refused)


@pytest.mark.parametrize("case", [p for p in EVERY_CASE if p.values[0]["file"] == "open/seeds.toml"])
def test_the_worked_examples_are_complete(case):
    """Nothing of the tutorial, the framework and the lecture notes is refused, in no layout."""
    rows = check_corpus.check([case], derive)
    assert [r["status"] for r in rows] == ["passed"] * 3, rows


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_random_problems_are_answered_rightly_or_refused(seed):
    """The seed is the test's name; the block of every failure is printed."""
    cases = list(fuzz_corpus.generate(seed, 30))
    rows = check_corpus.check(cases, derive, ("numerator",))
    blocks = {c["id"]: c["block"] for c in cases}
    bad = [f"{complaints([r])}\n{blocks[r['id']]}" for r in rows if complaints([r])]
    assert not bad, "\n".join(bad)
    refused = [f"{r['reason']}\n{blocks[r['id']]}" for r in rows if r["status"] == "refused"]
    assert share(rows, "refused") <= 0.05, "\n".join(refused)


def test_the_checker_finds_an_engine_that_is_wrong():
    """A derivative with a factor 2 too much, one of another shape, and one that raises."""

    class Wrong:
        def __init__(self, source: str) -> None:
            self.source = source

        def to_dict(self):
            return {"result": {"numpy": self.source}, "steps": [{"numpy": "2 * x @ dx"}]}

    [case] = [c for c in CASES if c["id"] == "T-1"]
    for source, status in (
        ("def derivative(x):\n    return 2 * x", "passed"),
        ("def derivative(x):\n    return 4 * x", "wrong"),
        ("def derivative(x):\n    return 2.0", "wrong"),
        ("def derivative(x):\n    return 1 / 0", "error"),
    ):
        rows = check_corpus.check([case], lambda *_a, source=source, **_k: [Wrong(source)], ("numerator",))
        assert [r["status"] for r in rows] == [status]
