"""Every step is an instance of the rule that it cites, every rule is cited, and a rule relabelled is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from corpus_cases import CASES
from step_law import is_instance, put_in
from test_docs_blocks import EVERY

from mkdocs_matcalc.emit.text import text
from mkdocs_matcalc.engine.derivation import Derivation
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.node import Expr
from mkdocs_matcalc.pipeline import STYLES, derive
from mkdocs_matcalc.rules.rule import Rule
from mkdocs_matcalc.rules.table import RULES

BLOCKS = [*(case["block"] for case in CASES), *(param.values[0].text for param in EVERY)]

#: Derivations that need the rules which the corpus and the pages have no use for.
MORE = [
    "let X in R^{m x n}\nd/dX sum(sinh(X)) + sum(cosh(X)) + norm2(X) + logsumexp(X)",
    "let t in R\nd2/dt2 abs(t)^3 + relu(t)^3",
    "let A, X in R^{m x n}\nstyle: chain\nd/dX norm2(X) + logsumexp(X) + sum(logsumexp(X, columns)) + sum(A .* softmax(X, columns))",
    "let A, X in R^{m x n}\nd/dX sum(logsumexp(X, columns)) + sum(A .* softmax(X, columns))",
    "let A in R^{m x n}, X in R^{p x q}\nd/dX sum(kron(A, X))\nd/dX vec(X)",
    "let A, V in R^{p x q}, X, U in R^{m x n}\nstyle: chain\nd/dX sum(kron(X, A) .* kron(U, V)) + sum(kron(A, X) .* kron(V, U))",
    "let A, X in R^{m x n}\nstyle: chain\nd/dX sum(vec(X) .* vec(A))",
    "let X in R^{n x n}, a in R^n\nstyle: chain\nd/dX a' diag(X)",
    "let X in R^{n x n}, a in R^n\nd/dX a' diag(X)\nd/da diag(a) a\nd/da a' diag(X) a",
    "let X, A in R^{n x n}, a, b, x in R^n, B in R^{n x n}\nd/dx diag(A diag(x) B)\nd/dx diag(x a')\nd/dx (A .* (x a')) b\nd/dX tr(A' X) A",
    "let X in R^{n x n} skew, A in R^{n x n}\nstructured: true\nd/dX tr(A X)",
    "let X in R^{n x n} diagonal, A in R^{n x n}\nstructured: true\nd/dX tr(A X)",
    "let a in R, x in R^n\nd/da norm2(a x)\nd/dx norm2(a x)",
    "let A, X in R^{m x n}\nd/dX ones(m)' (A .* X) ones(n)",
    "let F: R -> R^{m x n}, t in R, x in R^{m x n}\nd/dt F(t)",
    "let M: R^n -> R^{n x n}, x in R^n, t in R\nd/dt M(t x)",
]


class Found(NamedTuple):
    """A step, with the block that it is from."""

    rule: Rule
    before: Expr
    after: Expr
    moving: frozenset[str]
    known: tuple[tuple[str, Expr], ...]
    block: str

    def holds(self, rule: Rule | None = None) -> bool:
        rule = rule or self.rule
        if rule.name == "substitute":
            return put_in(self.before, self.after, dict(self.known))
        return is_instance(rule, self.before, self.after, self.moving)

    def __str__(self) -> str:
        return f"({self.rule.number}) {self.rule.name}: {text(self.before)}  ->  {text(self.after)}\nof\n{self.block}"


def derivations(block: str, style: str) -> list[Derivation]:
    try:
        return derive(block, style=style, verify=False)
    except DeriveError:
        return []  # a block may ask for what one of the styles does not do


@cache
def steps() -> dict[tuple[int, Expr, Expr], Found]:
    """Every step of the corpus and of the pages, once."""
    out: dict[tuple[int, Expr, Expr], Found] = {}
    for block in [*BLOCKS, *MORE]:
        for d in derivations(block, "differential"):
            if d.explicit or d.style != "differential":
                continue
            moving = frozenset([v.name for v in d.variables]) | frozenset(d.named)
            known: dict[str, Expr] = {}
            for line in d.lines:
                known[line.quantity] = line.expr
                for s in line.steps:
                    found = Found(s.rule, s.before, s.after, moving, tuple(known.items()), block)
                    out.setdefault((s.rule.number, s.before, s.after), found)
    return out


def by_rule() -> dict[Rule, list[Found]]:
    out: dict[Rule, list[Found]] = {}
    for found in steps().values():
        out.setdefault(found.rule, []).append(found)
    return out


@pytest.mark.parametrize("rule", [pytest.param(r, id=f"{r.number}-{r.name}") for r in RULES if r.kind != "operator"])
def test_every_step_is_an_instance_of_the_rule_that_it_cites(rule):
    wrong = [str(found) for found in by_rule().get(rule, []) if not found.holds()]
    assert not wrong, "\n\n".join(wrong[:5])


def test_there_are_steps_to_look_at():
    assert len(steps()) > 1500


def cited() -> Iterator[Rule]:
    for block in [*BLOCKS, *MORE]:
        for style in STYLES:
            for d in derivations(block, style):
                if d.identification is not None:
                    yield d.identification
                for line in d.lines:
                    yield from line.rules
                    yield from (s.rule for s in line.steps)


def test_every_rule_is_cited_somewhere():
    assert {r.name for r in RULES} - {r.name for r in cited()} == set()


def test_a_rule_relabelled_on_purpose_is_noticed():
    """Another rule of the same kind in the place of the right one; a step may be an instance of both."""
    # a constant multiple is also linear, and the chain rule of a first course holds of any function
    rules = [
        r for r in RULES if r.kind == "differential" and r in by_rule() and r.name not in ("multiple", "scalar-chain")
    ]
    missed = []
    for rule, other in zip(rules, [*rules[7:], *rules[:7]], strict=True):
        found = by_rule()[rule][0]
        if found.holds(other) and other.family != rule.family:
            missed.append(f"{found} relabelled ({other.number}) {other.name}")
    assert not missed, "\n\n".join(missed)
