"""Files of proposals: a public guide keeps its pictures, and nobody opens what somebody else keeps to himself."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from common.files.models import Attachment
from kb.guides.files import kept_for
from kb.guides.links import keep_links
from kb.guides.models import Revision
from kb.proposals.forgetting import drop_drafts_of, drop_left
from kb.proposals.models import Proposal, ProposalState
from kb.proposals.typed import keep, typed_of
from kb.proposals.writing import begin_new
from tests.factories_deciding import (
    BODY,
    GUIDE,
    actor_of,
    press,
    proposed,
    put_text,
    revisions,
    stored,
    user_of,
)
from tests.files.factories import add_file
from tests.files.making import picture
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
OWN = "/mijn/voorstellen"


def draft_with_picture(app: Flask, session: Session, account: dict[str, str]) -> tuple[Proposal, Attachment]:
    """Begin a new guide, with a picture that its text does not use."""
    draft = begin_new(session, "guide", "nl", actor=actor_of(session, account))
    keep(draft, {**typed_of(draft), "titel": "Eerste"})
    session.flush()
    added = add_file(app, session, f"proposal:{draft.key}", picture(), "zon-60x40.png", "De zon")
    added.added_by_id = draft.author_id
    session.commit()
    return draft, added


def line_of(attachment: Attachment) -> str:
    return f"\n![De zon]({address_of(attachment)})\n"


def address_of(attachment: Attachment) -> str:
    return f"/bestanden/{attachment.id}/{attachment.name}"


def subject_now(session: Session, number: int) -> str:
    session.rollback()
    found = session.scalar(select(Attachment.subject).where(Attachment.id == number, Attachment.removed_at.is_(None)))
    session.commit()
    return found or ""


def test_a_picture_that_a_guide_took_over_is_the_guides_and_its_author_goes_on_seeing_it(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    key = proposed(session, accounts["invuller"], tekst=BODY + "\nEen zin erbij.\n")
    added = add_file(app, session, f"proposal:{key}", picture(), "zon-60x40.png", "De zon")
    added.added_by_id = user_of(session, accounts["invuller"]).id
    proposal = session.scalars(select(Proposal).where(Proposal.key == key)).one()
    proposal.content = {**proposal.content, "body": BODY + line_of(added)}
    session.commit()
    author, stranger = (sign_in(app, accounts[who]) for who in ("invuller", "beoordelaar"))
    assert press(editor, key, "goedkeuren", daarna="overnemen").status_code == 303
    assert subject_now(session, added.id) == f"guide:{GUIDE}"
    assert [one.get(address_of(added)).status_code for one in (author, editor)] == [200, 200]
    assert stranger.get(address_of(added)).status_code in (403, 404)
    page = f"/redactie/gidsen/{GUIDE}/publiceren"
    sent = {"csrf_token": csrf_token(editor, page), "versie": revisions(session)[0].number}
    assert editor.post(page, data=sent).status_code == 303
    assert client.get(address_of(added)).status_code == 200


def test_what_a_guide_names_stays_when_the_draft_goes_by_hand_with_its_author_or_by_time(
    app: Flask, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    author = sign_in(app, accounts["invuller"])
    for way in ("by hand", "author", "time"):
        session.expunge_all()
        draft, added = draft_with_picture(app, session, accounts["invuller"])
        named = put_text(session, body=BODY + line_of(added))
        assert client.get(address_of(added)).status_code == 200
        path = f"{OWN}/{draft.key}"
        sent = {"csrf_token": csrf_token(author, path), "bestand": str(added.id), "zeker": "ja"}
        assert author.post("/schrijven/bestanden/verwijderen", data=sent).status_code == 409
        if way == "by hand":
            assert author.post(f"{path}/weggooien", data=sent).status_code == 303
        elif way == "author":
            drop_drafts_of(session, draft.author_id)
        else:
            drop_left(session, now() + timedelta(days=1))
        session.commit()
        assert subject_now(session, added.id) == f"guide:{GUIDE}", (way, named.number)
        assert client.get(address_of(added)).status_code == 200


def test_nobody_opens_a_file_of_anothers_draft_by_writing_its_number(
    app: Flask, editor: FlaskClient, client: FlaskClient, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    _draft, secret = draft_with_picture(app, session, accounts["coordinator"])
    author = sign_in(app, accounts["invuller"])
    begun = begin_new(session, "guide", "nl", actor=actor_of(session, accounts["invuller"]))
    filled = {"titel": "Zon", "samenvatting": "Over zon.", "tekst": BODY + line_of(secret), "waarom": "Mist nog."}
    keep(begun, {**typed_of(begun), **filled, "themas": ["klimaat"]})
    session.commit()
    sent = {"csrf_token": csrf_token(author, f"{OWN}/{begun.key}"), "gezien": str(begun.version)}
    refused = author.post(f"{OWN}/{begun.key}/indienen", data=sent)
    assert refused.status_code == 422
    assert "zon-60x40.png hoort niet bij dit voorstel" in refused.text
    assert stored(session, begun.key).state is ProposalState.DRAFT
    made = put_text(session, publish=False, body=BODY + line_of(secret))
    page = f"/redactie/gidsen/{GUIDE}/publiceren"
    publishing = {"csrf_token": csrf_token(editor, page), "versie": made.number}
    assert editor.post(page, data=publishing).status_code == 422
    assert client.get(address_of(secret)).status_code == 404


def test_the_year_of_a_proposal_begins_when_its_author_last_did_something_with_it(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    put_text(session)
    author, year_ago = sign_in(app, accounts["invuller"]), now() - timedelta(days=365)
    with frozen_at(now() - timedelta(days=400)):
        key = proposed(session, accounts["invuller"], tekst=BODY.replace("over uitstoot", "over minder uitstoot"))
    for verb, state in (("intrekken", ProposalState.WITHDRAWN), ("hervatten", ProposalState.DRAFT)):
        sent = {"csrf_token": csrf_token(author, f"{OWN}/{key}/stand")}
        assert author.post(f"{OWN}/{key}/{verb}", data=sent).status_code == 303
        assert drop_left(session, year_ago) == 0
        assert stored(session, key).state is state
    assert drop_left(session, now() + timedelta(days=1)) >= 1
    session.commit()
    assert session.scalars(select(Proposal).where(Proposal.key == key)).first() is None


def test_links_to_files_are_found_by_their_number_however_it_was_written(session: Session) -> None:
    made = session.scalars(select(Revision).limit(1)).one()
    made.html = '<p><a href="/en/bestanden/0099/a.pdf">a</a></p>'
    keep_links(session, made)
    session.flush()

    assert kept_for(session, [99, 98]) == {99: made.guide.slug}
