"""Which numbers belong to what a document holds, as it is read.

In: what the scan of a page has numbered and is yet to be met, and what stands in the document. Out: for
each of these its counterpart. Other plugins may have changed the page since the scan: what reads as it
did is found by its text, what was changed by its label, and the rest by its place among its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from . import scan
from .scan import Block

if TYPE_CHECKING:
    from .numbering import Placed
    from .outline import Display


def matched(
    waiting: Sequence[Placed], items: Sequence[Block | Display], *, by_place: bool = True
) -> list[Placed | None]:
    """The counterpart of each item, or None; `by_place` is for the document that the scan saw, not for a part of it."""
    found: list[Placed | None] = [None] * len(items)
    free = dict(enumerate(waiting))
    places: dict[int, int] = {}  # of items, by the place of their counterpart

    def pair(item: int, place: int) -> None:
        found[item] = free.pop(place)
        places[item] = place

    texts: dict[str, list[int]] = {}
    for place, each in free.items():
        texts.setdefault(_text(each.item), []).append(place)
    for number, item in enumerate(items):
        same = texts.get(_text(item))
        if same:
            pair(number, same.pop(0))
    labels = {label: place for place, each in reversed(free.items()) for label in labels_of(each.item)}
    for number, item in enumerate(items):
        place = next((labels[label] for label in labels_of(item) if label in labels), -1)
        if found[number] is None and place in free:
            pair(number, place)
    if by_place:
        for gap in _gaps(items, found):
            first = places[gap[0] - 1] + 1 if gap[0] else 0
            end = places.get(gap[-1] + 1, len(waiting))
            between = [place for place in range(first, end) if place in free]
            kinds = [type(free[place].item) for place in between]
            if kinds == [type(items[number]) for number in gap]:
                for number, place in zip(gap, between, strict=True):
                    pair(number, place)
    return found


def labels_of(item: Block | Display) -> list[str]:
    """The labels that an item has in the source."""
    if isinstance(item, Block):
        label = scan.label(item)
        return [label] if label else []
    return item.equation.labels


def _text(item: Block | Display) -> str:
    """What tells an item from those of other texts and of the other kind."""
    return f"{type(item).__name__} {scan.bare(item.text)}"


def _gaps(items: Sequence[Block | Display], found: Sequence[object]) -> Iterable[list[int]]:
    """The runs of items that have no counterpart."""
    run: list[int] = []
    for number in range(len(items)):
        if found[number] is None:
            run.append(number)
        elif run:
            yield run
            run = []
    if run:
        yield run
