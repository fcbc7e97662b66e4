"""A page that is read in several documents, and a document that is read again for another page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import build_site, require_package

from mkdocs_matcalc.publish import preview

BLOCK = "```derive\nlabel: {}\nlet x in R^n\nd/dx {} x' x\n```\n"
MODULE = f'''r"""A module.

The norm $\\|x\\|$ and \\eqref{{home}}.

{BLOCK.format("doc", 2)}
"""


def f(x):
    r"""The gradient $\\nabla f$, by \\eqref{{doc}}.

    $$
    a = b \\label{{inner}}
    $$
    """
'''
PAGES = {
    "index.md": f"# Home\n\n{BLOCK.format('home', 3)}\n\\eqref{{doc}} \\eqref{{inner}} \\eqref{{after}}\n",
    # the same text as in the docstring, but for the label
    "api.md": f"# API\n\n{BLOCK.format('before', 2)}\n::: thing\n\n{BLOCK.format('after', 2)}\n\\eqref{{doc}} $\\eqref{{inner}}$\n",
}
ARITHMATEX = "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\n"
SCRIPTS = {
    "mathml": "",
    "mathjax": "extra_javascript: [https://example.org/mathjax@4/tex-chtml.js]\n",
    "katex": "extra_javascript: [https://example.org/katex@0.16/dist/katex.min.js]\n",
}


def links(page: str, kind: str) -> list[tuple[str, str]]:
    found = re.findall(
        rf'<a class="matcalc-{kind}"(?: id="[^"]*")? href="([^"]*)">\(([^<]*)\)</a>', preview.without(page)
    )
    return [(href, number) for href, number in found]


def ids(page: str) -> list[str]:
    return re.findall(r'<[a-z][^<>]* id="([^"]*)"', page)


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize("renderer", SCRIPTS)
def test_docstrings_are_a_part_of_the_site(renderer: str, order: str, tmp_path: Path) -> None:
    require_package("mkdocstrings_handlers")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "thing.py").write_text(MODULE)
    plugins = ["mkdocstrings: {handlers: {python: {paths: [lib], options: {show_source: false}}}}", "matcalc"]
    if order == "last":
        plugins.reverse()
    built = build_site(tmp_path, PAGES, f"{ARITHMATEX}{SCRIPTS[renderer]}plugins: [{', '.join(plugins)}]\n")
    assert not built.warnings
    home, api = built.html("index.html"), built.html("api/index.html")
    assert links(home, "ref") == [("api/#doc", "4"), ("api/#inner", "5"), ("api/#after", "3")]
    assert links(api, "number") == [("#before", "2"), ("#doc", "4"), ("#inner", "5"), ("#after", "3")]
    assert ("#doc", "4") in links(api, "ref")
    assert "\\eqref" not in home + api
    assert len(set(ids(api))) == len(ids(api))
    assert {"before", "doc", "inner", "after"} <= set(ids(api))
    raw = preview.without(api)
    assert (r"\(\nabla f\)" in raw) == (renderer != "mathml")
    assert ("<math" in raw) == (renderer == "mathml")


def test_what_other_plugins_hold_of_the_configuration_stays_what_it_is(tmp_path: Path) -> None:
    held = tmp_path / "hook.py"
    held.write_text(
        "HELD = []\n\n"
        "def on_config(config):\n"
        "    HELD[:] = [config[k] for k in ('mdx_configs', 'markdown_extensions', 'extra_css', 'extra_javascript')]\n\n"
        "def on_env(env, config, files):\n"
        "    now = [config[k] for k in ('mdx_configs', 'markdown_extensions', 'extra_css', 'extra_javascript')]\n"
        "    assert all(a is b for a, b in zip(HELD, now, strict=True))\n"
        "    assert any('matcalc' in str(each) for each in HELD[0])\n"
    )
    build_site(tmp_path, {"index.md": "# A\n"}, f"hooks: [{held.name}]\nplugins: [matcalc]\n")


POST = """---
date: 2024-01-0{day}
---
# Post {name}

```derive
label: {name}
number: all
show: source
let x in R^n
d/dx {day} x' x
```

By \\eqref{{{name}.1}} and \\cref{{one,two}}, $\\eqref{{one}}$ and \\eqref{{nothing}}.

$$
a = b \\label{{hand-{name}}}
$$

```derive
oops
```

<!-- more -->

```derive
let x in R^n
d/dx 5 x' x
```
"""


@pytest.mark.parametrize("renderer", SCRIPTS)
def test_an_excerpt_has_the_numbers_of_its_page(renderer: str, tmp_path: Path) -> None:
    require_package("material")
    pages = {
        "index.md": "# Home\n\n\\eqref{one} \\eqref{two} \\eqref{hand-two}\n",
        "blog/index.md": "# Blog\n",
        "blog/posts/one.md": POST.format(name="one", day=1),
        "blog/posts/two.md": POST.format(name="two", day=2),
    }
    config = f"{ARITHMATEX}{SCRIPTS[renderer]}plugins: [search, blog: {{pagination_per_page: 2}}, matcalc]\n"
    built = build_site(tmp_path, pages, config, theme="material")
    posts = [f"2024/01/0{day}/post-{name}/" for name, day in (("one", 1), ("two", 2))]
    home = links(built.html("index.html"), "ref")
    assert home == [(f"blog/{posts[0]}#one", "1"), (f"blog/{posts[1]}#two", "4"), (f"blog/{posts[1]}#hand-two", "5")]
    for view, up in (("blog/index.html", ""), ("blog/archive/2024/index.html", "../../")):
        page = built.html(view)
        numbers = links(page, "number")
        assert [number for _, number in numbers if not number[-1].isalpha()] == ["4", "5", "1", "2"]
        assert {href.partition("#")[0] for href, _ in numbers} == {up + post for post in posts}
        for href, _ in [*numbers, *links(page, "ref")]:
            there, _, anchor = href.partition("#")
            target = (built.out / view).parent / there / "index.html"
            assert anchor in ids(target.read_text(encoding="utf-8"))
        assert len(set(ids(page))) == len(ids(page))
        assert not {"one", "two", "hand-one", "one.1"} & set(ids(page))
        assert page.count("docs/blog/posts/two.md:21") == 1
        assert "<matcalc-ref" not in page
        groups = re.findall(r'type="radio" name="(matcalc-[^"]*)"', page)
        assert len(groups) == 2 * len(set(groups))
    warnings = [warning for warning in built.warnings if "matcalc" in warning]
    assert len([warning for warning in warnings if "oops" in warning]) == 2
    assert len([warning for warning in warnings if "'nothing'" in warning]) == 2
    assert len(warnings) == 4
