"""Keeps what was typed when a session had ended, and gives it back on the form after signing in.

A form that wants this carries two hidden fields: `_pagina`, the path of the page it stands on, and
`_opsteller`, the person who opened it there, signed by the site. So a stranger can store nothing, and
nobody can store anything for a page that he never opened.
"""

import re

from flask import current_app, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from common import unsaved
from common.web.database import db, write_from_here

_OWN_FIELDS = {"csrf_token", "_pagina", "_opsteller"}
# What a field with such a name holds is never kept: it is a secret, and is typed again.
_SECRET = re.compile(r"password|wachtwoord", re.IGNORECASE)


SECONDS_OPEN = 24 * 60 * 60
"""How long after it was opened a form may be kept."""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="opsteller")


def keeper_fields(path: str) -> Markup:
    """Return the hidden fields that let the form at `path` survive the end of a session."""
    author = _serializer().dumps([current_user.id, path])
    return Markup(
        '<input type="hidden" name="_pagina" value="{}"><input type="hidden" name="_opsteller" value="{}">'
    ).format(path, author)


def keep_what_was_typed() -> bool:
    """Keep the present POST for the person who opened the form less than a day ago; else False.

    For who was erased or may not come in any more nothing is kept: nobody would read it, and it would be about him.
    """
    if request.method != "POST":
        return False
    try:
        user_id, page = _serializer().loads(request.form.get("_opsteller", ""), max_age=SECONDS_OPEN)
    except (BadSignature, ValueError, TypeError):
        return False
    if page != request.form.get("_pagina") or not _may_come_in(user_id):
        return False
    write_from_here()  # also where the request would only read, such as a preview
    session = db()
    typed = request.form.lists()
    fields = {name: values for name, values in typed if name not in _OWN_FIELDS and not _SECRET.search(name)}
    kept = unsaved.keep(session, user_id, page, fields)
    session.commit()
    return kept


def typed_again() -> list[tuple[str, str]]:
    """Return the fields of this POST, for a form that sends them once more; none where a secret is among them."""
    try:
        fields = list(request.form.items(multi=True)) if request.method == "POST" else []
    except RequestEntityTooLarge:  # a view that refused before it read what was sent
        return []
    return [] if any(_SECRET.search(name) for name, _value in fields) else fields


def _may_come_in(user_id: int) -> bool:
    """Say whether the account is there and active, by the sign-in, which stands on a floor above this one."""
    user = current_app.extensions["security"].datastore.find_user(id=user_id)
    return bool(user and user.is_active)


def kept_fields(path: str) -> MultiDict[str, str] | None:
    """Return what the signed-in person typed for `path` and could not save, or None."""
    found = unsaved.find(db(), current_user.id, path)
    if found is None:
        return None
    return MultiDict((name, value) for name, values in found.fields.items() for value in values)
