"""PyTorch and JAX as dialects of the grammar of NumPy, and NumPy as it is written for speed.

In: the table of functions. Out: `DIALECTS`, a row each.
"""

from __future__ import annotations

from dataclasses import replace

from ..functions.table import TABLE
from .code_tables import NUMPY, Dialect

_TORCH_HELPERS, _JAX_HELPERS = TABLE.helpers("torch"), TABLE.helpers("jax")
#: torch.kron itself takes no transposed views
_KRON = "def kron(A, B):\n    return torch.kron(A.contiguous(), B.contiguous())"

_TORCH = Dialect(
    module="torch", imports="import torch", calls=TABLE.calls("torch"), entries=TABLE.entries("torch"),
    helpers={**_TORCH_HELPERS, "kron": _KRON},
    eye="torch.eye({}, **like)", filled="torch.{word}({shape}, **like)",
    order="torch.arange({total}).reshape({n}, {m}).T.reshape(-1)", outer="torch.outer({}, {})", weighted="torch.tensordot({w}, {a}, 1)",
    kron="kron({}, {})", sum_all="torch.sum({a})", sum_axis="torch.sum({a}, dim={axis})",
    stack="torch.stack([torch.as_tensor(entry, **like) for entry in ({},)])",
    wrap="torch.tensor(float({}), **like)", like='like = {{"dtype": {a}.dtype, "device": {a}.device}}', ordered=True,
    reserved=frozenset({"torch", "like", "kron", *_TORCH_HELPERS}), scalar="0-dimensional",
    adds="All arguments are tensors of one floating-point type, scalars too.",
)  # fmt: skip

_JAX = Dialect(
    module="jnp", imports="import jax\nimport jax.numpy as jnp", calls=TABLE.calls("jax"),
    entries=TABLE.entries("jax"), helpers=_JAX_HELPERS, eye="jnp.eye({})", filled="jnp.{word}({shape})",
    order="jnp.arange({total}).reshape({n}, {m}).T.ravel()", outer="jnp.outer({}, {})", weighted="jnp.tensordot({w}, {a}, 1)", kron="jnp.kron({}, {})",
    sum_all="jnp.sum({a})", sum_axis="jnp.sum({a}, axis={axis})", ordered=True,
    reserved=frozenset({"jax", "jnp", *_JAX_HELPERS}), scalar="a scalar",
)  # fmt: skip

#: The languages that share the grammar of NumPy.
DIALECTS: dict[str, Dialect] = {
    "numpy": replace(NUMPY, ordered=True, reserved=frozenset({"np", *NUMPY.helpers})),
    "torch": _TORCH,
    "jax": _JAX,
}
