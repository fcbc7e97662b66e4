r"""Formulas as a line of plain text, for where nothing is typeset: a table of contents, the title of a page.

In: TeX, or words with TeX between dollar signs. Out: words, as "the gradient of ‖Ax − b‖²". The structure
is that of the MathML which math-core makes of it; what that cannot read is shown without its backslashes
and braces.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, fromstring

from . import native

#: Formulas in Markdown: between dollar signs, and as LaTeX has them. What is escaped begins none.
_FORMULA = re.compile(
    r"\\\((?P<round>(?:[^\\\n]|\\[^()\n])++)\\\)|(?<![\\$])\$(?P<dollars>(?:[^$\\\n]|\\[^\n])++)\$(?!\$)|\\[^\n]"
)
_ENTITY = re.compile(r"&([A-Za-z]++);")
_XML = frozenset(["lt", "gt", "amp", "quot", "apos"])
_RAISED = dict(
    zip("0123456789+−-=()⊤′″‴∗*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵀ′″‴**", strict=True),
    **dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
)
_LOWERED = dict(zip("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_ACCENTS = {"ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304", "‾": "\u0304", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7"}  # fmt: skip
_APART = frozenset("=≠≈≡≤≥<>≪≫∈∉⊂⊆→↦⇒⇔∼∝≻≺⪰⪯+−±:")
_LARGE = frozenset("∑∏∫∮⋃⋂⨁⨂")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SILENT = str.maketrans("", "", "\u2061\u2062\u2063\u2064\u200b")


def words(text: str, plain: Callable[[str], str] = lambda part: part) -> str:
    """Markdown with its formulas as plain text; `plain` makes words of what stands between them."""
    parts, last = [], 0
    for found in _FORMULA.finditer(text):
        tex = found["round"] or found["dollars"]
        # A dollar sign with a space behind it is one of money.
        if tex is None or (found["dollars"] and (tex[0] == " " or tex[-1] == " ")):
            continue
        parts += [plain(text[last : found.start()]), formula(tex)]
        last = found.end()
    return "".join([*parts, plain(text[last:])])


@lru_cache(maxsize=1024)
def formula(tex: str) -> str:
    """A formula as plain text."""
    made = native.mathml(tex.strip(), display=False, by_hand=True).mathml
    try:
        root = fromstring(_ENTITY.sub(_named, made)) if made else None  # noqa: S314 - what math-core has made
    except ParseError:
        root = None
    if root is None:
        return " ".join(re.sub(r"\\([a-zA-Z]++)?|[{}$]", lambda found: f" {found[1] or ''}", tex).split())
    return unicodedata.normalize("NFC", " ".join(_text(root).translate(_SILENT).split()))


def _named(found: re.Match[str]) -> str:
    return found.group() if found[1] in _XML else html.unescape(found.group())


def _text(node: Element) -> str:
    """An element and what stands in it."""
    parts = [_text(child) for child in node if child.tag != "annotation"]
    if not parts:
        return _token(node)
    match node.tag:
        case "msup":
            return parts[0] + _script(parts[1], _RAISED, "^")
        case "msub" | "munder":
            return parts[0] + _script(parts[1], _LOWERED, "_") + _behind(parts[0])
        case "msubsup" | "munderover":
            return parts[0] + _script(parts[1], _LOWERED, "_") + _script(parts[2], _RAISED, "^") + _behind(parts[0])
        case "mover":
            accent = _ACCENTS.get(parts[1].strip())
            return parts[0] + (accent if accent and len(parts[0]) == 1 else _script(parts[1], _RAISED, "^"))
        case "mfrac":
            return "/".join(map(_operand, parts))
        case "msqrt":
            return f"√{_operand(''.join(parts))}"
        case "mroot":
            return f"{_script(parts[1], _RAISED, '^')}√{_operand(parts[0])}"
        case "mtable":
            return "; ".join(parts)
        case "mtr":
            return " ".join(parts)
        case "semantics":
            return parts[0]
    return _joined(parts)


def _token(node: Element) -> str:
    text = "".join(
        unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7ff" else c for c in node.text or ""
    )
    if node.tag == "mspace":
        return " " if node.get("width") not in (None, "0") else ""
    return f" {text} " if node.tag == "mo" and text in _APART else text


def _joined(parts: list[str]) -> str:
    """Parts in a row: a sign at the head is no operator, and names of several letters stand apart."""
    made, named = "", False
    for part in (text for each in parts if (text := each.translate(_SILENT))):
        if part.strip() in ("+", "−") and (not made or made[-1] in "([{|‖,;/ "):
            part = part.strip()
        word = _WORD.fullmatch(part) is not None
        made += " " if (named and part[0].isalnum()) or (word and made[-1:].isalnum()) else ""
        made, named = made + part, word
    return made


def _behind(base: str) -> str:
    """What stands between the bounds of a sum and what is summed."""
    return " " if base.strip() in _LARGE else ""


def _script(text: str, table: dict[str, str], mark: str) -> str:
    """What stands above or below: in characters that do, where there are such, else behind a mark."""
    bare = text.translate(_SILENT).replace(" ", "")
    if all(c in table for c in bare):
        return "".join(table[c] for c in bare)
    return mark + (bare if len(bare) == 1 else f"({bare})")


def _operand(text: str) -> str:
    bare = text.strip()
    return bare if len(bare) < 3 or bare.isalnum() or re.fullmatch(r"[∂dD∇]\S{1,3}", bare) else f"({bare})"
