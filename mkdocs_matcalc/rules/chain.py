"""Chain rules and total differentials of abstract functions (T 20–27).

The derivative of an abstract function stands as a prime: z′(y) is the derivative of z at y in
numerator layout (a row for a scalar function of a vector, the Jacobian matrix for R^n → R^m).
"""

from .register import rule

_F = "Chain rules and total differentials"
_S = "Magnus and Neudecker, ch. 5, sec. 12–15 (Cauchy's rule of invariance)"


def _chain(number: int, name: str, title: str, given: str, lhs: str, rhs: str, why: str = "") -> None:
    rule(number, name, title, given=given, lhs=lhs, rhs=rhs, family=_F, source=_S, why=why)


_chain(20, "chain-scalar-vector", "chain rule", "x: R^n, y: R^n -> R^m, z: R^m -> R", "d z(y(x))", "z'(y(x)) y'(x) dx")
_chain(21, "chain-scalar-scalar", "chain rule", "X: m x n, y: R^{m x n} -> R, z: R -> R", "d z(y(X))",
       "z'(y(X)) tr(y'(X) dX)", "Through a scalar.")  # fmt: skip
_chain(22, "chain-scalar-matrix", "chain rule", "x: R, Y: R -> R^{m x n}, z: R^{m x n} -> R", "d z(Y(x))",
       "tr(z'(Y(x)) Y'(x)) dx", "Through a matrix.")  # fmt: skip
_chain(23, "chain-vector-vector", "chain rule", "x: R^n, y: R^n -> R^m, z: R^m -> R^p", "d z(y(x))",
       "z'(y(x)) y'(x) dx", "The Jacobian matrices multiply, the outer one on the left.")  # fmt: skip
_chain(24, "total-scalar", "total differential", "x, y: R, f: R, R -> R", "d f(x, y)",
       "f'_1(x, y) dx + f'_2(x, y) dy", "Arguments that are scalars.")  # fmt: skip
_chain(25, "total-vector", "total differential", "x: R^n, y: R^m, f: R^n, R^m -> R", "d f(x, y)",
       "f'_1(x, y) dx + f'_2(x, y) dy", "Arguments that are vectors.")  # fmt: skip
_chain(26, "total-matrix", "total differential", "X: m x n, Y: p x q, f: R^{m x n}, R^{p x q} -> R", "d f(X, Y)",
       "tr(f'_1(X, Y) dX) + tr(f'_2(X, Y) dY)", "Arguments that are matrices.")  # fmt: skip
_chain(27, "total-array", "total differential", "x: R^n, y: R, f: R^n, R -> R^p", "d f(x, y)",
       "f'_1(x, y) dx + f'_2(x, y) dy", "A vector or matrix function: the partial differentials add up.")  # fmt: skip
_chain(109, "second-derivative", "second derivative", "x: R^n, l: R^n -> R", "d l'(x)", "(l''(x) dx)'",
       "l″ is the matrix of second derivatives.")  # fmt: skip
_chain(217, "second-of-vector", "second derivative of a vector function", "x: R^n, y: R^n -> R^m, w: R^m, u: R^n",
       "w' d(y'(x)) u", "u' y''(x, w) dx",
       "With w held, wᵀy is a scalar function; its matrix of second derivatives is Σ wₖ ∂²yₖ/∂x∂xᵀ.")  # fmt: skip
