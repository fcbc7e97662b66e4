"""The differential d(e), standing unevaluated until a rule moves it inward.

`d` of a symbol or of a named intermediate is an increment, a variable of its own; `d` of anything
else is *open*, and a derivation goes on until nothing open is left, but for what stands as a `Through`.

The derivative ∂f/∂E of a scalar function by one of its parts, `Gradient`, is the unevaluated fraction of
style `chain`.
"""

from __future__ import annotations

from .atoms import UNIT, Named, Sym, is_zero, zeros
from .linear import Mul, product
from .node import Expr
from .scalar import Apply, Partial
from .walk import intermediates


class Diff(Expr):
    """The differential of an expression, of the same shape."""

    __slots__ = ()

    def __init__(self, arg: Expr) -> None:
        super().__init__((arg,), arg.shape)
        if isinstance(arg, (Sym, Named)):
            self.differentials = arg.own
            self.open = False
        else:
            self.open = True

    @property
    def rests_on(self) -> tuple[Expr, ...]:
        """What it stands on while it is open; an increment is independent of everything."""
        return self.args if self.open else ()

    @property
    def arg(self) -> Expr:
        """What the differential stands on."""
        return self.args[0]

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        return diff(args[0])


class Through(Expr):
    """The differential of a matrix-valued abstract function, or derivative of one, which only its vec can carry out.

    vec(dY) = Σ ∂vec(Y)/∂vec(Xᵢ)ᵀ vec(dXᵢ) is all that can be said of d(Y(X₁, …)), so that it stands, closed, until
    the whole line goes by vec. `of` is what the differential is of, `places` are the arguments that move, and `steps`
    their differentials, in which it is linear. It prints as d(…).
    """

    __slots__ = ("of", "places", "steps")

    def __init__(self, of: Apply | Partial, places: tuple[int, ...], steps: tuple[Expr, ...]) -> None:
        super().__init__((*of.args, *steps), of.shape, (type(of), of.data, places))
        self.of = of
        self.places = places
        self.steps = steps

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        of = self.of.with_args(args[: len(self.of.args)])
        assert isinstance(of, (Apply, Partial))  # noqa: S101 -- a function of other arguments is one
        return through(of, self.places, args[len(self.of.args) :])


def through(of: Apply | Partial, places: tuple[int, ...], steps: tuple[Expr, ...]) -> Expr:
    """The differential of a matrix-valued function along the steps of its arguments; zero where none of them moves."""
    kept = [(i, step) for i, step in zip(places, steps, strict=True) if not is_zero(step)]
    if not kept:
        return zeros(of.shape)
    return Through(of, tuple(i for i, _ in kept), tuple(step for _, step in kept))


def standing(e: Expr) -> bool:
    """Whether an expression is a differential that is moved about as a whole."""
    return isinstance(e, (Diff, Through))


def diff(e: Expr) -> Expr:
    """d(e), unevaluated."""
    return Diff(e)


def increment(e: Expr) -> str | None:
    """The name whose increment an expression is (`X` for dX), or None."""
    if isinstance(e, Diff) and isinstance(e.arg, (Sym, Named)):
        return e.arg.name
    return None


class Held(Expr):
    """An increment held constant while a differential is taken a second time; it prints as dx."""

    __slots__ = ()

    def __init__(self, sym: Expr) -> None:
        super().__init__((), sym.shape, (sym,))

    @property
    def increment(self) -> Expr:
        """The increment as an ordinary differential."""
        sym = self.data[0]
        assert isinstance(sym, Expr)  # noqa: S101 -- as the constructor put it there
        return diff(sym)


class Rate(Expr):
    """The derivative of an expression by a scalar variable, standing unevaluated: d/dx (…)."""

    __slots__ = ("partial", "variable")

    def __init__(self, arg: Expr, variable: Sym, *, partial: bool) -> None:
        super().__init__((arg,), arg.shape, (variable, partial))
        self.variable = variable
        self.partial = partial


def rates(e: Expr, variable: Sym, *, partial: bool = False) -> Expr:
    """A differential as a derivative: divided by the increment of the variable."""
    if isinstance(e, Diff):
        if isinstance(e.arg, Sym):
            return UNIT
        return Rate(e.arg, variable, partial=partial)
    return e.map_args(lambda a: rates(a, variable, partial=partial)) if e.args else e


class Gradient(Expr):
    """∂f/∂E, standing unevaluated: of the shape of `part` (denominator layout).

    `name` is what the scalar `function` is called. All places in `function` where `part` stands count
    together; the definition of an intermediate is not itself such a place, the intermediate is. `by` names the
    variable: a factor that does not vary with it is a constant, which is split off a product (2aXw holds Xw).
    It is a leaf: moving it about leaves what it stands for alone. It is open, as a differential of anything but a
    name is.
    """

    __slots__ = ("by", "function", "name", "part")

    def __init__(self, name: str, function: Expr, part: Expr, by: str) -> None:
        super().__init__((), part.shape, (name, function, part, by))
        self.name = name
        self.function = function
        self.part = part
        self.by = by
        self.open = True

    @property
    def rests_on(self) -> tuple[Expr, ...]:
        """The function that is differentiated."""
        return (self.function,)

    def with_part(self, symbol: Expr) -> Expr:
        """The function with something else, of the same shape, wherever the part stands."""
        return with_symbol(self.function, self.part, symbol, self.by)


def with_symbol(e: Expr, part: Expr, symbol: Expr, by: str) -> Expr:
    """An expression with `symbol` in all places of `part`; see `Gradient` for what those are."""
    known: dict[str, Expr] = {}

    def go(node: Expr) -> Expr:
        if node == part:
            return symbol
        return known.get(node.name, node) if isinstance(node, Named) else inside(node)

    def inside(node: Expr) -> Expr:
        if isinstance(node, Mul) and isinstance(part, Mul):
            left = _without(node, part)
            if left is not None and not any(s.depends_on(by) for s in left):
                return product(node.coef, (*left, symbol), ())
        return node.map_args(go) if node.args else node

    for name, named in intermediates(e).items():  # those that others use first, so that none is gone into twice
        body = named.definition
        after = body if body == part else go(body)
        known[name] = symbol if named == part else named if after is body else Named(name, after)
    return go(e)


def _without(e: Mul, part: Mul) -> tuple[Expr, ...] | None:
    """The scalar factors of `e` that `part`, without a number of its own, does not have; None where it is no factor."""
    if part.coef != 1 or part.chain != e.chain:
        return None
    left = list(e.scalars)
    for s in part.scalars:
        if s not in left:
            return None
        left.remove(s)
    return tuple(left)
