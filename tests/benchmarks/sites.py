"""Sites to measure with: pages of derive blocks, and the same pages with the LaTeX typed in.

The blocks are those of the corpus that have an answer, then the same in the other layouts and with
other names for their dimensions, each different; the typed version of a block is the LaTeX that our
own printer makes of it, in one display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from corpus_cases import CASES

from mkdocs_matcalc.emit.tex import align
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive

WORDS = "The function of this section is differentiable, and its derivative is found line by line. "
EXTENSIONS = "markdown_extensions:\n  - pymdownx.superfences\n  - pymdownx.arithmatex: {generic: true}\n"
SCRIPT = "extra_javascript: [mathjax.js]\n"
#: Other names for dimensions.
_NAMES = (("n", "k"), ("m", "p"), ("n", "s"), ("m", "r"), ("n", "N"), ("m", "M"))


def _variants() -> Iterator[str]:
    base = [case["block"].strip() for case in CASES]
    yield from base
    for layout in ("denominator", "mixed"):
        yield from (f"{block}\nlayout: {layout}" for block in base if "layout:" not in block)
    for old, new in _NAMES:
        yield from (re.sub(rf"\b{old}\b", new, block) for block in base)


@cache
def blocks(count: int) -> tuple[tuple[str, str], ...]:
    """So many different blocks, each with its LaTeX."""
    made: dict[str, str] = {}
    for text in dict.fromkeys(_variants()):
        try:
            made[text] = "\n\n".join(f"$$\n{align(d)}\n$$" for d in derive(text, verify=False))
        except DeriveError:
            continue
        if len(made) == count:
            break
    return tuple(made.items())


def write(
    folder: Path, pages: int, found: tuple[tuple[str, str], ...], *, typed: bool, math: str = "", theme: str = "mkdocs"
) -> Path:
    """A site of so many pages in a folder, its blocks dealt out in order; the configuration's path."""
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    share = -(-len(found) // pages)
    for page in range(pages):
        text = [f"# Page {page}\n", WORDS * 4]
        for number, (block, latex) in enumerate(found[page * share : (page + 1) * share]):
            text += [f"## Section {number}\n", WORDS * 3]
            text.append(latex if typed else f"```derive\n{block}\n```")
        name = "index" if page == 0 else f"page{page}"
        (docs / f"{name}.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
    plugins = "plugins: [search]\n" if typed else f"plugins:\n  - search\n  - matcalc: {{math: {math or 'auto'}}}\n"
    config = f"site_name: Measured\ntheme: {{name: {theme}}}\n{EXTENSIONS}{plugins}"
    (docs / "mathjax.js").write_text("// the renderer of the site\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(config + (SCRIPT if math == "mathjax" or typed else ""), encoding="utf-8")
    return folder / "mkdocs.yml"
