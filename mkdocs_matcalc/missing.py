"""What is said where a package is missing that this one is built on: which, what for, and how it is installed.

In: the `ImportError` of an import that failed, or the name of a module. Out: a `MissingPackageError`, which every
stage hands on as it does a mistake in a block; or the module.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, NamedTuple

from .errors import DeriveError


class _Package(NamedTuple):
    called: str
    project: str  # what pip knows it as
    use: str  # what it is for


_PACKAGES = {
    "numpy": _Package("NumPy", "numpy", "checks every line"),
    "sympy": _Package("SymPy", "sympy", "does the calculus of scalars"),
    "mpmath": _Package("mpmath", "mpmath", "SymPy is built on"),
    "markdown": _Package("Markdown", "markdown", "reads pages"),
    "pymdownx": _Package("pymdown-extensions", "pymdown-extensions", "finds the blocks of a page"),
    "mkdocs": _Package("MkDocs", "mkdocs", "builds the site"),
    "math_core": _Package("math-core", "math-core", "makes MathML of a formula"),
    "IPython": _Package("IPython", "ipython", "runs the cells of a notebook"),
}
_NAMED = re.compile(r"\b(?:" + "|".join(_PACKAGES) + r")\b")


class MissingPackageError(DeriveError):
    """A package is missing, or is there and cannot be imported."""


def error(failed: ImportError) -> MissingPackageError:
    """The error that says what an import lacked."""
    named = failed.name or ""
    if named.partition(".")[0] not in _PACKAGES and (told := _NAMED.search(str(failed))):
        named = told.group()
    name = named.partition(".")[0]
    known = _PACKAGES.get(name)
    called, project = (known.called, known.project) if known else (name or "a Python package", name)
    use = f", which {known.use}," if known else ""
    if isinstance(failed, ModuleNotFoundError):
        words = f"{called}{use} is not installed"
    else:
        words = f"{called}{use} cannot be imported: {str(failed).strip().partition(chr(10))[0]}"
    hint = f"`pip install {project}` installs it" if project else ""
    return MissingPackageError(words, hint=hint)


def told(failed: ImportError) -> ImportError:
    """The same failure with words that say how it is mended, for a module of ours that cannot be imported."""
    lacks = error(failed)
    return ImportError(f"{lacks.message}; {lacks.hint}" if lacks.hint else lacks.message, name=failed.name)


def module(name: str) -> Any:
    """A module, imported; raises `MissingPackageError`."""
    try:
        return import_module(name)
    except ImportError as failed:
        raise error(failed) from failed
