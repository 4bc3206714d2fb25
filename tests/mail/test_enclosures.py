"""Files that go along with a mail: what arrives, and when the outbox forgets them."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import drop_mail, erase
from common.outbox import (
    MOST_ATTACHED,
    Enclosure,
    MailState,
    OutboxAttachment,
    OutboxMail,
    enclose,
    fit,
    write_to_folder,
)
from tests.factories_review import make_person
from tests.mail.factories import put_mail
from tests.mail.post import Post
from tests.mail.servers import DROP, MailHost
from tests.mail.test_sending import url

FILES = [
    Enclosure("ontvangst-2025-0042.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n" + bytes(range(256)) * 40),
    Enclosure("rapportage-2025-0042.json", "application/json", '{"naam":"Zoë"}'.encode()),
]


def left(post: Post) -> int:
    with Session(post.engine) as session:
        return session.scalar(select(func.count()).select_from(OutboxAttachment)) or 0


def put(post: Post) -> None:
    post.put()
    with Session(post.engine) as session:
        enclose(session.scalars(select(OutboxMail)).one(), FILES)
        session.commit()


def test_files_arrive_whole_beside_text_and_html_and_are_forgotten_when_the_mail_went(
    post: Post, host: MailHost
) -> None:
    put(post)
    assert post.send(url(host)).sent == 1
    message = host.taken[0].message
    letter, *files = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    assert [one.get_content_type() for one in letter.iter_parts()] == ["text/plain", "text/html"]
    assert [(one.get_filename(), one.get_content_type(), one.get_content()) for one in files] == [
        (one.name, one.media_type, one.content) for one in FILES
    ]
    assert message["Content-Language"] == "nl"
    assert max(len(line) for line in files[0].as_bytes().splitlines()) <= 78
    assert left(post) == 0


def test_files_stay_while_a_mail_waits_or_is_in_doubt(post: Post, host: MailHost) -> None:
    put(post)
    host.plan["MAIL"] = [451]
    assert post.send(url(host)).later == 1
    assert left(post) == 2
    with Session(post.engine) as session:
        session.scalars(select(OutboxMail)).one().next_try_at = session.scalars(select(OutboxMail)).one().created_at
        session.commit()
    host.plan["END"] = [DROP]
    assert post.send(url(host)).in_doubt == 1
    assert left(post) == 2


def test_more_than_a_mail_may_carry_is_refused_before_it_is_queued(session: Session) -> None:
    mail = put_mail(session, MailState.WAITING)
    large = [Enclosure("groot.pdf", "application/pdf", b"x" * (MOST_ATTACHED + 1))]
    assert fit(FILES)
    assert not fit(large)
    with pytest.raises(ValueError, match="more than"):
        enclose(mail, large)
    session.rollback()


def test_files_show_in_the_file_of_a_mail_and_go_with_a_dropped_mail_and_an_erased_person(
    app: Flask, session: Session
) -> None:
    person = make_person(session, "weg")
    mails = [put_mail(session, MailState.WAITING) for _number in range(3)]
    for mail in mails:
        enclose(mail, FILES)
    mails[1].to_user_id = person.id
    session.flush()
    folder = app.extensions["settings"].data / "proef"
    with app.test_request_context():
        assert drop_mail(session, OutboxMail.id == mails[0].id) == 1
        erase(session, session.get_one(User, person.id))
    assert session.scalars(select(OutboxAttachment.mail_id).distinct()).all() == [mails[2].id]
    write_to_folder(session, folder, ("Kompas", "post@kompas.example"))
    assert b"ontvangst-2025-0042.pdf" in (folder / f"{mails[2].id:06d}-{mails[2].kind}.eml").read_bytes()
    session.flush()
    assert session.scalars(select(OutboxAttachment)).all() == []
    session.rollback()
