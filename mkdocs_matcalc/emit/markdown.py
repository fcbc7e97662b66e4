"""A derivation as plain Markdown with display mathematics, for hosts that know `$$`."""

from __future__ import annotations

from ..engine.derivation import Derivation
from .tex import align


def markdown(d: Derivation) -> str:
    """The title, the derivation between dollar signs, the remarks."""
    inner = align(d, env="aligned")
    parts = [f"**{d.title}**" if d.title else "", f"$$\n{inner}\n$$", *(f"*{r}*" for r in d.remarks)]
    return "\n\n".join(p for p in parts if p)
