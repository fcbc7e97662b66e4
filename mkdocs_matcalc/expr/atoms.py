"""Expressions without children: numbers, sizes, symbols, named intermediates and constant matrices."""

from __future__ import annotations

from fractions import Fraction

from ..errors import Span
from .node import Expr
from .shape import SCALAR, Dim, Shape


class Num(Expr):
    """An exact rational number."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        super().__init__((), SCALAR, (value,))
        self.value = value

    def at(self, span: Span | None) -> Expr:  # noqa: ARG002 - the signature of a node
        """The number as it is: a rewriting may end in one that all blocks share, which must not take a place in this."""
        return self


class Constant(Expr):
    """A number that has a name: `pi`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__((), SCALAR, (name,))
        self.name = name


class Size(Expr):
    """A dimension used as a number (`1/n`)."""

    __slots__ = ("dim",)

    def __init__(self, dim: Dim) -> None:
        super().__init__((), SCALAR, (dim,))
        self.dim = dim


class Sym(Expr):
    """A declared name: `attributes` are those of the language (symmetric, spd, invertible, …)."""

    __slots__ = ("_own", "attributes", "name")

    def __init__(self, name: str, shape: Shape, attributes: frozenset[str] = frozenset()) -> None:
        super().__init__((), shape, (name, attributes))
        self.name = name
        self.attributes = attributes
        self._own = frozenset((name,))

    @property
    def own(self) -> frozenset[str]:
        """Its name."""
        return self._own


class Named(Expr):
    """A named intermediate `name = definition`; it stays a name until its definition is put back."""

    __slots__ = ("_own", "definition", "name")

    def __init__(self, name: str, definition: Expr) -> None:
        super().__init__((), definition.shape, (name, definition))
        self.name = name
        self.definition = definition
        self._own = frozenset((name,))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Named) or self._hash != other._hash or self.name != other.name:
            return False
        return self.definition is other.definition or _alike(self.definition, other.definition)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Named({self.name!r})"  # not what it stands for: written out, definitions grow without bound

    @property
    def own(self) -> frozenset[str]:
        """Its name."""
        return self._own

    @property
    def rests_on(self) -> tuple[Expr, ...]:
        """What it stands for."""
        return (self.definition,)


def _alike(left: Expr, right: Expr) -> bool:
    """Whether two expressions are equal, definitions and all; by no recursion, for definitions nest without bound."""
    seen: set[tuple[int, int]] = set()
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if isinstance(a, Named) and isinstance(b, Named):
            if a.name != b.name or hash(a) != hash(b):
                return False
        elif type(a) is not type(b) or hash(a) != hash(b) or a.shape != b.shape or a.data != b.data:
            return False
        stack.extend(zip(a.args, b.args, strict=True) if a.args else zip(a.rests_on, b.rests_on, strict=True))
    return True


def _data(*own: object, apart: bool) -> tuple[object, ...]:
    return (*own, "apart") if apart else own


class Eye(Expr):
    """The identity matrix of a size; `apart` says that its usual letter is a name of the author."""

    __slots__ = ("apart",)

    def __init__(self, dim: Dim, *, apart: bool = False) -> None:
        super().__init__((), (dim, dim), _data(apart=apart))
        self.apart = apart


class Ones(Expr):
    """A matrix, column or row of ones."""

    __slots__ = ()

    def __init__(self, shape: Shape) -> None:
        super().__init__((), shape)


class Zeros(Expr):
    """A matrix, column or row of zeros (the scalar zero is a number)."""

    __slots__ = ()

    def __init__(self, shape: Shape) -> None:
        super().__init__((), shape)


class Commutation(Expr):
    """K with vec(Aᵀ) = K vec(A) for A m x n (Magnus and Neudecker, ch. 3, sec. 7): mn x mn; `apart` as in `Eye`."""

    __slots__ = ("apart", "cols", "rows")

    def __init__(self, rows: Dim, cols: Dim, *, apart: bool = False) -> None:
        super().__init__((), (rows * cols, rows * cols), _data(rows, cols, apart=apart))
        self.rows = rows
        self.cols = cols
        self.apart = apart


_STRUCTURE = frozenset(("symmetric", "spd", "skew", "diagonal", "orthogonal"))


def unstructured(s: Sym) -> Sym:
    """A symbol without the attributes that tie its entries together, as which it is differentiated by."""
    if _STRUCTURE.isdisjoint(s.attributes):
        return s
    kept = s.attributes - _STRUCTURE
    regular = {"invertible"} if s.attributes & {"spd", "orthogonal"} else frozenset[str]()
    return Sym(s.name, s.shape, kept | regular)


#: The coefficient of most terms; always this object in a `Mul`, so that it is known at a glance.
F1 = Fraction(1)


def num(value: int | Fraction) -> Num:
    """An exact number."""
    return Num(value if type(value) is Fraction else Fraction(value))


MINUS_ONE = num(-1)
UNIT = num(F1)
NOUGHT = num(0)


def eye(dim: Dim) -> Expr:
    """The identity; the number 1 for the literal dimension 1."""
    return UNIT if dim.coef == 1 and not dim.names else Eye(dim)


def ones(shape: Shape) -> Expr:
    """All ones; the number 1 for a scalar."""
    return UNIT if shape == SCALAR else Ones(shape)


def zeros(shape: Shape) -> Expr:
    """All zeros; the number 0 for a scalar."""
    return NOUGHT if shape == SCALAR else Zeros(shape)


def size(dim: Dim) -> Expr:
    """A dimension as a number; an integer dimension is that number."""
    if not dim.names:
        return num(dim.coef)
    return Size(dim)


def is_zero(e: Expr) -> bool:
    """Whether an expression is the constant zero."""
    return isinstance(e, Zeros) or (isinstance(e, Num) and e.value == 0)


def is_one(e: Expr) -> bool:
    """Whether an expression is the number 1."""
    return isinstance(e, Num) and e.value == 1


class Selection(Expr):
    """S with vec(Diag(x)) = S x and diag(M) = Sᵀ vec(M): n² x n (Magnus and Neudecker, ch. 3, exercises).

    `apart` is as in `Eye`.
    """

    __slots__ = ("apart", "dim")

    def __init__(self, dim: Dim, *, apart: bool = False) -> None:
        super().__init__((), (dim * dim, dim), _data(dim, apart=apart))
        self.dim = dim
        self.apart = apart


def set_apart(e: Expr) -> Expr:
    """A constant matrix whose usual letter is a name of the author; anything else as it is."""
    if isinstance(e, Eye):
        return Eye(e.shape[0], apart=True)
    if isinstance(e, Commutation):
        return Commutation(e.rows, e.cols, apart=True)
    return Selection(e.dim, apart=True) if isinstance(e, Selection) else e
