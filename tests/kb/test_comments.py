"""Comments at a section of a guide: saying, answering, dealing with, taking away, and who may."""

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import SYSTEM, LedgerEntry, public_head
from kb.guides.fields import fields_of
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from tests.factories_comments import GUIDE, PAGE, add_comment, comments, headings, person, press, send
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]


def test_only_who_is_signed_in_reads_comments_and_strangers_see_nothing_of_them(
    app: Flask, client: FlaskClient, accounts: Accounts
) -> None:
    send(sign_in(app, accounts["invuller"]), "Een zin die alleen hier staat.")
    for path in (PAGE, f"/kennisbank/{GUIDE}"):
        assert "alleen hier staat" not in client.get(path, follow_redirects=True).text
    assert client.get(PAGE).status_code == 303
    assert "/opmerkingen" not in client.get(f"/kennisbank/{GUIDE}").text
    other = sign_in(app, accounts["beoordelaar"])
    assert "alleen hier staat" in other.get(PAGE).text
    assert f'hx-get="{PAGE}"' in other.get(f"/kennisbank/{GUIDE}").text
    part = other.get(PAGE, headers={"HX-Request": "true", "HX-Target": "opmerkingen"})
    assert "<html" not in part.text
    assert part.headers["Cache-Control"] == "no-store"


def test_a_comment_stands_at_its_heading_with_the_name_of_its_writer_and_can_be_answered(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer, editor = (sign_in(app, accounts[who]) for who in ("invuller", "redacteur"))
    anchor = headings(writer)[1]
    page = send(writer, "Dit stuk <b>begrijp</b> ik niet.", kopje=anchor)
    assert f'/kennisbank/{GUIDE}#{anchor}"' in page
    assert "&lt;b&gt;begrijp" in page
    made = comments(session)[-1]
    assert (made.section, made.revision_number) == (anchor, 1)
    page = send(editor, "Wij maken het duidelijker.", antwoord_op=str(made.id), kopje="onzin")
    answer = comments(session)[-1]
    assert (answer.answers_id, answer.section) == (made.id, anchor)
    assert page.index("begrijp") < page.index("Wij maken het duidelijker.")


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, session: Session, accounts: Accounts) -> None:
    writer = sign_in(app, accounts["invuller"])
    before = len(comments(session))
    values = {"csrf_token": csrf_token(writer, PAGE), "tekst": "Een zin.", "kopje": "kopje-dat-weg-is", "versie": "1"}
    gone = writer.post(PAGE, data=values)
    assert gone.status_code == 422
    assert "Dit kopje staat niet meer in de gids." in gone.text
    assert "Een zin." in gone.text
    assert writer.post(PAGE, data={**values, "kopje": "", "tekst": "x" * 4001}).status_code == 422
    assert writer.post(PAGE, data={**values, "kopje": "", "tekst": " "}).status_code == 422
    answer = writer.post(PAGE, data={**values, "antwoord_op": "999999"})
    assert answer.status_code == 422
    assert "Een zin." in answer.text
    assert len(comments(session)) == before


def test_who_began_it_and_editors_deal_with_it_and_an_answer_opens_it_again(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer, other, editor = (sign_in(app, accounts[who]) for who in ("invuller", "coordinator", "redacteur"))
    made = add_comment(session, person(session, accounts["invuller"]["email"]), "Gaat dit over 2027?")
    session.commit()
    assert press(other, made, "afhandelen") == 403
    assert press(editor, made, "afhandelen") == 303
    assert "Gaat dit over 2027?" not in writer.get(PAGE).text
    settled = writer.get(PAGE + "?afgehandeld=1").text
    assert "Gaat dit over 2027?" in settled
    assert "Afgehandeld op" in settled
    send(writer, "Toch niet.", antwoord_op=str(made.id))
    assert comments(session)[-2].resolved_at is None
    assert press(writer, made, "afhandelen") == 303
    assert press(writer, made, "heropenen") == 303
    assert "Gaat dit over 2027?" in writer.get(PAGE).text


def test_one_changes_only_ones_own_and_an_editor_takes_away_but_never_changes(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer, other, editor = (sign_in(app, accounts[who]) for who in ("invuller", "coordinator", "redacteur"))
    made = add_comment(session, person(session, accounts["invuller"]["email"]), "Eerste woorden.")
    session.commit()
    one = f"{PAGE}/{made.id}"
    for who in (other, editor):
        values = {"csrf_token": csrf_token(who, PAGE), "tekst": "Andermans woorden."}
        assert who.post(one, data=values).status_code == 403
    assert other.get(one).status_code == 403
    assert press(other, made, "verwijderen") == 403
    page = send(writer, "Betere woorden.", one)
    assert "Betere woorden." in page
    assert "aangepast" in page
    assert press(editor, made, "verwijderen") == 303
    gone = next(row for row in comments(session) if row.id == made.id)
    assert (gone.text, bool(gone.removed_at)) == ("", True)
    assert writer.get(one).status_code == 404


def test_a_removed_comment_leaves_its_answers_and_goes_from_sight_without_them(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer = sign_in(app, accounts["invuller"])
    me = person(session, accounts["invuller"]["email"])
    made = add_comment(session, me, "Weg hiermee.")
    add_comment(session, me, "Een antwoord dat blijft.", answers_id=made.id)
    session.commit()
    press(writer, made, "verwijderen")
    page = writer.get(PAGE).text
    assert "Weg hiermee." not in page
    assert "Deze opmerking is verwijderd." in page
    assert "Een antwoord dat blijft." in page
    press(writer, comments(session)[-1], "verwijderen")
    assert writer.get(PAGE).text.count("De opmerking is verwijderd.") == 1  # on the page, and not in its block too
    press(writer, made, "verwijderen")
    part = writer.get(PAGE, headers={"HX-Request": "true", "HX-Target": "opmerkingen"}).text
    assert 'class="comments__said"' in part
    assert "Deze opmerking is verwijderd." not in writer.get(PAGE).text


def test_it_says_when_the_section_changed_since_or_is_gone(app: Flask, session: Session, accounts: Accounts) -> None:
    writer = sign_in(app, accounts["invuller"])
    first, second, third = headings(writer)[1:4]
    for anchor in (first, second, third):
        send(writer, f"Over {anchor}.", kopje=anchor)
    guide = find_guide(session, GUIDE)
    assert guide
    newest = newest_revision(session, guide)
    titles = {item["id"]: item["title"] for item in newest.contents}
    body = newest.body.replace(f" {titles[first]}\n", f" {titles[first]}\n\nEen nieuwe zin.\n", 1)
    body = body.replace(f" {titles[second]}\n", " Heel ander kopje\n", 1)
    fields = replace(fields_of(newest), body=body)
    saved = save_guide(session, guide, fields, newest.number, actor=SYSTEM)
    publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()
    page = writer.get(PAGE).text
    assert page.count("Deze tekst is veranderd sinds deze opmerking.") == 1
    assert f"Bij een kopje dat er niet meer staat: {titles[second]}" in page
    assert page.index("is veranderd") < page.index(f"Over {third}.") < page.index("niet meer staat")


def test_comments_are_private_events_and_move_no_public_page(app: Flask, session: Session, accounts: Accounts) -> None:
    head = public_head(session)
    session.rollback()
    send(sign_in(app, accounts["invuller"]), "Een zin die niemand terugvindt.")
    assert public_head(session) == head
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "comment.posted")).all()[-1]
    session.rollback()
    assert (entry.subject, entry.is_public) == (f"guide:{GUIDE}", False)
    assert "niemand terugvindt" not in entry.payload


def test_staff_see_the_guides_with_open_comments_and_how_long_they_wait(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer, editor = (sign_in(app, accounts[who]) for who in ("invuller", "redacteur"))
    send(writer, "Een open opmerking.")
    page = editor.get("/redactie/opmerkingen").text
    assert f'href="{PAGE}"' in page
    assert "staat open." in editor.get("/redactie").text or "staan open." in editor.get("/redactie").text
    assert writer.get("/redactie/opmerkingen").status_code == 403


def test_a_guide_that_is_not_public_has_no_comments_for_readers(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    guide = find_guide(session, GUIDE)
    assert guide
    for row in guide.revisions:
        row.published_at = None
    session.commit()
    writer, editor = (sign_in(app, accounts[who]) for who in ("invuller", "redacteur"))
    assert writer.get(PAGE).status_code == 404
    assert editor.get(PAGE).status_code == 200
