"""What it costs to import the package and to start the command, against an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from measure import Figure, ratio


def _runs(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Ratios to `python -c pass`."""
    rounds = 7 if quick else 25

    def nothing() -> None:
        _runs("-c", "pass")

    yield Figure(
        "import mkdocs_matcalc / python -c pass",
        ratio(lambda: _runs("-c", "import mkdocs_matcalc"), nothing, rounds),
        1.5,
    )
    yield Figure(
        "matcalc --help / python -c pass", ratio(lambda: _runs("-m", "mkdocs_matcalc", "--help"), nothing, rounds), 4
    )
