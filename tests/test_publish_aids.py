"""What helps a reader: tabs, a fold, the mark of the check, copying, previews of rules."""

from __future__ import annotations

import re
from html import unescape

from mkdocs_matcalc.publish import preview

BLOCK = "```derive\nlabel: ls\n{}\ndf/dx\n```\n"


def test_source_and_code_are_tabs_of_radio_buttons(render) -> None:
    html = render(BLOCK.format("show: source, code") + "\n" + BLOCK.format("show: code").replace("ls", "b"))
    groups = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"( checked)?>', html)
    first, second = dict.fromkeys(group for group, _, _ in groups)
    assert [(value, bool(on)) for group, value, on in groups if group == first] == [
        ("derivation", True), ("source", False), ("code", False),
    ]  # fmt: skip
    assert [value for group, value, _ in groups if group == second] == ["derivation", "code"]
    assert html.count('<div class="matcalc-panel matcalc-panel-code" data-search-exclude>') == 2
    assert "def derivative" in html


def test_groups_of_tabs_differ_from_page_to_page(site) -> None:
    block = BLOCK.format("show: code")
    built = site({"index.md": block, "a.md": block.replace("ls", "b")})
    names = [
        set(re.findall(r'type="radio" name="([^"]+)"', built.html(page))) for page in ("index.html", "a/index.html")
    ]
    assert names[0].isdisjoint(names[1])


def test_a_derivation_may_be_folded_to_its_result(render) -> None:
    html = render(BLOCK.format("show: folded"))
    assert '<label class="matcalc-unfold" data-search-exclude><input type="checkbox">' in html
    assert "show the 3 lines of the derivation" in html
    assert "matcalc-unfold" not in render(BLOCK.format("# no"))
    assert "matcalc-unfold" in render(BLOCK.format("# by option"), show=["folded"])


def test_the_mark_of_the_check_has_its_figures(render) -> None:
    html = render(BLOCK.format("# x"))
    assert '<button type="button" class="matcalc-checked">every line checked</button>' in html
    assert "3 random points" in html
    assert "relative difference is below 10⁻⁸" in unescape(html)


def test_the_latex_can_be_copied(render) -> None:
    assert 'data-latex="\\begin{align*}&#10;  f &amp;= 0&#10;\\end{align*}"' in render(BLOCK.format("# x"))


def test_a_rule_shows_its_statement_with_a_link_and_without(render) -> None:
    linked = render(BLOCK.format("# x"), rulebook_url="rules.html", math="katex")
    assert re.search(r'<a class="matcalc-rule" href="rules.html#rule-10">.*?</a><matcalc-preview hidden', linked)
    alone = render(BLOCK.format("# x"), math="katex")
    assert re.search(
        r'<button type="button" class="matcalc-rule">product rule .*?</button><matcalc-preview hidden', alone
    )
    assert "<math" in alone, "a preview needs no renderer"
    assert "<math" not in preview.without(alone)


def test_the_statement_of_a_rule_stands_once_on_a_page(site) -> None:
    block = BLOCK.format("# x")
    built = site({"index.md": block + "\n" + block.replace("ls", "b"), "a.md": block.replace("ls", "c")})
    first, second = built.html("index.html"), built.html("a/index.html")
    assert first.count("#rule-10") == 2
    assert first.count('data-rule="10"') == second.count('data-rule="10"') == 1
    assert first.index('data-rule="10"') < first.index('id="b"')
