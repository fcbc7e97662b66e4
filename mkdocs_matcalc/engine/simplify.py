"""Scalar expressions simplified by SymPy, which is imported when the first one comes.

In: a scalar expression of numbers, scalar symbols, their powers and entrywise functions. Out: an
equal one that is shorter, or the same object. Anything that SymPy does not know stays as it is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..expr.atoms import Constant, Named, Num, Size, Sym, num
from ..expr.linear import Add, Mul, add, mul
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, entrywise, power
from ..functions.table import TABLE
from ..missing import module

#: Entrywise functions that SymPy has as a class of its own, both ways.
_BACK = {of: name for of, name in TABLE.by_sympy().items() if TABLE[name].entrywise and name not in ("sqrt", "step")}
_FUNCTIONS = {name: of for of, name in _BACK.items()}

#: Larger expressions are left alone: simplification takes time without bound.
_LARGEST = 200


class _Foreign(Exception):  # noqa: N818 -- a finding: the expression is left as it is
    """A part that one side has no word for."""


def simplified(e: Expr) -> Expr:
    """The shorter of an expression and what SymPy makes of it."""
    if e.size > _LARGEST or not any(isinstance(n, (Add, Entry, Mul)) for n in e.walk()):
        return e
    sympy = module("sympy")
    names: dict[str, Expr] = {}
    try:
        there = _to(e, sympy, names)
        back = _from(sympy.trigsimp(sympy.simplify(there)), sympy, names)
    except (_Foreign, ValueError, TypeError, RecursionError):
        return e
    return back if back.size < e.size else e


def _to(e: Expr, sympy: Any, names: dict[str, Expr]) -> Any:
    if isinstance(e, Num):
        return sympy.Rational(e.value.numerator, e.value.denominator)
    if isinstance(e, (Sym, Named, Size)) and e.is_scalar:
        name = f"v{len(names)}"
        known = next((k for k, v in names.items() if v == e), None)
        if known is None:
            names[name] = e
            known = name
        positive = isinstance(e, Size) or (isinstance(e, Sym) and "positive" in e.attributes)
        return sympy.Symbol(known, real=True, positive=True if positive else None)
    if isinstance(e, Constant):
        return getattr(sympy, e.name)
    if isinstance(e, Add):
        return sympy.Add(*(_to(a, sympy, names) for a in e.args))
    if isinstance(e, Mul) and not e.chain:
        return sympy.Mul(
            sympy.Rational(e.coef.numerator, e.coef.denominator), *(_to(a, sympy, names) for a in e.scalars)
        )
    if isinstance(e, Pow):
        return sympy.Pow(_to(e.base, sympy, names), _to(e.exponent, sympy, names))
    if isinstance(e, Entry) and not e.abstract:
        if e.name == "sqrt":
            return sympy.sqrt(_to(e.arg, sympy, names))
        if e.name in _FUNCTIONS:
            return getattr(sympy, _FUNCTIONS[e.name])(_to(e.arg, sympy, names))
    raise _Foreign


def _from(s: Any, sympy: Any, names: dict[str, Expr]) -> Expr:
    if s.is_Rational:
        return num(Fraction(int(s.p), int(s.q)))
    if s.is_Symbol:
        return names[s.name]
    if s.is_Add:
        return add(*(_from(a, sympy, names) for a in s.as_ordered_terms()))
    if s.is_Mul:
        return mul(*(_from(a, sympy, names) for a in s.as_ordered_factors()))
    if s is sympy.pi:
        return Constant("pi")
    if s is sympy.E:
        return entrywise("exp", num(1))
    if s.is_Pow:
        if s.base is sympy.E:
            return entrywise("exp", _from(s.exp, sympy, names))
        if s.exp == sympy.Rational(1, 2):
            return entrywise("sqrt", _from(s.base, sympy, names))
        return power(_from(s.base, sympy, names), _from(s.exp, sympy, names))
    name = type(s).__name__
    if name in _BACK and len(s.args) == 1:
        return entrywise(_BACK[name], _from(s.args[0], sympy, names))
    raise _Foreign
