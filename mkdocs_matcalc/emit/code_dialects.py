"""PyTorch and JAX as dialects of the grammar of NumPy, and NumPy as it is written for speed.

In: nothing. Out: `DIALECTS`, a row each. What a library computes in one stable call (softmax,
logsumexp, softplus) is written so; what it has under another name stands in the tables.
"""

from __future__ import annotations

from dataclasses import replace

from .code_tables import CALLS, ENTRIES, HELPERS, NUMPY, Dialect


def _under(table: dict[str, str], module: str) -> dict[str, str]:
    """A table of NumPy for a library that has the same names."""
    return {name: text.replace("np.", f"{module}.") for name, text in table.items()}


_ADJ = {"adj": HELPERS["adj"]}

_TORCH_CALLS = {
    **_under(CALLS, "torch"),
    "logdet": "torch.linalg.slogdet({a}).logabsdet",
    "logsumexp": "torch.logsumexp({t}.reshape(-1), dim=0)",
    "logsumexp_rows": "torch.logsumexp({a}, dim=1)",
    "logsumexp_columns": "torch.logsumexp({a}, dim=0)",
    "softmax": "torch.softmax({a}, dim=0)",
    "softmax_all": "torch.softmax({t}.reshape(-1), dim=0).reshape({t}.shape)",
    "softmax_rows": "torch.softmax({a}, dim=1)",
    "softmax_columns": "torch.softmax({a}, dim=0)",
    "vec": "{t}.T.reshape(-1)",
}
_TORCH_ENTRIES = {
    "sigmoid": "torch.sigmoid({a})",
    "relu": "torch.relu({a})",
    "softplus": "torch.nn.functional.softplus({a})",
    "step": "torch.heaviside({a}, torch.zeros_like({a}))",
}
_TORCH_HELPERS = {
    # by singular values: right where the matrix has no inverse, too
    "adj": "def adj(X):\n    U, s, Vh = torch.linalg.svd(X)\n"
    "    others = torch.stack([torch.prod(torch.cat([s[:i], s[i + 1 :]])) for i in range(len(s))])\n"
    "    return torch.linalg.det(U) * torch.linalg.det(Vh) * (Vh.T * others) @ U.T",
    # torch.kron itself takes no transposed views
    "kron": "def kron(A, B):\n    return torch.kron(A.contiguous(), B.contiguous())",
}
_JAX_CALLS = {
    **_under(CALLS, "jnp"),
    "logsumexp": "jax.nn.logsumexp({a})",
    "logsumexp_rows": "jax.nn.logsumexp({a}, axis=1)",
    "logsumexp_columns": "jax.nn.logsumexp({a}, axis=0)",
    "softmax": "jax.nn.softmax({a})",
    "softmax_all": "jax.nn.softmax({a}, axis=(0, 1))",
    "softmax_rows": "jax.nn.softmax({a}, axis=1)",
    "softmax_columns": "jax.nn.softmax({a}, axis=0)",
}
_JAX_ENTRIES = {
    **_under(ENTRIES, "jnp"),
    **{name: f"jax.nn.{name}({{a}})" for name in ("sigmoid", "relu", "softplus")},
}

_TORCH = Dialect(
    module="torch", imports="import torch", calls=_TORCH_CALLS, entries=_TORCH_ENTRIES, helpers=_TORCH_HELPERS,
    eye="torch.eye({}, **like)", filled="torch.{word}({shape}, **like)",
    order="torch.arange({total}).reshape({n}, {m}).T.reshape(-1)", outer="torch.outer({}, {})",
    kron="kron({}, {})", sum_all="torch.sum({a})", sum_axis="torch.sum({a}, dim={axis})",
    stack="torch.stack([torch.as_tensor(entry, **like) for entry in ({},)])",
    wrap="torch.tensor(float({}), **like)", like='like = {{"dtype": {a}.dtype, "device": {a}.device}}', ordered=True,
    reserved=frozenset({"torch", "like", "adj", "kron"}), scalar="0-dimensional",
    adds="All arguments are tensors of one floating-point type, scalars too.",
)  # fmt: skip

_JAX = Dialect(
    module="jnp", imports="import jax\nimport jax.numpy as jnp", calls=_JAX_CALLS, entries=_JAX_ENTRIES,
    helpers=_under(_ADJ, "jnp"), eye="jnp.eye({})", filled="jnp.{word}({shape})",
    order="jnp.arange({total}).reshape({n}, {m}).T.ravel()", outer="jnp.outer({}, {})", kron="jnp.kron({}, {})",
    sum_all="jnp.sum({a})", sum_axis="jnp.sum({a}, axis={axis})", ordered=True,
    reserved=frozenset({"jax", "jnp", "adj"}), scalar="a scalar",
)  # fmt: skip

#: The languages that share the grammar of NumPy.
DIALECTS: dict[str, Dialect] = {
    "numpy": replace(NUMPY, ordered=True, reserved=frozenset({"np", *HELPERS})),
    "torch": _TORCH,
    "jax": _JAX,
}
