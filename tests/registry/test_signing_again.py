"""Several signatures of one authority: signing again, taking over, a month or year as the day, and corrections."""

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at, today
from common.ledger import Actor
from common.versions import AsOf
from registry.agreements.models import AgreementVersion, Obligation
from registry.authorities.models import Merger
from registry.participants.agreement_pages import signed_texts
from registry.participants.participants import list_participants
from registry.signatures.changing import change
from registry.signatures.duties import follow_signatures
from registry.signatures.models import (
    Certainty,
    DatePrecision,
    Origin,
    Signature,
    SignatureParty,
    SignatureVersion,
)
from registry.signatures.signatories import signatories
from tests.factories_obligations import PLAN_DUE, Signed, make_signed
from tests.factories_review import make_authority

ADMINISTRATOR = Actor("beheerder", None)


def signed_too(
    signed: Signed, day: date, *, precision: DatePrecision = DatePrecision.DAY, party: int | None = None
) -> Signature:
    """Let an authority sign the agreement, as a source tells, and staff confirm it."""
    version = SignatureVersion(
        number=1, name_as_signed="Nog eens", signed_on=day, date_precision=precision, certainty=Certainty.CERTAIN,
        origin=Origin.SOURCE, confirmed=False, source="test",
        parties=[SignatureParty(authority_id=party or signed.authority.id)],
    )  # fmt: skip
    signature = Signature(
        key=f"nog-eens/{day}-{party}", agreement_id=signed.agreement.id, agreement_version_id=signed.version.id,
        versions=[version],
    )  # fmt: skip
    signed.session.add(signature)
    signed.session.flush()
    change(signed.session, signature, {"confirmed": True}, reason="Gezien.", actor=ADMINISTRATOR)
    return signature


def end(signed: Signed, day: date) -> None:
    facts = {"ended_on": day, "ended_reason": "Koopt niet meer in."}
    change(signed.session, signed.signature, facts, reason="Besluit", actor=ADMINISTRATOR)


def test_who_ended_and_signs_again_is_asked_from_the_new_day_and_late_by_nothing_of_before(session: Session) -> None:
    signed = make_signed(session)
    end(signed, date(2024, 6, 1))
    signed_too(signed, date(2026, 9, 1))
    plan = signed.plan()
    assert (plan.starts_on, plan.due_on, plan.ends_on) == (date(2026, 9, 1), date(2027, 9, 1), None)
    found = {one.who.code: one for one in list_participants(session, signed.agreement, AsOf(date(2026, 11, 21)))}
    assert (found["gm9301"].who.signed_on, found["gm9301"].status.value) == (date(2026, 9, 1), "op-tijd")


def test_a_signature_that_follows_without_a_break_gives_no_new_time(session: Session) -> None:
    signed = make_signed(session)
    end(signed, date(2024, 6, 1))
    before = signed.plan().due_on
    signed_too(signed, date(2024, 6, 1))
    assert (signed.plan().due_on, signed.plan().ends_on) == (before, None)


def test_what_a_signature_asked_of_a_year_before_it_ended_stays_as_it_ended(session: Session) -> None:
    signed = make_signed(session)
    signed.edition.opens_on, signed.edition.due_on = date(2026, 3, 1), date(2026, 5, 1)
    report = signed.now()["annual_report", 2025]
    report.starts_on, report.due_on = date(2026, 3, 1), date(2026, 5, 1)
    session.flush()
    end(signed, date(2026, 7, 1))
    signed_too(signed, date(2026, 9, 1))
    report = signed.now()["annual_report", 2025]
    assert (report.ends_on, report.due_on) == (date(2026, 7, 1), date(2026, 5, 1))


def test_taking_over_a_signature_leaves_what_the_successor_signed_itself(session: Session) -> None:
    signed = make_signed(session)
    signed.edition.opens_on, signed.edition.due_on = date(2026, 3, 1), date(2026, 5, 1)
    report = signed.now()["annual_report", 2025]
    report.starts_on, report.due_on = date(2026, 3, 1), date(2026, 5, 1)
    session.flush()
    before = {key: (one.due_on, one.ends_on) for key, one in signed.now().items()}
    other = make_authority(session, "gm9302", "Gemeente Opgaand")
    theirs, day = signed_too(signed, date(2022, 11, 24), party=other.id), date(2026, 7, 1)
    merger = session.scalars(select(Merger.id)).first()
    parties = [
        SignatureParty(authority_id=other.id, binds_to=day),
        SignatureParty(authority_id=signed.authority.id, binds_from=day, merger_id=merger),
    ]
    change(session, theirs, {}, parties=parties, reason="Herindeling", actor=ADMINISTRATOR)
    assert {key: (one.due_on, one.ends_on) for key, one in signed.now().items()} == before
    found = {one.code: one for one in signatories(session, signed.agreement.id, AsOf(date(2026, 11, 21)))}
    assert (found["gm9301"].signed_on, len(found["gm9301"].signature_ids)) == (date(2024, 2, 1), 2)


@pytest.mark.parametrize(
    ("last", "precision"),
    [(date(2026, 11, 30), DatePrecision.MONTH), (date(2026, 12, 31), DatePrecision.YEAR)],
)
def test_what_was_signed_this_month_or_year_binds_now_and_is_late_by_its_last_day(
    session: Session, last: date, precision: DatePrecision
) -> None:
    with frozen_at(datetime(2026, 11, 21, 12, tzinfo=AMSTERDAM)):
        signed = make_signed(session)
        other = make_authority(session, "gm9302", "Gemeente Maand")
        signed_too(signed, last, precision=precision, party=other.id)
        found = {one.who.code: one for one in list_participants(session, signed.agreement, AsOf(today()))}
        plan = found["gm9302"].plan
        assert (plan.due_on, plan.state.value) == (last.replace(year=2027), "not_yet_due")
        before = AsOf(date(2026, 10, 31) if precision is DatePrecision.MONTH else date(2025, 12, 31))
        assert "gm9302" not in {one.code for one in signatories(session, signed.agreement.id, before)}


def test_an_end_does_not_show_on_a_day_before_it_was_signed(session: Session, client: FlaskClient) -> None:
    signed = make_signed(session)
    end(signed, date(2025, 6, 1))
    page = f"/deelnemers/{signed.authority.slug}"
    session.commit()
    assert "Koopt niet meer in." in client.get(f"{page}?geldigOp=2024-06-01").text
    assert "Koopt niet meer in." not in client.get(f"{page}?geldigOp=2020-01-01").text


def test_of_two_signatures_that_hold_page_and_deadlines_follow_the_same_one(session: Session) -> None:
    signed = make_signed(session)
    columns = [one.key for one in AgreementVersion.__table__.columns if one.key not in {"id", "number"}]
    newer = AgreementVersion(number=2, **{name: getattr(signed.version, name) for name in columns})
    signed.version.superseded_at = newer.recorded_at
    session.flush()
    plan = signed.version.obligations[0]
    newer.obligations.append(Obligation(code=plan.code, kind=plan.kind, within="P2Y", grace_days=9, text=plan.text))
    session.add(newer)
    session.flush()
    later = signed_too(signed, date(2025, 3, 1))
    later.agreement_version = newer
    session.flush()
    follow_signatures(session, signed.agreement.id, [signed.authority.id], actor=ADMINISTRATOR)
    who = {one.code: one for one in signatories(session, signed.agreement.id, AsOf(date(2026, 11, 21)))}["gm9301"]
    texts = signed_texts(session, signed.authority.id, AsOf(date(2026, 11, 21)))
    assert (who.text_number, texts[signed.agreement.id], signed.plan().due_on) == (1, 1, PLAN_DUE)
    end(signed, date(2024, 6, 1))
    who = {one.code: one for one in signatories(session, signed.agreement.id, AsOf(date(2026, 11, 21)))}["gm9301"]
    asked = signed.plan()
    assert (who.text_number, asked.due_on, asked.grace_days) == (2, date(2027, 3, 1), 9)
