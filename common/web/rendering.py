"""Pages and fragments: one address, one view, one template."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response
from htmx_flask import request

from common.typed import is_web_address
from common.vocabulary import vocabulary
from common.web.languages import (
    format_day,
    format_moment,
    format_number,
    href,
    in_dutch,
    other_language_url,
    page_language,
    text_in_language,
)

NOT_TAKEN = (409, 422)
"""What answers a form that was not taken as a whole. Such a page says so: the browser puts nothing over its text."""


def render(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render a page, or only its block `fragment` when htmx asks for the element with that id.

    Boosted and history-restore requests get the whole page. Both answers vary by the htmx headers,
    or a browser would show a bare fragment after "back".
    """
    found = current_app.jinja_env.get_or_select_template(template)
    current_app.update_template_context(context)
    context["not_taken"] = status in NOT_TAKEN
    if fragment and wants_fragment(fragment):
        body = "".join(found.blocks[fragment](found.new_context(context)))
    else:
        body = found.render(context)
    response = make_response(body, status)
    response.headers["Vary"] = "HX-Request, HX-Target"
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def address_header(field: str) -> str:
    """Return the header that tells htmx the address of a list: a choice is a step in the history, each letter is not.

    `field` is the id of the field in which letters are typed.
    """
    return "HX-Replace-Url" if request.headers.get("HX-Trigger") == field else "HX-Push-Url"


def wants_fragment(fragment: str) -> bool:
    """Say whether the present request asks for just the element with the id `fragment`."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request and htmx.target == fragment


@cache
def _manifest(folder: str) -> dict[str, str]:
    path = Path(folder) / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def asset(name: str) -> str:
    """Return the address of a built file; its name carries a hash of its content."""
    return "/static/" + _manifest(str(current_app.static_folder)).get(name, name)


def init_rendering(app: Flask) -> None:
    """Give templates what base.html and the components use."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        text=text_in_language, datum=format_day, moment=format_moment, getal=format_number, dutch=in_dutch
    )
    environment.tests.update(web_address=lambda text: isinstance(text, str) and is_web_address(text))
    environment.globals.update(asset=asset, href=href, page_language=page_language, vocabulary=vocabulary)

    @app.context_processor
    def page_values() -> dict[str, Any]:
        return {
            "page_language": page_language(),
            "other_language_url": other_language_url(),
            "current_path": request.script_root + request.path,
        }
