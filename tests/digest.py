"""What is derived, in few bytes: `python -m tests.digest` lists a hash for each case of the corpus.

Hashed are the text, the LaTeX, the JSON and the code in every language, in every layout and style, and
the words of what is refused; not what was measured. The list that is kept is `golden/derivations.txt`:
a Python, a machine or a change that prints anything else shows in which cases. `--update` writes it anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from corpus_cases import CASES  # noqa: E402 - the tests' folder is on the path first

from mkdocs_matcalc.emit.tex import align  # noqa: E402
from mkdocs_matcalc.errors import DeriveError  # noqa: E402
from mkdocs_matcalc.pipeline import LAYOUTS, STYLES, derive  # noqa: E402

KEPT = TESTS / "golden" / "derivations.txt"
LANGUAGES = ("numpy", "torch", "jax", "matlab", "julia")
#: Every layout in the first style, every other style in the first layout.
WAYS = [(layout, STYLES[0]) for layout in LAYOUTS] + [(LAYOUTS[0], style) for style in STYLES[1:]]


def printed(block: str, layout: str, style: str) -> Iterator[str]:
    """Everything that is printed of a block; nothing in it was measured, as no line is checked."""
    try:
        for d in derive(block, layout=layout, style=style, verify=False):
            yield d.text
            yield align(d)
            yield json.dumps(d.to_dict(), ensure_ascii=False)
            for language in LANGUAGES if not d.explicit else ():
                yield d.code(language)
    except DeriveError as error:
        yield str(error)


def digest(case: dict[str, Any]) -> str:
    """The hash of a case."""
    made = hashlib.sha256()
    for layout, style in WAYS:
        for text in printed(case["block"], layout, style):
            made.update(text.encode("utf-8") + b"\0")
    return made.hexdigest()[:16]


def lines() -> Iterator[str]:
    """A line for each case: its file, its name, its hash."""
    for case in CASES:
        yield f"{case['file']} {case['id']} {digest(case)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help=f"write {KEPT.name}, not standard output")
    made = "".join(f"{line}\n" for line in lines())
    if parser.parse_args().update:
        KEPT.write_text(made, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
