"""A derivation as code in five languages: the value and the derivative in one function.

In: a derivation and the name of a language. Out: the source of a function `value_and_derivative`
that returns both, with what they share computed once, systems solved in place of inverses, and the
shapes told where the language tells such things. Parameters are as in `code`: sorted by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..engine.derivation import Derivation
from ..errors import DeriveError
from ..expr.atoms import Sym
from ..expr.differential import Diff
from ..expr.naming import in_code
from ..expr.node import Expr
from ..expr.scalar import Signature
from ..expr.shape import ONE, Shape, is_scalar
from ..expr.walk import throughout
from .code_body import Body, Written
from .code_compute import to_compute
from .code_dialects import DIALECTS
from .code_grammar import Printer
from .code_pieces import python_name
from .code_tables import Dialect
from .text import text

#: The languages, in the order in which they are named to a user.
LANGUAGES = ("numpy", "torch", "jax", "matlab", "julia")
NAME = "value_and_derivative"


@dataclass(frozen=True)
class Frame:
    """What every language needs of a derivation: the expressions, the names of the results, the shapes."""

    derivation: Derivation
    value: Expr
    derivative: Expr
    symbols: Mapping[str, Sym]  #: those of the block, and the increments that are parameters

    @property
    def result(self) -> str:
        """The name of the derivative in code: `df_dx`, `d2f_dxdy`, or `df` for a differential."""
        d = self.derivation
        if d.explicit:
            return "determinant" if d.explicit == "determinant" else "jacobian"
        if d.identification is None:
            return f"d{d.function}"
        if d.order == 1:
            return f"d{d.function}_d{d.variable.name}"
        first, last = d.variables
        return f"d2{d.function}_d{first.name}2" if first == last else f"d2{d.function}_d{first.name}d{last.name}"

    @property
    def summary(self) -> str:
        """What the function computes, in a sentence."""
        d = self.derivation
        if d.explicit:
            which = "the determinant of its Jacobian" if d.explicit == "determinant" else "its Jacobian"
            return f"{d.function} = {text(d.value)} and {which} by {', '.join(v.name for v in d.variables)}."
        if d.identification is None:
            return f"{d.function} = {text(d.value)} and its differential."
        which = "derivative" if d.order == 1 else "second derivative"
        by = " and ".join(dict.fromkeys(v.name for v in d.variables)) if d.order == 2 else d.variable.name
        return f"{d.function} = {text(d.value)} and its {which} by {by}, in {d.layout} layout."

    def body(self, name: Callable[[str], str]) -> Body:
        """The body of the function, the results named."""
        taken = {name(s) for s in (*self.symbols, *self.derivation.functions)}
        body = Body(to_compute([self.value, self.derivative]), taken, name=name, thorough=True)
        for root, called in zip(body.roots, (self.derivation.function, self.result), strict=True):
            body.called[root] = called
        return body

    def results(self, body: Body, written: Written, name: Callable[[str], str]) -> list[tuple[str, str]]:
        """The results as names and sources; the source is the name itself where a line has named it."""
        out: list[tuple[str, str]] = []
        for wanted, source in zip((self.derivation.function, self.result), written.values, strict=True):
            free = name(wanted)
            while (
                free in body.taken
                or free in dict(out)
                or (free != source and any(x.startswith(f"{free} =") for x in written.lines))
            ):
                free += "_"
            out.append((free, source))
        return out


def frame(d: Derivation) -> Frame:
    """The parts of a derivation that are computed."""
    symbols = dict(d.symbols)

    def parameter(e: Expr) -> Expr:
        if isinstance(e, Diff) and isinstance(e.arg, Sym):
            symbol = Sym(f"d{e.arg.name}", e.shape)
            symbols.setdefault(symbol.name, symbol)
            return symbol
        # the variables of a goal come without their attributes: nothing would be shared with those that have them
        return symbols.get(e.name, e) if isinstance(e, Sym) else e

    value, derivative = throughout([d.value, d.derivative], parameter)
    return Frame(d, value, derivative, symbols)


def code(d: Derivation, language: str = "numpy") -> str:
    """The source of a function of the value and the derivative, in one of `LANGUAGES`.

    Raises `DeriveError` for a language that is none of them, and for a proof, which computes nothing.
    """
    if d.explicit == "proof":
        raise DeriveError("a proof has no value to compute", hint="code is there for a derivative")
    if language in DIALECTS:
        return _python(frame(d), DIALECTS[language])
    if language in LANGUAGES:
        from .code_array import array_code

        return array_code(frame(d), language)
    raise DeriveError(f"no code in {language!r}", hint=f"one of {', '.join(LANGUAGES)}")


def told(f: Frame, written: Written, shape: Callable[[Shape], str], name: Callable[[str], str]) -> list[str]:
    """A line for each parameter: its shape, or what it does."""
    out = []
    functions = f.derivation.functions
    for p in written.parameters:
        symbol = next((s for s in f.symbols.values() if name(s.name) == p), None)
        if symbol is not None:
            words = ", ".join([shape(symbol.shape), *sorted(symbol.attributes)])
        elif p in written.functions:
            words = _function_words(p, functions, shape)
        else:
            words = "a dimension"
        out.append(f"{p}: {words}")
    return out


def _function_words(parameter: str, functions: Mapping[str, Signature | None], shape: Callable[[Shape], str]) -> str:
    functions = {in_code(name): signature for name, signature in functions.items()}
    base = max((f for f in functions if parameter == f or parameter.startswith(f"{f}_")), key=len, default="")
    signature = functions.get(base)
    if signature is None:
        return "a function of every entry" if parameter == base else f"the derivative of {base}, entry by entry"
    if parameter != base and "_second" not in parameter[len(base) :]:
        return f"the derivative of {base}"
    if parameter != base:
        axes = "" if is_scalar(signature.gives) else ", an array whose first axis numbers the entries of the value"
        return f"the second derivatives of {base}{axes}"
    return f"a function of {' and '.join(map(shape, signature.takes))}, its value {shape(signature.gives)}"


def _python(f: Frame, lang: Dialect) -> str:
    def name(word: str) -> str:
        return python_name(word, lang.reserved)

    def shape(s: Shape) -> str:
        sides = [str(side).replace(" ", " * ") for side in s if side is not ONE]
        return lang.scalar if is_scalar(s) else f"({sides[0]},)" if len(sides) == 1 else f"({', '.join(sides)})"

    body = f.body(name)
    written = body.written(
        lambda size, names: Printer(size, names, inside=True, dialect=lang),
        f.symbols, f.derivation.variable, lambda s, side: f"{name(s.name)}.shape[{side if ONE not in s.shape else 0}]",
    )  # fmt: skip
    results = f.results(body, written, name)
    helpers = "".join(f"{lang.helpers[h]}\n\n\n" for h in written.helpers)
    lines = []
    if lang.like and written.makes:
        arrays = [p for p in (name(f.derivation.variable.name), *written.parameters) if p in written.parameters]
        plain = [p for p in arrays if p not in written.functions | written.sizes]
        lines.append(lang.like.format(a=plain[0]) if plain else "like = {}")
    lines += written.lines
    lines += [f"{n} = {body.returned(s, i)}" for i, (n, s) in enumerate(results) if n != s]
    lines.append(f"return {', '.join(n for n, _ in results)}")
    shapes = [*told(f, written, shape, name), *([lang.adds] if lang.adds else [])]
    returned = ", and ".join(
        f"{n}, {shape(e.shape)}" for (n, _), e in zip(results, (f.value, f.derivative), strict=True)
    )
    doc = ["", *shapes, f"Returns {returned}.", '"""']
    head = f'"""{f.summary}'.replace("\\", "\\\\")
    text_lines = [head, *doc, *lines]
    inner = "".join(f"    {line}\n" if line else "\n" for line in text_lines)
    return f"{lang.imports}\n\n\n{helpers}def {NAME}({', '.join(written.parameters)}):\n{inner}"
