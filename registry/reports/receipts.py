"""The receipt of a submission as files: a PDF to read and keep, and the JSON of which the fingerprint was taken.

Neither names the contact person: a copy that was mailed cannot be erased (docs/decisions/0007).
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from common.clock import local
from common.outbox import Enclosure
from common.typesetting import TypesettingError, pdf
from common.vocabulary import Text
from registry.reports import words
from registry.reports.differences import in_text
from registry.reports.display import OWN, ShownAnswer, shown_submission
from registry.reports.models import AnswerState, Submission
from registry.reports.public_content import agreed_at

log = logging.getLogger(__name__)

_SOURCE: Final = Path(__file__).parents[2] / "templates" / "registry" / "reports" / "receipt.typ"
_WORDS: Final[Mapping[str, Text]] = {
    "title": {
        "nl": "Ontvangstbevestiging: rapportage over {year}",
        "en": "Confirmation of receipt: report on {year}",
    },
    "number": {"nl": "Ontvangstnummer", "en": "Receipt number"},
    "authority": {"nl": "Organisatie", "en": "Organisation"},
    "agreement": {"nl": "Afspraak", "en": "Agreement"},
    "year": {"nl": "Verslagjaar", "en": "Reporting year"},
    "at": {"nl": "Ingediend op", "en": "Submitted on"},
    "submission": {"nl": "Indiening", "en": "Submission"},
    "reason": {"nl": "Reden van deze indiening", "en": "Reason for this submission"},
    "agreed": {"nl": "Bestuurder akkoord op", "en": "Agreed by the executive on"},
    "paper": {"nl": "Hoe ingediend", "en": "How it was submitted"},
    "on_paper": {
        "nl": "Op papier, door de redactie ingevoerd",
        "en": "On paper, entered by the editors",
    },
    "mark_title": {"nl": "Kenmerk (SHA-256)", "en": "Fingerprint (SHA-256)"},
    "mark_text": {
        "nl": "Dit is de vingerafdruk van het bestand (JSON) met de antwoorden. Verandert er later iets, dan klopt hij "
        "niet meer. Op de site kan iedereen hem controleren.",
        "en": "This is the fingerprint of the file (JSON) with the answers. It no longer fits if anything changes "
        "later. Anybody can check it on the site.",
    },
    "contact": {
        "nl": "De contactpersoon staat niet in dit bestand, zodat die persoon later verwijderd kan worden. Op de site "
        "kunt u de gegevens zien.",
        "en": "The contact person is not in this file, so that this person can be erased later. You can see the "
        "details on the site.",
    },
    "no": {"nl": "Niet openbaar.", "en": "Not public."},
    "totals": {
        "nl": "Alleen als aantal over alle deelnemers openbaar.",
        "en": "Public only as a number over all participants.",
    },
}


def receipt_files(submission: Submission, agreement: Text, language: str) -> list[Enclosure]:
    """Return the files for the mail: the PDF in the reader's language, and the JSON.

    Handing in never fails for want of a PDF: it is left out then, logged, and made again when somebody asks for it.
    """
    files = [Enclosure(f"{file_name(submission)}.json", "application/json", submission.content.encode())]
    try:
        made = receipt_pdf(submission, agreement, language)
    except TypesettingError:
        log.exception("no PDF of receipt %s", submission.receipt)
        return files
    return [Enclosure(f"{file_name(submission)}.pdf", "application/pdf", made), *files]


def file_name(submission: Submission) -> str:
    """Return what the files of a receipt are called, without an ending."""
    return f"rapportage-{submission.receipt}"


def receipt_pdf(submission: Submission, agreement: Text, language: str) -> bytes:
    """Return the receipt as PDF; the same bytes for the same submission and language. Raises TypesettingError.

    `agreement` is the title of the agreement. Takes about 75 ms for a full report.
    """
    language = language if language in words.LOCALES else "nl"
    year = str(json.loads(submission.content)["year"])
    data = {
        "number": submission.receipt,
        "facts": list(_facts(submission, agreement, language)),
        "mark_title": _WORDS["mark_title"][language],
        "mark_text": _WORDS["mark_text"][language],
        "fingerprint": submission.fingerprint,
        "sections": [
            {
                "title": f"{part.section.key}. {part.section.title[language]}",
                "answers": [_answer(answer, language) for answer in part.answers],
            }
            for part in shown_submission(submission, audience=OWN)
        ],
    }
    title = _WORDS["title"][language].format(year=year)
    source = _SOURCE.read_text(encoding="utf-8")
    return pdf(source, data, title=title, language=language, moment=submission.submitted_at)


def _facts(submission: Submission, agreement: Text, language: str) -> Iterator[tuple[str, str]]:
    told: dict[str, Any] = json.loads(submission.content)
    said = {
        "number": submission.receipt,
        "authority": str(told["authority"]["name"]),
        "agreement": agreement.get(language) or agreement["nl"],
        "year": str(told["year"]),
        "at": _moment(submission.submitted_at, language),
        "submission": str(submission.number),
    }
    agreed = agreed_at(submission)
    if submission.reason:
        said["reason"] = submission.reason
    if agreed:
        said["agreed"] = _moment(agreed, language)
    if submission.on_paper:
        said["paper"] = _WORDS["on_paper"][language]
    for name, value in said.items():
        yield _WORDS[name][language], value


def _moment(value: datetime, language: str) -> str:
    """Write a moment on the Dutch clock."""
    return f"{words.day(local(value).date(), language)}, {local(value):%H:%M}"


def _answer(answer: ShownAnswer, language: str) -> dict[str, Any]:
    person = answer.question.type == "person" and answer.state == AnswerState.GIVEN.value
    note = _WORDS.get(answer.question.publish)
    text = _WORDS["contact"][language] if person else in_text(answer, language)
    return {
        "question": f"{answer.key}. {answer.label[language]}",
        "lines": text.split("\n"),
        "note": note[language] if note else "",
    }
