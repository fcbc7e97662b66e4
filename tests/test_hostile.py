"""Every input ends, soon, in a derivation or in a `DeriveError` that says what is wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.parse import parse_latex
from mkdocs_matcalc.parse.lexer import MAX_TOKENS
from mkdocs_matcalc.pipeline import STYLES, derive

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import fuzz
import growth

HEAD = "let x, a in R^n, A in R^{n x n}, X in R^{n x n} invertible, S in R^{n x n} spd, t in R, sigma: elementwise\n"


def chain(count: int, first: str, step: str, goal: str) -> str:
    """Definitions upon definitions: `p` is the one before, `q` the one before that."""
    lines = [f"y0 = {first}"]
    lines += [f"y{i} = " + step.format(p=f"y{i - 1}", q=f"y{max(i - 2, 0)}") for i in range(1, count + 1)]
    return HEAD + "\n".join([*lines, goal.format(y=f"y{count}")])


#: What a chain begins with, how it goes on, what is asked.
CHAINS = {
    "aliases": ("x", "{p}", "d/dx a' {y}"),
    "sums": ("x", "{p} + a", "d/dx a' {y}"),
    "doubling": ("x", "{p} + {p}", "d/dx a' {y}"),
    "functions": ("x", "sin({p})", "d/dx a' {y}"),
    "layers": ("x", "sigma(A {p})", "d/dx a' {y}"),
    "squares": ("x", "{p} .* {p}", "d/dx a' {y}"),
    "two before": ("x", "{p} .* {q}", "d/dx a' {y}"),
    "two before, a vector": ("x", "{p} .* {q}", "d/dx {y}"),
    "functions, a vector": ("x", "sin({p})", "d/dx {y}"),
    "scalars": ("t", "{p} {q}", "d/dt {y}"),
    "scalars, twice": ("t", "sin({p})", "d2/dt2 {y}"),
    "vectors, twice": ("x", "{p} .* {q}", "d2/dx2 a' {y}"),
    "norms": ("x", "{p} ||{p}||", "d/dx a' {y}"),
    "matrix squares": ("X", "{p} {p}", "d/dX tr({y})"),
    "transposes": ("X", "{p}'", "d/dX tr({y})"),
    "inverses": ("X", "inv({p})", "d/dX tr({y})"),
    "definite": ("S", "{p} {p}", "d/dS logdet({y})"),
    "softmax": ("x", "softmax({p})", "d/dx a' {y}"),
    "a differential": ("x", "{p} .* {q}", "differential a' {y} wrt x"),
}


def taken(text: str, style: str = "differential") -> float:
    """The seconds that an input takes, and that it ends as it should."""
    start = time.process_time()
    fuzz.ends(text, layout="numerator", style=style)
    return time.process_time() - start


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", CHAINS)
def test_definitions_upon_definitions_end_soon(kind, style):
    """Twenty are 2²⁰ operations where they are written out, and a moment where they are not."""
    assert taken(chain(20, *CHAINS[kind]), style) < 5


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", ["aliases", "functions", "layers", "two before", "transposes", "scalars, twice"])
def test_a_hundred_and_fifty_definitions_end_soon(kind, style):
    assert taken(chain(150, *CHAINS[kind]), style) < 10


_DEEP = """
import faulthandler, sys
faulthandler.enable()
sys.path.insert(0, {tests!r})
from test_hostile import CHAINS, chain, fuzz
for kind in ("aliases", "functions", "transposes"):
    print(fuzz.ends(chain(2000, *CHAINS[kind]), layout="numerator", style="differential"))
"""


def test_thousands_of_definitions_do_not_take_the_interpreter_down():
    program = _DEEP.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert set(done.stdout.split()) <= {"ok", "refused"}


LIMITS = {
    "characters": ("# " + "x" * 100_001, "characters"),
    "symbols": ("d/dx " + "x+" * 16_000 + "x", "too long"),
    "a megabyte": ("d/dx " + "x " * 500_000, "characters"),
    "operations": (HEAD + "d/dx a'(" + " + ".join(["x"] * 13_000) + ")", "operations"),
    "factors": (HEAD + "d/dx a'(" + " .* ".join(["x"] * 600) + ")", "factors"),
    "brackets": ("d/dx " + "(" * 200 + "x" + ")" * 200, "levels"),
    "powers of powers": (HEAD + "d/dt t" + "^t" * 200, "levels"),
    "a power": (HEAD + "d/dt t^(10^9)", "exponent"),
    "a power of a matrix": (HEAD + "d/dX tr(X^9999)", "power"),
    "digits": ("d/dt " + "9" * 101 + " t", "digits"),
    "a name": ("d/dx " + "x" * 101, "letters"),
    "derivations": (HEAD + "\n".join(["d/dx a'x"] * 61), "derivations"),
    "work": (growth.squares(1000).replace("d/dx1 ", "f = ") + "\ndf/dx1" * 20, "operations"),
    "a second derivative": (chain(60, *CHAINS["scalars, twice"]), "definitions"),
    "the length of a second derivative": (chain(5, "x", "{p} ./ (1 .+ {q}.^2)", "d2/dx2 a' {y}"), "too long"),
    "a style": (chain(120, *CHAINS["layers"]).replace("let x", "style: index\nlet x"), "definitions"),
    "a tower of powers": (HEAD + "d/dt " + "(" * 12 + "t" + "^2 + 1)" * 12, "no point was found"),
    "a tower of exponentials": (HEAD + "d/dt exp(exp(exp(exp(exp(exp(t))))))", "no point was found"),
    "a dimension": ("let x in R^9999999\nd/dx x'x", ""),
    "dimensions": ("let x in R^n\ny0 = x\n" + "\n".join(f"y{i + 1} = vec(y{i} y{i}')" for i in range(40)) + "\nd/dx y40", "too large"),
    "a null byte": ("d/dx x\x00", "cannot be seen: U+0000"),
    "a right-to-left mark": ("d/dx x\u202e", "cannot be seen: U+202E"),
    "half a character": ("d/dx \ud800", "cannot be seen: U+D800"),
}  # fmt: skip


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_is_told(what):
    """Each resource has its limit, and the error names it and the place, at once."""
    text, words = LIMITS[what]
    start = time.process_time()
    with pytest.raises(DeriveError) as caught:
        derive(text)
    assert time.process_time() - start < 3
    assert words in caught.value.message
    assert caught.value.span is not None


def test_latex_has_one_limit_in_a_block_and_alone():
    long = "t + " * 8_000 + "t"
    for read in (lambda: derive(f"d/dt ${long}$"), lambda: parse_latex(long, "t: 1 x 1")):
        with pytest.raises(DeriveError, match=f"more than {MAX_TOKENS} "):
            read()


@pytest.mark.parametrize("block", [growth.squares, growth.distances, growth.forms])
def test_a_sum_of_a_thousand_terms_passes(block):
    assert len(derive(block(1000), verify=False)[0].to_dict()["result"]["text"]) > 3


def test_a_network_of_640_layers_is_told_and_computed():
    """Every line, and code that Python can read."""
    [d] = derive(growth.network(640), verify=False)
    assert len(d.to_dict()["steps"]) > 1280
    compile(d.numpy(), "result", "exec")
    compile(d.code("torch"), "result", "exec")


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_random_and_changed_text_ends_in_an_answer_or_an_error(seed):
    """The nightly size is `python -m tests.benchmarks.fuzz --count 200000`, of seed 1; the seconds guard against hanging."""
    tally, bad = fuzz.run(seed=seed, count=2000, seconds=5)
    assert not bad, "\n".join(bad)
    assert tally["ok"] > 75
    assert tally["refused"] > 750
