"""Whatever the text, reading it ends in a problem or in a DeriveError with a place in the text."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from words import WORDS

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.parse import parse, parse_expression
from mkdocs_matcalc.parse.problem import read_block

#: Words that want others behind them.
_OPEN = ["R^{1", "R^(n×n)", "Ax", "ones(", "dot(x,", "dy", "h'_1("]
HEADS = [
    "",
    "let A, B in R^{n x n}, x, y in R^n, c, t in R\n",
    "let sigma: elementwise, l: R^n -> R, h: R, R^n -> R, x in R^n, c in R\n",
]


def read(text: str) -> None:
    error = None
    try:
        read_block(text)
    except DeriveError as caught:
        error = caught.within(text)
    if error is not None:
        assert error.span is None or 0 <= error.span.start <= error.span.end <= max(len(text), 1)
        str(error).encode("utf-8")


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text(text):
    read(text)
    read("d/dx " + text)


@given(
    st.sampled_from(HEADS),
    st.lists(st.one_of(st.sampled_from([*WORDS, *_OPEN]), st.just("\n")), max_size=25),
    st.sampled_from(["", " "]),
)
@settings(max_examples=2000, deadline=None)
def test_any_words_of_the_language(head, words, between):
    read(head + between.join(words))


OPERANDS = st.sampled_from(
    ["A", "B", "x", "y", "c", "t", "x'", "2", "1/2", "I", "n", "w", "W", "u", "ones(n)", "vector(1)", "0", "zeros(n)"]
)
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda e: st.one_of(
        st.tuples(e, st.sampled_from([" ", "*", " + ", " - ", " .+ ", " .- ", " .* ", "/", " ./ ", " ⊗ ", "^", ".^"]), e).map("".join),
        st.tuples(st.sampled_from(["exp", "tr", "det", "inv", "diag", "vec", "sum", "mean", "norm1", "softmax", "logsumexp", "adj", "transpose", "logdet", "sigmoid"]), e).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        st.tuples(st.sampled_from(["kron", "dot", "inner", "hadamard"]), e, e).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        e.map(lambda s: f"({s})"), e.map(lambda s: f"({s})'"), e.map(lambda s: f"||{s}||"), e.map(lambda s: f"-{s}"),
        e.map(lambda s: f"({s})^2"), e.map(lambda s: f"({s})^-1"), e.map(lambda s: f"({s}).^-1"), e.map(lambda s: f"({s})^T"),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(HEADS), EXPRESSIONS)
@settings(max_examples=3000, deadline=None)
def test_any_expression(head, text):
    read(f"{head}f = {text}\ndf/dx")
    read(f"{head}d/dx {text}")
    with contextlib.suppress(DeriveError):
        parse_expression(text, "A, B: n x n, x, y: R^n, c, t: R", differentials=True)


@given(
    st.lists(
        st.sampled_from(
            [
                "d ",
                "d(",
                ")",
                "dX",
                "dx",
                "X",
                "x",
                "'",
                "sigma'(",
                "l'(",
                "h'_1(",
                "h'_2(",
                ",",
                " ",
                "+",
                "K(",
                "selection(n)",
            ]
        ),
        max_size=14,
    )
)
@settings(max_examples=1000, deadline=None)
def test_any_printed_notation(words):
    with contextlib.suppress(DeriveError):
        parse_expression(
            "".join(words), "X: n x n, x: R^n, sigma: elementwise, l: R^n -> R, h: R, R^n -> R^n", differentials=True
        )


def test_reading_twice_gives_the_same_problem():
    text = "d/dx 0.5*x'*A*x + norm2(B*x - y)^2"
    assert parse(text) == parse(text)
