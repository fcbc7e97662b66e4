"""`python -m tests.benchmarks`: every figure with its bound; with names, only those; `--quick` for a glance."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from measure import HEADER  # noqa: E402 - found beside this file

PARTS = ("start", "peer", "growth", "pages")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"which of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="smaller, and fewer rounds")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n{HEADER}", flush=True)
    kept = True
    for part in options.parts:
        for figure in importlib.import_module(part).figures(quick=options.quick):
            print(figure.row(), flush=True)
            kept &= figure.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
