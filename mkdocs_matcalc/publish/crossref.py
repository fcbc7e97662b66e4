r"""References to numbered equations: text and a resolver in, text and what is unresolved out.

`\eqref{ls}` is "(3)", `\ref{ls}` is "3", `\cref{ls,mle}` is "eqs. (3) and (5)", each number a link.
While Markdown is read, a reference becomes a mark, so that code and formulas are left alone; the
marks are resolved when the page is whole, for a reference may stand before what it refers to.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

#: A reference in running text.
PATTERN = r"\\(?P<command>eqref|ref|cref|Cref)\{(?P<labels>[^{}\n]+)\}"

_MARK = re.compile(
    r'<matcalc-ref command="(?P<command>\w+)" labels="(?P<labels>[^"]*)">(?P<text>.*?)</matcalc-ref>', re.DOTALL
)


@dataclass(frozen=True)
class Link:
    """Where a label leads: the number to show and the address."""

    number: str
    href: str


def resolve(text: str, resolver: Callable[[str], Link | None]) -> tuple[str, list[str]]:
    """The text with its marks resolved, and the labels for which the resolver knows nothing, in order.

    A mark with an unknown label becomes the source again, so that a reader sees what is missing and
    a renderer with numbers of its own can still resolve it.
    """
    unresolved: list[str] = []

    def one(found: re.Match[str]) -> str:
        labels = [label.strip() for label in html.unescape(found["labels"]).split(",")]
        links = {label: resolver(label) for label in labels if label}
        known = [link for link in links.values() if link is not None]
        unresolved.extend(label for label, link in links.items() if link is None)
        if len(known) < len(links) or not known:
            return found["text"]
        return _words(found["command"], known)

    return _MARK.sub(one, text), unresolved


def _words(command: str, links: list[Link]) -> str:
    bare = command == "ref"
    made = [
        f'<a class="matcalc-ref" href="{html.escape(link.href)}">{link.number if bare else f"({link.number})"}</a>'
        for link in links
    ]
    listed = made[0] if len(made) == 1 else f"{', '.join(made[:-1])} and {made[-1]}"
    if command not in ("cref", "Cref"):
        return listed
    word = {"cref": "eq", "Cref": "Equation"}[command] + ("s" if len(made) > 1 else "")
    return f"{word}{'.' if command == 'cref' else ''}&nbsp;{listed}"
