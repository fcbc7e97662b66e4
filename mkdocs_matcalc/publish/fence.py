"""The derive fence in SuperFences, whatever else a document loads and in whatever order.

In: a Markdown instance with all its extensions. Out: the same with a `derive` fence. Where
SuperFences is loaded, the fence is added to it. Where it is not, a SuperFences that knows no other
fence is put beside `fenced_code`: it reads other fences, so that a block inside one stays code,
and leaves them as they are.

A formatter may only keep a block and leave a mark. SuperFences also calls it for a fence in
4-space-indented code, throws the mark away and restores the code; and it swallows whatever a
formatter raises. What a block means is therefore settled when the marks that are left are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import HTML_PLACEHOLDER_RE, HtmlStash

from .. import missing
from ..visible import hidden
from .scan import LANGUAGE

try:
    from pymdownx.superfences import (  # type: ignore[import-untyped]
        CodeStash,
        SuperFencesBlockPreprocessor,
        SuperFencesCodeBlockProcessor,
        SuperFencesCodeExtension,
    )
except ImportError as failed:
    raise missing.told(failed) from failed

#: What a formatter leaves in the page for block number n.
_MARK = '<div data-matcalc-block="{}"></div>'
#: A mark in the finished page, or a comment, in which marks do not count.
_MARKS = re.compile(r"<!--.*?-->|<div data-matcalc-block=\"(?P<index>\d+)\"></div>", re.DOTALL)


class Fence(NamedTuple):
    """A block as SuperFences hands it over."""

    text: str
    label: str  #: the id in the header, `{#ls}`


class Fences:
    """The blocks that were met in a document, those in indented code among them."""

    def __init__(self) -> None:
        self._met: list[Fence] = []

    def clear(self) -> None:
        """Forget the blocks of the last document."""
        self._met.clear()

    def format(self, *, src: str = "", id_value: str = "", **_: Any) -> str:
        """The formatter: keep the block, leave a mark."""
        self._met.append(Fence(src, "" if hidden(id_value) else id_value))  # the scan has complained of it
        return _MARK.format(len(self._met) - 1)

    def unstash(self, root: Element, stash: HtmlStash) -> None:
        """Put the marks that are paragraphs into the tree, where no inline pattern looks for anything in them."""
        for element in root.iter("p"):
            if len(element) or element.attrib or not element.text:
                continue
            place = HTML_PLACEHOLDER_RE.fullmatch(element.text)
            mark = _MARKS.fullmatch(str(stash.rawHtmlBlocks[int(place[1])])) if place else None
            if mark is not None and mark["index"] is not None:
                element.tag, element.text = "div", None
                element.set("data-matcalc-block", mark["index"])

    def fill(self, html: str, render: Callable[[Fence], str]) -> str:
        """The page with each mark replaced by what `render` makes of its block, in the order of the page."""

        def one(found: re.Match[str]) -> str:
            index = found["index"]
            return found.group() if index is None or int(index) >= len(self._met) else render(self._met[int(index)])

        return _MARKS.sub(one, html)


def install(md: Markdown, fences: Fences) -> None:
    """Let `md` read derive fences; call it when all extensions are loaded, any number of times."""
    host = next((each for each in md.registeredExtensions if isinstance(each, SuperFencesCodeExtension)), None)
    if host is None:
        host = _OnlyDerive()
        host.extendMarkdown(md)
    if not any(entry["formatter"] == fences.format for entry in host.superfences):
        host.extend_super_fences(LANGUAGE, fences.format, _accept, None)


def _accept(language: str, inputs: Any, options: Any, attrs: Any, md: Any) -> bool:  # noqa: ARG001
    """The validator: a block opens whatever its header says; the scan reports options in it."""
    _settle(md)
    return True


def _settle(md: Any) -> None:
    """Let SuperFences read the settings it wants before it calls a formatter, as its own wrapper does."""
    for reader in md.preprocessors:
        if isinstance(reader, SuperFencesBlockPreprocessor):
            reader.get_hl_settings()


class _OnlyDerive(SuperFencesCodeExtension):  # type: ignore[misc]
    """A SuperFences beside `fenced_code` that leaves every other fence to it."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the preprocessor under a name of its own, and the undoing of fences in indented code."""
        md.registerExtension(self)
        self.md = md
        # A fence of any other language is read and, having no formatter, left as it is.
        self.superfences = [
            {"name": "superfences", "test": lambda _: True, "formatter": None, "validator": _accept, "reset": None}
        ]
        self.stash = CodeStash()
        # Headers that SuperFences does not know (`py3 hl_lines=2`) open a fence for fenced_code all the same.
        config = {**self.getConfigs(), "relaxed_headers": True}
        # It asks for the settings of the highlighter, which stays off.
        md.registerExtensions(["pymdownx.highlight"], {"pymdownx.highlight": {"_enabled": False}})
        self._register(SuperFencesBlockPreprocessor(md), config, md.preprocessors, "matcalc_fence", 26)
        self._register(SuperFencesCodeBlockProcessor(md.parser), config, md.parser.blockprocessors, "code", 80)

    def _register(self, processor: Any, config: Any, registry: Any, name: str, priority: int) -> None:
        processor.config, processor.extension = config, self
        registry.register(processor, name, priority)
