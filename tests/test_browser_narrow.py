"""A narrow screen, with each theme and renderer: the page never scrolls sideways, and what is cut off says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import CUTS_OFF, STICKS_OUT, THEMES, UNTOLD, open_page, renderer_folder, serve
from conftest import build_site

#: What a renderer makes of a formula.
MADE = {"mathml": "math", "mathjax": "mjx-container", "katex": ".katex"}
LONG = "a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z"
PAGE = rf"""# Narrow

```derive
label: relu
let W in R^{{m x n}}, x in R^n, b in R^m, V in R^{{k x m}}, c in R^k
f = sum(relu(V relu(W x + b) + c))
df/dx
```

```derive
label: sum
let A, B, C in R^{{n x n}}, x in R^n
f = exp(x' A x + x' B x + x' C x + x' A B x + x' B C x + x' C A x)
df/dx
```

```derive
label: point
let A in R^{{n x n}}, x in R^n, y in R^n, B in R^{{n x n}}
let g: R^n -> R
u = A' A x + A' y + B' B x + B' y + A' B x + B' A x + 3 x
f = g(u)
df/dx
```

```derive
label: factor
let A in R^{{n x n}}, x in R^n, y in R^n, B in R^{{n x n}}
let g: R^n -> R
u = A' (A x + A' y + B' B x + B' y + A' B x + B' A x + A A x)
f = g(u)
df/dx
```

```derive
let x in R^n
d/dx x' + x + exp(exp(exp(exp(exp(exp(exp(exp(exp(exp(exp(exp(x' x))))))))))))
```

$$ \Bigl( {LONG} \Bigr)^2 \label{{long}} $$

$$ \Bigl( {LONG} \Bigr)^2 $$

Text with ${LONG}$ in it.

[equations]
"""


@pytest.fixture(scope="module", params=[(theme, renderer) for theme in THEMES for renderer in MADE], ids="-".join)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    theme, renderer = request.param
    given = "" if renderer == "mathml" else f": {{javascript: {renderer_folder(renderer)}}}"
    folder = tmp_path_factory.mktemp("site")
    server, address = serve(folder / "site")
    config = (
        f"site_url: {address}\n{THEMES[theme]}plugins: [search, matcalc{given}]\n"
        "markdown_extensions: [pymdownx.superfences, {pymdownx.arithmatex: {generic: true}}]\n"
    )
    # What a script makes of an author's formulas within a sentence is between the two.
    own = f"Text with $({LONG})^2$ in it.\n" if renderer == "mathml" else ""
    build_site(folder, {"index.md": f"{PAGE}\n{own}"}, config)
    yield address, renderer
    server.shutdown()
    server.server_close()


def settled(browser: Any, address: str, renderer: str, **how: Any) -> Any:
    page = open_page(browser, address, width=380, **how)
    if renderer != "mathml":
        done = "made => [...document.querySelectorAll('.arithmatex')].every(each => each.querySelector(made))"
        page.wait_for_function(done, arg=MADE[renderer])
    page.wait_for_timeout(300)
    return page


def untold(page: Any) -> list[str]:
    """The boxes that do not tell what they hide, when the browser has had the time to draw them."""
    for _ in range(50):
        page.wait_for_timeout(100)
        if not page.evaluate(UNTOLD):
            break
    return page.evaluate(UNTOLD)


def test_the_page_does_not_scroll_sideways_and_what_is_cut_off_fades_out(browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = settled(browser, address, renderer)
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUTS_OFF) == []
    cut = "() => [...document.querySelectorAll('.matcalc-right, .matcalc-equation-body')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.evaluate(cut) >= 1, "the page is no sample of what is cut off"
    for where in ("0", "e.scrollWidth / 2 - e.clientWidth / 2", "e.scrollWidth"):
        page.evaluate(f"""() => document.querySelectorAll('*').forEach(e => {{
          if (/auto|scroll/.test(getComputedStyle(e).overflowX) && e !== document.documentElement && e !== document.body)
            e.scrollLeft = {where};
        }})""")
        assert untold(page) == []
    page.context.close()


@pytest.mark.parametrize("sample", [("material", "mathml"), ("mkdocs", "katex")], indirect=True, ids="-".join)
def test_it_fades_out_in_a_browser_that_has_no_scroll_timelines(browser: Any, sample: tuple[str, str]) -> None:
    """The script tells how far a box is scrolled; Chromium is told that it cannot do it by itself."""
    address, renderer = sample
    page = settled(browser, address, renderer, before="CSS.supports = () => false")
    page.add_style_tag(content="*, *::before, *::after { animation: none !important }")
    assert untold(page) == []
    page.evaluate(
        "document.querySelectorAll('.matcalc-right, .matcalc-equation-body').forEach(e => { e.scrollLeft = e.scrollWidth })"
    )
    assert untold(page) == []
    page.context.close()
