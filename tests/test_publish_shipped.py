"""The rule book, the style sheet and the script are where they are used, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import require_package, require_tool

from mkdocs_matcalc.publish import preview, shipped

BLOCK = "```derive\nlabel: ls\ndf/dx\n```\n"
CSS, JS = "assets/matcalc/matcalc.css", "assets/matcalc/matcalc.js"
BOOK = "matcalc-rules/index.html"
THEMES = pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])


def loads(page: str) -> tuple[bool, bool]:
    return CSS in page, JS in page


@THEMES
def test_a_rule_book_that_nobody_asked_for_is_in_no_navigation(theme: str, site) -> None:
    built = site({"index.md": "# A\n\n" + BLOCK, "b.md": "# B\n"}, theme=theme)
    assert (built.out / BOOK).exists()
    for name in ("index.html", "b/index.html"):
        rest = built.html(name).replace('class="matcalc-rule" href="', "")
        rest = rest.partition("<figure")[0] + rest.rpartition("</figure>")[2]
        assert "matcalc-rules" not in rest, name
    assert '<a rel="prev" href' not in built.html(BOOK)


@THEMES
def test_a_rule_book_that_is_asked_for_is_in_the_navigation_of_a_site_with_derivations(theme: str, site) -> None:
    asked = "plugins:\n  - matcalc: {rulebook: matcalc-rules.md}\n"
    built = site({"index.md": "# A\n\n" + BLOCK, "b.md": "# B\n"}, asked, theme=theme)
    assert "../matcalc-rules/" in built.html("b/index.html")
    assert "matcalc-rules" not in site({"index.md": "# A\n", "b.md": "# B\n"}, asked, theme=theme).html("b/index.html")


def test_a_site_without_a_derivation_has_no_rule_book(site) -> None:
    built = site({"index.md": "# A\n"}, "plugins: [search, matcalc]")
    assert not (built.out / BOOK).exists()
    assert "matcalc" not in json.dumps(json.loads((built.out / "search/search_index.json").read_text()))
    assert "matcalc" not in (built.out / "sitemap.xml").read_text()


@pytest.mark.parametrize(
    ("page", "config"),
    [
        ("[rules](matcalc-rules.md#rule-10)\n", ""),
        ("# A\n", "nav: [index.md, matcalc-rules.md]"),
        ('--8<-- "part.md"\n', "markdown_extensions: [{pymdownx.snippets: {base_path: [.]}}]"),
    ],
    ids=["a link to it", "the navigation", "a block in an included text"],
)
def test_a_rule_book_is_there_for_whatever_leads_to_it(page: str, config: str, site, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "part.md").write_text(BLOCK)
    built = site({"index.md": page}, config)
    assert not built.warnings
    assert 'id="rule-10"' in built.html(BOOK)


@THEMES
def test_what_is_loaded_is_loaded_where_it_is_used(theme: str, site) -> None:
    pages = {
        "index.md": "# A\n", "block.md": BLOCK, "equation.md": "$$a \\label{e}$$\n", "reference.md": "\\eqref{ls}\n",
        "list.md": "[equations]\n", "wrong.md": "```derive\noops\n```\n", "late.md": "\\eqref{late}\n",
        "formula.md": "$a$\n", "words.md": f'`{CSS}` and `<link href="{CSS}">` {JS}\n',
    }  # fmt: skip
    built = site(pages, "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]", theme=theme)
    used = ("block", "equation", "reference", "list", "wrong", "formula", "matcalc-rules")
    for name in used:
        assert loads(built.html(f"{name}/index.html")) == (True, True), name
    for name in ("index.html", "late/index.html", "404.html"):
        assert loads(built.html(name)) == (False, False), name
    words = built.html("words/index.html")
    assert words.count(CSS) == 2
    assert words.count(JS) == 1


def test_the_style_sheets_of_the_author_stay_last(site) -> None:
    html = site({"index.md": BLOCK}, "extra_css: [own.css]").html("index.html")
    assert 0 < html.index(CSS) < html.index("own.css")


def test_a_theme_that_puts_pages_in_place_loads_with_each(site) -> None:
    theme = "theme: {name: material, features: [navigation.instant]}\nsite_url: https://example.org/\n"
    built = site({"index.md": "# A\n", "b.md": BLOCK}, theme)
    assert loads(built.html("index.html")) == loads(built.html("b/index.html")) == (True, True)


@pytest.mark.parametrize(
    "page", ["<link", f"<link>{CSS}", CSS, f"<link {CSS}", f'<script src="{JS}">', "<link " * 9, f"{CSS} " * 9]
)
def test_what_only_looks_like_a_tag_stays(page: str) -> None:
    assert shipped.unloaded(page) == page


def test_plugins_that_read_the_history_of_pages_leave_out_the_rule_book(tmp_path: Path) -> None:
    require_package("mkdocs_git_authors_plugin")
    git = require_tool("git")
    pages = {"index.md": "# A\n\n```derive\nlet x in R^n\nd/dx x' x\n```\n"}
    (tmp_path / "docs").mkdir()
    for name, text in pages.items():
        (tmp_path / "docs" / name).write_text(text)
    for plugins in ("[git-authors, matcalc]", "[matcalc, git-authors]", "[matcalc, git-authors: {exclude: [x.md]}]"):
        (tmp_path / "mkdocs.yml").write_text(f"site_name: Test\nplugins: {plugins}\n")
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        for command in (["init", "-q"], ["add", "docs"], [*who, "commit", "-q", "--allow-empty", "-m", "pages"]):
            subprocess.run([git, *command], cwd=tmp_path, check=True)
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"],
            cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert 'id="rule-10"' in (tmp_path / "site" / BOOK).read_text(encoding="utf-8")
        assert "matcalc-rules/#rule-" in preview.without((tmp_path / "site/index.html").read_text(encoding="utf-8"))
