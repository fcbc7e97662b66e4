"""One numbering for a site: the order of the navigation, chapters, drafts, languages, other plugins."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import preview

NUMBERS = re.compile(r'class="matcalc-number" href="#([^"]+)">\(([^)]+)\)</a>')
REFERENCES = re.compile(r'class="matcalc-ref"[^>]* href="([^"]+)">\(?([^<)]+)\)?</a>')


def block(label: str, *more: str) -> str:
    return "\n".join(["```derive", f"label: {label}", *more, "df/dx", "```", ""])


def numbers(html: str) -> list[tuple[str, str]]:
    return NUMBERS.findall(preview.without(html))


def references(html: str) -> list[tuple[str, str]]:
    return REFERENCES.findall(preview.without(html))


#: In file order a, b, index, z; in the navigation index, z, a.
PAGES = {
    "index.md": "# Home\n\n\\eqref{z}\n\n" + block("home"),
    "a.md": "# A\n\n\\cref{home,z,b} \\eqref{z.2}\n\n$$ x \\label{a0} $$\n\n" + block("a"),
    "b.md": "# B\n\n" + block("b"),
    "z.md": "# Z\n\n" + block("z") + "\n" + block("z2"),
}
NAV = "nav: [index.md, {Part: [z.md]}, {Rest: [{More: a.md}, b.md]}]\n"


def plugins(**options: str) -> str:
    listed = ", ".join(f"{key}: {value}" for key, value in options.items())
    return f"plugins: [matcalc: {{{listed}}}]\n"


def all_numbers(built, style: str = "{}/index.html") -> list[str]:
    pages = ["index.html", *(style.format(name) for name in ("z", "a", "b"))]
    return [number for page in pages for _, number in numbers(built.html(page))]


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("site", ["1", "2b", "2", "3", "4", "5", "6"]),
        ("section", ["1", "1.1b", "1.1", "1.2", "2.1", "2.2", "2.3"]),
        ("page", ["1", "1b", "1", "2", "1", "2", "1"]),
    ],
)
def test_numbers_follow_the_navigation(mode: str, expected: list[str], directory_urls, site) -> None:
    config = f"{NAV}use_directory_urls: {str(directory_urls).lower()}\n{plugins(numbering=mode)}"
    built = site(PAGES, config)
    assert not built.warnings
    assert all_numbers(built, "{}/index.html" if directory_urls else "{}.html") == expected
    # z is rendered after a, and known there all the same
    found = references(built.html("a/index.html" if directory_urls else "a.html"))
    way = "../{}/#{}" if directory_urls else "{}.html#{}"
    home = "../#home" if directory_urls else "index.html#home"
    assert {href for href, _ in found} == {home, way.format("z", "z"), way.format("b", "b"), way.format("z", "z.2")}
    assert found[-1][1] == expected[1]


def test_every_reference_lands_on_an_id(site) -> None:
    built = site(PAGES, NAV)
    for page in built.out.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        for href in re.findall(r'class="matcalc-ref"[^>]* href="([^"]+)"', html) + re.findall(
            r'href="([^"]*#ref-[^"]+)"', html
        ):
            path, _, anchor = href.partition("#")
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), href


def test_an_equation_lists_where_it_is_used(site) -> None:
    html = site(PAGES, NAV).html("z/index.html")
    uses = re.search(r'<span class="matcalc-uses">(.*?)</span>', html)
    assert uses is not None
    assert uses[1] == 'used in <a href="../#ref-z-1">Home</a>, <a href="../a/#ref-z-1">More</a>'
    assert "matcalc-uses" not in site(PAGES, NAV + plugins(backlinks="false")).html("z/index.html")


def test_a_reference_shows_the_equation_of_another_page(site) -> None:
    html = site(PAGES, NAV).html("a/index.html")
    shown = re.search(r'href="\.\./z/#z">.*?<matcalc-preview hidden.*?>(.*?)</matcalc-preview>', html)
    assert shown is not None
    assert "<math" in shown[1]
    assert "(2) · df/dx · Z" in shown[1]


def test_pages_outside_of_the_navigation_come_last(site) -> None:
    pages = {"index.md": block("i"), "a.md": block("a") + "\\eqref{q}\n", "q.md": block("q")}
    built = site(pages, f"nav: [index.md, q.md]\nnot_in_nav: a.md\n{plugins(numbering='section')}")
    assert not built.warnings
    assert [numbers(built.html(page))[0][1] for page in ("index.html", "q/index.html", "a/index.html")] == [
        "1",
        "1.1",
        "2",
    ]


@pytest.mark.parametrize("serve", [True, False])
def test_drafts_do_not_change_the_numbers_of_others(serve, site) -> None:
    pages = {"index.md": block("i"), "draft.md": block("d"), "z.md": block("z")}
    built = site(pages, "draft_docs: draft.md\n", serve=serve)
    assert numbers(built.html("z/index.html")) == [("z", "2")]
    assert (built.out / "draft" / "index.html").exists() is serve
    if serve:
        assert numbers(built.html("draft/index.html")) == [("d", "3")]


def test_a_label_of_a_draft_is_missing_in_what_is_published(site) -> None:
    pages = {"index.md": "\\eqref{d}\n", "draft.md": block("d")}
    assert "no equation of the site has the label 'd'" in site(pages, "draft_docs: draft.md\n").warnings[0]
    assert not site(pages, "draft_docs: draft.md\n", serve=True).warnings


def test_missing_and_doubled_labels_are_warnings_with_file_line_and_what_is_near(site) -> None:
    pages = {"a.md": "# A\n\n" + block("one"), "b.md": "# B\n\n\\eqref{onee}\n\n$$ x \\label{one} $$\n"}
    first, second = site(pages).warnings
    assert first == "matcalc: docs/b.md:5: the label 'one' is taken already at docs/a.md:4 (a free one: one2)"
    assert second == "matcalc: docs/b.md:3: no equation of the site has the label 'onee'; did you mean 'one'?"


def test_a_page_lists_the_equations_of_the_site(site) -> None:
    html = site({**PAGES, "z-list.md": "# Equations\n\n[equations]\n"}).html("z-list/index.html")
    assert re.findall(r'class="matcalc-equations-page"><a href="([^"]+)">([^<]+)', html) == [
        ("../", "Home"), ("../a/", "A"), ("../b/", "B"), ("../z/", "Z"),
    ]  # fmt: skip
    assert [number for _, number in re.findall(r'class="matcalc-number" href="([^"]+)">\((\d+)\)', html)] == list(
        "123456"
    )


def test_a_block_that_another_plugin_brings_in_is_numbered_last_and_known_everywhere(site, tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text(block("late"))
    snippets = f'markdown_extensions: [{{pymdownx.snippets: {{base_path: ["{tmp_path.as_posix()}"]}}}}]\n'
    pages = {"a.md": "\\eqref{late}\n\n" + block("a"), "b.md": '--8<-- "part.md"\n\n' + block("b")}
    built = site(pages, snippets)
    assert not built.warnings
    assert references(built.html("a/index.html")) == [("../b/#late", "3")]
    assert numbers(built.html("b/index.html")) == [("late", "3"), ("b", "2")]
    assert "matcalc-ref command" not in built.html("a/index.html")


def test_one_process_builds_again_and_again(site) -> None:
    first = site(PAGES, NAV)
    pages = {**PAGES, "index.md": PAGES["index.md"] + "\n" + block("new")}
    assert all_numbers(site(pages, NAV)) == ["1", "2", "3b", "3", "4", "5", "6", "7"]
    assert all_numbers(site(PAGES, NAV)) == all_numbers(first)


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments, "-f", str(folder / "mkdocs.yml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_strict_stops_on_a_missing_label(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n\\eqref{no}\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: Test\nplugins: [matcalc]\n")
    done = command(tmp_path, "build", "--strict")
    assert done.returncode == 1
    assert "docs/index.md:3: no equation of the site has the label 'no'" in done.stderr
