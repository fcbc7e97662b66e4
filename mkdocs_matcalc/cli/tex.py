r"""`matcalc tex`: a LaTeX fragment for each label, the rule book, and the package that sets them.

The fragments are the same bytes for the same sources, from wherever the command is run. With
`--check` nothing is written, and a fragment that is stale, missing or without a source is told.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..visible import visible
from . import output
from .options import paint_for, shown
from .sources import Source, blocks, files, read, relative

if TYPE_CHECKING:
    from ..emit.tex import TexStyle

#: Seconds between two looks at the sources.
_PAUSE = 0.5


def run(args: argparse.Namespace) -> int:
    """Write or check the fragments; 1 where a block fails or a fragment is stale."""
    if args.watch:
        return watch(args)
    return once(args)


def once(args: argparse.Namespace) -> int:
    """One pass over the sources."""
    from ..emit.fragment import package, rule_book
    from ..emit.tex import TexStyle
    from ..errors import DeriveError

    try:
        style = TexStyle(args.number, args.bold, args.env, args.width)
    except DeriveError as error:
        print(f"matcalc: {error.message}", file=sys.stderr)
        return 2
    folder = Path(args.output)
    own = folder.resolve()
    sources = [path for path in files(args.paths) if own not in path.resolve().parents]
    made, failed, bare = _fragments(sources, folder, style, args)
    made["matcalc.sty"] = package()
    made["matcalc-rules.tex"] = rule_book(style)
    if bare:
        print(f"{bare} block{'s' * (bare != 1)} without a label left out", file=sys.stderr)
    if args.check:
        stale = _stale(made, folder, {relative(path, folder) for path in sources})
        for line in stale:
            print(visible(line), file=sys.stderr)
        print(f"{len(made)} files, {len(stale)} stale")
        return 1 if failed or stale else 0
    written = _write(made, folder)
    print(f"{len(made) - 2} fragments in {visible(folder)}, {written} file{'s' * (written != 1)} written")
    return 1 if failed else 0


def _fragments(
    sources: list[Path], folder: Path, style: TexStyle, args: argparse.Namespace
) -> tuple[dict[str, str], int, int]:
    """The fragments by file name, how many blocks fail, and how many have no label."""
    from ..emit.fragment import file_name, fragment
    from ..errors import DeriveError
    from ..missing import MissingPackageError
    from ..pipeline import derive

    made: dict[str, str] = {}
    first: dict[str, Source] = {}
    failed = bare = 0
    for source in (block for path in sources for block in blocks(path)):
        if source.complaint:
            failed += 1
            print(visible(f"{source.place}: {source.complaint}"), file=sys.stderr)
        if not source.label:
            bare += source.runs
            continue
        try:
            name = file_name(source.label)
            _take(name, source, first)
            found = derive(source.text, layout=args.layout, style=args.style)
            made[name] = fragment(found, source.label, relative(source.path, folder), source.text, style)
        except MissingPackageError:
            raise
        except DeriveError as error:
            failed += 1
            line = source.line + (error.line if error.excerpt() else 0)
            print(shown(error, source.at(line), paint_for(sys.stderr), source.line), file=sys.stderr)
    return made, failed, bare


def _take(name: str, source: Source, first: dict[str, Source]) -> None:
    """Note whose the name of a fragment is; `DeriveError` where it is another's."""
    from ..emit.fragment import RULE_BOOK
    from ..errors import DeriveError

    taken = first.setdefault(name, source)
    if taken is not source or name == f"{RULE_BOOK}.tex":
        where = taken.place if taken is not source else "the rule book"
        raise DeriveError(f"the label '{source.label}' is taken by {where}")


def _write(made: dict[str, str], folder: Path) -> int:
    """Write what has changed; how many files that is."""
    from ..emit.fragment import MARK, package

    # What a file of this command begins with, whatever its version.
    marks = (MARK.encode(), package().partition(":")[0].encode())
    texts = {folder / name: text.encode() for name, text in made.items()}
    return output.write(folder, texts, lambda _, old: old.startswith(marks))


def _stale(made: dict[str, str], folder: Path, sources: set[str]) -> list[str]:
    """What is wrong with the fragments of a folder, a line each."""
    from ..emit.fragment import MARK

    out = []
    for name, text in sorted(made.items()):
        path = folder / name
        if not path.exists():
            out.append(f"{path}: missing")
        elif path.read_bytes() != text.encode():
            out.append(f"{path}: stale")
    for path in sorted(folder.glob("*.tex")) if folder.is_dir() else []:
        first = read(path).partition("\n")[0]
        source = first.removeprefix(MARK).partition(";")[0]
        if path.name not in made and first.startswith(MARK) and source in sources:
            out.append(f"{path}: no block of {source} has this label any more")
    return out


def watch(args: argparse.Namespace, pause: Callable[[float], object] = time.sleep) -> int:
    """Write the fragments whenever a source changes, until the user stops it."""
    seen: dict[Path, tuple[int, int]] | None = None
    own = Path(args.output).resolve()
    while True:
        now = {}
        for path in files(args.paths):
            if own not in path.resolve().parents:
                state = path.stat()
                now[path] = (state.st_mtime_ns, state.st_size)
        if now != seen:
            seen = now
            once(args)
            sys.stdout.flush()
        pause(_PAUSE)
