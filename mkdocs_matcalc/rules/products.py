"""Products: matrix, Kronecker and Hadamard, powers of a matrix, and two squares that come up everywhere."""

from .guard import symmetric
from .register import rule

_F = "Products"
_S = "Magnus and Neudecker, ch. 8, sec. 3"

rule(10, "product", "product rule", given="X: m x n, Y: n x p", lhs="d(X Y)", rhs="dX Y + X dY", family=_F, source=_S)
rule(11, "products", "product rule", given="X: m x n, Y: n x p, Z: p x q", lhs="d(X Y Z)",
     rhs="dX Y Z + X dY Z + X Y dZ", family=_F, source=_S, why="One factor after the other changes.")  # fmt: skip
rule(13, "kronecker", "Kronecker product", given="X: m x n, Y: p x q", lhs="d kron(X, Y)",
     rhs="kron(dX, Y) + kron(X, dY)", family=_F, source=_S)  # fmt: skip
rule(14, "hadamard", "Hadamard product", given="X, Y: m x n", lhs="d(X .* Y)", rhs="dX .* Y + X .* dY", family=_F,
     source=_S)  # fmt: skip
rule(35, "square", "square of a vector", given="y: R^n", lhs="d(y' y)", rhs="2 y' dy", family=_F, shortcut=True,
     source="Magnus and Neudecker, ch. 9",
     why="The product rule gives (dy)ᵀy + yᵀdy; the first scalar is the transpose of the second.")  # fmt: skip
rule(36, "quadratic", "symmetric quadratic form", given="y: R^n, A: n x n symmetric", lhs="d(y' A y)",
     rhs="2 y' A dy", when=symmetric("A"), family=_F, shortcut=True, source="Magnus and Neudecker, ch. 9",
     why="The product rule gives (dy)ᵀAy + yᵀA dy; the first scalar is the transpose of the second.")  # fmt: skip
rule(37, "frobenius", "square of a matrix", given="Y: m x n", lhs="d tr(Y' Y)", rhs="2 tr(Y' dY)", family=_F, shortcut=True,
     source="Magnus and Neudecker, ch. 9",
     why="The product rule under the trace; the two traces are transposes of each other.")  # fmt: skip
rule(38, "matrix-power", "power of a matrix", given="X: n x n", lhs="d(X^3)", rhs="dX X^2 + X dX X + X^2 dX", family=_F,
     source="Magnus and Neudecker, ch. 8", why="The product rule (11) for equal factors.")  # fmt: skip
