""" "Was dit nuttig?" at the end of a guide, for everybody; and for staff what readers answered."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common.clock import day_after, now, today
from common.errors import N_, Refused
from common.typed import LONGEST_REASON
from common.web.access import authorise, public, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from kb.discussion.useful import complete, find_vote, give, hide, show_again, tidied, wrong_with
from kb.discussion.useful_trends import of_guide, overview
from kb.discussion.voted import DONE, NAME, read_voted, write_voted
from kb.guides.models import Guide, Revision
from kb.guides.reading import find_public, moved_to
from kb.guides.views import elsewhere
from kb.guides.writing import find_guide
from kb.permissions import may_see_feedback

blueprint = Blueprint("useful", __name__)

ANSWERS = {"ja": True, "nee": False}
_SAID_ALL = N_("U schreef hier vandaag al een zin. Deze zin is niet bewaard: morgen kunt u weer iets laten weten.")
TRAP = "naam"
"""A field that people do not see. Who fills it in is a machine, and is thanked without being counted."""


@blueprint.post("/kennisbank/<slug>/nuttig")
@public
@limited("vote")
def vote(slug: str) -> BaseResponse:
    """Take one answer. From any browser: there is no account, and no session (see `exempt_the_vote`)."""
    if not _names_its_site():
        abort(400)
    session = db()
    guide = _public_guide(session, slug).guide
    answer, sentence = ANSWERS.get(request.form.get("nuttig", "")), tidied(request.form.get("zin", ""))
    wrong = wrong_with(sentence) if answer is not None else N_("Kies Ja of Nee.")
    if answer is None or wrong:
        return _page(guide, 422, wrong=wrong, answer=answer, sentence=sentence)
    voted = _voted()
    if request.form.get(TRAP):
        return redirect(url_for(".thanks", slug=guide.slug), 303)
    if guide.id not in voted:
        give(session, guide, request.form.get("versie", 0, int), answer, sentence)
    elif not sentence:
        return redirect(url_for(".thanks", slug=guide.slug, eerder="zin" if voted[guide.id] == DONE else "ja"), 303)
    elif not _completed(session, guide, voted[guide.id], answer, sentence):
        return _page(guide, 409, wrong=_SAID_ALL, answer=answer, sentence=sentence)
    session.commit()
    said = DONE if sentence else request.form["nuttig"]
    return _remember(redirect(url_for(".thanks", slug=guide.slug), 303), {**voted, guide.id: said})


def _completed(session: Session, guide: Guide, before: str, answer: bool, sentence: str) -> bool:
    return before in ANSWERS and complete(session, guide, ANSWERS[before], answer, sentence)


@blueprint.get("/kennisbank/<slug>/nuttig")
@public
def back(slug: str) -> BaseResponse:
    """Lead whoever opens the address of the form to the question."""
    if find_public(db(), slug) is None:
        return elsewhere(db(), slug, "useful.back")
    return redirect(url_for("guides.detail", slug=slug, _anchor="nuttig"), 303)


@blueprint.get("/kennisbank/<slug>/nuttig/dank")
@public
def thanks(slug: str) -> Response:
    """Thank the reader; the same page for everybody, so that it says nothing about who asks for it."""
    return _page(_public_guide(db(), slug).guide, 200, thanked=True, before=request.args.get("eerder", ""))


@blueprint.get("/redactie/nuttig")
@signed_in
def index() -> Response:
    """What readers answered in a year, per guide."""
    authorise(may_see_feedback(current_user))
    found = overview(db(), today(), request.args.get("volgorde", ""), request.args.get("pagina", 1, int))
    return no_store(
        render(
            "kb/discussion/useful_index.html",
            found=found,
            url_for_page=lambda page: url_for(".index", volgorde=found.order, pagina=page if page > 1 else None),
        )
    )


@blueprint.get("/redactie/nuttig/<slug>")
@signed_in
def detail(slug: str) -> Response:
    """What readers answered about one guide: per month, per version, and in their words."""
    authorise(may_see_feedback(current_user))
    return _detail(find_guide(db(), slug) or abort(404))


@blueprint.post("/redactie/nuttig/<slug>/<int:number>")
@signed_in
def change(slug: str, number: int) -> BaseResponse:
    """Hide a sentence, with a reason, or put it back."""
    authorise(may_see_feedback(current_user))
    session = db()
    guide = find_guide(session, slug) or abort(404)
    found = find_vote(session, guide.id, number) or abort(404)
    editor = has_staff_role(current_user, StaffRole.EDITOR)
    actor = actor_for(current_user, StaffRole.EDITOR if editor else StaffRole.ADMINISTRATOR)
    try:
        if request.form.get("actie") == "tonen":
            show_again(session, found, guide, actor=actor)
        else:
            hide(session, found, guide, request.form.get("reden", "").strip()[:LONGEST_REASON], actor=actor)
    except Refused as refused:
        return _detail(guide, 422, wrong=(number, refused.sentence))
    session.commit()
    return redirect(url_for(".detail", slug=slug, pagina=request.args.get("pagina"), _anchor=f"zin-{number}"), 303)


@blueprint.get("/redactie/nuttig/<slug>/<int:number>")
@signed_in
def sentence(slug: str, number: int) -> BaseResponse:
    """Lead to the page on which the sentence stands."""
    authorise(may_see_feedback(current_user))
    return redirect(url_for(".detail", slug=slug, _anchor=f"zin-{number}"), 303)


def read_question(_session: Session, _card: Any) -> bool:
    """Show the question at every guide (kb/guides/beside.py); its form is the same for everybody."""
    return True


def _detail(guide: Guide, status: int = 200, wrong: tuple[int, str] = (0, "")) -> Response:
    found = of_guide(db(), guide, today(), request.args.get("pagina", 1, int))
    return no_store(
        render(
            "kb/discussion/useful_detail.html",
            status=status,
            found=found,
            wrong=wrong,
            url_for_page=lambda page: url_for(".detail", slug=found.slug, pagina=page if page > 1 else None),
        )
    )


def _page(guide: Guide, status: int, **said: Any) -> Response:
    """Return the question on a page of its own: with what is wrong, or with thanks."""
    revision = _public_guide(db(), guide.slug)
    return render("kb/discussion/useful_page.html", fragment="nuttig", status=status, guide=revision, **said)


def _public_guide(session: Session, slug: str) -> Revision:
    return find_public(session, slug) or find_public(session, moved_to(session, slug) or "") or abort(404)


def _voted() -> dict[int, str]:
    return read_voted(request.cookies.get(_cookie(), ""), str(current_app.config["SECRET_KEY"]), today())


def _remember(response: BaseResponse, guides: dict[int, str]) -> BaseResponse:
    value = write_voted(guides, str(current_app.config["SECRET_KEY"]), today())
    https = bool(current_app.config["SESSION_COOKIE_SECURE"])
    until_midnight = int((day_after(today()) - now()).total_seconds())
    response.set_cookie(_cookie(), value, until_midnight, secure=https, httponly=True, samesite="Lax")
    return response


def _cookie() -> str:
    return f"__Host-{NAME}" if current_app.config["SESSION_COOKIE_SECURE"] else NAME


def _names_its_site() -> bool:
    """Say whether the browser told from which site the form came; that it is ours was checked before the view.

    `refuse_forms_of_others` (common/web/security.py) compares whatever is told with our own name. What tells nothing
    it leaves to the token, and here there is none: so who tells nothing is refused. Every browser tells.
    """
    told = request.headers.get("Origin") or request.headers.get("Referer")
    return bool(told) or request.headers.get("Sec-Fetch-Site") == "same-origin"


@blueprint.record_once
def exempt_the_vote(state: BlueprintSetupState) -> None:
    """Exempt the vote, and no other view, from the CSRF token.

    The question stands on a page that is kept for all visitors alike (website/page_cache.py): a token in it would be
    one reader's, and would need a session, so a cookie for everybody who only reads. A token protects what a person
    may do by his session; the vote looks at no session and does the same for everybody. What is left is that another
    site could let its visitors vote: `_names_its_site` stops that, as no page can leave out or change its Origin.
    """
    state.app.extensions["csrf"].exempt(vote)
