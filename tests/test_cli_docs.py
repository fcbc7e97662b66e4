"""The pages on LaTeX, notebooks, code and checking hold as printed.

A fence with a title is a file, one in `sh` is run, one in `python` goes on where the last one ended,
and a `text` behind either of them is what it prints.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import require_tool

DOCS = Path(__file__).parent.parent / "docs"
FENCE = re.compile(r"^```(?P<lang>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
TOOLS = ("pdflatex", "pandoc")


def run(command, folder):
    for tool in TOOLS:
        if re.search(rf"^{tool}\b", command, re.MULTILINE):
            require_tool(tool)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", command.replace("pdflatex ", "pdflatex -halt-on-error -interaction=nonstopmode ")],
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("page", ["latex", "notebooks", "code", "checking"])
def test_a_page_holds_as_printed(page, tmp_path):
    scope: dict = {}
    printed = None
    tried = 0
    for fence in FENCE.finditer((DOCS / f"{page}.md").read_text(encoding="utf-8")):
        body = fence["body"]
        if fence["title"]:
            file = tmp_path / fence["title"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
        elif fence["lang"] == "sh":
            printed = run(body, tmp_path)
        elif fence["lang"] == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(body, scope)
            printed = out.getvalue()
        elif fence["lang"] == "text":
            assert printed is not None
            assert printed.strip() == body.strip()
            tried += 1
        tried += fence["lang"] == "sh"
    assert tried >= 3


@pytest.mark.parametrize("name", ["article", "slides"])
def test_the_documents_on_the_page_are_the_examples(name):
    text = (DOCS / "latex.md").read_text(encoding="utf-8")
    assert (DOCS / "examples" / f"{name}.tex").read_text(encoding="utf-8") in text
