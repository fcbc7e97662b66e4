"""No two things of a block are set alike: names, sizes, and what a derivation brings in by itself.

In: a block that was read, and a derivation of it. Out: nothing, or a `DeriveError` that names both. Two things are
set alike where their LaTeX is the same to a reader: `x1` and `x_1` are, and so are a scalar `n` and the size `n`,
while a vector `n` is bold and differs. A constant matrix is set alike with a name of its letter, with the index of
the constant or with none; it is then set in another kind of letter, and a remark says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..engine.chain import ChainLine
from ..engine.derivation import Derivation
from ..engine.remark import remark
from ..errors import DeriveError, Span
from ..expr.atoms import Commutation, Eye, Named, Selection, Sym, set_apart
from ..expr.component import Component, Delta, Factor, Slope, Sum
from ..expr.differential import Diff
from ..expr.node import Expr
from ..expr.scalar import Entry
from ..expr.shape import is_scalar, kind
from ..expr.walk import intermediates, throughout
from ..parse.problem import Problem
from .latex import latex
from .names import latex_dim, latex_name

_ANOTHER = "give one of them another name"
#: What a constant is called in an error.
_WORDS = {Eye: "the identity matrix", Commutation: "the commutation matrix", Selection: "the selection matrix"}
#: Braces and spaces, and the font of an index, say nothing.
_UNSEEN = re.compile(r"\\text|\\[,;: ]|[{}\s]")
#: A formula that is one letter with an index.
_INDEXED = re.compile(r"(\\(?:mathbf|boldsymbol)\{[^{}]*\}|[^_]*)_(.*)", re.DOTALL)


def seen(formula: str) -> str:
    """What a reader sees of the LaTeX of a name."""
    return _UNSEEN.sub("", formula)


def refuse_alike_names(problem: Problem) -> None:
    """Raise where two names of a block are set alike, at the second of them."""
    found: dict[str, tuple[str, str]] = {}
    for what, name, formula in _named(problem):
        first = found.setdefault(seen(formula), (what, name))
        if first == (what, name):
            continue
        if first[1] == name:  # a size has no place of its own
            raise DeriveError(
                f"`{name}` is {first[0]} and {what}, which would be set alike",
                span=_place(problem, name),
                hint="a size is a number in an expression without a `let`" if first[0] == "a variable" else _ANOTHER,
            )
        span = max(_place(problem, name), _place(problem, first[1]))
        raise DeriveError(f"`{first[1]}` and `{name}` would be set alike", span=span, hint=_ANOTHER)


def _named(problem: Problem) -> Iterator[tuple[str, str, str]]:
    """What each name of a block is, the name, its LaTeX."""
    for name, sym in problem.symbols.items():
        yield "a variable", name, latex_name(name, kind(sym.shape))
    for name, named in problem.definitions.items():
        yield "a definition", name, latex_name(name, kind(named.shape))
    for goal in problem.goals:
        if goal.components and goal.name is not None and goal.name not in problem.definitions:
            yield "a definition", goal.name, latex_name(goal.name, "vector")
    for name, function in problem.functions.items():
        gives = "function" if function is None or is_scalar(function.gives) else kind(function.gives)
        yield "a function", name, latex_name(name, gives)
    for name in sorted(problem.sizes):
        yield "a size", name, latex_dim(name)


def _place(problem: Problem, name: str) -> Span:
    """Where a name stands first."""
    found = problem.places.get(name)
    if found is not None:
        return found
    at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", problem.text)
    return Span(*at.span()) if at else Span(0, 1)


def told_apart(problem: Problem, d: Derivation) -> None:
    """Set the constants of a derivation in other letters than the names of the author; raise where there are none."""
    names = {**d.named, **problem.symbols}
    looks: dict[str, str] = {}
    for name, e in names.items():
        looks.setdefault(seen(latex_name(name, kind(e.shape))), name)
    differentials = {f"d{v}" for v in names if f"d{v}" in names}
    words = {name for name in (*problem.functions, *names) if name == _STEP}
    if not (differentials or words or any(look.lstrip("\\").startswith(_STEMS) for look in looks)):
        return
    clashes: dict[type[Expr], tuple[Expr, str]] = {}
    for node in _everything(d):
        if isinstance(node, Delta):
            shown = rf"\boldsymbol{{\delta}}_{{{node.first}{node.second}}}"
            found = _alike(shown, looks)
            if found is not None:
                _fail(problem, found, "Kronecker's delta")
        elif type(node) in _WORDS and type(node) not in clashes:
            found = _alike(latex(node), looks)
            if found is not None:
                clashes[type(node)] = node, found
        elif isinstance(node, Diff) and isinstance(node.arg, (Sym, Named)) and not d.ordinary:
            name = f"d{node.arg.name}"
            if name in differentials:
                _fail(problem, name, f"the differential of `{node.arg.name}`")
        elif isinstance(node, Entry) and not node.abstract and node.name in words:
            _fail(problem, node.name, f"the function `{node.name}`, which the derivation brings in,")
    if clashes:
        _change(d, lambda e: set_apart(e) if type(e) in clashes else e)
        said = (remark(f"{{}} is {_WORDS[type(e)]}, {{}} a name of the block.", set_apart(e), names[name])
                for e, name in clashes.values())  # fmt: skip
        d.remarks = (*d.remarks, *said)


def _change(d: Derivation, change: Callable[[Expr], Expr]) -> None:
    """Change every node of what is printed of a derivation."""
    every = throughout(_roots(d), change)
    table = dict(zip(_roots(d), every, strict=True))
    d.value, d.derivative = table[d.value], table[d.derivative]
    d.named = intermediates(d.value)
    d.statements = tuple(replace(s, expr=table[s.expr]) for s in d.statements)
    if d.identity is not None:
        d.identity = (table[d.identity[0]], table[d.identity[1]])
    lines = []
    for line in d.lines:
        left = None if line.left is None else table[line.left]
        components = None if line.components is None else _changed(line.components, table)
        line = replace(line, expr=table[line.expr], left=left, components=components)
        if isinstance(line, ChainLine):
            line = replace(line, operators=tuple((table[x], table[g]) for x, g in line.operators))
        lines.append(line)
    d.lines = tuple(lines)


def _changed(line: Sum, table: Mapping[Expr, Expr]) -> Sum:
    """A line by components with other expressions in it."""

    def of(f: Factor) -> Factor:
        if isinstance(f, Slope):
            return Slope(replace(f.of, expr=table[f.of.expr]), replace(f.by, expr=table[f.by.expr]))
        return replace(f, expr=table[f.expr]) if isinstance(f, Component) else f

    left = of(line.left)
    terms = tuple(replace(t, factors=tuple(map(of, t.factors))) for t in line.terms)
    return Sum(line.left if isinstance(left, Delta) else left, terms)


def _roots(d: Derivation) -> list[Expr]:
    """Every expression that is printed."""
    out = [d.value, d.derivative, *(s.expr for s in d.statements), *(d.identity or ())]
    for line in d.lines:
        out += [e for e in (line.expr, line.left) if e is not None]
        if line.components is not None:
            out += line.components.roots()
        if isinstance(line, ChainLine):
            out += [e for pair in line.operators for e in pair]
    return out


#: The function that occurs in printed lines alone.
_STEP = "step"
#: How the LaTeX of the constants begins, so that most blocks are not walked through.
_STEMS = ("mathbfI", "mathbfK", "mathbfS", "boldsymbol\\delta")


def _alike(shown: str, looks: Mapping[str, str]) -> str | None:
    """The name that is set as a constant, with its index or with none."""
    at = _INDEXED.fullmatch(shown)
    found = (looks.get(seen(formula)) for formula in ((shown, at[1]) if at else (shown,)))
    return next((name for name in found if name is not None), None)


def _fail(problem: Problem, name: str, words: str) -> None:
    raise DeriveError(
        f"`{name}` and {words} would be set alike in this derivation",
        span=_place(problem, name),
        hint=f"give `{name}` another name",
    )


def _everything(d: Derivation) -> Iterator[Expr | Delta]:
    """Every node of what is printed, and the deltas of lines by components."""
    for line in d.lines:
        if line.components is not None:
            yield from (f for term in line.components.terms for f in term.factors if isinstance(f, Delta))
    done: set[Expr] = set()
    stack = [*_roots(d), *(named.definition for named in d.named.values())]
    while stack:
        node = stack.pop()
        if node not in done:
            done.add(node)
            yield node
            stack.extend(node.args)
