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


# -- what is scanned is what is rendered ----------------------------------------------------------

CHANGED = {
    "a title": ("title: {{ word }}\nlet x in R^n\nd/dx x' x", "title: Hello\nlet x in R^n\nd/dx x' x"),
    "a comment": ("let x in R^n  # {{ word }}\nd/dx x' x", "let x in R^n  # Hello\nd/dx x' x"),
    "a function": ("let x in R^n\nd/dx {{ two }} x' x", "let x in R^n\nd/dx 2 x' x"),
    "a size": ("let x in R^(n {{ plus }})\nd/dx x' x", "let x in R^(n )\nd/dx x' x"),
}


def changed_site(tmp_path: Path, config: str, block: str, *, label: bool = True) -> tuple[str, str]:
    middle = f"```derive\n{'label: m' if label else ''}\n{block}\n```\n"
    text = (
        "# B\n\n"
        + BLOCK.format("z", 2)
        + "\n"
        + middle
        + "\n$$\n{{ word }} = b \\label{hand}\n$$\n\n"
        + BLOCK.format("y", 3)
    )
    pages = {
        "a.md": "# A\n\n\\eqref{z} \\eqref{m} \\eqref{m.1} \\eqref{y} \\eqref{hand}\n",
        "b.md": text + "\n\\eqref{y}\n",
    }
    if not label:
        pages["a.md"] = "# A\n\n\\eqref{z} \\eqref{y} \\eqref{hand}\n"
    built = build_site(tmp_path, pages, config)
    assert not built.warnings
    assert "{{" not in built.html("b/index.html")
    return built.html("a/index.html"), built.html("b/index.html")


MACROS = "plugins: [macros, matcalc]\nextra: {word: Hello, two: 2, plus: ''}\n"
HOOK = """
def on_page_markdown(markdown, page, config, files):
    return markdown.replace("{{ word }}", "Hello").replace("{{ two }}", "2").replace("{{ plus }}", "")
"""


@pytest.mark.parametrize("plugin", ["macros", "hook"])
@pytest.mark.parametrize("case", CHANGED)
@pytest.mark.parametrize("label", [True, False], ids=["with a label", "without"])
def test_what_another_plugin_changes_keeps_its_number(case: str, plugin: str, label: bool, tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    (tmp_path / "hook.py").write_text(HOOK)
    config = MACROS if plugin == "macros" else "hooks: [hook.py]\nplugins: [matcalc]\n"
    text, page = changed_site(tmp_path, config, CHANGED[case][0], label=label)
    shown = dict(links(page, "number"))
    for href, number in links(text, "ref"):
        anchor = href.partition("#")[2]
        assert anchor in ids(page)
        assert shown.get(f"#{anchor}", number) == number
    whole = [number for number in shown.values() if number.isdigit()]
    # A block that is wrong before the change has no place in the sequence.
    assert whole == (["1", "4", "2", "3"] if case in ("a size", "a function") else ["1", "2", "3", "4"])


def test_a_label_that_another_plugin_makes_is_known(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    block = "```derive\nlabel: {{ name }}\nlet x in R^n\nd/dx 5 x' x\n```\n"
    pages = {"a.md": "# A\n\n\\eqref{made}\n", "b.md": "# B\n\n" + block + "\n" + BLOCK.format("y", 3)}
    built = build_site(tmp_path, pages, "plugins: [macros, matcalc]\nextra: {name: made}\n")
    assert not built.warnings
    [(href, number)] = links(built.html("a/index.html"), "ref")
    assert (f"#{href.partition('#')[2]}", number) in links(built.html("b/index.html"), "number")


def test_what_has_a_number_and_is_taken_away_is_a_warning(tmp_path: Path) -> None:
    require_package("mkdocs_macros")
    gone = "{% if false %}\n" + BLOCK.format("gone", 2) + "{% endif %}\n"
    pages = {"a.md": "# A\n\n\\eqref{gone}\n", "b.md": "# B\n\n" + gone + "\n" + BLOCK.format("y", 3)}
    built = build_site(tmp_path, pages, "plugins: [macros, matcalc]\n")
    [warning] = built.warnings
    assert "docs/b.md:4: what stands here has the number (1), and is not on the page" in warning


@pytest.mark.parametrize("text", ["<div>\n{}</div>\n", "<!--\n{}-->\n", "    {}", "`{}`"])
def test_what_is_not_read_has_no_number_or_is_a_warning(text: str, tmp_path: Path) -> None:
    pages = {"index.md": "# A\n\n" + text.format("$$\na = b \\label{e}\n$$\n") + "\n\n" + BLOCK.format("y", 3)}
    built = build_site(tmp_path, pages)
    numbers = [number for _, number in links(built.html("index.html"), "number")]
    assert numbers == ["1"] or any("has the number (1)" in warning for warning in built.warnings)
