"""What is handed out: the wheel that is built of the source that is handed out, its licences and its bill of materials."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LICENCES = ("LICENSE", "mkdocs_matcalc/publish/assets/OFL.txt")
BILL = "sbom/mkdocs-matcalc.cdx.json"


def build(target: str, source: Path, into: Path) -> Path:
    """What hatchling makes of a folder, as pip and `build` let it."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)],
        cwd=source, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = into.iterdir()
    return made


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(build("sdist", ROOT, folder / "made")) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.name != "made")


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    """The files of the wheel that the source distribution gives."""
    with zipfile.ZipFile(build("wheel", source, tmp_path_factory.mktemp("wheel") / "made")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel, name):
    [found] = (text for path, text in wheel.items() if path.endswith(f".dist-info/{name}"))
    return found


def test_the_licence_is_that_of_the_package_and_that_of_the_font(wheel):
    told = message_from_bytes(metadata(wheel, "METADATA"))
    assert told["License-Expression"] == "MIT AND OFL-1.1"
    assert sorted(told.get_all("License-File")) == sorted(LICENCES)


@pytest.mark.parametrize("name", LICENCES)
def test_both_licences_are_in_the_wheel_and_in_the_source(name, wheel, source):
    text = (ROOT / name).read_bytes()
    assert metadata(wheel, f"licenses/{name}") == text
    assert (source / name).read_bytes() == text


def test_every_font_and_every_other_binary_of_the_wheel_is_in_its_bill_of_materials(wheel):
    bill = json.loads(metadata(wheel, "sboms/mkdocs-matcalc.cdx.json"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {
        next(p["value"] for p in part["properties"] if p["name"] == "path"): part["hashes"][0]["content"]
        for part in bill["components"]
    }
    foreign = {
        path: hashlib.sha256(data).hexdigest()
        for path, data in wheel.items()
        if path.startswith("mkdocs_matcalc/") and (b"\0" in data or path.endswith((".woff2", ".woff", ".ttf", ".otf")))
    }
    assert foreign
    assert listed == foreign


def test_the_wheel_has_what_the_package_runs_on(wheel):
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mkdocs_matcalc").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= set(wheel)
