"""Whom a comment may mention, and who gets a mail about it."""

from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from accounts.mail_choices import choose
from accounts.people import authority_codes
from accounts.privacy import erase
from common.clock import now
from common.ledger import SYSTEM
from common.outbox import OutboxMail
from kb.discussion.comments import drop_settled
from kb.discussion.handing_out import commented_by
from kb.discussion.mentions import mentionable
from kb.guides.ending import withdraw
from kb.guides.fields import fields_of
from kb.guides.models import Guide
from kb.guides.writing import find_guide, newest_revision, save_guide
from tests.factories_comments import GUIDE, PAGE, add_comment, comments, mailed, person, press, send
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]


def the_guide(session: Session) -> Guide:
    guide = find_guide(session, GUIDE)
    assert guide
    return guide


def test_the_list_of_names_holds_colleagues_and_nobody_else_whom_the_reader_does_not_see_there(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    reader, colleague, editor = (
        person(session, accounts[who]["email"]) for who in ("invuller", "coordinator", "redacteur")
    )
    with app.test_request_context():
        named = mentionable(session, the_guide(session).id, None, reader)
        assert {code for one in named for code in authority_codes(one)} == set(authority_codes(reader))
        assert colleague in named
        assert editor not in named
        staff = {one.name for one in mentionable(session, the_guide(session).id, None, editor)}
        assert reader.name not in staff
        first = add_comment(session, colleague)
        other = add_comment(session, editor)
        found = {one.name for one in mentionable(session, first.guide_id, first.id, reader)}
        assert found >= {colleague.name, editor.name}
        assert editor in mentionable(session, other.guide_id, other.id, reader)
    session.rollback()
    page = sign_in(app, accounts["invuller"]).get(PAGE).text
    assert "@redactie" in page
    assert "Wie u kunt noemen" in page
    assert f"@{colleague.name}" in page
    assert editor.name not in page


def test_a_name_that_one_may_not_know_mails_nobody_and_does_not_tell_whether_it_exists(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    reader = sign_in(app, accounts["invuller"])
    stranger = person(session, accounts["beheerder"]["email"]).name
    session.commit()
    known = send(reader, f"@{stranger}, klopt dit?")
    made_up = send(reader, "@Zwaantje Verzonnen, klopt dit?")
    assert mailed(session) == {}
    assert f"Niemand in dit gesprek heet @{stranger.split()[0]}" in known
    assert "Niemand in dit gesprek heet @Zwaantje" in made_up


def test_each_person_gets_one_mail_for_the_nearest_reason_and_the_writer_none(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    address = {who: accounts[who]["email"] for who in accounts}
    colleague, editor = (person(session, address[who]) for who in ("coordinator", "redacteur"))
    the_guide(session).keeper_id = editor.id
    session.commit()
    reader = sign_in(app, accounts["invuller"])
    send(reader, f"@{colleague.name}, wat vindt u?")
    assert mailed(session) == {address["redacteur"]: "comment_kept", address["coordinator"]: "comment_mention"}
    session.query(OutboxMail).delete()
    session.commit()
    send(reader, "Eerste vraag.")
    assert mailed(session) == {address["redacteur"]: "comment_kept"}
    first = comments(session)[-1]
    add_comment(session, colleague, "Mijn idee.", answers_id=first.id)
    session.query(OutboxMail).delete()
    session.commit()
    send(reader, f"@{colleague.name} en @redactie: dank.", antwoord_op=str(first.id))
    assert mailed(session) == {address["coordinator"]: "comment_mention", address["redacteur"]: "comment_mention"}
    session.query(OutboxMail).delete()
    session.commit()
    send(sign_in(app, accounts["coordinator"]), "Zonder namen.", antwoord_op=str(first.id))
    assert mailed(session) == {address["invuller"]: "comment_answer", address["redacteur"]: "comment_kept"}


def test_who_may_no_longer_write_guides_keeps_none(app: Flask, session: Session, accounts: Accounts) -> None:
    address = {who: accounts[who]["email"] for who in accounts}
    keeper = person(session, address["redacteur"])
    the_guide(session).keeper_id = keeper.id
    keeper.roles.clear()
    session.commit()
    send(sign_in(app, accounts["invuller"]), "Zonder namen.")
    assert mailed(session) == {}
    send(sign_in(app, accounts["invuller"]), "@redactie, klopt dit?")
    assert mailed(session) == {address["beheerder"]: "comment_mention"}
    former = sign_in(app, accounts["redacteur"])
    asked = comments(session)[-1]
    assert "/afhandelen" not in former.get(PAGE).text
    assert press(former, asked, "afhandelen") == 403
    assert press(sign_in(app, accounts["invuller"]), asked, "afhandelen") == 303


def test_nobody_gets_a_mail_of_what_is_said_where_he_cannot_read_it(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    first = add_comment(session, person(session, accounts["invuller"]["email"])).id
    head = person(session, accounts["beheerder"]["email"]).name
    withdraw(session, the_guide(session), "Klopt niet meer.", None, actor=SYSTEM)
    newest = newest_revision(session, the_guide(session))
    hidden = replace(fields_of(newest), title="Een titel die nog geheim is")
    save_guide(session, the_guide(session), hidden, newest.number, actor=SYSTEM)
    session.commit()
    assert sign_in(app, accounts["invuller"]).get(PAGE).status_code == 404
    editor = sign_in(app, accounts["redacteur"])
    assert "die nog geheim is" in editor.get(PAGE).text
    send(editor, f"@{head}, hij is ingetrokken.", antwoord_op=str(first))
    assert mailed(session) == {accounts["beheerder"]["email"]: "comment_mention"}


def test_editors_choose_between_each_comment_at_once_and_the_weekly_mail_and_anybody_ends_a_kind(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    editor = person(session, accounts["redacteur"]["email"])
    session.commit()
    reader = sign_in(app, accounts["invuller"])
    send(reader, "Een.")
    assert mailed(session) == {}
    with app.test_request_context():
        choose(session, editor, "comment_any", True)
        choose(session, person(session, accounts["invuller"]["email"]), "comment_answer", False)
    session.commit()
    send(reader, "Twee.")
    assert mailed(session) == {editor.email: "comment_any"}
    session.query(OutboxMail).delete()
    session.commit()
    send(sign_in(app, accounts["redacteur"]), "Antwoord.", antwoord_op=str(comments(session)[-1].id))
    assert mailed(session) == {}
    choices = reader.get("/mijn/instellingen/berichten").text
    assert "Een opmerking bij een gids waarin iemand u noemt" in choices
    assert "Meteen bericht bij elke opmerking" not in choices


def test_a_person_gets_his_comments_and_leaves_them_without_a_name(
    app: Flask, session: Session, accounts: Accounts
) -> None:
    writer = person(session, accounts["invuller"]["email"])
    add_comment(session, writer, "Van mij.", resolved_at=now(), resolved_by_id=writer.id)
    add_comment(session, person(session, accounts["coordinator"]["email"]), "Van haar.", resolved_by_id=writer.id)
    session.flush()
    held = commented_by(session, writer)
    assert [one["text"] for one in held][-2:] == ["Van mij.", None]
    name = writer.name
    with app.test_request_context():
        erase(session, writer)
    session.commit()
    page = sign_in(app, accounts["redacteur"]).get(PAGE + "?afgehandeld=1").text
    assert "Van mij." in page
    assert "oud-medewerker" in page
    assert name not in page
    assert drop_settled(session, now()) >= 1
    session.commit()
    assert "Van mij." not in [row.text for row in comments(session)]
