"""A block says what its author wrote: numbers, constants, and names that nobody declared.

Each claim is made for a family of texts: what is read has the meaning that an author gives it, or is an error that
says how to write what was meant; nothing is taken for a variable that only looks like one.
"""

from __future__ import annotations

import math
import string
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mkdocs_matcalc import derive
from mkdocs_matcalc.emit.latex import latex
from mkdocs_matcalc.emit.text import text as plain
from mkdocs_matcalc.errors import DeriveError
from mkdocs_matcalc.expr.atoms import Num
from mkdocs_matcalc.parse import parse, parse_expression, parse_latex


def refused(block: str) -> DeriveError:
    with pytest.raises(DeriveError) as caught:
        parse(block)
    return caught.value


def value(source: str, **names: float) -> float:
    """The value of generated code."""
    scope: dict = {}
    exec(f"import numpy as np\n{source}", scope)
    return float(scope["derivative"](**names))


# -- numbers

DIGITS = st.text("0123456789", min_size=1, max_size=5)
MANTISSAS = st.one_of(DIGITS, DIGITS.map(lambda d: f".{d}"), st.tuples(DIGITS, DIGITS).map(".".join))
EXPONENTS = st.one_of(
    st.just(""), st.tuples(st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 60).map(str)).map("".join)
)  # fmt: skip
NUMBERS = st.tuples(MANTISSAS, EXPONENTS).map("".join)


@settings(deadline=None)
@given(NUMBERS)
@example("1e-3")
@example("1E3")
@example(".5")
@example("2.5e-8")
def test_a_number_is_the_number_that_it_is_everywhere(number):
    wanted = Num(Fraction(number))
    assert parse_expression(number) == wanted
    assert parse_expression(f"{number}*t", "t: R") == parse_expression(f"({number}) t", "t: R")
    assert parse_expression(f"t+{number}", "t: R") == parse_expression(f"t + ({number})", "t: R")
    assert parse_expression(f"t-{number}", "t: R") == parse_expression(f"t - ({number})", "t: R")
    [goal] = parse(f"let t in R\nd/dt {number}").goals
    assert goal.expr == wanted


@settings(deadline=None)
@given(MANTISSAS, st.sampled_from(["", "+", "-"]), st.integers(0, 60))
def test_a_number_in_latex_is_that_number_or_an_error(mantissa, sign, exponent):
    number = f"{mantissa}e{sign}{exponent}"
    assert parse_latex(mantissa) == Num(Fraction(mantissa))
    if not sign or "." in mantissa or mantissa == "1":
        assert parse_latex(number) == Num(Fraction(number))
    else:
        assert "a number, or a product" in refused(f"let t in R\nd/dt ${number} t$").message


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(string.ascii_letters + "_"))
def test_where_a_number_ends_is_never_guessed(number, letter):
    assume("e" in number.lower())
    assert "where does the number" in refused(f"let t in R\nd/dt t {number}{letter}").message


@settings(deadline=None)
@given(DIGITS, st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 60))
def test_a_name_of_the_block_is_not_read_as_an_exponent(mantissa, letter, sign, exponent):
    name = letter if sign else f"{letter}{exponent}"
    error = refused(f"let {name}, t in R\nd/dt t {mantissa}{letter}{sign}{exponent}")
    assert f"`{name}` is a name of this block" in error.message


@pytest.mark.parametrize("before", ["x", "A", "1.5", "x'", "(a + b)", "||x||", "x_1"])
def test_a_decimal_point_directly_behind_a_factor_is_an_error(before):
    assert "`.5` directly behind" in refused(f"let x in R^n\nd/dx {before}.5").message


@pytest.mark.parametrize("number", ["1e101", "1e-101", "1e99999999999999999999", "." + "1" * 200, "1e" + "9" * 90])
def test_a_number_is_never_written_out_to_more_than_a_hundred_digits(number):
    assert "at most 100 digits" in refused(f"let t in R\nd/dt {number} t").message


# -- Euler's number and π

#: A text with e or π, in LaTeX, and what it is at t = 0.7.
CONSTANTS = [
    ("e^t", "e^t", math.exp(0.7)), ("e^{-t^2}", "e^{-t^2}", math.exp(-0.49)), ("e^(2 t)", r"\mathrm{e}^{2t}", math.exp(1.4)),
    ("e t", "e t", math.e * 0.7), ("2e", r"2\mathrm{e}", 2 * math.e), ("e^2", "e^{2}", math.e**2), ("2^e", "2^{e}", 2**math.e),
    ("e^-t", "e^{-t}", math.exp(-0.7)), ("e^t^2", "e^{t^2}", math.exp(0.49)), ("t/e", r"\frac{t}{e}", 0.7 / math.e), ("e - t", "e - t", math.e - 0.7),
    ("pi t", r"\pi t", math.pi * 0.7), ("2π", r"2\pi", 2 * math.pi), ("(2 pi)^-0.5", r"(2\pi)^{-1/2}", (2 * math.pi) ** -0.5),
    ("sin(pi t)", r"\sin(\pi t)", math.sin(math.pi * 0.7)), ("e^(pi t)", r"e^{\pi t}", math.exp(math.pi * 0.7)), ("pi^t", r"\pi^t", math.pi**0.7),
]  # fmt: skip


@pytest.mark.parametrize(("written", "latex", "wanted"), CONSTANTS)
def test_e_and_pi_are_numbers(written, latex, wanted):
    for text in (written, f"${latex}$"):
        [d] = derive(f"let s, t in R\nd/ds s*({text})")
        scope = {} if "t" not in written else {"t": 0.7}
        assert value(d.numpy(), **scope) == pytest.approx(wanted)


@pytest.mark.parametrize("name", ["e", "pi"])
@pytest.mark.parametrize(
    "form",
    ["let {0}, t in R\nd/d{0} t {0}^2", "let t in R\n{0} = 3 t\nd/dt t {0}", "let t in R\n{0} = 3 t\nd/dt t $\\{1}$"],
)
def test_e_and_pi_are_the_authors_where_the_author_has_them(name, form):
    block = form.format(name, {"e": "mathrm{e}", "pi": "pi"}[name])
    problem = parse(block)
    assert name in {**problem.symbols, **problem.definitions}


@pytest.mark.parametrize("name", ["e", "pi"])
def test_a_number_is_no_variable(name):
    assert f"let {name} in" in refused(f"d/d{name} {name}^2").hint


@pytest.mark.parametrize("exponent", ["X", "{X}", "(2 X)", "(A X)", "-X", "X'", "{X^2}"])
@pytest.mark.parametrize("latex", [False, True])
def test_the_power_of_e_with_a_square_matrix_is_an_error_that_names_both_readings(exponent, latex):
    if latex and exponent[0] != "{":
        exponent = f"{{{exponent}}}"
    text = f"e^{exponent}"
    error = refused(f"let A, X in R^{{n x n}}\nd/dX tr({f'${text}$' if latex else text})")
    assert "`expm`" in error.message
    assert "`exp(" in error.hint


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("e^x", "exp(x)"),
        ("e^(-x .* x)", "exp(-x .* x)"),
        ("e^(x')", "exp(x')"),
        ("e^M", "exp(M)"),
        ("e.^A", "exp(A)"),
        ("e^(x' x)", "exp(x' x)"),
    ],
)
def test_e_to_a_vector_is_taken_entry_by_entry(text, wanted):
    given = "x: R^n, M: m x n, A: n x n"
    assert parse_expression(text, given) == parse_expression(wanted, given)


@pytest.mark.parametrize(
    "text", ["2 pi", "3 pi x", "pi^2", "exp(1)", "exp(1) x", "exp(1)^2", "2/pi", "pi/exp(1)", "exp(pi)"]
)
def test_e_and_pi_are_printed_so_that_they_are_read_back(text):
    e = parse_expression(text, "x: R")
    assert parse_expression(plain(e), "x: R") == e
    assert parse_latex(latex(e), "x: R") == e


@pytest.mark.parametrize("style", ["differential", "chain", "index"])
@pytest.mark.parametrize("body", ["pi e^(-x' x)", "(2 pi)^(n/2) x' A x", "sum(e^x)/pi", "e x' x + log(pi x' x)"])
def test_e_and_pi_are_derived_in_every_style_and_all_code(style, body):
    [d] = derive(f"style: {style}\nlet x in R^n, A in R^{{n x n}}\nd/dx {body}")
    assert d.check.passed
    for language in ("numpy", "torch", "jax", "matlab", "julia"):
        assert "pi" in d.code(language) or "exp" in d.code(language)


# -- what looks like a call

#: Names that nobody declared, and how LaTeX writes them.
UNDECLARED = {
    "f": "f", "g": "g", "h": "h", "E": "E", "F": "F", "y": "y", "gamma": r"\gamma", "sigma": r"\sigma", "Phi": r"\Phi", "phi": r"\varphi",
    "f_1": "f_1", "lambda_max": r"\lambda_{\max}", "sigma_min": r"\sigma_{\text{min}}", "h_theta": r"h_\theta", "e": "e", "pi": r"\pi", "I": "I",
    "K2": "K_2", "Γ": "Γ",
}  # fmt: skip
ARGUMENTS = {
    "t": "t",
    "x": "x",
    "W x": "Wx",
    "t + 1": "t + 1",
    "2": "2",
    "-t": "-t",
    "x' x": r"x^\top x",
    "exp(t)": r"\exp(t)",
    "g(t)": "g(t)",
}
DECLARED = "let t in R, x in R^n, W in R^{m x n}\n"


@pytest.mark.parametrize("name", UNDECLARED)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_an_undeclared_name_directly_before_a_bracket_is_an_error_that_says_how_to_declare_it(name, argument):
    latex_name, latex_argument = UNDECLARED[name], ARGUMENTS[argument]
    texts = [
        f"{name}({argument})", f"2 {name}({argument}) t", f"t^2 {name}({argument})", f"exp({name}({argument}))", f"||x|| {name}({argument})",
        f"{name}'({argument})", f"{name}({argument})^2", f"2^{name}({argument})", f"(t - {name}({argument}))^2",
    ]  # fmt: skip
    if r"\max" not in latex_name:
        texts += [
            f"${before}{latex_name}{bracket.format(latex_argument)}{behind}$"
            for before, bracket, behind in [
                ("", "({})", ""), ("t ", r"\left({}\right)", ""), ("2", r" \bigl({}\bigr)", "t"), (r"t \circ ", r"\!\left({}\right)", ""),
                ("", "[{}]", "^2"), ("", "'({})", ""), (r"\frac12 ", " ({})", ""),
            ]
        ]  # fmt: skip
    for text in texts:
        error = refused(f"{DECLARED}d/dt {text}")
        assert "declare" in error.message or "no function" in error.message, text
        assert "a function" in error.message or "no function" in error.message, text


@pytest.mark.parametrize("name", [n for n in UNDECLARED if n != "I"])
def test_a_space_or_a_sign_makes_it_a_product(name):
    read = {parse(f"{DECLARED}d/dt {name}{sign}(t + 1)").goals[0].expr for sign in (" ", "*", " * ", "  ")}
    assert len(read) == 1
    if name not in ("e", "pi", "K2"):
        base = UNDECLARED[name].replace(r"\max", r"\text{max}").replace(r"\varphi", r"\phi")
        assert parse(rf"{DECLARED}d/dt ${base} \cdot (t + 1)$").goals[0].expr in read


@pytest.mark.parametrize(
    ("given", "text", "product"),
    [
        ("A: m x n, x, y: R^n", "A(x + y)", "A*(x + y)"), ("A: m x n, x: R^n", "A(x)", "A x"), ("a, b, c: R", "a(b + c)", "a*(b + c)"),
        ("x: R^n, A, B: n x n", "x'(A + B) x", "x'*(A + B) x"), ("a: R, x: R^n", "a^2(1 - x' x)", "a^2*(1 - x' x)"), ("x: R^n", "n(x' x)", "n*x' x"),
        ("a: R, x: R^n", "(a)(x)", "a x"), ("t: R", "e^{t}(1 - t)", "e^t*(1 - t)"), ("t: R", "e^(2 t)(1 - t)", "e^(2 t)*(1 - t)"), ("t: R", "2^{t}(1 - t)", "2^t*(1 - t)"),
        ("t: R", "$e^{-t}(1 - t)$", "e^-t*(1 - t)"), ("t: R", "$e^{t}(1 - t)$", "e^t*(1 - t)"), ("A: m x n, x, y: R^n", r"$\mathbf{A}(x + y)$", "A*(x + y)"), ("x: R^n, A: n x n", "x^T(A x)", "x' A x"), ("f: R^n -> R, x: R^n", "f(x)", "1*f(x)"),
    ],
)  # fmt: skip
def test_what_is_declared_is_a_factor(given, text, product):
    block = f"let {given.replace('m x n', 'R^{m x n}').replace('n x n', 'R^{n x n}')}\nlet s in R\nd/ds "
    assert parse(block + text).goals[0].expr == parse(block + product).goals[0].expr


@pytest.mark.parametrize("space", ["R", "R^n"])
@pytest.mark.parametrize(
    "text",
    ["y(t)", "2 y(t)", "y(t)^2", "y'(t)", "y(0)", "$y(t)$", r"$\mathbf{y}\left(t\right)$", "$y'(t)$", "exp(t) y(t)"],
)
def test_a_declared_scalar_or_vector_of_one_name_is_no_product(space, text):
    error = refused(f"let y in {space}, t in R\nd/dt {text}")
    assert "a function here, or a factor?" in error.message
    assert "for a product write" in error.hint


@pytest.mark.parametrize(
    "text",
    [
        "f(x)",
        "f(2 x)",
        "f(x + u)",
        "2 f(u)",
        "$f(x)$",
        "$f(A x)$",
        "f'(x)",
        "y(2)",
        "y(t + 1)",
        "M(t)",
        "M(t + 1)",
        "f(t)^2",
    ],
)
def test_a_definition_without_an_argument_takes_none(text):
    block = f"let x, u in R^n, A in R^{{n x n}}, t in R\nf = x' A x\ny = A x\nM = inv(A)\nd/dx {text}"
    assert "a function here, or a factor?" in refused(block).message


@pytest.mark.parametrize(
    "text", ["x' M(x + u)", "x' M(A x)", "r(x + u)", "f*(t + 1)", "f (t + 1)", r"$f \cdot (t + 1)$", "y' (x + u)"]
)
def test_a_defined_matrix_or_row_is_a_factor_and_anything_with_a_sign_between(text):
    block = f"let x, u in R^n, A in R^{{n x n}}, t in R\nf = x' A x\ny = A x\nr = x' A\nM = inv(A)\nd/dx {text}"
    assert parse(block).goals


# -- constants with an index, and words that are no variables

SIZED = "let A in R^{m x n}, X in R^{n x n}, x in R^n, b in R^m, t in R\n"


@pytest.mark.parametrize(
    ("text", "latex", "wanted"),
    [
        ("1' x", "1^\\top x", "ones(n)' x"), ("1ᵀ x", "1^T x", "ones(n)' x"), ("1_n' x", "1_n^\\top x", "ones(n)' x"), ("𝟏' x", r"\mathbf{1}' x", "ones(n)' x"),
        ("𝟙_n' x", r"\mathbb{1}_n^\top x", "ones(n)' x"), ("A 1_n", r"A 1_n", "A ones(n)"), ("x 1_m'", "x 1_m^\\top", "x ones(m)'"), ("1_m' A x", r"1_{m}^\top A x", "ones(m)' A x"),
        ("A - 1_{m x n}", r"A - 1_{m \times n}", "A - ones(m, n)"), ("A - 1_{m, n}", "A - 1_{m, n}", "A - ones(m, n)"), ("A - 0_{m×n}", r"A - 0_{m \times n}", "A"), ("x - 0_n", "x - 0_n", "x"),
        ("𝟎 + x", r"\mathbf{0} + x", "x"), ("X + I_n", "X + I_n", "X + eye(n)"), ("X - t I_{n}", "X - t I_{n}", "X - t eye(n)"), ("A' I_m b", r"A^\top I_m b", "A' b"), ("x' I_n x", r"x^\top \mathbf{I}_n x", "x' x"),
    ],
)  # fmt: skip
def test_a_constant_with_its_size_is_that_constant(text, latex, wanted):
    goals = [parse(f"{SIZED}d/dt {body}").goals[0].expr for body in (text, f"${latex}$", wanted)]
    assert goals[0] == goals[1] == goals[2]


@pytest.mark.parametrize("size", [2, 3, 17])
def test_a_constant_has_a_number_for_its_size(size):
    given = f"X: {size} x {size}, x: R^{size}"
    assert parse_expression(f"X + I_{size}", given) == parse_expression(f"X + eye({size})", given)
    assert parse_expression(f"1_{size}' x + 0_{size}' x", given) == parse_expression(f"ones({size})' x", given)


@pytest.mark.parametrize("name", ["I_n", "I_3", "e_1", "e1", "e_i", "e_jk", "sum_i", "log_2", "x_1", "X_11"])
def test_a_declared_name_is_the_authors(name):
    for declared in (
        f"let {name} in R^{{n x n}}, Z in R^{{n x n}}\nd/dZ tr({name} Z)",
        f"let B, Z in R^{{n x n}}\n{name} = B\nd/dZ tr({name} Z)",
    ):
        problem = parse(declared)
        assert name in {**problem.symbols, **problem.definitions}
        assert name in {n.name for n in problem.goals[0].expr.walk() if hasattr(n, "name")}


#: Names that nobody declared, and words that the error has.
NO_VARIABLES = {
    **{f"{word}_{index}": "not part of the language" for word in ("sum", "prod", "max", "min", "log", "tr", "exp", "mean", "argmin") for index in ("i", "2", "k1")},
    **{f"e{index}": "a unit vector is not part" for index in ("_1", "_i", "1", "_ij", "12", "_n")},
    **{f"{stem}_{index}": f"entries of `{stem}` are not part" for stem in ("x", "X", "A", "t") for index in ("1", "i", "11", "ij", "new")},
    "x1": "entries of `x`", "X11": "entries of `X`", "x_{1}": "entries of `x`", "A_{ij}": "entries of `A`", "I_1": "is no dimension", "I_train": "is no dimension", "I_ij": "is no dimension",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_VARIABLES)
def test_a_word_that_means_something_else_is_no_variable(name):
    for text in (f"x' X x + t {name}", f"{name} t", f"2 {name}", f"({name} + t)^2"):
        error = refused(f"{SIZED}d/dt {text}")
        assert NO_VARIABLES[name] in error.message, text
    if "_" in name and name.partition("_")[0] in ("x", "e", "t"):
        index = name.partition("_")[2].strip("{}")
        assert refused(f"{SIZED}d/dt $t {name[0]}_{{{index}}}$")


@pytest.mark.parametrize(
    "text",
    ["sum_{i=1}^n x", "sum_{i} x", "prod_{k=1}^m t", "sum_{i, j} t", "max_{i} t", "x_{i + 1}", "x_{t-1}", "W_{:,1}"],
)
def test_an_index_in_braces_that_is_more_than_a_word_is_an_error(text):
    error = refused(f"d/dt {text}")
    assert "index" in error.message


def test_an_index_in_braces_is_an_index():
    assert parse_expression("W_{12} x_{train}", "W_12: m x n, x_train: R^n") == parse_expression(
        "W_12 x_train", "W_12: m x n, x_train: R^n"
    )


@pytest.mark.parametrize("name", ["I", "n", "t"])
def test_an_identity_beside_another_I_is_not_guessed(name):
    for text in ("tr(I_k X)", "$\\operatorname{tr}(I_k X)$"):
        assert (
            "`I` is a name of this block"
            in refused(f"let I, X in R^{{n x n}}, {'s' if name == 'I' else name + '1'} in R\nd/dX {text}").message
        )


@pytest.mark.parametrize("one", ["1", "0"])
@pytest.mark.parametrize("before", ["X", "x'", "A", "x' X", "(A + A)", "1'", "X^{2}", "2 X"])
def test_one_behind_a_matrix_is_not_taken_for_a_number(before, one):
    assert "a number, or a vector of" in refused(f"{SIZED}d/dx {before} {one}").message


@pytest.mark.parametrize("base", ["a", "e", "pi", "(a + 1)", "a^2"])
@pytest.mark.parametrize("mark", ["^T", "^{T}"])
def test_the_exponent_T_of_a_scalar_is_not_taken_for_a_transposition(base, mark):
    for text in (f"{base}{mark}", f"${base}{mark}$".replace("pi", r"\pi").replace("a^2^", "{a^2}^"), f"2{mark} a"):
        error = refused(f"let a, T in R\nd/dT {text}")
        assert "transpose of" in error.message, text
    assert parse_expression(f"{base}^(T)", "a, T: R") != parse_expression(base, "a: R")


# -- what does not fit because of a name that nobody declared


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1/2 x' A x - b' x", "b"),
        ("x' A x + c x", "c"),
        ("||A x - b||^2", "b"),
        ("A x .* alpha x + x' x", "alpha"),
        ("x + beta", "beta"),
        ("x' (A - d)", "d"),
        ("x' A' c x + x", "c"),
    ],
)
def test_a_misfit_names_what_was_read_as_a_scalar(text, name):
    error = refused(f"let x in R^n, A in R^{{n x n}}\nd/dx {text}")
    assert f"`{name}` was read as a scalar" in error.hint
    assert f"let {name} in" in error.hint


@pytest.mark.parametrize("text", ["1/2 x' A x - b' x", "x + beta", "x x"])
def test_a_misfit_of_declared_names_says_nothing_of_it(text):
    assert "was read as" not in refused(f"let x in R^n, A in R^{{n x n}}, b, beta in R\nd/dx {text}").hint


# -- factors that stand so near that they may belong together


@pytest.mark.parametrize("below", ["2", "3", "0.5", "s"])
@pytest.mark.parametrize("behind", ["t", "t^2", "n", "sigma^2", "(t + 1)", "(t + 1)^2", "pi"])
@pytest.mark.parametrize("before", ["1", "t", "exp(t)", "-t^2"])
def test_a_scalar_directly_behind_what_is_below_a_bar_is_an_error(below, behind, before):
    if below == "s" and behind[0] != "(":
        return  # `st` is one name
    latex = f"{before}/{below}{behind}".replace("exp", r"\exp").replace("sigma", r"\sigma").replace("pi", r"\pi")
    for text in (f"{before}/{below}{behind}", f"${latex}$"):
        error = refused(f"let s, t, sigma in R, x in R^n\nd/dt {text}")
        assert "divided by, or a factor?" in error.message or "a function" in error.message, text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1/2 t s", "(1/2)*t*s"), ("1/2x' x", "(1/2)*x' x"), ("1/2||x||^2", "(1/2)*||x||^2"), ("1/2exp(t)", "(1/2)*exp(t)"), ("1/(2t)", "1/(2*t)"), ("2t/3", "(2/3)*t"), ("s/t s", "(s/t)*s"),
        ("1/2(x - y)'(x - y)", "(1/2)*(x - y)' (x - y)"), ("||x|| t", "||x||*t"), ("||x||t", "||x||*t"), ("||x||_2 2", "2*||x||"), ("||A||_F s", "||A||*s"),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_a_factor(text, meant):
    given = "s, t: R, x, y: R^n, A: n x n"
    assert parse_expression(text, given) == parse_expression(meant, given)


@pytest.mark.parametrize("index", ["F", "2", "1", "F^2", "2^2", "p", "inf"])
def test_an_index_directly_behind_a_norm_is_no_factor(index):
    assert "an index, or a factor?" in refused(f"let A in R^{{n x n}}\nd/dA ||A||{index}").message
