"""Expressions built in Python instead of written as text, with the same derivations.

    from mkdocs_matcalc import symbols, tr, logdet
    A, b, x = symbols("A in R^{m x n}, b in R^m, x in R^n")
    [d] = norm2(A @ x - b).derive(x)

In: declarations as a block has them, Python operators, functions. Out: an `Expression`, which knows
how it is written in the block language. Deriving it writes the block and derives that, so that there
is one way to read and one to derive. A mistake is a `DeriveError` where it is made: the sizes of a
sum or a product are looked at when it is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .errors import DeriveError
from .functions.table import TABLE

if TYPE_CHECKING:
    from .engine.derivation import Derivation
    from .expr.node import Expr

#: How tightly the block language binds, from loosest.
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)

Operand = "Expression | int | float | Fraction"


class Expression:
    """An expression of the block language: `text` is how it is written, `shape` its size as two names or numbers.

    Expressions are added (`+`, `-`), multiplied (`@`, and `*` by a scalar), divided by scalars (`/`),
    transposed (`.T`) and raised to powers (`**`). Equality is that of Python objects. `declared` and
    `definitions` are what a block that holds the expression says before it, by name.
    """

    __slots__ = ("_expr", "_level", "declared", "definitions", "text")

    def __init__(
        self, text: str, level: int, declared: Mapping[str, str], named: Mapping[str, str] | None = None
    ) -> None:
        self.text = text
        self._level = level
        self.declared = dict(declared)
        self.definitions = dict(named or {})
        self._expr: Expr = self._read()

    def _read(self) -> Expr:
        """The typed expression, which is where sizes are checked."""
        from .parse import parse

        head = "".join(f"let {line}\n" for line in self.declared.values())
        middle = "".join(f"{name} = {text}\n" for name, text in self.definitions.items())
        try:
            [goal] = parse(f"{head}{middle}let {_FREE}: R\nd/d{_FREE} {self.text}").goals
        except DeriveError as error:
            start = len(head) + len(middle) + len(f"let {_FREE}: R\nd/d{_FREE} ")
            raise _here(error, self.text, start) from None
        return goal.expr

    # -- what it is

    @property
    def shape(self) -> tuple[int | str, int | str]:
        """Rows and columns: `("m", "n")`, `("n", 1)` for a vector, `(1, 1)` for a scalar."""
        rows, cols = (int(s) if s.isdigit() else s for s in map(str, self._expr.shape))
        return rows, cols

    @property
    def latex(self) -> str:
        """The expression in LaTeX."""
        from .emit.latex import latex

        return latex(self._expr)

    def __str__(self) -> str:
        from .emit.text import pretty

        return pretty(self._expr)

    def __repr__(self) -> str:
        return f"<{self.text}: {' x '.join(map(str, self.shape))}>"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    # -- what can be done with it

    @property
    def T(self) -> Expression:
        """The transpose."""
        return self._made(f"{self.at(_ATOM)}'", _POWER)

    def __add__(self, other: Any) -> Expression:
        return _joined(self, "+", other, _SUM, _PRODUCT)

    def __radd__(self, other: Any) -> Expression:
        return _joined(other, "+", self, _SUM, _PRODUCT)

    def __sub__(self, other: Any) -> Expression:
        return _joined(self, "-", other, _SUM, _PRODUCT)

    def __rsub__(self, other: Any) -> Expression:
        return _joined(other, "-", self, _SUM, _PRODUCT)

    def __matmul__(self, other: Any) -> Expression:
        return _joined(self, "*", other, _PRODUCT, _SIGN)

    def __mul__(self, other: Any) -> Expression:
        return _scaled(self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _scaled(other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _joined(self, "/", other, _PRODUCT, _SIGN)

    def __rtruediv__(self, other: Any) -> Expression:
        return _joined(other, "/", self, _PRODUCT, _SIGN)

    def __neg__(self) -> Expression:
        return self._made(f"-{self.at(_POWER)}", _SIGN)

    def __pow__(self, exponent: Any) -> Expression:
        power = _operand(exponent)
        return _merged(f"{self.at(_ATOM)}^({power.text})", _POWER, self, power)

    # -- derivations

    def named(self, name: str) -> Expression:
        """The same under a name of its own, which gets a line in the derivation."""
        return Expression(name, _ATOM, self.declared, {**self.definitions, name: self.text})

    def derive(self, *variables: Expression, **options: Any) -> list[Derivation]:
        """A derivation by each variable.

        The keywords are those of `derive` (`layout`, `style`, `verify`), and `title` and `label`.
        Raises `DeriveError` as `derive` does, and for a variable that is no symbol.
        """
        goals = ", ".join(f"d/d{_symbol(v)}" for v in variables)
        return self._derived(goals, variables, options)

    def hessian(self, x: Expression, y: Expression | None = None, **options: Any) -> Derivation:
        """The second derivative by x, or by x and y; keywords and errors as for `derive`."""
        goal = f"d2/d{_symbol(x)}2" if y is None else f"d2/d{_symbol(x)} d{_symbol(y)}"
        return self._derived(goal, (x,) if y is None else (x, y), options)[0]

    def block(self, goals: str, variables: tuple[Expression, ...] = (), **directives: str) -> str:
        """The block of the block language that is derived; `goals` is what stands before the expression."""
        declared = dict(self.declared)
        for v in variables:
            _merge(declared, v.declared)
        lines = [f"{key}: {value}" for key, value in directives.items()]
        lines += [f"let {', '.join(declared.values())}"] if declared else []
        lines += [f"{name} = {text}" for name, text in self.definitions.items()]
        return "\n".join([*lines, f"{goals} {self.at(_PRODUCT)}"])

    def _derived(self, goals: str, variables: tuple[Expression, ...], options: dict[str, Any]) -> list[Derivation]:
        from .pipeline import derive

        told = {key: str(options.pop(key)) for key in ("title", "label") if key in options}
        for key, value in told.items():
            if "\n" in value or "\r" in value:
                raise DeriveError(f"a {key} is one line", hint=f"{value!r} is several")
        return derive(self.block(goals, variables, **told), **options)

    # -- making others

    def at(self, level: int) -> str:
        """How it is written, in brackets where it binds looser than `level`."""
        return self.text if self._level >= level else f"({self.text})"

    def _made(self, text: str, level: int) -> Expression:
        return Expression(text, level, self.declared, self.definitions)


class Function:
    """A declared abstract function: calling it applies it."""

    __slots__ = ("declared", "name")

    def __init__(self, name: str, declared: Mapping[str, str]) -> None:
        self.name = name
        self.declared = dict(declared)

    def __call__(self, *args: Any) -> Expression:
        """The function of its arguments; `DeriveError` where they do not fit."""
        operands = [_operand(a) for a in args]
        text = f"{self.name}({', '.join(a.text for a in operands)})"
        return _merged(text, _ATOM, *operands, declared=self.declared)

    def __repr__(self) -> str:
        return f"<function {self.declared[self.name]}>"


#: A name that no block has, for reading an expression by itself.
_FREE = "zeta_free"


def symbols(declaration: str) -> tuple[Any, ...]:
    """The names of a declaration, written as after `let`: an `Expression` or a `Function` each, in order.

    Raises `DeriveError` where the declaration cannot be read.
    """
    from .parse.declare import Declarations
    from .parse.grammar import Parser
    from .parse.lexer import tokens
    from .parse.scope import Scope

    scope = Scope(declaration)
    read = Declarations(scope)
    try:
        read.read(Parser(tokens(declaration), scope))
    except DeriveError as error:
        raise error.within(declaration) from None
    texts = {name: _space(name, s.shape, s.attributes) for name, s in read.symbols.items()}
    texts |= {name: _signature(name, f) for name, f in read.functions.items()}
    places = {name: s.span.start for name, s in read.symbols.items()}
    order = sorted(texts, key=lambda name: places.get(name, _place(name, declaration)))
    return tuple(
        Function(name, {name: texts[name]}) if name in read.functions else Expression(name, _ATOM, {name: texts[name]})
        for name in order
    )


def _place(name: str, declaration: str) -> int:
    import re

    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", declaration)
    return found.start() if found else len(declaration)


def _side(shape: Any) -> str:
    rows, cols = map(str, shape)
    if cols == "1":
        return "R" if rows == "1" else f"R^{{{rows}}}"
    return f"R^{{{rows} x {cols}}}"


def _space(name: str, shape: Any, attributes: frozenset[str]) -> str:
    return " ".join([f"{name} in {_side(shape)}", *sorted(attributes)])


def _signature(name: str, function: Any) -> str:
    if function is None:
        return f"{name}: elementwise"
    return f"{name}: {', '.join(map(_side, function.takes))} -> {_side(function.gives)}"


def _symbol(v: Any) -> str:
    if not isinstance(v, Expression) or list(v.declared) != [v.text]:
        raise DeriveError(f"{v!r} is no variable", hint="a derivative is by a name that `symbols` has given")
    return v.text


def _operand(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise DeriveError(f"{value!r} is no expression", hint="numbers and what `symbols` gives can be combined")
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    sign = "-" if exact < 0 else ""
    exact = abs(exact)
    text = f"{sign}{exact.numerator}" + (f"/{exact.denominator}" if exact.denominator != 1 else "")
    level = _SIGN if sign and exact.denominator == 1 else _PRODUCT if exact.denominator != 1 else _ATOM
    return Expression(text, level, {})


def _merge(into: dict[str, str], other: Mapping[str, str]) -> None:
    for name, text in other.items():
        if into.setdefault(name, text) != text:
            raise DeriveError(
                f"`{name}` means two things: `{into[name]}` and `{text}`", hint="one of them needs another name"
            )


def _merged(text: str, level: int, *parts: Expression, declared: Mapping[str, str] | None = None) -> Expression:
    all_declared, all_named = dict(declared or {}), dict[str, str]()
    for part in parts:
        _merge(all_declared, part.declared)
        _merge(all_named, part.definitions)
    return Expression(text, level, all_declared, all_named)


def _joined(left: Any, sign: str, right: Any, outer: int, inner: int) -> Expression:
    a, b = _operand(left), _operand(right)
    return _merged(f"{a.at(outer)} {sign} {b.at(inner)}", outer, a, b)


def _scaled(left: Any, right: Any) -> Expression:
    a, b = _operand(left), _operand(right)
    if a.shape != (1, 1) and b.shape != (1, 1):
        raise DeriveError(
            f"`*` is by a scalar; `{a.text}` and `{b.text}` are none",
            hint="`A @ B` is the matrix product, `hadamard(A, B)` the product entry by entry",
        )
    return _joined(a, "*", b, _PRODUCT, _SIGN)


def _here(error: DeriveError, text: str, start: int) -> DeriveError:
    """The error shown in the expression alone."""
    from .errors import Span

    span = error.span
    if span is None or span.start < start:
        return DeriveError(error.message, text=text, hint=error.hint)
    return DeriveError(error.message, text=text, span=Span(span.start - start, span.end - start), hint=error.hint)


def size(name: str, of: Expression) -> Expression:
    """A dimension of an expression as a number: `size("n", x)`."""
    return Expression(name, _ATOM, of.declared, of.definitions)


def _apply(name: str, *args: Any, way: str = "") -> Expression:
    operands = [_operand(a) for a in args]
    return _merged(f"{name}({', '.join([*(a.text for a in operands), *([way] if way else [])])})", _ATOM, *operands)


def softmax(e: Expression, way: str = "") -> Expression:
    """The softmax of a vector, or of the `rows` or `columns` of a matrix."""
    return _apply("softmax", e, way=way)


def logsumexp(e: Expression, way: str = "") -> Expression:
    """Log sum exp of all entries, or of the `rows` or `columns` of a matrix."""
    return _apply("logsumexp", e, way=way)


def eye(n: int | str) -> Expression:
    """The identity matrix of a size."""
    return Expression(f"eye({n})", _ATOM, {})


def ones(m: int | str, n: int | str = 1) -> Expression:
    """All ones, a column or a matrix."""
    return Expression(f"ones({m})" if n == 1 else f"ones({m}, {n})", _ATOM, {})


def power(e: Expression, exponent: Any) -> Expression:
    """Every entry to a power."""
    base, k = _operand(e), _operand(exponent)
    return _merged(f"{base.at(_ATOM)}.^({k.text})", _POWER, base, k)


#: The functions that take one expression and are called as in a block.
_UNARY = tuple(sorted({row.name for row in TABLE if row.written} | {"diag", "inv", "mean", "norm", "vec"}))
_BINARY = ("dot", "hadamard", "inner", "kron")


def __getattr__(name: str) -> Any:
    if name not in _UNARY and name not in _BINARY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    arity = 1 if name in _UNARY else 2

    def function(*args: Any) -> Expression:
        if len(args) != arity:
            raise DeriveError(f"{name} takes {arity} argument{'s' * (arity > 1)}, not {len(args)}")
        return _apply(name, *args)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`{name}` of the block language."
    globals()[name] = function
    return function


__all__ = [  # noqa: PLE0604 - the functions of the tables are made when they are first asked for
    "Expression", "Function", "eye", "logsumexp", "ones", "power", "size", "softmax", "symbols", *_UNARY, *_BINARY,
]  # fmt: skip
