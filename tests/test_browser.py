"""What a reader sees: built sites, opened in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import ROOT, STICKS_OUT, THEMES, contrast, open_page, serve, text_outside_code
from conftest import build_site

PAGE = r"""# Least squares

By \eqref{ls} and \cref{ls,cov} the residual is orthogonal to the columns.

```derive
label: ls
title: Least squares
let A in R^{m x n}, x in R^n, b in R^m
f = ||A x - b||^2
df/dx
```

- In a list:

    ```derive
    label: cov
    let S in R^{n x n} spd, C in R^{n x n} symmetric
    f = 1/2 logdet(S) + 1/2 tr(inv(S) C)
    df/dS
    ```

!!! note
    Long:

    ```derive
    number: all
    show: source, code
    let A, B, C, D, E in R^{n x n}, x in R^n
    f = x' A x + x' B B x + x' C C C x + x' D D x + x' E E x
    df/dx
    ```

A mistake:

```derive
let x in R^n
f = x' x + this_name_is_a_very_long_one_that_does_not_fit_on_a_narrow_screen_and_has_to_go_on
d/dx f(
```
"""
EXTENSIONS = "\nmarkdown_extensions: [admonition, pymdownx.superfences]\n"


@pytest.fixture(scope="module", params=THEMES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a page of ours, in each theme; the real engine."""
    folder = tmp_path_factory.mktemp(request.param)
    built = build_site(folder, {"index.md": PAGE}, THEMES[request.param] + EXTENSIONS)
    assert len(built.warnings) == 1, "the mistake, and nothing else"
    server, address = serve(built.out)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The product's own site: its address and its pages."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    out = tmp_path_factory.mktemp("docs")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(out), strict=True))
    server, address = serve(out)
    yield address, sorted(path.relative_to(out).as_posix() for path in out.rglob("index.html"))
    server.shutdown()
    server.server_close()


def test_derivations_are_rendered_mathematics_and_not_tex(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    assert page.locator("figure.matcalc").count() == 3
    for figure in page.locator("figure.matcalc").all():
        formulas = figure.locator("math:visible").all()
        assert len(formulas) > 4
        for formula in formulas:
            box = formula.bounding_box()
            assert box["width"] > 3
            assert box["height"] > 5
        # A fraction is taller than the letter above its bar: the browser lays the formula out.
        fraction = figure.locator(".matcalc-result mfrac").first
        assert fraction.bounding_box()["height"] > 1.6 * fraction.locator("> *").first.bounding_box()["height"]
    assert not re.findall(r"\\[a-zA-Z]+|\$", text_outside_code(page))
    assert page.evaluate("document.fonts.check('16px \"Matcalc Math\"')")
    assert not page.strayed


def test_sides_line_up_and_numbers_stand_at_the_right(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    for figure in page.locator("figure.matcalc").all():
        starts = {round(box.bounding_box()["x"]) for box in figure.locator(".matcalc-right").all()}
        assert len(starts) == 1
        number = figure.locator(".matcalc-result .matcalc-number").bounding_box()
        around = figure.bounding_box()
        assert around["x"] + around["width"] - number["x"] - number["width"] < 30
        left = figure.locator(".matcalc-result .matcalc-left math").bounding_box()
        assert left["x"] + left["width"] < min(starts) + 1


def test_rule_links_go_where_they_say(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    links = {link.get_attribute("href"): link.inner_text() for link in page.locator("a.matcalc-rule").all()}
    assert len(links) >= 4
    for href, words in list(links.items())[:5]:
        page.goto(sample)
        page.locator(f'a.matcalc-rule[href="{href}"]').first.click()
        page.wait_for_url(re.compile(r"#rule-\d+$"))
        [number] = re.findall(r"\((\d+)\)", words)
        heading = page.locator(f"#rule-{number}")
        assert page.url.endswith(f"#rule-{number}")
        assert re.sub(r"\s*\((\d+)\)", "", words) in heading.inner_text()
        assert f"({number})" in heading.inner_text()
        # A theme may scroll there slowly.
        page.wait_for_function(
            "id => document.getElementById(id).getBoundingClientRect().y < 900", arg=f"rule-{number}"
        )
        assert page.locator(f"#rule-{number} + .matcalc-rule-body math").count() == 1


def test_references_go_to_their_derivations(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    assert [link.inner_text() for link in page.locator("a.matcalc-ref").all()] == ["(1)", "(1)", "(2)"]
    page.locator("a.matcalc-ref").nth(2).click()
    assert page.url.endswith("#cov")
    assert page.evaluate("document.querySelector(':target').matches('figure.matcalc')")


@pytest.mark.parametrize("width", [380, 800, 1280])
def test_nothing_sticks_out(width: int, browser: Any, sample: str) -> None:
    for address in (sample, f"{sample}matcalc-rules/"):
        page = open_page(browser, address, width=width)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(STICKS_OUT) == []


def test_on_a_narrow_screen_rules_stand_below_their_line(browser: Any, sample: str) -> None:
    page = open_page(browser, sample, width=380)
    line = page.locator(".matcalc-step").first
    formula, note = line.locator(".matcalc-right").bounding_box(), line.locator(".matcalc-note").bounding_box()
    assert note["y"] >= formula["y"] + formula["height"] - 2


def test_a_mistake_is_a_box_with_the_line_and_a_caret(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    box = page.locator(".matcalc-error")
    assert box.count() == 1
    assert "docs/index.md:" in box.inner_text()
    assert "^" in box.locator("pre").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_docs_read_well_on_every_page(scheme: str, browser: Any, docs: tuple[str, list[str]]) -> None:
    address, pages = docs
    for name in pages:
        page = open_page(browser, address + name, scheme=scheme)
        assert not page.strayed, name
        assert not re.findall(r"\\[a-zA-Z]{2,}", text_outside_code(page)), name
        assert page.locator(".matcalc-error").count() == 0, name
        for formula in page.locator("figure.matcalc math").all()[:1]:
            assert contrast(formula) > 4.5, name
        assert not page.errors, name
        page.context.close()


def test_the_docs_fit_a_narrow_screen(browser: Any, docs: tuple[str, list[str]]) -> None:
    address, pages = docs
    for name in pages:
        page = open_page(browser, address + name, width=380)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.evaluate(STICKS_OUT) == [], name
        page.context.close()


def test_the_docs_have_the_rule_book(browser: Any, docs: tuple[str, list[str]]) -> None:
    page = open_page(browser, f"{docs[0]}rules/")
    numbers = [int(anchor.get_attribute("id")[5:]) for anchor in page.locator("h3[id^=rule-]").all()]
    assert set(range(1, 28)) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert page.locator(".matcalc-rule-body math").count() >= len(numbers)
