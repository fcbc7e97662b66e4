r"""Pages that something else has read, as mkdocs-jupyter reads notebooks: what is ours on them, put in its place.

In: the HTML that nbconvert makes of a notebook, and what is known of the page. Out: the same with its derive
blocks, those of `%%derive` cells among them, its labelled equations and its references. Fences are known by the
word that they begin with, cells by the text that is kept for copying; the formulas that nbconvert leaves to
MathJax get the numbers that they refer to. What is not found here is told to be lost by the page.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from . import block, cells, directive, display, equation, outline, references, scan
from .cells import Cell
from .crossref import Reference
from .engine import Engine
from .fence import Fence
from .marks import Where
from .numbering import Placed
from .outline import Display
from .page import Page
from .scan import Block
from .settings import Settings

#: A fence in a Markdown cell; nbconvert repeats the word that it begins with.
_FENCE = re.compile(r'<pre><code class="language-(?P<word>[^"]*+)">(?P<text>[^<]*+)</code></pre>')
#: The text of a code cell, kept for copying.
_CODE = re.compile(r'<div class="clipboard-copy-txt"[^>]*+>(?P<text>[^<]*+)</div>')
#: What ends the input of a code cell behind that text.
_INPUT_ENDS = re.compile(r"(?:\s*+</div>){4}")
#: Where a cell begins, and what a derivation has shown by itself in the output of one.
_CELL = '<div class="jp-Cell '
_SHOWN, _SHOWN_ENDS = '<div class="matcalc">', "</div>"
_PARAGRAPH = re.compile(r"<p>(?P<text>[^<]*+)</p>")
#: What begins a formula for MathJax, and what ends an environment.
_OPENS = re.compile(r"\$\$|\$(?=[^$\n]++\$)|\\\(|\\\[|\\begin\{(?P<name>\w++\*?)\}")
_ENDS = re.compile(r"\\end\{(?P<name>\w++\*?)\}")
_CLOSES = {"$$": "$$", "$": "$", "\\(": "\\)", "\\[": "\\]"}
#: What holds no running text.
_VERBATIM = ("pre", "code", "script", "style", "textarea", "svg")


def filled(text: str, page: Page, settings: Settings, engine: Engine) -> str:
    """The page with what is ours on it."""
    seen = outline.outline(page.written)
    arranged = page.arrange(seen.items, page.key)
    labels = {scan.bare(each.text): each.label for each in seen.blocks}

    def placed(item: Block | Display) -> Placed | None:
        return page.placed(item, arranged)

    shown: Counter[str] = Counter()

    def figures(body: str) -> str:
        shown[scan.bare(body)] += 1
        fence = Fence(body, labels.get(scan.bare(body), ""))
        return page.marks.element(block.render(fence, page, settings, engine, placed))

    text = _FENCE.sub(lambda found: _fence(found, figures), text)
    text = _magics(text, figures)
    for each in seen.blocks:
        shown[scan.bare(each.text)] -= 1
        if shown[scan.bare(each.text)] < 0:
            page.warn_not_run(each.line)
    text = _PARAGRAPH.sub(lambda found: _equations(found, placed, page, settings.renderer), text)
    text = "".join(piece if is_tag else _words(piece, page) for piece, is_tag in _split(text))

    def put(what: object, mark: str, where: Where) -> str:
        if isinstance(what, Reference):
            return references.put(what, mark, where, page, settings.renderer)
        return what if isinstance(what, str) and where is Where.ELEMENT else ""

    return page.marks.fill(text, put)


def _fence(found: re.Match[str], figures: Callable[[str], str]) -> str:
    word = html.unescape(found["word"])
    first, _, body = html.unescape(found["text"]).partition("\n")
    if first != word or word.strip("{}").removeprefix(".").lower() != scan.LANGUAGE:
        return found.group()
    body = body.rstrip("\n")
    return figures(directive.options(body) if word.startswith("{") and not word.startswith("{.") else body)


def _magics(text: str, figures: Callable[[str], str]) -> str:
    """The page with the derivations of `%%derive` cells, in the place of what the cells have shown, or below them."""
    out: list[str] = []
    last = 0
    for found in _CODE.finditer(text):
        known = Cell(0, "code", html.unescape(found["text"])).block
        if known is None or found.start() < last:
            continue
        made = figures(known[1])
        ends = _INPUT_ENDS.match(text, found.end())
        end = ends.end() if ends else found.end()
        following = text.find(_CELL, end)
        cell = text[end : following if following >= 0 else len(text)]
        start = cell.find(_SHOWN)
        out += [text[last:end], made if start < 0 else ""]
        last = end
        while start >= 0:  # one for each derivation; the first has room for all
            stop = cell.find(_SHOWN_ENDS, start) + len(_SHOWN_ENDS)
            out += [cell[last - end : start], made]
            made, last = "", end + stop
            start = cell.find(_SHOWN, stop)
    return "".join([*out, text[last:]])


def _equations(found: re.Match[str], placed: Callable[[Display], Placed | None], page: Page, renderer: str) -> str:
    """A paragraph with its labelled equations, which stand outside of it."""
    if "\\label{" not in found["text"]:
        return found.group()
    parts = []
    for piece in equation.pieces(html.unescape(found["text"])):
        place = placed(Display(0, piece.equation)) if piece.equation else None
        if piece.equation is None or place is None:
            parts.append(f"<p>{html.escape(piece.text, quote=False)}</p>")
        else:
            parts.append(page.marks.element(display.whole(piece.equation, place, page, renderer)))
    return "\n".join(parts)


def _words(text: str, page: Page) -> str:
    """Running text with its references as marks, and with numbers in its formulas."""
    if "ref{" not in text:
        return text
    plain = html.unescape(text)
    out: list[str] = []
    last = 0
    for start, end in _formulas(plain):
        out.append(references.marked(plain[last:start], page))
        tex, unknown = references.in_tex(plain[start:end], page, "mathjax")
        page.unknown.extend(unknown)
        out.append(html.escape(tex, quote=False))
        last = end
    return "".join([*out, references.marked(plain[last:], page)])


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """Where formulas stand in running text."""
    ends: dict[str, list[int]] = {}  # of environments, from the last
    for found in reversed(list(_ENDS.finditer(text))):
        ends.setdefault(found["name"], []).append(found.end())
    unclosed: set[str] = set()  # what is not closed any more, so that it is looked for once
    last = 0
    for found in _OPENS.finditer(text):
        if found.start() < last or found.group() in unclosed:
            continue
        name = found["name"]
        if name is not None:
            places = ends.get(name, [])
            while places and places[-1] < found.end():
                places.pop()
            end = places[-1] if places else -1
        else:
            closing = _CLOSES[found.group()]
            place = text.find(closing, found.end())
            end = place + len(closing) if place >= 0 else -1
        if end < 0:
            unclosed.add(found.group())
            continue
        yield found.start(), end
        last = end


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """The page in running text, and in tags, comments and what is shown as it is."""
    last = 0
    while last < len(text):
        start = text.find("<", last)
        if start < 0:
            break
        yield text[last:start], False
        last = _end(text, start)
        yield text[start:last], True
    yield text[last:], False


def _end(text: str, start: int) -> int:
    """Where what begins with this bracket ends; the end of the page where it does not end."""
    closing = ">"
    if text.startswith("<!--", start):
        closing = "-->"
    elif text.startswith(_CODE.pattern.partition("[")[0], start):
        closing = "</div>"
    else:
        name = re.compile(r"<([a-z]++)").match(text, start)
        if name is not None and name[1] in _VERBATIM:
            closing = f"</{name[1]}>"
    end = text.find(closing, start)
    return end + len(closing) if end >= 0 else len(text)


def rewritten(text: str, source: str) -> str:
    """The Markdown that mknotebooks makes of a notebook, with a fence of ours for each `%%derive` cell, and no output.

    It has been through a reader of HTML: where signs of a cell of Markdown were escaped, they are put back.
    """
    notebook = cells.read(source)
    for cell in notebook.cells if notebook else ():
        escaped = html.escape(cell.text, quote=False)
        if cell.block is not None:
            text = _refenced(text, cell.text, escaped, cell.block[1])
        elif cell.kind == "markdown" and escaped != cell.text:
            text = text.replace(escaped, cell.text, 1)
    return text


def _refenced(text: str, plain: str, escaped: str, block: str) -> str:
    """The same with a fence of ours for a cell of code, and without what that has shown."""
    body = "|".join({re.escape(plain): None, re.escape(escaped): None})
    found = re.search(rf"^```[\w+-]*\n(?:{body})\n```$", text, re.MULTILINE)
    if found is None:
        return text
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    rest = text[found.end() :]
    following = rest.find('\n<div class="cell ')
    this, others = (rest[:following], rest[following:]) if following >= 0 else (rest, "")
    output = this.find('<div class="output_wrapper"')
    if output >= 0:
        this = this[:output] + "</div>\n"  # that of the cell
    return f"{text[: found.start()]}{fence}{scan.LANGUAGE}\n{block}\n{fence}{this}{others}"


def read_twice(config: Any) -> bool:
    """Whether mknotebooks will read a notebook once more, when all others have had its page."""
    # It looks for these two names, and no others.
    with_html = {"markdown.extensions.md_in_html", "markdown.extensions.extra"} & set(config.markdown_extensions)
    return "mknotebooks" in config.plugins and not with_html
