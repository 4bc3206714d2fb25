"""Markdown by anybody becomes HTML that cannot run anything."""

import re
import time
from html import unescape
from html.parser import HTMLParser

import pytest

from common.markdown import LARGEST, render_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//kwaad.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)' //",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    "<iframe src='https://kwaad.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<base href='https://kwaad.example/'>",
    "<meta http-equiv=refresh content='0;url=https://kwaad.example'>",
    "<link rel=stylesheet href=https://kwaad.example/x.css>",
    "<style>body { background: url(javascript:alert(1)) }</style>",
    "<form action=https://kwaad.example><button formaction=javascript:alert(1)>ga</button>",
    "<input autofocus onfocus=alert(1)><select onchange=alert(1)></select>",
    "<a href='javascript:alert(1)'>klik</a>",
    "<a href='JaVaScRiPt:alert(1)'>klik</a>",
    "<a href='java\nscript:alert(1)'>klik</a>",
    "<a href='&#106;avascript&colon;alert(1)'>klik</a>",
    "<a href='&#x6A;&#x61;vascript:alert(1)'>klik</a>",
    "<a href='vbscript:msgbox(1)'>klik</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>klik</a>",
    "<a href='https://goed.example' onclick='alert(1)' style='position:fixed' hx-get='/x' target=_top>klik</a>",
    "[klik](javascript:alert(1))",
    "[klik](JAVASCRIPT:alert(1))",
    "[klik](<java\tscript:alert(1)>)",
    "[klik](&#106;avascript:alert(1))",
    "[klik](data:text/html,<script>alert(1)</script>)",
    '[klik][1]\n\n[1]: javascript:alert(1) "titel" onmouseover="alert(1)',
    '[klik](https://goed.example "titel\\" onmouseover=\\"alert(1)")',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://kwaad.example/x.png)',
    "<javascript:alert(1)>",
    '## Kop <script>alert(1)</script> " onclick="alert(1)',
    "## Kop {: onclick=alert(1) #x style=color:red }",
    "## <img src=x onerror=alert(1)>",
    "Tekst[^1].\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    'Tekst[^" onclick=alert(1)].\n\n[^" onclick=alert(1)]: noot',
    '!!! tip "<script>alert(1)</script>"\n    tekst',
    '!!! tip "" onclick="alert(1)"\n    tekst',
    '!!! "><script>alert(1)</script>\n    tekst',
    '!!! tip onclick=alert(1) "Titel <img src=x onerror=alert(1)>"\n    tekst',
    '*[HTML]: <script>alert(1)</script>" onmouseover="alert(1)\n\nHTML',
    "| a |\n| --- |\n| <script>alert(1)</script><td onclick=alert(1)> |",
    "<table><caption onclick=alert(1)>x</table></div></main><script>alert(1)</script>",
    "</div></article></main><h1>Nep</h1>",
    "<div class='notice' id='inhoud'>nep</div>",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "<a id=csrf_token name=csrf_token href=//kwaad.example>x</a>",
    "\x02klzzwxh:0000\x03<script>alert(1)</script>\x02wzxhzdk:0\x03",
]
ALLOWED_ATTRIBUTES = {"role", "data-label", "href", "title", "class", "id", "scope", "start", "rel"}
FORBIDDEN_TAGS = {
    "script", "style", "iframe", "object", "embed", "base", "meta", "link", "form", "input", "button", "svg", "math",
    "img", "template", "noscript", "video", "audio", "textarea", "select", "h1", "main", "article", "html", "body",
}  # fmt: skip


class Tags(HTMLParser):
    """Collects every tag with its attributes, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def assert_harmless(html: str) -> None:
    """Fail when the HTML holds a tag, attribute or address that could do something."""
    for tag, attributes in Tags(html).found:
        assert tag not in FORBIDDEN_TAGS, html
        assert set(attributes) <= ALLOWED_ATTRIBUTES, html
        # A browser drops tabs and line ends anywhere, and control characters at the beginning.
        address = re.sub(r"[\t\r\n]", "", unescape(attributes.get("href", ""))).lstrip("".join(map(chr, range(33))))
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
        assert scheme is None or scheme.group(1).lower() in {"http", "https", "mailto"}, html
    depth = 0
    for step in re.findall(r"<(/?)div\b", html):
        depth += -1 if step else 1
        assert depth >= 0, "the text closes an element of the page around it"
    assert depth == 0, html


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_active_is_left_of_hostile_markdown(source: str) -> None:
    assert_harmless(render_markdown(f"Voor.\n\n{source}\n\nNa.").html)


@pytest.mark.parametrize("source", HOSTILE)
def test_the_list_of_contents_holds_words_and_known_anchors_only(source: str) -> None:
    for heading in render_markdown(f"## Eerst\n\n## {source}\n").headings:
        assert re.fullmatch(r"[a-z0-9_-]{1,100}", heading.id)
        assert_harmless(heading.title.replace("&", "&amp;").replace("<", "&lt;"))


def test_all_hostile_texts_together_are_harmless() -> None:
    assert_harmless(render_markdown("\n\n".join(HOSTILE)).html)


def test_a_text_at_the_limit_is_rendered_within_seconds() -> None:
    source = ("## Kop met *nadruk*\n\n" + "woord [link](https://voorbeeld.example) " * 40 + "\n\n") * 200
    started = time.monotonic()
    html = render_markdown(source[:LARGEST]).html
    assert time.monotonic() - started < 15
    assert_harmless(html)


@pytest.mark.parametrize(
    "pattern", ["[" * 3000, "*" * 3000, "<" * 3000, "`" * 3000, "> " * 200 + "x", "!!! tip\n" * 500]
)
def test_a_text_that_nests_deep_does_not_hang(pattern: str) -> None:
    started = time.monotonic()
    assert_harmless(render_markdown(pattern).html)
    assert time.monotonic() - started < 10


def test_what_may_stays() -> None:
    html = render_markdown(
        '## Kop\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n!!! let-op "Let op"\n    tekst\n\n'
        "noot[^1] en [link](/kennisbank)\n\n[^1]: de noot\n"
    ).html
    for kept in (
        '<h2 id="kop">',
        '<th scope="col" role="columnheader">',
        'class="admonition let-op"',
        'href="/kennisbank"',
        "fnref",
    ):
        assert kept in html
