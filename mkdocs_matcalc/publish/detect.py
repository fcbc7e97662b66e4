"""Which renderer of formulas a site loads: `mathjax`, `katex`, or `mathml` where it loads neither.

In: the scripts that a site names, the folder of its sources, the folder of its theme overrides. A
renderer is recognised by its name, in the address of a script or in the text of a local one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_NAMES = {"mathjax": "mathjax", "katex": "katex", "rendermathinelement": "katex"}
#: A local script is read up to here; the set-up of a renderer is short.
_SCRIPT_BYTES = 200_000


def renderer(scripts: Iterable[str], docs: Path | None = None, overrides: Path | None = None) -> str:
    """The renderer that these scripts load; the first that is recognised counts."""
    scripts = list(scripts)
    for script in scripts:
        if found := _name(script):
            return found
    local = [docs / script for script in scripts if docs is not None and "//" not in script]
    templates = sorted(overrides.rglob("*.html")) if overrides is not None and overrides.is_dir() else []
    for path in [*local, *templates]:
        if found := _name(_text(path)):
            return found
    return "mathml"


def _name(text: str) -> str:
    text = text.lower()
    places = {text.index(word): name for word, name in _NAMES.items() if word in text}
    return places[min(places)] if places else ""


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_SCRIPT_BYTES)
    except OSError:
        return ""
