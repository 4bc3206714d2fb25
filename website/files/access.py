"""Who may read a file: each kind of subject has one rule here, and a file of no known kind is read by nobody."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from common.files.models import Attachment
from kb.guides.files import used_by
from kb.permissions import may_read_guide_file
from registry.permissions import may_read_document


def is_open_to_all(session: Session, attachment: Attachment) -> bool:
    """Say whether everybody may read the file now: one of a guide, which a text on the site uses."""
    return attachment.subject.startswith("guide:") and bool(used_by(session, [attachment.id])[attachment.id])


def _guide(user: Any, _key: str, is_public: bool) -> bool:
    return may_read_guide_file(user, is_public)


def _authority(user: Any, key: str, _is_public: bool) -> bool:
    return may_read_document(user, key)


_RULES: dict[str, Callable[[Any, str, bool], bool]] = {"guide": _guide, "authority": _authority}


def may_read_file(user: Any, attachment: Attachment, is_public: bool) -> bool:
    """Ask the rule of the file's subject; a removed file is read by nobody."""
    noun, _colon, key = attachment.subject.partition(":")
    rule = _RULES.get(noun)
    return attachment.removed_at is None and rule is not None and rule(user, key, is_public)
