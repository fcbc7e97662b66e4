"""Numbers in LaTeX: digits, and `1e-3` where it can be nothing but a number.

In: the reader at a number. Out: its node. LaTeX sets `2e-3` as a difference with Euler's number, so only what
nobody writes for a product is read as one number; the rest is an error that names both.
"""

from __future__ import annotations

from fractions import Fraction

from ..errors import Span
from .latex import Reader
from .latex_lexer import Token
from .lexer import MAX_DIGITS, digits
from .syntax import Number


def number(text: str, span: Span) -> Number:
    """A number."""
    return Number(span.start, span.end, Fraction(text))


def decimal(reader: Reader) -> Number:
    """The number that is next, with its exponent."""
    token = reader.next()
    tail = _behind(reader, token)
    letter = tail[0].text if tail else ""
    signed = len(tail) > 1 and tail[1].kind in ("+", "-")
    if letter not in ("e", "E") or len(tail) < 2 + signed or not tail[1 + signed].text.isdigit():
        return number(token.text, token.span)
    last = tail[1 + signed]
    place = Span(token.start, last.end)
    whole, exponent = token.text + "".join(t.text for t in tail[: 2 + signed]), last.text
    known = letter in reader.names.known
    plain = token.text == "1" or "." in token.text  # nobody multiplies a letter by 1
    if signed and known and not plain:
        return number(token.text, token.span)
    if known or (signed and not plain):
        sign = tail[1].text if signed else ""
        product = (
            rf"{token.text} \cdot {letter} {sign} {exponent}" if signed else rf"{token.text} {letter} \cdot {exponent}"
        )
        reader.fail(
            f"`{whole}`: a number, or a product with `{letter}`?", place,
            rf"the number is `{token.text} \cdot 10^{{{sign.strip('+')}{exponent}}}`, the product `{product}`",
        )  # fmt: skip
    if digits(whole) > MAX_DIGITS:
        reader.fail(f"a number has at most {MAX_DIGITS} digits", place)
    reader.i += 2 + signed
    return number(whole, place)


def _behind(reader: Reader, token: Token) -> list[Token]:
    """The tokens, at most three, that stand without a space between them behind a token."""
    found: list[Token] = []
    for following in reader.tokens[reader.i : reader.i + 3]:
        if following.start != token.end or following.kind not in ("letter", "number", "+", "-"):
            break
        found.append(following)
        token = following
    return found
