"""Correcting the texts of a form that opened: 2025 becomes 2025.1, with a note that everybody can read.

Only words change, in Dutch and in English: what a question means, asks, checks and allows stays as it was opened. Who
handed in already is shown by the form that he had.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Refused
from common.ledger import Actor
from common.typed import checked_reason
from common.versions import known_at, supersede
from registry.editions.drafting import form_of
from registry.editions.models import Edition, EditionDraft, EditionVersion
from registry.editions.questionnaire import parse, with_labels
from registry.editions.written import Form, by_name, frozen_part, read

WORDS: Final = frozenset({"label", "hint", "why", "statement", "title", "intro", "message", "reason"})
"""The fields that a correction may change. A unit is none: it says what a figure means."""


class NotOnlyWords(Refused):
    """Something else than a text changed; `rows` names the questions, or the part of the form."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__(
            N_("Een verbetering verandert alleen teksten. Hier veranderde iets anders: %(rows)s."), rows=", ".join(rows)
        )
        self.rows = rows


def beyond_words(form: Form, base: Form) -> list[str]:
    """Return the questions, sections and settings in which more than a text changed."""
    now, then = by_name(form), by_name(base)
    found = [name for name in {**then, **now} if _bare(now.get(name)) != _bare(then.get(name))]
    if not found and list(now) != list(then):
        found = [name for name, other in zip(now, then, strict=True) if name != other][:1]
    around = {name for name in {*form, *base} if name not in {"questions", "revision", *WORDS}}
    return found + sorted(name for name in around if _bare(form.get(name)) != _bare(base.get(name)))


def _bare(value: Any) -> Any:
    """Return a piece of a form without its words."""
    if isinstance(value, Mapping):
        return {name: _bare(item) for name, item in value.items() if name not in WORDS}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def publish_correction(
    session: Session, draft: EditionDraft, note: Mapping[str, str], *, actor: Actor
) -> EditionVersion:
    """Put the corrected texts in the place of those before, with a public note in both languages.

    The draft goes away. Raises NotOnlyWords, Refused (nothing changed, no note), ContentError.
    """
    edition = draft.corrects
    if edition is None:
        raise Refused(N_("Dit concept verbetert geen vragenlijst die al open is."))
    missing = N_("Schrijf op wat er verbeterd is, in het Nederlands en in het Engels.")
    said = {language: checked_reason(note.get(language, ""), missing) for language in ("nl", "en")}
    base, form = form_of(edition), frozen_part(draft.content)
    if rows := beyond_words(form, base):
        raise NotOnlyWords(rows)
    if form == base:
        raise Refused(N_("Er is nog geen tekst veranderd."))
    read(form, "concept")
    new = _next_version(session, edition, form, said, actor=actor)
    session.delete(draft)
    session.flush()
    return new


def _next_version(
    session: Session, edition: Edition, form: Form, note: Mapping[str, str], *, actor: Actor
) -> EditionVersion:
    query = select(EditionVersion).where(EditionVersion.edition_id == edition.id, known_at(EditionVersion))
    before = session.scalars(query.with_for_update()).one()
    frozen = {**with_labels(form), "revision": before.number + 1}
    snapshot = ledger.canonical_json(frozen)
    new = EditionVersion(
        edition_id=edition.id,
        number=before.number + 1,
        schema_version=parse(json.loads(snapshot)).version,
        snapshot=snapshot,
        sha256=ledger.sha256(snapshot),
        note=dict(note),
    )
    supersede(session, before, new, actor=actor, reason=note["nl"])
    edition.snapshot, edition.sha256 = new.snapshot, new.sha256
    edition.schema_version, edition.revision = new.schema_version, new.number
    payload = {"number": new.number, "sha256": new.sha256, "fingerprint": new.sha256, "reason": note["nl"]}
    ledger.record(session, "edition.corrected", subject_of_edition(edition), payload, actor=actor)
    return new


def subject_of_edition(edition: Edition) -> str:
    """Return what the ledger calls an edition."""
    return f"edition:{edition.agreement.slug}/{edition.year}"
