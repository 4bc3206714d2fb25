"""The mail server that MAIL_URL names, and one conversation with it, stage by stage."""

import enum
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

SECONDS = 30.0
"""How long to wait for each answer of the server."""
SECONDS_AFTER_THE_DOT = 600.0
"""How long to wait for the answer to the last dot: RFC 5321, 4.5.3.2.6. Going away earlier is how mail gets doubled."""


BROKE_OFF = "broke_off"
"""Says of a server that spoke or hung up before it had the whole mail; `Trouble` in common/outbox.py has the same."""


class BadMailUrl(ValueError):
    """MAIL_URL cannot be read; the message says what is wrong, in plain Dutch, without the password."""


class Security(enum.StrEnum):
    """How the line to the server is kept from others."""

    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORTS = {Security.PLAIN: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and how."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = SECONDS
    seconds_after_the_dot: float = SECONDS_AFTER_THE_DOT
    authority: str = ""
    """A file with the certificates to trust, where the server's is of a private authority."""


def read_mail_url(url: str) -> MailServer:
    """Read `smtp+starttls://user:password@host:587?timeout=30&ca=/path`. Raises BadMailUrl."""
    try:
        parts = urlsplit(url.strip())
        security, port = Security(parts.scheme), parts.port
    except ValueError as error:
        raise BadMailUrl("begin met smtp://, smtp+starttls:// of smtps://, en geef de poort als getal") from error
    if not parts.hostname or parts.path not in {"", "/"}:
        raise BadMailUrl("noem na :// een server, zoals smtps://gebruiker:wachtwoord@mail.voorbeeld.nl:465")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and security is Security.PLAIN:
        raise BadMailUrl("een wachtwoord gaat alleen over een versleutelde lijn: kies smtp+starttls:// of smtps://")
    if bool(user) != bool(password):
        raise BadMailUrl("geef gebruiker en wachtwoord allebei, of geen van beide")
    options = _options(parts.query)
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS[security],
        security=security,
        user=user,
        password=password,
        seconds=_seconds(options, "timeout", SECONDS),
        seconds_after_the_dot=_seconds(options, "timeout_after_dot", SECONDS_AFTER_THE_DOT),
        authority=options.get("ca", ""),
    )


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = set(options) - {"timeout", "timeout_after_dot", "ca"}
    if unknown:
        raise BadMailUrl(f"'{sorted(unknown)[0]}' is geen optie; die er zijn: timeout, timeout_after_dot en ca")
    return options


def _seconds(options: dict[str, str], name: str, default: float) -> float:
    text = options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text) or float(text) == 0:
        raise BadMailUrl(f"'{name}' is een aantal seconden, zoals {name}=30")
    return float(text)


class NoServer(Exception):
    """No mail can be handed over now: no connection, no secure line, or the password is refused."""


class Lost(Exception):
    """The connection went away, or the answer did not come in time."""


class MailRefused(Exception):
    """The server refuses this mail; the next one may go."""

    def __init__(self, stage: str, code: int, text: bytes) -> None:
        self.code, self.stage = code, stage
        super().__init__(f"{stage}: {code} {text.decode('utf-8', 'replace')}")

    @property
    def is_final(self) -> bool:
        """Whether trying again has no sense: a 5xx on the recipient or the content (RFC 5321, 4.2.1).

        One on the sender is no judgement of this mail but of our settings, which somebody may mend.
        """
        return self.code >= 500 and self.stage != "MAIL"


@contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise Lost(_words(error)) from error


def _words(error: Exception) -> str:
    """Say what went wrong, without what we sent: an authentication error could repeat it."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__


def _trusted(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.authority or None)


class Conversation:
    """One connection, over which several mails may go. Nothing here touches the database."""

    def __init__(self, server: MailServer, our_name: str) -> None:
        """Connect, secure the line and sign in. Raises NoServer."""
        self._server = server
        self.mails = 0
        """How many mails this connection took on."""
        try:
            self._smtp = self._connect(our_name)
        except (smtplib.SMTPException, OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise NoServer(_words(error)) from error

    def _connect(self, our_name: str) -> smtplib.SMTP:
        server = self._server
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, our_name, timeout=server.seconds, context=_trusted(server)
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, our_name, server.seconds)
        try:
            if server.security is Security.STARTTLS:
                smtp.starttls(context=_trusted(server))
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def offer(self, sender: str, recipient: str, message: bytes) -> None:
        """Say everything but the last dot: before that the server has not taken the mail on (RFC 5321, 4.1.1.4).

        `message` is ASCII with CRLF at each end of line. Raises MailRefused or Lost.
        """
        self.mails += 1
        with _losing():
            for stage, command in (("MAIL", f"MAIL FROM:<{sender}>"), ("RCPT", f"RCPT TO:<{recipient}>")):
                self._expect(stage, *self._smtp.docmd(command))
            code, text = self._smtp.docmd("DATA")
            if code != 354:
                self._expect("DATA", code if code >= 400 else 554, text)
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", message))
            self._see_that_it_still_listens()

    def finish(self) -> str:
        """Say the last dot and return the server's answer. Raises MailRefused, or Lost: then nobody knows."""
        with _losing():
            assert self._smtp.sock is not None
            self._smtp.sock.settimeout(self._server.seconds_after_the_dot)
            self._smtp.send(b".\r\n")
            code, text = self._smtp.getreply()
            self._smtp.sock.settimeout(self._server.seconds)
        if not (200 <= code < 300 or 400 <= code < 600):
            raise Lost(str(code))  # no yes and no no
        self._expect("END", code, text)
        return f"{code} {text.decode('utf-8', 'replace')}"

    def _expect(self, stage: str, code: int, text: bytes) -> None:
        """Raise unless the answer is a yes; after a no the server must forget this mail before the next."""
        if 200 <= code < 300:
            return
        if code == 421:  # the server closes the line: RFC 5321, 3.8
            self.drop()
        else:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.rset()
        raise MailRefused(stage, code, text)

    def _see_that_it_still_listens(self) -> None:
        """Notice a line that was closed while we spoke: then the mail was surely not taken on."""
        sock = self._smtp.sock
        assert sock is not None
        sock.settimeout(0)
        try:
            sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            sock.settimeout(self._server.seconds)  # silence: as it should be
        else:
            raise smtplib.SMTPServerDisconnected(BROKE_OFF)

    @property
    def is_open(self) -> bool:
        """Whether another mail may go over this connection."""
        return self._smtp.sock is not None

    def drop(self) -> None:
        """Break the connection off: what was offered and not finished, the server throws away."""
        self._smtp.close()

    def close(self) -> None:
        """Say goodbye."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()
