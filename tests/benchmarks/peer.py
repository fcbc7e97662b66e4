"""A derivation with all its steps against SymPy's `.diff`, on what SymPy gets right.

The problems are those blocks of the corpus whose function SymPy can express with its matrix
expressions, with first derivatives by one variable, and whose `.diff` has the right value at random matrices. SymPy
is given the function ready made: so are we, and once more we start from the text of the block. Caches
are emptied before every run, ours and SymPy's.
"""

from __future__ import annotations

import gc
import signal
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from corpus_cases import CASES
from measure import Figure
from test_sympy_bridge import Value

from mkdocs_matcalc.bridge import to_sympy
from mkdocs_matcalc.check.evaluate import Env, evaluate
from mkdocs_matcalc.check.sample import draw
from mkdocs_matcalc.check.sizes import sizes
from mkdocs_matcalc.engine.goals import derivations
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.memo import forget
from mkdocs_matcalc.expr.walk import symbols
from mkdocs_matcalc.parse import parse
from mkdocs_matcalc.pipeline import derive

_PATIENCE = 20
#: Runs in a turn.
_RUNS = 5


class _TooSlowError(Exception):
    pass


def _ring(*_: object) -> None:
    raise _TooSlowError


def problems(limit: int | None = None) -> Iterator[tuple[str, Any, Any]]:
    """The block, the function and the variable as SymPy has them, where SymPy's derivative is right."""
    found = 0
    for case in CASES:
        if case["order"] != 1 or "," in case["wrt"] or (limit is not None and found >= limit):
            continue
        try:
            [d] = derive(case["block"], layout="denominator")
            function, by = to_sympy(d.value), to_sympy(d.variable)
        except (DeriveError, ValueError):
            continue
        if _right(d, function, by):
            found += 1
            yield case["block"], function, by


def _right(d: Any, function: Any, by: Any) -> bool:
    """Whether SymPy's derivative has the value of ours, at three points."""
    signal.signal(signal.SIGALRM, _ring)
    signal.alarm(_PATIENCE)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            theirs = function.diff(by)
            for seed in range(3):
                known = {**d.symbols, **symbols(d.value)}
                dims = sizes({n for s in known.values() for side in s.shape for n in side.names}, seed)
                point = draw(known, {}, dims, seed, dict.fromkeys(known, "definite"))
                ours = evaluate(d.derivative, Env(point))
                value = np.asarray(Value(dict(point.values), dict(point.dims))(theirs), float)
                if value.size != ours.size or not np.allclose(value.reshape(ours.shape), ours, rtol=1e-6, atol=1e-9):
                    return False
    except Exception:  # noqa: BLE001 - whatever SymPy raises, it has not got this one right
        return False
    finally:
        signal.alarm(0)
    return True


def _theirs(function: Any, by: Any) -> float:
    from sympy.core.cache import clear_cache

    return _several(clear_cache, lambda: function.diff(by))


def _ours(block: str, *, verify: bool) -> float:
    return _several(forget, lambda: derive(block, layout="denominator", verify=verify))


def _ours_made(block: str) -> float:
    """Without the reading of the text: SymPy does not read one either."""
    problem = parse(block)
    return _several(forget, lambda: derivations(problem, problem.goals[0], "denominator", "differential"))


def _several(empty: Callable[[], None], run: Callable[[], object]) -> float:
    """The seconds of a few runs, each with empty caches; a single one of a millisecond is lost in noise."""
    total = 0.0
    gc.collect()
    for _ in range(_RUNS):
        empty()
        start = time.perf_counter()
        run()
        total += time.perf_counter() - start
    return total


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """How many times faster we are: the median over the problems, each the median of alternating runs."""
    rounds = 3 if quick else 5
    made, unchecked, checked = [], [], []
    for block, function, by in problems(40 if quick else None):
        turns = [
            (_ours_made(block), _ours(block, verify=False), _ours(block, verify=True), _theirs(function, by))
            for _ in range(rounds)
        ]
        made.append(statistics.median(theirs / ours for ours, _, _, theirs in turns))
        unchecked.append(statistics.median(theirs / ours for _, ours, _, theirs in turns))
        checked.append(statistics.median(theirs / ours for _, _, ours, theirs in turns))
    note = f"{len(unchecked)} problems"
    yield Figure("SymPy's .diff / a derivation with its steps, unchecked", statistics.median(made), 20, True, note)
    yield Figure("the same with the reading of the block", statistics.median(unchecked), 20, True, note)
    yield Figure("the same with the reading, and checked", statistics.median(checked), 5, True, note)
