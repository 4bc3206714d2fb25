"""/bijdragen: what somebody without an account sees by his link. Reading changes nothing: scanners open links too."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from common import clock
from common.vocabulary import Text
from common.web.access import public
from common.web.as_of import only_now
from common.web.database import db
from common.web.languages import text_in_language
from common.web.limits import limited
from common.web.rendering import render
from registry.reports.drafting import name_of
from registry.reports.forms import MINE, SHOWN, basis_of, choices_between, field_name, read_section, write_basis
from registry.reports.screens import typed
from registry.reports.together import guests, links
from registry.reports.together.links import LinkState
from registry.reports.together.mails import mail_done
from registry.reports.together.models import AnswerLink
from registry.reports.together.views.blueprint import blueprint
from registry.reports.values import AnswerInput

R = TypeVar("R", bound=BaseResponse)
ANYWAY: Final = "toch"
"""The button that sends what has gaps."""
SHORT = 15
"""Characters: what is longer was written, and not chosen from a list."""


@blueprint.get("/bijdragen/<geheim>")
@only_now
@public
@limited("mail_link")
def bijdragen(geheim: str) -> Response:
    """The questions of a link, with help and last year's answers."""
    link = links.find(db(), geheim)
    if link is None or links.state_of(link) is not LinkState.OPEN:
        return _closed(link)
    return _page(geheim, link)


@blueprint.post("/bijdragen/<geheim>")
@public
@limited("guest")
def save(geheim: str) -> BaseResponse:
    """Keep what the guest wrote; with the last button also tell who asked that he is done."""
    link = links.find(db(), geheim)
    if link is None or links.state_of(link) is not LinkState.OPEN:
        return _closed(link, lost=True)
    if not {SHOWN, "actie"} & request.form.keys():
        return _page(geheim, link, status=422)  # nothing was sent, so nothing was saved
    by_itself = request.headers.get("HX-Request") == "true"
    inputs, basis = _read(link)
    clashes = guests.save(db(), link, inputs, basis=basis, confirmed=not by_itself)
    page, pressed = guests.open_page(db(), link, clashes=clashes), request.form.get("actie")
    refused = bool(page.screen.errors or clashes) or (pressed == "klaar" and bool(page.gaps))
    done = pressed in {"klaar", ANYWAY} and not by_itself and not refused
    if done and guests.finish(db(), link):
        mail_done(db(), link)
    db().commit()
    if by_itself:
        return _private(_fragment(link, page, page.basis(basis, inputs)))
    if refused:
        return _page(geheim, link, status=409 if clashes else 422, clashes=clashes)
    return _private(redirect(_after(geheim, link, done=done), 303))


def _read(link: AnswerLink) -> tuple[dict[str, AnswerInput], dict[str, int]]:
    """Return what was sent, and the mark of each answer as it stood on the form; what he chose of two is done."""
    section = guests.section_of(link)
    inputs, basis = read_section(section, request.form, guests.given(link)), basis_of(request.form)
    for key, (choice, seen) in choices_between(section, request.form).items():
        if choice == MINE:
            basis[key] = seen
        else:
            inputs.pop(key, None)
    return inputs, basis


def _after(geheim: str, link: AnswerLink, *, done: bool) -> str:
    """Return the same page again: with thanks, or with one row more where he asked for it."""
    more = next((one for one in links.questions_of(link) if f"{field_name(one.key)}__erbij" in request.form), None)
    anchor = f"vraag-{field_name(more.key)}" if more else None
    return url_for(
        "together.bijdragen", geheim=geheim, klaar=1 if done else None, meer=more.key if more else None, _anchor=anchor
    )


def _page(
    geheim: str, link: AnswerLink, status: int = 200, clashes: Mapping[str, guests.Clash] | None = None
) -> Response:
    page = guests.open_page(db(), link, request.args.get("meer", ""), clashes)
    sender = links.sender_of(db(), link)
    return _private(
        render(
            "registry/reports/together/guest.html",
            status=status,
            **_context(link, page, page.basis(basis_of(request.form), {})),
            here=url_for("together.bijdragen", geheim=geheim),
            is_example=link.report.authority.is_example,
            authority=name_of(db(), link.report.authority),
            sender=sender.name if sender else "",
            finished="klaar" in request.args and link.finished_at is not None,
            summary=_said(page.screen.errors),
            gaps=_said(page.gaps) if request.form.get("actie") == "klaar" and not page.screen.errors else [],
        )
    )


def _said(places: Iterable[tuple[str, str, Text]]) -> list[tuple[str, str]]:
    return [(name, f"{key}: {text_in_language(text)}") for key, name, text in places]


def _context(link: AnswerLink, page: guests.GuestPage, basis: Mapping[str, int]) -> dict[str, Any]:
    saved = max((one.saved_at for one in link.answers), default=None)
    return {
        "link": link,
        "year": link.report.edition.year,
        "page": page,
        "typed": typed,
        "field_name": field_name,
        "saved_at": saved,
        "version": write_basis(basis),
    }


def _fragment(link: AnswerLink, page: guests.GuestPage, basis: Mapping[str, int]) -> Response:
    """Answer a form that saved itself: the line that says so, and the questions that came or went by it."""
    time = clock.local(clock.now()).strftime("%H:%M")
    before = set(request.form.getlist(SHOWN))
    return render(
        "registry/reports/together/parts/guest_saved.html",
        status=409 if page.disputes else 200,
        **_context(link, page, basis),
        time=time,
        before=before,
        had_disputes=request.form.getlist("botsing"),
    )


def _closed(link: AnswerLink | None, *, lost: bool = False) -> Response:
    """Say that a link does not work, in the same words for every reason, and nothing of whom or what it was.

    What was typed meanwhile is given back, to copy: it is his own.
    """
    own = [
        text
        for name, texts in (request.form.lists() if lost else ())
        if name not in {"csrf_token", "version", "actie", SHOWN} and not name.endswith("__leeg")
        for text in texts
        if len(text) > SHORT
    ]
    status = 410 if link else 404
    return _private(render("registry/reports/together/guest_closed.html", status=status, lost=own))


def _private(response: R) -> R:
    """Let the secret in the address go to no other page, and keep the page out of every cache and index."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
