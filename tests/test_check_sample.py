"""Samples satisfy what was declared, and depend on the seed alone."""

import itertools

import numpy as np
import pytest

from mkdocs_matcalc import derive
from mkdocs_matcalc.check.sample import MOODS, draw, draw_symbol, even_names
from mkdocs_matcalc.check.sizes import extent, sizes, stand_ins
from mkdocs_matcalc.expr.atoms import Sym
from mkdocs_matcalc.expr.shape import ONE, dim
from mkdocs_matcalc.parse.attributes import contradiction
from mkdocs_matcalc.parse.declare import ATTRIBUTES

n = dim("n")
HOLDS = {
    "symmetric": lambda a: np.allclose(a, a.T),
    "skew": lambda a: np.allclose(a, -a.T),
    "spd": lambda a: np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > 0.05,
    "diagonal": lambda a: np.allclose(a, np.diag(np.diag(a))),
    "orthogonal": lambda a: np.allclose(a.T @ a, np.eye(len(a))),
    "invertible": lambda a: np.linalg.cond(a) < 1000,
    "positive": lambda a: (a > 0).all(),
}
#: Of a diagonal matrix the entries are those of its diagonal.
POSITIVE_DIAGONAL = lambda a: (np.diag(a) > 0).all()  # noqa: E731
COMBINED = [c for k in range(1, len(HOLDS) + 1) for c in itertools.combinations(HOLDS, k)]
ALLOWED = [c for c in COMBINED if contradiction(c, n) is None]


def holds(attribute, has, value):
    return (POSITIVE_DIAGONAL if attribute == "positive" and "diagonal" in has else HOLDS[attribute])(value)


def test_the_attributes_are_those_of_the_language():
    assert set(HOLDS) == set(ATTRIBUTES)


@pytest.mark.parametrize("has", ALLOWED, ids="+".join)
def test_a_value_has_its_attributes(has):
    """Every combination that a declaration may have, at every size at which one exists, in every mood."""
    symbol = Sym("A", (n, n), frozenset(has))
    for size in range(1, 6):
        if contradiction(has, dim(size)) or (size == 1 and "skew" in has and {"orthogonal", "invertible"} & {*has}):
            with pytest.raises(ValueError, match="no skew matrix"):
                draw_symbol(symbol, {"n": size}, np.random.default_rng(0))
            continue
        for mood, seed in itertools.product(MOODS, range(3)):
            value = draw_symbol(symbol, {"n": size}, np.random.default_rng(seed), mood)
            assert value.shape == (size, size)
            for attribute in has:
                assert holds(attribute, has, value), (attribute, mood, value)


@pytest.mark.parametrize("has", [c for c in COMBINED if len(c) == 2 and c not in ALLOWED], ids="+".join)
def test_no_value_has_attributes_that_contradict_each_other(has):
    """None of the values of the one attribute has the other, but for zero and the identity, which are no variables."""
    for one, other in (has, has[::-1]):
        symbol = Sym("A", (n, n), frozenset((one,)))
        for size, mood, seed in itertools.product((2, 3, 4), MOODS, range(3)):
            value = draw_symbol(symbol, {"n": size}, np.random.default_rng(seed), mood)
            assert not HOLDS[other](value) or np.allclose(value, 0) or np.allclose(value, np.eye(size))


def test_sizes_are_even_where_they_have_to_be():
    odd, even = Sym("A", (dim("m"), dim("m"))), Sym("K", (n, n), frozenset(("skew", "invertible")))
    assert even_names([odd, even]) == {"n"}
    for turn in range(6):
        dealt = sizes(["m", "n", "p"], turn, {"m", "n"})
        assert dealt["m"] % 2 == dealt["n"] % 2 == 0
        assert len(set(dealt.values())) == 3


@pytest.mark.parametrize("block", [
    "let K in R^{n x n} skew invertible, L in R^{m x m} skew invertible\nd/dK tr(inv(K)) + tr(inv(L))",
    "let K in R^{n x n} skew orthogonal, x in R^n, A in R^{n x n}\nd/dx x' inv(K) A x",
    "let K in R^{1000 x 1000} skew invertible, L in R^{1002 x 1002} skew invertible\nd/dK tr(inv(K)) + tr(inv(L))",
    "style: index\nlet K in R^{n x n} skew invertible, x in R^n, A in R^{n x n}\nd/dx x' inv(K) A x",
    "let K in R^{n x n} skew invertible, s, t in R\nd/d(s, t) [s t, t tr(inv(K) K')]",
])  # fmt: skip
def test_what_is_regular_at_even_sizes_alone_is_derived(block):
    assert all(d.check.passed for d in derive(block))


def test_a_positive_vector():
    assert (draw_symbol(Sym("x", (n, ONE), frozenset({"positive"})), {"n": 5}, np.random.default_rng(0)) > 0).all()


def test_sizes_are_small_and_differ():
    assert sizes(["n", "m"]) == sizes(["m", "n"])
    for names in ("n", "mn", "kmn", "kmnpq"):
        for turn in range(4):
            dealt = sizes(names, turn)
            assert len(set(dealt.values())) == len(names)
            assert min(dealt.values()) >= 2
            assert max(dealt.values()) <= 7
    assert len(sizes([f"d{i}" for i in range(20)])) == 20


def test_a_dimension_is_a_product():
    assert extent(dim("m") * dim(3) * n, {"m": 2, "n": 5}) == 30


def test_a_seed_says_it_all():
    symbols = {"A": Sym("A", (n, n)), "x": Sym("x", (n, ONE))}
    one, two = (draw(symbols, {"s": None}, {"n": 3}, [4, 2]) for _ in range(2))
    assert all(np.array_equal(one.values[k], two.values[k]) for k in symbols)
    z = np.linspace(-1, 1, 5)
    assert np.array_equal(one.functions["s"](z), two.functions["s"](z))


def _square(*coefs: int) -> list[tuple[object, object]]:
    return [(dim(c), dim(c)) for c in coefs]


@pytest.mark.parametrize(
    ("own", "derived", "want"),
    [
        ((3, 7), (9, 21), {}),
        ((700,), (490_000,), {700: 4, 490_000: 16}),
        ((10, 20), (100, 200, 400), {10: 4, 20: 6, 100: 16, 200: 24, 400: 36}),
        ((10, 784, 7840), (), {10: 4, 784: 6, 7840: 24}),
        ((5, 600, 701), (3000,), {600: 6, 701: 7, 3000: 30}),
        ((90,), (47,), None),
        ((8, 9, 16, 18, 24, 144, 162), (), None),  # 144 = 8 · 18 = 9 · 16: no small numbers do for both
    ],
)
def test_small_numbers_stand_for_large_ones(own, derived, want):
    found = stand_ins(_square(*own), _square(*own, *derived))
    if want is None:
        assert found is None
    else:
        assert {c: s for c, s in found.items() if c > 7} == want


def test_many_large_sizes_share_small_ones_in_their_order():
    sides = list(range(100, 190))
    found = stand_ins(_square(*sides), _square(*sides))
    assert max(found[side] for side in sides) < 20
    assert all(found[side] % 2 == side % 2 for side in sides)


def test_sizes_come_in_every_order_sooner_or_later():
    for even in ((), ("b",)):
        orders = {tuple(sorted("abc", key=sizes("abc", turn, even).get)) for turn in range(60)}
        assert len(orders) == 6
    assert max(sizes("n", turn, (), [12])["n"] for turn in range(40)) > 11
    assert all(max(sizes("abcde", turn, (), [12], most=2).values()) == 2 for turn in range(40))
