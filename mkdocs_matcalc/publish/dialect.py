r"""TeX as authors write it, in the words that a renderer knows.

In: a formula without delimiters. Out: the same formula for MathML, KaTeX or MathJax. LaTeX has
environments and commands that one renderer or the other lacks and that others of its words
stand for, as `split` for `aligned`. What numbers lines by itself is starred for all of them: numbers
are ours, and a formula without a label has none. What has no counterpart stays as it is, and `lacking` tells it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"\\(?P<ends>begin|end)\s*+\{(?P<name>[a-zA-Z]++\*?)\}|\\(?P<command>[a-zA-Z]++|.)|(?P<mark>[{}$])|[^\\{}$]++",
    re.DOTALL,
)
_GROUP = re.compile(r"\s*+\{[^{}]*+\}")
_OPTION = re.compile(r"\[[a-z]\]")
#: Formulas without any of these are the same for all.
_ASKS = re.compile(r"\\(?:begin|label|tag|substack|text|mbox|hbox|require)")
#: Environments that number what is in them.
_NUMBERED = ("equation", "align", "gather", "alignat", "flalign", "multline", "eqnarray")
_STARRED = {name: f"{name}*" for name in _NUMBERED}
#: Environments that only say where a formula stands.
_BARE = frozenset(["displaymath", "math", "subequations"])
_MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")
#: What a renderer has in the place of environments that it lacks.
_INSTEAD = {
    "mathml": {
        "split": "aligned", "alignedat": "aligned", "alignat*": "align*", "flalign*": "align*", "eqnarray*": "array}{rcl",
        "multlined": "gathered", "smallmatrix": "matrix",
        **{f"{name}*": name for name in _MATRICES},
    },
    "katex": {
        "multline*": "gathered", "multlined": "gathered", "flalign*": "align*", "eqnarray*": "array}{rcl",
    },
    "mathjax": {},
}  # fmt: skip
#: In a line of text KaTeX has none that fill a line.
_KATEX_INLINE = {"align*": "aligned", "flalign*": "aligned", "gather*": "gathered", "alignat*": "alignedat"}
#: Those that begin with a number of columns, which only some counterparts take.
_COUNTED = frozenset(["alignat", "alignat*", "alignedat"])
#: Those that may begin with a place, `[t]`, which math-core takes for text.
_PLACED = frozenset(
    ["aligned", "gathered", "alignedat", "split", "array", "multlined", *(f"{name}*" for name in _MATRICES)]
)
_TEXTS = frozenset(["text", "mbox", "hbox", "textrm", "textnormal", "textbf", "textit", "textsf", "texttt"])
#: What KaTeX has no word for; a site can teach it commands, and can teach it no environment.
_KATEX_LACKS = re.compile(
    r"\\(?P<command>(?:short)?intertext|unicode|cancelto|displaylines|mathbbm|mathds|ensuremath|hfill|bbox|cssId"
    r"|mmlToken|enclose|newenvironment|vspace|hfil|hrulefill)(?![a-zA-Z])"
)
_KATEX_ENVIRONMENTS = frozenset(
    [
        *(f"{name}{star}" for name in ("align", "alignat", "gather", "equation", *_MATRICES) for star in ("", "*")),
        *("aligned", "alignedat", "gathered", "split", "array", "darray", "subarray", "smallmatrix", "CD"),
        *("cases", "dcases", "rcases", "drcases"),
    ]
)
_BEGINS = re.compile(r"\\begin\s*+\{(?P<name>[^{}]*+)\}")


#: A bold letter, digit or Greek letter; MathJax loads these commands late, if at all.
_BOLD = re.compile(
    r"\\(?:boldsymbol|bm)(?![a-zA-Z])\s*+(?:\{\s*+(\\[a-zA-Z]++|[a-zA-Z0-9])\s*+\}|(\\[a-zA-Z]++|[a-zA-Z0-9]))"
)
_SMALL = "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau"
_SMALL += " upsilon varphi chi psi omega partial epsilon vartheta varkappa phi varrho varpi"
_CAPITALS = (
    "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon"
)
_CAPITALS += " Phi Chi Psi Omega nabla"
#: The bold characters of Unicode: Latin and small Greek letters slanted, digits and capital Greek letters upright, as TeX has them.
_BOLDS = (
    {f"\\{name}": chr(0x1D736 + place) for place, name in enumerate(_SMALL.split())}
    | {f"\\{name}": chr(0x1D6A8 + place) for place, name in enumerate(_CAPITALS.split())}
    | {chr(ord("A") + place): chr(0x1D468 + place) for place in range(26)}
    | {chr(ord("a") + place): chr(0x1D482 + place) for place in range(26)}
    | {str(digit): chr(0x1D7CE + digit) for digit in range(10)}
)


class _Frame(NamedTuple):
    """A group that is open."""

    close: str  #: what its end becomes
    kind: str = ""  #: `text`, `math` between dollar signs within text, or anything else
    start: int = 0  #: where it begins among the parts


@lru_cache(maxsize=4096)
def adapted(tex: str, renderer: str, *, display: bool = True) -> str:
    """A formula in the words of a renderer: mathml, katex or mathjax."""
    if renderer == "mathjax":
        tex = bold(tex)
    if renderer not in _INSTEAD or not _ASKS.search(tex):
        return tex
    return _Writer(tex, renderer, display).write()


def bold(tex: str) -> str:
    r"""A formula with characters for bold letters that have no command which every renderer knows from the start.

    MathJax loads `\boldsymbol` when it meets it, and shows it as a mistake where it is told to typeset a page twice
    before it has; `\bm` it lacks. `\mathbf`, which it knows, leaves Greek letters as they are.
    """
    if r"\bm" not in tex and r"\boldsymbol" not in tex:
        return tex
    return _BOLD.sub(lambda found: _BOLDS.get(found[1] or found[2], found.group()), tex)


def lacking(tex: str, renderer: str) -> str:
    """What a renderer has no word for in a formula that is in its words; empty where nothing is known."""
    if renderer != "katex":
        return ""
    if found := _KATEX_LACKS.search(tex):
        return f"\\{found['command']}"
    names = (found["name"] for found in _BEGINS.finditer(tex))
    return next((f"the environment {name}" for name in names if name not in _KATEX_ENVIRONMENTS), "")


class _Writer:
    """Goes through a formula once, from left to right."""

    def __init__(self, tex: str, renderer: str, display: bool) -> None:
        self._tex, self._renderer = tex, renderer
        self._instead = _INSTEAD[renderer]
        if renderer == "mathjax" and r"\tag" in tex:
            self._instead = {"flalign*": "align*"}  # it has no tags in the other
        if renderer == "katex" and not display:
            self._instead = {**self._instead, **_KATEX_INLINE}
        self._parts: list[str] = []
        self._frames: list[_Frame] = []
        self._place = 0
        self._environments = 0
        self._tagged = False  # whether there is a tag outside of every environment

    def write(self) -> str:
        """The formula."""
        while self._place < len(self._tex):
            found = _TOKEN.match(self._tex, self._place)
            if found is None:  # pragma: no cover - a backslash at the very end
                self._parts.append(self._tex[self._place :])
                break
            self._place = found.end()
            if found["ends"]:
                self._environment(found["ends"], found["name"])
            elif found["command"]:
                self._command(found.group(), found["command"])
            elif found["mark"]:
                self._mark(found["mark"])
            else:
                self._parts.append(found.group())
        made = "".join(self._parts)
        return rf"\begin{{equation*}}{made}\end{{equation*}}" if self._tagged else made

    @property
    def _kind(self) -> str:
        return self._frames[-1].kind if self._frames else ""

    def _environment(self, ends: str, name: str) -> None:
        self._environments += 1 if ends == "begin" else -1
        name = _STARRED.get(name, name)
        if name in _BARE and not (self._renderer == "mathjax" and name != "subequations"):
            return
        if name == "equation*" and self._renderer == "katex" and self._instead.get("align*"):
            return  # in a line of text
        other = self._instead.get(name, name)
        if ends == "begin":
            if name in _COUNTED and other not in _COUNTED:
                self._skip(_GROUP)
            if name in _PLACED and self._renderer == "mathml":
                self._skip(_OPTION)
            self._parts.append(rf"\begin{{{other}}}")
        else:
            self._parts.append(rf"\end{{{other.partition('}')[0]}}}")

    def _command(self, written: str, name: str) -> None:
        if self._renderer == "mathml" and (self._kind, name) in (("text", "("), ("math", ")")):
            self._between(name == "(")
            return
        if name in ("label", "require") and self._renderer != "mathjax" and self._skip(_GROUP):
            return
        if name == "substack" and self._renderer == "mathml" and self._opens():
            self._parts.append(r"\begin{subarray}{c}")
            self._frames.append(_Frame(r"\end{subarray}"))
            return
        if name in _TEXTS and self._renderer != "mathjax" and self._opens():
            command = {"mbox": r"\text", "hbox": r"\text"}.get(name, written)
            self._frames.append(_Frame("}", "text", len(self._parts)))
            self._parts.append(f"{command}{{")
            return
        if name == "tag" and self._environments <= 0 and self._renderer == "mathml":
            self._tagged = True
        self._parts.append(written)

    def _mark(self, mark: str) -> None:
        if mark == "{":
            self._parts.append(mark)
            self._frames.append(_Frame("}"))
        elif mark == "}":
            frame = self._frames.pop() if self._frames else _Frame("}")
            if frame.kind == "math":  # the dollar sign is missing
                self._parts.append("$")
                frame = self._frames.pop()
            self._parts.append(frame.close)
        elif self._renderer == "mathml" and self._kind in ("text", "math"):
            self._between(self._kind == "text")
        else:
            self._parts.append(mark)

    def _between(self, begins: bool) -> None:
        """A formula within text, which math-core has none of, as one between two texts."""
        if begins:
            text = self._frames.pop()
            command = self._parts[text.start]
            if not command.startswith("{"):  # scripts belong to the whole
                self._parts[text.start] = f"{{{command}"
            self._parts.append("}{")
            self._frames += [text._replace(close="}}"), _Frame("", "math", text.start)]
        elif self._kind == "math":
            self._frames.pop()
            self._parts.append(f"}}{self._parts[self._frames[-1].start].removeprefix('{')}")

    def _opens(self) -> bool:
        """Whether a group comes next; then it is begun."""
        place = self._place
        while place < len(self._tex) and self._tex[place].isspace():
            place += 1
        if self._tex[place : place + 1] != "{":
            return False
        self._place = place + 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._tex, self._place)
        if found is None:
            return False
        self._place = found.end()
        return True
