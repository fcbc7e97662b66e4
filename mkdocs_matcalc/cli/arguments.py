"""What each command takes, as argparse is told; a command itself is imported when it is run.

In: a program's arguments. Out: a namespace whose `command` names the module of this package to run.
Help costs little more than argparse does.
"""

from __future__ import annotations

import argparse
from typing import Any

#: A command's place among the commands, as argparse has it.
Commands = Any

#: For whom Markdown is written.
_FORMS = ("plain", "quarto", "myst", "typst", "github", "pandoc")
_FORMATS = ("text", "latex", "markdown", "json", "python", "numpy", "torch", "jax", "matlab", "julia")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    whole = argparse.ArgumentParser(
        prog="matcalc", description="Derivations of matrix derivatives, every line checked."
    )
    commands = whole.add_subparsers(required=True, metavar="command")
    for add in (_derive, _explain, _rules, _check, _tex, _expand, _assets):
        add(commands)
    return whole


def _settings(command: argparse.ArgumentParser) -> None:
    """The options that say how a block is derived where it does not say so itself."""
    command.add_argument("--layout", choices=("numerator", "denominator", "mixed"), default="numerator")
    command.add_argument("--style", choices=("differential", "chain", "index"), default="differential")


def _derive(commands: Commands) -> None:
    command = commands.add_parser("derive", help="derive one block", description="Derive one block.")
    command.add_argument("file", nargs="?", default="-", help="a file with a block; - or nothing: standard input")
    command.add_argument("-e", "--expression", metavar="TEXT", help="the block itself; ; ends a line")
    command.add_argument(
        "--format", choices=_FORMATS, default="text",
        help="python is the derivative alone; numpy and the other languages are value and derivative together",
    )  # fmt: skip
    _settings(command)
    command.set_defaults(command="derive")


def _explain(commands: Commands) -> None:
    command = commands.add_parser("explain", help="explain a rule", description="Explain a rule.")
    command.add_argument("rule", help="its number or its name, as a derivation cites it: 10, product")
    command.add_argument("--format", choices=("text", "json", "latex"), default="text")
    command.set_defaults(command="explain")


def _rules(commands: Commands) -> None:
    command = commands.add_parser("rules", help="list the rules", description="List the rules.")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.set_defaults(command="rules")


def _check(commands: Commands) -> None:
    command = commands.add_parser(
        "check",
        help="check the blocks of files",
        description="Derive and check every block of Markdown files, of notebooks, and of LaTeX files with "
        "%% derive comments.",
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders of them")
    command.add_argument("--format", choices=("text", "json", "github"), default="text")
    command.add_argument("-q", "--quiet", action="store_true", help="no progress and no summary")
    _settings(command)
    command.set_defaults(command="check")


def _tex(commands: Commands) -> None:
    command = commands.add_parser(
        "tex",
        help="write LaTeX fragments",
        description="Write a LaTeX fragment for each labelled block of Markdown files, of notebooks, and of "
        "LaTeX files with %% derive comments.",
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders of them")
    command.add_argument("-o", "--output", metavar="DIR", required=True, help="the folder of the fragments")
    command.add_argument("--number", choices=("last", "all", "none"), default="last", help="which lines have a number")
    command.add_argument("--bold", choices=("mathbf", "bm", "boldsymbol"), default="mathbf")
    command.add_argument("--env", choices=("align", "align*", "aligned", "split"), default="align")
    command.add_argument("--width", type=float, default=32.0, metavar="EM", help="the width of a line, 32 by default")
    mode = command.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; fail where a fragment is stale")
    mode.add_argument("--watch", action="store_true", help="write again whenever a source changes")
    _settings(command)
    command.set_defaults(command="tex")


def _expand(commands: Commands) -> None:
    command = commands.add_parser(
        "expand",
        help="write plain Markdown",
        description="Write Markdown files with each block as plain display mathematics.",
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help="Markdown files, or folders of them")
    command.add_argument("-o", "--output", metavar="DIR", required=True, help="the folder to write to")
    command.add_argument("--number", choices=("result", "all", "none"), default="result", help="what has a number")
    command.add_argument(
        "--for", dest="form", choices=_FORMS, default="plain", metavar="PROGRAM",
        help=f"who is to read it: {', '.join(_FORMS)}; by default, numbers are \\tag and text",
    )  # fmt: skip
    _settings(command)
    command.set_defaults(command="expand")


def _assets(commands: Commands) -> None:
    command = commands.add_parser(
        "assets",
        help="write style sheet, script and font",
        description="Write the style sheet, the script and the font into a folder of a site whose host runs no MkDocs plugin.",
    )
    command.add_argument("folder", metavar="DIR", help="the folder, as docs/assets/matcalc")
    command.add_argument(
        "--javascript", metavar="FROM", default="", help="a folder or a Python package with MathJax or KaTeX, to be put there too"
    )  # fmt: skip
    command.set_defaults(command="assets")
