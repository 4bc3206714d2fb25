"""Addresses and names with line ends do not become headers of a mail."""

from flask import Flask

from tests.sites import csrf_token

INJECTED = [
    "\r\nBcc: kwaad@kwaad.example",
    "\nBcc: kwaad@kwaad.example",
    "\rBcc: kwaad@kwaad.example",
    "%0d%0aBcc: kwaad@kwaad.example",
    "\r\n\r\nEen eigen tekst",
    "\u2028Bcc: kwaad@kwaad.example",
    "\x0bBcc: kwaad@kwaad.example",
    "\x00Bcc: kwaad@kwaad.example",
    ", kwaad@kwaad.example",
    "; kwaad@kwaad.example",
    "> <kwaad@kwaad.example",
    "\x85Bcc: kwaad@kwaad.example",
]


def test_an_address_with_a_line_end_brings_no_mail_to_others(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    address, client = accounts["redacteur"]["email"], app.test_client()
    token = csrf_token(client, "/inloggen/vergeten")
    for tail in INJECTED:
        for typed in (tail + address, address + tail):
            answer = client.post("/inloggen/vergeten", data={"email": typed, "csrf_token": token})
            assert answer.status_code < 500, repr(typed)
    sent = [path.read_bytes() for path in (app.extensions["settings"].data / "mail").glob("*.eml")]
    assert not any(b"kwaad" in mail.replace(b"\r", b"").split(b"\n\n")[0] for mail in sent)
