"""The page: a Python-Markdown extension for the `derive` fence, and the MkDocs plugin on it.

In: Markdown that holds derive blocks. Out: HTML in which each block is a numbered derivation.
The extension works in every Python-Markdown host and knows no MkDocs; the plugin adds what only
MkDocs can give: links to the rule book, file names in warnings, assets.

The style sheet and the mathematical font lie in the folder `ASSETS`. The plugin adds them to a
site by itself; for the extension alone, the command `matcalc assets` puts them into a folder.
"""

from pathlib import Path

#: The folder with `matcalc.css`, the font that it names, and the font's licence.
ASSETS = Path(__file__).parent / "assets"
#: Those of its files that a site needs.
FILES = ("matcalc.css", "matcalc.js", "STIXTwoMath-Regular.woff2", "OFL.txt")

__all__ = ["ASSETS", "FILES"]
