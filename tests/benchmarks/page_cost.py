"""What a page costs with the extension, as a ratio to the same page without it: `python -m tests.benchmarks.page_cost`.

In: the characters that a page has (`--size`, a million by default). Out: a row a kind of page, the seconds without and
with the extension and their ratio, and whether it is within the bound of three. The kinds are what notes are made of,
and what a page may hold to make a reader of it slow.
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings

import markdown

BOUND = 3.0
HOST = ["tables", "toc", "attr_list", "admonition", "pymdownx.superfences", "pymdownx.arithmatex"]

KINDS = {
    "prose": "The function of this section is differentiable, and its derivative is found line by line. " * 8 + "\n\n",
    "code spans": "Some `code` and `more code` in *words* of a line. " * 8 + "\n\n",
    "headings": "## A heading of a section\n\nText below it.\n\n",
    "displays": "$$\nx = y + z\n$$\n\ntext\n\n",
    "formulas in lines": "Let $x$ be $y+z$ and $\\alpha$ the rest.\n\n",
    "references to nothing": "See \\eqref{nothing} and \\cref{a,b}.\n\n",
    "lists": "- one item\n- `two`\n    - three\n\n",
    "fences": "```python\nx = 1\n```\n\n",
    "markup": '<div class="a">text <b>b</b></div>\n\n',
    "ticks that do not close": "``` `a` `` b ` c\n",
}


def seconds(text: str, extensions: list[str]) -> float:
    """The processor's time that Markdown takes for a page."""
    md = markdown.Markdown(extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}})
    start = time.process_time()
    md.convert(text)
    return time.process_time() - start


def measured(kind: str, size: int) -> tuple[float, float]:
    """The seconds of a page without the extension and with it."""
    text = KINDS[kind] * (size // len(KINDS[kind]))
    return seconds(text, HOST), seconds(text, [*HOST, "matcalc"])


def main() -> None:
    """Print a row a kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--size", type=int, default=1_000_000)
    size = parser.parse_args().size
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for kind in KINDS:
        bare, ours = measured(kind, size)
        print(f"{kind:26} {bare:7.2f} s {ours:7.2f} s   {ours / bare:5.2f}   {'yes' if ours <= BOUND * bare else 'no'}")


if __name__ == "__main__":
    main()
