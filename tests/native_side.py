"""Formulas for `native` in a process of its own, which might die of them: `test_publish_native` asks it.

Standard input has a JSON list of formulas `[before, middle, after, times]`, each part but the middle
repeated; a line of standard output for each says what became of it. All are converted on a stack of a megabyte,
the smallest that is usual for the main thread of a program.
"""

from __future__ import annotations

import json
import sys
import threading

from mkdocs_matcalc.publish import native


def main() -> None:
    for before, middle, after, times in json.load(sys.stdin):
        made = native.mathml(before * times + middle + after * times, display=True, by_hand=True)
        print(json.dumps([len(made.mathml), made.why]), flush=True)  # noqa: T201 - it answers its test


if __name__ == "__main__":
    threading.stack_size(1 << 20)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
