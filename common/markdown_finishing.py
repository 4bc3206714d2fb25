"""The last touch to sanitised HTML: tables that a phone can show, callouts and footnotes that say what they are.

It runs after the cleaning, on tags that are known to be well formed (nh3 escapes < and > in attributes too), and adds
nothing that an author can choose but the words of a table's own heading.
"""

import re
from html import escape, unescape

COLUMNS_TO_STACK = 3
"""From this many columns on, a phone shows each row as a card with a name before each value."""
MOST_CELLS = 2_000
"""A table with more cells scrolls sideways: to name each would make the page many times as long."""
LONGEST_LABEL = 60
_TABLE = re.compile(r"<table>((?:(?!</?table>).)*)</table>", re.S)
_HEAD = re.compile(r"\s*<thead>\s*<tr>(.*?)</tr>\s*</thead>\s*<tbody>(.*)</tbody>\s*", re.S)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
_CELL = re.compile(r"<(t[hd])((?: [a-z]+=\"[^\"]*\")*)>(.*?)</\1>", re.S)
_TAG = re.compile(r"<[^>]+>")
_CALLOUT = re.compile(r'<div class="admonition (tip|let-op|voorbeeld)">\s*<p class="admonition-title">(.*?)</p>', re.S)
_FOOTNOTES = '<div class="footnote">'
CALLOUTS = {
    "nl": {"tip": "Tip", "let-op": "Let op", "voorbeeld": "Voorbeeld"},
    "en": {"tip": "Tip", "let-op": "Please note", "voorbeeld": "Example"},
}
"""What each kind of callout is called: its colour alone tells nobody."""
FOOTNOTES = {"nl": "Voetnoten", "en": "Footnotes"}


def finished(html: str, language: str) -> str:
    """Return sanitised HTML with named callouts and footnotes, and tables whose rows a phone can show as cards."""
    named = _CALLOUT.sub(lambda found: _callout(found[1], found[2], language), _TABLE.sub(_table, html))
    title = f'{_FOOTNOTES}<p class="footnote-title">{FOOTNOTES[language]}</p>'
    return named.replace(_FOOTNOTES, title, 1)


def _callout(kind: str, title: str, language: str) -> str:
    name = CALLOUTS[language][kind]
    plain = unescape(_TAG.sub("", title)).strip().casefold()
    if plain in {"", kind, name.casefold()}:
        title = name  # an author who gave no title gets the class of the box as its title
    elif not plain.startswith(name.casefold()):
        title = f"{name}: {title}"
    return f'<div class="admonition {kind}" role="note">\n<p class="admonition-title">{title}</p>'


def _table(found: re.Match[str]) -> str:
    parts = _HEAD.fullmatch(found[1])
    if not parts:
        return found[0]
    heads = _CELL.findall(parts[1])
    rows = [_CELL.findall(row) for row in _ROW.findall(parts[2])]
    names = [_label(words) for _, _, words in heads]
    if len(heads) < 2 or len(heads) * len(rows) > MOST_CELLS or any(len(row) != len(heads) for row in rows):
        return found[0]
    # With nothing above the first column, its cells are the names of the rows.
    by_row = not names[0]
    body = "\n".join(f'<tr role="row">{_cells(row, names, by_row)}</tr>' for row in rows)
    top = "".join(_head(attributes, words) for _, attributes, words in heads)
    kind = ' class="stack"' if len(heads) >= COLUMNS_TO_STACK else ""
    return (
        f'<table{kind} role="table"><thead role="rowgroup"><tr role="row">{top}</tr></thead>\n'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _head(attributes: str, words: str) -> str:
    if not words.strip():
        return f'<td{_without_scope(attributes)} role="cell"></td>'  # a heading that says nothing is none
    return f'<th{attributes} role="columnheader">{words}</th>'


def _cells(row: list[tuple[str, str, str]], names: list[str], by_row: bool) -> str:
    made = []
    for place, ((tag, attributes, words), name) in enumerate(zip(row, names, strict=True)):
        if place == 0 and by_row:
            made.append(f'<th{_without_scope(attributes)} scope="row" role="rowheader">{words}</th>')
        else:
            label = f' data-label="{escape(name)}"' if place and name else ""
            made.append(f'<{tag}{attributes} role="{"cell" if tag == "td" else "columnheader"}"{label}>{words}</{tag}>')
    return "".join(made)


def _without_scope(attributes: str) -> str:
    return re.sub(r' scope="[^"]*"', "", attributes)


def _label(words: str) -> str:
    plain = " ".join(unescape(_TAG.sub(" ", words)).split())
    return plain if len(plain) <= LONGEST_LABEL else plain[: LONGEST_LABEL - 1] + "…"
