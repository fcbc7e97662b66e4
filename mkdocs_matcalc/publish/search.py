"""What a search sees of a page: words, and no formulas.

In: the HTML of a page. Out: the HTML that an index is made from, where a derivation is its title, its
names and its rules. Material leaves out what is marked for it; the search of MkDocs knows no mark,
so both are handed this view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from . import preview

_FIGURE = '<figure class="matcalc"'
_END = "</figure>"
_WORDS = re.compile(r' data-matcalc-words="(?P<words>[^"]*)"')
_BODY = re.compile(r'<div class="matcalc-(?:equation-body|statement|display)"[^>]*>.*?</div>', re.DOTALL)
_FORMULA = re.compile(
    r'<span class="matcalc-equations-formula"[^>]*>.*?</span><span class="matcalc-equations-title">', re.DOTALL
)


def view(page: str) -> str:
    """A page as an index should have it."""
    parts, last = [], 0
    # Found by their ends, which is quick: what lies between is most of the page.
    while (start := page.find(_FIGURE, last)) >= 0 and (end := page.find(_END, start)) >= 0:
        words = _WORDS.search(page, start, end)
        parts += [page[last:start], f"<p>{words['words']}</p>" if words else ""]
        last = end + len(_END)
    page = _FORMULA.sub("<span>", "".join([*parts, page[last:]]))
    return preview.without(_BODY.sub("", page))


def install(plugins: Iterable[Any]) -> None:
    """Let the indexes of these plugins see the view of each page; nothing else of the page changes."""
    for plugin in plugins:
        index = getattr(plugin, "search_index", None)
        add = getattr(index, "add_entry_from_context", None)
        if index is not None and callable(add) and not hasattr(add, "of_matcalc"):
            index.add_entry_from_context = _seeing(add)


def _seeing(add: Callable[[Any], None]) -> Callable[[Any], None]:
    def seen(page: Any) -> None:
        whole = page.content
        page.content = view(whole)
        try:
            add(page)
        finally:
            page.content = whole

    seen.of_matcalc = True  # type: ignore[attr-defined]
    return seen
