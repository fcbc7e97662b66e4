"""The calculus of components: the derivative of an entry by one entry of a variable.

In: an expression with the indices at which its entry is taken. Out: terms of components. A step
goes one idea inward, so that a line has one: sums, transposes and constant factors ride along,
then one rule; what is not yet carried out stands as a `Slope`. The derivative of an entry of the
variable itself is a product of Kronecker deltas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from ..errors import no_rule
from ..expr.atoms import F1, MINUS_ONE, Named, Num, Ones, eye, ones
from ..expr.component import Component, Delta, Factor, Range, Slope, Term, component
from ..expr.differential import diff
from ..expr.linear import Add, Had, Mul, T, add
from ..expr.matrix import Call, Inv, MatPow, call, inv
from ..expr.node import Expr
from ..expr.scalar import Apply, Entry, Pow, entrywise, partial, power
from ..expr.shape import is_scalar, is_vector
from ..expr.walk import bottom_up, substitute
from ..rules.adjoint import pulled
from ..rules.guard import known_invertible
from ..rules.table import by_name
from .index_written import Entries, Letters, Writer, every, times
from .refuse import describe


def _of_ones(e: Expr) -> Expr:
    """The diagonal matrix of ones is the identity."""
    return eye(e.shape[0]) if isinstance(e, Call) and e.name == "diag" and isinstance(e.arg, Ones) else e


class Rates(Writer):
    """Derivatives of components by the entry `by` of the variable.

    With `keep`, the derivative of the variable's own entry stands unevaluated too, as it does on
    the line of the definition. `licensed` holds the matrices that are invertible wherever the goal
    is defined.
    """

    def __init__(self, by: Component, letters: Letters, licensed: frozenset[Expr] = frozenset()) -> None:
        super().__init__(by, letters, licensed)
        self.keep = False

    @property
    def standing(self) -> bool:
        """Whether the derivative of the variable's own entry stands; that of a scalar by itself is 1."""
        return self.keep and bool(self.by.indices)

    def differentiated(self, term: Term, used: frozenset[str]) -> list[Term]:
        """The product rule on a term; the derivatives of its factors stand unevaluated."""
        moving = [i for i, f in enumerate(term.factors) if isinstance(f, Component) and self.moves(f.expr)]
        distinct = list(dict.fromkeys(term.factors[i] for i in moving))
        if len(distinct) > 1:
            self.cite("product" if len(moving) == 2 else "products")
        elif len(moving) > 1:
            self.cite("power")
        out: list[Term] = []
        for factor in distinct:
            at = [i for i in moving if term.factors[i] == factor]
            # the last of equal factors is the one that moves, so that x_i x_i gives 2 x_i ∂x_i
            place = at[-1]
            spliced = self.splice(term, place, self.later(factor, term.letters | used))
            out += [Term(t.coef * len(at), t.factors, t.sums) for t in spliced]
        return out

    def splice(self, term: Term, place: int, pieces: list[Term]) -> list[Term]:
        """A term with one factor replaced by each of some terms."""
        before, after = term.factors[:place], term.factors[place + 1 :]
        return [Term(term.coef * p.coef, before + p.factors + after, term.sums + p.sums) for p in pieces]

    def later(self, factor: Factor, used: frozenset[str]) -> list[Term]:
        """The derivative of a factor, left for another line unless it is that of an entry of the variable."""
        if not isinstance(factor, Component) or not self.moves(factor.expr):
            return []
        if factor.expr == self.by.expr and not self.standing:
            return self.rate(factor.expr, factor.row, factor.col, used)
        return [Term(F1, (Slope(factor, self.by),))]

    def rate(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term]:
        """The derivative of an entry, one idea further."""
        if not self.moves(e):
            return []
        if e == self.by.expr:
            if self.standing:
                return [Term(F1, (Slope(Component(e, row, col), self.by),))]
            if self.by.indices:
                self.cite("entry-delta")
            pairs = ((row, self.by.row), (col, self.by.col))
            return [Term(F1, tuple(Delta(a, b) for a, b in pairs if a))]
        if isinstance(e, Named):
            return [Term(F1, (Slope(Component(e, row, col), self.by),))]
        if isinstance(e, Add):
            return [t for a in e.args for t in self.rate(a, row, col, used)]
        if isinstance(e, T):
            return self.rate(e.arg, col, row, used)
        if isinstance(e, Call) and (special := self.nested(e, used | {row, col})) is not None:
            return special
        if isinstance(e, (Mul, Had, MatPow)) or (isinstance(e, Call) and e.name in ("tr", "sum", "norm1")):
            return [t for w in self._factored(e, row, col, used) for t in self._product(w, used)]
        if (
            isinstance(e, Pow)
            and isinstance(e.base, Call)
            and e.base.name == "norm2"
            and e.exponent == Num(Fraction(2))
        ):
            return self._product(self.square(e.base.arg, used), used)
        handler = _HANDLERS.get(type(e))
        found = handler(self, e, row, col, used | {row, col}) if handler else None
        if found is None:
            what = f"the derivative of an entry of {describe(e)} by components"
            raise no_rule(what, e.span, hint="style index does not do it; style differential derives it")
        return found

    def _factored(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term]:
        if isinstance(e, Had):
            return [Term(*component(e, row, col))]
        if isinstance(e, Mul):
            scalars = every([component(s, "", "") for s in e.scalars])
            term = self.chain(e.chain, row, col, used) if e.chain else Term(F1, ())
            return [times(term, scalars, coef=e.coef)]
        return self.written(e, row, col, used)

    def _product(self, term: Term, used: frozenset[str]) -> list[Term]:
        """The product rule; one moving factor alone is no idea of its own."""
        moving = [i for i, f in enumerate(term.factors) if isinstance(f, Component) and self.moves(f.expr)]
        if len(moving) != 1:
            return self.differentiated(term, used)
        factor = term.factors[moving[0]]
        if not isinstance(factor, Component):
            raise TypeError(f"{factor!r} does not move")
        return self.splice(term, moving[0], self.rate(factor.expr, factor.row, factor.col, used | term.letters))

    def through(
        self, weights: Sequence[Entries], inner: Expr, row: str, col: str,
        used: frozenset[str], sums: tuple[Range, ...] = (), behind: Sequence[Entries] = (),
    ) -> list[Term]:  # fmt: skip
        """Weights times the derivative of an entry of what is inside."""
        before, after = every(weights), every(behind)
        letters = used | {row, col} | {i for i, _ in sums}
        entry = Term(*component(inner, row, col))
        if isinstance(inner, Add) or not isinstance(entry.factors[0] if entry.factors else None, Component):
            pieces = [Term(F1, (Slope(Component(inner, row, col), self.by),))]
        elif len(entry.factors) == 1 and entry.coef == 1:
            pieces = self.later(entry.factors[0], letters)
        else:
            pieces = [Term(F1, (Slope(Component(inner, row, col), self.by),))]
        return [Term(before[0] * after[0] * p.coef, before[1] + p.factors + after[1], sums + p.sums) for p in pieces]

    def pow(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term] | None:
        """Rules (60) and (61)."""
        if not isinstance(e, Pow):
            return None
        out: list[Term] = []
        if self.moves(e.base):
            self.cite("power")
            exponent = component(e.exponent, "", "")
            lower = power(e.base, add(e.exponent, MINUS_ONE))
            out += self.through([exponent, component(lower, row, col)], e.base, row, col, used)
        if self.moves(e.exponent):
            self.cite("exponential")
            weights = [component(e, row, col), component(entrywise("log", e.base), row, col)]
            out += self.through(weights, e.exponent, "", "", used)
        return out

    def entry(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term] | None:
        """Rule (19); a known function has its derivative in closed form."""
        if not isinstance(e, Entry):
            return None
        inside = e.arg.arg if isinstance(e.arg, Entry) and e.name == "log" and e.arg.name == "abs" else None
        if isinstance(inside, Call) and inside.name == "det":
            self.cite("log-abs-det")
            return self.rate(Call("logdet", inside.arg), row, col, used)
        if e.abstract:
            self.cite("entrywise")
            outer = entrywise(e.name, e.arg, e.order + 1, abstract=True)
        else:
            name = f"d-{e.name}"
            after = by_name(name).apply(diff(e))
            if after is None:
                return None
            self.cite(name)
            outer = substitute(after, {diff(e.arg): ones(e.shape)})
        return self.through([component(outer, row, col)], e.arg, row, col, used)

    def inverse(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term] | None:
        """Rule (16)."""
        p, q, sums = self.indices(e, used)
        self.cite("d-inverse")
        weight = component(e, row, p)
        return self.through([(-weight[0], weight[1])], e.args[0], p, q, used, sums, [component(e, q, col)])

    def call(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term] | None:
        """The functions of whole arrays."""
        if not isinstance(e, Call):
            return None
        a = e.arg
        if e.name == "diag":
            return [Term(t.coef, (Delta(row, col), *t.factors), t.sums) for t in self.rate(a, row, "", used)]
        if e.name == "adj" and (known_invertible(a) or a in self.licensed):
            self.cite("d-adjugate")
            return self._product(Term(*every([component(call("det", a), "", ""), component(inv(a), row, col)])), used)
        if e.name == "diagonal":
            return self.rate(a, row, row, used)
        if e.name.startswith("softmax"):
            return self._softmax(e, row, col, used)
        weight = self._gradient(e)
        if weight is None:
            return None
        if e.name.startswith("logsumexp_"):
            j, (rows, cols) = self.letters.fresh(used), a.shape
            at = (row, j) if e.name.endswith("rows") else (j, col)
            sums: tuple[Range, ...] = ((j, cols if e.name.endswith("rows") else rows),)
        else:
            *at_, sums = self.indices(a, used)
            at = (at_[0], at_[1])
        return self.through([component(weight, *at)], a, *at, used, sums)

    def nested(self, e: Call, used: frozenset[str]) -> list[Term] | None:
        """A scalar function of a function, where one rule is about both; None where none is."""
        found = pulled(e, ones(e.shape), self.licensed, special=True) if e.is_scalar else None
        if found is None:
            return None
        self.cite(found.rule.name)
        i, j, sums = self.indices(found.operand, used)
        return self.through([component(found.gradient, i, j)], found.operand, i, j, used, sums)

    def _gradient(self, e: Call) -> Expr | None:
        """What stands before the differential of the argument, entry by entry: the adjoint of the rule, of ones."""
        found = pulled(e, ones(e.shape), self.licensed)
        if found is None or found.operand != e.arg:
            return None
        self.cite(found.rule.name)
        return bottom_up(found.gradient, _of_ones)

    def _softmax(self, e: Call, row: str, col: str, used: frozenset[str]) -> list[Term]:
        """p_i (∂z_i − Σ_j p_j ∂z_j), along rows, along columns or over all entries."""
        self.cite("d-softmax")
        own = component(e, row, col)
        i, j, sums = self.indices(e.arg, used)
        if e.name.endswith("rows"):
            i, sums = row, sums[1:]
        elif e.name.endswith("columns"):
            j, sums = col, sums[:1]
        first = self.through([own], e.arg, row, col, used)
        return first + self.through([(-own[0], own[1]), component(e, i, j)], e.arg, i, j, used, sums)

    def apply(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term] | None:
        """The chain rule for an abstract function, an argument at a time."""
        if not isinstance(e, Apply):
            return None
        self.cite("chain-entries")
        out: list[Term] = []
        for n, arg in enumerate(e.args):
            if not self.moves(arg):
                continue
            outer = partial(e.function, n, e.args)
            i, j, sums = self.indices(arg, used)
            takes, gives = e.function.takes[n], e.function.gives
            if is_scalar(takes):
                weight = component(outer, row, col)
            elif is_scalar(gives):
                weight = component(outer, *((j, i) if not is_vector(takes) else ("", i or j)))
            elif is_vector(takes) and is_vector(gives):
                weight = component(outer, row or col, i or j)
            else:
                return None
            out += self.through([weight], arg, i, j, used, sums)
        return out


_Handler = Callable[[Rates, Expr, str, str, frozenset[str]], "list[Term] | None"]
_HANDLERS: dict[type[Expr], _Handler] = {
    Pow: Rates.pow,
    Entry: Rates.entry,
    Inv: Rates.inverse,
    Call: Rates.call,
    Apply: Rates.apply,
}
