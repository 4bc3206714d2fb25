"""Signatures from a spreadsheet: what each row would add or correct. None becomes public by an import on the site.

What a reader quotes of a public one is only proposed there: it waits for a second beheerder (signatures/correcting.py).
From a public source a row is certain, probable or uncertain, as its column says; without one it is uncertain. Only
`flask registry import-signatures` publishes the certain ones at once, as set-up does with content/signatories.csv. What
somebody enters on the site is confirmed by somebody else (four eyes), and a signature on paper always is.
"""

import calendar
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common.errors import N_
from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority
from registry.imports.columns import Field, Record, check_columns, read_day, records
from registry.imports.finding import Finder
from registry.imports.outcome import Change, Deed, Outcome, Preview, Problem, Step, Wrong
from registry.imports.tables import Table, place_of
from registry.signatures import correcting
from registry.signatures.changing import change, note_all
from registry.signatures.duties import follow_signatures
from registry.signatures.loading import signature_key
from registry.signatures.models import (
    Certainty,
    DatePrecision,
    Origin,
    Signature,
    SignatureParty,
    SignatureVersion,
)

FIELDS = (
    Field("agreement", N_("Afspraak"), ("manifest",), required=True),
    Field("name_as_signed", N_("Naam zoals ondertekend"), ("naam", "ondertekenaar", "partij"), required=True),
    Field("authorities", N_("Organisaties die het bindt"), ("authority_codes", "organisatie", "organisaties", "code")),
    Field("represented_by", N_("Ondertekend door, namens hen"), ("namens", "koepel")),
    Field("signed_on", N_("Datum van ondertekening"), ("datum", "ondertekend op", "getekend op")),
    Field("date_precision", N_("Hoe precies de datum is"), ("precisie",)),
    Field("certainty", N_("Hoe zeker"), ("zekerheid",)),
    Field("signed_by", N_("Wie tekende"), ("bestuurder",)),
    Field("signed_by_function", N_("Functie"), ("functie van de ondertekenaar",)),
    Field("source", N_("Bron"), ("url", "bronadres")),
    Field("date_source", N_("Bron van de datum")),
    Field("note", N_("Opmerking"), ("toelichting",)),
)
_FROM_FILE = (
    "name_as_signed", "represented_by_id", "signed_on", "date_precision", "signed_by", "signed_by_function", "source",
    "date_source", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How the register knows of these signatures, and who enters them."""

    origin: Origin = Origin.SOURCE
    evidence_id: int | None = None
    """The file with the paper, of Origin.PAPER."""
    entered_by_id: int | None = None
    publishes: bool = False
    """Whether what the source is sure of is public at once; only for a command."""


def plan_signatures(
    session: Session, table: Table, chosen: Mapping[int, str], given: Mapping[str, str], manner: Manner
) -> Preview:
    """Return what the rows would do; all wrong rows are found. `given` holds agreement and source of the whole file."""
    preview = Preview("signatures", table.sha256)
    unread = set()
    for wrong in check_columns(chosen, FIELDS, given):
        preview.refuse(table.file, Problem(table.file, "", "", wrong.sentence, wrong.values))
        unread.add(wrong.column)
    around = _Around(session, manner)
    for row in records(table, chosen, given):
        try:
            outcome, step = around.plan(row)
            preview.will(outcome, step)
        except Wrong as wrong:
            if wrong.column not in unread:
                preview.refuse(row["name_as_signed"], row.problem(wrong))
    preview.steps += around.steps()
    return preview


class _Around:
    """What rows are compared with: authorities, agreements and the signatures that the register knows."""

    def __init__(self, session: Session, manner: Manner) -> None:
        self._finder, self._manner = Finder(session), manner
        self._lines: dict[str, int] = {}
        self._fresh: list[tuple[str, AgreementVersion, list[int], dict[str, Any]]] = []
        self._waiting = {one.signature_id for one in correcting.waiting_corrections(session)}
        query = select(AgreementVersion).where(known_at(AgreementVersion))
        self._versions = {
            one.agreement.slug: one for one in session.scalars(query.options(selectinload(AgreementVersion.agreement)))
        }
        known = select(SignatureVersion).where(known_at(SignatureVersion))
        loaded = known.options(selectinload(SignatureVersion.signature), selectinload(SignatureVersion.parties))
        self._known = {one.signature.key: one for one in session.scalars(loaded)}

    def plan(self, row: Record) -> tuple[Outcome, Step | None]:
        """Return what one row does. Raises Wrong."""
        agreement = self._versions.get(row.need("agreement"))
        if agreement is None:
            raise Wrong("agreement", N_("Deze afspraak kennen wij niet: %(value)s"), value=row["agreement"])
        name = row.need("name_as_signed") and row.short("name_as_signed", 300)
        key = signature_key(agreement.agreement.slug, name)
        if key in self._lines:
            raise Wrong("name_as_signed", N_("Deze ondertekenaar staat al op regel %(line)s."), line=self._lines[key])
        self._lines[key] = row.line
        column = "authorities" if row["authorities"] else "name_as_signed"
        written = [part.strip() for part in (row["authorities"] or name).split(";") if part.strip()]
        bound = list({one.code: one for one in (self._finder.find(text, column) for text in written)}.values())
        if len(bound) < len(written):
            raise Wrong(column, N_("Een organisatie staat er twee keer in."))
        facts = self._facts(row)
        if key in self._known:
            return self._compared(row, self._known[key], bound, facts)
        return self._new(row, key, agreement, bound, facts)

    def _facts(self, row: Record) -> dict[str, Any]:
        signed_on, precision = _signed_on(row)
        represented_by = self._finder.find(row["represented_by"], "represented_by") if row["represented_by"] else None
        source = row.short("source", 500)
        if self._manner.origin is Origin.SOURCE and not source.startswith(("https://", "http://")):
            raise Wrong("source", N_("Noem het webadres van de bron, in de rij of voor het hele bestand."))
        if row["certainty"] and row["certainty"] not in list(Certainty):
            sentence = N_("Schrijf certain, probable of uncertain, niet %(value)s.")
            raise Wrong("certainty", sentence, value=row["certainty"])
        return {
            "name_as_signed": row["name_as_signed"],
            "represented_by_id": represented_by.id if represented_by else None,
            "signed_on": signed_on,
            "date_precision": precision,
            "certainty": Certainty(row["certainty"] or Certainty.UNCERTAIN),
            "signed_by": row.short("signed_by", 200) or None,
            "signed_by_function": row.short("signed_by_function", 200) or None,
            "source": source or "Papieren ondertekening, ingevoerd door de redactie",
            "date_source": row.short("date_source", 500) or None,
            "note": row.short("note", 2000) or None,
        }

    def _new(
        self, row: Record, key: str, agreement: AgreementVersion, bound: list[Authority], facts: dict[str, Any]
    ) -> tuple[Outcome, Step | None]:
        ids = [one.id for one in bound]
        self._fresh.append((key, agreement, ids, facts))
        told = repr((key, agreement.id, ids, facts, self._manner))
        return Outcome(place_of(row.line), facts["name_as_signed"], Deed.ADDED, content=told), None

    def steps(self) -> list[Step]:
        """Return what writes the new signatures, all together."""
        return [self._write_new] if self._fresh else []

    def _write_new(self, session: Session, reason: str, actor: Actor) -> None:
        manner, made, bound = self._manner, [], defaultdict[int, set[int]](set)
        for key, agreement, ids, facts in self._fresh:
            sure = manner.origin is Origin.SOURCE and facts["certainty"] is not Certainty.UNCERTAIN
            version = SignatureVersion(
                number=1, origin=manner.origin, evidence_id=manner.evidence_id, entered_by_id=manner.entered_by_id,
                confirmed=manner.publishes and sure, recorded_role=actor.role, change_reason=reason,
                parties=[SignatureParty(authority_id=one) for one in ids], **facts,
            )  # fmt: skip
            signature = Signature(key=key, agreement=agreement.agreement, agreement_version_id=agreement.id)
            signature.versions.append(version)
            made.append((signature, version))
            if version.confirmed:
                bound[agreement.agreement_id].update(ids)
        session.add_all([signature for signature, _version in made])
        session.flush()
        note_all(session, "signature.recorded", made, actor)
        for agreement_id, ids_of in bound.items():
            follow_signatures(session, agreement_id, ids_of, actor=actor)

    def _compared(
        self, row: Record, old: SignatureVersion, bound: list[Authority], facts: dict[str, Any]
    ) -> tuple[Outcome, Step | None]:
        """Return what a row about a known signature does: filled cells correct it; certainty and state are of staff."""
        moved: dict[str, Any] = {
            name: value for name, value in _told(row, facts).items() if getattr(old, name) != value
        }
        changes = [Change(name, _shown(getattr(old, name)), _shown(value)) for name, value in moved.items()]
        if {one.id for one in bound} != {party.authority_id for party in old.parties if party.merger_id is None}:
            if any(party.merger_id for party in old.parties):
                sentence = N_("Deze ondertekening ging bij een herindeling over. Verander haar op de site.")
                raise Wrong("authorities", sentence)
            before = ", ".join(sorted(party.authority.code for party in old.parties))
            changes.append(Change("authorities", before, ", ".join(sorted(one.code for one in bound))))
            moved["bound"] = sorted(one.id for one in bound)
        place, name = place_of(row.line), facts["name_as_signed"]
        if not moved:
            return Outcome(place, name, Deed.UNCHANGED), None
        self._refuse_closed(old)
        waits = not self._manner.publishes and old.confirmed and correcting.QUOTED & set(moved)
        deed = Deed.PROPOSED if waits else Deed.CHANGED
        return Outcome(place, name, deed, tuple(changes), content=repr(moved)), self._correction(old, moved)

    def _refuse_closed(self, old: SignatureVersion) -> None:
        """Raise Wrong for a signature of which a file may change nothing."""
        if old.refused:
            raise Wrong("name_as_signed", N_("De redactie wees deze ondertekening af. Een bestand verandert dat niet."))
        if not self._manner.publishes and old.signature_id in self._waiting:
            raise Wrong("name_as_signed", N_("Er wacht al een correctie van deze ondertekening."))
        if not old.confirmed and old.origin is Origin.ONLINE:
            sentence = N_("Dit is op de site getekend en nog niet bevestigd. Een bestand verandert dat niet.")
            raise Wrong("name_as_signed", sentence)

    def _correction(self, old: SignatureVersion, moved: dict[str, Any]) -> Step:
        """Return what writes a correction: on the site by the rules of the site, which ask a second beheerder."""
        signature, number = old.signature, old.number

        def propose(session: Session, reason: str, actor: Actor) -> object:
            return correcting.correct(session, signature, moved, reason, seen=number, actor=actor)

        def publish(session: Session, reason: str, actor: Actor) -> object:
            facts = {name: value for name, value in moved.items() if name != "bound"}
            parties = [SignatureParty(authority_id=one) for one in moved["bound"]] if "bound" in moved else None
            return change(session, signature, facts, parties=parties, reason=reason, actor=actor)

        return publish if self._manner.publishes else propose


def _told(row: Record, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the filled cells say; one day and how precise it is are told together."""
    told = {name: facts[name] for name in _FROM_FILE if facts[name] is not None}
    if not row["source"]:
        told.pop("source")
    if not row["signed_on"] and not row["date_precision"]:
        told.pop("date_precision")
    elif not row["signed_on"]:
        told["signed_on"] = None
    return told


def _shown(value: Any) -> str:
    return str(getattr(value, "value", value) if value is not None else "")


_SHAPES = {DatePrecision.YEAR: r"\d{4}", DatePrecision.MONTH: r"\d{4}-\d{2}"}


def _signed_on(row: Record) -> tuple[date | None, DatePrecision]:
    """Return the day of signing with its precision; of a month or year its last day: nobody is late too soon."""
    text, said = row["signed_on"], row["date_precision"]
    if said and said not in list(DatePrecision):
        raise Wrong("date_precision", N_("Schrijf day, week, month, year of unknown, niet %(value)s."), value=said)
    guessed = next((one for one, shape in _SHAPES.items() if re.fullmatch(shape, text)), DatePrecision.DAY)
    precision = DatePrecision(said) if said else guessed if text else DatePrecision.UNKNOWN
    fits = not text if precision is DatePrecision.UNKNOWN else bool(text)
    exact = precision in {DatePrecision.DAY, DatePrecision.WEEK}
    if not fits or (text and guessed is not (DatePrecision.DAY if exact else precision)):
        raise Wrong("signed_on", N_("De datum %(value)s past niet bij hoe precies hij is."), value=text)
    if not text:
        return None, precision
    if exact:
        found = read_day(text, "signed_on")
    elif precision is DatePrecision.YEAR:
        found = read_day(f"{text}-12-31", "signed_on")
    else:
        first = read_day(f"{text}-01", "signed_on")
        found = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return found, precision
