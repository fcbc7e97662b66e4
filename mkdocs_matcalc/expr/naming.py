"""What a name of the language consists of: letters, an accent, an index, an upper mark.

In: a name, as `W1`, `W_1`, `x_train`, `y_hat`, `xbar_2`, `y_star`, `W^{(2)}`. Out: its parts, which say how it is set,
and the word that it is in code. Promised: names whose parts are equal are set alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

#: What may stand over a letter, by the word that a name has for it.
ACCENTS = ("hat", "bar", "tilde", "dot")

_GREEK = frozenset(
    (
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
        "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    )
)  # fmt: skip
_MARKED = re.compile(r"(.*)\^\{([(\[]\w+[)\]])\}_?\Z")
_PARTS = re.compile(r"([^\W\d_]+)(\d*)((?:_\w*)?)\Z")
#: A mark in a name, and the sign that its plain word is another name of the block.
_IN_CODE = re.compile(r"\^\{[(\[](\w+)[)\]]\}(_(?!\w))?")


class Parts(NamedTuple):
    """The parts of a name; `upper` is `(2)`, `[2]` or `star`, `below` the index with its parts between `, `."""

    letters: str
    below: str = ""
    accent: str = ""
    upper: str = ""


@lru_cache(maxsize=4096)
def parts(name: str) -> Parts:
    """A name as its parts; one that is made otherwise is letters alone."""
    marked = _MARKED.match(name)
    head, upper = (marked[1], marked[2]) if marked else (name, "")
    found = _PARTS.match(head)
    if not found:
        return Parts(name)
    letters = found[1]
    index = [part for part in (found[2], *found[3].split("_")) if part]
    accents = [part for part in index if part in ACCENTS]
    accent = accents[0] if len(accents) == 1 else ""
    if accent:
        index.remove(accent)
    elif not accents:
        accent = next((a for a in ACCENTS if letters.endswith(a) and _is_letter(letters.removesuffix(a))), "")
        letters = letters.removesuffix(accent)
    if not upper and index.count("star") == 1:
        index.remove("star")
        upper = "star"
    return Parts(letters, ", ".join(index), accent, upper)


def parts_joined(found: Parts) -> str:
    """The name that has these parts."""
    index = found.below.split(", ") if found.below else []
    upper, star = ("", ["star"]) if found.upper == "star" else (f"^{{{found.upper}}}" if found.upper else "", [])
    return "_".join([found.letters, *([found.accent] if found.accent else []), *index, *star]) + upper


def in_code(name: str) -> str:
    """A name as an identifier: `W^{(2)}` is W_2, and W__2 where the block has a W_2 (`W^{(2)}_`)."""
    return _IN_CODE.sub(lambda m: f"__{m[1]}" if m[2] else f"_{m[1]}", name)


def _is_letter(text: str) -> bool:
    return len(text) == 1 or text in _GREEK or text.lower() in _GREEK
