"""What a reader sees: built sites, opened in Chromium."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import build_site, require_tool

ROOT = Path(__file__).parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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
THEMES = {
    "mkdocs": "theme: {name: mkdocs, color_mode: auto, highlightjs: false}",
    "readthedocs": "theme: {name: readthedocs, highlightjs: false}",
    "material": "theme: {name: material, font: false}",
}
EXTENSIONS = "\nmarkdown_extensions: [admonition, pymdownx.superfences]\n"

#: Elements that stick out of the window, and do not lie in a box that scrolls by itself.
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = e => e && (/(auto|scroll|hidden|clip)/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  return [...document.querySelectorAll('.matcalc, .matcalc *, .matcalc-error, .matcalc-error *, .matcalc-rule-body *')]
    .filter(e => e.getBoundingClientRect().right > wide + 1 && e.getBoundingClientRect().width > 0 && !scrolls(e.parentElement))
    .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40));
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = require_tool("chromium", "/usr/bin/chromium", "chromium-browser", "google-chrome")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


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


def open_page(browser: Any, address: str, *, width: int = 1280, scheme: str = "light") -> Any:
    """A page in a window of its own; a request to another host fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.strayed = []
    host = address.split("/")[2]
    page.on("request", lambda request: page.strayed.append(request.url) if request.url.split("/")[2] != host else None)
    page.goto(address)
    page.evaluate("document.fonts.ready")
    return page


def text_outside_code(page: Any) -> str:
    """The words of a page as they are rendered, code apart."""
    return str(
        page.evaluate("""() => {
          const copy = document.body.cloneNode(true);
          copy.querySelectorAll('pre, code, script, style').forEach(e => e.remove());
          return copy.textContent;
        }""")
    )


def test_derivations_are_rendered_mathematics_and_not_tex(browser: Any, sample: str) -> None:
    page = open_page(browser, sample)
    assert page.locator("figure.matcalc").count() == 3
    for figure in page.locator("figure.matcalc").all():
        formulas = figure.locator("math").all()
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


def luminance(colour: str) -> float:
    red, green, blue = (float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_docs_read_well_on_every_page(scheme: str, browser: Any, docs: tuple[str, list[str]]) -> None:
    address, pages = docs
    for name in pages:
        page = open_page(browser, address + name, scheme=scheme)
        assert not page.strayed, name
        assert not re.findall(r"\\[a-zA-Z]{2,}", text_outside_code(page)), name
        assert page.locator(".matcalc-error").count() == 0, name
        for formula in page.locator("figure.matcalc math").all()[:1]:
            ink = luminance(formula.evaluate("e => getComputedStyle(e).color"))
            paper = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) > 4.5, name
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
