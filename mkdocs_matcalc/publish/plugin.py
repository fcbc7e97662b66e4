"""The MkDocs plugin: what only MkDocs can give, on top of the Markdown extension.

In: the configuration of a site. Out: every page with the derive fence, one numbering for all of
them, the style sheet and the fonts among the site's files, and a page with the rule book that every
rule label links to. A mistake in a block is a warning with file and line, so that `mkdocs build
--strict` stops; only a configuration that makes no sense is a `PluginError`. Nothing is fetched.
One process may build many times, and a site of several languages once for each: nothing is kept from
one build to the next but the cache, and what `mkdocs serve` has read of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from .. import missing

try:
    from mkdocs.config import config_options as c
except ImportError as failed:
    raise missing.told(failed) from failed
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url

from ..visible import Guard, visible
from . import (
    ASSETS,
    FILES,
    backlinks,
    converted,
    crossref,
    detect,
    numbering,
    order,
    outline,
    printing,
    references,
    search,
    shipped,
)
from .cache import Cache
from .engine import Engine
from .extension import finish
from .numbering import Numbers, Source
from .page import Page
from .settings import CHOICES, Settings

if TYPE_CHECKING:
    from .supply import Supply

_LOG = get_plugin_logger("matcalc")
_LOG.logger.addFilter(Guard())
#: The extension by its place in this package; a site may name it `matcalc` as well.
_EXTENSION = "mkdocs_matcalc.publish.extension:MatcalcExtension"
_NAMES = ("matcalc", _EXTENSION, "mkdocs_matcalc.publish.extension")
_CACHE = ".cache/plugin/matcalc"


class MatcalcConfig(Config):  # type: ignore[no-untyped-call]
    """The options under `plugins: - matcalc:`; a directive of the same name in a block goes before them."""

    layout = c.Choice(CHOICES["layout"], default="numerator")
    """How derivatives are laid out: `numerator`, `denominator` or `mixed`."""

    style = c.Choice(CHOICES["style"], default="differential")
    """How they are derived: by `differential`, by the `chain` rule, or by `index`."""

    number = c.Choice(CHOICES["number"], default="result")
    """Which lines carry a number: the `result`, `all`, or `none`."""

    numbering = c.Choice(numbering.MODES, default="site")
    """How far a sequence of numbers goes: the `site`, a `section` of the navigation, a `page`."""

    math = c.Choice(CHOICES["math"], default="auto")
    """What typesets the formulas. `auto` is `mathjax` or `katex` where the site loads one, else `mathml`."""

    javascript = c.Type(str, default="")
    """Where MathJax or KaTeX is to be taken from: a folder, or a Python package that carries one; empty for none."""

    show = c.ListOfItems(c.Choice(CHOICES["show"]), default=[])
    """What is shown besides each derivation: its `source`, its `code` in NumPy; `folded` shows the result first."""

    backlinks = c.Type(bool, default=True)
    """Whether an equation lists the pages that refer to it."""

    rulebook = c.Optional(c.Type(str))
    """The page that the rule book is put on, `matcalc-rules.md` where nothing is said; empty for none.

    It is made where the site has none of that name.
    """

    cache = c.Type(bool, default=True)
    """Whether what blocks come to is kept between builds, under `.cache/plugin/matcalc`."""


class MatcalcPlugin(BasePlugin[MatcalcConfig]):  # type: ignore[no-untyped-call]
    """Derivations in a MkDocs site."""

    _serves = _dirty = False
    _supplied: Supply | None
    _engine: Engine
    #: What the engine of the last build was made for, where another may go on with it.
    _made_for: tuple[Path, str] | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note whether drafts are shown, and whether pages are left out that have not changed."""
        self._serves, self._dirty = command == "serve", dirty

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Put the extension among those of the site, and the style sheet before those of the author."""
        rules = self._book = "matcalc-rules.md" if self.config.rulebook is None else self.config.rulebook
        if rules and not rules.endswith(".md"):
            raise PluginError(f"matcalc: 'rulebook: {visible(rules)}' is no Markdown page, as 'rules.md' is")
        if rules and (PureWindowsPath(rules).anchor or ".." in PureWindowsPath(rules).parts):
            raise PluginError(f"matcalc: 'rulebook: {visible(rules)}' is not a page of the site, as 'rules.md' is")
        self._supply(config)
        self._math = self._renderer(config)
        self._begin(_root(config))
        self._page = Page(hosted=True, log=_LOG, backlinks=self.config.backlinks)
        self._pending: dict[str, Page] = {}
        named = [name for name in config.markdown_extensions if name in _NAMES]
        name = named[0] if named else _EXTENSION
        if not named:
            config.markdown_extensions.append(name)
        # Other plugins may hold this very dictionary, as that which makes pages of docstrings does.
        configs: dict[str, Any] | None = config.mdx_configs
        if configs is None:
            configs = config.mdx_configs = {}
        options: dict[str, Any] = dict(configs.get(name) or {})
        options.update(layout=self.config.layout, style=self.config.style, number=self.config.number)
        options.update(show=list(self.config.show), math=self._math, page=self._page, engine=self._engine)
        configs[name] = options
        self._settings = Settings().updated(options)
        _add(config.extra_css, shipped.SHEET, first=True)
        _add(config.extra_javascript, shipped.SCRIPT)
        self._users: set[str] = set()
        self._met: dict[str, Page] = {}
        self._needs_rulebook = self._dirty  # a dirty build does not see all pages
        return config

    # After the plugins that arrange files: that of several languages drops a page which no author wrote.
    @event_priority(-200)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the style sheet, the script, the font, and the rule book where the site has none."""
        supplied = self._supplied.files if self._supplied else {}
        for name, path in [*((name, ASSETS / name) for name in FILES), *supplied.items()]:
            uri = f"{shipped.FOLDER}/{name}"
            if files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        uri = self._book
        self._book_made = None
        if uri and files.get_file_from_path(uri) is None:
            self._book_made = shipped.rule_book(uri, files, config, asked=self.config.rulebook is not None)
        return files

    # After the plugins that arrange the navigation, those of several languages among them.
    @event_priority(-200)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Number the whole site, before any page is rendered."""
        self._config = config
        self._pages = {file.src_uri: file for file in files.documentation_pages(inclusion=lambda _: True)}
        self._rulebook = files.get_file_from_path(self._book) if self._book else None
        self._page.words = crossref.words(_language(config, files))
        self._page.numbers = self._numbers = Numbers(
            self.config.numbering, lambda block: self._engine.facts(block.text, self._settings), self._settings
        )
        sources = [self._source(*place) for place in order.places(nav, files, book=self._book, drafts=self._serves)]
        blocks = {source.key: [block.text for block in source.outline.blocks] for source in sources}
        self._engine.prepare(blocks, self._settings, book=self._rulebook is not None)
        self._numbers.add(sources)
        self._complain()
        return nav

    def _complain(self) -> None:
        for complaint in self._numbers.complaints():
            _LOG.warning("%s: %s", complaint.place, complaint.words)

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Tell the extension which page comes next; cells of a notebook that are blocks become fences."""
        self._turn(page, page.file.content_string)
        self._engine.turn(page.file.src_uri, self._settings)
        self._page.check_headers(macros="macros" in config.plugins)
        return converted.rewritten(markdown, page.file.content_string)

    # Before the plugins that gather finished pages, as those that print a site do.
    @event_priority(100)
    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Tell the check of links which ids there are; keep what may yet be resolved."""
        if not self._page.read:  # a notebook that nbconvert has read, or whatever else
            html = converted.filled(html, self._page, self._settings, self._engine)
        if page.present_anchor_ids is not None:
            page.present_anchor_ids |= self._numbers.anchors(page.file.src_uri)
        if self._page.heading and "title" not in page.meta and "title" not in vars(page):  # nobody has named it
            page.title = escape(self._page.heading, quote=False)
        if shipped.has_ours(html):
            self._users.add(page.file.src_uri)
        if self._rulebook is not None and page.file is not self._rulebook:
            self._needs_rulebook |= Path(self._rulebook.src_uri).stem in html
        self._complain()
        if not (self._page.notebook and converted.read_twice(config)):
            self._page.warn_lost()
        self._page.again = True
        self._met[page.file.src_uri] = self._page.copy()
        if self._page.unknown:
            self._page.waits = True
            self._pending[page.file.src_uri] = self._page.copy()
            return html
        return finish(html, self._page, self._settings.renderer)

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG002
        """Resolve what waited for a block that another plugin brought in; hand pages to the search as words."""
        self._engine.settle()
        for key, pending in self._pending.items():
            page = self._pages[key].page
            if page is not None and page.content is not None:
                pending.unknown = [label for label in pending.unknown if self._numbers.find(label) is None]
                text = references.in_formulas(page.content, pending, self._settings.renderer)
                text = references.resolve(text, pending, self._settings.renderer)
                page.content = finish(text, pending, self._settings.renderer)
                self._name(page, page.toc, pending)
        self._pending = {}
        self._settle_uses(files)
        self._page.echo = True  # all pages are made
        book = self._book_made
        if book is not None and book.inclusion is InclusionLevel.NOT_IN_NAV and not self._needs_rulebook:
            files.remove(book)
        if "print-site" in config.plugins:
            self._to_print(files)
        search.install(config.plugins.events["page_context"])

    def _name(self, page: MkDocsPage, contents: Iterable[Any], known: Page) -> None:
        """Put numbers into the contents of a page and into its title, as far as they were not known."""
        for entry in contents:
            entry.title = references.plain(entry.title, known)
            self._name(page, entry.children, known)
        if isinstance(page.title, str) and (named := references.plain(page.title, known)) != page.title:
            page.title = named

    def _settle_uses(self, files: Files) -> None:
        """Let links to references lead to their pages where these have no place for them."""
        places = {
            urljoin("/", file.url): self._met[uri].anchored for uri, file in self._pages.items() if uri in self._met
        }
        for file in files.documentation_pages():
            if file.page is not None and file.page.content and file.src_uri in self._users:

                def anchored(there: str, place: str, start: str = urljoin("/", file.page.url)) -> bool:
                    return place in places.get(urljoin(start, there), ())

                file.page.content = backlinks.settled(file.page.content, anchored)

    def _to_print(self, files: Files) -> None:
        for file in files.documentation_pages():
            # The plugin keeps what it will print in an attribute of its own.
            if isinstance(getattr(file.page, "html", None), str):
                file.page.html = printing.prefixed(file.page.content or "", file.page.url)  # type: ignore[union-attr]

    # Before the plugins that read a page once more, to show the beginning of it on another.
    @event_priority(200)
    def on_page_context(self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> None:  # noqa: ARG002
        """Tell the extension that what comes now is an echo, and from where its links go."""
        self._turn(page, "", echo=True)

    # Before the plugins that make a page smaller, or encrypt it.
    @event_priority(100)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Leave out what a page loads without need; a theme that puts pages in place of each other loads but once."""
        used = page.file.src_uri in self._users or shipped.has_ours(output)
        if used:
            self._page.warn_doubled(output)
        return output if used or _instant(config) else shipped.unloaded(output)

    @event_priority(100)
    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Leave the same out of the pages that a theme makes, as that of a page that is not found."""
        wanted = not template_name.endswith(".html") or shipped.has_ours(output) or _instant(config)
        return output if wanted else shipped.unloaded(output)

    def on_post_build(self, *, config: MkDocsConfig) -> None:  # noqa: ARG002
        """Leave the cache in order."""
        self._engine.cache.tidy()

    def _begin(self, site: Path) -> None:
        """Take an engine; while the site is served, that of the last build, which knows most of the blocks."""
        folder = site / _CACHE if self.config.cache else None
        mine = (folder, self._math) if folder is not None and self._serves else None
        if mine is not None and mine == self._made_for:
            self._engine.renew()
        else:
            self._engine = Engine(Cache(folder, site))
            if self._engine.cache.refused:
                _LOG.info(self._engine.cache.refused)
        self._made_for = mine

    def _source(self, file: File, title: str, chapter: str) -> Source:
        seen = outline.outline(file.content_string)
        path = _path(file, self._config)
        for line, words in outline.told_astray(seen):
            _LOG.warning("%s:%s: %s", path, line, words)
        self._numbers.excused.update(stray.label for stray in seen.astray)
        return Source(file.src_uri, path, title or seen.title or Path(file.src_uri).stem, seen, chapter)

    def _turn(self, page: MkDocsPage, source: str, *, echo: bool = False) -> None:
        """Tell the extension on which page what it reads next will stand."""

        def href(key: str) -> str:
            return get_relative_url(self._pages[key].url, page.url)

        self._page.begin(
            source=source,
            path=_path(page.file, self._config),
            rulebook=get_relative_url(self._rulebook.url, page.url) if self._rulebook else "",
            key=page.file.src_uri,
            href=href,
            echo=echo,
        )

    def _supply(self, config: MkDocsConfig) -> None:
        """Take the renderer that the site wants shipped, if it wants one."""
        if not self.config.javascript:
            self._supplied = None
            return
        from . import supply

        try:
            self._supplied = supply.find(self.config.javascript, _root(config), self.config.math)
        except ValueError as error:
            raise PluginError(f"matcalc: {error}") from error
        for script in self._supplied.scripts:
            _add(config.extra_javascript, f"{shipped.FOLDER}/{script}")
        for sheet in self._supplied.sheets:
            _add(config.extra_css, f"{shipped.FOLDER}/{sheet}", first=True)

    def _renderer(self, config: MkDocsConfig) -> str:
        """What typesets the formulas; a warning where that is a script which nothing loads."""
        wanted = str(self.config.math)
        overrides = config.theme.custom_dir
        loaded = (self._supplied.renderer if self._supplied else "") or detect.renderer(
            [str(getattr(script, "path", script)) for script in config.extra_javascript],
            Path(config.docs_dir),
            Path(overrides) if overrides else None,
        )
        if wanted in ("mathjax", "katex") and loaded != wanted:
            _LOG.warning(
                "math: %s, and no script of the site loads it: its formulas would stay raw TeX. "
                "Load it in 'extra_javascript', let 'javascript' name where it lies, or leave 'math: auto'",
                wanted,
            )
        return loaded if wanted == "auto" else wanted


def _add(listed: list[Any], entry: str, *, first: bool = False) -> None:
    if entry not in [str(each) for each in listed]:
        listed.insert(0 if first else len(listed), entry)


def _instant(config: MkDocsConfig) -> bool:
    """Whether the theme puts pages in place of each other, as Material does with `navigation.instant`."""
    features = config.theme.get("features")
    return isinstance(features, list) and any(str(each).startswith("navigation.instant") for each in features)


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent if config.config_file_path else Path.cwd()


def _language(config: MkDocsConfig, files: Files) -> str:
    """The language of the site, or of the one that is being built of several."""
    several = config.plugins.get("i18n")
    current = getattr(several, "current_language", None)
    theme = config.theme.get("language") or config.theme.get("locale")
    del files
    return str(current or theme or "en")


def _path(file: File, config: MkDocsConfig) -> str:
    """A file as a warning names it: from the folder of the configuration, so that an editor finds it."""
    if file.generated_by is not None or not file.abs_src_path:
        return file.src_uri
    return _relative(file.abs_src_path, str(_root(config)))


@lru_cache(maxsize=1024)
def _relative(path: str, root: str) -> str:
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path
