"""The pages of a site in the order of their numbers: the navigation, what is not in it, drafts last.

In: the navigation and the files. Out: each page with its title in the navigation and its chapter. A build
leaves drafts out, and `mkdocs serve` shows them: so they must not change other numbers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page


class Place(NamedTuple):
    """A page in the order."""

    file: File
    title: str  #: as the navigation has it; empty where it has none
    chapter: str  #: the prefix of its numbers, where each chapter has numbers of its own


def places(nav: Navigation, files: Files, *, book: str, drafts: bool) -> list[Place]:
    """The pages in order; neither the home page nor the rule book is a chapter."""
    order: dict[str, str] = {}
    titles: dict[str, str] = {}
    chapter = 0
    for item in nav.items:
        pages = list(_pages_of(item))
        plain = item.is_page and (item.is_index or item.file.src_uri == book)
        chapter += bool(pages) and not plain
        for page in pages:
            if not _draft(page.file):
                order.setdefault(page.file.src_uri, "" if plain else str(chapter))
            titles[page.file.src_uri] = page.title if isinstance(page.title, str) else ""
    level = InclusionLevel.is_in_serve if drafts else InclusionLevel.is_included
    shown = files.documentation_pages(inclusion=level)
    for file in sorted(shown, key=_draft):
        order.setdefault(file.src_uri, "")
    known = {file.src_uri: file for file in shown}
    return [Place(known[uri], titles.get(uri, ""), prefix) for uri, prefix in order.items() if uri in known]


def _draft(file: File) -> bool:
    """Whether a page is shown by `mkdocs serve` alone."""
    return bool(file.inclusion.value <= InclusionLevel.DRAFT.value)


def _pages_of(item: Any) -> list[Page]:
    """The pages of an entry of the navigation."""
    if item.is_page:
        return [item]
    return [page for child in item.children or () for page in _pages_of(child)]
