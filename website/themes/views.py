"""/themas: the integral approach, a theme seen whole; and what changed in the knowledge base, as feeds."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from common.vocabulary import Term, product_group_names, vocabulary
from common.web.access import public
from common.web.as_of import as_of_pairs, asked_as_of, only_now, snapshots_of
from common.web.database import db
from common.web.languages import page_language
from common.web.rendering import render
from kb.guides.views import shelf_cards
from website.themes.feed import entries
from website.themes.reading import read_theme, theme_doors

blueprint = Blueprint("themes", __name__)


@blueprint.get("/themas")
@public
@only_now
def index() -> Response:
    """All themes, each with what it is about and how many guides are on it."""
    return render(
        "website/themes/index.html", doors=theme_doors(shelf_cards(db()), page_language()), themes=vocabulary().themes
    )


@blueprint.get("/themas/<code>")
@public
def detail(code: str) -> Response:
    """One theme: guides, obligations, ambitions, figures, practice and buyer groups together."""
    theme = vocabulary().themes.get(code) or abort(404)
    session, at, language = db(), asked_as_of(), page_language()
    agreement = request.args.get("afspraak", "")
    cards = None if as_of_pairs() else shelf_cards(session).of_theme(code, language)
    key = ("theme", code, agreement, at, cards is None or language)
    page = snapshots_of(at).get(session, key, lambda: read_theme(session, code, agreement, at, cards)) or abort(404)
    return render(
        "website/themes/detail.html",
        theme=theme,
        page=page,
        register=page.register,
        knowledge=page.knowledge,
        names=product_group_names(),
        feed=url_for(".theme_feed", code=code),
        is_example=bool(page.register and page.register.agreement.is_example),
    )


@blueprint.get("/kennisbank/atom.xml")
@public
@only_now
def feed() -> BaseResponse:
    """What is new in the whole knowledge base (RFC 4287)."""
    return _feed(None)


@blueprint.get("/themas/<code>/atom.xml")
@public
@only_now
def theme_feed(code: str) -> BaseResponse:
    """What is new on one theme (RFC 4287)."""
    return _feed(vocabulary().themes.get(code) or abort(404))


def _feed(theme: Term | None) -> BaseResponse:
    site = str(current_app.config["SITE_URL"]).rstrip("/")
    response = render(
        "website/themes/feed.xml",
        theme=theme,
        themes=vocabulary().themes,
        entries=entries(db(), theme.code if theme else ""),
        site=site,
        host=urlsplit(site).hostname,
        own=request.script_root + request.path,
        page=url_for(".detail", code=theme.code) if theme else url_for("guides.index"),
    )
    response.content_type = "application/atom+xml; charset=utf-8"
    response.add_etag()
    return response.make_conditional(request)
