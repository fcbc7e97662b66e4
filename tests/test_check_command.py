"""`matcalc check`: what it says to a person, to a program and to GitHub."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from mkdocs_matcalc.cli.main import main

ROOT = Path(__file__).parent.parent
GOOD = "# A\n\n```derive\nlabel: ls\nlet x in R^n\nd/dx x' x\n```\n"
BAD = "# B\n\n```derive\nlet A in R^{m x n}, x in R^m\nd/dx ||A x||^2\n```\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_json_has_every_block(capsys):
    assert main(["check", ".", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["blocks"], data["failed"]) == (1, 2, 1)
    bad, good = data["results"]
    assert (good["path"], good["line"], good["label"], good["passed"]) == ("good.md", 3, "ls", True)
    assert good["max_relative_error"] < 1e-6
    assert (bad["line"], bad["error"]["column"], bad["passed"]) == (5, 10, False)
    assert "do not fit" in bad["error"]["message"]


@pytest.mark.usefixtures("folder")
def test_github_marks_the_line(capsys):
    assert main(["check", ".", "--format", "github"]) == 1
    first, last = capsys.readouterr().out.strip().split("\n")
    assert first.startswith("::error file=bad.md,line=5,col=10,title=matcalc::the sizes of this product do not fit")
    assert "%0A" in first
    assert last == "2 blocks in 2 files, 1 right, 1 failed"


def test_a_path_cannot_end_an_annotation(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b%c.md").write_text(BAD, encoding="utf-8")
    assert main(["check", ".", "--format", "github"]) == 1
    assert "file=a%2Cb%25c.md,line=5" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_quiet_says_nothing_of_what_is_right(capsys):
    assert main(["check", "good.md", "-q"]) == 0
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_what_a_page_would_refuse_is_refused(tmp_path, capsys):
    page = tmp_path / "a.md"
    page.write_text(
        GOOD + GOOD + GOOD.replace("label: ls", "number: some") + GOOD.replace("derive", "derive wrt=x"),
        encoding="utf-8",
    )
    assert main(["check", str(page)]) == 1
    out, err = capsys.readouterr()
    assert out.endswith("4 blocks in 1 file, 1 right, 3 failed\n")
    assert "the label 'ls' is taken by the block at line 3" in err
    assert "`number` is result, all or none" in err
    assert "takes no options in its header" in err


def test_comments_of_latex_files_are_checked(tmp_path, capsys):
    (tmp_path / "a.tex").write_text("%% derive\n%% let x in R^n\n%% d/dx x +\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    assert "a.tex:3:" in capsys.readouterr().err


def test_hidden_folders_are_left_out(tmp_path, capsys):
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "bad.md").write_text(BAD, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 blocks in 0 files, 0 right, 0 failed\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.usefixtures("folder")
def test_a_terminal_has_a_bar_that_goes_away_and_colours(monkeypatch):
    out, err = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["check", "."]) == 1
    assert "█" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[2K")
    assert "\x1b[31m1 failed\x1b[0m" in out.getvalue()


def test_the_docs_pass(capsys):
    assert main(["check", str(ROOT / "docs")]) == 0, capsys.readouterr().err


def test_the_hooks_are_commands_that_exist():
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["matcalc-check"]
    for hook in hooks:
        program, command, *_ = hook["entry"].split()
        assert program == "matcalc"
        with pytest.raises(SystemExit) as done:
            main([command, "--help"])
        assert done.value.code == 0
