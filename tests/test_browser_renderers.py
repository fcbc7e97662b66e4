"""Each theme with each renderer: mathematics is rendered, numbers are right, references land, nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import CUTS_OFF, STICKS_OUT, THEMES, contrast, open_page, renderer_folder, serve, text_outside_code
from conftest import build_site

#: What a renderer makes of a formula.
MADE = {"mathml": "math", "mathjax": "mjx-container", "katex": ".katex"}
#: What is as high as a fraction, and as a letter.
HIGH = {"mathml": ("mfrac", "mi"), "mathjax": ("mjx-frac", "mjx-mi"), "katex": (".katex-html [class$=strut]",) * 2}

FIRST = r"""# First

By \eqref{mle}, \cref{ls,hand,two} and line \eqref{mle.2}; inline $x \overset{\eqref{ls}}{=} y$.

```derive
label: ls
title: Least squares
let A in R^{m x n}, x in R^n, b in R^m
f = ||A x - b||^2
df/dx
```

$$
\nabla f(\mathbf{x}) = 2\mathbf{A}^\top(\mathbf{A}\mathbf{x} - \mathbf{b}) + \frac{\frac{a}{b}}{c} = 0 \label{hand}
$$

\begin{align}
a &= b + c \label{one} \\
  &= d + \frac{\partial f}{\partial x} \label{two}
\end{align}

$$ a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z \label{long} $$

```derive
let A, B, C, D, E in R^{n x n}, x in R^n
f = x' A x + x' B B x + x' C C C x + x' D D x + x' E E x
df/dx
```
"""
SECOND = r"""# Second

```derive
label: mle
let S in R^{n x n} spd, x in R^n
f = 1/2 x' inv(S) x
df/dx
```

See \eqref{ls}.
"""
SITES = [(theme, renderer) for theme in THEMES for renderer in MADE]


@pytest.fixture(scope="module", params=SITES, ids="-".join)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a site with two chapters, and its renderer; everything it loads is its own."""
    theme, renderer = request.param
    given = "" if renderer == "mathml" else f", javascript: {renderer_folder(renderer)}"
    folder = tmp_path_factory.mktemp("site")
    server, address = serve(folder / "site")
    config = (
        f"site_url: {address}\n{THEMES[theme]}plugins: [search, matcalc: {{numbering: section{given}}}]\n"
        "nav: [index.md, {Part: [second.md]}]\n"
        "markdown_extensions: [pymdownx.superfences, {pymdownx.arithmatex: {generic: true}}]\n"
    )
    built = build_site(folder, {"index.md": FIRST, "second.md": SECOND}, config)
    assert not built.warnings
    yield address, renderer
    server.shutdown()
    server.server_close()


def settle(page: Any, renderer: str) -> None:
    """Wait until the renderer is done."""
    page.wait_for_selector(f"figure.matcalc .matcalc-result {MADE[renderer]}")
    if renderer != "mathml":
        rendered = "made => [...document.querySelectorAll('.arithmatex')].every(each => each.querySelector(made))"
        page.wait_for_function(rendered, arg=MADE[renderer])


def test_mathematics_is_rendered_and_the_console_is_silent(browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address)
    settle(page, renderer)
    assert page.locator("figure.matcalc").count() == 2
    for box in page.locator(".matcalc-left, .matcalc-right, .matcalc-equation-body").all():
        if box.inner_text().strip() or box.locator(MADE[renderer]).count():
            assert box.locator(MADE[renderer]).count()
    fraction, letter = HIGH[renderer]
    high = page.locator(f".matcalc-result .matcalc-left {fraction}").first.bounding_box()["height"]
    assert high > 1.5 * page.locator(f".matcalc-given .matcalc-left {letter}").first.bounding_box()["height"]
    assert not re.findall(r"\\[a-zA-Z]+|\$", text_outside_code(page))
    assert not page.locator("mjx-merror, .katex-error, merror").count()
    assert not page.errors
    assert not page.strayed
    page.context.close()


def test_numbers_are_right_and_references_land_on_their_line(browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address)
    settle(page, renderer)
    numbers = [link.inner_text() for link in page.locator("a.matcalc-number").all()]
    assert numbers == ["(1)", "(2)", "(5)", "(6)"]
    tags = page.locator(".matcalc-equation").nth(1).inner_text()
    assert renderer == "mathjax" or re.findall(r"\((\d)\)", tags) == ["3", "4"]
    references = [link.inner_text() for link in page.locator("p a.matcalc-ref").all()]
    assert references[:5] == ["(1.1)", "(1)", "(2)", "(4)", "(1.1b)"]
    page.locator("a.matcalc-ref", has_text="(1.1b)").click()
    page.wait_for_url(re.compile(r"second/#mle\.2$"))
    line = page.locator('[id="mle.2"]')
    line.wait_for()
    assert "(1.1b)" in line.inner_text()
    page.wait_for_function("""() => {
        const at = document.getElementById('mle.2').getBoundingClientRect();
        return at.top >= 0 && at.bottom <= window.innerHeight;
    }""")
    settle(page, renderer)  # also where a theme has put the page in place without loading it
    assert not page.errors
    page.context.close()


def test_a_reference_shows_its_equation_on_hover_and_on_focus(browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address, scheme="dark")
    settle(page, renderer)
    shown = page.locator("#matcalc-floating")
    link = page.locator("a.matcalc-ref").first
    link.hover()
    shown.wait_for(state="visible")
    assert shown.locator("math").count() >= 2
    assert "(1.1) · Second" in shown.inner_text()
    assert contrast(shown.locator("math").first) > 4.5
    assert link.get_attribute("aria-describedby") == "matcalc-floating"
    box = shown.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    page.keyboard.press("Escape")
    assert shown.is_hidden()
    page.mouse.move(0, 0)
    link.press("Tab")
    page.keyboard.press("Shift+Tab")
    shown.wait_for(state="visible")
    assert not page.errors
    page.context.close()


def test_dark_mode_is_legible(browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address, scheme="dark")
    settle(page, renderer)
    for place in (".matcalc-right", ".matcalc-equation-body", ".matcalc-note a", "a.matcalc-number", "a.matcalc-ref"):
        for found in page.locator(place).all()[:2]:
            target = found.locator(MADE[renderer]).first if found.locator(MADE[renderer]).count() else found
            assert contrast(target) > (3 if place == "a.matcalc-ref" else 4.5), place  # links are the theme's
    page.context.close()


@pytest.mark.parametrize("width", [380, 1280])
def test_nothing_sticks_out_and_nothing_is_cut_off(width: int, browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address, width=width)
    settle(page, renderer)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUTS_OFF) == []
    if width == 380:
        long = page.locator(".matcalc-equation-body").nth(2)
        assert long.evaluate("e => e.scrollWidth > e.clientWidth"), "it scrolls within itself"
    page.context.close()
