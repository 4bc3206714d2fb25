"""Who may read a file: each kind of subject has one rule here, and a file of no known kind is read by nobody."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.models import Attachment
from kb.guides.files import used_by
from kb.permissions import may_read_guide_file, may_read_proposal
from kb.proposals.models import Proposal
from registry.agreements.documents import shown_by_agreement
from registry.buyer_groups.documents import used_by_group
from registry.certificates.reading import is_shown_document
from registry.permissions import (
    may_manage_authorities,
    may_read_document,
    may_read_evidence,
    may_run_buyer_groups,
    may_see_agreement_drafts,
    may_see_certificates,
    may_see_note_template,
    may_see_own_authority,
)
from registry.plans.reading import named_by_public_plan
from registry.reports.answer_files import NOUN as ANSWER
from registry.reports.answer_files import shown_by_report, was_handed_in


def is_open_to_all(session: Session, attachment: Attachment) -> bool:
    """Say whether everybody may read it now: a guide, agreement, plan, group or report shows it."""
    noun = attachment.subject.partition(":")[0]
    if noun in _SHOWN:
        return _SHOWN[noun](session, attachment.id)
    return noun in ("guide", "proposal") and bool(used_by(session, [attachment.id])[attachment.id])


def _guide(user: Any, _key: str, is_public: bool) -> bool:
    return may_read_guide_file(user, is_public)


def _proposal(user: Any, _key: str, is_public: bool) -> bool:
    """What a guide on the site took over; else who may read the proposal: `may_read_file` asks its row."""
    return is_public or bool(user.is_authenticated)


def _authority(user: Any, key: str, is_public: bool) -> bool:
    return is_public or may_read_document(user, key)


def _certificate(user: Any, key: str, is_public: bool) -> bool:
    return is_public or may_see_certificates(user, key.partition("/")[0])


def _buyer_group(user: Any, _key: str, is_public: bool) -> bool:
    return is_public or may_run_buyer_groups(user)


def _agreement(user: Any, _key: str, is_public: bool) -> bool:
    return is_public or may_see_agreement_drafts(user)


def _evidence(user: Any, key: str, _is_public: bool) -> bool:
    return may_read_evidence(user, key)


def _note_template(user: Any, _key: str, _is_public: bool) -> bool:
    return may_see_note_template(user)


def _answer(user: Any, key: str, is_public: bool) -> bool:
    """Its own people; staff see of a report what was handed in: `may_read_file` looks at that."""
    return is_public or may_read_document(user, key.partition("/")[0])


def _paper(user: Any, key: str, _is_public: bool) -> bool:
    return may_read_document(user, key.partition("/")[0])


def _import(user: Any, _key: str, _is_public: bool) -> bool:
    return may_manage_authorities(user)


_SHOWN: dict[str, Callable[[Session, int], bool]] = {
    "authority": named_by_public_plan,
    "certificate": is_shown_document,
    "buyer_group": used_by_group,
    "agreement": shown_by_agreement,
    ANSWER: shown_by_report,
}
_RULES: dict[str, Callable[[Any, str, bool], bool]] = {
    "guide": _guide,
    "proposal": _proposal,
    "authority": _authority,
    "evidence": _evidence,
    "certificate": _certificate,
    "buyer_group": _buyer_group,
    "agreement": _agreement,
    "import": _import,
    "paper": _paper,
    ANSWER: _answer,
    "note_template": _note_template,
}


def may_read_file(session: Session, user: Any, attachment: Attachment, is_public: bool) -> bool:
    """Ask the rule of the file's subject; a removed file is read by nobody."""
    noun, _colon, key = attachment.subject.partition(":")
    rule = _RULES.get(noun)
    if attachment.removed_at is not None or rule is None:
        return False
    if noun == "guide" and user.is_authenticated and user.id == attachment.added_by_id:
        return True  # what a guide took over from his proposal he goes on reading there
    if not rule(user, key, is_public):
        return False
    if noun == "proposal" and not is_public:
        return _reads_proposal(session, user, key)
    own = noun != ANSWER or is_public or may_see_own_authority(user, key.partition("/")[0])
    return own or was_handed_in(session, attachment)


def _reads_proposal(session: Session, user: Any, key: str) -> bool:
    """Its author and whoever decides. None of a proposal that is gone."""
    found = session.scalars(select(Proposal).where(Proposal.key == key)).one_or_none()
    return found is not None and may_read_proposal(user, found)
