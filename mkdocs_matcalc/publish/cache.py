"""Derivations that are kept between builds, in files named by what they were made from.

In: a folder, the text of a block and the options it was derived with. Out: its derivations, or None.

The key is a hash of the content, the options and a fingerprint of this package, so that an entry
is never out of date: another text, another option or another version is another entry. An entry is
JSON with a hash of itself, written to a file of its own and moved into place at once: two builds
may write at the same time, a build may be stopped anywhere, and what is damaged nonetheless is a
miss. A folder that cannot be written to is no cache, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from . import derived
from .derived import Derived
from .page import LOG

#: The form of an entry.
_FORM = 1
#: Entries of other versions are kept this long, for a site that is built with several.
_KEPT_SECONDS = 14 * 24 * 3600


class Cache:
    """Derivations by content; without a folder, for this process only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder / fingerprint() if folder is not None else None
        self._root = folder
        self._known: dict[str, list[Derived]] = {}

    def get(self, key: str) -> list[Derived] | None:
        """What is kept under `key`."""
        if key not in self._known and self._folder is not None:
            found = _read(self._folder / f"{key}.json", key)
            if found is not None:
                self._known[key] = found
        return self._known.get(key)

    def put(self, key: str, derivations: Sequence[Derived]) -> None:
        """Keep `derivations` under `key`."""
        self._known[key] = list(derivations)
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / f"{key}.json", _entry(key, derivations))
        except OSError as error:
            LOG.debug("the cache cannot be written: %s", error)
            self._folder = None

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


def key(text: str, **options: str) -> str:
    """The name of an entry."""
    return _digest(json.dumps([text, sorted(options.items())]))


@cache
def fingerprint() -> str:
    """The version of this package, and of its files where it is being worked on."""
    root = Path(__file__).parent.parent
    files = [(path, path.stat()) for path in sorted(root.rglob("*")) if path.suffix in (".py", ".lark")]
    listed = [(path.relative_to(root).as_posix(), stat.st_size, stat.st_mtime_ns) for path, stat in files]
    return f"{_version()}-{_digest(json.dumps(listed))[:12]}"


def _version() -> str:
    try:
        return metadata.version("mkdocs-matcalc")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _entry(key: str, derivations: Sequence[Derived]) -> str:
    content = json.dumps([derived.to_json(each) for each in derivations], ensure_ascii=True, sort_keys=True)
    return json.dumps({"form": _FORM, "key": key, "hash": _digest(content), "content": content})


def _read(path: Path, key: str) -> list[Derived] | None:
    try:
        entry: Any = json.loads(path.read_text(encoding="utf-8"))
        whole = (entry["form"], entry["key"], entry["hash"]) == (_FORM, key, _digest(entry["content"]))
        return [derived.from_json(each) for each in json.loads(entry["content"])] if whole else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        LOG.debug("the entry %s of the cache is not used: %s", path.name, error)
        return None


def _write(path: Path, text: str) -> None:
    """Write to a file of this process and move it into place, which readers see at once or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
