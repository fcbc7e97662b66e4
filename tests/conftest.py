"""Fixtures of the tests: tools that may be missing, the stand-in for the engine, and sites in a folder."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def missing(message: str) -> NoReturn:
    """Skip on a user's machine; fail in CI."""
    if CI:
        pytest.fail(f"{message}, and this is CI", pytrace=False)
    pytest.skip(message)


def require_tool(*names: str) -> str:
    """The path of the first of these tools; without any, a skip on a user's machine and a failure in CI."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    return missing(f"{' or '.join(names)} is not installed")


def require_python_with(module: str) -> str:
    """A Python that has a package too large to be asked of every user: this one, or the system's."""
    if importlib.util.find_spec(module) is not None:
        return sys.executable
    for program in dict.fromkeys(filter(None, (shutil.which("python3"), shutil.which("python3", path="/usr/bin")))):
        if not subprocess.run([program, "-c", f"import {module}"], capture_output=True, check=False).returncode:
            return program
    return missing(f"no Python with {module} is found")


def require_package(module: str) -> None:
    """Skip where a package is missing on a user's machine; fail in CI."""
    if importlib.util.find_spec(module) is not None:
        return
    missing(f"{module} is not installed")


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the stand-in where the page asks for the engine; the only place where anything is patched."""
    import fake_engine as fake

    from mkdocs_matcalc.publish import making

    monkeypatch.setattr(making, "compute", fake.compute)
    monkeypatch.setattr(making, "rules", fake.rules)
    monkeypatch.setenv("MATCALC_PROCESSES", "1")  # a worker would have the engine itself


class Site:
    """A MkDocs site that was built in a folder."""

    def __init__(self, folder: Path, warnings: list[str]) -> None:
        self.folder = folder
        self.out = folder / "site"
        self.warnings = warnings

    def html(self, page: str) -> str:
        return (self.out / page).read_text(encoding="utf-8")


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def build_site(
    folder: Path, pages: dict[str, str], config: str = "", *, theme: str = "mkdocs", serve: bool = False
) -> Site:
    """A site of these pages, built by MkDocs in this process; the warnings are those that `--strict` counts."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    for name, text in pages.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if "plugins:" not in config:
        config += "\nplugins: [matcalc]\n"
    theme_config = "" if "theme:" in config else f"theme: {{name: {theme}}}\n"
    (folder / "mkdocs.yml").write_text(f"site_name: Test\n{theme_config}{config}\n", encoding="utf-8")
    handler = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        loaded = load_config(str(folder / "mkdocs.yml"))
        loaded.plugins.run_event("startup", command="serve" if serve else "build", dirty=False)
        build(loaded, serve_url="http://localhost/" if serve else None)
        loaded.plugins.run_event("shutdown")
    finally:
        logger.removeHandler(handler)
    return Site(folder, handler.messages)


@pytest.fixture
def site(tmp_path: Path, fake_engine: None) -> Iterator[Callable[..., Site]]:  # noqa: ARG001
    """Builds a site in a temporary folder, with the stand-in for the engine."""

    def build(pages: dict[str, str], config: str = "", **options: Any) -> Site:
        return build_site(tmp_path, pages, config, **options)

    return build


@pytest.fixture
def render(fake_engine: None) -> Callable[..., str]:  # noqa: ARG001
    """Markdown to HTML with the extension alone, with the stand-in for the engine."""
    import markdown

    def convert(text: str, *extensions: str, before: tuple[str, ...] = (), **options: object) -> str:
        return markdown.markdown(
            text,
            extensions=[*before, "mkdocs_matcalc.publish.extension", *extensions],
            extension_configs={"mkdocs_matcalc.publish.extension": options},
        )

    return convert


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    path = require_tool("chromium", "/usr/bin/chromium", "chromium-browser", "google-chrome")
    if CI:
        from playwright import sync_api
    else:
        sync_api = pytest.importorskip("playwright.sync_api")
    from browsing import FLAGS

    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
