"""Where a result holds: what the text of a block asks of its parts to have a value, and a derivative.

In: the syntax of an expression, as it was written, and a result. Out: sentences for the conditions that do not hold
by themselves: not for what is known positive, or invertible, by its form and the declared attributes, nor for a
plain matrix under an inverse, which its author has assumed invertible. A condition is said of the variables that it
depends on alone. A division is no news where the result divides by the same; where it has cancelled, as in x/x or
x⁰, the result would seem to hold everywhere.

The conditions are those of the text: what was built of it has lost some (x⁰ is 1, and the square of √x is x).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..expr.atoms import Named, Num, Sym
from ..expr.linear import Had, Mul, T, mul
from ..expr.matrix import Call as Function
from ..expr.matrix import Inv
from ..expr.node import Expr
from ..expr.scalar import Entry, Pow
from ..expr.walk import everything, size_of
from ..functions.table import TABLE
from ..parse.problem import Problem
from ..parse.syntax import Call, Name, Node, Norm, Post, Product, is_exponential, parts
from ..rules.guard import definite, known_invertible
from .bounds import bounds
from .remark import remark

#: A formula of more parts than this does not stand in a remark.
_SHORT = 12
#: So many formulas share a remark at most.
_MANY = 3


@dataclass(frozen=True)
class Condition:
    """`of` has to be `positive`, `nonzero` or `inside` (-1, 1) in every entry, or as a whole `nonzero` or `invertible`.

    `by` is what asks for it: the name of a function, `power`, `division` or `inverse`.
    """

    kind: str
    of: Expr
    by: str


def conditions(roots: Iterable[Node], problem: Problem, *, second: bool = False) -> tuple[Condition, ...]:
    """What some syntax asks of its parts, and the definitions that it uses of theirs, in the order written.

    `second` says that two derivatives are taken: |x|² has one at zero that is written with the sign of x.
    """
    found: dict[Condition, None] = {}
    smooth: set[int] = set()  # what is raised to an even power
    for node in _everything(roots, problem):
        if isinstance(node, Post) and _even(node) and not (second and isinstance(node.base, Call)):
            smooth.add(id(node.base))
        found.update(dict.fromkeys(_of_node(node, squared=id(node) in smooth)))
    return tuple(found)


def names_written(roots: Iterable[Node], problem: Problem) -> set[str]:
    """The names in some syntax and in the definitions that it uses."""
    return {node.name for node in _everything(roots, problem) if isinstance(node, Name)}


def _everything(roots: Iterable[Node], problem: Problem) -> Iterator[Node]:
    """Every node of some syntax, parents first, and of each definition that it uses."""
    defined: set[str] = set()
    stack = list(roots)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Name) and node.name in problem.written and node.name not in defined:
            defined.add(node.name)
            stack.append(problem.written[node.name])
        stack.extend(reversed(list(parts(node))))


def _even(node: Post) -> bool:
    """Whether a power makes what has a kink at zero smooth: ‖x‖²."""
    exponent = node.marks[0].exponent
    value = exponent.built if exponent is not None else None
    return isinstance(value, Num) and value.value > 0 and value.value % 2 == 0


def _of_node(node: Node, *, squared: bool) -> list[Condition]:
    match node:
        case Norm():
            name = "norm1" if node.which == "1" else "norm2"
            return [] if squared and name == "norm2" else [Condition("nonzero", _built(node.arg), name)]
        case Call():
            return _of_call(node, squared=squared)
        case Product():
            below = [part for op, part in node.factors if op in ("/", "./")]
            return [Condition("nonzero", _built(part), "division") for part in below]
        case Post():
            return _of_powers(node)
    return []


def _of_call(node: Call, *, squared: bool) -> list[Condition]:
    if not node.args:
        return []
    arg = node.args[0]
    name = {"norm": "norm2", "|": "abs"}.get(node.name, node.name)
    if name == "inv":
        return [Condition("invertible", _built(arg), "inverse")]
    row = TABLE.get(name) if node.built is not None else None
    if row is None or not row.where or (node.name == "|" and not _built(arg).is_scalar):
        return []
    if squared and name in ("norm2", "abs"):
        return []
    return [Condition(row.where, _built(arg), name)]


def _of_powers(node: Post) -> list[Condition]:
    out = []
    base = _built(node.base)
    for mark in node.marks:
        if mark.kind == "⁻ᵀ":
            out.append(Condition("invertible", base, "inverse"))
        if mark.exponent is None or is_exponential(node, mark):
            continue
        exponent = _built(mark.exponent)
        by_entries = mark.kind == ".^" or base.is_scalar
        if not isinstance(exponent, Num) or exponent.value.denominator > 1:
            out.append(Condition("positive", base, "power"))
        elif exponent.value < 0 and not by_entries:
            out.append(Condition("invertible", base, "inverse"))
        elif exponent.value <= 0 and by_entries:
            out.append(Condition("nonzero", base, "division"))
    return out


def _built(node: Node) -> Expr:
    if node.built is None:
        raise TypeError("a condition is of syntax of which the expression is built")
    return node.built


# -- what is said of them -------------------------------------------------------------------------------


def holds(
    asked: Sequence[Condition], variables: Sequence[Sym], result: Expr, declared: Callable[[Expr], Expr]
) -> list[str]:
    """The sentences for the derivation by some variables; `declared` gives symbols their attributes."""
    names = frozenset(v.name for v in variables)
    inverted = (Condition("invertible", n.arg, "inverse") for n in everything(result) if isinstance(n, Inv))
    found = [_plainer(c, declared(c.of)) for c in (*asked, *inverted) if c.of.varies_with(names)]
    below = _denominators(result)
    kept = [c for c in dict.fromkeys(found) if not (_met(c) or (c.by == "division" and _shown(c.of, below)))]
    positive = {c.of for c in kept if c.kind == "positive"}
    return _sentences([c for c in kept if not (c.kind == "nonzero" and c.of in positive)])


def _plainer(c: Condition, e: Expr) -> Condition:
    """The same condition of less: 2x is positive where x is, ‖x‖² is where x is not zero."""
    if isinstance(e, Mul) and c.kind in ("positive", "nonzero"):
        rest = [s for s in e.scalars if not bounds(s).positive]
        if e.coef > 0 and (e.coef != 1 or len(rest) < len(e.scalars)) and (rest or e.chain):
            return _plainer(c, mul(*rest, *e.chain))
    if c.kind == "positive" and isinstance(e, Function) and e.name == "det" and definite(e.arg) == 0:
        return Condition("invertible", e.arg, "inverse")
    if c.kind == "positive" and bounds(e).nonnegative and not bounds(e).positive:
        return _plainer(Condition("nonzero", e, "division"), e)
    if c.kind == "nonzero" and isinstance(e, Function) and e.name == "det":
        return Condition("invertible", e.arg, "inverse")
    if c.kind == "nonzero" and isinstance(e, Entry) and e.name == "abs":
        return _plainer(c, e.arg)
    if c.kind == "nonzero" and isinstance(e, Pow) and isinstance(e.exponent, Num) and e.exponent.value > 0:
        return _plainer(c, e.base)
    if c.by == "division" and isinstance(e, Function) and e.name == "norm2":
        return Condition("nonzero", e.arg, e.name)
    return Condition(c.kind, e, c.by)


def _met(c: Condition) -> bool:
    """Whether a condition holds by itself."""
    if c.kind == "positive":
        return bounds(c.of).positive
    if c.kind == "invertible":
        return _plain(c.of) or known_invertible(c.of)
    if c.kind == "nonzero":
        return _nonzero(c.of)
    known = bounds(c.of)
    return known.low >= -1 and known.high <= 1


def _nonzero(e: Expr) -> bool:
    if isinstance(e, Mul) and not e.chain:
        return all(_nonzero(s) for s in e.scalars)
    return bounds(e).nonzero


def _plain(e: Expr) -> bool:
    """A matrix by its name, a multiple or the transpose of one: its author has assumed that it has an inverse."""
    if isinstance(e, T):
        return _plain(e.arg)
    if isinstance(e, Mul) and len(e.chain) == 1 and not e.scalars:
        return _plain(e.chain[0])
    return _plain(e.definition) if isinstance(e, Named) else isinstance(e, Sym)


def _denominators(e: Expr) -> frozenset[Expr]:
    """What stands under a bar in a result."""
    found = set()
    for n in everything(e):
        if isinstance(n, Pow) and isinstance(n.exponent, Num) and n.exponent.value < 0:
            found.add(n.base)
    return frozenset(found)


def _shown(e: Expr, below: frozenset[Expr]) -> bool:
    """Whether a result shows that it divides by an expression: by each of its factors that may be zero."""
    if e in below or _nonzero(e):
        return True
    if isinstance(e, Named):
        return _shown(e.definition, below)
    if isinstance(e, T):
        return _shown(e.arg, below)
    if isinstance(e, Pow):
        return _shown(e.base, below)
    if isinstance(e, Had):
        return all(_shown(f, below) for f in e.args)
    if isinstance(e, Mul) and (e.coef != 1 or e.scalars) and len(e.chain) <= 1:
        return all(_shown(f, below) for f in (*e.scalars, *e.chain))
    return False


#: What is said of one formula, and of several: of scalars, then of arrays entry by entry.
_WORDS = {
    "positive": (
        ("{} is positive", "{} are positive"),
        ("every entry of {} is positive", "every entry of {} is positive"),
    ),
    "nonzero": (("{} is not zero", "{} are not zero"), ("no entry of {} is zero", "no entry of {} is zero")),
    "invertible": (("{} is invertible", "{} are invertible"),) * 2,
}
#: What is said where the formula is long; otherwise it is what the function is called.
_LONG = {
    ("positive", "power"): "the base of every power with such an exponent is positive",
    ("nonzero", "division"): "nothing is divided by zero",
    ("invertible", "inverse"): "what is inverted is invertible",
    ("invertible", "logdet"): "the matrix under the determinant is invertible",
}
#: Functions with a kink are called by their names: what is zero there is seldom a plain formula.
_KINKS = {"norm1": "no entry under the 1-norm is zero", "norm2": "the norm is not zero"}


def _sentences(found: list[Condition]) -> list[str]:
    out: dict[str, None] = {}
    together: dict[tuple[str, str], list[Expr]] = {}
    for c in found:
        words = _kink(c)
        if words is None and size_of(c.of) <= _SHORT:
            formulas = together.setdefault(_WORDS[c.kind][not c.of.is_scalar], [])
            formulas += [c.of] if c.of not in formulas else []
            continue
        words = words or _LONG.get((c.kind, c.by), f"every argument of {c.by} is positive")
        out[f"The result holds where {words}."] = None
    for (one, several), formulas in together.items():
        for some in (formulas[i : i + _MANY] for i in range(0, len(formulas), _MANY)):
            listed = ", ".join(["{}"] * (len(some) - 1)) + " and {}" if len(some) > 1 else "{}"
            words = (several if len(some) > 1 else one).format(listed)
            out[remark(f"The result holds where {words}.", *some)] = None
    return list(out)


def _kink(c: Condition) -> str | None:
    if c.kind == "inside":
        return f"every argument of {c.by} is between −1 and 1"
    if c.kind != "nonzero" or c.by == "division":
        return None
    return _KINKS.get(c.by, f"no argument of {c.by} is zero")
