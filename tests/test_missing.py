"""An environment that lacks a package: whatever is run says which, what for, and how it is installed.

Each program runs in an interpreter of its own, in which one package cannot be found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from mkdocs_matcalc import missing

BLOCKER = """
import importlib.abc, sys

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {name!r}:
            raise {wrong}
        return None

sys.meta_path.insert(0, Blocker())
"""
ABSENT = "ModuleNotFoundError(f'No module named {name!r}', name=name)"
BROKEN = "ImportError('DLL load failed while importing _core: {name}\\nand a long story')"
PACKAGES = {
    "numpy": ("NumPy", "numpy"), "sympy": ("SymPy", "sympy"), "mkdocs": ("MkDocs", "mkdocs"),
    "markdown": ("Markdown", "markdown"), "pymdownx": ("pymdown-extensions", "pymdown-extensions"),
    "math_core": ("math-core", "math-core"),
}  # fmt: skip
PAGE = "# Page\n\n```derive\nlabel: ls\nlet x in R^n\nd/dx x' x\n```\n\n$$y = x \\label{y}$$\n\nSee \\eqref{ls}.\n"
SCALARS = "let r, t in R; det d/d(r, t) [r cos(t), r sin(t)]"
#: What each command of the table needs; the others do without.
COMMANDS = {
    "derive": (["derive", "-e", "d/dx x' x"], {"numpy"}),
    "derive numpy": (["derive", "-e", "d/dx x' x", "--format", "numpy"], {"numpy"}),
    "derive scalars": (["derive", "-e", SCALARS], {"numpy", "sympy"}),
    "check": (["check", "page.md"], {"numpy"}),
    "check json": (["check", "page.md", "--format", "json"], {"numpy"}),
    "tex": (["tex", "page.md", "-o", "made"], {"numpy"}),
    "expand": (["expand", "page.md", "-o", "plain"], {"numpy"}),
    "rules": (["rules"], set()),
    "explain": (["explain", "10"], set()),
    "help": (["--help"], set()),
}


@pytest.fixture
def without(tmp_path):
    """Runs a program, in a folder with a page, in which a package is missing: the exit code and what it prints."""
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: s\nplugins: [matcalc]\n", encoding="utf-8")

    def run(package, program, wrong=ABSENT):
        blocker = BLOCKER.format(name=package, wrong=wrong.replace("{name}", package) if wrong is BROKEN else wrong)
        done = subprocess.run(
            [sys.executable, "-c", blocker + textwrap.dedent(program)],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def told(package: str, text: str) -> None:
    """Which package, and how it is installed; nothing of an error of ours."""
    called, project = PACKAGES[package]
    assert f"{called}, which" in text
    assert f"pip install {project}" in text
    assert "internal error" not in text


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_what_it_lacks(command, package, without):
    arguments, needs = COMMANDS[command]
    program = f"from mkdocs_matcalc.cli.main import main\nraise SystemExit(main({arguments!r}))"
    code, out, err = without(package, program)
    assert "Traceback" not in err
    assert "internal error" not in out + err
    if package in needs:
        assert code == 2
        told(package, err)
        assert err.count("pip install") == 1, "one cause, one message"
    else:
        assert code == 0, err


@pytest.mark.parametrize("package", ["numpy", "sympy"])
def test_a_package_that_cannot_be_imported_is_told_with_its_reason(package, without):
    program = """
        from mkdocs_matcalc import DeriveError, derive, to_sympy
        try:
            to_sympy(derive("d/dx x' x", verify=False)[0]), derive("d/dx x' x")
        except DeriveError as error:
            print(error)
    """
    code, out, err = without(package, program, BROKEN)
    assert code == 0, err
    told(package, out)
    assert "cannot be imported: DLL load failed" in out
    assert "long story" not in out


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("numpy", "derive(BLOCK)"),
        ("sympy", "to_sympy(derive(BLOCK)[0])"),
        ("sympy", "from_sympy('x')"),
        ("math_core", "derive(BLOCK)[0]._repr_html_()"),
    ],
)
def test_a_function_says_what_it_lacks(package, call, without):
    program = f"""
        from mkdocs_matcalc import DeriveError, derive, from_sympy, to_sympy
        BLOCK = "d/dx x' x"
        try:
            {call}
        except DeriveError as error:
            print(type(error).__name__, error)
    """
    code, out, err = without(package, program)
    assert code == 0, err
    assert out.startswith("MissingPackageError")
    told(package, out)


def test_what_is_not_needed_is_not_asked_for(without):
    program = 'from mkdocs_matcalc import derive; print(derive("d/dx x\' x", verify=False)[0].result.text)'
    for package in PACKAGES:
        assert without(package, program)[1] == "2 x'\n"


@pytest.mark.parametrize(
    ("package", "module"),
    [("markdown", "publish.extension"), ("pymdownx", "publish.extension"), ("mkdocs", "publish.plugin"), ("pymdownx", "publish.plugin")],
)  # fmt: skip
def test_a_module_that_a_host_asks_for_says_what_it_lacks(package, module, without):
    code, _, err = without(package, f"import mkdocs_matcalc.{module}")
    assert code == 1
    told(package, err.strip().split("\n")[-1])


@pytest.mark.parametrize("package", ["numpy", "math_core"])
def test_a_page_says_what_it_lacks(package, without):
    program = f"""
        import json, logging, markdown
        seen = []
        logging.basicConfig(handlers=[type("Seen", (logging.Handler,), {{"emit": lambda self, r: seen.append(r.getMessage())}})()])
        html = markdown.markdown({PAGE!r} + "\\n\\n[matcalc-rules]\\n", extensions=["matcalc"])
        print(json.dumps([html, seen]))
    """
    code, out, err = without(package, program)
    assert code == 0, err
    html, seen = json.loads(out)
    assert "matcalc-error" in html
    told(package, html)
    told(package, seen[0])
    assert "y" in html


@pytest.mark.parametrize("package", ["numpy", "math_core", "sympy"])
def test_a_build_says_what_it_lacks(package, without):
    program = "import mkdocs.__main__\nmkdocs.__main__.cli(['build', '-d', 'site'])"
    code, _, err = without(package, program)
    assert code == 0, err
    assert "Traceback" not in err
    assert "internal error" not in err
    if package != "sympy":
        told(package, err)
    code, _, err = without(package, program.replace("'build'", "'build', '--strict'"))
    assert code == (0 if package == "sympy" else 1)


def test_any_other_package_is_named_too():
    assert missing.error(ModuleNotFoundError("No module named 'yaml'", name="yaml")).message == "yaml is not installed"
    assert missing.error(ImportError("odd\nstory")).message == "a Python package cannot be imported: odd"
