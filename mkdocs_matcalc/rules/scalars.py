"""Rules of a first course in calculus, for goals with scalars alone (with 7, 8, 9, 10 and 60)."""

from .register import rule

_F = "Scalars"
_S = "any calculus text"

rule(200, "quotient", "quotient rule", given="u, v: R", lhs="d(u/v)", rhs="(v du - u dv)/v^2", family=_F, source=_S,
     why="Where v is not zero.")  # fmt: skip
rule(201, "scalar-chain", "chain rule", given="x: R, u: R -> R, f: R -> R", lhs="d f(u(x))", rhs="f'(u(x)) u'(x) dx",
     family=_F, source=_S)  # fmt: skip
rule(202, "jacobian", "definition of the Jacobian matrix", given="f: R^n -> R^m, x: R^n", lhs="d f(x)", rhs="f'(x) dx",
     family=_F, source="Magnus and Neudecker, ch. 5, sec. 4", why="Entry (i, j) is the partial derivative of f_i by x_j.")  # fmt: skip
rule(204, "leibniz", "expansion of the determinant", given="a, b, c, d: R", lhs="a d - b c", rhs="a d - c b",
     kind="identity", family=_F, source="Magnus and Neudecker, ch. 1, sec. 9",
     why="The signed sum over all permutations; for a 2 × 2 matrix with rows (a, b) and (c, d) it is ad − bc.")  # fmt: skip
rule(205, "simplify", "simplify", given="t: R", lhs="sin(t)^2 + cos(t)^2", rhs="1", kind="identity", family=_F, source=_S,
     why="Scalar algebra; for example sin² + cos² = 1.")  # fmt: skip
