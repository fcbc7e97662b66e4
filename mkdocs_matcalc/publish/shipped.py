"""What the plugin adds to the files of a site, and which pages have a part in it.

In: the configuration and the files of a site, finished pages. Out: the style sheet, the script and the
font among the files; the rule book, where the site has none; and pages without the style sheet and the
script that have nothing on them which these are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from . import outline, rulebook

FOLDER = "assets/matcalc"
SHEET, SCRIPT = f"{FOLDER}/matcalc.css", f"{FOLDER}/matcalc.js"
#: What everything of ours on a page begins with.
_OURS = 'class="matcalc'
_TAGS = (("<link", SHEET, ">"), ("<script", SCRIPT, "</script>"))


def has_ours(page: str) -> bool:
    """Whether a page has anything on it that the style sheet and the script are for."""
    return _OURS in page


def unloaded(page: str) -> str:
    """A finished page without the tags that load the style sheet and the script."""
    for opening, address, ending in _TAGS:
        pieces, last = [], 0
        while (place := page.find(address, last)) >= 0:
            start, end = page.rfind(opening, last, place), page.find(ending, place)
            if start >= 0 and end >= 0 and ">" not in page[start:place]:  # else it is the address in words
                pieces.append(page[last:start])
                last = end + len(ending)
            else:
                pieces.append(page[last : place + len(address)])
                last = place + len(address)
        page = "".join([*pieces, page[last:]])
    return page


def rule_book(uri: str, files: Files, config: MkDocsConfig, *, asked: bool) -> File:
    """The page of the rule book, for a site that has none.

    It is in the navigation where the `nav` names it; without a `nav`, where the author has asked for it
    and some page has a derivation.
    """
    if config.nav is not None:
        listed = uri in leaves(config.nav)
    else:
        listed = asked and any(outline.outline(file.content_string).blocks for file in files.documentation_pages())
    level = InclusionLevel.UNDEFINED if listed else InclusionLevel.NOT_IN_NAV
    made = File.generated(config, uri, abs_src_path=str(rulebook.PAGE), inclusion=level)
    files.append(made)
    _exclude(uri, config)
    return made


def leaves(nav: Any) -> set[str]:
    """The pages that a navigation names."""
    if isinstance(nav, str):
        return {nav}
    children: Iterable[Any] = nav.values() if isinstance(nav, Mapping) else nav if isinstance(nav, list) else ()
    return {leaf for child in children for leaf in leaves(child)}


def _exclude(uri: str, config: MkDocsConfig) -> None:
    """Tell the plugins that read the history of each page of one that has none: no author wrote it."""
    for name, plugin in config.plugins.items():
        known = plugin.config.get("exclude") if name.rpartition("/")[2].startswith("git-") else None
        if isinstance(known, list) and uri not in known:
            plugin.config["exclude"] = [*known, uri]  # the list may be the default of all that have none
