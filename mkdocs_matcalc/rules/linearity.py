"""Constants, multiples, sums, transposes and linear functions of whole arrays (T 7–9, 12, 15)."""

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
rule(31, "d-sum", "sum of entries", given="X: m x n", lhs="d sum(X)", rhs="sum(dX)", family=_F,
     source="Magnus and Neudecker, ch. 8", why="A sum of entries is linear.")  # fmt: skip
rule(32, "d-diag", "diagonal matrix", given="x: R^n", lhs="d diag(x)", rhs="diag(dx)", family=_F, source=_S)
rule(33, "d-diagonal", "diagonal of a matrix", given="X: n x n", lhs="d diag(X)", rhs="diag(dX)", family=_F, source=_S)
rule(34, "d-vec", "vec", given="X: m x n", lhs="d vec(X)", rhs="vec(dX)", family=_F,
     source="Magnus and Neudecker, ch. 2, sec. 4")  # fmt: skip
