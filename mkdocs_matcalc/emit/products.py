"""Sums and products: signs, quotients, and what stands between two factors."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

from ..expr.atoms import F1, Eye, Named, Num, Sym
from ..expr.differential import Diff, Held
from ..expr.linear import Add, Had, Kron, Mul, is_reciprocal, product
from ..expr.node import Expr
from ..expr.scalar import Pow, reciprocal
from ..expr.shape import is_scalar
from ..functions.table import TABLE
from .leaves import Leaves, Piece
from .style import ATOM, POWER, PRODUCT, SUM

#: A number in front of these needs a dot between.
_DIGITS = frozenset("0123456789")

#: A command at the end: a letter behind it would be part of its name.
_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


class Products(Leaves):
    """Leaves, and sums and products of anything."""

    def add(self, e: Add) -> Piece:
        out = ""
        for i, term in enumerate(e.args):
            negative, text = self.term(term)
            if i == 0:
                out = self.style.minus + text if negative else text
            else:
                out += f" {self.style.minus if negative else '+'} {text}"
        return out, SUM

    def term(self, e: Expr) -> tuple[bool, str]:
        """A term of a sum: whether it is subtracted, and its text without the sign."""
        if isinstance(e, Num) and e.value < 0:
            return True, self.number(-e.value)[0]
        if isinstance(e, Mul) and e.coef < 0:
            return True, self.at(Mul(-e.coef, e.scalars, e.chain) if e.coef != -1 else _positive(e), PRODUCT)
        if isinstance(e, Eye):
            return False, self.letter(e) if self.latex or self.unicode else "I"
        return False, self.at(e, PRODUCT)

    def mul(self, e: Mul) -> Piece:
        if e.coef < 0:
            text = self.at(_positive(e) if e.coef == -1 else Mul(-e.coef, e.scalars, e.chain), PRODUCT)
            return self.style.minus + text, SUM
        below = [reciprocal(s) for s in e.scalars if is_reciprocal(s)]
        above = [s for s in e.scalars if not is_reciprocal(s)]
        if below:
            return self.quotient(e, above, below)
        return self.juxtapose(e.coef, above, e.chain), PRODUCT

    def quotient(self, e: Mul, above: list[Expr], below: list[Expr]) -> Piece:
        """Factors with negative exponents under a bar."""
        whole = is_scalar(e.shape) or self._short(e)
        bottom = self.juxtapose(Fraction(e.coef.denominator), below, ())
        if self.latex:
            chain = e.chain if whole else ()
            top = self.juxtapose(Fraction(e.coef.numerator), above, chain)
            bar = self.style.fraction.format(top, bottom)
            if whole:
                return bar, ATOM
            return bar + self._lead(e.chain) + self.juxtapose(F1, (), e.chain), PRODUCT
        top = self.juxtapose(Fraction(e.coef.numerator), above, e.chain)
        if len(below) + (e.coef.denominator > 1) > 1:
            bottom = self.bracket(bottom)
        return f"{top}/{bottom}", PRODUCT

    def _lead(self, chain: tuple[Expr, ...]) -> str:
        return self.style.before_d if _begins_with_d(chain[0]) else ""

    def _short(self, e: Mul) -> bool:
        """Whether a vector stands better over the bar than behind it."""
        return e.is_vector and len(e.chain) <= 2 and not any(f.differentials for f in e.chain)

    def juxtapose(self, coef: Fraction, scalars: list[Expr] | tuple[Expr, ...], chain: tuple[Expr, ...]) -> str:
        """A product without a sign: number, scalars, chain; the increment of a scalar stands last."""
        parts: list[tuple[str, Expr | None]] = []
        if coef != 1 or not (scalars or chain):
            parts.append((self.number(coef)[0], None))
        alone = len(scalars) + len(chain) == 1
        behind = [
            s for s in scalars if isinstance(s, (Diff, Held)) or (isinstance(s, Pow) and isinstance(s.base, Diff))
        ]
        parts += [(self.scalar_factor(s, alone=alone), s) for s in scalars if s not in behind]
        if len(chain) == 1 and isinstance(chain[0], (Had, Kron)):
            parts.append((self.piece(chain[0])[0], chain[0]))
        else:
            for i, f in enumerate(chain):
                parts.append((self.link(f, last=i == len(chain) - 1), f))
        parts += [(self.scalar_factor(s, alone=True), s) for s in behind]
        return self.joined(parts)

    def scalar_factor(self, s: Expr, *, alone: bool) -> str:
        """A scalar among other factors."""
        if isinstance(s, Diff):
            return self.piece(s)[0] if alone or not s.open else self.diff_apart(s)
        return self.at(s, POWER)

    def link(self, f: Expr, *, last: bool) -> str:
        """A factor of a matrix chain; a differential that is not the last is bracketed."""
        if isinstance(f, Diff) and not last:
            return self.diff_apart(f)
        if isinstance(f, Eye) and not self.unicode:
            return self.piece(f)[0]
        return self.at(f, POWER)

    def joined(self, parts: list[tuple[str, Expr | None]]) -> str:
        out = parts[0][0]
        for (before, left), (text, right) in pairwise(parts):
            if text[0] in _DIGITS or (left is None and text.startswith((r"\tfrac",))):
                out += self.style.dot + text
                continue
            gap = self.style.space
            if self.latex:
                if (
                    (right is not None and _begins_with_d(right) and text[0] != "(")
                    or (left is not None and left.open)
                    or _is_word(before)
                    or _is_word(text)
                ):
                    gap = (
                        ""
                        if left is None and text[0] == "\\" and not _begins_with_d_text(text)
                        else self.style.before_d
                    )
                elif text[0].isalpha() and _COMMAND.search(before):
                    gap = " "
            elif left is not None and right is not None and _call_like(before, text):
                gap = "*"
            out += gap + text
        return out

    def had(self, e: Had) -> Piece:
        below = [f for f in e.args if is_reciprocal(f)]
        above = [f for f in e.args if not is_reciprocal(f)]
        if not above:
            return self.style.hadamard.join(self.at(f, POWER) for f in e.args), PRODUCT
        out = self.style.hadamard.join(self.at(f, POWER) for f in above)
        for f in below:
            out += self.style.over + self.at(reciprocal(f), POWER)
        return out, PRODUCT

    def kron(self, e: Kron) -> Piece:
        left, right = e.args
        if not self.style.kron:
            return f"kron({self(left)}, {self(right)})", ATOM
        return self.at(left, POWER) + self.style.kron + self.at(right, POWER), PRODUCT

    def diff_apart(self, e: Diff) -> str:
        """A differential with other factors behind it: (dX), d(tr(X))."""
        a = e.arg
        if isinstance(a, (Sym, Named)):
            return self.bracket(self.piece(e)[0])
        return self.style.d.format(self.bracket(self.piece(a)[0]))


def _positive(e: Mul) -> Expr:
    return product(F1, e.scalars, e.chain)


def _begins_with_d(e: Expr) -> bool:
    return isinstance(e, (Diff, Held))


def _begins_with_d_text(text: str) -> bool:
    return text.startswith(r"\mathrm{d}")


def _is_word(text: str) -> bool:
    return text.startswith(
        (r"\operatorname", r"\log", r"\exp", r"\det", r"\sin", r"\cos", r"\tan", r"\lvert", r"\lVert")
    )


def _call_like(before: str, text: str) -> bool:
    """Whether a name would be read as called by the bracket behind it."""
    return text.startswith("(") and before.isidentifier() and before in TABLE
