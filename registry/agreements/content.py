"""What an agreement says, as plain values, and the rules for it: the same for a content file and for the form."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.errors import N_
from common.markdown import LARGEST, render_markdown
from common.markdown_bounds import too_much_of
from common.vocabulary import vocabulary
from registry.agreements.models import AgreementVersion, Obligation, ObligationKind
from registry.agreements.periods import parts_of, yearly_day

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MOST_GRACE = 366
"""Days of grace at most."""
OBLIGATION_FACTS = ("code", "kind", "within", "yearly_by", "grace_days", "text", "source")
LONGEST = {"title": 300, "short_title": 80, "summary": 800, "body": LARGEST, "followed_note": 600}
"""Characters per language."""


@dataclass(frozen=True)
class AgreementContent:
    """An agreement in plain values: the fields of a version, and of its obligations."""

    slug: str
    is_example: bool
    version: dict[str, Any]
    obligations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Problem:
    """Something that is wrong, in a sentence; `where` is a field of the version, such as "obligations.0.within"."""

    where: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence % self.values if self.values else self.sentence}"


def with_html(version: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a version with its text as HTML, made from the Markdown."""
    html = {language: render_markdown(body, language).html for language, body in version["body"].items()}
    return {**version, "body_html": html}


def content_of(version: AgreementVersion) -> AgreementContent:
    """Return what a version says, for a next version that says almost the same."""
    names = (
        "title", "short_title", "summary", "body", "body_html", "period_from", "period_to", "themes",
        "predecessor_slug", "followed", "followed_note", "counts", "unknowns", "sources", "documents", "signing",
        "may_sign", "asked_of_signer",
    )  # fmt: skip
    rows = sorted(version.obligations, key=lambda row: row.id or 0)
    return AgreementContent(
        version.agreement.slug,
        version.agreement.is_example,
        {name: getattr(version, name) for name in names},
        [{name: getattr(row, name) for name in OBLIGATION_FACTS} for row in rows],
    )


def public_content(content: AgreementContent, number: int) -> dict[str, Any]:
    """Return all that a version publishes, for its canonical JSON and its fingerprint."""
    said = content.version
    day = {name: said[name].isoformat() if said[name] else None for name in ("period_from", "period_to")}
    return {
        "agreement": content.slug,
        "number": number,
        "is_example": content.is_example,
        **{name: said[name] for name in ("title", "short_title", "summary", "themes", "followed", "followed_note")},
        "text": said["body"] or said["body_html"],
        **day,
        "predecessor": said["predecessor_slug"],
        "obligations": [{**row, "kind": row["kind"].value} for row in content.obligations],
        "signing": said["signing"].value,
        "documents": [
            {name: value for name, value in row.items() if name != "attachment_id"} for row in said["documents"]
        ],
        **{name: said[name] for name in ("may_sign", "asked_of_signer", "counts", "unknowns", "sources")},
    }


def problems(content: AgreementContent, others: Collection[str]) -> list[Problem]:
    """Return what is wrong, in the order of the form. `others` are the slugs of all other agreements."""
    return [*_texts(content), *_period(content), *_lists(content, others), *_rows(content), *_links(content)]


def _texts(content: AgreementContent) -> Iterator[Problem]:
    for name, longest in LONGEST.items():
        for language in ("nl", "en"):
            words = str(content.version[name].get(language) or "").strip()
            if not words:
                yield Problem(f"{name}.{language}", N_("Vul dit in."))
            elif len(words) > longest:
                yield Problem(f"{name}.{language}", N_("Gebruik hoogstens %(num)s tekens."), {"num": longest})
            if name == "body" and (sign := too_much_of(content.version[name].get(language) or "")):
                yield Problem(f"{name}.{language}", N_("“%(sign)s” staat te vaak in de tekst."), {"sign": sign})
    asked = content.version["asked_of_signer"]
    for language, other in (("nl", "en"), ("en", "nl")):
        if asked.get(other) and not asked.get(language):
            yield Problem(f"asked_of_signer.{language}", N_("Vul dit in."))


def _period(content: AgreementContent) -> Iterator[Problem]:
    begins, ends = content.version["period_from"], content.version["period_to"]
    if not isinstance(begins, date):
        yield Problem("period_from", N_("Vul de eerste dag van de periode in."))
    elif ends and ends < begins:
        yield Problem("period_to", N_("De laatste dag ligt voor de eerste."))


def _lists(content: AgreementContent, others: Collection[str]) -> Iterator[Problem]:
    words, said = vocabulary(), content.version
    for name, known in (("themes", words.themes), ("may_sign", words.kinds)):
        unknown = [code for code in said[name] if code not in known]
        if unknown:
            yield Problem(name, N_("%(code)s staat niet in de lijst."), {"code": unknown[0]})
    before = said["predecessor_slug"]
    if before and (before == content.slug or before not in others):
        yield Problem("predecessor_slug", N_("Kies een andere afspraak als voorganger."))


def _rows(content: AgreementContent) -> Iterator[Problem]:
    codes, kinds = ([row[name] for row in content.obligations] for name in ("code", "kind"))
    for place, row in enumerate(content.obligations):
        at = f"obligations.{place}"
        if not SLUG.fullmatch(row["code"]) or len(row["code"]) > 40:
            yield Problem(f"{at}.code", N_("Gebruik alleen kleine letters, cijfers en streepjes."))
        elif codes.index(row["code"]) < place:
            yield Problem(f"{at}.code", N_("Deze naam staat er twee keer in."))
        if kinds.index(row["kind"]) < place:
            yield Problem(f"{at}.kind", N_("Dit wordt al gevraagd. Vraag elk soort verplichting één keer."))
        yield from _term(at, row)
        if not 0 <= row["grace_days"] <= MOST_GRACE:
            yield Problem(
                f"{at}.grace_days", N_("Vul een heel getal in van 0 tot en met %(num)s."), {"num": MOST_GRACE}
            )
        for language in ("nl", "en"):
            if not row["text"].get(language):
                yield Problem(f"{at}.text.{language}", N_("Vul dit in."))
        if row["source"] and not WEB_ADDRESS.fullmatch(row["source"]):
            yield Problem(f"{at}.source", N_("Schrijf een adres dat begint met https://."))


def _term(at: str, row: Mapping[str, Any]) -> Iterator[Problem]:
    if row["within"] is not None and row["kind"] is ObligationKind.ANNUAL_REPORT:
        yield Problem(f"{at}.within", N_("Een rapportage heeft een dag in het jaar. Laat dit leeg."))
    elif row["within"] is not None:
        try:
            fits = any(parts_of(row["within"]))
        except (ValueError, TypeError):
            fits = False
        if not fits:
            yield Problem(f"{at}.within", N_("Vul een heel getal in van 1 of meer."))
    elif row["kind"] is ObligationKind.ACTION_PLAN:
        yield Problem(f"{at}.within", N_("Vul in hoeveel tijd er is na ondertekening."))
    if row["yearly_by"] is not None:
        try:
            yearly_day(row["yearly_by"], 2001)
        except ValueError:
            yield Problem(f"{at}.yearly_by", N_("Kies een dag die elk jaar bestaat."))
        if row["kind"] is ObligationKind.ACTION_PLAN:
            yield Problem(f"{at}.yearly_by", N_("Een actieplan heeft een termijn na ondertekening. Laat dit leeg."))


def _links(content: AgreementContent) -> Iterator[Problem]:
    for row in content.version["documents"]:
        if not (row["title"].get("nl") and row["title"].get("en")):
            yield Problem("documents", N_("Geef elk document een titel in het Nederlands en in het Engels."))
        if "attachment_id" not in row and not WEB_ADDRESS.fullmatch(str(row.get("url") or "")):
            yield Problem("documents", N_("Schrijf een adres dat begint met https://."))
    for name, where in (("sources", "url"), ("counts", "source")):
        if not all(WEB_ADDRESS.fullmatch(str(row.get(where) or "")) for row in content.version[name]):
            yield Problem(name, N_("Schrijf een adres dat begint met https://."))


def as_obligations(content: AgreementContent) -> list[Obligation]:
    """Return new rows of the obligations, in their order."""
    return [Obligation(**values) for values in content.obligations]
