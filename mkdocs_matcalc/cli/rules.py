"""`matcalc rules`: the rules, a line each, or as data."""

from __future__ import annotations

import argparse
import sys

from .options import as_json, paint_for


def run(args: argparse.Namespace) -> int:
    """Print the rules in the order of their numbers."""
    from ..rules.table import RULES

    if args.format == "json":
        rows = [
            {"number": r.number, "name": r.name, "title": r.title, "family": r.family, "latex": r.statement_latex(),
             "condition": r.condition, "source": r.source}
            for r in RULES
        ]  # fmt: skip
        print(as_json(rows))
        return 0
    from ..emit.rule_text import statement

    paint = paint_for(sys.stdout)
    for r in RULES:
        condition = f"   [{r.condition}]" if r.condition else ""
        number, name = f"({r.number})".rjust(6), r.name.ljust(24)
        print(f"{paint('dim', number)}  {paint('rule', name)} {statement(r)}{paint('dim', condition)}")
    return 0
