"""Derivations are kept between builds, and nothing that happens to the files does harm."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest

from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.publish import cache
from mkdocs_matcalc.publish.cache import Cache
from mkdocs_matcalc.publish.derived import Check, Derived, Row, Rule
from mkdocs_matcalc.publish.engine import Engine
from mkdocs_matcalc.publish.settings import Settings

ONE = Derived(
    title="ü <b>",
    goal="df/dx",
    rows=(Row("line", "f", r"\frac12", (Rule(1, "a"), Rule(2, "b")), "note"), Row("result", "g", "x")),
    text="f = x",
    latex="x & y",
    numpy="def f(): ...",
    names=("x", "Σ"),
    remarks=("one", "two"),
    directives={"label": "ls"},
    check=Check(3, 2.5e-9),
)
BARE = Derived("", "g", ())


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def test_what_is_kept_comes_back_the_same(tmp_path: Path) -> None:
    Cache(tmp_path).put("k", [ONE, BARE])
    assert Cache(tmp_path).get("k") == [ONE, BARE]
    assert Cache(tmp_path).get("other") is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_another_text_another_option_and_another_version_are_other_entries(tmp_path: Path, monkeypatch) -> None:
    keys = {cache.key(text, layout=layout) for text in ("a", "b") for layout in ("c", "d")}
    assert len(keys) == 4
    Cache(tmp_path).put("k", [ONE])
    monkeypatch.setattr(cache, "fingerprint", lambda: "other")
    assert Cache(tmp_path).get("k") is None


DAMAGES = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "a letter changed": lambda path: path.write_text(path.read_text().replace("df/dx", "df/dy")),
    "no JSON": lambda path: path.write_bytes(b"\xff\x00{"),
    "another form": lambda path: path.write_text(json.dumps({**json.loads(path.read_text()), "form": 0})),
    "another entry": lambda path: path.write_text(json.dumps({**json.loads(path.read_text()), "key": "x"})),
    "a list": lambda path: path.write_text("[]"),
    "deep": lambda path: path.write_text("[" * 100_000),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_a_miss(damage: str, tmp_path: Path) -> None:
    Cache(tmp_path).put("k", [ONE])
    [path] = entries(tmp_path)
    DAMAGES[damage](path)
    again = Cache(tmp_path)
    assert again.get("k") is None
    again.put("k", [BARE])
    assert again.get("k") == [BARE]


def test_content_that_is_no_derivation_is_a_miss(tmp_path: Path) -> None:
    Cache(tmp_path).put("k", [ONE])
    [path] = entries(tmp_path)
    for content in ("[1]", "{}", '[{"title": 1}]', json.dumps([json.loads(path.read_text())])):
        digest = hashlib.sha256(content.encode()).hexdigest()[:40]
        path.write_text(json.dumps({"form": 1, "key": "k", "hash": digest, "content": content}))
        assert not Cache(tmp_path).get("k")


def test_a_build_that_is_stopped_while_it_writes_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).put("k", [ONE])
    monkeypatch.undo()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert Cache(tmp_path).get("k") is None


def test_many_may_write_and_read_at_once(tmp_path: Path) -> None:
    wrong: list[object] = []

    def work() -> None:
        for n in range(40):
            mine = Cache(tmp_path)
            mine.put(f"k{n % 4}", [ONE])
            found = Cache(tmp_path).get(f"k{(n + 1) % 4}")
            if found not in (None, [ONE]):
                wrong.append(found)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong
    assert len(entries(tmp_path)) == 4


def test_a_folder_that_cannot_be_written_to_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file")
    kept.put("k", [ONE])
    assert kept.get("k") == [ONE]
    assert Cache(tmp_path / "file").get("k") is None


def test_entries_of_other_versions_go_after_a_while(tmp_path: Path) -> None:
    for name, days in (("old", 30), ("young", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "k.json").write_text("{}")
        then = time.time() - days * 86400
        os.utime(tmp_path / name, (then, then))
    kept = Cache(tmp_path)
    kept.put("k", [ONE])
    kept.tidy()
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "young").exists()
    assert len(entries(tmp_path)) == 2


def test_a_block_is_derived_once_and_so_is_a_mistake(fake_engine, tmp_path: Path) -> None:  # noqa: ARG001
    import fake_engine as fake

    fake.asked.clear()
    engine = Engine(Cache(tmp_path))
    for _ in range(3):
        engine.derivations("df/dx", Settings())
        with pytest.raises(DeriveError, match="oops"):
            engine.derivations("oops", Settings())
    engine.derivations("df/dx", Settings(layout="mixed"))
    assert fake.asked == ["df/dx", "oops", "df/dx"]
    Engine(Cache(tmp_path)).derivations("df/dx", Settings())
    assert len(fake.asked) == 3


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
