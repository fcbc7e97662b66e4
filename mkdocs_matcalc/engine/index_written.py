"""An expression written out in entries: products, traces and sums with their indices, index letters.

In: an expression with the indices at which its entry is taken. Out: terms of components. What
changes with the variable is written out one level deep; neighbours that are constant stay one
factor, and anything else stays closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..errors import no_rule
from ..expr.atoms import F1, Named, Num, Sym
from ..expr.component import Component, Factor, Range, Term, component
from ..expr.linear import Add, Kron, Mul, T, mul
from ..expr.matrix import Call, MatPow, call
from ..expr.node import Expr
from ..expr.scalar import Pow, entrywise
from ..expr.shape import ONE, is_scalar
from ..parse.latex_names import key
from ..rules.adjoint import pulled

#: An entry as a number and factors.
Entries = tuple[Fraction, tuple[Factor, ...]]
#: Letters in the order in which a reader expects them; those of the author are left out.
_SUMMED = ["i", "j", "p", "q", "r", "s", "t", "u", "v", "w", "a", "b", "c", "g", "h", "m", "n", "o", "x", "y", "z"]
_VARIABLE = ["k", "l", "p", "q", "r", "s", "t", "u", "v", "w", "a", "b", "c", "g", "h", "m", "n"]
#: A power of a matrix has that many factors written out.
_LONGEST_POWER = 8


class Letters:
    """Index letters that are not names of the problem."""

    def __init__(self, taken: Iterable[str]) -> None:
        taken = set(taken)
        # the entry x_i of a vector is set as the name x_i is
        self.taken = frozenset(taken) | {key(name)[1] for name in taken} | set("def")

    def fresh(self, used: Iterable[str]) -> str:
        """The first letter for a summed index that is not in use."""
        return self._first(_SUMMED, frozenset(used))

    def variable(self, used: Iterable[str]) -> str:
        """The first letter for an index of the variable that is not in use."""
        return self._first(_VARIABLE, frozenset(used))

    def _first(self, letters: Sequence[str], used: frozenset[str]) -> str:
        for letter in letters:
            if letter not in self.taken and letter not in used:
                return letter
        n = 1
        while f"i{n}" in used or f"i{n}" in self.taken:
            n += 1
        return f"i{n}"


class Writer:
    """Writes expressions out in entries; `by` is the entry of the variable, `rules` are those used so far.

    `licensed` holds the matrices that are invertible wherever the goal is defined.
    """

    def __init__(self, by: Component, letters: Letters, licensed: frozenset[Expr] = frozenset()) -> None:
        self.by = by
        self.licensed = licensed
        variable = by.expr
        if not isinstance(variable, (Sym, Named)):
            raise TypeError(f"{variable!r} is no variable")
        self.name = variable.name
        self.letters = letters
        self.rules: dict[str, None] = {}

    def cite(self, *names: str) -> None:
        """Remember the rules of a line."""
        self.rules.update(dict.fromkeys(names))

    def cited(self) -> tuple[str, ...]:
        """The rules since the last line, which begin anew."""
        out = tuple(self.rules)
        self.rules = {}
        return out

    def moves(self, e: Expr) -> bool:
        """Whether an expression changes with the variable."""
        return e.depends_on(self.name)

    # -- written out ----------------------------------------------------------------

    def written(self, e: Expr, row: str, col: str, used: frozenset[str]) -> list[Term]:
        """An expression in entries: products, sums and traces with their indices, anything else closed."""
        if isinstance(e, Add) and (is_scalar(e.shape) or self.moves(e)):
            return [t for a in e.args for t in self.written(a, row, col, used)]
        if not self.moves(e):
            return [Term(*component(e, row, col))]
        if isinstance(e, T):
            return self.written(e.arg, col, row, used)
        if isinstance(e, Mul):
            return self._written_product(e, row, col, used)
        if (
            isinstance(e, Pow)
            and isinstance(e.base, Call)
            and e.base.name == "norm2"
            and e.exponent == Num(Fraction(2))
        ):
            return [self.square(e.base.arg, used)]
        if (
            isinstance(e, Call)
            and e.name in ("tr", "sum", "norm1")
            and pulled(e, e, self.licensed, special=True) is None
        ):
            return self._written_total(e, used)
        if isinstance(e, MatPow):
            return [self.chain(_factors(e), row, col, used)]
        return [Term(*component(e, row, col))]

    def _written_product(self, e: Mul, row: str, col: str, used: frozenset[str]) -> list[Term]:
        """A product whose one moving part is written out; several moving parts stay closed, a chain excepted."""
        moving = [s for s in e.scalars if self.moves(s)]
        inner = mul(*e.chain) if e.chain else None
        if inner is not None and self.moves(inner) and not (moving and is_scalar(inner.shape)):
            opened = [self.chain(e.chain, row, col, used)]
        elif len(moving) == 1 and (inner is None or not self.moves(inner)):
            opened = self.written(moving[0], "", "", used)
            if inner is not None:
                opened = [times(t, component(inner, row, col), after=True) for t in opened]
            others = [s for s in e.scalars if s is not moving[0]]
            return [times(t, every([component(s, "", "") for s in others]), coef=e.coef) for t in opened]
        else:
            opened = [Term(*(component(inner, row, col) if inner is not None else (F1, ())))]
        return [times(t, every([component(s, "", "") for s in e.scalars]), coef=e.coef) for t in opened]

    def chain(self, links: Sequence[Expr], row: str, col: str, used: frozenset[str]) -> Term:
        """A matrix product in entries; neighbours that are constant matrices stay one factor."""
        groups: list[list[Expr]] = []
        for f in links:
            join = groups and not any(self.moves(g) or g.is_vector for g in (f, groups[-1][-1]))
            if join:
                groups[-1].append(f)
            else:
                groups.append([f])
        factors = [mul(*g) for g in groups]
        sums: list[Range] = []
        parts = []
        left = row
        for n, f in enumerate(factors):
            if n == len(factors) - 1:
                right = col
            elif f.shape[1] is ONE:
                right = ""
            else:
                right = self.letters.fresh({*used, row, col, *(i for i, _ in sums)})
                sums.append((right, f.shape[1]))
            parts.append(component(f, left, right))
            left = right
        return Term(*every(parts), tuple(sums))

    def indices(self, e: Expr, used: frozenset[str]) -> tuple[str, str, tuple[Range, ...]]:
        """Fresh letters for the entries of an expression, to be summed over."""
        found: list[str] = []
        sums: list[Range] = []
        for d in e.shape:
            letter = "" if d is ONE else self.letters.fresh({*used, *found})
            found.append(letter)
            if letter:
                sums.append((letter, d))
        return found[0], found[1], tuple(sums)

    def square(self, e: Expr, used: frozenset[str]) -> Term:
        """The square of a norm: the sum of the squares of the entries."""
        row, col, sums = self.indices(e, used)
        entry = component(e, row, col)
        return Term(*every([entry, entry]), sums)

    def _written_total(self, e: Call, used: frozenset[str]) -> list[Term]:
        """A trace, a sum, a 1-norm."""
        if isinstance(e.arg, Kron) and e.name != "norm1" and (e.name == "sum" or _square(e.arg.args[0])):
            self.cite("sum-kronecker" if e.name == "sum" else "trace-kronecker")
            return self.written(mul(*(call(e.name, k) for k in e.arg.args)), "", "", used)
        if isinstance(e.arg, Add) and e.name != "norm1":
            return [t for a in e.arg.args for t in self.written(call(e.name, a), "", "", used)]
        arg = entrywise("abs", e.arg) if e.name == "norm1" else e.arg
        row, col, sums = self.indices(arg, used)
        if e.name == "tr":
            col, sums = row, sums[:1]
        inner = self.written(arg, row, col, used | {row, col})
        return [Term(t.coef, t.factors, sums + t.sums) for t in inner]


def _square(e: Expr) -> bool:
    return e.shape[0] == e.shape[1]


def _factors(e: MatPow) -> tuple[Expr, ...]:
    if e.exponent > _LONGEST_POWER:
        raise no_rule(f"a power of a matrix with exponent {e.exponent} by components", e.span)
    return (e.base,) * e.exponent


def every(parts: Iterable[Entries]) -> Entries:
    """The product of entries."""
    coef = F1
    factors: tuple[Factor, ...] = ()
    for c, fs in parts:
        coef, factors = coef * c, factors + fs
    return coef, factors


def times(term: Term, entry: Entries, *, coef: Fraction = F1, after: bool = False) -> Term:
    """A term with more factors, in front unless told otherwise."""
    factors = term.factors + entry[1] if after else entry[1] + term.factors
    return Term(term.coef * entry[0] * coef, factors, term.sums)
