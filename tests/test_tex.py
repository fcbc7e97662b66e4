r"""LaTeX fragments: one a label, deterministic, safe whatever a user writes, and right when LaTeX sets them."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from conftest import require_tool
from corpus_cases import CASES

from mkdocs_matcalc.cli import tex as command
from mkdocs_matcalc.cli.arguments import parser
from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.cli.sources import blocks
from mkdocs_matcalc.emit.fragment import file_name, fragment, package, rule_book
from mkdocs_matcalc.emit.tex import TexStyle, display, escape, safe_label, sentence
from mkdocs_matcalc.emit.tex_measure import broken, width
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = "let A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx"
PAGE = f"# Notes\n\n```derive\nlabel: ls\n{BLOCK}\n```\n"
LONG = "let X in R^{m x n}, W1 in R^{n x k}, W2 in R^{k x p}, Y in R^{m x p}\nd/dW1 ||sigmoid(X W1) W2 - Y||^2 + 3 tr(W1' W1)"


def made(text, label="ls", **style):
    return fragment(derive(text, verify=False), label, "notes.md", text, TexStyle(**style))


# -- what a fragment is -------------------------------------------------------------------------


def test_a_fragment_names_its_source_and_shows_its_block():
    head = made(BLOCK).split("\n")
    assert head[0] == "% made by `matcalc tex` from notes.md; do not edit"
    assert head[1:4] == [f"%   {line}" for line in BLOCK.split("\n")]


def test_the_last_line_has_the_number_and_the_label():
    text = made(BLOCK)
    assert text.count(r"\label{") == 1
    assert r"\label{ls}" in text
    assert made(BLOCK, number="all").count(r"\label{ls.") == 3
    assert r"\label" not in made(BLOCK, number="none")
    assert r"\begin{align*}" in made(BLOCK, number="none")


def test_every_goal_has_a_label_of_its_own():
    text = made("let A in R^{m x n}, x in R^n\nd/dA, d/dx ||A x||^2")
    assert re.findall(r"\\label\{(.*?)\}", text) == ["ls", "ls-2"]


@pytest.mark.parametrize(("env", "begins"), [("aligned", 2), ("split", 2), ("align*", 1)])
def test_the_environment_is_the_one_asked_for(env, begins):
    text = made(BLOCK, env=env)
    assert text.count(r"\begin{") == begins
    assert rf"\begin{{{env}}}" in text


def test_bold_is_set_by_the_command_asked_for():
    assert r"\bm{A}" in made(BLOCK, bold="bm")
    assert r"\mathbf" not in made(BLOCK, bold="boldsymbol")


def test_what_does_not_go_together_is_an_error():
    with pytest.raises(DeriveError, match="one number"):
        TexStyle(number="all", env="split")
    with pytest.raises(DeriveError, match="unknown bold"):
        TexStyle(bold="fett")


# -- safety -------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["a b", "x}\\input{y", "../up", "a/b", "", "a..b", "%", "a,b", "-a", "ä"])
def test_a_label_that_latex_or_a_folder_cannot_have_is_refused(label):
    with pytest.raises(DeriveError, match="cannot be a label"):
        safe_label(label)


def test_a_colon_in_a_label_is_a_hyphen_in_the_name_of_its_file():
    assert file_name("eq:ls.1") == "eq-ls.1.tex"


def test_words_of_a_user_cannot_leave_a_comment_or_become_commands():
    hostile = "title: \\input{x} % $ # & _ { } ~ ^ \u2028\\end{document}\x0c\\oops\r\\oops\n" + BLOCK
    source = "wrong\nname\r.md"
    text = fragment(derive(BLOCK), "ls", source, hostile, TexStyle())
    for line in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]", text):
        assert line.startswith("%") or ("oops" not in line and "end{document}" not in line and "name" not in line)
    assert escape("\\a{b}_c%$&#~^") == r"\textbackslash{}a\{b\}\_c\%\$\&\#\textasciitilde{}\textasciicircum{}"
    assert sentence("at x_1 = $x_1$, 5%") == r"at x\_1 = $x_1$, 5\%"


# -- breaking -----------------------------------------------------------------------------------


def test_a_long_line_is_broken_at_signs_outside_of_brackets_first():
    formula = "a + " + "b" * 30 + " - (c + d) + " + "e" * 20
    assert broken(formula, 20, 20) == ["a + " + "b" * 30, "{}- (c + d) + " + "e" * 20]


def test_what_grows_has_one_size_where_it_is_broken():
    inside = r"\frac{a}{b} + " + "c" * 40 + " + " + "d" * 30
    lines = broken(rf"\left({inside}\right)", 30, 30)
    assert len(lines) > 1
    assert not any(r"\left" in line or r"\right" in line for line in lines)
    assert broken(r"\left(\frac{a}{b}\right)", 30, 30) == [r"\left(\frac{a}{b}\right)"]


def test_a_fraction_is_never_broken():
    formula = r"\frac{" + "a + " * 40 + "b}{c}"
    assert broken(formula, 10, 10) == [formula]


@pytest.mark.parametrize("case", CASES[::7], ids=lambda c: c["id"])
def test_breaking_loses_nothing(case):
    [d] = derive(case["block"], verify=False)
    for step in d.steps:
        whole = "".join(broken(step.latex, 12, 12)).replace("{}", "").replace(r"\cdot ", "")
        bare = re.sub(r"\\(left|right|bigl|bigr)", "", whole)
        assert re.sub(r"\s", "", bare) == re.sub(r"\s|\\left|\\right|\\cdot ", "", step.latex)


def test_a_long_derivation_keeps_to_its_width():
    text = display(derive(LONG, verify=False)[0], TexStyle(width=30))
    for line in text.split("\n")[1:-1]:
        formula = re.sub(r"&&.*|\\rlap.*|\\notag|\\label\{.*?\}|\\\\$", "", line).replace("&", "")
        assert width(formula) < 33


# -- the command --------------------------------------------------------------------------------


def test_the_command_writes_a_file_for_each_label_and_says_what_it_leaves_out(tmp_path, capsys):
    (tmp_path / "notes.md").write_text(PAGE + "\n```derive\nd/dx x' x\n```\n", encoding="utf-8")
    out = tmp_path / "derivations"
    assert main(["tex", str(tmp_path), "-o", str(out)]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["ls.tex", "matcalc-rules.tex", "matcalc.sty"]
    assert (out / "ls.tex").read_text(encoding="utf-8").startswith("% made by `matcalc tex` from ../notes.md;")
    assert "1 block without a label left out" in capsys.readouterr().err


def test_the_bytes_do_not_depend_on_where_the_command_is_run(tmp_path, monkeypatch):
    (tmp_path / "notes.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["tex", "notes.md", "-o", "out"]) == 0
    monkeypatch.chdir(tmp_path.parent)
    assert main(["tex", str(tmp_path / "notes.md"), "-o", str(tmp_path / "out"), "--check"]) == 0


def test_check_fails_for_what_is_stale_missing_or_without_a_source(tmp_path, capsys):
    page, out = tmp_path / "notes.md", tmp_path / "out"
    page.write_text(PAGE, encoding="utf-8")
    arguments = ["tex", str(page), "-o", str(out)]
    assert main([*arguments, "--check"]) == 1
    assert not out.exists()
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    page.write_text(PAGE.replace("x - b", "x + b"), encoding="utf-8")
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    assert "ls.tex: stale" in capsys.readouterr().err
    page.write_text(PAGE.replace("label: ls", "label: other"), encoding="utf-8")
    assert main([*arguments, "--check"]) == 1
    err = capsys.readouterr().err
    assert "other.tex: missing" in err
    assert "ls.tex: no block" in err


def test_a_file_that_has_not_changed_is_not_written_again(tmp_path):
    page, out = tmp_path / "notes.md", tmp_path / "out"
    page.write_text(PAGE, encoding="utf-8")
    assert main(["tex", str(page), "-o", str(out)]) == 0
    before = (out / "ls.tex").stat().st_mtime_ns
    assert main(["tex", str(page), "-o", str(out)]) == 0
    assert (out / "ls.tex").stat().st_mtime_ns == before


def test_a_block_that_fails_and_a_label_that_is_taken_are_told_with_their_place(tmp_path, capsys):
    text = PAGE + PAGE + PAGE.replace("label: ls", "label: bad").replace("A x - b", "A b")
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    assert main(["tex", str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    err = capsys.readouterr().err
    assert "the label 'ls' is taken by" in err
    assert "notes.md:22: the sizes of this product do not fit" in err
    assert (tmp_path / "out" / "ls.tex").exists()


def test_comments_of_a_latex_file_hold_blocks(tmp_path):
    file = tmp_path / "a.tex"
    lines = BLOCK.replace("\n", "\n%% ")
    file.write_text(f"text\n%% derive\n%% label: ls\n%% {lines}\n\\derivation{{ls}}\n%% not one\n", encoding="utf-8")
    [block] = blocks(file)
    assert (block.line, block.label, block.text) == (2, "ls", f"label: ls\n{BLOCK}")


def test_watch_writes_again_when_a_source_changes(tmp_path):
    page, out = tmp_path / "notes.md", tmp_path / "out"
    page.write_text(PAGE, encoding="utf-8")
    args = parser().parse_args(["tex", str(page), "-o", str(out), "--watch"])
    seen = []
    done = threading.Event()

    def pause(_seconds):
        seen.append((out / "ls.tex").read_text(encoding="utf-8"))
        if len(seen) == 3:
            done.set()
            raise KeyboardInterrupt
        if len(seen) == 2:
            page.write_text(PAGE.replace("x - b", "x + 2 b"), encoding="utf-8")

    with pytest.raises(KeyboardInterrupt):
        command.watch(args, pause)
    assert done.is_set()
    assert seen[0] == seen[1] != seen[2]


# -- LaTeX itself -------------------------------------------------------------------------------


def run_latex(folder, body, preamble="", document="article"):
    """The log of two runs; every error fails."""
    program = require_tool("pdflatex")
    text = f"\\documentclass{{{document}}}\n\\usepackage{{derivations/matcalc}}\n{preamble}\n"
    (folder / "a.tex").write_text(f"{text}\\begin{{document}}\n{body}\n\\end{{document}}\n", encoding="utf-8")
    for _ in range(2):
        done = subprocess.run(
            [program, "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
            cwd=folder, capture_output=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    log = (folder / "a.log").read_text(encoding="utf-8", errors="replace")
    assert not re.findall(r"(?:Reference|Citation|references).*undefined", log)
    assert "multiply defined" not in log
    return log


def write(folder, sources, style):
    out = folder / "derivations"
    out.mkdir()
    (out / "matcalc.sty").write_text(package(), encoding="utf-8")
    (out / "matcalc-rules.tex").write_text(rule_book(style), encoding="utf-8")
    for label, text in sources:
        found = derive(text, verify=False)
        (out / file_name(label)).write_text(fragment(found, label, "a.md", text, style), encoding="utf-8")


def overfull(log):
    """How far lines run over, in points."""
    return sorted(float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log))


def of_docs():
    pages = sorted(DOCS.glob("*.md"))
    return [(f"{p.stem}:{b.line}", b.text) for p in pages for b in blocks(p)]


def test_the_whole_corpus_and_the_docs_compile_with_hyperref_and_cleveref(tmp_path):
    sources = [*of_docs(), *((c["id"].replace("_", "-"), c["block"]) for c in CASES)]
    write(tmp_path, sources, TexStyle(number="all"))
    body = "".join(f"\\Cref{{{n}}}, \\eqref{{{n}}}.\n\\derivation{{{n}}}\n" for n, _ in sources)
    log = run_latex(
        tmp_path, body + "\\appendix\\derivation{matcalc-rules}\nBy \\eqref{rule:10}.",
        "\\usepackage{hyperref}\\usepackage{cleveref}",
    )  # fmt: skip
    assert not [x for x in overfull(log) if x > 5]


@pytest.mark.parametrize(
    ("document", "style", "preamble"),
    [
        ("article", TexStyle(), "\\usepackage{hyperref}\\usepackage{cleveref}\\usepackage{autonum}"),
        ("beamer", TexStyle(width=27), ""),
        ("article", TexStyle(env="aligned", bold="boldsymbol"), ""),
        ("article", TexStyle(env="split", bold="bm"), "\\usepackage{bm}"),
        ("article", TexStyle(number="none"), ""),
    ],
    ids=["autonum", "beamer", "aligned", "split", "none"],
)
def test_the_docs_compile_in_other_documents(tmp_path, document, style, preamble):
    sources = of_docs()[:: 6 if document == "beamer" else 2]  # each takes its time, and all are in the first document
    write(tmp_path, sources, style)
    frame = "\\begin{{frame}}[allowframebreaks]\n{}\n\\end{{frame}}" if document == "beamer" else "{}"
    refer = style.number != "none"
    body = "".join(
        frame.format(f"{f'See ({chr(92)}ref{{{n}}}).' if refer else ''}\\derivation{{{n}}}") for n, _ in sources
    )
    log = run_latex(tmp_path, body, preamble, document)
    assert not [x for x in overfull(log) if x > 5]


@pytest.mark.parametrize(("name", "options"), [("article", ["--number", "all"]), ("slides", ["--width", "27"])])
def test_the_documents_of_the_docs_compile_as_printed(tmp_path, monkeypatch, name, options):
    program = require_tool("pdflatex")
    shutil.copy(DOCS / "examples" / f"{name}.tex", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["tex", f"{name}.tex", "-o", "derivations", *options]) == 0
    for _ in range(2):
        subprocess.run([program, "-interaction=nonstopmode", "-halt-on-error", name], check=True, capture_output=True)
    log = (tmp_path / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    assert "undefined references" not in log
    assert not [x for x in overfull(log) if x > 3]
    if name == "article":
        text = subprocess.run(
            [require_tool("pdftotext"), "-layout", f"{name}.pdf", "-"], check=True, capture_output=True
        )
        shown = " ".join(text.stdout.decode().split())
        assert "By eq. (4) the gradient vanishes" in shown
        assert "The first line, (1), holds" in shown
        assert "differentiated by rule (16) of the appendix" in shown
