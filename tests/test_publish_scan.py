"""Where blocks stand in a source, by the rules that SuperFences reads fences with."""

from __future__ import annotations

import markdown
import pytest

from mkdocs_matcalc.publish import scan
from mkdocs_matcalc.publish.page import Page

SOURCE = """\
---
title: A page
---
# Head

```derive
one
```

- item

    ```derive
    two
      indented
    ```

!!! note
    ~~~~derive
    three

    still three
    ~~~~

=== "Tab"

    > ```derive
    > four
    >
    > still four
    > ```

Code:

    ```derive
    no block
    ```

````markdown
```derive
no block
```
````

1. one
    - deep

        ```derive {#five}
        five
        ```

``` {.derive #six}
six
```
"""


def test_blocks_are_found_with_their_lines_and_without_their_indentation() -> None:
    found = scan.blocks(SOURCE)
    assert [(block.line, block.text) for block in found] == [
        (6, "one"),
        (12, "two\n  indented"),
        (18, "three\n\nstill three"),
        (26, "four\n\nstill four"),
        (47, "five"),
        (51, "six"),
    ]
    lines = SOURCE.split("\n")
    assert all("derive" in lines[block.line - 1] for block in found)


def test_a_label_in_the_header_is_read() -> None:
    assert [block.label for block in scan.blocks(SOURCE)] == ["", "", "", "", "five", "six"]
    assert not any(block.complaint for block in scan.blocks(SOURCE))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_of_either_kind_count_the_same(newline: str) -> None:
    assert [block.line for block in scan.blocks(SOURCE.replace("\n", newline))] == [6, 12, 18, 26, 47, 51]


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("derive wrt=x", "'wrt: x'"),
        ('derive title="Least squares"', "'title: Least squares'"),
        ("derive label=ls layout=denominator", "label=ls layout=denominator"),
        ("derive {#ls layout=denominator}", "layout=denominator"),
        ("derive x", "'x'"),
    ],
)
def test_options_in_the_header_are_complained_of(header: str, advice: str) -> None:
    [block] = scan.blocks(f"```{header}\ndf/dx\n```\n")
    assert advice in block.complaint
    assert "a line each" in block.complaint


@pytest.mark.parametrize(
    "source",
    [
        "```derived\nx\n```\n",
        "```python\nderive\n```\n",
        "``` ``derive\nx\n```\n",
        "```derive\nnever closed\n",
        "> ```derive\n> x\n\nout of the quote\n```\n",
        "",
    ],
)
def test_what_is_no_block_is_not_found(source: str) -> None:
    assert scan.blocks(source) == []


def test_blocks_of_the_same_text_are_told_apart_by_their_order() -> None:
    page = Page(source="```derive\nx\n```\n\n```derive\nx  \n```\n")
    assert [block.line for _ in range(3) if (block := page.place("x"))] == [1, 5, 5]
    assert page.place("y") is None


@pytest.mark.parametrize("extensions", [["pymdownx.superfences"], ["fenced_code"], []])
def test_the_scan_finds_what_superfences_finds(extensions: list[str], render, caplog) -> None:
    source = SOURCE.split("---\n", 2)[2].replace("one\n", "oops one\n", 1)
    html = render(source, "admonition", "pymdownx.tabbed", *extensions)
    figures = html.count('<figure class="matcalc"')
    errors = html.count('class="matcalc-error"')
    assert (figures, errors) == (5, 1)
    assert "line 4: unknown name" in caplog.text  # the line in what the extension was given
    assert markdown.markdown(source) != html
