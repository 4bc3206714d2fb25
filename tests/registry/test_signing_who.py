"""Who signs is who he says he is, who waits is told so, and who was signed for hears of it."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.clock import frozen_at, now
from common.files.models import Attachment
from registry.authorities.models import Authority
from registry.signatures.models import SignatureVersion
from tests.factories_people import credentials, mails, make_member
from tests.factories_signing import send, upload
from tests.registry.test_signing_online import LIST, World, _user, world
from tests.sites import sign_in

__all__ = ["world"]


def test_the_signer_confirms_his_own_name_and_staff_see_the_account_beside_it(world: World) -> None:
    path, executive = world.begin(world.browser("coordinator")), world.browser("bestuurder")
    page = executive.get(path).text
    assert "De coördinator vulde in: Wil de Wit. U bent ingelogd als Persoon bestuurder." in page
    assert world.sign(executive, path, naam=" ").status_code == 422
    assert world.sign(executive, path, functie="wethouder <b>").status_code == 422
    assert "Het teken &lt; kan niet in een functie staan" in world.sign(executive, path, functie="wethouder <b>").text
    assert world.sign(executive, path).status_code == 303
    version = world.session.scalars(select(SignatureVersion).order_by(SignatureVersion.id.desc())).first()
    assert version is not None
    assert (version.signed_by, version.signed_by_function) == ("Persoon bestuurder", "wethouder")
    number = version.signature_id
    world.session.rollback()
    staff = world.browser("beheerder")
    for page in ("", "/bevestigen"):
        shown = staff.get(f"/redactie/ondertekeningen/{number}{page}").text
        assert re.search(r"Account dat tekende</dt>\s*<dd[^>]*>Persoon bestuurder", shown)


def test_what_waits_for_a_bestuurder_stands_on_his_own_page(world: World) -> None:
    coordinator, executive = world.browser("coordinator"), world.browser("bestuurder")
    path = world.begin(coordinator)
    assert "Wacht op u" not in executive.get("/mijn").text
    send(coordinator, f"{path}/vragen", path, bestuurder=str(_user(world, "bestuurder")))
    own = executive.get("/mijn").text
    assert ("Wacht op u" in own, f"{path}?organisatie=vbt1" in own) == (True, True)
    assert "U hoeft nu niets te doen" not in own
    assert "Wacht op u" in executive.get(LIST).text
    assert "Dit wacht op u" in executive.get(path).text
    assert "Dit wacht op Persoon bestuurder" in coordinator.get(path).text
    assert "Wacht op u" not in coordinator.get("/mijn").text


def test_after_signing_in_again_the_page_says_that_nothing_was_signed(world: World) -> None:
    executive = world.browser("bestuurder")
    path = world.begin(executive)
    with frozen_at(now() + timedelta(minutes=11)):
        page = executive.get(path).text
        hidden = {name: world.hidden(page, name) for name in ("csrf_token", "versie", "tekst")}
        keeper = dict(re.findall(r'<input type="hidden" name="(_?[a-z-]+)" value="([^"]*)"', page))
        late = executive.post(f"{path}/tekenen", data={**keeper, **hidden, "akkoord": "ja", "naam": "Persoon"})
    assert "/inloggen/opnieuw" in late.location
    again = executive.get(path).text
    assert ("Er is niet getekend" in again, "U was uitgelogd." in again) == (True, True)


def test_who_was_signed_for_hears_of_it_and_is_not_said_to_have_confirmed(
    app: Flask, session: Session, world: World
) -> None:
    make_member(app, session, "c@buurdorp.example", ("vbt2", MemberRole.COORDINATOR))
    session.commit()
    client = world.browser("bestuurder")
    path = world.begin(client)
    other = session.scalars(select(Authority.id).where(Authority.code == "vbt2")).one()
    session.rollback()
    send(client, f"{path}/voor-wie", erbij=str(other))
    for name in ("een.pdf", "twee.pdf"):
        assert world.name(client, path, bestand=upload(name)) == 303
    kept = {
        one.name: one.removed_at
        for one in session.scalars(select(Attachment).where(Attachment.name.in_(("een.pdf", "twee.pdf"))))
    }
    assert (kept["een.pdf"] is None, kept["twee.pdf"] is None) == (False, True)
    session.rollback()
    assert world.sign(client, path).status_code == 303
    receipt = client.get(f"{path}/ontvangst").text
    assert "als u vandaag tekent" not in receipt
    told = {one.to_address: one.body_text for one in mails(session, "signing_receipt")}
    assert set(told) == {"bestuurder@tekenstad.example", "c@buurdorp.example"}
    mark = re.findall(r"[0-9a-f]{64}", receipt)[0]
    for body in told.values():
        assert (mark in body, "Gemeente Buurdorp, Gemeente Tekenstad" in body) == (True, True)
    session.rollback()
    confirm = f"/redactie/ondertekeningen/{world.signing().signature_id}/bevestigen"
    assert send(world.browser("beheerder"), confirm, bewijs="Mandaat gezien.").status_code == 303
    assert "c@buurdorp.example" in {one.to_address for one in mails(session, "signature_confirmed")}
    session.rollback()
    assert "bevestigd door de vertegenwoordiger (Gemeente Tekenstad)" in app.test_client().get("/deelnemers/vbt2").text
    assert "bevestigd door de organisatie" in app.test_client().get("/deelnemers/vbt1").text


def test_a_page_of_signing_that_is_not_done_is_not_called_done(app: Flask, session: Session, world: World) -> None:
    account = credentials(make_member(app, session, "k@kanniet.example", ("vbt3", MemberRole.COORDINATOR)))
    session.commit()
    client = sign_in(app, account)
    begun = send(client, f"{LIST}/voorbeeldafspraak?organisatie=vbt3").location
    page = client.get(begun.replace("/voor-wie", "")).text
    assert page.count("step--done") == 1
