"""One budget for a block: what it costs is counted, the same on every machine, and enough for what authors write."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import budget

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.budget import BUDGET, LIMIT
from mkdocs_matcalc.pipeline import STYLES, derive

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
OVER = "operations to derive, check and print"


def spent(text: str, style: str = "differential") -> int:
    """The operations that a block takes."""
    derive(text, style=style)
    return BUDGET.spent


def test_all_goals_of_a_block_have_one_budget():
    goal = "df/dX"
    block = "let X, A in R^{n x n} invertible\nf = logdet(X A X' + A) + tr(inv(X A X')) + det(X' X A)\n"
    one = spent(block + goal)
    two = spent(f"{block}{goal}\n{goal}")
    assert one < two < 2 * one + 100
    block = block.replace(
        "f = ", "f = " + " + ".join(f"logdet(X + {i} A) * tr(inv(X A + {i} A))" for i in range(1, 15)) + " + "
    )
    assert spent(block + goal) < LIMIT
    with pytest.raises(DeriveError, match=OVER) as error:
        derive(block + "\n".join([goal] * 30))
    assert error.value.line > 3  # the goal for which nothing was left
    assert "one goal to a block" in error.value.hint


@pytest.mark.parametrize("style", STYLES)
def test_it_counts_the_same_whatever_came_before(style):
    blocks = [
        "let x in R^n, A in R^{n x n}\nd/dx log(1 + x' A x)",
        "let x, y in R\ndet d/d(x, y) [x/y + sin(x)^2, sqrt(x y)]",
    ]
    before = [spent(b, style) for b in blocks]
    spent("let X in R^{n x n} invertible\nd/dX logdet(X)")
    assert [spent(b, style) for b in reversed(blocks)] == before[::-1]


_COUNT = """
from mkdocs_matcalc.expr.budget import BUDGET
from mkdocs_matcalc.pipeline import derive
derive("let x in R^n, A in R^{n x n}\\nd/dx log(1 + x' A x)")
print(BUDGET.spent)
"""


def test_it_counts_the_same_in_every_process():
    found = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True, env=environment
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_a_block_that_is_refused_leaves_the_next_one_all():
    block = "let x in R\nd/dx x^2"
    before = spent(block)
    with pytest.raises(DeriveError, match=OVER):
        derive(budget.KINDS["definitions, layers"](4000))
    assert spent(block) == before
    assert budget.BUDGET.left > LIMIT  # outside of a block nothing is limited


def test_sympy_is_stopped_where_it_has_no_end():
    """A quotient of tangents takes SymPy minutes; it is left as it is."""
    start = time.process_time()
    text = "let x, y, z in R\nd/d(x, y, z) [tan(x)/(tan(y) - tanh(z)), tanh(x y)/tan(z), tan(x - y)/(tanh(z) + tan(x))]"
    [d] = derive(text)
    assert d.check.passed
    assert time.process_time() - start < 6


#: The largest that authors write: they pass, with something left.
WRITTEN = {
    "a network of 640 layers": ("a network", 640),
    "a thousand squares": ("squares of numbers", 1000),
    "a thousand squared distances": ("squared distances", 1000),
    "sixty goals": ("goals", 60),
    "a Jacobian matrix of eight by eight": ("components, quotients", 8),
    "a determinant of four by four": ("determinants, sines", 4),
    "fractions in fractions": ("fractions in fractions", 45),
    "logarithms with names": ("names, logarithms", 300),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_what_authors_write_is_within_it(what):
    name, count = WRITTEN[what]
    assert spent(budget.KINDS[name](count)) < 0.9 * LIMIT


@pytest.mark.parametrize("kind", sorted(budget.KINDS))
def test_no_block_of_a_kind_that_grows_takes_long_or_much(kind):
    """A guard: the sizes in between, and the bounds of two seconds, are those of `python -m tests.benchmarks.budget`."""
    budget.warm()
    for style in STYLES:
        for count in (8, 55, 600):
            cost = budget.measured(kind, budget.KINDS[kind](count), style)
            assert cost.end == "ok" or cost.end.startswith("refused"), cost
            assert "internal" not in cost.end, cost
            assert cost.seconds < 3 * budget.SECONDS, cost.row()
            assert cost.megabytes < budget.MEGABYTES, cost.row()


def test_no_random_block_takes_long_or_much():
    """The nightly size is `python -m tests.benchmarks.budget --count 200000`."""
    budget.warm()
    bad = [
        c for c in budget.random_blocks(7, 300) if c.seconds > 3 * budget.SECONDS or c.megabytes > 2 * budget.MEGABYTES
    ]
    assert not bad, "\n".join(c.row() for c in bad)
