"""Rules of a first course in calculus, for goals with scalars alone (with 7, 8, 9, 10 and 60)."""

from .register import rule

_F = "Scalars"
_S = "any calculus text"

rule(200, "quotient", "quotient rule", given="u, v: R", lhs="d(u/v)", rhs="(v du - u dv)/v^2", family=_F, source=_S,
     why="Where v is not zero.")  # fmt: skip
rule(201, "scalar-chain", "chain rule", given="x: R, u: R -> R, f: R -> R", lhs="d f(u(x))", rhs="f'(u(x)) u'(x) dx",
     family=_F, source=_S)  # fmt: skip
