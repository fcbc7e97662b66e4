"""Answers of pure functions of expressions, remembered for as long as one block is derived.

A derivation is told in up to three manners, and asks the same of the same expressions each time.
What is remembered is forgotten when the block is done: a node knows its place in the source, and
that of another block would be a wrong one; nor does a site with many blocks grow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from .node import Expr

_P = ParamSpec("_P")
_R = TypeVar("_R")
_V = TypeVar("_V")

_FORGET: list[Callable[[], None]] = []


def remembered(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A pure function of expressions that answers the same question once a block."""
    kept = lru_cache(maxsize=None)(function)
    _FORGET.append(kept.cache_clear)
    return cast("Callable[_P, _R]", kept)


def table() -> dict[Expr, _V]:
    """A table by expressions that is emptied when the block is done."""
    out: dict[Expr, _V] = {}
    _FORGET.append(out.clear)
    return out


def whenever_done(clear: Callable[[], None]) -> None:
    """Call this when a block is done, too."""
    _FORGET.append(clear)


def forget() -> None:
    """Forget what was remembered: a block is done."""
    for clear in _FORGET:
        clear()
