"""Blocks where authors of notebooks, of MyST and of Quarto write them: each is found, or it is said that it is not run."""

from __future__ import annotations

import json

import markdown
import pytest

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.publish import cells, directive, scan

SOUND = "let x in R^n\nd/dx x' x"
EXTENSION = "mkdocs_matcalc.publish.extension"


def notebook(*sources, **more):
    """A notebook: a cell of Markdown for a text, of code for a list of lines."""
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": each}
        if isinstance(each, list)
        else {"cell_type": "markdown", "metadata": {}, "source": each.splitlines(keepends=True)}
        for each in sources
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


@pytest.fixture
def checked(tmp_path, capsys):
    """Checks a file of this name and text: the exit code, the report and the messages."""

    def run(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        code = main(["check", str(path)])
        messages = capsys.readouterr().err.replace(str(tmp_path) + "/", "")
        main(["check", str(path), "--format", "json"])
        return code, json.loads(capsys.readouterr().out), messages

    return run


# -- notebooks -----------------------------------------------------------------------------------


def test_a_notebook_has_blocks_in_cells_of_markdown_and_in_cells_of_the_magic(checked):
    text = notebook(
        "# Title",
        f"Words.\n\n```derive\nlabel: one\n{SOUND}\n```\n\n- item\n\n    ```derive\n    {SOUND.splitlines()[1]}\n    ```\n",
        ["import numpy\n", "%%derive\n", "no magic, for it is not the first line"],
        ["\n", "%%derive\n", "label: two\n", *SOUND.splitlines(keepends=True)],
        [f"```derive\n{SOUND}\n```"],
    )
    code, report, messages = checked("a.ipynb", text)
    assert (code, messages) == (0, "")
    assert [(r["cell"], r["line"], r["label"]) for r in report["results"]] == [
        (2, 3, "one"),
        (2, 11, ""),
        (4, 2, "two"),
    ]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("Words.\n\n```derive\nlet x in R^n\nd/dx x^2\n```\n", "2:5:6"),
        (["%%derive\n", "let x in R^n\n", "d/dx x^2"], "2:3:6"),
        (["\n", "\n", "%%derive\n", "let x in R^n\n", "d/dx x^2"], "2:5:6"),
    ],
)
def test_a_mistake_is_told_with_its_cell_and_its_line(cell, place, checked):
    code, report, messages = checked("a.ipynb", notebook("first", cell))
    assert code == 1
    assert messages.startswith(f"a.ipynb:cell {place}: a vector has no power")
    [result] = report["results"]
    assert f"{result['cell']}:{result['line']}:{result['error']['column']}" == place


def test_an_annotation_names_the_cell_in_words(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook("first", ["%%derive\n", "oops"]), encoding="utf-8")
    assert main(["check", str(path), "--format", "github"]) == 1
    assert f"::error file={path},line=1,title=matcalc::cell 2, line 2: " in capsys.readouterr().out


def test_options_behind_the_magic_are_told(checked):
    code, _, messages = checked("a.ipynb", notebook(["%%derive --layout denominator\n", SOUND]))
    assert code == 1
    assert "a.ipynb:cell 1:1: %%derive takes no options ('--layout denominator')" in messages


def test_a_label_that_stands_in_two_cells_is_told_with_both(checked):
    cell = ["%%derive\n", "label: a\n", SOUND]
    code, _, messages = checked("a.ipynb", notebook(cell, "words", cell))
    assert code == 1
    assert "a.ipynb:cell 3:1: the label 'a' is taken by the block at line 1 of cell 1" in messages


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "this is no notebook"),
        ("{", "this is no notebook"),
        ("[" * 100_000, "this is no notebook"),
        ("[]", "no cells"),
        ('{"cells": 3}', "no cells"),
        ('{"cells": [3]}', "cell 1 has no source"),
        ('{"cells": [{"source": [1]}]}', "cell 1 has no source"),
        ('{"worksheets": []}', "of a format before 4"),
        ("\x1b[31m", "this is no notebook"),
    ],
)
def test_what_is_no_notebook_is_a_mistake_of_that_file_alone(text, why, tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    (tmp_path / "b.md").write_text(f"```derive\n{SOUND}\n```\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "a.ipynb:1: this is no notebook" in captured.err
    assert why in captured.err
    assert "1 right, 1 failed" in captured.out
    assert "\x1b" not in captured.err


def test_a_notebook_gives_fragments_and_no_markdown(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(
        notebook(f"```derive\nlabel: one\n{SOUND}\n```\n", ["%%derive\n", "label: two\n", SOUND]), encoding="utf-8"
    )
    assert main(["tex", str(tmp_path), "-o", str(tmp_path / "made")]) == 0
    assert {"one.tex", "two.tex"} <= {p.name for p in (tmp_path / "made").iterdir()}
    assert main(["expand", str(path), "-o", str(tmp_path / "plain")]) == 2
    assert "is a notebook" in capsys.readouterr().err


def test_a_folder_of_check_has_notebooks_but_not_their_checkpoints(tmp_path, capsys):
    (tmp_path / ".ipynb_checkpoints").mkdir()
    for path in (tmp_path / "a.ipynb", tmp_path / ".ipynb_checkpoints" / "a.ipynb"):
        path.write_text(notebook(["%%derive\n", SOUND]), encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("1 block in 1 file, 1 right")


def test_a_cell_is_what_the_notebook_says():
    found = cells.cells(notebook("a\nb", ["x\n", "y"]))
    assert [(cell.number, cell.kind, cell.text, cell.block) for cell in found] == [
        (1, "markdown", "a\nb", None),
        (2, "code", "x\ny", None),
    ]


# -- fences with the word in braces ----------------------------------------------------------------

HEADERS = {
    "```{derive}": ("", ""), "``` {derive}": ("", ""), "```{ derive }": ("", ""), "~~~{derive}": ("", ""),
    "````{derive}": ("", ""), "```{Derive}": ("", ""), "```{.derive}": ("", ""), "```{derive #ls}": ("ls", ""),
    "```{.derive #ls}": ("ls", ""), "```{derive} {#ls}": ("ls", ""), "```derive {#ls}": ("ls", ""),
    "```{derive} Least squares": ("", "'Least squares'"), "```{derive, label=ls}": ("", "'label=ls'"),
    "```{derive layout=denominator}": ("", "'layout=denominator'"),
}  # fmt: skip
PLACES = {
    "margin": ("", ""), "list": ("- item\n\n", "    "), "quote": ("", "> "), "tab": ('=== "One"\n\n', "    "),
    "list in a quote": ("> - item\n>\n", ">     "),
}  # fmt: skip
HOSTS = ([], ["fenced_code"], ["pymdownx.superfences", "pymdownx.tabbed"], ["extra"])


def page(header, place, body=SOUND):
    before, indent = PLACES[place]
    closing = header[: len(header) - len(header.lstrip("`~"))]
    lines = [header, *body.split("\n"), closing]
    return f"Words.\n\n{before}" + "\n".join(indent + line for line in lines) + "\n\nMore.\n"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("header", HEADERS)
def test_a_fence_in_braces_is_a_block_everywhere(header, place, caplog, checked):
    label, complaint = HEADERS[header]
    text = page(header, place)
    [block] = scan.blocks(text)
    assert (block.label, block.text) == (label, SOUND)
    assert complaint in block.complaint if complaint else not block.complaint
    code, report, _ = checked("a.md", text)
    assert (code, len(report["results"])) == (int(bool(complaint)), 1)
    for extensions in HOSTS:
        if "One" in text and "pymdownx.tabbed" not in extensions:
            continue
        html = markdown.markdown(text, extensions=[EXTENSION, *extensions])
        assert html.count("<figure") == 1, (extensions, html)
        assert (f'id="{label}"' in html) if label else True
        assert "derive}" not in html
    assert bool(caplog.records) == bool(complaint)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "options",
    [":label: ls\n:layout: denominator", "#| label: ls\n#| layout: denominator", ":name: ls\n#|layout: denominator"],
)
def test_options_of_myst_and_of_quarto_are_directives(options, place, checked):
    text = page("```{derive}", place, f"{options}\n{SOUND}")
    [block] = scan.blocks(text)
    assert block.text == f"label: ls\nlayout: denominator\n{SOUND}".replace("denominator", "denominator")
    code, report, messages = checked("a.md", text)
    assert (code, messages) == (0, "")
    assert report["results"][0]["label"] == "ls"
    html = markdown.markdown(text, extensions=[EXTENSION, "pymdownx.superfences", "pymdownx.tabbed"])
    assert 'id="ls"' in html
    assert "denominator layout" in html


def test_an_option_that_no_block_has_is_told_with_its_line(checked):
    code, _, messages = checked("a.md", page("```{derive}", "margin", f":class: wide\n{SOUND}"))
    assert code == 1
    assert messages.startswith("a.md:4:")


def test_an_option_is_one_at_the_head_of_a_fence_in_braces_alone():
    assert scan.blocks(page("```derive", "margin", f"#| label: ls\n{SOUND}"))[0].text.startswith("#| label")
    assert directive.options(f"{SOUND}\n:label: ls") == f"{SOUND}\n:label: ls"


@pytest.mark.parametrize(
    "header", ["```{python}", "```{derive-x}", "```{derived}", "```{code-block} derive", "```{.python .derive}"]
)
def test_another_word_in_braces_is_another_language(header):
    assert scan.blocks(page(header, "margin")) == []


@pytest.mark.parametrize("header", [":::{derive}", "::: {.derive}", ":::: {derive} Title"])
def test_a_block_between_colons_is_said_not_to_be_run(header, checked, caplog, tmp_path):
    text = f"Words.\n\n{header}\n{SOUND}\n:::\n"
    code, _, messages = checked("a.md", text)
    assert code == 1
    assert messages.startswith("a.md:3: a derive block between colons is not run")
    markdown.markdown(text, extensions=[EXTENSION])
    assert "line 3: a derive block between colons is not run" in caplog.text
    for command in ("tex", "expand"):
        assert main([command, str(tmp_path / "a.md"), "-o", str(tmp_path / command)]) == 1
    assert SOUND in (tmp_path / "expand" / "a.md").read_text(encoding="utf-8")


def test_colons_of_others_are_left_alone(checked, caplog):
    text = "::: package.derive\n    options:\n\n:::derive\n\n```markdown\n:::{derive}\n```\n"
    assert checked("a.md", text)[0] == 0
    markdown.markdown(text, extensions=[EXTENSION])
    assert not caplog.records


def test_expand_writes_a_fence_in_braces_as_mathematics(tmp_path):
    (tmp_path / "a.md").write_text(page("```{derive}", "list", f":label: ls\n{SOUND}"), encoding="utf-8")
    assert main(["expand", str(tmp_path / "a.md"), "-o", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "a.md").read_text(encoding="utf-8")
    assert r"\begin{aligned}" in text or "$$" in text
    assert "derive}" not in text
    assert text.endswith("More.\n")
