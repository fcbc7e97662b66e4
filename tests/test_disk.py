"""Nothing is removed or written through a link, and nothing that this package did not make."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import build_site

from mkdocs_matcalc.cli.main import main
from mkdocs_matcalc.publish import cache, disk
from mkdocs_matcalc.publish.cache import Cache

LINES = [b'["k"]', b"[]", b"[]"]
NAME = "0123456789" * 4
OLD = "0.0.9-0123456789ab"
PAGE = "# A\n\n```derive\nlabel: ls\nlet x in R^n\nd/dx x' x\n```\n"


def aged(path: Path, days: float = 400) -> Path:
    then = time.time() - days * 86400
    os.utime(path, (then, then), follow_symlinks=False)
    return path


def laid(path: Path) -> Path:
    """A file that was written long ago."""
    path.write_text("mine")
    return aged(path)


def state(folder: Path) -> dict[str, tuple[bytes, float]]:
    """All that lies in a folder, with its times."""
    return {
        str(p.relative_to(folder)): (p.read_bytes() if p.is_file() else b"", p.lstat().st_mtime)
        for p in sorted(folder.rglob("*"))
    }


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder of somebody's, whose entries are old and some of which are named as ours are."""
    folder = tmp_path / "foreign"
    for name in ("photos", OLD, "0.1.0-cafecafecafe", cache.fingerprint(), "derivations"):
        (folder / name).mkdir(parents=True)
        for file in ("a.txt", f"{NAME}.json", "k.json", ".matcalc-0123456789abcdef.tmp.txt"):
            laid(folder / name / file)
        aged(folder / name)
    return aged(folder)


#: What a repository can carry where the cache is expected, as a link or as a folder that was moved there.
PLACES = (".cache", ".cache/plugin", ".cache/plugin/matcalc", f".cache/plugin/matcalc/{cache.fingerprint()}")


@pytest.mark.parametrize("place", PLACES)
def test_a_build_leaves_what_a_link_leads_to(place: str, tmp_path: Path, foreign: Path) -> None:
    link = tmp_path / "site" / place
    link.parent.mkdir(parents=True)
    link.symlink_to(foreign)
    # The link may lead so that the folders below it are there as well.
    below = foreign / Path(".cache/plugin/matcalc").relative_to(place) if "matcalc" not in place else foreign
    below.mkdir(parents=True, exist_ok=True)
    for name in ("old", OLD):
        (below / name).mkdir(exist_ok=True)
        laid(below / name / "a.txt")
        aged(below / name)
    before = state(foreign)
    built = build_site(tmp_path / "site", {"index.md": PAGE})
    assert "matcalc-error" not in built.html("index.html")
    assert state(foreign) == before
    assert link.is_symlink()


def test_a_build_leaves_a_folder_of_somebody_where_the_cache_is_expected(tmp_path: Path, foreign: Path) -> None:
    """Even one that is named as an old one of ours is, and whose files are."""
    (tmp_path / "site/.cache/plugin").mkdir(parents=True)
    place = tmp_path / "site/.cache/plugin/matcalc"
    foreign.rename(place)
    (place / "link").symlink_to(place / "photos")
    aged(place / "link")
    before = {name: about for name, about in state(place).items() if cache.fingerprint() not in name}
    build_site(tmp_path / "site", {"index.md": PAGE})
    after = {name: about for name, about in state(place).items() if cache.fingerprint() not in name}
    assert after == before


def test_of_an_old_folder_what_is_ours_goes_and_the_rest_stays(tmp_path: Path, monkeypatch) -> None:
    def old(version: str) -> Path:
        monkeypatch.setattr(cache, "fingerprint", lambda: version)
        Cache(tmp_path).write(NAME, LINES)
        laid(tmp_path / version / f".matcalc-{'0' * 16}.tmp")
        return tmp_path / version

    whole, mixed, linked = old(OLD), old("0.0.8-0123456789ab"), old("0.0.7-0123456789ab")
    monkeypatch.undo()
    (mixed / "notes.txt").write_text("mine")
    other = tmp_path / "other.json"
    (linked / f"{NAME}.json").rename(other)
    (linked / f"{NAME}.json").symlink_to(other)
    for folder in (whole, mixed, linked):
        aged(folder)
    kept = Cache(tmp_path)
    kept.write(NAME, LINES)
    kept.tidy()
    assert not whole.exists()
    assert [path.name for path in mixed.iterdir()] == ["notes.txt"]
    assert other.exists()
    assert (linked / f"{NAME}.json").is_symlink()
    assert Cache(tmp_path).read(NAME) == LINES


def test_files_that_a_stopped_build_has_left_go_after_a_while(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.write(NAME, LINES)
    folder = tmp_path / cache.fingerprint()
    for n, days in ((0, 30), (1, 1)):
        path = folder / f".matcalc-{n:016x}.tmp"
        path.write_text("half")
        aged(path, days)
    kept.tidy()
    assert sorted(path.name for path in folder.iterdir()) == [f".matcalc-{1:016x}.tmp", f"{NAME}.json"]


def test_a_link_at_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    second = tmp_path / "second"
    second.hardlink_to(other)
    (tmp_path / "link").symlink_to(other)
    for name in ("link", "second"):
        disk.write(tmp_path / name, b"ours")
        assert (tmp_path / name).read_bytes() == b"ours"
    assert other.read_text() == "mine"


# -- what commands write ------------------------------------------------------------------------

COMMANDS: dict[str, str] = {"tex": "ls.tex", "expand": "a.md"}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.md").write_text(PAGE)

    def command(name: str, out: Path | str = tmp_path / "out") -> int:
        return main([name, str(source), "-o", str(out)])

    return command


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_into_no_folder_that_is_a_link(command: str, run, tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "mine/deep").mkdir(parents=True)
    (tmp_path / "out").symlink_to(tmp_path / "mine")
    assert run(command) == 2
    assert "is a link" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    for out in ("out", "out/deep", "out/new/newer", tmp_path / "out/deep"):
        assert run(command, out) == 2, out
    assert state(tmp_path / "mine").keys() == {"deep"}


@pytest.mark.parametrize("what", ["a link", "a link to nothing", "another file", "a folder"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_replaces_only_what_it_made(command: str, what: str, run, tmp_path: Path, capsys) -> None:
    place, other = tmp_path / "out" / COMMANDS[command], tmp_path / "other"
    place.parent.mkdir()
    other.write_text("% made by `matcalc tex` from in/a.md; do not edit\n")
    if what.startswith("a link"):
        place.symlink_to(other if what == "a link" else tmp_path / "none")
    elif what == "another file":
        place.write_text("mine")
    else:
        place.mkdir()
    before = state(tmp_path)
    assert run(command) == 2
    assert str(place) in capsys.readouterr().err
    assert state(tmp_path) == before
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_made_it_makes_again(command: str, run, tmp_path: Path) -> None:
    place = tmp_path / "out" / COMMANDS[command]
    for power in (2, 3):
        (tmp_path / "in/a.md").write_text(PAGE.replace("x' x", f"(x' x)^{power}"))
        assert run(command) == 0
        made = place.read_text()
        assert run(command) == 0
        assert place.read_text() == made
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if "matcalc" not in path.name) == [place.name]


def test_plain_markdown_that_was_changed_by_hand_is_not_lost(run, tmp_path: Path, capsys) -> None:
    assert run("expand") == 0
    place = tmp_path / "out/a.md"
    place.write_text(place.read_text() + "\nA remark of mine.\n")
    before = place.read_text()
    assert run("expand") == 2
    assert "move it away" in capsys.readouterr().err
    assert place.read_text() == before
    place.unlink()
    assert run("expand") == 0


def test_a_list_that_is_none_vouches_for_nothing(run, tmp_path: Path) -> None:
    for text in ("[]", "{", '{"files": {"a.md": ""}}', '{"made by": "matcalc expand", "files": []}', "[" * 100_000):
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        (out / "a.md").write_text("mine")
        (out / ".matcalc-expand.json").write_text(text)
        before = state(out)
        assert run("expand") == 2
        assert state(out) == before


def test_two_files_do_not_become_one(tmp_path: Path, capsys) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").write_text(folder)
    paths = [str(tmp_path / folder / "x.md") for folder in "ab"]
    assert main(["expand", *paths, "-o", str(tmp_path / "out")]) == 2
    assert all(path in capsys.readouterr().err for path in paths[1:])
    assert not (tmp_path / "out").exists()


def test_nothing_in_the_package_writes_or_removes_on_its_own() -> None:
    """What changes a file stands in `disk`, and in the cache that removes its own."""
    import ast

    package = Path(disk.__file__).parent.parent
    forbidden = {"write_text", "write_bytes", "rmtree", "unlink", "rmdir", "remove", "removedirs", "rename", "copyfile"}
    forbidden |= {"copy2", "copytree", "move", "symlink_to", "touch", "mkstemp", "mkdtemp", "NamedTemporaryFile"}
    allowed = {"publish/disk.py", "publish/cache.py"}
    found = []
    for file in sorted(package.rglob("*.py")):
        if file.relative_to(package).as_posix() in allowed:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in forbidden:
                owner = ast.unparse(node.value)
                if node.attr != "remove" or owner in ("os", "path"):  # lists and elements have a `remove` as well
                    found.append(f"{file.name}: {owner}.{node.attr}")
            if isinstance(node, ast.Call) and "open" in ast.unparse(node.func).split(".")[-1:]:
                modes = [ast.unparse(arg) for arg in [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]]
                if any(mode.strip("'\"")[:1] in ("w", "a", "x") or "+" in mode for mode in modes if mode[:1] in "'\""):
                    found.append(f"{file.name}: {ast.unparse(node)}")
    assert not found
