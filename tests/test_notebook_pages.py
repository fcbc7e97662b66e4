"""Notebooks as pages of a site: their blocks are derived and numbered, and references find them, whoever reads them.

mkdocs-jupyter hands pages over that nbconvert has made; mknotebooks makes Markdown of a notebook, which
Python-Markdown reads, twice where `md_in_html` is not loaded. Both run in a process of their own, for they warn
of much that is not ours.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import require_package
from test_notebook_files import SOUND, notebook

from mkdocs_matcalc import derive
from mkdocs_matcalc.publish import cells, converted, outline, preview

PLUGINS = {
    "mkdocs-jupyter": ("mkdocs_jupyter", "plugins: [mkdocs-jupyter, matcalc]\n"),
    "matcalc first": ("mkdocs_jupyter", "plugins: [matcalc, mkdocs-jupyter: {cache: false}]\n"),
    "mknotebooks": ("mknotebooks", "plugins: [mknotebooks, matcalc]\n"),
    "mknotebooks once": ("mknotebooks", "plugins: [mknotebooks, matcalc]\nmarkdown_extensions: [markdown.extensions.md_in_html]\n"),
}  # fmt: skip
OUTPUT = {"output_type": "display_data", "metadata": {}}
INDEX = "# Home\n\n$$i = 1 \\label{index}$$\n\nSee \\eqref{ls}, \\eqref{eq}, \\eqref{cell} and \\eqref{item}.\n"


def magic(label, *, ran):
    """A cell of the magic, with what it has shown where it was run."""
    text = f"label: {label}\n{SOUND}\n# a < b & c"
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": f"%%derive\n{text}"}
    if ran:
        [d] = derive(text)
        data = {"text/html": d._repr_html_(), "text/markdown": d._repr_markdown_(), "text/plain": d.text}
        cell["outputs"] = [{**OUTPUT, "data": data}]
    return cell


def page(*more):
    """The notebook of the tests: blocks in every place that Markdown has, equations, references, cells of the magic."""
    made = json.loads(
        notebook(
            "# Note & book\n\nSee \\eqref{ls}, \\eqref{eq}, $c < b$ and \\cref{index}.\n",
            f"Text\n\n```derive\nlabel: ls\n{SOUND}\n# a < b & c\n```\n\n- item\n\n    ```{{derive}}\n    :label: item\n    d/dx tr(x x')\n    ```\n\n"
            f"> ```derive\n> d/dx 2 x'x\n> ```\n\n``` {{.derive #hdr}}\n{SOUND} + 1\n```\n\n```python\nprint(2)\n```\n",
            "$$y = x < 3 \\label{eq}$$\n\nand\n\n\\begin{equation}\nz = 2 \\label{eq2}\n\\end{equation}\n\n`\\eqref{code}`\n",
            ["print(1)"],
            "And see \\ref{cell} and \\ref{ran}.",
        ),
    )
    made["cells"][4:4] = [magic("cell", ran=False), magic("ran", ran=True), *more]
    made["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps(made)


def build(folder: Path, text: str, which: str, *arguments: str):
    """Builds a site with a notebook: the exit code, the messages of ours, and the two pages."""
    package, config = PLUGINS[which]
    require_package(package)
    home = importlib.util.find_spec("nbconvert")
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "nb.ipynb").write_text(text, encoding="utf-8")
    (folder / "docs" / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"site_name: s\nuse_directory_urls: true\n{config}", encoding="utf-8")
    # nbconvert looks for its templates beside the interpreter, which may see packages of another environment.
    templates = next(
        (p / "share" / "jupyter" for p in Path(home.origin).parents if (p / "share" / "jupyter").is_dir()), folder
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "JUPYTER_PATH": str(templates)},
    )  # fmt: skip
    assert "Traceback" not in done.stderr or "traitlets" in done.stderr, done.stderr
    told = re.findall(r"WARNING -\s+matcalc: (.*(?:\n (?:\|.*))*)", done.stderr)
    read = [folder / "site" / name for name in ("nb/index.html", "index.html")]
    return done.returncode, told, [preview.without(p.read_text(encoding="utf-8")) if p.exists() else "" for p in read]


def numbers(html):
    return dict(re.findall(r'class="matcalc-number" href="#([^"]+)">\((\d+)\)</a>', html))


@pytest.mark.parametrize("which", PLUGINS)
def test_what_a_notebook_holds_is_derived_numbered_and_found(which, tmp_path):
    code, told, (html, home) = build(tmp_path, page(), which, "--strict")
    assert (code, told) == (0, []), told
    assert numbers(html) == {
        "ls": "2", "item": "3", "derivation-4": "4", "hdr": "5", "eq": "6", "eq2": "7", "cell": "8", "ran": "9",
    }  # fmt: skip
    for name in numbers(html):
        assert len(re.findall(rf'\bid="{name}"', html)) == 1, name
    found = re.findall(r'class="matcalc-ref"[^>]*href="([^"]+)">([^<]+)<', html)
    assert found == [("#ls", "(2)"), ("#eq", "(6)"), ("../#index", "(1)"), ("#cell", "8"), ("#ran", "9")]
    found = re.findall(r'class="matcalc-ref"[^>]*href="([^"]+)">([^<]+)<', home)
    assert found == [("nb/#ls", "(2)"), ("nb/#eq", "(6)"), ("nb/#cell", "(8)"), ("nb/#item", "(3)")]
    assert html.count("<figure") == 6
    assert '<div class="matcalc">' not in html, "what a cell has shown gives way to the derivation with its number"
    assert r"\eqref{code}" in html
    assert "matcalc-ref command" not in html
    assert "Note &amp; book" in html
    assert "print" in html
    assert "assets/matcalc/matcalc.css" in html


@pytest.mark.parametrize("which", ["mkdocs-jupyter", "mknotebooks"])
def test_what_is_wrong_in_a_notebook_is_told_once_with_its_cell_and_its_line(which, tmp_path):
    wrong = "Words.\n\n```derive\nlabel: wrong\nlet x in R^n\nd/dx x^2\n```\n\nSee \\eqref{nowhere}.\n"
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "%%derive\n\noops"}
    text = notebook(
        "# N\n",
        wrong,
        ["1"],
        "```derive\nlabel: a\n" + SOUND + "\n```\n",
        "\n```derive\nlabel: a\n" + SOUND + " + 1\n```\n",
    )
    made = json.loads(text)
    made["cells"].append(cell)
    code, told, (html, _) = build(tmp_path, json.dumps(made), which)
    assert code == 0
    told = [each.split(": ", 1) for each in told if each.startswith("docs/nb")]
    places = [place for place, _ in told]
    assert sorted(places) == [f"docs/nb.ipynb:cell {each}" for each in ("2:6", "2:9", "5:3", "6:3")], "each once"
    words = dict(told)
    assert "`x` is a column of n (declared on line 5)" in words["docs/nb.ipynb:cell 2:6"]
    assert "taken already at docs/nb.ipynb:cell 4:2" in words["docs/nb.ipynb:cell 5:3"]
    assert "'nowhere'" in words["docs/nb.ipynb:cell 2:9"]
    assert html.count('class="matcalc-error"') == 2
    strict, *_ = build(tmp_path / "strict", json.dumps(made), which, "--strict")
    assert strict == 1


def test_a_block_that_a_notebook_does_not_show_is_told(tmp_path):
    """A cell that is taken out by its tag, and a fence in a place of which nbconvert makes something else."""
    made = json.loads(notebook("# N\n", f"```derive\nlabel: gone\n{SOUND}\n```\n"))
    made["cells"][1]["metadata"]["tags"] = ["hide"]
    PLUGINS["hidden"] = (
        "mkdocs_jupyter", "plugins: [matcalc, mkdocs-jupyter: {remove_tag_config: {remove_cell_tags: [hide]}}]\n"
    )  # fmt: skip
    code, told, _ = build(tmp_path, json.dumps(made), "hidden", "--strict")
    assert code == 1
    [words] = [each for each in told if "cell 2:1" in each]
    assert "this block is not run" in words


# -- the parts --------------------------------------------------------------------------------------


def test_the_lines_of_a_notebook_know_their_cells():
    text = notebook(
        "a\nb\n", ["x\n", "y"], "\n```derive\nlabel: l\nd/dx x\n```\n\\eqref{m}\n", ["%%derive\n", "d/dx \\eqref{n}"]
    )
    seen = outline.outline(text)
    assert [str(block.line) for block in seen.blocks] == ["cell 3:2", "cell 4:1"]
    assert [str(use.line) for use in seen.uses] == ["cell 3:6", "cell 4:2"]
    assert f"{seen.blocks[0].line + 2}" == "cell 3:4"
    assert len({int(block.line) for block in seen.blocks}) == 2
    book = cells.read(text)
    lines = book.text.split("\n")
    for number, line in enumerate(lines, 1):
        told = book.line(number)
        assert book.cells[told.cell - 1].text.split("\n")[cells.inside(told) - 1] == line or not line
    assert outline.outline("{not a notebook").items == ()


def test_a_large_page_is_read_in_linear_time(site):
    """Tags that do not end, and cells of the magic without end."""
    import time

    from mkdocs_matcalc.publish.engine import Engine
    from mkdocs_matcalc.publish.page import Page
    from mkdocs_matcalc.publish.settings import Settings

    def taken(text):
        begun = time.process_time()
        converted.filled(text, Page(), Settings(), Engine())
        return time.process_time() - begun

    del site
    for piece in (
        "<pre>",
        "<",
        "<!--",
        "$$ \\eqref{a} ",
        "\\begin{a} \\eqref{b}",
        '<div class="clipboard-copy-txt">',
        "<p>\\label{",
        "<code class=",
    ):
        small, large = taken(piece * 4_000), taken(piece * 16_000)
        assert large < 8 * max(small, 0.02), piece
