"""Hostile Markdown: what runs, times where an author can put it. Each input calls alert() when it gets through."""

from html import escape
from itertools import product

RUNS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src='javascript:parent.alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>klik</a>",
    "<a href='java&#10;script:alert(1)'>klik</a>",
    "<a href='&#x6A;avascript&colon;alert(1)'>klik</a>",
    "<p onmouseover=alert(1)>over</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)></style></mglyph></form>",
    "<div style='animation-name:x' onanimationstart=alert(1)>x</div><style>@keyframes x{}</style>",
    "<xss id=x tabindex=1 onfocus=alert(1)>x</xss>",
    "<style><!--</style><script>alert(1)//--></script>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<button formaction='javascript:alert(1)' type=submit>x</button>",
]
"""Each runs in a page where nobody cleans it; the test looks that most really do."""

PLACES = {
    "paragraph": "{}",
    "after words": "Woorden {} woorden",
    "list": "- een\n- {}\n    - {}",
    "quotation": "> {}\n> > {}",
    "heading": "## Kop {}",
    "cell of a table": "| a | b |\n| --- | --- |\n| {} | x |",
    "footnote": "Tekst[^1].\n\n[^1]: {}",
    "callout": '!!! tip "{}"\n    {}',
    "definition": "Woord\n:   {}",
    "abbreviation": "*[HTML]: {}\n\nHTML",
    "link text": "[{}](https://goed.example)",
    "picture text": "![{}](/bestanden/1/x-1x1.png)",
    "title of a link": '[x](https://goed.example "{}")',
}
MARKDOWN = [
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt:alert(1))",
    "[klik](<java\tscript:alert(1)>)",
    "[klik](&#106;avascript:alert(1))",
    "[klik](javascript&colon;alert(1))",
    "[klik](\x01javascript:alert(1))",
    "[klik](data:text/html,<script>alert(1)</script>)",
    "[klik](//javascript:alert(1))",
    "[klik][1]\n\n[1]: javascript:alert(1)",
    '[klik](https://goed.example "x\\" onmouseover=\\"alert(1)")',
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](/bestanden/1/x-1x1.png)',
    '![x](/bestanden/1/x-1x1.png "\\" onerror=\\"alert(1)")',
    "## Kop {: onclick=alert(1) }",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\x02klzzwxh:0000\x03<script>alert(1)</script>\x02wzxhzdk:0\x03",
    "</div></article></main><script>alert(1)</script>",
    '!!! tip onclick=alert(1) "x"\n    x',
    '!!! "><script>alert(1)</script>\n    x',
]


def hostile_inputs() -> dict[str, str]:
    """Return every input under a name that says what it is and where it stands; more than three hundred."""
    found = {
        f"{number} in {name}": place.replace("{}", attack)
        for (number, attack), (name, place) in product(enumerate(RUNS), PLACES.items())
    }
    found |= {f"markdown {number}": attack for number, attack in enumerate(MARKDOWN)}
    found |= {f"{number} escaped": escape(attack) for number, attack in enumerate(RUNS)}
    return found
