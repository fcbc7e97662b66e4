"""The fence works wherever a block may stand and in whatever order extensions are loaded."""

from __future__ import annotations

import itertools
import logging
import textwrap

import markdown
import pytest
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

FIGURE = '<figure class="matcalc"'
ME = "mkdocs_matcalc.publish.extension"
BLOCK = "```derive\ndf/dx\n```"


@pytest.mark.parametrize("order", list(itertools.permutations([ME, "pymdownx.superfences", "admonition", "toc"])))
def test_any_order_of_extensions(order: tuple[str, ...], fake_engine) -> None:  # noqa: ARG001
    html = markdown.markdown(f"!!! note\n    Text\n\n{textwrap.indent(BLOCK, '    ')}\n", extensions=list(order))
    assert html.count(FIGURE) == 1
    assert "```" not in html


@pytest.mark.parametrize("others", [[], ["fenced_code"], ["fenced_code", "codehilite"], ["extra"], ["pymdownx.extra"]])
@pytest.mark.parametrize("first", [True, False])
def test_any_company_of_extensions(others: list[str], first, fake_engine) -> None:  # noqa: ARG001
    extensions = [ME, *others] if first else [*others, ME]
    html = markdown.markdown(f"{BLOCK}\n\n- item\n\n{textwrap.indent(BLOCK, '    ')}\n", extensions=extensions)
    assert html.count(FIGURE) == 2


PLACES = {
    "at the top": BLOCK,
    "tildes": "~~~derive\ndf/dx\n~~~",
    "four tildes": "~~~~ derive\ndf/dx\n~~~~",
    "braces": "``` {.derive #ls}\ndf/dx\n```",
    "a list": f"- item\n\n{textwrap.indent(BLOCK, '    ')}",
    "a numbered list": f"1. item\n\n{textwrap.indent(BLOCK, '    ')}",
    "a list in a list": f"- a\n    - b\n\n{textwrap.indent(BLOCK, '        ')}",
    "an admonition": f"!!! note\n{textwrap.indent(BLOCK, '    ')}",
    "details": f"??? note\n{textwrap.indent(BLOCK, '    ')}",
    "a tab": f'=== "A"\n\n{textwrap.indent(BLOCK, "    ")}',
    "a tab in an admonition": f'!!! note\n    === "A"\n\n{textwrap.indent(BLOCK, "        ")}',
    "a quote": textwrap.indent(BLOCK, "> "),
    "a quote in a quote": textwrap.indent(BLOCK, "> > "),
    "a quote in a list": f"- item\n\n{textwrap.indent(BLOCK, '    > ')}",
    "a footnote": f"Text[^1]\n\n[^1]:\n    Note\n\n{textwrap.indent(BLOCK, '    ')}",
    "a definition": f"Term\n:   Definition\n\n{textwrap.indent(BLOCK, '    ')}",
    "directly after text": f"Text\n{BLOCK}",
}
ALL = ["admonition", "pymdownx.details", "pymdownx.tabbed", "footnotes", "def_list"]


@pytest.mark.parametrize("superfences", [True, False])
@pytest.mark.parametrize("place", PLACES)
def test_a_block_may_stand_in(place: str, superfences, render) -> None:
    html = render(PLACES[place], *ALL, *(["pymdownx.superfences"] if superfences else ["fenced_code"]))
    assert html.count(FIGURE) == 1
    assert "derive\n" not in html


@pytest.mark.parametrize("superfences", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        f"Text:\n\n{textwrap.indent(BLOCK, '    ')}\n",
        f"Text:\n\n{textwrap.indent(BLOCK.replace('df/dx', 'oops'), '    ')}\n",
        f"- item\n\n{textwrap.indent(BLOCK, '        ')}\n",
        f"````markdown\n{BLOCK}\n````\n",
        f"~~~markdown\n{BLOCK}\n~~~\n",
        f"<!--\n{BLOCK.replace('df/dx', 'oops')}\n-->\n",
    ],
)
def test_code_that_shows_a_block_stays_code(source: str, superfences, render, caplog) -> None:
    html = render(source, "pymdownx.superfences" if superfences else "fenced_code")
    assert FIGURE not in html
    assert "matcalc-error" not in html
    assert not caplog.records
    assert "```derive" in html.replace('<span class="sb">', "").replace("</span>", "") or "<!--" in source


def test_blocks_in_code_are_not_counted(render) -> None:
    html = render(f"Text:\n\n{textwrap.indent(BLOCK, '    ')}\n\n{BLOCK}\n", "pymdownx.superfences")
    assert '<a class="matcalc-number" href="#derivation-1">(1)</a>' in html


def test_fenced_code_reads_its_fences_as_without_us(render) -> None:
    source = '```python hl_lines="1"\nx = 1\n```\n\n``` { .c #id }\nint x;\n```\n\n~~~\nplain\n~~~\n\n    indented\n'
    assert render(source, "fenced_code") == markdown.markdown(source, extensions=["fenced_code"])
    assert render(source, before=("fenced_code",)) == markdown.markdown(source, extensions=["fenced_code"])
    with_attributes = ["fenced_code", "codehilite", "attr_list"]
    assert render(source, *with_attributes) == markdown.markdown(source, extensions=with_attributes)


def test_superfences_reads_its_fences_as_without_us(fake_engine) -> None:  # noqa: ARG001
    source = '```python title="x"\nx = 1\n```\n\n```mermaid\ngraph\n```\n'
    fences = {"custom_fences": [{"name": "mermaid", "class": "mermaid"}]}
    configs = {"pymdownx.superfences": fences}
    alone = markdown.markdown(source, extensions=["pymdownx.superfences"], extension_configs=configs)
    for order in ([ME, "pymdownx.superfences"], ["pymdownx.superfences", ME]):
        assert markdown.markdown(source, extensions=order, extension_configs=configs) == alone


def test_one_instance_converts_document_after_document(fake_engine) -> None:  # noqa: ARG001
    md = markdown.Markdown(extensions=[ME])
    first = md.convert(BLOCK)
    md.reset()
    assert md.convert(BLOCK) == first
    assert md.reset().convert("plain") == "<p>plain</p>"


def test_a_mistake_is_a_box_and_a_warning_with_the_line(render, caplog) -> None:
    html = render("Text\n\n- item\n\n    ```derive\n    let x in R^n\n    f = oops x\n    ```\n")
    assert '<p class="matcalc-error-place">line 7</p>' in html
    assert "unknown name &#x27;oops&#x27;" in html or "unknown name 'oops'" in html
    assert "f = oops x\n    ^^^^" in html
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().startswith("line 7: unknown name 'oops' (declare it with let)\n | f = oops x\n |     ^")


def test_the_second_of_two_equal_blocks_has_its_own_line(render, caplog) -> None:
    render("```derive\noops\n```\n\n```derive\noops\n```\n")
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["line 2", "line 6"]


def test_a_failure_inside_is_a_box_too(render, caplog) -> None:
    html = render("```derive\ncrash\n```\n", "pymdownx.superfences")
    assert "matcalc-error" in html
    assert "internal error" in caplog.text
    assert "line 1: " in caplog.text


@pytest.mark.parametrize("superfences", [True, False])
def test_an_option_in_the_header_is_a_warning(superfences, render, caplog) -> None:
    render("Text\n\n```derive wrt=x\ndf/dx\n```\n", *(["pymdownx.superfences"] if superfences else []))
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["line 3"]
    assert "'wrt: x'" in caplog.text


@pytest.mark.parametrize("name", ["layout", "style", "number", "math", "show"])
def test_an_option_that_no_one_knows_is_refused(name: str, fake_engine) -> None:  # noqa: ARG001
    with pytest.raises(ValueError, match=f"{name}: 'sideways' is none of"):
        markdown.Markdown(extensions=[ME], extension_configs={ME: {name: "sideways"}})


def test_a_directive_that_no_one_knows_is_a_mistake_at_its_place(render, caplog) -> None:
    html = render("```derive\ndf/dx\nnumber: sometimes\n```\n")
    assert "number: sometimes\n        ^^^^^^^^^" in html
    assert caplog.records[0].getMessage().startswith("line 3: number: 'sometimes' is none of result, all, none")


class _Texts(Extension):
    """Notes the texts that inline patterns are about to look through."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        notes = Treeprocessor(md)
        notes.run = lambda root: self.seen.extend(" ".join(root.itertext()).split())  # type: ignore[method-assign]
        md.treeprocessors.register(notes, "texts", 20.5)


def test_no_inline_pattern_looks_into_the_place_of_a_block(fake_engine) -> None:  # noqa: ARG001
    """A page has many of them, and there are many patterns."""
    texts = _Texts()
    html = markdown.markdown(
        f"Words\n\n{BLOCK}\n\n- item\n\n{textwrap.indent(BLOCK, '    ')}\n\n<b>raw</b>\n\n<p>stash</p>\n\n{BLOCK}\n",
        extensions=[ME, "attr_list", "md_in_html", texts],
    )
    assert html.count(FIGURE) == 3
    assert [text for text in texts.seen if "wzxhzdk" not in text] == ["Words", "item", "<b>raw</b>"]
    assert len(texts.seen) == 4, "what is not ours stays where it is"
    assert "<p>stash</p>" in html
