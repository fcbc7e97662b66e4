"""Determinant, its logarithm, and the adjugate (T 18)."""

from .guard import defined, invertible
from .register import rule

_F = "Determinant"
_S = "Magnus and Neudecker, ch. 8, sec. 3 (Jacobi's formula)"

rule(18, "d-det", "determinant", given="X: n x n invertible", lhs="d det(X)", rhs="det(X) tr(inv(X) dX)",
     when=invertible("X"), family=_F, source=_S,
     why="In the form |X| tr(X⁻¹dX) = tr(adj(X) dX); the adjugate form holds for singular X too.")  # fmt: skip
rule(39, "d-det-adjugate", "determinant, by the adjugate", given="X: n x n", lhs="d det(X)", rhs="tr(adj(X) dX)",
     family=_F, source=_S, why="Rule (18) for a matrix that need not be invertible.")  # fmt: skip
rule(40, "d-logdet", "log determinant", given="X: n x n invertible", lhs="d logdet(X)", rhs="tr(inv(X) dX)",
     when=defined("X"), family=_F, source="Magnus and Neudecker, ch. 8, sec. 4",
     why="Rule (18) divided by the determinant; logdet is the logarithm of its absolute value.")  # fmt: skip
rule(41, "d-adjugate", "adjugate", given="X: n x n invertible", lhs="d adj(X)",
     rhs="det(X) (tr(inv(X) dX) inv(X) - inv(X) dX inv(X))", when=invertible("X"), family=_F,
     source="Magnus and Neudecker, ch. 8, sec. 6", why="adj(X) = |X| X⁻¹, by (10), (18) and (16).")  # fmt: skip
