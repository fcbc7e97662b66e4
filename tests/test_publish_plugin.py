"""Sites that MkDocs builds: links, assets, warnings, strictness."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import preview

BLOCK = "```derive\nlabel: {label}\ndf/dx\n```\n"
LS = BLOCK.format(label="ls")
FIGURE = '<figure class="matcalc"'
FOLDER = "assets/matcalc"


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_a_site_has_derivations_style_font_and_rule_book(theme: str, site) -> None:
    built = site({"index.md": LS, "sub/page.md": BLOCK.format(label="other")}, theme=theme)
    assert not built.warnings
    for page, up in (("index.html", ""), ("sub/page/index.html", "../../")):
        html = built.html(page)
        assert html.count(FIGURE) == 1
        assert f'href="{up}matcalc-rules/#rule-10"' in html or f'href="{up or "./"}matcalc-rules/#rule-10"' in html
        assert f"{up}{FOLDER}/matcalc.css" in html
    assert 'id="rule-10"' in built.html("matcalc-rules/index.html")
    assert {path.name for path in (built.out / FOLDER).iterdir()} >= {"matcalc.css", "OFL.txt"}
    assert (built.out / FOLDER / "STIXTwoMath-Regular.woff2").stat().st_size > 100_000
    css = (built.out / FOLDER / "matcalc.css").read_text(encoding="utf-8")
    assert all((built.out / FOLDER / name).exists() for name in re.findall(r'url\("([^"]+)"\)', css))


@pytest.mark.parametrize("directory_urls", ["true", "false"])
def test_every_rule_link_goes_to_a_rule(directory_urls: str, site) -> None:
    built = site({"index.md": LS, "a/b/c.md": LS}, f"use_directory_urls: {directory_urls}")
    for page in built.out.rglob("*.html"):
        for target in re.findall(r'class="matcalc-rule" href="([^"]+)"', page.read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            found = (page.parent / path).resolve()
            found = found / "index.html" if found.is_dir() else found
            assert f'id="{anchor}"' in found.read_text(encoding="utf-8")


def test_a_mistake_is_a_warning_with_the_file_and_the_line(site) -> None:
    built = site({"a/page.md": "---\ntitle: x\n---\n# Page\n\n- item\n\n    ```derive\n    f = oops\n    ```\n"})
    [warning] = built.warnings
    assert "docs/a/page.md:9: unknown name 'oops' (declare it with let)" in warning
    assert warning.endswith("\n | f = oops\n |     ^^^^")
    assert "docs/a/page.md:9" in built.html("a/page/index.html")


def test_a_mistake_in_an_included_text_is_a_warning_with_the_page(site, tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("```derive\nlet x in R^n\noops x\n```\n")
    snippets = f'markdown_extensions: [{{pymdownx.snippets: {{base_path: ["{tmp_path.as_posix()}"]}}}}]'
    [warning] = site({"index.md": '# A\n\n--8<-- "part.md"\n'}, snippets).warnings
    assert "docs/index.md: unknown name 'oops'" in warning


def test_a_header_with_options_is_a_warning(site) -> None:
    built = site({"index.md": "# A\n\n```derive layout=mixed\ndf/dx\n```\n"})
    [warning] = built.warnings
    assert "docs/index.md:3: " in warning
    assert "'layout: mixed'" in warning


def test_links_to_derivations_and_rules_satisfy_the_check_of_anchors(site) -> None:
    pages = {
        "index.md": "[a](p.md#ls) [b](p.md#derivation-2) [c](p.md#ls.1) [d](matcalc-rules.md#rule-18)\n\n[e](p.md#gone)\n",
        "p.md": "```derive\nlabel: ls\nnumber: all\ndf/dx\n```\n\n```derive\nnumber: result\ndf/dx\n```\n",
    }
    built = site(pages, "validation: {anchors: warn}")
    assert len(built.warnings) == 1
    assert "#gone" in built.warnings[0]


@pytest.mark.parametrize("before", [True, False])
def test_superfences_may_be_configured_by_the_site(before, site) -> None:
    names = ["pymdownx.superfences", "matcalc"] if before else ["matcalc", "pymdownx.superfences"]
    built = site({"index.md": LS}, f"markdown_extensions: [{', '.join(names)}]")
    assert built.html("index.html").count(FIGURE) == 1


def test_options_of_the_plugin_hold(site) -> None:
    config = "plugins:\n  - matcalc: {number: none, show: [code], math: katex, rulebook: ''}\n"
    html = (built := site({"index.md": LS}, config)).html("index.html")
    assert "matcalc-number" not in html
    assert "def derivative" in html
    assert 'class="arithmatex"' in html
    assert 'href="#rule' not in html
    assert "matcalc-rules" not in html
    assert "math: katex, and no script of the site loads it" in built.warnings[0]


@pytest.mark.parametrize(
    "script", ["https://example.org/mathjax@4/tex-mml-chtml.js", "{path: js/mathjax.js, async: true}", "js/own.js"]
)
def test_a_site_that_loads_a_renderer_gets_tex(script: str, site, tmp_path: Path) -> None:
    (tmp_path / "docs" / "js").mkdir(parents=True)
    (tmp_path / "docs" / "js" / "own.js").write_text("window.MathJax = {};")
    html = site({"index.md": LS}, f"extra_javascript:\n  - {script}\n").html("index.html")
    assert '<span class="arithmatex">' in html
    assert "<math" not in preview.without(html)


def test_the_rule_book_may_be_a_page_of_the_author(site) -> None:
    config = "plugins:\n  - matcalc: {rulebook: rules.md}\nnav: [index.md, rules.md]\n"
    built = site({"index.md": LS, "rules.md": "# My rules\n\nMy words.\n\n[MATCALC-RULES]\n"}, config)
    assert not built.warnings
    assert "My words." in built.html("rules/index.html")
    assert 'id="rule-18"' in built.html("rules/index.html")


def test_the_rule_book_need_not_be_in_a_navigation(site, caplog) -> None:
    caplog.set_level("INFO")
    built = site({"index.md": LS}, "nav: [index.md]\nvalidation: {nav: {omitted_files: warn}}")
    assert not built.warnings
    assert 'id="rule-18"' in built.html("matcalc-rules/index.html")


def test_a_wrong_configuration_stops_the_build(site, caplog) -> None:
    with pytest.raises(SystemExit):
        site({"index.md": LS}, "plugins:\n  - matcalc: {rulebook: rules.html}\n")
    assert "matcalc: 'rulebook: rules.html' is no Markdown page" in caplog.text
    with pytest.raises(SystemExit):
        site({"index.md": LS}, "plugins:\n  - matcalc: {layout: sideways}\n")
    assert "Expected one of: ('numerator', 'denominator', 'mixed')" in caplog.text


def test_two_builds_in_one_process_are_equal_byte_for_byte(site) -> None:
    pages = {"index.md": LS, "b.md": LS}
    names = ("index.html", "b/index.html", "matcalc-rules/index.html")
    first, second = ([_undated(built.html(name)) for name in names] for built in (site(pages), site(pages)))
    assert first == second


def _undated(html: str) -> str:
    """A page without the moment of the build, which a theme writes into it."""
    return re.sub(r"Build Date UTC : .*", "", html)


def test_words_are_found_by_the_search_of_material_and_formulas_are_not(site) -> None:
    built = site({"index.md": LS}, "plugins: [search, matcalc]", theme="material")
    entries = json.loads((built.out / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    text = next(entry["text"] for entry in entries if "definition of the norm" in entry["text"])
    assert "product rule" in text
    assert "𝐀" not in text


def test_strict_stops_on_a_mistake_and_passes_without(tmp_path: Path) -> None:
    """The real commands and the real engine."""
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "index.md"
    (tmp_path / "mkdocs.yml").write_text("site_name: Test\nplugins: [matcalc]\n")

    def strict() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(tmp_path / "mkdocs.yml")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    page.write_text("# A\n\n```derive\nlet x in R^n, A in R^{n x n}\nd/dx x' A x\n```\n")
    passed = strict()
    assert passed.returncode == 0, passed.stderr
    assert FIGURE in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    page.write_text("# A\n\n```derive\nlet x in R^n\nd/dx x' A +\n```\n")
    stopped = strict()
    assert stopped.returncode == 1
    assert "docs/index.md:5: " in stopped.stderr
    assert "Aborted with 1 warnings in strict mode" in stopped.stdout + stopped.stderr
