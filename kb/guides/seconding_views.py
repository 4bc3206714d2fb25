"""Four eyes: an author asks colleagues to look at a text, and a colleague says that he looked it over."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db
from kb.guides.desk_blueprint import blueprint, desk_actor, guide_at
from kb.guides.mails import mail_look_asked
from kb.guides.seconding import ask_colleagues, look_over_text
from kb.guides.writing import RevisionConflict, newest_revision
from kb.permissions import may_publish_guide


@blueprint.post("/<slug>/publiceren/vragen")
@signed_in
def ask(slug: str) -> BaseResponse:
    """Mail colleagues that a text waits for a second person; once for each version."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    newest = newest_revision(session, guide)
    people = ask_colleagues(session, guide, newest, actor=desk_actor())
    mail_look_asked(session, guide, newest, people, current_user)
    session.commit()
    told = ngettext("Wij mailden %(num)s collega dat deze tekst klaarstaat.",
                    "Wij mailden %(num)s collega's dat deze tekst klaarstaat.", len(people))  # fmt: skip
    flash(
        told if people else _("Er is al om gevraagd, of er is geen collega die kan kijken."),
        "success" if people else "info",
    )
    return redirect(url_for(".confirm_publishing", slug=guide.slug), 303)


@blueprint.post("/<slug>/publiceren/bekeken")
@signed_in
def look_over_others(slug: str) -> BaseResponse:
    """Write down that what colleagues wrote was looked over; who wrote it may then publish."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    try:
        seen = look_over_text(session, guide, request.form.get("versie", 0, stored_number), actor=desk_actor())
    except RevisionConflict:
        flash(_("Iemand anders bewaarde intussen een nieuwere versie"), "warning")
        return redirect(url_for(".confirm_publishing", slug=guide.slug), 303)
    session.commit()
    if seen:
        flash(_("Opgeschreven: u keek de tekst van uw collega na."), "success")
    return redirect(url_for(".confirm_publishing", slug=guide.slug), 303)


@blueprint.get("/<slug>/publiceren/<any(vragen, bekeken):second>")
@signed_in
def back_to_publish_page(slug: str, second: str) -> BaseResponse:
    """Both are done on the page of publishing: lead there."""
    authorise(may_publish_guide(current_user))
    return redirect(url_for(".confirm_publishing", slug=slug), 303)
