"""What a search sees of a page: words, and no formulas.

In: the HTML of a page. Out: the HTML that an index is made from, with marks for what was taken out, and
what was taken. A derivation is a section of its own behind the page, with its title, its names and its
rules, and its id, so that what is found leads there. A search plugin is handed this short page, and what
was taken is put back into what it makes of it: an index needs no formulas, and a plugin that looks
through the page, as that of Material does, has little to look through. Only search plugins are: any
other, as one that encrypts a page, sees all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from . import markup, preview
from .page import LOG

Handler = Callable[..., Any]

_OURS = "matcalc-"
_FIGURE = '<figure class="matcalc"'
_END = "</figure>"
_WORDS = re.compile(r' aria-label="Derivation: (?P<title>[^"]*)" data-matcalc-words="(?P<words>[^"]*)"')
_ID = re.compile(r' id="(?P<id>[^"]*)"')
_NUMBER = re.compile(r'<a class="matcalc-number" href="#(?P<id>[^"]*)">(?P<number>\([^<]*\))</a>')
_MARK = re.compile(r"<!--matcalc(?P<signs>x*+)-")
#: What else is kept from an index: how it begins, what ends it, and how much of that is part of it.
_KEPT = (
    (re.compile('<span class="matcalc-equations-formula"'), '</span><span class="matcalc-equations-title">', 7),
    (re.compile('<div class="matcalc-(?:equation-body|statement|display)"'), "</div>", 6),
    (preview.BEGIN, preview.END, len(preview.END)),
)


class Entry(NamedTuple):
    """A derivation as an entry of a table of contents, which a search takes titles and addresses from."""

    title: str
    id: str

    @property
    def url(self) -> str:
        """The address within the page."""
        return f"#{self.id}"

    @property
    def children(self) -> tuple[Entry, ...]:
        """Nothing is below it."""
        return ()


class Short(NamedTuple):
    """A page as an index should have it, and what it lacks."""

    text: str
    parts: list[str]  #: in the order of the numbers of their marks
    name: str  #: of the marks, which are comments: no index has these
    entries: list[Entry]

    def whole(self, text: str) -> str | None:
        """What the page has become, with the parts in their places; None where it has lost some, or has them twice."""
        if self.entries:
            page, begun, rest = text.partition(f"<!--{self.name}-begin-->")
            _, ended, behind = rest.partition(f"<!--{self.name}-end-->")
            if not begun or not ended:
                return None
            text = page + behind
        mark = re.compile(rf"<!--{self.name}-(\d+)(?:-words--><p>[^<]*</p>|-->)")
        left = len(self.parts)
        # What was taken last may hold the mark of what was taken before.
        while found := mark.findall(text):
            left -= len(found)
            if left < 0 or any(int(number) >= len(self.parts) for number in found):
                return None
            text = mark.sub(lambda place: self.parts[int(place[1])], text)
        return text if left == 0 else None


def short(page: str) -> Short:
    """A page as an index should have it."""
    # An author may write what looks like a mark.
    signs = max((len(found["signs"]) + 1 for found in _MARK.finditer(page)), default=0)
    name = "matcalc" + "x" * signs
    parts: list[str] = []
    pieces: list[str] = []
    entries: list[Entry] = []
    behind: list[str] = []
    last = 0
    # Found by their ends, which is quick: what lies between is most of the page.
    while (start := page.find(_FIGURE, last)) >= 0 and (end := page.find(_END, start)) >= 0:
        end += len(_END)
        opening = page[start : page.find(">", start)]
        words, place = _WORDS.search(opening), _ID.match(opening, len(_FIGURE))
        here = f"<!--{name}-{len(parts)}-->"
        if words and place:
            number = next(
                (each["number"] for each in _NUMBER.finditer(page, start, end) if each["id"] == place["id"]), ""
            )
            entries.append(Entry(f"{words['title']} {number}".strip(), place["id"]))
            rest = words["words"].removeprefix(words["title"]).removeprefix("; ")
            behind.append(f'<h6 id="{place["id"]}">{entries[-1].title}</h6><p>{rest}</p>')
        elif words:
            here = f"<!--{name}-{len(parts)}-words--><p>{words['words']}</p>"
        pieces += [page[last:start], here]
        parts.append(page[start:end])
        last = end
    text = "".join([*pieces, page[last:]])
    for begin, close, kept in _KEPT:
        pieces, last = [], 0
        for start, end in markup.between(text, begin, close):
            pieces += [text[last:start], f"<!--{name}-{len(parts)}-->"]
            last = end + kept
            parts.append(text[start:last])
        text = "".join([*pieces, text[last:]])
    if entries:
        text += f"<!--{name}-begin-->{''.join(behind)}<!--{name}-end-->"
    return Short(text, parts, name, entries)


def install(handlers: list[Handler]) -> None:
    """Let the search plugins among these handlers of the event `page_context` have the short page."""
    for place, handler in enumerate(handlers):
        if hasattr(getattr(handler, "__self__", None), "search_index"):
            handlers[place] = _seeing(handler)


def _seeing(handler: Handler) -> Handler:
    def seen(context: Any, *, page: Any, **known: Any) -> Any:
        whole = page.content
        if not whole or _OURS not in whole:
            return handler(context, page=page, **known)
        made, contents = short(whole), getattr(page, "toc", None)
        page.content = made.text
        if contents is not None:  # a search may index nothing that these do not have
            page.toc = [*contents, *made.entries]
        try:
            return handler(context, page=page, **known)
        finally:
            if contents is not None:
                page.toc = contents
            page.content = whole if page.content == made.text else _back(made, page.content, whole)

    return seen


def _back(made: Short, text: Any, whole: str) -> str:
    """What a search has made of the short page, as far as the page is still whole then."""
    found = made.whole(text) if isinstance(text, str) else None
    if found is None:
        LOG.debug("a search plugin has taken derivations from a page, which stays as it was")
    return whole if found is None else found
