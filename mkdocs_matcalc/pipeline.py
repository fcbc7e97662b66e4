"""The whole flow of a block, from text to checked derivations; the only file that knows the order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import missing
from .emit.alike import refuse_alike_names, told_apart
from .engine.derivation import Derivation
from .engine.goals import derivations
from .errors import DeriveError, Span
from .expr.budget import LIMIT, OverBudget, budget, spend
from .expr.deep import deep_recursion
from .expr.differential import diff
from .expr.grid import Grid
from .expr.matrix import call, vec
from .expr.memo import forget
from .expr.node import Expr
from .parse import parse
from .parse.problem import Goal, Problem
from .verdict import INTERNAL, refuse_wrong

if TYPE_CHECKING:
    from .check.reading import Reading
    from .check.report import Report

LAYOUTS = ("numerator", "denominator", "mixed")
STYLES = ("differential", "chain", "index")


def derive(
    text: str, *, layout: str = "numerator", style: str = "differential", verify: bool = True
) -> list[Derivation]:
    """The derivations of a block: one for each goal and each variable, in order.

    `layout` and `style` hold where the block does not say otherwise. With `verify`, every line is
    checked with random numbers before it is handed out; one that fails is an error naming the line.
    Raises `DeriveError` and nothing else.
    """
    for value, known, what in ((layout, LAYOUTS, "layout"), (style, STYLES, "style")):
        if value not in known:
            raise DeriveError(f"unknown {what} {value!r}", hint=f"one of {', '.join(known)}")
    forget()  # what was asked outside of any block
    try:
        with deep_recursion(), budget():
            return _derive(text, layout, style, verify=verify)
    except DeriveError as error:
        raise error.within(text) from None
    except (RecursionError, MemoryError):
        raise DeriveError("the expression is nested too deeply", text=text, span=Span(0, 1)) from None
    except OverBudget:  # spent before any goal was reached
        raise too_much(Span(0, 1)).within(text) from None
    except ImportError as error:
        raise missing.error(error) from error
    except Exception as error:  # whatever it is, it must not take a site down, nor be taken for an answer
        message = f"{INTERNAL}, please report the block ({type(error).__name__})"
        raise DeriveError(message, text=text, span=Span(0, 1)) from error
    finally:
        forget()


def _derive(text: str, layout: str, style: str, *, verify: bool) -> list[Derivation]:
    problem = parse(text)
    refuse_alike_names(problem)
    chosen = problem.directives.get("layout", layout)
    told = problem.directives.get("style", style)
    out: list[Derivation] = []
    for goal in problem.goals:
        try:
            found = derivations(problem, goal, chosen, told)
            for d in found:
                told_apart(problem, d)
                if verify:
                    certify(d, goal.span, reading(problem, goal, d))
                spend(printing(d))
        except DeriveError as error:
            error.span = error.span or goal.span
            raise
        except OverBudget:
            raise too_much(goal.span) from None
        out += found
    return out


def printing(d: Derivation) -> int:
    """The operations that it will take to print a derivation: what stands in two lines is printed once."""
    lines = sum(line.expr.size for line in d.lines if line.components is None)
    return (lines + d.value.size + d.derivative.size) // 2 + sum(_PRINTED for line in d.lines)


#: What a line costs beside the expressions in it.
_PRINTED = 5


def too_much(span: Span) -> DeriveError:
    """A block for which no operations are left."""
    return DeriveError(
        f"this block takes more than {LIMIT} operations to derive, check and print, all its goals together",
        span=span,
        hint="write one goal to a block, give long parts names, and let a large sum or product have fewer terms",
    )


def reading(problem: Problem, goal: Goal, d: Derivation) -> Reading:
    """What a derivation stands on beside the text of the block that it was built of."""
    from .check.reading import Part, Reading

    parts = [Part(problem.written[n], e.definition, n) for n, e in d.named.items()]
    if d.identity is not None:
        parts += [Part(*pair) for pair in zip(problem.identities[-1].written, d.identity, strict=True)]
    built = d.value.args if isinstance(d.value, Grid) else (d.value,)
    parts += [Part(*pair) for pair in zip(goal.written, built, strict=True)]
    return Reading(parts, problem.written, problem.symbols, problem.functions, d.variables)


def certify(d: Derivation, span: Span, text: Reading, *, seed: int = 0) -> None:
    """Check a derivation with numbers; raise where it is not of the text, or a line or the result is wrong.

    Whatever the seed is, which says where the points are drawn, the answer is the same.
    """
    from .check.verify import verify as check

    if d.explicit:
        d.check = _proof(d, text, seed) if d.explicit == "proof" else _explicit(d, text, seed)
        refuse_wrong(d, span, text)
        return
    if d.style == "index":
        _by_components(d, span, text, seed)
        return
    chain = d.style == "chain" and not d.explicit
    quantities: dict[str, Expr] = {d.function: d.value, f"d{d.function}": diff(d.value), **d.named}
    lines = []
    for line in () if chain else d.lines:
        if line.left is not None:
            continue  # a name for what stands on its right side
        quantity = quantities[line.quantity]
        lines.append((vec(quantity) if line.vec else quantity, line.expr))
    if d.identification is None:
        whole = d.value if d.value.shape == d.derivative.shape else vec(d.value)
        lines.append((whole, d.derivative))
    d.check = check(
        lines,
        list(dict.fromkeys(d.variables)),
        result=None if d.identification is None else (d.value, d.variable, d.derivative, d.layout),
        second=d.order == 2,
        structured=d.identification is not None and d.identification.kind == "structured",
        functions=d.functions,
        gradients=[line.expr for line in d.lines] if chain else (),
        seed=seed,
        reading=text,
    )
    refuse_wrong(d, span, text)


def _by_components(d: Derivation, span: Span, text: Reading, seed: int) -> None:
    """Every line by components as an array, then the result by differences."""
    from .check.components import check_components
    from .check.verify import verify as check

    lines = [line.components for line in d.lines if line.components is not None]
    variables = list(dict.fromkeys(d.variables))  # all of them as they are declared, whichever it is derived by
    d.check = check_components(lines, variables, d.functions, seed=seed)
    refuse_wrong(d, span, text)
    worst = d.check.max_relative_error
    structured = d.identification is not None and d.identification.kind == "structured"
    result = (d.value, d.variable, d.derivative, d.layout)
    found = check([], variables, result=result, structured=structured, functions=d.functions, seed=seed, reading=text)
    d.check = replace(found, max_relative_error=max(worst, found.max_relative_error))
    refuse_wrong(d, span, text)


def _proof(d: Derivation, text: Reading, seed: int) -> Report:
    """The identity holds, and the two sides of every equation are one value, differentials by differences."""
    from .check.same import equations

    pairs = [(line.left, line.expr) for line in d.lines if line.left is not None]
    return equations([*filter(None, [d.identity]), *pairs], d.variables, d.symbols, seed=seed, reading=text)


def _explicit(d: Derivation, text: Reading, seed: int) -> Report:
    """The lines of written-out components: the Jacobian matrix by differences, what follows by its value."""
    from .check.same import same

    standing = d.lines[0].expr  # the partial derivatives, evaluated by differences
    jacobians = [line.expr for line in d.lines if line.expr.shape == standing.shape and isinstance(line.expr, Grid)]
    report = same(jacobians, d.symbols, d.functions, seed=seed, reading=text)
    if d.explicit == "components" or not report.passed:
        return report
    dets = [call("det", standing), *(line.expr for line in d.lines if not isinstance(line.expr, Grid)), d.derivative]
    return same(dets, d.symbols, d.functions, seed=seed)
