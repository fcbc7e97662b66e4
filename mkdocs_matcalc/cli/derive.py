"""`matcalc derive`: one block, as text, LaTeX, Markdown, JSON or code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .options import Paint, as_json, lines, paint_for, read_text, shown

if TYPE_CHECKING:
    from ..engine.derivation import Derivation


def run(args: argparse.Namespace) -> int:
    """Derive a block and print it; 1 where it cannot be derived."""
    from ..errors import DeriveError
    from ..missing import MissingPackageError
    from ..pipeline import derive

    if args.expression is not None:
        text, name = lines(args.expression), "-e"
    else:
        text, name = read_text(args.file), "<stdin>" if args.file == "-" else args.file
    try:
        found = derive(text, layout=args.layout, style=args.style)
        out = render(found, args.format, paint_for(sys.stdout))
    except MissingPackageError:
        raise
    except DeriveError as error:
        if name == "-e" and error.span is not None and text[error.span.start :].startswith("\\n"):
            error.hint = r"`;` ends a line of a block that stands in a command; `\n` is no end of line"
        place = f": line {error.line}, column {error.column}" if error.excerpt() else ""
        print(shown(error, f"{name}{place}", paint_for(sys.stderr)), file=sys.stderr)
        return 1
    print(out)
    return 0


def render(found: Sequence[Derivation], form: str, paint: Paint | None = None) -> str:
    """Derivations in one of the output formats."""
    if form == "json":
        return as_json([d.to_dict() for d in found])
    if form == "python":
        return "import numpy as np\n\n\n" + "\n\n".join(d.numpy() for d in found)
    if form == "text":
        from ..emit.terminal import terminal

        return "\n\n".join(terminal(d, paint) for d in found)
    if form in ("latex", "markdown"):
        from ..emit.markdown import markdown
        from ..emit.tex import align

        return "\n\n".join((align if form == "latex" else markdown)(d) for d in found)
    return "\n\n".join(d.code(form) for d in found).rstrip("\n")
