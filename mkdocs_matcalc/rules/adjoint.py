"""From the differential of an operator to its row in the table of operators: dG = L(dX) gives ∂f/∂X = L*(∂f/∂G).

In: the right side of a differential rule, which is linear in the open differential of one operand, and ∂f/∂G. Out:
∂f/∂X, of the shape of X (denominator layout): the matrix with ⟨D, L(dX)⟩ = ⟨L*(D), dX⟩ for every dX, where ⟨A, B⟩ is
the sum of the entries of A ∘ B. L is taken apart from the outside in; each linear operation has one line here, so that
a rule whose right side is made of these needs no second statement for the styles that go from the outside in.
(Magnus and Neudecker, ch. 9, sec. 13 for the scalar product; Giles 2008, sec. 2, for the method.)
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import NamedTuple

from ..expr.atoms import Eye, Ones, Sym, eye, num, ones, zeros
from ..expr.budget import unpaid
from ..expr.differential import Diff
from ..expr.linear import Add, Had, Mul, T, add, had, mul, product
from ..expr.match import instance, match
from ..expr.matrix import Call, call, diag, flipped, trace
from ..expr.node import Expr
from ..expr.shape import is_scalar
from ..expr.walk import substitute
from .rule import Rule
from .table import RULES


class NotLinearError(ValueError):
    """The right side of a rule has an operation around its differential that has no adjoint here."""


def scalar_product(a: Expr, d: Expr) -> Expr:
    """⟨A, D⟩, the sum of the entries of A ∘ D, as a product or a trace."""
    if is_scalar(a.shape):
        return mul(d, a)
    if isinstance(a, Ones):
        return call("sum", d)
    if isinstance(d, Ones):
        return call("sum", a)
    if a.is_column:
        return mul(flipped(a), d)
    if a.is_row:
        return mul(a, flipped(d))
    return trace(d) if isinstance(a, Eye) else trace(mul(flipped(a), d))


@cache
def pull(rule: Rule, by: str = "") -> Expr | None:
    """∂f/∂X in terms of D = ∂f/∂G, for a rule that states d G(X); None where its right side has no adjoint here.

    `by` is the name of X, where the rule has several operands.
    """
    left, right = rule.pattern, rule.replacement
    if not isinstance(left, Diff):
        return None
    moving = {n.arg for n in right.walk() if isinstance(n, Diff)}
    operands = [x for x in moving if isinstance(x, Sym) and by in ("", x.name)]
    if len(operands) != 1:
        return None
    (x,) = operands
    try:
        with unpaid():  # computed once, whichever block happens to be the first that asks
            increment = Sym(f"d{x.name}", x.shape)
            others: dict[Expr, Expr] = {Diff(o): zeros(o.shape) for o in moving if o != x}
            return adjoint(substitute(right, {Diff(x): increment, **others}), increment, Sym("D", left.arg.shape))
    except NotLinearError:
        return None


class Pulled(NamedTuple):
    """A function seen from the outside: by `rule` it varies with `operand`, and `gradient` is ∂f/∂operand.

    The metavariable D of the gradient is bound to what was asked for.
    """

    rule: Rule
    operand: Expr
    gradient: Expr


def pulled(e: Call, d: Expr, licensed: Container[Expr] = (), *, special: bool = False) -> Pulled | None:
    """∂f/∂X from D = ∂f/∂e, by the differential of a function of arrays; `special` asks for rules of nested ones alone.

    `licensed` holds what is invertible because the goal is defined only where it is. None where no rule serves.
    """
    for rule in RULES.of("differential", e.name):
        if rule.shortcut or (special and not rule.special):
            continue
        found = match(rule.pattern, Diff(e))
        if found is None or not rule.allows(found, licensed):
            continue
        gradient = pull(rule)
        moving = [n.arg.name for n in rule.replacement.walk() if isinstance(n, Diff) and isinstance(n.arg, Sym)]
        if gradient is None:
            continue
        found.names["D"] = d
        return Pulled(rule, found.names[moving[0]], instance(gradient, found))
    return None


def adjoint(e: Expr, operand: Sym, d: Expr) -> Expr:
    """L*(D) for `e`, which is L(dX); `operand` stands for dX in it.

    Raises `NotLinearError` where an operation around dX has no adjoint here.
    """
    parts = _parts(e, operand, d)
    return add(*map(_as_read, parts)) if parts else num(0)


def _parts(e: Expr, operand: Sym, d: Expr) -> list[Expr]:
    if e == operand:
        return [d]
    if not e.depends_on(operand.name):
        return []
    if isinstance(e, Add):
        return [part for term in e.args for part in _parts(term, operand, d)]
    if isinstance(e, T):
        return _parts(e.arg, operand, flipped(d))
    if isinstance(e, Had):
        [at] = _holding(e.args, operand)
        return _parts(e.args[at], operand, had(*(d if i == at else f for i, f in enumerate(e.args))))
    if isinstance(e, Mul):
        return _of_product(e, operand, d)
    if isinstance(e, Call):
        return _of_call(e, operand, d)
    raise NotLinearError(f"{type(e).__name__} around a differential")


def _as_read(e: Expr) -> Expr:
    """As a reader writes it: (pᵀD) p for p pᵀD, and Diag(D) S for S ∘ D𝟏ᵀ."""
    if isinstance(e, Mul) and e.is_column and len(e.chain) > 2 and is_scalar((e.chain[1].shape[0], e.shape[1])):
        return mul(product(e.coef, e.scalars, ()), mul(*e.chain[1:]), e.chain[0])
    if isinstance(e, Had) and len(e.args) == 2:
        for spread, other in (e.args, e.args[::-1]):
            if isinstance(spread, Mul) and len(spread.chain) == 2 and not spread.scalars and spread.coef == 1:
                left, right = spread.chain
                if isinstance(right, Ones) and left.is_column:
                    return mul(diag(left), other)
                if isinstance(left, Ones) and right.is_row:
                    return mul(other, diag(right))
    return e


def _holding(args: tuple[Expr, ...], operand: Sym) -> list[int]:
    found = [i for i, a in enumerate(args) if a.depends_on(operand.name)]
    if len(found) != 1:
        raise NotLinearError("a product of two differentials")
    return found


def _of_product(e: Mul, operand: Sym, d: Expr) -> list[Expr]:
    if any(s.depends_on(operand.name) for s in e.scalars):
        [at] = _holding(e.scalars, operand)
        rest = product(e.coef, (*e.scalars[:at], *e.scalars[at + 1 :]), e.chain)
        return _parts(e.scalars[at], operand, scalar_product(rest, d))
    [at] = _holding(e.chain, operand)
    before = [flipped(f) for f in reversed(e.chain[:at])]
    after = [flipped(f) for f in reversed(e.chain[at + 1 :])]
    return _parts(e.chain[at], operand, mul(product(e.coef, e.scalars, ()), *before, d, *after))


def _of_call(e: Call, operand: Sym, d: Expr) -> list[Expr]:
    inside = e.arg
    if e.name == "tr":
        if isinstance(inside, Mul) and not any(s.depends_on(operand.name) for s in inside.scalars) and inside.chain:
            # tr(A Y B) is linear in Y with ⟨(B A)ᵀ, dY⟩: no identity matrix is needed
            [at] = _holding(inside.chain, operand)
            around = (*inside.chain[at + 1 :], *inside.chain[:at])
            weight = flipped(mul(*around)) if around else eye(e.arg.shape[0])
            return _parts(inside.chain[at], operand, mul(d, product(inside.coef, inside.scalars, ()), weight))
        return _parts(inside, operand, mul(d, eye(inside.shape[0])))
    if e.name == "sum":
        return _parts(inside, operand, mul(d, ones(inside.shape)))
    if e.name == "diag":
        return _parts(inside, operand, call("diagonal", d))
    if e.name == "diagonal":
        return _parts(inside, operand, diag(d))
    raise NotLinearError(f"{e.name} around a differential")


__all__ = ["NotLinearError", "adjoint", "pull", "pulled", "scalar_product"]
