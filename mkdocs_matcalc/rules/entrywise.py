"""Entrywise functions and powers (T 19); the derivative of each named function stands in its row of the table of functions."""

from .register import rule

_F = "Entrywise functions"
_S = "any calculus text"

rule(19, "entrywise", "entrywise function", given="X: m x n, sigma: elementwise", lhs="d sigma(X)",
     rhs="sigma'(X) .* dX", family=_F, source="Magnus and Neudecker, ch. 8",
     why="σ acts on every entry alike, so does its derivative σ′.")  # fmt: skip


rule(60, "power", "power rule", given="X: m x n, a: R", lhs="d(X.^a)", rhs="a X.^(a - 1) .* dX", family=_F, source=_S,
     domain="positive", why="Entry by entry, for a constant exponent a.")  # fmt: skip
rule(61, "exponential", "exponential", given="a, b: R", lhs="d(a^b)", rhs="a^b (b/a da + log(a) db)", family=_F,
     source=_S, domain="positive", why="Where the exponent changes; a constant base has da = 0.")  # fmt: skip
