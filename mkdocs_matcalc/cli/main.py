"""The command `matcalc`: blocks in, derivations out; rules; LaTeX, Markdown and checks of whole folders.

Results go to standard output, what is wrong to standard error with file, line and a caret.
Exit codes: 0 done, 1 a block fails or a file is stale, 2 the command itself is wrong. Each command
is a module, imported when it is run; what it takes stands in `arguments`, so that help costs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .arguments import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned. A wrong command raises `SystemExit` with code 2."""
    args = parser().parse_args(argv)
    try:
        code = int(import_module(f".{args.command}", __package__).run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has gone; that is no failure of ours, and Python shall not tell of it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"matcalc: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code
