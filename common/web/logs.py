"""Logs without people in them: one JSON line for each request, and lines for what went wrong.

A line holds what the code says, and never what a person sent: no path with its values, no query, no text of an
exception, no address. Words that were put into a message are left out unless they are numbers or `Said`.
"""

import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from flask import Flask, has_request_context, request
from flask.signals import request_started

from common.web.security import plain_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parent.parent.parent
REQUESTS = "manifestkompas.requests"
SECURITY = "manifestkompas.security"
MOST_PLACES = 30
"""Innermost places of a traceback that are kept."""
_ID = "manifestkompas.request_id"
_RULE = "manifestkompas.rule"
_OWN_FIELDS = ("method", "rule", "status", "ms", "bytes", "event", "role")
_BROKEN = "Er ging iets mis. Noem dit kenmerk: {0}\nSomething went wrong. Please mention this reference: {0}\n"

requests_log = logging.getLogger(REQUESTS)


class Said(str):
    """A word of the code, the settings or the content, that may stand in a log line; never one of a visitor."""

    __slots__ = ()


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON, from the words in the code and from numbers."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
        }
        if identity := request_id() or getattr(record, "id", ""):
            line["id"] = identity
        fields = {name: getattr(record, name) for name in _OWN_FIELDS if hasattr(record, name)}
        if not fields:
            line["message"] = _words(record)
        line.update(fields)
        if record.exc_info and record.exc_info[1]:
            line["exception"], line["places"] = _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class _PresentStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is now."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def _words(record: logging.LogRecord) -> str:
    """Return the message as the code has it; only numbers and `Said` are filled in."""
    given = record.args
    if not isinstance(given, tuple) or not isinstance(record.msg, str):
        return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__
    shown = tuple(one if isinstance(one, int | float | Said) else "…" for one in given)
    try:
        return record.msg % shown if shown else record.msg
    except (TypeError, ValueError):
        return record.msg


def _told(error: BaseException) -> tuple[list[str], list[str]]:
    """Return the types of an exception and its causes, and the places where it happened; no text of it."""
    kinds: list[str] = []
    places: list[str] = []
    found: BaseException | None = error
    while found is not None and len(kinds) < 5:
        kinds.append(f"{type(found).__module__}.{type(found).__qualname__}".removeprefix("builtins."))
        places += [] if len(kinds) > 1 and places else list(_places(found.__traceback__))
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return kinds, places[-MOST_PLACES:]


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        path = Path(code.co_filename)
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-3:])
        yield f"{name}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def init_logs(app: Flask, *, security_log: str = "") -> None:
    """Let all logs be JSON lines on standard error; those of security also in a file of their own."""
    root = logging.getLogger()
    if not any(isinstance(handler, _PresentStderr) for handler in root.handlers):
        root.addHandler(_json(_PresentStderr()))
    logging.getLogger("manifestkompas").setLevel(logging.INFO)
    # What these say at INFO holds addresses of visitors, or says nothing that a request's line does not.
    for noisy in ("flask-limiter", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    _own_file(logging.getLogger(SECURITY), security_log)
    request_started.connect(_note_rule, app)


def watch_requests(app: Flask) -> None:
    """Put the layer that writes a line for each request around the application."""
    app.wsgi_app = RequestLog(app.wsgi_app, reraise=app.debug)  # type: ignore[method-assign]


def _own_file(log: logging.Logger, path: str) -> None:
    for handler in [one for one in log.handlers if isinstance(one, WatchedFileHandler)]:
        log.removeHandler(handler)
        handler.close()
    if path:
        log.addHandler(_json(WatchedFileHandler(path, encoding="utf-8")))


def _json(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(JsonLines())
    return handler


def _note_rule(_app: Flask, **_details: object) -> None:
    request.environ[_RULE] = str(request.url_rule or "-")


def request_id() -> str:
    """Return the id of the present request, which its log lines, its answer and its error page show; "" outside one."""
    return str(request.environ.get(_ID, "")) if has_request_context() else ""


class RequestLog:
    """WSGI layer that gives each request an id and writes its line when the answer is ready."""

    def __init__(self, app: "WSGIApplication", *, reraise: bool = False) -> None:
        self._app = app
        self._reraise = reraise

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer; what fails outside Flask becomes a plain 500 that shows the id."""
        identity = environ[_ID] = secrets.token_hex(8)  # never the visitor's own: it goes into the log
        line = _Line(environ, identity, time.perf_counter())

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            line.begun(status, headers)
            return start_response(status, [*headers, ("X-Request-Id", identity)], exc_info)  # type: ignore[arg-type]

        try:
            body = self._app(environ, start)
        except Exception as error:
            logging.getLogger("manifestkompas").error("failed outside a view", exc_info=error, extra={"id": identity})
            if self._reraise:
                raise
            body = plain_answer(start, "500 Internal Server Error", _BROKEN.format(identity))
        if line.length is None:
            return _Counted(body, line)
        line.write(line.length)
        return body


class _Line:
    """What is known of a request while it is answered."""

    def __init__(self, environ: "WSGIEnvironment", identity: str, began: float) -> None:
        self._environ, self._identity, self._began = environ, identity, began
        self._status = 0
        self.length: int | None = None

    def begun(self, status: str, headers: list[tuple[str, str]]) -> None:
        self._status = int(status.split(" ", 1)[0])
        given = next((value for name, value in headers if name.lower() == "content-length"), "")
        self.length = int(given) if given.isdigit() else 0 if self._status in {204, 304} else None

    def write(self, length: int) -> None:
        method = self._environ.get("REQUEST_METHOD", "")
        fields = {
            "id": self._identity,
            "method": method if method in _METHODS else "other",
            "rule": self._environ.get(_RULE) or "before-views",
            "status": self._status,
            "ms": round((time.perf_counter() - self._began) * 1000, 1),
            "bytes": 0 if method == "HEAD" else length,
        }
        requests_log.info("request", extra=fields)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


class _Counted:
    """A body of which the length shows only while it is sent."""

    def __init__(self, body: Iterable[bytes], line: _Line) -> None:
        self._body, self._line, self._sent = body, line, 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._body:
            self._sent += len(part)
            yield part

    def close(self) -> None:
        """Release the body, and write the line."""
        close = getattr(self._body, "close", None)
        if close:
            close()
        self._line.write(self._sent)
