"""A stand-in for the engine, so that what is said of a page does not hang on how a derivation reads.

A block whose text has `oops` is a mistake at that word; `crash` fails inside. Every other block is
least squares, once for each line that begins with `df/` or `d/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mkdocs_matcalc.errors import DeriveError, Span
from mkdocs_matcalc.publish.derived import Check, Derived, Row
from mkdocs_matcalc.publish.derived import Rule as Cited
from mkdocs_matcalc.publish.settings import Settings


@dataclass(frozen=True)
class Rule:
    number: int
    name: str
    title: str
    family: str
    latex: str
    condition: str = ""
    source: str = "Magnus and Neudecker, ch. 8"
    why: str = ""

    @property
    def anchor(self) -> str:
        return f"rule-{self.number}"

    def statement_latex(self) -> str:
        return self.latex


PRODUCT = Cited(10, "product rule")
NORM = Cited(52, "definition of the norm")
AFFINE = Cited(12, "constants")
IDENTIFY = Cited(2, "identification")

_E = r"\mathbf{A}\mathbf{x} - \mathbf{b}"
ROWS = [
    Row("given", "f", rf"\lVert {_E} \rVert^2"),
    Row("line", r"\mathrm{d}f", rf"\mathrm{{d}}\bigl(({_E})^\top ({_E})\bigr)", (NORM,)),
    Row("line", "", rf"2({_E})^\top\, \mathrm{{d}}({_E})", (PRODUCT,), "a scalar is its own transpose"),
    Row("line", "", rf"2({_E})^\top \mathbf{{A}}\,\mathrm{{d}}\mathbf{{x}}", (AFFINE,)),
    Row(
        "result",
        r"\frac{\partial f}{\partial \mathbf{x}}",
        rf"2({_E})^\top \mathbf{{A}}",
        (IDENTIFY,),
        r"numerator layout: $1 \times n$",
    ),
]

RULES = [
    Rule(2, "identify-vector", "identification", "Reading off", r"\mathrm{d}y = \mathbf{A}\,\mathrm{d}\mathbf{x}"),
    Rule(
        10,
        "product",
        "product rule",
        "Products",
        r"\mathrm{d}(\mathbf{X}\mathbf{Y}) = (\mathrm{d}\mathbf{X})\,\mathbf{Y} + \mathbf{X}\,\mathrm{d}\mathbf{Y}",
    ),
    Rule(
        12, "d-affine", "constants", "Products", r"\mathrm{d}(\mathbf{A}\mathbf{x}) = \mathbf{A}\,\mathrm{d}\mathbf{x}"
    ),
    Rule(
        18,
        "d-det",
        "determinant",
        "Determinant",
        r"\mathrm{d}\det(\mathbf{X}) = \det(\mathbf{X}) \operatorname{tr}(\mathbf{X}^{-1}\,\mathrm{d}\mathbf{X})",
        "X invertible",
        why="Jacobi's formula: $\\operatorname{adj}(\\mathbf X)$ needs no inverse.",
    ),
    Rule(52, "norm", "definition of the norm", "Norms", r"\lVert \mathbf{x} \rVert^2 = \mathbf{x}^\top \mathbf{x}"),
]


TEXT = "f = ‖A x − b‖²\ndf = 2(A x − b)ᵀ A dx\n∂f/∂x = 2(A x − b)ᵀ A"
NUMPY = "def derivative(A, b, x):\n    return 2 * (A @ x - b) @ A\n"
#: What the page has asked for, for tests that count.
asked: list[str] = []


def compute(text: str, _settings: Settings) -> list[Derived]:
    asked.append(text)
    if "crash" in text:
        raise ZeroDivisionError("division by zero")
    if "oops" in text:
        at = text.index("oops")
        raise DeriveError("unknown name 'oops'", text=text, span=Span(at, at + 4), hint="declare it with let")
    pairs = [line.split(":", 1) for line in text.split("\n") if ":" in line]
    directives = {key.strip(): value.strip() for key, value in pairs if key.strip().isalpha()}
    goals = [line for line in text.split("\n") if line.startswith(("df/", "d/"))] or [text.strip()]
    title = directives.get("title", "")
    remarks = (directives["remark"],) if "remark" in directives else ()
    return [
        Derived(
            title=title or goal,
            goal=goal,
            rows=tuple(ROWS),
            text=TEXT,
            latex="\\begin{align*}\n  f &= 0\n\\end{align*}",
            numpy=NUMPY,
            names=("A", "x", "b"),
            remarks=remarks,
            directives=directives,
            check=Check(3, 2e-9),
        )
        for goal in goals
    ]


def rules() -> list[Rule]:
    return list(RULES)
