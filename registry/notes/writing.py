"""The note as a file: DOCX from a template that staff may replace, PDF from our own typst source."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from common.errors import N_, Refused
from common.typesetting import pdf
from registry.notes.content import INVENTED, Note, Result, ThemeLevel

OWN_TEMPLATE: Final = Path(__file__).parents[2] / "content" / "notes" / "notitie.docx"
SOURCE: Final = Path(__file__).parents[2] / "templates" / "registry" / "notes" / "note.typ"
MOST_BYTES: Final = 10_000_000
"""Of a finished note: a template that grows beyond this is not a note."""

WORDS: Final = {
    "organisation": "organisatie", "kind": "soort", "agreement": "afspraak", "year": "jaar",
    "published_on": "gepubliceerd_op", "receipt": "nummer", "fingerprint": "vingerafdruk", "summary": "samenvatting",
    "results": "resultaten", "levels": "niveaus", "actions": "acties", "coming": "komt_eraan",
    "previous_year": "vorig_jaar", "compared_with": "vergelijking", "corrected_because": "verbeterd_omdat",
    "name": "naam", "now": "nu", "before": "eerder", "difference": "verschil", "median": "mediaan",
    "theme": "thema", "level": "niveau", "invented": "verzonnen",
    "addressed_to": "aan", "assurance": "zekerheid",
}  # fmt: skip
"""What a template calls each thing: staff write Dutch in theirs."""

_SANDBOX: Final = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
"""A name that is misspelled is an error, for whoever tries his template."""


class WrongTemplate(Refused):
    """No note can be made with this template; `reason` is what the library says, for who made it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(N_("Met dit sjabloon lukt het niet een notitie te maken."))


def values_of(note: Note, address: str) -> dict[str, Any]:
    """Return what a template may print, by its Dutch names; `address` is where the report can be read."""
    return {**_dutch(asdict(note)), "adres": address}


def _dutch(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {WORDS.get(key, key): _dutch(item) for key, item in value.items()}
    return [_dutch(item) for item in value] if isinstance(value, list | tuple) else value


def as_docx(values: Mapping[str, Any], template: bytes) -> bytes:
    """Return the note as DOCX; raise WrongTemplate with the reason where the template cannot be filled in.

    The template runs in Jinja's sandbox: it prints and repeats, and reaches nothing but these values.
    """
    try:
        document = DocxTemplate(BytesIO(template))
        # Texts are escaped: what an authority wrote is text, also where it looks like mark-up.
        document.render(dict(values), jinja_env=_SANDBOX, autoescape=True)
        made = BytesIO()
        document.save(made)
    except (TemplateError, ValueError, KeyError, TypeError, OverflowError, ArithmeticError) as error:
        raise WrongTemplate(f"{type(error).__name__}: {error}"[:300]) from error
    except Exception as error:  # python-docx and lxml raise what they like over a broken package
        raise WrongTemplate(type(error).__name__) from error
    if made.tell() > MOST_BYTES:
        raise WrongTemplate("te groot")
    return made.getvalue()


def as_pdf(values: Mapping[str, Any]) -> bytes:
    """Return the note as PDF (PDF/UA-1 and PDF/A-2a); raise TypesettingError where typst makes none."""
    title = f"Notitie over {values['jaar']}: {values['organisatie']}"
    return pdf(_source(), dict(values), title=title, language="nl")


@lru_cache(maxsize=1)
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def own_template() -> bytes:
    """Return the template that comes with the site."""
    return OWN_TEMPLATE.read_bytes()


def sample() -> Note:
    """Return an invented note, with which a template is tried before it counts."""
    return Note(
        organisation="Gemeente Voorbeeld", kind="gemeente", addressed_to="college en raad",
        agreement="Voorbeeldafspraak", year=2025,
        published_on="1 juni 2026", receipt="2025-VOORBEELD", fingerprint="0" * 64, summary="Een samenvatting.",
        results=[Result("Aanbestedingen met MVOI-criteria", "12", "10", "+2", "11"), Result("Budget", "onbekend")],
        levels=[ThemeLevel("Klimaat", "Significant", "Basis")], actions=["Een actie (klaar: 1 mei 2027)"],
        coming=["Rapportage over 2026: uiterlijk 31 mei 2027"], previous_year=2024,
        compared_with="Het middelste cijfer is van andere gemeenten (hoogstens 8).", corrected_because="",
        assurance="De cijfers zijn een eigen opgave van de organisatie.",
        invented=INVENTED,
    )  # fmt: skip
