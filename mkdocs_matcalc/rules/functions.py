"""The rules that functions bring with them, each stated in the row of its function."""

from __future__ import annotations

from ..functions.table import TABLE
from .guard import Guard, defined, invertible
from .register import rule

_GUARDS = {"invertible": invertible, "defined": defined}


def _guard(words: str) -> Guard:
    """The guard that a row names as `X invertible`."""
    name, _, condition = words.partition(" ")
    return _GUARDS[condition](name)


for _law in TABLE.laws():
    rule(
        _law.number, _law.name, _law.title, given=_law.given, lhs=_law.lhs, rhs=_law.rhs, kind=_law.kind,
        when=tuple(map(_guard, _law.when)), family=_law.family, source=_law.source, why=_law.why, domain=_law.domain,
    )  # fmt: skip
