"""A block as a typed problem: what the rest of the project works on.

In: the text of a block. Out: a `Problem`. Promised: every shape is known and fits, every name is
declared or typed by convention, every node knows its place in the text, and nothing but a
`DeriveError` is raised, whatever the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import DeriveError, Span
from ..expr.atoms import NOUGHT, Named, Sym
from ..expr.node import Expr, ShapeError
from ..expr.scalar import Apply, Signature
from .build import Builder
from .calls import BUILTINS, CONSTANTS
from .declare import Declarations
from .dims import is_scalar
from .goals import GoalLine
from .grammar import Parser
from .infer import Inference
from .latex_operands import formula
from .lexer import MAX_TOKENS, lines, tokens
from .limits import complaint, overload
from .scope import Definition, Scope, Symbol
from .statements import IdentityLine, read
from .syntax import Components, Name, Node, Sum


@dataclass(frozen=True)
class Goal:
    """What is to be derived: the expression, the variables, and how it was written.

    `kind` is derivative, second, differential, solve, components or determinant; for the last two
    `components` holds the rows of the explicit vector (one entry a row) or matrix, and `expr` is
    its first entry. `name` is `f` in `df/dX`; `expr` is then the `Named` f. `written` is the syntax of the
    expression, or of the definition that `name` stands for; of explicit components, of each in their order.
    """

    kind: str
    text: str
    span: Span
    name: str | None
    expr: Expr
    variables: tuple[Sym, ...]
    components: tuple[tuple[Expr, ...], ...] = ()
    written: tuple[Node, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Identity:
    """`given LEFT = RIGHT`, an identity that holds, which a goal `d(EXPR)` is solved from; `written` is their syntax."""

    left: Expr
    right: Expr
    span: Span
    written: tuple[Node, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Problem:
    """A block, read.

    `written` is the syntax of each definition, in the order of the text, `sizes` are the names of dimensions, and
    `places` says where each name of the author is declared, defined or used first.
    """

    text: str
    directives: dict[str, str] = field(default_factory=dict)
    symbols: dict[str, Sym] = field(default_factory=dict)
    functions: dict[str, Signature | None] = field(default_factory=dict)
    definitions: dict[str, Named] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    identities: tuple[Identity, ...] = ()
    written: dict[str, Node] = field(default_factory=dict, compare=False)
    sizes: frozenset[str] = frozenset()
    places: dict[str, Span] = field(default_factory=dict)


def parse(text: str) -> Problem:
    """Read a block; raises `DeriveError` and nothing else."""
    try:
        return read_block(text)
    except DeriveError as error:
        raise error.within(text) from None
    except (ShapeError, RecursionError) as error:  # kept from happening by `infer` and the limits of depth
        raise DeriveError("this block cannot be read", text=text, hint=str(error)) from error


def read_block(text: str) -> Problem:
    """Read a block without the net of `parse`: what that would catch is a defect of the stages."""
    return _Reader(text).problem()


def parse_expression(
    text: str, given: str = "", *, differentials: bool = False, problem: Problem | None = None
) -> Expr:
    """Read one expression, in the notation of rule statements and printed lines.

    `given` declares names as `let` does (`X: n x n, l: R^k -> R`); those of `problem` are known
    as well. With `differentials`, `dX` is the differential of a known X and `d e` that of the
    operand that follows.
    """
    return _guarded(text, given, problem, _block_language, differentials=differentials)


def parse_latex(text: str, given: str = "", *, differentials: bool = False, problem: Problem | None = None) -> Expr:
    r"""Read one expression in LaTeX, with or without dollar signs around it; see `parse_expression`.

    It reads what the LaTeX printer writes: with `differentials`, `\mathrm{d}` is the differential, and
    the arguments that a printed `\frac{\partial h}{\partial x}` leaves out are those in `problem`.
    """
    return _guarded(text, given, problem, _latex, differentials=differentials)


def _block_language(text: str, scope: Scope) -> Node:
    parser = Parser(tokens(text), scope)
    return parser.finish(parser.expression())


def _latex(text: str, scope: Scope) -> Node:
    if len(text) > MAX_TOKENS:  # as between dollar signs in a block, where each character is a symbol
        scope.fail(f"more than {MAX_TOKENS} characters of LaTeX", Span(0, 1))
    left = len(text) - len(text.lstrip())
    return formula(scope, left, max(left, len(text.rstrip())))


def _guarded(
    text: str, given: str, problem: Problem | None, read: Callable[[str, Scope], Node], *, differentials: bool
) -> Expr:
    try:
        return _read_expression(text, given, problem, read, differentials=differentials)
    except DeriveError as error:
        raise error.within(text) from None
    except (ShapeError, RecursionError) as error:
        raise DeriveError("this expression cannot be read", text=text, hint=str(error)) from error


def _read_expression(
    text: str, given: str, problem: Problem | None, read: Callable[[str, Scope], Node], *, differentials: bool
) -> Expr:
    before = Scope(given, printed=True)
    declarations = Declarations(before, short=True)
    if given.strip():
        declarations.read(Parser(tokens(given), before))
    symbols, functions = declarations.symbols, declarations.functions
    scope = Scope(
        text,
        functions=before.functions,
        names=before.names,
        sizes=before.sizes,
        differentials=differentials,
        printed=True,
    )
    inference = Inference(scope, symbols, functions)
    if problem is not None:
        _known_from(problem, inference)
    node = read(text, scope)
    inference.mentioned = {*scope.used}
    inference.shape(node)
    inference.finish()
    return Builder(inference).build(node)


def _known_from(problem: Problem, inference: Inference) -> None:
    """Make the names of a problem known to an expression."""
    scope, nowhere = inference.scope, Span(0, 0)
    for name, sym in problem.symbols.items():
        inference.symbols.setdefault(name, Symbol(name, sym.shape, nowhere, sym.attributes, declared=True))
        scope.names.setdefault(name, nowhere)
        scope.sizes |= {n for size in sym.shape for n in size.names}
    for name, function in problem.functions.items():
        inference.functions.setdefault(name, function)
        scope.functions.add(name)
        for shape in (*function.takes, function.gives) if function else ():
            scope.sizes |= {n for size in shape for n in size.names}
    for e in (*(named.definition for named in problem.definitions.values()), *(goal.expr for goal in problem.goals)):
        scope.applied += [node for node in e.walk() if isinstance(node, Apply)]
    for name, named in problem.definitions.items():
        body = Node(0, 0)
        body.shape = named.shape
        inference.definitions[name] = Definition(name, body, nowhere, expr=named.definition)
        scope.names.setdefault(name, nowhere)


class _Reader:
    """Reads one block: statements, then shapes, then typed expressions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.scope = Scope(text)
        self.block = read(lines(text), self.scope)
        self.declarations = self.block.declarations
        self.inference = Inference(self.scope, self.declarations.symbols, self.declarations.functions)
        self.builder = Builder(self.inference)

    def problem(self) -> Problem:
        """The typed problem."""
        order = self.block.order
        goals = [item for item in order if isinstance(item, GoalLine)]
        if not goals:
            raise DeriveError(
                "nothing to derive: the block has no goal", text=self.text, hint="a goal is `d/dx EXPR` or `df/dx`"
            )
        self.inference.mentioned = {name for item in order for name in item.uses}
        self.inference.mentioned |= {v.name for goal in goals for v in goal.variables}
        for item in order:
            self._shapes(item)
        self.inference.finish()
        self.builder.free = frozenset(v.name for goal in goals for v in goal.variables)
        definitions: dict[str, Named] = {}
        written: dict[str, Node] = {}
        built: list[Goal] = []
        identities: list[Identity] = []
        for item in order:
            if isinstance(item, GoalLine):
                built.append(self._goal(item))
            elif isinstance(item, IdentityLine):
                sides = self.builder.build(item.left), self.builder.build(item.right)
                identities.append(Identity(*sides, Span(item.start, item.end), (item.left, item.right)))
            elif not isinstance(item.body, Components):
                item.expr = self.builder.build(item.body)
                self._limit(item.expr, item.span)
                named = Named(item.name, item.expr)
                named.span = item.span
                definitions[item.name] = named
                written[item.name] = item.body
        too_many = overload((goal.kind, goal.expr, max(1, len(set(goal.variables)))) for goal in built)
        if too_many:
            self.inference.fail(too_many, built[-1].span, "make several blocks of it")
        return Problem(
            self.text, self.block.directives, self._symbols(), self.declarations.functions, definitions, tuple(built),
            tuple(identities), written, self._sizes(), self._places(),
        )  # fmt: skip

    # -- shapes

    def _shapes(self, item: Definition | GoalLine | IdentityLine) -> None:
        inference = self.inference
        if isinstance(item, IdentityLine):
            inference.shape(Sum(item.start, item.end, [("+", item.left), ("-", item.right)]))
            return
        if isinstance(item.body, Components):
            self._component_shapes(item.body)
        elif item.body is not None:
            inference.shape(item.body)
        if isinstance(item, Definition):
            for name, span in item.uses.items():  # also the arguments of `f(x) = 1`
                if name not in inference.definitions and name not in inference.symbols:
                    inference.shape(Name(span.start, span.end, name))
            inference.definitions[item.name] = item
        else:
            self._check_goal(item)

    def _component_shapes(self, node: Components) -> None:
        for row in node.rows:
            for entry in row:
                if not is_scalar(self.inference.shape(entry)):
                    self.inference.fail(f"components are scalars; {self.inference.describe(entry)}", entry.span)

    def _check_goal(self, goal: GoalLine) -> None:
        inference, fail = self.inference, self.inference.fail
        if goal.name is not None and goal.name.name not in inference.definitions:
            self._refuse_function(goal)
        uses = self._uses(goal)
        seen: set[str] = set()
        pairs = (
            goal.variables[:1] if goal.kind == "second" and goal.variables[0] == goal.variables[1] else goal.variables
        )
        for name, span in pairs:
            if name in seen:
                fail(f"`{name}` is given twice", span)
            seen.add(name)
            symbol = inference.symbols.get(name)
            if name in inference.definitions or name in self.scope.definitions:
                fail(f"`{name}` is defined, not declared; a derivative is by a variable", span)
            if name in inference.functions or (name in BUILTINS and symbol is None):
                fail(f"`{name}` is a function; a derivative is by a variable", span)
            if symbol is None or (not symbol.declared and name not in uses):
                if name in self.scope.sizes:
                    fail(f"`{name}` is a dimension; a derivative is by a variable", span)
                if name in CONSTANTS:
                    fail(f"`{name}` is a number unless it is declared", span, f"declare it: `let {name} in …`")
                fail(
                    f"the variable `{name}` is neither declared nor in the expression",
                    span,
                    f"declare it: `let {name} in …`",
                )
        explicit = self._explicit(goal)
        if explicit is not None or goal.several or goal.determinant:
            self._check_components(goal, explicit)

    def _explicit(self, goal: GoalLine) -> Components | None:
        body = self.inference.definitions[goal.name.name].body if goal.name else goal.body
        return body if isinstance(body, Components) else None

    def _check_components(self, goal: GoalLine, explicit: Components | None) -> None:
        inference, fail = self.inference, self.inference.fail
        whole = Span(goal.start, goal.end)
        if goal.kind != "derivative":
            fail("explicit components have first derivatives only", whole)
        for name, span in goal.variables:
            shape = inference.symbols[name].shape
            if not is_scalar(shape):
                fail(f"explicit components are derived by scalars; `{name}` is {inference.sizes.words(shape)}", span)
        if explicit is None:
            body = inference.definitions[goal.name.name].body if goal.name else goal.body
            if body is None or not is_scalar(body.shape):
                fail("`d/d(r, t)` and `det` take explicit components", whole, "write `d/d(r, t) [r cos(t), r sin(t)]`")
        if goal.determinant:
            rows = explicit.rows if explicit else [[None]]
            if len(rows) > 1 and len(rows[0]) > 1:
                fail("the determinant is of the derivative of a vector, not of a matrix", whole)
            count = max(len(rows), len(rows[0]))
            if count != len(goal.variables):
                fail(
                    f"a determinant needs as many components as variables, not {count} and {len(goal.variables)}", whole
                )

    def _refuse_function(self, goal: GoalLine) -> None:
        assert goal.name is not None  # noqa: S101 - the caller has looked
        (name, span), fail = goal.name, self.inference.fail
        if name in self.scope.definitions:
            line = self.scope.line(self.scope.definitions[name])
            fail(f"`{name}` is defined on line {line}; a name is defined before it is used", span)
        if name in self.inference.functions:
            fail(f"`{name}` is an abstract function; a goal is of an expression", span, f"write `d/dx {name}(x)`")
        if name in self.inference.symbols:
            fail(f"`{name}` is a variable; a goal is of a definition or an expression", span, f"write `d/dx {name}`")
        fail(f"no `{name}` is defined", span, f"define it: `{name} = EXPR`, on a line before")

    def _uses(self, goal: GoalLine) -> set[str]:
        """The names in the expression of a goal, those in definitions included."""
        found: set[str] = set()
        todo = [goal.name.name] if goal.name else list(goal.uses)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                definition = self.inference.definitions.get(name)
                todo.extend(definition.uses if definition else ())
        return found

    # -- typed expressions

    def _symbols(self) -> dict[str, Sym]:
        """Every variable, in order of appearance."""
        found = sorted(self.inference.symbols.values(), key=lambda s: s.span)
        return {s.name: self.builder.symbol(s.name) for s in found}

    def _sizes(self) -> frozenset[str]:
        """Every name of a dimension, those that nobody named included."""
        shapes = (self.inference.sizes.shape(s.shape) for s in self.inference.symbols.values())
        return frozenset(self.scope.sizes).union(n for shape in shapes for side in shape for n in side.names)

    def _places(self) -> dict[str, Span]:
        """Where each name of the author stands first."""
        symbols = {name: symbol.span for name, symbol in self.inference.symbols.items()}
        return {**symbols, **self.declarations.places, **self.scope.definitions}

    def _goal(self, goal: GoalLine) -> Goal:
        build = self.builder.build
        span = Span(goal.start, goal.end)
        text = " ".join(line.partition("#")[0] for line in self.text[goal.start : goal.end].split("\n"))
        text = " ".join(text.split())
        variables = tuple(self.builder.symbol(v.name) for v in goal.variables)
        name = goal.name.name if goal.name else None
        explicit = self._explicit(goal)
        body = self.inference.definitions[name].body if name else goal.body
        if explicit is not None or goal.several or goal.determinant:
            written = explicit.rows if explicit else [[body]] if body else []
            rows = [[entry] for entry in written[0]] if len(written) == 1 else written
            components = tuple(tuple(build(entry) for entry in row) for row in rows)
            for row in components:
                for entry in row:
                    self._limit(entry, span)
            kind = "determinant" if goal.determinant else "components"
            syntax = tuple(entry for row in rows for entry in row)
            return Goal(kind, text, span, name, components[0][0], variables, components, syntax)
        expr: Expr = NOUGHT
        if name:
            definition = self.inference.definitions[name]
            assert definition.expr is not None  # noqa: S101 - definitions are built in order
            expr = Named(name, definition.expr)
            expr.span = span
        elif body is not None:
            expr = build(body)
            self._limit(expr, span)
        return Goal(goal.kind, text, span, name, expr, variables, written=(body,) if body is not None else ())

    def _limit(self, e: Expr, span: Span) -> None:
        """Refuse an expression that is too large or too deep."""
        too_large = complaint(e)
        if too_large:
            self.inference.fail(too_large, span)
