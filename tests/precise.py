"""Expressions with fifty digits: a value that shares nothing with NumPy, and derivatives by tiny differences."""

from __future__ import annotations

import itertools

import mpmath as mp

from mkdocs_matcalc.expr.atoms import Eye, Named, Num, Ones, Size, Sym, Zeros
from mkdocs_matcalc.expr.linear import Add, Had, Kron, Mul, T
from mkdocs_matcalc.expr.matrix import Call, Inv, MatPow
from mkdocs_matcalc.expr.scalar import Entry, Pow

#: exp(800) has 348 digits before the point: what is left of a difference with it needs as many, and the steps theirs.
DIGITS, STEP = 620, mp.mpf(10) ** -60

ENTRIES = {
    "exp": mp.exp, "log": mp.log, "sqrt": mp.sqrt, "abs": abs, "sign": mp.sign, "sin": mp.sin, "cos": mp.cos,
    "tan": mp.tan, "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh,
    "tanh": mp.tanh, "sigmoid": lambda t: 1 / (1 + mp.exp(-t)), "softplus": lambda t: mp.log(1 + mp.exp(t)),
    "relu": lambda t: max(t, mp.mpf(0)), "step": lambda t: mp.mpf(t > 0),
}  # fmt: skip


def table(rows, cols, entry):
    """A matrix as a list of rows."""
    return [[entry(i, j) for j in range(cols)] for i in range(rows)]


class Precise:
    """Values of expressions at a point: matrices of numbers with many digits."""

    def __init__(self, values, sizes):
        self.values = {n: table(len(v), len(v[0]), lambda i, j, v=v: mp.mpf(v[i][j])) for n, v in values.items()}
        self.sizes = sizes

    def extent(self, d):
        out = d.coef
        for n in d.names:
            out *= self.sizes[n]
        return out

    def extents(self, e):
        return self.extent(e.shape[0]), self.extent(e.shape[1])

    def __call__(self, e):
        with mp.workdps(DIGITS):
            return self.of(e)

    def of(self, e):
        if isinstance(e, Named):
            return self.of(e.definition)
        if isinstance(e, Sym):
            return self.values[e.name]
        if isinstance(e, Num):
            return [[mp.mpf(e.value.numerator) / e.value.denominator]]
        if isinstance(e, Size):
            return [[mp.mpf(self.extent(e.dim))]]
        if isinstance(e, (Eye, Ones, Zeros)):
            whole = mp.mpf(not isinstance(e, Zeros))
            return table(*self.extents(e), lambda i, j: whole if i == j or not isinstance(e, Eye) else mp.mpf(0))
        args = [self.of(a) for a in e.args]
        if isinstance(e, Add):
            return table(*self.extents(e), lambda i, j: mp.fsum(a[i][j] for a in args))
        if isinstance(e, Had):
            return table(*self.extents(e), lambda i, j: mp.fprod(a[i][j] for a in args))
        if isinstance(e, Mul):
            return self.product(e, args)
        if isinstance(e, T):
            return table(*self.extents(e), lambda i, j: args[0][j][i])
        if isinstance(e, Kron):
            a, b = args
            m, n = len(b), len(b[0])
            return table(*self.extents(e), lambda i, j: a[i // m][j // n] * b[i % m][j % n])
        if isinstance(e, Inv):
            return (mp.matrix(args[0]) ** -1).tolist()
        if isinstance(e, MatPow):
            return (mp.matrix(args[0]) ** e.exponent).tolist()
        if isinstance(e, Entry):
            return table(*self.extents(e), lambda i, j: ENTRIES[e.name](args[0][i][j]))
        if isinstance(e, Pow):
            return table(*self.extents(e), lambda i, j: args[0][i][j] ** args[1][0][0])
        assert isinstance(e, Call)
        return getattr(self, f"call_{e.name}")(args[0])

    def product(self, e, args):
        scale = mp.mpf(e.coef.numerator) / e.coef.denominator
        for (s,) in (a[0] for a in args[: len(e.scalars)]):
            scale *= s
        out = None
        for factor in args[len(e.scalars) :]:
            out = factor if out is None else (mp.matrix(out) * mp.matrix(factor)).tolist()
        return [[scale]] if out is None else [[scale * v for v in row] for row in out]

    def call_sum(self, a):
        return [[mp.fsum(v for row in a for v in row)]]

    def call_tr(self, a):
        return [[mp.fsum(a[i][i] for i in range(len(a)))]]

    def call_det(self, a):
        return [[mp.det(mp.matrix(a))]]

    def call_logdet(self, a):
        return [[mp.log(abs(mp.det(mp.matrix(a))))]]

    def call_adj(self, a):
        return (mp.det(mp.matrix(a)) * mp.matrix(a) ** -1).tolist()

    def call_norm1(self, a):
        return [[mp.fsum(abs(v) for row in a for v in row)]]

    def call_norm2(self, a):
        return [[mp.sqrt(mp.fsum(v * v for row in a for v in row))]]

    def call_vec(self, a):
        return [[a[i][j]] for j in range(len(a[0])) for i in range(len(a))]

    def call_diag(self, a):
        return table(len(a), len(a), lambda i, j: a[i][0] if i == j else mp.mpf(0))

    def call_diagonal(self, a):
        return [[a[i][i]] for i in range(len(a))]

    def call_logsumexp(self, a):
        return [[mp.log(mp.fsum(mp.exp(v) for row in a for v in row))]]

    def call_logsumexp_rows(self, a):
        return [[mp.log(mp.fsum(map(mp.exp, row)))] for row in a]

    def call_logsumexp_columns(self, a):
        return [[mp.log(mp.fsum(map(mp.exp, column))) for column in zip(*a, strict=True)]]

    def call_softmax(self, a):
        total = mp.fsum(mp.exp(v) for row in a for v in row)
        return [[mp.exp(v) / total for v in row] for row in a]

    call_softmax_all = call_softmax

    def call_softmax_rows(self, a):
        return [[mp.exp(v) / mp.fsum(map(mp.exp, row)) for v in row] for row in a]

    def call_softmax_columns(self, a):
        return [list(row) for row in zip(*self.call_softmax_rows(list(zip(*a, strict=True))), strict=True)]

    # -- derivatives

    def jacobian(self, e, name):
        """∂vec(e)/∂vec(name)ᵀ, a list of columns."""
        return [self.slope(e, name, i, j) for i, j in self.places(name)]

    def places(self, name):
        """The entries of a variable, down the columns."""
        value = self.values[name]
        return [(i, j) for j, i in itertools.product(range(len(value[0])), range(len(value)))]

    def slope(self, e, name, i, j):
        with mp.workdps(DIGITS):
            ends = []
            for sign in (1, -1):
                moved = [list(row) for row in self.values[name]]
                moved[i][j] += sign * STEP
                ends.append(self.at(name, moved).call_vec(self.at(name, moved).of(e)))
            return [(a - b) / (2 * STEP) for (a,), (b,) in zip(*ends, strict=True)]

    def hessian(self, e, name):
        """∂²e/∂vec(name)∂vec(name)ᵀ of a scalar."""
        with mp.workdps(DIGITS):
            out = []
            for i, j in self.places(name):
                ends = []
                for sign in (1, -1):
                    moved = [list(row) for row in self.values[name]]
                    moved[i][j] += sign * STEP
                    ends.append([c[0] for c in self.at(name, moved).jacobian(e, name)])
                out.append([(a - b) / (2 * STEP) for a, b in zip(*ends, strict=True)])
            return out

    def at(self, name, value):
        """The same point with another value of a variable."""
        out = Precise({}, self.sizes)
        out.values = {**self.values, name: value}
        return out
