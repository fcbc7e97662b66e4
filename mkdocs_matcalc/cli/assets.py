"""`matcalc assets`: what a page needs beside its HTML, in a folder of the site, for hosts that run no MkDocs plugin.

The style sheet, the script and the font with its licence; with `--javascript` MathJax or KaTeX from where
it is installed. What the host is to load is printed, the folder as seen from the one that is published.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..visible import visible
from . import output

_SHEETS, _SCRIPTS = ("matcalc.css",), ("matcalc.js",)


def run(args: argparse.Namespace) -> int:
    """Put the files into the folder; 2 where `--javascript` names no renderer."""
    from ..publish import ASSETS, FILES, supply

    folder = Path(args.folder)
    files = {name: ASSETS / name for name in FILES}
    try:
        supplied = supply.find(args.javascript, Path.cwd())
    except ValueError as error:
        raise OSError(str(error)) from None
    made = {folder / name: path.read_bytes() for name, path in {**files, **supplied.files}.items()}
    count = output.write_listed(folder, made, "assets")
    print(f"{count} of {len(made)} files written to {visible(folder)}")
    within = visible(_within(folder))
    print("extra_css: [" + ", ".join(f"{within}/{name}" for name in (*_SHEETS, *supplied.sheets)) + "]")
    print("extra_javascript: [" + ", ".join(f"{within}/{name}" for name in (*_SCRIPTS, *supplied.scripts)) + "]")
    return 0


def _within(folder: Path) -> str:
    """A folder as the pages of a site find it: from the first folder that is called `docs`, where there is one."""
    parts = folder.as_posix().strip("/").split("/")
    return "/".join(parts[parts.index("docs") + 1 :] if "docs" in parts[:-1] else parts)
