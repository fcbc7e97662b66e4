"""A label stands for one thing on a site, and an id for one thing on a page: references go to the equation."""

from __future__ import annotations

import re
import time
from pathlib import Path

import markdown
import pytest
from conftest import build_site, require_package

from mkdocs_matcalc.publish import names, preview

BLOCK = "```derive\nlabel: {}\nlet x in R^n\nd/dx x' x\n```\n"
PLAIN = "```derive\nlet x in R^n\nd/dx x' x\n```\n"
EQUATION = "$$\na = b \\label{{{}}}\n$$\n"
LINES = "$$\n\\begin{{align}} a &= b \\label{{{}}} \\\\ c &= d \\label{{other}} \\end{{align}}\n$$\n"
OURS = re.compile(r'<(?:figure class="matcalc"|div class="matcalc-[^"]*"|a class="matcalc-ref"|span) id="([^"]*)"')

#: What takes the id of an equation with the label "ridge", and whether that is worth a warning.
TAKERS = {
    "a heading": ("## Ridge\n", False),
    "a heading before and after": ("## Ridge\n\n## Ridge\n", False),
    "a heading with an id": ("## Other {#ridge}\n", True),
    "a heading with classes": ("## Other {: .a #ridge .b }\n", True),
    "a heading with an id in words": ("## Other {: id='ridge' }\n", True),
    "a paragraph with an id": ("Text.\n{: #ridge }\n", True),
    "an anchor": ('Text <a id="ridge"></a> text.\n', True),
    "an element": ("<div class=x id=ridge>\n\ntext\n\n</div>\n", True),
    "an element in single quotes": ("<p\tid = 'ridge'>text</p>\n", True),
}
EXTENSIONS = "markdown_extensions: [attr_list, toc, footnotes]\n"
SCRIPT = {"mathml": "", "mathjax": "extra_javascript: [https://example.org/mathjax.js]\n"}


def ids(page: str) -> list[str]:
    return re.findall(r"<[a-z][^<>]*?\sid\s*=\s*[\"']?([^\"'\s>]+)", page)


def check(page: str, target: str | None = None) -> None:
    """No id stands twice, and the reference goes to what is ours on this page or on that."""
    target = page if target is None else target
    assert len(set(ids(target))) == len(ids(target)), sorted(ids(target))
    found = re.findall(r'class="matcalc-ref"[^>]* href="[^"#]*#([^"]*)"', preview.without(page))
    assert found
    assert set(found) <= set(OURS.findall(target)), found


@pytest.mark.parametrize("made", [BLOCK, EQUATION, LINES], ids=["block", "equation", "lines"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("case", TAKERS)
def test_an_id_that_something_else_has_is_not_that_of_an_equation(case: str, first: bool, made: str, caplog) -> None:
    text, warned = TAKERS[case]
    parts = [text, made.format("ridge")]
    source = "\n".join([*(parts if first else reversed(parts)), "See \\eqref{ridge}.\n"])
    check(markdown.markdown(source, extensions=["matcalc", "attr_list", "toc"]))
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == warned
    assert all("the id 'ridge' stands on this page already" in each for each in told)


@pytest.mark.parametrize("renderer", SCRIPT)
@pytest.mark.parametrize("case", TAKERS)
def test_references_from_other_pages_go_to_the_equation_too(case: str, renderer: str, tmp_path: Path) -> None:
    text, warned = TAKERS[case]
    pages = {"index.md": "# A\n\n\\eqref{ridge}\n", "b.md": f"# B\n\n{text}\n{BLOCK.format('ridge')}\n"}
    built = build_site(tmp_path, pages, EXTENSIONS + SCRIPT[renderer])
    check(built.html("index.html"), built.html("b/index.html"))
    assert len(built.warnings) == warned
    assert all(re.search(r"docs/b\.md:\d+: the id 'ridge' stands on this page", each) for each in built.warnings)


@pytest.mark.parametrize(
    "text",
    [
        f"## Derivation 1\n\n{PLAIN}",
        f"{PLAIN}\n## Derivation 1\n",
        f"## Ref ls 1\n\n{BLOCK.format('ls')}\n## Ref ls 2\n\n\\eqref{{ls}}\n",
        f"{BLOCK.format('derivation-2')}\n{PLAIN}\n{PLAIN}",
        f"{PLAIN}\n{PLAIN}\n{BLOCK.format('derivation-2')}",
        f"{BLOCK.format('ls')}\n{BLOCK.format('ref-ls-1')}\n\\eqref{{ls}}\n",
        f"{BLOCK.format('rule-10')}\n[MATCALC-RULES]\n\n## Rule 10\n\n## Rule 15\n",
        "```derive\nlabel: ls\nlet x, y in R^n\nf = x' y\ndf/dx\ndf/dy\n```\n\n## ls-2\n\n\\eqref{ls-2}\n\n## ls.1\n",
        f"{PLAIN.replace('let', 'number: all{0}let').format(chr(10))}\n## Derivation 1a\n\n## Derivation 1b\n",
    ],
)  # fmt: skip
def test_the_ids_of_this_package_are_those_of_nothing_else(text: str, caplog) -> None:
    label = re.search(r"label: (\S+)", text)
    page = markdown.markdown(text + (f"\n\\eqref{{{label[1]}}}\n" if label else ""), extensions=["matcalc", "toc"])
    assert not caplog.records
    assert len(set(ids(page))) == len(ids(page)), sorted(ids(page))
    if label:
        check(page)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"{BLOCK.format('ls.1')}\n{BLOCK.format('ls')}", "ls.1"),
        (f"{BLOCK.format('ls')}\n{EQUATION.format('ls.1')}", "ls.1"),
        ("```derive\nlabel: ls\nlet x, y in R^n\nf = x' y\ndf/dx\ndf/dy\n```\n\n" + BLOCK.format("ls-2"), "ls-2"),
    ],
)
def test_a_label_that_a_line_has_is_taken(text: str, label: str, caplog) -> None:
    page = markdown.markdown(f"{text}\n\n\\eqref{{{label}}}\n", extensions=["matcalc"])
    check(page)
    [record] = caplog.records
    assert f"the label '{label}' is taken already at line" in record.getMessage()


def test_an_id_that_another_plugin_brings_in_is_a_warning(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    pages = {"index.md": f'# A\n\n<a {{{{ "id" }}}}="ridge"></a>\n\n{BLOCK.format("ridge")}\n\\eqref{{ridge}}\n'}
    [warning] = build_site(tmp_path, pages, "plugins: [macros, matcalc]\n").warnings
    assert "docs/index.md: the id 'ridge' stands 2 times on the page" in warning


def test_an_id_of_the_theme_is_a_warning(tmp_path: Path) -> None:
    pages = {"index.md": f"# A\n\n{BLOCK.format('__search')}\n\\eqref{{__search}}\n"}
    [warning] = build_site(tmp_path, pages, theme="material").warnings
    assert "docs/index.md: the id '__search' stands 2 times on the page" in warning


def test_a_taken_label_in_what_is_brought_in_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text(BLOCK.format("ls"))
    snippets = f'markdown_extensions: [{{pymdownx.snippets: {{base_path: ["{tmp_path.as_posix()}"]}}}}]\n'
    pages = {"a.md": BLOCK.format("ls"), "b.md": '# B\n\n--8<-- "part.md"\n'}
    [warning] = build_site(tmp_path, pages, snippets).warnings
    assert "docs/b.md: the label 'ls' is taken already at docs/a.md:2" in warning


@pytest.mark.parametrize("unit", ["{", "{#", "{ #a", "<a ", '<a id="', "<a id='x ", "<a id=", "{}", "<a i"])
def test_ids_are_found_in_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        list(names.written(text))
        return time.process_time() - start

    seconds(1000)
    assert seconds(400_000) < 20 * max(seconds(40_000), 0.002)
