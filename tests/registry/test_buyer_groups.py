"""What the site says of a buyer group: read by everybody, found, written by staff, and never overwritten."""

import hashlib
import json
import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at, now
from common.ledger import SYSTEM, LedgerEntry, LedgerFingerprint
from registry.authorities import changing
from registry.buyer_groups.content import GroupFacts, GroupState, state_on
from registry.buyer_groups.keeping import create_group
from registry.buyer_groups.models import BuyerGroupVersion
from tests.factories_certificates import make_group
from tests.factories_imports import add_municipality
from tests.files.factories import post_file
from tests.files.making import pdf
from tests.html_forms import form_on
from tests.sites import sign_in
from website.example.groups import SLUG

NEW = "/redactie/buyer-groups/nieuw"
EXAMPLE = f"/buyer-groups/{SLUG}"
DESK = "/redactie/buyer-groups/proefgroep"
TYPED = {
    "titel": "Stille bladblazers", "adres": "stille-bladblazers", "samenvatting": "Samen stil het blad weg.",
    "productgroep": "ict", "begeleider": "Voorbeeld Groenbureau", "begin": "2025", "einde": "2028",
    "visie": "Wij vragen accu's.\n\nGeen benzine.", "visie_dag": "1-10-2025",
    "bronnen": "Bericht | https://groen.example/bericht",
}  # fmt: skip
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def editor(app: Flask, accounts: Accounts) -> FlaskClient:
    """A redacteur."""
    return sign_in(app, accounts["redacteur"])


@pytest.fixture
def group(session: Session) -> str:
    """A buyer group that runs; returns its address at the desk."""
    make_group(session, market_vision={"text": {"nl": "Wij vragen iets."}}, guides=["actieplan-schrijven"])
    session.commit()
    return DESK


def filled(browser: FlaskClient, path: str, **changes: str) -> dict[str, str]:
    return {**form_on(browser.get(path).text, path).to_dict(), **changes}


def last(session: Session) -> tuple[BuyerGroupVersion, LedgerEntry]:
    """Return the newest version and the newest entry about a buyer group."""
    version = session.scalars(select(BuyerGroupVersion).order_by(BuyerGroupVersion.id.desc())).first()
    about = select(LedgerEntry).where(LedgerEntry.subject.startswith("buyer_group:"))
    entry = session.scalars(about.order_by(LedgerEntry.seq.desc())).first()
    assert version
    assert entry
    session.expunge_all()
    session.rollback()
    return version, entry


def test_everybody_reads_a_group_with_members_vision_pilots_and_the_guides_that_help(client: FlaskClient) -> None:
    page = client.get(EXAMPLE).text
    for words in ("Kantoormeubilair", "Voorbeeld Inkoopbureau", "Gemeente Lindenveen", "Zestig opgeknapte bureaus",
                  "Een bureau gaat bij ons twintig jaar mee", "loopt"):  # fmt: skip
        assert words in page
    for path in ("/kennisbank/buyer-groups", "/deelnemers/gemeente-lindenveen", "/buyer-groups", "/mijn/buyer-groups"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code in {200, 303}
    assert "Circular office furniture" in client.get(f"/en{EXAMPLE}").text
    assert client.get("/buyer-groups/bestaat-niet").status_code == 404


def test_the_list_says_what_is_known_and_shows_one_product_group(client: FlaskClient) -> None:
    page = client.get("/buyer-groups").text
    assert "looptijd niet bekend" in page
    assert "deelnemers niet bekend" in page
    assert "Voorbeeld: verzonnen gegevens" in page
    some = client.get("/buyer-groups?productgroep=kantoormeubilair").text
    assert "Circulaire kantoormeubelen" in some
    assert "viaducten" not in some
    assert client.get("/buyer-groups?productgroep=raketten").text.count("card-grid") == page.count("card-grid")
    assert client.get("/buyer-groups?beschikbaarOp=2020-01-01").text.count("Nog geen buyer groups") == 1


def test_a_group_is_found_by_searching_and_from_the_pages_around_it(client: FlaskClient) -> None:
    for words in ("kantoormeubelen", "viaducten", "office+furniture", "Voorbeeld+Inkoopbureau"):
        assert "/buyer-groups/" in client.get(f"/zoeken?q={words}").text, words
    assert EXAMPLE in client.get("/zoeken?q=bureau&soort=buyer-groups").text
    assert EXAMPLE in client.get("/deelnemers/gemeente-lindenveen").text
    assert "/buyer-groups/circulaire-viaducten-en-bruggen" in client.get("/sitemap.xml").text
    assert 'href="/buyer-groups"' in client.get("/").text


def test_staff_make_a_group_with_a_document_and_it_is_public_and_found_at_once(
    editor: FlaskClient, client: FlaskClient, session: Session
) -> None:
    sent = post_file(editor, NEW, pdf(), "visie.pdf", **filled(editor, NEW, **TYPED))
    assert sent.status_code == 303, sent.text
    version, entry = last(session)
    assert (version.number, version.recorded_role, version.started) == (1, "redacteur", 2025)
    told = json.loads(entry.payload)
    assert (entry.event, told["market_vision"]["adopted_on"]) == ("buyer_group.published", "2025-10-01")
    assert told["market_vision"]["document_sha256"] == hashlib.sha256(pdf()).hexdigest()
    page = client.get("/buyer-groups/stille-bladblazers").text
    assert "<p>Geen benzine.</p>" in page
    assert client.get(f"/bestanden/{version.market_vision['document']}/visie.pdf").status_code == 200
    assert "/buyer-groups/stille-bladblazers" in client.get("/zoeken?q=bladblazers").text


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"titel": ""}, "titel", "Vul een titel in"),
        ({"adres": "Met Spaties"}, "adres", "kleine letters"),
        ({"adres": SLUG}, "adres", "al in gebruik"),
        ({"adres": "nieuw"}, "adres", "al in gebruik"),
        ({"samenvatting": ""}, "samenvatting", "Vul een samenvatting in"),
        ({"productgroep": "raketten"}, "productgroep", "Kies uit de lijst"),
        ({"begin": "gisteren"}, "begin", "Schrijf een jaar"),
        ({"begin": "2029"}, "einde", "ligt vóór het eerste jaar"),
        ({"visie_link": "javascript:alert(1)"}, "visie_link", "begint met https"),
        ({"visie_dag": "31-2-2026"}, "visie_dag", "Schrijf de dag als"),
        ({"bronnen": ""}, "bronnen", "Zonder bron staat hier niets"),
        ({"bronnen": "A | https://a.example\nB"}, "bronnen", "Regel 2 klopt niet"),
    ],
)
def test_what_is_wrong_with_a_group_stands_at_its_field(
    editor: FlaskClient, client: FlaskClient, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = editor.post(NEW, data=filled(editor, NEW, **{**TYPED, **wrong}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sentence in answer.text
    assert "Voorbeeld Groenbureau" in answer.text
    assert client.get("/buyer-groups/stille-bladblazers").status_code == 404


def test_pilots_are_added_and_taken_away_without_javascript_and_checked_each(
    editor: FlaskClient, client: FlaskClient, group: str
) -> None:
    more = editor.post(group, data=filled(editor, group, pilot__erbij="1"))
    assert more.status_code == 200
    form = {**form_on(more.text, group), "pilot-0-tekst": "Wij probeerden iets.", "reden": "Een pilot erbij."}
    wrong = editor.post(group, data={**form, "pilot-0-link": "geen adres", "pilot-0-organisatie": "gm9999"})
    assert wrong.status_code == 422
    for sentence in ("Geef de pilot een naam", "begint met https", "Kies uit de lijst", "Wij probeerden iets."):
        assert sentence in wrong.text
    assert editor.post(group, data={**form, "pilot-0-titel": "Proef"}).status_code == 303
    assert "Wij probeerden iets." in client.get("/buyer-groups/proefgroep").text
    less = editor.post(group, data=filled(editor, group, pilot__weg="0"))
    assert "pilot-0-titel" not in less.text


def test_a_change_is_a_version_with_a_reason_and_the_old_one_can_be_read_again(
    editor: FlaskClient, client: FlaskClient, session: Session, group: str
) -> None:
    moment = now().isoformat().replace("+00:00", "Z")
    answer = editor.post(group, data=filled(editor, group, begeleider="Bureau Anders"))
    assert (answer.status_code, "waarom u dit wijzigt" in answer.text) == (422, True)
    assert "Bureau Anders" in answer.text
    editor.post(group, data=filled(editor, group, begeleider="Bureau Anders", reden="Bureau Anders doet het nu."))
    version, entry = last(session)
    assert (version.number, entry.event) == (2, "buyer_group.changed")
    assert "doet het nu" not in entry.payload
    page = client.get("/buyer-groups/proefgroep").text
    assert "Bureau Anders doet het nu." in page
    assert "1 wijziging sinds publicatie" in page
    with frozen_at(now() + timedelta(minutes=2)):
        assert "Bureau Anders" not in client.get(f"/buyer-groups/proefgroep?beschikbaarOp={moment}").text
    assert "Bureau Anders doet het nu." in client.get("/wijzigingen?onderwerp=buyer_group:proefgroep").text
    editor.post(group, data=filled(editor, group, reden="Niets anders."))
    assert last(session)[0].number == 2, "saving what is there already is no change"


def test_two_of_staff_at_one_group_lose_nothing(
    app: Flask, accounts: Accounts, editor: FlaskClient, client: FlaskClient, group: str
) -> None:
    mine = filled(editor, group, titel="Mijn titel", begeleider="Mijn bureau", reden="Ik.")
    other = sign_in(app, accounts["beheerder"])
    other.post(group, data=filled(other, group, titel="Hun titel", einde="2030", gidsen="buyer-groups", reden="Zij."))
    answer = editor.post(group, data=mine)
    assert answer.status_code == 409
    for words in ("Mijn titel", "Hun titel", "Mijn bureau", "Laatste jaar"):
        assert words in answer.text
    again = form_on(answer.text, group)
    assert (again["titel"], again["einde"], again.getlist("gidsen")) == ("Mijn titel", "2030", ["buyer-groups"])
    assert editor.post(group, data=again).status_code == 303
    page = client.get("/buyer-groups/proefgroep").text
    assert "Mijn titel" in page
    assert "2024 tot en met 2030" in page


def test_the_public_file_of_a_group_is_what_the_ledger_has_the_fingerprint_of(
    client: FlaskClient, session: Session, group: str
) -> None:
    body = client.get("/buyer-groups/proefgroep.json")
    entry = last(session)[1]
    found = session.get(LedgerFingerprint, entry.seq)
    mark = hashlib.sha256(body.data).hexdigest()
    assert found
    assert mark == found.fingerprint == json.loads(entry.payload)["fingerprint"]
    assert mark in client.get("/buyer-groups/proefgroep").text
    assert "ongewijzigd" in client.get(f"/controleer?vingerafdruk={mark}").text.lower()
    assert client.get("/buyer-groups/proefgroep.json?beschikbaarOp=2020-01-01").status_code == 404
    assert client.get("/buyer-groups/proefgroep.json?geldigOp=ooit").status_code == 400


def test_only_staff_who_write_for_the_site_may_run_groups(
    app: Flask, client: FlaskClient, accounts: Accounts, group: str
) -> None:
    assert client.get("/redactie/buyer-groups").status_code == 303
    for role in ("invuller", "coordinator", "bestuurder", "beoordelaar"):
        browser = sign_in(app, accounts[role])
        for path in ("/redactie/buyer-groups", NEW, group, f"{group}/leden"):
            assert browser.get(path).status_code == 403, (role, path)
    for role in ("redacteur", "beheerder"):
        browser = sign_in(app, accounts[role])
        assert "Proefgroep" in browser.get("/redactie/buyer-groups").text
        assert browser.get("/redactie/buyer-groups/bestaat-niet").status_code == 404
        assert "/redactie/buyer-groups" in browser.get("/redactie").text


@pytest.mark.parametrize(
    ("started", "ends", "state"),
    [
        (None, None, GroupState.UNKNOWN), (2020, None, GroupState.UNKNOWN), (2027, None, GroupState.NOT_YET),
        (2020, 2026, GroupState.RUNNING), (None, 2026, GroupState.RUNNING), (2020, 2025, GroupState.ENDED),
    ],
)  # fmt: skip
def test_the_last_year_of_a_group_counts_whole(started: int | None, ends: int | None, state: GroupState) -> None:
    assert state_on(started, ends, date(2026, 12, 31)) is state


def test_who_left_a_group_stays_on_its_page_and_on_his_own_as_somebody_who_took_part(client: FlaskClient) -> None:
    found = []
    for slug in re.findall(r'href="/buyer-groups/([\w-]+)"', client.get("/buyer-groups").text):
        page = client.get(f"/buyer-groups/{slug}").text
        found.append(page[page.index('id="eerdere-deelnemers"') :] if 'id="eerdere-deelnemers"' in page else "")
    assert any("Gemeente Bronkade" in page for page in found)
    own = client.get("/deelnemers/gemeente-bronkade").text
    assert "Deed mee:" in own
    assert "Doet mee:" in client.get("/deelnemers/gemeente-bronkade?geldigOp=2025-11-01").text


def test_a_pilot_of_an_authority_that_the_register_says_anew_shows_as_it_was_known(
    client: FlaskClient, session: Session
) -> None:
    then, later = (datetime(2026, 2, day, 12, tzinfo=AMSTERDAM) for day in (1, 20))
    pilot = {"title": "Proef", "text": None, "authority": "vb7010", "year": None, "url": None}
    with frozen_at(then):
        authority = add_municipality(session, "vb7010", "Gemeente Zomergors")
        facts = GroupFacts({"nl": "Bladblazers"}, {"nl": "Stil."}, pilots=[pilot])
        create_group(session, "proefgroep", facts, actor=SYSTEM, is_example=True)
        session.commit()
    with frozen_at(later):
        changing.correct(session, authority.versions[0], {"name": "Gemeente Anders"}, reason="Zo.", actor=SYSTEM)
        session.commit()
    path = "/buyer-groups/proefgroep?beschikbaarOp="
    for moment, name in (("2026-02-10T12:00:00Z", "Gemeente Zomergors"), ("2026-02-25T12:00:00Z", "Gemeente Anders")):
        page = client.get(f"{path}{moment}")
        assert (page.status_code, name in page.text) == (200, True)
