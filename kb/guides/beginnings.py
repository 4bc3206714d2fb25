"""The text with which a new guide begins: one file per kind and language in content/guide_templates/."""

import re
from functools import cache
from pathlib import Path

from common.typed import clean_text
from common.vocabulary import vocabulary

FOLDER = Path(__file__).parents[2] / "content" / "guide_templates"
LANGUAGES = ("nl", "en")
_BRACKETS = re.compile(r"(?<!\[)\[[^\[\]\n]+\](?![(\[])")


@cache
def template_for(kind: str, language: str) -> str:
    """Return the Markdown with which a guide of this kind begins; "" where there is no template."""
    if kind not in vocabulary().guide_kinds or language not in LANGUAGES:
        return ""
    path = FOLDER / f"{kind}.{language}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def is_untouched(body: str) -> bool:
    """Say whether nobody wrote anything in a text yet: it is empty, or a template as it came."""
    return not body.strip() or clean_text(body).strip() in {one.strip() for one in _templates()}


def left_of_templates(body: str) -> list[str]:
    """Return the sentences in square brackets that a template gave and nobody replaced, each as it stands there."""
    return [sentence for sentence in _sentences() if sentence in body]


@cache
def _templates() -> tuple[str, ...]:
    found = (template_for(kind, language) for kind in vocabulary().guide_kinds for language in LANGUAGES)
    return tuple(one for one in found if one)


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(dict.fromkeys(match for one in _templates() for match in _BRACKETS.findall(one)))
