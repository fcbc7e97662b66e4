"""Every single step of every derivation of the corpus is an equality, made by a rule of the table."""

from __future__ import annotations

import pytest
from agreement import disagreement
from corpus_cases import EVERY_CASE

from mkdocs_matcalc.engine.step import Trace
from mkdocs_matcalc.expr.atoms import Named, Sym
from mkdocs_matcalc.expr.differential import Diff
from mkdocs_matcalc.expr.shape import dim
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.rules.table import RULES

#: The first increment is held constant in a second derivative: which variables a differential moves, outermost first.
Stages = list[list[frozenset[str]] | None]


def stages(derivation) -> Stages:
    """What the differentials of a step may move: all variables at once, but for a mixed second derivative."""
    names = list(dict.fromkeys(v.name for v in derivation.variables))
    if derivation.order == 1 or len(names) == 1:
        return [None]
    x, y = frozenset(names[:1]), frozenset(names[1:])
    return [[x], [y], [y, x]]


@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_step_is_an_equality(case):
    """Before and after have one shape and, at random points, one value; differentials are difference quotients."""
    seen = set()
    for derivation in derive(case["block"], verify=False):
        moving = {v.name for v in derivation.variables}
        for number, line in enumerate(derivation.lines, start=1):
            for step in line.steps:
                assert step.before.shape == step.after.shape
                if (step.before, step.after) in seen or step.before == step.after:
                    continue
                seen.add((step.before, step.after))
                found = [
                    disagreement(step.before, step.after, moving=moving, points=1, stages=s) for s in stages(derivation)
                ]
                assert "" in found, f"line {number}, rule {step.rule.name}: {step.before!r} to {step.after!r}: {found}"


@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_line_cites_rules_of_the_table(case):
    """A line without a step is the differential of a name alone: nothing has been done to it."""
    for derivation in derive(case["block"], verify=False):
        assert RULES[derivation.identification.number] is derivation.identification
        for line in derivation.lines:
            for rule in (*line.rules, *(s.rule for s in line.steps)):
                assert RULES[rule.number] is rule
            if not line.steps:
                assert isinstance(line.expr, Diff)
                assert isinstance(line.expr.arg, (Sym, Named))


@pytest.mark.parametrize("case", EVERY_CASE)
def test_no_line_says_what_the_line_before_says(case):
    for derivation in derive(case["block"], verify=False):
        for before, after in zip(derivation.lines, derivation.lines[1:], strict=False):
            if before.quantity == after.quantity:
                assert (before.expr, before.vec) != (after.expr, after.vec)


@pytest.mark.parametrize("case", EVERY_CASE)
def test_the_last_line_of_a_quantity_has_nothing_open(case):
    """Differentials stand on names alone where a derivative is read off."""
    for derivation in derive(case["block"], verify=False):
        last = {line.quantity: line for line in derivation.lines}
        assert not [line.quantity for line in last.values() if line.expr.open]


def test_the_trace_refuses_a_step_that_changes_the_shape():
    x = Sym("x", (dim("n"), dim("m")))
    with pytest.raises(AssertionError, match="shape"):
        Trace().apply("transpose", x, Sym("x", (dim("m"), dim("n"))))


def test_the_comparison_finds_a_step_that_is_wrong():
    """A sign lost, a factor lost and a transpose lost are all seen."""
    [derivation] = derive("let A in R^{n x n}, x in R^n\nd/dx x' A x")
    [*_, line] = derivation.lines
    good = line.steps[-1]
    from mkdocs_matcalc.expr.linear import scale, transpose

    assert disagreement(good.before, good.after) == ""
    assert "off by" in disagreement(good.before, scale(-1, good.after))
    assert "off by" in disagreement(good.before, scale(2, good.after))
    A = Sym("A", (dim("n"), dim("n")))
    assert "off by" in disagreement(A, transpose(A))
