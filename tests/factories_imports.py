"""Spreadsheets, register files and mergers for tests of authorities that change. Everything in them is invented."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files import attaching
from common.files.accepting import Accepted
from common.ledger import SYSTEM
from registry.authorities.models import Authority, AuthorityVersion, Merger
from tests.files.factories import post_file, storage_of
from tests.sites import csrf_token

ONT = "https://identifier.overheid.nl/tooi/def/ont/"
PROV = "http://www.w3.org/ns/prov#"
ID = "https://identifier.overheid.nl/tooi/id/gemeente/"
SOURCE = "https://voorbeeld.example/besluit"
START = "/redactie/importeren"


def body(code: str, name: str, *, sort: str = "Gemeente", **more: str) -> dict[str, Any]:
    """Return a node of a body; `begin`, `end` (last day) and `province` are optional."""
    node: dict[str, Any] = {
        "@id": ID + code,
        "@type": [ONT + sort],
        ONT + "organisatiecode": [{"@value": code}],
        ONT + "officieleNaamExclSoort": [{"@value": name}],
        ONT + "officieleNaamInclSoort": [{"@value": f"{sort.lower()} {name}"}],
    }
    for key, field in {"begin": "begindatum", "end": "einddatum", "short": "afkorting"}.items():
        if key in more:
            node[ONT + field] = [{"@value": more[key]}]
    if "province" in more:
        node[ONT + "ligtInProvincie"] = [
            {"@id": f"https://identifier.overheid.nl/tooi/id/provincie/{more['province']}"}
        ]
    return node


def earlier(number: str, code: str, name: str, end: str, *, sort: str = "Gemeente") -> dict[str, Any]:
    """Return a historical version: what a body was until a last day."""
    node = body(number, name, sort=sort)
    node["@type"] = [ONT + "HistorischeVersie", ONT + sort]
    node[ONT + "organisatiecode"] = [{"@value": code}]
    node[PROV + "specializationOf"] = [{"@id": ID + code}]
    node[ONT + "einddatumHV"] = [{"@value": end}]
    return node


def merged(number: str, kind: str, day: str, **parties: Sequence[str]) -> dict[str, Any]:
    """Return an event; `invalidated`, `generated` and `used` hold codes."""
    node: dict[str, Any] = {"@id": ID + number, "@type": [ONT + kind]}
    node[ONT + "tijdstipWijziging"] = [{"@value": f"{day}T00:00:00+01:00"}]
    for name, codes in parties.items():
        node[PROV + name] = [{"@id": ID + code} for code in codes]
    return node


def register(*nodes: dict[str, Any]) -> bytes:
    """Return a register file with these nodes."""
    return json.dumps(list(nodes)).encode()


def as_csv(*rows: Iterable[str], delimiter: str = ";") -> bytes:
    """Return a CSV; the first row is the header."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def as_xlsx(*rows: Sequence[object]) -> bytes:
    """Return an XLSX; a text that begins with = is a formula."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(content)
    return content.getvalue()


def send(client: FlaskClient, kind: str, content: bytes, name: str) -> Any:
    """Send a file to be looked over."""
    fields = {"csrf_token": csrf_token(client, START), "soort": kind}
    return post_file(client, START, content, name, **fields)


def add_municipality(session: Session, code: str, name: str, **more: Any) -> Authority:
    """Make an invented municipality."""
    facts = {"kind": "gemeente", "source": SOURCE, "sort_name": name.lower(), "search_text": f"{name.lower()} {code}"}
    authority = Authority(code=code, slug=code)
    authority.versions.append(AuthorityVersion(name=name, **{**facts, **more}))
    session.add(authority)
    session.flush()
    return authority


def import_values(app: Flask, session: Session) -> dict[str, str]:
    """Make a file that waits to be looked over, and name a merger, for the routes that name one."""
    content = as_csv(["code", "naam", "soort", "bron"], ["vb999", "Gemeente Proefmeer", "gemeente", SOURCE])
    sha256 = hashlib.sha256(content).hexdigest()
    storage_of(app).keep(io.BytesIO(content), sha256)
    accepted = Accepted(io.BytesIO(content), sha256, len(content), "text/csv")
    made = attaching.attach(session, "import:authorities", accepted, "proef.csv", None, actor=SYSTEM)
    merger = session.scalars(select(Merger.id).where(Merger.merged_on < date(2020, 1, 1)).order_by(Merger.id)).first()
    session.commit()
    return {"import_id": str(made.id), "merger_id": str(merger)}
