"""What may merge with what, and that what is shown before it is carried out is what happens."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import MemberRole
from common.errors import Refused
from common.ledger import SYSTEM
from registry.authorities.merging import MergerFacts, record_merger
from registry.authorities.models import Authority, MergerPart
from registry.mergers.models import MergerChoice
from registry.obligations.models import Duty, DutyVersion
from registry.plans.models import PlanDraft
from registry.signatures.duties import follow_signatures
from registry.signatures.models import SignatureParty, SignatureVersion
from tests.factories_certificates import make_group
from tests.factories_mergers import COMING, PAST, SOURCE, Estate, choices, letting_go, make_estate, record, settle
from tests.factories_participants import words
from tests.factories_review import credentials, join, make_account, make_authority, sign
from tests.html_forms import form_on
from tests.registry.mergers.recording import page
from tests.sites import csrf_token, sign_in

ADD = "/redactie/organisaties/nieuw"


def test_what_is_fictional_and_what_is_real_never_merge(estate: Estate, staff: FlaskClient, session: Session) -> None:
    make_authority(session, "gm9411", "Gemeente Echtbestaand").is_example = False
    session.commit()
    for ended, going_on in (("gm9401", {"groeit": "gm9411"}), ("gm9411", {"nieuw": "gm9403"})):
        answer = record(staff, PAST, ended, **going_on)
        assert (answer.status_code, f'id="{next(iter(going_on))}-fout"' in answer.text) == (422, True)
        assert "Een verzonnen organisatie en een echte kunnen niet samengaan." in words(answer.text)
    facts = MergerFacts(PAST, "uitbreiding", SOURCE, {"gm9401": MergerPart.ENDED, "gm9411": MergerPart.ENLARGED})
    with pytest.raises(Refused, match="verzonnen"):
        record_merger(session, facts, reason="Getest.", actor=SYSTEM)


def add(staff: FlaskClient, **more: str) -> TestResponse:
    fields = {"naam": "Gemeente gm9402", "soort": "gemeente", "bron": SOURCE, "reden": "Zij is nieuw."}
    return staff.post(ADD, data={"csrf_token": csrf_token(staff, ADD), **fields, **more})


def test_staff_add_a_fictional_authority_where_the_example_world_is_and_hear_of_one_with_that_name(
    staff: FlaskClient, session: Session
) -> None:
    session.execute(update(Authority).values(is_example=False))
    session.commit()
    assert 'name="voorbeeld"' not in staff.get(ADD).text
    assert add(staff, code="gm9420", naam="Gemeente Vals", voorbeeld="ja").status_code == 422
    make_estate(session)
    assert 'name="voorbeeld"' in staff.get(ADD).text
    again = add(staff, code="gm9421", voorbeeld="ja")
    assert (again.status_code, "met code gm9402" in words(again.text)) == (422, True)
    assert add(staff, **{**form_on(again.text, ADD), "toch": "ja"}).status_code == 303
    assert add(staff, code="gm9422", naam="Gemeente Nergenshuizen").status_code == 303
    query = select(Authority.code, Authority.is_example).where(Authority.code.in_(["gm9421", "gm9422"]))
    assert dict(session.execute(query).all()) == {"gm9421": True, "gm9422": False}


def test_a_kind_that_does_not_fit_is_said_at_its_field(estate: Estate, staff: FlaskClient) -> None:
    for kind, going_on, name in (
        ("samenvoeging", {"groeit": "gm9402"}, "nieuw"),
        ("uitbreiding", {"nieuw": "gm9403"}, "groeit"),
        ("splitsing", {"groeit": "gm9402"}, "soort"),
    ):
        answer = record(staff, PAST, "gm9401", soort=kind, **going_on)
        assert (answer.status_code, f'id="{name}-fout"' in answer.text) == (422, True), kind
    page(staff, PAST, "gm9401", groeit="gm9402")
    told = words(record(staff, COMING, "gm9401", nieuw="gm9403").text)
    assert "Gemeente gm9401 houdt al op in een andere herindeling, op 1 januari 2026." in told


def test_a_successor_that_signed_by_itself_after_the_merger_keeps_its_signature_and_its_days(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    own = sign(session, estate.other, estate.agreement)
    own.versions[0].signed_on = date(2026, 2, 1)
    follow_signatures(session, estate.agreement.id, [estate.other.id], actor=SYSTEM)
    session.commit()
    its = select(DutyVersion.due_on).join(Duty).where(Duty.authority_id == estate.other.id)
    before = session.scalars(its.where(DutyVersion.superseded_at.is_(None)).order_by(Duty.id)).all()
    path = page(staff, PAST, "gm9401", groeit="gm9402")
    assert "is al aan deze afspraak gebonden" in words(staff.get(path).text)
    settle(staff, path)
    assert choices(session)["signature"] == [("ends", None)]
    assert session.scalars(its.where(DutyVersion.superseded_at.is_(None)).order_by(Duty.id)).all() == before
    shown = words(staff.get(f"/deelnemers/{estate.other.slug}").text)
    assert ("1 februari 2026" in shown, "jaar te laat" in shown) == (True, False)


def test_what_is_looked_over_is_what_is_carried_out_also_where_two_want_the_same_place(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    sign(session, estate.other, estate.agreement)
    session.commit()
    path = page(staff, PAST, "gm9401\ngm9402", nieuw="gm9403")
    fields = form_on(staff.get(path).text, path)
    both = {key: f"moves:{estate.new.id}" for key in fields if key.startswith("keuze-signature")}
    sent = {**fields, **both, "reden": "Zo besloten.", "nakijken": "ja"}
    looked = staff.post(path, data=sent)
    shown = words(looked.text)
    assert "Houdt op: bindt niemand meer. Een opvolger kan er één van hebben" in shown
    assert "Dit kan daarna niet meer terug" in shown
    first, second = both
    chosen = {**sent, first: "ends", second: f"moves:{estate.new.id}"}
    assert staff.post(path, data=form_on(staff.post(path, data=chosen).text, path)).status_code == 303
    query = select(MergerChoice).where(MergerChoice.subject.startswith("signature:plicht-")).order_by(MergerChoice.id)
    found = [(one.from_authority.code, one.choice.value) for one in session.scalars(query)]
    assert found == [("gm9401", "ends"), ("gm9402", "moves")]
    bound = select(SignatureParty.authority_id).join(SignatureVersion).where(SignatureVersion.superseded_at.is_(None))
    assert session.scalars(bound.where(SignatureParty.binds_from == PAST)).all() == [estate.new.id]
    after = words(staff.get(path).text)
    assert ("Terugdraaien kan niet meer" in after, "De herindeling gaat niet door" in after) == (True, False)


def test_one_that_ended_joins_no_group_adds_no_certificate_and_saves_no_draft(
    estate: Estate, staff: FlaskClient, session: Session, app: Flask
) -> None:
    person = join(session, make_account(session, app, "anna"), estate.old, MemberRole.COORDINATOR)
    group = make_group(session)
    session.add(PlanDraft(plan=estate.plan, content={}))
    session.commit()
    browser = letting_go(sign_in(app, credentials(person)), session)
    page(staff, PAST, "gm9401", groeit="gm9402")
    token = {"csrf_token": csrf_token(browser, "/mijn/account")}
    sent = {**token, "groep": group.slug, "vanaf": "01-02-2026", "titel": "Anders", "actie": "bewaren"}
    for path in ("/mijn/buyer-groups", "/mijn/certificaten/nieuw", f"/mijn/plan/{estate.agreement.slug}"):
        answer = browser.post(f"{path}?organisatie=gm9401", data=sent)
        told = words(answer.text)
        assert (answer.status_code, "Gemeente gm9402 gaat verder." in told) == (422, True), (path, told[:900])
    list_of = f"/redactie/buyer-groups/{group.slug}/leden"
    more = {"csrf_token": csrf_token(staff, list_of), "organisatie": "gm9401", "vanaf": "01-02-2026", "bron": SOURCE}
    assert "Gemeente gm9401 bestaat niet meer." in words(staff.post(list_of, data=more).text)
