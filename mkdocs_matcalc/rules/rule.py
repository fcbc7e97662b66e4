"""A rule: one statement in the block language, from which everything else follows.

`given`, `lhs` and `rhs` are the statement; the pattern, the replacement, the printed formula, the
section of the rule book and the numeric test come from it. A rule of any arity (sums, products)
adds a rewriting function where it is applied; its statement stays, and a test demands that the two
agree. Registration refuses a number or a name already taken, sides of different shape, a name on
the right that the left does not bind, and a differential on the right that is not smaller than
the one on the left.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

from ..expr.atoms import Sym
from ..expr.budget import unpaid
from ..expr.differential import Diff
from ..expr.match import Bindings, instance, match
from ..expr.node import Expr
from ..expr.walk import symbols
from ..functions.table import TABLE
from .guard import Guard


class RuleError(ValueError):
    """A statement that cannot be a rule."""


@dataclass(frozen=True)
class Rule:
    """A numbered rule; `kind` is identification, structured, differential, identity or operator.

    An operator's sides do not mean the same: `lhs` is G as a function of `X` (or `x`), `rhs` is ∂f/∂X in terms of
    `D`, which stands for ∂f/∂G.

    `given` declares the metavariables; one whose differential does not stand on the right is constant. `when` guards them, `title` is the label beside a line,
    `source` the place in the literature, `why` a sentence for the rule book. `cite` is False for
    the moves that a reader makes without being told.
    """

    number: int
    name: str
    title: str
    given: str
    lhs: str
    rhs: str
    kind: str = "differential"
    family: str = ""
    source: str = ""
    why: str = ""
    when: tuple[Guard, ...] = ()
    cite: bool = True
    domain: str = ""
    """How the numeric test draws the metavariables where not every value will do: `positive`, `small`."""
    shortcut: bool = False
    """Whether it does in one step what other rules do in several: a derivation that goes step by step leaves it out."""
    result: bool = field(default=False)
    """Whether `rhs` is the derivative that the differential `lhs` gives, rather than equal to it."""

    @cached_property
    def operation(self) -> str:
        """The word of the function that stands on the left: under the differential, or as an operator; empty for others.

        It is read off the words of the statement, so that a look-up parses no rule; a test compares it with the pattern.
        """
        words = self.lhs
        if self.kind == "differential":
            words = words.removeprefix("d").strip()
            if words.startswith("("):
                words = words[1:-1].strip()
        if words.startswith("||"):
            return "norm2" if words.endswith("||") else ""
        name = words.partition("(")[0]
        return name if name in TABLE else ""

    @cached_property
    def special(self) -> bool:
        """Whether the left side asks more of the argument of its function than to be there: d tr(exp(X)), d tr(XX)."""
        left = self.pattern.arg if isinstance(self.pattern, Diff) else self.pattern
        return bool(left.args) and not isinstance(left.args[0], Sym)

    @cached_property
    def pattern(self) -> Expr:
        """The left side, metavariables as symbols."""
        return self._read(self.lhs)

    @cached_property
    def replacement(self) -> Expr:
        """The right side."""
        return self._read(self.rhs)

    def _read(self, text: str) -> Expr:
        from ..parse import parse_expression

        with unpaid():  # read once, whichever block happens to be the first that asks
            return parse_expression(text, self.given, differentials=True)

    @property
    def free(self) -> frozenset[str]:
        """The names on the right that the left side need not have: D, for ∂f/∂G, of an operator."""
        return frozenset(("D",) if self.kind == "operator" else ())

    @property
    def anchor(self) -> str:
        """The id of the rule's section in the rule book."""
        return f"rule-{self.number}"

    @property
    def condition(self) -> str:
        """The side conditions in words, empty where there is none."""
        return ", ".join(g.words for g in self.when)

    def apply(self, e: Expr, licensed: Container[Expr] = ()) -> Expr | None:
        """The right side for an expression that the left side matches, None for any other.

        `licensed` holds what is invertible because the goal is defined only where it is.
        """
        bindings = match(self.pattern, e)
        if bindings is None:
            return None
        return instance(self.replacement, bindings) if self.allows(bindings, licensed) else None

    def allows(self, bindings: Bindings, licensed: Container[Expr] = ()) -> bool:
        """Whether the guards hold for what the metavariables stand for; see `apply` for `licensed`."""
        return all(g.holds(bindings) or bindings.names[g.name] in licensed for g in self.when)

    def validate(self) -> None:
        """Refuse a statement that cannot be a rule."""
        left, right = self.pattern, self.replacement
        if left.shape != right.shape and not self.result:
            raise RuleError(f"rule {self.number}: the sides have shapes {left.shape} and {right.shape}")
        if self.kind == "operator":
            operand = symbols(left).get("X") or symbols(left).get("x")
            if operand is None or operand.shape != right.shape:
                raise RuleError(f"rule {self.number}: the right side has not the shape of X")
            if "D" in self.free and symbols(right).get("D", left).shape != left.shape:
                raise RuleError(f"rule {self.number}: D has not the shape of the left side")
        unbound = set(symbols(right)) - set(symbols(left)) - self.free
        if unbound:
            raise RuleError(f"rule {self.number}: {', '.join(sorted(unbound))} is not bound on the left")
        if self.kind == "differential":
            height = max((n.arg.size for n in left.walk() if isinstance(n, Diff)), default=0)
            for node in right.walk():
                if isinstance(node, Diff) and node.arg.size >= height:
                    raise RuleError(f"rule {self.number}: d({node.arg!r}) is not smaller than on the left")

    def statement_latex(self) -> str:
        """The statement as display LaTeX."""
        from ..emit.latex import rule_statement

        return rule_statement(self)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.number == other.number
