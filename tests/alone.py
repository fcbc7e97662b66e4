"""Each module of tests by itself, in a process of its own: `python -m tests.alone [PART/PARTS]`.

In a run of everything, a module finds what others have imported: a part of a library that nobody asked for by
name, a fixture, a table that another module has filled. A reader of the tests runs one module, and a user imports
one function. Prints what fails, and exits with 1 then. With `2/5`, the second fifth of the modules.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def modules(part: int = 1, parts: int = 1) -> list[Path]:
    """The modules of tests, those of one part of so many."""
    return sorted(TESTS.glob("test_*.py"))[part - 1 :: parts]


def run(module: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The tests of a module in a new process, without workers."""
    command = [sys.executable, "-m", "pytest", str(module), "-n", "0", "-x", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)


def main(arguments: list[str]) -> int:
    """Run the modules of the part that is asked for, all of them without an argument."""
    part, parts = map(int, (arguments or ["1/1"])[0].split("/"))
    failed = []
    for module in modules(part, parts):
        found = run(module)
        if found.returncode not in (0, 5):  # 5: no test is left, as where a tool is missing
            failed.append(module.name)
            print(f"== {module.name} fails alone\n{found.stdout}{found.stderr}", flush=True)  # noqa: T201
    print(f"{len(modules(part, parts))} modules, {len(failed)} fail alone: {', '.join(failed) or 'none'}")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
