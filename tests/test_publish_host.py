"""The extension without the plugin: what the host tells of a page is used, and what is wrong stops a strict build."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest
from conftest import build_site, require_package

from mkdocs_matcalc import DeriveError
from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.publish import FILES, preview

BLOCK = "```derive\nlabel: {}\nlet x in R^n\nd/dx x' x\n```\n"
WRONG = "---\ntitle: B\ndescription: words\n---\n# B\n\n```derive\nlet x in R^n\nd/dx x +\n```\n"
RIGHT = f"---\ntitle: Home\n---\n\n# The angle $\\theta$\n\nThe angle $\\theta$.\n\n{BLOCK.format('ls')}\n\\eqref{{ls}} $\\eqref{{ls}}$\n\n## Of $\\theta$\n"
ARITHMATEX = "pymdownx.arithmatex: {generic: true}"
SCRIPTS = {
    "mathml": "",
    "mathjax": "extra_javascript: [https://example.org/mathjax@4/tex-chtml.js]\n",
    "mathjax of the site": "extra_javascript: [{path: js/own.js, async: true}]\n",
    "katex": "extra_javascript: [https://example.org/katex@0.16/dist/katex.min.js]\n",
    "in the theme": "theme: {name: material, custom_dir: overrides}\n",
}


def write(folder: Path, pages: dict[str, str], config: str) -> None:
    for name, text in {**pages, "js/own.js": "window.MathJax = {};"}.items():
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "overrides").mkdir()
    (folder / "overrides" / "main.html").write_text(
        '{% extends "base.html" %}{% block libs %}<script src="katex.min.js">{% endblock %}'
    )
    (folder / "mkdocs.yml").write_text(f"site_name: Test\n{config}", encoding="utf-8")


def zensical(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    require_package("zensical")
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", *options],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def check(page: str, renderer: str) -> None:
    """The author's own formulas and those of the derivation are for what the site loads."""
    page = preview.without(page)
    scripted = renderer != "mathml"
    assert (r"\(\theta\)" in page) == scripted
    assert ("<math" not in page) == scripted
    assert 'class="matcalc-number" href="#ls">(1)</a>' in page


@pytest.mark.parametrize("renderer", SCRIPTS)
def test_zensical_leaves_formulas_to_what_the_site_loads(renderer: str, tmp_path: Path) -> None:
    pages = {"index.md": "# A\n", "b.md": RIGHT.partition("---\n\n")[2]}
    write(tmp_path, pages, f"{SCRIPTS[renderer]}markdown_extensions: [{ARITHMATEX}, matcalc]\n")
    done = zensical(tmp_path, "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site/b/index.html").read_text(encoding="utf-8")
    check(page, renderer)
    assert re.search(r"href=\"#of[^\"]*\"[^<]*<[^Z]*?Of θ\s", page)
    assert "<title>The angle θ" in page


@pytest.mark.parametrize("renderer", SCRIPTS)
def test_mkdocs_without_the_plugin_does_too(renderer: str, tmp_path: Path) -> None:
    write(tmp_path, {}, "")
    theme = "" if "theme" in SCRIPTS[renderer] else "theme: material\n"
    config = f"{theme}{SCRIPTS[renderer]}plugins: [search]\nmarkdown_extensions: [{ARITHMATEX}, matcalc]\n"
    built = build_site(tmp_path, {"index.md": RIGHT}, config)
    assert not built.warnings
    check(built.html("index.html"), renderer)


@pytest.mark.parametrize("math", ["mathjax", "katex", "none"])
def test_the_option_goes_before_what_the_host_tells(math: str, tmp_path: Path) -> None:
    write(tmp_path, {}, "")
    built = build_site(
        tmp_path,
        {"index.md": RIGHT},
        f"plugins: [search]\nmarkdown_extensions: [{ARITHMATEX}, matcalc: {{math: {math}}}]\n",
    )
    assert r"\(\theta\)" in built.html("index.html")
    page = markdown.markdown(
        RIGHT,
        extensions=["matcalc", "pymdownx.arithmatex"],
        extension_configs={"matcalc": {"math": math}, "pymdownx.arithmatex": {"generic": True}},
    )
    assert r"\(\theta\)" in page
    assert "<math" not in preview.without(page)


def test_plain_markdown_has_no_script_and_sets_formulas() -> None:
    page = markdown.markdown(
        RIGHT,
        extensions=["matcalc", "pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    assert r"\(" not in preview.without(page)


# -- what is wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["--strict", "-s", "-cs", "strict: true"])
def test_a_wrong_block_stops_a_strict_build_of_zensical(how: str, tmp_path: Path) -> None:
    config = "markdown_extensions: [matcalc]\n" + ("strict: true\n" if ":" in how else "")
    write(tmp_path, {"index.md": "# A\n", "sub/b.md": WRONG}, config)
    done = zensical(tmp_path, *([] if ":" in how else [how]))
    assert done.returncode != 0
    assert "docs/sub/b.md:9: an operand is expected after `+`" in done.stdout + done.stderr


def test_a_wrong_block_is_told_with_its_file_in_zensical(tmp_path: Path) -> None:
    write(tmp_path, {"index.md": "# A\n\n\\eqref{no}\n", "sub/b.md": WRONG}, "markdown_extensions: [matcalc]\n")
    done = zensical(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert "docs/sub/b.md:9: an operand is expected after `+`" in said
    assert "docs/index.md:3: no equation of this page has the label 'no'" in said
    assert "docs/sub/b.md:9" in (tmp_path / "site/sub/b/index.html").read_text(encoding="utf-8")


def test_a_fence_in_braces_below_front_matter_in_zensical(tmp_path: Path) -> None:
    write(tmp_path, {"index.md": RIGHT.replace("```derive", "```{derive}")}, "markdown_extensions: [matcalc]\n")
    done = zensical(tmp_path, "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'href="#ls">(1)</a>' in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def test_a_warning_of_the_extension_counts_in_a_strict_build_of_mkdocs(tmp_path: Path) -> None:
    config = "plugins: [search]\nmarkdown_extensions: [matcalc]\n"
    [warning] = build_site(tmp_path, {"index.md": "# A\n", "sub/b.md": WRONG}, config).warnings
    assert "docs/sub/b.md:9: an operand is expected after `+`" in warning
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Aborted with 1 warnings in strict mode" in done.stdout + done.stderr


def test_a_host_that_tells_nothing_can_be_told(caplog) -> None:
    options = {"matcalc": {"path": "notes/b.md", "strict": True}}
    text = "# B\n\n\\eqref{no}\n\n```derive\nlet x in R^n\nd/dx x +\n```\n"
    with pytest.raises(DeriveError) as caught:
        markdown.markdown(text, extensions=["matcalc"], extension_configs=options)
    assert "notes/b.md:7: an operand is expected after `+`" in caught.value.message
    assert "notes/b.md:3: no equation of this page has the label 'no'" in caught.value.message
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    markdown.markdown(BLOCK.format("a"), extensions=["matcalc"], extension_configs=options)


def test_docstrings_are_a_part_of_their_page_without_the_plugin(tmp_path: Path) -> None:
    require_package("mkdocstrings_handlers")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "thing.py").write_text(f'r"""By \\eqref{{ls}}.\n\n{BLOCK.format("doc")}"""\n')
    plugins = "plugins: [mkdocstrings: {handlers: {python: {paths: [lib], options: {show_source: false}}}}]\n"
    pages = {
        "index.md": f"# A\n\n{BLOCK.format('ls')}\n::: thing\n\n\\eqref{{doc}}\n",
        "b.md": f"# B\n\n{BLOCK.format('b')}",
    }
    built = build_site(tmp_path, pages, f"{plugins}markdown_extensions: [matcalc]\n")
    assert not built.warnings
    numbers = re.findall(r'class="matcalc-number" href="#(\w+)">\((\d)\)', built.html("index.html"))
    assert numbers == [("ls", "1"), ("doc", "2")]
    assert "\\eqref" not in built.html("index.html")
    assert 'href="#b">(1)</a>' in built.html("b/index.html")


# -- the files beside a page ----------------------------------------------------------------------


def test_the_command_lays_the_assets_down(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"index.md": RIGHT}, "")
    assert main(["assets", "docs/assets/matcalc"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == f"{len(FILES)} of {len(FILES)} files written to docs/assets/matcalc"
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: Test\nmarkdown_extensions: [matcalc]\n{said.partition(chr(10))[2]}"
    )
    done = zensical(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    for name in FILES:
        assert (tmp_path / "site/assets/matcalc" / name).stat().st_size > 1000
    assert "assets/matcalc/matcalc.css" in page
    assert "assets/matcalc/matcalc.js" in page
    assert main(["assets", "docs/assets/matcalc"]) == 0
    assert capsys.readouterr().out.startswith("0 of ")


def test_the_command_lays_a_renderer_down(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    katex = tmp_path / "katex"
    for name in ("katex.min.js", "katex.min.css", "contrib/auto-render.min.js", "fonts/KaTeX_Main.woff2"):
        (katex / name).parent.mkdir(parents=True, exist_ok=True)
        (katex / name).write_text("x")
    assert main(["assets", "public/m", "--javascript", "katex"]) == 0
    said = capsys.readouterr().out
    assert "extra_css: [public/m/matcalc.css, public/m/katex/katex.min.css]" in said
    scripts = re.findall(r"public/m/(\S+\.js)", said)
    assert scripts[0] == "matcalc.js"
    assert all((tmp_path / "public/m" / name).is_file() for name in scripts)
    assert main(["assets", "public/m", "--javascript", "nothing"]) == 2
    assert "'javascript: nothing' is no folder" in capsys.readouterr().err


def test_the_command_replaces_nothing_of_an_author(tmp_path: Path, capsys) -> None:
    (tmp_path / "matcalc.css").write_text("/* mine */")
    assert main(["assets", str(tmp_path)]) == 2
    assert "this command did not make what is in it" in capsys.readouterr().err
    assert (tmp_path / "matcalc.css").read_text() == "/* mine */"
    assert [path.name for path in tmp_path.iterdir()] == ["matcalc.css"]
