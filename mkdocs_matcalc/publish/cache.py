"""What is kept between builds: a file for each page, with all that its blocks came to.

In: a folder, a name and lines of JSON. Out: these lines, or None.

What a line means is the business of `engine`: each block has a key that is a hash of its text and
of the options that it was made with, and files lie in a folder that is named by a fingerprint of
this package, so that nothing in them is ever out of date: another text, another option or another
version is another key. A file names itself and holds a hash of its lines, is written under a name
of its own and moved into place at once: two builds may write at the same time, a build may be
stopped anywhere, and what is damaged nonetheless is a miss. A folder that cannot be written to is
no cache, and nothing else.

The hash finds damage, not malice: whoever can write here can write HTML into the site.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from .page import LOG

#: The form of a file.
_FORM = 2
#: No page comes to a file of more bytes.
_LARGEST = 256 * 1024 * 1024
#: Files of other versions are kept this long, for a site that is built with several.
_KEPT_SECONDS = 14 * 24 * 3600


class Cache:
    """Lines by name; without a folder, nothing is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder / fingerprint() if folder is not None else None
        self._root = folder

    @property
    def keeps(self) -> bool:
        """Whether there is a folder to write to, as far as is known."""
        return self._folder is not None

    def read(self, name: str) -> list[bytes] | None:
        """The lines that are kept under `name`, each of them JSON."""
        if self._folder is None:
            return None
        try:
            head, _, body = _content(self._folder / f"{name}.json").partition(b"\n")
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
        if self._folder is None:
            return False
        body = b"\n".join(lines)
        head = json.dumps({"form": _FORM, "name": name, "hash": _digest(body)}).encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / f"{name}.json", head + b"\n" + body)
        except OSError as error:
            LOG.debug("the cache cannot be written: %s", error)
            self._folder = None
            return False
        return True

    def tidy(self) -> None:
        """Remove what other versions left long ago."""
        if self._root is None or self._folder is None or not self._root.is_dir():
            return
        try:
            if self._folder.is_dir():
                os.utime(self._folder)
            for other in self._root.iterdir():
                if other != self._folder and other.is_dir() and time.time() - other.stat().st_mtime > _KEPT_SECONDS:
                    shutil.rmtree(other, ignore_errors=True)
        except OSError as error:
            LOG.debug("the cache cannot be tidied: %s", error)


def key(*parts: str) -> str:
    """A name for what was made from these."""
    return _digest(json.dumps(parts).encode())


@cache
def fingerprint() -> str:
    """The version of this package, and of its files where it is being worked on."""
    listed = sorted(_files(str(Path(__file__).parent.parent)))
    return f"{_version()}-{_digest(json.dumps(listed).encode())[:12]}"


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


def _version() -> str:
    try:
        return metadata.version("mkdocs-matcalc")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]


def _content(path: Path) -> bytes:
    """What is in a file; an `OSError` for anything that is no file of ours, as a pipe or a link, which may never end."""
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            raise OSError("this is no file that was kept here")
        return file.read()


def _write(path: Path, content: bytes) -> None:
    """Write to a file of this process and move it into place, which readers see at once or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
