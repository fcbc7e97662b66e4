"""What a search is handed, and what stays on the page."""

from __future__ import annotations

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
    html = search.short(render("Before\n\n" + BLOCK.format("title: Least squares") + "\nAfter \\eqref{ls}.\n")).text
    text = re.sub(r"<[^>]*>", "", html)
    assert re.sub(r"\s+", " ", text).strip() == (
        "Before Least squares; A x b; definition of the norm (52), product rule (10), constants (12), "
        "identification (2) After (1)."
    )


def test_the_search_has_words_and_no_formulas(site) -> None:
    for theme in ("mkdocs", "material"):
        for renderer in ("mathml", "mathjax"):
            pages = {
                "index.md": "# Page\n\n\\eqref{ls}\n\n$$ \\frac12 \\label{h} $$\n\n"
                + BLOCK.format("title: Least squares")
            }
            built = site(pages, f"plugins: [search, matcalc: {{math: {renderer}}}]\n", theme=theme)
            docs = json.loads((built.out / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
            text = next(entry["text"] for entry in docs if "Least squares" in entry["text"])
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
