"""The command `matcalc`: results to standard output, mistakes to standard error, an exit code that says which."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy as np
import pytest

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.cli.options import lines
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.rules.table import RULES

BLOCK = "let A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx\n"
PAGE = "# Page\n\n```derive\n{}```\n"


def test_json_is_the_schema_of_the_python_interface(capsys):
    assert main(["derive", "-e", BLOCK, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps([d.to_dict() for d in derive(BLOCK)]))


def test_text_is_that_of_the_derivation(capsys):
    assert main(["derive", "-e", BLOCK]) == 0
    assert capsys.readouterr().out == derive(BLOCK)[0].text + "\n"


def test_python_is_a_program_with_the_gradient(capsys):
    assert main(["derive", "-e", BLOCK, "--format", "python", "--layout", "denominator"]) == 0
    scope: dict = {}
    exec(capsys.readouterr().out, scope)
    rng = np.random.default_rng(1)
    A, x, b = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    assert np.allclose(scope["derivative"](A, b, x), 2 * A.T @ (A @ x - b))


@pytest.mark.parametrize("form", ["latex", "markdown"])
def test_latex_and_markdown_hold_every_line(capsys, form):
    assert main(["derive", "-e", BLOCK, "--format", form]) == 0
    out = capsys.readouterr().out
    [d] = derive(BLOCK)
    for step in d.steps:
        assert step.latex in out
    assert d.result.latex in out


def test_a_semicolon_ends_a_line(capsys):
    assert main(["derive", "-e", BLOCK.replace("\n", "; ")]) == 0
    assert capsys.readouterr().out == derive(BLOCK)[0].text + "\n"


@pytest.mark.parametrize(
    ("given", "lines_of_it"),
    [
        ("let x in R^n; d/dx x' x", ["let x in R^n", " d/dx x' x"]),
        ("let x in R^n\nd/dx x' x", ["let x in R^n", "d/dx x' x"]),
        ("d/dx f(x; y); d/dy [a, b; c, d]", ["d/dx f(x; y)", " d/dy [a, b; c, d]"]),
        ("d/dx $f(x; y$;d/dy ${a; b$", ["d/dx $f(x; y$", "d/dy ${a; b$"]),
        ("d/dx $$a; b$$;d/dy c", ["d/dx $$a; b$$", "d/dy c"]),
        ("title: it costs 5 $ (at least;) or so;d/dx x", ["title: it costs 5 $ (at least;) or so", "d/dx x"]),
        ("let x in R^n # (see $ there;d/dx x", ["let x in R^n # (see $ there", "d/dx x"]),
        ("a) b; c", ["a) b", " c"]),
        *((f"d/dx ${command} x$", [f"d/dx ${command} x$"]) for command in (r"\nu", r"\nabla", r"\neq", r"\n", r"\top\nu", r"\\nu")),
    ],
)  # fmt: skip
def test_a_line_ends_outside_of_brackets_and_dollar_signs(given, lines_of_it):
    assert lines(given).split("\n") == lines_of_it


def test_a_letter_of_latex_is_no_end_of_line(capsys):
    assert main(["derive", "-e", r"d/dx $\nu x^\top x$"]) == 0
    assert capsys.readouterr().out == derive(r"d/dx $\nu x^\top x$")[0].text + "\n"


def test_who_writes_backslash_n_is_told_how_a_line_ends(capsys):
    assert main(["derive", "-e", r"let x in R^n\nd/dx x' x"]) == 1
    assert "`;` ends a line" in capsys.readouterr().err


def test_a_block_is_read_from_a_file_or_from_standard_input(capsys, tmp_path, monkeypatch):
    file = tmp_path / "block.txt"
    file.write_text(BLOCK, encoding="utf-8")
    assert main(["derive", str(file)]) == 0
    from_file = capsys.readouterr().out
    for args in (["derive"], ["derive", "-"]):
        monkeypatch.setattr("sys.stdin", io.StringIO(BLOCK))
        assert main(args) == 0
        assert capsys.readouterr().out == from_file


def test_a_mistake_is_shown_with_its_place_and_nothing_is_printed_to_standard_output(capsys):
    assert main(["derive", "-e", "let x in R^n, y in R^m\nd/dx x + y"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "line 2" in captured.err
    assert "^" in captured.err


def test_a_file_that_is_not_there_is_exit_code_2(capsys, tmp_path):
    assert main(["derive", str(tmp_path / "nothing.txt")]) == 2
    assert "nothing.txt" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args", [[], ["derive", "--format", "pdf"], ["derive", "--layout", "sideways"], ["no-such-command"]]
)
def test_a_wrong_command_is_exit_code_2(args, capsys):
    with pytest.raises(SystemExit) as caught:
        main(args)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_rules_are_listed_with_their_numbers(capsys):
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(RULES)
    for line, rule in zip(lines, RULES, strict=True):
        assert line.split()[:2] == [f"({rule.number})", rule.name]
    assert main(["rules", "--format", "json"]) == 0
    assert [(r["number"], r["name"]) for r in json.loads(capsys.readouterr().out)] == [
        (r.number, r.name) for r in RULES
    ]


def test_check_counts_the_blocks_of_pages_and_points_to_the_line_that_fails(capsys, tmp_path):
    (tmp_path / "good.md").write_text(PAGE.format(BLOCK), encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 block in 1 file, 1 right, 0 failed\n"
    (tmp_path / "bad.md").write_text(PAGE.format("let x in R^n\nd/dx x +\n"), encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "2 blocks in 2 files, 1 right, 1 failed\n"
    assert "bad.md:5:" in captured.err, "the fence opens in line 3, the mistake is in its second line"
    assert "good.md" not in captured.err


def test_check_of_a_path_that_is_not_there_is_exit_code_2(capsys, tmp_path):
    assert main(["check", str(tmp_path / "no-such-folder")]) == 2
    assert "no-such-folder" in capsys.readouterr().err


def test_python_m_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs_matcalc", "derive", "-e", "d/da a^2", "--format", "json"],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["result"]["text"] == "2 a"


def test_a_reader_that_goes_away_is_no_failure():
    """`matcalc rules | head -1` ends without a word."""
    program = f"{sys.executable} -m mkdocs_matcalc rules | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
