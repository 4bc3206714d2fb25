"""A published report as everybody may check it: its canonical content has what the public reads, and no person."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.fingerprints import fingerprint
from common.ledger_tables import LedgerFingerprint
from registry.reports.display import PUBLIC, shown_submission
from registry.reports.drafting import subject_of
from registry.reports.models import Submission

SCHEMA = 1


def public_content(submission: Submission) -> dict[str, Any]:
    """Return what the fingerprint of a publication is about.

    It follows from the submission and the frozen form alone, so that it never changes. Answers of type "person" are
    left out, also where they are public: they can be erased, and a fingerprint cannot.
    """
    told = json.loads(submission.content)
    shown = [answer for part in shown_submission(submission, audience=PUBLIC) for answer in part.answers]
    keys = [answer.key for answer in shown if answer.question.type != "person"]
    return {
        "schema": SCHEMA,
        "kind": "report",
        "agreement": told["agreement"],
        "year": told["year"],
        "edition": told["edition"],
        "authority": told["authority"],
        "number": told["number"],
        "receipt": told["receipt"],
        "submitted_at": told["submitted_at"],
        "answers": {key: told["answers"][key] for key in keys if key in told["answers"]},
        # Only where there is something to say, so that what was published before keeps its fingerprint.
        **({"agreed": told["agreed"]} if "agreed" in told else {}),
        **({"reason": submission.reason} if submission.reason else {}),
        **({"on_paper": True} if submission.on_paper else {}),
    }


def agreed_at(submission: Submission) -> datetime | None:
    """Return when a bestuurder agreed with the report as it was handed in; None where that was not asked."""
    told = json.loads(submission.content).get("agreed")
    return datetime.fromisoformat(told["at"]) if told else None


def recorded_fingerprints(subject: str) -> Select[Any]:
    """Return the query for every fingerprint that the ledger holds of a report, for a page that asks more at once."""
    return select(LedgerFingerprint.fingerprint.label("fingerprint")).where(LedgerFingerprint.subject == subject)


def recorded(submission: Submission, known: Collection[str]) -> str | None:
    """Return the fingerprint of a publication where it is among those that the ledger holds."""
    found = fingerprint(public_content(submission))
    return found if found in known else None


def public_fingerprint(session: Session, submission: Submission) -> str | None:
    """Return the fingerprint of a publication, None where the ledger does not hold it: it came before there was one."""
    found = fingerprint(public_content(submission))
    row = LedgerFingerprint
    known = select(row.seq).where(row.fingerprint == found, row.subject == subject_of(submission.report)).limit(1)
    return found if session.scalar(known) else None
