"""Norms: their squares by definition, their differentials where they are smooth."""

from .register import rule

_F = "Norms"
_S = "Matrix Cookbook, sec. 2.6"

rule(62, "norm-square", "definition of the norm", given="x: R^n", lhs="||x||^2", rhs="x' x", kind="identity", family=_F,
     source="definition")  # fmt: skip
rule(63, "frobenius-square", "definition of the norm", given="X: m x n", lhs="||X||_F^2", rhs="tr(X' X)",
     kind="identity", family=_F, source="definition")  # fmt: skip
rule(64, "d-norm", "norm", given="x: R^n", lhs="d ||x||", rhs="1/||x|| x' dx", family=_F, source=f"{_S}, eq. (129)",
     why="Where x is not zero.")  # fmt: skip
rule(65, "d-frobenius", "Frobenius norm", given="X: m x n", lhs="d norm2(X)", rhs="1/norm2(X) tr(X' dX)", family=_F,
     source=_S, why="Where X is not zero.")  # fmt: skip
rule(66, "norm1-definition", "definition of the norm", given="X: m x n", lhs="norm1(X)", rhs="sum(abs(X))",
     kind="identity", family=_F, source="definition")  # fmt: skip
rule(105, "norm-scale", "scale of a norm", given="a: R, X: m x n", lhs="norm2(a X)", rhs="abs(a) norm2(X)",
     kind="identity", family=_F, source="definition")  # fmt: skip
