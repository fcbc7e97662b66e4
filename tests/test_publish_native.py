"""Whatever a formula says, math-core does not end the build: what it could not do is told, and its TeX is left."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mkdocs_matcalc.publish import aside, native

SIDE = Path(__file__).with_name("native_side.py")
#: What makes math-core call itself, one within the other: before, in the middle, after.
NESTED = [
    ("{", "x", "}"), ("{", "", ""), (r"\frac{1}{", "x", "}"), (r"\frac{", "x", "}{1}"), (r"\cfrac{1}{1+", "x", "}"),
    (r"\sqrt{", "x", "}"), (r"\sqrt[", "x", "]{x}"), (r"\left(", "x", r"\right)"), (r"\left(", "", ""), (r"\left(\middle|", "x", r"\right)"),
    ("x^{", "x", "}"), ("x_{", "x", "}"), ("x_{x^{", "x", "}}"), (r"\sum_{", "x", "}"), (r"\hat{", "x", "}"), (r"\overset{a}{", "x", "}"),
    (r"\begin{pmatrix}", "x", r"\end{pmatrix}"), (r"\begin{aligned}", "x", r"\end{aligned}"), (r"\begin{cases}", "x", r"\end{cases}"),
    (r"\begin{array}{c}", "x", r"\end{array}"), (r"\begin{align}", "x", r"\end{align}"), (r"\begingroup ", "x", r"\endgroup "),
    (r"\mathbf{", "x", "}"), (r"\text{", "x", "}"), (r"\textcolor{red}{", "x", "}"), (r"\boxed{", "x", "}"), (r"\cancel{", "x", "}"),
    (r"\underbrace{", "x", "}"), (r"\phantom{", "x", "}"), (r"\mathop{", "x", "}"), (r"{a\choose ", "x", "}"), (r"\operatorname{", "x", "}"),
    (r"\sideset{", "x", "}{}"), (r"\mathbf{(", "x", ")}"), (r"\bra{", "x", "}"), (r"\binom{1}{", "x", "}"), (r"\pmod{", "x", "}"), (r"\mathchoice{", "x", "}{}{}{}"),
]  # fmt: skip
#: What does so without braces, or on one level for a reader.
PREFIXED = [
    r"\hat", r"\frac", r"\frac1", r"\frac x", r"\tfrac ", r"\sqrt", r"\mathbf", r"\boldsymbol", r"\overset", r"\not", r"\mathrm ", r"\color{red}a",
    r"\displaystyle a", r"\displaystyle", r"\scriptstyle x+", "x^", "x_", "x^x", "(", "[", "∑", "∫", "⟨", "⌊", "⟦", r"\big(", r"\left", "$", "&", r"\\", "'",
    r"\{", r"\lVert x", r"\lvert x|", r"\bigl(", r"\Bigl)", r"\bra^x_x", r"\pmod^x_x", r"(\frac)(", r"\ulcorner\frac\vert\rbrace", r"(^)", r"(\hat)", "«",
    r"\ldots", r"\begin", r"\end", "a^{b}", r"\over ", r"+\mathbf{x}_{1}",
]  # fmt: skip
#: What a formula at random is made of.
WORDS = [
    *(part for kind in NESTED for part in kind if part), *PREFIXED,
    r"\tag{1}", r"\label{a}", r"\limits", r"\xrightarrow", r"\prescript", r"\genfrac", r"\hline", "é", "−", "%", "#", "~", r"\,", "\n", "1", "\x00", "\u200b",
    r"\def\a{\a\a}", r"\newcommand{\a}[1]{{{{{{{{{{#1\a#1}}}}}}}}}}", r"\a", r"\let\a\hat",
]  # fmt: skip


def ask(formulas: list[tuple[str, str, str, int]]) -> list[tuple[int, str]]:
    """What becomes of formulas in a process of their own."""
    ran = subprocess.run(
        [sys.executable, SIDE], input=json.dumps(formulas), capture_output=True, text=True, timeout=300, check=False
    )
    told = [tuple(json.loads(line)) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, f"{ran.returncode} at {formulas[len(told)]}: {ran.stderr[-500:]}"
    assert len(told) == len(formulas)
    return told


@pytest.mark.parametrize("times", [12, 30, 400, 5500, 60000])
def test_nothing_that_is_repeated_ends_the_process(times: int) -> None:
    told = ask([(*kind, times) for kind in NESTED] + [(kind, "x", "", times) for kind in PREFIXED])
    assert all(bool(size) != bool(why) for size, why in told)
    if times == 400:  # a browser would not show it either
        assert [kind for (_, why), kind in zip(told, NESTED, strict=False) if not why] == []
    if times == 60000:
        assert all(why for _, why in told)


def test_nothing_at_random_ends_the_process() -> None:
    draw = random.Random(7)
    formulas = []
    for _ in range(400):
        unit = "".join(draw.choices(WORDS, k=draw.randint(1, 5)))
        after = "".join(draw.choices(["", "}", r"\right)", ")", "x"], k=draw.randint(1, 3)))
        formulas.append((unit, draw.choice(["", "x"]), after, int(10 ** draw.uniform(0.5, 4))))
    ask(formulas)


@pytest.mark.parametrize(
    "tex",
    [
        "+".join(rf"\mathbf{{x}}_{{{i}}}^\top" for i in range(2000)),
        "+".join(rf"\frac{{\partial f}}{{\partial x_{{{i}}}}}" for i in range(1000)),
        "{" * 50 + "x" + "}" * 50,
        r"\sqrt{1+" * 30 + "x" + "}" * 30,
        r"\begin{pmatrix}" + r"\\".join(["&".join(["a_{1}"] * 30)] * 30) + r"\end{pmatrix}",
        r"\left(" * 40 + "x" + r"\right)" * 40,
        r"\alpha\beta\gamma" * 30,
    ],
    ids=["terms", "fractions", "groups", "roots", "matrix", "brackets", "letters"],
)
@pytest.mark.parametrize("by_hand", [True, False])
def test_what_people_write_is_set(tex: str, by_hand: bool) -> None:
    made = native.mathml(tex, display=True, by_hand=by_hand)
    assert made.mathml.startswith("<math")
    assert not made.why


def test_a_macro_is_refused_where_it_could_make_much_of_little() -> None:
    for tex in (
        r"\def\a{\a\a}\a",
        r"\newcommand{\a}[1]{#1#1}\a{\a{x}}",
        r"\gdef\a{x}",
        r"\let\a\hat\a x",
        r"\renewcommand\vec[1]{\bf #1}",
    ):
        assert "defines a command" in native.mathml(tex, display=True, by_hand=True).why
    assert not native.mathml(r"\left\{ x \middle| y \right\}", display=True, by_hand=True).why


@pytest.fixture
def process(monkeypatch) -> aside.Aside:
    """A process of this test, which knows nothing yet."""
    made = aside.Aside()
    monkeypatch.setattr(aside, "_ASIDE", made)
    native.mathml.cache_clear()
    yield made
    made.end()
    native.mathml.cache_clear()


@pytest.mark.usefixtures("process")
def test_what_does_not_come_to_an_end_is_ended(monkeypatch) -> None:
    """Brackets of which the measure believes that they are closed, and math-core does not."""
    hangs = r"\ulcorner \frac \vert \rbrace " * 40
    assert native.measure(hangs).unclosed == 0
    begun = time.monotonic()
    assert native.mathml(hangs, display=True, by_hand=True).why == "math-core does not come to an end with it"
    assert time.monotonic() - begun < 3 * aside.SECONDS
    assert native.mathml("x+" * 200 + r"\frac{a}{b}" * 20, display=True, by_hand=True).mathml
    monkeypatch.setattr(aside, "SECONDS_LOST", 0)
    assert "too many formulas" in native.mathml("y+" * 200 + r"\frac{a}{b}" * 20, display=True, by_hand=True).why


def test_a_process_that_dies_is_replaced(process) -> None:
    tex = r"\frac{a}{b}" * 20
    assert process.ask(tex, display=True).mathml
    process._process.kill()  # noqa: SLF001
    process._process.wait()  # noqa: SLF001
    assert process.ask(tex + "1", display=True).why
    assert process.ask(tex + "1", display=True).mathml


def test_a_process_is_not_shared_with_one_that_was_forked(process) -> None:
    tex = r"\frac{a}{b}" * 20
    assert process.ask(tex, display=True).mathml
    before = process._process.pid  # noqa: SLF001
    process._owner = os.getpid() + 1  # noqa: SLF001
    stranger = process._process  # noqa: SLF001
    assert process.ask(tex, display=False).mathml
    assert process._process.pid != before  # noqa: SLF001
    stranger.kill()
    stranger.communicate()


def test_where_no_process_can_be_started_a_formula_stays_as_it_is(process, monkeypatch) -> None:
    monkeypatch.setattr(aside, "command", lambda: ["/nowhere/python"])
    assert "no process can be started" in process.ask("x", display=True).why
    assert native.mathml("x", display=True, by_hand=True).mathml


def test_the_process_ends_with_the_build() -> None:
    code = (
        "import os, signal, sys\nfrom mkdocs_matcalc.publish import aside\n"
        "aside.ask('x', display=True)\nprint(aside._ASIDE._process.pid, flush=True)\n"
        "if sys.argv[1] == 'killed': os.kill(os.getpid(), signal.SIGKILL)"
    )
    for how in ("ended", "killed"):
        ran = subprocess.run([sys.executable, "-c", code, how], capture_output=True, text=True, timeout=60, check=False)
        pid = int(ran.stdout)
        for _ in range(100):
            if not Path(f"/proc/{pid}").exists():
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"the process is there when the build was {how}")


@pytest.mark.usefixtures("process")
def test_a_machine_without_room_for_a_stack_says_so(monkeypatch) -> None:
    tex = "+".join(r"\frac{a}{b}" for _ in range(100))

    def full(_self: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(native.threading.Thread, "start", full)
    assert "no room for the stack" in native.mathml(tex, display=True, by_hand=False).why


@pytest.mark.usefixtures("process")
def test_a_panic_is_an_answer(monkeypatch) -> None:
    class Panic(BaseException):
        pass

    class Broken:
        def convert_with_local_state(self, *_: object, **__: object) -> str:
            raise Panic

    monkeypatch.setattr(native, "_converter", Broken)
    assert native.mathml("x", display=False, by_hand=True).why == "math-core failed on it (Panic)"


PAGES = {
    "labelled.md": "# A\n\n$$" + "{" * 5500 + " \\label{a}$$\n\nSee \\eqref{a}.\n",
    "bare.md": "# B\n\nText\n\n$" + r"\frac{1}{" * 3000 + "x" + "}" * 3000 + "$ and\n\n$$\n" + r"\hat" * 9000 + " x\n$$\n",
    "fine.md": "# C\n\n$$ x = y \\label{fine} $$\n\n$\\frac{1}{2}$\n",
}  # fmt: skip


def test_a_site_is_built_with_a_warning_for_each_formula_and_their_tex(tmp_path: Path) -> None:
    for name, text in PAGES.items():
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: T\ntheme: {name: mkdocs}\nplugins: [matcalc: {rulebook: ''}]\n"
        "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    warnings = [line.partition("matcalc: ")[2] for line in ran.stderr.splitlines() if "WARNING" in line]
    assert [each.partition(": a formula cannot be set in MathML")[0] for each in warnings] == [
        "docs/bare.md:5", "docs/bare.md:8", "docs/labelled.md:3",
    ]  # fmt: skip
    assert all(len(each) < 300 for each in warnings)
    html = {name: (tmp_path / "site" / name.removesuffix(".md") / "index.html").read_text("utf-8") for name in PAGES}
    assert "{" * 5500 in html["labelled.md"]
    assert ">(2)</a>" in html["labelled.md"]
    assert r"\frac{1}{" * 3000 in html["bare.md"]
    assert html["fine.md"].count("<math") == 2


def test_the_other_formulas_of_a_page_are_set(render, caplog) -> None:
    html = render(f"# A\n\n$$ x \\label{{a}} $$\n\n$$ {'{' * 3000} \\label{{b}} $$\n\n$$ y \\label{{c}} $$\n")
    assert html.count("<math") >= 2
    assert (
        "line 5: a formula cannot be set in MathML and is left as TeX: its groups are nested deeper than 100"
        in caplog.text
    )


def test_a_page_of_such_formulas_is_told_in_few_lines(render, caplog) -> None:
    render("\n\n".join(f"$$ \\nonsense {i} \\label{{a{i}}} $$" for i in range(300)))
    assert caplog.text.count("cannot be set in MathML") == 50
