"""What hostile pages try: texts that want to be markup or commands, and the places of a block that take words."""

from __future__ import annotations

import re

from mkdocs_matcalc.engine.derivation import Derivation
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.pipeline import derive
from mkdocs_matcalc.verdict import INTERNAL

SOUND = "let x, a in R^n\nf = a' x\ndf/dx"

#: Texts that want to be markup.
MARKUP = (
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onload="alert(1)', "' onclick='alert(1)",
    "[x](javascript:alert(1))", "&lt;script&gt;alert(1)&lt;/script&gt;", "<!-- --><svg onload=alert(1)>", "]]><script>x</script>",
    "`</code><script>alert(1)</script>`", "</figcaption></figure><script>x</script>", "</pre><iframe src=//x></iframe>",
    "--></code></pre><img/src=x/onerror=alert(1)>", "<svg/onload=alert(1)>", '"><iframe srcdoc=x>', '" onmouseover="alert(1)',
    "' onmouseover='alert(1)", "![x](x){onerror=alert(1)}", "&lt;img src=x onerror=alert(1)&gt;",
    r'\ref{"><img src=x onerror=alert(1)>}', r'\cref{a" onmouseover="alert(1)" b="}', r"\eqref{ls}<img src=x onerror=alert(1)>",
    "\u202egpj.exe", "a\u200bb", "a\x1fid\x1fb", "\x1e<b>\x1d",
)  # fmt: skip
#: Texts that want to be commands of TeX.
TEX = (
    r"\href{javascript:alert(1)}{x}", r"\input{/etc/passwd}", r"\write18{touch x}", r"\def\x{\input{/etc/passwd}}", r"\include{x}",
    r"\openin1=/etc/passwd", r"\catcode`\@=11", r"\csname input\endcsname{x}", r"\immediate\write18{ls}", r"\url{javascript:x}",
    r"\htmlClass{x}{y}", r"\require{html}", r"\unicode{60}script\unicode{62}", r"\end{align*}\input{x}", r"^^5cinput{x}",
    r"\special{html:<script>}", r"\directlua{os.execute('ls')}", r"\htmlData{onclick=alert(1)}{x}", r"\def\x{\x\x}\x", r"\catcode`\@=0",
    r"$\href{javascript:alert(1)}{x}$",
)  # fmt: skip
#: Where the words of a page can stand in a block.
PLACES = {
    "a title": f"title: {{}}\n{SOUND}",
    "a label": f"label: {{}}\n{SOUND}",
    "the name of a directive": f"{{}}: a\n{SOUND}",
    "the value of a choice": f"layout: {{}}\n{SOUND}",
    "a comment": "# {}\nlet x in R^n  # {}\nd/dx x' x  # {}",
    "a declaration": "let {} in R^n, x in R^n\nd/dx x' x",
    "a declaration alone": "let {} in R^n\nd/dx x' x",
    "an attribute": "let x in R^n {}\nd/dx x' x",
    "a dimension": "let x in R^{{}}\nd/dx x' x",
    "a definition": "let x in R^n\n{} = x' x\ndf/dx",
    "a goal": "let x in R^n\nd/dx {}",
    "the end of a goal": "let x in R^n\nd/dx x' x {}",
    "LaTeX": "let x in R^n\nd/dx ${}$",
    "LaTeX after a formula": "let x in R^n\nd/dx $x^\\top x {}$",
    "LaTeX in text": "let x in R^n\nd/dx $\\text{{}} x' x$",
}
#: Commands that no page and no file may get from a block.
COMMANDS = re.compile(
    r"\\(?:href|url|html\w*|require|input|include|write|immediate|openin|openout|read|def|edef|gdef|let|newcommand|catcode"
    r"|csname|special|directlua)(?![a-zA-Z])|\^\^"
)


def derived(text: str) -> list[Derivation]:
    """The derivations of a block; none where it is refused, and whatever else is raised is a defect."""
    try:
        return derive(text, verify=False)
    except DeriveError as error:
        if error.message.startswith(INTERNAL):
            raise RuntimeError(text) from error
        str(error).encode("utf-8")
        return []
