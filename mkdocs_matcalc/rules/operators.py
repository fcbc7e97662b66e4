"""The operators of style `chain`: ∂f/∂X from ∂f/∂G, one operator G: X ↦ … at a time.

f is a scalar function of G. `lhs` is the operator applied to X (x where it is a scalar or a vector), `rhs` is
∂f/∂X in terms of D = ∂f/∂G; both derivatives have the shape of what they are by (denominator layout), so
⟨∂f/∂X, dX⟩ = ⟨D, dG⟩ whatever f is. All other names are constants. Where the shape of a function's argument is
all that matters, one row serves scalars, vectors and matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..expr.atoms import Sym
from ..expr.node import Expr
from ..expr.walk import symbols
from .adjoint import pull
from .guard import Guard, invertible
from .rule import Rule, RuleError
from .table import RULES, by_name

_F = "Operators"
_S = "the multivariable chain rule, entry by entry: Σ (∂f/∂G_kl)(∂G_kl/∂X_ij)"


@dataclass(frozen=True, eq=False)
class OperatorRule(Rule):
    """A row of the table; `written` is ∂f/∂G as the row states it.

    That is D, except where G has a product of dimensions for its size: there a form is stated that every ∂f/∂G has
    (vec(U)) or is a sum of (U ⊗ V). A row with `of`, the name of a differential rule, states no right side: it is the
    adjoint of that differential, so that the rule is stated once for all styles.
    """

    written: str = "D"
    of: str = ""

    @cached_property
    def replacement(self) -> Expr:
        """The right side: stated, or computed from the differential."""
        if not self.of:
            return self._read(self.rhs)
        pulled = pull(by_name(self.of))
        if pulled is None:
            raise RuleError(f"rule {self.number}: the differential of {self.of} has no adjoint")
        return pulled

    @cached_property
    def outer(self) -> Expr:
        """∂f/∂G as the row states it."""
        return Sym("D", self.pattern.shape) if self.written == "D" else self._read(self.written)

    @property
    def free(self) -> frozenset[str]:
        """The names in ∂f/∂G, which the operator itself does not have."""
        return frozenset(symbols(self.outer))


def _operator(
    number: int, name: str, title: str, given: str, lhs: str, rhs: str, why: str = "", *,
    when: tuple[Guard, ...] = (), domain: str = "", cite: bool = True, written: str = "D",
) -> None:  # fmt: skip
    RULES.register(
        OperatorRule(
            number,
            f"through-{name}",
            title,
            given,
            lhs,
            rhs,
            "operator",
            _F,
            _S,
            why,
            when,
            cite,
            domain,
            result=True,
            written=written,
        )
    )


def _adjoint(number: int, name: str, title: str, of: str, outer: str, why: str = "", *, cite: bool = True) -> None:
    """The row of an operator whose differential is the rule `of`; `outer` is the shape of D = ∂f/∂G."""
    rule = by_name(of)
    lhs = rule.lhs.removeprefix("d").strip()
    lhs = lhs[1:-1] if lhs.startswith("(") else lhs
    RULES.register(
        OperatorRule(
            number,
            f"through-{name}",
            title,
            f"{rule.given}, D: {outer}",
            lhs,
            "",
            "operator",
            _F,
            _S,
            why,
            rule.when,
            cite,
            rule.domain,
            result=True,
            of=of,
        )
    )


# -- products and sums ------------------------------------------------------------------------

_operator(110, "right", "matrix on the right", "X: m x n, W: n x p, D: m x p", "X W", "D W'")
_operator(111, "left", "matrix on the left", "X: m x n, W: p x m, D: p x n", "W X", "W' D")
_operator(112, "between", "matrices on both sides", "A: p x m, X: m x n, B: n x q, D: p x q", "A X B", "A' D B'",
          "A factor that occurs several times has such a term for every place; a transposed one is transposed.")  # fmt: skip
_operator(113, "hadamard", "Hadamard product", "X, C, D: m x n", "X .* C", "D .* C")
_operator(114, "entrywise", "entrywise function", "X, D: m x n, g: elementwise", "g(X)", "D .* g'(X)",
          "For a function with a name, g′ comes from the rule of its differential.")  # fmt: skip
_operator(115, "sum", "sum", "X, C, D: m x n", "X + C", "D", "What is added is a constant.")
_operator(116, "rows", "row added to every row", "C, D: m x n, x: R^{1 x n}", "C .+ x", "ones(m)' D",
          "C + 𝟏x: the sum of the rows of ∂f/∂G.")  # fmt: skip
_operator(117, "columns", "column added to every column", "C, D: m x n, x: R^m", "C .+ x", "D ones(n)",
          "C + x𝟏ᵀ: the sum of the columns of ∂f/∂G.")  # fmt: skip
_operator(118, "everywhere", "scalar added to every entry", "C, D: m x n, x: R", "C .+ x", "sum(D)",
          "C + x𝟏𝟏ᵀ: the sum of the entries of ∂f/∂G.")  # fmt: skip
_operator(119, "quadratic", "form in a matrix", "a: R^m, X: m x n, b: R^n, D: R", "a' X b", "D a b'",
          "With b = a, the derivative of aᵀXa is aaᵀ.")  # fmt: skip
_adjoint(120, "multiple", "constant multiple", "multiple", "m x n", cite=False)
_operator(121, "scalar-factor", "scalar factor", "x: R, A, D: m x n", "x A", "tr(A' D)",
          "The scalar product of A and ∂f/∂G; Aᵀ(∂f/∂G) for a column, A(∂f/∂G)ᵀ for a row.")  # fmt: skip
_adjoint(122, "transpose", "transpose", "transpose", "n x m", cite=False)
_operator(123, "matrix-power", "power of a matrix", "X, D: n x n", "X^3", "D X'^2 + X' D X' + X'^2 D",
          "The rule of products for equal factors.")  # fmt: skip

# -- to a scalar ------------------------------------------------------------------------------

_operator(124, "norm-square", "square of a norm", "x: R^n, D: R", "||x||^2", "2 D x")
_operator(125, "frobenius-square", "square of a norm", "X: m x n, D: R", "||X||_F^2", "2 D X")
_adjoint(126, "norm", "norm", "d-norm", "R", "Where x is not zero.")
_adjoint(127, "frobenius", "Frobenius norm", "d-frobenius", "R", "Where X is not zero.")
_operator(128, "norm1", "sum of absolute entries", "X: m x n, D: R", "norm1(X)", "D sign(X)", "Where no entry is zero.")
_adjoint(129, "sum-entries", "sum of entries", "d-sum", "R")
_adjoint(130, "trace", "trace", "d-trace", "R")
_adjoint(131, "det", "determinant", "d-det", "R")
_adjoint(132, "det-adjugate", "determinant, by the adjugate", "d-det-adjugate", "R")
_adjoint(133, "logdet", "log determinant", "d-logdet", "R")
_adjoint(134, "logsumexp", "log-sum-exp", "d-logsumexp", "R")
_adjoint(135, "logsumexp-all", "log-sum-exp of all entries", "d-logsumexp-all", "R")

# -- to a vector or a matrix ------------------------------------------------------------------

_adjoint(136, "inverse", "inverse", "d-inverse", "n x n")
_operator(137, "adjugate", "adjugate", "X: n x n invertible, D: n x n", "adj(X)",
          "det(X) (tr(D' inv(X)) inv(X)' - inv(X)' D inv(X)')", when=(invertible("X"),))  # fmt: skip
_adjoint(138, "softmax", "softmax", "d-softmax", "R^n")
_adjoint(139, "diag", "diagonal matrix", "d-diag", "n x n")
_adjoint(140, "diagonal", "diagonal of a matrix", "d-diagonal", "R^n")
_adjoint(141, "power", "power", "power", "m x n", "For a constant exponent a.")
_operator(
    142, "exponent", "exponential", "a, x, D: R", "a^x", "D log(a) a^x", "For a constant base a.", domain="positive"
)
_adjoint(147, "logsumexp-rows", "log-sum-exp of every row", "d-logsumexp-rows", "R^m")
_adjoint(148, "logsumexp-columns", "log-sum-exp of every column", "d-logsumexp-columns", "R^{1 x n}")
_operator(149, "softmax-rows", "softmax of every row", "X, D: m x n", "softmax(X, rows)",
          "softmax(X, rows) .* (D - (softmax(X, rows) .* D) ones(n) ones(n)')")  # fmt: skip
_operator(156, "softmax-columns", "softmax of every column", "X, D: m x n", "softmax(X, columns)",
          "softmax(X, columns) .* (D - ones(m) ones(m)' (softmax(X, columns) .* D))")  # fmt: skip
_operator(157, "vec", "vec", "X, U: m x n", "vec(X)", "U",
          "The matrix with the columns that are stacked in ∂f/∂G: (vec(I)ᵀ ⊗ I)(I ⊗ D) where ∂f/∂G is D.", written="vec(U)")  # fmt: skip
_operator(158, "kron-left", "Kronecker product", "X, U: m x n, A, V: p x q", "kron(X, A)",
          "tr(A' V) U",
          "A matrix D is a sum of such products: (I ⊗ vec(I)ᵀ)(D ⊗ A)(I ⊗ vec(I)).", written="kron(U, V)")  # fmt: skip
_operator(159, "kron-right", "Kronecker product", "X, U: m x n, A, V: p x q", "kron(A, X)",
          "tr(A' V) U",
          "A matrix D is a sum of such products: (vec(I)ᵀ ⊗ I)(A ⊗ D)(vec(I) ⊗ I).", written="kron(V, U)")  # fmt: skip

# -- abstract functions -----------------------------------------------------------------------

_operator(143, "scalar-function", "chain rule", "x: R^n, l: R^n -> R, D: R", "l(x)", "D l'(x)'",
          "l′ is a row, its transpose a column as x is; of several arguments, each has its own derivative.")  # fmt: skip
_operator(144, "matrix-function", "chain rule", "X: m x n, l: R^{m x n} -> R, D: R", "l(X)", "D l'(X)'")
_operator(145, "vector-function", "chain rule", "x: R^n, h: R^n -> R^m, D: R^m", "h(x)", "h'(x)' D",
          "In denominator layout the inner derivative, the transpose of the Jacobian matrix, stands on the left.")  # fmt: skip
_operator(146, "function-of-scalar", "chain rule", "x: R, F: R -> R^{m x n}, D: m x n", "F(x)", "tr(F'(x)' D)")
_operator(160, "array-function", "chain rule", "X: m x n, F: R^{m x n} -> R^{p x q}, D: p x q", "F(X)",
          "kron(vec(eye(n))', eye(m)) kron(eye(n), F'(X)' vec(D))",
          "F′ is the matrix of ∂vec(F)/∂vec(X)ᵀ; what it gives is a stack of columns.")  # fmt: skip
