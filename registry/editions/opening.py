"""Opening an edition: the form is frozen, and every report of that year is made and shown by the frozen form."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import today
from common.content import read_yaml
from common.errors import N_, Refused
from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion, ObligationKind
from registry.agreements.periods import yearly_day
from registry.agreements.reading import obligation_of
from registry.editions.models import Edition, EditionDraft, EditionVersion
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
    schema, snapshot = parse(frozen).version, ledger.canonical_json(frozen)
    same = {"schema_version": schema, "snapshot": snapshot, "sha256": ledger.sha256(snapshot)}
    edition = Edition(agreement=agreement, year=year, opens_on=opens_on, due_on=due_on, **same)
    edition.versions.append(EditionVersion(number=0, recorded_role=actor.role, **same))
    session.add(edition)
    session.flush()
    ledger.record(
        session,
        "edition.opened",
        f"edition:{agreement.slug}/{year}",
        {
            "opens_on": opens_on.isoformat(),
            "due_on": due_on.isoformat(),
            "sha256": edition.sha256,
            "fingerprint": edition.sha256,
        },
        actor=actor,
    )
    follow_signatures(session, agreement.id, actor=actor)
    return edition


def open_due(session: Session, folder: Path, *, actor: Actor) -> list[Edition]:
    """Open the form on the year that ended, with the newest questions of `folder`, where an agreement asks a report.

    Asked are the agreements that this register follows and that name a day of each year: from 1 January on, until
    that day, for each year of their period. An edition that is there already keeps its own days, and a year for which
    staff are writing a form is theirs to open. Idempotent.
    """
    year, opened = today().year - 1, []
    for version in _yearly(session):
        asked = obligation_of(version, ObligationKind.ANNUAL_REPORT)
        if asked is None or asked.yearly_by is None:
            continue
        due_on = yearly_day(asked.yearly_by, year + 1)
        begun = version.period_from.year <= year and (version.period_to is None or year <= version.period_to.year)
        if begun and today() <= due_on and not _has_form(session, version.agreement_id, year):
            data = read_yaml(max((folder / "editions").glob("*.yaml")))
            opened.append(open_edition(session, version.agreement, year, (today(), due_on), data, actor=actor))
    return opened


def _has_form(session: Session, agreement_id: int, year: int) -> bool:
    """Say whether this year has an edition, or a draft of one."""
    return any(
        session.scalar(select(table.id).filter_by(agreement_id=agreement_id, year=year)) is not None
        for table in (Edition, EditionDraft)
    )


def _yearly(session: Session) -> Sequence[AgreementVersion]:
    query = select(AgreementVersion).where(known_at(AgreementVersion), AgreementVersion.followed.is_(True))
    return session.scalars(query.order_by(AgreementVersion.agreement_id)).all()
