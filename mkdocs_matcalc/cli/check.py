"""`matcalc check`: every block of files and folders, for an author, a pre-commit hook or CI.

Each block is derived and its lines are evaluated. What fails is told with file, line and column: as
text, as JSON, or as the annotations of GitHub.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..visible import visible
from .options import as_json, paint_for, shown
from .screen import Screen, control
from .sources import Source, blocks, files

if TYPE_CHECKING:
    from ..errors import DeriveError

#: The width of the bar, in characters.
_BAR = 24


@dataclass
class Result:
    """A block that was checked: what is wrong with it, or how close its numbers are."""

    source: Source
    derivations: int = 0
    deviation: float = 0.0
    error: DeriveError | None = None

    @property
    def line(self) -> int:
        """The line of the mistake in the file."""
        inside = self.error.line if self.error is not None and self.error.excerpt() else 0
        return self.source.line + inside

    def to_dict(self) -> dict[str, Any]:
        """The result as data."""
        out: dict[str, Any] = {
            "path": self.source.path.as_posix(), "line": self.line, "label": self.source.label,
            **({"cell": self.source.cell} if self.source.cell else {}),
            "passed": self.error is None, "derivations": self.derivations, "max_relative_error": self.deviation,
        }  # fmt: skip
        if self.error is not None:
            out["error"] = {
                "message": self.error.told(self.source.line),
                "hint": self.error.hint,
                "column": self.error.column,
            }
        return out


def run(args: argparse.Namespace) -> int:
    """Check every block; 1 where one fails."""
    started = time.perf_counter()
    found = [block for path in files(args.paths) for block in blocks(path)]
    bar = args.format == "text" and not args.quiet and sys.stderr.isatty()
    results = []
    for done, result in enumerate(_results(found, args), 1):
        results.append(result)
        if bar:
            _clear()
        if result.error is not None and args.format != "json":
            _tell(result, args.format)
        if bar:
            _progress(done, len(found), sum(r.error is not None for r in results))
    if bar:
        _clear()
    return _end(results, args, time.perf_counter() - started)


def _end(results: list[Result], args: argparse.Namespace, seconds: float) -> int:
    failed = sum(r.error is not None for r in results)
    if args.format == "json":
        data = {"schema": 1, "blocks": len(results), "failed": failed, "results": [r.to_dict() for r in results]}
        print(as_json(data))
    elif not args.quiet:
        paint = paint_for(sys.stdout)
        right = paint("good", f"{len(results) - failed} right")
        wrong = paint("bad", f"{failed} failed") if failed else "0 failed"
        took = f", {seconds:.1f} s" if sys.stdout.isatty() else ""
        pages = len({r.source.path for r in results})
        print(f"{_count(len(results), 'block')} in {_count(pages, 'file')}, {right}, {wrong}{took}")
    return 1 if failed else 0


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _results(found: list[Source], args: argparse.Namespace) -> Iterator[Result]:
    labels: dict[tuple[Path, str], Source] = {}
    for source in found:
        result = _checked(source, args.layout, args.style)
        if source.label and result.error is None:
            first = labels.setdefault((source.path, source.label), source)
            if first != source:
                result.error = _plain(f"the label '{source.label}' is taken by the block at {first.words}")
        yield result


def _checked(source: Source, layout: str, style: str) -> Result:
    from ..errors import DeriveError
    from ..missing import MissingPackageError
    from ..pipeline import derive
    from ..publish.settings import Settings

    result = Result(source)
    if source.complaint:
        result.error = _plain(source.complaint)
        return result
    try:
        made = derive(source.text, layout=layout, style=style)
        result.derivations = len(made)
        result.deviation = max((d.check.max_relative_error for d in made if d.check is not None), default=0.0)
        for d in made[:1]:
            Settings().updated(d.directives)
    except MissingPackageError:
        raise
    except DeriveError as error:
        result.error = error
    except ValueError as error:  # a directive with a value that no page takes
        result.error = _plain(str(error))
    except Exception as error:  # noqa: BLE001 - a defect of ours must not hide the other blocks
        result.error = _plain(f"internal error, please report it ({type(error).__name__}: {error})")
    return result


def _plain(message: str) -> DeriveError:
    from ..errors import DeriveError

    return DeriveError(message)


def _tell(result: Result, form: str) -> None:
    error = result.error
    assert error is not None  # noqa: S101 - the caller has looked
    if form == "github":
        print(control(annotation(result)))
        return
    where = result.source.at(result.line) + (f":{error.column}" if error.excerpt() else "")
    print(shown(error, where, paint_for(sys.stderr), result.source.line), file=sys.stderr)


def annotation(result: Result) -> str:
    """A mistake as a command of GitHub's runner, which marks the line in a pull request."""
    error = result.error
    assert error is not None  # noqa: S101 - asked for a block that has failed
    cell = result.source.cell  # the lines of a notebook's file are not those that its author sees
    place = f"file={_property(result.source.path.as_posix())},line={1 if cell else result.line}"
    if error.excerpt() and not cell:
        place += f",col={error.column}"
    where = f"cell {cell}, line {result.line}: " if cell else ""
    text = [where + error.told(result.source.line), error.marked(), f"hint: {error.hint}" if error.hint else ""]
    return f"::error {place},title=matcalc::{_data(*filter(None, text))}"


def _data(*lines: str) -> str:
    """Lines as the data of a command: each seen, and the ends of lines as the runner has them."""
    seen = "\n".join(visible(each) for text in lines for each in text.split("\n"))
    return seen.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _progress(done: int, total: int, failed: int) -> None:
    full = round(_BAR * done / total)
    words = f"{done}/{total}" + (f", {failed} failed" if failed else "")
    plain = isinstance(sys.stderr, Screen) and not sys.stderr.holds("█░")
    sys.stderr.write(
        f"{'#' * full}{'.' * (_BAR - full)} {words}" if plain else f"{'█' * full}{'░' * (_BAR - full)} {words}"
    )
    sys.stderr.flush()


def _clear() -> None:
    sys.stderr.write(control("\r\x1b[2K"))
