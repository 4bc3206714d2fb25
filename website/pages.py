"""Home, the statement pages, and the addresses that machines ask for."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, url_for
from flask_login import current_user
from sqlalchemy import func, select, text
from werkzeug.wrappers import Response as BaseResponse

from accounts.people import authority_codes, is_staff
from common.clock import now
from common.vocabulary import CONTENT, vocabulary
from common.web.access import public, signed_in
from common.web.as_of import as_of_pairs, asked_as_of
from common.web.database import db
from common.web.languages import page_language
from common.web.rendering import asset, render
from kb.guides.models import Revision
from kb.guides.reading import is_public
from kb.guides.views import shelf_cards
from registry.agreements.models import Agreement
from registry.agreements.reading import all_agreements, current_version, in_force_among
from registry.authorities.models import Authority
from registry.buyer_groups.models import BuyerGroup
from registry.editions.models import Edition, Indicator
from registry.insight.figures import key_figures
from website.retention import RULES
from website.statements import Statement, read_statement

blueprint = Blueprint("website", __name__)

SECURITY_TXT_VALID_FOR = timedelta(days=180)


@blueprint.get("/")
@public
def home() -> Response:
    """What this is, the key figures with their date, one search box, and the way to both halves."""
    session, at = db(), asked_as_of()
    agreements = all_agreements(session, at.moment)
    # What is invented stands only where it is marked: these figures are of a real agreement, or there are none.
    agreement = in_force_among([one for one in agreements if not one.is_example], at)
    return render(
        "website/home.html",
        agreement=agreement,
        version=current_version(agreement, at.moment) if agreement else None,
        figures=key_figures(session, agreement, at) if agreement else [],
        # The knowledge base is not read by time: a figure of now does not belong between those of another day.
        guides=None if as_of_pairs() else session.scalar(select(func.count(Revision.id)).where(is_public())),
        example=next((other for other in agreements if other.is_example), None),
        day=at.day,
    )


@blueprint.get("/over", defaults={"name": "over"})
@blueprint.get("/privacy", defaults={"name": "privacy"})
@blueprint.get("/toegankelijkheid", defaults={"name": "toegankelijkheid"})
@public
def statement(name: str) -> Response:
    """A statement page from content/pages/."""
    return render("website/statement.html", page=_statement(name), retention=RULES if name == "privacy" else ())


@blueprint.get("/licenties")
@public
def licences() -> Response:
    """The licence of this project, of its data, and of every package whose code or font is served."""
    return render("website/licences.html", page=_statement("licenties"), packages=_packages())


def _statement(name: str) -> Statement:
    return read_statement(CONTENT / "pages", name, page_language()) or abort(404)


def _packages() -> list[dict[str, Any]]:
    path = Path(str(current_app.static_folder)) / "licences.json"
    return list(json.loads(path.read_text())) if path.exists() else []


@blueprint.get("/welkom")
@signed_in
def after_sign_in() -> BaseResponse:
    """Send a person to where his work is, after signing in."""
    if authority_codes(current_user):
        return redirect(url_for("mine.index"), 303)
    return redirect(url_for("staff.desk" if is_staff(current_user) else "mine.index"), 303)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process runs and its database answers."""
    db().execute(text("SELECT 1"))
    return _plain("ok\n", "no-store")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """What crawlers may read: everything that is public."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/mijn", "/redactie", "/inloggen", "/en/mijn", "/en/redactie"))
    return _plain(f"User-agent: *\n{closed}Sitemap: {_site_url()}/sitemap.xml\n")


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116); the date moves along, so that it never expires unseen."""
    expires = (now() + SECURITY_TXT_VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    contact = _contact() or f"{_site_url()}/over"
    return _plain(
        f"Contact: {contact}\nExpires: {expires.isoformat()}\nPreferred-Languages: nl, en\n"
        f"Canonical: {_site_url()}/.well-known/security.txt\n"
    )


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """All public pages, in both languages."""
    session = db()
    paths = ["/", "/deelnemers", "/afspraken", "/buyer-groups", "/kennisbank", "/themas", "/over", "/privacy"]
    paths += ["/ambities", "/wijzigingen", "/integriteit", "/controleer", "/toegankelijkheid", "/licenties"]
    paths += ["/indicatoren", *(f"/indicatoren/{code}" for code in session.scalars(select(Indicator.code)))]
    paths += [f"/themas/{code}" for code in vocabulary().themes]
    forms = select(Agreement.slug, Edition.year).join(Edition.agreement).where(~Agreement.is_example)
    paths += [f"/vragenlijsten/{slug}/{year}" for slug, year in session.execute(forms)]
    paths += [f"/afspraken/{slug}" for slug in session.scalars(select(Agreement.slug).where(~Agreement.is_example))]
    groups = session.scalars(select(BuyerGroup.slug).where(~BuyerGroup.is_example))
    paths += [f"/buyer-groups/{slug}" for slug in groups]
    paths += [f"/deelnemers/{slug}" for slug in session.scalars(select(Authority.slug).where(~Authority.is_example))]
    # A guide stands there once for each language in which it is written, beside its translation.
    guides = sorted(shelf_cards(session).all, key=lambda card: card.slug)
    response = make_response(render("website/sitemap.xml", paths=paths, guides=guides, site_url=_site_url()))
    response.mimetype = "application/xml"
    return response


@blueprint.get("/favicon.ico")
@public
def favicon() -> BaseResponse:
    """Send browsers that ask for the old name to the icon."""
    return redirect(asset("favicon.svg"), 301)


def _site_url() -> str:
    return str(current_app.extensions["settings"].site_url)


def _contact() -> str:
    """Return the address to reach whoever runs the site, as a link; empty where none is set."""
    contact = str(current_app.extensions["settings"].contact)
    return f"mailto:{contact}" if "@" in contact and ":" not in contact else contact


@blueprint.app_context_processor
def contact_link() -> dict[str, str]:
    """Let the footer show where to write to."""
    return {"contact_link": _contact()}


def _plain(body: str, cache: str = "public, max-age=3600") -> Response:
    response = make_response(body)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = cache
    return response
