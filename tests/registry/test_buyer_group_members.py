"""Who takes part in a buyer group: a coördinator joins and leaves for his own authority; staff put it right."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now, today
from common.ledger import SYSTEM, LedgerEntry
from common.versions import AsOf
from registry.buyer_groups.members import join, leave
from registry.buyer_groups.models import BuyerGroupMember
from registry.buyer_groups.reading import find_group, groups_of, members_of
from tests.factories_certificates import authority, make_group
from tests.html_forms import form_on
from tests.sites import sign_in
from website.example.groups import SLUG

MINE = "/mijn/buyer-groups?organisatie=vb001"
PUBLIC = "/buyer-groups/proefgroep"
DESK = "/redactie/buyer-groups/proefgroep/leden"
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def coordinator(app: Flask, accounts: Accounts) -> FlaskClient:
    """The coördinator of Lindenveen."""
    return sign_in(app, accounts["coordinator"])


@pytest.fixture
def editor(app: Flask, accounts: Accounts) -> FlaskClient:
    """A redacteur."""
    return sign_in(app, accounts["redacteur"])


@pytest.fixture(autouse=True)
def group(session: Session) -> None:
    """A buyer group that runs, in which nobody takes part, and a real one."""
    make_group(session)
    make_group(session, "echte-groep", is_example=False, title={"nl": "Echte groep"})
    session.commit()


def taking_part(session: Session, code: str = "vb001", since: date | None = date(2025, 1, 6)) -> int:
    """Let an authority take part; returns the number of its membership."""
    group = find_group(session, "proefgroep")
    assert group
    made = join(session, group, authority(session, code), since, None, actor=SYSTEM).id
    session.commit()
    return made


def send(browser: FlaskClient, path: str, **changes: str):  # type: ignore[no-untyped-def]
    """Fill in the form at an address and send it."""
    return browser.post(path, data={**form_on(browser.get(path).text, path.partition("?")[0]), **changes})


def last(session: Session) -> tuple[BuyerGroupMember, LedgerEntry, dict[str, object]]:
    """Return the newest membership, the newest entry about a group, and what that one says."""
    member = session.scalars(select(BuyerGroupMember).order_by(BuyerGroupMember.id.desc())).first()
    about = select(LedgerEntry).where(LedgerEntry.subject == "buyer_group:proefgroep")
    entry = session.scalars(about.order_by(LedgerEntry.seq.desc())).first()
    assert member
    assert entry
    session.expunge_all()
    session.rollback()
    return member, entry, json.loads(entry.payload)


def test_a_coordinator_adds_his_authority_and_both_pages_show_it_at_once(
    coordinator: FlaskClient, client: FlaskClient, session: Session
) -> None:
    assert "Gemeente Lindenveen" not in client.get(PUBLIC).text
    page = coordinator.get(MINE).text
    assert "Echte groep" not in page, "an invented authority takes no part in a real group"
    assert send(coordinator, MINE, groep="proefgroep", vanaf="6-1-2025", bron="https://b.example/12").status_code == 303
    shown = client.get(PUBLIC).text
    assert "sinds 6\N{NO-BREAK SPACE}januari 2025" in shown
    assert "https://b.example/12" in shown
    assert PUBLIC in client.get("/deelnemers/gemeente-lindenveen").text
    assert "Gemeente Bronkade, Circulaire kantoormeubelen" in client.get("/wijzigingen?soort=deelname").text
    member, entry, told = last(session)
    assert (member.recorded_role, entry.event) == ("coordinator", "buyer_group.joined")
    assert (told["authority"], told["valid_from"], "valid_to" in told) == ("vb001", "2025-01-06", False)
    assert 'value="proefgroep"' not in coordinator.get(MINE).text, "one cannot join twice"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"groep": ""}, "Kies een buyer group"),
        ({"groep": "echte-groep"}, "Kies een buyer group"),
        ({"groep": SLUG}, "doet al mee"),
        ({"vanaf": "volgend jaar"}, "Schrijf de dag als"),
        ({"vanaf": ""}, "Vul de dag in."),
        ({"vanaf": "1-1-9999"}, "Vul een jaar in van 1900 tot en met 2100."),
        ({"bron": "javascript:alert(1)"}, "Schrijf het hele adres"),
        ({"bron": "x" * 501}, "hoogstens 500 tekens"),
    ],
)
def test_a_wrong_joining_changes_nothing_and_keeps_what_was_typed(
    coordinator: FlaskClient, session: Session, wrong: dict[str, str], sentence: str
) -> None:
    before = last(session)[0].id
    answer = send(
        coordinator, MINE, **{"groep": "proefgroep", "vanaf": "2025-02-03", "bron": "https://b.example/7", **wrong}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("https://b.example/7" in answer.text) or "bron" in wrong
    assert last(session)[0].id == before


def test_a_coordinator_ends_it_and_what_was_stays_to_be_seen(
    coordinator: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"/mijn/buyer-groups/{taking_part(session)}/stoppen"
    yesterday = today() - timedelta(days=1)
    assert "De laatste dag ligt vóór de eerste dag" in send(coordinator, path, laatste_dag="1-1-2025").text
    typed = send(coordinator, path, laatste_dag="ooit")
    assert (typed.status_code, 'value="ooit"' in typed.text) == (422, True)
    moment = now().isoformat().replace("+00:00", "Z")
    assert send(coordinator, path, laatste_dag=yesterday.isoformat()).status_code == 303
    assert last(session)[1].event == "buyer_group.left"
    assert last(session)[2]["valid_to"] == today().isoformat()
    assert "Gemeente Lindenveen" in client.get(PUBLIC).text.partition('id="eerdere-deelnemers"')[2]
    assert "Gemeente Lindenveen" in client.get(f"{PUBLIC}?geldigOp={yesterday}").text
    assert "Gemeente Lindenveen" in client.get(f"{PUBLIC}?beschikbaarOp={moment}").text
    assert "gestopt" in coordinator.get(MINE).text
    assert coordinator.get(path).status_code == 404


def test_nobody_acts_for_an_authority_that_is_not_his(
    app: Flask, client: FlaskClient, accounts: Accounts, coordinator: FlaskClient, session: Session
) -> None:
    own, foreign = taking_part(session), taking_part(session, "vb002")
    token = form_on(coordinator.get(MINE).text, "/uitloggen")["csrf_token"]
    data = {"csrf_token": token, "groep": "proefgroep", "vanaf": "2025-02-03", "laatste_dag": "2025-03-03"}
    before = last(session)[0].id
    for path in ("/mijn/buyer-groups?organisatie=vb002", f"/mijn/buyer-groups/{foreign}/stoppen"):
        assert coordinator.get(path).status_code == 404
        assert coordinator.post(path, data=data).status_code == 404
    for role in ("invuller", "bestuurder"):
        browser = sign_in(app, accounts[role])
        page = browser.get(MINE)
        assert (page.status_code, 'name="groep"' in page.text) == (200, False)
        token = form_on(page.text, "/uitloggen")["csrf_token"]
        assert browser.post(MINE, data={**data, "csrf_token": token}).status_code == 403, role
        assert browser.get(f"/mijn/buyer-groups/{own}/stoppen").status_code == 403, role
    assert client.get(MINE).status_code == 303
    assert last(session)[0].id == before


def test_who_stops_what_staff_changed_meanwhile_reads_both(coordinator: FlaskClient, session: Session) -> None:
    number = taking_part(session)
    path = f"/mijn/buyer-groups/{number}/stoppen"
    form = form_on(coordinator.get(path).text, path)
    leave(session, session.get_one(BuyerGroupMember, number), date(2026, 2, 2), reason="Zo is het.", actor=SYSTEM)
    session.commit()
    answer = coordinator.post(path, data={**form, "laatste_dag": "2026-04-04"})
    assert answer.status_code == 409
    assert "tot en met 2\N{NO-BREAK SPACE}februari 2026" in answer.text
    assert "2026-04-04" in answer.text


def test_staff_add_a_member_by_name_or_code_with_a_source(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    missing = send(editor, DESK, organisatie="Gemeente Torenhaven", bron="")
    assert (missing.status_code, "Schrijf op waaruit blijkt" in missing.text) == (422, True)
    assert "Gemeente Torenhaven" in missing.text
    many = send(editor, DESK, organisatie="gemeente", bron="https://b.example/0")
    assert (many.status_code, "Er zijn er meer" in many.text) == (422, True)
    assert (
        "Wij vinden deze organisatie niet" in send(editor, DESK, organisatie="gm0363", bron="https://b.example/0").text
    )
    assert send(editor, DESK, organisatie="torenhaven", bron="https://b.example/1").status_code == 303
    assert 'href="https://b.example/1"' in client.get(PUBLIC).text
    assert "begindatum niet bekend" in client.get(PUBLIC).text
    assert last(session)[0].recorded_role == "redacteur"
    assert "doet al mee" in send(editor, DESK, organisatie="Gemeente Torenhaven", bron="https://b.example/2").text


def test_staff_put_a_membership_right_with_a_reason_that_everybody_reads(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"{DESK}/{taking_part(session)}"
    answer = send(editor, path, vanaf="3-3-2025")
    assert (answer.status_code, "waarom u dit wijzigt" in answer.text) == (422, True)
    assert 'value="3-3-2025"' in answer.text
    assert send(editor, path, vanaf="3-3-2025", reden="Het besluit was later.").status_code == 303
    assert "sinds 3\N{NO-BREAK SPACE}maart 2025" in client.get(PUBLIC).text
    _member, entry, told = last(session)
    assert (entry.event, told["valid_from"]) == ("buyer_group.member_changed", "2025-03-03")
    assert "later" not in entry.payload
    assert "Het besluit was later." in client.get("/wijzigingen?soort=deelname").text
    assert editor.get(path).status_code == 302, "the address of what was replaced leads to what stands now"


def test_a_mistake_leaves_the_page_and_stays_in_the_history(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    path = f"{DESK}/{taking_part(session)}"
    form = form_on(editor.get(path).text, path)
    assert editor.post(path, data={**form, "vergissing": "on", "reden": "Verkeerde naam."}).status_code == 303
    assert last(session)[1].event == "buyer_group.member_withdrawn"
    assert "Gemeente Lindenveen" not in client.get(PUBLIC).text
    assert "Gemeente Lindenveen" not in client.get(f"{PUBLIC}?geldigOp=2025-06-01").text
    late = editor.post(path, data={**form, "reden": "Toch goed."})
    assert (late.status_code, "Toch goed." in late.text, "is ingetrokken" in late.text) == (409, True, True)
    assert editor.get(path).status_code == 404


def test_two_of_staff_at_one_membership_both_read_what_the_other_wrote(editor: FlaskClient, session: Session) -> None:
    path = f"{DESK}/{taking_part(session)}"
    form = form_on(editor.get(path).text, path)
    send(editor, path, vanaf="4-4-2025", reden="Eerst.")
    answer = editor.post(path, data={**form, "vanaf": "5-5-2025", "reden": "Later."})
    assert answer.status_code == 409
    assert "sinds 4\N{NO-BREAK SPACE}april 2025" in answer.text
    again = form_on(answer.text, "/redactie/buyer-groups/proefgroep/leden/")
    assert (again["vanaf"], again["reden"]) == ("5-5-2025", "Later.")
    newest = last(session)[0].id
    assert editor.post(f"{DESK}/{newest}", data=again).status_code == 303
    assert last(session)[0].valid_from == date(2025, 5, 5)


def test_an_authority_takes_part_once_at_a_time(editor: FlaskClient, session: Session) -> None:
    first = taking_part(session)
    leave(session, session.get_one(BuyerGroupMember, first), date(2025, 6, 30), actor=SYSTEM)
    session.commit()
    ended = last(session)[0].id
    taking_part(session, since=date(2025, 9, 1))
    path = f"{DESK}/{ended}"
    answer = send(editor, path, laatste_dag="", reden="Zij stopten nooit.")
    assert (answer.status_code, "volgens een ander lidmaatschap" in answer.text) == (422, True)
    assert send(editor, path, laatste_dag="31-8-2025", reden="Een maand later.").status_code == 303
    group = find_group(session, "proefgroep")
    assert group
    for day, number in ((date(2025, 8, 31), 1), (date(2025, 9, 1), 1), (date(2024, 1, 1), 0)):
        assert len(members_of(session, group.id, AsOf(day))) == number
    assert len(groups_of(session, authority(session).id, AsOf(date(2025, 10, 1)))) == 2, "and the example group"


def test_who_has_yet_to_begin_is_withdrawn_before_its_first_day(coordinator: FlaskClient, session: Session) -> None:
    first = date(today().year + 4, 1, 1)
    joining = {"groep": "proefgroep", "vanaf": first.isoformat()}
    page = send(coordinator, MINE, **joining)
    assert page.status_code == 303
    shown = coordinator.get(MINE).text
    assert "Uw organisatie doet mee vanaf 1\N{NO-BREAK SPACE}januari" in shown
    assert "sinds 1\N{NO-BREAK SPACE}januari" not in shown
    path = f"/mijn/buyer-groups/{last(session)[0].id}/stoppen"
    assert "zij begint op 1\N{NO-BREAK SPACE}januari" in coordinator.get(path).text
    assert send(coordinator, path).status_code == 303
    assert last(session)[1].event == "buyer_group.member_withdrawn"
    assert "Zij gaat niet meedoen." in coordinator.get(MINE).text
    assert send(coordinator, MINE, **joining).status_code == 303, "it can join again"


def test_the_day_on_which_it_stops_is_said_in_words(coordinator: FlaskClient, session: Session) -> None:
    path = f"/mijn/buyer-groups/{taking_part(session)}/stoppen"
    send(coordinator, path, laatste_dag="2025-02-20")
    assert "Uw organisatie deed mee tot en met 20\N{NO-BREAK SPACE}februari 2025." in coordinator.get(MINE).text
