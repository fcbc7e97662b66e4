"""MathJax 3 with the set-up that the documentation of Material shows: a page is typeset twice at once.

What MathJax loads late, when it meets it, is shown as a mistake by the second run: derivations must do without.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import THEMES, open_page, serve, text_outside_code
from conftest import build_site, require_package

SETUP = r"""
window.MathJax = {
  tex: {
    inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]],
    processEscapes: true, processEnvironments: true
  },
  options: { ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex" }
};
document$.subscribe(() => {
  if (window.MathJax.startup?.output) { MathJax.startup.output.clearCache(); MathJax.typesetClear(); MathJax.texReset() }
  MathJax.typesetPromise?.()
})
"""
PAGE = r"""# Greek

Text with $\boldsymbol{\theta}$, $\bm{\Sigma}$ and $\boldsymbol{x}$.

```derive
label: mle
let mu, theta in R^n, Sigma in R^{n x n} spd, alpha in R
f = alpha (theta - mu)' inv(Sigma) (theta - mu) + logdet(Sigma) + sum(exp(theta))
df/dtheta, df/dSigma
```

$$ \nabla_{\boldsymbol\theta} f = \boldsymbol{0} \label{grad} $$

[equations]
"""


#: Letters that are there and have no width, as those whose styles MathJax has forgotten.
BLANK = """() => [...document.querySelectorAll('mjx-mi > mjx-c')]
  .filter(e => e.getBoundingClientRect().width < 2).length"""


@pytest.fixture(scope="module", params=["own", "shipped"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A site whose author has set up MathJax 3, and one that ships it."""
    require_package("mathjax")
    import mathjax

    es5 = next(Path(mathjax.__file__).parent.rglob("es5/tex-mml-chtml.js")).parent
    folder = tmp_path_factory.mktemp("site")
    (folder / "docs" / "js").mkdir(parents=True)
    (folder / "docs" / "js" / "setup.js").write_text(SETUP, encoding="utf-8")
    (folder / "docs" / "js" / "es5").symlink_to(es5)
    server, found = serve(folder / "site")
    how = (
        "plugins: [search, matcalc]\nextra_javascript: [js/setup.js, js/es5/tex-mml-chtml.js]\n"
        if request.param == "own"
        else "plugins: [search, matcalc: {javascript: mathjax}]\n"
    )
    config = (
        f"site_url: {found}\n{THEMES['material']}{how}"
        "markdown_extensions: [pymdownx.superfences, {pymdownx.arithmatex: {generic: true}}]\n"
    )
    built = build_site(folder, {"index.md": PAGE}, config)
    assert not built.warnings
    yield found
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["", "matcalc-rules/"])
def test_nothing_that_is_published_waits_for_what_is_loaded_late(browser: Any, address: str, path: str) -> None:
    page = open_page(browser, address + path)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.arithmatex')].every(each => each.querySelector('mjx-container'))"
    )
    assert page.locator(".arithmatex").count() > 10
    red = page.evaluate("""() => [...document.querySelectorAll('mjx-container *')]
      .filter(e => getComputedStyle(e).color === 'rgb(255, 0, 0)').map(e => e.textContent)""")
    assert red == []
    assert not page.locator("mjx-merror").count()
    page.wait_for_timeout(500)
    assert page.evaluate(BLANK) == 0
    assert not re.findall(r"\\[a-zA-Z]+", text_outside_code(page))
    page.context.close()


@pytest.mark.parametrize("address", ["shipped"], indirect=True)
def test_pages_that_instant_navigation_puts_in_place_are_typeset(browser: Any, address: str) -> None:
    page = open_page(browser, address)
    for place in ("Rules", "Greek"):
        page.wait_for_selector(".arithmatex mjx-container")
        link = page.locator("a.matcalc-rule").first if place == "Rules" else page.locator(".md-header a.md-logo")
        page.evaluate("document.body.dataset.same = 'yes'")
        link.click()
        page.wait_for_url(re.compile(r"rules/#" if place == "Rules" else r"/$"))
        page.wait_for_function(
            "() => [...document.querySelectorAll('.arithmatex')].every(each => each.querySelector('mjx-container'))"
        )
        page.wait_for_timeout(500)
        assert page.locator(".arithmatex").count() > 10
        assert page.evaluate(BLANK) == 0
    page.context.close()
