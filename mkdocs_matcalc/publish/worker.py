"""A process that answers requests: from standard input, a line each, to standard output, three lines each.

In: requests, as `making` states them. Out: the two lines of the answer and the request again, in
order. It reads and writes nothing else, and ends when its input does. It is told which files of this
package the build runs on, and answers nothing where it finds others, as those of another version.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from . import making


def main() -> None:
    """Answer until there is nothing more to answer."""
    if sys.argv[1:] != [str(Path(__file__).parent)]:
        return
    # Who stops the build in a terminal stops the build; it ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        request = line.rstrip(b"\n")
        first, second = making.answer(request)
        try:
            sys.stdout.buffer.write(b"%b\n%b\n%b\n" % (first, second, request))
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
