"""A process that sends and is killed: nothing is lost, nothing goes twice, and what is in doubt says so."""

import signal
import subprocess

import pytest

from common.outbox import MailState
from tests.mail.post import Post, stop
from tests.mail.servers import MailHost, wait_until
from tests.mail.test_sending import url

BEFORE_THE_DOT = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY")


@pytest.mark.parametrize("stage", [*BEFORE_THE_DOT, "DOT", "TAKEN"])
def test_a_sender_killed_at_any_stage_loses_nothing_and_sends_nothing_twice(
    post: Post, host: MailHost, stage: str
) -> None:
    post.put(text="lang " * 400_000 if stage == "BODY" else "Dag.")
    running: list[subprocess.Popen[str]] = []

    def kill() -> None:
        wait_until(lambda: bool(running))
        running[0].kill()
        running[0].wait(10)

    host.plan[stage] = [kill]
    running.append(post.process(url(host)))
    running[0].communicate(timeout=30)
    taken = len(host.taken)
    assert taken == (1 if stage == "TAKEN" else 0)
    post.make_due()
    post.sender(url(host)).recover()
    post.send(url(host))
    if stage in BEFORE_THE_DOT:
        assert (post.states(), len(host.taken)) == ([MailState.SENT], 1)
    else:
        assert (post.states(), len(host.taken)) == ([MailState.IN_DOUBT], taken)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_sender_after_the_present_mail(post: Post, host: MailHost, number: signal.Signals) -> None:
    for _number in range(3):
        post.put()
    running: list[subprocess.Popen[str]] = []

    def ask_to_stop() -> None:
        wait_until(lambda: bool(running))
        running[0].send_signal(number)

    host.plan["RCPT"] = [ask_to_stop]
    running.append(post.process(url(host)))
    said, _nothing = running[0].communicate(timeout=30)
    assert running[0].returncode == 0, said
    assert post.states() == [MailState.SENT, MailState.WAITING, MailState.WAITING]
    assert len(host.taken) == 1


def test_of_two_senders_one_sends_and_the_other_says_so(post: Post, host: MailHost) -> None:
    for _number in range(5):
        post.put()
    host.plan["RCPT"] = [4.0]
    first = post.process(url(host, "timeout=20"))
    wait_until(lambda: "RCPT" in host.stages)
    second = post.process(url(host), watch=False)
    said, _nothing = second.communicate(timeout=30)
    assert second.returncode == 0
    assert "Een ander proces verstuurt de berichten al." in said
    wait_until(lambda: len(host.taken) == 5)
    stop(first)
    assert len(set(host.message_ids)) == 5
    assert set(post.states()) == {MailState.SENT}


def test_a_second_sender_that_stays_takes_over_when_the_first_is_killed(post: Post, host: MailHost) -> None:
    post.put()
    first = post.process(url(host))
    wait_until(lambda: len(host.taken) == 1)
    second = post.process(url(host))
    assert second.stdout is not None
    assert "wacht" in second.stdout.readline()
    stop(first, signal.SIGKILL)
    post.put()
    wait_until(lambda: len(host.taken) == 2)
    stop(second)
    assert len(set(host.message_ids)) == 2
