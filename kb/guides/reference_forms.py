"""Understands the [[names]] of a text that was sent by a form: who knows them is told by whoever composes the site."""

from collections.abc import Callable, Mapping, Sequence

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.guides.references import Reference, Understood, named_in, with_links

Finder = Callable[[Session, Sequence[str]], Mapping[str, Reference]]
LONGEST_SHOWN = 40
"""Characters of a line that are shown of a reference without an end."""
_PLACE = "finder_of_references"


def use_references(app: Flask, find: Finder) -> None:
    """Let `find` tell what the names of a text are; its keys are folded names (`kb.guides.references.folded`)."""
    app.extensions[_PLACE] = find


def understood(session: Session, body: str) -> Understood:
    """Return the text with a link for each [[name]] that is known. No query when it holds none."""
    names = named_in(body)
    find: Finder | None = current_app.extensions.get(_PLACE)
    return with_links(body, find(session, names) if find and names else {})


def no_links(found: Understood) -> str:
    """Say which names nothing on this site has, and which brackets were not closed; "" where all became links."""
    names = ", ".join(f"[[{name}]]" for name in found.unknown[:5])
    open_ended = ", ".join(f"“[[{_shortened(rest)}”" for rest in found.unclosed[:5])
    said = [
        _("Wij kennen geen gids, overheid of productgroep die zo heet: %(names)s.", names=names) if names else "",
        _("Sluit de verwijzing af met ]] op dezelfde regel: %(places)s.", places=open_ended) if open_ended else "",
    ]
    return " ".join(str(one) for one in said if one)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rstrip()}…"
