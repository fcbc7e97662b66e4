"""The command `matcalc`: blocks in, derivations out; rules; checks of whole folders.

Results go to standard output, what is wrong to standard error with file, line and a caret.
Exit codes: 0 done, 1 a block fails, 2 the command itself is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .engine.derivation import Derivation

_FORMATS = ("text", "latex", "markdown", "json", "python")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; that is no failure of ours
        return 0
    except OSError as error:
        print(f"matcalc: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="matcalc", description="Derivations of matrix derivatives, every line checked."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    derive = commands.add_parser("derive", help="derive one block", description="Derive one block.")
    derive.add_argument("file", nargs="?", default="-", help="a file with a block; - or nothing: standard input")
    derive.add_argument("-e", "--expression", metavar="TEXT", help=r"the block itself; \n or ; ends a line")
    derive.add_argument("--format", choices=_FORMATS, default="text")
    derive.add_argument("--layout", choices=("numerator", "denominator", "mixed"), default="numerator")
    derive.add_argument("--style", choices=("differential", "chain", "index"), default="differential")
    derive.set_defaults(run=_derive)

    rules = commands.add_parser("rules", help="list the rules", description="List the rules.")
    rules.add_argument("--format", choices=("text", "json"), default="text")
    rules.set_defaults(run=_rules)

    check = commands.add_parser(
        "check",
        help="check the blocks of Markdown files",
        description="Derive and check every block of Markdown files.",
    )
    check.add_argument("paths", nargs="+", metavar="PATH", help="Markdown files, or folders of them")
    check.add_argument("--layout", choices=("numerator", "denominator", "mixed"), default="numerator")
    check.set_defaults(run=_check)
    return parser


def _derive(args: argparse.Namespace) -> int:
    from .errors import DeriveError
    from .pipeline import derive

    if args.expression is not None:
        text, name = _lines(args.expression), "-e"
    elif args.file == "-":
        text, name = sys.stdin.read(), "<stdin>"
    else:
        text, name = Path(args.file).read_text(encoding="utf-8", errors="surrogateescape"), args.file
    try:
        found = derive(text, layout=args.layout, style=args.style)
    except DeriveError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    print(render(found, args.format))
    return 0


def _lines(text: str) -> str:
    r"""A block given on the command line: a semicolon outside brackets ends a line, as `\n` does."""
    out, depth = [], 0
    for c in text.replace("\\n", "\n"):
        depth += (c in "([{") - (c in ")]}")
        out.append("\n" if c == ";" and depth <= 0 else c)
    return "".join(out)


def render(found: Sequence[Derivation], form: str) -> str:
    """Derivations in one of the output formats."""
    if form == "json":
        import json

        return json.dumps([d.to_dict() for d in found], indent=2, ensure_ascii=False)
    if form == "python":
        return "import numpy as np\n\n\n" + "\n\n".join(d.numpy() for d in found)
    if form == "text":
        return "\n\n".join(d.text for d in found)
    from .emit.markdown import markdown
    from .emit.tex import align

    return "\n\n".join((align if form == "latex" else markdown)(d) for d in found)


def _rules(args: argparse.Namespace) -> int:
    from .emit.text import pretty
    from .rules.table import RULES

    if args.format == "json":
        import json

        rows = [
            {"number": r.number, "name": r.name, "title": r.title, "family": r.family, "latex": r.statement_latex(),
             "condition": r.condition, "source": r.source}
            for r in RULES
        ]  # fmt: skip
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    for r in RULES:
        arrow = "⟹" if r.result else "="
        condition = f"   [{r.condition}]" if r.condition else ""
        print(f"{f'({r.number})':>6}  {r.name:24} {pretty(r.pattern)} {arrow} {pretty(r.replacement)}{condition}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from .errors import DeriveError
    from .pipeline import derive
    from .publish.scan import blocks as scan

    failed = total = 0
    for path in _markdown_files(args.paths):
        for block in scan(path.read_text(encoding="utf-8", errors="surrogateescape")):
            total += 1
            try:
                derive(block.text, layout=args.layout)
            except DeriveError as error:
                failed += 1
                print(f"{path}:{block.line + error.line}: {error.message}", file=sys.stderr)
                for part in (error.excerpt(), f"hint: {error.hint}" if error.hint else ""):
                    if part:
                        print(part, file=sys.stderr)
    print(f"{total} blocks, {total - failed} right, {failed} failed")
    return 1 if failed else 0


def _markdown_files(paths: Sequence[str]) -> list[Path]:
    out: list[Path] = []
    for path in map(Path, paths):
        out += sorted(path.rglob("*.md")) if path.is_dir() else [path]
    return out
