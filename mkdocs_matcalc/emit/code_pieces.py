"""Pieces of source: what the grammars of all languages are made from.

In: names, numbers, parts of expressions. Out: a `Piece`, source and how tightly it binds, and the
answers to what a grammar asks of an expression before it writes it.
"""

from __future__ import annotations

import keyword
from collections.abc import Container, Mapping
from fractions import Fraction
from typing import NamedTuple

from ..errors import DeriveError
from ..expr.atoms import F1, Named, Num, Ones
from ..expr.linear import Mul, product
from ..expr.naming import in_code
from ..expr.node import Expr

#: How tightly Python binds, from loosest: what is looser than its place needs brackets.
SUM, PRODUCT, POWER, ATOM = range(1, 5)

#: What is appended to the name of a function for a derivative of an order.
ORDERS = ("", "_prime", "_second", "_third")
#: Larger integers are written as floats, or NumPy could not multiply by them.
LARGEST = 2**53


class Piece(NamedTuple):
    """Source, and how tightly it binds."""

    text: str
    level: int

    def within(self, level: int) -> str:
        """The text, in brackets where it binds looser than `level`."""
        return self.text if self.level >= level else f"({self.text})"


def python_name(name: str, reserved: Container[str] = ("np",)) -> str:
    """A name as Python can have it: keywords, and what generated code calls by name, get a trailing underscore."""
    word = in_code(name)
    return f"{word}_" if keyword.iskeyword(word) or word in reserved else word


def derivative_name(function: str, by: tuple[int, ...], arguments: int) -> str:
    """The name of a derivative of an abstract function: `l_prime`; `h_prime_1` for the first of several arguments."""
    places = "".join(f"_{i + 1}" for i in by) if arguments > 1 else ""
    return f"{function}{ORDERS[len(by)]}{places}"


def canonical(e: Expr) -> Expr:
    """An expression with its own name taken off, not those inside."""
    while isinstance(e, Named):
        e = e.definition
    return e


def core_of(e: Expr) -> Expr | None:
    """The matrix product in a scaled matrix product, as an expression of its own."""
    if isinstance(e, Mul) and len(e.chain) > 1 and (e.coef != 1 or e.scalars):
        return Mul(F1, (), e.chain)
    return None


def repeated(e: Expr) -> tuple[Expr, str] | None:
    """The number, row or column of which an array consists, with the index that makes NumPy spread it; or None."""
    if isinstance(e, Ones):
        return Num(F1), ""
    if not isinstance(e, Mul) or not e.chain:
        return None
    first, last = e.chain[0], e.chain[-1]
    if len(e.chain) == 1:
        return (product(e.coef, e.scalars, ()), "") if isinstance(first, Ones) else None
    if isinstance(first, Ones) and first.is_column:
        return product(e.coef, e.scalars, e.chain[1:]), ""
    if isinstance(last, Ones) and last.is_row and not e.is_row:
        return product(e.coef, e.scalars, e.chain[:-1]), "[:, None]"
    return None


def number(value: Fraction) -> Piece:
    """An exact number in Python."""
    if value.denominator != 1:
        return Piece(f"{number(Fraction(value.numerator)).text} / {number(Fraction(value.denominator)).text}", PRODUCT)
    if abs(value) > LARGEST:
        return Piece(repr(float(value)), ATOM if value > 0 else PRODUCT)
    return Piece(str(value.numerator), ATOM if value >= 0 else PRODUCT)


def fraction(over: list[Piece], under: list[Piece]) -> Piece:
    """Factors above and below a line of division, from left to right; what comes first needs fewest brackets."""
    if len(over) == 1 and not under:
        return over[0]
    # the last factor may be a product itself: scalars before it are multiplied in from the left
    ends = len(over) - 1
    texts = []
    for i, piece in enumerate(over):
        loose = i in (0, ends) and not piece.text.startswith("-")
        texts.append(piece.within(PRODUCT if loose else POWER))
    top = " * ".join(texts) or "1"
    if not under:
        return Piece(top, PRODUCT)
    below = under[0].within(POWER) if len(under) == 1 else f"({' * '.join(p.within(POWER) for p in under)})"
    return Piece(f"{top} / {below}", PRODUCT)


def known(table: Mapping[str, str], name: str, language: str) -> str:
    """How a language writes a function; a name that it lacks is never guessed."""
    if name not in table:
        raise lacking(f"`{name}`", language)
    return table[name]


def lacking(what: str, language: str) -> DeriveError:
    """The refusal where a language has no way to write something."""
    return DeriveError(f"no code for {what} in {language}")
