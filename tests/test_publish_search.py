"""What a search is handed, and what stays on the page."""

from __future__ import annotations

import html
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from mkdocs_matcalc.publish import search

BLOCK = "```derive\nlabel: ls\n{}\ndf/dx\n```\n"
PAGE = (
    "Before\n\n"
    + BLOCK.format("title: Least squares")
    + "\n## Head\n\nAfter \\eqref{ls}.\n\n$$ \\frac12 \\label{h} $$\n"
)


class Search:
    """A search plugin that does to each page what it is told."""

    def __init__(self, change: Any = lambda text: text) -> None:
        self.search_index: list[str] = []
        self._change = change

    def on_page_context(self, context: Any, *, page: Any, config: Any, nav: Any) -> Any:  # noqa: ARG002
        self.search_index.append(page.content)
        page.content = self._change(page.content)
        return context


def indexed(content: Any, change: Any = lambda text: text) -> tuple[Any, Any]:
    """What a search plugin sees of a page, and what the page is after it."""
    plugin = Search(change)
    handlers = [plugin.on_page_context]
    for _ in range(2):  # as for each of several languages
        search.install(handlers)
    page = SimpleNamespace(content=content)
    assert handlers[0]("context", page=page, config=None, nav=None) == "context"
    [seen] = plugin.search_index
    return seen, page.content


def test_the_search_sees_words_in_place_of_a_derivation(render) -> None:
    page = search.short(render("Before\n\n" + BLOCK.format("title: Least squares") + "\nAfter \\eqref{ls}.\n")).text
    text = re.sub(r"<[^>]*>", " ", page)
    assert re.sub(r"\s+", " ", text).strip() == (
        "Before After (1) . Least squares (1) A x b; definition of the norm (52), product rule (10), constants (12), "
        "identification (2)"
    )


def test_a_derivation_without_a_place_of_its_own_stays_where_it_is(render) -> None:
    block = BLOCK.format("title: Least squares\nnumber: none").replace("label: ls\n", "")
    page = search.short(render(f"Before\n\n{block}\nAfter.\n")).text
    assert re.search(r"Before.*Least squares; A x b; .*After", page, re.DOTALL)


@pytest.mark.parametrize("renderer", ["mathml", "mathjax", "katex"])
@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_what_is_found_leads_to_the_derivation(theme: str, renderer: str, site) -> None:
    listed = "\n".join(
        f"    {line}" if line else "" for line in BLOCK.format('title: A <b> & "c"').replace("ls", "in").split("\n")
    )
    pages = {
        "index.md": "# Home\n",
        "p.md": f"# Page\n\nBefore.\n\n{BLOCK.format('title: Least squares')}\nBetween.\n\n## Head\n\n- item\n\n{listed}\n\n"
        f"After.\n\n{BLOCK.format('').replace('label: ls', '')}\n",
    }
    built = site(pages, f"plugins: [search, matcalc: {{math: {renderer}}}]\n", theme=theme)
    docs = json.loads((built.out / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    found = {entry["location"]: entry for entry in docs if entry["location"].startswith("p/")}
    assert len(found) == len([entry for entry in docs if entry["location"].startswith("p/")])
    page = built.html("p/index.html")
    for place, title in (("ls", "Least squares (1)"), ("in", 'A <b> & "c" (2)'), ("derivation-3", "∂f/∂x (3)")):
        entry = found[f"p/#{place}"]
        assert html.unescape(html.unescape(entry["title"])) in (title, "df/dx (3)")
        assert "A x b" in entry["text"]
        assert "product rule (10)" in entry["text"]
        assert f'<figure class="matcalc" id="{place}"' in page
    # What stands behind a derivation belongs to its section, and not to the derivation.
    assert "After." in found["p/#head"]["text"]
    assert "After." not in found["p/#in"]["text"]
    contents = page.replace(page[page.index("<figure") : page.rindex("</figure>")], "")
    assert 'href="#ls"' not in contents
    assert "<h6" not in page


def test_the_search_has_words_and_no_formulas(site) -> None:
    for theme in ("mkdocs", "material"):
        for renderer in ("mathml", "mathjax"):
            pages = {
                "index.md": "# Page\n\n\\eqref{ls}\n\n$$ \\frac12 \\label{h} $$\n\n"
                + BLOCK.format("title: Least squares")
            }
            built = site(pages, f"plugins: [search, matcalc: {{math: {renderer}}}]\n", theme=theme)
            docs = json.loads((built.out / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
            text = next(entry["text"] for entry in docs if "Least squares" in entry["title"])
            assert "A x b" in text
            assert "product rule (10)" in text
            assert not re.search(r"\\[a-z]+|𝐀|copy LaTeX|every line checked|matcalc", text)


@pytest.mark.parametrize("theme", ["mkdocs", "material"])
def test_the_page_is_the_same_with_a_search_and_without(theme: str, site) -> None:
    def figure(listed: str) -> str:
        html = site({"index.md": PAGE}, f"plugins: {listed}\n", theme=theme).html("index.html")
        return html[html.index("<p>Before") : html.index(r"\frac12" if r"\frac12" in html else "</math></div>")]

    assert figure("[search, matcalc]") == figure("[matcalc, search]") == figure("[matcalc]")


def test_what_a_search_plugin_changes_around_derivations_stays(render) -> None:
    html = render(PAGE)
    seen, after = indexed(html, lambda text: text.replace("Before", "Behind"))
    assert "<figure" not in seen
    assert after == html.replace("Before", "Behind")


def test_a_search_plugin_that_takes_the_page_away_does_not_take_derivations_from_it(render) -> None:
    html = render(PAGE)
    for change in (
        lambda _: "gone",
        lambda text: text + text,
        lambda text: text.replace("-0-", "-99-"),
        lambda text: text.replace("<p>Least", "<p><b></b>Least"),
        lambda _: None,
    ):
        assert indexed(html, change)[1] == html


def test_a_page_without_derivations_is_left_to_the_search(render) -> None:
    html = render("Words alone")
    assert indexed(html, lambda _: "gone") == (html, "gone")
    assert indexed(None, lambda _: "made") == (None, "made")


def test_what_looks_like_a_mark_is_the_text_of_an_author(render) -> None:
    html = render("<!--matcalc-0--><!--matcalcx-7-->\n\n" + PAGE)
    seen, after = indexed(html, lambda text: text.replace("Before", "Behind"))
    assert seen.startswith("<!--matcalc-0-->")
    assert "<!--matcalcx-7-->" in seen
    assert after == html.replace("Before", "Behind")


def test_a_page_is_whole_again_after_a_search_that_fails(render) -> None:
    def fails(text: str) -> str:
        raise ValueError(text)

    plugin = Search(fails)
    handlers = [plugin.on_page_context]
    search.install(handlers)
    page = SimpleNamespace(content=render(PAGE))
    whole = page.content
    with pytest.raises(ValueError, match="Before"):
        handlers[0]("context", page=page, config=None, nav=None)
    assert page.content == whole


def test_other_plugins_see_the_whole_page() -> None:
    """A plugin that encrypts a page must have all of it."""
    plugin = Search()
    del plugin.search_index
    handlers = [plugin.on_page_context]
    search.install(handlers)
    assert handlers == [plugin.on_page_context]


def test_a_list_of_equations_has_titles_in_the_search(render) -> None:
    html = render(PAGE + "\n[equations]\n")
    seen, after = indexed(html, lambda text: text + "!")
    assert "matcalc-equations-title" in seen
    assert "matcalc-equations-formula" not in seen
    assert after == html + "!"
