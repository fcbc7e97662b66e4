"""Sums, products, transposes: the operations that a derivation rearranges.

Normal forms kept by the constructors, silently, because a reader takes them for the same thing:

- a sum is flat and has no zero term;
- a product is `coef` (an exact number) times `scalars` (commuting, in the order written) times
  `chain` (a matrix product in the order written); brackets of associativity are dropped;
- where two parts of a product are scalar chains (`(a'x)(x'x)`), each is one of the `scalars`;
  where only one is, it is the `chain` itself (`2 x'x`);
- scalars leave Hadamard products, Kronecker products and transposes;
- the transpose of a transpose, of a scalar, of a symmetric or skew symbol is carried out.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from .atoms import F1, MINUS_ONE, UNIT, Commutation, Eye, Num, Ones, Sym, Zeros, eye, is_zero, num, ones, zeros
from .node import Expr, ShapeError
from .shape import ONE, SCALAR, Shape, is_scalar


def times(a: Fraction, b: Fraction) -> Fraction:
    """The product of two coefficients; most of them are 1, and a product of fractions takes time."""
    return b if a is F1 else a if b is F1 else a * b


class Add(Expr):
    """A sum of at least two terms of one shape."""

    __slots__ = ()

    def __init__(self, terms: tuple[Expr, ...]) -> None:
        super().__init__(terms, terms[0].shape)

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return add(*args)


class Mul(Expr):
    """`coef` times `scalars` times the matrix product of `chain`."""

    __slots__ = ("chain", "coef", "scalars")

    def __init__(self, coef: Fraction, scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> None:
        shape = (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR
        if coef is not F1 and coef == 1:
            coef = F1
        # to hash a fraction takes as long as all the rest
        mark = 1 if coef is F1 else (coef.numerator, coef.denominator)
        super().__init__(scalars + chain, shape, (coef, len(scalars)), mark)
        self.coef = coef
        self.scalars = scalars
        self.chain = chain

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        n = len(self.scalars)
        return product(self.coef, args[:n], args[n:])


class Had(Expr):
    """A Hadamard (entrywise) product of at least two factors, in the order written."""

    __slots__ = ()

    def __init__(self, factors: tuple[Expr, ...]) -> None:
        super().__init__(factors, factors[0].shape)

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return had(*args)


class Kron(Expr):
    """A Kronecker product of two factors."""

    __slots__ = ()

    def __init__(self, left: Expr, right: Expr) -> None:
        super().__init__((left, right), (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1]))

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return kron(*args)


class T(Expr):
    """A transpose."""

    __slots__ = ()

    def __init__(self, arg: Expr) -> None:
        super().__init__((arg,), (arg.shape[1], arg.shape[0]))

    @property
    def arg(self) -> Expr:
        """What is transposed."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return transpose(args[0])


def add(*terms: Expr) -> Expr:
    """The sum of terms of one shape, in the order given."""
    flat: list[Expr] = []
    shape = terms[0].shape
    for term in terms:
        if term.shape != shape:
            raise ShapeError(f"sum of {shape} and {term.shape}")
        if isinstance(term, Add):
            flat.extend(term.args)
        elif not is_zero(term):
            flat.append(term)
    if len(flat) > 1 and is_scalar(shape):
        flat = _fold_numbers(flat)
    if not flat:
        return zeros(shape)
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def _fold_numbers(terms: list[Expr]) -> list[Expr]:
    """Scalar terms with all plain numbers added up where the first of them stands."""
    numbers = [t for t in terms if isinstance(t, Num)]
    if len(numbers) < 2:
        return terms
    total = num(sum((t.value for t in numbers), Fraction(0)))
    out: list[Expr] = []
    placed = not total.value
    for t in terms:
        if not isinstance(t, Num):
            out.append(t)
        elif not placed:
            out.append(total)
            placed = True
    return out


def mul(*factors: Expr) -> Expr:
    """The product of factors in the order given; 1 x 1 factors scale, the others are a matrix product."""
    return product(F1, factors, ())


#: Constant matrices, which a product knows more of than that they are factors.
_CONSTANTS = frozenset((Zeros, Eye, Ones))


def product(coef: Fraction, scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> Expr:
    """`coef` times the factors of `scalars` and `chain`, brought to the normal form of `Mul`.

    A scalar among the factors may carry a chain of its own; a non-scalar one joins the chain.
    """
    units: list[Expr] = []
    groups: list[Expr] = []  # scalar chains, also among units, in order
    links: list[Expr] = []
    for factor in scalars + chain if scalars and chain else scalars or chain:
        if factor.scalar:
            coef = _take_scalar(factor, coef, units, groups)
        elif isinstance(factor, Mul):
            coef = times(coef, factor.coef)
            for s in factor.scalars:
                coef = _take_scalar(s, coef, units, groups)
            links.extend(factor.chain)
        else:
            links.append(factor)
    if len(links) > 1:
        _check_chain(links)
    shape = (links[0].shape[0], links[-1].shape[1]) if links else SCALAR
    if not coef:
        return zeros(shape)
    if not _CONSTANTS.isdisjoint(map(type, links)):
        if any(isinstance(f, Zeros) for f in links):
            return zeros(shape)
        if len(links) > 1:
            links = [f for f in links if not isinstance(f, Eye)] or [eye(shape[0])]
        if len(links) == 2 and isinstance(links[0], Ones) and isinstance(links[1], Ones) and links[0].shape[1] is ONE:
            links = [ones(shape)] if not is_scalar(shape) else links
    closed = is_scalar(shape)
    if closed and len(links) > 2:
        # a chain of several scalars (x'x y'y): each is a scalar of its own
        pieces = _scalar_pieces(links)
        if len(pieces) > 1:
            units += [p[0] if len(p) == 1 else Mul(F1, (), p) for p in pieces]
            groups += units[-len(pieces) :]
            links = []
    if closed and links and (groups or len(links) == 1):
        # a chain that closes to a scalar beside other scalar chains is one of the scalars
        group = Mul(F1, (), tuple(links)) if len(links) > 1 else links[0]
        units.append(group)
        links = []
    elif not links and len(groups) == 1 and isinstance(groups[0], Mul):
        units = [u for u in units if u is not groups[0]]
        links = list(groups[0].chain)
    if len(units) > 1:
        units = denominators_last(units)
    if not units and not links:
        return num(coef)
    if len(units) + len(links) == 1 and (coef is F1 or coef == 1):
        return units[0] if units else links[0]
    return Mul(coef, tuple(units), tuple(links))


def _take_scalar(factor: Expr, coef: Fraction, units: list[Expr], groups: list[Expr]) -> Fraction:
    """Put a 1 x 1 factor where it belongs; the new coefficient is returned."""
    if isinstance(factor, Num):
        return times(coef, factor.value)
    if isinstance(factor, Mul):
        coef = times(coef, factor.coef)
        for s in factor.scalars:
            coef = _take_scalar(s, coef, units, groups)
        if factor.chain:
            group = factor if factor.coef is F1 and not factor.scalars else Mul(F1, (), factor.chain)
            units.append(group)
            groups.append(group)
        return coef
    units.append(factor)
    return coef


def _scalar_pieces(links: list[Expr]) -> list[tuple[Expr, ...]]:
    """A closed chain cut where an inner dimension is 1."""
    out: list[tuple[Expr, ...]] = []
    start = 0
    for i, f in enumerate(links):
        if f.shape[1] is ONE:
            out.append(tuple(links[start : i + 1]))
            start = i + 1
    return out


def _check_chain(links: list[Expr]) -> None:
    for left, right in pairwise(links):
        inner, outer = left.shape[1], right.shape[0]
        if inner is not outer and inner != outer:
            raise ShapeError(f"product of {left.shape} and {right.shape}")


def denominators_last(factors: list[Expr]) -> list[Expr]:
    """Commuting factors in the order written; those with a negative exponent behind the others, increments last."""
    if len(factors) < 2:
        return factors
    ranks = [2 if f.differentials and f.independent else 1 if is_reciprocal(f) else 0 for f in factors]
    if not any(ranks):
        return factors
    return [f for rank in range(3) for f, r in zip(factors, ranks, strict=True) if r == rank]


def is_reciprocal(e: Expr) -> bool:
    """Whether an expression is a power with a negative number for exponent."""
    if len(e.args) != 2 or type(e).__name__ != "Pow":
        return False
    exponent = e.args[1]
    return isinstance(exponent, Num) and exponent.value < 0


def scale(coef: int | Fraction, e: Expr) -> Expr:
    """A number times an expression."""
    return product(Fraction(coef), (e,), ()) if coef != 1 else e


def neg(e: Expr) -> Expr:
    """Minus an expression; the brackets of a sum stay."""
    return mul(MINUS_ONE, e)


def sub(left: Expr, right: Expr) -> Expr:
    """Left minus right."""
    return add(left, neg(right))


def split_scale(e: Expr) -> tuple[Fraction, tuple[Expr, ...], Expr]:
    """An expression as coefficient, scalar factors and the rest (1 when nothing is left)."""
    if isinstance(e, Num):
        return e.value, (), UNIT
    if isinstance(e, Mul):
        if e.chain:
            return e.coef, e.scalars, e.chain[0] if len(e.chain) == 1 else Mul(F1, (), e.chain)
        return e.coef, e.scalars, UNIT
    if e.scalar:
        return F1, (e,), UNIT
    return F1, (), e


def had(*factors: Expr) -> Expr:
    """The Hadamard product of factors of one shape."""
    shape = factors[0].shape
    if is_scalar(shape):
        return mul(*factors)
    coef = F1
    scalars: list[Expr] = []
    parts: list[Expr] = []
    for f in factors:
        if f.shape != shape:
            raise ShapeError(f"Hadamard product of {shape} and {f.shape}")
        if is_zero(f):
            return zeros(shape)
        c, s, rest = split_scale(f)
        coef = times(coef, c)
        scalars.extend(s)
        if isinstance(rest, Had):
            parts.extend(rest.args)
        elif not isinstance(rest, Ones):
            parts.append(rest)
    parts = denominators_last(parts)
    if len(parts) > 1 and all(isinstance(p, T) and (shape[0] is ONE or not p.differentials) for p in parts):
        # one transpose around the whole
        return product(coef, tuple(scalars), (transpose(had(*(p.args[0] for p in parts))),))
    core = ones(shape) if not parts else parts[0] if len(parts) == 1 else Had(tuple(parts))
    return product(coef, tuple(scalars), (core,))


def kron(left: Expr, right: Expr) -> Expr:
    """The Kronecker product."""
    if left.is_scalar or right.is_scalar:
        return mul(left, right)
    c1, s1, a = split_scale(left)
    c2, s2, b = split_scale(right)
    if is_zero(a) or is_zero(b):
        return zeros((a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]))
    if isinstance(a, Eye) and isinstance(b, Eye):
        return product(c1 * c2, s1 + s2, (eye(a.shape[0] * b.shape[0]),))
    return product(c1 * c2, s1 + s2, (Kron(a, b),))


_SELF = frozenset(("symmetric", "spd", "diagonal"))


def transpose(e: Expr) -> Expr:
    """The transpose; carried out where the result is a single node again."""
    if e.scalar:
        return e
    if isinstance(e, T):
        return e.arg
    if isinstance(e, (Ones, Zeros)):
        flipped: Shape = (e.shape[1], e.shape[0])
        return ones(flipped) if isinstance(e, Ones) else zeros(flipped)
    if isinstance(e, Eye):
        return e
    if isinstance(e, Commutation):
        return Commutation(e.cols, e.rows, apart=e.apart)
    if isinstance(e, Sym) and e.attributes:
        if e.attributes & _SELF:
            return e
        if "skew" in e.attributes:
            return neg(e)
    if isinstance(e, Mul) and (e.coef is not F1 or e.scalars):
        inner = transpose(e.chain[0] if len(e.chain) == 1 else Mul(F1, (), e.chain))
        return product(e.coef, e.scalars, (inner,))
    return T(e)


def terms(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; of anything else, itself alone; none of zero."""
    return e.args if isinstance(e, Add) else () if is_zero(e) else (e,)


def inner_is_one(left: Expr) -> bool:
    """Whether a chain may be cut after this factor into an outer product."""
    return left.shape[1] is ONE
