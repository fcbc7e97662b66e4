"""TeX to what a page shows, and which renderer a site loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import detect, mathml
from mkdocs_matcalc.publish.settings import Settings


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        ("a + b - c", ["a ", "+ b ", "- c"]),
        ("= -x + y", ["= -x ", "+ y"]),
        (r"= 2(a+b) + x^{a+b} \left( a + b \right) - \bigl( x - y\bigr)", 3),
        (r"= \lVert a + b \rVert^2 + \frac{a+b}{c-d} -\tfrac12", 3),
        (r"a \odot -b + \begin{pmatrix} a + b & c\end{pmatrix}", 2),
        (r"a^+ b^{-1} x_- c", 1),
        (r"\lvert a + b \rvert + c", 2),
        ("", 1),
    ],
)
def test_a_formula_breaks_before_its_terms_only(tex: str, parts: int | list[str]) -> None:
    found = mathml.terms(tex)
    assert "".join(found) == tex
    assert found == parts if isinstance(parts, list) else len(found) == parts


def test_a_term_keeps_the_space_around_its_operator() -> None:
    made = mathml.breakable("= a + b", "mathml")
    assert made.count("<math") == 2
    assert "<wbr>" in made
    assert "<mrow></mrow><mo>+</mo>" in made


def test_what_cannot_be_set_is_shown_as_it_is() -> None:
    assert mathml.formula(r"\nonsense <", "mathml") == r"<code>\nonsense &lt;</code>"


def test_a_sentence_holds_formulas_between_dollar_signs() -> None:
    assert mathml.sentence("a < b: $x$ costs \\$3", "katex") == (
        'a &lt; b: <span class="arithmatex">\\(x\\)</span> costs \\$3'
    )


@pytest.mark.parametrize(
    ("scripts", "renderer"),
    [
        ([], "mathml"),
        (["javascripts/extra.js"], "mathml"),
        (["https://example.org/npm/mathjax@4/tex-mml-chtml.js"], "mathjax"),
        (["js/MathJax.js"], "mathjax"),
        (["https://example.org/KaTeX/0.19/katex.min.js", "auto-render.min.js"], "katex"),
    ],
)
def test_a_renderer_is_known_by_the_address_of_its_script(scripts: list[str], renderer: str) -> None:
    assert detect.renderer(scripts) == renderer


@pytest.mark.parametrize(
    ("text", "renderer"),
    [("window.MathJax = {}", "mathjax"), ("renderMathInElement(document.body)", "katex"), ("alert(1)", "mathml")],
)
def test_a_renderer_is_known_by_a_local_script_or_template(tmp_path: Path, text: str, renderer: str) -> None:
    (tmp_path / "math.js").write_text(text)
    assert detect.renderer(["math.js", "missing.js"], tmp_path) == renderer
    overrides = tmp_path / "overrides" / "partials"
    overrides.mkdir(parents=True)
    (overrides / "head.html").write_text(f"<script>{text}</script>")
    assert detect.renderer([], tmp_path, tmp_path / "overrides") == renderer


def test_settings_are_told_by_words() -> None:
    settings = Settings().updated({"layout": " mixed ", "show": "source, code", "title": "x"})
    assert (settings.layout, settings.show, settings.renderer) == ("mixed", ("source", "code"), "mathml")
    assert settings.updated({"show": ["code"]}).show == ("code",)
    assert settings.updated({"show": ""}).show == ()
    with pytest.raises(ValueError, match="layout takes one of numerator"):
        settings.updated({"layout": "mixed numerator"})


def test_notes_stand_beside_the_formulas_and_not_in_them(render) -> None:
    """A column of notes, and tags, would be set ragged: they are text of the page."""
    html = render("```derive\nlabel: ls\nnumber: all\ndf/dx\n```\n")
    for made in re.findall(r"<math.*?</math>", html):
        assert "<mtable" not in made
        assert "product rule" not in made
    assert html.count('<div class="matcalc-note">') == html.count('<div class="matcalc-tag">') == 5
