r"""Display equations that are written by hand and carry a `\label`.

In: a paragraph of Markdown. Out: its equations and the text between them. The scan of the sources and
the reader of the page both ask here, so that they agree on what an equation is: what begins with `$$`,
`\[` or `\begin{…}` at the start of a line, ends with its counterpart at the end of one, and holds a
label. In an environment of several lines each labelled line has its number, by `\tag`; any other
equation has one, set in HTML. In `subequations` all lines have the number of the whole and a letter.
An author's own `\tag{A}` is kept, and takes no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..visible import hidden

LABEL = re.compile(r"\\label\{(?P<label>[^{}\n]++)\}")
_TAG = re.compile(r"\\tag\*?\{(?P<tag>[^{}]*+)\}")
_BEGIN = re.compile(r"\\begin\{(?P<name>[a-z]++\*?)\}")
_COUNT = re.compile(r"\s*+(?P<count>\{[^{}]*+\})")
_NONE = re.compile(r"\\(?:notag|nonumber)(?![a-zA-Z])")
_BLANKS = re.compile(r"[ \t]*+")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*+\n)++")
#: What ends a sentence, and may stand behind an environment that is all of an equation.
_STOPS = (".", ",", ";")
#: What opens a formula, and what closes it.
_PAIRS = {"$$": "$$", r"\[": r"\]"}
_CLOSES = re.compile(r"\$\$|\\\]|\\end\{[a-z]++\*?\}")
#: Environments of several lines, each of which can have a number.
_LINES = frozenset(["align", "gather", "alignat", "flalign", "eqnarray"])
#: Environments of one equation, whose number is set beside the whole.
_ONE = frozenset(["equation", "displaymath", "math", "multline"])
#: What stands for those in which a renderer has no tags.
_TAGGED = {"flalign": "align", "eqnarray": "align"}
#: An environment within which each line has a number and a letter.
_SUB = "subequations"
_NESTED = re.compile(r"\\(begin|end)\{|([{}])|\\\\(?:\[[^\]\n]*+\])?|\\.|&", re.DOTALL)


class Part(NamedTuple):
    """A line of an equation, or the whole of one that has a single number."""

    tex: str  #: without labels and tags
    label: str = ""
    tag: str = ""  #: the author's own, instead of a number
    numbered: bool = False  #: whether it has a number although it has no label


class Equation(NamedTuple):
    """A labelled display equation."""

    parts: tuple[Part, ...]
    environment: str = ""  #: the starred environment of an equation of several numbered lines
    columns: str = ""  #: what this environment says of its columns
    whole: str | None = None  #: the label of `subequations`, empty where it has none; else None

    @property
    def labels(self) -> list[str]:
        """The labels, in order."""
        return [label for label in (self.whole, *(part.label for part in self.parts)) if label]

    def tex(self, number: Callable[[Part], str]) -> str:
        """The formula; `number` tells the tag of each part where the tags are part of the formula."""
        if not self.environment:
            return self.parts[0].tex
        rows = [part.tex + (rf" \tag{{{tag}}}" if (tag := number(part)) else "") for part in self.parts]
        body = r" \\ ".join(rows)
        return rf"\begin{{{self.environment}}}{self.columns}{body}\end{{{self.environment}}}"


class Piece(NamedTuple):
    """A part of a paragraph: an equation, or the text between two."""

    line: int  #: from 0, where it begins in the paragraph
    text: str
    equation: Equation | None = None


def read(paragraph: str) -> Equation | None:
    """The labelled equation that a paragraph is, or None."""
    found = pieces(paragraph)
    return found[0].equation if len(found) == 1 else None


def pieces(paragraph: str) -> list[Piece]:
    """A paragraph as labelled equations, formulas without a label, and the text between them."""
    text = paragraph.rstrip()
    found: list[Piece] = []
    begun = line = 0

    def add(end: int, equation: Equation | None = None) -> None:
        """What stands from where we are to there, if it says anything."""
        nonlocal begun, line
        said = text[begun:end]
        bare = said.lstrip(" \t\n")
        if bare:
            before = said[: len(said) - len(bare)].count("\n")
            found.append(Piece(line + before, bare.rstrip(), equation))
        line += said.count("\n")
        begun = end

    for start, end, inner in _displays(text) if "\\label{" in text else ():
        add(start)
        labels = [label["label"] for label in LABEL.finditer(inner)]
        add(end, _read(inner) if labels and not any(map(hidden, labels)) else None)
    add(len(text))
    return found


def _displays(text: str) -> Iterator[tuple[int, int, str]]:
    """The formulas that begin at the start of a line and end at the end of one, or where the next begins."""
    ends: dict[str, list[int]] = {}  # where what closes a formula stands, the next one last
    for found in _CLOSES.finditer(text):
        ends.setdefault(found.group(), []).append(found.start())
    for places in ends.values():
        places.reverse()
    place = 0
    while place < len(text):
        start = _after_blanks(text, place)
        inner, close = _opened(text, start)
        places = ends.get(close, [])
        while places and places[-1] < inner:
            places.pop()
        end = after = 0
        if places:
            end = places[-1] + len(close)
            end += close.startswith("\\end") and text[end : end + 1] in _STOPS
            after = _after_blanks(text, end)
        if end and (text[after : after + 1] in ("", "\n") or _opened(text, after)[1]):
            yield start, end, text[start:end] if close.startswith("\\end") else text[inner : places[-1]]
            place = after + (text[after : after + 1] == "\n")
        else:
            place = text.find("\n", start) + 1 or len(text)


def _opened(text: str, place: int) -> tuple[int, str]:
    """Where a formula that opens here begins, and what closes it; nothing where none opens."""
    if text[place : place + 2] in _PAIRS:
        return place + 2, _PAIRS[text[place : place + 2]]
    found = _BEGIN.match(text, place)
    return (found.end(), rf"\end{{{found['name']}}}") if found else (place, "")


def _after_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def _read(tex: str) -> Equation:
    """A formula that has a label."""
    name, inner, behind = _environment(tex.strip())
    if name == _SUB:
        own = LABEL.match(inner.strip())
        sub = _read(inner.strip()[own.end() if own else 0 :])
        parts = tuple(part._replace(numbered=not _NONE.search(part.tex)) for part in sub.parts)
        return sub._replace(parts=parts, whole=own["label"].strip() if own else "")
    if name in _ONE:
        before, after = (r"\begin{gathered}", r"\end{gathered}") if name == "multline" else ("", "")
        return Equation((_part(before + inner + after + behind),))
    if name not in _LINES:
        return Equation((_part(tex.strip()),))
    count = _COUNT.match(inner) if name == "alignat" else None
    columns = count["count"] if count else ""
    rows = lines(inner[count.end() if count else 0 :])
    if name == "eqnarray":
        rows = [_one_sign(row) for row in rows]
    found = tuple(_part(row) for row in [*rows[:-1], rows[-1] + behind])
    if len(found) > 1:
        return Equation(found, f"{_TAGGED.get(name, name)}*", columns)
    within = {"gather": "gathered", "alignat": "alignedat"}.get(name, "aligned")
    return Equation((found[0]._replace(tex=rf"\begin{{{within}}}{columns}{found[0].tex}\end{{{within}}}"),))


def _environment(tex: str) -> tuple[str, str, str]:
    """The environment that a formula is, without its star: its name, what is in it, the marks behind it."""
    found = _BEGIN.match(tex)
    if found is None:
        return "", "", ""
    close = rf"\end{{{found['name']}}}"
    end = tex.find(close)
    behind = tex[end + len(close) :]
    if end < 0 or behind.strip(" \t\n.,;"):
        return "", "", ""
    return found["name"].removesuffix("*"), tex[found.end() : end], behind.strip()


def lines(tex: str) -> list[str]:
    r"""The lines of an environment: split at each `\\` that stands in no group and no inner environment."""
    parts = _split(tex, "\\\\")
    return parts if parts[-1].strip() or len(parts) == 1 else parts[:-1]


def _one_sign(row: str) -> str:
    """A line of `eqnarray`, which has a sign before and behind the relation, with one of them."""
    left, *others = _split(row, "&")
    return f"{left}&{' '.join(others)}" if others else left


def _split(tex: str, at: str) -> list[str]:
    parts, start, depth = [], 0, 0
    for found in _NESTED.finditer(tex):
        piece = found.group()
        if piece.startswith(at):
            if depth == 0:
                parts.append(tex[start : found.start()])
                start = found.end()
        elif found[1]:
            depth += 1 if found[1] == "begin" else -1
            # The brace of \begin{ has been taken with it: its counterpart must not close a group.
            depth += 1
        elif found[2]:
            depth += 1 if piece == "{" else -1
    return [*parts, tex[start:]]


def _part(tex: str) -> Part:
    label, tag = LABEL.search(tex), _TAG.search(tex)
    bare = _TAG.sub("", LABEL.sub("", tex)).strip()
    # An empty line would end the paragraph that the formula becomes.
    return Part(_EMPTY_LINES.sub("\n", bare), label["label"].strip() if label else "", tag["tag"] if tag else "")
