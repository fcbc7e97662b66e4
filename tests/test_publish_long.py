"""Pages of formulas take time in proportion to their length, whatever stands unclosed in them."""

from __future__ import annotations

import logging
import time

import markdown
import pytest

ME = "mkdocs_matcalc.publish.extension"


def _name(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


PAGES = {
    "formulas in text": lambda n: r"$\text{$a " * n,
    "environments of many names": lambda n: "\\label{a}\n" + "\n".join(rf"\begin{{{_name(i)}}}" for i in range(n)),
    "environments that do not end": lambda n: "\\label{a}\n" + "\\begin{align}\n" * n,
    "dollars": lambda n: "\\label{a}\n" + "$$ x\n" * n,
    "brackets that close at the end": lambda n: "\\label{a}\n" + "\\[ x\n" * n + "\\] y",
    "references to nothing": lambda n: " ".join(rf"\eqref{{a{i}}}" for i in range(n)),
    "references in formulas": lambda n: " ".join(rf"$\eqref{{a{i}}}$" for i in range(n)),
    "labels in formulas": lambda n: " ".join(rf"$\label{{a{i}}}$" for i in range(n)),
    "formulas that cannot be set": lambda n: " ".join(rf"$\nonsense{{{i}}}$" for i in range(n)),
    "equations in a paragraph": lambda n: "\n".join(rf"$$ x \label{{a{i}}} $$" for i in range(n)),
    "lines of an equation": lambda n: r"\begin{align} a \label{x} " + r"\\ b" * n + r"\end{align}",
    "brackets that stay open": lambda n: "\n\n".join("$" + "(" * 40 + f"x{i}$" for i in range(n // 10)),
    "uses of a command": lambda n: "$\\newcommand{\\a}{b}$ " + " ".join(rf"$\a_{{{i}}}$" for i in range(n)),
    "definitions that do not end": lambda n: "$\\newcommand{\\a}{" * n,
}


@pytest.mark.parametrize("kind", PAGES)
def test_time_is_in_proportion(kind: str, caplog) -> None:
    caplog.set_level(logging.CRITICAL)
    made = PAGES[kind]

    def seconds(n: int, *, bare: bool = False) -> float:
        begun = time.perf_counter()
        markdown.markdown(
            made(n),
            extensions=["pymdownx.arithmatex"] if bare else ["pymdownx.arithmatex", ME],
            extension_configs={"pymdownx.arithmatex": {"generic": True}},
        )
        return time.perf_counter() - begun

    seconds(100)
    # What is quadratic takes 16 times as long for what is four times as long; a busy machine takes some more. Where
    # Markdown itself is quadratic, as older ones are in what they put aside, the extension may take twice as long.
    long, short = min(seconds(2000) for _ in range(2)), max(min(seconds(500) for _ in range(3)), 0.02)
    assert long < 9 * short or long < 3 * min(seconds(2000, bare=True) for _ in range(2))
