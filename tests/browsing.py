"""Sites in a browser: a server, pages that note what goes wrong in them, and what is asked of every page."""

from __future__ import annotations

import functools
import http.server
import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import CI

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
THEMES = {
    "mkdocs": "theme: {name: mkdocs, color_mode: auto, highlightjs: false}\n",
    "readthedocs": "theme: {name: readthedocs, highlightjs: false}\n",
    "material": (
        "theme:\n  name: material\n  font: false\n  features: [navigation.instant]\n  palette:\n"
        '    - {media: "(prefers-color-scheme: light)", scheme: default}\n'
        '    - {media: "(prefers-color-scheme: dark)", scheme: slate}\n'
    ),
}
#: What the theme mkdocs says of itself: it is told to do without a highlighter, and it has no dialog for its keys.
_THEIRS = ("Cannot set properties of null (setting 'disabled')", "(reading 'backdrop')")

#: Elements that stick out of the window, and do not lie in a box that scrolls by itself.
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = e => e && (/(auto|scroll|hidden|clip)/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const ours = ['.matcalc', '.matcalc-error', '.matcalc-rule-body', '.matcalc-equation', '.matcalc-equations']
    .flatMap(each => [...document.querySelectorAll(`${each}, ${each} *`)]);
  return ours
    .filter(e => e.getBoundingClientRect().right > wide + 1 && e.getBoundingClientRect().width > 0 && !scrolls(e.parentElement))
    .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40));
}"""
#: Boxes of formulas that hide something: above or below, or at a side without a way to scroll there.
#: What is set for screen readers alone, and the boxes that KaTeX measures with, are no ink.
CUTS_OFF = """() => [...document.querySelectorAll('.matcalc-right, .matcalc-left, .matcalc-equation-body')]
  .filter(e => e.offsetParent)
  .flatMap(e => {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    const sideways = e.scrollWidth > e.clientWidth + 1 && !/(auto|scroll|visible)/.test(style.overflowX);
    const leaves = [...e.querySelectorAll('*')].filter(x => !x.childElementCount && x.textContent.trim() &&
      !x.closest('mjx-assistive-mml, mjx-speech, .katex-mathml, .vlist-s, [class$=strut]'));
    const over = style.overflowY === 'visible' ? [] : leaves.filter(x => {
      const ink = x.getBoundingClientRect();
      const middle = (ink.top + ink.bottom) / 2;
      const reach = Math.min(ink.height, 18) / 2;
      return middle + reach > box.bottom + 1 || middle - reach < box.top - 1;
    });
    return [...(sideways ? [e] : []), ...over].map(x => x.tagName + '.' + x.className + ' ' + x.textContent.slice(0, 40));
  })"""


#: Boxes that hide something at a side and do not fade out there, or fade out where they hide nothing.
UNTOLD = """() => [...document.querySelectorAll('.matcalc-right, .matcalc-statement, .matcalc-display, .matcalc-equation-body, ' +
    '.matcalc-equations-formula, .matcalc-wide, .matcalc-text, .matcalc-panel pre, .matcalc-error > pre, div.arithmatex')]
  .filter(e => e.offsetParent && /auto|scroll/.test(getComputedStyle(e).overflowX))
  .filter(e => Math.abs(e.scrollWidth - e.clientWidth - 1.5) > 1)  // a part of a pixel may count as one
  .filter(e => {
    const style = getComputedStyle(e);
    const fades = name => parseFloat(style.getPropertyValue(name)) > 8;
    const ahead = e.scrollLeft + e.clientWidth < e.scrollWidth - 1;
    return !style.maskImage.includes('gradient') || fades('--matcalc-ahead') !== ahead || fades('--matcalc-behind') !== e.scrollLeft > 1;
  })
  .map(e => e.className + ' ' + e.scrollLeft + '/' + e.clientWidth + '/' + e.scrollWidth + ' ' + e.textContent.slice(0, 40))"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """A server for a folder, which need not be there yet."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


def renderer_folder(name: str) -> Path:
    """Where npm has put MathJax or KaTeX; a skip on a user's machine without it, and a failure in CI."""
    base = Path(os.environ.get("MATCALC_NODE_MODULES", ROOT / ".cache" / "node_modules"))
    folder = base / name
    if folder.is_dir():
        return folder
    message = f"{name} is not in {base}: npm install --prefix .cache katex mathjax"
    if CI:
        pytest.fail(f"{message}, and this is CI", pytrace=False)
    pytest.skip(message)


def open_page(
    browser: Any, address: str, *, width: int = 1280, scheme: str = "light", script: bool = True, before: str = ""
) -> Any:
    """A page in a window of its own, after a script that is run `before` it; it notes requests to other hosts and errors."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.strayed, page.errors = [], []
    host = address.split("/")[2]
    away = ("data:", "blob:")
    page.on(
        "request",
        lambda request: (
            page.strayed.append(request.url)
            if not request.url.startswith(away) and request.url.split("/")[2] != host
            else None
        ),
    )
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.on(
        "pageerror",
        lambda error: page.errors.append(str(error)) if not any(each in str(error) for each in _THEIRS) else None,
    )
    if before:
        page.add_init_script(before)
    page.goto(address)
    if script:
        page.evaluate("document.fonts.ready")
    return page


def text_outside_code(page: Any) -> str:
    """The words of a page as they are rendered, code and what is kept for screen readers apart."""
    return str(
        page.evaluate("""() => {
          const copy = document.body.cloneNode(true);
          copy.querySelectorAll('pre, code, script, style, annotation, mjx-assistive-mml').forEach(e => e.remove());
          return copy.textContent;
        }""")
    )


def channels(colour: str) -> list[float]:
    """Red, green, blue and opacity from 0 to 1, of `rgb(…)` and of `color(srgb …)`."""
    found = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", colour)]
    scale = 1 if colour.startswith("color(") else 255
    return [*(part / scale for part in found[:3]), found[3] if len(found) > 3 else 1.0]


def luminance(rgb: list[float]) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


#: The colour behind an element: that of the nearest ancestor which has one that is not see-through.
_PAPER = """e => {
  for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    const alpha = (colour.match(/[\\d.]+/g) ?? []).map(Number)[3] ?? 1;
    if (colour.startsWith('rgb') && alpha > 0.9) return colour;
  }
  return 'rgb(255, 255, 255)';
}"""


def contrast(element: Any) -> float:
    """The contrast of an element's text against what is behind it."""
    *ink, opacity = channels(element.evaluate("e => getComputedStyle(e).color"))
    paper = channels(element.evaluate(_PAPER))[:3]
    mixed = [opacity * a + (1 - opacity) * b for a, b in zip(ink, paper, strict=True)]
    ink, paper = luminance(mixed), luminance(paper)
    return (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
