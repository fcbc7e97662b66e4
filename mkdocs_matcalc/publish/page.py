"""What is known of the page that is being rendered, and the warnings about it.

The extension makes one for each document; the plugin makes one for each page of a site and knows
more: the file, the way to the rule book, and that it numbers the page itself.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from . import scan

#: A logger that speaks for the extension where no plugin has one of its host.
LOG: logging.Logger = logging.getLogger("mkdocs_matcalc")


@dataclass
class Page:
    """A page in the making."""

    source: str = ""  #: the Markdown of the file, front matter and all
    path: str = ""  #: the file, as warnings name it
    rulebook: str = ""  #: the address of the rule book from here; empty where there is none
    finishes: bool = True  #: whether the extension numbers the page, or leaves that to the plugin
    log: logging.Logger | logging.LoggerAdapter[logging.Logger] = LOG
    labels: set[str] = field(default_factory=set)  #: the labels that are taken
    _blocks: list[scan.Block] | None = None
    _seen: Counter[str] = field(default_factory=Counter)

    def begin(self, *, source: str, path: str, rulebook: str) -> None:
        """Turn to another page; the host keeps one of these, for the extensions that hold it."""
        self.source, self.path, self.rulebook = source, path, rulebook
        self.labels = set()
        self._blocks = None
        self._seen = Counter()

    @property
    def blocks(self) -> list[scan.Block]:
        """The derive blocks of the source."""
        if self._blocks is None:
            self._blocks = scan.blocks(self.source)
        return self._blocks

    def place(self, text: str) -> scan.Block | None:
        """The place of the next block with this text; asked once for each block, in the order of the page."""
        occurrence = self._seen[text]
        self._seen[text] += 1
        return scan.place(self.blocks, text, occurrence)

    def where(self, line: int | None) -> str:
        """A line of this page in words, as `docs/index.md:12`."""
        if line is None:
            return self.path or "in a text that is not the page's own"
        return f"{self.path}:{line}" if self.path else f"line {line}"

    def warn(self, line: int | None, message: str) -> None:
        """A warning that names the file and the line, on which a strict build stops."""
        self.log.warning("%s: %s", self.where(line), message)

    def check_headers(self) -> None:
        """A warning for each fence whose header SuperFences would swallow."""
        for block in self.blocks:
            if block.complaint:
                self.warn(block.line, block.complaint)
