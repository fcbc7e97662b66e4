"""Proofs by components of the operators: ∂f/∂X from D = ∂f/∂G, whatever f is.

In: a rule of kind `operator`, which says how ∂f/∂X comes from ∂f/∂G for G: X ↦ … . Out: lines by
components: the multivariable chain rule Σ D_ij ∂G_ij/∂X_kl, the operator in entries, Kronecker
deltas, their contraction, and the right side of the rule. D stands for numbers that do not depend
on X as far as the chain rule goes, so that f may be taken for Σ D_ij G_ij.
"""

from __future__ import annotations

from ..errors import DeriveError
from ..expr.atoms import Named, Sym
from ..expr.component import Component, Slope, Term, component
from ..expr.linear import had
from ..expr.matrix import call, flipped
from ..expr.node import Expr
from ..expr.walk import symbols
from ..rules.rule import Rule
from .index import Teller, entry_of
from .step import Line

#: What the framework calls them.
_VARIABLES, _WEIGHT, _VALUE = ("X", "x"), "D", "G"


def operator(rule: Rule) -> tuple[Expr, Sym, Expr] | None:
    """G(X), the variable X and ∂f/∂X in terms of D; None for a rule of another kind."""
    if rule.kind != "operator":
        return None
    found = symbols(rule.pattern)
    variable = next((found[n] for n in _VARIABLES if n in found), None)
    return None if variable is None else (rule.pattern, variable, rule.replacement)


def prove(rule: Rule) -> tuple[Line, ...]:
    """The lines of the proof of an operator's rule; none where it has no proof by components of reasonable length."""
    parts = operator(rule)
    if parts is None:
        return ()
    image, variable, gradient = parts
    weights = Sym(_WEIGHT, image.shape)
    named = Named(_VALUE.lower() if image.is_scalar or image.is_vector else _VALUE, image)
    value = call("sum", had(weights, named))
    taken = {*symbols(image), _WEIGHT, named.name, *(n for d in (*image.shape, *variable.shape) for n in d.names)}
    try:
        teller = Teller("f", value, variable, taken, licensed=frozenset([variable] if rule.when else []))
        return _told(teller, named, gradient)
    except DeriveError:
        return ()


def _told(teller: Teller, named: Named, gradient: Expr) -> tuple[Line, ...]:
    by = teller.by
    teller.names = {}
    left = Slope(Component(Named("f", teller.value), "", ""), by)
    teller.rates.keep = True
    free = frozenset(teller.free)
    terms = [t for w in teller.rates.written(teller.value, "", "", free) for t in teller.rates.differentiated(w, free)]
    teller.rates.keep = False
    teller.rates.cited()
    teller.write("f", left, terms, "chain-entries")
    terms = [_opened(t, named) for t in terms]
    teller.rates.keep = True
    terms = [o for t in terms for o in teller.wave(t, free)]
    teller.rates.keep = False
    teller.write("f", left, terms, *(() if teller.rates.rules else ("written-out",)))
    terms = teller.carried_out("f", left, terms)
    teller.back(terms, by.row or by.col, by.col if by.row else "")
    if by.indices:
        upright = flipped(gradient) if gradient.is_row and by.row else gradient
        teller.write("f", left, [entry_of(upright, by.row, by.col)], "matrix-notation")
    else:
        teller.write("f", left, [Term(*component(gradient, "", ""))], "matrix-notation")
    return tuple(teller.lines)


def _opened(term: Term, named: Named) -> Term:
    """A term with the operator's value put in for its name."""
    factors = tuple(
        Slope(Component(named.definition, f.of.row, f.of.col), f.by)
        if isinstance(f, Slope) and f.of.expr == named
        else f
        for f in term.factors
    )
    return Term(term.coef, factors, term.sums)
