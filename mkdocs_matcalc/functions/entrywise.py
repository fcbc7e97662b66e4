"""The functions that act on every entry alike: a row each, with the derivative in closed form.

The derivative is written in the block language, in terms of X; the differential is derivative ∘ dX, Magnus and
Neudecker, ch. 8 (rule 19 applied). No column overflows where the function itself does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .row import Code, Fence, Function, Law
from .table import TABLE

_FAMILY = "Entrywise functions"
_SOURCE = "any calculus text"
_KINK = "Where no entry is zero."


def _entrywise(
    name: str,
    number: int,
    derivative: str,
    *,
    latex: str,
    numpy: str | Code,
    torch: str,
    jax: str,
    matlab: str | Code,
    julia: str | Code,
    sympy: str | Callable[[Any, Any], Any] | None,
    sympy_class: str = "",
    fence: Fence | None = None,
    domain: str = "",
    why: str = "",
    written: bool = True,
    where: str = "",
    range: str = "",  # noqa: A002 - the name of the column
    of_matrix: tuple[str, str] = ("", ""),
) -> None:
    """A row: the rule of its derivative is (`number`); `domain` is how its test draws X."""
    code = {"numpy": numpy, "torch": torch, "jax": jax, "matlab": matlab, "julia": julia}
    law = Law(
        number, f"d-{name}", f"derivative of {name}", "X: m x n", f"d {name}(X)", f"{derivative} .* dX", _SOURCE,
        _FAMILY, why=why, domain=domain,
    )  # fmt: skip
    TABLE.register(
        Function(
            name=name,
            entrywise=True,
            takes="any",
            gives=("r", "c"),
            linear=False,
            of_number=(name,),
            latex=latex,
            code={k: c if isinstance(c, Code) else Code(c) for k, c in code.items()},
            value=None,
            sympy=sympy,
            sympy_class=sympy_class or (sympy if isinstance(sympy, str) else ""),
            laws=(law,),
            fence=fence,
            written=written,
            family=_FAMILY,
            where=where,
            range=range,
            of_matrix=of_matrix,
        )
    )


def _everywhere(name: str, number: int, derivative: str, *, sympy: str = "", array: str = "", **more: Any) -> None:
    """A row for what every library has under one name; `array` is the name in MATLAB and Julia where that differs."""
    _entrywise(
        name, number, derivative, latex=more.pop("latex", f"\\{name}"), numpy=f"np.{name}({{a}})",
        torch=f"torch.{name}({{a}})", jax=f"jnp.{name}({{a}})", matlab=array or name, julia=array or name,
        sympy=sympy or name, **more,
    )  # fmt: skip


_everywhere("exp", 42, "exp(X)", of_matrix=("matrix exponential", "expm"), range="(0, ∞)")
_everywhere("log", 43, "X.^-1", domain="positive", of_matrix=("matrix logarithm", "logm"), where="positive")
_everywhere(
    "sqrt", 44, "(2 sqrt(X)).^-1", domain="positive", latex=r"\operatorname{sqrt}",
    fence=Fence(r"\sqrt{{{a}}}", "sqrt({a})", "√({a})"), of_matrix=("matrix square root", "sqrtm"), where="positive", range="[0, ∞)")  # fmt: skip
_everywhere("abs", 56, "sign(X)", latex=r"\operatorname{abs}", sympy="Abs", why=_KINK, where="nonzero", range="[0, ∞)")
_everywhere(
    "sign",
    57,
    "zeros(m, n)",
    latex=r"\operatorname{sign}",
    why=_KINK,
    of_matrix=("matrix sign function", "signm"),
    where="nonzero",
)
_everywhere("sin", 45, "cos(X)", of_matrix=("matrix sine", "sinm"), range="[-1, 1]")
_everywhere("cos", 46, "(-sin(X))", of_matrix=("matrix cosine", "cosm"), range="[-1, 1]")
_everywhere("tan", 47, "(1 .+ tan(X).^2)", domain="small", of_matrix=("matrix tangent", "tanm"))
_everywhere(
    "arcsin",
    48,
    "(1 .- X.^2).^(-1/2)",
    sympy="asin",
    array="asin",
    domain="small",
    of_matrix=("inverse sine of the whole matrix", ""),
    where="inside",
)
_everywhere(
    "arccos",
    49,
    "(-(1 .- X.^2).^(-1/2))",
    sympy="acos",
    array="acos",
    domain="small",
    of_matrix=("inverse cosine of the whole matrix", ""),
    where="inside",
)
_everywhere(
    "arctan", 50, "(1 .+ X.^2).^-1", sympy="atan", array="atan", of_matrix=("inverse tangent of the whole matrix", "")
)
_everywhere("sinh", 51, "cosh(X)", of_matrix=("hyperbolic matrix sine", "sinhm"))
_everywhere("cosh", 52, "sinh(X)", of_matrix=("hyperbolic matrix cosine", "coshm"), range="[1, ∞)")
_everywhere("tanh", 53, "(1 .- tanh(X).^2)", of_matrix=("hyperbolic matrix tangent", "tanhm"), range="(-1, 1)")
_entrywise(
    "sigmoid", 54, "sigmoid(X) .* (1 .- sigmoid(X))", latex=r"\operatorname{sigmoid}",
    numpy=Code("np.exp(-np.logaddexp(0, -{t}))", "def sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))"),
    torch="torch.sigmoid({a})", jax="jax.nn.sigmoid({a})",
    matlab=Code("sigmoid", "function y = sigmoid(z)\n    y = 1 ./ (1 + exp(-z));\nend"),
    julia=Code("sigmoid", "sigmoid(z) = 1 / (1 + exp(-z))"),
    sympy=lambda s, t: 1 / (1 + s.exp(-t)), why="σ′ = σ(1 − σ).", range="(0, 1)")  # fmt: skip
_entrywise(
    "softplus", 55, "sigmoid(X)", latex=r"\operatorname{softplus}", numpy="np.logaddexp(0, {a})",
    torch="torch.nn.functional.softplus({a})", jax="jax.nn.softplus({a})",
    matlab=Code("softplus", "function y = softplus(z)\n    y = max(z, 0) + log1p(exp(-abs(z)));\nend"),
    julia=Code("softplus", "softplus(z) = max(z, 0) + log1p(exp(-abs(z)))"),
    sympy=lambda s, t: s.log(1 + s.exp(t)), range="(0, ∞)")  # fmt: skip
_entrywise(
    "relu", 58, "step(X)", latex=r"\operatorname{relu}", numpy="np.maximum({a}, 0)", torch="torch.relu({a})",
    jax="jax.nn.relu({a})", matlab=Code("relu", "function y = relu(z)\n    y = max(z, 0);\nend"),
    julia=Code("relu", "relu(z) = max(z, 0)"), sympy=lambda s, t: s.Max(0, t),
    why="Where no entry is zero; step is 1 for a positive entry and 0 for a negative one.", where="nonzero", range="[0, ∞)")  # fmt: skip
_entrywise(
    "step", 59, "zeros(m, n)", latex=r"\operatorname{step}", numpy="np.heaviside({a}, 0)",
    torch="torch.heaviside({a}, torch.zeros_like({a}))", jax="jnp.heaviside({a}, 0)",
    matlab=Code("step", "function y = step(z)\n    y = double(z > 0);\nend"),
    julia=Code("step", "step(z) = float(z > 0)"), sympy="Heaviside", why=_KINK, written=False, where="nonzero", range="[0, 1]")  # fmt: skip
