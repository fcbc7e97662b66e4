"""Constants, multiples, sums and transposes (T 7–9, 12, 15)."""

from .register import rule

_F = "Linearity"
_S = "Magnus and Neudecker, ch. 8, sec. 1–3"

rule(7, "constant", "constant", given="A: m x n", lhs="dA", rhs="zeros(m, n)", family=_F, source=_S,
     why="A is a constant: it does not change, so its differential is zero.", cite=False)  # fmt: skip
rule(8, "multiple", "constant multiple", given="a: R, X: m x n", lhs="d(a X)", rhs="a dX", family=_F, source=_S,
     why="Here a is a constant scalar.", cite=False)  # fmt: skip
rule(9, "sum", "sum rule", given="X, Y: m x n", lhs="d(X + Y)", rhs="dX + dY", family=_F, source=_S, cite=False)
rule(12, "linear", "linear", given="A: p x m, X: m x n, B: n x q, C: p x q", lhs="d(A X B + C)", rhs="A dX B",
     family=_F, source=_S, why="Here A, B and C are constants.")  # fmt: skip
rule(15, "transpose", "transpose", given="X: m x n", lhs="d(X')", rhs="(dX)'", family=_F, source=_S)
