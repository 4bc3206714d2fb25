"""Opening an edition: the form is frozen, and every report of that year is made and shown by the frozen form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Refused
from common.ledger import Actor
from registry.agreements.models import Agreement
from registry.editions.models import Edition
from registry.editions.questionnaire import parse, with_labels
from registry.signatures.duties import follow_signatures


def open_edition(
    session: Session,
    agreement: Agreement,
    year: int,
    period: tuple[date, date],
    data: Mapping[str, Any],
    *,
    actor: Actor,
) -> Edition:
    """Freeze the form in `data` as the edition of this agreement and year, and ask the report of who signed by then.

    `period` is the day on which it opens and the last day on which a report is on time.
    Raises ContentError where the form is wrong, Refused where the year has an edition already.
    """
    if session.scalars(select(Edition).filter_by(agreement_id=agreement.id, year=year)).first():
        raise Refused(N_("Er is al een vragenlijst over %(year)s bij deze afspraak."), year=year)
    opens_on, due_on = period
    frozen = with_labels({**data, "agreement": agreement.slug, "year": year})
    questionnaire = parse(frozen)
    snapshot = ledger.canonical_json(frozen)
    edition = Edition(
        agreement=agreement,
        year=year,
        opens_on=opens_on,
        due_on=due_on,
        schema_version=questionnaire.version,
        snapshot=snapshot,
        sha256=ledger.sha256(snapshot),
    )
    session.add(edition)
    session.flush()
    ledger.record(
        session,
        "edition.opened",
        f"edition:{agreement.slug}/{year}",
        {"opens_on": opens_on.isoformat(), "due_on": due_on.isoformat(), "sha256": edition.sha256},
        actor=actor,
    )
    follow_signatures(session, agreement.id, actor=actor)
    return edition
