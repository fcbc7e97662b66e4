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
rule(211, "d-logsumexp-rows", "log-sum-exp of each row", given="X: m x n", lhs="d logsumexp(X, rows)",
     rhs="(softmax(X, rows) .* dX) ones(n)", family=_F, source=_S, why="Rule (67) for every row.")  # fmt: skip
rule(212, "d-logsumexp-columns", "log-sum-exp of each column", given="X: m x n", lhs="d logsumexp(X, columns)",
     rhs="ones(m)' (softmax(X, columns) .* dX)", family=_F, source=_S, why="Rule (67) for every column.")  # fmt: skip
rule(213, "d-softmax-rows", "softmax of each row", given="X: m x n", lhs="d softmax(X, rows)",
     rhs="softmax(X, rows) .* dX - softmax(X, rows) .* ((softmax(X, rows) .* dX) ones(n) ones(n)')", family=_F,
     source=_S, why="Rule (69) for every row.")  # fmt: skip
rule(214, "d-softmax-columns", "softmax of each column", given="X: m x n", lhs="d softmax(X, columns)",
     rhs="softmax(X, columns) .* dX - softmax(X, columns) .* (ones(m) ones(m)' (softmax(X, columns) .* dX))", family=_F,
     source=_S, why="Rule (69) for every column.")  # fmt: skip
