"""What is derived, as text: `python -m tests.digest` compares each case of the corpus with what is kept, `--update` keeps it.

A file of `golden/corpus/` has the cases of a file of the corpus: the block, its derivation with the rule beside each
line, the results in the other layouts, the lines of the other styles, the LaTeX and the code in NumPy. What else is
printed (JSON, other languages) is there as a hash. Nothing in it was measured, as no line is checked. A Python, a
machine or a change that prints anything else shows in which line.
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
from mkdocs_matcalc.engine.derivation import Derivation  # noqa: E402
from mkdocs_matcalc.errors import DeriveError  # noqa: E402
from mkdocs_matcalc.pipeline import LAYOUTS, STYLES, derive  # noqa: E402

FOLDER = TESTS / "golden" / "corpus"
LANGUAGES = ("torch", "jax", "matlab", "julia")


def derived(block: str, layout: str, style: str) -> list[Derivation] | str:
    """The derivations of a block, or the words of what is refused."""
    try:
        return derive(block, layout=layout, style=style, verify=False)
    except DeriveError as error:
        return str(error)


def sections(block: str) -> Iterator[tuple[str, str]]:
    """What is kept of a block: a heading and a text each."""
    rest = hashlib.sha256()
    first = derived(block, LAYOUTS[0], STYLES[0])
    for style in STYLES:
        found = derived(block, LAYOUTS[0], style)
        yield style, found if isinstance(found, str) else "\n".join(d.text for d in found)
    for layout in LAYOUTS[1:]:
        found = derived(block, layout, STYLES[0])
        yield layout, found if isinstance(found, str) else "\n".join(d.result.text for d in found)
    if isinstance(first, str):
        return
    yield "latex", "\n".join(align(d) for d in first)
    yield "numpy", "\n".join(d.code("numpy") for d in first if not d.explicit)
    for d in first:
        rest.update(json.dumps(d.to_dict(), ensure_ascii=False).encode())
        for language in LANGUAGES if not d.explicit else ():
            rest.update(d.code(language).encode())
    yield "rest", rest.hexdigest()[:16]


def printed(case: dict[str, Any]) -> str:
    """A case as it is kept."""
    out = [f"==== {case['id']}", *(f"| {line}".rstrip() for line in case["block"].strip().split("\n"))]
    for heading, text in sections(case["block"]):
        out += [f"---- {heading}", *(line.rstrip() for line in text.strip().split("\n"))]
    return "\n".join(out) + "\n"


def file_of(case: dict[str, Any]) -> Path:
    """The file that a case is kept in."""
    return FOLDER / f"{Path(case['file']).stem}.txt"


def kept() -> dict[str, str]:
    """What is kept, by case."""
    out = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for part in path.read_text(encoding="utf-8").split("==== ")[1:]:
            out[part.split("\n", 1)[0]] = f"==== {part.rstrip()}\n"
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help=f"write {FOLDER.relative_to(TESTS)}")
    update = parser.parse_args().update
    made: dict[Path, list[str]] = {}
    for case in CASES:
        made.setdefault(file_of(case), []).append(printed(case))
    if update:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, texts in made.items():
            path.write_text("\n".join(texts), encoding="utf-8", newline="\n")
        return 0
    before = kept()
    changed = [text for texts in made.values() for text in texts if before.get(text.split("\n", 1)[0][5:]) != text]
    sys.stdout.write("\n".join(changed))
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
