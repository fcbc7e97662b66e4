"""Code in Markdown, found in one pass over the text.

In: a text. Out: where its code stands, or the text with what is no code changed. A span begins with some backticks and ends with the next
run of as many; a run without a counterpart is text. A pattern that looks for the counterpart of each
run anew goes through the rest of the text for each that has none; here the runs of each length are
listed once, and each run is looked at once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate

_TICKS = re.compile(r"`++")
_FENCE = re.compile(r"[ \t>]*+(?P<run>`{3,}+|~{3,}+)(?P<after>.*+)", re.DOTALL)


def code(text: str) -> Iterator[tuple[int, int]]:
    """The beginning and the end of each code span, backticks and all, in order."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    starts: dict[int, list[int]] = {}
    for start, end in runs:
        starts.setdefault(end - start, []).append(start)
    done = 0
    for start, end in runs:
        if start < done:
            continue
        alike = starts[end - start]
        after = bisect_right(alike, start)
        if after < len(alike):
            done = alike[after] + end - start
            yield start, done


def without_code(text: str) -> str:
    """The text without its code spans."""
    return outside_code(text, lambda part: part, lambda _: "") if "`" in text else text


def outside_code(text: str, change: Callable[[str], str], kept: Callable[[str], str] = str) -> str:
    """The text with the parts outside of its code spans changed, and the spans as `kept` has them."""
    out, last = [], 0
    for start, end in code(text):
        out += [change(text[last:start]), kept(text[start:end])]
        last = end
    return "".join([*out, change(text[last:])])


def outside_verbatim(text: str, change: Callable[[str], str]) -> str:
    """The text with what stands outside of its fences and code spans changed, a paragraph at a time."""
    lines = text.split("\n")
    out: list[str] = []
    done = 0
    for start, end in _fences(lines):
        out += [*_paragraphs(lines[done:start], change), *lines[start:end]]
        done = end
    return "\n".join([*out, *_paragraphs(lines[done:], change)])


def _paragraphs(lines: list[str], change: Callable[[str], str]) -> list[str]:
    """The lines with each paragraph changed, and with the empty lines between them."""
    out: list[str] = []
    start = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].strip(" \t>"):
            continue
        if start < number:
            out.append(outside_code("\n".join(lines[start:number]), change))
        out += lines[number : number + 1]
        start = number + 1
    return out


def _fences(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The first line of each fence, and the line after its last; a fence without an end is none."""
    found = [_FENCE.match(line) for line in lines]
    # How long a run ends a fence that begins before a line, and 0 where the line ends none; from there on, the longest.
    ends = {sign: [_ending(each, sign) for each in found] for sign in "`~"}
    longest = {sign: list(accumulate(reversed(sizes), max))[::-1] for sign, sizes in ends.items()}
    number = 0
    while number + 1 < len(lines):
        fence, start = found[number], number
        number += 1
        if fence is None or (fence["run"][0] == "`" and "`" in fence["after"]):
            continue
        sign, size = fence["run"][0], len(fence["run"])
        if longest[sign][number] >= size:
            number = next(n for n in range(number, len(lines)) if ends[sign][n] >= size) + 1
            yield start, number


def _ending(fence: re.Match[str] | None, sign: str) -> int:
    return len(fence["run"]) if fence and fence["run"][0] == sign and not fence["after"].strip(" \t") else 0
