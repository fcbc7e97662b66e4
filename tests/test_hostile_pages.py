"""Hostile text on pages and in LaTeX files, too large and at random: an error in words, never markup or a command.

What the words of a block become, the configuration, and what the package itself may call are in `test_security`.
"""

from __future__ import annotations

import logging
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from attacks import MARKUP, PLACES, SOUND, TEX, derived
from hypothesis import given, settings
from hypothesis import strategies as st

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.verdict import INTERNAL

ROOT = Path(__file__).parent.parent
ME = "mkdocs_matcalc.publish.extension"
RENDERERS = ("mathml", "mathjax", "katex", "none")
#: Elements that a derivation has no use for.
_FOREIGN = {"script", "img", "svg", "iframe", "object", "embed", "link", "style", "base", "form", "meta"}


class Markup(HTMLParser):
    """The markup of a page that runs or loads something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _FOREIGN:
            self.bad.append(tag)
        for name, value in attrs:
            address = re.sub(r"\s", "", value or "").lower() if name in ("href", "src", "action", "xlink:href") else ""
            if name.startswith("on") or name == "srcdoc" or address.startswith(("javascript:", "data:", "vbscript:")):
                self.bad.append(f"{tag} {name}={value}")


def page(text: str, **options: object) -> str:
    return markdown.markdown(text, extensions=[ME], extension_configs={ME: options})


def boxed(block: str) -> str:
    """The error box that a block becomes."""
    html = page(f"```derive\n{block}\n```\n")
    assert 'class="matcalc-error"' in html
    assert INTERNAL not in html
    return html


# -- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("math", RENDERERS)
def test_no_reference_and_no_header_becomes_markup(math, caplog):
    """References, labels of equations and the header of a fence are words of an author, too."""
    caplog.set_level(logging.CRITICAL)
    for payload in (
        p for p in (*MARKUP, *TEX) if not p.startswith(("<", "--"))
    ):  # Markdown itself passes an author's HTML on
        inner = re.sub(r"[<>{}\\]", "", payload)
        text = f"See \\eqref{{{inner}}}.\n\n$$x = 1 \\label{{{inner}}}$$\n\n``` {{.derive #{inner}}}\n{SOUND}\n```\n"
        assert not Markup(page(text, math=math)).bad, payload


@given(
    st.lists(
        st.sampled_from([*"<>\"'&=\\{}$`/ ", "img", "onerror=", "\\ref{", "\\eqref{ls", "a", "é", "-->", "&quot;"])
    )
)
@settings(max_examples=150, deadline=None)
def test_no_title_becomes_markup(pieces):
    title = "".join(pieces)
    assert not Markup(page(f"```derive\ntitle: {title}\nlabel: ls\n{SOUND}\n```\n")).bad


# -- LaTeX ----------------------------------------------------------------------------------------


def test_the_command_writes_no_hostile_label(tmp_path, capsys):
    """A label is the name of a file: one that leads out of the folder, or into LaTeX, is an error."""
    blocks = [f"```derive\nlabel: {label}\n{SOUND}\n```\n" for label in ("../out", "/out", "a%b", "$x$", "-o", "a..b")]
    (tmp_path / "notes.md").write_text("\n".join(blocks), encoding="utf-8")
    assert main(["tex", str(tmp_path / "notes.md"), "-o", str(tmp_path / "made")]) == 1
    assert capsys.readouterr().err.count("cannot be a label") == len(blocks)
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert written <= {"notes.md", "matcalc.sty", "matcalc-rules.tex"}


# -- size -----------------------------------------------------------------------------------------

HEAD = "let x in R^n, t in R, A in R^{n x n}\n"
LARGE = {
    "100000 brackets": "d/dx " + "(" * 49_000 + "x" + ")" * 49_000,
    "100000 open brackets": "d/dx " + "(" * 100_000,
    "a megabyte of a name": "let " + "a" * 1_000_000 + " in R",
    "a megabyte of a comment": f"# {'a' * 1_000_000}\n{SOUND}",
    "a megabyte of a title": f"title: {'a' * 1_000_000}\n{SOUND}",
    "a megabyte of lines": "\n" * 1_000_000 + SOUND,
    "a megabyte of LaTeX": HEAD + "d/dx $" + "x + " * 250_000 + "x$",
    "brackets in LaTeX": HEAD + "d/dx $" + "(" * 4_000 + "x" + ")" * 4_000 + "$",
    "groups in LaTeX": HEAD + "d/dx $" + "{" * 4_000 + "x" + "}" * 4_000 + "$",
    "fractions in LaTeX": HEAD + "d/dt $" + r"\frac{1}{" * 900 + "t" + "}" * 900 + "$",
    "the name of a dimension": "let x in R^{" + "n" * 101 + "}\nd/dx x' x",
    "a dimension": "let x in R^{" + "9" * 90 + "}\nd/dx x' x",
    "arrays": "let A in R^{n x n}\nd/dA sum(" + "kron(A, " * 10 + "A" + ")" * 10 + ".^2)",
    "arrays of a size": "let A in R^{90 x 90}\nd/dA sum(" + "kron(A, " * 10 + "A" + ")" * 10 + ".^2)",
    "a power": HEAD + "d/dt t^1000000000",
    "a power in brackets": HEAD + "d/dt t^(10^9)",
    "a power of a matrix": HEAD + "d/dA tr(A^1000000000)",
    "an entrywise power": HEAD + "d/dx sum(x.^1000000000)",
    "a tower of numbers": HEAD + "d/dt t " + "2^(" * 50 + "2" + ")" * 50,
    "powers of powers": HEAD + "d/dt " + "(" * 30 + "7" + "^9999)" * 30 + " t",
    "a tower in LaTeX": HEAD + "d/dt $t " + "2^{" * 50 + "2" + "}" * 50 + "$",
    "norms": HEAD + "d/dx " + "|| " * 5_000,
    "declarations": "let " + ", ".join(f"x{i} in R^n{i}" for i in range(20_000)),
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_too_large_is_told_at_once(what):
    """An error in little time of this process (a guard against hanging, no measurement), and one short enough to read."""
    derive(SOUND)  # what is imported once is not counted
    start = time.process_time()
    with pytest.raises(DeriveError) as caught:
        derive(LARGE[what])
    assert time.process_time() - start < 3
    assert not caught.value.message.startswith(INTERNAL)
    assert len(str(caught.value)) < 1000


def test_what_is_too_large_is_a_box_on_the_page():
    for what in ("100000 open brackets", "a megabyte of a comment", "a megabyte of LaTeX", "a tower of numbers"):
        assert len(boxed(LARGE[what])) < 5_000, what


#: Each limit: its number, words of the error, and what is just over it.
OVER = {
    "100 000": ("100000 are read", "# " + "x" * 100_000),
    "30 000": ("30000 symbols", "d/dx " + "x+" * 15_000 + "x"),
    "30 000 symbols": ("30000 symbols", HEAD + f"d/dx ${'x + ' * 7_500}x$"),
    "60": ("60 levels", "d/dx " + "(" * 61 + "x" + ")" * 61),
    "20": ("20 powers", HEAD + "d/dA A" + "'^2" * 25),
    "100 letters": ("100 letters", "d/dx " + "x" * 101),
    "100 digits": ("100 digits", "d/dt t*" + "1" * 101),
    "4 000": ("too long", HEAD + "d/dt t" + " * ".join([" ", *["9" * 100] * 20])),
    "10 000 as an exponent": ("at most 10000", HEAD + "d/dt t^10001"),
    "64 as the power": ("at most 64", HEAD + "d/dA tr(A^65)"),
    "1 000 000": ("up to 1000000", "let x in R^1000001\nd/dx x' x"),
    "64 names": ("too large", "let x in R^n\ny0 = x\n" + "\n".join(f"y{i} = vec(y{i - 1} y{i - 1}')" for i in range(1, 9)) + "\nd/dx y8"),
    "12 000": ("12000 operations", HEAD + "d/dx sum(" + " + ".join(["x"] * 12_001) + ")"),
    "100": ("100 factors", HEAD + "d/dx " + "x'x " * 101),
    "25": ("25 factors", "let t in R\nd2/dt2 " + " ".join(f"(t + {i})" for i in range(26))),
    "powers": ("exponent of more than 10000", "let t in R\nd/dt ((t^1000)^1000)^1000"),
    "ten": (
        "so many definitions", "let t in R\na0 = sin(t)\n" + "\n".join(f"a{i} = a{i - 1} a{i - 1} + cos(a{i - 1})" for i in range(1, 11)) + "\nd2/dt2 a10"
    ),
    "20 000": ("becomes too long", HEAD + "d/dx sum(" + "softmax(" * 20 + "x" + ")" * 21),
    "60 derivations": ("60 derivations", HEAD + "d/dx x' x\n" * 61),
    "40": ("40 definitions", HEAD + "y0 = t\n" + "\n".join(f"y{i} = sin(y{i - 1})" for i in range(1, 42)) + "\nd2/dt2 y41"),
    "500 000": ("too large to check", "let A in R^{n x n}\nd/dA sum(" + "kron(A, " * 10 + "A" + ")" * 10 + ".^2)"),
}  # fmt: skip


@pytest.mark.parametrize("number", OVER)
def test_each_limit_holds(number):
    words, text = OVER[number]
    with pytest.raises(DeriveError, match=words):
        derive(text)


def test_the_documentation_names_tests_that_exist():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").glob("test_*.py"))
    assert named
    assert not [name for name in named if f"def {name}(" not in source]


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\x1b", "\x7f", "\ufff9"])
@pytest.mark.parametrize("place", ["a title", "a label", "a comment", "a declaration alone", "LaTeX"])
def test_a_character_that_cannot_be_seen_is_shown(place, mark):
    """Not in titles and comments either, where it would turn the text around it."""
    html = boxed(PLACES[place].replace("{}", f"a{mark}b"))
    assert f"U+{ord(mark):04X}" in html
    assert mark not in html


# -- random text ----------------------------------------------------------------------------------

BLOCKS = [
    SOUND,
    "title: least squares\nlabel: ls\nlet A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx, df/dA",
    "let S in R^{n x n} spd\nstyle: chain\nd/dS logdet(S) + tr(inv(S))",
    "let x in R^n, W in R^{m x n}, sigma: elementwise\ny = sigma(W x)\ndifferential sum(y) wrt x, W",
    "let x in R^n, A in R^{n x n}\nd/dx $\\frac{1}{2} x^\\top A x + \\lVert x \\rVert^2$",
    "let l: R^n -> R, x in R^n\nlayout: mixed\nd2/dx2 l(x)",
]


@given(st.binary(max_size=200), st.sampled_from(BLOCKS), st.integers(0, 200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_within_a_block(raw, block, at):
    """Bytes that are no UTF-8 arrive as lone surrogates, and are told like any unseen character."""
    text = raw.decode("utf-8", "surrogateescape")
    derived(text)
    derived(block[:at] + text + block[at:])


@given(st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(0, 120), st.integers(0, 60)), min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_splice_of_blocks(parts):
    derived("".join(block[start : start + size] for block, start, size in parts))


# -- configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["layout", "style", "number", "numbering", "math", "show", "rulebook_url"])
@pytest.mark.parametrize("value", [3, True, [1], {"a": "b"}, b"x"])
def test_a_wrong_option_of_the_extension_is_told_by_name(option, value):
    with pytest.raises(ValueError, match=option):
        page("", **{option: value})


# -- the package itself ---------------------------------------------------------------------------


def test_the_assets_of_a_page_run_no_text_and_load_nothing_from_elsewhere():
    for file in sorted((ROOT / "mkdocs_matcalc" / "publish" / "assets").iterdir()):
        if file.suffix in (".js", ".css"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(
                r"\b(?:eval|fetch|import)\s*\(|XMLHttpRequest|innerHTML|document\.write\b|@import", text
            )
            assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text.replace("http://www.w3.org/", "")), file.name
