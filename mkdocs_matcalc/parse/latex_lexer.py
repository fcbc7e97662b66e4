r"""LaTeX between dollar signs becomes tokens.

In: a range of the block's text. Out: tokens that end with one of kind `end`, their offsets into the
whole text. Promised: spaces and spacing commands are gone, `\left`, `\bigl` and their like are
one token with the delimiter behind them, delimiters with several spellings have one `kind`, Greek
letters are the letters of the language, and what cannot stand in an expression at all (`&`, `#`,
`\def`, …) is a `DeriveError` with its place.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from ..errors import Span
from .lexer import GREEK_NAMES, MAX_DIGITS, spelled
from .scope import Scope


class Token(NamedTuple):
    r"""A token: `kind` is letter, number, command, bar, norm, end, or the character itself.

    `side` says for a delimiter how it is written: `left` and `right` (a pair by TeX's rules), `open`
    and `close` (`\lvert`, `\bigl(`), or nothing where the place decides.
    """

    kind: str
    text: str
    start: int
    end: int
    side: str = ""

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return Span(self.start, self.end)


_TOKEN = re.compile(
    r"""\\(?P<command>[A-Za-z]+\*?|[^A-Za-z])
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<norm>\|\||‖)
    |(?P<space>[\s~\u00a0]+)
    |(?P<char>.)""",
    re.VERBOSE | re.DOTALL,
)
_SPACES = frozenset(
    [
        ",",
        ";",
        ":",
        "!",
        "/",
        "quad",
        "qquad",
        "thinspace",
        "medspace",
        "thickspace",
        "enspace",
        "displaystyle",
        "textstyle",
        "nolimits",
        "limits",
    ]
)
_SPACES |= {" ", "\n", "\t", ">", "relax"}
_SIDES = {"left": "left", "right": "right"}
_SIDES |= {f"{size}{side}": word for size in ("big", "Big", "bigg", "Bigg") for side, word in (("l", "open"), ("r", "close"), ("", ""), ("m", ""))}  # fmt: skip
#: Delimiters that are commands: their kind and side.
_DELIMITERS = {
    "lvert": ("bar", "open"), "rvert": ("bar", "close"), "vert": ("bar", ""), "mid": ("bar", ""),
    "lVert": ("norm", "open"), "rVert": ("norm", "close"), "Vert": ("norm", ""), "|": ("norm", ""),
    "{": ("(", ""), "}": (")", ""), "lbrace": ("(", ""), "rbrace": (")", ""), "lbrack": ("(", ""), "rbrack": (")", ""),
    "langle": ("<", ""), "rangle": (">", ""),
}  # fmt: skip
#: What a delimiter is called when one has to fit another.
_SHAPES = {"{": "{", "}": "{", "lbrace": "{", "rbrace": "{", "lbrack": "[", "rbrack": "["}
_CHARACTERS = {
    "(": ("(", "("), ")": (")", "("), "[": ("(", "["), "]": (")", "["), "|": ("bar", ""), "⟨": ("<", ""), "⟩": (">", ""),
}  # fmt: skip
_SAME = {"−": "-", "·": "*", "⋅": "*", "∘": "circ", "⊙": "odot", "⊗": "otimes", "×": "times", "’": "'", "′": "'"}
_PLAIN = frozenset("{}^_+-*/,'=:")
_WORDS = frozenset(("circ", "odot", "otimes", "times"))
_REFUSED = {
    "&": "an expression stands between dollar signs, without alignment",
    "#": "arguments of macros are not read",
    "%": "a comment stands outside the dollar signs and begins with `#`",
    "\\": "an expression has one line; a part of it may be named in a line of its own",
}


def tokens(scope: Scope, start: int, end: int) -> list[Token]:
    """The tokens of the text from `start` to `end`."""
    text = scope.text
    out: list[Token] = []
    side, since = "", -1  # of a size command that waits for its delimiter
    for found in _TOKEN.finditer(text, start, end):
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        token = _token(scope, kind, found[kind], found.start(), found.end())
        if token is None:
            continue
        if token.kind == "size":
            if since >= 0:
                _refuse_size(scope, since, token.end)
            side, since = _SIDES[token.text], token.start
            continue
        if since >= 0:
            if token.kind not in ("(", ")", "bar", "norm", "<", ">"):
                _refuse_size(scope, since, token.end)
            token = token._replace(start=since, side=side or token.side)
            since = -1
        out.append(token)
    if since >= 0:
        _refuse_size(scope, since, end)
    return [*out, Token("end", "", end, end)]


def _refuse_size(scope: Scope, start: int, end: int) -> NoReturn:
    scope.fail("a bracket or bar is expected behind the size command", Span(start, end), r"`\left(` and `\right)`")


def _token(scope: Scope, kind: str, text: str, start: int, end: int) -> Token | None:
    """One token; None for a space."""
    if kind == "number":
        if len(text) > MAX_DIGITS:
            scope.fail(f"a number has at most {MAX_DIGITS} digits", Span(start, end))
        return Token("number", text, start, end)
    if kind == "norm":
        return Token("norm", text, start, end)
    if kind == "command":
        return _command(scope, text, start, end)
    if text in _CHARACTERS:
        kind, shape = _CHARACTERS[text]
        return Token(kind, shape, start, end)
    text = _SAME.get(text, text)
    if text in _WORDS:
        return Token("command", text, start, end)
    if text in _PLAIN:
        return Token(text, text, start, end)
    if text.isascii() and text.isalpha():
        return Token("letter", text, start, end)
    name = spelled(text)
    if name.isascii() and name.isalpha():
        return Token("command", name, start, end)
    return scope.fail(f"`{text}` is not part of an expression", Span(start, end), _REFUSED.get(text, ""))


def _command(scope: Scope, name: str, start: int, end: int) -> Token | None:
    name = name.removesuffix("*")
    if name in _SPACES:
        return None
    if name in _SIDES:
        return Token("size", name, start, end)
    if name in _DELIMITERS:
        kind, side = _DELIMITERS[name]
        return Token(kind, _SHAPES.get(name, ""), start, end, side)
    if not name.isalpha():
        scope.fail(f"`\\{name}` is not part of an expression", Span(start, end), _REFUSED.get(name, ""))
    return Token("command", name, start, end)


#: Commands that are letters: the name in the language, and whether it is a variant of another letter.
LETTERS = {name: name for name in (*GREEK_NAMES, *(n.capitalize() for n in GREEK_NAMES))}
LETTERS |= {f"var{n}": n for n in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")}
LETTERS |= {f"var{n}": n for n in ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")}  # fmt: skip
LETTERS["ell"] = "ell"
