"""Equations that authors write, with each renderer in a browser: their numbers, their lines, and no TeX left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import CUTS_OFF, STICKS_OUT, THEMES, open_page, renderer_folder, serve, text_outside_code
from conftest import build_site

MADE = {"mathml": "math", "mathjax": "mjx-container", "katex": ".katex"}
PAGE = r"""# Displays

$$\newcommand{\vx}{\mathbf{x}} \newcommand{\norm}[1]{\lVert #1 \rVert}$$

$$ e = mc^2 \label{one} $$

\begin{align} a &= b \\ c &= d \end{align}

$$\begin{gather} a + b \\ c \end{gather}$$

\begin{equation} x = y \end{equation}

\begin{align}
P &= b + c \\
Q &= d + \frac{\partial f}{\partial x} \label{two} \\
R &= e
\end{align}

\begin{gather} P \\ Q \label{g} \\ R \end{gather}

\begin{subequations}\label{sub}
\begin{align} a &= b \label{sa} \\ c &= d \label{sb} \end{align}
\end{subequations}

Text \eqref{two}, \eqref{sub}, \eqref{sa}, \eqref{sp}, \eqref{an}.

$$\begin{split} a &= b \\ &= c \end{split} \label{sp}$$

\begin{alignat}{2} a &= b &\quad c &= d \label{al} \\ e &= f & g &= h \label{an} \end{alignat}

\begin{flalign} P &= b \\ Q &= d \label{fl} \\ R &= e \end{flalign}

\begin{multline} a + b + c + d + e + f \\ + g + h + i \label{ml} \end{multline}

\begin{eqnarray} P &=& b \\ Q &=& d \label{en} \\ R &=& e \end{eqnarray}

\begin{multline} a + b + c + d + e + f \\ + g + h + i \end{multline}

\begin{flalign} a &= b \\ c &= d \end{flalign}

\begin{alignat}{2} a &= b & c &= d \\ e &= f & g &= h \end{alignat}

\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}

\begin{subequations} \begin{align} a &= b \\ c &= d \end{align} \end{subequations}

\begin{equation}\begin{split} a &= b \\ &= c \end{split}\end{equation}

$$\sum_{\substack{i<n \\ j<m}} a_{ij} + \norm{\vx} $$

$$ f = \begin{cases} 1 & \text{if $x>0$} \\ 0 & \text{else} \end{cases} \label{cas} $$

$f = \text{if $\norm{\vx}>0$ then}$ inline, \(g = \text{if $x>0$ or}\) inline.

Text right before
$$ p = q \label{pq} $$
and after
$$ r = s \label{rs} $$

$\cancel{xyz}$ $\boxed{xyz}$
"""


@pytest.fixture(scope="module", params=MADE)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    renderer = request.param
    given = "" if renderer == "mathml" else f": {{javascript: {renderer_folder(renderer)}}}"
    folder = tmp_path_factory.mktemp("site")
    server, address = serve(folder / "site")
    config = (
        f"site_url: {address}\n{THEMES['mkdocs']}plugins: [search, matcalc{given}]\n"
        "markdown_extensions: [pymdownx.superfences, {pymdownx.arithmatex: {generic: true}}]\n"
    )
    built = build_site(folder, {"index.md": PAGE}, config)
    assert not built.warnings
    yield address, renderer
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Any, sample: tuple[str, str]) -> Iterator[Any]:
    address, renderer = sample
    page = open_page(browser, address)
    page.wait_for_selector(MADE[renderer])
    if renderer != "mathml":
        # A formula that only defines commands leaves nothing to see, and MathJax a container of it.
        done = "made => [...document.querySelectorAll('.arithmatex')].every(each => each.querySelector(made))"
        page.wait_for_function(done, arg=MADE[renderer])
    page.renderer = renderer
    yield page
    page.context.close()


#: All numbers that can be seen, from above to below, each with its place.
NUMBERS = r"""() => {
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('[role=main], main, article') ?? document.body, NodeFilter.SHOW_ELEMENT);
  const number = /^\s*\((\d+[a-z]?|A)\)\s*$/;
  for (let e = walk.nextNode(); e; e = walk.nextNode()) {
    if (e.closest('mjx-assistive-mml, .katex-mathml, matcalc-preview, mjx-speech, p')) continue;
    const said = e.matches('.mord.text, mtext, a.matcalc-number') ? e.textContent : '';
    if (number.test(said) && !found.some(f => f.e.contains(e))) found.push({ e, said: said.trim(), box: e.getBoundingClientRect() });
  }
  return found.map(f => [f.said, f.box.top + f.box.height / 2]);
}"""
#: The lines of an equation: the places of its letters P, Q and R.
LETTERS = """e => ['P', 'Q', 'R'].map(wanted => {
  const all = [...e.querySelectorAll('mi, mjx-mi, .mord')].filter(x => !x.closest('mjx-assistive-mml, .katex-mathml') && !x.childElementCount | x.localName === 'mjx-mi');
  const letters = { P: ['P', '\\u{1d443}'], Q: ['Q', '\\u{1d444}'], R: ['R', '\\u{1d445}'] };
  const found = all.find(x => letters[wanted].includes(x.textContent.trim()) || x.querySelector?.(`.mjx-c1D44${{P: 3, Q: 4, R: 5}[wanted]}`));
  const box = found.getBoundingClientRect();
  return box.top + box.height / 2;
})"""


def test_nothing_is_left_as_tex(page: Any) -> None:
    assert not re.findall(r"\\[a-zA-Z]+|\$", text_outside_code(page))
    assert not page.locator("mjx-merror, .katex-error, merror").count()
    red = "() => [...document.querySelectorAll('mjx-container *, .katex *')].filter(e => getComputedStyle(e).color === 'rgb(255, 0, 0)').length"
    assert page.evaluate(red) == 0
    assert not page.errors


def test_there_are_the_numbers_of_labels_and_no_others(page: Any) -> None:
    expected = [f"({n})" for n in (1, 2, 3, "4a", "4b", *range(5, 14))]
    if page.renderer == "mathjax":  # it draws numbers with style sheets: they are in the TeX of its lines with a label
        ours = [link.inner_text() for link in page.locator(".matcalc-equation a.matcalc-number").all()]
        tables = page.locator("mjx-mtable[width=full]").evaluate_all("found => found.map(e => e.dataset.latex)")
        tags = [f"({tag})" for tex in tables for tag in re.findall(r"\\tag\{(\w+)\}", tex)]
        assert sorted([*ours, *tags]) == sorted(expected)
        assert page.locator("mjx-math mjx-mlabeledtr").count() == len(tags)
    else:
        assert [number for number, _ in page.evaluate(NUMBERS)] == expected
    shown = [link.inner_text() for link in page.locator("p > .matcalc-aided > a.matcalc-ref").all()]
    assert shown == ["(2)", "(4)", "(4a)", "(5)", "(7)"]


@pytest.mark.parametrize("label", ["two", "g", "fl", "en"])
def test_the_number_of_one_line_stands_on_it(label: str, page: Any) -> None:
    equation = page.locator(f".matcalc-equation[id='{label}']")
    before, at, after = equation.evaluate(LETTERS)
    tag = equation.locator(
        {
            "mathml": "mtext",
            "mathjax": "mjx-mlabeledtr mjx-mtext, mjx-labels mjx-mtext",
            "katex": ".katex-html .mord.text",
        }[page.renderer]
    )
    found = [box["y"] + box["height"] / 2 for each in tag.all() if (box := each.bounding_box()) and box["width"]]
    nearest = min(abs(place - at) for place in found)
    assert nearest < abs(at - before) / 3
    assert nearest < abs(at - after) / 3


def test_what_is_struck_out_and_boxed_is_drawn(page: Any) -> None:
    """A picture of it differs from one in which the strokes are not there."""
    last = page.locator("p", has=page.locator(MADE[page.renderer])).last
    with_strokes = last.screenshot()
    page.add_style_tag(
        content="""
      .menclose-updiagonalstrike { background: none !important } menclose { border-color: transparent !important }
      .katex svg, .katex .fbox { visibility: hidden } mjx-menclose > *:not(mjx-box) { visibility: hidden } mjx-menclose mjx-box { border-color: transparent !important }
    """
    )
    assert last.screenshot() != with_strokes


@pytest.mark.parametrize("width", [380, 1280])
def test_nothing_sticks_out(width: int, browser: Any, sample: tuple[str, str]) -> None:
    address, renderer = sample
    page = open_page(browser, address, width=width)
    page.wait_for_selector(MADE[renderer])
    page.wait_for_timeout(1500 if renderer != "mathml" else 0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUTS_OFF) == []
    page.context.close()
