"""What a host that runs the extension alone tells of the page in the making, without being asked.

In: a Markdown instance. Out: the file, the scripts that the site loads, whether a warning is to stop the
build. Zensical keeps the page and its configuration in a preprocessor, MkDocs in what resolves links; of
any other host nothing is known. Neither is imported.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from markdown import Markdown

from ..visible import Guard
from . import detect, scan
from .page import LOG

#: Of this logger MkDocs counts the warnings, for a strict build.
_MKDOCS = logging.getLogger("mkdocs.plugins.matcalc")
_MKDOCS.addFilter(Guard())


class Host(NamedTuple):
    """What is known of a page."""

    path: str = ""  #: the file, as messages name it
    file: Path | None = None
    scripts: tuple[str, ...] = ()
    docs: Path | None = None
    overrides: Path | None = None
    page: Any = None  #: an object that the host has for this page, and for no other
    strict: bool = False  #: whether warnings stop a build that does not count them by itself
    log: logging.Logger = LOG

    @property
    def renderer(self) -> str:
        """What typesets the formulas of the site; `auto` where nothing is known of it."""
        return _renderer(self.scripts, self.docs, self.overrides) if self.docs else "auto"

    def front_matter(self, text: str) -> str:
        """What the file has before a text, which the host has read and taken away."""
        if self.file is None:
            return ""
        try:
            whole = self.file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError):
            return ""
        whole = whole.replace("\r\n", "\n").replace("\r", "\n")
        front = scan.front_matter(whole)
        return front if not text.startswith(front) and whole[len(front) :].strip() == text.strip() else ""


def entitle(host: Host, words: str) -> None:
    """Give a page of Zensical its title in words, where nobody has given it another."""
    page = host.page
    if words and getattr(page, "title_override", "") is None and "title" not in page.meta:
        page.title = words


def of(md: Markdown) -> Host:
    """What the host of a Markdown instance tells."""
    for each in md.preprocessors:
        page, config = getattr(each, "page", None), getattr(each, "config", None)
        if isinstance(config, dict) and "docs_dir" in config and isinstance(getattr(page, "path", None), str):
            return _zensical(page, config)
    for links in md.treeprocessors:
        file, config = getattr(links, "file", None), getattr(links, "config", None)
        if isinstance(config, Mapping) and "docs_dir" in config and isinstance(getattr(file, "src_uri", None), str):
            return _mkdocs(file, config)
    return Host()


def _zensical(page: Any, config: Mapping[str, Any]) -> Host:
    root = Path(str(config.get("root_dir") or "."))
    docs = root / str(config["docs_dir"])
    overrides = (config.get("theme") or {}).get("custom_dir")
    return Host(
        path=f"{str(config['docs_dir']).strip('/')}/{page.path}",
        file=docs / page.path,
        scripts=_paths(config),
        docs=docs,
        overrides=root / overrides if overrides else None,
        page=page,
        strict=bool(config.get("strict")) or _asked_to_be_strict(sys.argv),
    )


def _mkdocs(file: Any, config: Mapping[str, Any]) -> Host:
    docs = Path(str(config["docs_dir"]))
    root = Path(str(config.get("config_file_path") or ".")).parent
    overrides = getattr(config.get("theme"), "custom_dir", None)
    source = Path(str(file.abs_src_path)) if getattr(file, "abs_src_path", None) else None
    return Host(
        path=Path(os.path.relpath(source, root)).as_posix() if source else str(file.src_uri),
        file=source,
        scripts=_paths(config),
        docs=docs,
        overrides=Path(overrides) if overrides else None,
        page=file,
        log=_MKDOCS,
    )


def _paths(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The scripts that a site loads, in whatever way its configuration names them."""
    scripts: Iterable[Any] = config.get("extra_javascript") or ()
    return tuple(str(each["path"] if isinstance(each, dict) else getattr(each, "path", each)) for each in scripts)


def _asked_to_be_strict(arguments: list[str]) -> bool:
    """Whether Zensical was started with `--strict`, which it does not hand on."""
    program = Path(arguments[0]) if arguments else Path()
    if "zensical" not in (program.stem, program.parent.name):
        return False
    return any(each == "--strict" or (each[:1] == "-" and each[:2] != "--" and "s" in each) for each in arguments[1:])


@lru_cache(maxsize=8)
def _renderer(scripts: tuple[str, ...], docs: Path, overrides: Path | None) -> str:
    return detect.renderer(scripts, docs, overrides)
