"""Labelled equations that are written by hand are numbered with the derivations."""

from __future__ import annotations

import re

import markdown
import pytest

from mkdocs_matcalc.publish import equation, outline, preview

ME = "mkdocs_matcalc.publish.extension"
BLOCK = "```derive\nlabel: ls\ndf/dx\n```\n"


@pytest.mark.parametrize(
    ("source", "labels", "environment"),
    [
        ("$$ x = y \\label{a} $$", ["a"], ""),
        ("$$\nx = y\n\\label{a}\n$$", ["a"], ""),
        ("\\[ x \\label{a} \\]", ["a"], ""),
        ("\\begin{equation}\\label{a} x \\end{equation}", ["a"], ""),
        ("$$\\begin{align} a &= b \\label{a} \\\\ c &= d \\label{b}\\end{align}$$", ["a", "b"], "align*"),
        ("\\begin{align*} a &= b \\\\ c &= d \\label{b}\\end{align*}", ["b"], "align*"),
        ("\\begin{gather} a \\label{a} \\\\[2pt] \\begin{pmatrix}1\\\\2\\end{pmatrix} \\label{b}\\end{gather}", ["a", "b"], "gather*"),
    ],
)  # fmt: skip
def test_an_equation_with_a_label_is_read(source: str, labels: list[str], environment: str) -> None:
    found = equation.read(source)
    assert found is not None
    assert (found.labels, found.environment) == (labels, environment)
    assert "\\label" not in found.tex(lambda _: "7")


@pytest.mark.parametrize("source", ["$$ x $$", "x $$ y \\label{a} $$", "$$ x \\label{a} $$ y", "text \\label{a}", ""])
def test_anything_else_is_not(source: str) -> None:
    assert equation.read(source) is None


def test_each_labelled_line_has_its_tag() -> None:
    found = equation.read("\\begin{align} a &= b \\label{a} \\\\ & + c \\\\ &= d \\tag{A} \\label{b}\\end{align}")
    assert found is not None
    tags = {"a": "1", "": "", "b": "A"}
    assert found.tex(lambda part: tags[part.label]) == (
        r"\begin{align*}a &= b \tag{1} \\ & + c \\ &= d \tag{A}\end{align*}"
    )


def test_a_source_has_its_equations_references_and_title() -> None:
    seen = outline.outline(
        "---\nx: 1\n---\n# A *title*\n\nSee \\cref{a, b} but not `\\eqref{c}`.\n\n- $$ x \\label{a} $$\n\n"
        "Text $x \\label{stray}$.\n\n<!--\n$$ x \\label{no} $$\n-->\n\n    $$ x \\label{code} $$\n\n" + BLOCK
    )
    assert seen.title == "A title"
    assert [(item.line, item.text) for item in seen.items] == [(8, "a"), (18, "label: ls\ndf/dx")]
    assert [(use.line, use.label) for use in seen.uses] == [(6, "a"), (6, "b")]
    assert [(use.line, use.label) for use in seen.astray] == [(10, "stray")]


SOURCE = f"# E\n\n$$ x = y \\label{{a}} $$\n\n{BLOCK}\n\\begin{{align}} u &= v \\label{{b}} \\\\ s &= t \\label{{c}}\\end{{align}}\n\n"
REFERENCES = "\\cref{a,ls,b,c} and $z \\overset{\\eqref{ls.1}}{=} w \\text{ by \\eqref{b}}$\n"


def convert(source: str, renderer: str, *extensions: str) -> str:
    return markdown.markdown(
        source,
        extensions=[ME, *extensions],
        extension_configs={ME: {"math": renderer}, "pymdownx.arithmatex": {"generic": True}},
    )


@pytest.mark.parametrize("extensions", [(), ("pymdownx.arithmatex",)])
@pytest.mark.parametrize("renderer", ["mathml", "mathjax", "katex", "none"])
def test_equations_and_derivations_are_one_sequence(renderer: str, extensions, fake_engine) -> None:  # noqa: ARG001
    html = convert(SOURCE + REFERENCES, renderer, *extensions)
    assert '<div class="matcalc-equation" id="a">' in html
    assert '<a class="matcalc-number" href="#a">(1)</a>' in html
    assert '<a class="matcalc-number" href="#ls">(2)</a>' in html
    assert '<div class="matcalc-equation" id="b">' in html
    assert '<span id="c"></span>' in html
    assert re.search(r"eqs\.&nbsp;.*>\(1\)</a>.*–.*>\(4\)</a>", html)
    assert "\\label" not in html
    if renderer == "mathml":
        assert "<mtext>(3)</mtext>" in html
    else:
        assert "\\tag{3}" in html


def test_formulas_refer_to_derivations(fake_engine) -> None:  # noqa: ARG001
    made = {r: convert(SOURCE + REFERENCES, r, "pymdownx.arithmatex") for r in ("mathml", "mathjax", "katex")}
    inline = preview.without(made["mathml"].rpartition("<p>")[2])
    assert re.search(
        r'<mtext><span><span class="matcalc-aided"><a class="matcalc-ref" [^>]*href="#ls.1">\(2a\)</a>', inline
    )
    assert re.search(r'by[^<]*<span class="matcalc-aided"><a class="matcalc-ref" [^>]*href="#b">\(3\)</a>', inline)
    for renderer in ("mathjax", "katex"):
        assert "\\overset{\\text{(2a)}}{=} w \\text{ by (3)}" in made[renderer]


def test_a_reference_in_a_formula_to_nothing_is_a_warning(render, caplog) -> None:
    render("$$ x = \\eqref{gone} \\label{a} $$\n")
    assert "line 1: no equation of this page has the label 'gone'" in caplog.text


def test_a_label_where_no_number_can_be_is_a_warning(render, caplog) -> None:
    render("# A\n\nText $x \\label{b}$\n")
    assert "line 3: the label 'b' has no number: a labelled equation stands on lines of its own" in caplog.text


def test_a_list_of_the_equations(render) -> None:
    html = render(f"{SOURCE}[equations]\n")
    listed = html.partition('<div class="matcalc-equations">')[2]
    assert re.findall(r'href="(#[^"]+)">(\(\d\))</a><span class="matcalc-equations-formula"', listed) == [
        ("#a", "(1)"), ("#ls", "(2)"), ("#b", "(3)"), ("#c", "(4)"),
    ]  # fmt: skip
    assert "matcalc-equations" not in render("[equations] in a text\n")


def test_no_tex_of_a_renderer_that_lacks_it_reaches_the_page(fake_engine) -> None:  # noqa: ARG001
    for renderer in ("mathjax", "katex"):
        html = convert(SOURCE + REFERENCES, renderer, "pymdownx.arithmatex")
        assert not re.findall(r"\\(?:label|eqref|ref|cref|intertext|bm|coloneqq)\b", html)
