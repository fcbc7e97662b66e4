r"""`matcalc expand`: Markdown in, plain Markdown out, for hosts that run nothing of ours.

Each block becomes display mathematics with its number, and each reference in the text leads there, in the
form that the program takes which reads the Markdown (`forms`). The numbers run through all files in the
order given, so that a reference may go from one to another. Nothing else of a file is changed.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..publish import crossref, equation, spans
from ..visible import hidden, visible
from . import output
from .forms import FORMS, Form, Named
from .options import paint_for, shown
from .sources import MARKDOWN, Source, blocks, files, read

if TYPE_CHECKING:
    from ..emit.steps import Row

_DISPLAY = re.compile(r"^(?P<before>[ \t>]*+)\$\$(?P<body>.*?)\$\$(?P<rest>[^\n]*+)", re.DOTALL | re.MULTILINE)
#: Formulas, in which a reference is a number and nothing else.
_FORMULA = re.compile(r"\$\$[^$]*+\$\$|(?<![\\$])\$(?=[^\s$])[^$\n]*+(?<!\s)\$(?!\d)")
_LABEL = re.compile(r"(?<![ \t])[ \t]*+\\label\{(?P<label>[^{}\n]++)\}")


@dataclass
class Numbers:
    """The numbers that are given, and what is wrong so far."""

    form: Form = field(default_factory=Form)
    count: int = 0
    labels: dict[str, Named] = field(default_factory=dict)
    failed: int = 0
    _given: dict[str, str] = field(default_factory=dict)

    def new(self, label: str, where: str, file: Path, title: str = "") -> str:
        """The next number, noted for its label."""
        self.count += 1
        number = str(self.count)
        if label in self.labels:
            self.complain(visible(f"{where}: the label '{label}' is taken already"))
        elif label:
            self.labels[label] = Named(label, number, file, title)
            self._given[number] = label
        return number

    def display(self, body: str, number: str) -> str:
        """A display with a number, or with none."""
        return self.form.display(body, self._given.get(number, f"derivation-{number}"), number)

    def complain(self, message: str) -> None:
        """Tell of a mistake."""
        self.failed += 1
        print(message, file=sys.stderr)


def run(args: argparse.Namespace) -> int:
    """Expand every file; 1 where a block fails or a reference leads nowhere."""
    folder = Path(args.output)
    own = folder.resolve()
    targets = _targets(args.paths, folder)
    numbers = Numbers(FORMS[args.form]())
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
    from ..emit.markdown import numbered, words
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

        title = words(d.title) if d.title else ""

        def tag(row: Row, count: int, label: str = label, how: str = how, title: str = title) -> str:
            if row.kind == "result" and how != "none":
                return numbers.new(label, source.place, source.path, title)
            if row.kind == "line" and how == "all":
                return numbers.new(f"{label}.{count}" if label else "", source.place, source.path, title)
            return ""

        parts.append(numbered(d, tag, numbers.display, numbers.form.inline))
    return "\n\n".join(parts)


def _indented(text: str, prefix: str) -> str:
    """Text where a block in a list or a quote stood."""
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


def _labelled(text: str, path: Path, numbers: Numbers) -> str:
    r"""Hand-written displays with a `\label` get their number, each line of several that has one."""

    def one(found: re.Match[str]) -> str:
        body, before, rest = found["body"], found["before"], found["rest"]
        if "\\label" not in body:
            return found.group()
        pieces = equation.pieces(f"$${body}$$")
        read = pieces[0].equation if len(pieces) == 1 else None
        if read is None or any(hidden(label) for label in read.labels):
            words = "a label stands where it gets no number, or has a character that cannot be seen"
            numbers.complain(visible(f"{path}: {words}: {' '.join(body.split())[:60]}"))
            return found.group()
        if not read.environment:
            [part] = read.parts
            number = _number(part, path, numbers)
            if type(numbers.form) is Form and "\n" not in body:  # as the author has laid it out
                tagged = _LABEL.sub("", body).rstrip() + ("" if part.tag else rf" \tag{{{number}}}")
                return f"{before}$${tagged} $${rest}"
            made = numbers.form.display(part.tex, part.label, number)
        else:
            made = _lines(read, path, numbers)
        behind = f"\n\n{rest.strip()}" if rest.strip() else ""
        return _indented(made + behind, before)

    return _DISPLAY.sub(one, text)


def _lines(read: equation.Equation, path: Path, numbers: Numbers) -> str:
    """An equation of several numbered lines: a display for each of them, since a number belongs to a display."""
    made: list[str] = []
    group: list[str] = []
    for part in read.parts:
        group.append(part.tex)
        if part.label:
            number = _number(part, path, numbers)
            made.append(numbers.form.display(_aligned(group), part.label, number))
            group = []
    return "\n\n".join([*made, *([numbers.form.display(_aligned(group), "", "")] if group else [])])


def _aligned(lines: list[str]) -> str:
    from ..emit.markdown import aligned

    return aligned(lines)


def _number(part: equation.Part, path: Path, numbers: Numbers) -> str:
    """The number of an equation; its author's own, where there is one."""
    number = numbers.new(part.label, str(path), path)
    if not part.tag:
        return number
    numbers.count -= 1
    known = numbers.labels.get(part.label)
    if known is not None and known.number == number:
        numbers.labels[part.label] = known._replace(number=part.tag)
    return part.tag


def _resolved(text: str, path: Path, numbers: Numbers) -> str:
    """References in the form that is wanted; one that leads nowhere stays, and is told."""

    def one(found: re.Match[str], *, inside: bool) -> str:
        labels = crossref.labels(found["labels"])
        missing = [label for label in labels if label not in numbers.labels]
        for label in missing:
            numbers.complain(visible(f"{path}: no block has the label '{label}'"))
        if missing or not labels:
            return found.group()
        named = [numbers.labels[label] for label in labels]
        if not inside:
            return numbers.form.reference(found["command"], named, path)
        if numbers.form.counts:
            words = "a reference in a formula has no form there, since the numbers are given by whoever reads the file"
            numbers.complain(visible(f"{path}: {found.group()}: {words}"))
            return found.group()
        return Form().reference(found["command"], named, path)

    def resolved(part: str, *, inside: bool) -> str:
        return crossref.REFERENCE.sub(partial(one, inside=inside), part) if "ref" in part else part

    out, last = [], 0
    for found in _FORMULA.finditer(text):
        out += [resolved(text[last : found.start()], inside=False), resolved(found.group(), inside=True)]
        last = found.end()
    return "".join([*out, resolved(text[last:], inside=False)])
