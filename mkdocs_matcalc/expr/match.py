"""A pattern's symbols bound to the parts of an expression, and an instance built from bindings.

A pattern is an expression whose symbols are metavariables; dimensions in their shapes are bound
with them. Products and sums match part by part, in order: rules of any arity bring their own
rewrite and are not matched here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .atoms import Commutation, Eye, Ones, Size, Sym, Zeros, eye, ones, size, zeros
from .node import Expr
from .shape import ONE, Dim, dim


@dataclass
class Bindings:
    """What each metavariable and each dimension of a pattern stands for."""

    names: dict[str, Expr] = field(default_factory=dict)
    dims: dict[str, Dim] = field(default_factory=dict)

    def size(self, d: Dim) -> Dim:
        """What a dimension of the pattern stands for."""
        out = dim(d.coef) if d.coef != 1 else ONE
        for n in d.names:
            out = out * self.dims.get(n, dim(n))
        return out


def match(pattern: Expr, e: Expr) -> Bindings | None:
    """Bindings that make `pattern` equal to `e`, or None."""
    found = Bindings()
    return found if _match(pattern, e, found) else None


def _match(pattern: Expr, e: Expr, found: Bindings) -> bool:
    if isinstance(pattern, Sym):
        bound = found.names.get(pattern.name)
        if bound is not None:
            return bound == e
        if not all(_bind(p, d, found) for p, d in zip(pattern.shape, e.shape, strict=True)):
            return False
        found.names[pattern.name] = e
        return True
    if type(pattern) is not type(e) or len(pattern.args) != len(e.args):
        return False
    if not pattern.args:
        return all(_bind(p, d, found) for p, d in zip(pattern.shape, e.shape, strict=True)) and (
            bool(pattern.shape[0].names) or pattern.data == e.data
        )
    if pattern.data != e.data:
        return False
    return all(_match(p, a, found) for p, a in zip(pattern.args, e.args, strict=True))


def _bind(pattern: Dim, value: Dim, found: Bindings) -> bool:
    if pattern == value and not pattern.names:
        return True
    if len(pattern.names) != 1 or pattern.coef != 1:
        return pattern == value
    name = pattern.names[0]
    if name in found.dims:
        return found.dims[name] == value
    found.dims[name] = value
    return True


def instance(pattern: Expr, bindings: Bindings) -> Expr:
    """The pattern with every metavariable replaced by what it stands for."""
    if isinstance(pattern, Sym):
        return bindings.names.get(pattern.name, pattern)
    if isinstance(pattern, Size):
        return size(bindings.size(pattern.dim))
    if isinstance(pattern, Eye):
        return eye(bindings.size(pattern.shape[0]))
    if isinstance(pattern, (Ones, Zeros)):
        shape = (bindings.size(pattern.shape[0]), bindings.size(pattern.shape[1]))
        return ones(shape) if isinstance(pattern, Ones) else zeros(shape)
    if isinstance(pattern, Commutation):
        return Commutation(bindings.size(pattern.rows), bindings.size(pattern.cols))
    return pattern.map_args(lambda a: instance(a, bindings)) if pattern.args else pattern
