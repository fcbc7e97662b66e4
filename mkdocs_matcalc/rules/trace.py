"""The trace (T 17)."""

from .register import rule

rule(17, "d-trace", "trace", given="X: n x n", lhs="d tr(X)", rhs="tr(dX)", family="Trace",
     source="Magnus and Neudecker, ch. 8, sec. 3")  # fmt: skip
