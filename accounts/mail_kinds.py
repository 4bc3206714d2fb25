"""The kinds of mail: what each is called, why one gets it, and which of them a person may end.

One row for each folder in templates/mail/; tests/mail/test_kinds.py holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from accounts.models import MemberRole, StaffRole
from accounts.people import authority_codes, has_staff_role, is_staff, member_roles


def _never(_user: Any) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of mail."""

    name: str
    """The folder in templates/mail/."""
    label: Any
    why: Any
    """The sentence that says why one gets it, as on the page of choices; for an optional kind in the mail as well."""
    optional: bool = False
    """Whether a person may end it. What the work or the safety of an account needs is not."""
    concerns: Callable[[Any], bool] = _never
    """To whom an optional kind can come at all."""
    default: Callable[[Any], bool] = _never
    """Whether somebody who chose nothing gets an optional kind."""


def _works_for_authority(user: Any) -> bool:
    return bool(authority_codes(user))


def _anyone(_user: Any) -> bool:
    return True


def _is_coordinator(user: Any) -> bool:
    return any(MemberRole.COORDINATOR in member_roles(user, code) for code in authority_codes(user))


def _decides_on_proposals(user: Any) -> bool:
    return has_staff_role(user, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)


_PROPOSAL = _("U schreef een voorstel voor de kennisbank.")
_ACCOUNT = _("Dit bericht hoort bij de veiligheid van uw account.")
_REPORT = _("U bent coördinator van de organisatie, of u diende de rapportage in.")
_SIGNING = _("U tekende, bereidde een ondertekening voor, bent gevraagd te tekenen, of uw organisatie doet mee.")
_PEOPLE = _("Het gaat over wie er voor uw organisatie of voor de redactie werkt.")

_ALL = (
    Kind("account_recovery", _("Nieuw wachtwoord kiezen"), _ACCOUNT),
    Kind("account_password_changed", _("Uw wachtwoord is gewijzigd"), _ACCOUNT),
    Kind("account_email_change", _("Uw e-mailadres wijzigen"), _ACCOUNT),
    Kind("account_email_changed", _("Uw e-mailadres is gewijzigd"), _ACCOUNT),
    Kind("account_new_factor", _("Een nieuwe manier om in te loggen"), _ACCOUNT),
    Kind("account_identity_linked", _("Inloggen via een andere organisatie"), _ACCOUNT),
    Kind("account_invitation", _("Uitnodiging"), _PEOPLE),
    Kind("account_member_joined", _("Een nieuwe collega"), _PEOPLE),
    Kind("account_membership_ended", _("Uw werk voor een organisatie stopt hier"), _PEOPLE),
    Kind("account_roles_changed", _("Uw rollen zijn gewijzigd"), _PEOPLE),
    Kind("account_staff_changed", _("Uw rollen op de redactie zijn gewijzigd"), _PEOPLE),
    Kind("authority_merged", _("Uw organisatie gaat verder in een andere"), _PEOPLE),
    Kind("report_submitted", _("Ontvangstbevestiging van een rapportage"), _REPORT),
    Kind("report_returned", _("Vragen over een rapportage"), _REPORT),
    Kind("report_accepted", _("Een rapportage is goedgekeurd"), _REPORT),
    Kind(
        "report_agreement_asked",
        _("Graag uw akkoord met een rapportage"),
        _("U bent bestuurder van de organisatie, en de coördinator vraagt om uw akkoord."),
    ),
    Kind("report_agreed", _("De bestuurder gaat akkoord met een rapportage"), _REPORT),
    Kind("report_agreement_returned", _("De bestuurder stuurde een rapportage terug"), _REPORT),
    Kind(
        "report_withdrawn",
        _("Een organisatie trok een rapportage in"),
        _("U had deze rapportage in behandeling."),
    ),
    Kind("report_published", _("Een rapportage is openbaar"), _REPORT),
    Kind("report_unpublished", _("Een rapportage is niet meer openbaar"), _REPORT),
    Kind("report_taken_over", _("Een collega nam een rapportage over"), _("U had deze rapportage in behandeling.")),
    Kind(
        "report_task", _("Een taak in een rapportage"), _("Een collega vroeg u om een vraag of een deel in te vullen.")
    ),
    Kind(
        "report_mention", _("Een bericht waarin een collega u noemt"), _("Een collega noemde u met @ in een overleg.")
    ),
    Kind("report_link", _("Vragen aan iemand zonder account"), _("Iemand bij een organisatie gaf uw adres op.")),
    Kind(
        "report_link_done",
        _("Antwoorden die via een link kwamen"),
        _("U vroeg om deze antwoorden, of bent coördinator van de organisatie."),
    ),
    # A reminder is of a duty that goes with the role, and who handed in gets none: like a receipt, it cannot be ended.
    Kind(
        "report_reminder",
        _("Herinnering aan een rapportage"),
        _("U werkt voor een organisatie die deze rapportage moet indienen."),
    ),
    Kind(
        "report_on_paper",
        _("Uw rapportage op papier is bij ons"),
        _("U werkt voor een organisatie die haar rapportage op papier stuurde."),
    ),
    Kind(
        "proposal_new",
        _("Een voorstel voor de kennisbank"),
        _("U krijgt dit bericht omdat u over voorstellen voor de kennisbank beslist en dit bericht aan staat."),
        optional=True,
        concerns=_decides_on_proposals,
        default=_decides_on_proposals,
    ),
    Kind("proposal_asked", _("Een vraag over uw voorstel"), _PROPOSAL),
    Kind("proposal_approved", _("Uw voorstel is goedgekeurd"), _PROPOSAL),
    Kind("proposal_merged", _("Uw voorstel is overgenomen"), _PROPOSAL),
    Kind("proposal_declined", _("Uw voorstel is niet overgenomen"), _PROPOSAL),
    # A guide that is overdue shows so to every reader: who keeps it is told, like it or not.
    Kind(
        "guide_review_due",
        _("Een gids moet opnieuw worden nagekeken"),
        _("U houdt deze gids bij, of bent redacteur van een gids zonder vaste beheerder."),
    ),
    Kind(
        "guide_called_off",
        _("Een gekozen moment van publiceren is vervallen"),
        _("U koos het moment waarop deze gids naar de site zou gaan."),
    ),
    Kind(
        "guide_look_asked",
        _("Een collega vraagt u een gids te bekijken"),
        _("U publiceert gidsen, en deze gids wacht op een tweede persoon."),
    ),
    Kind("deadline_moved", _("Een termijn is verschoven"), _("U bent coördinator van de organisatie.")),
    Kind(
        "ledger_checkpoint",
        _("Een controlepunt van het grootboek"),
        _("Uw adres staat bij ons als bewaarder van controlepunten."),
    ),
    Kind("signing_prepared", _("Een afspraak staat klaar om te tekenen"), _SIGNING),
    Kind("signing_returned", _("Een ondertekening is teruggestuurd"), _SIGNING),
    Kind("signing_receipt", _("Ontvangstbevestiging van een handtekening"), _SIGNING),
    Kind("signature_confirmed", _("Een handtekening is bevestigd"), _SIGNING),
    Kind("signature_refused", _("Een handtekening is niet bevestigd"), _SIGNING),
    Kind(
        "comment_mention",
        _("Een opmerking bij een gids waarin iemand u noemt"),
        _("Iemand noemde u met @ in een opmerking bij een gids."),
        optional=True,
        concerns=_anyone,
        default=_anyone,
    ),
    Kind(
        "comment_answer",
        _("Een antwoord in een gesprek bij een gids"),
        _("U zei iets in dit gesprek bij een gids."),
        optional=True,
        concerns=_anyone,
        default=_anyone,
    ),
    Kind(
        "comment_kept",
        _("Een opmerking bij een gids die u bijhoudt"),
        _("U houdt deze gids bij. In het weekbericht van de redactie staat hoeveel er openstaat."),
        optional=True,
        concerns=is_staff,
        default=_anyone,
    ),
    Kind(
        "comment_any",
        _("Meteen bericht bij elke opmerking bij een gids"),
        _("U koos om bij elke opmerking meteen bericht te krijgen, en niet alleen in het weekbericht."),
        optional=True,
        concerns=_decides_on_proposals,
    ),
    Kind(
        "digest_authority",
        _("Elke week: wat er openstaat voor uw organisatie"),
        _("U krijgt dit bericht elke week omdat u voor een organisatie werkt en dit bericht aan staat."),
        optional=True,
        concerns=_works_for_authority,
        default=_is_coordinator,
    ),
    Kind(
        "digest_staff",
        _("Elke week: wat er op de redactie wacht"),
        _("U krijgt dit bericht elke week omdat u bij de redactie werkt en dit bericht aan staat."),
        optional=True,
        concerns=is_staff,
    ),
)
KINDS = {kind.name: kind for kind in _ALL}
