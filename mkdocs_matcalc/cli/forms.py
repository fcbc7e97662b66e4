r"""How Markdown for another program writes a numbered equation and a reference to it.

In: the TeX of a display, its label and its number; a command that refers to labels. Out: Markdown. The
plain form has `\tag` and numbers as text, which any renderer of TeX shows. Quarto, MyST and Typst give
the numbers themselves, to what has a label; GitHub has neither, and gets anchors; pandoc loses `\tag` in
Word, MathML and Typst, so that its number is a part of the formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..publish.crossref import words

_WORDS = words("en")


class Named(NamedTuple):
    """An equation that a reference leads to."""

    label: str
    number: str
    file: Path
    title: str = ""


class Form:
    r"""Plain Markdown: `\tag`, and numbers as text."""

    #: Whether whoever reads the Markdown gives the numbers, so that none can be written into a formula.
    counts = False

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def display(self, body: str, label: str, number: str) -> str:  # noqa: ARG002 - for those that have labels
        """A display; one without a number has no label either."""
        return f"$$\n{_tagged(body, number)}\n$$"

    def inline(self, tex: str) -> str:
        """A formula in running text."""
        return f"${tex}$"

    def reference(self, command: str, named: Sequence[Named], file: Path) -> str:
        """What a reference in this file shows."""
        if command == "nameref":
            return _listed([each.title or self._one("eqref", each, file) for each in named])
        listed = _listed([self._one(command, each, file) for each in named])
        if command in ("ref", "eqref"):
            return listed
        several = len(named) > 1
        word = (_WORDS.several if several else _WORDS.one) if command == "cref" else _WORDS.capital[several]
        return f"{word}\u00a0{listed}"

    def _one(self, command: str, named: Named, file: Path) -> str:  # noqa: ARG002 - for those that have links
        """One number of a reference."""
        return named.number if command in ("ref", "autoref") else f"({named.number})"

    def _name(self, label: str, begin: str, foreign: str) -> str:
        """A label in the characters that are allowed; no two are the same."""
        if label not in self._names:
            made = begin + re.sub(f"[^{foreign}]+", "-", label.removeprefix(begin).replace(":", "-")).strip("-")
            taken, count = set(self._names.values()), 2
            while made in taken:
                made, count = f"{made.rstrip('0123456789').rstrip('-')}-{count}", count + 1
            self._names[label] = made
        return self._names[label]


class Quarto(Form):
    """Cross-references of Quarto: `{#eq-ls}` behind the display, `@eq-ls` in the text."""

    counts = True

    def display(self, body: str, label: str, number: str) -> str:
        """A display with its identifier."""
        return f"$$\n{body}\n$$" + (f" {{#{self._id(label)}}}" if number else "")

    def reference(self, command: str, named: Sequence[Named], file: Path) -> str:
        """One equation by the word of Quarto, several by ours."""
        if command in ("cref", "Cref", "autoref") and len(named) == 1:
            return f"@{self._id(named[0].label)}"
        return super().reference(command, named, file)

    def _one(self, command: str, named: Named, file: Path) -> str:  # noqa: ARG002
        made = f"[-@{self._id(named.label)}]"
        return made if command in ("ref", "autoref") else f"({made})"

    def _id(self, label: str) -> str:
        return self._name(label, "eq-", "A-Za-z0-9-")


class Myst(Form):
    """Labels of MyST: `(ls)` behind the display, the role `eq` in the text, which has the brackets."""

    counts = True

    def display(self, body: str, label: str, number: str) -> str:
        """A display with its label."""
        return f"$$\n{body}\n$$" + (f" ({self._id(label)})" if number else "")

    def _one(self, command: str, named: Named, file: Path) -> str:  # noqa: ARG002
        return f"{{eq}}`{self._id(named.label)}`"

    def _id(self, label: str) -> str:
        return self._name(label, "", "A-Za-z0-9_-")


class Typst(Form):
    """Pandoc on the way to Typst: labels and references as raw Typst, which every other writer leaves out."""

    counts = True

    def display(self, body: str, label: str, number: str) -> str:
        """A display that is numbered, whatever the document does with others."""
        made = f"$$\n{body}\n$$"
        if not number:
            return made
        return f'`#[#set math.equation(numbering: "(1)");`{{=typst}}\n{made}\n`<{self._id(label)}>]`{{=typst}}'

    def reference(self, command: str, named: Sequence[Named], file: Path) -> str:
        """One equation by the word of Typst, several by ours."""
        if command == "autoref" and len(named) == 1:
            return f"`@{self._id(named[0].label)}`{{=typst}}"
        return super().reference(command, named, file)

    def _one(self, command: str, named: Named, file: Path) -> str:  # noqa: ARG002
        made = f"`@{self._id(named.label)}[]`{{=typst}}"
        return made if command in ("ref", "autoref") else f"({made})"

    def _id(self, label: str) -> str:
        return self._name(label, "", "A-Za-z0-9_-")


class Github(Form):
    r"""GitHub: a fence of mathematics, which Markdown does not look into, an anchor before it, and links."""

    def display(self, body: str, label: str, number: str) -> str:
        """A display with its anchor."""
        anchor = f'<a id="{self._id(label)}"></a>\n\n' if number else ""
        return f"{anchor}```math\n{_tagged(body, number)}\n```"

    def inline(self, tex: str) -> str:
        """A formula in running text, which Markdown does not look into."""
        return f"$`{tex}`$"

    def _one(self, command: str, named: Named, file: Path) -> str:
        there = "" if named.file == file else _way(named.file, file)
        return f"[{super()._one(command, named, file)}]({there}#{self._id(named.label)})"

    def _id(self, label: str) -> str:
        return self._name(label, "", "A-Za-z0-9_-")


class Pandoc(Form):
    r"""Pandoc, whatever it writes: a span for links, and the number as a part of the formula."""

    def display(self, body: str, label: str, number: str) -> str:
        """A display with its place and its number."""
        if not number:
            return f"$$\n{body}\n$$"
        return f"[]{{#{self._id(label)}}}\n$$\n{body} \\qquad\\text{{({number})}}\n$$"

    def _one(self, command: str, named: Named, file: Path) -> str:
        return f"[{super()._one(command, named, file)}](#{self._id(named.label)})"

    def _id(self, label: str) -> str:
        return self._name(label, "", "A-Za-z0-9_.-")


#: The programs that Markdown can be written for.
FORMS: dict[str, type[Form]] = {
    "plain": Form, "quarto": Quarto, "myst": Myst, "typst": Typst, "github": Github, "pandoc": Pandoc,
}  # fmt: skip


def _tagged(body: str, number: str) -> str:
    return rf"{body} \tag{{{number}}}" if number else body


def _listed(made: list[str]) -> str:
    return made[0] if len(made) == 1 else f"{', '.join(made[:-1])} {_WORDS.and_} {made[-1]}"


def _way(target: Path, start: Path) -> str:
    """The address of a file from another."""
    import os

    return Path(os.path.relpath(target, start.parent)).as_posix()
