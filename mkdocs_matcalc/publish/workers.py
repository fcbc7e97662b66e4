"""Requests answered on all cores: by this process, and by workers beside it where there are many.

In: requests, as `making` states them. Out: their answers by place, byte for byte those that this
process would have given. A worker is this interpreter with this package and nothing of the site's:
it reads requests from a pipe, writes answers to another, and ends when the pipe does, as it does
when this process is killed. There is no shell, no pickle and no thread, and a worker writes no file.
One that cannot be started, dies, answers nonsense or nothing for too long only means that its
requests are answered here. Between answers of its own this process looks after the pipes, which
needs pipes that do not block: where the system has none, all requests are answered here.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from .page import LOG

#: Fewer requests than this are answered before a worker has started.
WORTH = 40
#: More workers than this are of no use: the pages are made by one process anyway.
_MOST = 8
#: A worker is asked so many requests ahead: it need not wait for us, who may be at an answer of our own.
_AHEAD = 12
#: The seconds after which a worker that does not answer is given up; no block may take as long.
_PATIENCE = 120.0
#: The seconds that we wait with nothing else to do: what a worker does not answer by then is answered here.
_IDLE_PATIENCE = 5.0
#: The environment variable that says how many processes there may be; 1 is this one alone.
VARIABLE = "MATCALC_PROCESSES"

Answer = tuple[bytes, bytes]


class Workers:
    """A number of requests and whoever answers them; asked for the answers in their order."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = requests
        self._answers: dict[int, Answer] = {}
        self._open = deque(range(len(requests)))  # what nobody has taken yet
        self._workers: list[Worker] = []
        #: Whether other processes take part.
        self.running = False

    def __enter__(self) -> Self:
        count = min(processes(), _MOST) - 1 if len(self._requests) >= WORTH and os.name == "posix" else 0
        for _ in range(count):
            try:
                self._workers.append(Worker())
            except (OSError, ValueError) as error:
                LOG.debug("a worker cannot be started: %s", error)
        self.running = bool(self._workers)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []

    def answer(self, place: int) -> Answer:
        """The answer to a request; what nobody else has is answered here, until this one is."""
        while place not in self._answers:
            self._look_after()
            if place in self._answers:
                break
            if place in self._open:
                self._open.remove(place)
                mine = place
            elif self._open:
                mine = self._open.popleft()
            else:
                self._wait()
                continue
            from . import making

            self._answers[mine] = making.answer(self._requests[mine])
        return self._answers.pop(place)

    def _look_after(self) -> None:
        """Take in what workers have answered, and ask them for more."""
        for worker in list(self._workers):
            try:
                for place, made in worker.read():
                    self._answers[place] = made
                # Towards the end they get fewer, so that none is left with many.
                ahead = max(1, min(_AHEAD, len(self._open) // (len(self._workers) + 1)))
                while self._open and len(worker.asked) < ahead:
                    place = self._open.popleft()
                    worker.ask(place, self._requests[place])
                worker.write()
                if not worker.asked and not self._open:
                    self._part(worker)
            except (OSError, ValueError) as error:
                LOG.debug("a worker was given up: %s", error)
                self._part(worker)

    def _part(self, worker: Worker) -> None:
        """End a worker; what it has left is answered here."""
        worker.end()
        self._workers.remove(worker)
        self._open.extendleft(place for place, _ in reversed(worker.asked))

    def _wait(self) -> None:
        """Until a worker has something to say, or can be told something."""
        reading = [worker.reading for worker in self._workers]
        writing = [worker.writing for worker in self._workers if worker.unsent]
        select.select(reading, writing, [], 1.0)
        for worker in [each for each in self._workers if each.silent > _IDLE_PATIENCE]:
            LOG.debug("a worker was given up: it does not answer")
            self._part(worker)


class Worker:
    """A process beside this one, and what it was asked."""

    def __init__(self) -> None:
        process = subprocess.Popen(  # noqa: S603 - a fixed command; nothing of a page is in it
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
            bufsize=0,
        )  # fmt: skip
        if process.stdin is None or process.stdout is None:  # pragma: no cover - both are pipes
            raise OSError("a worker without pipes")
        self.process = process
        self.reading, self.writing = process.stdout.fileno(), process.stdin.fileno()
        os.set_blocking(self.reading, False)
        os.set_blocking(self.writing, False)
        #: What it has not answered yet, in order.
        self.asked: deque[tuple[int, bytes]] = deque()
        self.unsent = bytearray()
        self._received = bytearray()
        self._heard = time.monotonic()

    def ask(self, place: int, request: bytes) -> None:
        """Ask for an answer, when the pipe takes it."""
        if not self.asked:
            self._heard = time.monotonic()
        self.asked.append((place, request))
        self.unsent += request + b"\n"

    def write(self) -> None:
        """Send what the pipe takes."""
        while self.unsent:
            try:
                del self.unsent[: os.write(self.writing, self.unsent)]
            except BlockingIOError:
                return

    def read(self) -> list[tuple[int, Answer]]:
        """What it has answered since; an `OSError` where it has died, or answers something else."""
        while True:
            try:
                piece = os.read(self.reading, 1 << 20)
            except BlockingIOError:
                break
            if not piece:
                raise OSError("it has died")
            self._received += piece
        made = []
        *lines, rest = bytes(self._received).split(b"\n")
        for first, second, request in zip(*[iter(lines)] * 3, strict=False):
            # The last line says what was answered: an answer to something else is none.
            if not self.asked or self.asked[0][1] != request:
                raise OSError("it answers what was not asked")
            made.append((self.asked.popleft()[0], (first, second)))
            self._heard = time.monotonic()
        self._received = bytearray(b"\n".join([*lines[3 * len(made) :], rest]))
        if self.silent > _PATIENCE:
            raise OSError("it does not answer")
        return made

    @property
    def silent(self) -> float:
        """The seconds since it has said anything while it was asked."""
        return time.monotonic() - self._heard if self.asked else 0.0

    def end(self) -> None:
        """End the process, which has nothing to lose."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


def processes() -> int:
    """How many processes there may be: as many as cores, or as the environment says."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.isascii() and said.isdigit():
        # Python reads no number of some thousand digits; more than a few are more than there are processes.
        return max(1, int(said)) if len(said) < 6 else _MOST
    if said:
        LOG.warning("%s: '%s' is no number of processes, as 2 is; it is passed over", VARIABLE, said[:40])
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def command() -> list[str]:
    """The command of a worker: this interpreter, this package, and nothing imported from the folder of the site."""
    return [sys.executable, "-P", "-m", "mkdocs_matcalc.publish.worker", str(Path(__file__).parent)]


def environment() -> dict[str, str]:
    """The environment of a worker: ours, and one thread, for the matrices are small and the cores are taken."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
