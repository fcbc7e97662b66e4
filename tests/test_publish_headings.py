"""Formulas and references in headings are words in a table of contents, in a navigation and in a title."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import markdown
import pytest
from conftest import build_site

from mkdocs_matcalc.publish import plain

BLOCK = "```derive\nlabel: ls\ntitle: Least squares\nlet x in R^n\nd/dx x' x\n```\n"
SCRIPTS = {
    "mathml": "",
    "mathjax": "extra_javascript: [https://example.org/mathjax@4/tex-chtml.js]\n",
    "katex": "extra_javascript: [https://example.org/katex@0.16/dist/katex.min.js]\n",
}
TOC = "markdown_extensions: [attr_list, toc: {permalink: true}, pymdownx.arithmatex: {generic: true}]\n"
HEADINGS = {
    r"The norm $\|x\|^2$": "The norm ‖x‖²",
    r"The norm \(\|x\|^2\)": "The norm ‖x‖²",
    r"$\frac{\partial f}{\partial \mathbf{x}}$ of `x` & *more*": "∂f/∂x of x & more",
    r"$a < b$ and $\text{where } x$": "a < b and where x",
    r"By \eqref{ls}": "By (1)",
    r"By \cref{ls} and $x$": "By eq. (1) and x",
    r"By \autoref{ls}": "By Equation 1",
    r"By \nameref{ls}": "By Least squares",
    r"$\known^n$ of $\unknown{x}$": "known^n of unknown x",
    r"Mine $x^2$ {data-toc-label='My own'}": "My own",
    r"Costs \$5 and $6": "Costs $5 and $6",
    r"`$x$` as code": "$x$ as code",
}


def plain_text(text: str) -> str:
    return html.unescape(html.unescape(re.sub(r"<[^<>]*>", "", text))).replace("\u00a0", " ").strip()


@pytest.mark.parametrize("renderer", SCRIPTS)
@pytest.mark.parametrize("theme", ["mkdocs", "material"])
def test_contents_navigation_and_title_show_words(theme: str, renderer: str, tmp_path: Path) -> None:
    pages = {f"p{n}.md": f"# {text}\n\n## {text}\n\ntext\n" for n, text in enumerate(HEADINGS)}
    pages["index.md"] = f"# Home\n\n{BLOCK}"
    built = build_site(tmp_path, pages, TOC + SCRIPTS[renderer], theme=theme)
    assert not [warning for warning in built.warnings if "cannot be set" not in warning]
    for n, (text, words) in enumerate(HEADINGS.items()):
        page = built.html(f"p{n}/index.html")
        side = page[: page.index("<h1")] + page[page.rindex("</h1>") :]
        anchor = re.findall(r'<h2 id="([^"]*)"', page)[0]
        shown = [
            plain_text(each) for each in re.findall(rf'href="#{re.escape(anchor)}"[^>]*>(.*?)</a>', side, re.DOTALL)
        ]
        assert words in shown, text
        if "own" not in words:
            assert words in plain_text(re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0])
            assert words in [
                plain_text(each) for each in re.findall(r"<a [^>]*>(.*?)</a>", built.html("index.html"), re.DOTALL)
            ]


def test_a_title_that_the_author_gives_stays(tmp_path: Path) -> None:
    pages = {"index.md": "---\ntitle: Mine\n---\n# $x^2$\n", "b.md": "# $x^3$\n", "c.md": "text\n\n# $x^4$\n"}
    built = build_site(tmp_path, pages, f"{TOC}nav: [index.md, Named: b.md, c.md]\n")
    titles = [
        re.findall(r"<title>(.*?)</title>", built.html(page), re.DOTALL)[0]
        for page in ("index.html", "b/index.html", "c/index.html")
    ]
    assert [title.partition(" - ")[0].strip() for title in titles] == ["Test", "Named", "C"]
    assert "Mine" in built.html("b/index.html")


def test_a_heading_with_a_reference_to_what_comes_late(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text(BLOCK)
    snippets = f'{TOC[:-2]}, pymdownx.snippets: {{base_path: ["{tmp_path.as_posix()}"]}}]\n'
    pages = {"index.md": "# A\n\n## By \\eqref{ls} and $x^2$\n", "b.md": '# B\n\n--8<-- "part.md"\n'}
    built = build_site(tmp_path, pages, snippets)
    assert not built.warnings
    assert "By (1) and x²</a>" in built.html("index.html")


def test_pages_are_listed_by_their_titles_in_words(tmp_path: Path) -> None:
    pages = {
        "index.md": "# Home\n\n[equations]\n",
        "b.md": f"# The norm $\\|x\\|^2$\n\n{BLOCK}\n",
        "c.md": "# $y_1$\n\n\\eqref{ls}\n",
    }
    built = build_site(tmp_path, pages, TOC)
    assert '<a href="b/">The norm ‖x‖²</a>' in built.html("index.html")
    assert 'used in <a href="../c/#ref-ls-1">y₁</a>' in built.html("b/index.html")


def test_the_extension_alone() -> None:
    md = markdown.Markdown(
        extensions=["matcalc", "toc", "pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    md.convert("[TOC]\n\n# The norm $\\|x\\|^2$\n")
    assert [token["name"] for token in md.toc_tokens] == ["The norm ‖x‖²"]
    text = markdown.markdown("# $x$\n", extensions=["matcalc", "pymdownx.arithmatex"])
    assert "data-toc-label" not in text


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\sum_{i=1}^n x_i", "∑ᵢ₌₁ⁿ xᵢ"), (r"\hat x + \bar{y}", "x̂ + ȳ"), (r"A^{-1}B^\top", "A⁻¹Bᵀ"), (r"\log\det X", "log det X"),
        (r"\sqrt{x+1}", "√(x + 1)"), (r"\mathbb{R}^{n\times m}", "ℝ^(n×m)"), (r"x_{ij}^2", "xᵢⱼ²"), (r"e^{x^2}", "e^(x²)"),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "(a b; c d)"), (r"-x", "−x"), (r"f''", "f″"), ("", ""), ("{", ""),
    ],
)  # fmt: skip
def test_a_formula_as_plain_text(tex: str, words: str) -> None:
    assert plain.formula(tex) == words


@pytest.mark.parametrize("unit", ["$", "\\(", "$a", "\\(a", "$a\\", "a$ ", "\\", "\\)", "$$"])
def test_formulas_are_found_in_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        plain.words(text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(200_000) < 20 * max(seconds(20_000), 0.002)
