"""Names as they are set: `W1` and `W_1` as W with index 1, Greek names as letters, vectors and matrices bold."""

from __future__ import annotations

import re
from functools import lru_cache

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

_PARTS = re.compile(r"([^\W\d_]+)(\d*)((?:_\w*)?)$")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def split(name: str) -> tuple[str, str]:
    """A name as its base and its index (`W1` → W, 1; `x_train` → x, train)."""
    m = _PARTS.match(name)
    if not m:
        return name, ""
    return m[1], ", ".join(part for part in (m[2], *m[3].split("_")) if part)


@lru_cache(maxsize=4096)
def latex_name(name: str, kind: str) -> str:
    """A name in LaTeX: italic for a scalar, bold for a vector or matrix, upright for a function of several letters."""
    base, index = split(name)
    if base in GREEK and base != "omicron":
        letter = rf"\{base}"
        out = letter if kind in ("scalar", "function") else rf"\boldsymbol{{{letter}}}"
    else:
        base = _LATIN.get(base, "o" if base == "omicron" else base)
        if kind in ("scalar", "function"):
            out = base if len(base) == 1 else rf"\mathrm{{{base}}}"
        else:
            out = rf"\mathbf{{{base}}}"
    if not index:
        return out
    return f"{out}_{{{index}}}" if re.fullmatch(r"\d+|[a-zA-Z]", index) else rf"{out}_{{\text{{{index}}}}}"


@lru_cache(maxsize=4096)
def unicode_name(name: str) -> str:
    """A name for a terminal: Greek letters, and digits of an index set low."""
    base, index = split(name)
    base = GREEK.get(base, base)
    if not index:
        return base
    return base + (index.translate(_SUBSCRIPT) if index.isdigit() else f"_{index}")


def latex_dim(names: str) -> str:
    """A dimension in LaTeX."""
    return " ".join(latex_name(n, "scalar") if not n.isdigit() else n for n in names.split(" "))
