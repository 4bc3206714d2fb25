"""What tests of the public register share: reading a list page, counting queries, adding signatures."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from common.ledger import SYSTEM, record
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.signatures.duties import follow_signatures
from registry.signatures.models import Certainty, DatePrecision, Signature, SignatureParty, SignatureVersion

HTMX = {"HX-Request": "true", "HX-Target": "resultaten"}


def names(html: str) -> list[str]:
    """Return the names of the rows of a list page, in order."""
    return [unescape(name) for name in re.findall(r'rows__name"><a [^>]*>([^<]+)</a>', html)]


def total(html: str) -> int:
    """Return the number in the heading of the results."""
    found = re.search(r"data-results-heading>(\d+) (deelnemer|participant)", html)
    assert found, "no heading with a number of participants"
    return int(found.group(1))


def filter_count(html: str, name: str, value: str) -> int:
    """Return the number beside one filter."""
    found = re.search(rf'id="{name}-{value}-aantal"[^>]*>([\d.]+)<', html)
    assert found, f"no number at {name}={value}"
    return int(found.group(1))


def words(html: str) -> str:
    """Return the text of a page without tags, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL of everything that reads inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def add_authority(session: Session, code: str, name: str, **more: object) -> Authority:
    """Add an authority with one name."""
    facts = {"sort_name": name.lower(), "search_text": name.lower(), "kind": "gemeente", "source": "test", **more}
    authority = Authority(code=code, slug=code, versions=[AuthorityVersion(name=name, **facts)])
    session.add(authority)
    session.flush()
    return authority


def add_signature(session: Session, agreement_slug: str, authority: Authority, **more: object) -> Signature:
    """Let an authority sign, confirmed and certain unless `more` says otherwise, and move the ledger."""
    agreement = session.scalars(select(Agreement).filter_by(slug=agreement_slug)).one()
    version = session.scalars(select(AgreementVersion).filter_by(agreement_id=agreement.id, superseded_at=None)).one()
    facts = {
        "name_as_signed": authority.slug,
        "signed_on": date(2022, 11, 24),
        "date_precision": DatePrecision.DAY,
        "certainty": Certainty.CERTAIN,
        "confirmed": True,
        "source": "test",
        **more,
    }
    signature = Signature(
        key=f"{agreement_slug}/{authority.slug}",
        agreement_id=agreement.id,
        agreement_version_id=version.id,
        versions=[SignatureVersion(number=1, parties=[SignatureParty(authority_id=authority.id)], **facts)],
    )
    session.add(signature)
    session.flush()
    record(session, "signature.recorded", f"signature:{signature.key}", {}, actor=SYSTEM)
    follow_signatures(session, agreement.id, [authority.id], actor=SYSTEM)
    session.commit()
    return signature
