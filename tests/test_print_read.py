"""Printing and reading are inverse to each other: what a derivation prints is read back as what it was.

Every line and every result of the corpus, and every kind of node under every kind of node on every
side. In LaTeX and for a terminal, where nothing reads back, what prints alike is equal in value.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest
from agreement import commuted, disagreement
from corpus_cases import EVERY_CASE

from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.emit.text import pretty, text
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Commutation, Constant, Named, Selection, Sym, eye, num, ones, size, zeros
from mkdocs_matcalc.expr.differential import Held, diff
from mkdocs_matcalc.expr.linear import add, had, kron, mul, neg, product, scale, sub, transpose
from mkdocs_matcalc.expr.matrix import call, diag, inv, matpow, trace
from mkdocs_matcalc.expr.node import Expr, ShapeError
from mkdocs_matcalc.expr.scalar import (
    Partial,
    Signature,
    apply,
    contracted,
    divide,
    entrywise,
    partial,
    power,
    second_partial,
)
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim
from mkdocs_matcalc.expr.walk import bottom_up
from mkdocs_matcalc.parse import parse_expression
from mkdocs_matcalc.pipeline import derive

# -- the corpus -------------------------------------------------------------------------------


def space(shape) -> str:
    return f"R^{{{shape[0]} x {shape[1]}}}"


def declaration(name: str, of: Sym | Named | Signature | None) -> str:
    """A name as `let` declares it."""
    if of is None:
        return f"{name}: elementwise"
    if isinstance(of, Signature):
        return f"{name}: {', '.join(map(space, of.takes))} -> {space(of.gives)}"
    attributes = " ".join(sorted(of.attributes)) if isinstance(of, Sym) else ""
    return f"{name}: {space(of.shape)} {attributes}".strip()


def as_symbols(e: Expr) -> Expr:
    """Named intermediates as symbols of their shape, an increment that is held as the increment that it prints as."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Named):
            return Sym(node.name, node.shape)
        return node.increment if isinstance(node, Held) else node

    return bottom_up(e, change)


def given(derivation, e: Expr) -> str:
    """The names of a derivation; a variable keeps the attributes that it has in the expression, free of structure."""
    known = {**derivation.symbols, **derivation.functions, **derivation.named}
    known |= {node.name: node for node in e.walk() if isinstance(node, Sym)}
    return ", ".join(declaration(name, of) for name, of in known.items())


@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_line_and_result_is_read_back(case):
    for layout in ("numerator", "denominator"):
        for derivation in derive(case["block"], layout=layout, verify=False):
            printed = [*((s.text, s.expr) for s in derivation.steps), (derivation.result.text, derivation.derivative)]
            printed += [(text(s.expr), s.expr) for s in derivation.statements]
            for line, e in printed:
                got = parse_expression(line, given(derivation, e), differentials=True)
                assert commuted(got) == commuted(as_symbols(e)), f"{line} is read as {text(got)}"


# -- every parent, every child, every side --------------------------------------------------------

n, m = dim("n"), dim("m")
a, b, c = (Sym(name, SCALAR) for name in "abc")
x, y = (Sym(name, (n, ONE)) for name in "xy")
r = Sym("r", (ONE, n))
A, B = (Sym(name, (n, n)) for name in "AB")
S = Sym("S", (n, n), frozenset({"symmetric"}))
M = Sym("M", (m, n))
FUNCTIONS: dict[str, Signature | None] = {
    "sigma": None,
    "l": Signature("l", ((n, ONE),), SCALAR),
    "u": Signature("u", (SCALAR,), SCALAR),
    "g": Signature("g", ((n, ONE),), (n, ONE)),
    "p": Signature("p", ((n, n),), SCALAR),
    "h": Signature("h", ((n, ONE), (n, n)), SCALAR),
    "F": Signature("F", (SCALAR,), (n, n)),
    "G": Signature("G", ((n, ONE), (n, ONE)), (n, n)),
}
GIVEN = ", ".join(
    declaration(name, of) for name, of in {**{s.name: s for s in (a, b, c, x, y, r, A, B, S, M)}, **FUNCTIONS}.items()
)


def l_(arg: Expr) -> Expr:
    return apply(FUNCTIONS["l"], (arg,))


#: A child of every kind, by shape: what may stand anywhere.
SCALARS: dict[str, Expr] = {
    "symbol": a, "pi": Constant("pi"), "euler": entrywise("exp", num(1)), "two": num(2), "minus two": num(-2), "half": num(Fraction(1, 2)), "size": size(n),
    "sum": add(a, b), "difference": sub(a, b), "minus": neg(a), "product": mul(a, b), "scaled": scale(3, a),
    "minus product": neg(mul(a, b)), "third": scale(Fraction(1, 3), a), "quotient": divide(a, b), "one over": power(a, -1),
    "power": power(a, 2), "power of sum": power(add(a, b), 2), "minus power": power(a, -2), "root": power(a, Fraction(1, 2)),
    "named power": power(a, b), "inner": mul(transpose(x), y), "form": mul(transpose(x), A, y), "minus form": neg(mul(transpose(x), y)),
    "scaled form": mul(a, transpose(x), y), "trace": trace(A), "trace of product": trace(mul(A, B)), "det": call("det", A),
    "logdet": call("logdet", A), "sum of entries": call("sum", x), "norm": call("norm2", x), "norm square": power(call("norm2", x), 2),
    "frobenius": call("norm2", A), "norm1": call("norm1", x), "logsumexp": call("logsumexp", x), "log": entrywise("log", a),
    "exp": entrywise("exp", add(a, b)), "sqrt": entrywise("sqrt", a), "abs": entrywise("abs", a), "abstract": entrywise("sigma", a, abstract=True),
    "abstract prime": entrywise("sigma", a, 1, abstract=True), "applied": l_(x), "applied prime": partial(FUNCTIONS["u"], 0, (a,)),
    "da": diff(a), "d of sum": diff(add(a, b)), "d of inner": diff(mul(transpose(x), x)), "d of det": diff(call("det", A)),
    "inner and da": mul(mul(transpose(x), y), diff(a)), "two inner": mul(mul(transpose(x), y), mul(transpose(x), x)),
}  # fmt: skip
COLUMNS: dict[str, Expr] = {
    "symbol": x, "sum": add(x, y), "difference": sub(x, y), "minus": neg(x), "scaled": scale(2, x), "times scalar": mul(a, x),
    "over scalar": divide(x, a), "half": scale(Fraction(1, 2), x), "product": mul(A, x), "long": mul(A, B, x), "minus product": neg(mul(A, x)),
    "hadamard": had(x, y), "hadamard of sum": had(add(x, y), y), "entrywise over": divide(x, y), "reciprocal": power(x, -1), "square": power(x, 2),
    "root": power(x, Fraction(1, 2)), "minus power": power(x, -2), "named power": power(x, a), "transposed row": transpose(r), "entrywise": entrywise("exp", x),
    "abstract": entrywise("sigma", x, abstract=True), "abstract prime": entrywise("sigma", x, 1, abstract=True), "diagonal": call("diagonal", A),
    "softmax": call("softmax", x), "ones": ones((n, ONE)), "zeros": zeros((n, ONE)), "applied": apply(FUNCTIONS["g"], (x,)),
    "dx": diff(x), "d of product": diff(mul(A, x)), "A dx": mul(A, diff(x)), "dA x": mul(diff(A), x), "scalar and dx": mul(mul(transpose(x), y), diff(x)),
    "inverse times": mul(inv(A), x), "by rows": call("logsumexp_rows", A), "shifted": add(ones((n, ONE)), neg(x)),
}  # fmt: skip
SQUARES: dict[str, Expr] = {
    "symbol": A, "symmetric": S, "eye": eye(n), "ones": ones((n, n)), "sum": add(A, B), "difference": sub(A, B), "minus": neg(A),
    "scaled": scale(2, A), "half": scale(Fraction(1, 2), A), "times scalar": mul(a, A), "over scalar": divide(A, a), "product": mul(A, B),
    "long": mul(A, B, S), "minus product": neg(mul(A, B)), "transpose": transpose(A), "transpose of product": transpose(mul(A, B)),
    "transpose of sum": transpose(add(A, B)), "inverse": inv(A), "inverse of product": inv(mul(A, B)), "inverse of sum": inv(add(A, eye(n))),
    "inverse transpose": transpose(inv(A)), "square": matpow(A, 2), "power of product": matpow(mul(A, B), 3), "power of sum": matpow(add(A, B), 2),
    "power of inverse": matpow(inv(A), 2), "transpose of power": transpose(matpow(A, 2)), "hadamard": had(A, B), "entrywise over": divide(A, B),
    "reciprocal": power(A, -1), "entry power": power(A, 3), "entrywise": entrywise("exp", A), "abstract": entrywise("sigma", A, abstract=True),
    "outer": mul(x, transpose(y)), "diag": diag(x), "diag of product": diag(mul(A, x)), "gram": mul(transpose(M), M), "adj": call("adj", A),
    "applied": apply(FUNCTIONS["F"], (a,)), "softmax rows": call("softmax_rows", A), "dA": diff(A), "d of transpose": diff(transpose(A)),
    "transpose of dA": transpose(diff(A)), "d of inverse": diff(inv(A)), "A dA": mul(A, diff(A)), "A dA B": mul(A, diff(A), B), "dA B": mul(diff(A), B),
    "kronecker as square": had(kron(A, ones((ONE, ONE))), B), "by a matrix": partial(FUNCTIONS["p"], 0, (A,)), "plus eye": add(A, eye(n)),
    "minus eye": sub(A, eye(n)), "l''": second_partial(FUNCTIONS["l"], (0, 0), (x,)),
    "g'' held": contracted(FUNCTIONS["g"], (0, 0), (x,), sub(y, x)), "g'' of product": contracted(FUNCTIONS["g"], (0, 0), (mul(A, x),), y),
    "G''_12 held": contracted(FUNCTIONS["G"], (0, 1), (x, y), call("vec", A)), "G''_11 held": contracted(FUNCTIONS["G"], (0, 0), (mul(A, x), y), call("vec", mul(A, B))),
    "G''_12 of one": contracted(FUNCTIONS["G"], (0, 1), (x, x), call("vec", A)), "G''_12 by vec": contracted(FUNCTIONS["G"], (0, 1), (x, y), mul(kron(x, A), y)),
}  # fmt: skip
ROWS: dict[str, Expr] = {
    **{f"{name} transposed": transpose(e) for name, e in COLUMNS.items()},
    "symbol": r, "x'A": mul(transpose(x), A), "sum x'A": add(r, mul(transpose(x), A)), "l'": partial(FUNCTIONS["l"], 0, (x,)),
    "l' of product": partial(FUNCTIONS["l"], 0, (mul(A, x),)), "h'_1": partial(FUNCTIONS["h"], 0, (x, A)), "dr": diff(r), "r A": mul(r, A),
    "scaled": mul(a, r), "l' A": mul(partial(FUNCTIONS["l"], 0, (x,)), A),
}  # fmt: skip
OTHERS: dict[str, Expr] = {
    "kron": kron(A, B), "kron of sums": kron(add(A, B), M), "vec": call("vec", A), "vec of product": call("vec", mul(A, B)),
    "commutation": mul(Commutation(m, n), call("vec", M)), "selection": Selection(n), "rectangular ones": ones((m, n)), "zeros": zeros((m, n)),
    "logsumexp columns": call("logsumexp_columns", A),
}  # fmt: skip

Parent = Callable[[Expr], Expr]
ANY: dict[str, Parent] = {
    "itself": lambda e: e,
    "minus": neg, "twice": lambda e: scale(2, e), "minus twice": lambda e: scale(-2, e), "half": lambda e: scale(Fraction(1, 2), e),
    "three halves": lambda e: scale(Fraction(-3, 2), e), "times a": lambda e: mul(a, e), "times a sum": lambda e: mul(add(a, b), e),
    "over a": lambda e: divide(e, a), "over a b": lambda e: divide(e, mul(a, b)), "over a sum": lambda e: divide(e, add(a, b)), "over 2 a": lambda e: divide(e, scale(2, a)),
    "times inner": lambda e: mul(mul(transpose(x), y), e), "times norm": lambda e: mul(call("norm2", x), e), "over norm": lambda e: divide(e, call("norm2", x)),
    "transpose": transpose, "d": diff, "exp": lambda e: entrywise("exp", e), "sqrt": lambda e: entrywise("sqrt", e), "abs": lambda e: entrywise("abs", e),
    "sigma": lambda e: entrywise("sigma", e, abstract=True), "sigma''": lambda e: entrywise("sigma", e, 2, abstract=True),
    "norm": lambda e: call("norm2", e), "norm squared": lambda e: power(call("norm2", e), 2), "norm1": lambda e: call("norm1", e), "sum": lambda e: call("sum", e),
    "to the 2": lambda e: power(e, 2), "to the -1": lambda e: power(e, -1), "to the -2": lambda e: power(e, -2), "to the 1/2": lambda e: power(e, Fraction(1, 2)),
    "to the -1/2": lambda e: power(e, Fraction(-1, 2)), "to the a": lambda e: power(e, a), "to the a + 1": lambda e: power(e, add(a, num(1))),
    "vec": lambda e: call("vec", e), "da": lambda e: mul(e, diff(a)), "kron left": lambda e: kron(e, M), "kron right": lambda e: kron(M, e),
    "e - twice": lambda e: sub(e, scale(2, e)),
}  # fmt: skip
BY_SHAPE: list[tuple[dict[str, Expr], dict[str, Parent]]] = [
    (SCALARS, {
        "plus": lambda e: add(e, c), "plus before": lambda e: add(c, e), "minus before": lambda e: sub(c, e), "minus behind": lambda e: sub(e, c),
        "factor before": lambda e: mul(c, e), "factor behind": lambda e: mul(e, c), "under": lambda e: divide(c, e), "over": lambda e: divide(e, c),
        "scales a vector": lambda e: mul(e, x), "scales a product": lambda e: mul(e, A, x), "divides a vector": lambda e: divide(x, e),
        "divides a matrix": lambda e: divide(A, e), "exponent": lambda e: power(c, e), "entry exponent": lambda e: power(x, e), "log": lambda e: entrywise("log", e),
        "u": lambda e: apply(FUNCTIONS["u"], (e,)), "u'": lambda e: partial(FUNCTIONS["u"], 0, (e,)), "F'": lambda e: partial(FUNCTIONS["F"], 0, (e,)),
        "with d": lambda e: mul(e, diff(c)), "with dx": lambda e: mul(e, transpose(x), diff(x)), "squared with inner": lambda e: product(Fraction(2), (e, power(e, -1), b), ()),
    }),
    (COLUMNS, {
        "plus": lambda e: add(e, y), "plus before": lambda e: add(y, e), "minus before": lambda e: sub(y, e), "A e": lambda e: mul(A, e), "A B e": lambda e: mul(A, B, e),
        "e'": transpose, "e'y": lambda e: mul(transpose(e), y), "x'e": lambda e: mul(transpose(x), e), "e y'": lambda e: mul(e, transpose(y)), "x e'": lambda e: mul(x, transpose(e)),
        "e'A": lambda e: mul(transpose(e), A), "e' A e": lambda e: mul(transpose(e), A, e), "had left": lambda e: had(e, y), "had right": lambda e: had(y, e),
        "over": lambda e: divide(e, y), "under": lambda e: divide(y, e), "diag": diag, "softmax": lambda e: call("softmax", e), "logsumexp": lambda e: call("logsumexp", e),
        "l": l_, "l'": lambda e: partial(FUNCTIONS["l"], 0, (e,)), "g'": lambda e: partial(FUNCTIONS["g"], 0, (e,)), "h'_2": lambda e: partial(FUNCTIONS["h"], 1, (e, A)),
        "e dx'": lambda e: mul(e, transpose(diff(x))), "e'dx": lambda e: mul(transpose(e), diff(x)), "had dx": lambda e: had(e, diff(x)), "A dx e'": lambda e: mul(A, diff(x), transpose(e)),
    }),
    (SQUARES, {
        "plus": lambda e: add(e, B), "plus before": lambda e: add(B, e), "minus before": lambda e: sub(B, e), "e B": lambda e: mul(e, B), "B e": lambda e: mul(B, e), "B e S": lambda e: mul(B, e, S),
        "e'": transpose, "B e'": lambda e: mul(B, transpose(e)), "e' B": lambda e: mul(transpose(e), B), "inverse": inv, "B e^-1": lambda e: mul(B, inv(e)), "inverse transpose": lambda e: transpose(inv(e)), "square": lambda e: matpow(e, 2), "cube": lambda e: matpow(e, 3),
        "trace": trace, "trace of B e": lambda e: trace(mul(B, e)), "det": lambda e: call("det", e), "logdet": lambda e: call("logdet", e), "adj": lambda e: call("adj", e), "diagonal": lambda e: call("diagonal", e),
        "e x": lambda e: mul(e, x), "x' e y": lambda e: mul(transpose(x), e, y), "had left": lambda e: had(e, B), "had right": lambda e: had(B, e), "over": lambda e: divide(e, B), "under": lambda e: divide(B, e),
        "M e": lambda e: mul(M, e), "e M'": lambda e: mul(e, transpose(M)), "plus eye": lambda e: add(e, eye(n)), "eye minus": lambda e: sub(eye(n), e), "softmax rows": lambda e: call("softmax_rows", e),
        "p'": lambda e: partial(FUNCTIONS["p"], 0, (e,)), "e dA": lambda e: mul(e, diff(A)), "dA e": lambda e: mul(diff(A), e), "tr(e dA)": lambda e: trace(mul(e, diff(A))), "had dA": lambda e: had(e, diff(A)), "e dx": lambda e: mul(e, diff(x)),
        "e dA x": lambda e: mul(e, diff(A), x),
    }),
    (ROWS, {
        "plus": lambda e: add(e, r), "minus before": lambda e: sub(r, e), "e A": lambda e: mul(e, A), "e x": lambda e: mul(e, x), "x e": lambda e: mul(x, e), "e'": transpose, "A e'": lambda e: mul(A, transpose(e)),
        "had left": lambda e: had(e, r), "had right": lambda e: had(r, e), "e dx": lambda e: mul(e, diff(x)), "e A dx": lambda e: mul(e, A, diff(x)), "x e dA": lambda e: mul(x, e, diff(A)),
    }),
    (OTHERS, {}),
]  # fmt: skip


#: Zero has no reciprocal, and in I + I nothing tells the size.
NO_FORM = {*((p, "zeros") for p in ("to the -1", "to the -2", "to the -1/2", "under")), ("plus eye", "eye")}


def pairs() -> dict[str, Expr]:
    """Every child under every parent that takes its shape; what the constructors refuse does not exist."""
    found: dict[str, Expr] = {}
    for children, parents in BY_SHAPE:
        for (pn, parent), (cn, child) in itertools.product({**ANY, **parents}.items(), children.items()):
            if (pn, cn.removesuffix(" transposed")) in NO_FORM or (pn == "vec" and child.is_row):
                continue  # the reader takes vec of a row for its column
            try:
                found.setdefault(f"{pn} / {cn} {child.shape}", parent(child))
            except ShapeError:
                assert pn in ("norm", "norm squared", "norm1", "exp"), (pn, cn)
    return found


PAIRS = pairs()
BY_PARENT: dict[str, list[str]] = {}
for label in PAIRS:
    BY_PARENT.setdefault(label.split(" / ")[0], []).append(label)


def test_the_pairs_are_many_and_of_every_kind():
    """A table that lost its rows would pass everything."""
    assert len(PAIRS) > 3_000
    kinds = {type(node).__name__ for e in PAIRS.values() for node in e.walk()}
    assert kinds == {
        "Num", "Constant", "Size", "Sym", "Eye", "Ones", "Zeros", "Commutation", "Selection", "Add", "Mul", "Had", "Kron", "T", "Inv", "MatPow",
        "Call", "Pow", "Entry", "Apply", "Partial", "Contracted", "Diff",
    }  # fmt: skip


@pytest.mark.parametrize("parent", BY_PARENT)
def test_every_child_under_a_parent_is_read_back(parent):
    wrong = []
    for label in BY_PARENT[parent]:
        e = PAIRS[label]
        try:
            got = parse_expression(text(e), GIVEN, differentials=True)
        except DeriveError as error:
            wrong.append(f"{label}: {text(e)!r} is not read: {error.message}")
            continue
        if commuted(got) != commuted(e):  # the increment of a scalar stands last, whatever the order was
            wrong.append(f"{label}: {text(e)!r} is read as {text(got)!r}: {got!r} for {e!r}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(BY_PARENT[parent])}", *wrong[:8]])


@pytest.mark.parametrize("notation", [text, latex, pretty], ids=lambda f: f.__name__)
def test_what_prints_alike_is_equal(notation):
    """Lost brackets make different expressions look alike; expressions of one shape that do have one value.

    ∂l/∂x is printed without its point where that is clear: such derivatives are left out but in the block language.
    """
    first: dict[tuple[str, object], tuple[str, Expr]] = {}
    different = []
    for label, e in PAIRS.items():
        if notation is not text and any(isinstance(node, Partial) for node in e.walk()):
            continue
        other_label, other = first.setdefault((notation(e), e.shape), (label, e))
        if commuted(other) != commuted(e) and disagreement(e, other):
            different.append(f"{notation(e)}: {label}, {other_label}: {e!r}, {other!r}")
    assert not different, "\n".join([str(len(different)), *different[:12]])


def test_equal_print_is_noticed_where_brackets_are_lost():
    """The comparison sees the difference that a lost pair of brackets makes."""
    assert disagreement(transpose(mul(A, B)), mul(A, transpose(B)))
    assert latex(transpose(mul(A, B))) != latex(mul(A, transpose(B)))
    assert latex(power(add(a, b), 2)) != latex(add(a, power(b, 2)))
    assert latex(mul(diff(A), inv(A))) != latex(diff(mul(A, inv(A))))
