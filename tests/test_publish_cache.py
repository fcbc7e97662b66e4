"""What blocks came to is kept between builds, and nothing that happens to the files does harm."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import threading
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.publish import cache
from mkdocs_matcalc.publish import engine as engine_of_pages
from mkdocs_matcalc.publish.cache import Cache
from mkdocs_matcalc.publish.engine import Engine
from mkdocs_matcalc.publish.settings import Settings

LINES = [b'["k"]', '[["ü",1]]'.encode(), b"[[]]"]
SETTINGS = Settings()


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def test_what_is_kept_comes_back_the_same(tmp_path: Path) -> None:
    assert Cache(tmp_path).write("k", LINES)
    assert Cache(tmp_path).read("k") == LINES
    assert Cache(tmp_path).read("other") is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_another_text_another_option_and_another_version_are_other_entries(tmp_path: Path, monkeypatch) -> None:
    keys = {cache.key(text, option) for text in ("a", "b") for option in ("c", "d")}
    assert len(keys | {cache.key("ab", "c"), cache.key("a", "bc")}) == 6
    Cache(tmp_path).write("k", LINES)
    monkeypatch.setattr(cache, "fingerprint", lambda: "other")
    assert Cache(tmp_path).read("k") is None


def test_another_version_of_what_a_page_is_made_with_is_another_key(monkeypatch) -> None:
    """Formulas kept by one version of the converter are not those of the next, whatever this package is."""
    right = cache.fingerprint.__wrapped__()
    assert cache.fingerprint.__wrapped__() == right
    version = cache.metadata.version
    pages = {"math-core", "numpy", "sympy", "mpmath", "markdown", "pymdown-extensions", "mkdocs-matcalc"}
    for maker in pages:
        with monkeypatch.context() as other:
            other.setattr(cache.metadata, "version", lambda name, maker=maker: "99" if name == maker else version(name))
            assert cache.fingerprint.__wrapped__() != right, maker
    with monkeypatch.context() as other:
        other.setattr(cache, "sys", SimpleNamespace(version_info=(*sys.version_info[:1], 99, 0)))
        assert cache.fingerprint.__wrapped__() != right


def test_every_package_that_a_page_is_made_with_is_in_the_key() -> None:
    """One that comes to the dependencies later, too; MkDocs makes nothing of what is kept."""
    listed = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    named = {re.match(r"[\w-]+", each).group().lower() for each in listed["project"]["dependencies"]}
    assert named - {"mkdocs"} <= set(cache._MAKERS)  # noqa: SLF001 - the list under test


def reworded(path: Path, **changed: object) -> None:
    head, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(head), **changed}).encode() + b"\n" + body)


DAMAGES = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its end": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "a letter changed": lambda path: path.write_bytes(path.read_bytes().replace(b"df/dx", b"df/dy")),
    "no JSON": lambda path: path.write_bytes(b"\xff\x00{"),
    "another form": lambda path: reworded(path, form=0),
    "another entry": lambda path: reworded(path, name="x"),
    "a list": lambda path: path.write_text("[]"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe that nobody writes to": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to what has no end": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a file that is too large": lambda path: os.truncate(path, 1 << 40),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(damage: str, tmp_path: Path, fake_engine) -> None:  # noqa: ARG001
    import fake_engine as fake

    Engine(Cache(tmp_path)).prepare({"p": ["df/dx"]}, SETTINGS)
    [path] = entries(tmp_path)
    DAMAGES[damage](path)
    fake.asked.clear()
    again = Engine(Cache(tmp_path))
    again.prepare({"p": ["df/dx"]}, SETTINGS)
    assert fake.asked == ["df/dx"]
    assert again.pieces("df/dx", SETTINGS)
    assert damage == "a folder" or Engine(Cache(tmp_path)).cache.read(path.stem)


#: Lines that are whole by their hash, and still nothing that this package has written.
NONSENSE = {
    "no lines": [b""],
    "no keys": [b"{}", b"[]", b"[]"],
    "keys of another kind": [b"[1]", b"[]", b"[]"],
    "too few lines": [b'["KEY"]', b"[]"],
    "no facts": [b'["KEY"]', b"[[1]]", b"[]"],
    "facts of another kind": [b'["KEY"]', b'[["t","",3,[],null]]', b'[["<p>"]]'],
    "no JSON": [b'["KEY"]', b"[", b"["],
    "no pieces": [b'["KEY"]', b'[["t","","",[],null]]', b"{}"],
    "pieces of another kind": [b'["KEY"]', b'[["t","","",[],null]]', b'[["a",1,"b"]]'],
    "a slot too many": [b'["KEY"]', b'[["t","","",[],null]]', b"=\x1ea\x1fid"],
    "no text": [b'["KEY"]', b'[["t","","",[],null]]', b"=\x1e\xff"],
    "deep pieces": [b'["KEY"]', b'[["t","","",[],null]]', b"[" * 100_000],
}


@pytest.mark.parametrize("content", NONSENSE)
def test_content_that_is_of_another_shape_is_made_anew(content: str, tmp_path: Path, fake_engine) -> None:  # noqa: ARG001
    right = Engine()
    Engine(Cache(tmp_path)).prepare({"p": ["df/dx"]}, SETTINGS)
    [path] = entries(tmp_path)
    [key] = json.loads(Cache(tmp_path).read(path.stem)[0])
    Cache(tmp_path).write(path.stem, [line.replace(b"KEY", key.encode()) for line in NONSENSE[content]])
    again = Engine(Cache(tmp_path))
    again.prepare({"p": ["df/dx"]}, SETTINGS)
    assert again.pieces("df/dx", SETTINGS) == right.pieces("df/dx", SETTINGS)


@pytest.mark.parametrize("content", [b"{}", b"[[]]", b'[["1","t","a","f","p","b"]]', b"[", b'[[1,"t"]]'])
def test_a_rule_book_that_is_none_is_made_anew(content: bytes, tmp_path: Path, fake_engine) -> None:  # noqa: ARG001
    right = Engine(Cache(tmp_path)).book("mathml")
    [path] = entries(tmp_path)
    Cache(tmp_path).write(path.stem, [content])
    assert Engine(Cache(tmp_path)).statement(10, "mathml") == right[1].preview
    assert Engine(Cache(tmp_path)).book("mathml") == right
    Cache(tmp_path).write(path.stem, [])
    assert Engine(Cache(tmp_path)).book("mathml") == right


def test_a_build_that_is_stopped_while_it_writes_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).write("k", LINES)
    monkeypatch.undo()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert Cache(tmp_path).read("k") is None


def test_many_may_write_and_read_at_once(tmp_path: Path) -> None:
    wrong: list[object] = []

    def work() -> None:
        for n in range(40):
            mine = Cache(tmp_path)
            mine.write(f"k{n % 4}", LINES)
            found = Cache(tmp_path).read(f"k{(n + 1) % 4}")
            if found not in (None, LINES):
                wrong.append(found)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong
    assert len(entries(tmp_path)) == 4


def test_a_folder_that_cannot_be_written_to_is_no_cache(tmp_path: Path, fake_engine) -> None:  # noqa: ARG001
    (tmp_path / "file").write_text("")
    assert not Cache(tmp_path / "file").write("k", LINES)
    assert Cache(tmp_path / "file").read("k") is None
    engine = Engine(Cache(tmp_path / "file"))
    engine.prepare({"p": ["df/dx"]}, SETTINGS)
    assert engine.pieces("df/dx", SETTINGS)


def test_entries_of_other_versions_go_after_a_while(tmp_path: Path, monkeypatch) -> None:
    old, young = "0.0.8-0123456789ab", "0.0.9-0123456789ab"
    for name, days in ((old, 30), (young, 2)):
        with monkeypatch.context() as version:
            version.setattr(cache, "fingerprint", lambda name=name: name)
            Cache(tmp_path).write("ab" * 20, LINES)
        then = time.time() - days * 86400
        os.utime(tmp_path / name, (then, then))
    kept = Cache(tmp_path)
    kept.write("k", LINES)
    kept.tidy()
    assert not (tmp_path / old).exists()
    assert (tmp_path / young).exists()
    assert len(entries(tmp_path)) == 2


def test_a_block_is_derived_once_and_so_is_a_mistake(fake_engine, tmp_path: Path) -> None:  # noqa: ARG001
    import fake_engine as fake

    fake.asked.clear()
    engine = Engine(Cache(tmp_path))
    engine.prepare({"p": ["df/dx", "oops"], "q": ["df/dx"]}, SETTINGS)
    for _ in range(3):
        engine.pieces("df/dx", SETTINGS)
        for ask in (engine.facts, engine.pieces):
            with pytest.raises(DeriveError, match="oops"):
                ask("oops", SETTINGS)
    engine.pieces("df/dx", Settings(layout="mixed"))
    assert fake.asked == ["df/dx", "oops", "df/dx"]
    again = Engine(Cache(tmp_path))
    again.prepare({"moved": ["df/dx"], "q": ["df/dx"]}, SETTINGS)
    again.pieces("df/dx", SETTINGS)
    assert len(fake.asked) == 3


def test_what_a_page_brings_in_as_it_is_read_is_kept_with_it(fake_engine, tmp_path: Path) -> None:  # noqa: ARG001
    import fake_engine as fake

    for turn in ("cold", "warm"):
        fake.asked.clear()
        engine = Engine(Cache(tmp_path))
        engine.prepare({"p": ["df/dx"], "q": []}, SETTINGS)
        for page, texts in (("p", ["df/dx", "df/dy"]), ("q", ["df/dz"])):
            engine.turn(page, SETTINGS)
            for text in texts:
                engine.pieces(text, SETTINGS)
        engine.settle()
        assert fake.asked == (["df/dx", "df/dy", "df/dz"] if turn == "cold" else [])


def test_a_file_that_goes_while_a_build_runs(fake_engine, tmp_path: Path) -> None:  # noqa: ARG001
    Engine(Cache(tmp_path)).prepare({"p": ["df/dx"]}, SETTINGS)
    engine = Engine(Cache(tmp_path))
    engine.prepare({"p": ["df/dx"]}, SETTINGS)
    for path in entries(tmp_path):
        path.unlink()
    assert engine.pieces("df/dx", SETTINGS) == Engine().pieces("df/dx", SETTINGS)


def test_the_name_of_an_entry_is_a_hash_of_what_it_was_made_from() -> None:
    """So that no text can be made to name another file."""
    assert cache.key("../x") == hashlib.sha256(b'["../x"]').hexdigest()[:40]


PAGES = {
    "index.md": "```derive\nlabel: a\ndf/dx\n```\n",
    "b.md": "\\eqref{a}\n\n```derive\nlabel: b\ndf/dx\n```\n",
}


def test_a_second_build_derives_only_what_changed(site) -> None:
    import fake_engine as fake

    site(PAGES)
    fake.asked.clear()
    first = site(PAGES)
    assert fake.asked == []
    assert (first.folder / ".cache/plugin/matcalc").is_dir()
    changed = {**PAGES, "b.md": PAGES["b.md"].replace("label: b", "label: c")}
    site(changed, serve=True)
    assert fake.asked == ["label: c\ndf/dx"]
    assert not (site(PAGES, "plugins: [matcalc: {cache: false}]\n").folder / "none").exists()
    assert fake.asked[1:] == ["label: a\ndf/dx", "label: b\ndf/dx"]


def test_pages_from_the_cache_are_the_same_byte_for_byte(site) -> None:
    def pages() -> list[str]:
        built = site(PAGES)
        return [built.html(name).partition("<!--")[0] for name in ("index.html", "b/index.html")]

    assert pages() == pages()


def test_an_engine_that_goes_on_reads_nothing_that_it_knows(fake_engine, tmp_path: Path, monkeypatch) -> None:  # noqa: ARG001
    import fake_engine as fake

    read: list[str] = []
    whole = Cache.read
    monkeypatch.setattr(Cache, "read", lambda self, name: (read.append(name), whole(self, name))[1])
    engine = Engine(Cache(tmp_path))
    texts = {"p": ["df/dx"], "q": ["df/dx"], "r": []}

    def build() -> list[str]:
        read.clear()
        fake.asked.clear()
        engine.prepare(texts, SETTINGS)
        found = list(read)
        for page, blocks in texts.items():
            engine.turn(page, SETTINGS)
            for text in blocks:
                if text != "oops":
                    assert engine.pieces(text, SETTINGS) == Engine().pieces(text, SETTINGS)
        engine.settle()
        return found

    assert len(build()) >= 3
    engine.renew()
    assert build() == []
    texts["q"] = ["df/dy"]
    engine.renew()
    assert len(build()) == 1
    texts["r"] = ["oops"]
    for _ in range(2):
        engine.renew()
        build()
        assert fake.asked.count("oops") == 1, "what was wrong may be right now"
    texts["p"] = texts["r"] = []
    for _ in range(2):
        engine.renew()
        build()
    texts["p"] = ["df/dx"]
    engine.renew()
    assert len(build()) == 1, "what nobody asks for any more is forgotten"


def test_packs_that_are_held_are_let_go_as_their_pages_are_made(fake_engine, tmp_path: Path, monkeypatch) -> None:  # noqa: ARG001
    texts = {page: [f"title: {page}\ndf/dx"] for page in "pqr"}
    Engine(Cache(tmp_path)).prepare(texts, SETTINGS)
    read: list[str] = []
    whole = Cache.read
    monkeypatch.setattr(Cache, "read", lambda self, name: (read.append(name), whole(self, name))[1])
    for most, reads in ((1 << 20, 3), (1, 5)):  # of which the first fills what may be held
        monkeypatch.setattr(engine_of_pages, "_HELD_BYTES", most)
        read.clear()
        engine = Engine(Cache(tmp_path))
        engine.prepare(texts, SETTINGS)
        for page in texts:
            engine.turn(page, SETTINGS)
            assert engine.pieces(texts[page][0], SETTINGS)
        assert len(read) == reads


def test_a_site_that_is_served_is_built_from_what_is_in_memory(site, monkeypatch) -> None:
    import fake_engine as fake

    options = "plugins: [matcalc: {math: mathml}]\n"
    first = site(PAGES, options, serve=True)
    read: list[str] = []
    whole = Cache.read
    monkeypatch.setattr(Cache, "read", lambda self, name: (read.append(name), whole(self, name))[1])
    fake.asked.clear()
    again = site({**PAGES, "b.md": PAGES["b.md"].replace("label: b", "label: c")}, options, serve=True)
    assert fake.asked == ["label: c\ndf/dx"]
    assert 'id="c"' in again.html("b/index.html")
    assert again.html("index.html").partition("<!--")[0] == first.html("index.html").partition("<!--")[0]
    site(PAGES, options.replace("mathml", "none"), serve=True)
    assert len(fake.asked) == 3, "another renderer is another engine"
    read.clear()
    site(PAGES, options)
    assert len(read) >= len(PAGES), "a build begins with nothing"
