"""Files that a command writes into a folder: what it made before is replaced, and nothing else is touched.

In: a folder, and the files that belong there. Out: what was written. A folder or a file that is a link
is refused, for what it leads to is somebody else's; so is a file that this command did not make. LaTeX
files say in their first line who made them; others cannot, and their folder has a list of what
was written there, each file with its hash, so that one that was changed by hand since is not lost.
Everything is looked at before anything is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..publish import disk

#: Whether a file that has this content was made by the command.
Ours = Callable[[Path, bytes], bool]


def write(folder: Path, made: Mapping[Path, bytes], ours: Ours) -> int:
    """Write what has changed, so that what depends on a file is not made anew for nothing; how many files that is.

    Raises `OSError`, before anything is written, for a link and for a file that is not ours.
    """
    changed = [path for path in sorted(made) if _changes(folder, path, made[path], ours)]
    _refuse_link(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.write(path, made[path])
    return len(changed)


def write_listed(folder: Path, made: Mapping[Path, bytes], command: str) -> int:
    """Write files that cannot say who made them, and note them in the list that this command has in the folder."""
    known = _listed(folder, command)
    count = write(folder, made, lambda path, old: known.get(_name(folder, path)) == _hash(old))
    known |= {_name(folder, path): _hash(text) for path, text in made.items()}
    text = json.dumps({"made by": f"matcalc {command}", "files": dict(sorted(known.items()))}, indent=1) + "\n"
    write(folder, {folder / listing(command): text.encode()}, lambda _, old: _files(old, command) is not None)
    return count


def _changes(folder: Path, path: Path, text: bytes, ours: Ours) -> bool:
    """Whether a file is to be written; an `OSError` where it must not be."""
    _refuse_link(folder)
    link = disk.link_on_the_way(path, folder)
    if link is not None:
        raise OSError(f"'{link}' is a link, and nothing is written through one")
    if not path.exists():
        return True
    if not disk.is_own_file(path):
        raise OSError(f"'{path}' is there already, and is no file")
    old = disk.content(path)
    if old == text:
        return False
    if not ours(path, old):
        raise OSError(
            f"'{path}' is there already, and this command did not make what is in it: "
            "move it away, or write to another folder"
        )
    return True


def _refuse_link(folder: Path) -> None:
    """An `OSError` for a folder that is a link, or lies behind one below the folder in which the command is run."""
    whole, here = folder.absolute(), Path.cwd()
    link = disk.link_on_the_way(whole, here if here in whole.parents else whole.parent)
    if link is not None:
        raise OSError(f"'{link}' is a link, and nothing is written through one: name the folder that it leads to")


def listing(command: str) -> str:
    """The name of the list of what a command has written to a folder."""
    return f".matcalc-{command}.json"


def _listed(folder: Path, command: str) -> dict[str, str]:
    """The files that a folder says were written there, each with its hash; none where it has no list of ours."""
    try:
        return _files(disk.content(folder / listing(command)), command) or {}
    except OSError:
        return {}


def _files(text: bytes, command: str) -> dict[str, str] | None:
    """The files of a list; None for what is no list of ours."""
    try:
        found: Any = json.loads(text)
        if found["made by"] != f"matcalc {command}":
            return None
        return {str(name): str(value) for name, value in found["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
