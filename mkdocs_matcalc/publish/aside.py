"""Formulas of authors converted in a process beside this one, which may end instead of the build.

In: TeX. Out: what `native` says of it. The process is this interpreter with this package, started by a
fixed command when the first formula needs it, and ends with the build: it reads formulas from a pipe
and answers each with a line, within a few seconds and without growing, or it ends itself; then the formula is one
that cannot be set, and the next has a new process. A site that has too many of them has no more tried.
"""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
import time

from .disk import nowhere
from .native import LENGTH, Made, convert, on_stack
from .workers import environment

#: The seconds that one formula may take; those that people write take thousandths.
SECONDS = 3
#: The seconds that all formulas which end the process may take, with starting the next.
SECONDS_LOST = 30.0
#: The bytes that the process may grow to.
_ROOM = 3 << 30


class Aside:
    """The process, as far as there is one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # a process that was forked from ours has pipes that are not its own
        self._lost = 0.0
        self._lock = threading.Lock()

    def ask(self, tex: str, *, display: bool) -> Made:
        """What becomes of a formula."""
        with self._lock:
            if self._lost > SECONDS_LOST:
                return Made("", "it was not tried: too many formulas took too long")
            begun = time.monotonic()
            try:
                return self._answer(json.dumps([tex, display]).encode())
            except (OSError, ValueError) as error:
                if self._process is None or self._owner != os.getpid():
                    return Made("", f"no process can be started to convert it ({error})")
                self._end()
                self._lost += time.monotonic() - begun
                return Made("", "math-core does not come to an end with it")

    def _answer(self, request: bytes) -> Made:
        if self._process is None or self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command; nothing of a page is in it
                command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
            )
        if self._process.stdin is None or self._process.stdout is None:  # pragma: no cover - both are pipes
            raise OSError("a process without pipes")
        self._process.stdin.write(request + b"\n")
        self._process.stdin.flush()
        made, why = json.loads(self._process.stdout.readline())
        return Made(str(made), str(why))

    def end(self) -> None:
        """End the process, which has nothing to lose."""
        with self._lock:
            if self._owner == os.getpid():
                self._end()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it was not told yet
                    pipe.close()
        self._process.wait()
        self._process = None


_ASIDE = Aside()
atexit.register(_ASIDE.end)


def ask(tex: str, *, display: bool) -> Made:
    """What becomes of a formula, whatever it says."""
    return _ASIDE.ask(tex, display=display)


def command() -> list[str]:
    """The command of the process: this interpreter, this package, and nothing imported from the folder of the site."""
    return [sys.executable, "-P", "-m", "mkdocs_matcalc.publish.aside"]


def main() -> None:
    """Answer until there is nothing more to answer."""
    # Who stops the build in a terminal stops the build; it ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit()
    on_stack(_serve, LENGTH).join()


def _serve() -> None:
    with nowhere() as silence:
        for line in sys.stdin.buffer:
            tex, display = json.loads(line)
            # It ends the process from outside of Python, which waits for math-core.
            faulthandler.dump_traceback_later(SECONDS, exit=True, file=silence)
            made = convert(tex, display=display)
            faulthandler.cancel_dump_traceback_later()
            try:
                sys.stdout.buffer.write(json.dumps(made).encode() + b"\n")
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                return


def _limit() -> None:
    """Let the process not grow beyond what a formula may need."""
    try:
        import resource
    except ImportError:  # a system that has no such limits
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    room = _ROOM if most == resource.RLIM_INFINITY else min(_ROOM, most)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (room, most))


if __name__ == "__main__":
    main()
