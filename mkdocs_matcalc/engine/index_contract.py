"""Kronecker deltas contracted, sums over an index that nothing has carried out, equal terms added.

In: terms with deltas. Out: equal terms in which no summed index stands in a delta. Terms are equal
up to the letters of their summed indices and the order of their factors.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from fractions import Fraction

from ..expr.atoms import size
from ..expr.component import Component, Delta, Factor, Slope, Term, component


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


def renamed_apart(term: Term, used: Collection[str], fresh: object) -> Term:
    """A term whose summed indices are none of some letters; `fresh` makes new letters."""
    make = fresh.fresh  # type: ignore[attr-defined]
    table: dict[str, str] = {}
    for i, _ in term.sums:
        if i in used:
            table[i] = make({*used, *term.letters, *table.values()})
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


def deltas(term: Term) -> int:
    """How many deltas a term has."""
    return sum(isinstance(f, Delta) for f in term.factors)


def weight(terms: list[Term]) -> int:
    """How many factors some terms have."""
    return sum(len(t.factors) for t in terms)


__all__ = ["Fraction", "Slope", "contract", "deltas", "like_terms", "normal", "renamed_apart", "weight"]
