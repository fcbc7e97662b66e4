"""The table of rules, tested as a table: every statement is read, shaped, true and held back by its guard."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from agreement import MOODS, deviation, disagreement, environments

from mkdocs_matcalc.check.agree import relative_error
from mkdocs_matcalc.check.difference import hessian, jacobian
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.layout import arranged
from mkdocs_matcalc.engine.differentiate import Differentiator
from mkdocs_matcalc.engine.forms import collect
from mkdocs_matcalc.engine.rearrange import Rearranger
from mkdocs_matcalc.engine.step import Trace
from mkdocs_matcalc.expr.atoms import Sym, ones
from mkdocs_matcalc.expr.differential import Diff, diff
from mkdocs_matcalc.expr.linear import add, had, kron, mul, transpose
from mkdocs_matcalc.expr.matrix import Call, Inv, call, matpow, trace
from mkdocs_matcalc.expr.node import Expr
from mkdocs_matcalc.expr.scalar import Signature, apply, entrywise
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import bottom_up, symbols
from mkdocs_matcalc.rules.guard import invertible, symmetric
from mkdocs_matcalc.rules.rule import Rule, RuleError
from mkdocs_matcalc.rules.table import RULES, Table

EVERY = [pytest.param(rule, id=f"{rule.number}-{rule.name}") for rule in RULES]
EQUALITIES = [p for p in EVERY if not p.values[0].result]
IDENTIFICATIONS = [p for p in EVERY if p.values[0].kind == "identification"]
STRUCTURED = [p for p in EVERY if p.values[0].kind == "structured"]
#: The sides of an operator do not mean the same; test_style_chain.py tests what they mean.
OPERATORS = [p for p in EVERY if p.values[0].kind == "operator"]
DIFFERENTIALS = [p for p in EVERY if p.values[0].kind == "differential"]
GUARDED = [pytest.param(r, g, id=f"{r.number}-{g.attribute}") for r in RULES for g in r.when if r.kind != "operator"]

#: The metavariables that a rule takes for constants; all others change, on both sides.
CONSTANTS = {"constant": {"A"}, "multiple": {"a"}, "linear": {"A", "B", "C"}, "quadratic": {"A"}, "power": {"a"},
             "second-of-vector": {"w", "u"}}  # fmt: skip

#: (1)-(27) as the tutorial numbers them.
TUTORIAL = {
    1: "identify-scalar-scalar", 2: "identify-scalar-vector", 3: "identify-scalar-matrix",
    4: "identify-vector-scalar", 5: "identify-vector-vector", 6: "identify-matrix-scalar",
    7: "constant", 8: "multiple", 9: "sum", 10: "product", 11: "products", 12: "linear", 13: "kronecker",
    14: "hadamard", 15: "transpose", 16: "d-inverse", 17: "d-trace", 18: "d-det", 19: "entrywise",
    20: "chain-scalar-vector", 21: "chain-scalar-scalar", 22: "chain-scalar-matrix", 23: "chain-vector-vector",
    24: "total-scalar", 25: "total-vector", 26: "total-matrix", 27: "total-array",
}  # fmt: skip
#: Our own: a number never changes its rule, so this list only grows.
FROZEN = {
    28: "identify-vec", 29: "identify-hessian", 30: "identify-mixed", 31: "d-sum", 32: "d-diag", 33: "d-diagonal",
    34: "d-vec", 35: "square", 36: "quadratic", 37: "frobenius", 38: "matrix-power", 39: "d-det-adjugate",
    40: "d-logdet", 41: "d-adjugate", 42: "d-exp", 43: "d-log", 44: "d-sqrt", 45: "d-sin", 46: "d-cos", 47: "d-tan",
    48: "d-arcsin", 49: "d-arccos", 50: "d-arctan", 51: "d-sinh", 52: "d-cosh", 53: "d-tanh", 54: "d-sigmoid",
    55: "d-softplus", 56: "d-abs", 57: "d-sign", 58: "d-relu", 59: "d-step", 60: "power", 61: "exponential",
    62: "norm-square", 63: "frobenius-square", 64: "d-norm", 65: "d-frobenius", 66: "norm1-definition",
    67: "d-logsumexp", 68: "d-logsumexp-all", 69: "d-softmax", 70: "scalar-transpose", 71: "scalar-trace",
    72: "cyclic", 73: "trace-transpose", 74: "trace-hadamard", 75: "vector-hadamard", 76: "diag-product",
    77: "sum-hadamard", 78: "collect", 79: "product-transpose", 80: "distribute", 81: "sum-ones", 82: "trace-diag",
    83: "diag-trace", 84: "trace-kronecker", 85: "sum-kronecker", 86: "cancel", 87: "inverse-product",
    88: "vec-product", 89: "vec-transpose", 90: "vec-hadamard", 91: "entries", 92: "substitute", 93: "scalar-moves",
    94: "hadamard-diag", 95: "vec-outer", 96: "vec-quadratic", 97: "log-abs-det", 98: "trace-identity",
    99: "vector-sum", 100: "vec-diag", 101: "diagonal-vec", 102: "vec-kronecker", 103: "diag-outer",
    104: "hadamard-outer", 105: "norm-scale", 106: "identify-symmetric", 107: "identify-skew",
    108: "identify-diagonal", 109: "second-derivative",
    110: "through-right", 111: "through-left", 112: "through-between", 113: "through-hadamard",
    114: "through-entrywise", 115: "through-sum", 116: "through-rows", 117: "through-columns",
    118: "through-everywhere", 119: "through-quadratic", 120: "through-multiple", 121: "through-scalar-factor",
    122: "through-transpose", 123: "through-matrix-power", 124: "through-norm-square",
    125: "through-frobenius-square", 126: "through-norm", 127: "through-frobenius", 128: "through-norm1",
    129: "through-sum-entries", 130: "through-trace", 131: "through-det", 132: "through-det-adjugate",
    133: "through-logdet", 134: "through-logsumexp", 135: "through-logsumexp-all", 136: "through-inverse",
    137: "through-adjugate", 138: "through-softmax", 139: "through-diag", 140: "through-diagonal",
    141: "through-power", 142: "through-exponent", 143: "through-scalar-function", 144: "through-matrix-function",
    145: "through-vector-function", 146: "through-function-of-scalar",
    147: "through-logsumexp-rows", 148: "through-logsumexp-columns", 149: "through-softmax-rows",
    156: "through-softmax-columns", 157: "through-vec", 158: "through-kron-left", 159: "through-kron-right",
    160: "through-array-function", 150: "written-out", 151: "by-entries", 152: "chain-entries", 153: "entry-delta", 154: "contract-delta", 155: "matrix-notation",
}  # fmt: skip
#: What (7)-(19) say, in the tutorial's words written in the block language.
MEANING = {
    8: "d(a X) = a dX", 9: "d(X + Y) = dX + dY", 10: "d(X Y) = dX Y + X dY",
    11: "d(X Y Z) = dX Y Z + X dY Z + X Y dZ", 12: "d(A X B + C) = A dX B",
    13: "d kron(X, Y) = kron(dX, Y) + kron(X, dY)", 14: "d(X .* Y) = dX .* Y + X .* dY", 15: "d(X') = (dX)'",
    16: "d inv(X) = -inv(X) dX inv(X)", 17: "d tr(X) = tr(dX)", 18: "d det(X) = det(X) tr(inv(X) dX)",
    19: "d sigma(X) = sigma'(X) .* dX",
}  # fmt: skip


def moods(rule: Rule) -> tuple[str, ...]:
    """The kinds of values for which a rule is stated."""
    return {"": MOODS, "positive": ("positive",), "small": ("tiny", "small")}[rule.domain]


def moving(rule: Rule) -> set[str]:
    """The metavariables that change."""
    return set(symbols(rule.pattern)) - CONSTANTS.get(rule.name, set())


def falsehood(rule: Rule) -> str:
    """Where the two sides of a statement differ; empty where they agree at random points."""
    return disagreement(rule.pattern, rule.replacement, moving=moving(rule), moods=moods(rule), points=4)


def regular(e: Expr) -> Expr:
    """A square symbol declared invertible; anything else as it is."""
    square = isinstance(e, Sym) and e.shape[0] == e.shape[1] and not e.is_scalar
    return Sym(e.name, e.shape, e.attributes | {"invertible"}) if square else e


def differentiated(e: Expr, wrt: set[str], *, shortcuts: bool = True) -> tuple[Expr, Trace]:
    """An expression with its differentials moved inward by the engine until none is open, and the steps."""
    trace_ = Trace()
    worker = Differentiator(frozenset(wrt), trace_, shortcuts=shortcuts)
    for _ in range(20):
        if not e.open:
            return e, trace_
        e = worker.wave(e)
    raise AssertionError(f"still open after 20 waves: {e!r}")


# -- the table ------------------------------------------------------------------------------


def test_the_numbers_of_the_tutorial_are_its_rules():
    assert {n: RULES[n].name for n in TUTORIAL} == TUTORIAL


@pytest.mark.parametrize("number", MEANING)
def test_a_rule_of_the_tutorial_says_what_it_says_there(number):
    rule = RULES[number]
    assert f"{rule.lhs} = {rule.rhs}" == MEANING[number]


def test_a_number_never_changes_its_rule():
    assert {n: RULES[n].name for n in FROZEN} == FROZEN


def test_new_rules_have_new_numbers():
    assert not {r.number for r in RULES} - set(TUTORIAL) - set(FROZEN) - set(range(max(FROZEN) + 1, 10_000))


def test_rules_come_in_the_order_of_their_numbers():
    numbers = [r.number for r in RULES]
    assert numbers == sorted(set(numbers))
    assert len(RULES) == len(numbers)


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_is_found_by_its_number_and_by_its_name(rule):
    assert RULES[rule.number] is RULES[rule.name] is rule
    assert RULES.find(f"({rule.number})") is RULES.find(str(rule.number)) is RULES.find(rule.name) is rule


def test_a_number_or_name_that_is_not_there_is_not_found():
    assert RULES.find("0") is RULES.find("99999") is RULES.find("no-such-rule") is RULES.find("") is None


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_has_a_title_a_family_and_a_source(rule):
    assert rule.title
    assert rule.family
    assert rule.source
    assert rule.kind in ("identification", "structured", "differential", "identity", "operator")


@pytest.mark.parametrize("rule", EVERY)
def test_a_statement_is_read_and_can_be_a_rule(rule):
    rule.validate()
    assert rule.result or rule.pattern.shape == rule.replacement.shape


# -- what a rule says is true -----------------------------------------------------------------


@pytest.mark.parametrize("rule", EQUALITIES)
def test_both_sides_have_one_value(rule):
    """At random points with random directions; differentials are difference quotients, computed by no rule."""
    assert falsehood(rule) == ""


@pytest.mark.parametrize("rule", IDENTIFICATIONS)
def test_an_identification_is_the_derivative_of_what_has_the_differential(rule):
    """In tr(A dX), X for dX is a function with that differential; its numerator-layout derivative is A."""
    order = 1 if rule.name not in ("identify-hessian", "identify-mixed") else 2
    left, right = rule.pattern, rule.replacement
    value = bottom_up(left, lambda e: e.arg if isinstance(e, Diff) else e)
    names = sorted(left.differentials)
    for env in itertools.islice(environments((left, right), (), MOODS), 5):
        entries = [np.arange(env.point.values[n].size, dtype=float) for n in names]
        got = evaluate(right, Env(env.point))
        if order == 2:
            if len(names) == 1:
                bend, _ = hessian(value, (names[0], names[0]), env, (entries[0], entries[0]), 100)
                bend = bend / 2  # the second differential of x'Hx is twice (dx)'H dx
            else:
                bend, _ = hessian(value, (names[0], names[1]), env, (entries[0], entries[1]), 100)
            want = bend[0]
        else:
            slope, _ = jacobian(value, names[0], env, entries[0], 100)
            want = arranged(slope, value, symbols(left)[names[0]], "numerator", env.point)
        assert relative_error(got, want) < 1e-6


#: How a structured matrix changes with its entry in row i and column j, by the name of the rule.
MOVES = {
    "identify-symmetric": lambda a, b: a + b - a * b,
    "identify-skew": lambda a, b: a - b,
    "identify-diagonal": lambda a, b: a * b,
}


@pytest.mark.parametrize("rule", STRUCTURED)
def test_a_structured_identification_moves_every_entry_that_hangs_on_one(rule):
    """Numerator layout: the entry in row j and column i is the change of tr(A X) with the entry x_ij."""
    for env in itertools.islice(environments((rule.pattern, rule.replacement), ()), 5):
        A = env.point.values["A"]
        want = np.zeros_like(A)
        for i, j in np.ndindex(A.shape):
            unit = np.zeros_like(A)
            unit[i, j] = 1
            want[j, i] = np.trace(A @ MOVES[rule.name](unit, unit.T))
        assert relative_error(evaluate(rule.replacement, env), want) < 1e-12


def test_every_rule_that_reads_off_a_result_is_tested():
    assert len(IDENTIFICATIONS) + len(STRUCTURED) + len(OPERATORS) + len(EQUALITIES) == len(RULES)
    assert {p.values[0].name for p in STRUCTURED} == set(MOVES)


@pytest.mark.parametrize("rule", DIFFERENTIALS)
def test_the_engine_differentiates_the_left_side_to_the_value_of_the_right(rule):
    """Whatever rules the engine takes on the way: a statement and its rewriting function agree."""
    for shortcuts in (True, False):
        got, _ = differentiated(rule.pattern, moving(rule), shortcuts=shortcuts)
        found = disagreement(got, rule.replacement, moving=moving(rule), moods=moods(rule))
        assert found == ""


@pytest.mark.parametrize("rule", [p for p in DIFFERENTIALS if p.values[0].number not in (109, 202, 217)])
def test_differentiating_again_is_right_too(rule):
    """The second differential agrees with a difference quotient of the first.

    Not for (109), (202) and (217): there is no third derivative of an abstract function.
    Square matrices are declared invertible here, since the differential of adj(X) has a rule for those alone.
    """
    first = bottom_up(rule.replacement, regular)
    got, _ = differentiated(diff(first), moving(rule))
    assert disagreement(got, diff(first), moving=moving(rule), moods=moods(rule)) == ""


# -- guards ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "guard"), GUARDED)
def test_a_guard_draws_what_meets_it_and_spoils_what_does_not(rule, guard):
    meets = {
        "symmetric": lambda a: np.allclose(a, a.T),
        "invertible": lambda a: np.linalg.cond(a) < 1e6,
    }[guard.attribute]
    for seed, n in itertools.product(range(5), (2, 3, 4)):
        assert meets(guard.draw(np.random.default_rng(seed), n))
        assert not meets(guard.spoil(np.random.default_rng(seed), n))
    assert guard.name in symbols(rule.pattern)
    assert guard.words
    assert guard.words in rule.condition


@pytest.mark.parametrize(("rule", "guard"), GUARDED)
def test_a_rule_holds_for_what_its_guard_draws_and_not_for_what_it_spoils(rule, guard):
    """So the guard is needed: without it the two sides differ, or one of them has no value."""
    plain = {n: Sym(n, s.shape) for n, s in symbols(rule.pattern).items()}
    sides = [
        bottom_up(side, lambda e: plain[e.name] if isinstance(e, Sym) else e)
        for side in (rule.pattern, rule.replacement)
    ]
    for env in itertools.islice(environments(sides, moving(rule)), 4):
        n = env.point.values[guard.name].shape[0]
        rng = np.random.default_rng(n)
        for make, holds in ((guard.draw, True), (guard.spoil, False)):
            values = {**env.point.values, guard.name: make(rng, n)}
            there = Env(dataclasses.replace(env.point, values=values), env.directions)
            error, allowed = deviation(*sides, there)
            assert bool(error <= allowed) is holds, (make, error)


def test_the_symmetric_quadratic_form_applies_to_symmetric_matrices_only():
    n = dim("n")
    y = Sym("y", (n, ONE))
    rule = RULES["quadratic"]
    form = {
        a: diff(mul(transpose(y), Sym("A", (n, n), frozenset(a)), y))
        for a in ((), ("symmetric",), ("spd",), ("invertible",))
    }
    assert rule.apply(form[("symmetric",)]) is not None
    assert rule.apply(form[("spd",)]) is not None
    assert rule.apply(form[()]) is None
    assert rule.apply(form[("invertible",)]) is None
    gram = mul(transpose(Sym("B", (n, n))), Sym("B", (n, n)))
    assert symmetric("A").test(gram)
    assert not symmetric("A").test(mul(Sym("B", (n, n)), Sym("B", (n, n))))


def test_the_engine_keeps_both_terms_of_a_form_that_is_not_symmetric():
    n = dim("n")
    y, A = Sym("y", (n, ONE)), Sym("A", (n, n))
    form = diff(mul(transpose(y), A, y))
    got, steps = differentiated(form, {"y"})
    assert "quadratic" not in [s.rule.name for s in steps.steps]
    assert disagreement(got, form, moving={"y"}) == ""


def test_a_matrix_that_is_singular_by_its_form_is_not_inverted():
    """The guarded rules leave det(uv') alone, and the engine takes the adjugate, which has a value there."""
    n = dim("n")
    u, v, X = Sym("u", (n, ONE)), Sym("v", (n, ONE)), Sym("X", (n, n), frozenset({"invertible"}))
    outer = mul(u, transpose(v))
    assert invertible("X").test(X)
    for singular in (outer, mul(X, outer), mul(X, u, transpose(v), X), ones((n, n))):
        assert not invertible("X").test(singular)
        for name, of in (("d-det", "det"), ("d-adjugate", "adj")):
            assert RULES[name].apply(diff(Call(of, singular))) is None
            assert RULES[name].apply(diff(Call(of, X))) is not None
    got, steps = differentiated(diff(call("det", outer)), {"u"})
    assert steps.steps[0].rule.name == "d-det-adjugate"
    assert disagreement(got, diff(call("det", outer)), moving={"u"}) == ""


@pytest.mark.parametrize("attributes", [(), ("invertible",), ("spd",), ("symmetric",), ("orthogonal",)], ids=str)
@pytest.mark.parametrize("name", ["det", "logdet", "inverse"])
def test_determinant_and_inverse_of_a_variable_have_a_rule_whatever_is_declared(name, attributes):
    X = Sym("X", (dim("n"), dim("n")), frozenset(attributes))
    e = diff(Inv(X) if name == "inverse" else Call(name, X))
    got, _ = differentiated(e, {"X"})
    assert not got.open
    assert disagreement(got, e, moving={"X"}, moods=("definite",)) == ""


@pytest.mark.parametrize("rule", [p for p in DIFFERENTIALS if p.values[0].name != "constant"])
def test_a_rule_does_not_apply_to_something_else(rule):
    n = dim("n")
    assert rule.apply(Sym("Q", (n, n))) is None
    assert rule.apply(diff(Sym("Q", (n, n)))) is None


# -- rules of any arity -------------------------------------------------------------------------

n, m, k = dim("n"), dim("m"), dim("k")
SIZES = [m, n, k, m, n]
SQUARES = [Sym(f"X{i}", (n, n)) for i in range(4)]
LINKS = [Sym(f"Y{i}", (SIZES[i], SIZES[i + 1])) for i in range(4)]
VECTORS = [Sym(f"x{i}", (n, ONE)) for i in range(4)]
SCALARS = [Sym(f"a{i}", SCALAR) for i in range(4)]


def _total(args: list[Sym], gives=SCALAR) -> Expr:
    return apply(Signature("f", tuple(a.shape for a in args), gives), tuple(args))


ARITIES = {
    "sum": lambda c: ("sum", add(*SQUARES[:c])),
    "product-square": lambda c: ("product" if c == 2 else "products", mul(*SQUARES[:c])),
    "product-rectangular": lambda c: ("product" if c == 2 else "products", mul(*LINKS[:c])),
    "product-scalars": lambda c: ("product" if c == 2 else "products", mul(*SCALARS[:c])),
    "product-scaled": lambda c: ("product" if c == 2 else "products", mul(*SCALARS[: c - 1], SQUARES[0])),
    "product-inner": lambda c: ("product" if c == 2 else "products", mul(transpose(VECTORS[0]), *SQUARES[: c - 2], VECTORS[1])),
    "hadamard": lambda c: ("hadamard", had(*SQUARES[:c])),
    "hadamard-vectors": lambda c: ("hadamard", had(*VECTORS[:c])),
    "kronecker": lambda c: ("kronecker", kron(LINKS[0], LINKS[1]) if c == 2 else kron(LINKS[0], kron(*LINKS[1:3])) if c == 3
                            else kron(kron(SQUARES[0], VECTORS[0]), kron(LINKS[0], VECTORS[1]))),
    "matrix-power": lambda c: ("matrix-power", matpow(SQUARES[0], c)),
    "total-scalar": lambda c: ("total-scalar", _total(SCALARS[:c])),
    "total-vector": lambda c: ("total-vector", _total(VECTORS[:c])),
    "total-matrix": lambda c: ("total-matrix", _total(LINKS[:c])),
    "total-array": lambda c: ("total-array", _total([VECTORS[0], *SCALARS[: c - 1]], (m, ONE))),
}  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("what", ARITIES)
def test_a_rule_of_any_arity_is_right_for_two_three_and_four(what, count):
    """Every part changes, and so does each part alone while the others are constants."""
    name, e = ARITIES[what](count)
    every = set(symbols(e))
    got, steps = differentiated(diff(e), every, shortcuts=False)
    assert steps.steps[0].rule.name == name
    assert disagreement(got, diff(e), moving=every) == ""
    for one in sorted(every):
        got, _ = differentiated(diff(e), {one}, shortcuts=False)
        assert disagreement(got, diff(e), moving={one}) == ""


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_linear_form_keeps_its_constants_on_both_sides(count):
    for at in range(count):
        e = add(mul(*LINKS[:count]), Sym("C", (SIZES[0], SIZES[count])))
        name = LINKS[at].name
        got, steps = differentiated(diff(e), {name}, shortcuts=False)
        assert {s.rule.name for s in steps.steps} == {"sum", "linear", "constant"}
        assert got == mul(*(diff(f) if i == at else f for i, f in enumerate(LINKS[:count])))
        assert disagreement(got, diff(e), moving={name}) == ""


#: What the outer function takes and gives, and what the variable is.
_CHAINS = {
    "chain-scalar-vector": ((n, ONE), SCALAR, "x"), "chain-scalar-scalar": (SCALAR, SCALAR, "x"),
    "chain-scalar-matrix": ((n, k), SCALAR, "X"), "chain-vector-vector": ((n, ONE), (m, ONE), "x"),
}  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("name", _CHAINS)
def test_a_chain_of_functions_is_differentiated_from_the_outside_in(name, length):
    """z(y(x)) by its chain rule, and a chain of three and four functions by the chain rules again."""
    takes, gives, variable = _CHAINS[name]
    x = Sym(variable, takes)
    inside: Expr = x
    for i in range(length):
        # there is no matrix form of the derivative of a matrix by a matrix: matrices go through σ
        matrix = takes == (n, k)
        inside = (
            entrywise(f"s{i}", inside, abstract=True)
            if matrix
            else apply(Signature(f"y{i}", (takes,), takes), (inside,))
        )
    e = apply(Signature("z", (takes,), gives), (inside,))
    got, steps = differentiated(diff(e), {x.name})
    assert steps.steps[0].rule.name == name
    assert disagreement(got, diff(e), moving={x.name}) == ""


@pytest.mark.parametrize("count", [2, 3, 4])
def test_terms_are_collected_and_keep_their_sum(count):
    x, X = Sym("x", (n, ONE)), Sym("X", (m, n))
    rows = [transpose(v) for v in VECTORS[:count]]
    weights = [Sym(f"W{i}", (n, m)) for i in range(count)]
    for e, want in (
        (add(*(mul(r, diff(x)) for r in rows)), mul(add(*rows), diff(x))),
        (add(*(trace(mul(w, diff(X))) for w in weights)), trace(mul(add(*weights), diff(X)))),
    ):
        got = collect(e)
        assert disagreement(got, e, points=2) == ""
        assert got.size <= want.size


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_trace_turns_until_the_increment_stands_last(count):
    sizes = [m, *SIZES[1:count], m]
    factors = [Sym(f"Y{i}", (sizes[i], sizes[i + 1])) for i in range(count)]
    for at in range(count):
        e = trace(mul(*(diff(f) if i == at else f for i, f in enumerate(factors))))
        steps = Trace()
        got = Rearranger(steps).scalar(e)
        assert got == trace(mul(*factors[at + 1 :], *factors[:at], diff(factors[at])))
        assert ["cyclic"] * (at < count - 1) == list(dict.fromkeys(s.rule.name for s in steps.steps))
        assert disagreement(got, e) == ""


# -- what registration refuses, and what the test of truth finds -----------------------------------


def stated(lhs: str, rhs: str, given: str = "X, Y: n x n", kind: str = "differential", **more) -> Rule:
    """A rule that is in no table."""
    return Rule(900, "planted", "planted", given, lhs, rhs, kind, **more)


def test_a_number_or_a_name_is_taken_once():
    table = Table()
    rule = table.register(stated("d(X + Y)", "dX + dY"))
    for again in (dataclasses.replace(rule, name="other"), dataclasses.replace(rule, number=901)):
        with pytest.raises(RuleError, match="there already"):
            table.register(again)
    table.register(dataclasses.replace(rule, number=901, name="other"))


def test_sides_of_different_shape_are_no_rule():
    with pytest.raises(RuleError, match="shapes"):
        stated("d(X Y)", "tr(dX Y) + tr(X dY)").validate()
    with pytest.raises(RuleError, match="shapes"):
        stated("X'", "X", "X: m x n", "identity").validate()


def test_a_name_that_the_left_side_does_not_bind_is_refused():
    with pytest.raises(RuleError, match="Y is not bound"):
        stated("d tr(X)", "tr(Y dX)").validate()
    with pytest.raises(RuleError, match="Y is not bound"):
        stated("d tr(X)", "tr(dX) + tr(dY)").validate()


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [("d(X Y)", "d(X Y)"), ("d tr(X)", "tr(d(X + X'))"), ("d inv(X)", "-inv(X) d(X + X - X) inv(X)")],
)
def test_a_differential_on_the_right_is_smaller_than_on_the_left(lhs, rhs):
    with pytest.raises(RuleError, match="not smaller"):
        stated(lhs, rhs).validate()


PLANTED = [
    stated("d inv(X)", "inv(X) dX inv(X)"),
    stated("d inv(X)", "-dX inv(X) inv(X)"),
    stated("d(X Y)", "dX Y + dY X"),
    stated("d(X Y)", "dX Y"),
    stated("d(X')", "dX"),
    stated("d det(X)", "det(X) tr(dX)"),
    stated("d adj(X)", "adj(dX)"),
    stated("d logdet(X)", "tr(inv(X)' dX)"),
    stated("d sin(X)", "sin(X) .* dX"),
    stated("d kron(X, Y)", "kron(dX, Y) + kron(dY, X)"),
    stated("d(y' A y)", "2 y' A dy", "y: R^n, A: n x n"),
    stated("d ||x||", "x' dx", "x: R^n"),
    stated("tr(X Y)", "tr(X) tr(Y)", kind="identity"),
    stated("(X Y)'", "X' Y'", kind="identity"),
    stated("vec(X Y X)", "kron(X, X') vec(Y)", kind="identity"),
]


@pytest.mark.parametrize("rule", PLANTED, ids=lambda r: f"{r.lhs} = {r.rhs}")
def test_a_wrong_statement_is_found_to_be_false(rule):
    rule.validate()
    assert "off by" in falsehood(rule)
