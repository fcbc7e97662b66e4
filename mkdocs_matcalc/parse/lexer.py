"""The text of a block becomes logical lines of tokens.

In: the text. Out: a list of `Line`, one a statement: a directive with its raw value, or tokens
that end with a token of kind `end`. Promised: comments are gone, continued lines are joined,
brackets are balanced, every name is in its spelled-out ASCII form (`σ` is `sigma`, `∂` is `d`),
operators with several spellings have one `kind`, and offsets point into the text as it was given.
Anything that the language does not know is a `DeriveError` with its place.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from ..errors import DeriveError, Span
from ..expr.budget import spend
from ..visible import UNSEEN

MAX_CHARACTERS = 100_000
MAX_TOKENS = 30_000
MAX_DIGITS = 100
MAX_NAME = 100

_LOWER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
#: The names of the lower-case Greek letters, which are scalars unless declared.
GREEK_NAMES = frozenset(_LOWER.split())
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LOWER.split(), strict=True))
_GREEK |= {c.upper(): name.capitalize() for c, name in _GREEK.items()}
_GREEK |= {"ς": "sigma", "ϑ": "theta", "ϕ": "phi", "ϵ": "epsilon", "ϖ": "pi", "ϱ": "rho", "ϰ": "kappa"}
_GREEK |= {"\u00b5": "mu", "\u2126": "Omega", "\u2206": "Delta"}  # look-alikes that keyboards produce
_SPELLED = str.maketrans({**_GREEK, "∂": "d"})
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

#: Operators with several spellings, and the one that the grammar knows them by.
_SAME = {
    "@": "*", "·": "*", "⋅": "*", "∙": "*", "⊙": ".*", "∘": ".*", "−": "-", ".−": ".-",
    "⟨": "<", "⟩": ">", "→": "->", "∈": "in", "ᵀ": "'", ".T": "'", "′": "'", "’": "'", "⁻ᵀ": "⁻ᵀ",
}  # fmt: skip
_KEYWORDS = frozenset(("let", "in", "wrt"))
_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
#: A line that ends in one of these goes on.
_GOES_ON = frozenset(("+", "-", ".+", ".-", "*", "/", ".*", "./", "⊗", "^", ".^", "=", ","))

_LETTER = "A-Za-z" + "".join(_GREEK)
_SPACE = r"[ \t\r\f\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*"
_TOKEN = re.compile(
    _SPACE
    + rf"""(?:(?P<name>(?:R|e|pi|π)(?=\^)
        |[{_LETTER}∂][{_LETTER}0-9_]*(?:(?<=_)\{{[{_LETTER}0-9]+\}})?
            (?:\^\{{(?:\([{_LETTER}0-9]+\)|\[[{_LETTER}0-9]+\])\}}(?:_(?![{_LETTER}0-9{{]))?)?)
    |(?P<filled>[01𝟎𝟏𝟙]_(?:\{{[^{{}}\n]*\}}|[{_LETTER}0-9]+)|[𝟎𝟏𝟙])
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<norm>(?:\|\||‖)(?:_(?:\{{[A-Za-z0-9]+\}}|[A-Za-z0-9]+))?)
    |(?P<prime>['′’]_[0-9]+)
    |(?P<power>⁻?[⁰¹²³⁴-⁹]+)
    |(?P<op>->|\.[*/^+−-]|\.T(?![{_LETTER}0-9_])|⁻ᵀ|\*\*|[-+−*/@·⋅∙⊙∘⊗^'′’ᵀ⊤()\[\]{{}},;=:∈×→|<>⟨⟩])
    |(?P<real>ℝ)
    |(?P<latex>\$\$[^$]+\$\$|\$[^$]*\$)
    |(?P<newline>\n)
    |(?P<comment>\#[^\n]*)
    |(?P<bad>\S))""",
    re.VERBOSE,
)
_DIRECTIVE = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*:([^\n]*)")
#: Characters that are not seen: control characters, marks of writing direction, lone surrogates.
_UNSEEN = re.compile(f"[{UNSEEN}]")


class Token(NamedTuple):
    """A token: `kind` is name, number, filled (`1_n`), norm, prime, power, real, latex, end, or the operator itself."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return Span(self.start, self.end)


@dataclass
class Line:
    """A logical line: tokens, or the key and raw value of a directive."""

    start: int
    end: int = 0
    tokens: list[Token] = field(default_factory=list)
    key: str = ""
    value: str = ""


def lines(text: str, *, directives: bool = True) -> list[Line]:
    """The logical lines of a block; without `directives`, `x: R` is an ordinary line."""
    _refuse_unseen(text)
    if len(text) > MAX_CHARACTERS:
        raise DeriveError(
            f"the block has {len(text)} characters; at most {MAX_CHARACTERS} are read", text=text[:200], span=Span(0, 1)
        )
    out: list[Line] = []
    pos, size, count = 0, len(text), 0
    while pos < size:
        found = _DIRECTIVE.match(text, pos) if directives else None
        if found:
            value = found[2].partition("#")[0]
            out.append(Line(found.start(1), found.end(), key=found[1], value=value.strip()))
            pos = found.end()
            continue
        line, pos = _logical_line(text, pos)
        if line.tokens:
            count += len(line.tokens) + sum(t.end - t.start for t in line.tokens if t.kind == "latex")
            if count > MAX_TOKENS:
                raise DeriveError(
                    f"the block is too long: more than {MAX_TOKENS} symbols", text=text, span=line.tokens[0].span
                )
            last = line.tokens[-1].end
            line.start, line.end = line.tokens[0].start, last
            line.tokens.append(Token("end", "", last, last))
            out.append(line)
    spend(count)  # reading a symbol takes about as long as making an expression
    return out


def tokens(text: str) -> list[Token]:
    """The tokens of a single expression, which may run over several lines."""
    found: list[Token] = []
    for line in lines(text, directives=False):
        found.extend(line.tokens[:-1])
    end = found[-1].end if found else 0
    return [*found, Token("end", "", end, end)]


def _logical_line(text: str, pos: int) -> tuple[Line, int]:
    """The tokens up to the end of the statement, and where the next one starts."""
    line = Line(pos)
    out = line.tokens
    brackets: list[Token] = []
    match = _TOKEN.match
    while (found := match(text, pos)) is not None:
        kind = found.lastgroup or ""
        start, pos = found.span(kind)
        if kind == "name":
            name = text[start:pos]
            if "{" in name:  # `x_{i}` is x_i, and the braces of `x^{(i)}` are part of the name
                letters, mark, upper = name.partition("^")
                name = letters.replace("{", "").replace("}", "") + mark + upper
            if pos - start > MAX_NAME:
                raise DeriveError(
                    f"a name has at most {MAX_NAME} letters", text=text, span=Span(start, start + MAX_NAME)
                )
            if not name.isascii():
                name = name.translate(_SPELLED)
            out.append(Token(name if name in _KEYWORDS else "name", name, start, pos))
        elif kind == "op":
            source = text[start:pos]
            token = Token(_SAME.get(source, source), source, start, pos)
            if source in _OPEN:
                brackets.append(token)
            elif source in _CLOSE:
                _close(text, token, brackets)
            out.append(token)
        elif kind == "newline":
            if not brackets and not (out and out[-1].kind in _GOES_ON):
                return line, pos
        elif kind in ("number", "power", "prime"):
            source = text[start:pos]
            if digits(source) > MAX_DIGITS:
                raise DeriveError(f"a number has at most {MAX_DIGITS} digits", text=text, span=Span(start, pos))
            if kind == "number" and ends_openly(source, text[pos : pos + 1]):
                _refuse_open_number(text, start, pos)
            out.append(Token(kind, source.translate(_SUPERSCRIPT) if kind == "power" else source, start, pos))
        elif kind == "bad":
            _refuse(text, start)
        elif kind != "comment":
            out.append(Token(kind, text[start:pos], start, pos))
    if brackets:
        raise DeriveError(f"`{brackets[-1].text}` is never closed", text=text, span=brackets[-1].span)
    return line, len(text)


def digits(number: str) -> int:
    """How many digits a number has when it is written out, its exponent carried out."""
    mantissa, _, exponent = number.lower().partition("e")
    if len(number) > MAX_DIGITS or not exponent:
        return len(number)
    return len(mantissa) + abs(int(exponent))


def ends_openly(number: str, following: str) -> bool:
    """Whether a letter or digit behind an exponent leaves open where the number ends: `1e3x`."""
    return "e" in number.lower() and (following.isalnum() or following == "_")


def _refuse_open_number(text: str, start: int, end: int) -> NoReturn:
    number = text[start:end]
    raise DeriveError(
        f"where does the number `{number}` end?", text=text, span=Span(start, end + 1),
        hint=f"put a space behind it: `{number} {text[end]}`",
    )  # fmt: skip


def spelled(text: str) -> str:
    """Greek letters spelled out."""
    return text.translate(_SPELLED)


def _close(text: str, token: Token, brackets: list[Token]) -> None:
    """Check that a closing bracket closes the bracket opened last."""
    if not brackets:
        raise DeriveError(f"`{token.text}` closes nothing", text=text, span=token.span)
    wanted = _OPEN[brackets[-1].text]
    if token.text != wanted:
        raise DeriveError(
            f"`{token.text}` does not close `{brackets[-1].text}`",
            text=text,
            span=token.span,
            hint=f"write `{wanted}` here",
        )
    brackets.pop()


_HINTS = {
    ".": "numbers are written `0.5` or `.5`; operators with a dot are `.*` `./` `.^` `.+` `.-`, and `.T` is the transpose",
    "_": "a name starts with a letter",
    "∇": "the gradient is asked for with `d/dx`",
    "√": "the root is `sqrt(x)`",
    "∑": "the sum of all entries is `sum(x)`",
    "\\": "LaTeX stands between dollar signs: `$\\mathbf{A}\\mathbf{x}$`",
    "$": "this dollar sign is never closed",
    "ⁿ": "write `R^n`",
}


def _refuse(text: str, at: int) -> None:
    """The error for a character that starts no token."""
    char = text[at]
    hint = _HINTS.get(char, "names are made of Latin and Greek letters, digits and `_`" if char.isalpha() else "")
    if char == "." and text[at + 1 : at + 2] == "(":
        hint = "a function acts entry by entry as it is: `sin(y)`, without a point"
    raise DeriveError(f"`{char}` is not part of the language", text=text, span=Span(at, at + 1), hint=hint)


def _refuse_unseen(text: str) -> None:
    """The error for characters that a reader cannot see, also in comments and titles."""
    found = _UNSEEN.search(text)
    if found:
        code = ord(found[0])
        name = unicodedata.name(found[0], "")
        raise DeriveError(
            f"a character that cannot be seen: U+{code:04X}{' (' + name.lower() + ')' if name else ''}",
            text=text, span=Span(found.start(), found.end()), hint="delete it",
        )  # fmt: skip
