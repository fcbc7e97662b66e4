"""Requests answered on all cores: by this process, and by workers beside it where there are many.

In: requests, as `making` states them. Out: their answers by place, byte for byte those that this
process would have given. A worker is this interpreter with this package and nothing of the site's:
it reads requests from a pipe, writes answers to another, and ends when the pipe does, as it does
when this process is killed. There is no shell and no pickle, and a worker writes no file. One that
cannot be started, dies, answers nonsense or nothing for too long only means that its requests are
answered here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from typing import Self

from . import making
from .page import LOG

#: Fewer requests than this are answered before a worker has started.
_WORTH = 40
#: More workers than this are of no use: the pages are made by one process anyway.
_MOST = 8
#: A worker has so many requests at a time: enough not to wait for us, few enough to end with the others.
_CHUNK = 6
#: The seconds after which a worker that does not answer is given up; no block may take as long.
_PATIENCE = 120.0
#: The environment variable that says how many processes there may be; 1 is this one alone.
VARIABLE = "MATCALC_PROCESSES"

Answer = tuple[bytes, bytes]


class Workers:
    """A number of requests and whoever answers them; asked for the answers in their order."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = requests
        self._answers: dict[int, Answer] = {}
        self._open = deque(range(len(requests)))  # what nobody has taken yet
        self._news = threading.Condition()
        self._given: set[int] = set()  # what a worker has
        self._workers: list[_Worker] = []
        #: Whether other processes take part.
        self.running = False

    def __enter__(self) -> Self:
        count = min(processes(), _MOST) - 1 if len(self._requests) >= _WORTH else 0
        self._workers = [_Worker(self) for _ in range(count)]
        for worker in self._workers:
            worker.start()
        self.running = count > 0
        return self

    def __exit__(self, *_: object) -> None:
        with self._news:
            self._open.clear()
        for worker in self._workers:
            worker.end()

    def answer(self, place: int) -> Answer:
        """The answer to a request; what nobody else has is answered here, until this one is."""
        while True:
            with self._news:
                if place in self._answers:
                    return self._answers.pop(place)
                if place not in self._given:
                    mine = place
                    if place in self._open:
                        self._open.remove(place)
                elif self._open:
                    mine = self._open.popleft()
                else:
                    self._news.wait(1.0)
                    continue
            made = making.answer(self._requests[mine])
            with self._news:
                self._answers[mine] = made

    def take(self) -> list[tuple[int, bytes]]:
        """Requests for a worker; none when there are no more."""
        with self._news:
            # Towards the end chunks are smaller, so that no worker is left with many.
            size = max(1, min(_CHUNK, len(self._open) // (2 * len(self._workers) + 2)))
            places = [self._open.popleft() for _ in range(min(size, len(self._open)))]
            self._given.update(places)
            return [(place, self._requests[place]) for place in places]

    def give(self, place: int, made: Answer) -> None:
        """An answer of a worker."""
        with self._news:
            self._answers[place] = made
            self._given.discard(place)
            self._news.notify_all()

    def give_back(self, places: Sequence[int]) -> None:
        """Requests that a worker has left; they are answered here."""
        with self._news:
            self._given.difference_update(places)
            self._open.extendleft(reversed(places))
            self._news.notify_all()


class _Worker(threading.Thread):
    """A process beside this one, and the thread that talks to it."""

    def __init__(self, host: Workers) -> None:
        super().__init__(daemon=True, name="matcalc-worker")
        self._host = host
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Hand requests on until there are none."""
        asked: list[tuple[int, bytes]] = []
        try:
            self._process = process = subprocess.Popen(  # noqa: S603 - a fixed command; nothing of a page is in it
                command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
            )
            while asked := self._host.take():
                self._ask(process, asked)
        except (OSError, ValueError) as error:
            LOG.debug("a worker was given up: %s", error)
        finally:
            self._host.give_back([place for place, _ in asked])
            self.end()

    def _ask(self, process: subprocess.Popen[bytes], asked: list[tuple[int, bytes]]) -> None:
        """Ask for answers and take them in; what was answered is no longer in `asked`."""
        writing, reading = process.stdin, process.stdout
        if writing is None or reading is None:  # pragma: no cover - both are pipes
            raise OSError("a worker without pipes")
        writing.write(b"".join(request + b"\n" for _, request in asked))
        writing.flush()
        while asked:
            watch = threading.Timer(_PATIENCE, process.kill)
            watch.daemon = True
            watch.start()
            try:
                lines = [reading.readline() for _ in range(3)]
            finally:
                watch.cancel()
            place, request = asked[0]
            # The last line says what was answered: an answer that was cut short, or is another's, is none.
            if not lines[2].endswith(b"\n") or lines[2][:-1] != request:
                raise OSError("a worker has died")
            self._host.give(place, (lines[0][:-1], lines[1][:-1]))
            del asked[0]

    def end(self) -> None:
        """End the process, which has nothing to lose."""
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()
        if process is not None and threading.current_thread() is self:
            process.communicate()
        elif self.is_alive():
            self.join(5)


def processes() -> int:
    """How many processes there may be: as many as cores, or as the environment says."""
    said = os.environ.get(VARIABLE, "")
    if said.isascii() and said.isdigit():
        return max(1, int(said))
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def command() -> list[str]:
    """The command of a worker: this interpreter, and no folder to import from that it would not look into itself."""
    return [sys.executable, "-P", "-m", "mkdocs_matcalc.publish.worker"]


def environment() -> dict[str, str]:
    """The environment of a worker: ours, and one thread, for the matrices are small and the cores are taken."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
