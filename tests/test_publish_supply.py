"""A site ships the renderer that is installed beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import require_package

from mkdocs_matcalc.publish import supply

BLOCK = "# A\n\n```derive\ndf/dx\n```\n"


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return folder


KATEX = ("katex.min.js", "katex.min.css", "contrib/auto-render.min.js", "fonts/A.woff2", "fonts/A.ttf", "README.md")
MATHJAX = ("tex-chtml.js", "tex-svg.js", "input/tex/a.js", "output/svg/b.js", "sre/mathmaps/en.json", "core.js")


def test_katex_is_taken_with_what_it_needs_and_no_more(tmp_path: Path) -> None:
    put(tmp_path / "dist", *KATEX)
    found = supply.find("dist", tmp_path)
    assert found.renderer == "katex"
    assert sorted(found.files) == [
        "katex-setup.js", "katex/contrib/auto-render.min.js", "katex/fonts/A.woff2", "katex/katex.min.css",
        "katex/katex.min.js",
    ]  # fmt: skip
    assert found.scripts == ("katex/katex.min.js", "katex/contrib/auto-render.min.js", "katex-setup.js")
    assert all(path.is_file() for path in found.files.values())


def test_mathjax_is_taken_with_its_parts_and_the_font_beside_it(tmp_path: Path) -> None:
    put(tmp_path / "mathjax", *MATHJAX)
    put(tmp_path / "@mathjax/mathjax-newcm-font", "chtml/woff2/f.woff2", "chtml.js", "cjs/x.js", "svg/y.js")
    found = supply.find("mathjax", tmp_path, "mathjax")
    assert sorted(found.files) == [
        "mathjax-font/chtml.js", "mathjax-font/chtml/woff2/f.woff2", "mathjax-setup.js", "mathjax/input/tex/a.js",
        "mathjax/sre/mathmaps/en.json", "mathjax/tex-chtml.js",
    ]  # fmt: skip
    assert found.scripts == ("mathjax-setup.js", "mathjax/tex-chtml.js")


@pytest.mark.parametrize(
    ("named", "wanted", "words"),
    [
        ("nowhere", "auto", "'javascript: nowhere' is no folder and no Python package that holds MathJax or KaTeX"),
        ("json", "katex", "holds katex"),
        ("../..", "mathml", "is of no use with 'math: mathml'"),
        ("half", "auto", "holds KaTeX without "),
        ("full", "mathjax", "holds mathjax"),
    ],
)
def test_what_holds_none_is_refused(named: str, wanted: str, words: str, tmp_path: Path) -> None:
    put(tmp_path / "half", "katex.min.js")
    put(tmp_path / "full", *KATEX)
    with pytest.raises(ValueError, match=r"javascript|KaTeX") as caught:
        supply.find(named, tmp_path, wanted)
    assert words in str(caught.value)


def test_nothing_is_taken_unless_asked(tmp_path: Path) -> None:
    assert supply.find("", tmp_path) == supply.Supply()


def test_a_site_ships_and_loads_it(site, tmp_path: Path) -> None:
    put(tmp_path / "dist", *KATEX)
    built = site({"index.md": BLOCK, "a/b.md": BLOCK}, "plugins: [matcalc: {javascript: dist}]\n")
    assert not built.warnings
    html = built.html("a/b/index.html")
    assert '<span class="arithmatex">' in html
    loaded = re.findall(r'(?:src|href)="([^"]*assets/matcalc/[^"]+)"', html)
    names = [path.rpartition("assets/matcalc/")[2] for path in loaded]
    assert {"katex/katex.min.css", "matcalc.css", "matcalc.js"} <= set(names)
    scripts = ["katex/katex.min.js", "katex/contrib/auto-render.min.js", "katex-setup.js"]
    assert [name for name in names if name in scripts] == scripts
    assert all((built.out / "a/b" / path).resolve().is_file() for path in loaded)


def test_a_wrong_name_stops_the_build(site, caplog) -> None:
    with pytest.raises(SystemExit):
        site({"index.md": BLOCK}, "plugins: [matcalc: {javascript: nowhere}]\n")
    assert "'javascript: nowhere' is no folder" in caplog.text


def test_a_python_package_may_carry_mathjax(site) -> None:
    require_package("mathjax")
    built = site({"index.md": BLOCK}, "plugins: [matcalc: {javascript: mathjax}]\n")
    assert not built.warnings
    assert (built.out / "assets/matcalc/mathjax/tex-chtml.js").stat().st_size > 100_000
    assert "mathjax/tex-chtml.js" in built.html("index.html")
