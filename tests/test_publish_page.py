"""Golden pages: Markdown in, HTML as it is kept beside the test.

`MATCALC_GOLDEN=write` writes the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import preview

GOLDEN = Path(__file__).parent / "golden"

PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "mathml": ("```derive\nlabel: ls\ntitle: Least squares\ndf/dx\n```\n\nSee \\eqref{ls}.\n", {}),
    "mathjax": (
        "```derive\ndf/dx\nremark: For $a < b$ & more.\n```\n",
        {"math": "mathjax", "rulebook_url": "rules.html"},
    ),
    "none": ("```derive\ndf/dx\n```\n", {"math": "none"}),
    "shown": ("```derive\nnumber: all\nshow: source, code\ndf/dx  # <x>\n```\n", {"math": "katex"}),
    "mistake": ("Text\n\n```derive\nlet x in R^n\nf = x < oops\n```\n", {}),
    "rules": ("# Rules\n\n[MATCALC-RULES]\n\nText\n", {"math": "katex"}),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_was(name: str, render) -> None:
    source, options = PAGES[name]
    # How a formula is set is the matter of math-core, whose versions differ.
    html = re.sub(r"<math\b.*?</math>", "<math></math>", render(source, "toc", **options)) + "\n"
    path = GOLDEN / f"{name}.html"
    if os.environ.get("MATCALC_GOLDEN") == "write":
        path.write_text(html, encoding="utf-8")
    assert html == path.read_text(encoding="utf-8")


class _Balance(HTMLParser):
    VOID = frozenset(["wbr", "hr", "br", "img", "mspace", "input"])

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_leaves_no_mark_of_ours(name: str, render) -> None:
    source, options = PAGES[name]
    html = render(source, **options)
    parser = _Balance()
    parser.feed(html)
    assert not parser.open
    assert len(parser.ids) == len(set(parser.ids))
    assert not re.search(
        r"matcalc-(?:ref|number) (?:command|anchor)|<matcalc-ref|<matcalc-number|data-matcalc-block|\x02|\x03", html
    )


def test_tex_is_escaped_and_marked_for_the_renderer(render) -> None:
    html = render(*PAGES["mathjax"][:1], math="mathjax")
    assert '<span class="arithmatex">\\(a &lt; b\\)</span> &amp; more.' in html
    assert '<span class="arithmatex">\\(\\displaystyle \\mathrm{d}f\\)</span>' in html


def test_formulas_are_kept_from_the_search_and_words_are_not(render) -> None:
    html = render("```derive\ntitle: Least squares\ndf/dx\n```\n")
    kept = re.sub(r"<div[^>]*data-search-exclude>.*?</div>", "", preview.without(html))
    assert "<mi>" not in kept.replace("<math><mn>1</mn>", "").partition("numerator layout")[0]
    assert "Least squares" in kept
    assert "product rule" in kept


def test_hand_written_formulas_are_set_where_no_renderer_is_loaded(fake_engine) -> None:  # noqa: ARG001
    import markdown

    me = "mkdocs_matcalc.publish.extension"
    source = "Here $x_1 < 2$ and\n\n$$\n\\frac12\n$$\n\n`$x$` and $\\nonsense$\n"
    config = {"pymdownx.arithmatex": {"generic": True}}
    html = markdown.markdown(source, extensions=[me, "pymdownx.arithmatex"], extension_configs=config)
    assert "<math><msub><mi>x</mi><mn>1</mn></msub><mo>&lt;</mo><mn>2</mn></math>" in html
    assert '<div class="matcalc-display"><math display="block"><mfrac>' in html
    assert "<code>$x$</code>" in html
    assert '<span class="arithmatex">\\(\\nonsense\\)</span>' in html
    left = markdown.markdown(
        source, extensions=[me, "pymdownx.arithmatex"], extension_configs={**config, me: {"math": "katex"}}
    )
    assert "<math" not in left
