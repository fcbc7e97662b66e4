r"""LaTeX fragments: a file for each label, the rule book, and the package that sets them.

In: the derivations of a block, where the block stands, and how they are to be set. Out: the name and
the text of a file, the same bytes for the same block. A fragment opens with comments that name its
source and show the block; nothing that a user has written leaves a comment but formulas, and labels
that are safe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from ..engine.derivation import Derivation
from ..rules.rule import Rule
from ..rules.table import RULES
from .tex import PREAMBLE, TexStyle, bold, display, escape, safe_label, sentence
from .tex_measure import broken

#: What the first line of a fragment begins with; a file without it is none of ours.
MARK = "% made by `matcalc tex` from "
RULE_BOOK = "matcalc-rules"

_ENTRY = r"""\providecommand{\matcalcentry}[4]{%
  \par\addvspace{\medskipamount}\noindent\textbf{#2}%
  \begin{equation}\tag{#1}\label{rule:#1}#3\end{equation}%
  \def\matcalccondition{#4}\ifx\matcalccondition\empty\else\noindent where #4\par\fi}
"""


def file_name(label: str) -> str:
    r"""The name of the fragment of a label; `\derivation` finds it by the same rule."""
    return safe_label(label).replace(":", "-") + ".tex"


def fragment(found: Sequence[Derivation], label: str, source: str, text: str, style: TexStyle) -> str:
    """The fragment of one block: `source` names the file that it stands in, `text` is the block itself."""
    safe_label(label)
    head = [f"{MARK}{_comment(source)}; do not edit", *(f"%   {line}".rstrip() for line in _lines(text))]
    parts = []
    for i, d in enumerate(found):
        own = label if i == 0 else f"{label}-{i + 1}"
        parts.append(display(d, style, own) + "%\n")
        parts += [f"\\matcalcremark{{{bold(sentence(remark), style.bold)}}}%\n" for remark in d.remarks]
    return "\n".join(head) + "\n" + PREAMBLE + "".join(parts)


def rule_book(style: TexStyle, rules: Sequence[Rule] | None = None) -> str:
    r"""The rules as an appendix: each an equation that has its own number for tag, and `rule:10` for label."""
    parts = [f"{MARK}the rule table; do not edit\n{PREAMBLE}{_ENTRY}"]
    family = ""
    ordered = sorted(RULES if rules is None else rules, key=lambda rule: rule.number)
    families = list(dict.fromkeys(rule.family for rule in ordered))
    for rule in sorted(ordered, key=lambda rule: families.index(rule.family)):
        if rule.family != family:
            family = rule.family
            parts.append(f"\n\\par\\bigskip\\noindent\\textsc{{{escape(family)}}}\\par\n")
        formula = bold(_statement(rule, style.width), style.bold)
        condition = sentence(rule.condition)
        parts.append(f"\\matcalcentry{{{rule.number}}}{{{escape(rule.title)}}}{{{formula}}}{{{condition}}}\n")
    return "".join(parts)


def package() -> str:
    """The text of matcalc.sty."""
    return (files(__package__) / "matcalc.sty").read_text(encoding="utf-8")


def _statement(rule: Rule, room: float) -> str:
    """A rule's statement; one that is too wide goes on in further lines."""
    whole = rule.statement_latex()
    lines = broken(whole, room - 4, room - 6)
    if len(lines) == 1:
        return whole
    return "\\begin{split}&" + r" \\ &\quad ".join(lines) + "\\end{split}"


def _lines(text: str) -> list[str]:
    """The lines of a block as comments can hold them; whatever TeX or an editor takes for a line break is one."""
    return [_comment(line) for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text.strip())]


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
