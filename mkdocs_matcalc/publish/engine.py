"""The door to the engine: the things that the page asks of it, each made once and kept.

In: the text of a block, the settings of its page. Out: the facts that the numbering asks for, and the
pieces of its figures. A file of the cache holds what the blocks of one page came to: a host that knows
the site has all of them made at once, on all cores where there are many; what a page brings in as it
is read is made then, and kept with the others. Neither the engine nor NumPy is imported for what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import DeriveError
from . import cache as store
from . import request, template
from .page import LOG
from .request import Facts, Lines, Stated, facts_of
from .settings import Settings

if TYPE_CHECKING:
    from ..rules.rule import Rule

#: What JSON of another shape than expected raises.
_MISREAD = (ValueError, TypeError, KeyError, IndexError, RecursionError)
#: In so many parts workers make the rule book.
_PARTS = 8
#: So many bytes of what files hold are kept until their pages are made; other files are read again then.
_HELD_BYTES = 16 << 20


class Engine:
    """What blocks come to; what is wrong with a block is remembered for the build."""

    def __init__(self, cache: store.Cache | None = None) -> None:
        self.cache = cache or store.Cache()
        self._facts: dict[str, list[Facts]] = {}
        self._wrong: dict[str, DeriveError] = {}
        self._lines: dict[str, Lines] = {}  # what no file holds
        self._home: dict[str, str] = {}  # the file that holds the rest
        self._holds: dict[str, set[str]] = {}  # what files hold, as far as is known
        self._packs: dict[str, dict[str, Lines]] = {}  # files that were read, and whose pages are yet to be made
        self._packed = 0  # their bytes
        self._open: tuple[str, dict[str, Lines]] = ("", {})  # the file that was read last
        self._used: set[str] = set()  # the keys that were asked for in this build
        self._page = ""  # the file of the page in the making
        self._asked: dict[str, None] = {}  # the keys of its blocks
        self._late = False  # whether some of them are in no file of this page
        self._rules: dict[int, Stated] = {}
        self._table: dict[int, Rule] = {}
        self._whole: list[Stated] | None = None

    def renew(self) -> None:
        """Begin another build in the same process: what the last one asked for is known still, what was wrong is not."""
        used, self._used = self._used, set()
        self._wrong.clear()
        for known in (self._facts, self._lines, self._home):
            for key in known.keys() - used:
                del known[key]
        self._holds = {name: keys & used for name, keys in self._holds.items()}
        self._packs, self._packed, self._open = {}, 0, ("", {})
        self._page, self._asked, self._late = "", {}, False

    def prepare(self, pages: Mapping[str, Sequence[str]], settings: Settings, *, book: bool = False) -> None:
        """Make what the blocks of these pages come to, as far as it is not kept; and the rule book with them."""
        wanted = {page: {_key(text, settings): text for text in texts} for page, texts in pages.items()}
        held = {page: self._held(_file(page, settings), blocks) for page, blocks in wanted.items()}
        missing = {key: text for blocks in wanted.values() for key, text in blocks.items() if key not in self._facts}
        parts = _PARTS if book and missing and self._kept_book(settings.renderer) is None else 0
        if not any(blocks.keys() - held[page] for page, blocks in wanted.items()):
            return
        from .workers import Workers  # a build that has all it needs starts no process

        requests = [request.book_request(settings.renderer, part, parts) for part in range(parts)]
        requests += [request.block_request(text, settings) for text in missing.values()]
        places = {key: place for place, key in enumerate(missing, parts)}
        with Workers(requests) as workers:
            if workers.running and parts:
                self._keep_book([workers.answer(part)[0] for part in range(parts)], settings.renderer)
            for page, blocks in wanted.items():
                for key in blocks:
                    if key in places:
                        self._take(key, *workers.answer(places.pop(key)))
                if blocks.keys() - held[page] - self._wrong.keys():
                    self._write(_file(page, settings), blocks)

    def turn(self, page: str, settings: Settings) -> None:
        """Note which page is in the making, and keep what the last one brought in."""
        self.settle()
        self._page = _file(page, settings)
        if self._page in self._packs:
            self._open = (self._page, self._packs.pop(self._page))
            self._packed -= _size(self._open[1])

    def settle(self) -> None:
        """Keep what the page in the making has brought in."""
        if self._late and self._page:
            self._write(self._page, self._asked)
        self._page, self._asked, self._late = "", {}, False

    def facts(self, text: str, settings: Settings) -> list[Facts]:
        """The facts of the derivations of a block; raises `DeriveError`."""
        key = _key(text, settings)
        self._used.add(key)
        if key in self._wrong:
            raise self._wrong[key]
        if key not in self._facts:
            self._make(key, text, settings)
            self._late = True
        return self._facts[key]

    def pieces(self, text: str, settings: Settings) -> list[list[str]]:
        """The figures of a block; raises `DeriveError`."""
        self.facts(text, settings)
        key = _key(text, settings)
        self._asked[key] = None
        for _ in range(2):
            lines = self._find(key)
            try:
                return template.unpacked(lines.pieces)
            except _MISREAD as error:
                LOG.debug("an entry of the cache is not used: %s", error)
            self._make(key, text, settings)
            self._late = True
        raise DeriveError("internal error, please report it", text=text)

    def statement(self, number: int, renderer: str) -> str:
        """The preview of a rule; empty for a rule that the table does not have."""
        if self._kept_book(renderer) is None and self.cache.keeps:
            self.book(renderer)  # the next build will want others of them
        if self._whole is None and number not in self._rules:
            from . import making

            if not self._table:
                self._table = {rule.number: rule for rule in making.rules()}
            if number not in self._table:
                return ""
            self._rules[number] = making.stated(self._table[number], renderer)
        return self._rules[number].preview if number in self._rules else ""

    def book(self, renderer: str) -> list[Stated]:
        """All rules in the order of their numbers."""
        found = self._kept_book(renderer)
        if found is not None:
            return found
        from . import making

        return self._keep_book([making.book(renderer)], renderer)

    def _make(self, key: str, text: str, settings: Settings) -> None:
        from . import making

        self._take(key, *making.answer(request.block_request(text, settings)))
        if key in self._wrong:
            raise self._wrong[key]

    def _take(self, key: str, first: bytes, second: bytes) -> None:
        """Take an answer to a request for a block."""
        if not second:
            self._wrong[key] = request.mistake(first)
            return
        self._facts[key] = [facts_of(each) for each in json.loads(first)]
        self._lines[key] = Lines(first, second)

    def _find(self, key: str) -> Lines:
        """What is known of a block, from the file that holds it."""
        if key in self._lines:
            return self._lines[key]
        if key in self._open[1]:
            return self._open[1][key]
        name = self._home[key]
        if name in self._packs:
            return self._packs[name].get(key, Lines(b"", b""))
        if self._open[0] != name:
            self._open = (name, _unpacked(self.cache.read(name)))
        return self._open[1].get(key, Lines(b"", b""))

    def _held(self, name: str, wanted: Iterable[str]) -> set[str]:
        """Which blocks a file holds; it is read unless all that are wanted of it are known."""
        known = self._holds.get(name)
        if known is not None and known.issuperset(wanted) and self._facts.keys() >= known:
            return known
        return self._read(name)

    def _read(self, name: str) -> set[str]:
        """Learn what a file holds."""
        packed = _unpacked(self.cache.read(name))
        try:
            found = json.loads(b"[%b]" % b",".join(lines.facts for lines in packed.values()))
            facts = [[facts_of(each) for each in derivations] for derivations in found]
        except _MISREAD as error:
            LOG.debug("an entry of the cache is not used: %s", error)
            return set()
        for key, known in zip(packed, facts, strict=True):
            self._facts.setdefault(key, known)
            self._home.setdefault(key, name)
        if self._packed < _HELD_BYTES:
            self._packs[name] = packed
            self._packed += _size(packed)
        self._holds[name] = set(packed)
        return self._holds[name]

    def _write(self, name: str, keys: Iterable[str]) -> None:
        """Put these blocks into a file, as far as they are right."""
        lines = {key: self._find(key) for key in keys if key in self._lines or key in self._home}
        lines = {key: each for key, each in lines.items() if each.pieces}
        kept = [json.dumps(list(lines)).encode()]
        kept += [each.facts for each in lines.values()] + [each.pieces for each in lines.values()]
        if not self.cache.write(name, kept):
            return
        self._open = ("", {})
        self._packed -= _size(self._packs.pop(name, {}))
        self._holds[name] = set(lines)
        for key in lines:
            self._lines.pop(key, None)
            self._home[key] = name

    def _kept_book(self, renderer: str) -> list[Stated] | None:
        if self._whole is None:
            lines = self.cache.read(_book(renderer))
            try:
                self._learn(request.read_book(json.loads(lines[0])) if lines else None)
            except _MISREAD as error:
                LOG.debug("the rule book of the cache is not used: %s", error)
        return self._whole

    def _keep_book(self, parts: Iterable[bytes], renderer: str) -> list[Stated]:
        made = sorted(each for part in parts for each in request.read_book(json.loads(part)))
        self._learn(made)
        self.cache.write(_book(renderer), [json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()])
        return made

    def _learn(self, rules: list[Stated] | None) -> None:
        self._whole = rules
        self._rules = {rule.number: rule for rule in rules or ()}


@lru_cache(maxsize=4096)
def _key(text: str, settings: Settings) -> str:
    """The name of what a block comes to with these settings."""
    return store.key(text, *settings.named)


def _file(page: str, settings: Settings) -> str:
    """The file of a page; a site that is built with other settings as well has other files for these."""
    return store.key("page", page, *settings.named)


def _book(renderer: str) -> str:
    return store.key("rules", renderer)


def _size(packed: Mapping[str, Lines]) -> int:
    return sum(len(lines.pieces) for lines in packed.values())


def _unpacked(lines: list[bytes] | None) -> dict[str, Lines]:
    """The blocks in the lines of a file; none where these are something else."""
    if not lines:
        return {}
    try:
        keys: list[str] = json.loads(lines[0])
        count = len(keys)
        if len(lines) != 2 * count + 1 or not all(type(key) is str for key in keys):
            return {}
    except _MISREAD:
        return {}
    return {
        key: Lines(*pair)
        for key, pair in zip(keys, zip(lines[1 : count + 1], lines[count + 1 :], strict=True), strict=True)
    }
