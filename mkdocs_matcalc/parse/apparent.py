"""Products that may mean something else: written like a call (`f(x)`, `y(t + 1)`), or with two readings.

In: a product, and which of its factors stand in brackets directly behind the one before. Out: nothing, or the error
for one that the author may have meant as a function of what is in the brackets: the name before it is not declared,
or is something of which nobody writes such a product.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ..errors import Span
from .dims import Shape, is_scalar, kind
from .syntax import Call, Mark, Name, Node, Norm, Number, Post, Product

if TYPE_CHECKING:
    from .infer import Inference

#: Letters that stand below a norm.
_NORMS = frozenset(("F", "p", "inf", "Inf", "fro", "nuc"))
#: How a derivative may be written behind the name of a function.
_PRIMES = ("'", "′", "’", "prime", "prime}")


def refuse_undeclared(inf: Inference, node: Product) -> None:
    """Refuse a name that nobody declared directly before a bracket."""
    for i in node.applied:
        callee, _plain = _callee(inf, node.factors[i - 1][1])
        if callee is None or _is_known(inf, callee):
            continue
        name = inf.source(callee)
        place = Span(callee.start, node.factors[i][1].end)
        inf.fail(
            f"`{name}` is not declared; directly before a bracket it is read as a function", place,
            f"declare it: `let {callee.name}: elementwise` or `let {callee.name}: R^n -> R`, or as a variable; {_product(inf, node, i)}",
        )  # fmt: skip


def refuse_declared(inf: Inference, node: Product) -> None:
    """Refuse `y(t)` of a variable or a definition y that is no matrix; the shapes of the factors are known."""
    if inf.scope.printed:
        return  # where names are declared, and functions are functions
    for i in node.applied:
        before, behind = node.factors[i - 1][1], node.factors[i][1]
        callee, plain = _callee(inf, before)
        if callee is None or not (plain or _is_prime(inf, before)):
            continue
        content = behind.base if isinstance(behind, Post) else behind
        bare = isinstance(content, (Name, Number))
        linear = kind(callee.shape) == "matrix" or (kind(callee.shape) == "row" and callee.role == "definition")
        if (linear and not is_scalar(content.shape)) or not (bare or callee.role == "definition"):
            continue
        name, place = inf.source(callee), Span(callee.start, behind.end)
        hint = f"a function is declared, `let {callee.name}: R -> R`, or defined with its argument"
        if callee.role == "definition":
            hint = (
                f"`{callee.name}` stands for its expression whatever follows; a function is defined with its argument"
            )
        inf.fail(
            f"`{inf.source(before)}{inf.source(behind)}`: is `{name}` a function here, or a factor?", place,
            f"{hint}; {_product(inf, node, i)}",
        )  # fmt: skip


def refuse_reading(inf: Inference, op: str, left: Shape, run: Product) -> None:
    r"""Refuse `A \circ B C` in LaTeX where (A ∘ B) C would fit as well as A ∘ (B C)."""
    parts = [factor for _, factor in run.factors if not is_scalar(factor.shape)]
    if len(parts) > 1 and (op == "⊗" or kind(parts[0].shape) == kind(left)):
        inf.fail(
            f"`{inf.source(run)}` behind an entrywise or Kronecker product: which product is first?", run.span,
            "put one of the products in brackets",
        )  # fmt: skip


def refuse_number(inf: Inference, left: Shape, before: Node, op: str, factor: Node) -> None:
    """Refuse `A 1`: nobody multiplies by one or zero, so that a vector of them may be meant."""
    if not isinstance(factor, Number) or op != "*" or is_scalar(left) or factor.value not in (0, 1):
        return
    if not inf.scope.text[before.end : factor.start].strip() and inf.scope.text[factor.start] != "(":
        word = "ones" if factor.value else "zeros"
        inf.fail(
            f"`{inf.source(factor)}` behind `{inf.source(before)}`: a number, or a vector of {word}?", factor.span,
            f"the vector is `{word}(n)`, or `vector({factor.value})` of the size that fits",
        )  # fmt: skip


def refuse_near(inf: Inference, node: Product) -> None:
    """Refuse factors that stand so near that they may belong together: `1/2sigma^2`, `||A||F`; shapes are known."""
    text = inf.scope.text
    for (op, before), (times, behind) in pairwise(node.factors):
        if times != "*" or text[before.end : behind.start] or before.end > behind.start:
            continue
        base = behind.base if isinstance(behind, Post) else behind
        if isinstance(before, Norm):
            index = inf.source(base)
            if isinstance(base, Number) or (isinstance(base, Name) and index in _NORMS and not _is_known(inf, base)):
                place = Span(before.start, base.end)
                inf.fail(
                    f"`{text[place.start : place.end]}`: an index, or a factor?",
                    place,
                    f"an index is written `||…||_{index}`",
                )
        elif (
            op == "/"
            and is_scalar(behind.shape)
            and _is_open(inf, before)
            and (isinstance(base, Name) or _is_bracketed(inf, base))
        ):
            left, right = inf.source(before), inf.source(behind)
            inf.fail(
                f"`/{left}{right}`: is `{right}` divided by, or a factor?", Span(before.start, behind.end),
                f"write `/({left} {right})`, or `/{left} * {right}`",
            )  # fmt: skip


def refuse_transposed(inf: Inference, node: Post, mark: Mark, shape: Shape) -> None:
    """Refuse `a^T` of a scalar where T is a name of the block, or a power is meant beyond doubt: `e^T`."""
    if not is_scalar(shape):
        return
    before = node.marks[node.marks.index(mark) - 1].end if mark is not node.marks[0] else node.base.end
    written = inf.scope.text[before : mark.end].strip()
    constant = isinstance(node.base, Name) and node.base.role == "constant"
    if written[:1] == "^" and written.rstrip("}")[-1:] == "T" and (constant or "T" in {*inf.symbols, *inf.definitions}):
        inf.fail(
            f"`{inf.source(node)}`: a power, or the transpose of a scalar?", Span(node.start, mark.end),
            "a power is written `^(T)`, in LaTeX `^{{T}}`",
        )  # fmt: skip


def _callee(inf: Inference, node: Node) -> tuple[Name | None, bool]:
    """The name that stands before the bracket, and whether nothing is in between."""
    plain = True
    while isinstance(node, Post):
        last = node.marks[-1]
        if isinstance(last.exponent, (Name, Post)) and not _is_in_braces(inf, last, last.exponent):
            node = last.exponent  # `e^f(x)` is written for e to the power of f(x)
            continue
        if last.exponent is not None and isinstance(node.base, Name) and node.base.name == "e":
            return None, False  # the exponential function, or a power of a variable
        if last.kind == "'" and not _is_prime(inf, node):
            return None, False  # a transpose
        node, plain = node.base, False
    if not isinstance(node, Name) or _is_bracketed(inf, node):
        return None, False
    return node, plain


def _is_bracketed(inf: Inference, node: Node) -> bool:
    return not isinstance(node, (Call, Norm)) and inf.scope.text[node.end - 1] in ")]"


def _is_in_braces(inf: Inference, mark: Mark, exponent: Node) -> bool:
    return mark.end != exponent.end or inf.scope.text[exponent.start] in "({"


def _is_open(inf: Inference, node: Node) -> bool:
    return isinstance(node, (Number, Name)) and not _is_bracketed(inf, node)


def _is_prime(inf: Inference, node: Node) -> bool:
    return inf.scope.text[node.start : node.end].rstrip().endswith(_PRIMES)


def _is_known(inf: Inference, node: Name) -> bool:
    name, scope = node.name, inf.scope
    symbol = inf.symbols.get(name)
    if (symbol is not None and symbol.declared) or name in scope.sizes or name in scope.definitions:
        return True
    return name in inf.definitions or (scope.differentials and name[0] == "d" and name[1:] in scope.names)


def _product(inf: Inference, node: Product, i: int) -> str:
    """How the product is written beyond doubt."""
    left, right = inf.source(node.factors[i - 1][1]), inf.source(node.factors[i][1])
    return f"for a product write `{left} \\cdot {right}`" if node.run else f"for a product write `{left} * {right}`"
