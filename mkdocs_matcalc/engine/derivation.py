"""A derivation: its lines, its result, and what a reader must know beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..expr.atoms import Named, Sym
from ..expr.deep import deep
from ..expr.node import Expr
from ..expr.scalar import Signature
from ..rules.rule import Rule
from .step import Line

if TYPE_CHECKING:
    from ..check.report import Report


@dataclass(frozen=True)
class Statement:
    """What a reader is told first: `name` stands for `expr`."""

    name: str
    expr: Expr


@dataclass
class Derivation:
    """One goal, by one variable, in one layout.

    `lines` are equal in value within one quantity; `derivative` is read off the last line by
    `identification`, which is None where the differential alone is wanted and is itself the result.
    """

    goal: str
    title: str
    variable: Sym
    variables: tuple[Sym, ...]
    function: str
    value: Expr
    layout: str
    style: str
    order: int
    statements: tuple[Statement, ...]
    lines: tuple[Line, ...]
    derivative: Expr
    identification: Rule | None
    remarks: tuple[str, ...]
    symbols: Mapping[str, Sym]
    functions: Mapping[str, Signature | None]
    named: Mapping[str, Named]
    directives: Mapping[str, str]
    source: str = ""
    explicit: str = ""
    """`components` or `determinant` where the function is written out entry by entry, `proof` for equations."""
    identity: tuple[Expr, Expr] | None = None
    """The identity that a proof starts from."""
    ordinary: bool = False
    """Whether there are scalars alone, so that lines are printed as derivatives, as in a first course."""
    check: Report | None = field(default=None)

    @property
    def label(self) -> str:
        """The label of the block, empty where it has none."""
        return self.directives.get("label", "")

    @cached_property
    @deep
    def rows(self) -> tuple[Any, ...]:
        """The rows of the printed derivation, in LaTeX: definitions, lines, result."""
        from ..emit.steps import rows

        return rows(self)

    @cached_property
    @deep
    def steps(self) -> tuple[Any, ...]:
        """The lines with their `.latex`, `.text`, `.numpy` and `.rules`."""
        from ..emit.steps import steps

        return steps(self)

    @cached_property
    @deep
    def result(self) -> Any:
        """The derivative as `.latex`, `.text`, `.numpy` and `.shape`."""
        from ..emit.steps import printed_result

        return printed_result(self)

    @property
    @deep
    def text(self) -> str:
        """The whole derivation for a terminal."""
        from ..emit.terminal import terminal

        return terminal(self)

    def numpy(self) -> str:
        """The result as the source of a NumPy function."""
        return str(self.result.numpy)

    @deep
    def code(self, language: str = "numpy") -> str:
        """The source of a function that returns the value and the derivative together.

        `language` is numpy, torch, jax, matlab or julia; `DeriveError` for any other.
        """
        from ..emit.code_value import code

        return code(self, language)

    def __str__(self) -> str:
        return self.text

    @deep
    def _repr_latex_(self) -> str:
        """The derivation for a notebook that sets LaTeX."""
        from ..emit.tex import align

        return f"$$\n{align(self, env='aligned')}\n$$"

    @deep
    def _repr_markdown_(self) -> str:
        """The derivation for a notebook that sets Markdown."""
        from ..emit.markdown import markdown

        return markdown(self)

    @deep
    def _repr_html_(self) -> str:
        """The derivation for a notebook in a browser, formulas in MathML."""
        from ..publish.notebook import notebook_html

        return notebook_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - the names are those of IPython
        """The derivation for a notebook, or a terminal of IPython, that shows text."""
        printer.text(self.text)

    @deep
    def to_dict(self) -> dict[str, Any]:
        """The derivation as the JSON schema has it."""
        from ..emit.steps import to_dict

        return to_dict(self)
