"""The form of a guide as a browser sends it. Plain functions."""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.guides.models import Revision
from kb.guides.writing import find_guide
from tests.sites import csrf_token

EDIT = "/redactie/gidsen/thema-klimaat"
FIELDS = {
    "titel": "Proefgids",
    "adres": "proefgids",
    "samenvatting": "Een proef.",
    "tekst": "## Zeldzaamwoord\n\nTekst over kwispelstaarten.",
    "soort": "guide",
    "niveau": "starter",
    "taal": "nl",
    "beheer": "redacteur",
    "themas": ["klimaat", "keten"],
    "bronnen": "Een bron | https://voorbeeld.example/bron",
    "versie": "0",
}


def token(client: FlaskClient) -> str:
    return csrf_token(client, EDIT)


def filled(client: FlaskClient, path: str = EDIT) -> dict[str, str | list[str]]:
    """Return what a browser would send from the form at `path`."""
    page = client.get(path).text
    form = page[page.index('id="gids-') :]
    values: dict[str, str | list[str]] = {"csrf_token": csrf_token(client, path)}
    for name, value in re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', form):
        if name in {"versie", "_pagina", "_opsteller", "tab", "uit"}:
            values[name] = unescape(value)
    for tag in re.findall(r"<input[^>]*>", form):
        found = re.search(r'name="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not found or not value:
            continue
        if 'type="text"' in tag or 'type="date"' in tag:
            values[found.group(1)] = unescape(value.group(1))
        elif 'type="checkbox"' in tag and " checked" in tag:
            chosen = values.setdefault(found.group(1), [])
            assert isinstance(chosen, list)
            chosen.append(value.group(1))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.S):
        values[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen_option = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen_option.group(1) if chosen_option else ""
    return values


def revisions(session: Session, slug: str) -> list[Revision]:
    guide = find_guide(session, slug)
    assert guide is not None
    query = select(Revision).where(Revision.guide_id == guide.id).order_by(Revision.number)
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    session.commit()  # or the requests of the test would wait for this session's lock
    return found
