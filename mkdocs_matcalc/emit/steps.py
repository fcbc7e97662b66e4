"""A derivation as rows for a page, as steps for Python, as JSON and as text for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engine.chain import ChainLine
from ..engine.derivation import Derivation
from ..engine.layout import layout_words
from ..engine.step import Line
from ..expr.atoms import Named, Sym
from ..expr.differential import Diff, Rate, Through, diff, rates
from ..expr.node import Expr
from ..expr.shape import kind
from ..expr.walk import bottom_up
from ..rules.rule import Rule
from ..rules.table import by_name
from .code import expression, function
from .definitions import definition
from .index import left as left_by_components
from .index import right as right_by_components
from .latex import latex
from .names import has_upper, latex_name, raised, unicode_name
from .operators import operators
from .text import pretty, text


@dataclass(frozen=True)
class RuleRef:
    """A rule as it is cited beside a line."""

    number: int
    name: str
    title: str


@dataclass(frozen=True)
class Row:
    """One row of a printed derivation: `given` (what a name stands for), `line`, or `result`."""

    kind: str
    left: str
    right: str
    rules: tuple[RuleRef, ...]
    note: str = ""
    quantity: str = ""


@dataclass(frozen=True)
class Step:
    """A line as `.latex`, `.text` (block language) and `.numpy` (None where a differential is open)."""

    of: str
    latex: str
    text: str
    numpy: str | None
    rules: tuple[RuleRef, ...]
    expr: Expr

    @property
    def rule(self) -> RuleRef | None:
        """The rule that carries the line."""
        return self.rules[0] if self.rules else None


@dataclass(frozen=True)
class Printed:
    """The result as `.latex`, `.text` and the source of a NumPy function."""

    latex: str
    text: str
    numpy: str
    shape: tuple[str, str]
    expr: Expr


def ref(rule: Rule) -> RuleRef:
    """A rule as a reference."""
    return RuleRef(rule.number, rule.name, rule.title)


def steps(d: Derivation) -> tuple[Step, ...]:
    """The lines of a derivation."""
    return tuple(
        Step(
            line.quantity,
            right_of(d, line),
            text(line.expr) if line.components is None else right_by_components(line.components, "text"),
            _numpy(d, line),
            tuple(map(ref, line.rules)),
            line.expr,
        )
        for line in d.lines
    )


def shown(d: Derivation, line: Line) -> Expr:
    """What is printed of a line: with scalars alone, the derivative rather than the differential."""
    if not d.ordinary or len(d.variables) > 1 or isinstance(line, ChainLine):
        return line.expr
    return rates(line.expr, d.variable, partial=len(d.symbols) > 1)


def right_of(d: Derivation, line: Line, *, to_latex: bool = True) -> str:
    """The right side of a line as it is printed."""
    if line.components is not None:
        return right_by_components(line.components, "latex" if to_latex else "unicode")
    return latex(shown(d, line)) if to_latex else pretty(shown(d, line))


def goes_on(line: Line, above: Line | None) -> bool:
    """Whether a line has the left side of the one above, which is not written again."""
    if above is None or line.quantity != above.quantity or line.vec or line.left is not None:
        return False
    lefts = [each.components.left if each.components else None for each in (line, above)]
    return lefts[0] == lefts[1]


def _numpy(d: Derivation, line: Line) -> str | None:
    if line.left is not None or any(isinstance(n, Named) and n.name not in d.named for n in line.expr.walk()):
        return None  # a name that the author did not give
    if any(isinstance(n, (Rate, Through)) for n in line.expr.walk()):
        return None  # a derivative that stands unevaluated
    if line.components is not None or isinstance(line, ChainLine):
        return None
    return expression(line.expr, symbols=d.symbols)


def printed_result(d: Derivation) -> Printed:
    """The result of a derivation."""
    rows, cols = d.derivative.shape
    value = d.derivative
    if d.identification is None:  # the increments are parameters of a differential: dX beside X
        value = bottom_up(value, _as_parameter)
    source = function(value, symbols=d.symbols, variable=d.variable, functions=d.functions)
    return Printed(latex(d.derivative), text(d.derivative), source, (str(rows), str(cols)), d.derivative)


def _as_parameter(e: Expr) -> Expr:
    return Sym(f"d{e.arg.name}", e.shape) if isinstance(e, Diff) and isinstance(e.arg, Sym) else e


# -- left-hand sides ---------------------------------------------------------------


def differential_of(d: Derivation, line: Line, *, to_latex: bool) -> str:
    """The left side of a line: df, d²f, vec(dY)."""
    if isinstance(line, ChainLine):
        return derivative_of(d, to_latex=to_latex)
    if line.left is not None:
        return latex(line.left) if to_latex else pretty(line.left)
    if line.components is not None:
        return left_by_components(line.components, "latex" if to_latex else "unicode")
    name, second = line.quantity, False
    if name == f"d{d.function}" and name not in d.named:
        name, second = d.function, True
    if d.explicit:
        return explicit_left(d, det=line.quantity != d.function, to_latex=to_latex)
    e: Expr = d.value if name == d.function else d.named[name]
    printed = quantity_name(name, e, to_latex=to_latex)
    if second:
        return rf"\mathrm{{d}}^2{printed}" if to_latex else f"d²{printed}"
    if d.ordinary and len(d.variables) == 1:
        sign = (r"\partial " if to_latex else "∂") if len(d.symbols) > 1 else (r"\mathrm{d}" if to_latex else "d")
        x = latex(d.variable) if to_latex else pretty(d.variable)
        return rf"\frac{{{sign}{printed}}}{{{sign}{x}}}" if to_latex else f"{sign}{printed}/{sign}{x}"
    out = (r"\mathrm{d}" if to_latex else "d") + printed
    if line.vec:
        return rf"\operatorname{{vec}}({out})" if to_latex else f"vec({out})"
    return out


def quantity_name(name: str, e: Expr, *, to_latex: bool) -> str:
    return latex_name(name, kind(e.shape)) if to_latex else unicode_name(name)


def differential_left(d: Derivation, *, to_latex: bool) -> str:
    """The left side of a result that is a differential: dY, or vec(dY) where its vec alone has a form."""
    out = (r"\mathrm{d}" if to_latex else "d") + quantity_name(d.function, d.value, to_latex=to_latex)
    if d.derivative.shape == d.value.shape:
        return out
    return rf"\operatorname{{vec}}({out})" if to_latex else f"vec({out})"


def explicit_left(d: Derivation, *, det: bool, to_latex: bool) -> str:
    """∂f/∂(r, t), or its determinant."""
    f = quantity_name(d.function, d.value, to_latex=to_latex)
    names = ", ".join(latex(v) if to_latex else pretty(v) for v in d.variables)
    by = names if len(d.variables) == 1 else f"({names})"
    if to_latex:
        out = rf"\frac{{\partial {f}}}{{\partial {by}}}"
        return rf"\det {out}" if det else out
    return f"{'det ' if det else ''}∂{f}/∂{by}"


def derivative_of(d: Derivation, *, to_latex: bool) -> str:
    """The left side of the result: ∂f/∂x, ∂²f/∂x∂xᵀ, ∂vec(Y)/∂vec(X)ᵀ."""
    if d.explicit:
        return explicit_left(d, det=d.explicit == "determinant", to_latex=to_latex)
    f = quantity_name(d.function, d.value, to_latex=to_latex)
    ordinary = d.value.is_scalar and all(v.is_scalar for v in d.variables) and len(d.symbols) == 1
    sign = ("d" if not to_latex else r"\mathrm{d}") if ordinary else ("∂" if not to_latex else r"\partial ")
    names = [latex(v) if to_latex else pretty(v) for v in d.variables]
    x = latex(d.variable) if to_latex else pretty(d.variable)
    if d.order == 2:
        return _second_left(d, f, names, sign, to_latex=to_latex)
    if (
        kind(d.value.shape) != "scalar"
        and kind(d.variable.shape) != "scalar"
        and "matrix"
        in (
            kind(d.value.shape),
            kind(d.variable.shape),
        )
    ):
        top = rf"\operatorname{{vec}}({f})" if to_latex else f"vec({f})"
        below = rf"\operatorname{{vec}}({x})^\top" if to_latex else f"vec({x})ᵀ"
        if d.layout == "denominator":
            top, below = (
                (top + r"^\top", below.removesuffix(r"^\top")) if to_latex else (top + "ᵀ", below.removesuffix("ᵀ"))
            )
        return rf"\frac{{\partial {top}}}{{\partial {below}}}" if to_latex else f"∂{top}/∂{below}"
    return rf"\frac{{{sign}{f}}}{{{sign}{x}}}" if to_latex else f"{sign}{f}/{sign}{x}"


def _second_left(d: Derivation, f: str, names: list[str], sign: str, *, to_latex: bool) -> str:
    first, last = names
    matrix = any(kind(v.shape) == "matrix" for v in d.variables)
    if matrix:
        first, last = (rf"\operatorname{{vec}}({n})" if to_latex else f"vec({n})" for n in (first, last))
    scalar = all(v.is_scalar for v in d.variables)
    if scalar and first == last:
        square = rf"({first})^2" if has_upper(first) else f"{first}^2"
        return rf"\frac{{{sign}^2 {f}}}{{{sign}{square}}}" if to_latex else f"{sign}²{f}/{sign}{first}²"
    if to_latex:
        if not d.variables[1].is_scalar:
            last = raised(last, r"\top")
        return rf"\frac{{{sign}^2 {f}}}{{{sign}{first}\,{sign}{last}}}"
    turn = "" if d.variables[1].is_scalar else "ᵀ"
    return f"{sign}²{f}/{sign}{first}{sign}{last}{turn}"


# -- rows -----------------------------------------------------------------------------


def rows(d: Derivation) -> tuple[Row, ...]:
    """The rows of a printed derivation: definitions, lines, result; see `Derivation.rows`."""
    if d.explicit == "proof":
        return tuple(_equations(d))
    out = [
        Row("given", quantity_name(s.name, s.expr, to_latex=True), latex(s.expr), (), "", s.name) for s in d.statements
    ]
    above = None
    for line in shown_lines(d):
        left = "" if goes_on(line, above) else differential_of(d, line, to_latex=True)
        out.append(
            Row(
                "line",
                left,
                right_of(d, line),
                tuple(map(ref, line.rules)),
                operators(d, line, to_latex=True),
                line.quantity,
            )
        )
        above = line
    if d.identification is None:
        left = differential_left(d, to_latex=True)
        rules = tuple(map(ref, d.lines[-1].rules)) if d.lines and d.lines[-1].expr == d.derivative else ()
        return (*out, Row("result", left, latex(d.derivative), rules, "", d.function))
    rules, note = reading(d, d.identification)
    written = definition(d, to_latex=True) or [latex(d.derivative)]
    out.append(Row("result", derivative_of(d, to_latex=True), written[0], rules, note))
    return (*out, *(Row("line", "", right, ()) for right in written[1:]))


def _equations(d: Derivation) -> list[Row]:
    """A proof: the identity, then an equation a line."""
    left, right = d.identity or (d.value, d.value)
    out = [Row("given", latex(left), latex(right), (), "", "")]
    for i, line in enumerate(d.lines):
        kind_of = "result" if i == len(d.lines) - 1 else "line"
        out.append(Row(kind_of, differential_of(d, line, to_latex=True), latex(line.expr), tuple(map(ref, line.rules))))
    return out


def reading(d: Derivation, identification: Rule) -> tuple[tuple[RuleRef, ...], str]:
    """The rules and the words beside the result."""
    if definition(d, to_latex=True):
        return (ref(by_name("jacobian")),), layout_words(d.layout, d.derivative.shape)
    if d.ordinary or d.explicit:
        words = layout_words(d.layout, d.derivative.shape) if d.explicit == "components" else ""
        return tuple(map(ref, d.lines[-1].rules)) if _ends_in_result(d) else (), words
    words = layout_words(d.layout, d.derivative.shape)
    if d.lines and isinstance(d.lines[-1], ChainLine) and identification.kind != "structured":
        if _ends_in_result(d):
            return tuple(map(ref, d.lines[-1].rules)), words
        return (), f"transposed; {words}" if d.layout == "numerator" and not d.variable.is_scalar else words
    return (ref(identification),), words


def shown_lines(d: Derivation) -> tuple[Line, ...]:
    """The lines above the result; the last one is left out where it is the result itself."""
    return d.lines[:-1] if _ends_in_result(d) else d.lines


def _ends_in_result(d: Derivation) -> bool:
    if not d.lines:
        return False
    if not (d.identification is None or d.ordinary or d.explicit or isinstance(d.lines[-1], ChainLine)):
        return False
    return shown(d, d.lines[-1]) == d.derivative


def note_text(rules: tuple[RuleRef, ...], note: str) -> str:
    """The words beside a line: `product rule (10), transpose (15)`."""
    words = ", ".join(f"{r.title} ({r.number})" for r in rules)
    return "; ".join(part for part in (words, note) if part)


# -- JSON -----------------------------------------------------------------------------


def to_dict(d: Derivation) -> dict[str, Any]:
    """The derivation in the JSON schema, version 1."""
    printed = printed_result(d)
    check = d.check
    return {
        "schema": 1,
        "goal": d.goal,
        "layout": d.layout,
        "style": d.style,
        "symbols": [_symbol(s) for s in d.symbols.values()],
        "variable": d.variable.name,
        "steps": [
            {
                "of": s.of,
                "latex": s.latex,
                "text": s.text,
                "numpy": s.numpy,
                "rules": [{"number": r.number, "name": r.name} for r in s.rules],
            }
            for s in steps(d)
        ],
        "result": {
            "latex": printed.latex,
            "text": printed.text,
            "shape": list(printed.shape),
            "numpy": printed.numpy,
        },
        "remarks": list(d.remarks),
        "check": None
        if check is None
        else {"passed": check.passed, "points": check.points, "max_relative_error": check.max_relative_error},
    }


def _symbol(s: Sym | Named) -> dict[str, Any]:
    attributes = sorted(s.attributes) if isinstance(s, Sym) else []
    return {"name": s.name, "latex": latex(s), "shape": [str(d) for d in s.shape], "attributes": attributes}


__all__ = [
    "Printed",
    "Row",
    "RuleRef",
    "Step",
    "diff",
    "note_text",
    "printed_result",
    "rows",
    "steps",
    "to_dict",
]
