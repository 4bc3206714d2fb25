"""Authorities that end and go on in others: recorded, chosen about, carried out, taken back, and read afterwards."""

from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Membership
from common.ledger import LedgerEntry, first_broken
from registry.authorities.changing import current_versions
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.plans.models import Plan
from registry.reports.models import Report
from tests.factories_mergers import (
    COMING,
    LIST,
    PAST,
    Estate,
    choices,
    newest_merger,
    parts_of,
    record,
    settle,
)
from tests.factories_participants import words
from tests.factories_people import mails
from tests.factories_review import sign
from tests.html_forms import form_on
from tests.registry.mergers.recording import page
from tests.sites import csrf_token, sign_in

REASON = "Zo besloten de raden."
SOON = date(2026, 7, 1)


def told(session: Session, *verbs: str) -> list[str]:
    """Return the verbs of these events in the order of the ledger."""
    session.expire_all()
    return list(
        session.scalars(select(LedgerEntry.event).where(LedgerEntry.event.in_(verbs)).order_by(LedgerEntry.seq))
    )


def test_two_go_on_in_a_new_one_and_all_that_they_leave_goes_over(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    path = page(staff, PAST, "gm9401\ngm9402", nieuw="gm9403")
    assert parts_of(newest_merger(session)) == {"gm9401": "ended", "gm9402": "ended", "gm9403": "new"}
    assert [current_versions(session, one.id)[-1].valid_to for one in (estate.old, estate.other)] == [PAST, PAST]
    assert current_versions(session, estate.new.id)[0].valid_from == PAST
    assert settle(staff, path).status_code == 303
    assert choices(session) == {sort: [("moves", "gm9403")] for sort in ("signature", "plan", "report", "membership")}
    assert estate.parties() == {"gm9401": (None, PAST), "gm9403": (PAST, None)}
    assert session.get_one(Report, estate.report.id).authority_id == estate.new.id
    taken = session.scalars(select(Plan).where(Plan.authority_id == estate.new.id)).one().versions[0]
    assert (taken.title, taken.published_at is not None) == ("Plan van toen", True)
    assert (taken.note or "").startswith("Overgenomen van Gemeente gm9401 bij de herindeling van 01-01-2026.")
    works = session.scalars(select(Membership).where(Membership.user_id == estate.person.id)).all()
    assert {one.authority_code: one.ended_at is None for one in works} == {"gm9401": False, "gm9403": True}
    (mail,) = mails(session, "authority_merged")
    assert mail.to_address == estate.person.email
    assert "gm9403" in mail.body_text
    assert first_broken(session) is None


def test_the_obligations_go_along_with_the_deadline_that_they_had(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    old = session.scalars(select(DutyVersion).join(Duty).where(Duty.authority_id == estate.old.id)).first()
    assert old is not None
    settle(staff, page(staff, PAST, "gm9401", groeit="gm9402"))
    query = select(DutyVersion).join(Duty).where(DutyVersion.superseded_at.is_(None))
    session.expire_all()
    taken = session.scalars(query.where(Duty.authority_id == estate.other.id)).all()
    # The plan was due before the merger: that was the promise of the old one.
    assert [(one.duty.code, one.due_on, one.cause) for one in taken] == [
        ("annual_report", estate.edition.due_on, DeadlineCause.TAKEN_OVER)
    ]
    left = session.scalars(query.where(Duty.authority_id == estate.old.id)).all()
    # The plan is asked until the merger; the report, of which the form opens later, never was the old one's to make.
    assert {one.duty.code: one.ends_on for one in left} == {
        "action_plan": PAST, "annual_report": estate.edition.opens_on
    }  # fmt: skip


def test_into_one_that_signed_itself_the_signature_ends_and_nobody_is_bound_twice(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    sign(session, estate.other, estate.agreement)
    session.commit()
    path = page(staff, PAST, "gm9401", groeit="gm9402")
    assert "Gemeente gm9402 is al aan deze afspraak gebonden en wordt dat niet twee keer." in words(
        staff.get(path).text
    )
    settle(staff, path, report="stays", plan="stays")
    chosen = choices(session)
    assert (chosen["signature"], chosen["report"], chosen["plan"]) == ([("ends", None)], *[[("stays", None)]] * 2)
    assert session.get_one(Report, estate.report.id).authority_id == estate.old.id
    shown = words(staff.get(f"/deelnemers/{estate.old.slug}").text)
    assert "Gemeente gm9402 ondertekende zelf." in shown
    assert "De ondertekening met alle verplichtingen hield op" in shown


def test_one_is_divided_over_two_and_both_are_bound(estate: Estate, staff: FlaskClient, session: Session) -> None:
    path = page(staff, PAST, "gm9401", soort="splitsing", nieuw="gm9402", groeit="gm9403")
    settle(staff, path, plan="moves:all")
    found = choices(session)
    assert found["signature"] == found["plan"] == [("moves", "gm9402"), ("moves", "gm9403")]
    assert estate.parties() == {"gm9401": (None, PAST), "gm9402": (PAST, None), "gm9403": (PAST, None)}
    assert (found["report"], found["membership"]) == ([("stays", None)], found["signature"])


REFUSED = [
    ({"dag": "31-02-2026"}, "Schrijf een dag als 31-01-2026."),
    ({"soort": "huwelijk"}, "Kies een soort."),
    ({"eindigt": "gm0000000"}, "Deze organisatie staat niet in het register: gm0000000"),
    ({"eindigt": ""}, "Noem de organisaties die ophouden"),
    ({"nieuw": ""}, "Noem de organisatie die nieuw is"),
    ({"nieuw": "gm9401"}, "gm9401 staat er twee keer in."),
    ({"reden": ""}, "Schrijf waarom."),
    ({"bron": "een brief"}, "Noem het webadres waar dit staat."),
    ({"eindigt": "\n".join(["gm9401"] * 31)}, "Noem hoogstens 30 organisaties."),
]


def test_what_cannot_be_a_merger_is_refused_with_what_was_typed(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    before = newest_merger(session).id
    for wrong, reason in REFUSED:
        fields = {"nieuw": "gm9403", "reden": "Mijn lange reden", **wrong}
        answer = record(staff, PAST, fields.pop("eindigt", "gm9401"), **fields)
        assert (answer.status_code, reason in words(answer.text)) == (422, True), reason
        assert "reden" in wrong or "Mijn lange reden" in answer.text
    record(staff, PAST, "gm9401", nieuw="gm9403")
    again = record(staff, COMING, "gm9401", nieuw="gm9402")
    assert (again.status_code, "houdt al op in een andere herindeling" in words(again.text)) == (422, True)
    later = record(staff, date(2025, 12, 1), "gm9403", nieuw="gm9402")  # it begins on 1 January
    assert (later.status_code, "bestaat op die dag nog niet" in words(later.text)) == (422, True)
    assert newest_merger(session).id == before + 1


def test_a_merger_that_comes_changes_nothing_until_its_day(
    estate: Estate, staff: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = page(staff, COMING, "gm9401", nieuw="gm9403")
    shown = words(staff.get(path).text)
    assert "Deze herindeling komt nog" in shown
    assert "Kan vanaf 1 januari 2027" in shown
    settle(staff, path)
    assert choices(session) == {"signature": [("moves", "gm9403")]}  # the rest waits for the day
    old, new = (f"/deelnemers/{one.slug}" for one in (estate.old, estate.new))
    assert "ging verder" not in words(client.get(old).text)
    assert "Deze organisatie ging verder" in words(client.get(f"{old}?geldigOp=2027-01-01").text)
    assert "bestond toen nog niet" in words(client.get(new).text).lower()
    assert "Nam op 1 januari 2027 de ondertekening van Proefafspraak over." in words(
        client.get(f"{new}?geldigOp=2027-01-01").text
    )


def test_until_the_day_all_of_it_can_be_taken_back(estate: Estate, staff: FlaskClient, session: Session) -> None:
    path = page(staff, SOON, "gm9401", nieuw="gm9403")
    settle(staff, path)
    sent = {"csrf_token": csrf_token(staff, path), "wat": "keuzes", "reden": "Te vroeg."}
    assert staff.post(f"{path}/terugdraaien", data={**sent, "reden": ""}).status_code == 422
    assert staff.post(f"{path}/terugdraaien", data=sent).status_code == 303
    assert estate.parties() == {"gm9401": (None, None)}
    assert choices(session) == {}
    assert staff.post(f"{path}/terugdraaien", data=sent).status_code == 422  # there is nothing left to take back
    current = select(DutyVersion).join(Duty).where(DutyVersion.superseded_at.is_(None))
    assert {one.ends_on for one in session.scalars(current.where(Duty.authority_id == estate.old.id))} == {None}
    assert {one.ends_on for one in session.scalars(current.where(Duty.authority_id == estate.new.id))} == {
        estate.edition.opens_on  # on the day that it starts: never asked
    }
    settle(staff, path)
    assert staff.post(f"{path}/terugdraaien", data={**sent, "wat": "herindeling"}).location == LIST
    assert estate.parties() == {"gm9401": (None, None)}
    assert current_versions(session, estate.old.id)[-1].valid_to is None
    assert "Deze herindeling gaat niet door" in words(staff.get(path).text)
    assert staff.post(f"{path}/terugdraaien", data=sent).status_code == 409
    assert told(session, "merger.undone", "merger.withdrawn") == ["merger.undone", "merger.undone", "merger.withdrawn"]
    assert first_broken(session) is None


def test_after_the_day_nothing_is_taken_back_that_went_over(estate: Estate, staff: FlaskClient) -> None:
    path = page(staff, PAST, "gm9401", nieuw="gm9403")
    settle(staff, path)
    shown = staff.get(path).text
    assert ("Terugdraaien kan niet meer" in words(shown), f"{path}/terugdraaien" in shown) == (True, False)
    sent = {"csrf_token": csrf_token(staff, LIST + "/nieuw"), "wat": "herindeling", "reden": "Toch niet."}
    refused = staff.post(f"{path}/terugdraaien", data=sent)
    assert (refused.status_code, "De dag van de herindeling is er al." in words(refused.text)) == (422, True)
    assert estate.parties()["gm9401"] == (None, PAST)


def test_the_day_of_a_merger_can_be_corrected_until_something_went_over(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    path = page(staff, COMING, "gm9401", nieuw="gm9403")
    fields = form_on(staff.get(f"{path}/wijzigen").text, f"{path}/wijzigen")
    assert fields["dag"] == "01-01-2027"
    sooner = {**fields, "dag": "01-07-2026", "reden": "De wet noemt 1 juli."}
    answer = staff.post(f"{path}/wijzigen", data=sooner)
    assert answer.status_code == 303
    assert staff.get(path).location == answer.location  # the old address leads on
    assert current_versions(session, estate.old.id)[-1].valid_to == date(2026, 7, 1)
    assert current_versions(session, estate.new.id)[0].valid_from == date(2026, 7, 1)
    settle(staff, answer.location)
    refused = staff.post(f"{answer.location}/wijzigen", data={**sooner, "dag": "01-08-2026"})
    assert (refused.status_code, "staan daarom vast" in words(refused.text)) == (422, True)
    assert staff.post(f"{path}/wijzigen", data=sooner).status_code == 422  # of an older version


def test_choices_are_kept_when_one_is_wrong_and_refused_when_somebody_was_first(
    estate: Estate, staff: FlaskClient
) -> None:
    path = page(staff, PAST, "gm9401", nieuw="gm9403")
    fields = form_on(staff.get(path).text, path)
    without = staff.post(path, data={**fields, "nakijken": "ja"})
    assert (without.status_code, "Schrijf waarom." in words(without.text)) == (422, True)
    membership = next(key for key in fields if key.startswith("keuze-membership"))
    strange = staff.post(path, data={**fields, membership: "moves:1", "reden": "Zomaar"})
    assert (strange.status_code, "Zomaar" in strange.text) == (422, True)
    assert estate.parties() == {"gm9401": (None, None)}  # nothing was written, also not what came before it
    assert settle(staff, path).status_code == 303
    late = staff.post(path, data={**fields, "reden": "Ook ik"})
    assert (late.status_code, "Iemand anders koos intussen al." in words(late.text)) == (409, True)


def test_the_past_is_read_forward_and_back_and_figures_before_the_day_keep_the_old_name(
    estate: Estate, staff: FlaskClient, client: FlaskClient
) -> None:
    settle(staff, page(staff, PAST, "gm9401\ngm9402", nieuw="gm9403"))
    old, new = (f"/deelnemers/{one.slug}" for one in (estate.old, estate.new))
    shown = words(client.get(old).text)
    assert "Op 1 januari 2026 ging Gemeente gm9401 verder in Gemeente gm9403" in shown
    assert "Gemeente gm9403 nam deze ondertekening over." in shown
    assert "Proefafspraak ondertekend" in shown  # what it signed stays told
    assert REASON in shown
    assert f'href="{new}"' in client.get(old).text
    heir = client.get(new).text
    assert f'href="{old}"' in heir
    assert "Ondertekening van Proefafspraak overgenomen" in words(heir)
    assert estate.person.name not in shown + heir  # who works where is nobody's business
    listed = "/deelnemers?afspraak=plicht-gm9401"
    now, then = client.get(listed).text, client.get(f"{listed}&geldigOp=2025-12-31").text
    assert (new in now, old in now) == (True, False)
    assert (new in then, old in then) == (False, True)


def test_only_a_beheerder_may_and_the_desk_names_what_waits(
    app: Flask, estate: Estate, staff: FlaskClient, accounts: dict[str, dict[str, str]], session: Session
) -> None:
    path = page(staff, PAST, "gm9401", nieuw="gm9403")
    for role in ("redacteur", "coordinator"):
        session.rollback()
        other = sign_in(app, accounts[role])
        token = csrf_token(other, "/mijn/account")
        assert [other.get(one).status_code for one in (LIST, path)] == [403, 403]
        sent = {"csrf_token": token, "reden": "x", "wat": "herindeling"}
        assert [other.post(one, data=sent).status_code for one in (path, f"{path}/terugdraaien")] == [403, 403]
    assert app.test_client().get(path).status_code in {302, 303}
    assert "Gemeente gm9401" in words(staff.get("/redactie").text)
    assert words(staff.get(LIST).text).count("nog 4") == 1
    assert staff.get(f"{LIST}/99999").status_code == 404
