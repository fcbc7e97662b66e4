"""How things are written, as data: one `Style` a notation, and the table of function names.

The printer (`printer.py`) knows the grammar of formulas once; what differs between LaTeX, the
block language and Unicode text for a terminal stands here, a field a notation.
"""

from __future__ import annotations

from dataclasses import dataclass

#: From loosest to tightest, as in the block language.
SUM, PRODUCT, SIGN, POWER, POSTFIX, ATOM = range(1, 7)


@dataclass(frozen=True)
class Style:
    """One notation; `{}` in a template is the operand."""

    name: str
    minus: str
    space: str  # between factors of a product
    before_d: str  # between a factor and a differential behind it
    dot: str  # between a number and a factor that begins with a digit
    hadamard: str
    over: str  # entrywise division
    kron: str
    transpose: str
    inverse: str
    inverse_transpose: str
    power: str  # base, exponent
    entry_power: str
    exponent: str  # a bracketed exponent
    fraction: str  # numerator, denominator; "" to write a quotient in a line
    number: str  # a rational number
    open: str
    close: str
    call: str  # function, argument
    d: str
    norm: str
    norm_f: str
    norm_1: str
    det: str
    abs: str
    sqrt: str
    prime: str


LATEX = Style(
    name="latex", minus="-", space="", before_d=r"\,", dot=r"\cdot ", hadamard=r" \circ ", over=r" \oslash ",
    kron=r" \otimes ", transpose=r"{}^\top", inverse="{}^{{-1}}", inverse_transpose=r"{}^{{-\top}}",
    power="{}^{{{}}}", entry_power=r"{}^{{\circ {}}}", exponent="{}", fraction=r"\frac{{{}}}{{{}}}",
    number=r"\tfrac{{{}}}{{{}}}", open="(", close=")", call="{}({})", d=r"\mathrm{{d}}{}",
    norm=r"\lVert {} \rVert", norm_f=r"\lVert {} \rVert_F", norm_1=r"\lVert {} \rVert_1",
    det=r"\lvert {} \rvert", abs=r"\lvert {} \rvert", sqrt=r"\sqrt{{{}}}", prime="'",
)  # fmt: skip

TEXT = Style(
    name="text", minus="-", space=" ", before_d=" ", dot="*", hadamard=" .* ", over=" ./ ", kron="",
    transpose="{}'", inverse="{}^-1", inverse_transpose="{}^{{-T}}", power="{}^{}", entry_power="{}.^{}",
    exponent="({})", fraction="", number="{}/{}", open="(", close=")", call="{}({})", d="d{}",
    norm="||{}||", norm_f="||{}||_F", norm_1="||{}||_1", det="det({})", abs="abs({})", sqrt="sqrt({})", prime="'",
)  # fmt: skip

UNICODE = Style(
    name="unicode", minus="−", space=" ", before_d=" ", dot="·", hadamard=" ∘ ", over=" ⊘ ", kron=" ⊗ ",
    transpose="{}ᵀ", inverse="{}⁻¹", inverse_transpose="{}⁻ᵀ", power="{}^{}", entry_power="{}.^{}",
    exponent="({})", fraction="", number="{}/{}", open="(", close=")", call="{}({})", d="d{}",
    norm="‖{}‖", norm_f="‖{}‖_F", norm_1="‖{}‖₁", det="|{}|", abs="|{}|", sqrt="√({})", prime="′",
)  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A function's name in LaTeX; the block language has the key itself."""

    latex: str
    text: str = ""


def _operator(name: str) -> str:
    return rf"\operatorname{{{name}}}"


#: The functions of whole arrays and of entries; `text` where the language writes another name.
WORDS: dict[str, Word] = {
    "tr": Word(_operator("tr")),
    "det": Word(r"\det"),
    "logdet": Word(r"\log\det"),
    "adj": Word(_operator("adj")),
    "sum": Word(_operator("sum")),
    "logsumexp": Word(_operator("logsumexp")),
    "softmax": Word(_operator("softmax")),
    "softmax_all": Word(_operator("softmax")),
    "softmax_rows": Word(_operator("softmax")),
    "softmax_columns": Word(_operator("softmax")),
    "logsumexp_rows": Word(_operator("logsumexp")),
    "logsumexp_columns": Word(_operator("logsumexp")),
    "vec": Word(_operator("vec")),
    "diag": Word(_operator("Diag")),
    "diagonal": Word(_operator("diag"), "diag"),
    "norm1": Word(""),
    "norm2": Word(""),
    **{name: Word(f"\\{name}") for name in ("exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh")},
    **{name: Word(_operator(name)) for name in ("sign", "sigmoid", "relu", "softplus", "step", "abs")},
    "sqrt": Word(""),
}  # fmt: skip
