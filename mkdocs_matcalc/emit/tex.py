r"""A derivation as an aligned LaTeX environment, the rule beside each line or below it.

In: a derivation and how it is to be set. Out: LaTeX that needs amsmath and nothing else. Numbers are
LaTeX's own: a numbered line carries a `\label`, any other a `\notag`. A line that is wider than the
page is broken, and where the notes have no room beside the lines they go below. The notes are the
arguments of macros that an author may redefine (see `PREAMBLE`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from ..engine.derivation import Derivation
from ..errors import DeriveError
from .steps import Row, note_text
from .tex_measure import broken, width

ENVIRONMENTS = ("align", "align*", "aligned", "split")
NUMBERS = ("last", "all", "none")
BOLDS = ("mathbf", "bm", "boldsymbol")

#: What every fragment begins with, so that it can stand alone; a document that has the macros keeps its own.
PREAMBLE = r"""\providecommand{\matcalcrule}[2]{#1~(#2)}
\providecommand{\matcalcnote}[1]{\text{\footnotesize #1}}
\providecommand{\matcalcremark}[1]{{\par\noindent\footnotesize #1\par\smallskip}}
"""

_ESCAPES = {
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}",
}  # fmt: skip

#: Letters that the words beside a line use and that a plain LaTeX font may lack.
_SYMBOLS = {
    "×": r"$\times$", "∘": r"$\circ$", "∂": r"$\partial$", "ᵀ": r"$^\top$", "⁻¹": "$^{-1}$", "⁻": "$^{-}$", "¹": "$^{1}$", "⁻ᵀ": r"$^{-\top}$",
    "²": r"$^{2}$", "₁": r"$_{1}$", "⊗": r"$\otimes$", "−": "$-$", "≠": r"$\neq$", "·": r"$\cdot$", "⊙": r"$\odot$",
}  # fmt: skip

#: The sign of equality with its spaces, the space before a note, and a number with the space before it, in em.
_EQUALS, _GAP, _TAG = 1.4, 1.5, 3.6
_INDENT = 2.0
#: A note is set in a smaller size.
_NOTE = 0.45
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]*")


@dataclass(frozen=True)
class TexStyle:
    """How derivations are set: what is numbered, how vectors are bold, the environment, the width of a line in em."""

    number: str = "last"
    bold: str = "mathbf"
    env: str = "align"
    width: float = 32.0

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.number, NUMBERS, "number"), (self.bold, BOLDS, "bold"), (self.env, ENVIRONMENTS, "env"),
        ):  # fmt: skip
            if value not in known:
                raise DeriveError(f"unknown {what} {value!r}", hint=f"one of {', '.join(known)}")
        if self.number == "all" and self.env in ("aligned", "split"):
            raise DeriveError(f"{self.env} has one number for all lines", hint="number the last, or take align")


_SIGNS = re.compile("|".join(sorted(_SYMBOLS, key=len, reverse=True)))


def escape(words: str) -> str:
    """Plain words, safe in LaTeX text; control characters become spaces, and mathematical signs formulas."""
    return _escaped(words, lambda sign: _SYMBOLS[sign])


def _escaped(words: str, sign: Callable[[str], str]) -> str:
    out, at = [], 0
    for found in [*_SIGNS.finditer(words), None]:
        part = words[at : found.start() if found else None]
        out.append("".join(_ESCAPES.get(c) or (c if c.isprintable() else " ") for c in part))
        if found:
            out.append(sign(found.group()))
            at = found.end()
    return "".join(out)


def sentence(words: str) -> str:
    """A sentence with formulas between dollar signs; all the rest is plain words."""
    parts = words.split("$")
    if len(parts) % 2 == 0:
        return escape(words)
    return "".join(f"${part}$" if i % 2 else escape(part) for i, part in enumerate(parts))


def safe_label(label: str) -> str:
    r"""A label that may stand in `\label` and in the name of a file; `DeriveError` for any other."""
    if not _SAFE.fullmatch(label) or ".." in label:
        raise DeriveError(
            f"the label '{label}' cannot be a label in LaTeX",
            hint="letters, digits and . : - _ can, a letter or digit first",
        )
    return label


def align(d: Derivation, *, env: str = "align*") -> str:
    """A derivation without numbers in an aligned environment, a line a row, however wide."""
    body = " \\\\\n".join(f"  {plain(row)}" for row in d.rows)
    return f"\\begin{{{env}}}\n{body}\n\\end{{{env}}}"


def plain(row: Row) -> str:
    """A row whose note needs no macro, and holds no dollar sign, for which hosts look."""
    note = note_text(row.rules, row.note)
    return f"{row.left} &= {row.right}" + (rf" && \text{{{_set(note)}}}" if note else "")


@lru_cache(maxsize=4096)
def _set(note: str) -> str:
    """A note in the words of a formula; derivations share most of their notes."""
    parts = note.split("$") if note.count("$") % 2 == 0 else [note]
    words = (_escaped(part, lambda sign: f"}}{_SYMBOLS[sign].strip('$')}\\text{{") for part in parts[::2])
    formulas = (f"}}{part}\\text{{" for part in parts[1::2])
    return "".join(piece for pair in zip_longest(words, formulas, fillvalue="") for piece in pair)


def display(d: Derivation, style: TexStyle, label: str = "") -> str:
    """A derivation as a numbered display, its lines broken to the width; `label` is one that is safe."""
    made = d.rows
    number = "none" if style.env == "align*" else style.number
    inner = _inner(made, style, label, number)
    star = "*" if number == "none" else ""
    if style.env in ("aligned", "split"):
        mark = f"\\label{{{label}}}" if label and number == "last" else ""
        out = f"\\begin{{equation{star}}}{mark}\n\\begin{{{style.env}}}\n{inner}\n\\end{{{style.env}}}\n\\end{{equation{star}}}"
    else:
        out = f"\\begin{{align{star}}}\n{inner}\n\\end{{align{star}}}"
    return bold(out, style.bold)


def bold(formula: str, how: str) -> str:
    r"""A formula with its vectors and matrices set by another command than `\mathbf`."""
    if how == "mathbf":
        return formula
    return re.sub(r"\\(mathbf|boldsymbol)\{", rf"\\{how}{{", formula)


def _inner(made: Sequence[Row], style: TexStyle, label: str, number: str) -> str:
    left = max(width(row.left) for row in made)
    # the number of an equation stands beside all of its lines
    whole = style.width - (_TAG if number != "none" and style.env in ("aligned", "split") else 0.0)
    room = whole - left - _EQUALS
    tagged = _TAG if number != "none" and style.env == "align" else 0.0
    texts = [_fitted(row.right, room) for row in made]
    right = max(width(t) + (_INDENT if i else 0) for text in texts for i, t in enumerate(text))
    lines: list[str] = []
    count = 0
    for row, text in zip(made, texts, strict=True):
        count += row.kind == "line"
        mark = _mark(row, count, label, number) if style.env == "align" else ""
        sets = [f"{row.left} &= {text[0]}", *(rf"&\qquad {t}" for t in text[1:])]
        last = len(sets) - 1
        wide = left + _EQUALS + right + _GAP + _NOTE * len(note_text(row.rules, row.note)) + tagged
        if wide <= whole:
            sets[last] += _beside(row, gap=r"\qquad" if style.env == "split" else "&&")
        else:
            sets += _below(row, room)
        plain = r" \notag" if style.env == "align" and number != "none" else ""
        lines += [s + (mark if i == last else plain) for i, s in enumerate(sets)]
    return " \\\\\n".join(f"  {line}" for line in lines)


#: What a column is narrower by, in ems, with two points on each side of it instead of five.
_GAINED = 0.6


def _fitted(formula: str, room: float) -> list[str]:
    """A formula in lines; the columns of a matrix that is too wide, which cannot be broken, move together."""
    lines = broken(formula, room, room - _INDENT)
    return [_narrowed(t, room) if r"\begin{pmatrix}" in t and width(t) > room else t for t in lines]


def _narrowed(formula: str, room: float) -> str:
    """A matrix with its columns nearer together: two points on each side of one where that is enough, else one."""
    columns = max(row.count("&") + 1 for row in formula.split(r"\\"))
    enough = width(formula) - _GAINED * columns <= room
    return rf"\arraycolsep={2 if enough else 1}pt {formula}"


def _mark(row: Row, count: int, label: str, number: str) -> str:
    r"""The `\label` of a numbered row, the `\notag` of any other."""
    if number == "none":
        return ""
    if row.kind == "result":
        return f" \\label{{{label}}}" if label else ""
    if row.kind == "line" and number == "all":
        return f" \\label{{{label}.{count}}}" if label else ""
    return r" \notag"


def _words(row: Row) -> list[str]:
    """What is noted beside a row, rule by rule."""
    words = [rf"\matcalcrule{{{escape(r.title)}}}{{{r.number}}}" for r in row.rules]
    return [*words, *([sentence(row.note)] if row.note else [])]


def _joined(row: Row) -> str:
    *rules, last = _words(row)
    if row.note and rules:
        return f"{', '.join(rules)}; {last}"
    return ", ".join([*rules, last])


def _beside(row: Row, gap: str = "&&") -> str:
    return rf" {gap} \matcalcnote{{{_joined(row)}}}" if _words(row) else ""


def _below(row: Row, room: float) -> list[str]:
    """The notes of a row on rows of their own, as many as they need."""
    lengths = [len(r.title) + 5 for r in row.rules] + ([len(row.note)] if row.note else [])
    out: list[list[str]] = []
    wide = 0.0
    for words, length in zip(_words(row), lengths, strict=True):
        more = _NOTE * (length + 2)
        if not out or wide + more > room - _INDENT:
            out.append([])
            wide = 0.0
        out[-1].append(words)
        wide += more
    # without a width of their own, or the notes beside other lines would move away to the right
    lines = [f"{', '.join(words)}{',' if i < len(out) - 1 else ''}" for i, words in enumerate(out)]
    return [rf"&\qquad \rlap{{\matcalcnote{{{line}}}}}" for line in lines]
