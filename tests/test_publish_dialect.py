"""TeX of authors in the words of each renderer; what a renderer has no word for is told."""

from __future__ import annotations

import re
import unicodedata

import markdown
import pytest

from mkdocs_matcalc.publish import dialect, equation, native

ME = "mkdocs_matcalc.publish.extension"
SCRIPTS = ("mathjax", "katex")


@pytest.mark.parametrize("name", ["equation", "align", "gather", "alignat", "flalign", "multline", "eqnarray"])
@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
def test_nothing_numbers_lines_but_us(name: str, renderer: str) -> None:
    columns = "{2}" if name == "alignat" else ""
    for tex in (
        rf"\begin{{{name}}}{columns} a \\ b \end{{{name}}}",
        rf"\begin{{{name}*}}{columns} a \\ b \end{{{name}*}}",
    ):
        made = dialect.adapted(tex, renderer)
        assert rf"\begin{{{name}}}" not in made
        assert made == dialect.adapted(made, renderer)
        assert not dialect.lacking(made, renderer)
        if renderer == "mathml":
            found = native.mathml(made, display=True, by_hand=True)
            assert not found.why
            assert "<mtext>(1)</mtext>" not in found.mathml


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{split} a &= b \\ &= c \end{split}",
        r"\begin{subequations} \begin{align} a &= b \\ c &= d \end{align} \end{subequations}",
        r"\begin{alignedat}{2} a &= b & c &= d \end{alignedat}",
        r"\begin{multlined} a \\ b \end{multlined}",
        r"\begin{displaymath} x \end{displaymath}",
        r"\begin{pmatrix*}[r] -1 \\ 2 \end{pmatrix*}",
        r"\left(\begin{smallmatrix} a & b \end{smallmatrix}\right)",
        r"\begin{aligned}[t] a \end{aligned}",
        r"\sum_{\substack{i<n \\ {j<m}}} a",
        r"\cancel{x} + \bcancel{y} + \xcancel{z}",
        r"x \tag{A}",
        r"\begin{aligned} a &= b \end{aligned} \tag{A}",
        r"\text{if $x>0$}",
        r"x_{\text{if \(x>0\) or $y$ and}}^2",
        r"\begin{cases} 1 & \text{if $x_{\text{max $k$}}$} \end{cases}",
        r"\mbox{if $x$}",
    ],
)
def test_what_mathml_has_other_words_for_is_set(tex: str) -> None:
    made = native.mathml(dialect.adapted(tex, "mathml"), display=True, by_hand=True)
    assert not made.why
    assert "[t]" not in made.mathml
    assert "$" not in made.mathml


def test_text_between_formulas_is_text_and_a_formula_in_text_is_one() -> None:
    made = native.mathml(dialect.adapted(r"\text{if $x$ or $y$}", "mathml"), display=True, by_hand=True).mathml
    assert re.findall(r"<(\w+)>([^<]+)</", made) == [
        ("mtext", "if\u00a0".encode("latin-1").decode("latin-1")), ("mi", "x"), ("mtext", "\u00a0or\u00a0"), ("mi", "y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tex",
    [
        "\\",
        r"\text{$",
        r"\text{a $x}",
        r"\text{a {$b$} c}",
        r"}}}",
        r"\substack",
        r"\begin{align",
        r"\end{align}",
        "$",
        r"\tag",
        r"\text {",
        r"\label{",
    ],
)
@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
def test_what_is_no_formula_ends_in_words(tex: str, renderer: str) -> None:
    made = dialect.adapted(tex, renderer)
    assert native.mathml(made, display=True, by_hand=True) is not None


@pytest.mark.parametrize("renderer", SCRIPTS)
def test_most_formulas_are_left_alone(renderer: str) -> None:
    for tex in (
        r"\frac{a}{b} + \text{if $x$}",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"a \label{x}"[:2],
        r"\begin{aligned}[t] a \end{aligned}",
    ):
        assert dialect.adapted(tex, renderer) == tex


def convert(source: str, renderer: str) -> str:
    return markdown.markdown(
        source,
        extensions=[ME, "pymdownx.arithmatex", "pymdownx.superfences"],
        extension_configs={ME: {"math": renderer}, "pymdownx.arithmatex": {"generic": True}},
    )


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
def test_a_formula_without_a_label_has_no_number_on_a_page(renderer: str, caplog) -> None:
    html = convert(
        '$$x \\label{a}$$\n\n\\begin{align} a &= b \\\\ \\text{"c"} &< d \\end{align}\n\nSee \\eqref{a}.\n', renderer
    )
    assert re.findall(r"\((\d)\)", re.sub(r"<matcalc-preview.*?</matcalc-preview>", "", html)) == ["1", "1"]
    if renderer != "mathml":
        assert '\\begin{align*} a &amp;= b \\\\ \\text{"c"} &amp;&lt; d \\end{align*}' in html
    assert not caplog.text


@pytest.mark.parametrize("name", ["intertext{and}", "unicode{65}", "cancelto{0}{x}"])
def test_what_katex_has_no_word_for_is_told(name: str, caplog) -> None:
    convert(f"# A\n\n$$\na \\{name}\n$$\n\n$$ b \\{name} \\label{{b}} $$\n", "katex")
    lines = [line.partition("page.py:")[2].partition(" ")[2] for line in caplog.text.splitlines()]
    command = name.partition("{")[0]
    assert [line.partition(", which")[0] for line in lines] == [
        f"line 7: a formula has \\{command}", f"line 4: a formula has \\{command}",
    ]  # fmt: skip
    caplog.clear()
    convert(f"$a \\{name}$\n", "mathjax")
    assert not caplog.text


def test_an_environment_that_katex_lacks_is_told(caplog) -> None:
    convert("\\begin{dcases*} a \\end{dcases*}\n", "katex")
    assert "line 1: a formula has the environment dcases*, which KaTeX does not know" in caplog.text


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
@pytest.mark.parametrize("name", ["align", "gather", "alignat", "flalign", "eqnarray"])
def test_the_number_of_one_labelled_line_stands_on_its_line(name: str, renderer: str) -> None:
    columns = "{1}" if name == "alignat" else ""
    at = "" if name == "gather" else "&"
    html = convert(
        f"\\begin{{{name}}}{columns} a {at}= b \\\\ c {at}= d \\label{{x}} \\\\ e {at}= f \\end{{{name}}}\n", renderer
    )
    assert "matcalc-tag" not in html
    if renderer == "mathml":
        rows = re.findall(r"<mtr>.*?</mtr>", html)
        assert ["(1)" in row for row in rows] == [False, True, False]
    else:
        assert re.search(r"d +\\tag\{1\} \\\\ +e", html)


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
def test_the_lines_of_subequations_have_letters(renderer: str, caplog) -> None:
    html = convert(
        "$$ x \\label{x} $$\n\n\\begin{subequations}\\label{all}\n\\begin{align} a &= b \\label{one} \\\\ c &= d \\\\ e &= f \\notag"
        " \\\\ g &= h \\label{two} \\end{align}\n\\end{subequations}\n\n$$ y \\label{y} $$\n\n"
        "\\eqref{all}, \\eqref{one}, \\eqref{two}, \\cref{one,two}, \\eqref{y}\n",
        renderer,
    )
    shown = [re.sub(r"<matcalc-preview.*?</matcalc-preview>", "", part) for part in html.rpartition("<p>")[::2]]
    assert re.findall(r">(\(\w+\))</a>", shown[1]) == ["(2)", "(2a)", "(2c)", "(2a)", "(2c)", "(3)"]
    tags = re.findall(r"<mtext>\((\w+)\)" if renderer == "mathml" else r"\\tag\{(\w+)\}", shown[0])
    assert tags == ["2a", "2b", "2c"]
    assert all(f'id="{label}"' in html for label in ("all", "one", "two"))
    assert not caplog.text


@pytest.mark.parametrize("name", ["equation", "split", "aligned"])
def test_a_second_label_of_one_number_is_told(name: str, render, caplog) -> None:
    render(f"$$\\begin{{{name}}} a \\label{{a}} \\\\ b \\label{{b}} \\end{{{name}}}$$\n")
    assert "line 1: the label 'b' has no number" in caplog.text
    assert "'a'" not in caplog.text


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (r"\begin{eqnarray} a &=& b \label{a} \\ &\le& c \end{eqnarray}", ["a &= b", "&\\le c"]),
        (r"\begin{align} a &= b \label{a} \\ c. \end{align}.", ["a &= b", "c. ."]),
        (r"\begin{align} a &= \{ b \label{a} \\ \begin{array}{c} x \\ y \end{array} & \\[2pt] \end{align}", [r"a &= \{ b", r"\begin{array}{c} x \\ y \end{array} &"]),
    ],
)  # fmt: skip
def test_lines_are_what_the_author_wrote(source: str, rows: list[str]) -> None:
    found = equation.read(source)
    assert found is not None
    assert [part.tex.split() for part in found.parts] == [row.split() for row in rows]


PARAGRAPHS = [
    ("Text before\n$$ a \\label{a} $$\nand after\n$$\nb \\label{b}\n$$\nend", ["Text before", "a", "and after", "b", "end"]),
    ("$$ a \\label{a} $$\n$$ b \\label{b} $$", ["a", "b"]),
    ("$$ a \\label{a} $$ $$ b \\label{b} $$", ["a", "b"]),
    ("\\[ a \\label{a} \\]\n$$ x $$\n\\begin{align} b \\label{b} \\end{align}", ["a", "$$ x $$", "b"]),
    ("words $$ a \\label{a} $$", ["words $$ a \\label{a} $$"]),
    ("$$ a \\label{a} $$ words", ["$$ a \\label{a} $$ words"]),
    ("$$ a \\label{a}", ["$$ a \\label{a}"]),
    ("$$ a $$\nno label", ["$$ a $$\nno label"]),
]  # fmt: skip


@pytest.mark.parametrize(("paragraph", "found"), PARAGRAPHS)
def test_a_paragraph_is_equations_and_text(paragraph: str, found: list[str]) -> None:
    said = [piece.equation.labels[0] if piece.equation else piece.text for piece in equation.pieces(paragraph)]
    assert said == found or (not said and found == [paragraph])
    for piece in equation.pieces(paragraph):
        assert (
            paragraph.split("\n")[piece.line].lstrip(" ").startswith(piece.text.split("\n")[0][:3])
            or "$$ $$" in paragraph
        )


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
def test_an_equation_between_lines_of_text_has_a_number_and_its_place(renderer: str, caplog) -> None:
    source = (
        "# H\n\nText\n$$ a \\label{a} $$\nafter\n$$ b \\label{b} $$\n\n- item\n  $$ c \\label{c} $$\n- other\n\n> quote\n> $$ d \\label{d} $$\n\n"
        "!!! note\n    words\n    $$ e \\label{e} $$\n\n\\eqref{a} \\eqref{b} \\eqref{c} \\eqref{d} \\eqref{e}\n"
    )
    html = markdown.markdown(
        source,
        extensions=[ME, "admonition", "pymdownx.arithmatex"],
        extension_configs={ME: {"math": renderer}, "pymdownx.arithmatex": {"generic": True}},
    )
    assert re.findall(r'class="matcalc-number" href="#(\w)">\((\d)\)', html) == [*zip("abcde", "12345", strict=True)]
    assert re.search(
        r"<p>Text</p>\s*<div class=\"matcalc-equation\"[^>]* id=\"a\"|<p>Text</p>\s*<div [^>]*id=\"a\"", html
    )
    assert "<p>after</p>" in html
    assert html.count("<li>") == 2
    assert html.count("<blockquote>") == 1
    assert "\\label" not in html
    assert not caplog.text


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"\boldsymbol{\theta}^\top\boldsymbol\mu", "𝜽^\\top𝝁"),
        (r"\boldsymbol{\Sigma}\bm{\Sigma}\bm x\boldsymbol{h}", "𝚺𝚺𝒙𝒉"),
        (r"\boldsymbol{\epsilon}\boldsymbol{\varepsilon}\boldsymbol{\phi}\boldsymbol{\varphi}", "𝝐𝜺𝝓𝝋"),
        (r"\boldsymbol{0}\boldsymbol{\nabla}", "𝟎𝛁"),
        (r"\boldsymbol{x + y}\bmod 2\mathbf{x}", r"\boldsymbol{x + y}\bmod 2\mathbf{x}"),
    ],
)
def test_bold_letters_are_characters_where_mathjax_would_load_a_command(tex: str, made: str) -> None:
    assert dialect.adapted(tex, "mathjax") == made
    assert dialect.adapted(tex, "katex") == tex


def test_every_greek_letter_that_is_published_has_a_bold_character() -> None:
    from mkdocs_matcalc.emit.names import GREEK, latex_name

    for name, letter in GREEK.items():
        made = dialect.bold(latex_name(name, "vector"))
        known = unicodedata.normalize("NFKC", made)
        assert known in (letter, {"ε": "ϵ", "φ": "ϕ"}.get(letter), rf"\mathbf{{{letter}}}", r"\mathbf{o}"), name
        assert "boldsymbol" not in made


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("```text\n$$ x \\label{a} $$\n```", 7, "the one on line 4 stands in code or in a comment"),
        ("<!--\n$$ x \\label{a} $$\n-->", 7, "the one on line 4 stands in code or in a comment"),
        ("    $$ x \\label{a} $$", 4, "the one on line 3 stands in code or in a comment"),
        ("Say `$$ x \\label{a} $$`.", 5, "the one on line 3 stands in code or in a comment"),
        ("```math\nx \\label{a}\n```", 4, "the label 'a' has no number: a labelled equation"),
        ("Inline $x \\label{a}$.", 3, "the label 'a' has no number: a labelled equation"),
        ("Inline \\(x \\label{a}\\).", 3, "the label 'a' has no number: a labelled equation"),
        ("Words $$ x \\label{a} $$ and words.", 3, "the label 'a' has no number: a labelled equation"),
        ("| a |\n| --- |\n| $x \\label{a}$ |", 3, "the label 'a' has no number: a labelled equation"),
        ("$$ x\n\ny \\label{a} $$", 5, "the label 'a' has no number: a labelled equation"),
    ],
)
def test_a_label_that_nothing_numbers_is_told_once(source: str, line: int, words: str, renderer: str, caplog) -> None:
    import pymdownx.arithmatex as arithmatex

    fences = {
        "custom_fences": [
            {"name": "math", "class": "arithmatex", "format": arithmatex.arithmatex_fenced_format(mode="generic")}
        ]
    }
    text = (
        f"# A\n\n{source}\nSee \\eqref{{a}} and \\eqref{{a}}.\n"
        if source.startswith(" ")
        else f"# A\n\n{source}\n\n\\eqref{{a}}\n"
    )
    markdown.markdown(
        text,
        extensions=[ME, "pymdownx.arithmatex", "pymdownx.superfences", "tables"],
        extension_configs={
            ME: {"math": renderer},
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.superfences": fences,
        },
    )
    told = [each for each in caplog.messages if "'a'" in each]
    assert len(told) == 1, told
    assert words in told[0]
    assert told[0].startswith(f"line {line}: ")


@pytest.mark.parametrize("renderer", ["mathml", *SCRIPTS])
@pytest.mark.parametrize(
    "tex",
    [
        r"f = \text{if $x>0$ then}",
        r"\begin{cases} 1 & \text{if $x>0$ or $y$} \end{cases}",
        r"x_{\text{a $\mathbf{c}$}}",
        r"\text{a $\text{b $c$}$}",
        r"\mbox{$a$}",
    ],
)
def test_a_formula_with_formulas_in_its_text_is_one(tex: str, renderer: str, caplog) -> None:
    html = convert(f"It is ${tex}$, and ${tex}$ with $5 and $6.\n", renderer)
    assert html.count("matcalc-inline" if renderer == "mathml" else 'class="arithmatex"') == 2
    assert html.endswith("with $5 and $6.</p>")
    assert renderer == "mathml" or tex in html.replace("&gt;", ">").replace("&amp;", "&") or "\\text{$a$}" in html
    assert not caplog.text


@pytest.mark.parametrize(
    "text",
    [r"$\text{if $x", r"\text{$x$} $5 and $6$", r"a $b \text{c} d$ e", r"$\text{a}$", "$" * 50, r"$\text{" * 400],
)
def test_other_formulas_are_what_arithmatex_makes_of_them(text: str) -> None:
    def made(*extensions: str) -> str:
        return markdown.markdown(
            text, extensions=["pymdownx.arithmatex", *extensions],
            extension_configs={ME: {"math": "mathjax"}, "pymdownx.arithmatex": {"generic": True}},
        )  # fmt: skip

    assert made(ME) == made()


def test_without_arithmatex_a_dollar_sign_is_one() -> None:
    assert markdown.markdown(r"$f = \text{if $x>0$ then}$", extensions=[ME]) == r"<p>$f = \text{if $x&gt;0$ then}$</p>"
