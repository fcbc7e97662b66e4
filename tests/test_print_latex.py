"""What is printed is what was checked: every LaTeX line is read back as the expression that it prints.

Every line and every result of the corpus, both sides of every rule, and random expressions of
every kind of node; in the block language too.
"""

from __future__ import annotations

import pytest
from corpus_cases import EVERY_CASE
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from kinds import BLOCKS, TWICE
from strategies import expressions, normal, problem_of

from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.emit.text import text
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Eye, Sym, num
from mkdocs_matcalc.expr.linear import Add, mul, transpose
from mkdocs_matcalc.expr.matrix import call
from mkdocs_matcalc.expr.scalar import Signature, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import intermediates, symbols
from mkdocs_matcalc.parse import Problem, parse_expression, parse_latex
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.rules.table import RULES

N = dim("n")
X = Sym("X", (N, N))
x = Sym("x", (N, ONE))


def read_back(e, problem):
    printed = latex(e)
    assert normal(parse_latex(printed, problem=problem, differentials=True)) == normal(e), printed


@pytest.mark.parametrize("layout", ["numerator", "denominator", "mixed"])
@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_line_and_result_of_the_corpus_is_read_back(case, layout):
    try:
        derivations = derive(case["block"], layout=layout, verify=False)
    except DeriveError:
        pytest.skip("no derivation, which other tests judge")
    for d in derivations:
        for e in (*(s.expr for s in d.statements), *(line.expr for line in d.lines), d.derivative):
            # symbols as the line has them: a variable is free of its structure there
            known = {**d.symbols, **symbols(e)}
            named = {**d.named, **intermediates(e)}
            read_back(e, Problem("", {}, known, dict(d.functions), named, problem_of(d.value).goals))


@pytest.mark.parametrize("block", [*BLOCKS, *TWICE], ids=lambda b: b.name)
def test_every_line_of_every_kind_is_read_back(block):
    for d in derive(block.text, verify=False):
        for e in (*(line.expr for line in d.lines), d.derivative):
            known, named = {**d.symbols, **symbols(e)}, {**d.named, **intermediates(e)}
            problem = Problem("", {}, known, dict(d.functions), named, problem_of(d.value).goals)
            read_back(e, problem)
            back = parse_expression(text(e), problem=problem, differentials=True)
            assert normal(back) == normal(e), text(e)


@pytest.mark.parametrize("rule", list(RULES), ids=lambda r: r.name)
def test_both_sides_of_every_rule_are_read_back(rule):
    for side in (rule.pattern, rule.replacement):
        applied = Problem("", goals=problem_of(side).goals)
        back = parse_latex(latex(side), rule.given, problem=applied, differentials=True)
        assert normal(back) == normal(side), latex(side)


def named_sizes(e):
    """Whether the size of every identity can be told: one among identities alone is printed without."""
    return not any(isinstance(n, Add) and all(isinstance(t, Eye) for t in n.args) for n in e.walk())


@given(st.booleans().flatmap(lambda increments: expressions(increments=increments)))
@settings(max_examples=400, deadline=None)
def test_random_expressions_are_read_back_from_latex(e):
    assume(named_sizes(e))
    read_back(e, problem_of(e))


@given(st.booleans().flatmap(lambda increments: expressions(increments=increments)))
@settings(max_examples=400, deadline=None)
def test_random_expressions_are_read_back_from_the_block_language(e):
    assume(named_sizes(e))
    printed = text(e)
    assert normal(parse_expression(printed, problem=problem_of(e), differentials=True)) == normal(e), printed


T = Sym("T", SCALAR)
SPECIAL = {
    "a command before a letter": mul(transpose(X), partial(Signature("f", ((N, ONE),), (N, ONE)), 0, (mul(X, x),))),
    "a power of a log of a determinant": power(entrywise("log", call("det", X)), 2),
    "a power of a log of an absolute value": power(entrywise("log", entrywise("abs", T)), 2),
    "a power of a logdet": power(call("logdet", X), 2),
    "an exponent that is named T": power(Sym("a", SCALAR), T),
    "an exponent that is minus T": power(Sym("a", SCALAR), mul(num(-1), T)),
    "entries to the power T": power(X, T),
    "softmax of a matrix": call("softmax_all", X),
    "a log of a determinant of bars": entrywise("log", call("det", mul(call("det", X), X))),
}


@pytest.mark.parametrize("e", SPECIAL.values(), ids=SPECIAL)
def test_what_could_be_taken_for_something_else(e):
    problem = problem_of(e)
    problem.symbols.update({s.name: s for s in (X, x, T, Sym("a", SCALAR))})
    problem.functions["f"] = Signature("f", ((N, ONE),), (N, ONE))
    read_back(e, problem)
    assert normal(parse_expression(text(e), problem=problem, differentials=True)) == normal(e), text(e)
