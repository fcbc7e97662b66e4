"""Rearrangements: equalities that a derivation uses once the differential stands on the variable."""

from .register import rule

_F = "Rearrangements"
_S = "Magnus and Neudecker, ch. 1–3"


def _identity(
    number: int, name: str, title: str, given: str, lhs: str, rhs: str, why: str = "", *, cite: bool = True
) -> None:
    rule(number, name, title, given=given, lhs=lhs, rhs=rhs, kind="identity", family=_F, source=_S, why=why, cite=cite)


_identity(70, "scalar-transpose", "a scalar is its own transpose", "x: R^m, A: m x n, y: R^n", "x' A y", "y' A' x")
_identity(71, "scalar-trace", "a scalar is its own trace", "x: R^m, A: m x n, y: R^n", "x' A y", "tr(A y x')",
          "A scalar is its own trace, and under the trace the first factor may go to the end.")  # fmt: skip
_identity(72, "cyclic", "cyclic trace", "A: m x n, B: n x p, C: p x m", "tr(A B C)", "tr(B C A)")
_identity(73, "trace-transpose", "trace of a transpose", "X: n x n", "tr(X')", "tr(X)")
_identity(74, "trace-hadamard", "Hadamard product under the trace", "A, B, C: m x n", "tr(A' (B .* C))",
          "tr((A .* B)' C)")  # fmt: skip
_identity(75, "vector-hadamard", "Hadamard product in a scalar product", "x, y, z: R^n", "x' (y .* z)", "(x .* y)' z")
_identity(76, "diag-product", "Diag(a) b = a ∘ b", "a, b: R^n", "diag(a) b", "a .* b")
_identity(77, "sum-hadamard", "sum of a Hadamard product", "A, B: m x n", "ones(m)' (A .* B) ones(n)", "tr(A' B)")
_identity(78, "collect", "collect terms", "A, B: m x n, X: n x p", "A X + B X", "(A + B) X")
_identity(79, "product-transpose", "transpose of a product", "A: m x n, B: n x p", "(A B)'", "B' A'", cite=False)
_identity(80, "distribute", "multiply out", "A: m x n, B, C: n x p", "A (B + C)", "A B + A C", cite=False)
_identity(81, "sum-ones", "sum of entries by ones", "X: m x n", "sum(X)", "ones(m)' X ones(n)")
_identity(82, "trace-diag", "trace with a diagonal matrix", "A: n x n, x: R^n", "tr(A diag(x))", "diag(A)' x")
_identity(83, "diag-trace", "diagonal under the trace", "a: R^n, X: n x n", "a' diag(X)", "tr(diag(a) X)")
_identity(84, "trace-kronecker", "trace of a Kronecker product", "A: m x m, B: n x n", "tr(kron(A, B))", "tr(A) tr(B)")
_identity(85, "sum-kronecker", "sum of a Kronecker product", "A: m x n, B: p x q", "sum(kron(A, B))", "sum(A) sum(B)")
_identity(86, "cancel", "cancel", "a: R", "a a^-1", "1")
_identity(87, "inverse-product", "inverse times matrix", "A: n x n invertible, B: n x m", "inv(A) A B", "B")
_identity(88, "vec-product", "vec of a product", "A: m x n, X: n x p, B: p x q", "vec(A X B)", "kron(B', A) vec(X)")
_identity(89, "vec-transpose", "vec of a transpose", "X: m x n", "vec(X')", "commutation(m, n) vec(X)")
_identity(90, "vec-hadamard", "vec of a Hadamard product", "A, X: m x n", "vec(A .* X)", "diag(vec(A)) vec(X)")
_identity(91, "entries", "entry by entry", "p, y: R^n", "-y .* (1 .- p) + (1 .- y) .* p", "p - y",
          "Entries are numbers: an entrywise expression is simplified as a function of one number.")  # fmt: skip
_identity(92, "substitute", "put in the differential", "A: m x n, x: R^k, y: R^k -> R^n", "A d(y(x))", "A y'(x) dx",
          "The differential of a named intermediate takes the place of its increment (Cauchy's rule of invariance).")  # fmt: skip
_identity(93, "scalar-moves", "a scalar moves freely", "x: R^m, y, z: R^n", "(y' z) x", "x y' z")
_identity(94, "hadamard-diag", "a ∘ b = Diag(a) b", "a, b: R^n", "a .* b", "diag(a) b")
_identity(95, "vec-outer", "vec of a scaled matrix", "A: m x n, B, X: p x q", "vec(tr(B' X) A)",
          "vec(A) vec(B)' vec(X)")  # fmt: skip
_identity(96, "vec-quadratic", "trace as a quadratic form in vec", "A: m x m, X: m x n, B: n x n", "tr(A X B X')",
          "vec(X)' kron(B', A) vec(X)")  # fmt: skip
_identity(97, "log-abs-det", "log |det X|", "X: n x n invertible", "log(abs(det(X)))", "logdet(X)")
_identity(98, "trace-identity", "sum as a trace", "A, X: m x n", "sum(A .* X)", "tr(A' X)")
_identity(99, "vector-sum", "sum of a Hadamard product", "a, x: R^n", "sum(a .* x)", "a' x")
_identity(100, "vec-diag", "vec of a diagonal matrix", "x: R^n", "vec(diag(x))", "selection(n) x",
          "S is the n² × n matrix that puts the entries of x in their places.")  # fmt: skip
_identity(101, "diagonal-vec", "diagonal by vec", "X: n x n", "diag(X)", "selection(n)' vec(X)")
_identity(102, "vec-kronecker", "vec of a Kronecker product", "A: m x n, X: p x q", "vec(kron(A, X))",
          "kron(kron(eye(n), commutation(q, m)), eye(p)) kron(vec(A), vec(X))")  # fmt: skip
_identity(103, "diag-outer", "diagonal of an outer product", "u, v: R^n", "diag(u v')", "u .* v")
_identity(104, "hadamard-outer", "Hadamard product with an outer product", "A: m x n, u: R^m, v: R^n", "A .* (u v')",
          "diag(u) A diag(v)")  # fmt: skip
_identity(207, "both-sides", "differential of both sides", "A: m x n, B: n x p, x: R^p", "d(A (B x))", "d(A B x)",
          "Two sides that are equal for every value have equal differentials.")  # fmt: skip
_identity(208, "move-terms", "move to the other side", "A, B: m x n", "A + B - B", "A")
_identity(209, "multiply-inverse", "multiply by the inverse", "A: m x n, B: n x n invertible", "A B inv(B)", "A")
_identity(
    210,
    "skew-product",
    "skew",
    "A: n x n",
    "(A - A')'",
    "-(A - A')",
    "A matrix is skew when its transpose is its negative.",
)
_identity(216, "diag-sandwich", "diagonal of a scaled product", "A: m x n, B: n x m, x: R^n", "diag(A diag(x) B)",
          "(A .* B') x")  # fmt: skip
_identity(219, "centred", "centred", "x: R^n", "(x - sum(x)/n ones(n))' ones(n)", "0",
          "What is left when the mean is taken off sums to zero.")  # fmt: skip
