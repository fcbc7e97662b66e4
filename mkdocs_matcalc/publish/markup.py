"""What of a page of HTML is markup and what is content, as a browser reads it, in one pass.

In: HTML. Out: the stretches that are not content: tags with their attributes, comments, formulas in
MathML, and the text of elements that holds no elements, as that of a script; or those in which code is
shown. What is not closed goes on to the end of the page, as it does in a browser: what was put behind it
would become part of an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Elements whose text is not looked through for elements, and those that are left as they are.
_RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "math")
_NAME = re.compile(r"</?+(?P<name>[a-zA-Z][^\s/>]*+)")
#: A tag to its end: names, and values, of which those in quotes may go on to the end of the page.
_ATTRIBUTES = re.compile(
    r"(?:[^=>]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s\"'>][^\s>]*+)?+)*+>?+",
)
_ENDS = {name: re.compile(rf"</{name}(?![^\s/>])", re.IGNORECASE) for name in _RAW}
#: What shows its text as it is, and is no place for a formula.
_VERBATIM = re.compile(r"<(?P<name>pre|code|script|style|textarea)(?![^\s/>])|<!--")


def spans(page: str, *, formulas: bool = False) -> Iterator[tuple[int, int]]:
    """The beginnings and ends of what is not content, in order; `formulas` says that what is in MathML is content."""
    place = page.find("<")
    while place >= 0:
        found = _NAME.match(page, place)
        if found:
            attributes = _ATTRIBUTES.match(page, found.end())
            end = attributes.end() if attributes else found.end()
            yield place, end
            name = found["name"].lower()
            empty = page[place + 1] == "/" or (name == "math" and (formulas or page[end - 2 : end] == "/>"))
            if name in _ENDS and not empty:
                closing = _ENDS[name].search(page, end)
                start, end = end, closing.start() if closing else len(page)
                yield start, end
        elif page.startswith("<!--", place):
            end = _end(page, "-->", place + 2)
            yield place, end
        elif page[place + 1 : place + 2] in ("!", "?", "/"):
            end = _end(page, ">", place)
            yield place, end
        else:
            end = place + 1
        place = page.find("<", end)


def outside_verbatim(page: str) -> Iterator[tuple[int, int]]:
    """The beginnings and ends of what is neither in code nor in a comment; what is not closed is neither."""
    missing: set[str] = set()  # ends that are not found any more
    begun = place = 0
    while found := _VERBATIM.search(page, place):
        close = f"</{found['name']}>" if found["name"] else "-->"
        end = -1 if close in missing else page.find(close, found.end())
        if end < 0:
            missing.add(close)
            place = found.end()
            continue
        yield begun, found.start()
        begun = place = end + len(close)
    yield begun, len(page)


def between(page: str, begin: re.Pattern[str], end: str) -> Iterator[tuple[int, int]]:
    """Where something begins, and where the next of its ends is, the end not included; what has none is nothing."""
    place = 0
    while (found := begin.search(page, place)) and (place := page.find(end, found.end())) >= 0:
        yield found.start(), place


def _end(page: str, close: str, start: int) -> int:
    found = page.find(close, start)
    return found + len(close) if found >= 0 else len(page)
