"""Derivations by components: entries, deltas, and the way back to matrix notation.

Entries cannot be written in the block language, so each of these rules says twice what it means:
as a statement of the block language, which is tested with numbers like every other, and as the
formula with indices that the rule book prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from .register import rule
from .rule import Rule

_F = "Derivations by components"
_S = "Magnus and Neudecker, ch. 9, and the definition of the matrix product"


@dataclass(frozen=True, eq=False)
class ComponentRule(Rule):
    """A rule with a formula by components; `formula` is display LaTeX."""

    formula: str = ""

    def statement_latex(self) -> str:
        """The formula by components."""
        return self.formula


def _by_components(
    number: int, name: str, title: str, given: str, lhs: str, rhs: str, formula: str, why: str, *,
    kind: str = "identity", result: bool = False,
) -> None:  # fmt: skip
    rule(
        number, name, title, given=given, lhs=lhs, rhs=rhs, kind=kind, family=_F, source=_S, why=why, result=result,
        form=partial(ComponentRule, formula=formula),
    )  # fmt: skip


_by_components(150, "written-out", "in entries", "x: R^m, A: m x n, y: R^n", "x' A y", "sum((x y') .* A)",
               r"\mathbf{x}^\top\mathbf{A}\mathbf{y} = \sum_{i,j} x_i A_{ij} y_j",
               "A matrix product is a sum over the index that its factors share.")  # fmt: skip
_by_components(151, "by-entries", "definition by entries", "A: n x m, X: m x n", "tr(A dX)", "A",
               r"\Bigl(\frac{\partial f}{\partial \mathbf{X}}\Bigr)_{lk} = \frac{\partial f}{\partial X_{kl}}",
               "The derivative is the array of the partial derivatives; this is its place in numerator layout.",
               kind="identification", result=True)  # fmt: skip
_by_components(152, "chain-entries", "chain rule by components", "x: R^n, y: R^n -> R^m, f: R^m -> R", "d f(y(x))",
               "sum(f'(y(x))' .* (y'(x) dx))",
               r"\frac{\partial f}{\partial x_k} = \sum_i \frac{\partial f}{\partial y_i}\,\frac{\partial y_i}{\partial x_k}",
               "The multivariable chain rule: every entry through which f changes has its part.")  # fmt: skip
_by_components(153, "entry-delta", "derivative of an entry", "X: m x n", "sum(eye(m) X)", "sum(X eye(n))",
               r"\frac{\partial X_{ij}}{\partial X_{kl}} = \delta_{ik}\,\delta_{jl}",
               "An entry changes with itself and with no other; δ is Kronecker's, 1 where its indices agree.")  # fmt: skip
_by_components(154, "contract-delta", "contract the deltas", "A: n x n", "sum(eye(n) .* A)", "tr(A)",
               r"\sum_i \delta_{ik} a_i = a_k", "Of a sum over i, a delta leaves the term with i = k.")  # fmt: skip
_by_components(155, "matrix-notation", "back to matrix notation", "x: R^m, A: m x n, y: R^n", "sum((x y') .* A)",
               "x' A y", r"\sum_j A_{ij} B_{jk} = (\mathbf{A}\mathbf{B})_{ik}",
               "A summed index between two factors is a matrix product, parallel ones are a Hadamard product.")  # fmt: skip
