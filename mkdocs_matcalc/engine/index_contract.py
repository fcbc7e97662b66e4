"""Kronecker deltas contracted, sums over an index that nothing has carried out, equal terms added.

In: terms with deltas. Out: equal terms in which no summed index stands in a delta. Terms are equal
up to the letters of their summed indices and the order of their factors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from fractions import Fraction

from ..expr.atoms import F1, Num, size
from ..expr.component import Component, Delta, Factor, Slope, Term, component
from ..expr.linear import add, scale
from ..expr.scalar import Pow, power


def contract(term: Term, free: Collection[str]) -> Term:
    """A term with its deltas summed away; one whose indices are both free stays."""
    done = True
    while done:
        done = False
        for n, f in enumerate(term.factors):
            if not isinstance(f, Delta):
                continue
            rest = Term(term.coef, term.factors[:n] + term.factors[n + 1 :], term.sums)
            if f.first == f.second or f in rest.factors or Delta(f.second, f.first) in rest.factors:
                term, done = rest, True
                break
            goes, stays = (f.first, f.second) if f.first not in free else (f.second, f.first)
            if goes in free:
                continue
            kept = tuple((i, d) for i, d in rest.sums if i != goes)
            term, done = normal(Term(rest.coef, rest.factors, kept).renamed({goes: stays})), True
            break
    return _carried_out(term)


def normal(term: Term) -> Term:
    """A term with its components in normal form, which new letters may have undone."""
    coef = term.coef
    factors: list[Factor] = []
    for f in term.factors:
        if isinstance(f, Component):
            c, parts = component(f.expr, f.row, f.col)
            coef *= c
            factors.extend(parts)
        else:
            factors.append(f)
    return Term(coef, tuple(factors), term.sums)


def _carried_out(term: Term) -> Term:
    """Sums over an index that no factor has: as many times the rest as the index has values."""
    used = {i for f in term.factors for i in f.indices}
    idle = [d for i, d in term.sums if i not in used]
    if not idle:
        return term
    coef = term.coef
    sizes: list[Factor] = []
    for d in idle:
        c, parts = component(size(d), "", "")
        coef *= c
        sizes.extend(parts)
    return Term(coef, (*sizes, *term.factors), tuple((i, d) for i, d in term.sums if i in used))


def renamed_apart(term: Term, used: Collection[str], fresh: Callable[[Collection[str]], str]) -> Term:
    """A term whose summed indices are none of some letters; `fresh` makes new letters."""
    table: dict[str, str] = {}
    for i, _ in term.sums:
        if i in used:
            table[i] = fresh({*used, *term.letters, *table.values()})
    return term.renamed(table) if table else term


def like_terms(terms: list[Term]) -> list[Term]:
    """Equal terms added up, in the order of their first appearance."""
    order: dict[Hashable, Term] = {}
    for t in terms:
        k = _key(t)
        first = order.get(k)
        order[k] = t if first is None else Term(first.coef + t.coef, first.factors, first.sums)
    return [t for t in order.values() if t.coef]


def _key(term: Term) -> Hashable:
    """Equal for terms that differ in the letters of summed indices or in the order of factors."""
    summed = {i for i, _ in term.sums}
    blank = dict.fromkeys(summed, "")

    def shape(f: Factor) -> tuple[str, str]:
        return (repr(f.renamed(blank)), _pattern(f))

    ordered = sorted(term.factors, key=shape)
    names: dict[str, str] = {}
    for f in ordered:
        for i in f.indices:
            if i in summed:
                names.setdefault(i, f"_{len(names)}")
    return tuple(sorted(repr(f.renamed(names)) for f in ordered))


def _pattern(f: Factor) -> str:
    """Which of a factor's indices agree."""
    seen: list[str] = list(dict.fromkeys(f.indices))
    return "".join(str(seen.index(i)) for i in f.indices)


def cancelled(term: Term) -> Term:
    """A term with entries cancelled against their reciprocals: y_i / y_i² is 1 / y_i."""
    powers: dict[Component, list[Fraction]] = {}
    for f in term.factors:
        if isinstance(f, Component):
            base, exponent = _power(f)
            powers.setdefault(base, []).append(exponent)
    mixed = {base for base, found in powers.items() if min(found) < 0 < max(found)}
    if not mixed:
        return term
    coef = term.coef
    factors: list[Factor] = []
    done: set[Component] = set()
    for f in term.factors:
        whose = _power(f)[0] if isinstance(f, Component) else None
        if whose is None or whose not in mixed:
            factors.append(f)
        elif whose not in done:
            done.add(whose)
            c, parts = component(power(whose.expr, sum(powers[whose], Fraction(0))), whose.row, whose.col)
            coef *= c
            factors.extend(parts)
    return Term(coef, tuple(factors), term.sums)


def _power(f: Component) -> tuple[Component, Fraction]:
    if isinstance(f.expr, Pow) and isinstance(f.expr.exponent, Num):
        return Component(f.expr.base, f.row, f.col), f.expr.exponent.value
    return f, F1


def collected(terms: list[Term]) -> list[Term]:
    """Terms that differ in one weight of the same unevaluated derivative put together: Σ (a_i − b_i) ∂z_i/∂x_k."""
    out: list[Term] = []
    for t in terms:
        for n, other in enumerate(out):
            both = _together(other, t)
            if both is not None:
                out[n] = both
                break
        else:
            out.append(t)
    return out


def _together(a: Term, b: Term) -> Term | None:
    if set(a.sums) != set(b.sums) or not any(isinstance(f, Slope) and f in b.factors for f in a.factors):
        return None
    (mine, theirs) = ([f for f in x.factors if f not in y.factors] for x, y in ((a, b), (b, a)))
    if len(mine) != 1 or len(theirs) != 1 or len(a.factors) != len(b.factors) or len(set(a.factors)) < len(a.factors):
        return None
    f, g = mine[0], theirs[0]
    if not isinstance(f, Component) or not isinstance(g, Component) or (f.row, f.col) != (g.row, g.col):
        return None
    if f.expr.shape != g.expr.shape or not f.indices:
        return None
    weights = component(add(f.expr, scale(b.coef / a.coef, g.expr)), f.row, f.col)
    at = a.factors.index(f)
    return Term(a.coef * weights[0], a.factors[:at] + weights[1] + a.factors[at + 1 :], a.sums)


def deltas(term: Term) -> int:
    """How many deltas a term has."""
    return sum(isinstance(f, Delta) for f in term.factors)


def weight(terms: list[Term]) -> int:
    """How many factors some terms have."""
    return sum(len(t.factors) for t in terms)
