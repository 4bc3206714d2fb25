"""Takes in the files that the texts of a folder name and the site does not have, each with its guide."""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from common.files import attaching
from common.files.accepting import Accepted, accept
from common.files.rejecting import LARGEST, SENTENCES, Rejected
from common.files.storage import Storage
from common.ledger import Actor
from kb.exchange.pictures import FOLDER, Pictures, pictures_of
from kb.guides.files import LONGEST_ALT, name_for_text, subject_of
from kb.guides.front_matter import GuideFile


@dataclass(frozen=True)
class Incoming:
    """A file that a text names and the site does not have: where it stands in the folder, and what it is."""

    place: Path
    guide: GuideFile
    accepted: Accepted


def look_at_files(
    folder: Path, files: Mapping[str, GuideFile], known: Pictures, storage: Storage | None
) -> tuple[list[Incoming], list[str]]:
    """Return the files to take in, each once, and what is wrong with others. Asks no database: pictures take long.

    Without `storage` no content is kept: for a look that is rolled back.
    """
    found: dict[tuple[str, str], Incoming] = {}
    troubles = []
    for guide in files.values():
        for content, name in known.missing(guide.fields.body):
            place = folder / FOLDER / content / name
            if (content, name) in found or not place.is_file() or not place.resolve().is_relative_to(folder.resolve()):
                continue  # without its file the guide is taken in all the same, and its row says so
            try:
                found[content, name] = Incoming(place, guide, _accepted(place, storage))
            except Rejected as refusal:
                troubles.append(f"{FOLDER}/{content}/{name}: {SENTENCES[refusal.reason]}")
    return list(found.values()), troubles


def _accepted(place: Path, storage: Storage | None) -> Accepted:
    """Return what a file is, its content kept and let go: a folder can hold more than fits in memory."""
    content = place.read_bytes() if place.stat().st_size <= LARGEST else b""
    accepted = accept(io.BytesIO(content))
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256.startswith(place.parent.name):
        # It came from a site like this one, which made the picture anew: made anew once more it would be another file.
        accepted = replace(accepted, content=io.BytesIO(content), sha256=sha256, size=len(content))
    if storage is not None:
        storage.keep(accepted.content, accepted.sha256)
    return replace(accepted, content=io.BytesIO())


def take_files(session: Session, incoming: Iterable[Incoming], *, actor: Actor) -> Pictures:
    """Put each file with its guide; return the files of the site with these."""
    pictures = pictures_of(session)
    for one in incoming:
        place, accepted = one.place, one.accepted
        if (place.parent.name, place.name) in pictures.by_content:
            continue
        words = _words(one.guide.fields.body, place) if accepted.is_picture else None
        name = name_for_text(place.name, accepted) if not _has_size(place.name, accepted) else place.name
        made = attaching.attach(session, subject_of(one.guide.slug), accepted, name, words, actor=actor)
        pictures.add([made])
        pictures.by_content[place.parent.name, place.name] = made
    return pictures


def _has_size(name: str, accepted: Accepted) -> bool:
    return not accepted.is_picture or bool(re.search(rf"-{accepted.width}x{accepted.height}\.[a-z]+$", name))


def _words(body: str, place: Path) -> str:
    """Return the alternative text of a picture, which a text has where it shows it."""
    shown = re.search(rf"!\[([^\]]*)\]\({FOLDER}/{place.parent.name}/{re.escape(place.name)}", body)
    return shown[1][:LONGEST_ALT] if shown else ""
