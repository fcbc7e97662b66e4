"""What a row of the table of functions says, and what it may not leave out.

In: one call for each function, `entrywise(…)` or `of_array(…)`. Out: a `Function` in the table of `table`.
Promised: every stage that needs to know a function looks here, and a row that lacks a column is refused when it is
made: `Function` has no default for how a language writes it, and the table looks for what is empty.

A row is data and imports nothing: what stands in it as a callable is handed the module or the writer that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: The languages that code is written in; every row says for each how it is written there.
LANGUAGES = ("numpy", "torch", "jax", "matlab", "julia")
#: The notations that formulas are printed in.
NOTATIONS = ("latex", "text", "unicode")


class FunctionError(ValueError):
    """A row that cannot be a row of the table."""


@dataclass(frozen=True)
class Code:
    """How one language calls a function.

    In `call`, `{a}` is the argument and `{t}` the argument where it binds tightly; for the languages that apply a
    function to every entry by a mark of their own (MATLAB, Julia) an entrywise function is its bare name. `helper` is
    a definition that goes with the code: it is called by `helper_name`, the name of the row unless it says otherwise.
    `vector` is the call of a vector, where that is another.
    """

    call: str
    helper: str = ""
    helper_name: str = ""
    vector: str = ""


@dataclass(frozen=True)
class Fence:
    """What stands around the argument of a function that is not printed as a word: bars, a root.

    One template a notation, `{a}` the argument. `avoid` is what may not stand inside, by notation: there the word of
    the row is printed instead.
    """

    latex: str
    text: str
    unicode: str
    avoid: Mapping[str, str] = field(default_factory=dict)

    def template(self, notation: str) -> str:
        """The template of a notation."""
        return str(getattr(self, notation))


@dataclass(frozen=True)
class Law:
    """A numbered rule that a function brings with it: its differential, or an identity that it obeys.

    `given`, `lhs` and `rhs` are the statement in the block language; `when` names guards as `X invertible` or
    `X defined` (invertible wherever the left side has a value).
    """

    number: int
    name: str
    title: str
    given: str
    lhs: str
    rhs: str
    source: str
    family: str
    when: tuple[str, ...] = ()
    why: str = ""
    kind: str = "differential"
    domain: str = ""


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes
    ----------
    name
        Its name in the block language and in Python.
    entrywise
        Whether it acts on every entry of its argument alike.
    takes
        What it takes: `any`, `square`, `matrix`, `vector` or `column`; `any` for an entrywise function.
    gives
        The rows and columns of its value, in terms of those of its argument: `r`, `c`, `rc` (their product) or `1`.
    linear
        Whether f(aX + Y) = a f(X) + f(Y).
    of_number
        What it is of one number: the entrywise functions to apply in turn, none for the number itself; None for 1.
    latex
        The word in LaTeX; `fence` where it is printed otherwise, `matrix_fence` where that differs for a matrix.
    code
        How each of `LANGUAGES` writes it.
    value
        Its value by NumPy, as the check computes it: of the module and of an array whose last two axes are rows and
        columns, for a function of whole arrays. An entrywise function is evaluated by its column `numpy`.
    sympy
        How SymPy writes it: the name of a class, or a callable (of the module and the argument for an entrywise
        function; of the writer, the argument in SymPy and the typed argument for one of arrays); None where SymPy
        has no way, `no_sympy` then says why.
    sympy_class
        The class of SymPy that is read as this function, empty where none is.
    laws
        The rules it brings; the first is its differential.
    written
        Whether a block may write it as `name(X)`; others occur in printed lines, or are written in a way of their own.
    way
        `rows` or `columns`, where the function is another one taken along these; printed behind the argument.
    tight
        Whether a postfix may stand behind its print without brackets around it, as it may not behind log det X.
    symmetric, keeps_symmetry
        Whether its value is symmetric always, or where its argument is.
    where
        What every entry of its argument has to be for the function to have a derivative there: `positive`, `nonzero` or
        `inside` (between −1 and 1); for a norm of the whole `nonzero`, too, and for a function of a matrix `invertible`.
        Empty where it has one everywhere.
    range
        Between what numbers its values lie, wherever it has one: `(0, ∞)`, `[-1, 1]`, a round bracket at an end that is
        none of them; empty where they are anything.
    of_matrix
        What the function of that name of a matrix as a whole is called, in words and in code, where an author may mean
        that instead of a function of every entry; the second may be empty.
    spoken
        Why it has no rule of its own, where it has none.

    """

    name: str
    entrywise: bool
    takes: str
    gives: tuple[str, str]
    linear: bool
    of_number: tuple[str, ...] | None
    latex: str
    code: Mapping[str, Code]
    value: Callable[..., Any] | None
    sympy: str | Callable[..., Any] | None
    laws: tuple[Law, ...]
    sympy_class: str = ""
    no_sympy: str = ""
    text: str = ""
    unicode: str = ""
    fence: Fence | None = None
    matrix_fence: Fence | None = None
    way: str = ""
    written: bool = True
    tight: bool = True
    symmetric: bool = False
    keeps_symmetry: bool = False
    family: str = ""
    where: str = ""
    range: str = ""
    of_matrix: tuple[str, str] = ("", "")
    spoken: str = ""

    @property
    def differential(self) -> Law:
        """The rule of its differential."""
        return self.laws[0]

    def word(self, notation: str) -> str:
        """The word that a notation prints before the argument."""
        return (
            self.latex
            if notation == "latex"
            else (self.unicode if notation == "unicode" else "") or self.text or self.name
        )

    def validate(self) -> None:
        """Refuse a row that lacks something that another stage will look for."""
        lacks = [language for language in LANGUAGES if language not in self.code or not self.code[language].call]
        if lacks:
            raise FunctionError(f"{self.name}: no column for {', '.join(lacks)}")
        if not self.latex and self.fence is None:
            raise FunctionError(f"{self.name}: nothing says how it is printed in LaTeX")
        if self.sympy is None and not self.no_sympy:
            raise FunctionError(f"{self.name}: no column for SymPy, and nothing that says why")
        if not self.laws and not self.spoken:
            raise FunctionError(f"{self.name}: no rule for its differential")
        if not self.entrywise and self.value is None:
            raise FunctionError(f"{self.name}: no value to check with")
        if self.takes not in ("any", "square", "matrix", "vector", "column"):
            raise FunctionError(f"{self.name}: takes {self.takes!r}")
        if self.where not in ("", "positive", "nonzero", "inside", "invertible"):
            raise FunctionError(f"{self.name}: has a derivative where {self.where!r}")
        if self.range and (self.range[0] not in "([" or self.range[-1] not in ")]" or self.range.count(",") != 1):
            raise FunctionError(f"{self.name}: has the range {self.range!r}")
        if any(side not in ("r", "c", "rc", "1") for side in self.gives):
            raise FunctionError(f"{self.name}: gives {self.gives!r}")
