"""References of every kind, and the links back to them, which land."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urljoin

import markdown
import pytest
from conftest import build_site

from mkdocs_matcalc.publish import backlinks, preview

BLOCK = "```derive\nlabel: {}\nlet x in R^n\nd/dx x' x\n```\n"
SCRIPTS = {
    "mathml": "",
    "mathjax": "extra_javascript: [https://example.org/mathjax@4/tex-chtml.js]\n",
    "katex": "extra_javascript: [https://example.org/katex@0.16/dist/katex.min.js]\n",
}
ARITHMATEX = "markdown_extensions: [pymdownx.arithmatex: {generic: true}, md_in_html]\n"
#: Ways to refer to an equation, and how many warnings they give.
USES = {
    "in text": ("\\eqref{ls}", 0),
    "in a formula": ("$x = \\eqref{ls}$", 0),
    "in a display": ("$$\nx = \\text{\\ref{ls}}\n$$", 0),
    "in a labelled equation": ("$$\nx = \\eqref{ls} \\label{e}\n$$", 0),
    "with one that nothing has": ("\\cref{ls,nothing}", 1),
    "to a line": ("\\eqref{ls.1}", 0),
    "by its title": ("\\nameref{ls} \\autoref{ls}", 0),
    "in the title of a block": (BLOCK.format("b\ntitle: by \\eqref{ls}"), 0),
    "in a comment": ("text <!-- \\eqref{ls} --> text", 0),
    "in an attribute": ('<p title="\\eqref{ls}">text</p>', 0),
    "in raw HTML": ("<div>\n\\eqref{ls}\n</div>", 0),
    "in a heading": ("## By \\eqref{ls}", 0),
}


def uses(page: str) -> list[str]:
    found = re.findall(r'<span class="matcalc-uses">used in (.*?)</span>', preview.without(page))
    return [href for each in found for href in re.findall(r'href="([^"]*)"', each)]


def ids(page: str) -> list[str]:
    return re.findall(r"<[a-z][^<>]*?\sid=\"([^\"]*)\"", page)


@pytest.mark.parametrize("renderer", SCRIPTS)
@pytest.mark.parametrize("case", USES)
def test_a_link_to_a_use_lands(case: str, renderer: str, tmp_path: Path) -> None:
    text, warned = USES[case]
    pages = {
        "index.md": f"# Home\n\n{BLOCK.format('ls')}\n\n{text}\n",
        "b.md": f"# B\n\n{text}\n".replace("{e}", "{e2}"),
    }
    pages["b.md"] = pages["b.md"].replace("label: b", "label: b2")
    built = build_site(tmp_path, pages, ARITHMATEX + SCRIPTS[renderer])
    assert len(built.warnings) == 2 * warned
    addresses = {"/": "index.html", "/b/": "b/index.html"}
    found = uses(built.html("index.html"))
    for href in found:
        there, _, anchor = urljoin("/", href).partition("#")
        if anchor:
            assert anchor in ids(built.html(addresses[there]))
    if case not in ("in a comment", "in an attribute", "in raw HTML"):
        assert [href.partition("#")[0] for href in found] == ["", "b/"]
        assert all("#ref-ls" in href for href in found)
    for page in ("index.html", "b/index.html"):
        assert len(set(ids(built.html(page)))) == len(ids(built.html(page)))


@pytest.mark.parametrize("renderer", SCRIPTS)
def test_what_is_known_of_a_reference_is_shown(renderer: str, tmp_path: Path) -> None:
    pages = {"index.md": f"# A\n\n{BLOCK.format('ls')}\n\\cref{{ls,nothing}}\n"}
    built = build_site(tmp_path, pages, ARITHMATEX + SCRIPTS[renderer])
    [warning] = built.warnings
    assert "docs/index.md:9: no equation of the site has the label 'nothing'" in warning
    page = preview.without(built.html("index.html"))
    assert re.search(
        r'eqs\.&nbsp;<span class="matcalc-aided"><a class="matcalc-ref" id="ref-ls-1" href="#ls">\(1\)</a>', page
    )
    assert "and <code>(nothing)</code>" in page
    assert "\\cref" not in page


@pytest.mark.parametrize("command", ["pageref", "cpageref", "vref", "labelcref", "crefrange", "Autoref", "pageref*"])
@pytest.mark.parametrize("known", ["ls", "nothing"])
def test_a_command_that_is_none_here_is_a_warning(command: str, known: str, caplog) -> None:
    page = markdown.markdown(
        f"{BLOCK.format('ls')}\nText *by* \\{command}{{{known}}} and\n*again \\{command}{{{known}}}*.\n",
        extensions=["matcalc"],
    )
    [record] = caplog.records
    name = command.rstrip("*")
    assert record.getMessage().startswith(
        f"line 7: '\\{name}' is no reference here and stays as it is; those that are: \\eqref, "
    )
    assert page.count(f"\\{command}{{{known}}}") == (0 if "*" in command else 2)  # stars are Markdown's own


def test_a_command_that_is_none_in_a_formula_for_a_script(tmp_path: Path) -> None:
    pages = {"index.md": f"# A\n\n{BLOCK.format('ls')}\n$\\pageref{{ls}}$ $\\href{{#}}{{x}}$ `\\pageref{{ls}}`\n"}
    [warning] = build_site(tmp_path, pages, ARITHMATEX + SCRIPTS["mathjax"]).warnings
    assert "docs/index.md:9: '\\pageref' is no reference here" in warning


def test_an_equation_without_a_number_may_be_named(caplog) -> None:
    block = BLOCK.format("ls\nnumber: none\ntitle: Least squares")
    page = markdown.markdown(f"{block}\nBy \\nameref{{ls}}.\n", extensions=["matcalc"])
    assert not caplog.records
    assert ">Least squares</a></span>." in preview.without(page)
    markdown.markdown(f"{block}\nBy \\nameref{{ls}} and \\autoref{{ls}}.\n", extensions=["matcalc"])
    assert "has no number" in caplog.text


def test_titles_may_name_each_other(caplog) -> None:
    text = (
        BLOCK.format("a\ntitle: as \\nameref{b}")
        + "\n"
        + BLOCK.format("b\ntitle: as \\nameref{a}")
        + "\n\\nameref{a}\n"
    )
    page = preview.without(markdown.markdown(text, extensions=["matcalc"]))
    assert not caplog.records
    assert ">as 2</a></p>" in page


@pytest.mark.parametrize(
    "unit", ['<span class="matcalc-uses">', '<a href="', '<span class="matcalc-uses"><a href="#', "</span>"]
)
def test_links_are_settled_in_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit)) + "</span>"
        start = time.process_time()
        backlinks.settled(text, lambda *_: False)
        return time.process_time() - start

    seconds(1000)
    assert seconds(400_000) < 20 * max(seconds(40_000), 0.002)
