"""Samples satisfy what was declared, and depend on the seed alone."""

import itertools

import numpy as np
import pytest

from mkdocs_matcalc.check.sample import MOODS, draw, draw_symbol, extent, sizes
from mkdocs_matcalc.expr.atoms import Sym
from mkdocs_matcalc.expr.shape import ONE, dim

n = dim("n")
HOLDS = {
    "symmetric": lambda a: np.allclose(a, a.T),
    "skew": lambda a: np.allclose(a, -a.T),
    "spd": lambda a: np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > 0.05,
    "diagonal": lambda a: np.allclose(a, np.diag(np.diag(a))),
    "orthogonal": lambda a: np.allclose(a.T @ a, np.eye(len(a))),
    "invertible": lambda a: np.linalg.cond(a) < 300,
    "positive": lambda a: (a > 0).all(),
}
#: No matrix of size 2 or more is all of these.
IMPOSSIBLE = [{"skew", "spd"}, {"skew", "positive"}, {"diagonal", "positive"}, {"orthogonal", "positive"}]
IMPOSSIBLE += [{"skew", "diagonal"}, {"skew", "symmetric", "invertible"}, {"skew", "symmetric", "orthogonal"}]
COMBINED = [
    set(c)
    for k in (1, 2, 3)
    for c in itertools.combinations(sorted(HOLDS), k)
    if not any(i <= set(c) for i in IMPOSSIBLE)
]


@pytest.mark.parametrize("has", COMBINED, ids=lambda has: "+".join(sorted(has)))
def test_a_value_has_its_attributes(has):
    symbol = Sym("A", (n, n), frozenset(has))
    for mood, seed in itertools.product(MOODS, range(5)):
        value = draw_symbol(symbol, {"n": 4}, np.random.default_rng(seed), mood)
        for attribute in has:
            assert HOLDS[attribute](value), (attribute, mood, value)


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
