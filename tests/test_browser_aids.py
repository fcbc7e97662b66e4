"""Reading aids in Chromium: by mouse, by keyboard, without a script, and in print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import THEMES, open_page, serve
from conftest import build_site

PAGE = r"""# Page

```derive
label: tabs
title: Tabs
show: source, code
let A in R^{m x n}, x in R^n, b in R^m
f = ||A x - b||^2
df/dx
```

Some text that refers to \eqref{fold.2} and \eqref{fold}.

```derive
label: fold
show: folded
let x in R^n, A in R^{n x n}
f = x' A x
df/dx
```

Once more \eqref{fold}, and \cref{tabs,fold}.
"""


@pytest.fixture(scope="module", params=THEMES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp(request.param)
    server, address = serve(folder / "site")
    built = build_site(folder, {"index.md": PAGE}, f"site_url: {address}\n{THEMES[request.param]}")
    assert not built.warnings
    yield address
    server.shutdown()
    server.server_close()


def visible(page: Any, selector: str) -> bool:
    return bool(page.locator(selector).first.is_visible())


def test_tabs_are_moved_through_by_keyboard(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    figure = "#tabs "
    assert visible(page, f"{figure}.matcalc-lines")
    assert not visible(page, f"{figure}.matcalc-panel-code")
    page.locator(f"{figure}input[value=derivation]").focus()
    page.keyboard.press("ArrowRight")
    assert visible(page, f"{figure}.matcalc-panel-source")
    assert not visible(page, f"{figure}.matcalc-lines")
    page.keyboard.press("ArrowRight")
    assert "def derivative" in page.locator(f"{figure}.matcalc-panel-code").inner_text()
    page.locator(f"{figure}.matcalc-tab", has_text="derivation").click()
    assert visible(page, f"{figure}.matcalc-lines")
    assert not page.errors
    page.context.close()


def test_a_fold_opens_by_keyboard_and_for_a_link_into_it(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    assert visible(page, "#fold .matcalc-result")
    assert not visible(page, "#fold .matcalc-step")
    page.locator("#fold .matcalc-unfold input").focus()
    page.keyboard.press("Space")
    assert visible(page, "#fold .matcalc-step")
    page.keyboard.press("Space")
    assert not visible(page, "#fold .matcalc-step")
    page.locator("a.matcalc-ref", has_text="b)").click()
    page.wait_for_url(re.compile("#fold.2$"))
    assert visible(page, "#fold .matcalc-step:target")
    page.context.close()


def test_the_statement_of_a_rule_shows_on_hover_and_on_focus(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    shown = page.locator("#matcalc-floating")
    rule = page.locator("#tabs a.matcalc-rule").first
    rule.hover()
    shown.wait_for(state="visible")
    assert shown.locator("math").count() >= 1
    [number] = re.findall(r"\((\d+)\)", rule.inner_text())
    assert f"({number})" in shown.inner_text()
    page.mouse.move(0, 0)
    shown.wait_for(state="hidden")
    page.locator("#tabs input[value=derivation]").focus()
    page.keyboard.press("Tab")
    shown.wait_for(state="visible")
    assert page.evaluate("document.activeElement.classList.contains('matcalc-rule')")
    page.keyboard.press("Escape")
    assert shown.is_hidden()
    page.context.close()


def test_a_rule_that_is_mentioned_again_shows_the_same_statement(browser: Any, sample: str) -> None:
    """The page holds it once; by mouse, by keyboard, closed by Escape."""
    page = open_page(browser, sample)
    numbers = page.locator("matcalc-preview[data-rule]").evaluate_all("all => all.map(each => each.dataset.rule)")
    assert len(numbers) == len(set(numbers)) > 2
    page.locator("#fold .matcalc-unfold input").check()
    again = page.locator("#fold .matcalc-rule:not(.matcalc-aided > *)")
    assert again.count()
    shown = page.locator("#matcalc-floating")
    for mention in again.all():
        [number] = re.findall(r"\((\d+)\)", mention.inner_text())
        mention.hover()
        shown.wait_for(state="visible")
        assert f"({number})" in shown.inner_text()
        assert shown.locator("math").count() >= 1
        page.mouse.move(0, 0)
        shown.wait_for(state="hidden")
    page.locator("#fold .matcalc-unfold input").focus()
    while not page.evaluate("document.activeElement.matches('#fold .matcalc-rule:not(.matcalc-aided > *)')"):
        page.keyboard.press("Tab")
    shown.wait_for(state="visible")
    page.keyboard.press("Escape")
    assert shown.is_hidden()
    page.context.close()


def test_an_equation_that_is_referred_to_again_shows_the_same_formula(browser: Any, sample: str) -> None:
    """The page holds it once, at the first reference."""
    page = open_page(browser, sample)
    assert page.locator(".matcalc-aided > .matcalc-ref").count() == 3
    again = page.locator(".matcalc-ref:not(.matcalc-aided > *)")
    assert again.count() == 2
    shown = page.locator("#matcalc-floating")
    for mention in again.all():
        mention.hover()
        shown.wait_for(state="visible")
        assert mention.inner_text() in shown.inner_text()
        assert shown.locator("math").count() >= 1
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
        shown.wait_for(state="hidden")
    page.context.close()


def test_the_mark_of_the_check_shows_its_figures(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    page.locator("#tabs .matcalc-checked").focus()
    page.keyboard.press("Enter")
    shown = page.locator("#matcalc-floating")
    shown.wait_for(state="visible")
    assert re.search(r"at \d+ random points .* relative difference is below 10⁻[⁴⁶⁸]", shown.inner_text())
    page.context.close()


def test_the_latex_is_copied(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("#tabs .matcalc-copy")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#tabs .matcalc-copy').textContent === 'copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("\\begin{align*}\n")
    assert "&&" in copied
    page.context.close()


def test_without_a_script_previews_tabs_and_folds_work_and_copying_is_not_offered(browser: Any, sample: str) -> None:
    page = open_page(browser, sample, script=False)
    assert not visible(page, "#tabs .matcalc-copy")
    page.locator("a.matcalc-ref").first.hover()
    assert visible(page, ".matcalc-aided:hover > matcalc-preview")
    page.locator("#tabs input[value=code]").check()
    assert visible(page, "#tabs .matcalc-panel-code")
    page.locator("#fold .matcalc-unfold input").check()
    assert visible(page, "#fold .matcalc-step")
    page.context.close()


def test_print_has_the_whole_derivation_and_no_aids(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    page.locator("#tabs input[value=code]").check()
    page.emulate_media(media="print")
    for aid in (".matcalc-tabs", ".matcalc-below", ".matcalc-unfold", ".matcalc-panel-code", "matcalc-preview"):
        assert not visible(page, aid), aid
    for whole in ("#tabs .matcalc-lines", "#tabs .matcalc-step", "#fold .matcalc-step", "#fold .matcalc-result"):
        assert visible(page, whole), whole
    page.context.close()


def test_a_screen_reader_meets_the_lines_in_order(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    figure = page.locator("#fold")
    page.locator("#fold .matcalc-unfold input").check()
    assert figure.get_attribute("role") == "group"
    assert figure.get_attribute("aria-label") == "Derivation: df/dx"
    heard = figure.aria_snapshot()
    assert 'group "Derivation: df/dx"' in heard.partition("\n")[0]
    assert 'checkbox "show the ' in heard
    assert re.search(r"product rule \(\d+\)", heard)
    assert heard.index("math") < heard.index("product rule") < heard.index("identification")
    assert "matcalc" not in re.sub(r"/url: .*", "", heard)
    page.context.close()
