"""From a goal of a problem to its derivations: which teller, which layout, which remarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import DeriveError
from ..expr.atoms import Named, Sym, is_zero, unstructured, zeros
from ..expr.differential import diff
from ..expr.grid import grid
from ..expr.linear import T
from ..expr.matrix import Call, flipped
from ..expr.node import Expr
from ..expr.scalar import Apply, Partial
from ..expr.shape import Shape, is_scalar, kind
from ..expr.walk import bottom_up, everything, intermediates, symbols
from ..parse.problem import Goal, Problem
from ..rules.rule import Rule
from ..rules.table import RULES
from .chain import refuse as refuse_chain
from .chain import tell_chain
from .collect import factor
from .components import by_one_scalar, components_rule, determinant, jacobian, refuse_determinant
from .derivation import Derivation, Statement
from .differential import Told, tell
from .fresh import fresh, names_of
from .holds import Condition, conditions, holds, names_written
from .index import refuse as refuse_index
from .index import tell_index
from .layout import arrange, is_vec_form, turned
from .proof import prove, varying
from .remark import remark
from .remarks import adjugate_remark, attribute_remarks, by_entries, held_remarks, shape_remarks
from .second import tell_second
from .step import Line
from .structured import structured

#: A result with its definitions put back is printed so up to this many nodes; beyond, names stay.
_LARGEST = 160
#: A remark lists so many names at most.
_NAMED = 6

#: Definitions that the styles chain and index go through: each line of theirs holds the whole expression.
_MOST_NAMES = 24
_OTHER = "style differential goes through any number of them"

_IDENTIFICATION = {
    ("scalar", "scalar"): 1,
    ("scalar", "vector"): 2,
    ("scalar", "matrix"): 3,
    ("vector", "scalar"): 4,
    ("vector", "vector"): 5,
    ("matrix", "scalar"): 6,
}


def derivations(problem: Problem, goal: Goal, layout: str, style: str) -> list[Derivation]:
    """The derivations of one goal, one a variable, in order."""
    if goal.kind in ("components", "determinant"):
        return [_components(problem, goal, layout, style)]
    if goal.kind == "solve":
        return [_proof(problem, goal, layout, style)]
    function, value = function_of(problem, goal)
    value = declared(value, problem, but=goal.variables)
    free = tuple(unstructured(v) for v in goal.variables)
    lines_of: dict[str, tuple[Line, ...]] = {}
    if style != "differential" and len(intermediates(value)) > _MOST_NAMES:
        raise DeriveError(f"style {style} tells of at most {_MOST_NAMES} definitions", span=goal.span, hint=_OTHER)
    if style == "chain":
        refuse_chain(goal, value)
        each = tell_chain(function, value, free)
        lines_of = {v.name: told.lines for v, told in zip(goal.variables, each, strict=True)}
        told = Told((), tuple(derivative for told in each for derivative in told.derivatives))
    elif style == "index":
        refuse_index(goal)

        def finish(e: Expr, v: Sym) -> tuple[Expr, bool]:
            result = arrange(declared(e, problem), value.shape, v.shape, layout)
            return finished(result)[0], turned(value.shape, v.shape, layout)

        lines_of, told = tell_index(goal, function, value, free, names_of(problem), finish)
    elif goal.kind == "second":
        told = tell_second(function, value, free)
    else:
        told = tell(function, value, free, identify=goal.kind == "derivative", scalars=_scalars_alone(value))
    by_structure = problem.directives.get("structured") == "true"
    shared, asked = by_entries(value), conditions(goal.written, problem, second=goal.kind == "second")
    statements = statements_of(function, value)
    if goal.kind == "differential":
        return [_differential(problem, goal, told, function, value, layout, style, shared, asked)]
    out = []
    for v, derivative in zip(goal.variables, told.derivatives, strict=False):
        identification = identify(value.shape, v.shape, second=goal.kind == "second", variables=goal.variables)
        if style == "index":
            identification = RULES["by-entries"]
        if told.lines and identification.number == 3 and _by_vec(told.lines[-1].expr, v):
            identification = RULES[206]
        if told.lines and identification.number == 6 and told.lines[-1].vec:
            identification = RULES["identify-unvec-scalar"]
        remarks = [
            *attribute_remarks(goal.variables if goal.kind == "second" else [v], structured=by_structure),
            *shared,
        ]
        shapes = shape_remarks(value, v, by_vec=is_vec_form(value.shape, v.shape))
        if is_zero(derivative) and not value.depends_on(v.name):
            how = "drops out of" if v.name in names_written(goal.written, problem) else "does not occur in"
            remarks.append(remark(f"{{}} {how} the expression, so the derivative is zero.", v))
        derivative = declared(derivative, problem)
        if by_structure:
            derivative, identification = structured(derivative, value, v, second=goal.kind == "second")
        if goal.kind == "second":
            result = second_layout(derivative, value.shape, layout)
        else:
            result = arrange(derivative, value.shape, v.shape, layout)
        result, note = finished(result)
        remarks += holds(asked, goal.variables if goal.kind == "second" else [v], result, _declaring(problem))
        note += [*adjugate_remark(value, result), *held_remarks(result)]
        out.append(
            Derivation(
                goal=goal.text, title=problem.directives.get("title", ""), variable=v, variables=goal.variables,
                function=function, value=value, layout=layout, style=style, order=2 if goal.kind == "second" else 1,
                statements=statements, lines=lines_of.get(v.name, told.lines), derivative=result, identification=identification,
                remarks=(*remarks, *shapes, *note), ordinary=goal.kind == "derivative" and style != "index" and _scalars_alone(value), symbols=problem.symbols, functions=problem.functions,
                named=intermediates(value), directives=problem.directives, source=problem.text,
            )
        )  # fmt: skip
        if goal.kind == "second":
            break
    return out


def _differential(
    problem: Problem,
    goal: Goal,
    told: Told,
    function: str,
    value: Expr,
    layout: str,
    style: str,
    remarks: Sequence[str],
    asked: Sequence[Condition],
) -> Derivation:
    """The differential alone: its last line is the result."""
    last = [line.expr for line in told.lines if line.quantity == function][-1:]
    result, note = finished(declared(last[0], problem), collect=False) if last else (zeros(value.shape), [])
    where = holds(asked, goal.variables, result, _declaring(problem))
    structure = attribute_remarks(goal.variables, structured=problem.directives.get("structured") == "true")
    return Derivation(
        goal=goal.text, title=problem.directives.get("title", ""), variable=goal.variables[0],
        variables=goal.variables, function=function, value=value, layout=layout, style=style, order=1,
        statements=statements_of(function, value), lines=told.lines, derivative=result, identification=None,
        remarks=(*structure, *remarks, *where, *note), symbols=problem.symbols, functions=problem.functions,
        named=intermediates(value), directives=problem.directives, source=problem.text,
    )  # fmt: skip


def _scalars_alone(value: Expr) -> bool:
    """Whether a goal is one of a first course: nothing in it but scalars and their functions."""
    return all(is_scalar(n.shape) for n in everything(value))


def _proof(problem: Problem, goal: Goal, layout: str, style: str) -> Derivation:
    """A differential solved for from the identity of the block."""
    if not problem.identities:
        raise DeriveError(
            "a goal `d(EXPR)` is solved for from an identity, and the block has none",
            span=goal.span,
            hint="write the identity on a line above, as in `given X^-1 X = I`",
        )
    identity = problem.identities[-1]
    lines = prove(identity, goal)
    variables = varying(identity)
    last = lines[-1]
    return Derivation(
        goal=goal.text, title=problem.directives.get("title", ""), variable=variables[0], variables=variables,
        function="", value=goal.expr, layout=layout, style=style, order=1, statements=(), lines=lines,
        derivative=last.expr, identification=None, remarks=tuple(by_entries(identity.left, identity.right)), symbols=problem.symbols, functions=problem.functions,
        named={}, directives=problem.directives, source=problem.text, explicit="proof",
        identity=(identity.left, identity.right),
    )  # fmt: skip


def _components(problem: Problem, goal: Goal, layout: str, style: str) -> Derivation:
    """The written-out Jacobian matrix of explicit components, or its determinant."""
    function = goal.name or function_of(problem, goal)[0]
    rows = goal.components
    entries = [rows[i][j] for j in range(len(rows[0])) for i in range(len(rows))]  # vec stacks columns
    det = goal.kind == "determinant"
    try:
        turned = layout == "denominator" and not det
        if det:
            refuse_determinant(len(entries), len(goal.variables), goal.span)
        if len(goal.variables) == 1 and len(rows[0]) > 1:
            lines, matrix = by_one_scalar(function, rows, goal.variables[0], transposed=turned)
        else:
            lines, matrix = jacobian(function, entries, goal.variables, transposed=turned)
        if det:
            more, value = determinant(f"det {function}", matrix)
        else:
            more, value = (), matrix
    except DeriveError as error:
        error.span = error.span or goal.span
        raise
    written = grid(rows)
    value = declared(value, problem)
    where = holds(conditions(goal.written, problem), goal.variables, value, _declaring(problem))
    return Derivation(
        goal=goal.text, title=problem.directives.get("title", ""), variable=goal.variables[0],
        variables=goal.variables, function=function, value=written, layout=layout, style=style, order=1,
        statements=(*_named_statements(entries), Statement(function, written)), lines=(*lines, *more), derivative=value,
        identification=components_rule(det=det), remarks=(*by_entries(*entries), *where), symbols=problem.symbols, functions=problem.functions,
        named={n: e for c in entries for n, e in intermediates(c).items()}, directives=problem.directives,
        source=problem.text, explicit=goal.kind,
    )  # fmt: skip


def _named_statements(entries: Sequence[Expr]) -> tuple[Statement, ...]:
    found = {n: e for c in entries for n, e in intermediates(c).items()}
    return tuple(Statement(n, e.definition) for n, e in found.items())


def declared(e: Expr, problem: Problem, but: Sequence[Sym] = ()) -> Expr:
    """An expression with the attributes of its symbols as declared, which the constructors then use.

    Variables of the goal (`but`) stay as they are: an attribute may simplify a derivative, not what is
    differentiated.
    """
    skip = {v.name for v in but}
    tied = {n for n, s in problem.symbols.items() if n not in skip and unstructured(s) is not s}
    if not tied or tied.isdisjoint(symbols(e)):
        return e
    changed: dict[str, Expr] = {}

    def change(node: Expr) -> Expr:
        if isinstance(node, Sym) and node.name not in skip:
            return problem.symbols.get(node.name, node)
        if isinstance(node, Named):
            if node.name not in changed:
                inner = bottom_up(node.definition, change)
                changed[node.name] = node if inner == node.definition else Named(node.name, inner)
            return changed[node.name]
        if isinstance(node, T) and flipped(node.arg) == node.arg:
            return node.arg
        return node

    return bottom_up(e, change)


def _declaring(problem: Problem) -> Callable[[Expr], Expr]:
    return lambda e: declared(e, problem)


def function_of(problem: Problem, goal: Goal) -> tuple[str, Expr]:
    """What the goal differentiates and the name that its lines give it."""
    value = goal.expr
    if isinstance(value, Named):
        return value.name, value.definition
    if isinstance(value, Apply) and all(isinstance(a, Sym) for a in value.args):
        return value.function.name, value  # a bare function: its own name is the best
    taken = names_of(problem)
    scalars, arrays = ("f", "y", "g", "h", "q", "phi", "psi", "F"), ("F", "Y", "G", "H", "Q", "Phi", "Psi", "f")
    letters = arrays if kind(value.shape) == "matrix" else scalars
    return next(fresh(letters, taken), "goal"), value


def statements_of(function: str, value: Expr) -> tuple[Statement, ...]:
    """The intermediates that the goal uses, then the goal itself."""
    return (*(Statement(n, named.definition) for n, named in intermediates(value).items()), Statement(function, value))


def identify(y: Shape, x: Shape, *, second: bool, variables: Sequence[Sym]) -> Rule:
    """The rule by which the result is read off."""
    if second:
        if len({v.name for v in variables}) > 1:
            return RULES[30]
        return RULES[29] if not is_scalar(x) else RULES[_IDENTIFICATION[(kind(y), "scalar")]]
    if is_vec_form(y, x):
        return RULES[28]
    return RULES[_IDENTIFICATION[(kind(y), kind(x))]]


def second_layout(derivative: Expr, y: Shape, layout: str) -> Expr:
    """A second derivative in its layout: the Hessian in every one, an array by a scalar as a first derivative is."""
    if layout == "denominator" and not is_scalar(y):
        return factor(flipped(derivative))
    return derivative


def finished(result: Expr, *, collect: bool = True) -> tuple[Expr, list[str]]:
    """The result with definitions put back, unless that makes it too long to read."""
    if _expanded_size(result) > _LARGEST:
        left = intermediates(result)
        shown = list(left.values())
        if len(shown) > _NAMED:
            return result, ["The result is in terms of names that are defined above."]
        words = "The result is in terms of " + ", ".join(["{}"] * len(shown)) + ", defined above."
        return result, [remark(words, *shown)] if shown else []
    points: dict[str, Named] = {}

    def back(e: Expr) -> Expr:
        if isinstance(e, Named):
            return back(e.definition)
        if isinstance(e, Partial) and all(isinstance(a, (Sym, Named)) for a in e.args):
            points.update((a.name, a) for a in e.args if isinstance(a, Named))
            return e
        return e.map_args(back) if e.args else e

    whole = factor(back(result)) if collect else back(result)
    return whole, [remark("The derivative is taken at {} = {}.", p, back(p.definition)) for p in points.values()]


def _expanded_size(e: Expr, limit: int = _LARGEST) -> int:
    total = 0
    for node in e.walk():
        total += _expanded_size(node.definition, limit - total) if isinstance(node, Named) else 1
        if total > limit:
            break
    return total


def _by_vec(e: Expr, v: Sym) -> bool:
    """Whether a scalar differential has the increment of a variable as vec(dX)."""
    return any(isinstance(n, Call) and n.name == "vec" and n.arg == diff(v) for n in e.walk())
