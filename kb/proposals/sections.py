"""One section of a guide: cut out of its Markdown by its anchor, put back, and found again in a newer text. Pure.

Where a heading is one, the renderer says, and not a rule of our own: every line that may be a heading gets a mark, and
the marks that come back in the list of headings tell at which line each stands. So a heading in code, in a quotation or
in a list of its own is no section, whatever Markdown allows next year.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.markdown import Heading, render_markdown

_MARK = "zq7x%dx7qz"
_MARKED = re.compile(r"^zq7x(\d+)x7qz\s*(.*)$", re.S)
_HASHES = re.compile(r"^(#{1,6})(.*)$")
_UNDERLINE = re.compile(r"^(?:=+|-+)[ \t]*$")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Section:
    """A heading with all below it, up to the next heading of its own level or higher."""

    anchor: str
    title: str
    level: int
    start: int
    """The first character, of the heading."""
    end: int
    """The character after its last line."""
    text: str
    """Its Markdown with the heading, without the empty lines after it."""


def sections_of(body: str) -> list[Section]:
    """Return the sections of a text in their order, each with the smaller ones inside it. Two renderings."""
    plain = render_markdown(body).headings
    if not plain:
        return []
    lines = body.splitlines(keepends=True)
    starts = _starts(lines)
    found = list(_placed(plain, render_markdown(_marked(lines)).headings))
    made = []
    for place, (heading, line) in enumerate(found):
        below = (other for later, other in found[place + 1 :] if later.level <= heading.level)
        end = starts[next(below, len(lines))]
        text = body[starts[line] : end].strip("\n") + "\n"
        made.append(Section(heading.id, heading.title, heading.level, starts[line], end, text))
    return made


def cut(body: str, anchor: str) -> Section | None:
    """Return the section at this anchor, or None where the text has no such section of its own."""
    return next((section for section in sections_of(body) if section.anchor == anchor), None)


def loses_heading(section: Section, text: str) -> bool:
    """Say whether a text that takes the place of a section has no heading any more where that section had one."""
    headings = render_markdown(text).headings
    return not any(one.level <= section.level or one.title == section.title for one in headings)


def put_back(body: str, anchor: str, text: str) -> str | None:
    """Return the text with its section at `anchor` replaced; None where that section is not there.

    An empty `text` takes the section out. Every other character stays as it was.
    """
    section = cut(body, anchor)
    if section is None:
        return None
    return _replaced(body, section, text)


def found_again(body: str, merged: str, anchor: str) -> Section | None:
    """Return the section of `merged` that, put in the place of one of `body`, makes `merged` of it.

    So one section stays one section when others changed the guide around it, also where its heading moved or got
    another anchor. None where the two texts differ in more than one section. Empty lines do not count.
    """
    body, merged = _one_empty_line(body), _one_empty_line(merged)
    fitting = [section for section in sections_of(body) if _differs_within(body, merged, section)]
    fitting.sort(key=lambda section: (section.anchor != anchor, section.end - section.start))
    for section in fitting:
        end = len(merged) - (len(body) - section.end)
        text = merged[section.start : end].strip("\n") + "\n"
        if section.anchor == anchor or _is_one(text, section):
            return Section(section.anchor, section.title, section.level, section.start, end, text)
    return None


def _is_one(text: str, section: Section) -> bool:
    """Say whether a text is a section under its own heading, and not that section with another one beside it."""
    heading, _line, rest = text.partition("\n")
    same = heading == section.text.partition("\n")[0]
    return same and not re.search(rf"^#{{1,{section.level}}}[^#]", rest, re.M)


def _differs_within(body: str, merged: str, section: Section) -> bool:
    before, after = body[: section.start], body[section.end :]
    fits = len(merged) >= len(before) + len(after)
    return fits and merged.startswith(before) and merged.endswith(after)


def _one_empty_line(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", text.strip("\n")) + "\n"


def _replaced(body: str, section: Section, text: str) -> str:
    before, after = body[: section.start], body[section.end :]
    if text.strip() == section.text.strip():
        return body
    middle = text.strip("\n")
    if not middle.strip():
        return before + after if after else before.rstrip("\n") + "\n"
    return f"{before}{middle}\n\n{after}" if after else f"{before}{middle}\n"


def _starts(lines: list[str]) -> list[int]:
    """Return where each line begins, and the end of the last."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _marked(lines: list[str]) -> str:
    marked = []
    for number, line in enumerate(lines):
        hashes = _HASHES.match(line)
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if hashes:
            line = f"{hashes.group(1)} {_MARK % number} {hashes.group(2).lstrip()}" + "\n"
        elif line.strip() and not line[0].isspace() and _UNDERLINE.match(below):
            line = f"{_MARK % number} {line}"
        marked.append(line)
    return "".join(marked)


def _placed(plain: tuple[Heading, ...], marked: tuple[Heading, ...]) -> Iterator[tuple[Heading, int]]:
    """Yield each heading that stands at a line of its own, with the number of that line."""
    if len(plain) != len(marked):  # a mark changed what is a heading: then nothing is sure
        return
    for heading, twin in zip(plain, marked, strict=True):
        if found := _MARKED.match(twin.title):
            yield heading, int(found.group(1))
