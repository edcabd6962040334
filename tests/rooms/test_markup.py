from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.markup import clean, render
from rooms.markup.rendering import SANITISER

pytestmark = pytest.mark.once

COLOURS = "c gd gh gi gp gu k l m na nb nc nd ne nf nt ow s"
CLASSES = {"at", "host", *COLOURS.split()}
DIRECTED = {"p", "li", "blockquote", "th", "td"}
VOID = {"br", "hr"}
PLAIN = VOID | {"strong", "em", "s", "ul", "table", "thead", "tbody", "tr"}
REL = 'rel="nofollow noopener noreferrer ugc"'

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="/x" hx-get="/rooms/" hx-trigger="load">a</a>',
    '<div id="messages" hx-swap-oob="true">gone</div>',
    '<hx-partial hx-target="#messages">x</hx-partial>',
    "</article></div></main>",
    "<template><p>x</p></template>",
    "<!-- a comment --> <![CDATA[x]]> <?php x ?> <!DOCTYPE html>",
    "<b><i><table><tr><td>",
    "<svg/onload=alert(1)><style>*{}</style><math><mi//xlink:href='data:x,<script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img&#62; &#x202e; &#0;",
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) <javascript:alert(1)>",
    "[a](javascript&colon;alert(1)) [b](&#106;avascript:alert(1)) [c](java\\script:alert(1))",
    "[a](<java\tscript:alert(1)>) [b](\x01javascript:alert(1)) [c](javascript%3Aalert(1))",
    "[a](data:text/html,x) [b](data:image/png;base64,AA) [c](vbscript:x) [d](file:///etc/passwd)",
    "[a](//evil.org) [b](/rooms/) [c](#messages) [d]() [e](ftp://evil.org) ftp://evil.org",
    '[a](https://a.org "\\"><script>alert(1)</script>") ![x](https://a.org/x.png)',
    '```"><script>alert(1)</script>\n</code></pre><script>x</script>\n```',
    "```python hx-get=/x id=messages\n</span><script>\n```",
    "`</code><script>`",
    '{"type": "resume"}',
    "{{ secret }} {% include 'x' %} {# x #}",
    "https://a.org/\"onmouseover='alert(1)'x=\" https://a.org/<script>",
    "a | b\n- | -\n<td onclick=x> | </table><script>",
    "[" * 3_000,
    "**a " * 1_000,
    ">" * 3_000 + " a",
    "- " * 2_000 + "a",
    "`" * 3_000,
    "<a " * 2_000,
    "|a" * 200 + "\n" + "|-" * 200 + "\n" + "a\n" * 2_000,
]


class Reader(HTMLParser):
    """Reads HTML as strictly as it may be written here: closed in order, tags and values known."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(is_allowed(tag, name, value or "") for name, value in attrs), (tag, attrs)
        assert tag in {*DIRECTED, *PLAIN, "a", "ol", "pre", "code", "span"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def is_allowed(tag: str, name: str, value: str) -> bool:
    match tag, name:
        case "a", "href":
            return value.lower().startswith(("http://", "https://", "mailto:"))
        case "a", "rel":
            return f'rel="{value}"' == REL
        case "ol", "start":
            return value.isdecimal()
        case "code", "class":
            return value.removeprefix("language-").replace("+", "").isalnum()
        case "span", "class":
            return value in CLASSES
        case (("pre" | "span"), "dir"):
            return value == "ltr"
    return tag in DIRECTED and (name, value) == ("dir", "auto")


def paragraph(html: str) -> str:
    return f'<p dir="auto">{html}</p>'


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    html = render(text)
    Reader(html)
    assert SANITISER.clean(html) == html


@pytest.mark.parametrize("text", HOSTILE[:8] + HOSTILE[9:10])
def test_hostile_html_stays_visible_as_text(text: str) -> None:
    assert "".join(Reader(render(text)).text.split()) == "".join(text.split())


PIECES = (
    "[ ] ( ) < > * ** _ ~~ ` ``` ~~~ | - + 1. # = ! & ; : / \\ \n \t @ www. https:// mailto: "
    "http://a.org hx-get= id= title= javascript: <p <a href= \" ' a é א"
)
MARKUP = st.lists(st.sampled_from(PIECES.split(" ")) | st.text(max_size=4)).map("".join)


@given(MARKUP | st.text())
def test_any_text_gives_balanced_html_of_the_allowed_list(text: str) -> None:
    html = render(text)
    Reader(html)
    assert SANITISER.clean(html) == html
    assert clean(html) == html


@given(MARKUP | st.text(st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_cleaning_drops_what_only_deceives() -> None:
    assert clean("a\x00b\x1b\x85c\ud800\u202ed\u2066e\u2069\U000e0041f") == "abcdef"
    assert clean("  a\r\nb\rc\td\n ") == "a\nb\nc\td"
    assert clean("e\u0301") == "é"
    assert clean("a" + "\u0335" * 500) == "a" + "\u0335" * 8


@pytest.mark.parametrize(
    "text",
    [
        "שלום, עולם!",
        "مرحبا بالعالم \u200f!",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d💻 ❤️ 🏳️\u200d🌈 👍🏽 1️⃣",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
)
def test_cleaning_leaves_every_script_and_emoji(text: str) -> None:
    assert clean(text) == text
    assert text in render(text)


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b", "\u200d\ufe0f", "\u3164 \u2800", "\x00"])
def test_text_of_which_nothing_is_seen_is_empty(text: str) -> None:
    assert clean(text) == ""
    assert render(text) == ""


def test_a_single_new_line_is_a_line_break() -> None:
    assert render("a\nb") == paragraph("a<br>\nb")
    assert render("a\n\nb") == paragraph("a") + "\n" + paragraph("b")
    assert render("a\n===") == paragraph("a<br>\n===")


def test_emphasis_and_inline_code() -> None:
    html = render("*a* **b** ~~c~~ `<d>`")
    assert html == paragraph("<em>a</em> <strong>b</strong> <s>c</s> <code>&lt;d&gt;</code>")


@pytest.mark.parametrize("text", ["# a", "###### a", "[a]: https://a.org", "{{ a }} {% b %}"])
def test_what_is_no_markup_here_stays_literal(text: str) -> None:
    assert Reader(render(text)).text == text
    assert render(text).startswith('<p dir="auto">')


def test_lists_and_quotes() -> None:
    assert render("- a\n- b") == '<ul>\n<li dir="auto">a</li>\n<li dir="auto">b</li>\n</ul>'
    assert render("3. a").startswith('<ol start="3">')
    assert render("> a") == f'<blockquote dir="auto">\n{paragraph("a")}\n</blockquote>'


def test_text_in_too_many_quotes_is_still_shown() -> None:
    html = render(">" * 50 + " a")
    assert html.count("<blockquote") == 8
    assert Reader(html).text.strip() == ">" * 42 + " a"


def test_a_table_has_no_styles() -> None:
    html = render("a | b\n:- | -:\n1 | 2")
    assert '<th dir="auto">a</th>' in html
    assert '<td dir="auto">2</td>' in html
    assert "style" not in html


def test_a_short_text_cannot_ask_for_many_cells() -> None:
    table = "|a" * 45 + "\n" + "|-" * 45 + "\n" + "a\n" * 60 + "\n"
    html = render(table * 9)
    assert 0 < html.count("<td") + html.count("<th") <= 4_000


def link(href: str, text: str) -> str:
    return f'<a href="{href}" {REL}>{text}</a>'


def host(name: str) -> str:
    return f' <span class="host" dir="ltr">{name}</span>'


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://docs.example.org/a_b_c/__d__?e=1#f", None),
        ("http://localhost:8000/", None),
        ("www.example.org/a", "https://www.example.org/a"),
        ("bob@example.org", "mailto:bob@example.org"),
    ],
)
def test_an_address_is_linked_and_shows_its_own_host(text: str, href: str | None) -> None:
    assert render(text) == paragraph(link(href or text, text))
    assert "span" not in render(f"[**{text}**]({href or text})")


@pytest.mark.parametrize(
    "text", ["manage.py", "README.md", "example.org", "ftp://a.org", "//a.org"]
)
def test_what_may_be_no_address_is_not_linked(text: str) -> None:
    assert render(text) == paragraph(text)


@pytest.mark.parametrize(
    ("text", "url", "true_host"),
    [
        ("the manual", "https://docs.example.org/x", "docs.example.org"),
        ("https://bank.example", "https://evil.example/", "evil.example"),
        ("evil.example.bank.example", "https://evil.example", "evil.example"),
        ("bank.example evil.example", "https://evil.example", "evil.example"),
        ("evil.example@bank.example", "https://evil.example", "evil.example"),
        ("write", "mailto:bob@example.org", "example.org"),
        ("bob@bank.example", "mailto:bob@evil.example", "evil.example"),
        ("here", "HTTPS://Evil.Example/", "evil.example"),
    ],
)
def test_a_link_shows_its_true_host(text: str, url: str, true_host: str) -> None:
    assert render(f"[{text}]({url})").endswith(f"</a>{host(true_host)}</p>")


def test_a_look_alike_host_is_shown_as_punycode() -> None:
    shown = link("https://xn--80ak6aa92e.com/", "https://аррӏе.com/")
    assert render("https://аррӏе.com/") == paragraph(shown + host("xn--80ak6aa92e.com"))


def test_a_link_without_text_is_named_by_its_host() -> None:
    assert render("[\u200b](https://a.org/x)") == paragraph(link("https://a.org/x", "\u200ba.org"))


def test_escaped_characters_of_an_address_are_not_decoded_into_the_page() -> None:
    assert "\u202e" not in render("https://a.org/%E2%80%AEgpj.exe")


@pytest.mark.parametrize(
    "url", ["https://bank.example@evil.example/", "https://evil.example%5C@bank.example/"]
)
def test_an_address_that_hides_its_host_is_not_linked(url: str) -> None:
    assert "<a" not in render(url)
    assert "<a" not in render(f"[a]({url})")


def test_code_is_coloured_by_classes_alone() -> None:
    html = render("```python\ndef f():\n    return '<a>'  # b\n```")
    assert html.startswith(
        '<pre dir="ltr"><code class="language-python"><span class="k">def</span>'
    )
    assert "<span class=\"s\">'&lt;a&gt;'</span>" in html
    assert '<span class="c"># b</span>' in html


@pytest.mark.parametrize("info", ["", "klingon", "text", "python:x"])
def test_code_in_an_unknown_language_has_no_colours(info: str) -> None:
    assert render(f"```{info}\nif a\n```") == '<pre dir="ltr"><code>if a\n</code></pre>'


def test_code_keeps_its_white_space() -> None:
    assert Reader(render("```python\n\n\n  a\n\n\n```")).text == "\n\n  a\n\n\n"


def test_very_long_code_has_no_colours() -> None:
    assert "<span" not in render("```python\n" + "if a\n" * 700 + "```")
    assert render(("```python\n" + "if a\n" * 300 + "```\n") * 3).count("language-python") == 2


def test_each_paragraph_finds_its_own_direction() -> None:
    assert render("hello\n\nשלום") == paragraph("hello") + "\n" + paragraph("שלום")
