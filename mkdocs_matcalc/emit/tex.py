"""A derivation as one aligned LaTeX environment, the rule beside each line."""

from __future__ import annotations

from ..engine.derivation import Derivation
from .steps import Row, note_text, rows

_ESCAPES = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
            "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}  # fmt: skip

#: Letters that the words beside a line use and that a plain LaTeX font may lack.
_SYMBOLS = {"×": r"$\times$", "∘": r"$\circ$", "∂": r"$\partial$", "ᵀ": r"$^\top$"}


def escape(words: str) -> str:
    """Plain words, safe in LaTeX text."""
    return "".join(_SYMBOLS.get(c) or _ESCAPES.get(c) or c for c in words)


def align(d: Derivation, *, env: str = "align*") -> str:
    """A derivation in an aligned environment; amsmath is all that it needs."""
    body = " \\\\\n".join("  " + line(row) for row in rows(d))
    return f"\\begin{{{env}}}\n{body}\n\\end{{{env}}}"


def line(row: Row) -> str:
    """One row: left side, right side, and the rule as a note."""
    note = note_text(row.rules, row.note)
    return f"{row.left} &= {row.right}" + (rf" && \text{{{escape(note)}}}" if note else "")
