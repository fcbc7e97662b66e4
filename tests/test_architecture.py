"""The shape of the package: what may import what, how long a file may be, what importing it costs."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mkdocs_matcalc"
FILES = sorted(PACKAGE.rglob("*.py"))

#: visible <- errors <- missing <- functions <- expr <- parse <- rules <- engine <- emit <- verdict <- pipeline <- publish, cli: a package imports what stands left of it.
FLOW = ["visible", "errors", "missing", "functions", "expr", "parse", "rules", "engine", "emit", "verdict", "pipeline", "bridge", "build", "publish", "cli", "__main__"]  # fmt: skip
#: Numbers stand beside the flow: they know expressions and the syntax of these, and nothing of deriving or printing.
ALLOWED = {name: set(FLOW[:i]) for i, name in enumerate(FLOW)} | {
    "check": {"errors", "missing", "functions", "expr", "parse", "rules"}
}
ALLOWED["pipeline"] |= {"check"}
ALLOWED["verdict"] |= {"check"}
ALLOWED["__init__"] = set()
#: Imports against the flow: inside a function, each with its reason.
BACKWARDS = {
    ("rules/rule.py", "emit"): "a rule prints its own statement for the rule book",
    ("engine/derivation.py", "publish"): "a derivation shows itself in a notebook, in MathML",
    ("engine/derivation.py", "emit"): "a derivation hands out its lines as LaTeX, text, code and JSON",
    ("engine/refuse.py", "emit"): "a refusal shows the expression that has no rule",
    ("engine/remark.py", "emit"): "a remark has formulas in it",
}
#: Heavy or foreign packages, and the only places that import them when they are imported.
HEAVY = {
    "numpy": {"check"}, "sympy": set(), "mkdocs": {"publish/plugin.py", "publish/shipped.py", "publish/order.py"}, "pymdownx": {"publish"}, "math_core": set(),
    "markdown": {"publish"},
}  # fmt: skip


def home(file: Path) -> str:
    """The package of the flow that a file belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def relative(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def imports(file: Path) -> Iterator[tuple[str, bool, bool]]:
    """The modules that a file imports, absolute: name, whether inside a function, whether for typing alone."""
    package = ("mkdocs_matcalc", *file.relative_to(PACKAGE).parts[:-1])

    def walk(node: ast.AST, lazy: bool, typing: bool) -> Iterator[tuple[str, bool, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else ()
                module = [*base, *([child.module] if child.module else [])]
                if child.module:
                    yield ".".join(module), lazy, typing
                else:
                    yield from ((".".join([*module, a.name]), lazy, typing) for a in child.names)
            elif isinstance(child, ast.Import):
                yield from ((a.name, lazy, typing) for a in child.names)
            else:
                inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
                yield from walk(child, lazy or inside, typing or checking)

    yield from walk(ast.parse(file.read_text(encoding="utf-8")), lazy=False, typing=False)


def targets(file: Path) -> Iterator[tuple[str, bool, bool]]:
    """The packages of the flow, other than its own, that a file imports."""
    for module, lazy, typing in imports(file):
        parts = module.split(".")
        if parts[0] == "mkdocs_matcalc" and len(parts) > 1 and parts[1] != home(file):
            yield parts[1], lazy, typing


def test_every_file_is_in_the_flow():
    assert {home(f) for f in FILES} == set(ALLOWED)


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_imports_go_left_only(file):
    """Imports for typing alone are none at run time; imports against the flow stand in a function and in the list above."""
    for target, lazy, typing in targets(file):
        if typing or target in ALLOWED[home(file)]:
            continue
        assert lazy, f"{relative(file)} imports {target}"
        assert (relative(file), target) in BACKWARDS, f"{relative(file)} imports {target} in a function"


def test_every_exception_is_still_needed():
    used = {(relative(f), t) for f in FILES for t, lazy, typing in targets(f) if lazy and not typing}
    assert set(BACKWARDS) <= used


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_heavy_packages_are_imported_where_they_are_needed(file):
    for module, lazy, typing in imports(file):
        top = module.split(".")[0]
        if top in HEAVY and not lazy and not typing:
            assert {home(file), relative(file)} & HEAVY[top], f"{relative(file)} imports {module} when it is imported"


def test_the_engine_knows_no_markdown_and_the_extension_no_mkdocs():
    for file in FILES:
        tops = {module.split(".")[0] for module, _, _ in imports(file)}
        if home(file) != "publish":
            assert not tops & {"markdown", "pymdownx", "mkdocs", "math_core"}, relative(file)
        elif relative(file) not in HEAVY["mkdocs"]:
            assert "mkdocs" not in tops, relative(file)
            hosted = {f"mkdocs_matcalc.{name.removesuffix('.py').replace('/', '.')}" for name in HEAVY["mkdocs"]}
            assert not hosted & {module for module, _, _ in imports(file)}, relative(file)


def test_every_call_of_math_core_goes_through_one_door():
    """It ends the process on some texts, so what guards it must be all that calls it."""
    assert [relative(f) for f in FILES if "math_core" in {name.split(".")[0] for name, _, _ in imports(f)}] == [
        "publish/native.py"
    ]
    unguarded = [relative(f) for f in FILES if "native.convert(" in f.read_text(encoding="utf-8")]
    assert unguarded == []
    by_name = {relative(f) for f in FILES for line in f.read_text(encoding="utf-8").splitlines()
               if "import" in line and "from .native" in line}  # fmt: skip
    assert by_name == {"publish/aside.py"}


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_a_file_is_one_thing(file):
    """At most 400 lines, and it opens with what it is."""
    source = file.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("file", [f for f in FILES if f.name == "__init__.py"], ids=relative)
def test_a_package_hides_no_code(file):
    """A package that re-exports runs more than was asked for; only the root and the two doors have names of their own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if relative(file) not in ("__init__.py", "parse/__init__.py", "publish/__init__.py"):
        assert len(tree.body) == 1


def test_every_family_of_rules_is_registered():
    """A file of rules that the table does not name would be lost without a word."""
    from mkdocs_matcalc.rules import table

    stated = {
        f.stem
        for f in (PACKAGE / "rules").glob("*.py")
        if f.stem != "register"
        and re.search(r"from .register import rule|RULES.register", f.read_text(encoding="utf-8"))
    }
    assert stated == set(table._FAMILIES)  # noqa: SLF001 - the list under test


# -- the public names -------------------------------------------------------------------------


def test_the_public_names_are_sorted_and_there():
    package = importlib.import_module("mkdocs_matcalc")
    assert package.__all__ == sorted(package.__all__)
    assert len(set(package.__all__)) == len(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__doc__


def run(program: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "before",
    [
        "", "from mkdocs_matcalc import DeriveError, Derivation", "import mkdocs_matcalc.engine.derivation",
        "import mkdocs_matcalc.pipeline", "import mkdocs_matcalc.cli", "from mkdocs_matcalc import derive; derive('d/dx x')",
        "from mkdocs_matcalc import *", "import mkdocs_matcalc.publish.extension",
    ],
)  # fmt: skip
def test_the_public_names_are_the_same_whatever_was_imported_before(before):
    """`derive` is the function, not the subpackage of that name."""
    program = f"{before}\nfrom mkdocs_matcalc import DeriveError, Derivation, derive\nprint(derive.__name__, callable(derive), len(derive('d/dx x')))"
    assert run(program) == "derive True 1"


def test_a_name_that_is_not_public_is_an_attribute_error():
    import mkdocs_matcalc

    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = mkdocs_matcalc.nothing_of_that_name


# -- what it costs ------------------------------------------------------------------------------

BLOCK = "let A in R^{m x n}, x in R^n, b in R^m\\nd/dx ||A x - b||^2"


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import mkdocs_matcalc", "sympy numpy mkdocs markdown pymdownx mkdocs_matcalc.parse mkdocs_matcalc.rules"),
        (f"from mkdocs_matcalc import derive; derive('{BLOCK}', verify=False)[0].to_dict()", "sympy numpy mkdocs markdown pymdownx"),
        (f"from mkdocs_matcalc import derive; derive('{BLOCK}')[0].to_dict()", "sympy mkdocs markdown pymdownx"),
        ("import mkdocs_matcalc.publish.extension", "sympy numpy mkdocs"),
        ("import mkdocs_matcalc.cli", "sympy numpy mkdocs markdown pymdownx"),
    ],
    ids=["import", "unchecked", "checked", "extension", "cli"],
)  # fmt: skip
def test_what_is_not_needed_is_not_imported(program, absent):
    loaded = run(f"{program}\nimport sys\nprint(*sorted(sys.modules))").split()
    assert "mkdocs_matcalc" in loaded
    assert not set(absent.split()) & set(loaded)


# -- what no file says --------------------------------------------------------------------------

#: Put together here, so that this file does not say them.
UNSAID = ["/" + "work/", "/" + "tmp/", "sub" + "agent", "lang" + "uage model"]
TEXTS = sorted(
    f
    for f in (*(ROOT / "mkdocs_matcalc").rglob("*"), *(ROOT / "tests").rglob("*"), *(ROOT / "docs").rglob("*"), *ROOT.glob("*.*"))
    if f.suffix in (".py", ".md", ".toml", ".yml", ".yaml", ".css", ".js", ".html", ".txt", ".tex")
)  # fmt: skip


def test_no_file_speaks_of_the_machine_it_was_written_on():
    assert len(TEXTS) > 100
    found = [
        f"{f.relative_to(ROOT)}: {word}"
        for f in TEXTS
        for word in UNSAID
        if word in f.read_text(encoding="utf-8").lower()
    ]
    assert not found
