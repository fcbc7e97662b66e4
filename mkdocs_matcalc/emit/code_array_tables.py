"""MATLAB and Julia as rows of a table: how each writes what the grammar of `code_array` asks for.

In: nothing. Out: `ARRAY_LANGUAGES`. Templates hold `{a}` for an argument. MATLAB code keeps to what Octave has too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_ARCS = {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}


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
    entries: Mapping[str, str]  # those of another name
    helpers: Mapping[str, str]
    reserved: frozenset[str]
    assign: str = "{} = {};"


_MATLAB_HELPERS = {
    "sigmoid": "function y = sigmoid(z)\n    y = 1 ./ (1 + exp(-z));\nend",
    "relu": "function y = relu(z)\n    y = max(z, 0);\nend",
    "step": "function y = step(z)\n    y = double(z > 0);\nend",
    "softplus": "function y = softplus(z)\n    y = max(z, 0) + log1p(exp(-abs(z)));\nend",
    "commutation": "function K = commutation(m, n)\n    K = eye(m * n);\n"
    "    K = K(reshape(reshape(1:m * n, m, n)', 1, []), :);\nend",
    "selection": "function S = selection(n)\n    S = eye(n * n);\n    S = S(:, 1:n + 1:end);\nend",
    "logsumexp": "function y = logsumexp(z)\n    m = max(z(:));\n    y = m + log(sum(exp(z(:) - m)));\nend",
    "logsumexp_rows": "function y = logsumexp_rows(Z)\n    m = max(Z, [], 2);\n    y = m + log(sum(exp(Z - m), 2));\nend",
    "logsumexp_columns": "function y = logsumexp_columns(Z)\n    m = max(Z, [], 1);\n"
    "    y = m + log(sum(exp(Z - m), 1));\nend",
    "softmax": "function y = softmax(z)\n    e = exp(z - max(z(:)));\n    y = e / sum(e(:));\nend",
    "softmax_rows": "function Y = softmax_rows(Z)\n    E = exp(Z - max(Z, [], 2));\n    Y = E ./ sum(E, 2);\nend",
    "softmax_columns": "function Y = softmax_columns(Z)\n    E = exp(Z - max(Z, [], 1));\n    Y = E ./ sum(E, 1);\nend",
    "logabsdet": "function y = logabsdet(X)\n    [~, U, ~] = lu(X);\n    y = sum(log(abs(diag(U))));\nend",
    # by singular values: right where the matrix has no inverse, too
    "adj": "function Y = adj(X)\n    [U, S, V] = svd(X);\n    s = diag(S);\n    others = ones(size(s));\n"
    "    for i = 1:numel(s)\n        others(i) = prod(s([1:i-1, i+1:end]));\n    end\n"
    "    Y = det(U) * det(V) * V * diag(others) * U';\nend",
}

MATLAB = ArrayLanguage(
    name="matlab", comment="%", plus="+", minus="-", entry="{f}({a})", entry_power=".^", power="^",
    eye="eye({n})", ones="ones({m}, {n})", zeros="zeros({m}, {n})", column="{word}({n}, 1)", row="{word}(1, {n})",
    sums={"rows": "sum({a}, 2)", "columns": "sum({a}, 1)"},
    vector_calls={"norm1": "sum(abs({a}))", "norm2": "norm({a})", "sum": "sum({a})"},
    calls={
        "tr": "trace({a})", "det": "det({a})", "logdet": "logabsdet({a})", "adj": "adj({a})",
        "norm1": "sum(sum(abs({a})))", "norm2": "norm({a}, 'fro')", "sum": "sum(sum({a}))",
        "logsumexp": "logsumexp({a})", "logsumexp_rows": "logsumexp_rows({a})",
        "logsumexp_columns": "logsumexp_columns({a})", "softmax": "softmax({a})", "softmax_all": "softmax({a})",
        "softmax_rows": "softmax_rows({a})", "softmax_columns": "softmax_columns({a})",
        "vec": "reshape({a}, [], 1)", "diag": "diag({a})", "diagonal": "diag({a})",
    },
    entries=_ARCS,
    helpers=_MATLAB_HELPERS,
    reserved=frozenset(
        ["break", "case", "catch", "continue", "else", "elseif", "end", "for", "function", "global", "if", "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "while", "do", "until", "unwind_protect", "endfunction", "endif", "endfor", "endwhile", "end_try_catch", "eye", "ones", "zeros", "size", "reshape", "sum", "trace", "det", "norm", "kron", "diag", "inv", "exp", "log", "log1p", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "max", "double", "vec", "pi", "i", "j", "Inf", "NaN", "ans"]
    ) | frozenset(_MATLAB_HELPERS),
)  # fmt: skip

_JULIA_HELPERS = {
    "sigmoid": "sigmoid(z) = 1 / (1 + exp(-z))",
    "relu": "relu(z) = max(z, 0)",
    "step": "step(z) = float(z > 0)",
    "softplus": "softplus(z) = max(z, 0) + log1p(exp(-abs(z)))",
    "commutation": "commutation(m, n) = Matrix(1.0I, m * n, m * n)[vec(permutedims(reshape(1:m*n, m, n))), :]",
    "selection": "selection(n) = Matrix(1.0I, n * n, n * n)[:, 1:n+1:end]",
    "logsumexp": "logsumexp(z) = (m = maximum(z); m + log(sum(exp.(z .- m))))",
    "logsumexp_rows": "logsumexp_rows(Z) = (m = maximum(Z, dims=2); vec(m .+ log.(sum(exp.(Z .- m), dims=2))))",
    "logsumexp_columns": "logsumexp_columns(Z) = (m = maximum(Z, dims=1); vec(m .+ log.(sum(exp.(Z .- m), dims=1))))",
    "softmax": "softmax(z) = (e = exp.(z .- maximum(z)); e / sum(e))",
    "softmax_rows": "softmax_rows(Z) = (E = exp.(Z .- maximum(Z, dims=2)); E ./ sum(E, dims=2))",
    "softmax_columns": "softmax_columns(Z) = (E = exp.(Z .- maximum(Z, dims=1)); E ./ sum(E, dims=1))",
    # by singular values: right where the matrix has no inverse, too
    "adj": "function adj(X)\n    F = svd(X)\n"
    "    others = [prod(F.S[[1:i-1; i+1:end]]) for i in eachindex(F.S)]\n"
    "    return det(F.U) * det(F.V) * F.V * Diagonal(others) * F.U'\nend",
}

JULIA = ArrayLanguage(
    name="julia", comment="#", plus=".+", minus=".-", entry="{f}.({a})", entry_power=".^", power="^",
    eye="Matrix(1.0I, {n}, {n})", ones="ones({m}, {n})", zeros="zeros({m}, {n})", column="{word}({n})",
    row="{word}({n})'",
    vector_calls={"sum": "sum({a})"},
    sums={"rows": "vec(sum({a}, dims=2))", "columns": "vec(sum({a}, dims=1))'"},
    calls={
        "tr": "tr({a})", "det": "det({a})", "logdet": "logabsdet({a})[1]", "adj": "adj({a})",
        "norm1": "sum(abs, {a})", "norm2": "norm({a})", "sum": "sum({a})",
        "logsumexp": "logsumexp({a})", "logsumexp_rows": "logsumexp_rows({a})",
        "logsumexp_columns": "logsumexp_columns({a})'", "softmax": "softmax({a})", "softmax_all": "softmax({a})",
        "softmax_rows": "softmax_rows({a})", "softmax_columns": "softmax_columns({a})",
        "vec": "vec({a})", "diag": "diagm({a})", "diagonal": "diag({a})",
    },
    entries=_ARCS,
    helpers=_JULIA_HELPERS,
    reserved=frozenset(
        ["baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false", "finally", "for", "function", "global", "if", "import", "let", "local", "macro", "module", "quote", "return", "struct", "true", "try", "using", "while", "in", "isa", "where", "ones", "zeros", "size", "reshape", "sum", "tr", "det", "norm", "kron", "diag", "diagm", "inv", "exp", "log", "log1p", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "max", "maximum", "vec", "float", "I", "Matrix", "logabsdet", "pi"]
    ) | frozenset(_JULIA_HELPERS),
    assign="{} = {}",
)  # fmt: skip

ARRAY_LANGUAGES: dict[str, ArrayLanguage] = {"matlab": MATLAB, "julia": JULIA}
