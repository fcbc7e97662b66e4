"""Commands that a page defines are spelled out where its renderer would not know them, and nothing grows of it."""

from __future__ import annotations

import re
import time

import markdown
import pytest

from mkdocs_matcalc.publish import macros
from mkdocs_matcalc.publish.macros import Macro

ME = "mkdocs_matcalc.publish.extension"


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        (r"\newcommand{\vx}{\mathbf{x}}", {r"\vx": Macro(r"\mathbf{x}")}),
        (r"\newcommand\R{\mathbb R} \renewcommand{ \vec } [1] {\mathbf{#1}}", {r"\R": Macro(r"\mathbb R"), r"\vec": Macro(r"\mathbf{#1}", 1)}),
        (r"\def\v#1#2{#2^{#1}}\gdef\w{\{}", {r"\v": Macro("#2^{#1}", 2), r"\w": Macro(r"\{")}),
        (r"\newcommand{\o}[2][z]{#1^{#2}}", {r"\o": Macro("#1^{#2}", 2, "z")}),
        (r"\DeclareMathOperator{\Tr}{Tr}\DeclareMathOperator*{\am}{arg\,min}", {r"\Tr": Macro(r"\operatorname{Tr}"), r"\am": Macro(r"\operatorname*{arg\,min}")}),
        (r"\providecommand{\|}{x}", {r"\|": Macro("x")}),
        (r"\def\b(#1){x}\newcommand{\a}{\newcommand{x}{y}\newcommand\n[1]", {}),
        (r"\newcommandx{\a}{b}\define{x}", {}),
    ],
)  # fmt: skip
def test_definitions_are_read(tex: str, found: dict[str, Macro]) -> None:
    assert {each.name: each.macro for each in macros.definitions(tex)} == found
    if found:
        assert not macros.without(tex).strip()


KNOWN = {
    r"\R": Macro(r"\mathbb R"), r"\vx": Macro(r"\mathbf{x}"), r"\v": Macro(r"\mathbf#1", 1), r"\o": Macro("#1^{#2}", 2, "z"), r"\d": Macro("#1#1", 1),
    r"\a": Macro(r"\a\a"), r"\al": Macro(r"\alpha"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"\vx \in \R^n", r"\mathbf{x} \in \mathbb R^n"),
        (r"\v x\v{yz}\v\vx", r"\mathbf x\mathbf yz\mathbf\mathbf{x}"),
        (r"\o{2}\o[q] 3", "z^{2}q^{3}"),
        (r"\d{\d{\d x}}", "x" * 8),
        (r"\al b\al\beta", r"\alpha b\alpha\beta"),
        (r"\text{a b} + \Rx", r"\text{a b} + \Rx"),
        (r"\newcommand{\q}{\vx} \vx", r" \mathbf{x}"),
        (r"\v", r"\v"), (r"{\v}", r"{\v}"), (r"\v{", r"\v{"), (r"\o[", r"\o["), (r"\a", r"\a"),
    ],
)  # fmt: skip
def test_commands_are_spelled_out(tex: str, made: str) -> None:
    assert macros.spelled(tex, KNOWN) == made


@pytest.mark.parametrize(
    "tex",
    [
        r"\newcommand{\a}{" * 20_000, r"\newcommand{\a}[2][x" * 20_000, r"\v{" * 20_000, r"\d{" * 20_000 + "}" * 20_000, r"\a" * 20_000, r"\vx" * 20_000,
        r"\def\a#1" * 20_000, "{" * 50_000 + r"\newcommand\a{x}", r"\o[" * 20_000,
    ],
)  # fmt: skip
def test_nothing_takes_long_or_grows(tex: str) -> None:
    begun = time.perf_counter()
    macros.definitions(tex)
    assert len(macros.spelled(tex, KNOWN)) <= max(len(tex), macros.LENGTH)
    assert time.perf_counter() - begun < 3


PAGE = r"""# Commands

$$\newcommand{\vx}{\mathbf{x}} \newcommand{\norm}[1]{\lVert #1 \rVert}$$

Inline $\norm{\vx}^2$ and a definition alone $\def\zz{z}$.

$$ \norm{\vx} = \zz \label{n} $$

`\newcommand{\code}{c}`

[equations]
"""


def convert(source: str, renderer: str) -> str:
    return markdown.markdown(
        source,
        extensions=[ME, "pymdownx.arithmatex", "pymdownx.superfences"],
        extension_configs={ME: {"math": renderer}, "pymdownx.arithmatex": {"generic": True}},
    )


@pytest.mark.parametrize("renderer", ["mathml", "katex", "mathjax"])
def test_a_definition_holds_for_the_page(renderer: str, caplog) -> None:
    html = convert(PAGE, renderer)
    formulas = re.sub(r"<code>.*?</code>", "", html)
    if renderer == "mathjax":
        assert r"\newcommand{\vx}" in formulas  # it keeps them
    else:
        assert not re.findall(r"\\(?:vx|norm|zz|newcommand|def)\b", formulas)
        assert '<div class="arithmatex">\\[' in formulas or renderer == "mathml"
    if renderer == "katex":
        assert r"\(\lVert \mathbf{x} \rVert^2\)" in formulas
    listed = html.partition("matcalc-equations")[2]
    assert r"\vx" not in listed
    assert "of one page only" in caplog.text
    assert caplog.text.count("WARNING") == 1


@pytest.mark.parametrize("renderer", ["mathml", "katex", "mathjax"])
def test_a_preview_on_another_page_does_not_need_the_definition(renderer: str, site) -> None:
    built = site(
        {"a.md": PAGE.replace("[equations]", ""), "b.md": "# B\n\nSee \\eqref{n}.\n\n[equations]\n"},
        f"plugins: [matcalc: {{math: {renderer}}}]\nextra_javascript: [{'' if renderer == 'mathml' else renderer}.js]\n"
        "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\n",
    )
    assert not built.warnings
    html = built.html("b/index.html")
    assert r"\vx" not in html
    assert "<math" in html


def test_what_cannot_be_spelled_out_is_told(caplog) -> None:
    convert("# A\n\n$$\\let\\old\\vec \\old x$$\n\n$\\def\\v(#1){#1}\\v(x)$\n", "mathml")
    assert "line 3: a formula cannot be set in MathML and is left as TeX: \\let defines a command" in caplog.text
    assert "line 5: a formula cannot be set in MathML and is left as TeX: \\def defines a command" in caplog.text
