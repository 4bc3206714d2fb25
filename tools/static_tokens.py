"""Fill in the design tokens at build time: a chain of fallbacks that can have one outcome only becomes that outcome.

The components of the design system ask for each value through several levels of custom properties, so that any theme
can set any of them. We serve one theme. What the theme sets, and what nobody sets, is known when we build; only what a
rule of a component or of our own css sets stays a custom property.
"""

from __future__ import annotations

import re

USED = re.compile(r"var\(\s*(--[A-Za-z0-9_-]+)")
DECLARATION = re.compile(r"(?P<name>[-A-Za-z0-9_]+)\s*:\s*(?P<value>[^;{}]+);?")
BLOCK = re.compile(r"\{([^{}]*)\}")
PROPERTY = re.compile(r"(?<=[{;])\s*(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))")
EMPTY_RULE = re.compile(r"[^{};]+\{[\s;]*\}")
MOST_ROUNDS = 12


class NoValueError(Exception):
    """Nobody sets this property and there is no fallback: the browser would ignore the declaration."""


def filled_in(css: str, theme: dict[str, str], elsewhere: set[str]) -> str:
    """Return the rules with the theme's values in them; `elsewhere` are the names that other css sets or reads.

    Each round can empty a chain further, so it goes on until nothing changes.
    """
    for _ in range(MOST_ROUNDS):
        before = css
        set_here = {match["name"] for match in DECLARATION.finditer(css) if match["name"].startswith("--")}
        css = _with_values(css, theme, set_here | elsewhere)
        css = _without_unread(css, set(USED.findall(css)) | elsewhere)
        css = EMPTY_RULE.sub("", css)
        if css == before:
            break
    return css


def _with_values(css: str, theme: dict[str, str], open_names: set[str]) -> str:
    return BLOCK.sub(lambda block: _block(block[1], theme, open_names), css)


def _without_unread(css: str, read: set[str]) -> str:
    return PROPERTY.sub(lambda one: one[0] if one[1] in read else "", css)


def _block(body: str, theme: dict[str, str], open_names: set[str]) -> str:
    kept = []
    for match in DECLARATION.finditer(body):
        try:
            kept.append(f"{match['name']}:{resolved(match['value'].strip(), theme, open_names)}")
        except NoValueError:
            continue
    return "{" + ";".join(kept) + "}"


def resolved(value: str, theme: dict[str, str], open_names: set[str]) -> str:
    """Replace each var() that has one possible outcome; raise NoValueError when that outcome is nothing."""
    result, at = "", 0
    for match in USED.finditer(value):
        if match.start() < at:
            continue
        end = _closing(value, match.start() + 3)
        name = match[1]
        fallback = value[match.end() : end].strip().removeprefix(",").strip()
        result += value[at : match.start()] + _outcome(name, fallback, theme, open_names)
        at = end + 1
    return result + value[at:]


def _outcome(name: str, fallback: str, theme: dict[str, str], open_names: set[str]) -> str:
    if name in open_names:
        if not fallback:
            return f"var({name})"
        try:
            return f"var({name}, {resolved(fallback, theme, open_names)})"
        except NoValueError:
            return f"var({name})"
    if name in theme:
        return resolved(theme[name], theme, open_names)
    if fallback:
        return resolved(fallback, theme, open_names)
    raise NoValueError(name)


def _closing(text: str, opening: int) -> int:
    """Where the bracket that opens at `opening` closes."""
    depth = 0
    for position in range(opening, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return position
    raise ValueError(f"A bracket stays open in the css: {text[opening : opening + 60]}")
