"""No two things of a block are set alike: names, sizes, and what a derivation brings in by itself.

In: a block that was read, and a derivation of it. Out: nothing, or a `DeriveError` that names both. Two things are
set alike where their LaTeX is the same to a reader: `x1` and `x_1` are, and so are a scalar `n` and the size `n`,
while a vector `n` is bold and differs. A constant matrix is set alike with a name of its letter, with the index of
the constant or with none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..engine.derivation import Derivation
from ..errors import DeriveError, Span
from ..expr.atoms import Commutation, Eye, Named, Selection, Sym
from ..expr.component import Delta
from ..expr.differential import Diff
from ..expr.node import Expr
from ..expr.scalar import Entry
from ..expr.shape import is_scalar, kind
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


def refuse_alike_constants(problem: Problem, d: Derivation) -> None:
    """Raise where a name of the author is set as something that a derivation brought in."""
    names = {**d.named, **problem.symbols}
    looks: dict[str, str] = {}
    for name, e in names.items():
        looks.setdefault(seen(latex_name(name, kind(e.shape))), name)
    differentials = {f"d{v}": v for v in names if f"d{v}" in names}
    words = {name for name in (*problem.functions, *names) if name == _STEP}
    if not (differentials or words or any(look.lstrip("\\").startswith(_STEMS) for look in looks)):
        return
    for node in _everything(d):
        if isinstance(node, Delta):
            shown = rf"\boldsymbol{{\delta}}_{{{node.first}{node.second}}}"
            _refuse(problem, looks, shown, "Kronecker's delta")
        elif type(node) in _WORDS:
            _refuse(problem, looks, latex(node), _WORDS[type(node)])
        elif isinstance(node, Diff) and isinstance(node.arg, (Sym, Named)) and not d.ordinary:
            name = f"d{node.arg.name}"
            if name in differentials:
                _fail(problem, name, f"the differential of `{node.arg.name}`")
        elif isinstance(node, Entry) and not node.abstract and node.name in words:
            _fail(problem, node.name, f"the function `{node.name}`, which the derivation brings in,")


#: The function that occurs in printed lines alone.
_STEP = "step"
#: How the LaTeX of the constants begins, so that most blocks are not walked through.
_STEMS = ("mathbfI", "mathbfK", "mathbfS", "boldsymbol\\delta")


def _refuse(problem: Problem, looks: dict[str, str], shown: str, words: str) -> None:
    """Refuse a name that is set as a constant, with its index or with none."""
    at = _INDEXED.fullmatch(shown)
    for formula in (shown, at[1]) if at else (shown,):
        name = looks.get(seen(formula))
        if name is not None:
            _fail(problem, name, words)


def _fail(problem: Problem, name: str, words: str) -> None:
    raise DeriveError(
        f"`{name}` and {words} would be set alike in this derivation",
        span=_place(problem, name),
        hint=f"give `{name}` another name",
    )


def _everything(d: Derivation) -> Iterator[Expr | Delta]:
    """Every node of what is printed, and the deltas of lines by components."""
    roots: list[Expr] = [d.value, d.derivative, *(named.definition for named in d.named.values())]
    for line in d.lines:
        roots += [e for e in (line.expr, line.left) if e is not None]
        if line.components is not None:
            roots += line.components.roots()
            yield from (f for term in line.components.terms for f in term.factors if isinstance(f, Delta))
    seen_already: set[Expr] = set()
    for root in roots:
        yield from _below(root, seen_already)


def _below(root: Expr, done: set[Expr]) -> Iterable[Expr]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in done:
            done.add(node)
            yield node
            stack.extend(node.args)
