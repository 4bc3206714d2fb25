"""/redactie/zorg: which guides ask for care, and for each what it is."""

from typing import Any, Final, cast

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from common.clock import today
from common.snapshots import SnapshotCache
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from kb.care.links import Trouble, last_checked, orphans
from kb.care.looking import Line, lines, look_at
from kb.care.words import words_of
from kb.guides.reading import find_public
from kb.permissions import may_write_guide

blueprint = Blueprint("care", __name__, url_prefix="/redactie")
PAGE: Final = 50
KINDS: Final = ("links", "nakijken", "plaatjes", "los")


@blueprint.get("/zorg")
@signed_in
def index() -> Response:
    """The guides that ask for care, the heaviest first; ?wat= for one kind of trouble."""
    authorise(may_write_guide(current_user))
    found = _lines()
    asked = request.args.get("wat", "")
    kind = asked if asked in KINDS else ""
    shown = [line for line in found if _is(line, kind)]
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(1, request.args.get("pagina", 1, int)), pages)

    def address(number: int) -> str:
        return url_for("care.index", wat=kind or None, pagina=number if number > 1 else None)

    context: dict[str, Any] = {
        "lines": shown[(page - 1) * PAGE : page * PAGE],
        "counts": {name: sum(_is(line, name) for line in found) for name in ("", *KINDS)},
        "last_checked": last_checked(db()),
    }
    return no_store(render("kb/care/index.html", **context, kind=kind, page=page, pages=pages, address=address))


@blueprint.get("/gidsen/<slug>/zorg")
@signed_in
def guide(slug: str) -> Response:
    """One guide: its links, pictures, reading level, what leads to it, and when it must be looked over."""
    authorise(may_write_guide(current_user))
    revision = find_public(db(), slug) or abort(404, _("Zorg is er voor gidsen die op de site staan."))
    care = look_at(db(), revision.guide, revision, today())
    return no_store(render("kb/care/guide.html", slug=slug, care=care, said=_said))


def _lines() -> list[Line]:
    """Looking at all guides takes seconds at ten thousand: it is done once for each change, check of links and day."""
    session, day = db(), today()
    snapshots = cast(SnapshotCache, current_app.extensions["snapshots"])
    key = ("care", day, last_checked(session))
    return snapshots.get(session, key, lambda: lines(session, orphans(session), day))


def _said(one: Trouble) -> str:
    sentence, values = words_of(one.reason, one.check.status if one.check else None)
    return str(_(sentence) % values)


def _is(line: Line, kind: str) -> bool:
    return {
        "": True,
        "links": bool(line.broken or line.moved),
        "nakijken": line.is_overdue,
        "plaatjes": bool(line.without_words),
        "los": line.is_orphan,
    }[kind]
