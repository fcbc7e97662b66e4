"""Where an equation is used: each link leads to a reference, or to its page where that has no place of its own.

In: a page on which all references are resolved, and whether a page has an id. Out: the page with links
that land. Which references a page has is known when it is made, and the links to them stand on other pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_BEGIN, _END = '<span class="matcalc-uses">', "</span>"
_LINK = re.compile(r'<a href="(?P<page>[^"#]*+)#(?P<id>[^"]*+)">(?P<words>[^<]*+)</a>')


def settled(page: str, anchored: Callable[[str, str], bool]) -> str:
    """The page with its links to references; `anchored` is asked for an address and an id."""

    def one(found: re.Match[str]) -> str:
        there = found["page"]
        if anchored(html.unescape(there), html.unescape(found["id"])):
            return found.group()
        return f'<a href="{there}">{found["words"]}</a>' if there else found["words"]

    pieces, last = [], 0
    while (start := page.find(_BEGIN, last)) >= 0 and (end := page.find(_END, start)) >= 0:
        pieces += [page[last:start], _LINK.sub(one, page[start:end])]
        last = end
    return "".join([*pieces, page[last:]])
