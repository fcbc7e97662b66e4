"""`matcalc explain RULE`: one rule, by its number or its name, with everything that is known of it."""

from __future__ import annotations

import argparse
import sys
import textwrap

from ..visible import visible
from .options import as_json, paint_for


def run(args: argparse.Namespace) -> int:
    """Print a rule; 2 where there is none of that number or name."""
    from ..rules.table import RULES

    rule = RULES.find(args.rule) or next((r for r in RULES if r.title.lower() == args.rule.strip().lower()), None)
    if rule is None:
        return _unknown(args.rule)
    if args.format == "latex":
        print(rule.statement_latex())
        return 0
    if args.format == "json":
        keys = ("number", "name", "title", "family", "kind", "condition", "why", "source")
        data = {key: getattr(rule, key) for key in keys} | {"latex": rule.statement_latex()}
        print(as_json(data))
        return 0
    from ..emit.rule_text import statement

    paint = paint_for(sys.stdout)
    print(f"{paint('dim', f'({rule.number})')} {paint('result', rule.title)}   {paint('dim', rule.name)}")
    print(f"\n    {statement(rule)}\n")
    if rule.condition:
        print(f"where {rule.condition}")
    if rule.why:
        print(textwrap.fill(rule.why, 88))
    if rule.source:
        print(f"Source: {rule.source}")
    return 0


def _unknown(asked: str) -> int:
    """Say that there is no such rule, and which are near."""
    from difflib import get_close_matches

    from ..rules.table import RULES

    words = {r.name: r for r in RULES} | {r.title.lower(): r for r in RULES}
    near = [words[w] for w in get_close_matches(asked.lower(), words, 3, 0.5)]
    near += [r for w, r in words.items() if asked.lower() in w]
    hint = ", ".join(dict.fromkeys(f"{r.name} ({r.number})" for r in near[:5]))
    print(f"matcalc: no rule '{visible(asked)}'{f'; did you mean {hint}?' if hint else ''}", file=sys.stderr)
    print("`matcalc rules` lists them all", file=sys.stderr)
    return 2
