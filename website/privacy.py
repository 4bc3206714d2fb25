"""What is held about a person over all floors: one list of sections, for the page, the download and a test."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts import privacy
from accounts.models import User
from accounts.privacy import moment
from common.clock import now
from common.files.models import Attachment
from common.vocabulary import Text
from kb.discussion.handing_out import commented_by
from kb.guides.handing_out import worked_on_guides
from kb.proposals.handing_out import proposed_by
from kb.search.handing_out import words_by
from registry.agreements.models import AgreementDraft
from registry.editions.models import EditionDraft
from registry.mergers.handing_out import chosen_by
from registry.notes.models import NoteTemplate
from registry.plans.handing_out import saved_by
from registry.reminders.handing_out import reminded_of
from registry.reports.handing_out import worked_on
from registry.reports.sheets.uploads import kept_by
from registry.reports.together import handing_out as together
from registry.reviews.handing_out import reviewed_by
from registry.signatures.erasing import held_about


@dataclass(frozen=True)
class Section:
    """One part of what is held: its name in the file, what it is, which tables it covers, and how it is gathered."""

    key: str
    title: Text
    tables: tuple[str, ...]
    gather: Callable[[Session, User], Any]


def _agreement_drafts(session: Session, user: User) -> list[dict[str, Any]]:
    own = or_(AgreementDraft.started_by_id == user.id, AgreementDraft.updated_by_id == user.id)
    rows = session.scalars(select(AgreementDraft).where(own).order_by(AgreementDraft.id))
    return [
        {
            "agreement": one.slug,
            "part": "began it" if one.started_by_id == user.id else "saved it last",
            "saved_at": moment(one.updated_at) if one.updated_by_id == user.id else None,
        }
        for one in rows
    ]


def _edition_drafts(session: Session, user: User) -> list[dict[str, Any]]:
    own = or_(EditionDraft.started_by_id == user.id, EditionDraft.updated_by_id == user.id)
    rows = session.scalars(select(EditionDraft).where(own).order_by(EditionDraft.id))
    return [
        {
            "agreement": one.agreement.slug,
            "year": one.year,
            "part": "began it" if one.started_by_id == user.id else "saved it last",
            "saved_at": moment(one.updated_at) if one.updated_by_id == user.id else None,
        }
        for one in rows
    ]


def _files(session: Session, user: User) -> list[dict[str, Any]]:
    rows = session.scalars(select(Attachment).where(Attachment.added_by_id == user.id).order_by(Attachment.id))
    chosen = session.scalars(select(NoteTemplate).where(NoteTemplate.chosen_by_id == user.id).order_by(NoteTemplate.id))
    return [
        {"with": one.subject, "name": one.name, "added_at": moment(one.added_at), "removed_at": moment(one.removed_at)}
        for one in rows
    ] + [{"with": "the template of the note", "added_at": moment(one.recorded_at)} for one in chosen]


SECTIONS: tuple[Section, ...] = (
    Section(
        "account",
        {
            "nl": "Uw account: naam, adres, taal, wanneer u inlogde",
            "en": "Your account: name, address, language, when you signed in",
        },
        ("user",),
        privacy.account,
    ),
    Section(
        "roles",
        {
            "nl": "Uw rollen bij organisaties en bij de redactie",
            "en": "Your roles at organisations and at the editors' desk",
        },
        ("membership", "user_role"),
        privacy.roles,
    ),
    Section(
        "ways_in",
        {"nl": "Passkeys en inloggen via uw organisatie", "en": "Passkeys and signing in through your organisation"},
        ("passkey", "external_identity"),
        privacy.ways_in,
    ),
    Section(
        "browsers",
        {"nl": "De browsers waarin u inlogde", "en": "The browsers in which you signed in"},
        ("browser_session",),
        privacy.browsers,
    ),
    Section(
        "events",
        {"nl": "Wat er gebeurde met de veiligheid van uw account", "en": "What happened to the safety of your account"},
        ("security_event",),
        privacy.events,
    ),
    Section(
        "invitations",
        {"nl": "Uitnodigingen die u kreeg en verstuurde", "en": "Invitations that you received and sent"},
        ("invitation",),
        privacy.invitations,
    ),
    Section(
        "mail",
        {"nl": "Berichten aan u, en welke u wilt krijgen", "en": "Messages to you, and which you want to get"},
        ("outbox_mail", "mail_choice"),
        privacy.mail,
    ),
    Section(
        "unsaved_input",
        {"nl": "Tekst die u typte en niet kon opslaan", "en": "Text that you typed and could not save"},
        ("unsaved_input",),
        privacy.unsaved_input,
    ),
    Section(
        "sheets",
        {
            "nl": "Ingelezen rekenbladen die u nog niet bewaarde",
            "en": "Spreadsheets that you read in and did not save yet",
        },
        ("sheet_upload",),
        kept_by,
    ),
    Section(
        "reports",
        {
            "nl": "Welke antwoorden u invulde en wat u indiende",
            "en": "Which answers you filled in and what you submitted",
        },
        ("answer", "approval", "submission", "report"),
        worked_on,
    ),
    Section(
        "together",
        {
            "nl": "Taken, berichten en links bij een rapportage, van u en aan u, en waar u het laatst bezig was",
            "en": "Tasks, messages and links with a report, from you and to you, and where you were last at work",
        },
        ("assignment", "comment", "answer_link", "link_answer", "presence"),
        together.held_about,
    ),
    Section(
        "reviews",
        {"nl": "Uw besluiten en vragen over rapportages", "en": "Your decisions and questions about reports"},
        ("decision", "remark", "evidence_mark"),
        reviewed_by,
    ),
    Section(
        "reminders",
        {
            "nl": "Herinneringen die u kreeg, en wat u als redactie aan een herinnering toevoegde",
            "en": "Reminders that you got, and what you added to a reminder as staff",
        },
        ("reminder_sent", "reminder_skip", "reminder_round"),
        reminded_of,
    ),
    Section(
        "signing",
        {
            "nl": "Ondertekeningen die u voorbereidde, zette, invoerde of bevestigde",
            "en": "Signatures that you prepared, gave, entered or confirmed",
        },
        ("signing", "signature_version", "signature_correction"),
        held_about,
    ),
    Section(
        "mergers",
        {
            "nl": "Herindelingen waarbij u koos wat er met alles gebeurt",
            "en": "Mergers at which you chose what becomes of everything",
        },
        ("merger_choice",),
        chosen_by,
    ),
    Section(
        "guides",
        {
            "nl": "Versies van gidsen die u schreef, en gidsen die u bijhoudt",
            "en": "Versions of guides that you wrote, and guides that you keep",
        },
        ("guide_revision", "guide"),
        worked_on_guides,
    ),
    Section(
        "proposals",
        {
            "nl": "Voorstellen voor de kennisbank: van u, en waarover u besliste; links die u maakte om mee te lezen",
            "en": "Proposals for the knowledge base: yours, those on which you decided, and secret links you made",
        },
        ("proposal", "proposal_message", "proposal_preview"),
        proposed_by,
    ),
    Section(
        "search_words",
        {"nl": "Woorden die u opgaf voor het zoeken", "en": "Words that you gave for searching"},
        ("search_synonym",),
        words_by,
    ),
    Section(
        "comments",
        {
            "nl": "Opmerkingen bij gidsen die u schreef of afhandelde",
            "en": "Comments on guides that you wrote or dealt with",
        },
        ("guide_comment",),
        commented_by,
    ),
    Section(
        "agreement_drafts",
        {
            "nl": "Concepten van afspraken die u begon of bewaarde",
            "en": "Drafts of agreements that you began or saved",
        },
        ("agreement_draft",),
        _agreement_drafts,
    ),
    Section(
        "edition_drafts",
        {"nl": "Concepten van vragenlijsten die u begon of bewaarde", "en": "Drafts of forms that you began or saved"},
        ("edition_draft",),
        _edition_drafts,
    ),
    Section(
        "plan_drafts",
        {
            "nl": "Concepten van actieplannen die u als laatste bewaarde",
            "en": "Drafts of action plans you saved last",
        },
        ("plan_draft",),
        saved_by,
    ),
    Section(
        "files",
        {"nl": "Bestanden die u toevoegde", "en": "Files that you added"},
        ("attachment", "note_template"),
        _files,
    ),
)

NOT_A_PERSON: dict[str, str] = {
    "outbox_attachment": "the name of a file that goes along with a mail, and goes when the mail went",
    "content_load": "the name of a load of content files",
    "role": "the name of a kind of staff",
    "authority_version": "the name of a public body",
    "plan_version": "the body that adopted a plan",
    "indicator_version": "what a figure is called",
    "plan_action": "the day on which an action is ready",
    "ledger_salt": "the number of the account whose hashes a salt opens; it goes with the account",
}
"""Tables with a column that sounds like a person and holds none, or none that can be handed out: with the reason."""


def gathered(session: Session, user: User) -> dict[str, Any]:
    """Return everything that is held about this person, by section; nothing about anybody else."""
    return {section.key: section.gather(session, user) for section in SECTIONS}


def amounts(session: Session, user: User) -> list[tuple[Text, int]]:
    """Return each section's title with how many things are held in it."""
    return [(section.title, _amount(section.gather(session, user))) for section in SECTIONS]


def _amount(held: Any) -> int:
    if isinstance(held, dict) and any(isinstance(item, list | dict) for item in held.values()):
        return sum(len(item) for item in held.values() if isinstance(item, list | dict))
    return len(held) if isinstance(held, list) else 1


def as_file(session: Session, user: User) -> bytes:
    """Return the file that a person downloads: JSON, readable by people too."""
    content = {"made_at": moment(now()), "about": "Manifestkompas", **gathered(session, user)}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
