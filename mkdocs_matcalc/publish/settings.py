"""How derivations are derived and shown: one set of keys for a site, a document and a block.

In: the options of the plugin or the extension, and the directives of a block. Out: a `Settings`
that holds for the block, or an error that names the value and what it may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..visible import visible

#: The keys and what each may be; `show` takes several.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "layout": ("numerator", "denominator", "mixed"),
    "style": ("differential", "chain", "index"),
    "number": ("result", "all", "none"),
    "math": ("auto", "mathjax", "katex", "mathml", "none"),
    "show": ("source", "code", "folded"),
}


@dataclass(frozen=True)
class Settings:
    """What holds for one block."""

    layout: str = "numerator"
    style: str = "differential"
    number: str = "result"  #: which lines carry a number: the result, all lines, none
    math: str = "auto"  #: what typesets the formulas; `auto` is MathML outside MkDocs
    show: tuple[str, ...] = ()  #: what can be shown besides the derivation, and whether that is folded

    def updated(self, given: Mapping[str, object]) -> Settings:
        """These settings with the known keys of `given` in place; a `ValueError` for a value that no key has."""
        known = {key: _value(key, value) for key, value in given.items() if key in CHOICES}
        return replace(self, **known)  # type: ignore[arg-type]

    @property
    def named(self) -> tuple[str, ...]:
        """What a derivation and its HTML depend on, for the name of what is kept; numbers are filled in later."""
        return (self.layout, self.style, self.renderer, *self.show)

    @property
    def renderer(self) -> str:
        """What typesets the formulas, with `auto` decided for a host that says nothing of its scripts."""
        return "mathml" if self.math == "auto" else self.math


def _value(key: str, value: object) -> str | tuple[str, ...]:
    words = tuple(value.replace(",", " ").split()) if isinstance(value, str) else ()
    if key == "show":
        if value is not None and not isinstance(value, Iterable):
            raise ValueError(f"show: '{visible(value)}' is no list of {', '.join(CHOICES[key])}")
        words = words or tuple(str(each) for each in value or ())
    for word in words or ("",) * (key != "show"):
        if word not in CHOICES[key]:
            raise ValueError(f"{key}: '{visible(value)}' is none of {', '.join(CHOICES[key])}")
    if key != "show" and len(words) != 1:
        raise ValueError(f"{key} takes one of {', '.join(CHOICES[key])}")
    return words if key == "show" else words[0]
