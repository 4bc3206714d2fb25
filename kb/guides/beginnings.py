"""The text with which a new guide begins: one file per kind and language in content/guide_templates/."""

from functools import cache
from pathlib import Path

from common.vocabulary import vocabulary

FOLDER = Path(__file__).parents[2] / "content" / "guide_templates"
LANGUAGES = ("nl", "en")


@cache
def template_for(kind: str, language: str) -> str:
    """Return the Markdown with which a guide of this kind begins; "" where there is no template."""
    if kind not in vocabulary().guide_kinds or language not in LANGUAGES:
        return ""
    path = FOLDER / f"{kind}.{language}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""
