"""Style `chain`: its operators one by one, its lines, its results, and that it agrees with style `differential`."""

from __future__ import annotations

import time

import pytest
from agreement import disagreement, environments
from corpus_cases import CASES, check_corpus

from mkdocs_matcalc.check.difference import gradient
from mkdocs_matcalc.check.evaluate import Env
from mkdocs_matcalc.emit.text import text
from mkdocs_matcalc.engine.chain_operators import Operators, scalar_product
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Named, Sym, zeros
from mkdocs_matcalc.expr.differential import Diff, Gradient, diff
from mkdocs_matcalc.expr.linear import add, mul, transpose
from mkdocs_matcalc.expr.matrix import call
from mkdocs_matcalc.expr.scalar import entrywise
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim, is_scalar
from mkdocs_matcalc.expr.walk import symbols
from mkdocs_matcalc.parse import parse, parse_expression
from mkdocs_matcalc.pipeline import LAYOUTS, certify, derive, reading
from mkdocs_matcalc.rules.rule import Rule, RuleError
from mkdocs_matcalc.rules.table import RULES

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

OPERATORS = [pytest.param(r, id=f"{r.number}-{r.name}") for r in RULES if r.kind == "operator"]
MOODS = {"": ("normal", "small", "definite"), "positive": ("positive",), "small": ("tiny", "small")}


def scalar_goal(case) -> bool:
    goal = parse(case["block"]).goals[0]
    return case["order"] == 1 and goal.kind == "derivative" and is_scalar(goal.expr.shape)


SCALARS = [case for case in CASES if scalar_goal(case)]


def told(block: str, layout: str = "denominator", **options):
    [d] = derive(block, layout=layout, style="chain", **options)
    return d


def operand_of(rule: Rule) -> Sym:
    names = symbols(rule.pattern)
    return names.get("X") or names["x"]


# -- the table ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", OPERATORS)
def test_a_row_is_the_adjoint_of_its_operator(rule):
    """⟨D, dG⟩ = ⟨∂f/∂X, dX⟩ for any D: dG is a difference quotient of the left side, so no rule is used."""
    x = operand_of(rule)
    left = scalar_product(rule.outer, Diff(rule.pattern))
    right = scalar_product(rule.replacement, diff(x))
    assert disagreement(left, right, moving={x.name}, moods=MOODS[rule.domain], points=5) == ""


@pytest.mark.parametrize("rule", OPERATORS)
def test_the_engine_does_what_a_row_says(rule):
    """The statement and the function that applies it to any number of operands agree."""
    x = operand_of(rule)
    named = Named("G_", rule.pattern)  # so that a transpose or a multiple is an operator too
    edges = [e for e in Operators(x.name, frozenset()).edges(named) if e.operand == x]
    got = add(*(edge.pull(rule.outer) for edge in edges), zeros(x.shape))
    assert disagreement(got, rule.replacement, moods=MOODS[rule.domain]) == ""
    assert rule in {r for edge in edges for r in edge.rules} or rule.name == "through-det-adjugate"


@pytest.mark.parametrize("text", ["vec(X)", "kron(X, A)", "kron(A, X)", "F(X)", "diag(vec(X))", "vec(kron(X, A))"])
def test_what_stacks_and_what_repeats_goes_through_for_any_gradient(text):
    e = parse_expression(text, "X: m x n, A: p x q, F: R^{m x n} -> R^{p x q}")
    x, D = symbols(e)["X"], Sym("D", e.shape)
    todo, got = [(e, D)], []
    while todo:
        part, d = todo.pop()
        for edge in Operators("X", frozenset()).edges(part):
            (got if edge.operand == x else todo).append(
                edge.pull(d) if edge.operand == x else (edge.operand, edge.pull(d))
            )
    left, right = scalar_product(D, Diff(e)), scalar_product(add(*got), diff(x))
    assert disagreement(left, right, moving={"X"}) == ""


def test_the_rows_of_the_framework_are_there():
    said = {f"{r.lhs} -> {text(r.replacement)}" for r in RULES if r.kind == "operator"}
    assert {
        "X W -> D W'", "W X -> W' D", "X .* C -> D .* C", "g(X) -> D .* g'(X)", "X + C -> D",
        "C .+ x -> ones(1, m) D", "C .+ x -> D ones(n)", "||X||_F^2 -> 2 D X", "sum(X) -> D ones(m, n)",
        "a' X b -> D a b'",
    } <= said  # fmt: skip


def test_a_determinant_goes_through_the_adjugate_unless_it_is_known_not_to_vanish():
    for declared, number in (("", 132), (" invertible", 131), (" spd", 131)):
        d = told(f"let X in R^{{n x n}}{declared}\nd/dX det(X)")
        assert [r.number for r in d.lines[0].rules] == [number]
    assert 131 in {r.number for line in told("d/dX log(det(X))").lines for r in line.rules}


@pytest.mark.parametrize(
    ("given", "lhs", "rhs", "message"),
    [("X: m x n, D: R", "sum(X)", "D", "shape of X"), ("X: m x n, D: R", "X", "D X", "shape of the left side"),
     ("A: m x n", "A'", "A", "shape of X"), ("X, Y, D: n x n", "X'", "Y", "not bound")],
)  # fmt: skip
def test_a_row_with_a_wrong_shape_is_refused(given, lhs, rhs, message):
    with pytest.raises(RuleError, match=message):
        Rule(900, "planted", "planted", given, lhs, rhs, "operator", result=True).validate()


def test_a_row_is_printed_with_its_fractions():
    assert (
        r"\frac{\partial f}{\partial \mathbf{X}} = \frac{\partial f}{\partial \mathbf{G}}"
        in RULES[110].statement_latex()
    )
    for rule in (p.values[0] for p in OPERATORS):
        assert rule.statement_latex().count(r"\partial") >= 2


# -- the unevaluated fraction -----------------------------------------------------------------

n, m = dim("n"), dim("m")
A, B, x, a = Sym("A", (m, n)), Sym("B", (n, n)), Sym("x", (n, ONE)), Sym("a", SCALAR)


def test_a_fraction_counts_every_place_of_its_part_and_only_those():
    y = Named("y", mul(A, x))
    f = add(call("sum", y), mul(a, call("sum", mul(A, x))), call("norm2", transpose(mul(A, x))))
    u = Sym("u", (m, ONE))
    at = Gradient("f", f, mul(A, x), "x").with_part(u)
    assert at == add(call("sum", y), mul(a, call("sum", u)), call("norm2", transpose(u)))
    assert Gradient("f", f, y, "x").with_part(u) == add(call("sum", u), *f.args[1:])


def test_a_constant_factor_is_no_part_of_a_product():
    b = Sym("b", SCALAR)
    t, u = Sym("t", SCALAR), Sym("u", (m, n))
    f = call("norm1", mul(a, t, A))
    assert Gradient("f", f, mul(t, A), "t").with_part(u) == call("norm1", mul(a, u))
    other = mul(t, entrywise("sin", t))
    assert Gradient("f", mul(other, entrywise("exp", t)), other, "t").with_part(b) == mul(other, entrywise("exp", t))


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e4])
def test_a_fraction_is_evaluated_by_differences_of_its_own_size(size):
    f = parse_expression("1/2 ||A x||^2", "A: m x n, x: R^n")
    part = parse_expression("A x", "A: m x n, x: R^n")
    for env, _ in zip(environments((f,), ()), range(3), strict=False):
        values = {**env.point.values, "A": env.point.values["A"] * size}
        here = Env(env.point).moved(values, batch=0)
        got = gradient(Gradient("f", f, part, "x"), here)
        assert abs(got - here.value(part)).max() < 1e-7 * abs(here.value(part)).max()


# -- lines ------------------------------------------------------------------------------------

NETWORK = "let X in R^{m x n}, W in R^{n x k}, Y in R^{m x k}\nlet g: elementwise\nd/dW ||g(X W) - Y||_F^2"


def test_the_example_of_the_framework_is_told_an_operator_a_line():
    d = told(NETWORK)
    assert [s.text for s in d.steps] == [
        "X' (df/d(X W))",
        "X' ((df/dg(X W)) .* g'(X W))",
        "X' ((df/d(g(X W) - Y)) .* g'(X W))",
        "2 X' ((g(X W) - Y) .* g'(X W))",
    ]
    assert [[r.number for r in s.rules] for s in d.steps] == [[111], [114], [115], [125]]
    assert d.steps[0].latex == r"\mathbf{X}^\top\frac{\partial f}{\partial(\mathbf{X}\mathbf{W})}"


def test_each_line_says_which_operator_it_takes_off():
    d = told(NETWORK, "numerator")
    notes = [line.partition("with ")[2] for line in d.text.split("\n") if "with " in line]
    assert notes == ["G: W ↦ X W", "G: U ↦ g(U)", "G: U ↦ U − Y"]
    assert "transposed; numerator layout: k × n" in d.text
    from mkdocs_matcalc.emit.steps import rows

    assert r"with $\mathbf{G}\colon \mathbf{W} \mapsto \mathbf{X}\mathbf{W}$" in [r.note for r in rows(d)]


@pytest.mark.parametrize(
    ("block", "result"),
    [
        (NETWORK, "2 X' ((g(X W) - Y) .* g'(X W))"),
        ("let X in R^{m x n}, D in R^{m x k}, R in R^{k x n}\nd/dD ||X - D R||_F^2", "-2 (X - D R) R'"),
        ("let X in R^{m x n}, D in R^{m x k}, R in R^{k x n}\nd/dR ||X - D R||_F^2", "-2 D' (X - D R)"),
        ("let X in R^{m x n}, W in R^{n x p}\nlet f: R^{m x p} -> R\nd/dX f(X W)", "f'(X W)' W'"),
        ("let X in R^{m x n}, W in R^{p x m}\nlet f: R^{p x n} -> R\nd/dX f(W X)", "W' f'(W X)'"),
        ("let X, C in R^{m x n}\nlet f: R^{m x n} -> R\nd/dX f(X .* C)", "f'(X .* C)' .* C"),
        ("let X in R^{m x n}\nlet f: R^{m x n} -> R, g: elementwise\nd/dX f(g(X))", "f'(g(X))' .* g'(X)"),
        ("let X, C in R^{m x n}\nlet f: R^{m x n} -> R\nd/dX f(X + C)", "f'(X + C)'"),
        ("let x in R^m, C in R^{m x n}\nlet f: R^{m x n} -> R\nd/dx f(C .+ x)", "f'(C + x ones(1, n))' ones(n)"),
        ("let G in R^{m x n}\nd/dG ||G||_F^2", "2 G"),
        ("let G in R^{m x n}\nd/dG sum(G)", "ones(m, n)"),
        ("let G in R^{n x n}, a in R^n\nd/dG a' G a", "a a'"),
        ("let x in R^n\nd/dx x' x", "2 x"),
        ("let A in R^{n x n}, x in R^n\nd/dx x' A x", "(A + A') x"),
        ("let X in R^{n x n} invertible\nd/dX log(det(X))", "inv(X)'"),
        ("let A in R^{k x m}, X in R^{m x n}, B in R^{n x k}\nd/dX tr(A X B)", "A' B'"),
        ("let W in R^{k x n}, x in R^n, y in R^k\nz = W x\nd/dW logsumexp(z) - y' z", "(softmax(W x) - y) x'"),
        ("let X in R^{m x n}\nd/dX sum(logsumexp(X, rows))", "softmax(X, rows)"),
        ("let X in R^{m x n}\nd/dX sum(vec(X))", "ones(m, n)"),
        ("let A, X in R^{m x n}\nd/dX vec(A)' vec(X)", "A"),
        ("let A, X in R^{n x n}\nd/dX tr(kron(A, X))", "tr(A) eye(n)"),
        ("let x in R^n\nd/dx 3", "zeros(n)"),
        ("let x in R\nd/dx x", "1"),
    ],
)
def test_the_result_is_printed_as_in_books(block, result):
    d = told(block)
    assert d.derivative == parse_expression(result, problem=parse(block))


def test_the_sum_of_rows_of_a_broadcast_row():
    block = "let x in R^{1 x n}, C in R^{m x n}\nlet f: R^{m x n} -> R\nd/dx f(C .+ x)"
    d = told(block)
    assert [s.text for s in d.steps] == ["ones(1, m) (dy/d(C + ones(m) x))", "ones(1, m) f'(C + ones(m) x)'"]
    assert [str(e) for e in d.derivative.shape] == ["n", "1"]


def test_an_intermediate_keeps_its_name_in_the_fractions():
    block = "let W in R^{m x n}, x in R^n, b in R^m\ny = W x + b\nf = ||y||^2\ndf/dW"
    assert [s.text for s in told(block).steps] == ["(df/dy) x'", "2 y x'"]


def test_equal_parts_are_replaced_once_and_late_enough():
    """exp(x) is an operand of the sum and of sin: its fraction waits until that of sin(exp(x)) has gone."""
    d = told("let x in R^n\nd/dx sum(sin(exp(x)) .* exp(x))")
    fractions = [{g.part for g in line.expr.walk() if isinstance(g, Gradient)} for line in d.lines]
    assert [len(f) for f in fractions] == [1, 2, 1, 0] or [len(f) for f in fractions] == [1, 2, 0]
    assert d.check.passed


def test_lines_are_no_differentials_for_numpy():
    out = told(NETWORK).to_dict()
    assert {s["numpy"] for s in out["steps"]} == {None}
    assert {s["of"] for s in out["steps"]} == {"f"}
    assert out["style"] == "chain"


def test_each_variable_has_a_derivation_of_its_own():
    block = "let X in R^{m x n}, D in R^{m x k}, R in R^{k x n}\nf = ||X - D R||_F^2\ndf/dD, df/dR"
    first, second = derive(block, style="chain", layout="denominator")
    assert [d.variable.name for d in (first, second)] == ["D", "R"]
    assert first.result.text == "-2 (X - D R) R'"
    assert second.result.text == "-2 D' (X - D R)"


def test_the_directive_and_a_structured_variable():
    [d] = derive("style: chain\nstructured: true\nlet X in R^{n x n} symmetric, A in R^{n x n}\nd/dX tr(A X)")
    assert d.style == "chain"
    assert d.result.text == "A + A' - A .* eye(n)"
    assert d.lines[-1].expr == parse_expression("A'", "A: n x n")


@pytest.mark.parametrize(
    ("goal", "what"),
    [("d/dx A x", "those of vectors"), ("d2/dx2 x' A x", "second"), ("differential x' A x wrt x", "differentials")],
)
def test_what_is_no_derivative_of_a_scalar_is_refused_with_its_place(goal, what):
    with pytest.raises(DeriveError, match="style chain derives scalar functions") as found:
        derive(f"let A in R^{{n x n}}, x in R^n\n{goal}", style="chain")
    assert what in found.value.message
    assert found.value.line == 2


def test_an_operator_without_a_row_is_refused_with_its_place():
    with pytest.raises(DeriveError, match="no rule") as found:
        derive("let X in R^{n x n}\nd/dX tr(adj(X))", style="chain")
    assert found.value.line == 2


# -- checks -----------------------------------------------------------------------------------


def test_a_wrong_line_is_not_published():
    d = told(NETWORK, verify=False)
    problem = parse(NETWORK)
    [goal] = problem.goals
    for i, line in enumerate(d.lines):
        wrong = type(line)(line.quantity, mul(line.expr, parse_expression("2")), line.steps)
        d.lines = (*d.lines[:i], wrong, *d.lines[i + 1 :])
        with pytest.raises(DeriveError, match=f"line {i + 1}"):
            certify(d, goal.span, reading(problem, goal, d))
        d.lines = (*d.lines[:i], line, *d.lines[i + 1 :])
    certify(d, goal.span, reading(problem, goal, d))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_corpus_of_scalar_functions(layout):
    """At least 98 % are answered, and none wrongly."""
    rows = check_corpus.check(SCALARS, lambda block, layout: derive(block, layout=layout, style="chain"), (layout,))
    bad = [f"{r['status']} {r['id']} {r['reason']}" for r in rows if r["status"] not in ("passed", "refused")]
    assert not bad, "\n".join(bad)
    assert sum(r["status"] == "passed" for r in rows) >= 0.98 * len(SCALARS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_results_are_those_of_style_differential(layout):
    """Equal in value for all, up to rounding; written alike for most."""
    alike = 0
    for case in SCALARS:
        [one], [other] = (
            derive(case["block"], layout=layout, style=s, verify=False) for s in ("chain", "differential")
        )
        alike += one.derivative == other.derivative
        assert one.derivative.shape == other.derivative.shape
        moods = ("positive", "small", "definite", "normal")
        assert disagreement(one.derivative, other.derivative, moods=moods) == "", case["id"]
    assert alike >= 0.88 * len(SCALARS), alike


# -- size -------------------------------------------------------------------------------------


def nested(inner: str, depth: int) -> str:
    for i in range(depth):
        inner = f"{('sin', 'arctan')[i % 2]}({inner})"
    return inner


def test_a_hundred_nested_operators_are_told():
    block = f"let x in R^n\ny = {nested('x', 50)}\nd/dx sum({nested('y', 49)})"
    start = time.perf_counter()
    d = told(block, verify=False)
    assert len(d.lines) == 100
    assert time.perf_counter() - start < 5


def test_intermediates_that_use_each_other_twice_do_not_multiply():
    lines = [f"y{i + 1} = y{i} .* sin(y{i})" for i in range(1, 12)]
    block = "\n".join(["let x in R^n", "y1 = x .* sin(x)", *lines, "d/dx sum(y12)"])
    d = told(block, verify=False)
    assert max(line.expr.size for line in d.lines) < 500
