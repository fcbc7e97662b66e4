"""Where the derive blocks of a Markdown source stand, and the text around them.

In: the text of a Markdown file, front matter and all. Out: the blocks in order, each with the line
of its fence, its text without indentation and quote marks, and what is wrong with its header; and
the lines that are running text. What stands in code and in comments is neither.

SuperFences hands a formatter the text of a block and nothing of its place, and calls it for code
that only looks like a block as well. So places come from here, by the same rules that SuperFences
reads fences with. As it does, the scan goes through a page once: what a fence without an end has taken
is not looked through for another. A block in 4-space-indented code is no block. When the scan misjudges
an odd page, a line number is off, or a number is given at the end of the sequence instead of in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..visible import hidden
from . import directive

#: The language name of our fence.
LANGUAGE = "derive"

#: Python-Markdown nests by four columns, whatever the marker.
_TAB = 4

_FRONT_MATTER = re.compile(r"\A\ufeff?-{3}[ \t]*+\n")
_FRONT_END = re.compile(r"^(?:\.{3}|-{3})[ \t]*+$", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*+")
_FENCE = re.compile(r"`{3,}+|~{3,}+")
_LANGUAGE = re.compile(r"\.?(?P<lang>[\w#.+-]++)(?=\s|\{|\Z)")
_LABEL = re.compile(r"#(?P<label>[^\s{}#=]++)\Z")
#: What opens a container whose content is indented: list items, admonitions, tabs, footnotes, definitions.
_CONTAINER = re.compile(r"(?:[-*+]|\d++\.)[ \t]|(?:!!!|\?\?\?\+?|===[!+]?)[ \t]|\[\^[^\]]++\]:|:[ \t]")


class Text(NamedTuple):
    """A line of running text, without indentation and quote marks; empty between paragraphs."""

    line: int
    text: str


class Block(NamedTuple):
    """A derive block in a source."""

    line: int  #: the line of the opening fence in the file, from 1
    text: str  #: the body as SuperFences hands it over
    header: str = ""  #: what follows the word `derive` in the fence
    label: str = ""  #: the label of a header `{#ls}`

    @property
    def complaint(self) -> str:
        """What is wrong with the header, in words; empty where nothing is."""
        if not self.header:
            return ""
        if unseen := hidden(self.header):
            return (
                f"the header of a derive fence has a character that cannot be seen ({unseen}), "
                "and its label is not taken: write 'label: ls' in the block"
            )
        before, inner = _attributes(self.header)
        words = [word for word in inner if word.removeprefix(".") != LANGUAGE]
        labelled = len(words) == 1 and _LABEL.match(words[0])
        rest = before if labelled or not words else self.header.strip()
        if not rest:
            return ""
        key, _, value = rest.partition("=")
        example = f"{key.strip()}: {value.strip(chr(34) + chr(39))}" if value and key.isidentifier() else "label: ls"
        return (
            f"a derive fence takes no options in its header ('{rest}'), and may not open at all: "
            f"write them in the block, a line each, as in '{example}'"
        )


def blocks(source: str) -> list[Block]:
    """The derive blocks of `source` in order."""
    return [part for part in parts(source) if isinstance(part, Block)]


def parts(source: str) -> list[Block | Text]:
    """The derive blocks and the lines of running text of `source` in order."""
    front = front_matter(source)
    lines = source[len(front) :].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return list(_scan(lines, front.count("\n") + 1))


def between_colons(source: str) -> list[int]:
    """The lines of running text that open a block between colons, which nothing here runs."""
    if ":::" not in source or LANGUAGE not in source:
        return []
    return [part.line for part in parts(source) if isinstance(part, Text) and directive.colons(part.text)]


def front_matter(source: str) -> str:
    """The front matter of a file, marks and all; empty where it has none."""
    front = _FRONT_MATTER.match(source)
    end = _FRONT_END.search(source, front.end() + 1) if front else None
    return source[: end.end() + 1] if end else ""


def label(block: Block) -> str:
    """The label of a block, from its directive or its header; empty where it has none, or one that is yet to be made."""
    for line in block.text.split("\n"):
        key, _, value = line.partition(":")
        if key.strip() == "label":
            words = value.partition("#")[0].split()
            return words[0] if len(words) == 1 and not set(words[0]) & set(",{}\\") else ""
    return block.label


def by_text(found: Iterable[Block]) -> dict[str, list[Block]]:
    """The blocks by their text, as `bare` leaves it, in order."""
    same: dict[str, list[Block]] = {}
    for block in found:
        same.setdefault(bare(block.text), []).append(block)
    return same


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The text without what a host may change in passing: trailing blanks, and tabs."""
    text = text.strip("\n")
    if "\t" not in text and " \n" not in text and not text.endswith(" "):
        return text
    return "\n".join(line.expandtabs(_TAB).rstrip(" ") for line in text.split("\n"))


def contains(block: str) -> bool:
    """Whether a paragraph begins with what contains others: a quote, an item of a list, an admonition."""
    start = block.lstrip(" \t")
    return start.startswith(">") or _CONTAINER.match(start) is not None


def line_of(source: str, text: str) -> int | None:
    """The line of `source` that reads `text`, when there is exactly one; for what the scan did not find."""
    wanted = text.strip()
    found = [number for number, line in enumerate(source.splitlines(), 1) if line.strip(" \t>") == wanted]
    return found[0] if wanted and len(found) == 1 else None


def _scan(lines: list[str], first: int) -> Iterator[Block | Text]:
    containers: list[int] = []  # content columns of the containers that are open
    after_blank = True
    commented = False
    taken = 0  # no fence is looked for before this line: one without an end has taken what stands there
    number = 0
    while number < len(lines):
        line = lines[number]
        # Most lines are empty, or words at the margin, which end what contains others and begin nothing.
        if not commented and (not line or (line[0].isalpha() and "\t" not in line)):
            if line:
                containers.clear()
            yield Text(first + number, line.rstrip())
            after_blank, number = not line, number + 1
            continue
        prefix, rest = _split(lines[number])
        if commented or rest.startswith("<!--"):
            commented = "-->" not in rest
            number += 1
            continue
        if not rest.strip():
            yield Text(first + number, "")
            after_blank, number = True, number + 1
            continue
        column = len(prefix.replace(">", " ")) if ">" not in prefix else len(prefix.rpartition(">")[2]) - 1
        while containers and column < containers[-1]:
            containers.pop()
        base = containers[-1] if containers else 0
        indented_code = column - base >= _TAB and after_blank
        after_blank = False
        found = _FENCE.match(rest) if number >= taken else None
        fence, header = (found.group(), rest[found.end() :].strip(" \t")) if found else ("", "")
        end, body = -1, ""
        if found and not ("`" in fence and "`" in header):
            end, body = _body(lines, number + 1, prefix, fence)
            if end < 0:
                taken = -end
        if end < 0:
            if not indented_code and _CONTAINER.match(rest):
                containers.append(base + _TAB)
            if indented_code:
                after_blank = True  # the next line of the same code is code too
            else:
                yield Text(first + number, rest.rstrip())
            number += 1
            continue
        if not indented_code:
            block = _block(header, first + number, body)
            if block is not None:
                yield block
            yield Text(first + number, "")  # a fence ends the paragraph before it
        number = end + 1
        after_blank = indented_code


def _body(lines: list[str], start: int, prefix: str, fence: str) -> tuple[int, str]:
    """The line of the closing fence and the text before it.

    Where the fence does not close, that is minus the line up to which it has taken all others, and no text.
    """
    width, quotes = len(prefix), prefix.count(">")
    body: list[str] = []
    for number in range(start, len(lines)):
        if not width:  # at the margin
            line = lines[number]
            if line.startswith(fence) and not line[len(fence) :].strip(" \t"):
                return number, "\n".join(body)
            body.append(line if line.strip() else "")
            continue
        line = lines[number].expandtabs(_TAB) if not quotes else lines[number]
        inner = _PREFIX.match(line[:width])
        ahead = inner.group() if inner else ""
        content = line[len(ahead) :]
        if not content.strip():
            body.append("")
            continue
        if (len(ahead) < width and not (quotes and ">" in ahead)) or ahead.count(">") > quotes:
            return -(number + 1), ""
        if content.startswith(fence) and not content[len(fence) :].strip(" \t"):
            return number, "\n".join(body)
        body.append(content)
    return -len(lines) - 1, ""


def _split(line: str) -> tuple[str, str]:
    line = line.expandtabs(_TAB)
    prefix = _PREFIX.match(line)
    width = prefix.end() if prefix else 0
    return line[:width], line[width:]


def _block(header: str, line: int, text: str) -> Block | None:
    """The block that a fence with this header opens, or None when it is another language."""
    foreign = directive.header(header)
    if foreign is not None:
        header, text = f"{LANGUAGE} {foreign}", directive.options(text)
    _, inner = _attributes(header)
    language = _LANGUAGE.match(header)
    if language is None or header.startswith("{"):
        name, rest = (inner[0].removeprefix(".") if inner else ""), header
    else:
        name, rest = language["lang"].removeprefix("."), header[language.end() :].strip()
    if name != LANGUAGE:
        return None
    labels = [found["label"] for word in inner if (found := _LABEL.match(word)) and not hidden(word)]
    return Block(line, text, rest, labels[0] if labels else "")


def _attributes(header: str) -> tuple[str, list[str]]:
    """What stands before the braces at the end of a header, and the words in them."""
    start = header.rfind("{")
    if start < 0 or not header.endswith("}") or "}" in header[start:-1]:
        return header.strip(), []
    return header[:start].strip(), header[start + 1 : -1].split()
