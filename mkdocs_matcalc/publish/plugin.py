"""The MkDocs plugin: what only MkDocs can give, on top of the Markdown extension.

In: the configuration of a site. Out: every page with the derive fence, the style sheet and the font
among the site's files, and a page with the rule book that every rule label links to. A mistake in a
block is a warning with file and line, so that `mkdocs build --strict` stops; only a configuration
that makes no sense is a `PluginError`. Nothing is fetched, and nothing is kept from one build to
the next.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url

from . import ASSETS, detect, rulebook
from .extension import finish
from .page import Page
from .settings import CHOICES

_LOG = get_plugin_logger("matcalc")
#: The extension by its place in this package; a site may name it `matcalc` as well.
_EXTENSION = "mkdocs_matcalc.publish.extension:MatcalcExtension"
_NAMES = ("matcalc", _EXTENSION, "mkdocs_matcalc.publish.extension")
_FOLDER = "assets/matcalc"
_STYLE = "matcalc.css"
_FONT = "STIXTwoMath-Regular.woff2"


class MatcalcConfig(Config):  # type: ignore[no-untyped-call]
    """The options under `plugins: - matcalc:`; a directive of the same name in a block goes before them."""

    layout = c.Choice(CHOICES["layout"], default="numerator")
    """How derivatives are laid out: `numerator`, `denominator` or `mixed`."""

    style = c.Choice(CHOICES["style"], default="differential")
    """How they are derived: by `differential`, by the `chain` rule, or by `index`."""

    number = c.Choice(CHOICES["number"], default="result")
    """Which lines carry a number: the `result`, `all`, or `none`."""

    math = c.Choice(CHOICES["math"], default="auto")
    """What typesets the formulas. `auto` is `mathjax` or `katex` where the site loads one, else `mathml`."""

    show = c.ListOfItems(c.Choice(CHOICES["show"]), default=[])
    """What is shown below each derivation: its `source`, its `code` in NumPy."""

    rulebook = c.Type(str, default="matcalc-rules.md")
    """The page that the rule book is put on, made where the site has none of that name; empty for none."""


class MatcalcPlugin(BasePlugin[MatcalcConfig]):  # type: ignore[no-untyped-call]
    """Derivations in a MkDocs site."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Put the extension among those of the site, and the style sheet before those of the author."""
        self._page = Page(finishes=False, log=_LOG)
        self._math = self._renderer(config) if self.config.math == "auto" else self.config.math
        if self.config.rulebook and not self.config.rulebook.endswith(".md"):
            raise PluginError(f"matcalc: 'rulebook: {self.config.rulebook}' is no Markdown page, as 'rules.md' is")
        named = [name for name in config.markdown_extensions if name in _NAMES]
        name = named[0] if named else _EXTENSION
        if not named:
            config.markdown_extensions.append(name)
        options: dict[str, Any] = dict((config.mdx_configs or {}).get(name) or {})
        options.update(layout=self.config.layout, style=self.config.style, number=self.config.number)
        options.update(show=list(self.config.show), math=self._math, page=self._page)
        config.mdx_configs = {**(config.mdx_configs or {}), name: options}
        if f"{_FOLDER}/{_STYLE}" not in config.extra_css:
            config.extra_css.insert(0, f"{_FOLDER}/{_STYLE}")
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the style sheet, the font where it is needed, and the rule book where the site has none."""
        names = [_STYLE, _FONT, "OFL.txt"] if self._math == "mathml" else [_STYLE]
        for name in names:
            uri = f"{_FOLDER}/{name}"
            if files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, abs_src_path=str(ASSETS / name)))
        uri = self.config.rulebook
        if uri and files.get_file_from_path(uri) is None:
            # A navigation that the author wrote by hand need not name a page that the author did not write.
            listed = config.nav is None or uri in _leaves(config.nav)
            level = InclusionLevel.UNDEFINED if listed else InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, uri, content=rulebook.PAGE, inclusion=level))
        self._rulebook = files.get_file_from_path(uri) if uri else None
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG002
        """Tell the extension which page comes next."""
        path = page.file.abs_src_path if page.file.generated_by is None else None
        self._page.begin(
            source=page.file.content_string,
            path=_shown(path, config) if path else page.file.src_uri,
            rulebook=get_relative_url(self._rulebook.url, page.url) if self._rulebook else "",
        )
        self._page.check_headers()

    # Before the plugins that gather finished pages, as those that print a site do.
    @event_priority(100)
    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Number the page, and tell the check of links which ids the derivations bring."""
        numbered = finish(html, self._page)
        if page.present_anchor_ids is not None:
            page.present_anchor_ids |= numbered.anchors | self._page.labels
        return numbered.html

    def _renderer(self, config: MkDocsConfig) -> str:
        overrides = config.theme.custom_dir
        return detect.renderer(
            [str(getattr(script, "path", script)) for script in config.extra_javascript],
            Path(config.docs_dir),
            Path(overrides) if overrides else None,
        )


def _leaves(nav: Any) -> set[str]:
    """The pages that a navigation names."""
    if isinstance(nav, str):
        return {nav}
    children = nav.values() if isinstance(nav, Mapping) else nav if isinstance(nav, list) else ()
    return {leaf for child in children for leaf in _leaves(child)}


def _shown(path: str, config: MkDocsConfig) -> str:
    """A file as a warning names it: from the folder of the configuration, so that an editor finds it."""
    root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path
