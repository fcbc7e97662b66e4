"""The page: a Python-Markdown extension for the `derive` fence, and the MkDocs plugin on it.

In: Markdown that holds derive blocks. Out: HTML in which each block is a numbered derivation.
The extension works in every Python-Markdown host and knows no MkDocs; the plugin adds what only
MkDocs can give: links to the rule book, file names in warnings, assets.

The style sheet and the mathematical font lie in the folder `ASSETS`. The plugin adds them to a
site by itself; whoever uses the extension alone copies that folder and links `matcalc.css`.
"""

from pathlib import Path

#: The folder with `matcalc.css`, the font that it names, and the font's licence.
ASSETS = Path(__file__).parent / "assets"

__all__ = ["ASSETS"]
