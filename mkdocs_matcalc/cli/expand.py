r"""`matcalc expand`: Markdown in, plain Markdown out, for hosts that run nothing of ours.

Each block becomes display mathematics with `\tag`, and each reference in the text the number. The
numbers run through all files in the order given, so that a reference may go from one to another.
Nothing else of a file is changed.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..publish import spans
from ..visible import hidden, visible
from . import output
from .options import paint_for, shown
from .sources import MARKDOWN, Source, blocks, files, read

if TYPE_CHECKING:
    from ..emit.steps import Row

_REFERENCE = re.compile(r"\\(?P<command>eqref|ref|cref|Cref)\{(?P<labels>[^{}\n]++)\}")
_DISPLAY = re.compile(r"^(?P<open>[ \t>]*+\$\$)(?P<body>.*?)\$\$", re.DOTALL | re.MULTILINE)
_LABEL = re.compile(r"(?<![ \t])[ \t]*+\\label\{(?P<label>[^{}\n]++)\}")


@dataclass
class Numbers:
    """The numbers that are given, and what is wrong so far."""

    count: int = 0
    labels: dict[str, str] = field(default_factory=dict)
    failed: int = 0

    def new(self, label: str, where: str) -> str:
        """The next number, noted for its label."""
        self.count += 1
        if label:
            if label in self.labels:
                self.complain(visible(f"{where}: the label '{label}' is taken already"))
            self.labels.setdefault(label, str(self.count))
        return str(self.count)

    def complain(self, message: str) -> None:
        """Tell of a mistake."""
        self.failed += 1
        print(message, file=sys.stderr)


def run(args: argparse.Namespace) -> int:
    """Expand every file; 1 where a block fails or a reference leads nowhere."""
    folder = Path(args.output)
    own = folder.resolve()
    targets = _targets(args.paths, folder)
    numbers = Numbers()
    texts = {}
    for path, target in targets.items():
        if own in path.resolve().parents:
            continue
        texts[target] = path, _expanded(path, args, numbers)
    made = {}
    for target, (path, text) in texts.items():
        text = spans.outside_verbatim(text, partial(_resolved, path=path, numbers=numbers))
        made[target] = text.encode("utf-8", errors="surrogateescape")
    output.write_listed(folder, made, "expand")
    print(f"{len(texts)} file{'s' * (len(texts) != 1)} in {visible(folder)}")
    return 1 if numbers.failed else 0


def _targets(paths: list[str], folder: Path) -> dict[Path, Path]:
    """Where each file goes: those of a folder keep their place in it; an `OSError` where two have the same."""
    out = {}
    taken: dict[Path, Path] = {}
    for root in paths:
        for path in files([root], others=False):
            if path.suffix == ".ipynb":
                raise OSError(f"'{path}' is a notebook, and expand writes Markdown: nbconvert makes Markdown of one")
            if path.suffix in MARKDOWN or str(path) == root:
                out[path] = target = folder / (path.relative_to(root) if Path(root).is_dir() else path.name)
                if taken.setdefault(target, path) != path:
                    raise OSError(f"'{taken[target]}' and '{path}' would both be written to '{target}'")
    return out


def _expanded(path: Path, args: argparse.Namespace, numbers: Numbers) -> str:
    """A file with its blocks and labelled displays expanded, references still as they were."""
    text = read(path)
    lines = text.replace("\r\n", "\n").split("\n")
    out: list[str] = []
    done = 0
    for block in blocks(path, text):
        if not block.runs:
            numbers.complain(visible(f"{block.place}: {block.complaint}"))
            continue
        start = block.line - 1
        end = start + 1 + (block.text.count("\n") + 1 if block.text else 0)
        out.append(spans.outside_verbatim("\n".join(lines[done:start]), partial(_labelled, path=path, numbers=numbers)))
        line = lines[start]
        prefix = line[: len(line) - len(line.lstrip(" \t>"))]
        out.append(_indented(_block(block, args, numbers), prefix))
        done = end + 1
    out.append(spans.outside_verbatim("\n".join(lines[done:]), partial(_labelled, path=path, numbers=numbers)))
    return "\n".join(part for i, part in enumerate(out) if part or i)


def _block(source: Source, args: argparse.Namespace, numbers: Numbers) -> str:
    from ..emit.markdown import numbered
    from ..errors import DeriveError
    from ..missing import MissingPackageError
    from ..pipeline import derive

    if source.complaint:
        numbers.complain(visible(f"{source.place}: {source.complaint}"))
    try:
        found = derive(source.text, layout=args.layout, style=args.style)
    except MissingPackageError:
        raise
    except DeriveError as error:
        line = source.line + (error.line if error.excerpt() else 0)
        numbers.complain(shown(error, source.at(line), paint_for(sys.stderr), source.line))
        return f"```text\n{source.text}\n```"
    parts = []
    for i, d in enumerate(found):
        label = source.label if i == 0 or not source.label else f"{source.label}-{i + 1}"
        how = d.directives.get("number", args.number)

        def tag(row: Row, count: int, label: str = label, how: str = how) -> str:
            if row.kind == "result" and how != "none":
                return numbers.new(label, source.place)
            if row.kind == "line" and how == "all":
                return numbers.new(f"{label}.{count}" if label else "", source.place)
            return ""

        parts.append(numbered(d, tag))
    return "\n\n".join(parts)


def _indented(text: str, prefix: str) -> str:
    """Text where a block in a list or a quote stood."""
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


def _labelled(text: str, path: Path, numbers: Numbers) -> str:
    r"""Hand-written displays with a `\label` get a `\tag` with their number."""

    def one(found: re.Match[str]) -> str:
        label = _LABEL.search(found["body"])
        if label is None or "\\begin{align" in found["body"]:
            return found.group()
        if unseen := hidden(label["label"]):
            words = f"the label '{label['label']}' has a character that cannot be seen ({unseen})"
            numbers.complain(visible(f"{path}: {words}"))
            return found.group()
        number = numbers.new(label["label"], str(path))
        body = _LABEL.sub("", found["body"])
        end = body.rstrip()
        tagged = end if r"\tag" in body else rf"{end} \tag{{{number}}}"
        return f"{found['open']}{tagged}{body[len(end) :]}$$"

    return _DISPLAY.sub(one, text)


def _resolved(text: str, path: Path, numbers: Numbers) -> str:
    """References as numbers; one that leads nowhere stays, and is told."""

    def one(found: re.Match[str]) -> str:
        labels = [label.strip() for label in found["labels"].split(",") if label.strip()]
        missing = [label for label in labels if label not in numbers.labels]
        for label in missing:
            numbers.complain(visible(f"{path}: no block has the label '{label}'"))
        if missing or not labels:
            return found.group()
        command = found["command"]
        made = [numbers.labels[label] if command == "ref" else f"({numbers.labels[label]})" for label in labels]
        listed = made[0] if len(made) == 1 else f"{', '.join(made[:-1])} and {made[-1]}"
        if command in ("ref", "eqref"):
            return listed
        word = {"cref": "eq", "Cref": "Equation"}[command] + "s" * (len(made) > 1) + "." * (command == "cref")
        return f"{word}\u00a0{listed}"

    return _REFERENCE.sub(one, text)
