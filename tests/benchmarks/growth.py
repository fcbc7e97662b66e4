"""How time and output grow with the number of layers of a network and of terms of a sum."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from measure import Figure, exponent, growth

from mkdocs_matcalc.pipeline import derive

LAYERS = (10, 40, 160, 640)
TERMS = (10, 100, 300, 1000)


def network(layers: int) -> str:
    """An L-layer network as named intermediates, by its first weights."""
    lines = ["let sigma: elementwise, l: R^n -> R, h0 in R^n"]
    lines += [f"let W{i} in R^{{n x n}}" for i in range(1, layers + 1)]
    for i in range(1, layers + 1):
        lines += [f"z{i} = W{i} h{i - 1}", f"h{i} = sigma(z{i})"]
    return "\n".join([*lines, f"f = l(h{layers})", "df/dW1"])


def squares(terms: int) -> str:
    """A sum of squares of numbers."""
    names = [f"x{i}" for i in range(1, terms + 1)]
    return f"let {', '.join(f'{x} in R' for x in names)}\nd/dx1 " + " + ".join(f"{x}^2" for x in names)


def distances(terms: int) -> str:
    """A sum of squared distances."""
    names = [f"a{i}" for i in range(1, terms + 1)]
    return f"let x in R^n, {', '.join(f'{a} in R^n' for a in names)}\nd/dx " + " + ".join(
        f"||x - {a}||^2" for a in names
    )


def forms(terms: int) -> str:
    """A sum of quadratic forms."""
    names = [f"A{i}" for i in range(1, terms + 1)]
    return f"let x in R^n, {', '.join(f'{a} in R^{{n x n}}' for a in names)}\nd/dx " + " + ".join(
        f"x' {a} x" for a in names
    )


CASES: list[tuple[str, Callable[[int], str], tuple[int, ...], float]] = [
    ("network of L layers, L = 10 … 640", network, LAYERS, 1.1),
    ("k squares of numbers, k = 10 … 1000", squares, TERMS, 1.2),
    ("k squared distances, k = 10 … 1000", distances, TERMS, 1.2),
    ("k quadratic forms, k = 10 … 1000", forms, TERMS, 1.2),
]


def output(text: str) -> int:
    """The characters of everything that a page shows, without checking it."""
    [d] = derive(text, verify=False)
    return len(json.dumps([d.to_dict(), d.text]))


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Exponents: of the time unchecked, of the time checked, of the output."""
    for what, block, sizes, bound in CASES:
        used = sizes[:3] if quick else sizes
        texts = {s: block(s) for s in used}
        for verify, how in ((False, "derived"), (True, "derived and checked")):
            p = growth(used, lambda s, t=texts, v=verify: derive(t[s], verify=v), 2 if quick else 3)
            yield Figure(f"{what}: time {how}, exponent", p, bound)
        yield Figure(f"{what}: output, exponent", exponent(used, [output(texts[s]) for s in used]), bound)
