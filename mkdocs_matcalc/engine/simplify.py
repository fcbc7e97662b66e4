"""Scalar expressions simplified by SymPy, which is imported when the first one comes.

In: a scalar expression of numbers, scalar symbols, their powers and entrywise functions. Out: an
equal one that is shorter, or the same object. Anything that SymPy does not know stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib import _bootstrap
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..expr.atoms import Constant, Named, Num, Size, Sym, num
from ..expr.budget import spend
from ..expr.linear import Add, Mul, add, mul
from ..expr.memo import whenever_done
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow, entrywise, power
from ..functions.table import TABLE
from ..missing import module

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Entrywise functions that SymPy has as a class of its own, both ways.
_BACK = {of: name for of, name in TABLE.by_sympy().items() if TABLE[name].entrywise and name not in ("sqrt", "step")}
_FUNCTIONS = {name: of for of, name in _BACK.items()}

#: Larger expressions are left alone: simplification takes time without bound.
_LARGEST = 200
#: What loads a module; SymPy loads many of its own when they are first needed, which counts for no block.
_LOADER = _bootstrap._find_and_load.__code__  # type: ignore[attr-defined]  # noqa: SLF001 -- it has no other name
#: Calls that SymPy may make for one expression, and for all of a block: about half a microsecond each.
_CALLS, _BLOCK = 500_000, 1_500_000
#: Operations of the budget for each part of an expression that is handed to SymPy.
_SHARE = 20


class _Foreign(Exception):  # noqa: N818 -- a finding: the expression is left as it is
    """A part that one side has no word for."""


class _Enough(BaseException):
    """SymPy has made as many calls as it may; nothing that it catches."""


@contextmanager
def _counted() -> Iterator[None]:
    """Stop SymPy after so many calls.

    Its algorithms have no bound, and no clock may decide about a derivation: calls are counted. What SymPy still
    holds of other blocks makes a difference of less than a hundredth, so that it is kept out of the budget.
    """
    left = start = min(_CALLS, _LEFT.calls)
    loading = 0
    before, unraisable = sys.getprofile(), sys.unraisablehook

    def count(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal left, loading
        if frame.f_code is _LOADER and event in ("call", "return"):
            loading += 1 if event == "call" else -1
        elif not loading and event in ("call", "c_call"):
            left -= 1
            if left < 0:
                raise _Enough  # Python takes the function away with that

    def again(lost: UnraisableHookArgs) -> None:
        """Where a generator was being closed, the exception goes nowhere: the next call raises it anew."""
        if lost.exc_type is _Enough:
            sys.setprofile(count)
        else:
            unraisable(lost)

    sys.unraisablehook = again
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
        sys.unraisablehook = unraisable
        _LEFT.calls -= start - max(left, 0)


class _Left:
    """The calls that are left to SymPy in this block."""

    def __init__(self) -> None:
        self.calls = _BLOCK

    def anew(self) -> None:
        """Another block begins."""
        self.calls = _BLOCK


def simplified(e: Expr) -> Expr:
    """The shorter of an expression and what SymPy makes of it."""
    if e.size > _LARGEST or not _promising(e):
        return e
    spend(_SHARE * e.size)
    sympy = module("sympy")
    names: dict[str, Expr] = {}
    try:
        there = _to(e, sympy, names)
        sympy.core.cache.clear_cache()  # what other blocks have asked must not decide how much this one takes
        with _counted():
            short = sympy.trigsimp(sympy.simplify(there))
        back = _from(short, sympy, names)
    except (_Foreign, _Enough, ValueError, TypeError, RecursionError):
        return e
    return back if back.size < e.size else e


def _promising(e: Expr) -> bool:
    """Whether an expression could be shorter: a product of powers of names, with one function in it, could not."""
    nodes = list(e.walk())
    if sum(isinstance(n, Entry) for n in nodes) > 1 or any(isinstance(n, Add) for n in nodes):
        return True
    return any(isinstance(n, Pow) and isinstance(n.base, (Mul, Pow)) for n in nodes)


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


_LEFT = _Left()
whenever_done(_LEFT.anew)
