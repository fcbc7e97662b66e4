"""What is kept between builds: a file for each page, with all that its blocks came to.

In: a folder, a name and lines of JSON. Out: these lines, or None.

What a line means is the business of `engine`: each block has a key that is a hash of its text and
of the options that it was made with, and files lie in a folder that is named by a fingerprint of
this package and of what it computes with, so that nothing in them is ever out of date: another text,
another option or another version is another key. A file names itself and holds a hash of its lines,
is written under a name of its own and moved into place at once: two builds may write at the same
time, a build may be stopped anywhere, and what is damaged nonetheless is a miss. A folder that cannot
be written to is no cache, and nothing else; nor is one that a link leads to, for a repository can
carry a link, and what lies behind it is somebody else's. Only files that name themselves as those of
this cache are ever removed, and folders when they are empty.

The hash finds damage, not malice: whoever can write here can write HTML into the site.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from . import disk
from .page import LOG

#: The form of a file.
_FORM = 2
#: Files of other versions are kept this long, for a site that is built with several.
_KEPT_SECONDS = 14 * 24 * 3600
#: What a fingerprint looks like, and the name of a file in its folder.
_FINGERPRINT = re.compile(r"[0-9][0-9A-Za-z.+!_-]*-[0-9a-f]{12}")
_NAME = re.compile(r"(?P<name>[0-9a-f]{40})\.json")
#: The first line of a file, which names it, is shorter than this.
_HEAD_BYTES = 512
#: What is kept was made by these as well: another of their versions may make another page.
_MAKERS = ("math-core", "numpy", "sympy", "mpmath", "markdown", "pymdown-extensions")


class Cache:
    """Lines by name; without a folder, nothing is kept."""

    def __init__(self, folder: Path | None = None, site: Path | None = None) -> None:
        """The cache of a site in a folder below that of the site."""
        self._site = site or (folder.parent if folder is not None else None)
        self._root = folder
        self._folder = folder / fingerprint() if folder is not None else None
        #: Why nothing is kept although there is a folder, in words; empty where there is no such reason.
        self.refused = ""
        self._look()

    def _look(self) -> None:
        """Keep nothing where a link leads elsewhere."""
        if self._folder is None or self._site is None:
            return
        link = disk.link_on_the_way(self._folder, self._site)
        if link is not None:
            self.refused = f"nothing is kept between builds, for '{link.relative_to(self._site)}' is a link"
            self._folder = None

    @property
    def keeps(self) -> bool:
        """Whether there is a folder to write to, as far as is known."""
        return self._folder is not None

    def read(self, name: str) -> list[bytes] | None:
        """The lines that are kept under `name`, each of them JSON."""
        if self._folder is None:
            return None
        try:
            head, _, body = disk.content(self._folder / f"{name}.json").partition(b"\n")
            about: Any = json.loads(head)
            if (about["form"], about["name"], about["hash"]) != (_FORM, name, _digest(body)):
                return None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            LOG.debug("the entry %s of the cache is not used: %s", name, error)
            return None
        return body.split(b"\n")

    def write(self, name: str, lines: Sequence[bytes]) -> bool:
        """Keep these lines under `name`; whether that could be done."""
        self._look()
        if self._folder is None:
            return False
        body = b"\n".join(lines)
        head = json.dumps({"form": _FORM, "name": name, "hash": _digest(body)}).encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            disk.write(self._folder / f"{name}.json", head + b"\n" + body, 0o600)
        except OSError as error:
            LOG.debug("the cache cannot be written: %s", error)
            self._folder = None
            return False
        return True

    def tidy(self) -> None:
        """Remove what other versions left long ago, as far as this package can tell it for its own."""
        self._look()
        if self._root is None or self._folder is None or not self._root.is_dir():
            return
        try:
            if self._folder.is_dir():
                os.utime(self._folder)
                _remove(self._folder, unfinished=True)
            for other in self._root.iterdir():
                if other != self._folder and _FINGERPRINT.fullmatch(other.name) and _is_old(other, stat.S_ISDIR):
                    _remove(other)
                    if not any(other.iterdir()):
                        other.rmdir()
        except OSError as error:
            LOG.debug("the cache cannot be tidied: %s", error)


def key(*parts: str) -> str:
    """A name for what was made from these."""
    return _digest(json.dumps(parts).encode())


@cache
def fingerprint() -> str:
    """The version of this package, of its files where it is being worked on, and of what it computes with."""
    listed = sorted(_files(str(Path(__file__).parent.parent)))
    made_by = [list(sys.version_info[:2]), *map(_version, _MAKERS)]
    return f"{_version('mkdocs-matcalc')}-{_digest(json.dumps([listed, made_by]).encode())[:12]}"


def _files(folder: str, within: str = "") -> Iterator[tuple[str, int, int]]:
    """The files with what this package says, each with its size and time."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path, f"{within}{entry.name}/")
            elif entry.name.endswith((".py", ".lark")):
                about = entry.stat()
                yield f"{within}{entry.name}", about.st_size, about.st_mtime_ns


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]


def _remove(folder: Path, *, unfinished: bool = False) -> None:
    """Remove the files of a cache from a folder, or those alone that were never finished; whatever else it holds stays."""
    for path in list(folder.iterdir()):
        stopped = bool(disk.UNFINISHED.fullmatch(path.name)) and _is_old(path, stat.S_ISREG)
        if stopped or (not unfinished and _is_ours(path)):
            path.unlink()


def _is_old(path: Path, kind: Callable[[int], bool]) -> bool:
    """Whether this is a folder or a file, as `kind` says, and no link, that nothing was done to for long."""
    about = path.lstat()
    return kind(about.st_mode) and not disk.is_link(path) and time.time() - about.st_mtime > _KEPT_SECONDS


def _is_ours(path: Path) -> bool:
    """Whether a file of a cache of this package is at a path: it has the name of one and names itself so."""
    named = _NAME.fullmatch(path.name)
    if named is None or not disk.is_own_file(path):
        return False
    try:
        about = json.loads(disk.head(path, _HEAD_BYTES).partition(b"\n")[0])
        return bool(about.keys() == {"form", "name", "hash"} and about["name"] == named["name"])
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
