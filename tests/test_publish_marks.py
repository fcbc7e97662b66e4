"""What this package leaves on a page until it is whole: no page can write it, and none of it is left or comes to harm."""

from __future__ import annotations

import html.parser
import logging
import re
from collections.abc import Callable

import pytest
from conftest import build_site

from mkdocs_matcalc.publish import markup, page
from mkdocs_matcalc.publish.marks import Marks, Where

BLOCK = "```derive\nlabel: ls\ndf/dx\n```\n"
EQUATION = "$$ x = 1 \\label{a} $$\n\n"
SPAN = '<span class="arithmatex">\\({}\\)</span>'

#: What a page may write that looks like what this package has left on pages, now or at some time.
FORGED = {
    "a word in a formula": "$$ \\text{matcalcref0z mcaaaaaaaaaagz} \\label{b} $$\n",
    "a word behind a reference": f"{EQUATION}See \\eqref{{a}} and matcalcref99z and mcggggggggggz.\n",
    "a word in a link": f'{EQUATION}\\eqref{{a}} [q](http://matcalcref0z "matcalcref0z mcaaaaaaaaaahz")\n',
    "a word of a formula of arithmatex": EQUATION + SPAN.format("\\text{matcalcref0z} \\eqref{a} matcalcref7z"),
    "a block with a great number": f'<div data-matcalc-block="{"9" * 5000}"></div>\n\n{BLOCK}',
    "a block of another kind": '<div data-matcalc="mcaaaaaaaaaagz"></div>\n\n' + BLOCK,
    "blocks that are none": '<div data-matcalc-block="-1"></div><div data-matcalc-block="٣"></div>\n\n' + BLOCK,
    "a body of a rule": f'<div class="matcalc-rule-body" data-matcalc-body="{"1" * 5000}"></div>\n\n[MATCALC-RULES]\n',
    "a reference": '<matcalc-ref command="eqref" labels="a">x</matcalc-ref>\n\n' + EQUATION,
    "a reference in an attribute": f'{EQUATION}<b title=\'<matcalc-ref command="eqref" labels="a">x</matcalc-ref>\'>x</b>\n',
    "a mark of a search": f"{BLOCK}\n<!--matcalc-0--> <!--matcalc-{'9' * 5000}--> <!--matcalcx-0-words--><p></p>\n",
    "control characters": f"{EQUATION}\x02matcalc\x03 \x1d\x1e\x1f \x02wzxhzdk:{'9' * 5000}\x03 \x02klzzwxh:0001\x03\n",
    "an id": f'{EQUATION}<div data-matcalc-id="a"></div>\n',
    "an equation": '<div class="matcalc-equation-body"><figure class="matcalc">\n\n' + EQUATION,
}


@pytest.mark.parametrize("math", ["mathml", "mathjax", "katex", "none"])
@pytest.mark.parametrize("forged", FORGED)
def test_what_a_page_writes_is_no_mark(forged: str, math: str, site, render, caplog) -> None:
    """It is shown as it was written, and the page is made."""
    caplog.set_level(logging.DEBUG)
    written = re.findall(r"\w*matcalcref\w+|mc[a-p]{10,}z", FORGED[forged])
    pages = {"index.md": f"# A\n\n{FORGED[forged]}", "b.md": "# B\n\nsound\n"}
    built = site(pages, f"plugins: [search, matcalc: {{math: {math}}}]\n")
    assert "sound" in built.html("b/index.html")
    for made in (render(FORGED[forged], math=math), built.html("index.html")):
        assert "Traceback" not in made
        assert "internal error" not in made
        for word in written:
            assert word in made, word
        assert not _marks_left(made)
    assert not [record for record in caplog.records if record.exc_info]


def _marks_left(made: str) -> list[str]:
    """Marks that this package has left; those that the page has written are known by their letters."""
    return [word for word in re.findall(r"mc[a-p]{10}[g-p]+z", made) if not re.match(r"mc(?:a{10}|g{10})", word)]


class Attributes(html.parser.HTMLParser):
    """The attributes of a page, and the words of its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


#: Where Markdown takes text into an attribute or into something else that holds no elements: what stands there.
PLACES = {
    "the words of an image": ("![see {}](x.png)", ("img", "alt")),
    "the title of an image": ('![x](x.png "see {}")', ("img", "title")),
    "the title of a link": ('[x](x.html "see {}")', ("a", "title")),
    "the address of a link": ("[x](<see {}>)", ("a", "href")),
    "an attribute in HTML": ("word <b title='see {}'>x</b>", ("b", "title")),
    "an attribute without quotes": ("word <b title={}>x</b>", ("b", "title")),
    "an attribute in a block of HTML": ("<div title='see {}'>x</div>", ("div", "title")),
    "a title that is defined elsewhere": ('[x][y]\n\n[y]: x.html "see {}"\n', ("a", "title")),
    "an address between angles": ("<http://x.y/{}>", ("a", "href")),
    "a list of attributes": ("word *x*{{: title='see {}' }}", ("em", "title")),
}


@pytest.mark.parametrize("math", ["mathml", "mathjax"])
@pytest.mark.parametrize("place", PLACES)
def test_a_reference_in_an_attribute_is_words(place: str, math: str, render) -> None:
    """It opens nothing and closes nothing, whatever the label and the number are."""
    source, (tag, name) = PLACES[place]
    for label, number in (("a", "1"), ('a"onx=', '"onload="x'), ("a'>b", "'><script>")):
        reference = f"\\eqref{{{label}}}"
        text = f"$$ x = 1 \\label{{{label}}} \\tag{{{number}}} $$\n\n{source.format(reference)}\n\n{reference}\n"
        made = render(text, "attr_list", math=math)
        found = Attributes(made)
        values = [value for known, each, value in found.values if (known, each) == (tag, name)]
        assert not _marks_left(made)
        assert "matcalc-ref" not in " ".join(values)
        # What the label itself does to the author's own attribute is the author's.
        if label == "a":
            assert any("(1)" in value or "eqref" in value or "%" in value for value in values), (values, made)
            assert {each for _, each, _ in found.values if each.startswith("on")} == set()
        assert made.count('<a class="matcalc-ref"') == 1 + ("angles" in place), made  # an address is a text as well


@pytest.mark.parametrize(
    "around",
    [
        "<div title='\n\n{}\n\n'>x</div>",
        "<!--\n\n{}\n\n-->",
        "<script>\n\n{}\n\n</script>",
        "<style>\n{}\n</style>",
        "<textarea>\n\n{}\n\n</textarea>",
        '<p title="\n\n{}\n\n',
        "<!-- a\n\n{}\n",
    ],
)
def test_a_block_where_no_element_can_stand_is_text(around: str, render) -> None:
    block = BLOCK.replace("label: ls", 'label: ls\ntitle: " onload="x" --> </script></style></textarea>')
    made = render(f"{around.format(block)}\n\n{BLOCK.replace('ls', 'other')}")
    assert not _marks_left(made)
    found = Attributes(made)
    assert not [name for _, name, _ in found.values if name.startswith("on")]
    shown = re.findall(r'<figure class="matcalc"[^>]*id="(\w+)"', made)
    assert shown == (["ls", "other"] if made.startswith("<p>&lt;") else ["other"]), made


def test_nothing_of_a_mark_is_written_and_each_build_is_the_same(tmp_path) -> None:
    """Marks are random numbers, and no page is."""
    block = BLOCK.replace("df/dx", "let x in R^n\nd/dx x' x")
    formula = SPAN.format("\\eqref{a} \\eqref{none}")
    hidden, indented = block.replace("ls", "lt"), block.replace("\n", "\n    ")
    text = (
        "# See \\eqref{ls}\n\n## And \\ref{later}, \\ref{none}\n\n"
        f"{block}\n{EQUATION}\\eqref{{a}} \\eqref{{none}} ![\\eqref{{a}}](x.png) {formula}\n\n"
        f"<!--\n{hidden}\n-->\n\n    {indented}\n\n[equations]\n"
    )
    pages = {"index.md": text, "b.md": "# B\n\n\\eqref{ls} \\eqref{a} \\eqref{a}\n"}
    config = "plugins: [search, matcalc]\nmarkdown_extensions: [toc: {permalink: true}, attr_list]\n"
    built = [build_site(tmp_path / name, pages, config) for name in "ab"]
    for name in ("index.html", "b/index.html", "search/search_index.json"):
        first, second = (re.sub(r"<!--\s*MkDocs.*?-->", "", each.html(name), flags=re.DOTALL) for each in built)
        assert first == second
        assert not _marks_left(first)
        assert "data-matcalc=" not in first
    html = built[0].html("index.html")
    assert 'id="see-1"' in html
    assert "\\eqref{none}" in html


def test_marks_are_others_on_each_page() -> None:
    words = {Marks().leave("") for _ in range(50)} | {page.Page().marks.leave("") for _ in range(50)}
    assert len(words) == 100


def test_a_mark_is_told_where_it_stands() -> None:
    marks = Marks()
    a, b, c = marks.leave("a"), marks.leave("b"), marks.element("c")
    text = f"<p title=\"{a}\">{b}</p>{c}<!-- {a} {c} --><script>{b}</script><i x='{c}'>{a}</i> a < {b} <math>{a}</math>"

    def put(what: object, mark: str, where: Where) -> str:
        assert mark in (a, b, marks.in_element(c))
        return f"[{what}{where.name[0]}]"

    assert marks.fill(text, put) == (
        '<p title="[aM]">[bT]</p>[cE]<!-- [aM] [cM] --><script>[bM]</script>'
        "<i x='[cM]'>[aT]</i> a < [bT] <math>[aM]</math>"
    )
    assert marks.fill(f"<math><mi>{a}</mi></math>", put, formulas=True) == "<math><mi>[aT]</mi></math>"
    assert marks.fill(f"{a[:-2]} {a[:-1]}9z", put) == f"{a[:-2]} {a[:-1]}9z"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a<b>c</b>d", "acd"),
        ("<b title='>'>c", "c"),
        ('<b title="\'>" x>c', "c"),
        ("<b title=a'b>c'>d", "c'>d"),
        ('<img alt="5" tall">c', "c"),
        ("<b title = '>' >c", "c"),
        ("<b title='>c", ""),
        ("a < b > c <3 </> d", "a < b > c <3  d"),
        ("<!-- > -->c<!-- d", "c"),
        ("<!doctype html>c<?php x ?>d", "cd"),
        ("<script>a<b></Script>c", "c"),
        ("<scripts>a</scripts>", "a"),
        ("<TITLE>a</title>b<title>c", "b"),
        ("<math><mi>a</mi></math>b<math/>c", "bc"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_content_is_what_a_browser_takes_for_it(text: str, content: str) -> None:
    out, last = "", 0
    for start, end in markup.spans(text):
        assert last <= start <= end
        out, last = out + text[last:start], end
    assert out + text[last:] == content


# -- what a page may cost its readers ------------------------------------------------------------


@pytest.mark.parametrize("math", ["mathml", "mathjax", "katex", "none"])
def test_a_formula_stands_once_on_a_page_however_often_it_is_referred_to(math: str, render) -> None:
    long = " + ".join(["x"] * 900)
    for reference in ("\\eqref{a}", "\\cref{a, a}", "\\nameref{a}", "$ \\eqref{a} $"):
        lengths = []
        for times in (10, 500):
            text = f"$$ {long} \\label{{a}} $$\n\n" + f"{reference} and\n" * times
            made = render(text, "pymdownx.arithmatex", math=math)
            assert made.count("<matcalc-preview") <= 1
            lengths.append(len(made))
        assert lengths[1] - lengths[0] < 490 * 400, reference


def growth(render: Callable[..., str], make: Callable[[int], str], **options: object) -> float:
    """How much longer a page becomes with four times as much in it, for each character that it has more."""
    small, large = make(100), make(400)
    return (len(render(large, **options)) - len(render(small, **options))) / (len(large) - len(small))


@pytest.mark.parametrize(
    "make",
    [
        lambda n: f"$$ {'x + ' * 20 * n} x \\label{{a}} $$\n\n" + "\\eqref{a} " * n,
        lambda n: f"$$ x \\label{{a}} \\tag{{{'t' * 20 * n}}} $$\n\n" + "\\eqref{a} " * n,
        lambda n: f"$$ x \\label{{{'t' * 5 * n}}} $$\n\n" + f"\\eqref{{{'t' * 5 * n}}} " * n,
        lambda n: f"```derive\nlabel: ls\ntitle: {'t' * 20 * n}\ndf/dx\n```\n\n" + "\\eqref{ls} \\nameref{ls} " * n,
        lambda n: "".join(f"$$ x \\label{{a{i}}} $$\n\n" for i in range(n)) + "[equations]\n\n" * n,
        lambda n: "[MATCALC-RULES]\n\n" * n,
        lambda n: (
            f"# {'t' * 20 * n}\n\n" + "".join(f"$$ x \\label{{a{i}}} $$\n\n\\eqref{{a{i}}}\n\n" for i in range(n))
        ),
        lambda n: (
            "".join(f"$$ x \\label{{a{i}}} $$\n\n" for i in range(n))
            + f"\\cref{{{','.join(f'a{i}' for i in range(n))}}}"
        ),
    ],
    ids=["formula", "tag", "label", "title", "list of equations", "rule book", "title of the page", "labels"],
)
@pytest.mark.parametrize("math", ["mathml", "mathjax"])
def test_what_is_written_grows_as_the_page(math: str, make: Callable[[int], str], render) -> None:
    assert growth(render, make, math=math) < 120


def test_a_title_that_is_read_again_and_again_on_other_pages_is_short_there(site) -> None:
    built = []
    for n in (50, 200):
        pages = {
            "index.md": "".join(f"$$ x \\label{{a{i}}} $$\n\n" for i in range(n)),
            "b.md": f"# {'t' * 20 * n}\n\n" + "".join(f"\\eqref{{a{i}}}\n\n" for i in range(n)),
        }
        built.append([len(site(pages).html(name)) for name in ("index.html", "b/index.html")])
    assert built[1][0] < 5 * built[0][0]
    assert built[1][1] < 5 * built[0][1]


# -- titles ---------------------------------------------------------------------------------------


class Texts(html.parser.HTMLParser):
    """The texts of a page as a renderer looks through them: those between two tags, one by one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.held: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag in ("pre", "code", "script", "style", "annotation") or "arithmatex" in classes or self.held:
            self.held.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.held and self.held[-1] == tag:
            self.held.pop()

    def handle_data(self, data: str) -> None:
        if not self.held:
            self.texts.append(data)


HOSTILE = (
    r"\(\href{javascript:alert(1)}{CLICK}\)",
    r"\[\require{html}\]",
    r"$$\href{javascript:alert(1)}{x}$$",
    r"$\href{javascript:alert(1)}{x}$",
    r"\begin{align}\href{javascript:x}{y}\end{align}",
)
_DELIMITER = re.compile(r"\\[(\[]|\$\$|\\begin\{|\$[^$]+\$")


@pytest.mark.parametrize("math", ["mathml", "mathjax", "katex", "none"])
@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_text_for_every_renderer_wherever_it_stands(title: str, math: str, site) -> None:
    """Its caption, the list of equations, a preview, who refers to an equation, a reference by title, a search."""
    pages = {
        "index.md": f"```derive\nlabel: ls\ntitle: {title}\ndf/dx\n```\n\n$$ x \\label{{b}} $$\n\n\\nameref{{ls}}\n\n[equations]\n",
        "b.md": f"---\ntitle: '{title}'\n---\n\n\\eqref{{ls}} \\nameref{{ls}}\n\n$$ y \\label{{c}} $$\n\n[equations]\n",
        "c.md": "\\eqref{c} \\nameref{c} \\nameref{ls}\n\n[equations]\n",
    }
    built = site(pages, f"plugins: [search, matcalc: {{math: {math}}}]\n")
    for name in ("index.html", "b/index.html", "c/index.html"):
        content = built.html(name).partition('role="main">')[2]
        assert "javascript" in content or "require" in content
        for text in Texts(content).texts:
            assert not _DELIMITER.search(text), (name, text)
