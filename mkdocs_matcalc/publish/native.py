r"""The one door to math-core, which makes MathML of TeX and is no Python.

In: TeX without delimiters, of a page or of this package. Out: a formula in MathML, or why there is
none; nothing is ever raised. math-core calls itself for what stands within something else and for
what an argument without braces is part of, as in `\hat\hat x` or `\color{red} x \color{red} y`: it
knows no limit, and a stack that is too small ends the process, with all the pages of the site. And it reads
what follows a bracket that is never closed twice, so that thirty of them take hours. Hence, for any text:

- formulas that are too long, too deep, or leave too many brackets open are refused, as what defines
  commands is, which could make any text a long one;
- a formula is converted where we are only if it is so short that no stack is too small for it and no
  time too short, whatever it says: a level begins with a backslash, a bracket, a script, or a
  character beyond ASCII, and nothing else;
- a longer one of ours, whose brackets are closed, gets a thread with a stack that has room for all its levels;
- a longer one of an author is converted in a process beside this one, which may end (`aside`).

The elements of a result do not nest deeper than browsers and other plugins bear.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..missing import MissingPackageError, module
from .template import narrow

if TYPE_CHECKING:
    from math_core import LatexToMathML

#: So many characters a formula may have.
LENGTH = 60_000
#: So deep its groups may nest, and so many commands may stand in a row without anything between them.
DEPTH = 100
#: So often a character may be read.
TRIES = 1 << 22
#: So deep the elements of the result may nest.
ELEMENTS = 250
#: Bytes of stack for a level. Measured are 2,000 for the worst, `x^{`, with math-core 0.9 on 64 bits.
LEVEL_BYTES = 8_000
#: So many levels fit on any stack that we may be called on; the smallest usual one has 1 MB.
FEW = 48
#: So many brackets may be open in a formula that is converted at once: a thousand readings of a short text.
FEW_OPEN = 10

_LEVELS = re.compile(r"[\\{(\[^_]|[^\x00-\x7f]")
_OPENS = (
    r"\{|l(?:[bB]race|brack|paren|[vV]ert|ang(?:le)?|ceil|floor|group|moustache|l[a-z]+)|ulcorner"
    r"|mathopen|bra(?:ket)?|ket|pm?od"
)
_OPENING = re.compile(rf"[(\[]|[^\x00-\x7f]|\\(?:[bB]igg?l|{_OPENS})")
#: What takes the delimiter behind it along; other commands; groups; brackets; anything else.
_TOKENS = re.compile(
    r"\\(?P<sizes>left|right|middle|[bB]igg?[lrm]?+)(?![a-zA-Z])\s*+(?:\\[a-zA-Z]++|\\.|.)?+|\\(?P<command>[a-zA-Z]++|.)"
    r"|(?P<group>[{}])|(?P<bracket>[()\[\]])|(?P<other>[^\x00-\x7f])|[^\s\\{}()\[\]\x80-\U0010ffff]++",
    re.DOTALL,
)
_BIG = ("big", "Big", "bigg", "Bigg")
_SIZES = {"left": "{", "right": "}"} | {f"{big}l": "(" for big in _BIG} | {f"{big}r": ")" for big in _BIG}
_NAMES = re.compile(
    rf"(?P<opens>{_OPENS})|(?P<closes>\}}|r(?:[bB]race|brack|paren|[vV]ert|ang(?:le)?|ceil|floor|group|moustache))"
    r"|(?P<begins>begin(?:group)?|bgroup)|(?P<ends>end(?:group)?|egroup)"
)
_KINDS = {"opens": "(", "closes": ")", "begins": "{", "ends": "}"}
_DEFINES = re.compile(
    r"\\(?P<command>[gex]?def|let|futurelet|global|csname|(?:re)?newenvironment"
    r"|(?:new|renew|provide|DeclareRobust)command|Declare(?:MathOperator|PairedDelimiter)\w*+)(?![a-zA-Z])"
)
_ELEMENT = re.compile(r"<(?P<end>/?)[^<>]*+>")
_PLACE = re.compile(r"\A\d++: ")
_STACK = threading.Lock()


class Made(NamedTuple):
    """What has become of a formula."""

    mathml: str  #: empty where it cannot be set
    why: str = ""  #: what is wrong with it, in words


class Measure(NamedTuple):
    """What decides how a formula is converted."""

    depth: int = 0  #: how deep its groups nest
    row: int = 0  #: how many commands follow each other
    unclosed: int = 0  #: how many brackets are not closed in the group where they open


@lru_cache(maxsize=4096)
def mathml(tex: str, *, display: bool, by_hand: bool) -> Made:
    """A formula in MathML; `by_hand` says that an author wrote it.

    Raises `MissingPackageError` where math-core is missing, for a formula that no author wrote.
    """
    if lacks := _lacks():
        if by_hand:
            return Made("", f"{lacks.message}; {lacks.hint}")
        raise lacks
    if len(tex) > LENGTH:
        return Made("", f"it has more than {LENGTH:,} characters")
    if found := _DEFINES.search(tex):
        return Made("", f"\\{found['command']} defines a command, which a formula in MathML cannot")
    if len(_LEVELS.findall(tex)) <= FEW and len(_OPENING.findall(tex)) <= FEW_OPEN:
        return convert(tex, display=display)
    if why := _refused(tex, measure(tex)):
        return Made("", why)
    if by_hand:
        from . import aside

        made = aside.ask(tex, display=display)
    else:
        made = with_stack(tex, display=display)
    if _elements_deep(made.mathml) > ELEMENTS:
        return Made("", f"it is nested deeper than {ELEMENTS} elements of MathML")
    return made


def with_stack(tex: str, *, display: bool) -> Made:
    """A formula, converted on a stack that has room for all its levels."""
    made: list[Made] = []
    try:
        thread = on_stack(lambda: made.append(convert(tex, display=display)), len(_LEVELS.findall(tex)))
    except (RuntimeError, ValueError, MemoryError) as error:
        return Made("", f"this machine has no room for the stack that it may need ({error})")
    thread.join()
    return made[0] if made else Made("", "it could not be converted")


def on_stack(work: Callable[[], object], levels: int) -> threading.Thread:
    """A thread for this work, with a stack that has room for so many levels; it has been started."""
    thread = threading.Thread(target=work, daemon=True)
    with _STACK:
        before = threading.stack_size((levels * LEVEL_BYTES | 0xFFFFF) + 1)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    return thread


def _refused(tex: str, measured: Measure) -> str:
    """Why a formula is not even tried; empty where it is."""
    if measured.depth > DEPTH:
        return f"its groups are nested deeper than {DEPTH}"
    if measured.row > DEPTH:
        return f"more than {DEPTH} commands follow each other"
    if len(tex) << min(measured.unclosed, 64) > TRIES:
        return f"{measured.unclosed} of its brackets are not closed in the group where they stand"
    return ""


def measure(tex: str) -> Measure:
    """What can be said of a formula without knowing what its commands do."""
    depth = deepest = row = longest = unclosed = here = 0
    around: list[int] = []  # the brackets that are open in the groups around
    for found in _TOKENS.finditer(tex):
        kind = _kind(found)
        row = row + 1 if kind == "command" else 0
        longest = max(longest, row)
        if kind == "{":
            around.append(here)
            depth, here = depth + 1, 0
            deepest = max(deepest, depth)
        elif kind == "}":
            unclosed += here
            here = around.pop() if around else 0
            depth = max(depth - 1, 0)
        elif kind == "(":
            here += 1
        elif kind == ")":
            here = max(here - 1, 0)
    return Measure(deepest, longest, unclosed + here + sum(around))


def _kind(found: re.Match[str]) -> str:
    """What a token is: `{` and `}` begin and end a group, `(` and `)` open and close within one."""
    if found["group"]:
        return found["group"]
    if found["bracket"]:
        return "(" if found["bracket"] in "([" else ")"
    if found["sizes"]:
        return _SIZES.get(found["sizes"], "")
    if found["other"]:
        return "(" if unicodedata.category(found["other"]) in ("Ps", "Pi") else ""
    if not found["command"]:
        return ""
    named = _NAMES.fullmatch(found["command"])
    return _KINDS[str(named.lastgroup)] if named else "command"


def _elements_deep(made: str) -> int:
    deepest = depth = 0
    for found in _ELEMENT.finditer(made):
        if not found.group().endswith("/>"):
            depth += -1 if found["end"] else 1
            deepest = max(deepest, depth)
    return deepest


def convert(tex: str, *, display: bool) -> Made:
    """A formula, converted where we are: only for what the bounds of this module allow."""
    from math_core import LatexError

    try:
        return Made(narrow(_converter().convert_with_local_state(tex, displaystyle=display)))
    except LatexError as error:
        return Made("", _PLACE.sub("", str(error)).strip().rstrip("."))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception, and must not end a build
        return Made("", f"math-core failed on it ({type(error).__name__})")


@cache
def _lacks() -> MissingPackageError | None:
    """What is wrong where math-core cannot be imported."""
    try:
        module("math_core")
    except MissingPackageError as error:
        return error
    return None


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False)
