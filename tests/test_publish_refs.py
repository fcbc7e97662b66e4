"""Numbers, labels and references, which are pure functions of a page."""

from __future__ import annotations

import re

import markdown
import pytest

from mkdocs_matcalc.publish import crossref, mathml, preview
from mkdocs_matcalc.publish.crossref import Link

LINKS = {"a": Link("1", "#a"), "b": Link("2.3", "p.html#b"), "c": Link("4", "#c")}
ENGLISH = crossref.words("en")


def wanted(command: str, labels: str) -> crossref.Reference:
    found = crossref.REFERENCE.fullmatch(f"\\{command}{{{labels}}}")
    assert found
    return crossref.reference(found)


def linking(link: Link, words: str) -> str:
    return f'<a href="{link.href}">{words}</a>'


def linked(command: str, labels: str) -> tuple[str, list[str]]:
    return crossref.linked(wanted(command, labels), LINKS.get, ENGLISH, linking)


def test_each_command_has_its_words() -> None:
    a, b, c = (f'<a href="{LINKS[x].href}">{{}}</a>' for x in "abc")
    assert linked("ref", "a")[0] == a.format("1")
    assert linked("eqref", "b")[0] == b.format("(2.3)")
    assert linked("cref", "a")[0] == f"eq.&nbsp;{a.format('(1)')}"
    assert linked("cref", "a, b")[0] == f"eqs.&nbsp;{a.format('(1)')} and {b.format('(2.3)')}"
    assert linked("Cref", "a,b,c")[0] == f"Equations&nbsp;{a.format('(1)')}, {b.format('(2.3)')} and {c.format('(4)')}"


def test_an_unknown_label_is_named_and_nothing_is_made() -> None:
    assert linked("eqref", "x") == ("", ["x"])
    assert linked("cref", "a,x") == ("", ["x"])
    assert linked("cref", ",") == ("", [])
    assert settled("cref", ",") == "\\cref{,}"
    assert settled("cref", "x,y<") == "\\cref{x,y&lt;}"


def settled(command: str, labels: str) -> str:
    return crossref.settled(wanted(command, labels), LINKS.get, ENGLISH, linking)


def test_of_a_reference_with_an_unknown_label_the_others_are_shown() -> None:
    a, b = (f'<a href="{LINKS[x].href}">{{}}</a>' for x in "ab")
    assert settled("eqref", "x,a") == f"{a.format('(1)')} and <code>(x)</code>"
    assert settled("cref", "b,<x") == f"eqs.&nbsp;{b.format('(2.3)')} and <code>(&lt;x)</code>"


def test_a_title_is_a_reference_too() -> None:
    known = {"a": LINKS["a"]._replace(title="Least squares")}
    made = [crossref.linked(wanted(command, "a"), known.get, ENGLISH, linking)[0] for command in ("nameref", "autoref")]
    assert made == ['<a href="#a">Least squares</a>', 'Equation&nbsp;<a href="#a">1</a>']
    tex, _ = crossref.in_formula(r"\nameref{a}", known.get, crossref.words("en"), lambda _, number, __: number)
    assert tex == "(1)"


@pytest.mark.parametrize(
    ("command", "other"),
    [("pageref", True), ("cpageref", True), ("vref", True), ("labelcref", True), ("crefrange", True), ("hyperref", True),
     ("Autoref", True), ("href", False), ("eqref", False), ("autoref", False), ("text", False), ("frac", False)],
)  # fmt: skip
def test_commands_that_refer_to_nothing_here(command: str, other: bool) -> None:
    assert crossref.stray(command) is other


def ordered(*places: tuple[int, ...]) -> dict[str, Link]:
    return {f"l{n}": Link(".".join(map(str, place)), f"#l{n}", place) for n, place in enumerate(places)}


def shown(command: str, labels: str, links: dict[str, Link], language: str = "en") -> str:
    html, _ = crossref.linked(wanted(command, labels), links.get, crossref.words(language), linking)
    return re.sub(r"<[^>]*>", "", html).replace("&nbsp;", " ")


def test_neighbours_are_a_range_whatever_their_order() -> None:
    links = ordered((2, 1), (2, 2), (2, 3), (2, 4), (3, 1))
    assert shown("cref", "l0,l1", links) == "eqs. (2.1) and (2.2)"
    assert shown("cref", "l3,l1,l0,l2", links) == "eqs. (2.1)–(2.4)"
    assert shown("Cref", "l0,l1,l2,l4", links) == "Equations (2.1)–(2.3) and (3.1)"
    assert shown("ref", "l0,l1,l2", links) == "2.1–2.3"
    assert shown("cref", "l3,l4", links) == "eqs. (2.4) and (3.1)"
    assert shown("cref", "l0,l0", links) == "eq. (2.1)"


def test_words_are_those_of_the_language() -> None:
    links = ordered((1,), (3,))
    assert shown("cref", "l0,l1", links, "de") == "Gln. (1) und (3)"
    assert shown("Cref", "l0", links, "fr-CA") == "Équation (1)"
    assert shown("cref", "l0", links, "tlh") == "eq. (1)"


def test_formulas_have_references_in_and_outside_of_text() -> None:
    links = ordered((1,), (2,), (3,))

    def tex(source: str) -> tuple[str, list[str]]:
        return crossref.in_formula(source, links.get, crossref.words("en"), mathml.number)

    assert tex(r"a \text{ by \eqref{l0}}") == (r"a \text{ by (1)}", [])
    assert tex(r"a \overset{\eqref{l0}}{=} b") == (r"a \overset{\text{(1)}}{=} b", [])
    assert tex(r"\text{x}\cref{l0,l1,l2}") == (r"\text{x}\text{eqs. (1)–(3)}", [])
    assert tex(r"\eqref{no}") == (r"\eqref{no}", ["no"])


BLOCK = "```derive\nlabel: ls\ndf/dx\n```\n"


def test_a_reference_may_stand_before_what_it_refers_to(render) -> None:
    html = preview.without(render(f"See \\eqref{{ls}}.\n\n{BLOCK}"))
    assert '<a class="matcalc-ref" id="ref-ls-1" href="#ls">(1)</a>' in html
    assert '<figure class="matcalc" id="ls"' in html
    assert '<a class="matcalc-number" href="#ls">(1)</a>' in html


def test_code_is_left_alone(render) -> None:
    html = render(f"`\\eqref{{ls}}`\n\n    \\eqref{{ls}}\n\n{BLOCK}")
    assert html.count("\\eqref{ls}") == 2
    assert "matcalc-ref" not in html
    assert "matcalc-uses" not in html


def test_a_label_may_have_underscores(render) -> None:
    html = render(
        f"See \\eqref{{a_b}} and \\eqref{{_c_}}.\n\n{BLOCK.replace('ls', 'a_b')}\n{BLOCK.replace('ls', '_c_')}"
    )
    assert html.count('class="matcalc-ref"') == 2


def test_the_label_of_the_header_is_a_label(render) -> None:
    html = render("\\ref{ls}\n\n```derive {#ls}\ndf/dx\n```\n")
    assert 'href="#ls">1</a>' in html


def test_a_missing_label_is_a_warning_with_its_line_and_the_nearest(render, caplog) -> None:
    html = render(f"Text\n\nSee \\eqref{{lss}}.\n\n{BLOCK}")
    assert "See \\eqref{lss}." in html
    [record] = caplog.records
    assert record.getMessage().startswith("line 3: no equation of this page has the label 'lss'; did you mean 'ls'?")
    assert "need the MkDocs plugin" in record.getMessage()


def test_a_label_that_is_taken_is_a_warning_and_no_second_id(render, caplog) -> None:
    html = render(f"{BLOCK}\n{BLOCK}")
    assert html.count('id="ls"') == 1
    assert html.count("<figure") == 2
    assert "line 7: the label 'ls' is taken already at line 2 (a free one: ls2)" in caplog.text


def test_several_goals_have_a_label_each(render) -> None:
    html = preview.without(render("\\cref{ls,ls-2}\n\n```derive\nlabel: ls\ndf/dx\ndf/dy\n```\n"))
    assert re.findall(r'href="#(ls[^"]*)">(\(\d\))</a></span>', html) == [("ls", "(1)"), ("ls-2", "(2)")]


def test_lines_have_the_number_of_their_result_and_a_letter(render) -> None:
    html = preview.without(render("\\eqref{ls.2} \\eqref{ls}\n\n```derive\nlabel: ls\nnumber: all\ndf/dx\n```\n"))
    assert re.findall(r'class="matcalc-ref"[^>]* href="([^"]+)">([^<]+)<', html) == [("#ls.2", "(1b)"), ("#ls", "(1)")]
    assert re.findall(r'class="matcalc-number" href="([^"]+)">([^<]+)<', html) == [
        ("#ls.1", "(1a)"), ("#ls.2", "(1b)"), ("#ls.3", "(1c)"), ("#ls", "(1)"),
    ]  # fmt: skip
    assert "matcalc-number" not in render(BLOCK, number="none")


def test_a_line_that_is_referred_to_shows_its_number(render) -> None:
    html = render(f"\\eqref{{ls.2}}\n\n{BLOCK}")
    assert re.findall(r'class="matcalc-number" href="([^"]+)"', html) == ["#ls.2", "#ls"]
    assert '<div class="matcalc-line matcalc-step" id="ls.2">' in html


def test_a_derivation_without_a_number_can_only_be_named(render, caplog) -> None:
    html = render("\\eqref{ls}\n\n```derive\nlabel: ls\nnumber: none\ndf/dx\n```\n")
    assert 'href="#ls">(ls)</a>' in html
    assert "line 1: 'ls' has no number (number: none)" in caplog.text


def test_a_line_that_is_not_there_is_a_missing_label(render, caplog) -> None:
    render(f"\\eqref{{ls.9}}\n\n{BLOCK}")
    assert "has the label 'ls.9'; did you mean 'ls.3'?" in caplog.text


def test_a_heading_with_a_reference_is_resolved_once(fake_engine, caplog) -> None:  # noqa: ARG001
    md = markdown.Markdown(extensions=["mkdocs_matcalc.publish.extension", "toc"])
    html = preview.without(md.convert(f"# See \\eqref{{ls}}\n\n[TOC]\n\n{BLOCK}"))
    assert html.count('class="matcalc-ref"') == 1
    assert md.toc_tokens[0]["name"] == "See (1)"
    assert not caplog.records


def test_a_title_has_references(render) -> None:
    html = render(f"{BLOCK}\n```derive\ntitle: More of \\cref{{ls}}\ndf/dx\n```\n")
    assert re.search(r'More of <span class="matcalc-aided">eq', html) or "More of eq.&nbsp;<span" in html
    assert 'aria-label="Derivation: More of eq. (1)"' in html


def test_a_reference_shows_its_equation_and_the_equation_where_it_is_used(render) -> None:
    html = render(f"# Page\n\nSee \\eqref{{ls}}.\n\n{BLOCK}")
    shown = re.search(r"</a><matcalc-preview hidden.*?</matcalc-preview>", html)
    assert shown is not None
    assert "<math" in shown.group()
    assert 'used in <a href="#ref-ls-1">this page</a>' in html
    assert 'id="ref-ls-1"' in html


def test_what_a_host_has_not_is_said_clearly(render, caplog) -> None:
    render("[equations]\n", numbering="section")
    assert "numbering: section needs the MkDocs plugin" in caplog.text
    assert "[equations] of one page only: that of a site needs the MkDocs plugin" in caplog.text
    with pytest.raises(ValueError, match="numbering: 'x' is none of site, section, page"):
        render("", numbering="x")
