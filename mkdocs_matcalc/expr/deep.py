"""Room on Python's stack for expressions that are nested as deep as the limits of a block allow.

In: a function that goes down an expression. Out: the same function, which may go so deep. The limits of a block bound
the depth of what is written; a level of it takes several calls to print, and Python's own limit is for runaway recursion.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

_Args = ParamSpec("_Args")
_Out = TypeVar("_Out")

#: A definition may use another, and that a third, a thousand times over.
_FRAMES = 30_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for chains of definitions, for as long as a block is derived or shown."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def deep(function: Callable[_Args, _Out]) -> Callable[_Args, _Out]:
    """A function that may go as deep as a block."""

    @wraps(function)
    def wrapped(*args: _Args.args, **kwargs: _Args.kwargs) -> _Out:
        with deep_recursion():
            return function(*args, **kwargs)

    return wrapped
