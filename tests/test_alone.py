"""What works only because something else has run before: parts of libraries that nobody asked for, tests that lean on others."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import alone
import pytest

PACKAGE = Path(__file__).parent.parent / "mkdocs_matcalc"
#: Libraries that are imported inside functions, by the name under which the code reaches them.
LIBRARIES = {"sympy": "sympy", "np": "numpy"}


def chains(file: Path) -> Iterator[tuple[str, str]]:
    """What a file reaches through a library, as `sympy.core.function`: the library and the rest of the name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node in inside:
            continue
        names: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            names.insert(0, base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            names.insert(0, base.id)
        for word, library in LIBRARIES.items():
            if word in names[:-1]:
                yield library, ".".join(names[names.index(word) + 1 :])


@pytest.mark.parametrize("library", sorted(set(LIBRARIES.values())))
def test_a_name_of_a_library_is_there_once_the_library_is_imported(library):
    reached = sorted({name for file in PACKAGE.rglob("*.py") for of, name in chains(file) if of == library})
    assert len(reached) > 20
    # `is_Rational` and the like belong to what a function returns: they begin at a call, and are no chains
    code = f"import {library} as it, operator, sys\n" + "".join(f"operator.attrgetter({n!r})(it)\n" for n in reached)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


BLOCKS = ["let x in R^n\nd/dx sum(exp(x))", "let A in R^{n x n}\nf = sum(diag(A) .* diag(A))\ndf/dA"]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_derivation_goes_to_sympy_in_a_new_process(block):
    code = f"from mkdocs_matcalc import derive\nfrom mkdocs_matcalc.bridge import to_sympy\n[d] = derive({block!r})\nto_sympy(d)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_a_part_of_the_modules_is_every_module_once():
    assert sorted(m for part in range(1, 8) for m in alone.modules(part, 7)) == alone.modules()


@pytest.mark.parametrize("module", alone.modules(2, 12), ids=lambda m: m.stem)
def test_a_module_of_tests_is_collected_by_itself(module):
    """A slice of what `python -m tests.alone` does for all of them, and runs."""
    found = alone.run(module, "--collect-only")
    assert found.returncode == 0, found.stdout + found.stderr
