"""MathJax or KaTeX from where it is installed, for a site that is to need no network.

In: a folder, as `node_modules/katex/dist`, or the name of a Python package that carries one of them,
as `mathjax` of django-static-mathjax. Out: the files that a site must ship, the scripts and style
sheets that it must load, and which renderer that is. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from ..visible import visible
from . import ASSETS

#: What tells a folder that holds a renderer; the first file is the one that is loaded.
_MARKS = {"mathjax": ("tex-chtml.js", "tex-mml-chtml.js"), "katex": ("katex.min.js",)}
#: What a site needs of KaTeX besides.
_KATEX = ("katex.min.js", "katex.min.css", "contrib/auto-render.min.js")


@dataclass(frozen=True)
class Supply:
    """A renderer that the site ships; names are relative to the folder of our assets."""

    renderer: str = ""
    files: dict[str, Path] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def find(named: str, root: Path, wanted: str = "auto") -> Supply:
    """The renderer that `named` carries; a `ValueError` where it carries none."""
    if not named:
        return Supply()
    if wanted in ("mathml", "none"):
        raise ValueError(f"'javascript: {visible(named)}' is of no use with 'math: {wanted}'")
    for base in _bases(named, root):
        for renderer, marks in _MARKS.items():
            if wanted not in ("auto", renderer):
                continue
            for mark in marks:
                # The shortest path is the built one: packages carry sources and parts besides.
                found = sorted(base.rglob(mark), key=lambda path: (len(path.parts), str(path)))
                if found:
                    return (_mathjax if renderer == "mathjax" else _katex)(found[0])
    raise ValueError(
        f"'javascript: {visible(named)}' is no folder and no Python package that holds "
        f"{'MathJax or KaTeX' if wanted == 'auto' else wanted}; a folder is told from the configuration file, "
        "as 'node_modules/katex/dist'"
    )


def _bases(named: str, root: Path) -> Iterable[Path]:
    folder = root / named
    if folder.is_dir():
        yield folder
    elif named.isidentifier():
        try:
            spec = find_spec(named)
        except (ImportError, ValueError):
            spec = None
        yield from map(Path, (spec.submodule_search_locations or ()) if spec else ())


def _mathjax(main: Path) -> Supply:
    base = main.parent
    kept = [path for path in _below(base) if path.suffix in (".js", ".woff", ".woff2", ".json", ".mjs")]
    files = {f"mathjax/{path.relative_to(base).as_posix()}": path for path in kept if _wanted(path, base, main)}
    font = base.parent / "@mathjax" / "mathjax-newcm-font"  # MathJax 4 keeps its font in a package beside it
    for path in _below(font) if font.is_dir() else ():
        inner = path.relative_to(font)
        if inner.parts[0] in ("chtml", "chtml.js") and path.suffix in (".js", ".woff2"):
            files[f"mathjax-font/{inner.as_posix()}"] = path
    files["mathjax-setup.js"] = ASSETS / "mathjax-setup.js"
    return Supply("mathjax", files, ("mathjax-setup.js", f"mathjax/{main.name}"))


def _wanted(path: Path, base: Path, main: Path) -> bool:
    """Whether a file of MathJax is needed: one combined component, and what it loads when it meets it."""
    inner = path.relative_to(base)
    if len(inner.parts) == 1:
        return path == main
    return inner.parts[0] in ("input", "output", "a11y", "sre", "ui", "adaptors") and "svg" not in inner.parts


def _katex(main: Path) -> Supply:
    base = main.parent
    files = {f"katex/{name}": base / name for name in _KATEX}
    files |= {f"katex/fonts/{path.name}": path for path in _below(base / "fonts") if path.suffix == ".woff2"}
    missing = [name for name, path in files.items() if not path.is_file()]
    if missing or len(files) == len(_KATEX):
        lacks = ", ".join(missing) or "katex/fonts"
        raise ValueError(
            f"'{visible(base)}' holds KaTeX without {lacks.replace('katex/', '')}; take the folder 'dist' of KaTeX"
        )
    files["katex-setup.js"] = ASSETS / "katex-setup.js"
    scripts = ("katex/katex.min.js", "katex/contrib/auto-render.min.js", "katex-setup.js")
    return Supply("katex", files, scripts, ("katex/katex.min.css",))


def _below(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
