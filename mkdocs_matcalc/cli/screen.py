r"""Where a command writes: a stream that takes any text and hands on what can be shown.

In: what a command prints, with the words of pages in it. Out: lines in which every character is seen and can
be encoded, and none of which a terminal or the runner of a build service obeys; what a command itself wants
obeyed, as a colour, it marks with a secret of the process that no page can know. A stream that encodes less than
Unicode gets the numbers of the characters that it lacks, as `\u2202`, so that nothing is lost and nothing fails.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import sys
from collections.abc import Iterator
from typing import TextIO

from ..visible import line, visible

#: What stands around a sequence that is handed on as it is.
_KEY = f"\x1b{secrets.token_hex(16)}\x1b"


def control(sequence: str) -> str:
    """A sequence of ours that a terminal, or the runner of a build service, shall obey."""
    return f"{_KEY}{sequence}{_KEY}"


class Screen(io.TextIOBase):
    """A standard stream; None is one that was closed before we began."""

    def __init__(self, stream: TextIO | None, *, must: bool) -> None:
        self._stream = stream
        self._must = must  # whether what cannot be written is an error
        self._fresh = True  # whether a line begins
        self.lacking = False  # whether the stream lacked a character

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def holds(self, text: str) -> bool:
        """Whether the stream can encode a text."""
        try:
            text.encode(self.encoding)
        except UnicodeError:
            return False
        return True

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The number of the stream; an `OSError` where it has none."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def writable(self) -> bool:
        """Whether there is anything to write to."""
        return True

    def write(self, text: str) -> int:
        """Write a text; an `OSError` only where what is lost would be the result."""
        shown = "".join(part if i % 2 else self._safe(part) for i, part in enumerate(text.split(_KEY)))
        if not self.holds(shown):
            self.lacking = True
            shown = shown.encode(self.encoding, "backslashreplace").decode(self.encoding)
        with self._trying():
            if self._stream is None and self._must:
                raise OSError("standard output is closed")
            if self._stream is not None:
                self._stream.write(shown)
        return len(text)

    def flush(self) -> None:
        """Write what is still here; errors as for `write`."""
        with self._trying():
            if self._stream is not None:
                self._stream.flush()

    def _safe(self, text: str) -> str:
        first, *rest = text.split("\n")
        out = [line(first) if self._fresh else visible(first), *map(line, rest)]
        self._fresh = self._fresh and not first.strip() if not rest else not rest[-1].strip()
        return "\n".join(out)

    @contextlib.contextmanager
    def _trying(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError):  # a ValueError tells of a stream that was closed since
            if self._must:
                raise
            abandon(self)
            self._stream = None


@contextlib.contextmanager
def screens() -> Iterator[tuple[Screen, Screen]]:
    """Standard output and standard error as screens, for as long as a command runs."""
    out, err = Screen(sys.stdout, must=True), Screen(sys.stderr, must=False)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield out, err


def abandon(stream: Screen) -> None:
    """Write no more to a stream that fails, nor let Python try when it ends."""
    with contextlib.suppress(OSError, ValueError):
        number = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
