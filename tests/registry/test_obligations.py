"""Obligations start, are corrected, moved and ended as versions; no later rule moves a deadline."""

from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from common.errors import Conflict, Refused
from common.ledger import SYSTEM, Actor, LedgerEntry
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.moving import grant_delay
from registry.obligations.reading import duties
from registry.obligations.starting import end_duties, start_duties
from registry.signatures.changing import change
from registry.signatures.days import last_day
from registry.signatures.duties import NOT_BOUND, follow_signatures, start_missing
from registry.signatures.models import DatePrecision, SignatureParty
from tests.factories_obligations import PLAN_DUE, Signed, make_signed
from tests.factories_review import make_authority

ADMINISTRATOR = Actor("beheerder", None)


@pytest.fixture
def signed(session: Session) -> Signed:
    return make_signed(session)


def events(session: Session) -> list[str]:
    query = select(LedgerEntry.event).where(LedgerEntry.event.startswith("duty.")).order_by(LedgerEntry.seq.desc())
    return list(session.scalars(query.limit(3)))


def test_deadlines_are_copied_when_somebody_signs_and_told_in_the_ledger(signed: Signed) -> None:
    found = signed.now()
    assert {key: (one.due_on, one.cause) for key, one in found.items()} == {
        ("action_plan", 0): (PLAN_DUE, DeadlineCause.STARTED),
        ("annual_report", 2025): (date(2026, 12, 26), DeadlineCause.STARTED),
    }
    entry = signed.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    assert entry.subject == f"duty:{signed.agreement.slug}"
    assert f"duty:gm9301/{signed.agreement.slug}/annual_report/2025" in entry.payload


def test_starting_again_changes_nothing_and_a_later_rule_moves_nothing(signed: Signed) -> None:
    before = signed.session.scalar(select(func.count(LedgerEntry.seq)))
    signed.version.obligations[0].within = "P6M"
    signed.version.obligations[0].grace_days = 99
    signed.edition.due_on = date(2026, 9, 30)
    signed.session.flush()
    assert follow_signatures(signed.session, signed.agreement.id, actor=SYSTEM) == 0
    assert start_missing(signed.session, actor=SYSTEM) == 0
    assert start_duties(signed.session, signed.version, [signed.authority.id], date(2024, 2, 1), actor=SYSTEM) == 0
    assert (signed.plan().due_on, signed.plan().grace_days) == (PLAN_DUE, 0)
    assert signed.session.scalar(select(func.count(LedgerEntry.seq))) == before


def test_another_day_of_signing_corrects_the_deadline_as_a_new_version(signed: Signed) -> None:
    change(signed.session, signed.signature, {"signed_on": date(2024, 2, 29)}, reason="Typefout", actor=ADMINISTRATOR)
    plan = signed.plan()
    assert (plan.number, plan.due_on, plan.cause) == (2, date(2025, 2, 28), DeadlineCause.CORRECTED)
    unknown = {"signed_on": None, "date_precision": DatePrecision.UNKNOWN}
    change(signed.session, signed.signature, unknown, reason="Bron ingetrokken", actor=ADMINISTRATOR)
    assert (signed.plan().number, signed.plan().due_on) == (3, None)
    assert signed.now()["annual_report", 2025].ends_on == date(2026, 9, 1)  # never asked after all
    known = {"signed_on": date(2024, 2, 1), "date_precision": DatePrecision.DAY}
    change(signed.session, signed.signature, known, reason="Bron gevonden", actor=ADMINISTRATOR)
    assert (signed.plan().due_on, signed.now()["annual_report", 2025].ends_on) == (PLAN_DUE, None)


def test_a_year_before_signing_is_not_asked(signed: Signed) -> None:
    day = {"signed_on": date(2026, 1, 1)}
    change(signed.session, signed.signature, day, reason="Later getekend", actor=ADMINISTRATOR)
    asked = [one for one in duties(signed.session, authority_id=signed.authority.id) if one.year]
    assert [(one.year, one.term.ends_on) for one in asked] == [(2025, date(2026, 9, 1))]


def test_an_ended_signature_ends_what_is_asked_with_its_reason_and_can_be_taken_back(signed: Signed) -> None:
    facts = {"ended_on": date(2026, 6, 1), "ended_reason": "Koopt niet meer in."}
    change(signed.session, signed.signature, facts, reason="Besluit", actor=ADMINISTRATOR)
    plan = signed.plan()
    assert (plan.ends_on, plan.cause, plan.change_reason) == (
        date(2026, 6, 1), DeadlineCause.ENDED, "Koopt niet meer in.",
    )  # fmt: skip
    assert signed.now()["annual_report", 2025].ends_on == date(2026, 9, 1)  # it opened after the end: never asked
    assert end_duties(
        signed.session, signed.agreement.id, [signed.authority.id], date(2026, 6, 1), "x", actor=SYSTEM
    ) == 0  # fmt: skip
    back = {"ended_on": None, "ended_reason": None}
    change(signed.session, signed.signature, back, reason="Vergissing", actor=ADMINISTRATOR)
    assert {one.ends_on for one in signed.now().values()} == {None}


def test_a_delay_moves_one_deadline_stays_known_and_outlives_a_correction(signed: Signed) -> None:
    plan = signed.plan()
    with pytest.raises(Refused, match="na de termijn"):
        grant_delay(signed.session, plan.duty_id, PLAN_DUE, "Waarom", made_from=1, actor=ADMINISTRATOR)
    with pytest.raises(Refused, match="waarom"):
        grant_delay(signed.session, plan.duty_id, date(2027, 1, 1), "  ", made_from=1, actor=ADMINISTRATOR)
    with pytest.raises(Refused, match="vijf jaar"):
        grant_delay(signed.session, plan.duty_id, date(2207, 1, 1), "Waarom", made_from=1, actor=ADMINISTRATOR)
    grant_delay(signed.session, plan.duty_id, date(2027, 1, 1), "De raad viel.", made_from=1, actor=ADMINISTRATOR)
    assert events(signed.session)[0] == "duty.delayed"
    with pytest.raises(Conflict, match="intussen"):
        grant_delay(signed.session, plan.duty_id, date(2027, 2, 1), "Nog eens", made_from=1, actor=ADMINISTRATOR)
    asked = duties(signed.session, duty_id=plan.duty_id)[0]
    assert asked.term.moved is not None
    assert (asked.term.moved.reason, asked.term.moved.from_day) == ("De raad viel.", PLAN_DUE)
    change(signed.session, signed.signature, {"signed_on": date(2024, 3, 1)}, reason="Typefout", actor=ADMINISTRATOR)
    assert signed.plan().due_on == date(2027, 1, 1)


def test_who_was_bound_by_mistake_was_never_asked_anything_until_he_is_bound_after_all(signed: Signed) -> None:
    grant_delay(signed.session, signed.plan().duty_id, date(2027, 1, 1), "Ziekte", made_from=1, actor=ADMINISTRATOR)
    other = make_authority(signed.session, "gm9302", "Gemeente Anders")
    parties = [SignatureParty(authority_id=other.id)]
    change(signed.session, signed.signature, {}, parties=parties, reason="Verkeerde gemeente", actor=ADMINISTRATOR)
    plan = signed.plan()
    assert (plan.ends_on, plan.change_reason) == (plan.starts_on, NOT_BOUND)
    assert {one.ends_on == one.starts_on for one in signed.now().values()} == {True}
    assert {one.year for one in duties(signed.session, authority_id=other.id)} == {0, 2025}
    before = plan.number
    assert follow_signatures(signed.session, signed.agreement.id, [signed.authority.id], actor=SYSTEM) == 0
    parties = [SignatureParty(authority_id=signed.authority.id)]
    change(signed.session, signed.signature, {}, parties=parties, reason="Toch wel", actor=ADMINISTRATOR)
    plan = signed.plan()
    assert (plan.number, plan.ends_on, plan.due_on) == (before + 1, None, date(2027, 1, 1))
    assert signed.now()["annual_report", 2025].ends_on is None


def test_a_signature_that_ends_on_its_first_day_asks_nothing_and_stays_so(signed: Signed) -> None:
    facts = {"ended_on": date(2024, 2, 1), "ended_reason": "Vergissing."}
    change(signed.session, signed.signature, facts, reason="Besluit", actor=ADMINISTRATOR)
    assert (signed.plan().number, signed.plan().ends_on) == (2, date(2024, 2, 1))
    assert follow_signatures(signed.session, signed.agreement.id, [signed.authority.id], actor=SYSTEM) == 0


def test_a_delay_outlives_every_correction_not_only_the_first(signed: Signed) -> None:
    grant_delay(signed.session, signed.plan().duty_id, date(2027, 1, 1), "Ziekte", made_from=1, actor=ADMINISTRATOR)
    for day in (date(2024, 3, 1), date(2024, 4, 1)):
        change(signed.session, signed.signature, {"signed_on": day}, reason="Typefout", actor=ADMINISTRATOR)
    assert signed.plan().due_on == date(2027, 1, 1)
    change(signed.session, signed.signature, {"signed_on": date(2026, 4, 1)}, reason="Later", actor=ADMINISTRATOR)
    assert signed.plan().due_on == date(2027, 4, 1)


def test_the_register_still_says_what_it_said_before_a_delay(session: Session) -> None:
    with frozen_at(datetime(2026, 1, 5, 9, tzinfo=AMSTERDAM)):
        signed = make_signed(session)
    with frozen_at(datetime(2026, 2, 5, 9, tzinfo=AMSTERDAM)):
        grant_delay(session, signed.plan().duty_id, date(2026, 8, 1), "Ziekte", made_from=1, actor=ADMINISTRATOR)
    moments = [datetime(2026, month, 20, tzinfo=AMSTERDAM) for month in (1, 2)]
    said = [duties(session, one, authority_id=signed.authority.id)[0].term.due_on for one in moments]
    assert said == [PLAN_DUE, date(2026, 8, 1)]
    assert duties(session, datetime(2026, 1, 1, tzinfo=AMSTERDAM), authority_id=signed.authority.id) == []


def test_what_an_older_database_misses_starts_with_the_day_on_which_it_was_known(signed: Signed) -> None:
    ending = {"ended_on": date(2026, 1, 1), "ended_reason": "Opgezegd."}
    change(signed.session, signed.signature, ending, reason="Brief.", actor=ADMINISTRATOR)
    for row in [*signed.session.scalars(select(DutyVersion)), *signed.session.scalars(select(Duty))]:
        signed.session.delete(row)
    signed.session.flush()
    assert start_missing(signed.session, actor=SYSTEM) > 300
    assert (signed.plan().number, signed.plan().ends_on) == (1, date(2026, 1, 1))
    assert signed.plan().recorded_at == signed.signature.versions[0].recorded_at
    assert start_missing(signed.session, actor=SYSTEM) == 0


@pytest.mark.parametrize(
    ("day", "precision", "last"),
    [
        (date(2022, 11, 24), DatePrecision.DAY, date(2022, 11, 24)),
        (date(2022, 11, 24), DatePrecision.WEEK, date(2022, 11, 27)),
        (date(2024, 2, 1), DatePrecision.MONTH, date(2024, 2, 29)),
        (date(2022, 3, 1), DatePrecision.YEAR, date(2022, 12, 31)),
        (None, DatePrecision.UNKNOWN, None),
    ],
)
def test_a_deadline_counts_from_the_last_day_that_the_source_allows(
    day: date | None, precision: DatePrecision, last: date | None
) -> None:
    assert last_day(day, precision) == last
