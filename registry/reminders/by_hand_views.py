"""/redactie/herinneringen/sturen: who gets a reminder now, how it reads, and sending it."""

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.clock import today
from common.errors import Conflict, Refused
from common.vocabulary import vocabulary
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.rendering import render
from registry.editions.models import Edition
from registry.permissions import may_remind
from registry.reminders.by_hand import Choice, SentMeanwhile, TooSoon, choose, codes_of, send
from registry.reminders.editing import LONGEST_WORDS
from registry.reminders.mails import preview
from registry.reminders.reading import edition_titles
from registry.reminders.views import actor_here, blueprint, url_of
from registry.reports.expected import Part, Stage, opened_editions, running

LATE = "te-laat"


@blueprint.get("/sturen")
@signed_in
def choose_now() -> Response:
    """Show who of the chosen authorities gets a reminder, and how it reads, before anything is sent."""
    authorise(may_remind(current_user))
    edition = _edition(request.args.get("editie", 0, type=stored_number))
    return _page(choose(db(), edition, _codes(edition), today()))


@blueprint.post("/sturen")
@signed_in
def send_now() -> BaseResponse:
    """Send it to everybody who was shown; 422 where somebody had one shortly before, 409 where one just went."""
    authorise(may_remind(current_user))
    edition = _edition(request.form.get("editie", 0, type=stored_number))
    choice = choose(db(), edition, request.form.getlist("wie"), today())
    words, confirmed = request.form.get("woorden", ""), bool(request.form.get("toch"))
    try:
        seen = request.form.get("gezien", "")
        key, written = send(db(), choice, words, seen=seen, confirmed=confirmed, actor=actor_here())
    except (Refused, Conflict) as refusal:
        db().rollback()
        return _page(choose(db(), edition, request.form.getlist("wie"), today()), words, refusal)
    db().commit()
    flash(ngettext("%(num)s herinnering gaat nu weg.", "%(num)s herinneringen gaan nu weg.", written), "success")
    return redirect(url_of(key), 303)


def _edition(number: int) -> Edition:
    """Return the edition in the address; without one, as on the way back to a refused form, the running one."""
    editions = opened_editions(db(), today())
    return running([one for one in editions if not number or one.id == number], today()) or abort(404)


def _codes(edition: Edition) -> Sequence[str]:
    """Return the authorities in the address: those that were ticked, or a whole list with its filters."""
    whole = request.args.get("alle", "")
    if not whole:
        return request.args.getlist("wie")
    known = vocabulary()
    kind, province, stage = (request.args.get(name, "") for name in ("soort", "provincie", "staat"))
    part = Part(
        late=whole == LATE,
        kind=kind if kind in known.kinds else "",
        province=province if province in known.provinces else "",
        stage=Stage(stage) if stage in set(Stage) else None,
    )
    return codes_of(db(), edition, part, today())


def _page(choice: Choice, words: str = "", refusal: Refused | Conflict | None = None) -> Response:
    first = next((item for item in choice.items if item.people), None)
    conflict = isinstance(refusal, SentMeanwhile)
    said = str(_(refusal.sentence, **refusal.values)) if refusal else ""
    field = "toch" if isinstance(refusal, TooSoon) else "woorden"
    return no_store(
        render(
            "registry/reminders/by_hand.html",
            status=409 if conflict else 422 if refusal else 200,
            choice=choice,
            title=edition_titles(db(), {choice.edition.id})[choice.edition.id],
            words=words,
            conflict=said if conflict else "",
            errors={field: said} if refusal and not conflict else {},
            mail=preview(first, today(), page_language(), words.strip()) if first else None,
            longest=LONGEST_WORDS,
            today=today(),
        )
    )
