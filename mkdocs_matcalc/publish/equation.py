r"""Display equations that are written by hand and carry a `\label`.

In: a paragraph of Markdown. Out: an `Equation`, or None where the paragraph is something else. The
scan of the sources and the reader of the page both ask here, so that they agree on what an equation
is: a paragraph that begins with `$$`, `\[` or `\begin{…}`, ends with its counterpart and holds a
label. In an environment of several lines each labelled line has its number, by `\tag`; any other
equation has one, set in HTML. An author's own `\tag{A}` is kept, and takes no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ..visible import hidden

_LABEL = re.compile(r"\\label\{(?P<label>[^{}\n]+)\}")
_TAG = re.compile(r"\\tag\*?\{(?P<tag>[^{}]*)\}")
_WHOLE = re.compile(
    r"(?:\$\$(?P<dollars>.+?)\$\$|\\\[(?P<brackets>.+?)\\\]|(?P<bare>\\begin\{(?P<name>[a-z]+\*?)\}.+?\\end\{(?P=name)\}))\s*\Z",
    re.DOTALL,
)
_ENVIRONMENT = re.compile(r"\A\s*\\begin\{(?P<name>[a-z]+)\*?\}(?P<inner>.*)\\end\{(?P=name)\*?\}[\s.,;]*\Z", re.DOTALL)
#: Environments of several lines, each of which can have a number.
_LINES = frozenset(["align", "gather", "alignat", "flalign"])
#: Environments of one equation, whose number is set beside the whole.
_ONE = frozenset(["equation", "displaymath", "math", "multline", "eqnarray"])
#: Those that cannot stand within a line, by what can.
_SET = {
    "multline": (r"\begin{gathered}", r"\end{gathered}"),
    "eqnarray": (r"\begin{array}{rcl}", r"\end{array}"),
}
_NESTED = re.compile(r"\\(begin|end)\{|(?<!\\)([{}])|\\\\(?:\[[^\]]*\])?")


class Part(NamedTuple):
    """A line of an equation, or the whole of one that has a single number."""

    tex: str  #: without labels and tags
    label: str = ""
    tag: str = ""  #: the author's own, instead of a number


class Equation(NamedTuple):
    """A labelled display equation."""

    parts: tuple[Part, ...]
    environment: str = ""  #: the starred environment of an equation of several numbered lines

    @property
    def labels(self) -> list[str]:
        """The labels, in order."""
        return [part.label for part in self.parts if part.label]

    def tex(self, number: Callable[[Part], str]) -> str:
        """The formula; `number` tells the tag of each part where the tags are part of the formula."""
        if not self.environment:
            return self.parts[0].tex
        rows = [part.tex + (rf" \tag{{{tag}}}" if (tag := number(part)) else "") for part in self.parts]
        body = r" \\ ".join(rows)
        return rf"\begin{{{self.environment}}}{body}\end{{{self.environment}}}"


def read(paragraph: str) -> Equation | None:
    """The labelled equation that a paragraph is, or None."""
    found = _WHOLE.match(paragraph.strip())
    labels = [label["label"] for label in _LABEL.finditer(paragraph)] if found else []
    if found is None or not labels or any(map(hidden, labels)):
        return None
    tex = next(body for body in (found["dollars"], found["brackets"], found["bare"]) if body is not None).strip()
    inside = _ENVIRONMENT.match(tex)
    name = inside["name"] if inside else ""
    if inside is None or name not in _LINES | _ONE:
        return Equation((_part(tex),))
    if name in _ONE:
        before, after = _SET.get(name, ("", ""))
        return Equation((_part(before + inside["inner"] + after),))
    rows = tuple(_part(row) for row in lines(inside["inner"]))
    if sum(1 for row in rows if row.label or row.tag) == 1 and name != "alignat":
        [named] = [row for row in rows if row.label or row.tag]
        body = r" \\ ".join(row.tex for row in rows)
        wrapped = rf"\begin{{{name.removeprefix('fl')}ed}}{body}\end{{{name.removeprefix('fl')}ed}}"
        return Equation((Part(wrapped, named.label, named.tag),))
    return Equation(rows, f"{name}*")


def lines(tex: str) -> list[str]:
    r"""The lines of an environment: split at each `\\` that stands in no group and no inner environment."""
    parts, start, depth = [], 0, 0
    for found in _NESTED.finditer(tex):
        piece = found.group()
        if piece.startswith("\\\\"):
            if depth == 0:
                parts.append(tex[start : found.start()])
                start = found.end()
        elif found[1]:
            depth += 1 if found[1] == "begin" else -1
            # The brace of \begin{ has been taken with it: its counterpart must not close a group.
            depth += 1
        else:
            depth += 1 if piece == "{" else -1
    last = tex[start:]
    return [*parts, last] if last.strip() else parts


def _part(tex: str) -> Part:
    label, tag = _LABEL.search(tex), _TAG.search(tex)
    bare = _TAG.sub("", _LABEL.sub("", tex)).strip()
    # An empty line would end the paragraph that the formula becomes.
    return Part(re.sub(r"\n\s*\n", "\n", bare), label["label"].strip() if label else "", tag["tag"] if tag else "")
