"""Whatever happens to a build, the next one is right and complete, and nothing else on the disk was touched."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import require_tool

#: Blocks that take long enough to be stopped in the middle of, each different.
BLOCKS = [
    f"label: b{i}\nlet X in R^{{m x n}}, w in R^n, y in R^m\nf = {i} ||X w - y||^2 + w'w\ndf/dw\ndf/dX"
    for i in range(2, 14)
]
PAGES = {
    f"p{page}.md": f"# Page {page}\n\nSee \\eqref{{b{2 + 3 * (1 - page % 2)}}}.\n\n"
    + "\n\n".join(f"```derive\n{block}\n```" for block in BLOCKS[3 * page : 3 * page + 3])
    for page in range(4)
}  # fmt: skip
WRONG = {"wrong.md": "# Wrong\n\n```derive\nd/dx x +\n```\n"}


def lay(folder: Path, pages: dict[str, str] = PAGES) -> Path:
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for name, text in pages.items():
        (docs / name).write_text(text, encoding="utf-8")
    (docs / "index.md").write_text("# Start\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        "site_name: Faults\ntheme: {name: mkdocs}\nplugins: [matcalc]\n", encoding="utf-8"
    )
    return folder


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml")]


def build(folder: Path, *, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder), capture_output=True, text=True, check=check, timeout=300, **options)  # type: ignore[call-overload]


def pages_of(folder: Path) -> dict[str, str]:
    """The pages as a reader has them; the date of the build stands in the first and in the map of the site."""
    found = sorted((folder / "site").glob("p*/index.html"))
    return {f.parent.name: f.read_text(encoding="utf-8") for f in found}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def entries(folder: Path) -> list[Path]:
    return sorted((folder / ".cache").rglob("*.json"))


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every build must give."""
    folder = lay(tmp_path_factory.mktemp("right"))
    build(folder)
    found = pages_of(folder)
    assert len(found) == len(PAGES)
    assert all("matcalc-error" not in text for text in found.values())
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site, beside a file that nothing may touch."""
    (tmp_path / "beside.txt").write_text("mine", encoding="utf-8")
    return lay(tmp_path / "site-folder")


def assert_right(folder: Path, right: dict[str, str]) -> None:
    """The next build is complete, leaves nothing half done, and has touched nothing but the site and the cache."""
    sources = {k: v for k, v in everything(folder).items() if not k.startswith(("site/", ".cache/"))}
    build(folder)
    assert pages_of(folder) == right
    after = {k: v for k, v in everything(folder).items() if not k.startswith(("site/", ".cache/"))}
    assert after == sources
    assert sorted(p.name for p in folder.parent.iterdir()) == ["beside.txt", folder.name]
    assert (folder.parent / "beside.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("seed", range(3))
def test_a_build_that_is_killed_at_any_moment(folder, right, seed):
    start = time.monotonic()
    build(folder)
    whole = time.monotonic() - start
    shutil.rmtree(folder / ".cache")
    shutil.rmtree(folder / "site")
    process = subprocess.Popen(command(folder))
    time.sleep(whole * (0.3 + 0.65 * random.Random(seed).random()))
    process.kill()
    process.wait()
    assert_right(folder, right)


def test_a_build_that_is_killed_while_it_writes_the_cache(folder, right):
    """As soon as the first entry is there."""
    process = subprocess.Popen(command(folder))
    while not entries(folder) and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.wait()
    assert_right(folder, right)


def test_a_disk_that_is_full(folder, right):
    """No file may grow beyond a few bytes: the cache cannot be written, nor the site."""

    def full() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = build(folder, check=False, preexec_fn=full)
    assert done.returncode != 0  # MkDocs cannot write the pages, and says so
    assert not entries(folder)
    assert_right(folder, right)


def test_a_disk_too_full_for_the_cache_alone(folder, right):
    """The folder of the cache is a small disk of its own; the site is complete all the same."""
    small = folder / ".cache"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be made here")
    try:
        (small / "ballast").write_bytes(b"x" * 40_000)
        build(folder)
        assert pages_of(folder) == right
        assert not list(small.rglob("*.tmp"))
        build(folder)
        assert pages_of(folder) == right
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("how", ["a file in its place", "read only"])
def test_a_cache_that_cannot_be_written(folder, right, how):
    cache = folder / ".cache"
    if how == "read only":
        cache.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(cache)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("no read-only disk can be made here")
    else:
        cache.write_text("not a folder", encoding="utf-8")
    try:
        build(folder)
        assert pages_of(folder) == right
    finally:
        if how == "read only":
            subprocess.run(["umount", str(cache)], check=True)
    if how == "a file in its place":
        assert cache.read_text(encoding="utf-8") == "not a folder"


def _damage(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    match rng.randrange(5):
        case 0:
            path.write_bytes(data[: rng.randrange(len(data))])
        case 1:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            path.write_bytes(data)
        case 2:
            path.write_bytes(rng.randbytes(200))
        case 3:
            path.write_text("[" * 100_000, encoding="utf-8")
        case 4:
            path.unlink()
            path.mkdir()


def test_entries_that_are_damaged(folder, right):
    build(folder)
    rng = random.Random(3)
    assert len(entries(folder)) == len(PAGES) + 1  # a file for each page with blocks, and the rule book
    for path in entries(folder):
        _damage(path, rng)
    assert_right(folder, right)


def test_entries_that_are_those_of_others(folder, right):
    """Each entry under the name of the next."""
    build(folder)
    found = entries(folder)
    texts = [p.read_bytes() for p in found]
    for path, text in zip(found, texts[1:] + texts[:1], strict=True):
        path.write_bytes(text)
    assert_right(folder, right)


def test_two_builds_at_once(folder, right):
    """Two cores, one cache, a site each."""
    first = subprocess.Popen([*command(folder), "-d", str(folder / "site" / "one")])
    second = subprocess.Popen([*command(folder), "-d", str(folder / "site" / "two")])
    assert (first.wait(300), second.wait(300)) == (0, 0)
    for name in ("one", "two"):
        made = {f.parent.name: f.read_text(encoding="utf-8") for f in (folder / "site" / name).glob("p*/index.html")}
        assert made == right
    assert_right(folder, right)


def test_a_clock_that_goes_back(folder, right):
    """Entries from the future are entries."""
    build(folder)
    ahead = time.time() + 10 * 365 * 24 * 3600
    for path in (folder / ".cache").rglob("*"):
        os.utime(path, (ahead, ahead))
    before = {p: p.stat().st_mtime for p in entries(folder)}
    assert_right(folder, right)
    assert {p: p.stat().st_mtime for p in entries(folder)} == before


def test_a_clock_in_another_century(folder, right):
    tool = require_tool("faketime")
    build(folder)
    for date in ("1999-12-31", "2063-04-05"):
        subprocess.run([tool, date, *command(folder)], check=True, capture_output=True, timeout=300)
        assert pages_of(folder) == right
    assert_right(folder, right)


def test_a_wrong_block_takes_nothing_else_down(tmp_path, right):
    """It is a box on its own page; and again, when its neighbours come from the cache."""
    folder = lay(tmp_path / "site-folder", {**PAGES, **WRONG})
    for _ in range(2):
        build(folder)
        assert {k: v.replace("wrong/", "") for k, v in pages_of(folder).items()}.keys() == right.keys()
        assert "matcalc-error" in (folder / "site" / "wrong" / "index.html").read_text(encoding="utf-8")
        assert all("matcalc-error" not in text for text in pages_of(folder).values())


def test_pages_are_the_same_cold_and_warm_on_any_number_of_cores_and_under_any_hash_seed(folder, right):
    for seed, cores in (("0", "1"), ("1", "2"), ("77", "1")):
        shutil.rmtree(folder / ".cache", ignore_errors=True)
        for _ in ("cold", "warm"):
            environment = {**os.environ, "PYTHONHASHSEED": seed}
            chosen = {0} if cores == "1" else os.sched_getaffinity(0)
            build(folder, env=environment, preexec_fn=lambda c=chosen: os.sched_setaffinity(0, c))
            assert pages_of(folder) == right


def test_blocks_are_the_same_in_any_order_of_pages():
    """What was derived before leaves no trace in what comes after."""
    program = (
        "import json, sys\nfrom mkdocs_matcalc.pipeline import derive\n"
        "blocks = json.load(sys.stdin)\n"
        "out = {b: [json.dumps(d.to_dict()) + d.text for d in derive(b)] for b in blocks}\n"
        "print(json.dumps(out, sort_keys=True))"
    )
    import json

    made = set()
    for seed in range(3):
        shuffled = random.Random(seed).sample(BLOCKS, len(BLOCKS))
        done = subprocess.run(
            [sys.executable, "-c", program], input=json.dumps(shuffled), capture_output=True, text=True, check=True
        )
        made.add(done.stdout)
    assert len(made) == 1
