"""No page or fragment, file or feed tells a stranger that a draft exists: byte for byte the same before and after."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.database import Database
from common.ledger import SYSTEM, head_number, public_head
from kb.guides.fields import fields_of
from kb.guides.writing import create_guide, find_guide, newest_revision, save_guide
from registry.agreements.desk import open_bench, save
from registry.agreements.draft_fields import DraftFields
from registry.agreements.drafting import start_draft
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reports.drafting import save_answers, start_report
from registry.reports.erasing import erase_contact
from registry.reports.models import AnswerState, Report, Submission
from registry.reports.values import AnswerInput
from tests.access_table import EVERYBODY, MAY_READ
from tests.factories_people import invite
from tests.files.factories import add_document, add_picture
from tests.sites import make_site

SLUG = "gemeente-lindenveen"
AGREEMENT = "voorbeeldafspraak"
WORD = "Zwaluwstaartverbinding"
LOG = {"/integriteit", "/integriteit/grootboek.jsonl"}
FRAGMENTS = ("resultaten", "lijst", "zoekresultaten")


def _edition(session: Session) -> Edition:
    return session.scalars(select(Edition).order_by(Edition.year.desc()).limit(1)).one()


def _start(_app: Flask, session: Session) -> None:
    edition = _edition(session)
    without = select(Authority).where(
        Authority.is_example, ~Authority.id.in_(select(Report.authority_id).where(Report.edition_id == edition.id))
    )
    start_report(session, session.scalars(without.order_by(Authority.code).limit(1)).one(), edition, actor=SYSTEM)


def _save(_app: Flask, session: Session) -> None:
    query = select(Report).join(Authority).where(Authority.slug == SLUG, Report.edition_id == _edition(session).id)
    report = session.scalars(query).one()
    save_answers(
        session, report, {"H1": AnswerInput(AnswerState.GIVEN, f"{WORD} in concept.")}, report.version, actor=SYSTEM
    )


def _save_guide(_app: Flask, session: Session) -> None:
    guide = find_guide(session, "actieplan-schrijven")
    assert guide
    newest = newest_revision(session, guide)
    changed = replace(fields_of(newest), title=WORD, body=f"{WORD}. Zie ook.")
    assert save_guide(session, guide, changed, newest.number, actor=SYSTEM).changed


def _new_guide(_app: Flask, session: Session) -> None:
    guide = find_guide(session, "actieplan-schrijven")
    assert guide
    create_guide(
        session, "nog-geheim", replace(fields_of(newest_revision(session, guide)), title=WORD), None, actor=SYSTEM
    )


def _save_agreement(_app: Flask, session: Session) -> None:
    bench = open_bench(session, AGREEMENT, to_write=True)
    assert bench
    values = {**bench.fields.values, "titel_nl": WORD, "samenvatting_nl": f"{WORD} in concept."}
    assert save(session, bench, DraftFields.of_values(values, []), actor=SYSTEM)


def _new_agreement(_app: Flask, session: Session) -> None:
    start_draft(session, "nog-geheim", {**DraftFields(texts={"titel_nl": WORD}).stored, "base": 0}, actor=SYSTEM)


def _invite(_app: Flask, session: Session) -> None:
    invite(session, "zwaluw@lindenveen.voorbeeld.example", MemberRole.COORDINATOR)


def _upload(app: Flask, session: Session) -> None:
    add_document(app, session)
    add_picture(app, session)


def _erase(_app: Flask, session: Session) -> None:
    submission = session.scalars(select(Submission).where(Submission.personal.is_not(None)).limit(1)).one()
    erase_contact(session, submission, "De contactpersoon vroeg er zelf om.", actor=SYSTEM)


DRAFTS: dict[str, Callable[[Flask, Session], None]] = {
    "a report is started": _start,
    "an answer is saved": _save,
    "a guide is saved": _save_guide,
    "a new guide is drafted": _new_guide,
    "the next version of an agreement is saved": _save_agreement,
    "a new agreement is begun": _new_agreement,
    "somebody is invited": _invite,
    "files are added": _upload,
    "a contact person is erased": _erase,
}


@pytest.fixture
def addresses(session: Session) -> list[str]:
    """Every public address that says something of the demo authority, the guide, or what a word finds."""
    year = _edition(session).year
    session.rollback()
    slugs = {
        "/afspraken": AGREEMENT, "/deelnemers": SLUG, "/kennisbank": "actieplan-schrijven",
        "/buyer-groups": "voorbeeld-circulaire-kantoormeubelen",
    }  # fmt: skip
    # The public log counts every event: that something happened is in it, as a hash, and not what.
    plain = [rule for rule, who in MAY_READ.items() if who == EVERYBODY and "<" not in rule and rule not in LOG]
    with_slug = [rule for rule, who in MAY_READ.items() if who == EVERYBODY and "<slug>" in rule and "<int" not in rule]
    made = [rule.replace("<slug>", next(slugs[head] for head in slugs if rule.startswith(head))) for rule in with_slug]
    made = [path.replace("<afspraak>", AGREEMENT) for path in made]
    made += [f"/deelnemers/{SLUG}/rapportages/{year}", f"/deelnemers/{SLUG}/rapportages/{year - 1}"]
    made += [
        f"/zoeken?q={WORD}",
        "/zoeken?q=actieplan",
        f"/deelnemers?q={WORD}",
        "/deelnemers?q=lindenveen",
        "/kennisbank/nog-geheim",
        "/afspraken/nog-geheim",
        "/afspraken/nog-geheim/versies/1.json",
    ]
    return [*plain, *made, *(f"/en{path}" for path in made)]


def seen(folder: Path, addresses: list[str]) -> dict[str, bytes]:
    """Return all that a stranger gets, pages and fragments, from a process that has nothing in its caches yet."""
    app = make_site(folder)
    found = {}
    for path in addresses:
        stranger = app.test_client()
        found[path] = _bare(stranger.get(path).data)
        for target in FRAGMENTS:
            answer = stranger.get(path, headers={"HX-Request": "true", "HX-Target": target})
            found[f"{path} {target}"] = _bare(answer.data) + str(answer.status_code).encode()
    database: Database = app.extensions["database"]
    database.close()
    database.engine.dispose()
    return found


def _bare(body: bytes) -> bytes:
    """Leave out what differs with every answer: the token of a form, and the number of the request."""
    body = re.sub(rb'(name="csrf_token"[^>]*value=")[^"]+', rb"\1", body)
    body = re.sub(rb'("X-CSRFToken": ?")[^"]+', rb"\1", body)
    return re.sub(rb"<code>[0-9a-f]{16}</code>", b"", body)


def test_a_stranger_sees_no_difference_when_people_work_on_drafts(
    app: Flask, session: Session, data_folder: Path, addresses: list[str]
) -> None:
    before = seen(data_folder, addresses)
    for what, work in DRAFTS.items():
        head, public = head_number(session), public_head(session)
        session.rollback()
        with app.app_context():
            work(app, session)
        session.commit()
        assert head_number(session) > head, f"{what}: nothing was done"
        assert public_head(session) == public, (
            f"{what}: the public caches were dropped, and the time of an answer tells it"
        )
        session.rollback()
    after = seen(data_folder, addresses)
    assert [path for path in after if after[path] != before[path]] == []


def test_this_would_notice_a_difference(session: Session, data_folder: Path, addresses: list[str]) -> None:
    """A name that the public reads changes: the same comparison must see it."""
    before = seen(data_folder, addresses)
    authority = session.scalars(select(Authority).where(Authority.slug == SLUG)).one()
    authority.versions[0].name = WORD
    session.commit()
    after = seen(data_folder, addresses)
    assert f"/deelnemers/{SLUG}" in [path for path in after if after[path] != before[path]]
