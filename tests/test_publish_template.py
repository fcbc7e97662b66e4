"""HTML with slots, the pages that are filled from it, and what a build with a full cache leaves alone."""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import outline, template
from mkdocs_matcalc.publish.engine import Engine
from mkdocs_matcalc.publish.settings import Settings
from mkdocs_matcalc.publish.template import Slot


def test_slots_are_filled_from_the_first_that_has_them() -> None:
    made = template.pieces(["a", "b", Slot("x"), Slot("y"), "c", Slot("z")])
    assert made == ["ab", "x", "", "y", "c", "z", ""]
    assert template.fill(made, {"x": "1"}, {"x": "2", "y": "3"}, str.upper) == "ab13cZ"
    assert made[1::2] == ["x", "y", "z"]


@pytest.mark.parametrize(
    "figures", [[], [[""]], [["a\nb", "id", "ü\u2202"], ["<p>", "(1) Größe", "x", "tag", ""]], [["\\n=", "=", "\r\n"]]]
)
def test_pieces_come_back_from_a_line(figures: list[list[str]]) -> None:
    line = template.packed(figures)
    assert line
    assert b"\n" not in line
    assert template.unpacked(line) == figures


def test_no_text_is_taken_for_a_slot() -> None:
    """What separates pieces is taken out of them."""
    for mark in "\x1d\x1e\x1f":
        [[first, second, third]] = template.unpacked(template.packed([[f"a{mark}id{mark}b", "tag", "c"]]))
        assert (first, second, third) == ("aidb", "tag", "c")


@pytest.mark.parametrize("line", [b"", b"x", b"=\x1ea\x1fid", b"=\xff", b"a=\x1eb"])
def test_another_line_is_no_pieces(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
        template.unpacked(line)


def test_letters_of_formulas_do_not_widen_a_page(fake_engine) -> None:  # noqa: ARG001
    """One character beyond Latin-1 would make the page of a whole site two or four times as large in memory."""
    for math in ("mathml", "mathjax"):
        engine = Engine()
        pieces = engine.pieces("title: Größe ∂\ndf/dx", Settings(math=math))
        made = [html for figure in pieces for html in figure[::2]] + [engine.statement(10, math)]
        assert max(map(ord, "".join(made))) < 256
        assert "Größe ∂" in html.unescape("".join(made))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("front", ["", "---\ntitle: From the front\n---\n"])
@pytest.mark.parametrize("before", ["", "\n", "\n\n"])
def test_lines_count_from_the_start_of_the_file_whatever_stands_before(newline: str, front: str, before: str) -> None:
    body = "# Head\n\n```derive\nx \\eqref{a}\n```\n\n$$\na \\label{a}\n$$\n\nText $b \\label{b}$ \\eqref{a}\n"
    source = (front + before + body).replace("\n", newline)
    lines = source.split(newline)
    seen = outline.outline(source)
    assert seen.title == ("From the front" if front else "Head")
    assert [lines[item.line - 1] for item in seen.items] == ["```derive", "$$"]
    assert [lines[use.line - 1] for use in seen.uses] == ["x \\eqref{a}", "Text $b \\label{b}$ \\eqref{a}"]
    assert [lines[use.line - 1] for use in seen.astray] == ["Text $b \\label{b}$ \\eqref{a}"]


_BUILD = """
import sys
from mkdocs.__main__ import cli
cli(["build", "-q", "-f", sys.argv[1]], standalone_mode=False)
print(*(name for name in sys.modules if name.split(".")[0] in ("numpy", "sympy", "math_core")
        or name.startswith(("mkdocs_matcalc.publish.making", "mkdocs_matcalc.publish.figure", "mkdocs_matcalc.publish.aids",
            "mkdocs_matcalc.publish.derived", "mkdocs_matcalc.publish.workers", "mkdocs_matcalc.publish.supply"))
        or name.startswith(("mkdocs_matcalc.parse", "mkdocs_matcalc.rules", "mkdocs_matcalc.engine", "mkdocs_matcalc.emit"))))
"""


def test_a_build_with_a_full_cache_imports_no_engine(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n```derive\nlabel: a\nlet x in R^n\nd/dx x' x\n```\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: A\ntheme: {name: mkdocs}\nplugins: [search, matcalc]\n")
    pages, imported = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, str(tmp_path / "mkdocs.yml")], capture_output=True, text=True, check=True
        )
        imported.append(done.stdout.split())
        pages.append((tmp_path / "site" / "matcalc-rules" / "index.html").read_text(encoding="utf-8"))
    assert "numpy" in imported[0]
    assert imported[1] == []
    assert pages[0] == pages[1]
