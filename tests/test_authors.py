"""Blocks as their authors wrote them: each is read as it was meant, or refused in words that lead on.

The cases are in `corpus/authors`, their form in the docstring of `check_authors`. What waits for a construct that the
language does not have yet stands in `WAITING` with that construct; a case that no longer waits has to leave the list.
"""

from __future__ import annotations

import tomllib

import pytest
from corpus_cases import CORPUS

import check_authors  # isort: skip - found beside the cases

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

#: The construct that a case waits for; until then it is refused.
WAITING = {
    **dict.fromkeys(("na-r1", "na-r2", "nb-134s", "qa-m10", "qa-m13", "qa-n40"), "sums over an index"),
    **dict.fromkeys(("nb-1181r", "nb-127", "nb-127b"), "complex spaces"),
    **dict.fromkeys(("qa-n60", "qa-n61", "qa-n62"), "functions of a whole matrix"),
    "nb-241r": "the cross product as a matrix, hat(w)",
    "qa-m52": "unit vectors",
    "qa-n14": "the largest absolute entry as a norm",
    "qa-n56": "the variance",
    "qa-n69": "triangular matrices",
    # the source means the matrix exponential or the entries: which of them is asked, and the case has the entries
    **dict.fromkeys(("qa-m71", "fr-notears-entries"), "e to the power of a square matrix"),
}
CASES = [
    {"order": 1, "layout": "denominator", **case}
    for file in sorted((CORPUS / "authors").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_block_says_what_its_author_said(case):
    outcome, why = check_authors.run(case, 20)
    if case["id"] in WAITING:
        assert outcome in ("refused", "unclear"), f"waits no longer: {outcome} {why}"
    else:
        assert outcome in ("published", "longer"), f"{outcome}: {why}"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_published_form_is_the_derivative(case):
    assert not check_authors.validate(case)


def test_every_case_is_there_once_and_the_list_of_those_that_wait_is_of_cases():
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)
    assert set(WAITING) <= set(ids)
