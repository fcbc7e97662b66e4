"""The table of functions: registration, look-up by name, and the views that stages take of it.

In: the rows that the families of `_FAMILIES` register when the table is first read. Out: rows by name, in the order
in which they were registered. A name, and the number of a law, is taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from .row import LANGUAGES, Code, Function, FunctionError, Law

#: The files with rows.
_FAMILIES = ("entrywise", "trace", "determinant", "norms", "softmax")


class Table:
    """The functions of the language, by name."""

    def __init__(self, families: tuple[str, ...] = _FAMILIES) -> None:
        self._families = families
        self._rows: dict[str, Function] = {}
        self._loaded = False

    def register(self, row: Function) -> None:
        """Take a row in; `FunctionError` where it lacks a column, or its name is taken."""
        row.validate()
        if row.name in self._rows:
            raise FunctionError(f"{row.name}: there is a row of this name already")
        self._rows[row.name] = row

    def _load(self) -> dict[str, Function]:
        if not self._loaded:
            self._loaded = True
            for family in self._families:
                import_module(f"{__package__}.{family}")
        return self._rows

    def __iter__(self) -> Iterator[Function]:
        return iter(self._load().values())

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __getitem__(self, name: str) -> Function:
        return self._load()[name]

    def get(self, name: str) -> Function | None:
        """The row of a name, or None."""
        return self._load().get(name)

    # -- views

    def entrywise(self) -> dict[str, Function]:
        """The rows of what acts on every entry."""
        return {row.name: row for row in self if row.entrywise}

    def arrays(self) -> dict[str, Function]:
        """The rows of what takes a whole vector or matrix."""
        return {row.name: row for row in self if not row.entrywise}

    def laws(self) -> Iterator[Law]:
        """The rules that functions bring."""
        for row in self:
            yield from row.laws

    def calls(self, language: str) -> dict[str, str]:
        """How a language calls each function of arrays."""
        return {row.name: row.code[language].call for row in self if not row.entrywise}

    def vector_calls(self, language: str) -> dict[str, str]:
        """How it calls those that are called otherwise for a vector."""
        return {row.name: row.code[language].vector for row in self if row.code[language].vector}

    def entries(self, language: str) -> dict[str, str]:
        """How a language calls, or names, each entrywise function."""
        return {row.name: row.code[language].call for row in self if row.entrywise}

    def helper_names(self, language: str) -> dict[str, str]:
        """The names of the helpers that functions need, by function."""
        return {row.name: c.helper_name or row.name for row in self if (c := row.code[language]).helper}

    def helpers(self, language: str) -> dict[str, str]:
        """The definitions that go with the code of a language, by the name that they are called by."""
        return {name: self[of].code[language].helper for of, name in self.helper_names(language).items()}

    def of_matrices(self) -> dict[str, Function]:
        """Entrywise functions by the name in code of the function of a matrix as a whole that may be meant instead."""
        return {row.of_matrix[1]: row for row in self if row.of_matrix[1]}

    def by_sympy(self) -> dict[str, str]:
        """Functions by the class of SymPy that is read as them."""
        return {row.sympy_class: row.name for row in self if row.sympy_class}


TABLE = Table()


def of_array(
    name: str,
    *,
    takes: str,
    gives: tuple[str, str],
    latex: str,
    value: Callable[..., Any],
    sympy: Callable[..., Any] | None,
    laws: tuple[Law, ...],
    linear: bool = False,
    of_number: tuple[str, ...] | None = (),
    **columns: Any,
) -> None:
    """A row of a function of whole arrays; see `Function` for the columns, each language being one of its own name."""
    code = {k: c if isinstance(c, Code) else Code(c) for k in LANGUAGES if (c := columns.pop(k, None)) is not None}
    TABLE.register(
        Function(
            name=name,
            entrywise=False,
            takes=takes,
            gives=gives,
            linear=linear,
            of_number=of_number,
            latex=latex,
            code=code,
            value=value,
            sympy=sympy,
            laws=laws,
            **columns,
        )
    )
