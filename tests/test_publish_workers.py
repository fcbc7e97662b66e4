"""What workers answer is what one process answers, whatever becomes of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.publish import making, request, workers
from mkdocs_matcalc.publish.cache import Cache
from mkdocs_matcalc.publish.engine import Engine
from mkdocs_matcalc.publish.settings import Settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes that do not block")

SETTINGS = Settings(math="mathml")
#: Blocks of each kind: right ones, one that cannot be read, one without a rule, a wrong directive, other letters.
BLOCKS = [f"title: Größe {n}\nlet A in R^{{n x n}}, x in R^n\nd/dx {n} x' A x" for n in range(2, 50)]
BLOCKS[3] = "let x in R^n\nd/dx x +"
BLOCKS[20] = "let x in R^n, y in R^m\nd/dx x + y"
BLOCKS[30] = "number: some\nlet x in R^n\nd/dx x' x"
BLOCKS[40] = "let x in R^n\nd/dx oops(x"
REQUESTS = [request.block_request(block, SETTINGS) for block in BLOCKS]
REQUESTS += [request.book_request("mathml", part, 4) for part in range(4)]


@pytest.fixture(scope="module")
def right() -> list[tuple[bytes, bytes]]:
    return [making.answer(each) for each in REQUESTS]


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(workers.VARIABLE, "3")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is answered in this process."""
    asked: list[bytes] = []
    answer = making.answer

    def counted(one: bytes) -> tuple[bytes, bytes]:
        asked.append(one)
        return answer(one)

    monkeypatch.setattr(making, "answer", counted)
    return asked


def answers() -> list[tuple[bytes, bytes]]:
    with workers.Workers(REQUESTS) as some:
        return [some.answer(place) for place in range(len(REQUESTS))]


def slowly(some: workers.Workers) -> None:
    """Let the workers come first: this process takes no request before they have some."""
    until = time.monotonic() + 60
    while not all(worker.asked for worker in some._workers):  # noqa: SLF001
        some._look_after()  # noqa: SLF001
        assert time.monotonic() < until


def test_workers_answer_as_this_process_does(right, here) -> None:
    with workers.Workers(REQUESTS) as some:
        slowly(some)
        assert [some.answer(place) for place in range(len(REQUESTS))] == right
    assert 0 < len(here) < len(REQUESTS)


def test_a_mistake_comes_back_as_it_was(right) -> None:
    for place in (3, 20, 30, 40):
        first, second = right[place]
        assert not second
        with pytest.raises(DeriveError) as raised:
            making.block(BLOCKS[place], SETTINGS)
        found, known = request.mistake(first), raised.value
        assert (found.message, found.hint, found.span, found.text) == (
            known.message,
            known.hint,
            known.span,
            known.text,
        )
        assert str(found) == str(known)


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_worker_that_is_killed(after: int, right) -> None:
    with workers.Workers(REQUESTS) as some:
        slowly(some)
        found = [some.answer(place) for place in range(after)]
        for worker in some._workers:  # noqa: SLF001
            worker.process.kill()
        found += [some.answer(place) for place in range(after, len(REQUESTS))]
    assert found == right


def test_a_worker_that_is_stopped(right, monkeypatch) -> None:
    monkeypatch.setattr(workers, "_IDLE_PATIENCE", 0.2)
    with workers.Workers(REQUESTS) as some:
        slowly(some)
        found = [some.answer(0)]
        for worker in some._workers:  # noqa: SLF001
            worker.process.send_signal(signal.SIGSTOP)
        found += [some.answer(place) for place in range(1, len(REQUESTS))]
    assert found == right


#: Programs in the place of a worker, none of which answers what was asked.
WRONG = {
    "ends at once": "pass",
    "says nothing": "import time; time.sleep(600)",
    "answers nonsense": "import sys; sys.stdout.write('x\\ny\\nz\\n' * 99); sys.stdout.flush(); sys.stdin.read()",
    "answers something else": (
        "import sys\nfor line in sys.stdin: sys.stdout.write('[]\\n=\\n' + line.replace('let', 'set')); sys.stdout.flush()"
    ),
    "is cut short": "import sys; line = sys.stdin.readline(); sys.stdout.write('[]\\n=\\n' + line[:20])",
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_no_worker(how: str, right, monkeypatch) -> None:
    monkeypatch.setattr(workers, "command", lambda: [sys.executable, "-c", WRONG[how]])
    monkeypatch.setattr(workers, "_PATIENCE", 0.2)
    assert answers() == right


def test_a_worker_of_another_version_answers_nothing(right, monkeypatch, here) -> None:
    other = [*workers.command()[:-1], "/another/place/mkdocs_matcalc/publish"]
    done = subprocess.run(other, input=REQUESTS[0] + b"\n", capture_output=True, check=True, timeout=120)
    assert done.stdout == done.stderr == b""
    monkeypatch.setattr(workers, "command", lambda: other)
    assert answers() == right
    assert len(here) == len(REQUESTS)


def test_a_worker_that_cannot_be_started(right, monkeypatch) -> None:
    monkeypatch.setattr(workers, "command", lambda: ["/nowhere/python"])
    assert answers() == right


def test_requests_longer_than_a_pipe(monkeypatch) -> None:
    """Neither side waits for the other: requests and answers of a megabyte each go both ways."""
    echo = (
        "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(b'[]\\n=' + line + line); sys.stdout.flush()"
    )
    monkeypatch.setattr(workers, "command", lambda: [sys.executable, "-c", echo])
    monkeypatch.setattr(making, "answer", lambda one: (b"[]", b"=" + one))
    long = [json.dumps(["block", "x" * 1_000_000, n]).encode() for n in range(workers.WORTH)]
    with workers.Workers(long) as some:
        assert [some.answer(place) for place in range(len(long))] == [(b"[]", b"=" + one) for one in long]


def test_few_requests_start_no_worker(monkeypatch) -> None:
    with workers.Workers(REQUESTS[: workers.WORTH - 1]) as some:
        assert not some.running
    monkeypatch.setenv(workers.VARIABLE, "1")
    with workers.Workers(REQUESTS) as some:
        assert not some.running
        assert some.answer(0)


@pytest.mark.parametrize(("said", "count"), [("4", 4), ("0", 1), ("1", 1), ("many", None), ("-2", None), ("", None)])
def test_the_environment_says_how_many(said: str, count: int | None, monkeypatch) -> None:
    monkeypatch.setenv(workers.VARIABLE, said)
    assert workers.processes() == (count or len(os.sched_getaffinity(0)))


def test_workers_end_with_the_build(right) -> None:
    with workers.Workers(REQUESTS) as some:
        slowly(some)
        processes = [worker.process for worker in some._workers]  # noqa: SLF001
        assert some.answer(0) == right[0]
    assert len(processes) == 2
    assert all(process.poll() is not None for process in processes)


def test_a_worker_ends_when_the_build_is_killed() -> None:
    program = (
        "import time\nfrom mkdocs_matcalc.publish import workers\n"
        'some = workers.Workers([b\'["book","mathml",0,400]\'] * workers.WORTH).__enter__()\n'
        "print(*[worker.process.pid for worker in some._workers], flush=True)\ntime.sleep(600)"
    )
    build = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    pids = [int(pid) for pid in build.stdout.readline().split()]
    build.send_signal(signal.SIGKILL)
    build.wait()
    build.stdout.close()
    until = time.monotonic() + 60
    while any(running(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert len(pids) == 2


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_writes_nothing_but_answers(tmp_path: Path) -> None:
    done = subprocess.run(
        workers.command(), input=REQUESTS[0] + b"\n", capture_output=True, cwd=tmp_path, check=True,
        env=workers.environment(), timeout=120,
    )  # fmt: skip
    assert done.stderr == b""
    assert done.stdout.split(b"\n")[2:] == [REQUESTS[0], b""]
    assert not list(tmp_path.iterdir())


def test_what_workers_made_is_kept_as_what_this_process_made(tmp_path: Path, monkeypatch) -> None:
    pages = {"a": BLOCKS[:30], "b": BLOCKS[20:]}
    kept = []
    for count in ("1", "3"):
        monkeypatch.setenv(workers.VARIABLE, count)
        engine = Engine(Cache(tmp_path / count))
        engine.prepare(pages, SETTINGS, book=True)
        engine.book(SETTINGS.renderer)
        kept.append({path.name: path.read_bytes() for path in sorted((tmp_path / count).rglob("*.json"))})
        for place in (3, 20, 30, 40):
            with pytest.raises(DeriveError):
                engine.facts(BLOCKS[place], SETTINGS)
    assert kept[0] == kept[1]
    assert len(kept[0]) == 3


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("3", 3), (" 2 ", 2), ("0", 1), ("9" * 5000, 8), ("1000000", 8), ("", None), ("-1", None), ("two\x1b[31m", None), ("²", None), ("1e3", None)],
)  # fmt: skip
def test_whatever_the_environment_says_of_processes_has_an_answer(said, wanted, monkeypatch, caplog):
    monkeypatch.delenv("MATCALC_PROCESSES", raising=False)
    usual = workers.processes()
    monkeypatch.setenv("MATCALC_PROCESSES", said)
    assert min(workers.processes(), 8) == (min(usual, 8) if wanted is None else wanted)
    assert len(caplog.records) == (wanted is None and bool(said))
    assert all("MATCALC_PROCESSES" in r.getMessage() and "\x1b" not in r.getMessage() for r in caplog.records)
