"""Equation numbers, and the labels that name them: a pure function of the finished page.

In: HTML with a slot for each number, in any order of making. Out: the same with the numbers in the
order of the page, and for each label its number and its address. Nothing is counted before the
page is whole: fences are met in another order than they are read, and some are thrown away.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_SLOT = re.compile(r'<matcalc-number anchor="(?P<anchor>[^"]*)" within="(?P<within>[^"]*)"></matcalc-number>')


@dataclass(frozen=True)
class Target:
    """What a label stands for."""

    number: str
    anchor: str  #: the id on the page


@dataclass
class Numbered:
    """A page with its numbers."""

    html: str
    targets: dict[str, Target] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)  #: the ids that the numbers bring to the page


def slot(label: str = "", *, within: str = "") -> str:
    """The place of a number. `within` is the id of an element around it that a link to the label goes to."""
    return f'<matcalc-number anchor="{html.escape(label)}" within="{html.escape(within)}"></matcalc-number>'


def number(page: str, *, first: int = 1) -> Numbered:
    """The page with its slots numbered from `first`."""
    result = Numbered("")
    count = first - 1

    def one(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        label, within = html.unescape(found["anchor"]), html.unescape(found["within"])
        anchor = within or label or f"derivation-{count}"
        if label:
            result.targets.setdefault(label, Target(str(count), anchor))
        own = "" if within else f' id="{html.escape(anchor)}"'
        result.anchors.add(anchor)
        return f'<a class="matcalc-number"{own} href="#{html.escape(anchor)}">({count})</a>'

    result.html = _SLOT.sub(one, page)
    return result
