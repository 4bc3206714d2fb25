"""Join the style sheets in cascade layers and leave out what no template uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import static_tokens

LAYERS = ("tokens", "base", "nlds", "app")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
DESIGN_SYSTEM_CLASS = re.compile(r"\.((?:utrecht|nl)-[A-Za-z0-9_-]+)")
DECLARED = re.compile(r"(--[A-Za-z0-9_-]+)\s*:\s*([^;{}]+)")
USED = re.compile(r"var\(\s*(--[A-Za-z0-9_-]+)")
CLASS_WORD = re.compile(r"(?:utrecht|nl)-[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Rule:
    """One rule: what stands before the braces and what stands between them."""

    head: str
    body: str

    @property
    def is_group(self) -> bool:
        """Whether other rules stand between the braces (a media or support query)."""
        return self.head.startswith(("@media", "@supports", "@container"))


def rules(css: str) -> Iterator[Rule]:
    """Split a style sheet in its outermost rules; statements without braces are left out."""
    css = COMMENT.sub("", css)
    start = depth = opened = 0
    for position, character in enumerate(css):
        if character == "{":
            depth += 1
            if depth == 1:
                opened = position
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield Rule(css[start:opened].strip(), css[opened + 1 : position].strip())
                start = position + 1
        elif character == ";" and depth == 0:
            start = position + 1


def classes_in_templates(templates: Path) -> set[str]:
    """Every design-system class that some template names."""
    found: set[str] = set()
    for path in sorted(templates.rglob("*.html")):
        found.update(CLASS_WORD.findall(path.read_text(encoding="utf-8")))
    return found


def keep_used_rules(css: str, used: set[str]) -> str:
    """Drop each selector that names a design-system class which occurs in no template."""
    kept = []
    for rule in rules(css):
        if rule.is_group:
            body = keep_used_rules(rule.body, used)
            head = rule.head
        else:
            selectors = [one.strip() for one in _split_selectors(rule.head)]
            head = ",".join(one for one in selectors if _named(one) <= used)
            body = rule.body
        if head and body:
            kept.append(f"{head}{{{body}}}")
    return "\n".join(kept)


def _named(selector: str) -> set[str]:
    """The design-system classes that must be present; those in :not() must be absent and do not count."""
    return set(DESIGN_SYSTEM_CLASS.findall(re.sub(r":not\([^()]*\)", "", selector)))


def _split_selectors(head: str) -> list[str]:
    """Split at the commas that stand outside brackets: `:is(a, b)` is one selector."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(head):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(head[start:position])
            start = position + 1
    return [*parts, head[start:]]


def keep_reachable_tokens(tokens: str, rest: str) -> str:
    """Keep only the custom properties that a rule outside the tokens asks for, directly or by another token."""
    declared: dict[str, set[str]] = {}
    for name, value in DECLARED.findall(COMMENT.sub("", tokens)):
        declared.setdefault(name, set()).update(USED.findall(value))
    wanted = set(USED.findall(rest))
    waiting = list(wanted)
    while waiting:
        for name in declared.get(waiting.pop(), set()) - wanted:
            wanted.add(name)
            waiting.append(name)
    kept = []
    for rule in rules(tokens):
        lines = [f"{name}:{value.strip()}" for name, value in DECLARED.findall(rule.body) if name in wanted]
        if lines:
            kept.append(f"{rule.head}{{{';'.join(lines)}}}")
    return "\n".join(kept)


def tidy(css: str) -> str:
    """Take out comments and needless white space; names and values stay as they are."""
    css = re.sub(r"\s+", " ", COMMENT.sub("", css))
    css = re.sub(r"\s*([{};])\s*", r"\1", css)
    return css.replace(";}", "}").strip()


@dataclass(frozen=True)
class Sources:
    """The texts of all style sheets, by the part they play."""

    tokens: list[str]
    base: list[str]
    design_system: list[str]
    app: list[str]
    read: list[str]
    work: list[str]


@dataclass(frozen=True)
class Joined:
    """The finished sheets: of every page, and what pages to read at length and pages with forms add to it."""

    every_page: str
    read: str
    work: str


def join(sources: Sources, used: set[str]) -> Joined:
    """Make the sheet of every page, in cascade layers, and those that some pages add to it."""
    tokens, base, app = sources.tokens, sources.base, sources.app
    own = "\n".join([*base, *app, *sources.read, *sources.work])
    theme = {name: value.strip() for text in tokens for name, value in DECLARED.findall(COMMENT.sub("", text))}
    elsewhere = {name for name, _ in DECLARED.findall(own)}
    components = static_tokens.filled_in(
        tidy(keep_used_rules("\n".join(sources.design_system), used)), theme, elsewhere
    )
    small_tokens = keep_reachable_tokens("\n".join(tokens), components + own)
    layers = {"tokens": small_tokens, "base": "\n".join(base), "nlds": components, "app": "\n".join(app)}
    order = f"@layer {', '.join(LAYERS)};"
    every_page = "\n".join([order, *(f"@layer {name}{{{layers[name]}}}" for name in LAYERS)])
    added = ("\n".join([order, "@layer app{", *sheets, "}"]) for sheets in (sources.read, sources.work))
    return Joined(tidy(every_page), *map(tidy, added))
