"""What the templates of mail are given in tests: every value that some kind uses, by its name."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from registry.obligations.rule import DueState, Standing, Term
from registry.participants.mine import Step, YearReport
from registry.reminders.mails import Line
from registry.reports.how_far import Progress
from website.digests import AuthorityWork, StaffWork

LINK = "https://register.example/precies/hier?organisatie=gm0001&afspraak=voorbeeldafspraak"
MOMENT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def _report() -> Any:
    standing = Standing(DueState.DUE_SOON, Term(due_on=date(2026, 5, 31)))
    return YearReport(SimpleNamespace(), 2025, standing, Step.CONTINUE, Progress(20, 12))  # type: ignore[arg-type]


def _reminder(days_left: int) -> Line:
    return Line(
        "Gemeente Lindenveen", "Voorbeeldafspraak", 2025, False, date(2026, 5, 31), days_left, False, False, 3,
        "filling_in", "Belt u ons gerust.", LINK,
    )  # fmt: skip


def sample() -> dict[str, Any]:
    """Return values for every kind."""
    plan = SimpleNamespace(standing=Standing(DueState.LATE, Term(due_on=date(2026, 1, 31))))
    return {
        "guides": [{"title": "Thema <klimaat>", "day": date(2026, 1, 31), "overdue": True, "link": LINK}],
        "person": "Zoë d'Ancona & Co <b>",
        "writer": "Zoë d'Ancona & Co <b>",
        "link": LINK,
        "authority": "Gemeente Lindenveen",
        "agreement": "Voorbeeldafspraak",
        "year": 2025,
        "attached": True,
        "alone": True,
        "preparer": "Zoë d'Ancona & Co <b>",
        "executive": "Wethouder De Wit",
        "reason": "D1 is te hoog.\nKlopt het?",
        "questions": 2,
        "lines": [_reminder(-3), _reminder(7)],
        "received_on": date(2026, 2, 27),
        "taker": "Zoë d'Ancona & Co <b>",
        "number": "2026-ABCDEFGHJK",
        "mark": "ab" * 32,
        "bound": ["Gemeente Lindenveen", "Gemeente Nieuwlinde"],
        "submission": SimpleNamespace(receipt="2025-0042", submitted_at=MOMENT, fingerprint="ab" * 32),
        "new_address": "nieuw@gemeente.example",
        "asks": True,
        "event": "account.passkey-added",
        "passkey": "Sleutel",
        "left": 3,
        "due_on": date(2027, 3, 1),
        "provider": "Voorbeeldlogin",
        "inviter": "Anna Voorbeeld",
        "expires": MOMENT,
        "moment": MOMENT,
        "is_public": True,
        "joined": "Piet Voorbeeld",
        "role": "coördinator",
        "before": "invuller",
        "after": "coördinator",
        "granted": ["beoordelaar"],
        "revoked": ["redacteur"],
        "by_staff": True,
        "work": StaffWork(2, 9, drafts=1, reviews=0, signatures=3, undelivered=1, proposals=2, comments=1),
        "works": [AuthorityWork("Gemeente Lindenveen", "vb001", _report(), [plan])],  # type: ignore[list-item]
        "links": {"vb001": LINK},
        "checkpoint": SimpleNamespace(size=1234),
        "line": '{"head":"' + "ab" * 32 + '","size":1234}',
        "merged_on": date(2026, 1, 1),
        "successors": ["Gemeente Nieuwlinde", "Gemeente Kromwerd"],
        "asker": "Anouk Voorbeeld",
        "guest": "J. de Vries",
        "answers": 2,
        "asked": [{"key": "C1", "label": "Hoeveel kocht u in?", "link": LINK}],
        "one_question": True,
        "note": "Weet u dit?",
        "question": "C1 Hoeveel kocht u in?",
        "text": "@Zoë, kijk jij?\nDank!",
        "title": "Klimaat & <circulair>",
        "guide": "Klimaat & <circulair>",
        "section": "Wat u doet",
        "proposer": "Zoë d'Ancona & Co <b>",
        "is_new": False,
        "is_correction": False,
        "again": False,
        "changed": True,
        "public": True,
        "said": [SimpleNamespace(section="Wat u doet", text="Klopt dit jaartal?\nWaar staat het?")],
        "why": "U krijgt dit bericht omdat het aan staat.",
        "end_link": "https://register.example/mijn/instellingen/berichten/stoppen/abc.def",
    }
