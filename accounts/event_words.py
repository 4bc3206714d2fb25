"""Security events in plain words, for the person whose account it is."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from accounts.sign_in_models import SecurityEvent

# Every kind that the code notes has its words here; a test looks for those that have none.
WORDS = {
    "account.made": lazy_gettext("Uw account is gemaakt."),
    "account.changed": lazy_gettext("Uw naam of taal is veranderd."),
    "account.password-changed": lazy_gettext("Uw wachtwoord is veranderd."),
    "account.recovery-asked": lazy_gettext("Er is gevraagd om een nieuw wachtwoord te kiezen."),
    "account.email-change-asked": lazy_gettext("Er is gevraagd om uw e-mailadres te veranderen."),
    "account.email-changed": lazy_gettext("Uw e-mailadres is veranderd."),
    "account.waits": lazy_gettext("Te vaak een verkeerd wachtwoord of een verkeerde code. Inloggen moest wachten."),
    "account.factor-added": lazy_gettext("De tweede stap met een app is aangezet."),
    "account.factor-removed": lazy_gettext("De tweede stap met een app is weggehaald."),
    "account.second-step-taken-off": lazy_gettext("De redactie haalde de tweede stap van uw account."),
    "account.recovery-codes-made": lazy_gettext("Er zijn nieuwe herstelcodes gemaakt."),
    "account.recovery-code-used": lazy_gettext("Er is ingelogd met een herstelcode."),
    "account.passkey-added": lazy_gettext("Er is een passkey gemaakt."),
    "account.passkey-removed": lazy_gettext("Er is een passkey weggehaald."),
    "account.identity-linked": lazy_gettext("Uw account is gekoppeld aan inloggen via uw organisatie."),
    "account.identity-unlinked": lazy_gettext("De koppeling met inloggen via uw organisatie is weggehaald."),
    "account.identity-refused": lazy_gettext("Inloggen via uw organisatie is geweigerd."),
    "account.exported": lazy_gettext("De gegevens van uw account zijn opgehaald."),
    "account.cleaned": lazy_gettext("Oude gegevens van uw account zijn weggehaald."),
    "account.erased": lazy_gettext("Uw account is verwijderd."),
    "session.signed-in": lazy_gettext("Er is ingelogd."),
    "session.signed-out": lazy_gettext("Er is uitgelogd."),
    "session.failed": lazy_gettext("Iemand probeerde in te loggen. Dat lukte niet."),
    "session.fresh": lazy_gettext("U liet opnieuw zien dat u het bent."),
    "session.ended": lazy_gettext("Een of meer sessies zijn beëindigd."),
    "invitation.accepted": lazy_gettext("U nam een uitnodiging aan."),
    "membership.started": lazy_gettext("U kreeg een rol bij een organisatie."),
    "membership.changed": lazy_gettext("Uw rol bij een organisatie is veranderd."),
    "membership.ended": lazy_gettext("Uw rol bij een organisatie is gestopt."),
    "staff.granted": lazy_gettext("U kreeg een rol bij de redactie."),
    "staff.revoked": lazy_gettext("Een rol bij de redactie is van u afgenomen."),
}


def event_words(event: SecurityEvent) -> str:
    """Return an event as a sentence in the page's language, with who did it where that was somebody else."""
    words = str(WORDS.get(event.kind, event.kind))
    if event.kind == "session.signed-in" and event.details.get("means") == "passkey":
        words = _("Er is ingelogd met een passkey.")
    return f"{words} {_('Iemand anders deed dit.')}" if event.by_id else words
