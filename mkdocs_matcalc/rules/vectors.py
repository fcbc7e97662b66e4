"""Softmax and log-sum-exp."""

from .register import rule

_F = "Softmax"
_S = "Boyd and Vandenberghe, Convex Optimization, sec. 3.1.5 and A.4"

rule(67, "d-logsumexp", "log-sum-exp", given="x: R^n", lhs="d logsumexp(x)", rhs="softmax(x)' dx", family=_F, source=_S)
rule(68, "d-logsumexp-all", "log-sum-exp of all entries", given="X: m x n", lhs="d logsumexp(X)",
     rhs="1/sum(exp(X)) tr(exp(X)' dX)", family=_F, source=_S)  # fmt: skip
rule(69, "d-softmax", "softmax", given="x: R^n", lhs="d softmax(x)",
     rhs="softmax(x) .* dx - softmax(x) softmax(x)' dx", family=_F, source=_S,
     why="The Jacobian matrix is Diag(p) − ppᵀ with p = softmax(x).")  # fmt: skip
