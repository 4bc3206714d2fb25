"""/redactie/op-papier: reports that authorities sent on paper, entered by staff with the scan as evidence."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common import unsaved
from common.clock import today
from common.errors import Refused
from common.files import attaching
from common.ledger import Actor
from common.typed import read_day, wrong_day
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import text_in_language
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.reading import current_version
from registry.authorities.reading import by_code
from registry.editions.models import Edition
from registry.permissions import may_enter_on_paper
from registry.reports.expected import expected, opened_editions, running
from registry.reports.mails import exactly
from registry.reports.models import Report
from registry.reviews.paper import begin_on_paper, evidence_subject, hand_over, may_begin, papers
from registry.reviews.paper_mails import mail_on_paper
from registry.reviews.state_words import state_names
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("paper", __name__, url_prefix="/redactie/op-papier")
_PATH = "/redactie/op-papier/nieuw"
_FIELDS = ("editie", "organisatie", "ontvangen")


@blueprint.get("")
@signed_in
def index() -> Response:
    """The reports that staff enter or entered, with their scans."""
    authorise(may_enter_on_paper(current_user))
    return no_store(render("website/paper/index.html", rows=papers(db()), state_names=state_names(), form_url=form_url))


@blueprint.get("/nieuw")
@signed_in
def form() -> Response:
    """Ask whose report came, of which year, on which day, and the scan."""
    authorise(may_enter_on_paper(current_user))
    kept = kept_fields(_PATH)
    asked = {name: (kept.get(name, "") if kept else "") or request.args.get(name, "") for name in _FIELDS}
    return _page(Upload(texts=asked))


@blueprint.post("/nieuw")
@signed_in
@takes_files
@limited("upload")
def begin() -> BaseResponse:
    """Keep the scan, start the report and tell the authority; 422 where it answers here itself."""
    authorise(may_enter_on_paper(current_user))
    upload = read_upload(_FIELDS, _check)
    if upload.errors or upload.accepted is None:
        return _page(upload, status=upload.status)
    session, actor, texts = db(), _actor(), upload.texts
    edition, authority, day = _edition(texts), by_code(session, texts["organisatie"]), read_day(texts["ontvangen"])
    if edition is None or authority is None or day is None:
        abort(404)
    try:
        report = begin_on_paper(session, authority, edition, day, actor=actor)
    except Refused as refused:
        session.rollback()
        upload.errors["organisatie"] = str(_(refused.sentence, **refused.values))
        return _page(upload, status=422)
    about = _("Rapportage op papier over %(year)s", year=edition.year)
    attaching.attach(session, evidence_subject(report), upload.accepted, upload.name, about, actor=actor)
    mail_on_paper(session, report)
    unsaved.forget(session, current_user.id, _PATH)
    session.commit()
    return redirect(form_url(report), 303)


@blueprint.post("/<int:report_id>/overdragen")
@signed_in
def give(report_id: int) -> BaseResponse:
    """Let the authority go on by itself."""
    authorise(may_enter_on_paper(current_user))
    report = db().get(Report, report_id) or abort(404)
    try:
        hand_over(db(), report, actor=_actor())
    except Refused as refused:
        db().rollback()
        flash(str(_(refused.sentence, **refused.values)), "warning")
        return redirect(url_for("paper.index"), 303)
    db().commit()
    flash(_("De organisatie kan de rapportage nu zelf veranderen en indienen."), "success")
    return redirect(url_for("paper.index"), 303)


@blueprint.get("/<int:report_id>/overdragen")
@signed_in
def back_to_list(report_id: int) -> BaseResponse:
    """Show the list to who reloads, or comes back from signing in."""
    authorise(may_enter_on_paper(current_user))
    return redirect(url_for("paper.index"), 303)


def form_url(report: Report) -> str:
    """Return the address of the form of a report, the same as the authority's own people use."""
    return url_for("reports.overview", jaar=report.edition.year) + exactly(report)


def _actor() -> Actor:
    role = StaffRole.REVIEWER if has_staff_role(current_user, StaffRole.REVIEWER) else StaffRole.ADMINISTRATOR
    return actor_for(current_user, role)


def _check(upload: Upload) -> None:
    texts, edition = upload.texts, _edition(upload.texts)
    if edition is None:
        upload.errors["editie"] = _("Kies een verslagjaar.")
    if by_code(db(), texts["organisatie"]) is None:
        upload.errors["organisatie"] = _("Kies de organisatie die de rapportage stuurde.")
    day = read_day(texts["ontvangen"].strip())
    if day is None:
        upload.errors["ontvangen"] = _(wrong_day(texts["ontvangen"].strip()))
    elif day > today():
        upload.errors["ontvangen"] = _("Deze dag moet nog komen.")


def _edition(texts: dict[str, str]) -> Edition | None:
    written = texts["editie"]
    found = db().get(Edition, int(written)) if written.isdecimal() and len(written) < 10 else None
    return found if found and found.opens_on <= today() else None


def _page(upload: Upload, *, status: int = 200) -> Response:
    session, day = db(), today()
    editions = opened_editions(session, day)
    chosen = _edition(upload.texts) or running(editions, day)
    waiting = [one for one in expected(session, chosen, day) if may_begin(one)] if chosen else []
    return no_store(
        render(
            "website/paper/form.html",
            status=status,
            typed=upload.texts,
            errors=upload.errors,
            chosen=chosen,
            editions=[
                (str(one.id), f"{one.year}, {text_in_language(current_version(one.agreement).short_title)}")
                for one in editions
            ],
            authorities=[(one.who.code, one.who.name) for one in waiting],
            keeper=keeper_fields(_PATH),
        )
    )
