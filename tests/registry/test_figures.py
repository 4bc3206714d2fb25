"""Key figures: one agreement at a time, from what is public, and true in the same second."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from accounts.people import actor_for
from common.clock import local, today
from common.versions import AsOf
from registry.agreements.models import Agreement
from registry.agreements.reading import find_agreement
from registry.editions.models import Edition
from registry.insight.figures import Figure, key_figures
from registry.participants.participants import list_participants
from registry.reports.models import Publication, Report, ReportState, Submission
from registry.reviews.deciding import publish_at_once
from registry.signatures.confirming import confirm
from registry.signatures.models import Signature
from website.example.accounts import make_account


def agreement_of(session: Session, slug: str = "voorbeeldafspraak") -> Agreement:
    return session.scalars(select(Agreement).where(Agreement.slug == slug)).one()


def figure(session: Session, word: str) -> Figure:
    return next(one for one in key_figures(session, agreement_of(session), AsOf(today())) if word in one.label["nl"])


def waiting(session: Session) -> Submission:
    return session.scalars(select(Submission).join(Report).where(Report.state == ReportState.SUBMITTED)).all()[0]


def test_publishing_a_report_changes_the_figures(session: Session) -> None:
    reviewer = make_account(session, "tweede@redactie.voorbeeld.example", "Tweede Beoordelaar", StaffRole.REVIEWER)
    reported, share = figure(session, "rapportages"), figure(session, "aanbestedingen")
    publish_at_once(session, waiting(session), actor=actor_for(reviewer, StaffRole.REVIEWER))
    session.flush()
    assert figure(session, "rapportages").value == reported.value + 1
    assert figure(session, "rapportages").unit == reported.unit
    assert share.note["nl"].startswith("Over")
    assert "uit 12 rapportages" in share.note["nl"]
    assert "uit 13 rapportages" in figure(session, "aanbestedingen").note["nl"]


def test_confirming_a_signature_adds_a_participant(session: Session) -> None:
    before = figure(session, "deelnemers in")
    administrator = make_account(session, "t@redactie.voorbeeld.example", "Tweede Beheerder", StaffRole.ADMINISTRATOR)
    signature = session.scalars(select(Signature).where(Signature.key == "voorbeeldafspraak/gemeente-ganzemaat")).one()
    confirm(session, signature, "Nagebeld", actor=actor_for(administrator, StaffRole.ADMINISTRATOR))
    assert figure(session, "deelnemers in").value == before.value + 1


def test_participants_of_the_figures_are_those_of_the_list(session: Session) -> None:
    for slug in ("voorbeeldafspraak", "mvoi-2022-2025", "mvi-2016-2020"):
        agreement = agreement_of(session, slug)
        listed = list_participants(session, agreement, AsOf(today()))
        assert key_figures(session, agreement, AsOf(today()))[0].value == len(listed)


def test_a_real_agreement_shows_no_shares_that_nobody_reported(session: Session) -> None:
    figures = key_figures(session, agreement_of(session, "mvoi-2022-2025"), AsOf(today()))
    assert [one.label["nl"] for one in figures] == ["deelnemers in dit register", "ondertekeningen"]
    assert [one.value for one in figures] == [49, 28]
    assert {one.as_of for one in figures} == {today()}


def test_a_report_that_was_published_later_does_not_count_on_a_day_before(session: Session) -> None:
    agreement = agreement_of(session)
    query = select(func.min(Publication.recorded_at), func.min(Edition.opens_on)).select_from(Publication)
    query = query.join(Report).join(Edition, Edition.id == Report.edition_id)
    first, opened = session.execute(query.where(Edition.agreement_id == agreement.id)).one()
    first_day = local(first).date()
    assert opened < first_day - timedelta(days=1)
    for days, seen in ((-1, False), (0, True)):
        found = key_figures(session, agreement, AsOf(first_day + timedelta(days=days)))
        assert any("rapportages" in one.label["nl"] for one in found) is seen


def test_nobody_took_part_before_the_first_day(session: Session) -> None:
    agreement = agreement_of(session, "mvoi-2022-2025")
    assert key_figures(session, agreement, AsOf(today() - timedelta(days=365 * 20)))[0].value == 0


def test_five_queries_are_enough(session: Session) -> None:
    agreement = find_agreement(session, "voorbeeldafspraak")
    assert agreement is not None
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    key_figures(session, agreement, AsOf(today()))
    assert len([one for one in asked if one.startswith("SELECT")]) <= 5
