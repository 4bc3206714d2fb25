"""What goes over the line: headers that a mail program needs, and nothing that a person could smuggle in."""

import re

import pytest

from common.outbox import MailState, as_message
from common.smtp_address import BadAddress, ascii_address, without_addresses
from tests.mail.post import Post
from tests.mail.servers import MailHost
from tests.mail.test_sending import url

EVIL = (
    "a@b.nl\r\nBcc: c@d.nl", "a@b.nl\nSubject: x", "a@b.nl, c@d.nl", "<a@b.nl>", "a b@c.nl", "a@b.nl\x00", "a@",
    "@b.nl", "", "é@b.nl", '"a b"@c.nl', "a@b.nl> SIZE=1", "a@b_.n l",
)  # fmt: skip
FROM = ("Manifestkompas", "post@register.example")
BREAKS = ("\r\n", "\n", "\x0b", "\u2028")


def words(part: object) -> str:
    """The text of a part, with line ends as a program sees them."""
    return str(part.get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_a_message_has_text_and_html_and_the_headers_of_automatic_mail(post: Post, host: MailHost) -> None:
    post.put(subject="Één vraag over uw rapportage – 2025", text="Beste Zoë,\n\n.een punt\n..twee\nDag €")
    post.send(url(host))
    message = host.taken[0].message
    text, html = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert words(text) == "Beste Zoë,\n\n.een punt\n..twee\nDag €\n"
    assert message["Subject"] == "Één vraag over uw rapportage – 2025"
    assert message["From"] == "Manifestkompas <post@register.example>"
    assert message["To"] == "jan@gemeente.example"
    assert re.search(r"[+-]\d{4}$", message["Date"])
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "nl")
    assert message["List-Unsubscribe"] is None


def test_a_kind_that_one_may_end_says_so_to_the_mail_program(post: Post) -> None:
    post.put()
    mail = post.one()
    mail.end_link = "https://register.example/en/mijn/instellingen/berichten/stoppen/" + "x" * 120
    lines = as_message(mail, FROM).decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{mail.end_link}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_lines_are_short_and_in_ascii_whatever_was_written(post: Post) -> None:
    post.put(subject="é" * 400, text="é" * 5000 + "\n" + "woord " * 3000)
    raw = as_message(post.one(), FROM)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("evil", EVIL)
def test_an_address_that_would_do_more_than_address_is_given_up_and_reaches_no_server(
    post: Post, host: MailHost, evil: str
) -> None:
    post.put(evil)
    assert post.states() == [MailState.GIVEN_UP]
    assert post.send(url(host)).sent == 0
    assert host.stages == []
    with pytest.raises(BadAddress):
        ascii_address(evil)


def test_an_evil_address_in_the_table_itself_reaches_no_server_either(post: Post, host: MailHost) -> None:
    post.put()
    with post.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox_mail SET to_address = 'a@b.nl' || char(13, 10) || 'RCPT TO:<c@d.nl>'")
    assert post.send(url(host)).given_up == 1
    assert host.stages == []


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_subject_with_a_line_break_adds_no_header(post: Post, host: MailHost, line_break: str) -> None:
    post.put(subject=f"Dag{line_break}Bcc: c@d.nl")
    post.send(url(host))
    assert host.taken[0].message["Bcc"] is None
    assert host.taken[0].message["Subject"] == "Dag Bcc: c@d.nl"
    assert host.taken[0].recipients == ["jan@gemeente.example"]


def test_a_text_with_a_lonely_dot_ends_no_mail(post: Post, host: MailHost) -> None:
    post.put(text="voor\n.\nMAIL FROM:<x@y.nl>\nRCPT TO:<z@y.nl>\nna")
    post.send(url(host))
    assert len(host.taken) == 1
    assert "RCPT TO:<z@y.nl>\nna" in words(next(host.taken[0].message.iter_parts()))


def test_a_domain_in_other_letters_goes_as_ascii(post: Post, host: MailHost) -> None:
    post.put("jan@gemeenté.nl")
    post.send(url(host))
    assert host.taken[0].recipients == ["jan@xn--gemeent-hya.nl"]
    assert ascii_address("jan@straße.de") == "jan@xn--strae-oqa.de"  # and not strasse.de, which is another's


def test_what_a_server_said_is_kept_without_the_address() -> None:
    said = "550 <Jan.Jansen@gemeente.example>: user jan.jansen unknown,\r\n see postmaster@relay.example"
    kept = without_addresses(said, "jan.jansen@gemeente.example")
    assert "ansen" not in kept
    assert "relay" not in kept
    assert kept.startswith("550 (adres): user (adres) unknown")
