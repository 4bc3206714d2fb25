"""Pages on which staff publish a guide, now or at a time, and say that it was looked over and still holds."""

from datetime import datetime, time, timedelta

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common.clock import AMSTERDAM, now, today
from common.errors import N_, Refused
from common.typed import read_day
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.languages import format_day, format_moment
from common.web.rendering import render
from kb.guides.beginnings import left_of_templates
from kb.guides.desk_blueprint import blueprint, desk_actor, guide_at
from kb.guides.ending import standing_end
from kb.guides.files import gone_from
from kb.guides.mails import telling_who_scheduled
from kb.guides.models import Guide
from kb.guides.restoring import confirm_review
from kb.guides.scheduling import call_off, schedule, scheduled_revision
from kb.guides.seconding import to_look_over, was_asked
from kb.guides.version_views import differences
from kb.guides.writing import (
    RevisionConflict,
    newest_revision,
    only_seen_by,
    public_revision,
    publish_guide,
)
from kb.permissions import may_publish_guide

_AGAIN = timedelta(days=365)
"""How long a guide usually holds after somebody looked it over."""


@blueprint.get("/<slug>/publiceren")
@signed_in
def confirm_publishing(slug: str) -> Response:
    """What will change for readers, before it does: inline, or side by side (?naast=1)."""
    authorise(may_publish_guide(current_user))
    session = db()
    return _confirm_page(session, guide_at(session, slug))


@blueprint.post("/<slug>/publiceren")
@signed_in
def publish(slug: str) -> BaseResponse:
    """Make the newest text public, now or at a time; 409 when that is not the text that was looked at."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    if gone_from(session, newest_revision(session, guide).html) or standing_end(session, guide):
        return _confirm_page(session, guide, status=422)
    try:
        with telling_who_scheduled(session, guide, current_user):
            said = _publish(session, guide, request.form.get("versie", 0, stored_number))
    except RevisionConflict:
        return _confirm_page(session, guide, status=409, newer=True)
    except Refused as refusal:
        return _confirm_page(session, guide, status=422, refusal=_(refusal.sentence) % refusal.values)
    session.commit()
    flash(said, "success")
    at_once = request.form.get("wanneer") != "later"
    return redirect(url_for("guides.detail" if at_once else ".confirm_publishing", slug=guide.slug), 303)


@blueprint.post("/<slug>/publiceren/afzeggen")
@signed_in
def cancel(slug: str) -> BaseResponse:
    """Let nothing go out by itself any more."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    with telling_who_scheduled(session, guide, current_user):
        done = call_off(session, guide, actor=desk_actor())
    session.commit()
    words = _("Afgezegd. De tekst blijft bewaard als concept.") if done else _("Er stond niets klaar om te publiceren.")
    flash(words, "success" if done else "info")
    return redirect(url_for(".confirm_publishing", slug=guide.slug), 303)


@blueprint.get("/<slug>/publiceren/afzeggen")
@signed_in
def back_to_publishing(slug: str) -> BaseResponse:
    """Calling off is done on the page of publishing: lead there."""
    authorise(may_publish_guide(current_user))
    return redirect(url_for(".confirm_publishing", slug=slug), 303)


@blueprint.get("/<slug>/nagekeken")
@signed_in
def confirm_looking_over(slug: str) -> Response:
    """The text that is public, with the one question whether it still holds."""
    authorise(may_publish_guide(current_user))
    session = db()
    return _review_page(session, guide_at(session, slug))


@blueprint.post("/<slug>/nagekeken")
@signed_in
def look_over(slug: str) -> BaseResponse:
    """Write down that the public text was looked over today and still holds; readers see that at once."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    due = read_day(request.form.get("opnieuw", "").strip())
    if due is None:
        return _review_page(session, guide, status=422, error=_("Kies een dag na vandaag."))
    try:
        confirm_review(session, guide, request.form.get("versie", 0, stored_number), due, actor=desk_actor())
    except RevisionConflict:
        return _review_page(session, guide, status=409, newer=True)
    except Refused as refusal:
        return _review_page(session, guide, status=422, error=_(refusal.sentence) % refusal.values)
    session.commit()
    flash(_("Opgeschreven: nagekeken op %(day)s. Lezers zien dat nu.", day=format_day(today())), "success")
    return redirect(url_for(".edit", slug=guide.slug), 303)


def _publish(session: Session, guide: Guide, number: int) -> str:
    """Publish now or at the chosen moment, and return what to tell."""
    if request.form.get("wanneer") != "later":
        published = publish_guide(session, guide, number, actor=desk_actor())
        return str(_("Versie %(num)s staat op de site.", num=published.number))
    moment = _moment(request.form.get("dag", ""), request.form.get("tijd", ""))
    if moment is None:
        raise Refused(N_("Kies een dag en een tijd."))
    waiting = schedule(session, guide, number, moment, actor=desk_actor())
    return str(_("Versie %(num)s gaat op %(moment)s naar de site.", num=waiting.number, moment=format_moment(moment)))


def _moment(day: str, hour: str) -> datetime | None:
    """Return a moment on the Dutch clock, or None where one of the two is no day or no time."""
    chosen = read_day(day.strip())
    try:
        return datetime.combine(chosen, time.fromisoformat(hour.strip()), AMSTERDAM) if chosen else None
    except ValueError:
        return None


def _moment_errors(refusal: str) -> dict[str, str]:
    """Return what is wrong with the chosen moment, by the field in which it stands."""
    if not refusal or request.form.get("wanneer") != "later":
        return {}
    if read_day(request.form.get("dag", "").strip()) is None:
        return {"dag": _("Kies een dag.")}
    moment = _moment(request.form.get("dag", ""), request.form.get("tijd", ""))
    if moment is None:
        return {"tijd": _("Kies een tijd.")}
    return {"dag" if moment.date() < today() else "tijd": _("Kies een moment dat nog komt.")} if moment <= now() else {}


def _confirm_page(
    session: Session, guide: Guide, *, status: int = 200, newer: bool = False, refusal: str = ""
) -> Response:
    newest, shown = newest_revision(session, guide), public_revision(session, guide)
    alone = guide.four_eyes and newest.published_at is None and only_seen_by(session, newest, current_user.id)
    return no_store(
        render(
            "kb/guides/publish.html",
            status=status,
            slug=guide.slug,
            newest=newest,
            shown=shown,
            newer=newer,
            refusal=refusal,
            waiting=scheduled_revision(session, guide),
            needs_second=alone,
            to_look_over=to_look_over(session, newest, current_user.id) if alone else [],
            was_asked=alone and was_asked(session, guide, newest),
            four_eyes=guide.four_eyes,
            left=left_of_templates(newest.body) if newest.published_at is None else [],
            moment_errors=_moment_errors(refusal),
            ending=standing_end(session, guide),
            gone=gone_from(session, newest.html),
            typed=request.form,
            today=today(),
            **(differences(shown, newest, beside="naast" in request.args) if shown else {}),
        )
    )


def _review_page(
    session: Session, guide: Guide, *, status: int = 200, newer: bool = False, error: str = ""
) -> Response:
    newest = newest_revision(session, guide)
    shown = newest.published_at is not None and newest.superseded_at is None
    return no_store(
        render(
            "kb/guides/looked_over.html",
            status=status,
            slug=guide.slug,
            newest=newest,
            is_public=shown and not standing_end(session, guide),
            newer=newer,
            error=error,
            due=request.form.get("opnieuw") or (today() + _AGAIN).isoformat(),
        )
    )
