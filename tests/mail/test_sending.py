"""The outbox goes to a real server: what arrives, what waits, what is given up, and what is in doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from common.clock import now
from common.outbox import MailState, OutboxMail
from common.sending import FIRST_WAIT, LONGEST_WAIT, MOST_TRIES, wait_after
from tests.mail.post import Post
from tests.mail.servers import DROP, MailHost

W, S, D, G = MailState.WAITING, MailState.SENT, MailState.IN_DOUBT, MailState.GIVEN_UP


def url(host: MailHost, options: str = "timeout=2&timeout_after_dot=2") -> str:
    return f"smtp://127.0.0.1:{host.port}?{options}"


def test_a_mail_arrives_once_with_its_message_id(post: Post, host: MailHost) -> None:
    post.put()
    assert post.send(url(host)).sent == 1
    assert post.send(url(host)).sent == 0
    mail = post.one()
    assert (mail.state, mail.attempts, mail.last_error) == (S, 1, None)
    assert host.message_ids == [mail.message_id]
    assert host.taken[0].recipients == ["jan@gemeente.example"]
    assert host.taken[0].sender == "post@register.example"


def test_the_secret_of_a_link_goes_to_the_reader_and_is_kept_no_longer(post: Post, host: MailHost) -> None:
    post.put(text="https://register.example/inloggen/herstellen/AbCdEf123456.Geheim_789-x")
    assert "AbCdEf123456" in post.one().body_text
    assert post.send(url(host)).sent == 1
    mail = post.one()
    assert mail.body_text == "https://register.example/inloggen/herstellen/[...]"
    assert "AbCdEf123456" not in mail.body_html


def test_many_mails_go_over_one_connection(post: Post, host: MailHost) -> None:
    for number in range(12):
        post.put(f"p{number}@gemeente.example")
    assert post.send(url(host)).sent == 12
    assert host.stages.count("CONNECT") == 1


def test_a_server_that_takes_few_mails_over_one_connection_gets_another(post: Post, host: MailHost) -> None:
    for number in range(3):
        post.put(f"p{number}@gemeente.example")
    host.plan["MAIL"] = [0.0, "421 too many", 0.0, DROP]
    assert post.send(url(host)).sent == 3
    assert host.stages.count("CONNECT") == 3
    assert [mail.attempts for mail in post.mails()] == [1, 1, 1]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("code", [421, 451])
def test_a_refusal_for_now_waits_and_goes_later(post: Post, host: MailHost, stage: str, code: int) -> None:
    post.put()
    host.plan[stage] = [f"{code} try later <jan@gemeente.example>"]
    assert post.send(url(host)).later == 1
    mail = post.one()
    assert (mail.state, mail.attempts) == (W, 1)
    assert timedelta(seconds=50) < mail.next_try_at - now() <= FIRST_WAIT
    assert "jan" not in str(mail.last_error)
    post.make_due()
    assert post.send(url(host)).sent == 1
    assert host.message_ids == [mail.message_id]


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "END"])
def test_a_refusal_for_ever_is_given_up_at_once(post: Post, host: MailHost, stage: str) -> None:
    post.put()
    post.put("els@gemeente.example")
    host.plan[stage] = ["550 5.1.1 jan: no such user"]
    tally = post.send(url(host))
    assert (tally.given_up, tally.sent) == (1, 1)
    assert post.states() == [G, S]
    assert "(adres): no such user" in str(post.mails()[0].last_error)
    assert post.ledger() == ["mail.given-up"]


def test_a_refusal_of_our_own_address_waits_until_somebody_mends_the_settings(post: Post, host: MailHost) -> None:
    post.put()
    host.plan["MAIL"] = ["550 sender not allowed"]
    assert post.send(url(host)).later == 1
    assert post.states() == [W]


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("trouble", [DROP, 5.0], ids=["dropped", "slow"])
def test_a_line_lost_before_the_last_dot_is_no_doubt(
    post: Post, host: MailHost, stage: str, trouble: str | float
) -> None:
    post.put()
    host.plan[stage] = [trouble] * 2
    assert post.send(url(host, "timeout=0.4")).later == 1
    assert (post.one().state, post.one().attempts) == (W, 1)
    host.plan.clear()
    post.make_due()
    assert post.send(url(host)).sent == 1
    assert len(host.taken) == 1


def test_a_line_dropped_in_the_middle_of_the_text_takes_nothing_on(post: Post, host: MailHost) -> None:
    post.put(text="lang " * 400_000)
    host.plan["BODY"] = [DROP]
    post.send(url(host))
    assert post.states() in ([W], [D])  # in doubt when the sender had said the dot before it noticed
    assert host.taken == []


@pytest.mark.parametrize(("stage", "arrived"), [("DOT", 0), ("TAKEN", 1)])
@pytest.mark.parametrize("trouble", [DROP, 5.0], ids=["dropped", "slow"])
def test_a_line_lost_after_the_last_dot_is_in_doubt_and_not_sent_again(
    post: Post, host: MailHost, stage: str, arrived: int, trouble: str | float
) -> None:
    post.put()
    host.plan[stage] = [trouble]
    assert post.send(url(host, "timeout=2&timeout_after_dot=0.4")).in_doubt == 1
    post.make_due()
    assert post.send(url(host)) == post.send(url(host))  # nothing is due
    assert post.states() == [D]
    assert len(host.taken) == arrived


def test_a_slow_answer_to_the_last_dot_is_waited_for_longer(post: Post, host: MailHost) -> None:
    post.put()
    host.plan["TAKEN"] = [1.0]
    assert post.send(url(host, "timeout=0.4")).sent == 1


def test_waits_grow_to_four_hours_and_end_after_two_days() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_TRIES)]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == LONGEST_WAIT
    assert timedelta(days=2) <= sum(waits, timedelta()) < timedelta(days=2, hours=4)


@pytest.mark.parametrize("at", ["RCPT", "CONNECT"])
def test_after_the_last_try_a_mail_is_given_up_and_stands_in_the_ledger(post: Post, host: MailHost, at: str) -> None:
    post.put()
    with Session(post.engine) as session, session.begin():
        session.execute(update(OutboxMail).values(attempts=MOST_TRIES - 1))
    host.plan[at] = ["451 later"]
    assert post.send(url(host)).given_up == 1
    assert post.states() == [G]
    assert post.ledger() == ["mail.given-up"]


def test_without_a_server_every_mail_that_is_due_waits_its_turn(post: Post) -> None:
    for _number in range(3):
        post.put()
    tally = post.send("smtp://127.0.0.1:9?timeout=1")
    assert (tally.later, tally.sent) == (3, 0)
    assert "refused" in tally.trouble
    assert {mail.attempts for mail in post.mails()} == {1}


def test_a_mail_that_was_erased_while_it_was_offered_is_not_sent(post: Post, host: MailHost) -> None:
    post.put()

    def erase() -> None:
        with Session(post.engine) as session, session.begin():
            session.execute(delete(OutboxMail))

    host.plan["DATA"] = [erase]
    post.send(url(host))
    assert host.taken == []
    assert post.mails() == []


def test_no_transaction_is_open_while_the_server_is_waited_for(post: Post, host: MailHost) -> None:
    post.put("eerst@gemeente.example")
    writing: list[bool] = []

    def write_beside() -> None:
        with post.engine.connect() as connection:  # BEGIN IMMEDIATE: fails where somebody holds the write lock
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            writing.append(True)

    for stage in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT", "TAKEN"):
        host.plan[stage] = [write_beside]
    assert post.send(url(host)).sent == 1
    assert len(writing) == 8
