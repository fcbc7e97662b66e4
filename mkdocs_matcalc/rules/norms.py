"""Norms: their squares by definition, and their homogeneity; their differentials stand in the rows of the functions."""

from .register import rule

_F = "Norms"

rule(62, "norm-square", "definition of the norm", given="x: R^n", lhs="||x||^2", rhs="x' x", kind="identity", family=_F,
     source="definition")  # fmt: skip
rule(63, "frobenius-square", "definition of the norm", given="X: m x n", lhs="||X||_F^2", rhs="tr(X' X)",
     kind="identity", family=_F, source="definition")  # fmt: skip
rule(105, "norm-scale", "scale of a norm", given="a: R, X: m x n", lhs="norm2(a X)", rhs="abs(a) norm2(X)",
     kind="identity", family=_F, source="definition")  # fmt: skip
