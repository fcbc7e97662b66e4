r"""Derivations of matrix derivatives, line by line, every line checked with numbers.

    from mkdocs_matcalc import derive
    [d] = derive("let x in R^n\nd/dx x' A x", layout="denominator")
    print(d.text)

The engine is imported where it is first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; to import `typing` would cost more than all the rest
if TYPE_CHECKING:
    from typing import Any

    from .engine.derivation import Derivation
    from .errors import DeriveError
    from .pipeline import derive

__all__ = [
    "Derivation", "DeriveError", "Expression", "Function", "adj", "cos", "derive", "det", "diag", "dot", "exp",
    "eye", "from_sympy", "hadamard", "inner", "inv", "kron", "log", "logdet", "logsumexp", "mean", "norm",
    "norm1", "norm2", "ones", "power", "relu", "sigmoid", "sin", "size", "softmax", "softplus", "sqrt",
    "symbols", "tan", "tanh", "to_sympy", "tr", "vec",
]  # fmt: skip

#: Where each public name lives; the functions of `build` make expressions in Python.
_HOMES = {
    **dict.fromkeys(__all__, "build"),
    "derive": "pipeline",
    "DeriveError": "errors",
    "Derivation": "engine.derivation",
    "from_sympy": "bridge",
    "to_sympy": "bridge",
    "load_ipython_extension": "publish.magic",  # what `%load_ext mkdocs_matcalc` asks for
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
