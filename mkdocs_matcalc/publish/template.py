"""HTML with slots: what is the same on every page is made once, and a page fills in what is its own.

In: parts of HTML, plain strings and `Slot`s between them. Out: a list in which HTML stands at even
and the name of a slot at odd places, which goes to JSON and back; `fill` makes HTML of it. No mark
within the text tells a slot, so nothing that a block says can be taken for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class Slot(str):
    """The name of what a page fills in."""

    __slots__ = ()


def pieces(parts: Iterable[str]) -> list[str]:
    """HTML and slots in turn; HTML comes first and last."""
    made: list[str] = []
    between: list[str] = []
    for part in parts:
        if isinstance(part, Slot):
            made += ["".join(between), str(part)]
            between = []
        else:
            between.append(part)
    return [*made, "".join(between)]


def fill(made: list[str], values: Mapping[str, str], other: Callable[[str], str]) -> str:
    """The HTML with each slot filled from `values`, or by `other` where these do not have it."""
    whole = list(made)
    whole[1::2] = [values[slot] if slot in values else other(slot) for slot in made[1::2]]
    return "".join(whole)


def slots(made: list[str]) -> list[str]:
    """The names of the slots, in order."""
    return made[1::2]


def read(data: Any) -> list[list[str]]:
    """The pieces of several figures that JSON has kept; a `TypeError` or a `ValueError` for anything else."""
    if type(data) is not list:
        raise TypeError("these are no pieces")
    for made in data:
        if type(made) is not list or len(made) % 2 == 0 or {type(each) for each in made} != {str}:
            raise TypeError("these are no pieces of a figure")
    return data
