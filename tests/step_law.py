"""Whether a step is an instance of the rule that it cites.

In: a rule, what stood before a step and what stands after it. Out: whether the rule, applied once or several times
somewhere in what stood before, gives what stands after.

Two expressions count as one where a reader sees no move between them: products and sums are flat, the order of terms,
of scalars and of entrywise factors does not matter, transposes stand at the names, brackets around sums are multiplied
out, and what is constant has the differential zero. A metavariable may stand for any part of a product, for any of the
terms of a sum and any of the factors of an entrywise product. Nothing of the engine is asked: the matcher is one of its
own, and knows of a rule its statement alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

from agreement import disagreement

from mkdocs_matcalc.expr.atoms import (
    Commutation,
    Eye,
    Named,
    Ones,
    Selection,
    Size,
    Sym,
    Zeros,
    eye,
    num,
    ones,
    size,
    zeros,
)
from mkdocs_matcalc.expr.differential import Diff, Through
from mkdocs_matcalc.expr.linear import Add, Had, Kron, Mul, T, add, had, mul, product, split_scale, transpose
from mkdocs_matcalc.expr.matrix import Call, Inv, call, flipped
from mkdocs_matcalc.expr.node import Expr, ShapeError
from mkdocs_matcalc.expr.scalar import Apply, Entry, Partial, Pow, Signature, apply, entrywise, partial
from mkdocs_matcalc.expr.shape import ONE, Dim, dim, is_scalar
from mkdocs_matcalc.expr.walk import substitute
from mkdocs_matcalc.functions.table import TABLE
from mkdocs_matcalc.parse import parse_expression
from mkdocs_matcalc.rules.rule import Rule
from mkdocs_matcalc.rules.table import RULES

#: How often a rule may be applied in one step.
DEPTH = 5
#: How many expressions are looked at for one step.
MOST = 3000

Bound = dict[str, object]


# -- what a reader takes for the same ---------------------------------------------------------------


def canon(e: Expr, *, expand: bool = True) -> Expr:
    """The one form of all that a reader takes for the same."""
    if isinstance(e, T):
        return turned(canon(e.args[0], expand=expand))
    if isinstance(e, Diff):
        inner = canon(e.arg, expand=expand)
        if isinstance(inner, (Sym, Named)) or inner.scalar:
            return Diff(inner)
        other = turned(inner)
        lies = (inner.is_row and not isinstance(other, T)) or (
            not inner.is_column and not inner.is_row and repr(other) < repr(inner)
        )
        return T(Diff(other)) if lies else Diff(inner)
    if not e.args:
        return e
    out = e.map_args(lambda a: canon(a, expand=expand))
    if expand and isinstance(out, (Mul, Had)):
        out = expanded(out)
    return like_terms(ordered(out)) if expand and isinstance(out, Add) else ordered(out)


def turned(e: Expr) -> Expr:
    """The transpose of an expression in its one form, at the names again."""
    if e.scalar:
        return e
    if isinstance(e, T):
        return e.args[0]
    if isinstance(e, Diff) and turned(e.arg) == e.arg:
        return e
    if isinstance(e, Mul):
        return ordered(product(e.coef, e.scalars, tuple(turned(f) for f in reversed(e.chain))))
    if isinstance(e, (Add, Had)):
        return ordered(type(e)(tuple(turned(a) for a in e.args)))
    if isinstance(e, Kron):
        return Kron(*(turned(a) for a in e.args))
    if isinstance(e, Inv):
        inside = turned(e.args[0])
        return e if inside == e.args[0] else T(e)
    out = flipped(e)
    return out if out == e or not isinstance(out, T) else out if out.args[0] == e else T(e)


def expanded(e: Expr) -> Expr:
    """A product with its sums multiplied out."""
    args = e.args
    for i, a in enumerate(args):
        if isinstance(a, Add) and (not isinstance(e, Mul) or i >= len(e.scalars) or is_scalar(a.shape)):
            terms = [e.with_args((*args[:i], t, *args[i + 1 :])) for t in a.args]
            return add(*(expanded(t) if isinstance(t, (Mul, Had)) else t for t in terms))
    return e


def like_terms(e: Expr) -> Expr:
    """A sum with equal terms counted."""
    found: dict[Expr, Fraction] = {}
    for t in e.args if isinstance(e, Add) else (e,):
        coef, scalars, rest = split_scale(t)
        core = ordered(product(num(1).value, scalars, (rest,)))
        found[core] = found.get(core, Fraction(0)) + coef
    terms_ = [ordered(mul(num(c), core)) for core, c in found.items() if c]
    if not terms_:
        return zeros(e.shape)
    return terms_[0] if len(terms_) == 1 else Add(tuple(sorted(terms_, key=repr)))


def ordered(e: Expr) -> Expr:
    """Terms, scalars and entrywise factors in one order; what closes to a scalar is among the scalars."""
    if isinstance(e, Add):
        flat = [ordered(t) for a in e.args for t in (a.args if isinstance(a, Add) else (a,))]
        return Add(tuple(sorted(flat, key=repr)))
    if isinstance(e, Had):
        return Had(tuple(sorted(e.args, key=repr)))
    if isinstance(e, Mul):
        chain: list[Expr] = []
        for f in e.chain:
            if chain and isinstance(f, Ones) and isinstance(chain[-1], Ones) and f.is_row and chain[-1].is_column:
                chain[-1] = ones((chain[-1].shape[0], f.shape[1]))
            else:
                chain.append(f)
        return Mul(e.coef, tuple(sorted(e.scalars, key=repr)), tuple(chain)) if e.args else e
    return e


def constants_out(e: Expr, moving: frozenset[str]) -> Expr:
    """With zero for the differential of what holds no name that moves, and constant scalars in front of a differential."""
    if isinstance(e, Diff):
        if not e.arg.varies_with(moving):
            return zeros(e.shape)
        inner = e.arg
        if isinstance(inner, Mul):
            fixed = tuple(x for x in inner.scalars if not x.varies_with(moving))
            rest = tuple(x for x in inner.scalars if x.varies_with(moving))
            chain = inner.chain
            if rest and chain and is_scalar(inner.shape) and not mul(*chain).varies_with(moving):
                fixed, chain = (*fixed, mul(*chain)), ()
            if (fixed or inner.coef != 1) and (rest or chain):
                return mul(product(inner.coef, fixed, ()), Diff(product(num(1).value, rest, chain)))
        return e
    return e.map_args(lambda a: constants_out(a, moving)) if e.args else e


# -- matching ---------------------------------------------------------------------------------------


def matches(p: Expr, e: Expr, b: Bound) -> Iterator[Bound]:
    """Every way to read `e` as `p`."""
    if isinstance(p, Sym):
        yield from bind(p, e, b)
    elif isinstance(p, T):
        yield from matches(p.arg, canon(transpose(e), expand=False), b)
    elif isinstance(p, Mul):
        yield from of_product(p, e, b)
    elif isinstance(p, (Add, Had)):
        if type(e) is type(p):
            yield from of_terms(p, e, b)
    elif isinstance(p, Entry) and p.abstract:
        if isinstance(e, Entry) and e.abstract:
            for found in once(b, f"f:{p.name}", (e.name, e.order - p.order)):
                yield from matches(p.arg, e.arg, found)
    elif isinstance(p, Apply):
        if isinstance(e, Apply) and len(e.args) == len(p.args):
            for found in once(b, f"f:{p.function.name}", e.function):
                yield from all_match(p.args, e.args, found)
    elif type(p) is type(e):
        if not p.args:
            for found in sizes_match(p.shape, e.shape, b):
                if p.data == e.data or isinstance(p, (Eye, Ones, Zeros, Commutation, Selection, Size)):
                    yield found
        elif p.data == e.data and len(p.args) == len(e.args):
            yield from all_match(p.args, e.args, b)


def once(b: Bound, key: str, value: object) -> Iterator[Bound]:
    if key not in b:
        yield {**b, key: value}
    elif b[key] == value:
        yield b


def all_match(ps: tuple[Expr, ...], es: tuple[Expr, ...], b: Bound) -> Iterator[Bound]:
    if not ps:
        yield b
        return
    for found in matches(ps[0], es[0], b):
        yield from all_match(ps[1:], es[1:], found)


def sizes_match(ps: tuple[Dim, Dim], es: tuple[Dim, Dim], b: Bound) -> Iterator[Bound]:
    out = b
    for p, e in zip(ps, es, strict=True):
        if len(p.names) == 1 and p.coef == 1:
            key = f":{p.names[0]}"
            if key in out and out[key] != e:
                return
            out = {**out, key: e}
        elif p != e and not p.names:
            return
    yield out


def bind(p: Sym, e: Expr, b: Bound) -> Iterator[Bound]:
    """A metavariable: a row or a column of the statement is a matrix of one row or column, and a scalar is any scalar."""
    for found in sizes_match(p.shape, e.shape, b):
        known = found.get(p.name)
        if known is None:
            yield {**found, p.name: e}
        elif isinstance(known, Expr) and canon(known, expand=False) == canon(e, expand=False):
            yield found


def of_product(p: Mul, e: Expr, b: Bound) -> Iterator[Bound]:
    """A product of the statement: its scalars take scalars, its chain takes the chain in segments.

    Scalars that the statement does not have belong to one of its factors; where the factors of the statement have
    nothing of a chain left, they take scalars: a product of two matrices is also one of a scalar and a matrix.
    """
    coef, scalars, chain = (e.coef, e.scalars, e.chain) if isinstance(e, Mul) else (num(1).value, (), (e,))
    rest = coef / p.coef if p.coef else coef
    if e.scalar and not (isinstance(e, Mul) and chain):
        scalars, chain = (scalars if isinstance(e, Mul) else (e,)), ()
    elif e.scalar and not p.chain:
        scalars, chain = (*scalars, mul(*chain)), ()
    loose = [*scalars, *([num(rest)] if rest != 1 else [])]
    if not loose:
        if p.scalars and chain and is_scalar(e.shape):
            loose, chain = [mul(*chain)], ()
        elif not p.scalars:
            yield from of_chain(p.chain, chain, b)
            return
    parts = (*p.scalars, *p.chain)
    # every scalar to a scalar of the statement, the chain to its chain
    for groups in split(loose, len(p.scalars)) if p.scalars else ():
        for found in all_match(p.scalars, tuple(mul(*g) for g in groups), b):
            if p.chain and chain:
                yield from of_chain(p.chain, chain, found)
            elif not chain and not p.chain:
                yield found
    # all scalars to one of the factors of the chain
    if chain and not p.scalars:
        for i in range(len(p.chain)):
            for cut in cuts(len(chain), len(p.chain)):
                pieces = [mul(*chain[x:y]) for x, y in cut]
                pieces[i] = mul(*loose, pieces[i])
                yield from all_match(p.chain, tuple(pieces), b)
    # scalars as factors like all others
    if len(parts) > 1 and all(isinstance(x, Sym) for x in parts):
        whole = [*loose, *([mul(*chain)] if chain else [])]
        for groups in split(whole, len(parts)):
            yield from scaled(parts, tuple(mul(*g) for g in groups), b)


def scaled(ps: tuple[Expr, ...], es: tuple[Expr, ...], b: Bound) -> Iterator[Bound]:
    """Factors of which at most one is no scalar, whatever the statement says of their shapes."""
    if sum(not x.scalar for x in es) > 1:
        return
    found = dict(b)
    for p, e in zip(ps, es, strict=True):
        assert isinstance(p, Sym)
        known = found.get(p.name)
        if known is not None and known != e:
            return
        found[p.name] = e
    yield found


def cuts(n: int, parts: int) -> Iterator[list[tuple[int, int]]]:
    """Every way to cut a chain of n into so many non-empty segments."""
    if n < parts:
        return
    for places_ in combinations(range(1, n), parts - 1):
        ends = [0, *places_, n]
        yield list(pairwise(ends))


def of_chain(ps: tuple[Expr, ...], chain: tuple[Expr, ...], b: Bound, before: Dim | None = None) -> Iterator[Bound]:
    """The factors of the statement take consecutive parts of a chain; a matrix of the statement may be an identity."""
    if not ps:
        if not chain:
            yield b
        return
    first = ps[0]
    for end in range(1, len(chain) + 1):
        for found in matches(first, mul(*chain[:end]), b):
            yield from of_chain(ps[1:], chain[end:], found, chain[end - 1].shape[1])
    if isinstance(first, Sym) and ONE not in first.shape and len(ps) + (before is not None) > 1:
        size_ = chain[0].shape[0] if chain else before
        if size_ is not None:
            for found in matches(first, eye(size_), b):
                yield from of_chain(ps[1:], chain, found, size_)


def of_terms(p: Expr, e: Expr, b: Bound) -> Iterator[Bound]:
    """The terms of the statement take the terms of a sum (the factors of an entrywise product), each at least one."""
    join = add if isinstance(p, Add) else had
    for groups in split(list(e.args), len(p.args)):
        yield from all_match(p.args, tuple(join(*g) for g in groups), b)


def split(items: list[Expr], parts: int) -> Iterator[list[list[Expr]]]:
    """Every way to deal items into so many non-empty groups."""
    if parts == 1:
        if items:
            yield [items]
        return
    for count in range(1, len(items) - parts + 2):
        for chosen in combinations(range(len(items)), count):
            rest = [x for i, x in enumerate(items) if i not in chosen]
            for others in split(rest, parts - 1):
                yield [[items[i] for i in chosen], *others]


# -- instances --------------------------------------------------------------------------------------


def the_size(d: Dim, b: Bound) -> Dim:
    out = dim(d.coef) if d.coef != 1 else ONE
    for n in d.names:
        found = b.get(f":{n}", dim(n))
        out = out * found if isinstance(found, Dim) else out
    return out


def made(p: Expr, b: Bound) -> Expr:
    """The statement's side with every metavariable replaced by what it stands for."""
    if isinstance(p, Sym):
        found = b.get(p.name, p)
        assert isinstance(found, Expr)
        return found
    if isinstance(p, Size):
        return size(the_size(p.dim, b))
    if isinstance(p, Eye):
        return eye(the_size(p.shape[0], b))
    if isinstance(p, (Ones, Zeros)):
        shape = (the_size(p.shape[0], b), the_size(p.shape[1], b))
        return ones(shape) if isinstance(p, Ones) else zeros(shape)
    if isinstance(p, Commutation):
        return Commutation(the_size(p.rows, b), the_size(p.cols, b))
    if isinstance(p, Selection):
        return Selection(the_size(p.dim, b))
    if isinstance(p, Entry) and p.abstract and f"f:{p.name}" in b:
        name, order = b[f"f:{p.name}"]  # type: ignore[misc]
        return entrywise(name, made(p.arg, b), p.order + order, abstract=True)
    if isinstance(p, (Apply, Partial)):
        function = b.get(f"f:{p.function.name}", p.function)
        args = tuple(made(a, b) for a in p.args)
        return apply(function, args) if isinstance(p, Apply) else partial(function, p.by[0], args)  # type: ignore[arg-type]
    return p.map_args(lambda a: made(a, b)) if p.args else p


Place = tuple[Expr, Callable[[Expr], Expr]]


def places(e: Expr) -> Iterator[Place]:
    """Every part that a rule may be applied to, with what puts another in its place."""
    yield e, lambda x: x
    if isinstance(e, Mul):
        k, n = len(e.scalars), len(e.chain)
        for i in range(n):
            for j in range(i + 1, n + 1):
                if (j - i < n) or e.scalars or e.coef != 1:
                    yield (
                        mul(*e.chain[i:j]),
                        lambda x, i=i, j=j: mul(product(e.coef, e.scalars, ()), *e.chain[:i], x, *e.chain[j:]),
                    )
        for i in range(1, min(k, 4) + 1):
            for chosen in combinations(range(k), i):
                inside = [e.scalars[m] for m in chosen]
                outside = [s for m, s in enumerate(e.scalars) if m not in chosen]
                yield mul(*inside), lambda x, outside=tuple(outside): mul(product(e.coef, outside, ()), x, *e.chain)
                if e.chain:
                    yield mul(*inside, *e.chain), lambda x, outside=tuple(outside): mul(product(e.coef, outside, ()), x)
    if isinstance(e, (Add, Had)) and len(e.args) > 2:
        join = add if isinstance(e, Add) else had
        for i in range(2, len(e.args)):
            for chosen in combinations(range(len(e.args)), i):
                outside = [a for m, a in enumerate(e.args) if m not in chosen]
                yield join(*(e.args[m] for m in chosen)), lambda x, outside=tuple(outside): join(x, *outside)
    for i, a in enumerate(e.args):
        for part, back in places(a):
            yield part, lambda x, i=i, back=back: e.with_args((*e.args[:i], back(x), *e.args[i + 1 :]))


#: Other forms of a statement: with fewer terms, with the inner function of a chain rule unnamed, by entries.
_FORMS = {
    "linear": [("A: p x m, X: m x n, B: n x q", "d(A X B)", "A dX B")],
    "chain-scalar-vector": [("y: R^k, z: R^k -> R", "d z(y)", "z'(y) dy")],
    "chain-scalar-scalar": [("y: R, z: R -> R", "d z(y)", "z'(y) dy")],
    "chain-scalar-matrix": [("Y: m x n, z: R^{m x n} -> R", "d z(Y)", "tr(z'(Y) dY)")],
    "chain-vector-vector": [("y: R^k, z: R^k -> R^m", "d z(y)", "z'(y) dy")],
    "second-derivative": [("y: R^k, l: R^k -> R", "d(l'(y))", "(l''(y) dy)'")],
    "exponential": [("X: m x n, b: R", "d(X.^b)", "X.^b .* (log(X) db) + b X.^(b - 1) .* dX")],
    "cancel": [
        ("a: R", "a a^-2", "a^-1"),
        ("a: R", "a^2 a^-1", "a"),
        ("X: m x n", "X .* X.^-1", "ones(m, n)"),
        ("X: m x n", "X .* X.^-2", "X.^-1"),
        ("X: m x n", "X.^2 .* X.^-1", "X"),
    ],
    "sum-ones": [("x: R^{1 x n}", "sum(x)", "ones(n)' x'")],
    "scalar-moves": [("x: R^m, y, z: R^n", "(y' z) x", "x z' y")],
    "vec-product": [("A: m x n, X: n x p, b: R^p", "A X b", "kron(b', A) vec(X)")],
    "vec-quadratic": [
        ("A: n x n, B: m x m, X: m x n", "tr(A X' B X)", "vec(X)' kron(A', B) vec(X)"),
        ("A: m x n, X: n x m, B: m x n", "tr(A X B X)", "vec(X)' commutation(m, n) kron(B', A) vec(X)"),
    ],
    "matrix-power": [
        ("X: n x n", f"d(X^{k})", " + ".join(f"X^{i} dX X^{k - 1 - i}" for i in range(k))) for k in (2, 4, 5, 6)
    ],
}


@cache
def statements(rule: Rule) -> list[tuple[Expr, Expr]]:
    """The two sides of a rule, and of its other forms."""
    forms = [
        (parse_expression(left, given, differentials=True), parse_expression(right, given, differentials=True))
        for given, left, right in _FORMS.get(rule.name, ())
    ]
    return [(rule.pattern, rule.replacement), *forms]


def rewrites(rule: Rule, e: Expr, *, backwards: bool) -> Iterator[Expr]:
    """What one application of a rule somewhere in an expression gives; an identity is read both ways."""
    sides = statements(rule)
    if backwards:
        sides = [*sides, *((right, left) for left, right in sides)]
    for part, back in places(e):
        for left, right in sides:
            if isinstance(left, Diff) and not isinstance(part, Diff):
                continue
            if left.shape[1] is ONE and part.shape[1] is not ONE and left.shape[0] is not ONE:
                continue
            for found in matches(left, part, {}):
                try:
                    yield back(made(right, found))
                except (ShapeError, ValueError):
                    continue


def defines(before: Expr, after: Expr) -> bool:
    """Whether the differential of an abstract function has become its derivative times increments, of the same value."""
    inside = {n.function.name for n in before.walk() if isinstance(n, (Apply, Partial))}
    inside |= {n.of.function.name for n in before.walk() if isinstance(n, Through)}
    derivatives = {f.name for n in after.walk() if isinstance(f := getattr(n, "function", None), Signature)}
    held = "Held" in repr(before)  # an increment that is held has no value here
    return bool(inside & derivatives) and (held or disagreement(before, after) == "")


def shorter(rule: Rule, before: Expr, after: Expr) -> bool:
    """Whether two expressions have one value, and the shorter one lacks what the rule takes away."""

    def has(e: Expr) -> int:
        kinds: dict[str, tuple[type[Expr], ...]] = {
            "inverse-product": (Inv,), "centred": (Ones,), "cancel": (Pow, Mul), "entries": (Pow, Had, Add, Mul),
        }  # fmt: skip
        return sum(isinstance(n, kinds[rule.name]) for n in e.walk())

    return (has(after) < has(before) or rule.name == "cancel") and disagreement(before, after) == ""


def regrouped(before: Expr, after: Expr, *, more: bool) -> bool:
    """Whether what stands after has the same products as what stood before when all brackets are multiplied out.

    Collecting leaves fewer terms or factors, multiplying out leaves more terms. The trace, the sum and the like are
    multiplied out as products are: tr(A) + tr(B) is tr(A + B).
    """
    if canon(linear_out(before)) != canon(linear_out(after)):
        # equal factors are counted on the way, which leaves fewer of them
        return not more and after.size < before.size and disagreement(before, after) == ""
    return after.size > before.size or nested(after) < nested(before) if more else after.size <= before.size


def linear_out(e: Expr) -> Expr:
    """With linear functions of sums as sums of functions."""
    inner = e.map_args(linear_out) if e.args else e
    if isinstance(inner, Call) and TABLE[inner.name].linear:
        whole = canon(inner.arg)
        if isinstance(whole, Add):
            return add(*(linear_out(call(inner.name, t)) for t in whole.args))
    return inner


def nested(e: Expr) -> int:
    """The sums that stand inside of something."""
    return sum(isinstance(a, Add) for n in e.walk() for a in n.args if not isinstance(n, Add))


def is_instance(rule: Rule, before: Expr, after: Expr, moving: frozenset[str]) -> bool:
    """Whether the rule leads from what stood before to what stands after; `moving` are the names that vary."""
    differential = rule.kind != "identity"

    def shown(e: Expr) -> Expr:
        return canon(constants_out(e, moving) if differential else e, expand=differential)

    start, goal = canon(constants_out(before, moving) if differential else before, expand=False), shown(after)
    if rule.name in ("constant", "multiple") and shown(start) == goal:
        return True  # the one form has it already
    if rule.name == "product-transpose":  # stands for what no reader sees as a move, and is never named
        return not rule.cite and disagreement(before, after) == ""
    as_definition = rule.kind == "identification" or rule.family == "Chain rules and total differentials"
    as_definition |= rule.name == "second-of-vector"
    if as_definition and defines(before, after):
        return True
    if rule.name == "scalar-chain":
        inside = before.args[0].args if isinstance(before, Diff) else ()
        return any(not isinstance(a, Sym) for a in inside) and any(
            is_instance(r, before, after, moving) for r in RULES if r.kind == "differential" and r != rule
        )
    if rule.name in ("cancel", "entries", "inverse-product", "centred") and after.size < before.size:
        return shorter(rule, before, after)
    if rule.name in ("collect", "distribute"):
        return regrouped(before, after, more=rule.name == "distribute")
    seen, todo = {start}, [start]
    for _ in range(DEPTH):
        fresh: list[Expr] = []
        for e in todo:
            for found in rewrites(rule, e, backwards=not differential):
                if shown(found) == goal or (rule.name == "vec-quadratic" and canon(found) == canon(after)):
                    return True
                found = canon(found, expand=False)
                if found not in seen and len(seen) < MOST and found.size <= 3 * max(before.size, after.size) + 20:
                    seen.add(found)
                    fresh.append(found)
        todo = fresh
    return False


def put_in(before: Expr, after: Expr, known: dict[str, Expr]) -> bool:
    """Whether the increment of an intermediate was replaced by its differential, as a line of its own has it."""
    for name, differential in known.items():
        table = {n: differential for n in before.walk() if isinstance(n, Diff) and getattr(n.arg, "name", "") == name}
        if table and canon(linear_out(substitute(before, table))) == canon(linear_out(after)):
            return True
    return False
