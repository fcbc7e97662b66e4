r"""Commands that the formulas of a page define, spelled out where a renderer does not know them.

In: TeX with `\newcommand`, `\def` and their like. Out: what they define, and formulas in which it is
spelled out. MathJax keeps what a formula defines for all that follow; KaTeX keeps it for that formula, and
math-core, which could make a text of any length of it, is not told. Here a definition holds for the whole page.
Parameters of `\def` that are delimited by something are left alone, and so is what would grow too much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

#: So many parts of a formula are moved while commands are spelled out, and so long it may become.
MOVES, LENGTH = 200_000, 40_000
#: So long a definition's default may be.
_DEFAULT = 200
_DEFINES = re.compile(r"\\(?P<how>(?:re)?newcommand|providecommand|g?def|DeclareMathOperator)(?![a-zA-Z])(?P<star>\*?)")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]++|[^a-zA-Z\s])")
_NUMBER = re.compile(r"\s*+\[\s*+(?P<number>[0-9])\s*+\]")
_PARAMETERS = re.compile(r"(?:\s*+#[1-9])*+")
_BLANKS = re.compile(r"\s*+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_TOKEN = re.compile(r"\\(?:[a-zA-Z]++|.)|#[1-9]|\s++|.", re.DOTALL)


class Macro(NamedTuple):
    """What a command stands for."""

    body: str
    arguments: int = 0
    default: str | None = None  #: of the first argument, which then stands between square brackets


class Definition(NamedTuple):
    """A place where a command is defined."""

    start: int
    end: int
    name: str  #: with its backslash
    macro: Macro


def definitions(tex: str) -> list[Definition]:
    """The commands that a text defines, in order."""
    found: list[Definition] = []
    closes: dict[int, int] | None = None
    place = 0
    while defines := _DEFINES.search(tex, place):
        place = defines.end()
        closes = _closes(tex) if closes is None else closes
        made = _definition(tex, defines, closes)
        if made is not None:
            found.append(made)
            place = made.end
    return found


def defines(tex: str) -> bool:
    """Whether a text may define commands."""
    return _DEFINES.search(tex) is not None


def without(tex: str) -> str:
    """A formula without the definitions that are in it."""
    parts, last = [], 0
    for each in definitions(tex):
        parts.append(tex[last : each.start])
        last = each.end
    return "".join([*parts, tex[last:]])


def spelled(tex: str, macros: Mapping[str, Macro]) -> str:
    """A formula in which commands stand for what they are defined as; itself where that has no end."""
    bare = without(tex)
    if not any(found.group() in macros for found in _COMMAND.finditer(bare)):
        return bare
    ahead = _TOKEN.findall(bare)[::-1]  # what is yet to be read, the next part last
    made: list[str] = []
    moves = length = 0
    while ahead:
        token = ahead.pop()
        macro = macros.get(token)
        if macro is None:
            if made and token[0].isalpha() and made[-1][0] == "\\" and made[-1][-1].isalpha():
                made.append(" ")  # a letter that stands behind a command now
            made.append(token)
            length += len(token)
        else:
            arguments = _arguments(ahead, macro)
            if arguments is None:
                return tex
            put = _put_in(macro.body, arguments)
            ahead += put[::-1]
            moves += 1 + len(put) + sum(map(len, arguments))
        if moves > MOVES or length > LENGTH:
            return tex
    return "".join(made)


def _definition(tex: str, defines: re.Match[str], closes: Mapping[int, int]) -> Definition | None:
    place = _skip(tex, defines.end())
    braced = tex[place : place + 1] == "{"
    name = _COMMAND.match(tex, _skip(tex, place + braced))
    if name is None:
        return None
    place = name.end()
    if braced:
        place = _skip(tex, place)
        if tex[place : place + 1] != "}":
            return None
        place += 1
    default, arguments = None, 0
    if defines["how"].endswith("def"):
        parameters = _PARAMETERS.match(tex, place)
        arguments = parameters.group().count("#") if parameters else 0
        place = parameters.end() if parameters else place
    elif number := _NUMBER.match(tex, place):
        arguments, place = int(number["number"]), number.end()
        start = _skip(tex, place)
        if tex[start : start + 1] == "[" and (end := tex.find("]", start, start + _DEFAULT)) > 0:
            default, place = tex[start + 1 : end], end + 1
    start = _skip(tex, place)
    end = closes.get(start, -1)
    if end < 0:
        return None
    body = tex[start + 1 : end]
    if defines["how"] == "DeclareMathOperator":
        body = rf"\operatorname{defines['star']}{{{body}}}"
    return Definition(defines.start(), end + 1, name.group(), Macro(body, arguments, default))


def _closes(tex: str) -> dict[int, int]:
    """The place of the counterpart of each brace that opens and has one."""
    found: dict[int, int] = {}
    around: list[int] = []
    for brace in _BRACE.finditer(tex):
        if brace.group() == "{":
            around.append(brace.start())
        elif brace.group() == "}" and around:
            found[around.pop()] = brace.start()
    return found


def _arguments(ahead: list[str], macro: Macro) -> list[list[str]] | None:
    """The arguments of a command, taken from what follows it; None where they are not all there."""
    found: list[list[str]] = []
    if macro.default is not None:
        if ahead and ahead[-1] == "[":
            taken = _until("]", ahead)
            if taken is None:
                return None
            found.append(taken)
        else:
            found.append(_TOKEN.findall(macro.default))
    while len(found) < macro.arguments:
        while ahead and ahead[-1].isspace():
            ahead.pop()
        if not ahead or ahead[-1] == "}":
            return None
        taken = _until("}", ahead) if ahead[-1] == "{" else [ahead.pop()]
        if taken is None:
            return None
        found.append(taken)
    return found


def _until(close: str, ahead: list[str]) -> list[str] | None:
    """What stands between a bracket that comes next and its counterpart."""
    ahead.pop()
    taken: list[str] = []
    depth = 0
    while ahead:
        token = ahead.pop()
        if token == close and depth == 0:
            return taken
        depth += {"{": 1, "}": -1}.get(token, 0)
        taken.append(token)
    return None


def _put_in(body: str, arguments: list[list[str]]) -> list[str]:
    made: list[str] = []
    for token in _TOKEN.findall(body):
        number = int(token[1]) if token[0] == "#" and len(token) == 2 else 0
        if 0 < number <= len(arguments):
            made += arguments[number - 1]
        else:
            made.append(token)
    return made


def _skip(tex: str, place: int) -> int:
    found = _BLANKS.match(tex, place)
    return found.end() if found else place
