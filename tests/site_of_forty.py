"""A site of 40 pages in chapters, for the hosts: derivations, equations and references from page to page.

`write` makes it in a folder. Numbers are known from how it is made: chapter c has `PAGES` pages, each with
one derivation and one equation, so that page p of it has (c.2p-1) and (c.2p).
"""

from __future__ import annotations

from pathlib import Path

CHAPTERS = 8
PAGES = 5

_BLOCKS = (
    "let A in R^{m x n}, x in R^n, b in R^m\nf = ||A x - b||^2\ndf/dx",
    "let S in R^{n x n} spd, x in R^n\nf = x' inv(S) x\ndf/dx",
    "let x in R^n, A in R^{n x n}\nf = x' A x\ndf/dx",
    "let X in R^{n x n} invertible\nf = logdet(X)\ndf/dX",
)


def name(chapter: int, page: int) -> str:
    return f"c{chapter}-p{page}"


def pages(*, across: bool = True) -> dict[str, str]:
    """The sources; `across` is whether pages refer to each other, as they cannot where a host knows no site."""
    made = {}
    for c in range(1, CHAPTERS + 1):
        for p in range(1, PAGES + 1):
            other = name(c % CHAPTERS + 1, p) if across else name(c, p)
            made[f"chapter-{c}/{name(c, p)}.md"] = (
                f"# Page {c}.{p}\n\n"
                f"See \\eqref{{{other}}}, \\cref{{{name(c, p)},{name(c, p)}-e}} and line \\eqref{{{other}.1}}.\n\n"
                f"```derive\nlabel: {name(c, p)}\ntitle: Derivation {c}.{p}\n{_BLOCKS[(c + p) % len(_BLOCKS)]}\n```\n\n"
                f"$$ y_{{{c}}} = \\frac{{{p}}}{{2}} x \\label{{{name(c, p)}-e}} $$\n"
            )
    made["chapter-1/equations.md"] = "# Equations\n\n[equations]\n"
    return made


def nav() -> str:
    """The navigation, with the chapters from last to first, so that it is not the order of the files."""
    lines = ["nav:"]
    for c in range(CHAPTERS, 0, -1):
        lines.append(f"  - Chapter {c}:")
        lines += [f"      - chapter-{c}/{name(c, p)}.md" for p in range(1, PAGES + 1)]
    return "\n".join([*lines, "      - chapter-1/equations.md", ""])


def number(chapter: int, page: int, *, equation: bool = False) -> str:
    """The number of a page's derivation, or of its equation, under `numbering: section`."""
    return f"{CHAPTERS + 1 - chapter}.{2 * page - (not equation)}"


def write(folder: Path, sources: dict[str, str], config: str) -> None:
    for path, text in sources.items():
        file = folder / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"site_name: Forty\n{config}", encoding="utf-8")
