"""Several authorities that end on one day, one that goes on in two, and a day that is still to come."""

from datetime import date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Invitation, MemberRole
from common.clock import AMSTERDAM, frozen_at, now
from common.files.models import Attachment
from common.ledger import SYSTEM, first_broken
from registry.authorities.changing import current_versions
from registry.buyer_groups import members
from registry.buyer_groups.models import BuyerGroupMember
from registry.certificates.models import Certificate, CertificateVersion
from registry.plans.models import Ambition, Level, Plan, PlanDraft
from registry.reports.models import Report, ReportState
from registry.signatures.models import Signing, SigningState
from tests.factories_certificates import make_group
from tests.factories_mergers import (
    COMING,
    LIST,
    NEW,
    PAST,
    Estate,
    add_certificate_of,
    choices,
    letting_go,
    make_second,
    record,
    settle,
)
from tests.factories_participants import counted_queries, words
from tests.factories_review import credentials, join, make_account, make_authority, make_submission, sign
from tests.files.factories import add_document
from tests.html_forms import form_on
from tests.registry.mergers.recording import page
from tests.sites import csrf_token, sign_in


def test_of_two_that_go_together_the_successor_gets_one_of_each(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    make_second(session, estate)
    path = page(staff, PAST, "gm9401\ngm9402", nieuw="gm9403")
    assert "Een opvolger kan er één van hebben." in words(staff.get(path).text)
    chosen = f"moves:{estate.new.id}"
    settle(staff, path, plan=chosen, group=chosen)  # also against what is usual, the others as is usual
    to_new = ("moves", "gm9403")
    found = choices(session)
    assert found["plan"] == found["plan_draft"] == found["report"] == [to_new, ("stays", None)]
    assert found["buyer_group"] == [to_new, ("ends", None)]
    settled = words(staff.get(path).text)
    assert "Gemeente gm9402: Actieplan bij Proefafspraak" in settled
    assert "plan:gm9402" not in settled
    assert first_broken(session) is None


def test_a_plan_that_was_taken_over_holds_from_the_merger_and_not_before(
    estate: Estate, staff: FlaskClient, client: FlaskClient, session: Session
) -> None:
    version = estate.plan.versions[0]
    version.adopted_on, version.title = date(2024, 1, 1), "Plan Zoemwoord"
    version.ambitions.append(Ambition(theme="klimaat", level=Level.AMBITIOUS, aim="Zoemwoord halen"))
    sign(session, estate.other, estate.agreement)
    session.commit()
    settle(staff, page(staff, PAST, "gm9401", groeit="gm9402"))
    its, listed = f"/deelnemers/{estate.other.slug}", f"/ambities.csv?afspraak={estate.agreement.slug}"
    plan = f"{its}/plannen/{estate.agreement.slug}"
    assert [client.get(f"{plan}?geldigOp={day}").status_code for day in ("2025-12-31", "2026-01-01")] == [404, 200]
    before, since = (words(client.get(f"{its}?geldigOp={day}").text) for day in ("2025-06-01", "2026-03-02"))
    assert "Er is geen actieplan bekend." in before
    assert "11 maanden te laat" in since
    assert "gm9402" not in client.get(f"{listed}&geldigOp=2025-06-01").text.partition("Zoemwoord")[2]
    assert "Plan van deze organisatie sinds 1 januari 2026" in words(client.get(plan).text)


def test_a_certificate_is_of_one_authority_on_each_day(
    estate: Estate, staff: FlaskClient, client: FlaskClient, session: Session, app: Flask
) -> None:
    document = add_document(app, session, "gm9401")
    add_certificate_of(session, estate.old, "Houder Q", date(2025, 1, 1), document.id)
    add_certificate_of(session, estate.old, "Houder Later", date(2026, 2, 1))
    session.commit()
    settle(staff, page(staff, PAST, "gm9401", groeit="gm9402"), certificate=f"moves:{estate.other.id}")
    its = f"/deelnemers/{estate.other.slug}"
    assert "Houder Q" not in client.get(f"{its}?geldigOp=2025-06-01").text
    assert "Houder Q" in client.get(its).text
    query = select(CertificateVersion).join(Certificate).where(CertificateVersion.superseded_at.is_(None))
    session.expire_all()
    old = {one.holder: one for one in session.scalars(query.where(Certificate.authority_id == estate.old.id))}
    new = {one.holder: one for one in session.scalars(query.where(Certificate.authority_id == estate.other.id))}
    assert (old["Houder Q"].valid_until, old["Houder Later"].withdrawn) == (date(2025, 12, 31), True)
    assert (new["Houder Q"].valid_from, new["Houder Q"].document_id) == (PAST, document.id)
    assert new["Houder Later"].valid_from == date(2026, 2, 1)


def test_what_was_sent_back_goes_on_with_the_successor_and_what_lies_with_staff_follows(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    make_submission(session, estate.report, estate.person)
    session.commit()
    path = page(staff, PAST, "gm9401", nieuw="gm9403")
    shown = staff.get(path).text
    assert "keuze-report" not in shown
    assert "ligt nog bij de beoordelaars" in words(shown)
    settle(staff, path)
    session.get_one(Report, estate.report.id).state = ReportState.QUESTION_SENT
    session.commit()
    assert "Teruggestuurde rapportage over" in words(staff.get(path).text)
    settle(staff, path)
    session.expire_all()
    report = session.get_one(Report, estate.report.id)
    assert (report.authority_id, report.state, report.may_change) == (estate.new.id, ReportState.QUESTION_SENT, True)


def test_one_that_goes_on_in_two_mergers_leaves_one_estate(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    first = page(staff, PAST, "gm9401", groeit="gm9402")
    second = page(staff, PAST, "gm9401", soort="splitsing", groeit="gm9403")
    assert "Wat u hier kiest, geldt voor alle opvolgers." in words(staff.get(first).text)
    settle(staff, first, report="stays")
    assert estate.parties() == {"gm9401": (None, PAST), "gm9402": (PAST, None), "gm9403": (PAST, None)}
    assert "Er valt niets meer te kiezen" in words(staff.get(second).text)
    fourth = make_authority(session, "gm9404", "Gemeente gm9404").id
    session.commit()
    with frozen_at(datetime(2026, 3, 2, 9, 5, tzinfo=AMSTERDAM)):
        late = page(staff, PAST, "gm9401", soort="splitsing", groeit="gm9404")
        settle(staff, late, plan=f"moves:{fourth}")
    assert estate.parties()["gm9404"] == (PAST, None)
    assert choices(session)["plan"][-1] == ("moves", "gm9404")


def test_who_began_before_is_not_new_and_who_ended_does_not_go_on(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    older, gone, later = (make_authority(session, f"gm940{n}", f"Gemeente gm940{n}") for n in (5, 6, 7))
    older.versions[0].valid_from = gone.versions[0].valid_from = date(1990, 1, 1)
    gone.versions[0].valid_to, later.versions[0].valid_from = date(2001, 1, 1), date(2027, 3, 1)
    session.commit()
    for sent, told in (
        ({"nieuw": "gm9405"}, "bestond al"), ({"nieuw": "gm9406"}, "al opgehouden"), ({"groeit": "gm9406"}, "al opgeh"),
    ):  # fmt: skip
        answer = record(staff, PAST, "gm9401", **sent)
        assert (answer.status_code, told in words(answer.text)) == (422, True)
    path = page(staff, COMING, "gm9401", nieuw="gm9407")
    assert current_versions(session, later.id)[0].valid_from == COMING
    fields = form_on(staff.get(f"{path}/wijzigen").text, f"{path}/wijzigen")
    other = staff.post(f"{path}/wijzigen", data={**fields, "nieuw": "gm9403", "reden": "Een ander."}).location
    session.expire_all()
    assert current_versions(session, later.id)[0].valid_from == date(2027, 3, 1)
    assert current_versions(session, estate.new.id)[0].valid_from == COMING
    sent = {"csrf_token": csrf_token(staff, NEW), "wat": "herindeling", "reden": "Toch niet."}
    assert staff.post(f"{other}/terugdraaien", data=sent).status_code == 303
    session.expire_all()
    assert current_versions(session, estate.new.id)[0].valid_from is None


def test_what_comes_does_not_show_as_done_and_is_taken_back_to_what_it_was(
    estate: Estate, staff: FlaskClient, client: FlaskClient, session: Session
) -> None:
    group, coming = make_group(session), make_group(session, "latere-groep")
    members.join(session, group, estate.old, date(2024, 1, 1), None, actor=SYSTEM)
    last = members.join(session, coming, estate.old, date(2027, 2, 1), None, actor=SYSTEM)
    members.leave(session, last, date(2028, 1, 31), actor=SYSTEM)
    make_authority(session, "gm9404", "Gemeente gm9404")
    session.commit()
    page(staff, date(2025, 1, 1), "gm9404", groeit="gm9401")  # it was in a merger before
    path = page(staff, COMING, "gm9401", nieuw="gm9403")
    settle(staff, path)
    old = f"/deelnemers/{estate.old.slug}"
    assert "ging over naar" not in words(client.get(old).text)
    assert "ging over naar" in words(client.get(f"{old}?geldigOp=2027-01-01").text)
    sent = {"csrf_token": csrf_token(staff, path), "wat": "keuzes", "reden": "Te vroeg."}
    assert staff.post(f"{path}/terugdraaien", data=sent).status_code == 303
    its = BuyerGroupMember
    query = select(its).where(its.superseded_at.is_(None), its.withdrawn.is_(False), its.authority_id == estate.old.id)
    session.expire_all()
    assert [(one.valid_from, one.last_day) for one in session.scalars(query.order_by(its.group_id))] == [
        (date(2024, 1, 1), None), (date(2027, 2, 1), date(2028, 1, 31)),
    ]  # fmt: skip


def test_all_else_that_it_left_has_a_place(estate: Estate, staff: FlaskClient, session: Session, app: Flask) -> None:
    group = make_group(session)
    members.join(session, group, estate.old, date(2026, 2, 1), None, actor=SYSTEM)
    document = add_document(app, session, "gm9401")
    session.add(PlanDraft(plan=estate.plan, content={"fields": {"document": str(document.id)}, "rows": []}))
    session.add(
        Signing(
            agreement=estate.agreement, agreement_version=estate.agreement.versions[0], authority=estate.old,
            authority_ids=[estate.old.id], state=SigningState.DRAFT,
        )
    )  # fmt: skip
    asked = Invitation(
        token_hash="x" * 64, email="nieuw@voorbeeld.example", name="Nieuweling", authority_code="gm9401",
        role="coordinator", expires_at=now() + timedelta(days=7),
    )  # fmt: skip
    session.add(asked)
    session.commit()
    path = page(staff, PAST, "gm9401", nieuw="gm9403")
    shown = staff.get(path).text
    assert "moves:all" not in shown
    settle(staff, path)
    session.expire_all()
    assert session.scalars(select(Signing.state).where(Signing.authority_id == estate.old.id)).all() == ["withdrawn"]
    assert session.get_one(Invitation, asked.id).withdrawn_at
    (copy,) = session.scalars(select(Attachment).where(Attachment.subject == "authority:gm9403")).all()
    draft = session.scalars(select(PlanDraft).join(Plan).where(Plan.authority_id == estate.new.id)).one()
    assert (copy.sha256, draft.content["fields"]["document"]) == (document.sha256, str(copy.id))
    its = BuyerGroupMember
    now_in = session.scalars(select(its).where(its.superseded_at.is_(None), its.group_id == group.id)).all()
    assert [(one.authority.code, one.withdrawn) for one in now_in] == [("gm9401", True), ("gm9403", False)]
    assert "Er valt niets meer te kiezen" in words(staff.get(path).text)
    assert "Nieuweling" not in staff.get("/integriteit/grootboek.jsonl").text


def test_a_signature_that_ends_after_the_merger_goes_over_until_its_end(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    signed = estate.signed()
    signed.ended_on, signed.ended_reason = date(2026, 12, 31), "Opgezegd."
    session.commit()
    settle(staff, page(staff, PAST, "gm9401", groeit="gm9402"))
    assert estate.parties() == {"gm9401": (None, PAST), "gm9402": (PAST, None)}
    assert estate.signed().ended_on == date(2026, 12, 31)


def test_a_division_offers_drafts_to_one_and_a_reason_has_one_length(
    estate: Estate, staff: FlaskClient, session: Session
) -> None:
    session.add(PlanDraft(plan=estate.plan, content={}))
    session.commit()
    path = page(staff, PAST, "gm9401", soort="splitsing", nieuw="gm9402", groeit="gm9403")
    shown = staff.get(path).text
    assert shown.count("moves:all") == 3  # the signature, the plan and the person
    fields = form_on(shown, path)
    assert staff.post(path, data={**fields, "reden": "w" * 501}).status_code == 422
    assert f'maxlength="{500}"' in shown
    end = "/redactie/organisaties/gm9402/beeindigen"
    sent = {"csrf_token": csrf_token(staff, NEW), "laatste_dag": "31-12-2026", "reden": "x" * 30_000}
    assert staff.post(end, data=sent).status_code == 422


def test_one_that_ended_begins_nothing_anew_and_learns_who_goes_on(
    estate: Estate, staff: FlaskClient, session: Session, app: Flask
) -> None:
    person = join(session, make_account(session, app, "anna"), estate.old, MemberRole.COORDINATOR)
    session.commit()
    browser = letting_go(sign_in(app, credentials(person)), session)
    paths = [f"/mijn/plan/{estate.agreement.slug}/begin", f"/mijn/ondertekenen/{estate.agreement.slug}"]
    page(staff, PAST, "gm9401", groeit="gm9402")
    sent = {"csrf_token": csrf_token(browser, "/mijn/account")}
    for path in paths:
        answer = browser.post(f"{path}?organisatie=gm9401", data=sent)
        assert (answer.status_code, "Gemeente gm9402 gaat verder." in words(answer.text)) == (422, True), path


def test_the_list_of_mergers_takes_few_queries_however_many_there_are(app: Flask, staff: FlaskClient) -> None:
    with counted_queries(app) as statements:
        assert staff.get(LIST).status_code == 200
    assert len(statements) <= 25
