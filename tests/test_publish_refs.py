"""Numbers, labels and references, which are pure functions of a page."""

from __future__ import annotations

from mkdocs_matcalc.publish import crossref, numbering
from mkdocs_matcalc.publish.crossref import Link


def mark(command: str, labels: str) -> str:
    return f'<matcalc-ref command="{command}" labels="{labels}">\\{command}{{{labels}}}</matcalc-ref>'


LINKS = {"a": Link("1", "#a"), "b": Link("2.3", "p.html#b"), "c": Link("4", "#c")}


def resolve(command: str, labels: str) -> tuple[str, list[str]]:
    return crossref.resolve(f"see {mark(command, labels)}.", LINKS.get)


def test_each_command_has_its_words() -> None:
    a, b, c = (f'<a class="matcalc-ref" href="{LINKS[x].href}">{{}}</a>' for x in "abc")
    assert resolve("ref", "a")[0] == f"see {a.format('1')}."
    assert resolve("eqref", "b")[0] == f"see {b.format('(2.3)')}."
    assert resolve("cref", "a")[0] == f"see eq.&nbsp;{a.format('(1)')}."
    assert resolve("cref", "a, b")[0] == f"see eqs.&nbsp;{a.format('(1)')} and {b.format('(2.3)')}."
    assert resolve("Cref", "a,b,c")[0] == (
        f"see Equations&nbsp;{a.format('(1)')}, {b.format('(2.3)')} and {c.format('(4)')}."
    )


def test_an_unknown_label_is_named_and_the_source_stays() -> None:
    assert resolve("eqref", "x") == ("see \\eqref{x}.", ["x"])
    assert resolve("cref", "a,x") == ("see \\cref{a,x}.", ["x"])
    assert resolve("cref", ",") == ("see \\cref{,}.", [])


def test_numbers_follow_the_order_of_the_page() -> None:
    page = f"{numbering.slot('b', within='b')} {numbering.slot()} {numbering.slot('a.1')}"
    numbered = numbering.number(page)
    assert numbered.html == (
        '<a class="matcalc-number" href="#b">(1)</a> '
        '<a class="matcalc-number" id="derivation-2" href="#derivation-2">(2)</a> '
        '<a class="matcalc-number" id="a.1" href="#a.1">(3)</a>'
    )
    assert {label: target.number for label, target in numbered.targets.items()} == {"b": "1", "a.1": "3"}
    assert numbered.anchors == {"b", "derivation-2", "a.1"}
    assert numbering.number(page, first=7).targets["b"].number == "7"


BLOCK = "```derive\nlabel: ls\ndf/dx\n```\n"


def test_a_reference_may_stand_before_what_it_refers_to(render) -> None:
    html = render(f"See \\eqref{{ls}}.\n\n{BLOCK}")
    assert '<p>See <a class="matcalc-ref" href="#ls">(1)</a>.</p>' in html
    assert '<figure class="matcalc" id="ls"' in html
    assert '<a class="matcalc-number" href="#ls">(1)</a>' in html


def test_code_is_left_alone(render) -> None:
    html = render(f"`\\eqref{{ls}}`\n\n    \\eqref{{ls}}\n\n{BLOCK}")
    assert html.count("\\eqref{ls}") == 2
    assert "matcalc-ref" not in html


def test_a_label_may_have_underscores(render) -> None:
    html = render(
        f"See \\eqref{{a_b}} and \\eqref{{_c_}}.\n\n{BLOCK.replace('ls', 'a_b')}\n{BLOCK.replace('ls', '_c_')}"
    )
    assert html.count('class="matcalc-ref"') == 2


def test_the_label_of_the_header_is_a_label(render) -> None:
    html = render("\\ref{ls}\n\n```derive {#ls}\ndf/dx\n```\n")
    assert '<a class="matcalc-ref" href="#ls">1</a>' in html


def test_a_missing_label_is_a_warning_with_its_line(render, caplog) -> None:
    html = render("Text\n\nSee \\eqref{gone}.\n")
    assert "See \\eqref{gone}." in html
    assert [record.getMessage() for record in caplog.records] == [
        "line 3: no equation on this page has the label 'gone'"
    ]


def test_a_label_of_a_hand_written_formula_is_left_to_the_renderer(render, caplog) -> None:
    html = render("\\eqref{hand}\n\n$$ x \\label{hand} $$\n", math="mathjax")
    assert "\\eqref{hand}" in html
    assert not caplog.records


def test_a_label_that_is_taken_is_a_mistake(render, caplog) -> None:
    html = render(f"{BLOCK}\n{BLOCK}")
    assert html.count('id="ls"') == 1
    assert "line 7: the label 'ls' is on this page already (a free one: ls2)" in caplog.text


def test_several_goals_have_a_label_each(render) -> None:
    html = render("\\cref{ls,ls-2}\n\n```derive\nlabel: ls\ndf/dx\ndf/dy\n```\n")
    assert 'eqs.&nbsp;<a class="matcalc-ref" href="#ls">(1)</a> and <a class="matcalc-ref" href="#ls-2">(2)</a>' in html


def test_all_lines_may_be_numbered_and_none(render) -> None:
    html = render("\\eqref{ls.2} \\eqref{ls}\n\n```derive\nlabel: ls\nnumber: all\ndf/dx\n```\n")
    assert '<a class="matcalc-ref" href="#ls.2">(2)</a> <a class="matcalc-ref" href="#ls">(4)</a>' in html
    assert html.count('class="matcalc-number"') == 4
    assert "matcalc-number" not in render(BLOCK, number="none")


def test_a_heading_with_a_reference_is_resolved_once(render, caplog) -> None:
    html = render(f"# See \\eqref{{ls}}\n\n[TOC]\n\n{BLOCK}", "toc")
    assert '<a class="matcalc-ref" href="#ls">(1)</a></h1>' in html
    assert not caplog.records
