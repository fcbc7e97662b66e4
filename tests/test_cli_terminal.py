"""The terminal: colour where it belongs, the caret under a mistake, rules explained; and help that costs nothing."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys

import pytest

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.rules.table import RULES

BLOCK = "let A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Runs a command with standard output and standard error on a terminal: the exit code and what they show."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def run(*arguments):
        out, err = Terminal(), Terminal()
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            return main(list(arguments)), out.getvalue(), err.getvalue()

    return run


def bare(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_terminal_has_colours_and_the_same_words(terminal):
    code, text, _ = terminal("derive", "-e", BLOCK)
    assert code == 0
    assert "\x1b[36mdefinition of the norm (62)\x1b[0m" in text
    assert bare(text) == derive(BLOCK)[0].text + "\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_has_none(terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert "\x1b" not in terminal("derive", "-e", BLOCK)[1]


def test_the_caret_stands_under_the_mistake(terminal):
    code, _, err = terminal("derive", "-e", "let x in R^n;d/dx x^2")
    assert code == 1
    lines = bare(err).split("\n")
    assert lines[1] == " | d/dx x^2"
    assert lines[2].startswith(" |      ^")
    assert "\x1b[1;31m" in err


@pytest.mark.parametrize("asked", ["10", "(10)", "product", "PRODUCT RULE"])
def test_a_rule_is_found_by_number_name_and_title(asked, capsys):
    assert main(["explain", asked]) == 0
    out = capsys.readouterr().out
    assert out.startswith("(10) product rule")
    assert "d(X Y) = (dX) Y + X dY" in out


def test_every_rule_can_be_explained_in_every_format(capsys):
    for rule in RULES:
        for form in ("text", "json", "latex"):
            assert main(["explain", str(rule.number), "--format", form]) == 0
            out = capsys.readouterr().out
            assert (json.loads(out)["number"] == rule.number) if form == "json" else out.strip()


def test_an_unknown_rule_has_near_ones(capsys):
    assert main(["explain", "produkt"]) == 2
    assert "product (10)" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["numpy", "torch", "jax", "matlab", "julia"])
def test_code_in_a_language_is_that_of_the_derivation(language, capsys):
    assert main(["derive", "-e", BLOCK, "--format", language]) == 0
    assert capsys.readouterr().out == derive(BLOCK)[0].code(language).rstrip("\n") + "\n"


def test_help_imports_no_engine():
    program = "import sys\nfrom mkdocs_matcalc.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    program += "print(*sorted(m for m in sys.modules if m.startswith('mkdocs_matcalc')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stdout.strip().split("\n")[-1].split()
    assert not [m for m in loaded if m.split(".")[1:2] not in ([], ["cli"], ["visible"])]
