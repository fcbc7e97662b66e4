"""Entrywise functions and powers (T 19): one line a function, its derivative in closed form."""

from .register import rule

_F = "Entrywise functions"
_S = "any calculus text"

rule(19, "entrywise", "entrywise function", given="X: m x n, sigma: elementwise", lhs="d sigma(X)",
     rhs="sigma'(X) .* dX", family=_F, source="Magnus and Neudecker, ch. 8",
     why="σ acts on every entry alike, so does its derivative σ′.")  # fmt: skip


def _function(number: int, name: str, derivative: str, *, domain: str = "", why: str = "") -> None:
    rule(
        number, f"d-{name}", f"derivative of {name}", given="X: m x n", lhs=f"d {name}(X)", rhs=f"{derivative} .* dX",
        family=_F, source=_S, domain=domain, why=why,
    )  # fmt: skip


_function(42, "exp", "exp(X)")
_function(43, "log", "X.^-1", domain="positive")
_function(44, "sqrt", "(2 sqrt(X)).^-1", domain="positive")
_function(45, "sin", "cos(X)")
_function(46, "cos", "(-sin(X))")
_function(47, "tan", "(1 .+ tan(X).^2)", domain="small")
_function(48, "arcsin", "(1 .- X.^2).^(-1/2)", domain="small")
_function(49, "arccos", "(-(1 .- X.^2).^(-1/2))", domain="small")
_function(50, "arctan", "(1 .+ X.^2).^-1")
_function(51, "sinh", "cosh(X)")
_function(52, "cosh", "sinh(X)")
_function(53, "tanh", "(1 .- tanh(X).^2)")
_function(54, "sigmoid", "sigmoid(X) .* (1 .- sigmoid(X))", why="σ′ = σ(1 − σ).")
_function(55, "softplus", "sigmoid(X)")
_function(56, "abs", "sign(X)", why="Where no entry is zero.")
_function(57, "sign", "zeros(m, n)", why="Where no entry is zero.")
_function(58, "relu", "step(X)", why="Where no entry is zero; step is 1 for a positive entry and 0 for a negative one.")
_function(59, "step", "zeros(m, n)", why="Where no entry is zero.")
rule(60, "power", "power rule", given="X: m x n, a: R", lhs="d(X.^a)", rhs="a X.^(a - 1) .* dX", family=_F, source=_S,
     domain="positive", why="Entry by entry, for a constant exponent a.")  # fmt: skip
rule(61, "exponential", "exponential", given="a, b: R", lhs="d(a^b)", rhs="a^b (b/a da + log(a) db)", family=_F,
     source=_S, domain="positive", why="Where the exponent changes; a constant base has da = 0.")  # fmt: skip
