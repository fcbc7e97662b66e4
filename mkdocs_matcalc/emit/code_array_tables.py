"""MATLAB and Julia as rows of a table: how each writes what the grammar of `code_array` asks for.

In: the table of functions. Out: `ARRAY_LANGUAGES`. Templates hold `{a}` for an argument. MATLAB code keeps to what Octave has too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..functions.table import TABLE


@dataclass(frozen=True)
class ArrayLanguage:
    """A language whose vectors are columns, and whose operators know matrices."""

    name: str
    comment: str
    plus: str  # a sum that spreads a row, a column or a number
    minus: str
    entry: str  # a function {f} of every entry of {a}
    entry_power: str
    power: str  # an operator between a matrix and an exponent
    eye: str
    ones: str
    zeros: str
    column: str  # a column of {word} of a size
    row: str
    sums: Mapping[str, str]
    calls: Mapping[str, str]
    vector_calls: Mapping[str, str]  # those that are written otherwise for a vector
    entries: Mapping[str, str]  # the name of an entrywise function
    called: Mapping[str, str]  # the helper that a function of arrays needs
    helpers: Mapping[str, str]
    reserved: frozenset[str]
    assign: str = "{} = {};"


_MATLAB_HELPERS = {
    **TABLE.helpers("matlab"),
    "commutation": "function K = commutation(m, n)\n    K = eye(m * n);\n"
    "    K = K(reshape(reshape(1:m * n, m, n)', 1, []), :);\nend",
    "selection": "function S = selection(n)\n    S = eye(n * n);\n    S = S(:, 1:n + 1:end);\nend",
    "weighted": "function Y = weighted(w, A)\n    Y = reshape(w' * reshape(A, numel(w), []), size(A, 2), size(A, 3));\nend",
}

MATLAB = ArrayLanguage(
    name="matlab", comment="%", plus="+", minus="-", entry="{f}({a})", entry_power=".^", power="^",
    eye="eye({n})", ones="ones({m}, {n})", zeros="zeros({m}, {n})", column="{word}({n}, 1)", row="{word}(1, {n})",
    sums={"rows": "sum({a}, 2)", "columns": "sum({a}, 1)"},
    calls=TABLE.calls("matlab"), vector_calls=TABLE.vector_calls("matlab"), entries=TABLE.entries("matlab"),
    called=TABLE.helper_names("matlab"),
    helpers=_MATLAB_HELPERS,
    reserved=frozenset(
        ["break", "case", "catch", "continue", "else", "elseif", "end", "for", "function", "global", "if", "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "while", "do", "until", "unwind_protect", "endfunction", "endif", "endfor", "endwhile", "end_try_catch", "eye", "ones", "zeros", "size", "reshape", "sum", "trace", "det", "norm", "kron", "diag", "inv", "exp", "log", "log1p", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "max", "double", "vec", "pi", "i", "j", "Inf", "NaN", "ans"]
    ) | frozenset(_MATLAB_HELPERS),
)  # fmt: skip

_JULIA_HELPERS = {
    **TABLE.helpers("julia"),
    "commutation": "commutation(m, n) = Matrix(1.0I, m * n, m * n)[vec(permutedims(reshape(1:m*n, m, n))), :]",
    "selection": "selection(n) = Matrix(1.0I, n * n, n * n)[:, 1:n+1:end]",
    "weighted": "weighted(w, A) = reshape(w' * reshape(A, length(w), :), size(A, 2), size(A, 3))",
}

JULIA = ArrayLanguage(
    name="julia", comment="#", plus=".+", minus=".-", entry="{f}.({a})", entry_power=".^", power="^",
    eye="Matrix(1.0I, {n}, {n})", ones="ones({m}, {n})", zeros="zeros({m}, {n})", column="{word}({n})",
    row="{word}({n})'",
    calls=TABLE.calls("julia"), vector_calls=TABLE.vector_calls("julia"), entries=TABLE.entries("julia"),
    called=TABLE.helper_names("julia"),
    sums={"rows": "vec(sum({a}, dims=2))", "columns": "vec(sum({a}, dims=1))'"},
    helpers=_JULIA_HELPERS,
    reserved=frozenset(
        ["baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false", "finally", "for", "function", "global", "if", "import", "let", "local", "macro", "module", "quote", "return", "struct", "true", "try", "using", "while", "in", "isa", "where", "ones", "zeros", "size", "reshape", "sum", "tr", "det", "norm", "kron", "diag", "diagm", "inv", "exp", "log", "log1p", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "max", "maximum", "vec", "float", "I", "Matrix", "logabsdet", "pi"]
    ) | frozenset(_JULIA_HELPERS),
    assign="{} = {}",
)  # fmt: skip

ARRAY_LANGUAGES: dict[str, ArrayLanguage] = {"matlab": MATLAB, "julia": JULIA}
