"""The values of named functions by NumPy, from the columns of their rows.

In: the name of a function. Out: a callable of arrays. The column of an entrywise function is the source that is also
written into generated code: it is read as Python's syntax, and walked, so that what is published and what checks it
are one text, and no text is executed. Any operation that a column may need has its line in `_walk`; another is refused
when the column is read.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from ..functions.row import FunctionError
from ..functions.table import TABLE
from .agree import Array

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
#: What stands for the argument in a column that is being read.
_ARGUMENT = "a"

Value = Callable[[Any], Any]


@cache
def entry_function(name: str) -> Callable[[Array], Array]:
    """An entrywise function, by its column for NumPy."""
    source = TABLE[name].code["numpy"].call.format(a=_ARGUMENT, t=_ARGUMENT)
    return _walk(ast.parse(source, mode="eval").body)


@cache
def array_function(name: str) -> Callable[[Array], Array]:
    """A function of whole arrays, of the last two axes."""
    value = TABLE[name].value
    if value is None:
        raise FunctionError(f"{name}: no value to check with")
    return partial(value, np)


def _walk(node: ast.expr) -> Value:
    """The value of a piece of source as a function of the argument."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return lambda _: number
        case ast.Name(id=name) if name == _ARGUMENT:
            return lambda a: a
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _walk(inner)
            return lambda a: -value(a)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            by, one, two = _BINARY[type(op)], _walk(left), _walk(right)
            return lambda a: by(one(a), two(a))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=word), args=args, keywords=[]):
            function, values = getattr(np, word), [_walk(x) for x in args]
            return lambda a: function(*(value(a) for value in values))
    raise FunctionError(f"`{ast.unparse(node)}` cannot stand in a column for NumPy")
