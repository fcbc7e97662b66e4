"""The slowest block and the largest: `python -m tests.benchmarks.budget --count 200000`.

Blocks of kinds that grow (definitions, terms, factors, brackets, goals, components, sizes), each from small to far over
its limit and in every style, then random ones. Each is derived, checked and printed in every form in a process that
has imported everything; what it took is the time of that process and the most memory that it held. None may take more
than `SECONDS` or `MEGABYTES`, whether it is answered or refused.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "corpus"), str(TESTS / "benchmarks")]

import explicit  # noqa: E402 - the tests' folders are on the path first
import fuzz  # noqa: E402
import fuzz_corpus  # noqa: E402
import growth  # noqa: E402

from mkdocs_matcalc.emit.tex import align  # noqa: E402
from mkdocs_matcalc.errors import DeriveError  # noqa: E402
from mkdocs_matcalc.expr.budget import BUDGET  # noqa: E402
from mkdocs_matcalc.pipeline import LAYOUTS, STYLES, derive  # noqa: E402

SECONDS, MEGABYTES = 2.0, 300.0
#: A block that is still at it after so many seconds is stopped.
_STOPPED = 30
HEAD = "let x, a in R^n, A in R^{n x n}, X in R^{n x n} invertible, S in R^{n x n} spd, t in R, sigma: elementwise\n"


class Cost(NamedTuple):
    """What a block took, and how it ended."""

    seconds: float
    megabytes: float
    operations: int
    end: str
    what: str
    text: str

    @property
    def kept(self) -> bool:
        return self.seconds <= SECONDS and self.megabytes <= MEGABYTES

    def row(self) -> str:
        return f"{self.seconds:7.2f} s {self.megabytes:6.0f} MB {self.operations:8}  {'' if self.kept else 'OVER '}{self.what}: {self.end}"


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
    "layers, a norm": ("A x", "sin(A {p})", "d/dx {y}' {y}"),
    "squares": ("x", "{p} .* {p}", "d/dx a' {y}"),
    "two before": ("x", "{p} .* {q}", "d/dx a' {y}"),
    "two before, a vector": ("x", "{p} .* {q}", "d/dx {y}"),
    "functions, a vector": ("x", "sin({p})", "d/dx {y}"),
    "quotients": ("x", "{p} ./ (1 .+ {q}.^2)", "d/dx a' {y}"),
    "scalars": ("t", "{p} {q}", "d/dt {y}"),
    "scalar functions": ("t", "sin({p}) + {q}", "d/dt {y}"),
    "scalars, twice": ("t", "sin({p})", "d2/dt2 {y}"),
    "products, twice": ("t", "{p} {q} + 1", "d2/dt2 {y}"),
    "vectors, twice": ("x", "{p} .* {q}", "d2/dx2 a' {y}"),
    "layers, twice": ("x", "sin(A {p})", "d2/dx2 a' {y}"),
    "norms": ("x", "{p} ||{p}||", "d/dx a' {y}"),
    "matrix squares": ("X", "{p} {p}", "d/dX tr({y})"),
    "matrix products": ("X", "{p} A {q}'", "d/dX tr({y})"),
    "transposes": ("X", "{p}'", "d/dX tr({y})"),
    "inverses": ("X", "inv({p})", "d/dX tr({y})"),
    "inverses of sums": ("X", "inv({p} + {q})", "d/dX tr({y})"),
    "definite": ("S", "{p} {p}", "d/dS logdet({y})"),
    "softmax": ("x", "softmax({p})", "d/dx a' {y}"),
    "a differential": ("x", "{p} .* {q}", "differential a' {y} wrt x"),
}


def _nested(start: str, step: str, goal: str) -> Callable[[int], str]:
    def text(count: int) -> str:
        inner = start
        for _ in range(count):
            inner = step.format(inner)
        return HEAD + goal.format(inner)

    return text


def _joined(by: str, part: str, goal: str) -> Callable[[int], str]:
    return lambda count: HEAD + goal.format(by.join(part.format(i=i) for i in range(1, count + 1)))


def _families(by: str, part: str, space: str, goal: str) -> Callable[[int], str]:
    """Terms or factors with names of their own."""

    def text(count: int) -> str:
        names = ", ".join(f"b_{i} in {space}" for i in range(1, count + 1))
        return f"{HEAD}let {names}\n" + goal.format(by.join(part.format(i=i) for i in range(1, count + 1)))

    return text


def _goals(goal: str, before: str = "") -> Callable[[int], str]:
    return lambda count: HEAD + before + "\n".join([goal] * count)


def _components(entry: str, *, det: bool) -> Callable[[int], str]:
    def text(count: int) -> str:
        names = [f"x_{i}" for i in range(1, count + 1)]
        rows = [entry.format(a=x, b=names[i - 1], c=names[i - 2]) for i, x in enumerate(names)]
        return f"let {', '.join(names)} in R\n{'det ' * det}d/d({', '.join(names)}) [{', '.join(rows)}]"

    return text


def _sized(goal: str) -> Callable[[int], str]:
    return lambda count: f"let X in R^{{{count} x {count}}} invertible, B in R^{{{count} x {count + 1}}}\n{goal}"


_STEPS = (1, 2, 3, 4, 6, 8, 12, 17, 22, 24, 30, 40, 55, 58, 80, 100, 150, 300, 600, 1000, 2000, 4000)
#: Kinds of blocks that grow.
KINDS: dict[str, Callable[[int], str]] = {
    **{f"definitions, {name}": (lambda n, c=c: chain(n, *c)) for name, c in CHAINS.items()},
    "a network": growth.network,
    "squares of numbers": growth.squares,
    "squared distances": growth.distances,
    "quadratic forms": growth.forms,
    "fractions in fractions": _nested("t", "1/(t + {})", "d/dt {}"),
    "fractions in fractions, twice": _nested("t", "1/(t + {})", "d2/dt2 {}"),
    "roots in roots": _nested("t", "sqrt(t + {})", "d/dt {}"),
    "functions in functions": _nested("x", "sin({})", "d/dx a'{}"),
    "functions of sums": _nested("t", "sin({} + t)", "d/dt {}"),
    "products in functions": _nested("t", "t sin({})", "d/dt {}"),
    "products in functions, twice": _nested("t", "t sin({})", "d2/dt2 {}"),
    "softmax in softmax": _nested("x", "softmax(A {})", "d/dx a'{}"),
    "layers in layers": _nested("x", "sigma(A {})", "d/dx a'{}"),
    "layers in layers, twice": _nested("x", "sin(A {})", "d2/dx2 a'{}"),
    "norms in norms": _nested("x", "||{}|| x", "d/dx a'{}"),
    "inverses in inverses": _nested("X", "inv({} + A)", "d/dX tr({})"),
    "determinants in determinants": _nested("X", "det({}) X", "d/dX tr({})"),
    "powers of powers": _nested("t", "({} + t)^2", "d/dt {}"),
    "exponents in exponents": _nested("t", "2^({}/9)", "d/dt {}"),
    "logarithms in logarithms": _nested("t", "log(2 + {}^2)", "d/dt {}"),
    "Kronecker products": _nested("X", "kron(A, {})", "d/dX tr({})"),
    "Kronecker products, summed": _nested("X", "kron({}, X)", "d/dX sum({})"),
    "Kronecker products, an array": _nested("X", "kron(A, {})", "d/dX {}"),
    "sums of sums": _nested("x", "({} + a)", "d/dx a'{}"),
    "squares of sums": _nested("x", "(({}) .* (x + a))", "d/dx sum({})"),
    "terms": _joined(" + ", "x", "d/dx a'({})"),
    "terms that differ": _joined(" + ", "{i} x' A^2 x", "d/dx {}"),
    "a polynomial": _joined(" + ", "{i} t^{i}", "d/dt {}"),
    "a polynomial, twice": _joined(" + ", "{i} t^{i}", "d2/dt2 {}"),
    "sines": _joined(" + ", "sin({i} t)", "d/dt {}"),
    "sines of vectors": _joined(" + ", "a' sin({i} x)", "d/dx {}"),
    "sines, twice": _joined(" + ", "a' sin({i} x)", "d2/dx2 {}"),
    "factors, numbers": _joined(" ", "(t + {i})", "d/dt {}"),
    "factors, twice": _joined(" ", "(t + {i})", "d2/dt2 {}"),
    "factors, forms": _joined(" ", "(x' A x + {i})", "d/dx {}"),
    "factors, forms, twice": _joined(" ", "(x' A x + {i})", "d2/dx2 {}"),
    "factors, matrices": _joined(" ", "X A", "d/dX tr({})"),
    "factors, matrices, an array": _joined(" ", "X A", "d/dX {}"),
    "factors, matrices, twice": _joined(" ", "X", "d2/dX2 tr({})"),
    "factors, sums of matrices": _joined(" ", "(X + {i} A)", "d/dX tr({})"),
    "factors by entries": _joined(" .* ", "(x .+ {i})", "d/dx sum({})"),
    "factors by entries, twice": _joined(" .* ", "(x .+ {i})", "d2/dx2 sum({})"),
    "quotients": _joined(" / ", "(t + {i})", "d/dt {}"),
    "a power of a matrix": lambda n: f"{HEAD}d/dX tr(X^{n})",
    "a power of a matrix, an array": lambda n: f"{HEAD}d/dX X^{n}",
    "names, forms": _families(" + ", "x' b_{i} x", "R^{n x n}", "d/dx {}"),
    "names, forms, an array": _families(" + ", "b_{i} x", "R^{n x n}", "d/dx {}"),
    "names, a product": _families(" ", "b_{i}", "R^{n x n}", "d/db_1 tr({})"),
    "names, a product of vectors": _families(" ", "(b_{i}' x)", "R^n", "d/dx {}"),
    "names, logarithms": _families(" + ", "log(1 + exp(-b_{i}' x))", "R^n", "d/dx {}"),
    "names, logarithms, twice": _families(" + ", "log(1 + exp(-b_{i}' x))", "R^n", "d2/dx2 {}"),
    "names, squares": _families(" + ", "(b_{i}' x - {i})^2", "R^n", "d/dx {}"),
    "names, determinants": _families(" + ", "logdet(X b_{i} + S)", "R^{n x n}", "d/dX {}"),
    "goals": _goals("d/dx x' A x"),
    "goals, networks": _goals("df/dx", "f = a' sigma(A sigma(A sigma(A sigma(A x))))\n"),
    "goals, determinants": _goals("d/dX logdet(X A X' + S) + tr(inv(X A X'))"),
    "goals, Hessians": _goals("d2/dx2 log(1 + x' A x) ||x||^2"),
    "goals, sums": _goals("df/dx", "f = " + " + ".join(f"sin({i} a' x)" for i in range(1, 100)) + "\n"),
    "goals, components": _goals("det d/d(t, u, v) [sin(t u v), cos(t u v), tan(t)/u]", "let u, v in R\n"),
    "variables": lambda n: "let " + ", ".join(f"w_{i} in R^n" for i in range(n)) + "\nd/d("
    + ", ".join(f"w_{i}" for i in range(n)) + ") " + " ".join(f"sin(w_{i}' w_{i})" for i in range(n)),
    "components, sines": _components("sin({a} {b}) + cos({b} {c})", det=False),
    "components, quotients": _components("{a}/({b} + {c}) + sqrt({a}^2 + {b}^2)", det=False),
    "components, hyperbolic": _components("tan({a})/(-{b})/({b}/{c} - tanh(2))", det=False),
    "determinants, sines": _components("sin({a} {b}) + cos({b} {c})", det=True),
    "determinants, quotients": _components("{a}/({b} + {c}) + sqrt({a}^2 + {b}^2)", det=True),
    "determinants, hyperbolic": _components("tanh({a} - {b})/(1 + {c}^2)", det=True),
    "determinants, polynomials": _components("({a} + {b} + {c})^3 ({a} - {b})", det=True),
    "sizes, inverses": _sized("d/dX logdet(X) + tr(inv(X B B'))"),
    "sizes, Kronecker products": _sized("d/dX tr(kron(X, kron(X, X)))"),
    "sizes, ones": _sized("d/dX sum(X)^2 + tr(X X')"),
    "sizes, an array": _sized("d/dX X B B' X"),
    "in LaTeX": lambda n: HEAD + "d/dt $" + r"\frac{1}{t + " * n + "t" + "}" * n + "$",
}  # fmt: skip


def measured(what: str, text: str, style: str = "differential", layout: str = "numerator") -> Cost:
    """A block in a process of its own, which is this one as it stands."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        end = "stopped"
        start, held = time.process_time(), _held("VmRSS")
        try:
            signal.signal(signal.SIGPROF, _stop)
            signal.setitimer(signal.ITIMER_PROF, _STOPPED)
            end = ends(text, layout, style)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
            end = f"{type(error).__name__}: {str(error)[:100]}"
        finally:
            with contextlib.suppress(BaseException):
                os.write(
                    write,
                    f"{time.process_time() - start} {_HELD + max(0.0, _held('VmHWM') - held)} {BUDGET.spent} {end}".encode(),
                )
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        words = said.read().decode()
    os.waitpid(pid, 0)
    seconds, megabytes, operations, end = words.split(" ", 3) if words else (str(_STOPPED), "0", "0", "killed")
    return Cost(float(seconds), float(megabytes), int(operations), end, what, text)


def ends(text: str, layout: str, style: str) -> str:
    """How a block ends: `ok` when it is derived and printed, else the reason why it was refused."""
    try:
        for d in derive(text, layout=layout, style=style):
            d.to_dict()
            align(d)
            str(d)
    except DeriveError as error:
        return f"refused: {error.message[:80]}"
    return "ok"


def _stop(*_: object) -> None:
    raise TimeoutError(f"more than {_STOPPED} s")


#: What a process holds that has derived anything; the one that asks may hold more, for reasons of its own.
_HELD = 90.0


def _held(what: str) -> float:
    """The memory that this process holds (`VmRSS`) or has held at most (`VmHWM`), in MB."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024


def listed(only: str = "") -> Iterator[Cost]:
    """Every kind in every style, from small to where it is refused for its size three times."""
    for name, make in KINDS.items():
        if only and only not in name:
            continue
        for style in STYLES:
            refused = 0
            for n in _STEPS:
                cost = measured(f"{name}, {n} [{style}]", make(n), style)
                yield cost
                refused += cost.end.startswith("refused")
                if refused > 2 or "Error" in cost.end:
                    break


def random_texts(seed: int, count: int) -> Iterator[str]:
    """Random blocks: hostile text for the most part, problems of the corpus' kinds, explicit components."""
    problems = count // 20
    yield from (case["block"] for case in fuzz_corpus.generate(seed, problems))
    yield from (case["block"] for case in fuzz_corpus.generate(seed, problems, wide=True))
    yield from (explicit.block(f"{seed}/{i}").text for i in range(problems))
    yield from fuzz.inputs(seed, count - 3 * problems)


def random_blocks(seed: int, count: int) -> Iterator[Cost]:
    """Random blocks in this process, whose memory is looked at after each."""
    for number, text in enumerate(random_texts(seed, count)):
        layout, style = LAYOUTS[number % 3], STYLES[number // 3 % 3]
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123 - the peak begins anew
            file.write("5")
        start, held = time.process_time(), _held("VmRSS")
        try:
            end = ends(text, layout, style)
        except Exception as error:  # noqa: BLE001 - told by the other benchmark
            end = type(error).__name__
        megabytes = _HELD + max(0.0, _held("VmHWM") - held)
        yield Cost(
            time.process_time() - start,
            megabytes,
            BUDGET.spent,
            end,
            f"random {seed}/{number} [{layout} {style}]",
            text,
        )


def warm() -> None:
    """Import what a block may need, so that it is not counted."""
    derive("let x, y in R\ndet d/d(x, y) [sin(x)^2 + cos(x)^2, y]")
    for style in STYLES:
        ends("let x in R^n, A in R^{n x n}\nd/dx x' A x", "numerator", style)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="random blocks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="kinds with this in their name, and no random ones")
    parser.add_argument("--all", action="store_true", help="a line for every block of a kind")
    options = parser.parse_args()
    warm()
    worst: dict[str, Cost] = {}
    over = []
    for source in (listed(options.only), random_blocks(options.seed, 0 if options.only else options.count)):
        for cost in source:
            kind = cost.what.partition(",")[0].partition("/")[0]
            for by in ("seconds", "megabytes"):
                if f"{kind} {by}" not in worst or getattr(cost, by) > getattr(worst[f"{kind} {by}"], by):
                    worst[f"{kind} {by}"] = cost
            if not cost.kept:
                over.append(cost)
            if not cost.kept or options.all:
                print(cost.row(), flush=True)
                if cost.what.startswith("random"):
                    print(repr(cost.text[:1000]), flush=True)
    slowest = max(worst.values(), key=lambda c: c.seconds, default=None)
    largest = max(worst.values(), key=lambda c: c.megabytes, default=None)
    for what, cost in (("slowest", slowest), ("largest", largest)):
        if cost is not None:
            print(f"the {what}: {cost.row()}\n{cost.text[:400]}")
    print(f"{len(over)} over {SECONDS} s or {MEGABYTES} MB")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
