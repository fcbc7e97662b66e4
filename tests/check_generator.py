"""Random typed expressions of every kind of node, determined by a seed, and Python functions for abstract ones."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np

from mkdocs_matcalc.expr.atoms import Commutation, Constant, Named, Selection, Sym, eye, num, ones, size, zeros
from mkdocs_matcalc.expr.differential import diff
from mkdocs_matcalc.expr.linear import add, had, kron, mul, neg, scale, sub, transpose
from mkdocs_matcalc.expr.matrix import call, inv, matpow
from mkdocs_matcalc.expr.scalar import Signature, apply, divide, entrywise, partial, power
from mkdocs_matcalc.expr.shape import ONE, SCALAR, dim, is_scalar, is_vector

DIMS = {"k": 2, "m": 4, "n": 3}
NAMED = [dim(d) for d in DIMS]
M, N, K = dim("m"), dim("n"), dim("k")
SYMBOLS = {
    s.name: s
    for s in (
        *(Sym(name, SCALAR) for name in ("alpha", "lambda", "t")),
        *(Sym(f"{v}{d}", (d, ONE)) for d in NAMED for v in "xy"),
        *(Sym(f"r{d}", (ONE, d)) for d in NAMED),
        *(Sym(f"A{p}{q}", (p, q)) for p in NAMED for q in NAMED),
        *(Sym(f"S{p}", (p, p), frozenset({"symmetric"})) for p in NAMED),
    )
}
FUNCTIONS = {
    "sigma": None,
    "l": Signature("l", ((N, ONE),), SCALAR),
    "g": Signature("g", ((N, ONE),), (M, ONE)),
    "f": Signature("f", ((M, N),), SCALAR),
    "u": Signature("u", (SCALAR,), (N, ONE)),
    "F": Signature("F", (SCALAR,), (M, N)),
    "h": Signature("h", ((N, ONE), (M, K)), SCALAR),
    "G": Signature("G", ((M, N),), (K, ONE)),
}
SMOOTH = ("exp", "sin", "cos", "tanh", "arctan", "sigmoid", "softplus", "sinh", "cosh")
KINKED = ("abs", "relu", "sign", "step")


class Generator:
    """Expressions of a shape, at most so deep; `increments` lets dx and dX in, `kinks` what is not smooth."""

    def __init__(self, seed, *, increments=False, kinks=True):
        self.rng = random.Random(seed)
        self.increments = increments
        self.kinks = kinks
        self.named = 0

    def leaf(self, shape):
        fits = [s for s in SYMBOLS.values() if s.shape == shape]
        pick = self.rng.random()
        if fits and pick < 0.8:
            e = self.rng.choice(fits)
            return diff(e) if self.increments and self.rng.random() < 0.2 else e
        if is_scalar(shape):
            return self.rng.choice([num(2), num(Fraction(1, 2)), num(-3), size(N), size(M), Constant("pi")])
        if shape[0] == shape[1] and pick < 0.9:
            return eye(shape[0])
        return ones(shape) if pick < 0.97 else zeros(shape)

    def make(self, shape, depth):
        if depth <= 0 or self.rng.random() < 0.1:
            return self.leaf(shape)
        kinds = [self.sum, self.scaled, self.product, self.product, self.hadamard, self.entry, self.power, self.flip]
        if is_scalar(shape):
            kinds += [self.to_scalar] * 4 + [self.scalar_product] * 2
        elif is_vector(shape):
            kinds += [self.to_vector] * 2
        else:
            kinds += [self.to_matrix] * 2 + [self.outer, self.repeated, self.repeated]
        e = self.rng.choice(kinds)(shape, depth - 1)
        assert e.shape == shape, e
        if self.rng.random() < 0.08 and not e.differentials:
            self.named += 1
            return Named(f"v{self.named}", e)
        return e

    def sum(self, shape, d):
        parts = [self.make(shape, d) for _ in range(self.rng.choice([2, 2, 3]))]
        return add(parts[0], *(p if self.rng.random() < 0.6 else neg(p) for p in parts[1:]))

    def scaled(self, shape, d):
        if self.rng.random() < 0.5:
            return scale(Fraction(self.rng.choice([2, -1, 3, -2]), self.rng.choice([1, 2, 3])), self.make(shape, d))
        return mul(self.make(SCALAR, d), self.make(shape, d))

    def product(self, shape, d):
        if is_scalar(shape):
            return self.scalar_product(shape, d)
        p = self.rng.choice(NAMED)
        factors = [self.make((shape[0], p), d), self.make((p, shape[1]), d)]
        if self.rng.random() < 0.3:
            q = self.rng.choice(NAMED)
            factors = [factors[0], self.make((p, q), d - 1), self.make((q, shape[1]), d)]
        return mul(*factors)

    def scalar_product(self, _shape, d):
        p, q = self.rng.choice(NAMED), self.rng.choice(NAMED)
        if self.rng.random() < 0.5:
            return mul(transpose(self.make((p, ONE), d)), self.make((p, ONE), d))
        return mul(self.make((ONE, p), d), self.make((p, q), d), self.make((q, ONE), d))

    def outer(self, shape, d):
        return mul(self.make((shape[0], ONE), d), self.make((ONE, shape[1]), d))

    def repeated(self, shape, d):
        """A row or a column, spread over a matrix."""
        if self.rng.random() < 0.5:
            return mul(self.make((shape[0], ONE), d), ones((ONE, shape[1])))
        return mul(ones((shape[0], ONE)), self.make((ONE, shape[1]), d))

    def hadamard(self, shape, d):
        if self.rng.random() < 0.3:
            return divide(self.make(shape, d), self.positive(shape, d))
        return had(self.make(shape, d), self.make(shape, d))

    def positive(self, shape, d):
        return add(power(self.make(shape, d), 2), ones(shape))

    def entry(self, shape, d):
        pick = self.rng.random()
        if pick < 0.25:
            return entrywise("sigma", self.make(shape, d), self.rng.choice([0, 0, 1, 2]), abstract=True)
        if pick < 0.4:
            return entrywise(self.rng.choice(("log", "sqrt")), self.positive(shape, d))
        if pick < 0.5 and self.kinks:
            return entrywise(self.rng.choice(KINKED), self.make(shape, d))
        return entrywise(self.rng.choice(SMOOTH), self.make(shape, d))

    def power(self, shape, d):
        pick = self.rng.random()
        if pick < 0.4:
            return power(self.make(shape, d), self.rng.choice([2, 3]))
        if pick < 0.8:
            options = [-1, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(1, 3)]
            return power(self.positive(shape, d), self.rng.choice(options))
        return power(self.positive(shape, d), self.make(SCALAR, d - 1))

    def flip(self, shape, d):
        return transpose(self.make((shape[1], shape[0]), d))

    def gram(self, p, d):
        """A well-conditioned matrix."""
        a = self.make((self.rng.choice(NAMED), p), d)
        return add(mul(transpose(a), a), eye(p))

    def to_scalar(self, _shape, d):
        p, q = self.rng.choice(NAMED), self.rng.choice(NAMED)
        name = self.rng.choice(
            ["tr", "det", "logdet", "sum", "sum", "norm1", "norm2", "logsumexp", "l", "f", "h", "kron", "lift"]
        )
        if name in ("tr", "det"):
            return call(name, self.make((p, p), d))
        if name == "logdet":
            return call(name, self.gram(p, d))
        if name == "norm1" and not self.kinks:
            name = "norm2"
        if name in FUNCTIONS:
            function = FUNCTIONS[name]
            return apply(function, tuple(self.make(s, d) for s in function.takes))
        if name == "kron":
            return call("sum", kron(self.make((p, q), d), self.make((q, K), d)))
        if name == "lift":
            shape = self.rng.choice([(N * N, ONE), (M * N, N), (M * N, M * N), (ONE, M * N)])
            return call("sum", self.wide(shape, d))
        return call(name, self.make(self.rng.choice([(p, ONE), (ONE, p), (p, q)]), d))

    def wide(self, shape, d):
        """An expression of products of dimensions: vec, Kronecker products, the commutation matrix."""
        if shape == (N * N, ONE):
            options = [
                mul(Selection(N), self.make((N, ONE), d)),
                call("vec", self.make((N, N), d)),
                kron(self.make((N, ONE), d), self.make((N, ONE), d)),
            ]
        elif shape == (M * N, N):
            options = [
                kron(self.make((M, ONE), d), self.make((N, N), d)),
                kron(self.make((M, N), d), self.make((N, ONE), d)),
                mul(Commutation(M, N), kron(self.make((M, N), d), self.make((N, ONE), d))),
            ]
        elif shape == (ONE, M * N):
            options = [
                kron(self.make((ONE, M), d), self.make((ONE, N), d)),
                transpose(call("vec", self.make((M, N), d))),
                mul(transpose(call("vec", self.make((M, N), d))), Commutation(N, M)),
            ]
        else:
            options = [
                kron(self.make((M, M), d), self.make((N, N), d)),
                kron(kron(self.make((M, ONE), d), self.make((ONE, M), d)), self.make((N, N), d)),
                kron(self.make((ONE, M), d), kron(self.make((N, N), d), self.make((M, ONE), d))),
                sub(Commutation(M, N), call("diag", call("vec", self.make((M, N), d)))),
                eye(M * N),
            ]
        return self.rng.choice(options)

    def to_vector(self, shape, d):
        column = shape[1] is ONE
        n = shape[0] if column else shape[1]
        options = [
            lambda: call("diagonal", self.make((n, n), d)),
            lambda: call("softmax", self.make((n, ONE), d)),
            lambda: call("logsumexp_rows", self.make((n, self.rng.choice(NAMED)), d)),
            lambda: transpose(call("logsumexp_columns", self.make((self.rng.choice(NAMED), n), d))),
            lambda: mul(inv(self.gram(n, d)), self.make((n, ONE), d)),
        ]
        if n == N:
            options += [
                lambda: transpose(partial(FUNCTIONS["l"], 0, (self.make((N, ONE), d),))),
                lambda: apply(FUNCTIONS["u"], (self.make(SCALAR, d),)),
                lambda: partial(FUNCTIONS["u"], 0, (self.make(SCALAR, d),)),
                lambda: transpose(partial(FUNCTIONS["h"], 0, (self.make((N, ONE), d), self.make((M, K), d)))),
            ]
        if n == M:
            options.append(lambda: apply(FUNCTIONS["g"], (self.make((N, ONE), d),)))
        if n == K:
            options.append(lambda: apply(FUNCTIONS["G"], (self.make((M, N), d),)))
        e = self.rng.choice(options)()
        return e if column else transpose(e)

    def to_matrix(self, shape, d):
        p, q = shape
        options = [
            lambda: call(self.rng.choice(["softmax_rows", "softmax_columns", "softmax_all"]), self.make(shape, d)),
            lambda: mul(call("diag", self.make((p, ONE), d)), self.make(shape, d)),
        ]
        if p == q:
            options += [
                lambda: inv(self.gram(p, d)),
                lambda: matpow(self.make((p, p), d), self.rng.choice([2, 3])),
                lambda: call("adj", self.gram(p, d)),
                lambda: call("diag", self.make((p, ONE), d)),
                lambda: power(inv(self.gram(p, d)), 2),
            ]
        if shape == (M, N):
            options += [
                lambda: partial(FUNCTIONS["g"], 0, (self.make((N, ONE), d),)),
                lambda: transpose(partial(FUNCTIONS["f"], 0, (self.make((M, N), d),))),
                lambda: apply(FUNCTIONS["F"], (self.make(SCALAR, d),)),
                lambda: partial(FUNCTIONS["F"], 0, (self.make(SCALAR, d),)),
            ]
        if shape == (N, M):
            options.append(lambda: partial(FUNCTIONS["f"], 0, (self.make((M, N), d),)))
        if shape == (K, M):
            options.append(lambda: partial(FUNCTIONS["h"], 1, (self.make((N, ONE), d), self.make((M, K), d))))
        return self.rng.choice(options)()


def squeezed(value, shape):
    """A 2-D array as generated code has it: a float, a 1-D or a 2-D array."""
    value = np.asarray(value)
    return float(value.item()) if is_scalar(shape) else value.ravel() if is_vector(shape) else value


def widened(value, shape):
    """The inverse of `squeezed`."""
    value = np.asarray(value, float)
    return (
        value.reshape((1, 1) if is_scalar(shape) else (-1, 1) if shape[1] is ONE else (1, -1))
        if value.ndim < 2
        else value
    )


def python_functions(point):
    """The abstract functions of a point as the parameters of generated code."""
    out = {}
    for name, made in point.functions.items():
        signature = FUNCTIONS[name]
        if signature is None:
            for order, suffix in enumerate(("", "_prime", "_second")):
                out[name + suffix] = lambda z, made=made, order=order: made(np.asarray(z), order)
            continue
        out[name] = lambda *a, made=made, s=signature: squeezed(made(wide(a, s)), s.gives)
        for i in range(len(signature.takes)):
            suffix = f"_{i + 1}" if len(signature.takes) > 1 else ""
            out[f"{name}_prime{suffix}"] = lambda *a, made=made, s=signature, i=i: gradient(
                made.first(wide(a, s), i), s, i
            )
    return out


def wide(args, signature):
    return [widened(a, s) for a, s in zip(args, signature.takes, strict=True)]


def gradient(jacobian, signature, by):
    """A Jacobian as a parameter gives it: in the shape of the argument for a scalar function, and so on."""
    takes = signature.takes[by]
    if is_scalar(takes):
        rows, cols = (1 if d is ONE else DIMS[d.names[0]] for d in signature.gives)
        return squeezed(jacobian.reshape(cols, rows).T, signature.gives)
    if is_scalar(signature.gives):
        rows, cols = (1 if d is ONE else DIMS[d.names[0]] for d in takes)
        return squeezed(jacobian.reshape(cols, rows).T, takes)
    return jacobian
