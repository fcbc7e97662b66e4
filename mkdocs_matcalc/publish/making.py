"""What is made of a block and of a rule, whoever asks: this process, or a worker beside it.

In: the text of a block and the settings of its page, or a rule. Out: plain data and HTML with slots,
as the lines of JSON that a worker answers with and that the cache keeps. The same input gives the
same bytes. The engine is imported when the first block is derived that no cache holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from .. import missing
from ..errors import DeriveError, Span
from . import figure, mathml, preview, template
from .derived import Check, Derived, Row
from .derived import Rule as Cited
from .page import LOG
from .request import Lines, Stated, dumped
from .settings import Settings

if TYPE_CHECKING:
    from ..engine.derivation import Derivation
    from ..rules.rule import Rule


def block(text: str, settings: Settings) -> Lines:
    """What a block comes to; raises `DeriveError`, and nothing else."""
    try:
        derivations = compute(text, settings)
        figures = [
            template.pieces(figure.parts(each, settings=own(each.directives, text, settings), source=text))
            for each in derivations
        ]
        return Lines(dumped([each.facts for each in derivations]), template.packed(figures))
    except DeriveError as error:
        raise error.within(text) from error
    except ImportError as error:
        raise missing.error(error) from error
    except Exception as error:
        # Whatever it is, it must not take the site down: the page says so where the block stands.
        LOG.debug("a derive block failed", exc_info=True)
        words = f"internal error, please report it ({type(error).__name__}: {error})"
        raise DeriveError(words, text=text) from error


def compute(text: str, settings: Settings) -> list[Derived]:
    """The derivations of a block, from the engine, with what these settings show of them; raises `DeriveError`."""
    from ..pipeline import derive

    return [
        _derived(each, own(each.directives, text, settings))
        for each in derive(text, layout=settings.layout, style=settings.style)
    ]


def _derived(d: Derivation, settings: Settings) -> Derived:
    from ..emit.tex import align

    return Derived(
        title=d.title,
        goal=d.goal,
        rows=tuple(
            Row(row.kind, row.left, row.right, tuple(Cited(rule.number, rule.title) for rule in row.rules), row.note)
            for row in d.rows
        ),
        text=d.text if settings.renderer == "none" else "",
        latex=align(d),
        numpy=d.numpy() if "code" in settings.show else "",
        names=tuple(dict.fromkeys([*d.symbols, *d.named, *d.functions])),
        remarks=tuple(d.remarks),
        directives=dict(d.directives),
        check=Check(d.check.points, float(d.check.max_relative_error)) if d.check else None,
    )


def rules() -> Iterable[Rule]:
    """The rule table in the order of the numbers."""
    from ..rules.table import RULES

    return RULES.load()


def stated(rule: Rule, renderer: str) -> Stated:
    """A rule as pages show it that are made for this renderer."""
    shown = preview.rule(rule, script=renderer in mathml.SCRIPTS)
    return Stated(rule.number, rule.title, rule.anchor, rule.family, shown, preview.statement(rule, renderer))


def book(renderer: str, part: int = 0, of: int = 1) -> bytes:
    """Every rule, or one part of them, as JSON."""
    ordered = sorted(rules(), key=lambda rule: rule.number)
    return dumped([stated(rule, renderer) for rule in islice(ordered, part, None, of)])


def answer(request: bytes) -> tuple[bytes, bytes]:
    """The answer to a request: two lines, the second empty for a mistake in a block, which the first describes."""
    kind, first, *rest = json.loads(request)
    if kind == "book":
        return book(first, *rest), b"[]"
    layout, style, number, math, shown = rest
    try:
        return block(first, Settings(layout, style, number, math, tuple(shown)))
    except DeriveError as error:
        return dumped([error.message, error.hint, error.span, error.text]), b""


def own(directives: Mapping[str, str], text: str, settings: Settings) -> Settings:
    """The settings that hold for a block, its directives before those of the page."""
    try:
        return settings.updated(directives)
    except ValueError as error:
        key = str(error).partition(":")[0].partition(" ")[0]
        raise DeriveError(str(error), text=text, span=_directive(text, key)) from None


def _directive(text: str, key: str) -> Span | None:
    """The place of a directive in a block."""
    start = 0
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip() == key:
            return Span(start + len(name) + 1 + len(value) - len(value.lstrip()), start + len(line.rstrip()))
        start += len(line) + 1
    return None
