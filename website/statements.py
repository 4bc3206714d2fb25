"""The statement pages: Markdown files in content/pages/, one per language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from common.errors import ContentError
from common.markdown import Heading, render_markdown


@dataclass(frozen=True)
class Statement:
    """A page of our own words."""

    name: str
    title: str
    summary: str
    html: str
    headings: tuple[Heading, ...]


@cache
def read_statement(folder: Path, name: str, language: str) -> Statement | None:
    """Return the page in this language, or in Dutch where it has no other; None where there is none."""
    for candidate in (language, "nl"):
        path = folder / f"{name}.{candidate}.md"
        if path.exists():
            front, body = split_front_matter(path)
            rendered = render_markdown(body, candidate)
            return Statement(name, str(front["title"]), str(front["summary"]), rendered.html, rendered.headings)
    return None


def split_front_matter(path: Path) -> tuple[dict[str, object], str]:
    """Split a Markdown file into its front matter and its body. Raises ContentError where it has none."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(path.name, 1, "front matter tussen --- ontbreekt")
    return dict(yaml.safe_load(parts[1])), parts[2]
