"""What an untrusted page cannot do: each claim of the page "Security", by doing it.

A page reaches us as the text of its blocks, their labels and titles, and formulas in LaTeX. The
configuration is the author's; of the wrong type, it is an error in words.
"""

from __future__ import annotations

import ast
import html.parser
import logging
import socket
from pathlib import Path

import markdown
import pytest
from attacks import COMMANDS, MARKUP, PLACES, TEX, derived
from conftest import build_site
from mkdocs.exceptions import Abort, ConfigurationError, PluginError

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.emit.fragment import fragment
from mkdocs_matcalc.emit.tex import PREAMBLE, TexStyle, align
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.verdict import INTERNAL

PACKAGE = Path(__file__).parent.parent / "mkdocs_matcalc"
ME = "mkdocs_matcalc.publish.extension"
RENDERERS = ("mathml", "mathjax", "katex", "none")
#: What a page of ours is made of.
_ELEMENTS = {
    "figure", "figcaption", "div", "span", "a", "p", "pre", "code", "strong", "button", "details", "summary", "math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msup", "msub", "msubsup", "msqrt", "mover", "munder", "munderover", "mspace", "mtable", "mtr", "mtd", "mpadded", "mstyle", "semantics", "annotation", "menclose", "mroot", "mphantom", "mprescripts", "mmultiscripts", "em", "input", "label", "matcalc-preview", "template", "wbr",
}  # fmt: skip


class Elements(html.parser.HTMLParser):
    """The elements of a page, its attributes, and what its links lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action", "xlink:href", "formaction"):
                self.links.append(value or "")


def page(text: str, **options: object) -> str:
    return markdown.markdown(f"```derive\n{text}\n```\n", extensions=[ME], extension_configs={ME: options})


@pytest.mark.parametrize("math", RENDERERS)
@pytest.mark.parametrize("place", PLACES)
def test_no_word_of_a_block_becomes_markup(place, math, caplog):
    """Every element is one of ours, no attribute is a handler, every link stays on the site; a block is never lost."""
    caplog.set_level(logging.CRITICAL)
    for attack in (*MARKUP, *TEX):
        text = page(PLACES[place].replace("{}", attack), math=math, number="all", show=["source", "code"])
        made = Elements(text)
        assert made.names <= _ELEMENTS, (attack, made.names - _ELEMENTS)
        assert not [a for a in made.attributes if a.startswith("on") or a == "srcdoc"], attack
        assert all(link.startswith("#") for link in made.links), (attack, made.links)
        assert 'class="matcalc"' in text or 'class="matcalc-error"' in text, attack
        assert INTERNAL not in text, attack


def formulas(text: str) -> str:
    """What a script that sets formulas would read on a page."""
    out: list[str] = []

    class Words(html.parser.HTMLParser):
        skipped: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            ignored = tag in ("pre", "code", "annotation") or "mathjax_ignore" in (dict(attrs).get("class") or "")
            if self.skipped or ignored:
                self.skipped.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if self.skipped and self.skipped[-1] == tag:
                self.skipped.pop()

        def handle_data(self, data: str) -> None:
            if not self.skipped:
                out.append(data)

    words = Words()
    words.skipped = []
    words.feed(text)
    return "".join(out)


@pytest.mark.parametrize("math", ["mathjax", "katex"])
@pytest.mark.parametrize("place", PLACES)
def test_no_command_of_a_block_reaches_a_renderer(place, math, caplog):
    """Not even between the delimiters of a formula."""
    caplog.set_level(logging.CRITICAL)
    for attack in TEX:
        for wrapped in (attack, rf"\({attack}\)", f"$${attack}$$"):
            read = formulas(page(PLACES[place].replace("{}", wrapped), math=math, number="all"))
            assert not COMMANDS.search(read), (wrapped, read)


@pytest.mark.parametrize("place", PLACES)
def test_no_command_of_a_block_reaches_a_tex_file(place):
    """What an author writes is in comments alone; the definitions at the head are the package's own."""
    for attack in (*MARKUP, *TEX):
        block = PLACES[place].replace("{}", attack)
        found = derived(block)
        text = fragment(found, "ls", f"{attack}.md", block, TexStyle()) + "".join(map(align, found))
        body = "\n".join(line for line in text.replace(PREAMBLE, "").split("\n") if not line.startswith("%"))
        assert not COMMANDS.search(body), (attack, body)


def test_no_title_and_no_label_reaches_a_tex_file_of_the_command(tmp_path, capsys):
    for attack in (*TEX, "% $ # _ & { } ~ ^ \\"):
        for key in ("title", "label"):
            source = tmp_path / "block.txt"
            source.write_text(f"{key}: {attack}\nlet x in R^n\nd/dx x' x\n", encoding="utf-8")
            main(["derive", str(source), "--format", "latex"])
            written = capsys.readouterr().out
            assert not [c for c in ("\\input", "\\write", "\\def", "\\csname", "\\directlua", "\\href") if c in written]


def test_nothing_in_the_package_executes_text():
    """No eval, exec, compile, pickle, marshal, shell or template made from a page."""
    forbidden = {"eval", "exec", "compile", "__import__"}
    modules = {
        "pickle",
        "marshal",
        "shelve",
        "subprocess",
        "ctypes",
        "code",
        "runpy",
        "socket",
        "urllib.request",
        "http.client",
    }
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{file}: {node.func.id}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in ("system", "popen", "sympify", "parse_expr", "lambdify"), (
                    f"{file}: {node.func.attr}"
                )
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            # The processes of a build are this interpreter with a fixed command: see the next tests.
            allowed = {"subprocess"} if file.name in ("workers.py", "aside.py") else set()
            assert not modules & set(names) - allowed, f"{file}: {names}"
            if isinstance(node, ast.keyword):
                assert node.arg != "shell", file


def test_a_worker_is_this_interpreter_and_nothing_of_a_page_is_in_its_command(monkeypatch):
    import subprocess
    import sys

    from mkdocs_matcalc.publish import workers

    started: list[tuple[object, dict[str, object]]] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        started.append((command, options))
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setenv(workers.VARIABLE, "2")
    requests = [b'["block","$(touch x); d/dx x","numerator","differential","result","mathml",[]]'] * workers.WORTH
    with workers.Workers(requests) as some:
        assert some.running
        for place in range(len(requests)):
            some.answer(place)
    [(command, options)] = started
    assert command == [sys.executable, "-P", "-m", "mkdocs_matcalc.publish.worker", str(PACKAGE / "publish")]
    assert not options.get("shell")


def test_formulas_are_converted_by_this_interpreter_and_are_not_in_its_command(monkeypatch):
    import subprocess
    import sys

    from mkdocs_matcalc.publish import aside

    started: list[tuple[object, dict[str, object]]] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        started.append((command, options))
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    process = aside.Aside()
    assert process.ask(r"\text{$(touch x)}", display=True).why
    process.end()
    [(command, options)] = started
    assert command == [sys.executable, "-P", "-m", "mkdocs_matcalc.publish.aside"]
    assert not options.get("shell")


def test_a_build_asks_nothing_of_the_network(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    site = build_site(tmp_path, {"index.md": "# A\n\n```derive\nlet x in R^n\nd/dx x' x\n```\n"})
    assert "<math" in site.html("index.html")


def test_a_block_reads_and_writes_no_file(monkeypatch):
    """Once the engine is imported, a block touches nothing outside this process."""
    import builtins
    import io
    import os

    derive("let x in R^n, sigma: elementwise\nd/dx sigma(x)' x")[0].to_dict()

    def refuse(*arguments: object, **_: object) -> None:
        raise AssertionError(f"a file was opened: {arguments}")

    for module in (builtins, io, os):
        monkeypatch.setattr(module, "open", refuse)
    failed = False
    for attack in TEX:
        for text in PLACES.values():
            try:
                [d.to_dict() for d in derive(text.replace("{}", attack))]
            except DeriveError as error:
                failed = failed or error.message.startswith("internal")
    assert not failed


WRONG_CONFIGURATIONS = (
    "layout: 3", "layout: [numerator]", "style: {a: b}", "number: true", "numbering: 1.5", "math: [mathml]", "math: null\n      layout: x",
    "show: source", "show: [1]", "show: {a: 1}", "backlinks: perhaps", "rulebook: 7", "rulebook: [a.md]", "rulebook: ../../etc/passwd",
    "cache: 'yes'", "javascript: {}", "javascript: 3", "javascript: ../../../etc", "nonsense: true",
)  # fmt: skip


@pytest.mark.parametrize("option", WRONG_CONFIGURATIONS)
def test_a_configuration_of_the_wrong_type_is_an_error_in_words(tmp_path, option):
    """Never a traceback of ours; and nothing is written outside the site."""
    config, told = f"plugins:\n  - matcalc:\n      {option}\n", ""
    try:
        build_site(tmp_path / "site-folder", {"index.md": "# A\n\n```derive\nd/dx x\n```\n"}, config)
    except (Abort, ConfigurationError, PluginError) as error:
        told = str(error)
    assert "Traceback" not in told
    assert [p.name for p in tmp_path.iterdir()] == ["site-folder"]


@pytest.mark.parametrize(
    "uri", ["../../rules.md", "/rules-of-matcalc.md", "a/../../b.md", "..\\\\rules.md", "C:/rules.md"]
)
def test_the_rule_book_stays_on_the_site(tmp_path, uri):
    with pytest.raises((Abort, ConfigurationError, PluginError)):
        build_site(tmp_path / "a" / "b", {"index.md": "# A\n"}, f'plugins:\n  - matcalc:\n      rulebook: "{uri}"\n')
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert not Path("/rules-of-matcalc").exists()


@pytest.mark.parametrize(
    "config", ["plugins: [matcalc: 3]", "plugins: [matcalc: [a]]", "plugins: {matcalc: {layout: null}}"]
)
def test_a_plugin_entry_of_the_wrong_type_is_an_error_in_words(tmp_path, config):
    told = ""
    try:
        build_site(tmp_path, {"index.md": "# A\n"}, config + "\n")
    except (Abort, ConfigurationError, PluginError) as error:
        told = str(error)
    assert "Traceback" not in told
