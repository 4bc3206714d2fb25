"""Takes in the files that the texts of a folder name and the site does not have, each with its guide."""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import replace
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


def take_files(
    session: Session, folder: Path, files: Mapping[str, GuideFile], storage: Storage | None, *, actor: Actor
) -> tuple[Pictures, list[str]]:
    """Return the files of the site with those that came in, and what is wrong with others.

    Without `storage` no content is kept: for a look that is rolled back.
    """
    pictures, troubles = pictures_of(session), []
    for guide in files.values():
        for content, name in pictures.missing(guide.fields.body):
            place = folder / FOLDER / content / name
            if not place.is_file() or not place.resolve().is_relative_to(folder.resolve()):
                continue  # the guide is taken in all the same, and its row says so
            trouble = _take(session, place, guide, pictures, storage, actor)
            if trouble:
                troubles.append(f"{FOLDER}/{content}/{name}: {trouble}")
    return pictures, troubles


def _take(
    session: Session, place: Path, guide: GuideFile, pictures: Pictures, storage: Storage | None, actor: Actor
) -> str:
    content = place.read_bytes() if place.stat().st_size <= LARGEST else b""
    try:
        accepted = accept(io.BytesIO(content))
    except Rejected as refusal:
        return str(SENTENCES[refusal.reason])
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256.startswith(place.parent.name):
        # It came from a site like this one, which made the picture anew: made anew once more it would be another file.
        accepted = replace(accepted, content=io.BytesIO(content), sha256=sha256, size=len(content))
    if storage is not None:
        storage.keep(accepted.content, accepted.sha256)
    words = _words(guide.fields.body, place) if accepted.is_picture else None
    name = name_for_text(place.name, accepted) if not _has_size(place.name, accepted) else place.name
    made = attaching.attach(session, subject_of(guide.slug), accepted, name, words, actor=actor)
    pictures.add([made])
    pictures.by_content[place.parent.name, place.name] = made
    return ""


def _has_size(name: str, accepted: Accepted) -> bool:
    return not accepted.is_picture or bool(re.search(rf"-{accepted.width}x{accepted.height}\.[a-z]+$", name))


def _words(body: str, place: Path) -> str:
    """Return the alternative text of a picture, which a text has where it shows it."""
    shown = re.search(rf"!\[([^\]]*)\]\({FOLDER}/{place.parent.name}/{re.escape(place.name)}", body)
    return shown[1][:LONGEST_ALT] if shown else ""
