"""The line to the server: certificates are checked, passwords go over a secure line only, wrong settings say so."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.outbox import MailState
from common.smtp_server import BadMailUrl, MailServer, Security, read_mail_url
from tests.mail.post import Post
from tests.mail.servers import MailHost
from tests.sites import make_site
from website.config import CannotStart

PASSWORD = "geheim: @/%"


def make_certificate(folder: Path, name: str = "127.0.0.1") -> ssl.SSLContext:
    """Make a certificate that vouches for itself, in `ca.pem`, and a server's side of the line with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proef")])
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(public)
    (folder / "server.pem").write_bytes(public + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


@pytest.fixture(params=[Security.STARTTLS, Security.TLS])
def secure(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Security, MailHost]]:
    tls = make_certificate(tmp_path)
    with MailHost(tls=tls, from_start=request.param is Security.TLS, password=PASSWORD) as host:
        yield request.param, host


def url(secure: tuple[Security, MailHost], *, password: str = PASSWORD, ca: str = "") -> str:
    security, host = secure
    signed_in = f"post%40register:{quote(password, safe='')}"
    return f"{security}://{signed_in}@127.0.0.1:{host.port}?timeout=3" + (f"&ca={ca}" if ca else "")


def test_mail_goes_over_a_secure_line_with_the_password(
    post: Post, secure: tuple[Security, MailHost], tmp_path: Path
) -> None:
    for number in range(3):
        post.put(f"p{number}@gemeente.example")
    assert post.send(url(secure, ca=str(tmp_path / "ca.pem"))).sent == 3
    assert len(secure[1].taken) == 3


def test_a_certificate_that_nobody_vouches_for_gets_no_mail_and_no_password(
    post: Post, secure: tuple[Security, MailHost]
) -> None:
    post.put()
    tally = post.send(url(secure))
    assert "CERTIFICATE_VERIFY_FAILED" in tally.trouble
    assert "MAIL" not in secure[1].stages
    assert post.states() == [MailState.WAITING]


def test_a_certificate_of_another_name_gets_no_mail(post: Post, tmp_path: Path) -> None:
    with MailHost(tls=make_certificate(tmp_path, "127.0.0.2")) as host:
        post.put()
        tally = post.send(f"smtp+starttls://127.0.0.1:{host.port}?ca={tmp_path / 'ca.pem'}")
        assert "not valid for '127.0.0.1'" in tally.trouble
        assert host.taken == []


def test_a_server_without_starttls_gets_no_mail_where_it_was_asked_for(post: Post, host: MailHost) -> None:
    post.put()
    assert "STARTTLS" in post.send(f"smtp+starttls://127.0.0.1:{host.port}").trouble
    assert host.taken == []


def test_a_wrong_password_is_trouble_that_waits_and_is_not_repeated_in_words(
    post: Post, secure: tuple[Security, MailHost], tmp_path: Path
) -> None:
    post.put()
    tally = post.send(url(secure, password="fout-wachtwoord", ca=str(tmp_path / "ca.pem")))
    assert tally.trouble.startswith("535")
    assert "fout-wachtwoord" not in tally.trouble
    assert (post.one().state, post.one().attempts) == (MailState.WAITING, 1)


def test_a_mail_url_is_read_with_its_escapes_and_its_own_port() -> None:
    read = read_mail_url("smtp+starttls://jan%40x:p%40ss%2F%25@mail.example?timeout=12.5&ca=/etc/ca.pem")
    assert read == MailServer(
        "mail.example", 587, Security.STARTTLS, "jan@x", "p@ss/%", 12.5, 600.0, authority="/etc/ca.pem"
    )
    assert "p@ss" not in repr(read)
    assert (read_mail_url("smtp://a").port, read_mail_url("smtps://a").port) == (25, 465)


@pytest.mark.parametrize(
    "wrong",
    [
        "mail.example:25", "http://mail.example", "smtp://", "smtp://a:poort", "smtp://[a", "smtp://a/pad",
        "smtp://jan:geheim@a", "smtps://jan@a", "smtps://a?tijd=3", "smtps://a?timeout=nul", "smtps://a?timeout=0",
    ],
)  # fmt: skip
def test_a_mail_url_that_is_wrong_stops_with_a_plain_message(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(BadMailUrl) as refused:
        read_mail_url(wrong)
    assert "geheim" not in str(refused.value)
    with pytest.raises(CannotStart, match="MAIL_URL"):
        make_site(tmp_path, settings={"mail_url": wrong})


@pytest.mark.parametrize("wrong", ["", "geen adres", "Naam <a@b.nl>\r\nBcc: x@y.nl", "Naam <a@b.nl, c@d.nl>"])
def test_a_mail_from_that_is_wrong_stops_with_a_plain_message(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="MAIL_FROM"):
        make_site(tmp_path, settings={"mail_from": wrong})
