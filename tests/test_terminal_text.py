r"""What reaches a terminal, a log, and the runner of a build service: no word of a page does anything there.

Each command meets each kind of hostile text in each place that a page has for words, and what it prints is looked
through: no character that is not seen, and no line that GitHub's runner or its like would obey.
"""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys

import markdown
import pytest

from mkdocs_matcalc import DeriveError, derive
from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.publish import host
from mkdocs_matcalc.publish.page import LOG
from mkdocs_matcalc.visible import MARK, hidden, line, lines, visible

#: What moves a cursor, hides itself, turns words around, has no ink, is no text, or is a command.
HOSTILE = {
    "escape": "\x1b[31mred", "bell": "a\x07b", "backspace": "good\x08\x08\x08\x08bad", "carriage return": "good\rbad",
    "C1": "\x9b31m\x9d0;title\x9c", "next line": "a\x85::error::b", "line separator": "a\u2028::error::b",
    "override": "a\u202eb", "isolate": "a\u2066b\u2069", "Arabic letter mark": "a\u061cb", "zero width": "a\u200bb",
    "joiner": "a\u200db", "byte order mark": "\ufeffa", "soft hyphen": "a\u00adb", "grapheme joiner": "a\u034fb",
    "Hangul filler": "a\u3164b", "Mongolian": "a\u180eb", "tag": "a\U000e0041b", "selector": "a\ufe0fb",
    "noncharacter": "a\ufdd0b", "delete": "a\x7fb", "no UTF-8": "a\udcffb", "vertical tab": "a\vb", "form feed": "a\fb",
    "mask": "::add-mask::the", "error": "::error file=x::y", "old command": "##[add-mask]the", "Azure": "##vso[task.x]y",
    "indented": "  ::warning::z",
}  # fmt: skip
SOUND = "let x in R^n\nd/dx x' x"
#: Where the words of a page can stand.
PLACES = {
    "line": "```derive\n{}\n" + SOUND + "\n```\n",
    "title": "```derive\ntitle: {}\n" + SOUND + "\n```\n",
    "label": "```derive\nlabel: {}\n" + SOUND + "\n```\n",
    "comment": "```derive\n# {}\nlet x in R^n\nd/dx x' oops\n```\n",
    "goal": "```derive\nlet x in R^n\nd/dx {}\n```\n",
    "formula": "```derive\nlet x in R^n\nd/dx $x^\\top {}$\n```\n",
    "directive": "```derive\nlayout: {}\n" + SOUND + "\n```\n",
    "header": "``` {{.derive #{}}}\n" + SOUND + "\n```\n",
    "option": "```derive {}\n" + SOUND + "\n```\n",
    "reference": "See \\eqref{{{}}}.\n",
    "equation": "$$x = 1 \\label{{{}}}$$\n\nSee \\eqref{{{}}}.\n",
    "heading": "# {}\n\n```derive\noops\n```\n\nSee \\eqref{{no}}.\n",
}
EVERYWHERE = {
    f"{place}: {kind}": PLACES[place].format(*[text] * 2).encode("utf-8", "surrogateescape")
    for place in PLACES
    for kind, text in HOSTILE.items()
}
COMMANDS = {
    "check": ["check", "{}"], "check json": ["check", "{}", "--format", "json"],
    "check github": ["check", "{}", "--format", "github"], "tex": ["tex", "{}", "-o", "{}/made"],
    "tex --check": ["tex", "{}", "-o", "{}/made", "--check"], "expand": ["expand", "{}", "-o", "{}/plain"],
}  # fmt: skip


class Stream(io.TextIOWrapper):
    """A standard stream of an encoding, as strict as Python opens standard output."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def shown(self) -> str:
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]


def run(monkeypatch, arguments, *, encoding="utf-8", terminal=False, stdin=b""):
    """A command on streams of its own: the exit code, standard output and standard error."""
    out, err = Stream(encoding, terminal=terminal), Stream(encoding, terminal=terminal)
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", err)
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding=encoding, errors="strict"))
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse
            code = ended.code
    return code, out.shown, err.shown


def harmless(text: str) -> None:
    """No character that is not seen, and no command of a build service, but for annotations of our own."""
    for each in text.split("\n"):
        assert not hidden(each), repr(each)
        assert not re.search(r"##[\w.-]*\[", each), each
        if each.lstrip().startswith("::"):
            assert re.fullmatch(r"::error file=[^:,]*,line=\d+(,col=\d+)?,title=matcalc::.*", each), each
    assert "Traceback" not in text
    assert "internal error" not in text


@pytest.fixture
def pages(tmp_path):
    """A folder with a page for each hostile text in each place."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, text in enumerate(EVERYWHERE.values()):
        (folder / f"{number}.md").write_bytes(text)
    return folder


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_word_of_a_page_does_anything_to_a_terminal(command, terminal, pages, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    if command == "tex --check":
        main(["tex", str(pages), "-o", str(pages / "made")])
        for path in (pages / "made").iterdir():
            path.unlink()
    arguments = [each.format(pages) for each in COMMANDS[command]]
    code, out, err = run(monkeypatch, arguments, terminal=terminal)
    assert code == 1
    for text in (out, err):
        harmless(re.sub(r"\r?\x1b\[[0-9;]*[mK]", "", text) if terminal else text)
    if terminal:
        for text in HOSTILE.values():
            assert "\x1b" not in text or text not in out + err
    if command == "check json":
        assert json.loads(out)["failed"] > 100


@pytest.mark.parametrize("name", EVERYWHERE)
def test_no_block_that_is_derived_does(name, monkeypatch, tmp_path):
    text = EVERYWHERE[name].decode("utf-8", "surrogateescape")
    found = re.search(r"```[^\n]*derive[^\n]*\n(.*)\n```", text, re.DOTALL)
    block = found[1] if found else text
    file = tmp_path / "block.txt"
    file.write_bytes(block.encode("utf-8", "surrogateescape"))
    for arguments in (
        ["derive", "-e", block],
        ["derive", str(file)],
        ["derive"],
        ["derive", "-e", block, "--format", "json"],
    ):
        code, out, err = run(monkeypatch, arguments, stdin=file.read_bytes())
        assert code in (0, 1)
        harmless(out)
        harmless(err)


@pytest.mark.parametrize("form", ["text", "json", "latex", "markdown", "numpy", "torch", "jax", "matlab", "julia"])
@pytest.mark.parametrize("kind", [kind for kind, text in HOSTILE.items() if not hidden(text)])
def test_no_title_does_in_any_format(kind, form, monkeypatch):
    block = f"title: a{HOSTILE[kind]}\n# {HOSTILE[kind]}\nlet x in R^n\nd/dx x' x"
    code, out, err = run(monkeypatch, ["derive", "-e", block, "--format", form])
    assert (code, err) == (0, "")
    harmless(out)


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_word_of_the_command_itself_does(kind, monkeypatch):
    text = HOSTILE[kind]
    for arguments in (
        ["explain", text],
        [text],
        ["derive", "--" + text],
        ["derive", "--format", text],
        ["check", text],
    ):
        code, out, err = run(monkeypatch, arguments)
        assert code == 2
        harmless(out)
        harmless(err)
        assert err


@pytest.mark.parametrize("kind", [kind for kind, text in HOSTILE.items() if "/" not in text])
def test_no_name_of_a_file_does(kind, tmp_path, monkeypatch):
    folder = tmp_path / HOSTILE[kind]
    folder.mkdir()
    for name, text in (
        ("a", "```derive\nlabel: a\noops\n```\n\\eqref{no}"),
        ("b", f"```derive\nlabel: b\n{SOUND}\n```\n"),
    ):
        (folder / f"{name}{HOSTILE[kind]}\n::error::x.md").write_text(text, encoding="utf-8")
    for command, arguments in COMMANDS.items():
        code, out, err = run(monkeypatch, [each.format(folder) for each in arguments])
        assert code == 1, (command, out, err)
        harmless(out)
        harmless(err)
        if "json" in command:
            assert {result["path"] for result in json.loads(out)["results"]} == {str(p) for p in folder.glob("*.md")}
    code, out, err = run(monkeypatch, ["assets", str(folder / f"{HOSTILE[kind]}\n::error::x")])
    assert code == 0
    harmless(out + err)
    code, _, err = run(monkeypatch, ["derive", str(folder / "no")])
    assert code == 2
    harmless(err)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_no_warning_of_a_page_does(name, caplog):
    text = EVERYWHERE[name].decode("utf-8", "surrogateescape")
    markdown.markdown(text, extensions=["mkdocs_matcalc.publish.extension"])
    for record in caplog.records:
        harmless(record.getMessage())


def test_no_message_of_a_build_does(site):
    files = {f"{number}.md": text.decode("utf-8", "surrogateescape") for number, text in enumerate(EVERYWHERE.values())}
    files = {name: text for name, text in files.items() if "\udcff" not in text}  # MkDocs reads no such file
    built = site({**files, "a\u202e\n::error::x.md": "```derive\noops\n```\n"})
    ours = [warning for warning in built.warnings if "oops" in warning or "derive" in warning]
    assert len(ours) > 50
    for warning in built.warnings:
        if "matcalc" in warning or "label" in warning:
            harmless(warning)


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_logged_is_visible(kind, caplog):
    """The guard is that of the logger: a message that nobody has thought of goes through it."""
    assert host.Host().log is LOG
    for log in (LOG, logging.getLogger("mkdocs.plugins.matcalc")):
        log.warning("%s\n%s", HOSTILE[kind], HOSTILE[kind])
        harmless(caplog.records[-1].getMessage())
        assert caplog.records[-1].levelno == logging.WARNING


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_error_can_be_printed(kind):
    with pytest.raises(DeriveError) as caught:
        derive(f"title: t\n{HOSTILE[kind]}\nd/dx oops x")
    harmless(str(caught.value))
    harmless(caught.value.message)
    harmless(caught.value.hint)


@pytest.mark.parametrize(
    "kind", [kind for kind, text in HOSTILE.items() if hidden(text) and not re.search(r"\s", text)]
)
def test_a_label_that_is_not_seen_is_refused_with_a_warning(kind, caplog):
    text = HOSTILE[kind]
    page = f"``` {{.derive #{text}}}\n{SOUND}\n```\n\n$$y = 2 \\label{{{text}}}$$\n\nSee \\eqref{{{text}}}.\n"
    html = markdown.markdown(page, extensions=["mkdocs_matcalc.publish.extension"])
    told = [record.getMessage() for record in caplog.records]
    assert "line 1: the header of a derive fence has a character that cannot be seen" in told[0] + told[1]
    assert any(message.startswith(f"line 6: the label '{visible(text)}'") for message in told)
    assert "matcalc-number" in html, "the derivation is there, and has a number"
    assert f'id="{text}"' not in html
    assert len(told) == 2


# -- excerpts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "tex", "expand", "derive"])
def test_the_line_of_a_mistake_stands_behind_a_mark(command, tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    block = f"{SOUND}\n::error file=x::y"
    page.write_text(block if command == "derive" else f"```derive\nlabel: a\n{block}\n```\n", encoding="utf-8")
    more = ["-o", str(tmp_path / "made")] if command in ("tex", "expand") else []
    code, _, err = run(monkeypatch, [command, str(page), *more])
    assert code == 1
    assert f"\n{MARK}::error file=x::y\n{MARK}^" in err


@pytest.mark.parametrize(
    ("line_of_it", "under"), [("\x1b[31mx = oops", "\\u001b"), ("y = a\u202eb", "\\u202e"), ("d/dx\toops x", "x")]
)
def test_the_caret_stands_under_what_is_shown(line_of_it, under):
    with pytest.raises(DeriveError) as caught:
        derive(f"let x in R^n\n{line_of_it}")
    source, caret = caught.value.excerpt().split("\n")
    assert source[caret.index("^") :].startswith(under)
    assert caret.count("^") >= len(under)


def test_an_annotation_is_one_line_with_its_signs_escaped(tmp_path, monkeypatch):
    page = tmp_path / "a%b:c,d\ne.md"
    page.write_text("```derive\n::error::100%\n```\n", encoding="utf-8")
    code, out, _ = run(monkeypatch, ["check", str(page), "--format", "github"])
    first = out.split("\n")[0]
    assert code == 1
    assert re.match(r"::error file=[^:,]*/a%25b%3Ac%2Cd%0Ae\.md,line=2,col=13,title=matcalc::", first)
    assert first.endswith("%0A | ::error::100%25%0A |             ^")


def test_what_is_made_visible_stays_so():
    for text in HOSTILE.values():
        for made in (visible(text), line(text)):
            assert visible(made) == line(made) == made or made.lstrip().startswith("::")
        assert lines(lines(text)) == lines(text)
        harmless(lines(text))
    plain = "Σᵢ xᵢ² — ∂f/∂x = 2 xᵀ, 中文 ✓ é # ## [a] a::b"
    assert lines(plain) == visible(plain) == plain


# -- streams -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-16"])
@pytest.mark.parametrize("terminal", [False, True])
def test_every_command_works_on_every_stream(encoding, terminal, tmp_path, monkeypatch):
    page = tmp_path / "é∂.md"
    page.write_text(f"```derive\ntitle: é∂\nlabel: ls\n{SOUND}\n```\n\n```derive\n∂ oops\n```\n", encoding="utf-8")
    folder = str(tmp_path)
    for command, *rest in (
        *(["derive", "-e", "title: é∂;d/dx x' A x", "--format", form] for form in ("text", "latex", "markdown", "json", "numpy", "torch", "jax", "matlab", "julia")),
        ["derive", "-e", "d/dx ∂∂ x"], ["rules"], ["rules", "--format", "json"], ["explain", "10"], ["explain", "∂"],
        *(["check", folder, "--format", form] for form in ("text", "json", "github")),
        ["tex", folder, "-o", folder + "/made"], ["expand", folder, "-o", folder + "/plain"],
    ):  # fmt: skip
        code, out, err = run(monkeypatch, [command, *rest], encoding=encoding, terminal=terminal)
        assert code in (0, 1, 2)
        assert out or err
        assert "Traceback" not in out + err
        assert "internal error" not in out + err
        if "json" in rest:
            assert json.loads(out)


def test_what_a_stream_lacks_is_written_as_its_number_and_said(monkeypatch):
    code, out, err = run(monkeypatch, ["derive", "-e", "d/dx x' A x"], encoding="ascii")
    assert code == 0
    assert r"\u2202f/\u2202x = x\u1d40 (A + A\u1d40)" in out
    assert "ascii lacks some characters" in err
    assert "PYTHONIOENCODING=utf-8" in err


def shell(command, **environment):
    done = subprocess.run(
        ["bash", "-c", command, "-", sys.executable],
        capture_output=True, check=False, timeout=120, env={"PATH": "/usr/bin:/bin", **environment},
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


MATCALC = '"$1" -m mkdocs_matcalc '


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}],
)  # fmt: skip
def test_every_environment_has_an_answer(environment):
    code, out, err = shell(MATCALC + 'derive -e "d/dx x\' A x"', **environment)
    assert (code, "Traceback" in err) == (0, False)
    assert "x' A x" in out or "A x" in out
    code, out, err = shell("printf 'd/dx x\\xff' | " + MATCALC + "derive", **environment)
    assert (code, "Traceback" in err) == (1, False)
    assert "U+DCFF" in err


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (MATCALC + "rules >&-", 2, "standard output is closed"),
        (MATCALC + "rules >/dev/full", 2, "No space left"),
        (MATCALC + "derive <&-", 2, "standard input is closed"),
        (MATCALC + "derive -e oops 2>&-", 1, ""),
        (MATCALC + "derive -e oops 2>/dev/full", 1, ""),
        (MATCALC + "rules | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", 0, ""),
        (MATCALC + "derive /", 2, "Is a directory"),
        (MATCALC + "derive /no/such/file", 2, "No such file"),
        (MATCALC + "derive /proc/self/mem", 2, "error"),
        (MATCALC + "check /proc/self/mem", 2, "error"),
        (MATCALC + "check ''", 0, ""),
        (MATCALC + "tex /etc/hostname -o /etc/hostname", 2, "matcalc:"),
        (MATCALC + "tex /etc/hostname -o /dev/null/x", 2, "matcalc:"),
        (MATCALC + "expand /etc/hostname -o /dev/null/x", 2, "matcalc:"),
        (MATCALC + f"check {'x' * 5000}", 2, "File name too long"),
        (MATCALC + "check $'a\\xff'", 2, "No such file"),
    ],
)  # fmt: skip
def test_every_command_ends_in_a_message(command, code, message, tmp_path):
    ended, _, err = shell(f"cd '{tmp_path}'; " + command.replace('"$1" -m', '"$1" -m'))
    assert ended == code, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert message in err


@pytest.mark.parametrize(
    "wrong", [KeyboardInterrupt, MemoryError, RecursionError, ZeroDivisionError("a\x1b"), UnicodeError("x")]
)
def test_whatever_is_raised_is_a_message(wrong, monkeypatch):
    def fail(*_):
        raise wrong

    monkeypatch.setattr("mkdocs_matcalc.cli.rules.run", fail)
    code, out, err = run(monkeypatch, ["rules"])
    assert (code, out) == ((130, "") if wrong is KeyboardInterrupt else (2, ""))
    assert err.startswith("matcalc: ")
    harmless(err.replace("internal error", ""))
