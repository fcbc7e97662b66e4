"""The command `matcalc`: blocks in, derivations out; rules; LaTeX, Markdown and checks of whole folders.

Results go to standard output, what is wrong to standard error with file, line and a caret.
Exit codes: 0 done, 1 a block fails or a file is stale, 2 the command itself is wrong or could not end, 130 it was
stopped. However it ends, it says why in a message and not in a traceback. Each command is a module, imported when
it is run; what it takes stands in `arguments`, so that help costs nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from ..visible import visible
from .arguments import parser
from .screen import Screen, abandon, screens


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned. A wrong command raises `SystemExit` with code 2."""
    with screens() as (out, err):
        code = _run(argv, out)
        if out.lacking or err.lacking:
            print(
                f"matcalc: {out.encoding if out.lacking else err.encoding} lacks some characters, which are written as "
                "\\u2202; with PYTHONIOENCODING=utf-8 they are shown",
                file=sys.stderr,
            )
    return code


def _run(argv: Sequence[str] | None, out: Screen) -> int:
    try:
        args = parser().parse_args(argv)
        code = int(import_module(f".{args.command}", __package__).run(args))
        out.flush()
    except BrokenPipeError:
        abandon(out)  # the reader of our output has gone; that is no failure of ours
        return 0
    except OSError as error:
        return _ended(str(error), out)
    except KeyboardInterrupt:
        abandon(out)
        print("matcalc: stopped", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - whatever it is, a message is more use than a traceback
        return _ended(_why(error), out)
    return code


def _ended(why: str, out: Screen) -> int:
    print(f"matcalc: {visible(why)}", file=sys.stderr)
    try:
        out.flush()
    except (OSError, ValueError):
        abandon(out)
    return 2


def _why(error: Exception) -> str:
    """What has ended a command: a package that is missing, or else what was raised, and where."""
    from ..missing import MissingPackageError
    from ..missing import error as lacking

    if isinstance(error, ImportError):
        error = lacking(error)
    if isinstance(error, MissingPackageError):
        return f"{error.message}; {error.hint}" if error.hint else error.message
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f", {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return f"internal error, please report it ({type(error).__name__}: {error}{where})"
