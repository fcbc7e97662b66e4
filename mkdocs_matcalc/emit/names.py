"""Names as they are set: `W1` and `W_1` as W with index 1, Greek names as letters, vectors and matrices bold."""

from __future__ import annotations

import re
from functools import lru_cache

from ..expr.naming import parts

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

#: Capital Greek letters that LaTeX has no command for, since they look Latin.
_LATIN = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X",
}  # fmt: skip

_SUPERSCRIPT = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache(maxsize=4096)
def latex_name(name: str, kind: str) -> str:
    """A name in LaTeX: italic for a scalar, bold for a vector or matrix, upright for a function of several letters."""
    base, index, accent, upper = parts(name)
    if base in GREEK and base != "omicron":
        letter = rf"\{base}"
        out = letter if kind in ("scalar", "function") else rf"\boldsymbol{{{letter}}}"
    else:
        base = _LATIN.get(base, "o" if base == "omicron" else base)
        if kind in ("scalar", "function"):
            out = base if len(base) == 1 else rf"\mathrm{{{base}}}"
        else:
            out = rf"\mathbf{{{base}}}"
    if accent:
        out = rf"\{accent}{{{out}}}"
    if index:
        out += f"_{{{index}}}" if re.fullmatch(r"\d+|[a-zA-Z]", index) else rf"_{{\text{{{index}}}}}"
    return rf"{out}^{{{_upper(upper)}}}" if upper else out


def _upper(mark: str) -> str:
    return r"\star" if mark == "star" else mark


def raised(formula: str, mark: str) -> str:
    r"""A name in LaTeX with a superscript more, `W^{(2)\top}`: TeX takes one only."""
    return f"{formula[:-1]}{mark}}}" if has_upper(formula) else f"{formula}^{mark}"


def has_upper(formula: str) -> bool:
    """Whether the LaTeX of a name ends with an upper mark."""
    return formula.endswith((")}", "]}", r"\star}")) and "^{" in formula


@lru_cache(maxsize=4096)
def unicode_name(name: str) -> str:
    """A name for a terminal: Greek letters, and digits of an index set low."""
    base, index, accent, upper = parts(name)
    out = GREEK.get(base, base) + (f"_{accent}" if accent else "")
    if index:
        out += index.translate(_SUBSCRIPT) if index.isdigit() and not accent else f"_{index}"
    if upper == "star":
        return f"{out}⋆"
    return out + (
        upper.translate(_SUPERSCRIPT) if upper[1:-1].isdigit() and upper[0] == "(" else f"^{upper}" if upper else ""
    )


def latex_dim(names: str) -> str:
    """A dimension in LaTeX."""
    return " ".join(latex_name(n, "scalar") if not n.isdigit() else n for n in names.split(" "))
