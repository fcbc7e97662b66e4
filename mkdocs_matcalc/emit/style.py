"""How things are written, as data: one `Style` a notation; how a function is written stands in its row.

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
    abs: str
    prime: str


LATEX = Style(
    name="latex", minus="-", space="", before_d=r"\,", dot=r"\cdot ", hadamard=r" \circ ", over=r" \oslash ",
    kron=r" \otimes ", transpose=r"{}^\top", inverse="{}^{{-1}}", inverse_transpose=r"{}^{{-\top}}",
    power="{}^{{{}}}", entry_power=r"{}^{{\circ {}}}", exponent="{}", fraction=r"\frac{{{}}}{{{}}}",
    number=r"\tfrac{{{}}}{{{}}}", open="(", close=")", call="{}({})", d=r"\mathrm{{d}}{}",
    abs=r"\lvert {} \rvert", prime="'",
)  # fmt: skip

TEXT = Style(
    name="text", minus="-", space=" ", before_d=" ", dot="*", hadamard=" .* ", over=" ./ ", kron="",
    transpose="{}'", inverse="{}^-1", inverse_transpose="{}^{{-T}}", power="{}^{}", entry_power="{}.^{}",
    exponent="({})", fraction="", number="{}/{}", open="(", close=")", call="{}({})", d="d{}",
    abs="abs({})", prime="'",
)  # fmt: skip

UNICODE = Style(
    name="unicode", minus="−", space=" ", before_d=" ", dot="·", hadamard=" ∘ ", over=" ⊘ ", kron=" ⊗ ",
    transpose="{}ᵀ", inverse="{}⁻¹", inverse_transpose="{}⁻ᵀ", power="{}^{}", entry_power="{}.^{}",
    exponent="({})", fraction="", number="{}/{}", open="(", close=")", call="{}({})", d="d{}",
    abs="|{}|", prime="′",
)  # fmt: skip
