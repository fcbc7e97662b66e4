"""Files as this package writes and removes them: never through a link, and never what somebody else has made.

A repository can carry a link where a cache or an output is expected, and a folder of that name can be
somebody's own. So every folder on the way is looked at before anything is done in it, and a file is
written beside its place and moved there: what stood at the place, a link or a second name of another
file, is replaced and not followed. What may be replaced at all is for the caller to recognise.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import TextIO

#: The name of a file that is being written, which is found again where a process was stopped meanwhile.
UNFINISHED = re.compile(r"\.matcalc-[0-9a-f]{16}\.tmp")
#: Bytes that are read of a file at most.
_LARGEST = 256 * 1024 * 1024
_JUNCTION = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)


def is_link(path: Path) -> bool:
    """Whether a path leads elsewhere: a symbolic link, or what Windows has for one."""
    try:
        about = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISLNK(about.st_mode) or bool(getattr(about, "st_file_attributes", 0) & _JUNCTION)


def link_on_the_way(path: Path, root: Path) -> Path | None:
    """The first link below `root` on the way to `path`, itself included; None where there is none."""
    try:
        steps = path.relative_to(root).parts
    except ValueError:
        steps = (path.name,)
        root = path.parent
    for step in steps:
        root /= step
        if is_link(root):
            return root
    return None


def is_own_file(path: Path) -> bool:
    """Whether there is a regular file at a path, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and not is_link(path)
    except OSError:
        return False


def content(path: Path) -> bytes:
    """What is in a file; an `OSError` for what is none, as a pipe or a link, which may never end, and for a larger one."""
    return head(path)


def head(path: Path, most: int = -1) -> bytes:
    """The first bytes of a file, as `content` reads it."""
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            raise OSError(f"{path} is no file that was written here")
        return file.read(most)


def write(path: Path, text: bytes, mode: int = 0o666) -> None:
    """Write a file beside its place and move it there; readers see all of it or nothing."""
    beside = path.parent / f".matcalc-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(beside, flags, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def nowhere() -> TextIO:
    """A file that keeps nothing of what is written to it."""
    return Path(os.devnull).open("w", encoding="utf-8")
