"""`matcalc expand`: what comes out is plain Markdown that pandoc sets, and nothing else is changed."""

from __future__ import annotations

import re
import subprocess
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
