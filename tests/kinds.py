"""Every kind of output by every kind of variable: blocks, and numbers for them that share nothing with the package's check.

A kind is a scalar, a column, a row or a matrix. For each pair there are formulas, and abstract functions: at the
variable, within each other through a value of each kind, of several arguments, named, and inside of formulas.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mkdocs_matcalc.check.smooth import SmoothFunction, flat
from mkdocs_matcalc.expr.atoms import ones
from mkdocs_matcalc.expr.scalar import second_partial

KINDS = ("scalar", "column", "row", "matrix")
SIZES = {"n": 3, "m": 2, "k": 4, "l": 2, "q": 2, "p": 3}
#: The spaces of variables, of outputs, and of what stands between them.
VARIABLE = {"scalar": "R", "column": "R^n", "row": "R^{1 x n}", "matrix": "R^{n x m}"}
OUTPUT = {"scalar": "R", "column": "R^k", "row": "R^{1 x k}", "matrix": "R^{k x l}"}
BETWEEN = {"scalar": "R", "column": "R^q", "row": "R^{1 x q}", "matrix": "R^{q x p}"}
GIVEN = "a in R, u in R^k, r in R^{1 x k}, p in R^n, w in R^m, B in R^{k x l}, C in R^{k x n}, D in R^{m x n}, E in R^{m x l}"
FORMULAS = {
    ("scalar", "scalar"): ["v", "a v", "v^2", "sin(v)"],
    ("scalar", "column"): ["v u", "v^2 u", "sin(v u)", "v u + u", "v r'"],
    ("scalar", "row"): ["v u'", "v^2 u'", "sin(v u')", "(v u + u)'", "v r", "r", "exp(v) r .* r"],
    ("scalar", "matrix"): ["v B", "v^2 B", "sin(v B)", "v u r", "v u u'"],
    ("column", "scalar"): ["p' v", "v' v", "sum(sin(v))", "v' v p' v"],
    ("column", "column"): ["C v", "sin(C v)", "(v' v) u", "v", "v .* v"],
    ("column", "row"): ["v' C'", "v'", "(C v)'", "sin(v)'", "(v' v) u'", "(v' v) r", "sin(v')", "v' .* v'"],
    ("column", "matrix"): ["v r", "u v'", "diag(v)", "v v'", "sin(v r)"],
    ("row", "scalar"): ["v p", "v v'", "sum(sin(v))", "v v' v p"],
    ("row", "column"): ["C v'", "sin(C v')", "v'", "(v v') u", "sin(v)'"],
    ("row", "row"): ["v", "2 v", "v C'", "sin(v)", "(v v') r", "v .* v", "a v", "sin(v C')", "v - v"],
    ("row", "matrix"): ["u v", "v' v", "diag(v)", "v' r", "sin(u v)"],
    ("matrix", "scalar"): ["tr(v D)", "sum(v)", "||v||^2", "p' v w", "r C v w"],
    ("matrix", "column"): ["v w", "C v w", "sin(v w)", "vec(v)"],
    ("matrix", "row"): ["r C v", "p' v", "w' v'", "sin(p' v)", "(v w)'", "vec(v)'"],
    ("matrix", "matrix"): ["v", "C v", "v'", "C v E", "v D v", "sin(v)"],
}


@dataclass(frozen=True)
class Block:
    """A block with one goal, and the kinds of its variable and its output."""

    variable: str
    output: str
    text: str

    @property
    def name(self) -> str:
        """A short name for a test."""
        return f"{self.variable}-{self.output}-{' '.join(self.text.partition(chr(10))[2].split())}"


def abstract(variable: str, output: str) -> Iterator[str]:
    """Blocks with abstract functions."""
    v, y = VARIABLE[variable], OUTPUT[output]
    let = f"let a in R, v in {v}, g: {v} -> {y}"
    yield f"{let}\nd/dv g(v)"
    yield f"{let}, h: {v} -> {v}\nd/dv g(h(v))"
    yield f"{let}, h: {v} -> {v}\ny = h(v)\nd/dv g(y)"
    yield f"{let}\nd/dv a sin(g(v))"
    yield f"{let}\nd/dv g(v + 2 v) - g(v)"
    yield f"let v in {v}, g: {v}, {v} -> {y}\nd/dv g(v, v)"
    yield f"let v, z in {v}, g: {v}, R -> {y}, b: {v} -> R\nd/dv g(v + z, b(v))"
    for space in BETWEEN.values():
        yield f"let v in {v}, g: {space} -> {y}, h: {v} -> {space}\nd/dv g(h(v))"
    turned = {"row": "column", "column": "row"}.get(output)
    if turned:
        yield f"let v in {v}, g: {v} -> {OUTPUT[turned]}\nd/dv g(v)'"
    if output == "matrix":
        yield f"{let}\nd/dv g(v)'".replace(f"-> {y}", "-> R^{l x k}")
        yield f"{let}, W in R^{{l x k}}\nd/dv W g(v) W"
    if output == "scalar":
        for space in ("R^k", "R^{1 x k}", "R^{k x l}"):
            yield f"let v in {v}, g: {v} -> {space}\nd/dv ||g(v)||^2"
        yield f"let v in {v}, g: {v} -> R^{{k x l}}, s in R^k, t in R^l\nd/dv s' g(v) t"
        yield f"let v in {v}, g: {v} -> R^{{k x k}}, s in R^k\nd/dv tr(g(v)) + logdet(g(v)) + s' inv(g(v)) s"


BLOCKS = [
    Block(variable, output, text)
    for variable, output in itertools.product(KINDS, KINDS)
    for text in (
        *(f"let v in {VARIABLE[variable]}, {GIVEN}\nd/dv {f}" for f in FORMULAS[variable, output]),
        *abstract(variable, output),
    )
]


def twice(variable: str) -> Iterator[str]:
    """Blocks with a second derivative of abstract functions by one variable, or by it and another."""
    v = VARIABLE[variable]
    yield f"let v in {v}, g: {v} -> R\nd2/dv2 g(v)"
    yield f"let v in {v}, g: {v} -> R\nd2/dv2 g(v)^2"
    yield f"let v in {v}, g: {v} -> R\nd2/dv2 g(v + 2 v)"
    yield f"let v in {v}, g: {v}, {v} -> R\nd2/dv2 g(v, 2 v)"
    yield f"let v, z in {v}, g: {v}, {v} -> R\nd2/dv dz g(v, z)"
    yield f"let v, z in {v}, g: {v}, {v} -> R\nd2/dv dz g(z, v)"
    yield f"let v in {v}, g: R, {v} -> R, z in R\nd2/dv dz g(z, v)"
    yield f"let z in {v}, g: R, {v} -> R, v in R\nd2/dv dz g(v, z)"
    for space in BETWEEN.values():
        yield f"let v in {v}, g: {space} -> R, h: {v} -> {space}\nd2/dv2 g(h(v))"
        yield f"let v in {v}, g: {space} -> R, h: {v} -> {space}\ny = h(v)\nd2/dv2 g(y)"
        yield f"let v in {v}, h: {v} -> {space}\nd2/dv2 ||h(v)||^2"
        yield f"let v in {v}, y in {space}, h: {v} -> {space}\nd2/dv2 ||y - h(v)||^2"
        yield f"let v in {v}, y in {space}, h: {v} -> {space}\nr = y - h(v)\nd2/dv2 ||r||^2"
        yield f"let v, z in {v}, h: {v} -> {space}, b: {v} -> {space}\nd2/dv dz ||h(v) - b(z)||^2"
        yield f"let v in {v}, z in R, h: {v}, R -> {space}\nd2/dv dz ||h(v, z)||^2"
        yield f"let z in {v}, v in R, h: {v}, R -> {space}\nd2/dv dz ||h(z, v)||^2"
        if variable == "scalar":
            yield f"let v in R, h: R -> {space}\nd2/dv2 h(v)"
            yield f"let v in R, h: R -> {space}\nd2/dv2 v h(v) - v h(v)"
            yield f"let v in R, h: R -> {space}\nd2/dv2 h(v^2)"
    matrix = f"let v in {v}, M: {v} -> R^{{n x n}}, z in R^n"
    yield f"{matrix}\nd2/dv2 z' M(v) z"
    yield f"{matrix}\nd2/dv dz z' M(v) z"
    yield f"let z in {v}, M: {v} -> R^{{n x n}}, v in R^n\nd2/dv dz v' M(z) v"
    yield f"{matrix}\nd2/dv2 z' inv(M(v)) z"
    yield f"{matrix}\nd2/dv2 logdet(M(v)) + tr(M(v) M(v))"


TWICE = [Block(variable, "", text) for variable in KINDS for text in twice(variable)]


# -- numbers ------------------------------------------------------------------------------


def extents(shape):
    """A shape as numbers."""
    return tuple(int(np.prod([d.coef, *(SIZES[n] for n in d.names)])) for d in shape)


def lying(array, shape):
    """A 2-D array as generated code has it: scalars are floats, vectors 1-D."""
    ones = [str(d) == "1" for d in shape]
    return float(array[0, 0]) if all(ones) else array.ravel() if any(ones) else array


def standing(value, shape):
    """The 2-D array of what generated code has, with any axes in front."""
    return np.asarray(value, float).reshape(extents(shape))


class Numbers:
    """A point for a derivation: arrays for its symbols, smooth functions for its abstract ones, derivatives exact."""

    def __init__(self, derivation, seed=0):
        rng = np.random.default_rng(seed)
        self.d = derivation
        self.values = {n: rng.normal(size=extents(s.shape)) for n, s in derivation.symbols.items()}
        self.functions = {
            n: SmoothFunction([extents(t) for t in f.takes], extents(f.gives), rng)
            for n, f in derivation.functions.items()
        }

    def arguments(self, names):
        """The arguments of generated NumPy code: arrays, functions and their derivatives, sizes."""
        return [self.argument(name) for name in names]

    def argument(self, name):
        if name in self.d.symbols:
            return lying(self.values[name], self.d.symbols[name].shape)
        if name in SIZES:
            return SIZES[name]
        base, _, rest = name.partition("_")
        by = tuple(int(c) - 1 for c in rest.split("_")[1:])
        order = {"": 0, "prime": 1, "second": 2}[rest.split("_")[0]]
        return self.function(base, by or (0,) * order)

    def function(self, name, by):
        """A function or a derivative as generated code calls it; the gradient has the shape of its argument."""
        signature, smooth = self.d.functions[name], self.functions[name]

        def value(*args):
            return smooth([standing(a, t) for a, t in zip(args, signature.takes, strict=True)])

        def called(*args):
            if not by:
                return lying(value(*args), signature.gives)
            full = [standing(a, t) for a, t in zip(args, signature.takes, strict=True)]
            shapes = [signature.takes[i] for i in by]
            scalar = str(signature.gives[0]) == str(signature.gives[1]) == "1"
            if len(by) == 2:
                return twofold(smooth.second(full, *by), signature, by)
            slope = smooth.first(full, by[0])
            (rows, cols), (m, n) = extents(shapes[0]), extents(signature.gives)
            if rows * cols == 1 and all(str(d) == "1" for d in shapes[0]):
                return lying(slope.reshape(n, m).T, signature.gives)
            if scalar:
                return lying(slope.reshape(cols, rows).T, shapes[0])
            return slope

        return called

    def value(self, function, names, moved):
        """vec of the value that generated code returns, with some variables elsewhere."""
        at = {**self.values, **moved}
        args = [lying(at[n], self.d.symbols[n].shape) if n in moved else self.argument(n) for n in names]
        return flat(standing(function(*args)[0], self.d.value.shape))

    def steps(self, variable, size):
        """The values of a variable with each entry moved, down the columns."""
        x = self.values[variable]
        for j, i in itertools.product(range(x.shape[1]), range(x.shape[0])):
            moved = x.copy()
            moved[i, j] += size
            yield moved

    def jacobian(self, function, names, step=1e-5):
        """∂vec(y)/∂vec(v)ᵀ of the value that generated code returns, by central differences."""
        v = self.d.variable.name
        ends = [[self.value(function, names, {v: at}) for at in self.steps(v, size)] for size in (step, -step)]
        return (np.stack(ends[0], axis=1) - np.stack(ends[1], axis=1)) / (2 * step)

    def hessian(self, function, names, step=1e-3):
        """∂²vec(y)/∂vec(v)∂vec(z)ᵀ: (components, entries of v, entries of z), by central differences, extrapolated."""
        return (4 * self._bend(function, names, step / 2) - self._bend(function, names, step)) / 3

    def _bend(self, function, names, step):
        v, z = (s.name for s in self.d.variables)
        total = 0.0
        for one, other in itertools.product((1, -1), (1, -1)):
            rows = []
            for at in self.steps(v, one * step):
                kept, self.values = self.values, {**self.values, v: at}
                rows.append(
                    [self.value(function, names, {v: self.values[v], z: to}) for to in self.steps(z, other * step)]
                )
                self.values = kept
            total = total + one * other * np.array(rows)
        return np.moveaxis(total, -1, 0) / (4 * step * step)


def twofold(bend, signature, by):
    """(components, entries, entries) as code has a second derivative: an array with three axes where it needs them."""
    found = second_partial(signature, by, tuple(ones(t) for t in signature.takes))
    if found is None:
        return bend
    if str(signature.gives[0]) == str(signature.gives[1]) == "1":
        return lying(bend[0], found.shape)
    if bend.shape[1] == bend.shape[2] == 1:
        rows, cols = extents(signature.gives)
        return lying(bend[:, 0, 0].reshape(cols, rows).T, found.shape)
    return lying(bend.reshape(bend.shape[0], -1), found.shape)


def laid_out(slope, block, value_shape, variable_shape, layout):
    """∂vec(y)/∂vec(v)ᵀ in a layout, by the table of the documentation; a row counts as its column."""
    y, v = ({"row": "column"}.get(k, k) for k in (block.output, block.variable))
    if y == "scalar" and v == "matrix":
        rows, cols = extents(variable_shape)
        gradient = slope.reshape(cols, rows).T
        return gradient.T if layout == "numerator" else gradient
    if y == "matrix" and v == "scalar":
        rows, cols = extents(value_shape)
        grown = slope.reshape(cols, rows).T
        return grown.T if layout == "denominator" else grown
    turned = {"numerator": False, "denominator": True, "mixed": y == "scalar" and v == "column"}[layout]
    return slope.T if turned else slope
