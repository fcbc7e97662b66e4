"""One cause is one warning, and a line in it is one of the file."""

from __future__ import annotations

import re
from pathlib import Path

import markdown
import pytest
from conftest import build_site, require_package

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.cli.main import main

BLOCK = "```derive\nlabel: {}\nlet x in R^n\nd/dx x' x\n```\n"
WRONG = "```derive\nlabel: wrong\nlet x in R^n, y in R^m\nd/dx x' y\n```\n"
USES = "# U\n\n\\eqref{wrong} \\ref{wrong.1} \\cref{wrong,wrong-2} $\\eqref{wrong-2.3}$\n"
SCRIPT = {"mathml": "", "mathjax": "extra_javascript: [https://example.org/mathjax.js]\n"}


@pytest.mark.parametrize("renderer", SCRIPT)
def test_a_wrong_block_is_one_warning_whoever_refers_to_it(renderer: str, tmp_path: Path) -> None:
    pages = {"a.md": USES, "b.md": f"# B\n\n{WRONG}\n\\eqref{{wrong}}\n", "c.md": USES}
    extensions = "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\n"
    [warning] = build_site(tmp_path, pages, extensions + SCRIPT[renderer]).warnings
    assert "docs/b.md:6: " in warning


def test_a_label_that_nothing_has_is_a_warning_beside_a_wrong_block(tmp_path: Path) -> None:
    pages = {"a.md": USES.replace("wrong-2.3", "wrongs"), "b.md": f"# B\n\n{WRONG}"}
    warnings = build_site(tmp_path, pages, "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]").warnings
    assert len(warnings) == 2
    assert any("no equation of the site has the label 'wrongs'" in warning for warning in warnings)


def test_a_label_in_the_header_and_a_block_that_is_brought_in(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text(WRONG.replace("label: wrong\n", "").replace("derive", "derive {#wrong}"))
    snippets = f'markdown_extensions: [{{pymdownx.snippets: {{base_path: ["{tmp_path.as_posix()}"]}}}}]\n'
    [warning] = build_site(tmp_path, {"a.md": USES.replace("$", ""), "b.md": '--8<-- "part.md"\n'}, snippets).warnings
    assert "docs/b.md: " in warning
    assert "(declared on line 1 of the block)" in warning


def test_a_label_that_has_no_number_is_one_warning(tmp_path: Path) -> None:
    pages = {
        "a.md": "# A\n\n\\eqref{wrong}\n",
        "b.md": "# B\n\nText $$a = b \\label{wrong}$$ text.\n\n\\eqref{wrong}\n",
    }
    assert len(build_site(tmp_path, pages).warnings) == 1


def test_the_extension_alone(caplog) -> None:
    markdown.markdown(f"# A\n\n\\eqref{{wrong}}\n\n{WRONG}\n\\cref{{wrong.1}}\n", extensions=["matcalc"])
    assert len(caplog.records) == 1


# -- lines ------------------------------------------------------------------------------------

#: Mistakes that tell of another line of their block.
MISTAKES = [
    "let A in R^{m x n}, x in R^m\nd/dx ||A x||^2",
    "let x in R^n\nlet x in R^m\nd/dx x' x",
    "let x in R^n\nf = x' x\nf = 2 x' x\ndf/dx",
    "let x in R^n\nx = 2\nd/dx x' x",
    "let x in R^n\ng = f\nf = x' x\ndg/dx",
    "let x in R^n\nd/dx x' x + 1 x",
    "let x in R^n\nf = x\ng = f + 1\nd/dx g",
    "let x in R^n  # `on line 1`\nd/dx x^3",
]
LINES = re.compile(r"line (\d+)")


def message(text: str) -> str:
    with pytest.raises(DeriveError) as caught:
        derive(text)
    return caught.value.message


@pytest.mark.parametrize("text", MISTAKES)
@pytest.mark.parametrize("before", ["", "---\ntitle: T\n---\n# A\n\n- item\n\n"], ids=["plain", "below other text"])
def test_lines_are_those_of_the_file(text: str, before: str, tmp_path: Path, capsys) -> None:
    inside = [int(number) for number in LINES.findall(message(text))]
    assert inside
    block = f"```derive\n{text}\n```\n"
    if before:
        block = "".join(f"    {line}\n" for line in block.splitlines())
    above = before.count("\n") + 1
    built = build_site(tmp_path, {"index.md": before + block})
    [warning] = built.warnings
    said = [int(number) for number in LINES.findall(warning.partition("\n")[0])]
    assert said == [line + above for line in inside]
    lines = (before + block).splitlines()
    place = re.search(r"docs/index\.md:(\d+): ", warning)
    assert place
    assert lines[int(place[1]) - 1].strip() == warning.split("\n")[1].strip(" |")
    box = built.html("index.html").partition('class="matcalc-error-place"')[2].partition("<pre>")[0]
    assert [int(number) for number in LINES.findall(box)] == said

    main(["check", str(tmp_path / "docs")])
    told = capsys.readouterr().err
    assert [int(number) for number in LINES.findall(told.partition("\n")[0])] == said
    main(["check", str(tmp_path / "docs"), "--format", "json"])
    assert [int(number) for number in re.findall(r"line (\d+)", capsys.readouterr().out)] == said


def test_lines_of_a_block_that_another_plugin_changes(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    block = "```derive\nlabel: m\nlet A in R^{m x n}, x in R^m\nd/dx {{ two }} ||A x||^2\n```\n"
    pages = {"index.md": f"# A\n\n{BLOCK.format('x')}\n{block}"}
    [warning] = build_site(tmp_path, pages, "plugins: [macros, matcalc]\nextra: {two: 2}\n").warnings
    assert "docs/index.md:12: " in warning
    assert "declared on line 11" in warning


def test_every_line_that_a_message_names_is_named_in_the_same_way() -> None:
    """`DeriveError.told` finds them by their words."""
    package = Path(__file__).parent.parent / "mkdocs_matcalc" / "parse"
    found = [
        line
        for file in package.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r'f".*\bline \{', line)
    ]
    assert len(found) >= 8
    assert all(re.search(r"(?:\bon |\()line \{", line) for line in found)
