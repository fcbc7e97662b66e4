"""What a derivation is made of: steps, lines and the record that the engine keeps.

A `Step` is one application of one rule to one part of an expression. A `Line` is what a reader
sees: an expression, equal to the line above, with the rules that led to it. `Trace` is the one
place where a rule is applied: it asserts that the shape is unchanged and records the step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..expr.component import Sum
from ..expr.node import Expr
from ..rules.rule import Rule
from ..rules.table import by_name


class Step(NamedTuple):
    """`before` became `after` by `rule`, somewhere in an expression."""

    rule: Rule
    before: Expr
    after: Expr


class Trace:
    """The steps since the last line."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def apply(self, rule: Rule | str, before: Expr, after: Expr) -> Expr:
        """Record that a rule turned `before` into `after`, and hand `after` on."""
        if before.shape != after.shape:
            raise AssertionError(f"{rule!r} changed the shape of {before!r} to that of {after!r}")
        self.steps.append(Step(by_name(rule) if isinstance(rule, str) else rule, before, after))
        return after


#: At most so many rules stand beside a line.
_MOST = 3
_MOST_PLAIN = 4
#: What is left out first where there are more.
_LEAST = frozenset(("collect", "cancel", "linear"))
#: Moves that a reader sees as part of a simplification by entries.
_WITHIN_ENTRIES = frozenset(("vector-hadamard", "trace-hadamard", "collect", "cancel"))
#: Moves that alone are no reason for a label.
_SILENT = frozenset(("constant", "product-transpose", "distribute"))


@dataclass(frozen=True)
class Line:
    """One line: `quantity` is what it is the differential of, `expr` the right-hand side.

    `vec` says that the line is of vec(dY) rather than dY. `steps` led here from the line above.
    """

    quantity: str
    expr: Expr
    steps: tuple[Step, ...]
    vec: bool = False
    plain: bool = False
    """Whether the rules that go without saying are named too, as in a first course."""
    left: Expr | None = None
    """The left side, where a line is an equation of its own."""
    components: Sum | None = None
    """Both sides by components, where a line is printed so; `expr` is then the function."""
    cited: tuple[Rule, ...] = ()
    """The rules of a line by components."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules to name beside the line: each once, in the order of use, the trivial ones left out."""
        if self.components is not None:
            return self.cited
        if self.plain:
            kept = tuple(dict.fromkeys(s.rule for s in self.steps if s.rule.name not in _SILENT or s.rule.number == 7))
            return kept[:_MOST_PLAIN]
        seen = dict.fromkeys(s.rule for s in self.steps if s.rule.cite)
        if not seen:  # constants, multiples, sums: one of them by its name, several are linearity (12)
            plain = tuple(dict.fromkeys(s.rule for s in self.steps if s.rule.name not in _SILENT))
            return plain[:1] if len(plain) == 1 else (by_name("linear"),) if plain else ()
        names = {r.name for r in seen}
        told = [r for r in seen if not ("entries" in names and r.name in _WITHIN_ENTRIES)]
        if len(told) > _MOST:
            told = [r for r in told if r.name not in _LEAST]
        return tuple(told[:_MOST])


@dataclass
class Lines:
    """The lines of one quantity as they are written."""

    quantity: str
    current: Expr
    lines: list[Line] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    vec: bool = False
    plain: bool = False

    def write(self, expr: Expr) -> None:
        """End a line with `expr`, unless nothing has changed since the last one."""
        if self.trace.steps and (not self.lines or expr != self.current):
            line = Line(self.quantity, expr, tuple(self.trace.steps), self.vec, self.plain)
            if self.lines and not line.rules and self.lines[-1].vec == self.vec:
                # a move that needs no word is no line: it rides along with the line above
                above = self.lines.pop()
                line = Line(self.quantity, expr, above.steps + line.steps, self.vec, self.plain)
            self.lines.append(line)
            self.trace = Trace()
        self.current = expr
