"""Identification (T 1–6): reading the derivative off a differential, in numerator layout."""

from .register import rule

_F = "Identification"
_S = "Magnus and Neudecker, Matrix Differential Calculus, ch. 9"


def _identify(number: int, name: str, given: str, lhs: str, rhs: str, why: str) -> None:
    rule(
        number, name, "identification", given=given, lhs=lhs, rhs=rhs, kind="identification", family=_F,
        source=_S, why=why, result=True,
    )  # fmt: skip


_identify(1, "identify-scalar-scalar", "a: R, x: R", "a dx", "a", "A scalar function of a scalar.")
_identify(
    2, "identify-scalar-vector", "a, x: R^n", "a' dx", "a'", "A scalar function of a vector: the derivative is a row."
)
_identify(3, "identify-scalar-matrix", "A: n x m, X: m x n", "tr(A dX)", "A", "A scalar function of a matrix.")
_identify(4, "identify-vector-scalar", "a: R^m, x: R", "a dx", "a", "A vector function of a scalar.")
_identify(
    5, "identify-vector-vector", "A: m x n, x: R^n", "A dx", "A", "A vector function of a vector: the Jacobian matrix."
)
_identify(6, "identify-matrix-scalar", "A: m x n, x: R", "A dx", "A", "A matrix function of a scalar.")
_identify(
    28, "identify-vec", "M: m x k, Y: R^m, X: R^k", "M dX", "M",
    "For the derivative of or by a matrix: vec(dY) = M vec(dX), columns stacked, gives the matrix M of ∂vec(Y)/∂vec(X)ᵀ.",
)  # fmt: skip
_identify(
    29, "identify-hessian", "H: n x n, x: R^n", "(dx)' H dx", "1/2 (H + H')",
    "The second differential is a quadratic form in dx; the Hessian is the symmetric part of its matrix.",
)  # fmt: skip
_identify(
    30, "identify-mixed", "H: m x n, x: R^m, y: R^n", "(dx)' H dy", "H",
    "The mixed block of second derivatives: rows belong to x, columns to y.",
)  # fmt: skip


def _structured(number: int, kind: str, given: str, rhs: str, why: str) -> None:
    rule(
        number, f"identify-{kind}", f"identification, {kind}", given=given, lhs="tr(A dX)", rhs=rhs, kind="structured",
        family=_F, source="Matrix Cookbook, sec. 2.8", why=why, result=True,
    )  # fmt: skip


_structured(106, "symmetric", "A, X: n x n", "A + A' - A .* I",
            "X symmetric: an entry off the diagonal stands in two places.")  # fmt: skip
_structured(107, "skew", "A, X: n x n", "A - A'", "X skew: an entry stands in two places with opposite signs.")
_structured(108, "diagonal", "A, X: n x n", "A .* I", "X diagonal: only the entries on the diagonal are free.")

rule(206, "identify-unvec", "identification by vec", given="B, X: m x n", lhs="vec(B)' vec(dX)", rhs="B'",
     kind="identification", family=_F, source="Magnus and Neudecker, ch. 2, sec. 4", result=True,
     why="A row r with df = r vec(dX) is the vec of the derivative; the matrix with vec v is (vec(I)ᵀ ⊗ I)(I ⊗ v).")  # fmt: skip
rule(218, "identify-unvec-scalar", "identification by vec", given="B: m x n, x: R", lhs="vec(B) dx", rhs="vec(B)",
     kind="identification", family=_F, source="Magnus and Neudecker, ch. 2, sec. 4", result=True,
     why="A matrix by a scalar, from vec(dY) = v dx: the matrix with vec v is (vec(I)ᵀ ⊗ I)(I ⊗ v).")  # fmt: skip
