"""Opening a form, or publishing a correction of its texts: first what follows from it, then the button."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.clock import today
from common.errors import ContentError, Refused
from common.typed import read_day, wrong_day
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.models import ObligationKind
from registry.agreements.periods import yearly_day
from registry.agreements.reading import current_version, obligation_of
from registry.editions import wording
from registry.editions.correcting import beyond_words, publish_correction
from registry.editions.drafting import ChangedSince, seen
from registry.editions.forms import changes_of
from registry.editions.opening_drafts import NotReady, new_versions, open_draft
from registry.editions.views.bench import Bench, open_bench, shared, staff_actor
from registry.editions.views.blueprint import blueprint
from registry.editions.written import LANGUAGES, plain
from registry.permissions import may_write_editions
from registry.signatures.signatories import signatories

OPEN = "/redactie/vragenlijsten/<int:draft_id>/openen"
FIELDS = ("opent", "sluit", "toelichting_nl", "toelichting_en")


@blueprint.get(OPEN)
@signed_in
def look_over(draft_id: int) -> Response:
    """What follows when this form opens, or this correction is published; nothing happens yet."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id)
    return _page(bench, kept_fields(request.path) or MultiDict(_usual_days(bench)), {})


@blueprint.post(OPEN)
@signed_in
def confirm(draft_id: int) -> BaseResponse:
    """Open the form, or publish the correction: 422 with what it lacks, 409 when it changed since it was shown."""
    authorise(may_write_editions(current_user))
    session, bench = db(), open_bench(draft_id, to_write=True)
    slug, year, corrected = bench.draft.agreement.slug, bench.draft.year, bench.draft.corrects
    days = {name: read_day(plain(request.form.get(name, ""))) for name in ("opent", "sluit")}
    errors = {} if bench.draft.corrects_id else _wrong_days(days)
    if errors:
        return _page(bench, request.form, errors, status=422)
    try:
        seen(bench.draft, request.form.get("concept", -1, stored_number))
        _carry_out(session, bench, days)
    except (Refused, ContentError) as error:
        session.rollback()
        status = 409 if isinstance(error, ChangedSince) else 422
        return _page(open_bench(draft_id), request.form, _where(error), status=status)
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    name = f"{year}.{corrected.revision}" if corrected else ""
    words = _("De verbetering %(name)s is gepubliceerd.", name=name)
    flash(words if corrected else _("De vragenlijst over %(year)s staat op de site.", year=year), "success")
    return redirect(url_for(".edition", afspraak=slug, jaar=year), 303)


def _carry_out(session: Session, bench: Bench, days: dict[str, date | None]) -> None:
    if bench.draft.corrects_id:
        note = {code: plain(request.form.get(f"toelichting_{code}", "")) for code in LANGUAGES}
        publish_correction(session, bench.draft, note, actor=staff_actor())
        return
    period = (days["opent"] or today(), days["sluit"] or today())
    open_draft(session, bench.draft, period, actor=staff_actor())


def _wrong_days(days: dict[str, date | None]) -> dict[str, str]:
    return {name: _(wrong_day(plain(request.form.get(name, "")))) for name, day in days.items() if day is None}


def _where(error: Refused | ContentError) -> dict[str, str]:
    """Return the words of a refusal at the field that it is about."""
    if isinstance(error, ContentError):
        return {"concept": error.reason}
    place = "concept" if isinstance(error, NotReady | ChangedSince) else "opent"
    return {place: _(error.sentence, **error.values)}


def _usual_days(bench: Bench) -> dict[str, str]:
    """Return the days that the agreement gives: from today on, until its day of the year after."""
    if bench.draft.corrects_id:
        return {}
    opens_on = max(today(), date(bench.draft.year + 1, 1, 1))
    asked = obligation_of(current_version(bench.draft.agreement), ObligationKind.ANNUAL_REPORT)
    yearly = asked.yearly_by if asked else None
    due_on = yearly_day(yearly, opens_on.year) if yearly else None
    return {"opent": opens_on.isoformat(), "sluit": due_on.isoformat() if due_on and due_on >= opens_on else ""}


def _page(bench: Bench, said: Any, errors: dict[str, str], *, status: int = 200) -> Response:
    correction, agreement = bench.draft.corrects, bench.draft.agreement
    changed = [(row, changes_of(row)) for row in bench.rows if row.old and row.new and row.old != row.new]
    return no_store(
        render(
            "registry/editions/open.html",
            status=status,
            **shared(bench),
            correction=correction,
            changed=changed,
            beyond=beyond_words(bench.form, bench.base) if correction else [],
            added=new_versions(bench.form, bench.known),
            parties=0 if correction else len(signatories(db(), agreement.id, AsOf(today()))),
            lack_words=wording.lack_words(),
            comparable_words=wording.comparable_words(),
            said={name: said.get(name, "") for name in FIELDS},
            errors=errors,
            keeper=keeper_fields(url_for(".look_over", draft_id=bench.draft.id)),
        )
    )
