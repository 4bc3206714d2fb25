"""/voorstel: a text that is not public, for whoever has its secret link; and the pages on which such links are made.

The page of a link is out of every cache and index, sends no referrer, and its pictures have an address under the same
secret (website/files/preview_views.py): nothing of it becomes public by being looked at.
"""

import re
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask import session as browser
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.comparing import changed_fields
from common.ledger import Actor
from common.markdown import render_markdown
from common.web.access import authorise, public, signed_in
from common.web.addresses import stored_number
from common.web.as_of import only_now
from common.web.database import db, no_store
from common.web.languages import href
from common.web.limits import limited
from common.web.mails import site_link
from common.web.rendering import render
from kb.guides.fields import GuideFields, fields_of
from kb.guides.forms import labels
from kb.guides.models import Revision
from kb.guides.reading import find_public
from kb.guides.writing import find_guide, revision_with
from kb.permissions import may_read_proposal, may_share_revision
from kb.proposals import previews
from kb.proposals.bench import texts_of
from kb.proposals.forms import actor_of
from kb.proposals.models import Proposal
from kb.proposals.previews import Opened, Text
from kb.proposals.queue import title_of
from kb.proposals.reading import find_proposal, live_revision
from kb.proposals.taking_in import fit_for_author

blueprint = Blueprint("previews", __name__)

R = TypeVar("R", bound=BaseResponse)
_FILE: Final = re.compile(r'((?:src|href)=")(?:/en)?/bestanden/(\d{1,10}/[^"]*")')
_FRESH: Final = "nieuwe_link"
"""In the browser's own cookie: the number of a link that was just made, and its secret, until its page showed it."""


@blueprint.get("/voorstel/<token>")
@only_now
@public
@limited("mail_link")
def read(token: str) -> BaseResponse:
    """The text of a link as it would read, and what it changes; 410 for a link that ended, 404 for none."""
    opened = previews.find(db(), token)
    if opened is None or not opened.works:
        return _closed(opened)
    fields = text_of(opened.text)
    live = _live(opened.text)
    changes = changed_fields(texts_of(fields_of(live)), texts_of(fields), labels()) if live else []
    return private(
        render(
            "kb/proposals/preview.html",
            fields=fields,
            html=with_own_files(render_markdown(fields.body, fields.language).html, token),
            changes=changes,
            live=live,
            is_proposal=isinstance(opened.text, Proposal),
            expires=opened.preview.expires_at,
        )
    )


def text_of(text: Text) -> GuideFields:
    """Return what a link shows: of a proposal the guide that everybody reads, as it would become."""
    if isinstance(text, Revision):
        return fields_of(text)
    return fit_for_author(db(), text).shown


def with_own_files(html: str, token: str) -> str:
    """Let the pictures and files of a text come by the same secret."""
    return _FILE.sub(rf"\g<1>{href(f'/voorstel/{token}/bestanden/')}\g<2>", html)


def _live(text: Text) -> Revision | None:
    return live_revision(db(), text) if isinstance(text, Proposal) else find_public(db(), text.guide.slug)


def _closed(opened: Opened | None) -> BaseResponse:
    """Say in the same words for every reason that a link does not work; what is public meanwhile is led to."""
    guide = opened.guide if opened else None
    if opened and guide and not opened.preview.ended_at and _is_read_by_all(opened.text):
        return private(redirect(href(f"/kennisbank/{guide.slug}")))
    return private(render("kb/proposals/preview_closed.html", status=410 if opened else 404))


def _is_read_by_all(text: Text) -> bool:
    went = text.merged_number is not None if isinstance(text, Proposal) else text.published_at is not None
    return went and text.guide is not None and find_public(db(), text.guide.slug) is not None


def private(response: R) -> R:
    """Let the secret in the address go to no other page, and keep the page out of every cache and index."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/voorstellen/<key>/links")
@signed_in
def of_proposal(key: str) -> Response:
    """The links to a proposal: for its author, and for editors once it was handed in."""
    return _page(_proposal(key))


@blueprint.post("/voorstellen/<key>/links")
@signed_in
@limited("invitation")
def change_of_proposal(key: str) -> BaseResponse:
    """Make a link to a proposal, or end one."""
    return _change(_proposal(key))


@blueprint.get("/redactie/gidsen/<slug>/versies/<int:number>/links")
@signed_in
def of_revision(slug: str, number: int) -> Response:
    """The links to a version that is not public."""
    return _page(_revision(slug, number))


@blueprint.post("/redactie/gidsen/<slug>/versies/<int:number>/links")
@signed_in
@limited("invitation")
def change_of_revision(slug: str, number: int) -> BaseResponse:
    """Make a link to a version that is not public, or end one."""
    return _change(_revision(slug, number))


def _proposal(key: str) -> Proposal:
    found = find_proposal(db(), key) or abort(404)
    authorise(may_read_proposal(current_user, found), hidden=True)
    return found


def _revision(slug: str, number: int) -> Revision:
    authorise(may_share_revision(current_user))
    guide = find_guide(db(), slug) or abort(404)
    return revision_with(db(), guide, number) or abort(404)


def _actor(text: Text) -> Actor:
    return actor_of(text.authority_code if isinstance(text, Proposal) else None)


def _change(text: Text) -> BaseResponse:
    if "beeindigen" in request.form:
        number = request.form.get("beeindigen", 0, stored_number)
        previews.end(db(), previews.link_of(db(), text, number) or abort(404), text, actor=_actor(text))
        flash(_("De link werkt niet meer."), "success")
    elif not previews.may_be_shown(db(), text):
        abort(409)
    else:
        made = previews.make(db(), text, actor=_actor(text))
        # The database keeps a hash: the secret itself waits in the browser of who asked for it, for one page.
        browser[_FRESH] = [made.preview.id, made.token]
    db().commit()
    return redirect(request.path, 303)


def _page(text: Text) -> Response:
    links = previews.open_links(db(), text)
    number, token = browser.get(_FRESH, (0, ""))
    fresh = site_link(f"/voorstel/{token}") if number in {link.preview.id for link in links} else ""
    if fresh:
        browser.pop(_FRESH)
    is_proposal = isinstance(text, Proposal)
    context: dict[str, Any] = {
        "links": links,
        "fresh": fresh,
        "fresh_id": number,
        "leads_on": _is_read_by_all(text),
        "title": title_of(db(), text) if isinstance(text, Proposal) else text.title,
        "may_make": previews.may_be_shown(db(), text),
        "days": previews.VALID_FOR.days,
        "back": _way_back(text),
        "is_proposal": is_proposal,
    }
    return private(no_store(render("kb/proposals/links.html", **context)))


def _way_back(text: Text) -> str:
    if isinstance(text, Revision):
        return url_for("guide_desk.version", slug=text.guide.slug, number=text.number)
    own = text.author_id == current_user.id
    return href(f"/mijn/voorstellen/{text.key}" if own else f"/redactie/voorstellen/{text.key}")
