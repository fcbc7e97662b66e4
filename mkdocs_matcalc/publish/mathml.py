r"""TeX to what a page can show: MathML, or TeX marked for the renderer that the site loads.

In: LaTeX without delimiters. Out: HTML of one formula, set inline in display style so that the page
can place it in a grid. MathML needs no JavaScript. For MathJax and KaTeX the wrapper is that of
arithmatex, with the class `arithmatex` alone, which both are commonly told to look for; what a fence
returns is stashed, so arithmatex itself never sees it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from . import dialect, markup, native

#: Is told what is wrong with a formula that cannot be set.
Failed = Callable[[str], None]

#: The renderers that are scripts, which typeset what they find on a page.
SCRIPTS = ("mathjax", "katex")

#: What begins a formula that arithmatex marked for a renderer; `in_place` sets it where none is loaded.
_MARKED = re.compile(r'<(?P<tag>span|div) class="arithmatex">\\(?P<bracket>[(\[])')
_CLOSES = {"(": r"\)", "[": r"\]"}
#: What may begin a formula, end it, or be a command of a renderer.
_SIGN = re.compile(r"[\\$]")
_DOLLARS = re.compile(r"(?<![\\$])\$(?P<tex>[^$\n]+)\$(?!\$)")
#: What opens, closes or adds in TeX; a size command goes with the bracket that it sizes, and what is escaped is neither.
_MARK = re.compile(
    r"\\(?:[bB]igg?[lrm]?|left|right)(?![a-zA-Z])\s*(?:\\[a-zA-Z]+|\\.|.)|\\(?:begin|end)\{\w+\*?\}"
    r"|\\[lr](?:Vert|vert|angle|floor)(?![a-zA-Z])|\\[^a-zA-Z]|[()\[\]{}+\-]",
    re.DOTALL,
)
_OPENING = re.compile(r"[\(\[{]$|\\lVert$|\\left|\\[bB]igg?l|\\begin|\\langle$|\\lvert$|\\lfloor$")
_CLOSING = re.compile(r"[\)\]}]$|\\rVert$|\\right|\\[bB]igg?r|\\end|\\rangle$|\\rvert$|\\rfloor$")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]+|.)\Z", re.DOTALL)
#: What an author may write that holds to the end of a formula, or has all of it as its sides.
_SWITCHES = re.compile(
    r"\\(?:(?:display|text|script|scriptscript)style|color|rm|bf|it|sf|tt|cal|over|atop|choose|brace|brack|tag"
    r"|tiny|small|large|Large|huge|Huge|bold)(?![a-zA-Z])"
)
#: A formula of more characters than this may be wider than a narrow screen.
_WIDE = 24
_OPERATORS = frozenset("=+-^_&/*<>,") | {r"\cdot", r"\odot", r"\oslash", r"\otimes", r"\times", r"\,", r"\!"}


def formula(tex: str, renderer: str, *, display: bool = True, by_hand: bool = False) -> str:
    """One formula for `renderer`: mathml, mathjax, katex or none; `by_hand` says that an author wrote it."""
    if not tex:
        return ""
    if renderer == "mathml":
        return _mathml(tex, display=display, by_hand=by_hand)
    if renderer == "none":
        return f"<code>{html.escape(tex, quote=False)}</code>"
    if renderer == "mathjax":
        tex = dialect.bold(tex)
    style = r"\displaystyle " if display else ""
    return rf'<span class="arithmatex">\({style}{html.escape(tex, quote=False)}\)</span>'


def breakable(tex: str, renderer: str, *, by_hand: bool = False) -> str:
    """A formula that may break before a term, and only there: each term is a formula of its own.

    MathML itself never breaks, and what breaks TeX on a page also breaks it within brackets.
    """
    if renderer == "none":
        return formula(tex, renderer)
    return "<wbr>".join(formula(part, renderer, by_hand=by_hand) for part in _headed(tex))


def flowing(tex: str, renderer: str, *, by_hand: bool = False) -> str:
    """A formula within a sentence; a wide one may break before a term, and a wide term scrolls by itself."""
    if width(tex) <= _WIDE or renderer == "none":
        return formula(tex, renderer, display=False, by_hand=by_hand)
    made = []
    parts = _headed(tex)
    if by_hand and (_SWITCHES.search(tex) or any(by_hand_in_mathml(part, display=False).why for part in parts)):
        parts = [tex]
    for part in parts:
        shown = formula(part, renderer, display=False, by_hand=by_hand)
        made.append(f'<span class="matcalc-wide">{shown}</span>' if width(part) > _WIDE else shown)
    return "<wbr>".join(made)


def _headed(tex: str) -> list[str]:
    """The terms of a formula, each a formula of its own."""
    first, *others = terms(tex)
    # An operator at the head of a formula is spaced as a sign; the empty group makes it binary again.
    return [first, *(f"{{}}{other}" for other in others)]


def sides(left: str, right: str, renderer: str, *, by_hand: bool = False) -> str:
    """Both sides of an equation in running text: the right side may break before a term, and nowhere else."""
    first, *others = breakable(right, renderer, by_hand=by_hand).split("<wbr>")
    begins = f"{formula(left, renderer)} {first}".strip()
    return "<wbr>".join([f'<span class="matcalc-sides">{begins}</span>', *others])


def terms(tex: str) -> list[str]:
    """A formula in parts that begin with `+` or `-`, as far as these stand in no bracket and no group."""
    if "+" not in tex and "-" not in tex:
        return [tex]
    parts, start, depth = [], 0, 0
    for found in _MARK.finditer(tex):
        piece = found.group()
        if piece in "+-":
            if depth == 0 and _ends_in_operand(tex[start : found.start()]):
                parts.append(tex[start : found.start()])
                start = found.start()
        elif _OPENING.match(piece):
            depth += 1
        elif _CLOSING.match(piece):
            depth -= 1
    return [*parts, tex[start:]]


def _ends_in_operand(tex: str) -> bool:
    """Whether what follows in a formula is an operator between two operands, rather than a sign."""
    tex = tex.rstrip()
    if not tex:
        return False
    last = _COMMAND.search(tex)
    return (last.group() if last else tex[-1]) not in _OPERATORS


def width(tex: str) -> int:
    """About how many characters wide a formula is: commands count one, or what they spell."""
    tex = re.sub(r"\\(?:operatorname\*?|text|mathrm|mathbf|boldsymbol|mathbb)\b", "", tex)
    tex = re.sub(r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|begin|end)\b|\\[,;:! ]", "", tex)
    tex = re.sub(r"\\[tdc]?frac\{([^{}]*)\}\{([^{}]*)\}", lambda m: max(m[1], m[2], key=len), tex)
    return len(re.sub(r"[\s{}^_&]", "", re.sub(r"\\[a-zA-Z]+|\\.", "x", tex)))


def escaped(text: str) -> str:
    """Plain words as HTML."""
    return html.escape(text, quote=False)


def as_words(text: str) -> str:
    """Words of an author as HTML in which no renderer finds a formula, whatever it looks for.

    What opens a formula begins with a backslash or is of dollar signs, and renderers look for it within
    the text of one element: so an element without content stands behind each of these.
    """
    return _SIGN.sub(r"\g<0><span></span>", html.escape(text, quote=False))


def sentence(text: str, renderer: str, words: Callable[[str], str] = escaped) -> str:
    """Plain words with formulas between dollar signs, as HTML; `words` makes it of what stands between them."""
    return "".join(sentence_parts(text, renderer, words))


def sentence_parts(text: str, renderer: str, words: Callable[[str], str]) -> list[str]:
    """The parts of such a sentence, of which some may be slots."""
    parts, last = [], 0
    for found in _DOLLARS.finditer(text):
        parts += [words(text[last : found.start()]), flowing(found["tex"], renderer)]
        last = found.end()
    return [*parts, words(text[last:])]


def display(tex: str, renderer: str, failed: Failed) -> str:
    """A formula that stands alone, tags and all; `failed` is told where MathML cannot set it, and its TeX is shown."""
    if renderer == "mathml":
        made = by_hand_in_mathml(tex, display=True)
        if made.why:
            failed(made.why)
        return made.mathml or f"<code>{escaped(tex)}</code>"
    if renderer == "none":
        return f"<code>{escaped(tex)}</code>"
    return rf'<div class="arithmatex">\[{escaped(by_hand_in(tex, renderer, failed))}\]</div>'


def by_hand_in_mathml(tex: str, *, display: bool) -> native.Made:
    """A formula of an author in MathML, or what is wrong with it."""
    return native.mathml(dialect.adapted(tex, "mathml", display=display), display=display, by_hand=True)


def by_hand_in(tex: str, renderer: str, failed: Failed, *, display: bool = True) -> str:
    """A formula of an author in the words of a renderer that is a script; `failed` is told what it lacks."""
    made = dialect.adapted(tex, renderer, display=display)
    if lacks := dialect.lacking(made, renderer):
        failed(lacks)
    return made


def number(_link: object, shown: str, in_text: bool) -> str:
    """A number in a formula, as plain text."""
    return shown if in_text else rf"\text{{{shown}}}"


def in_place(tex: str, failed: Failed, *, display: bool) -> str:
    """A formula that arithmatex marked, set in its place; empty where it cannot be, and `failed` is told."""
    made = by_hand_in_mathml(tex.strip(), display=display)
    if made.why:
        failed(made.why)
        return ""
    if display:
        return f'<div class="matcalc-display">{made.mathml}</div>'
    return f'<span class="matcalc-inline">{flowing(tex.strip(), "mathml", by_hand=True)}</span>'


class Marked(NamedTuple):
    """A formula as arithmatex marks it on a page."""

    before: str  #: its tag and its opening bracket
    tex: str
    behind: str
    display: bool

    @property
    def whole(self) -> str:
        """All of it."""
        return f"{self.before}{self.tex}{self.behind}"


def change_marked(page: str, change: Callable[[str, Marked], str]) -> str:
    """The page with each formula that arithmatex marked replaced; `change` has its TeX and how it was found."""
    out, last = [], 0
    for start, end in markup.outside_verbatim(page):
        missing: set[str] = set()  # ends that are not found any more
        place = start
        while found := _MARKED.search(page, place, end):
            place = found.end()
            close = f"{_CLOSES[found['bracket']]}</{found['tag']}>"
            closing = -1 if close in missing else page.find(close, place, end)
            if closing < 0:
                missing.add(close)
                continue
            marked = Marked(found.group(), page[place:closing], close, found["bracket"] == "[")
            out += [page[last : found.start()], change(html.unescape(marked.tex), marked)]
            last = place = closing + len(close)
    return "".join([*out, page[last:]])


def _mathml(tex: str, *, display: bool, by_hand: bool) -> str:
    made = by_hand_in_mathml(tex, display=display) if by_hand else native.mathml(tex, display=display, by_hand=False)
    if made.why:
        return f"<code>{html.escape(tex, quote=False)}</code>"
    # A block formula would stand alone and centred; here the grid places it.
    return made.mathml.replace('<math display="block"', '<math displaystyle="true"', 1)
