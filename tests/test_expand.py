"""`matcalc expand`: what comes out is plain Markdown that pandoc sets, and nothing else is changed."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from conftest import require_tool

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.cli.sources import blocks

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = "```derive\nlabel: ls\nlet A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx\n```"


@pytest.fixture
def expand(tmp_path):
    """Expands pages; the result by name, and the exit code."""

    def run(*options, **pages):
        source, out = tmp_path / "in", tmp_path / "out"
        source.mkdir(exist_ok=True)
        for name, text in pages.items():
            (source / f"{name}.md").write_text(text, encoding="utf-8")
        code = main(["expand", str(source), "-o", str(out), *options])
        return {p.stem: p.read_text(encoding="utf-8") for p in out.glob("*.md")}, code

    return run


def test_a_block_becomes_display_mathematics_with_a_tag(expand):
    pages, code = expand(a=f"# Page\n\nBefore.\n\n{BLOCK}\n\nBy \\eqref{{ls}}, \\ref{{ls}}, \\cref{{ls}}.\n")
    assert code == 0
    text = pages["a"]
    assert "derive" not in text
    assert text.count("$$") == 4
    assert r"\end{aligned} \tag{1}" in text
    assert text.startswith("# Page\n\nBefore.\n\n$$\n\\begin{aligned}\n")
    assert text.endswith("\\end{aligned} \\tag{1}\n$$\n\nBy (1), 1, eq.\u00a0(1).\n")


def test_text_without_blocks_stays_as_it_is(expand):
    text = "---\ntitle: x\n---\n\n# A\r\n\n`\\eqref{ls}` and\n\n    ```derive\n    d/dx x\n    ```\n\n$$ a $$\n"
    pages, code = expand(a=text)
    assert (pages["a"].replace("\r", ""), code) == (text.replace("\r", ""), 0)


def test_the_numbers_run_through_all_files_and_references_go_across(expand):
    other = BLOCK.replace("label: ls", "label: other")
    pages, code = expand(a=f"\\eqref{{other}}\n\n{BLOCK}\n", b=f"{other}\n\n\\cref{{ls,other}}\n")
    assert code == 0
    assert pages["a"].startswith("(2)\n")
    assert pages["b"].endswith("eqs.\u00a0(1) and (2)\n")


def test_every_line_can_have_a_number(expand):
    pages, _ = expand("--number", "all", a=f"{BLOCK}\n\n\\eqref{{ls.2}} \\eqref{{ls}}\n")
    assert re.findall(r"\\tag\{(\d+)\}", pages["a"]) == ["1", "2", "3", "4"]
    assert pages["a"].endswith("(2) (4)\n")
    pages, _ = expand("--number", "none", a=BLOCK)
    assert r"\tag" not in pages["a"]


def test_equations_by_hand_are_numbered_with_the_others(expand):
    pages, code = expand(
        a=f"$$ a = b \\label{{hand}} $$\n\n{BLOCK}\n\n\\eqref{{hand}}, \\eqref{{ls}}, `\\eqref{{hand}}`\n"
    )
    assert code == 0
    assert pages["a"].startswith("$$ a = b \\tag{1} $$\n")
    assert pages["a"].endswith("(1), (2), `\\eqref{hand}`\n")


def test_a_block_in_a_list_or_a_quote_stays_there(expand):
    listed = "\n".join(f"    {line}" for line in BLOCK.split("\n"))
    quoted = "\n".join(f"> {line}" for line in BLOCK.replace("label: ls", "label: b").split("\n"))
    pages, code = expand(a=f"1. one\n\n{listed}\n\n{quoted}\n")
    assert code == 0
    assert "    $$\n    \\begin{aligned}\n" in pages["a"]
    assert "> $$\n> \\begin{aligned}\n" in pages["a"]


def test_a_mistake_is_told_and_the_block_stays_readable(expand, capsys):
    pages, code = expand(a="```derive\nlet x in R^n\nd/dx x +\n```\n\n\\eqref{none}\n")
    assert code == 1
    assert "a.md:3" in (err := capsys.readouterr().err)
    assert "no block has the label 'none'" in err
    assert pages["a"] == "```text\nlet x in R^n\nd/dx x +\n```\n\n\\eqref{none}\n"


def test_a_title_cannot_become_markup(expand):
    pages, _ = expand(a=BLOCK.replace("label: ls", "title: *a* <b> $c$ [d](e)"))
    assert pages["a"].startswith("**\\*a\\* \\<b\\> \\$c\\$ \\[d\\](e)**\n")


# -- for programs that have references of their own ----------------------------------------------

PAGE = f"""# Page

\\eqref{{ls}} \\ref{{ls}} \\cref{{ls}} \\cref{{ls,hand:1}} \\autoref{{ls}} \\nameref{{ls}} \\eqref{{other}}

{BLOCK.replace("label: ls", "label: ls" + chr(10) + "title: Least *squares*")}

- item

    ```derive
    let x in R^n
    d/dx x' x
    ```

$$ a = b \\label{{hand:1}} $$

$$
\\begin{{align}} a &= b \\label{{l.1}} \\\\ c &= d \\\\ e &= f \\label{{l-1}} \\end{{align}}
$$

\\cref{{l.1,l-1}} `\\eqref{{ls}}`
"""
OTHER = "```derive\nlabel: other\nlet x in R^n\nd/dx x' x\n```\n\n\\eqref{ls}\n"

#: What stands in the text, behind each display, and before it.
FORMS = {
    "plain": (
        "(1) 1 eq.~(1) eqs.~(1) and (3) Equation~1 Least \\*squares\\* (6)",
        "$$ … \\tag{1}\n$$", "    $$ … \\tag{2}\n    $$", "$$ a = b \\tag{3} $$",
        ("$$ … \\tag{4}\n$$", "$$ … \\tag{5}\n$$"), "eqs.~(4) and (5) `\\eqref{ls}`", "(1)",
    ),
    "quarto": (
        "([-@eq-ls]) [-@eq-ls] @eq-ls eqs.~([-@eq-ls]) and ([-@eq-hand-1]) @eq-ls Least \\*squares\\* ([-@eq-other])",
        "$$ …\n$$ {#eq-ls}", "    $$ …\n    $$ {#eq-derivation-2}", "$$\na = b\n$$ {#eq-hand-1}",
        ("$$ …\n$$ {#eq-l-1}", "$$ …\n$$ {#eq-l-2}"), "eqs.~([-@eq-l-1]) and ([-@eq-l-2]) `\\eqref{ls}`", "([-@eq-ls])",
    ),
    "myst": (
        "{eq}`ls` {eq}`ls` eq.~{eq}`ls` eqs.~{eq}`ls` and {eq}`hand-1` Equation~{eq}`ls` Least \\*squares\\* {eq}`other`",
        "$$ …\n$$ (ls)", "    $$ …\n    $$ (derivation-2)", "$$\na = b\n$$ (hand-1)",
        ("$$ …\n$$ (l-1)", "$$ …\n$$ (l-2)"), "eqs.~{eq}`l-1` and {eq}`l-2` `\\eqref{ls}`", "{eq}`ls`",
    ),
    "typst": (
        ("(`@ls[]`{=typst}) `@ls[]`{=typst} eq.~(`@ls[]`{=typst}) eqs.~(`@ls[]`{=typst}) and (`@hand-1[]`{=typst}) "
        "`@ls`{=typst} Least \\*squares\\* (`@other[]`{=typst})"),
        '`#[#set math.equation(numbering: "(1)");`{=typst}\n$$ …\n$$\n`<ls>]`{=typst}',
        '    `#[#set math.equation(numbering: "(1)");`{=typst}\n    $$ …\n    $$\n    `<derivation-2>]`{=typst}',
        "$$\na = b\n$$\n`<hand-1>]`{=typst}", ("$$\n`<l-1>]`{=typst}", "$$\n`<l-2>]`{=typst}"),
        "eqs.~(`@l-1[]`{=typst}) and (`@l-2[]`{=typst}) `\\eqref{ls}`", "(`@ls[]`{=typst})",
    ),
    "github": (
        ("[(1)](#ls) [1](#ls) eq.~[(1)](#ls) eqs.~[(1)](#ls) and [(3)](#hand-1) Equation~[1](#ls) Least \\*squares\\* "
        "[(6)](b.md#other)"),
        '<a id="ls"></a>\n\n```math … \\tag{1}\n```', '    <a id="derivation-2"></a>\n\n    ```math … \\tag{2}\n    ```',
        '<a id="hand-1"></a>\n\n```math\na = b \\tag{3}\n```',
        ('<a id="l-1"></a>\n\n```math … \\tag{4}\n```', '<a id="l-2"></a>\n\n```math … \\tag{5}\n```'),
        "eqs.~[(4)](#l-1) and [(5)](#l-2) `\\eqref{ls}`", "[(1)](a.md#ls)",
    ),
    "pandoc": (
        "[(1)](#ls) [1](#ls) eq.~[(1)](#ls) eqs.~[(1)](#ls) and [(3)](#hand-1) Equation~[1](#ls) Least \\*squares\\* [(6)](#other)",
        "[]{#ls}\n$$ … \\qquad\\text{(1)}\n$$", "    []{#derivation-2}\n    $$ … \\qquad\\text{(2)}\n    $$",
        "[]{#hand-1}\n$$\na = b \\qquad\\text{(3)}\n$$",
        ("[]{#l.1}\n$$ … \\qquad\\text{(4)}\n$$", "[]{#l-1}\n$$ … \\qquad\\text{(5)}\n$$"),
        "eqs.~[(4)](#l.1) and [(5)](#l-1) `\\eqref{ls}`", "[(1)](#ls)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_program_gets_labels_and_references_of_its_own(form: str, expand) -> None:
    pages, code = expand("--for", form, a=PAGE, b=OTHER)
    assert code == 0
    page = re.sub(r"\n *\\begin\{aligned\}.*?\\end\{aligned\}", " …", pages["a"], flags=re.DOTALL).replace(
        "\u00a0", "~"
    )
    first, block, listed, hand, lines, last, other = FORMS[form]
    assert page.startswith(f"# Page\n\n{first}\n\n**Least \\*squares\\***\n\n")
    assert page.endswith(f"\n\n{last}\n")
    places = [page.index(f"{each}\n\n") for each in (block, listed, hand, *lines)]
    assert places == sorted(places)
    assert pages["b"].endswith(f"\n\n{other}\n")
    assert r"\label" not in page.replace("`", "")
    assert (r"\tag" in page) == (form in ("plain", "github"))


def test_labels_that_become_alike_stay_apart(expand) -> None:
    blocks = "\n\n".join(
        f"$$ a = {n} \\label{{{label}}} $$" for n, label in enumerate(["a:b", "a.b", "a-b", "eq:a", "eq-a"])
    )
    for form in ("quarto", "myst", "typst", "github"):
        pages, code = expand(
            "--for", form, a=blocks + "\n\n\\eqref{a:b} \\eqref{a.b} \\eqref{a-b} \\eqref{eq:a} \\eqref{eq-a}\n"
        )
        assert code == 0
        names = re.findall(r"(?:@|`|#)([\w-]+)", pages["a"].rstrip().rpartition("\n\n")[2].replace("{eq}", ""))
        assert len({name for name in names if name not in ("", "typst")}) == 5


@pytest.mark.parametrize("form", FORMS)
def test_a_reference_in_a_formula(form: str, expand, capsys) -> None:
    """It is a number where we give the numbers; where the program gives them, it can be none."""
    pages, code = expand(
        "--for", form, a=f"{BLOCK}\n\n$x$ by $y \\overset{{\\eqref{{ls}}}}{{=}} z$, costs $5 and \\eqref{{ls}}, $6.\n"
    )
    given = form in ("plain", "github", "pandoc")
    assert code == (not given)
    assert (r"$y \overset{(1)}{=} z$" in pages["a"]) == given
    assert (r"$y \overset{\eqref{ls}}{=} z$" in pages["a"]) != given
    assert ("a reference in a formula" in capsys.readouterr().err) != given
    assert pages["a"].count(r"\eqref") == (not given)


def test_an_equation_keeps_the_tag_of_its_author(expand) -> None:
    for form in FORMS:
        pages, code = expand(
            "--for", form, a="$$ a = b \\tag{A} \\label{x} $$\n\n$$ c = d \\label{y} $$\n\n\\eqref{x} \\eqref{y}\n"
        )
        assert code == 0
        if form in ("plain", "pandoc", "github"):
            assert re.search(r"\(A\).* \[?\(1\)", pages["a"].rpartition("\n\n")[2])
            assert pages["a"].count("A") == 2


# -- through pandoc -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def expanded_docs(tmp_path_factory):
    """Every block of the docs, expanded, on one page; titles that ask for a font are left out."""
    folder = tmp_path_factory.mktemp("docs")
    parts, count = [], 0
    for page in sorted(DOCS.glob("*.md")):
        found = blocks(page)
        bare = [re.sub(r"^title: .*[^\x00-\x7f].*\n", "", block.text, flags=re.MULTILINE) for block in found]
        text = "\n\n".join(f"```derive\n{each}\n```" for each in bare)
        (folder / page.name).write_text(text, encoding="utf-8")
        assert main(["expand", str(folder / page.name), "-o", str(folder / "out")]) == 0
        parts.append((folder / "out" / page.name).read_text(encoding="utf-8"))
        count += len(found)
    whole = folder / "whole.md"
    whole.write_text("\n\n".join(parts), encoding="utf-8")
    return whole, count


def test_pandoc_makes_html(expanded_docs):
    page, count = expanded_docs
    done = subprocess.run(
        [require_tool("pandoc"), str(page), "--mathjax", "-t", "html"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert not done.stderr
    assert done.stdout.count('<span class="math display">') >= count


def test_pandoc_makes_a_pdf(expanded_docs, tmp_path):
    page, _ = expanded_docs
    require_tool("pdflatex")
    pdf = tmp_path / "docs.pdf"
    subprocess.run(
        [require_tool("pandoc"), str(page), "-o", str(pdf)], capture_output=True, text=True, check=True, timeout=120
    )
    text = subprocess.run(
        [require_tool("pdftotext"), "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    )
    assert "(10)" in text.stdout
    assert r"\tag" not in text.stdout


@pytest.mark.parametrize("to", ["docx", "html", "latex"])
def test_pandoc_keeps_numbers_and_links_whatever_it_writes(to: str, expand, tmp_path) -> None:
    pandoc = require_tool("pandoc")
    expand("--for", "pandoc", a=PAGE, b=OTHER)
    out = tmp_path / f"page.{to}"
    sources = [str(tmp_path / "out" / name) for name in ("a.md", "b.md")]
    options = ["--mathml"] if to == "html" else []
    done = subprocess.run(
        [pandoc, *sources, *options, "-t", to, "-o", str(out)], capture_output=True, text=True, check=True, timeout=60
    )
    assert not done.stderr
    if to == "docx":
        text = zipfile.ZipFile(out).read("word/document.xml").decode()
        assert 'w:anchor="ls"' in text
        assert 'w:name="ls"' in text
        text = re.sub(r"<[^>]*>", "", text)
    else:
        text = out.read_text(encoding="utf-8")
    if to == "html":
        assert 'href="#ls"' in text
        assert 'id="ls"' in text
        text = re.sub(r"<annotation.*?</annotation>", "", text, flags=re.DOTALL)
        text = "".join(re.findall(r"<math.*?</math>", text, re.DOTALL))
    for number in range(1, 7):
        assert f"({number})" in text


def test_what_is_for_typst_is_nothing_to_others(expand, tmp_path) -> None:
    expand("--for", "typst", a=PAGE, b=OTHER)
    done = subprocess.run(
        [require_tool("pandoc"), str(tmp_path / "out" / "a.md"), "-t", "html", "--mathjax"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "set math.equation" not in done.stdout
    assert done.stdout.count('<span class="math display">') >= 6
