"""Style `index`: the function in entries, the chain rule by components, deltas, their contraction, the way back.

In: a function, a variable, the letters that are taken, and how a result is finished. Out: lines by
components and the derivative in numerator layout. The lines, each one idea:

1. the function written out in entries;
2. the definition: its derivative by one entry of the variable, inner derivatives unevaluated;
3. inner derivatives, an operation a line, until Kronecker deltas are left;
4. named intermediates, which have lines of their own, put in;
5. deltas contracted;
6. the entry of an expression in matrix notation.

What has no such form of reasonable length is refused, and the refusal names the style that has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..errors import DeriveError, Span
from ..expr.atoms import Named, Sym, zeros
from ..expr.component import Component, Slope, Sum, Term, component
from ..expr.linear import add, split_scale
from ..expr.matrix import flipped
from ..expr.node import Expr
from ..expr.shape import ONE, Dim, kind
from ..expr.walk import intermediates, substitute, symbols
from ..parse.problem import Goal
from ..rules.rule import Rule
from ..rules.table import by_name
from .collect import factor
from .differential import Told
from .entries import simplify_entries
from .forms import derivative_shape
from .index_contract import cancelled, collected, contract, deltas, like_terms, renamed_apart, weight
from .index_matrix import NoMatrixForm, in_one_order, matrix
from .index_rates import Rates
from .index_written import Letters
from .licence import licensed_by
from .step import Line

#: A line of more terms, or of more factors, is not one that a reader follows.
_MOST_TERMS, _MOST_FACTORS = 12, 40
#: More operations within each other than this have no derivation by components.
_MOST_WAVES = 24


def refusal(what: str, span: Span | None = None) -> DeriveError:
    """What this style does not do, and which one does."""
    return DeriveError(f"style index: {what}", span=span, hint="style differential derives it")


def refuse(goal: Goal) -> None:
    """Refuse a goal that this style does not derive."""
    if goal.kind != "derivative":
        raise refusal("only first derivatives are derived by components", goal.span)


def tell_index(
    goal: Goal,
    function: str,
    value: Expr,
    variables: Sequence[Sym],
    names: Iterable[str],
    finish: Callable[[Expr, Sym], tuple[Expr, bool]],
) -> tuple[dict[str, tuple[Line, ...]], Told]:
    """The lines by each variable, and the derivatives in numerator layout.

    `finish` gives a numerator layout its final form in the layout asked for, and says whether that is the transpose.
    """
    taken = {*names, *intermediates(value), function}
    taken |= {n for s in symbols(value).values() for d in s.shape for n in d.names}
    lines: dict[str, tuple[Line, ...]] = {}
    derivatives = []
    for v in variables:
        try:
            teller = Teller(function, value, v, taken)
            derivatives.append(teller.tell(finish) if value.depends_on(v.name) else teller.constant())
            lines[v.name] = tuple(teller.lines)
        except DeriveError as error:
            error.span = error.span or goal.span
            raise
    return lines, Told((), tuple(derivatives))


class Teller:
    """Writes the lines of one derivation by components."""

    def __init__(
        self, function: str, value: Expr, variable: Sym, taken: Iterable[str], *,
        licensed: frozenset[Expr] = frozenset(),
    ) -> None:  # fmt: skip
        self.function = function
        self.value = value
        upright = flipped(value) if value.is_row else value
        self.upright = upright
        self.variable = variable
        if len(_dims(upright)) + len(_dims(variable)) > 2 and value.depends_on(variable.name):
            raise refusal(f"a derivative of a {kind(value.shape)} by a {kind(variable.shape)} has too many indices")
        letters = Letters(taken)
        first: list[str] = []
        for _ in _dims(variable):
            first.append(letters.variable(first))
        own: list[str] = []
        for _ in _dims(upright):
            own.append(letters.fresh([*first, *own]))
        self.by = Component(variable, *_places(variable, first))
        self.at = _places(upright, own)
        self.free: dict[str, Dim] = dict(zip([*own, *first], [*_dims(upright), *_dims(variable)], strict=True))
        self.rates = Rates(self.by, letters, licensed_by(value) | licensed)
        self.letters = letters
        self.names: dict[Expr, Expr] = {n.definition: n for n in intermediates(value).values() if n.definition.args}
        self.lines: list[Line] = []
        self.results: dict[str, tuple[Component, list[Term]]] = {}

    # -- lines ----------------------------------------------------------------------

    def write(self, quantity: str, left: Component | Slope, terms: list[Term], *rules: str) -> None:
        """A line, unless it says what the one above says."""
        if len(terms) > _MOST_TERMS or weight(terms) > _MOST_FACTORS:
            raise refusal("the derivation by components is too long to read")
        line = Sum(left, tuple(terms))
        if self.lines and self.lines[-1].components == line:
            return
        cited: dict[Rule, None] = {by_name(r): None for r in (*rules, *self.rates.cited())}
        self.lines.append(Line(quantity, self.value, (), components=line, cited=tuple(cited)[:3]))

    def constant(self) -> Expr:
        """The line of a function in which the variable does not occur, and its derivative."""
        self.write(self.function, self.goal(), [], "constant")
        return zeros(derivative_shape(self.value.shape, self.variable.shape))

    def goal(self) -> Slope:
        """The left side of the lines: the derivative of an entry of the function."""
        named = Named(self.function, self.value)
        return Slope(Component(named, *(self.at if not self.value.is_row else self.at[::-1])), self.by)

    def tell(self, finish: Callable[[Expr, Sym], tuple[Expr, bool]]) -> Expr:
        """Every line; the derivative in numerator layout is handed out."""
        for name, named in intermediates(self.value).items():
            if self.rates.moves(named):
                self.intermediate(name, named)
        left = self.goal()
        terms = self.definition(left)
        terms = self.carried_out(self.function, left, terms)
        own = [i for i in self.at if i]
        by = [self.by.row or self.by.col, self.by.col if self.by.row else ""]
        # numerator layout: the indices of the function number the rows, those of the variable the columns
        row, col = (by[1], by[0]) if not own else (own[0], by[0] or "".join(own[1:]))
        derivative = zeros(derivative_shape(self.value.shape, self.variable.shape))
        for found, rule in self.back(terms, row, col):
            derivative = found
            result, turned = finish(found, self.variable)
            if row or col:
                at = (col, row) if turned else (row, col)
                self.write(self.function, left, [entry_of(result, *at)], rule)
        return derivative

    def definition(self, left: Slope) -> list[Term]:
        """The function in entries, and its derivative by the definition."""
        free = frozenset(self.free)
        written = self.rates.written(self.upright, *self.at, free)
        closed = component(self.upright, *self.at)
        self.rates.keep = True
        if len(written) == 1 and (written[0].coef, written[0].factors) == closed and not written[0].sums:
            terms = self.rates.rate(self.upright, *self.at, free)
        else:
            written = like_terms(written)
            self.write(self.function, left.of, written, "written-out")
            terms = [t for w in written for t in self.rates.differentiated(w, free)]
        self.rates.keep = False
        terms = like_terms(terms)
        self.write(self.function, left, terms, "by-entries")
        return terms

    def intermediate(self, name: str, named: Named) -> None:
        """The lines of an intermediate, and what takes the place of its derivative."""
        upright = named.definition
        own: list[str] = []
        for _ in _dims(upright):
            own.append(self.letters.fresh([*self.free, *own]))
        at = _places(upright, own)
        left = Slope(Component(named, *at), self.by)
        terms = self.tidy(self.rates.rate(upright, *at, frozenset([*self.free, *own])))
        self.write(name, left, terms, "by-entries")
        terms = self.carried_out(name, left, terms, frozenset([*self.free, *own]))
        self.results[name] = (left.of, terms)

    def carried_out(
        self, quantity: str, left: Slope, terms: list[Term], free: frozenset[str] | None = None
    ) -> list[Term]:
        """Inner derivatives, intermediates put in, deltas contracted: a line each."""
        free = frozenset(self.free) if free is None else free
        for _ in range(_MOST_WAVES):
            after = [t for w in terms for t in self.wave(w, free)]
            if after == terms:
                break
            terms = self.tidy(after)
            if self.rates.rules:  # sums and constant factors alone ride along with the next line
                self.write(quantity, left, terms)
        together = collected(terms)
        if together != terms:
            terms = together
            self.write(quantity, left, terms, "collect")
        after = [t for w in terms for t in self.put_in(w, free)]
        if after != terms:
            terms = self.tidy(after)
            self.write(quantity, left, terms, "substitute")
        if any(deltas(t) for t in terms):
            terms = self.tidy([contract(t, free) for t in terms])
            self.write(quantity, left, terms, "contract-delta")
        return like_terms([contract(t, free) for t in terms])

    def tidy(self, terms: list[Term]) -> list[Term]:
        """What goes without saying: the author's names, factors cancelled, like terms added."""
        return like_terms([cancelled(self.by_name(t)) for t in terms])

    def by_name(self, term: Term) -> Term:
        """A term in which what has a name is called by it: h_i for sigmoid(z)_i."""
        if not self.names:
            return term
        factors = tuple(
            Component(substitute(f.expr, self.names), f.row, f.col) if isinstance(f, Component) else f
            for f in term.factors
        )
        return Term(term.coef, factors, term.sums)

    def wave(self, term: Term, free: frozenset[str]) -> list[Term]:
        """Every unevaluated derivative of a term one idea further; those of intermediates stay."""
        for n, f in enumerate(term.factors):
            if isinstance(f, Slope) and not isinstance(f.of.expr, Named):
                pieces = self.rates.rate(f.of.expr, f.of.row, f.of.col, free | term.letters)
                return self.rates.splice(term, n, pieces)
        return [term]

    def put_in(self, term: Term, free: frozenset[str]) -> list[Term]:
        """The derivatives of intermediates that a term has, as their lines found them."""
        for n, f in enumerate(term.factors):
            if isinstance(f, Slope) and isinstance(f.of.expr, Named):
                entry, found = self.results[f.of.expr.name]
                used = free | term.letters
                table = dict(zip(entry.indices, f.of.indices, strict=True))
                pieces = [renamed_apart(t, used | set(table), self.letters.fresh).renamed(table) for t in found]
                out = self.rates.splice(term, n, pieces)
                return [t for o in out for t in self.put_in(o, free)]
        return [term]

    def back(self, terms: list[Term], row: str, col: str) -> list[tuple[Expr, str]]:
        """The numerator layout in matrix notation, then its simplification by entries where there is one."""
        if not terms:
            return []
        # the weights of a scalar function are simplified in the shape of the variable
        turn = self.value.is_scalar
        try:
            whole = factor(add(*in_one_order(matrix(t, row, col, self.free) for t in terms)))
            upright = whole
            if turn:
                upright = factor(add(*in_one_order(matrix(t, col, row, self.free) for t in terms)))
        except NoMatrixForm:
            raise refusal("the components have no form in ordinary matrix notation that is known here") from None
        short = simplify_entries(upright)
        if short == upright:
            return [(whole, "matrix-notation")]
        return [(whole, "matrix-notation"), (factor(flipped(short)) if turn else short, "entries")]


def entry_of(e: Expr, row: str, col: str) -> Term:
    """The entry of a result as a term, its number and scalars in front."""
    coef, scalars, rest = split_scale(e)
    return Term(coef, (*(Component(s) for s in scalars), Component(rest, row, col)))


def _dims(e: Expr) -> list[Dim]:
    """The dimensions of an expression that have an index."""
    return [d for d in e.shape if d is not ONE]


def _places(e: Expr, letters: list[str]) -> tuple[str, str]:
    """Letters for the rows and the columns of an expression."""
    rest = iter(letters)
    row = next(rest) if e.shape[0] is not ONE else ""
    return row, next(rest) if e.shape[1] is not ONE else ""


__all__ = ["Teller", "refusal", "refuse", "tell_index"]
