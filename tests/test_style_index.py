"""Style `index`: derivations by components, each line an array that is checked, and the proofs of the operators."""

from __future__ import annotations

import collections

import pytest
from corpus_cases import CASES, EVERY_CASE, check_corpus, fuzz_corpus

from mkdocs_matcalc.check.components import check_components
from mkdocs_matcalc.emit.index import left, proof_rows, right
from mkdocs_matcalc.emit.steps import rows
from mkdocs_matcalc.engine.index_prove import prove
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.component import Component, Delta, Slope, Sum, Term
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.rules.table import RULES

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

FIRST = [p for p in EVERY_CASE if p.values[0]["order"] == 1]
#: What stacks columns or repeats a matrix has no proof by two indices; test_style_chain.py tests it with numbers.
STACKED = {"through-vec", "through-kron-left", "through-kron-right", "through-array-function"}
OPERATORS = [
    pytest.param(r, id=f"{r.number}-{r.name}") for r in RULES if r.kind == "operator" and r.name not in STACKED
]


def by_components(block: str, *, layout: str = "numerator", **more):
    return derive(block, layout=layout, style="index", **more)


def told(block: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """The lines of a derivation: left side, right side, the numbers of the rules."""
    [d] = by_components(block)
    return [
        (left(line.components, "unicode"), right(line.components, "unicode"), tuple(r.number for r in line.rules))
        for line in d.lines
    ]


# -- line by line ---------------------------------------------------------------------------


def test_a_quadratic_form_line_by_line():
    assert told("let A in R^{n x n}, x in R^n\nd/dx x' A x") == [
        ("f", "Σ_ij x_i A_ij x_j", (150,)),
        ("∂f/∂x_k", "Σ_ij (∂x_i/∂x_k A_ij x_j + x_i A_ij ∂x_j/∂x_k)", (151, 10)),
        ("∂f/∂x_k", "Σ_ij (δ_ik A_ij x_j + x_i A_ij δ_jk)", (153,)),
        ("∂f/∂x_k", "Σ_j A_kj x_j + Σ_i x_i A_ik", (154,)),
        ("∂f/∂x_k", "(xᵀ (A + Aᵀ))_k", (155,)),
    ]


def test_a_trace_line_by_line():
    assert told("let A in R^{o x m}, X in R^{m x n}, B in R^{n x o}\nd/dX tr(A X B)") == [
        ("f", "Σ_ijp A_ij X_jp B_pi", (150,)),
        ("∂f/∂X_kl", "Σ_ijp A_ij ∂X_jp/∂X_kl B_pi", (151,)),
        ("∂f/∂X_kl", "Σ_ijp A_ij δ_jk δ_pl B_pi", (153,)),
        ("∂f/∂X_kl", "Σ_i A_ik B_li", (154,)),
        ("∂f/∂X_kl", "(B A)_lk", (155,)),
    ]


def test_a_composite_stays_closed_until_its_line():
    """‖g(XW) − Y‖² is the framework's own example."""
    block = "let X in R^{m x n}, W in R^{n x o}, Y in R^{m x o}\nlet g: elementwise\nd/dW ||g(X W) - Y||_F^2"
    assert [line[1] for line in told(block)] == [
        "Σ_ij (g(X W) − Y)_ij^2",
        "Σ_ij 2 (g(X W) − Y)_ij ∂(g(X W) − Y)_ij/∂W_kl",
        "Σ_ij 2 (g(X W) − Y)_ij g′((X W)_ij) ∂(X W)_ij/∂W_kl",
        "Σ_ijp 2 (g(X W) − Y)_ij g′((X W)_ij) X_ip δ_pk δ_jl",
        "Σ_i 2 (g(X W) − Y)_il g′((X W)_il) X_ik",
        "2 (((g(X W) − Y) ∘ g′(X W))ᵀ X)_lk",
    ]


def test_an_intermediate_has_lines_of_its_own_and_is_put_in():
    lines = told("let W in R^{m x n}, x in R^n, b in R^m\ny = W x + b\nf = ||y||^2\ndf/dW")
    assert [line[0] for line in lines] == ["∂y_i/∂W_kl", "∂y_i/∂W_kl", "f", *["∂f/∂W_kl"] * 4]
    assert lines[1][1] == "δ_ik x_l"
    assert lines[3][1] == "Σ_i 2 y_i ∂y_i/∂W_kl"
    assert lines[4][1:] == ("Σ_i 2 y_i δ_ik x_l", (92,))
    assert lines[5][1:] == ("2 y_k x_l", (154,))


def test_the_way_back_is_in_the_layout_asked_for():
    block = "let A in R^{o x m}, X in R^{m x n}, B in R^{n x o}\nd/dX tr(A X B)"
    [d] = by_components(block, layout="denominator")
    assert right(d.lines[-1].components, "unicode") == "(Aᵀ Bᵀ)_kl"
    assert d.result.text == "A' B'"


def test_a_vector_function_has_an_index_of_its_own():
    lines = told("let A in R^{m x n}, x in R^n\nd/dx A sin(x)")
    assert lines[0][:2] == ("f_i", "Σ_j A_ij sin(x_j)") or lines[0][0].endswith("_i")
    assert lines[-1][1] == "(A Diag(cos(x)))_ik"


def test_letters_are_not_those_of_the_author():
    lines = told("let i in R, A in R^{j x k}, x in R^k\nd/dx i ||A x||^2")
    written = " ".join(side for line in lines for side in line[:2])
    assert "Σ_p" in written
    assert "_i" not in written
    assert "_k" not in written


def test_what_is_printed():
    [d] = by_components("let A in R^{m x n}, x in R^n, b in R^m\nd/dx ||A x - b||^2")
    data = d.to_dict()
    assert data["style"] == "index"
    assert all(step["numpy"] is None for step in data["steps"])
    assert data["steps"][0]["latex"] == r"\sum_{i} (\mathbf{A}\mathbf{x} - \mathbf{b})_{i}^{2}"
    assert data["steps"][1]["text"] == "sum_i 2 (A x - b)_i d (A x - b)_i/d x_k"
    assert data["steps"][3]["latex"] == r"\sum_{i} 2 (\mathbf{A}\mathbf{x} - \mathbf{b})_{i} A_{ik}"
    assert data["result"]["text"] == "2 (A x - b)' A"
    printed = rows(d)
    assert printed[2].left == r"\frac{\partial f}{\partial x_{k}}"
    assert printed[3].left == ""
    assert "∂f/∂x_k = Σ_i 2 (A x − b)_i" in d.text


# -- every goal -----------------------------------------------------------------------------


@pytest.mark.parametrize("case", FIRST)
def test_the_corpus_in_this_style(case):
    """Right in every layout, or refused with a word on what derives it."""
    for row in check_corpus.check([case], by_components):
        assert row["status"] in ("passed", "refused"), row
        if row["status"] == "refused":
            assert "style index" in row["reason"] or "by components" in row["reason"]


def test_scalar_functions_are_derived():
    count = collections.Counter()
    for case in (c for c in CASES if c["order"] == 1):
        [d, *_] = derive(case["block"], verify=False)
        if d.value.is_scalar:
            try:
                by_components(case["block"])
                count["passed"] += 1
            except DeriveError as error:
                count[f"{case['id']}: {error.message}"] += 1
    assert count["passed"] >= 0.98 * count.total(), count


@pytest.mark.parametrize("seed", [31, 32])
def test_random_problems_are_answered_rightly_or_refused(seed):
    cases = [c for c in fuzz_corpus.generate(seed, 30) if c["order"] == 1]
    found = check_corpus.check(cases, by_components, ("numerator",))
    assert not [r for r in found if r["status"] not in ("passed", "refused")]


def test_the_result_is_that_of_the_differential():
    """As an expression, but for a few that are written in another order."""
    differ = []
    for case in (c for c in CASES if c["order"] == 1):
        try:
            [d, *_] = by_components(case["block"], verify=False)
        except DeriveError:
            continue
        [e, *_] = derive(case["block"], verify=False)
        if d.derivative != e.derivative and e.identification.kind != "structured":
            differ.append(case["id"])
    assert len(differ) <= 15, differ


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("let X in R^{m x n}\nd/dX X' X", "matrix by a matrix"),
        ("let x in R^n\nd2/dx2 x' x", "first derivatives"),
        ("let x in R^n\ndifferential x' x wrt x", "first derivatives"),
        ("let A in R^{n x n}, X in R^{n x n}\nd/dX sum(kron(A, X) * kron(X, A))", "by components"),
    ],
)
def test_a_refusal_says_which_style_derives_it(block, words):
    with pytest.raises(DeriveError, match=words) as caught:
        by_components(block)
    assert caught.value.span is not None
    assert "style differential" in caught.value.hint or words == "by components"


def test_no_derivation_is_longer_than_a_reader_follows():
    long = " + ".join(f"a' X{'*X' * k} b" for k in range(6))
    with pytest.raises(DeriveError, match="too long"):
        by_components(f"let a, b in R^n, X in R^{{n x n}}\nd/dX {long}")


def test_the_same_block_gives_the_same_lines():
    block = next(c["block"] for c in CASES if c["id"] == "ln-13")
    assert [d.to_dict() for d in by_components(block)] == [d.to_dict() for d in by_components(block)]


# -- the check ------------------------------------------------------------------------------


def test_the_check_finds_a_line_that_is_wrong():
    [d] = by_components("let A in R^{n x n}, x in R^n\nd/dx x' A x")
    lines = [line.components for line in d.lines]
    assert check_components(lines, [d.variable], {}).passed
    for n, line in enumerate(lines):
        first, *rest = line.terms
        planted = Sum(line.left, (Term(first.coef * 2, first.factors, first.sums), *rest))
        report = check_components([*lines[:n], planted, *lines[n + 1 :]], [d.variable], {})
        assert not report.passed
        assert f"line {n + 1}" in report.failed


def test_the_check_finds_indices_that_are_swapped():
    [d] = by_components("let A in R^{n x n}, x in R^n, b in R^n\nd/dx b' A x")
    [*_, last] = [
        line.components for line in d.lines if not line.components.open and isinstance(line.components.left, Slope)
    ][:1]
    swapped = tuple(
        Component(f.expr, f.col, f.row) if isinstance(f, Component) and f.row and f.col else f
        for f in last.terms[0].factors
    )
    planted = Sum(last.left, (Term(last.terms[0].coef, swapped, last.terms[0].sums),))
    assert swapped != last.terms[0].factors
    assert not check_components([planted], [d.variable], {}).passed


# -- the operator table ---------------------------------------------------------------------


@pytest.mark.parametrize("rule", OPERATORS)
def test_every_operator_is_proved(rule):
    """From the multivariable chain rule to the right side of the rule, every line a number."""
    lines = prove(rule)
    assert lines, f"no proof of {rule.lhs}"
    assert lines[0].rules[0].name == "chain-entries"
    components = [line.components for line in lines]
    report = check_components(components, [components[0].left.by.expr], {})
    assert report.passed, report.failed
    assert not any(isinstance(f, Slope) for t in components[-1].terms for f in t.factors)


def test_the_proof_of_a_product_is_the_framework_s():
    [proof] = [prove(r) for r in RULES if r.kind == "operator" and r.lhs == "X W"]
    assert [right(line.components, "unicode") for line in proof] == [
        "Σ_ij D_ij ∂G_ij/∂X_kl",
        "Σ_ijq D_ij ∂X_iq/∂X_kl W_qj",
        "Σ_ijq D_ij δ_ik δ_ql W_qj",
        "Σ_j D_kj W_lj",
        "(D Wᵀ)_kl",
    ]


@pytest.mark.parametrize("rule", OPERATORS)
def test_a_proof_is_rows_for_the_rule_book(rule):
    printed = proof_rows(rule)
    assert [r.kind for r in printed] == ["line"] * (len(printed) - 1) + ["result"]
    assert printed[0].left
    assert all(r.right.count("{") == r.right.count("}") for r in printed)
    assert r"\frac{\partial f}{\partial" in printed[0].right


def test_a_rule_of_another_kind_has_no_proof():
    assert prove(RULES[10]) == ()
    assert proof_rows(RULES[10]) == []


def test_a_delta_of_one_index_is_one():
    from mkdocs_matcalc.engine.index_contract import contract

    term = Term(1, (Delta("i", "k"), Delta("k", "i")), (("i", None),))
    assert contract(term, {"k"}).factors == ()
