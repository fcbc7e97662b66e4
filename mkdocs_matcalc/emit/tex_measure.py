r"""How wide a formula is, and where it may be broken.

In: a formula in the LaTeX that this package prints. Out: its width in em, or the lines of a formula
that is wider than it may be. Widths are those of Computer Modern, rounded up; a line is broken
before a sign, first outside of brackets, and never inside a fraction, an index or a root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[^\\]", re.DOTALL)

_BINARY = {"+": 1.25, "-": 1.25, r"\circ": 0.95, r"\otimes": 1.25, r"\oslash": 1.25, r"\cdot": 0.75, r"\times": 1.25}
_RELATION = {"=": 1.4, r"\Longrightarrow": 2.2}
_OPEN = {"(": 0.4, "[": 0.3, r"\lvert": 0.3, r"\lVert": 0.5}
_CLOSE = {")": 0.4, "]": 0.3, r"\rvert": 0.3, r"\rVert": 0.5}
_SPACES = {r"\,": 0.17, r"\;": 0.28, r"\ ": 0.33, r"\quad": 1.0, r"\qquad": 2.0, " ": 0.0, "\n": 0.0, "~": 0.33}
_WORDS = ("log", "exp", "det", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan")
#: The width of a letter by the command that sets it.
_LETTERS = {
    r"\mathbf": 0.85, r"\bm": 0.85, r"\boldsymbol": 0.75, r"\mathrm": 0.56, r"\operatorname": 0.52, r"\text": 0.52,
}  # fmt: skip
_SCRIPT = 0.72
#: How a bracket that grows is set where its formula is broken.
_FIXED = {r"\left": r"\bigl", r"\right": r"\bigr"}


@dataclass(frozen=True)
class Atom:
    """A part of a formula that is never broken."""

    text: str
    width: float
    kind: str  #: letter, binary, relation, open, close, space
    depth: int = 0


def width(formula: str) -> float:
    """The width of a formula, in em."""
    return sum(a.width for a in _atoms(formula))


def broken(formula: str, first: float, rest: float) -> list[str]:
    """A formula as lines: the first at most `first` em wide, the others at most `rest`, as far as it can be broken."""
    atoms = _atoms(formula)
    lines: list[list[Atom]] = []
    room = first
    while sum(a.width for a in atoms) > room:
        place = _place(atoms, room)
        if place is None:
            break
        lines.append(atoms[:place])
        atoms = atoms[place:]
        room = rest
    lines.append(atoms)
    if len(lines) == 1:
        return [formula]
    return [_line(line, later=i > 0) for i, line in enumerate(_unpaired(lines))]


def _place(atoms: list[Atom], room: float) -> int | None:
    """Where to break: as far out of brackets as can be, then as far to the right."""
    best: tuple[tuple[float, ...], int] | None = None
    wide = 0.0
    for i, atom in enumerate(atoms):
        if wide > room and best is not None:
            break
        if i > 0 and wide > 0.25 * room:
            sign = (atom.text in ("+", "-") and atom.kind == "binary") or atom.kind == "relation"
            between = atom.kind == "binary" or (
                atom.kind in ("letter", "open") and atoms[i - 1].kind in ("letter", "close")
            )
            if sign or between:
                # a sign deep in brackets is still better than a place between two factors
                score = (
                    atom.depth - (atom.kind == "relation") + (0 if sign else 3 if atom.kind == "binary" else 6),
                    -wide,
                )
                if best is None or (score < best[0] and wide <= room):
                    best = (score, i)
        wide += atom.width
    return best[1] if best else None


def _line(atoms: list[Atom], *, later: bool) -> str:
    text = "".join(a.text for a in atoms).strip()
    if not later:
        return text
    first = next((a for a in atoms if a.kind != "space"), atoms[0])
    if first.kind == "relation":
        return text
    if first.kind == "binary":
        return "{}" + text
    return r"{}\cdot " + text


def _unpaired(lines: list[list[Atom]]) -> list[list[Atom]]:
    """The lines with brackets that grow made brackets of one size where their partner is on another line."""
    stack: list[tuple[int, int]] = []
    for row, line in enumerate(lines):
        for i, atom in enumerate(line):
            if atom.kind == "open":
                stack.append((row, i))
            elif atom.kind == "close" and stack:
                there, j = stack.pop()
                if there != row:
                    for r, k in ((there, j), (row, i)):
                        lines[r][k] = replace(lines[r][k], text=_fixed(lines[r][k].text))
    return lines


def _fixed(text: str) -> str:
    for grows, stays in _FIXED.items():
        if text.startswith(grows) and not text[len(grows)].isalpha():
            return stays + text[len(grows) :]
    return text


def _atoms(formula: str) -> list[Atom]:
    """The parts of a formula, indices joined to what they stand at."""
    out: list[Atom] = []
    depth = 0
    tokens = _TOKEN.findall(formula)
    for text, wide, kind in _parts(tokens):
        if kind == "script":
            if out:
                out[-1] = replace(out[-1], text=out[-1].text + text, width=out[-1].width + wide)
            else:
                out.append(Atom(text, wide, "letter", depth))
            continue
        if kind == "close":
            depth = max(0, depth - 1)
        unary = kind == "binary" and not any(a.kind != "space" for a in out)
        if kind == "binary" and (unary or _before(out) in ("open", "relation", "binary")):
            kind, wide = "letter", 0.8
        out.append(Atom(text, wide, kind, depth))
        if kind == "open":
            depth += 1
    return out


def _before(out: list[Atom]) -> str:
    return next((a.kind for a in reversed(out) if a.kind != "space"), "open")


def _parts(tokens: list[str]) -> Iterator[tuple[str, float, str]]:
    i = 0
    while i < len(tokens):
        tex = tokens[i]
        i += 1
        if tex in ("^", "_"):
            group, i = _group(tokens, i)
            yield tex + group, _SCRIPT * width(_inside(group)), "script"
        elif tex in (r"\left", r"\right"):
            delimiter = tokens[i]
            i += 1
            yield tex + delimiter, 0.65, "open" if tex == r"\left" else "close"
        elif tex in (r"\frac", r"\tfrac", r"\dfrac"):
            top, i = _group(tokens, i)
            bottom, i = _group(tokens, i)
            wide = max(width(_inside(top)), width(_inside(bottom)))
            yield tex + top + bottom, (wide * (0.75 if tex == r"\tfrac" else 1) + 0.25), "letter"
        elif tex == r"\sqrt":
            group, i = _group(tokens, i)
            yield tex + group, width(_inside(group)) + 0.9, "letter"
        elif tex in _LETTERS:
            group, i = _group(tokens, i)
            inside = re.sub(r"\\[a-zA-Z]+", "x", _inside(group))
            space = 0.35 if tex == r"\operatorname" else 0.0
            yield tex + group, _LETTERS[tex] * len(inside) + space, "letter"
        elif tex == r"\begin":
            name, i = _group(tokens, i)
            start = i
            while i < len(tokens) and not (tokens[i] == r"\end" and _group(tokens, i + 1)[0] == name):
                i += 1
            body = "".join(tokens[start:i])
            i = _group(tokens, i + 1)[1] if i < len(tokens) else i
            cells = [[width(cell) for cell in row.split("&")] for row in body.split(r"\\")]
            columns = [max(row[i] for row in cells if i < len(row)) + 1.0 for i in range(max(map(len, cells)))]
            yield rf"\begin{name}{body}\end{name}", sum(columns) + 0.5, "letter"
        elif tex == "{":
            group, i = _group(tokens, i - 1)
            yield group, width(_inside(group)), "letter"
        else:
            yield _single(tex)


def _single(tex: str) -> tuple[str, float, str]:
    for table, kind in (
        (_BINARY, "binary"), (_RELATION, "relation"), (_OPEN, "open"), (_CLOSE, "close"), (_SPACES, "space"),
    ):  # fmt: skip
        if tex in table:
            return tex, table[tex], kind
    if tex.startswith("\\"):
        word = tex[1:]
        return tex, 0.5 * len(word) + 0.2 if word in _WORDS else 0.65, "letter"
    if tex.isdigit():
        return tex, 0.5, "letter"
    return tex, 0.28 if tex in ",.;'" else 0.75 if tex.isupper() else 0.57, "letter"


def _group(tokens: list[str], i: int) -> tuple[str, int]:
    """The argument that begins at a tex, braces and all, and the place behind it."""
    if i >= len(tokens):
        return "", i
    if tokens[i] != "{":
        return tokens[i], i + 1
    depth, start = 0, i
    while i < len(tokens):
        depth += (tokens[i] == "{") - (tokens[i] == "}")
        i += 1
        if not depth:
            break
    return "".join(tokens[start:i]), i


def _inside(group: str) -> str:
    return group[1:-1] if group.startswith("{") else group
