"""Every host builds a site of 40 pages and our own docs, and lives with the plugins that people use beside ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import site_of_forty as forty
from conftest import build_site, require_package

from mkdocs_matcalc.publish import ASSETS, preview

ROOT = Path(__file__).parent.parent
ARITHMATEX = "markdown_extensions: [pymdownx.superfences, {pymdownx.arithmatex: {generic: true}}"


def run(module: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, "build", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip


def html(folder: Path, chapter: int, page: int) -> str:
    path = folder / "site" / f"chapter-{chapter}" / forty.name(chapter, page) / "index.html"
    return preview.without(path.read_text(encoding="utf-8"))


def check_forty(folder: Path) -> None:
    """Numbers, references across pages and the list of equations are right on each of the 40 pages."""
    for c in range(1, forty.CHAPTERS + 1):
        for p in range(1, forty.PAGES + 1):
            text, own = html(folder, c, p), forty.name(c, p)
            assert f'class="matcalc-number" href="#{own}">({forty.number(c, p)})</a>' in text
            assert f'class="matcalc-number" href="#{own}-e">({forty.number(c, p, equation=True)})</a>' in text
            there = c % forty.CHAPTERS + 1
            other = forty.name(there, p)
            way = f"../../chapter-{there}/{other}/"
            assert f'href="{way}#{other}">({forty.number(there, p)})</a>' in text
            assert f'href="{way}#{other}.1">({forty.number(there, p)}a)</a>' in text
            assert f'id="{other}"' in html(folder, there, p)
            assert f'id="{other}.1"' in html(folder, there, p)
    listed = (folder / "site/chapter-1/equations/index.html").read_text(encoding="utf-8")
    found = re.findall(r'class="matcalc-number" href="[^"]+">\(([\d.]+)\)', listed)
    assert found == [f"{c}.{n}" for c in range(1, forty.CHAPTERS + 1) for n in range(1, 2 * forty.PAGES + 1)]


CONFIG = f"{forty.nav()}plugins: [search, matcalc: {{numbering: section}}]\n{ARITHMATEX}]\n"


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_mkdocs_builds_forty_pages(theme: str, tmp_path: Path) -> None:
    forty.write(tmp_path, forty.pages(), CONFIG + f"theme: {theme}\n")
    done = run("mkdocs", tmp_path, "--strict")
    assert done.returncode == 0, done.stderr
    check_forty(tmp_path)


def test_properdocs_builds_forty_pages_and_the_docs(tmp_path: Path) -> None:
    require_package("properdocs")
    forty.write(tmp_path, forty.pages(), CONFIG + "theme: material\n")
    done = run("properdocs", tmp_path, "--strict", "-f", "mkdocs.yml")
    assert done.returncode == 0, done.stderr
    check_forty(tmp_path)
    docs = run("properdocs", ROOT, "--strict", "-f", "mkdocs.yml", "-d", str(tmp_path / "out"))
    assert docs.returncode == 0, docs.stderr
    assert '<figure class="matcalc"' in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_mkdocs_builds_the_docs(tmp_path: Path) -> None:
    docs = run("mkdocs", ROOT, "--strict", "-d", str(tmp_path / "out"))
    assert docs.returncode == 0, docs.stderr


@pytest.fixture(scope="module")
def zensical(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The 40 pages built by Zensical, with the extension in the place of the plugin it does not run."""
    require_package("zensical")
    folder = tmp_path_factory.mktemp("zensical")
    extension = ARITHMATEX + ", {matcalc: {rulebook_url: /rules/, numbering: section}}]\n"
    assets = "extra_css: [assets/matcalc/matcalc.css]\nextra_javascript: [assets/matcalc/matcalc.js]\n"
    sources = forty.pages(across=False)
    sources["rules.md"] = "# Rules\n\n[MATCALC-RULES]\n"
    forty.write(folder, sources, extension + assets)
    shutil.copytree(ASSETS, folder / "docs/assets/matcalc")
    done = run("zensical", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout + done.stderr


def test_zensical_builds_forty_pages_with_numbers_of_each_page(zensical: tuple[Path, str]) -> None:
    folder, _ = zensical
    for c in range(1, forty.CHAPTERS + 1):
        for p in range(1, forty.PAGES + 1):
            text, own = html(folder, c, p), forty.name(c, p)
            assert f'class="matcalc-number" href="#{own}">(1)</a>' in text
            assert f'class="matcalc-number" href="#{own}-e">(2)</a>' in text
            assert f'href="#{own}.1">(1a)</a>' in text
    assert 'id="rule-10"' in (folder / "site/rules/index.html").read_text(encoding="utf-8")


def test_zensical_is_told_what_needs_mkdocs(zensical: tuple[Path, str]) -> None:
    _, output = zensical
    assert "numbering: section needs the MkDocs plugin" in output
    assert "that of a site needs the MkDocs plugin" in output


def test_a_number_in_zensical_never_depends_on_another_page(tmp_path: Path) -> None:
    """It caches page by page, so a number of another page would go stale: the page says so and shows none."""
    require_package("zensical")
    block = "```derive\nlabel: {}\nlet x in R^n\nd/dx x' x\n```\n"
    forty.write(
        tmp_path,
        {"index.md": "# A\n\n\\eqref{b}\n\n" + block.format("a"), "b.md": "# B\n\n" + block.format("b")},
        "markdown_extensions: [matcalc]\n",
    )
    done = run("zensical", tmp_path)
    assert "references from page to page need the MkDocs plugin" in done.stdout + done.stderr
    assert "\\eqref{b}" in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    (tmp_path / "docs/b.md").write_text("# B\n\n" + block.format("c") + "\n" + block.format("b"), encoding="utf-8")
    run("zensical", tmp_path)
    assert "(2)</a>" in (tmp_path / "site/b/index.html").read_text(encoding="utf-8")


def test_zensical_builds_the_docs(tmp_path: Path) -> None:
    require_package("zensical")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ASSETS, tmp_path / "docs/assets/matcalc")
    (tmp_path / "docs/rules.md").write_text("# Rule book\n\n[MATCALC-RULES]\n", encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace(
        "markdown_extensions:\n", "markdown_extensions:\n  - matcalc:\n      rulebook_url: /rules/\n"
    )
    (tmp_path / "mkdocs.yml").write_text(config + "\nextra_css: [assets/matcalc/matcalc.css]\n", encoding="utf-8")
    done = run("zensical", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert '<figure class="matcalc"' in page
    assert "matcalc-error" not in page


# -- plugins beside ours -------------------------------------------------------------------------

BLOCK = "```derive\nlabel: {}\nlet x in R^n, A in R^{{n x n}}\nf = x' A x\ndf/dx\n```\n"


def test_macros_may_be_in_a_page_and_in_a_block(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    pages = {
        "index.md": "# A\n\n{{ words }} \\eqref{q}\n\n" + BLOCK.format("p").replace("R^{n x n}", "R^({{ size }})"),
        "q.md": "# Q\n\n" + BLOCK.format("q"),
    }
    config = "plugins: [search, macros, matcalc]\nextra: {words: Hello, size: n x n}\n"
    built = build_site(tmp_path, pages, config)
    assert not built.warnings
    text = preview.without(built.html("index.html"))
    assert "Hello" in text
    assert 'href="q/#q">' in text
    assert '<figure class="matcalc" id="p"' in text


def test_a_label_in_the_header_of_a_fence_is_a_comment_to_macros_so_labels_live_in_the_block(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    header = BLOCK.format("x").replace("```derive\nlabel: x", "```derive {#eq-a}")
    pages = {"index.md": f"# A\n\n{header}\n```text\n#}}\n```\n"}
    built = build_site(tmp_path, pages, "plugins: [macros, matcalc]\n")
    assert "<figure" not in built.html("index.html"), "the block has vanished"
    assert any("docs/index.md:3: mkdocs-macros reads '{#'" in warning for warning in built.warnings)
    assert any("write 'label: eq-a' in the block" in warning for warning in built.warnings)


def test_print_site_has_numbers_and_references_within_its_page(tmp_path: Path) -> None:
    require_package("mkdocs_print_site_plugin")
    pages = {
        "index.md": "# A\n\n\\eqref{q} \\eqref{q.1} \\cref{p}\n\n" + BLOCK.format("p"),
        "q.md": "# Q\n\n" + BLOCK.format("q") + "\n\\eqref{p}\n",
    }
    for order in ("matcalc, print-site", "print-site, matcalc"):
        built = build_site(tmp_path, pages, f"plugins: [search, {order}]\n", theme="material")
        text = preview.without(built.html("print_page/index.html"))
        found = re.findall(r'class="matcalc-ref"[^>]*\bhref="#([^"]+)">([^<]+)<', text)
        assert [shown for _, shown in found] == ["(2)", "(2a)", "(1)", "(1)"]
        assert all(f'id="{anchor}"' in text for anchor, _ in found), found
        assert "matcalc-ref command" not in text


def test_each_language_has_a_numbering_of_its_own(tmp_path: Path) -> None:
    require_package("mkdocs_static_i18n")
    config = (
        "plugins:\n  - search\n  - matcalc\n  - i18n:\n      docs_structure: suffix\n      languages:\n"
        "        - {locale: en, name: English, default: true, build: true}\n"
        "        - {locale: de, name: Deutsch, build: true}\n"
    )
    pages = {
        "index.en.md": "# Home\n\n\\cref{q,p}\n\n" + BLOCK.format("p"),
        "index.de.md": "# Start\n\n\\cref{q,p}\n\n" + BLOCK.format("p") + "\n" + BLOCK.format("p2"),
        "q.en.md": "# Q\n\n" + BLOCK.format("q"),
        "q.de.md": "# Q\n\n" + BLOCK.format("q"),
    }
    built = build_site(tmp_path, pages, config)
    assert not built.warnings
    english, german = (preview.without(built.html(page)) for page in ("index.html", "de/index.html"))
    assert re.search(r'eqs\.&nbsp;.*?href="#p">\(1\)</a>.* and .*?href="q/#q">\(2\)</a>', english)
    assert re.search(r'Gln\.&nbsp;.*?href="#p">\(1\)</a>.* und .*?href="q/#q">\(3\)</a>', german)
    assert "(3)</a>" in preview.without(built.html("de/q/index.html"))


def test_awesome_nav_gives_the_order(tmp_path: Path) -> None:
    require_package("mkdocs_awesome_nav")
    pages = {"a.md": "# A\n\n" + BLOCK.format("a"), "b.md": "# B\n\n\\eqref{a}\n\n" + BLOCK.format("b")}
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / ".nav.yml").write_text("nav: [b.md, a.md]\n")
    for order in ("awesome-nav, matcalc", "matcalc, awesome-nav"):
        built = build_site(tmp_path, pages, f"plugins: [search, {order}]\n")
        assert not built.warnings
        assert 'href="#b">(1)</a>' in built.html("b/index.html")
        assert 'href="../a/#a">(2)</a>' in built.html("b/index.html")


def test_all_of_them_together(tmp_path: Path) -> None:
    for module in ("mkdocs_macros", "mkdocs_print_site_plugin", "mkdocs_static_i18n", "mkdocs_awesome_nav"):
        require_package(module)
    config = (
        "plugins:\n  - search\n  - awesome-nav\n  - macros\n  - matcalc: {numbering: section}\n  - print-site\n"
        "  - i18n:\n      languages:\n        - {locale: en, name: English, default: true, build: true}\n"
        "        - {locale: de, name: Deutsch, build: true}\n"
    )
    pages = {
        "index.md": "# A\n\n\\eqref{q}\n\n" + BLOCK.format("p"),
        "part/q.md": "# Q\n\n" + BLOCK.format("q"),
        "part/q.de.md": "# Q\n\n" + BLOCK.format("q"),
    }
    built = build_site(tmp_path, pages, config, theme="material")
    assert not [warning for warning in built.warnings if "matcalc" in warning]
    assert 'href="part/q/#q">(1.1)</a>' in preview.without(built.html("index.html"))
    assert 'href="part/q/#q">(1.1)</a>' in preview.without(built.html("de/index.html"))
