"""The recipes of docs/contributing.md, each run on a copy of the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
RECIPES = re.findall(r'```python title="(?P<file>[^"]+)"\n(?P<code>.*?)```', PAGE, re.DOTALL)

#: What each recipe promises: a block, its result whatever the style, and the number of its rule.
PROMISES = {
    "softsign": ("let A in R^{m x n}, x in R^n\nd/dx sum(softsign(A x))", "A' (ones(m) + abs(A x)).^-2", 901),
    "trace-square": ("let X in R^{n x n}\nd/dX tr(X X)", "2 X'", 902),
    "expm2": ("let A, X in R^{n x n}\nd/dX tr(expm2(A X))", "A' expm2(A X)'", 903),
}

_SCRIPT = """
import json, sys
from mkdocs_matcalc import derive
from mkdocs_matcalc.functions.row import LANGUAGES
from mkdocs_matcalc.rules.table import RULES
block, number = json.loads(sys.argv[1])
out = {}
for style in ("differential", "chain", "index"):
    [d] = derive(block, style=style, layout="denominator")
    out[style] = [d.result.text, d.check.passed, sorted({r.number for line in d.lines for r in line.rules})]
    out["code"] = {language: d.code(language) for language in LANGUAGES}
    out["latex"] = d.result.latex
out["book"] = RULES[number].statement_latex()
print(json.dumps(out))
"""


@pytest.mark.parametrize("name", PROMISES)
def test_a_recipe_does_what_it_promises(name, tmp_path):
    import json

    found = [(file, code) for file, code in RECIPES if f'"{name}"' in code]
    assert len(found) == 1, f"one recipe of {name}"
    [(file, code)] = found
    shutil.copytree(ROOT / "mkdocs_matcalc", tmp_path / "mkdocs_matcalc", ignore=shutil.ignore_patterns("__pycache__"))
    place = tmp_path / file
    place.write_text(place.read_text(encoding="utf-8") + "\n\n" + code, encoding="utf-8")
    block, result, number = PROMISES[name]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, json.dumps([block, number])],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for style in ("differential", "chain", "index"):
        text, passed, rules = told[style]
        assert (text, passed) == (result, True)
        assert number in rules, f"style {style} does not use rule {number}"
    assert all(told["code"].values())
    assert "partial" in told["book"] or "mathrm{d}" in told["book"]


def test_every_recipe_with_code_is_run():
    assert len(RECIPES) == len(PROMISES)


@pytest.mark.parametrize("column", ["numpy", "torch", "jax", "matlab", "julia", "sympy", "latex"])
def test_a_row_without_a_column_is_refused_when_it_is_registered(column):
    from dataclasses import replace

    from mkdocs_matcalc.functions.row import FunctionError
    from mkdocs_matcalc.functions.table import TABLE

    row = TABLE["tanh"]
    if column == "latex":
        lacking = replace(row, latex="")
    elif column == "sympy":
        lacking = replace(row, sympy=None)
    else:
        lacking = replace(row, code={k: v for k, v in row.code.items() if k != column})
    with pytest.raises(FunctionError, match="tanh"):
        lacking.validate()
