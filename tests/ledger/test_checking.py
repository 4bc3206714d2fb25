"""/controleer: a file or a fingerprint in; unchanged since when, changed after, received, or unknown out."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole
from common.clock import today
from common.fingerprints import fingerprint
from common.ledger import SYSTEM, Actor, LedgerFingerprint, canonical_json, record, sha256
from registry.plans.models import PlanVersion
from registry.reports.models import Submission
from registry.reviews.deciding import publish_at_once as publish
from registry.signatures.changing import change
from registry.signatures.models import Signature, SignatureVersion
from tests.factories_changes import signatures
from tests.factories_review import (
    credentials,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
    sign,
)
from tests.files.factories import post_file
from tests.sites import csrf_token, sign_in

PAGE = "/controleer"


def verdict(page: str) -> str:
    """Return the heading of what was found."""
    found = re.search(r'id="uitslag"[^>]*>.*?<h2[^>]*>\s*(.*?)\s*</h2>', page, re.S)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""


def asked(client: FlaskClient, mark: str) -> str:
    """Ask of a fingerprint, and return the verdict."""
    return verdict(client.get(f"{PAGE}?vingerafdruk={mark}").text)


def sent(client: FlaskClient, content: bytes) -> Any:
    """Send a file as a stranger does, and follow to the answer."""
    answer = post_file(client, PAGE, content, "bestand.json", csrf_token=csrf_token(client, PAGE))
    assert answer.status_code == 303
    return client.get(answer.location)


def confirmed(session: Session) -> tuple[Signature, SignatureVersion, str]:
    """Return a public signature, its version, and the address of its file."""
    signature: Signature = session.scalars(signatures(True)).unique().all()[0]
    version = signature.versions[-1]
    path = f"/deelnemers/{version.parties[0].authority.slug}/ondertekeningen/{signature.id}.json"
    return signature, version, path


def test_a_signature_is_unchanged_by_file_by_other_layout_and_by_fingerprint(
    client: FlaskClient, session: Session
) -> None:
    _signature, version, path = confirmed(session)
    mark = str(version.fingerprint)
    session.rollback()
    file = client.get(path).data
    assert sha256(file.decode()) == mark
    for typed in (mark, mark.upper(), f" {mark[:32]} {mark[32:]} "):
        assert asked(client, typed) == "Ongewijzigd"
    exact, pretty = sent(client, file), sent(client, json.dumps(json.loads(file), indent=4).encode())
    assert (verdict(exact.text), "andere opmaak" in exact.text) == ("Ongewijzigd", False)
    assert (verdict(pretty.text), "andere opmaak" in pretty.text) == ("Ongewijzigd", True)
    assert "Het staat er zo sinds" in exact.text
    changed = sent(client, file.replace(b"signature", b"signatura", 1))
    assert verdict(changed.text) == "Onbekend"
    assert verdict(client.get(f"/en{PAGE}?vingerafdruk={mark}").text) == "Unchanged"


def test_what_was_changed_after_says_until_when_and_leads_to_what_stands_there(
    client: FlaskClient, session: Session
) -> None:
    signature, version, path = confirmed(session)
    session.rollback()
    before, old = client.get(path).data, str(version.fingerprint)
    new = change(session, signature, {"note": "De naam stond er fout."}, reason="Een fout.", actor=Actor("beheerder"))
    mark = str(new.fingerprint)
    session.commit()
    page = sent(client, before).text
    assert verdict(page) == asked(client, old) == "Daarna gewijzigd"
    assert "Bekijk wat er nu staat" in page
    assert "/wijzigingen?onderwerp=signature" in page
    assert asked(client, mark) == asked(client, sha256(client.get(path).text)) == "Ongewijzigd"


def test_a_plan_that_was_revised_is_changed_and_its_revision_unchanged(client: FlaskClient, session: Session) -> None:
    revised = session.scalars(select(PlanVersion).where(PlanVersion.number == 2)).first()
    assert revised is not None
    first = next(one for one in revised.plan.versions if one.number == 1)
    marks = str(first.fingerprint), str(revised.fingerprint)
    session.rollback()
    assert [asked(client, mark) for mark in marks] == ["Daarna gewijzigd", "Ongewijzigd"]


def test_a_receipt_counts_before_and_after_the_report_is_public(app: Flask, session: Session) -> None:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    agreement = make_edition(session, 2020).agreement
    sign(session, authority, agreement)
    submitter = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    reviewer = make_account(session, app, "renate", StaffRole.REVIEWER)
    submission = hand_in(session, authority, open_real_edition(session, agreement, 2025), submitter)
    session.commit()
    stranger, account = app.test_client(), credentials(submitter)
    session.rollback()
    file = sign_in(app, account).get("/mijn/rapportages/2025/ontvangst.json").data
    page = sent(stranger, file).text
    assert verdict(page) == "Ontvangen, en sindsdien ongewijzigd"
    assert "43" not in re.sub(r"[0-9a-f]{64}", "", page[page.index("uitslag") : page.index("met-bestand")])
    publish(session, session.get_one(Submission, submission.id), actor=Actor("beoordelaar", reviewer.id))
    session.commit()
    page = sent(stranger, file).text
    assert verdict(page) == "Ontvangen, en sindsdien ongewijzigd"
    assert "is er iets over openbaar" in page
    assert "/deelnemers/gemeente-proefdam/rapportages/2025" in page
    public = stranger.get("/deelnemers/gemeente-proefdam/rapportages/2025.json").data
    assert verdict(sent(stranger, public).text) == "Ongewijzigd"


def test_what_never_was_public_is_unknown(client: FlaskClient, session: Session) -> None:
    secret, draft = {"draft": "dit is nog niet openbaar"}, {"plan": "dit ook niet"}
    record(session, "signature.entered", "signature:x/1", {"fingerprint": fingerprint(secret)}, actor=SYSTEM)
    record(session, "plan.recorded", "plan:vb001/x", {"fingerprint": fingerprint(draft)}, actor=SYSTEM)
    session.commit()
    for content in (secret, draft):
        assert asked(client, fingerprint(content)) == "Onbekend"
        assert verdict(sent(client, canonical_json(content).encode()).text) == "Onbekend"


@pytest.mark.parametrize("typed", ["", " ", "abc", "g" * 64, "0" * 63, "0" * 65, "<script>", "%00" * 64, "é" * 64])
def test_what_is_no_fingerprint_is_refused_with_what_was_typed(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"{PAGE}?vingerafdruk={typed}")
    assert answer.status_code == 422
    assert "Een kenmerk heeft 64 tekens" in answer.text
    assert "<script>" not in answer.text.replace("<script src", "").replace("<script type", "") or typed != "<script>"
    assert typed not in {"abc", "g" * 64} or f'value="{typed}"' in answer.text


def test_odd_files_get_a_kind_answer(client: FlaskClient) -> None:
    token = csrf_token(client, PAGE)
    nothing = client.post(PAGE, data={"csrf_token": token})
    assert (nothing.status_code, "Kies een bestand." in nothing.text) == (422, True)
    odd = [b"{", b"[" * 100_000, b"\xff\xfe\x00", b"null", b'{"fingerprint": 3}', b"x" * 3_000_000]
    for content in odd:
        answer = sent(client, content)
        assert (answer.status_code, verdict(answer.text)) == (200, "Onbekend"), content[:20]
    large = post_file(client, PAGE, b"x" * 23_100_000, "groot.pdf", csrf_token=token)
    assert large.status_code == 413
    assert "hoogstens 20 MB" in large.text
    assert post_file(client, PAGE, b"x", "a").status_code == 400  # without the form's token


def test_a_receipt_inside_a_file_says_that_only_its_mark_was_looked_at(client: FlaskClient, session: Session) -> None:
    mark = str(confirmed(session)[1].fingerprint)
    session.rollback()
    page = sent(client, json.dumps({"receipt": "x", "fingerprint": mark, "made": str(today())}).encode()).text
    assert verdict(page) == "Ongewijzigd"
    assert "en niet naar de rest van dat bestand" in page


def test_a_file_of_the_site_that_has_no_fingerprint_says_what_it_is_and_an_empty_one_is_refused(
    client: FlaskClient,
) -> None:
    for path, words in (
        ("/integriteit/grootboek.jsonl", "Dit is het grootboek zelf"),
        ("/integriteit/checkpoints.json", "Dit zijn onze controlepunten"),
        ("/deelnemers.csv", "Dit lijkt een tabel (CSV)"),
    ):
        page = sent(client, client.get(path).data).text
        assert words in page, path
        assert "Dat kan drie dingen betekenen" not in page
        assert "Een kenmerk hebben:" in page
    empty = post_file(client, PAGE, b"", "leeg.json", csrf_token=csrf_token(client, PAGE))
    assert empty.status_code == 422
    assert "Dit bestand is leeg" in empty.text
    assert "--checkpoints" not in client.get("/integriteit").text, "there is none yet"


def test_a_certificate_is_named_with_its_page(client: FlaskClient, session: Session) -> None:
    mark = session.scalars(
        select(LedgerFingerprint.fingerprint).where(LedgerFingerprint.subject.startswith("certificate:"))
    ).first()
    page = client.get(f"{PAGE}?vingerafdruk={mark}").text
    assert re.search(r'<a href="/deelnemers/[^"]+">Certificaat van ', page)


def test_the_pages_that_check_are_in_the_footer_and_the_sitemap(client: FlaskClient) -> None:
    home, sitemap = client.get("/").text, client.get("/sitemap.xml").text
    for path in ("/ambities", "/wijzigingen", "/integriteit", "/controleer"):
        assert f'href="{path}"' in home[home.index("<footer") :], path
        assert f"{path}</loc>" in sitemap, path
