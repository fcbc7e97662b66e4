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

from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import HTML_PLACEHOLDER_RE, HtmlStash

from .. import missing
from ..visible import hidden
from .marks import ATTRIBUTE, Marks
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


class Fence(NamedTuple):
    """A block as SuperFences hands it over."""

    text: str
    label: str  #: the id in the header, `{#ls}`


class Fences:
    """The formatter of a document, and the marks of the page that it is on."""

    def __init__(self) -> None:
        self.marks = Marks()

    def format(self, *, src: str = "", id_value: str = "", **_: Any) -> str:
        """The formatter: keep the block, leave a mark."""
        return self.marks.element(Fence(src, "" if hidden(id_value) else id_value))  # the scan has complained of it

    def unstash(self, root: Element, stash: HtmlStash) -> None:
        """Put the marks that are paragraphs into the tree, where no inline pattern looks for anything in them."""
        for element in root.iter("p"):
            if len(element) or element.attrib or not element.text:
                continue
            place = HTML_PLACEHOLDER_RE.fullmatch(element.text)
            mark = self.marks.in_element(str(stash.rawHtmlBlocks[int(place[1])])) if place else ""
            if mark:
                element.tag, element.text = "div", None
                element.set(ATTRIBUTE, mark)


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
