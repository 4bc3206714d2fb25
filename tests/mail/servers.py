"""A real SMTP server on loopback that can be told to refuse, to wait, to drop the line, or to call at any stage."""

import asyncio
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

DROP = "drop"
Action = str | float | Callable[[], None]
"""A reply such as "451 later", DROP, seconds to wait, or something to do."""
STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT", "TAKEN")


@dataclass
class Taken:
    """A mail that the server took on: from then on it is delivered, whatever the sender knows."""

    recipients: list[str]
    content: bytes
    sender: str

    @property
    def message(self) -> EmailMessage:
        """The mail as a reader's program has it."""
        return message_from_bytes(self.content, policy=policy.default)


class _Lines:
    """The reader of a connection, which tells of the first line of a body and of its last dot."""

    def __init__(self, reader: Any, at: Callable[[str], Any]) -> None:
        self._reader, self._at, self._begun = reader, at, False

    async def readuntil(self, *arguments: Any) -> bytes:
        """Read a line of the body."""
        line = bytes(await self._reader.readuntil(*arguments))
        stage = "DOT" if line == b".\r\n" else "" if self._begun else "BODY"
        self._begun = True
        if stage and await self._at(stage):
            raise ConnectionResetError
        return line


class _Smtp(SMTP):
    def __init__(self, host: "MailHost", **options: Any) -> None:
        self._host = host
        super().__init__(host, **options)

    async def _handle_client(self) -> None:
        if not await self.at("CONNECT"):
            await super()._handle_client()

    async def smtp_EHLO(self, name: str) -> None:  # noqa: N802  # aiosmtpd finds commands by these names
        if not await self.at("EHLO"):
            await super().smtp_EHLO(name)

    async def smtp_MAIL(self, argument: str | None) -> None:  # noqa: N802
        if not await self.at("MAIL"):
            await super().smtp_MAIL(argument)

    async def smtp_RCPT(self, argument: str | None) -> None:  # noqa: N802
        if not await self.at("RCPT"):
            await super().smtp_RCPT(argument)

    async def smtp_DATA(self, argument: str) -> None:  # noqa: N802
        if await self.at("DATA"):
            return
        reader = self._reader
        self._reader = _Lines(reader, self.at)  # type: ignore[assignment]
        try:
            await super().smtp_DATA(argument)
        finally:
            self._reader = reader

    async def at(self, stage: str) -> bool:
        """Do what is planned at this stage; say whether that takes the place of the server's own answer."""
        action = self._host.action(stage)
        if isinstance(action, float):
            await asyncio.sleep(action)
        elif callable(action):
            await asyncio.get_running_loop().run_in_executor(None, action)
        elif action == DROP:
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            return True
        elif action:
            await self.push(action)
            return True
        return False


class MailHost:
    """The server, in a thread of its own. `plan["RCPT"]` lists what to do at each next RCPT; then it behaves again."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, from_start: bool = False, password: str = "") -> None:
        self.taken: list[Taken] = []
        self.stages: list[str] = []
        self.plan: dict[str, list[Action]] = defaultdict(list)
        self._sessions: list[_Smtp] = []
        self._password = password
        options: dict[str, Any] = {"hostname": "proef", "tls_context": None if from_start else tls}
        if password:
            later = not from_start  # aiosmtpd knows only of TLS that it began itself
            options |= {"authenticator": self._is_right, "auth_required": later, "auth_require_tls": later}
        self._options, self._ssl = options, tls if from_start else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "MailHost":
        self._thread.start()
        starting = self._loop.create_server(self._session, "127.0.0.1", 0, ssl=self._ssl)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_reason: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _session(self) -> _Smtp:
        self._sessions.append(_Smtp(self, loop=self._loop, **self._options))
        return self._sessions[-1]

    async def _end(self) -> None:
        self._server.close()
        for session in self._sessions:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        await asyncio.sleep(0.02)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def action(self, stage: str) -> Action | None:
        """Note that this stage was reached, and return what is planned for it."""
        self.stages.append(stage)
        return self.plan[stage].pop(0) if self.plan[stage] else None

    async def handle_DATA(self, smtp: _Smtp, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail on, or refuse it after its dot."""
        refusal = self.plan["END"].pop(0) if self.plan["END"] else None
        if isinstance(refusal, str):
            return refusal
        self.taken.append(
            Taken(list(envelope.rcpt_tos), bytes(envelope.original_content or b""), str(envelope.mail_from))
        )
        await smtp.at("TAKEN")
        return "250 OK"

    async def handle_exception(self, _error: Exception) -> str:
        """Keep what we broke off ourselves out of the test's output."""
        return "451 broken off"

    def _is_right(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == self._password.encode(), handled=False)

    @property
    def message_ids(self) -> list[str]:
        """The message-ids of all that was taken on, one for each time."""
        return [str(mail.message["Message-ID"]) for mail in self.taken]


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it holds; fail when that takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
