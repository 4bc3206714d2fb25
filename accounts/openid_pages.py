"""The pages on the way to a provider and back: going there, and each way in which it can end without a sign-in."""

import enum

from flask import Response
from flask_babel import gettext as _

from accounts.openid_settings import Provider
from common.web.database import no_store
from common.web.languages import page_language
from common.web.rendering import render


class Reason(enum.StrEnum):
    """Why a sign-in by a provider ended; the word stands in the address of the page."""

    CANCELLED = "afgebroken"
    EXPIRED = "verlopen"
    REFUSED_THERE = "geweigerd"
    WRONG_ANSWER = "verkeerd-antwoord"
    UNREACHABLE = "onbereikbaar"
    NO_ACCOUNT = "geen-account"
    NOT_VERIFIED = "niet-bevestigd"
    SOMEBODY_ELSE = "iemand-anders"


STATUS = {
    Reason.CANCELLED: 403,
    Reason.EXPIRED: 400,
    Reason.REFUSED_THERE: 403,
    Reason.WRONG_ANSWER: 502,
    Reason.UNREACHABLE: 503,
    Reason.NO_ACCOUNT: 403,
    Reason.NOT_VERIFIED: 403,
    Reason.SOMEBODY_ELSE: 403,
}

PROVIDER_ERRORS = {
    "access_denied", "account_selection_required", "consent_required", "interaction_required", "invalid_request",
    "invalid_scope", "login_required", "server_error", "temporarily_unavailable", "unauthorized_client",
    "unsupported_response_type",
}  # fmt: skip
"""What a provider may answer (RFC 6749, 4.1.2.1 and OpenID Connect Core 3.1.2.6); no other word of it is shown."""


def start_page(provider: Provider, address: str) -> Response:
    """Return the page that goes on to the provider by itself.

    It is a page and no redirect: a form of this site may only lead to this site (`form-action 'self'`), and a browser
    holds a redirect after a form to that as well.
    """
    return no_store(render("accounts/openid_start.html", label=provider.label(page_language()), address=address))


def stopped_page(
    provider: Provider, reason: Reason, *, code: str = "", next_path: str = "", fresh: bool = False
) -> Response:
    """Return the page that says why there was no sign-in and what one can do, with the honest status."""
    label = provider.label(page_language())
    title, text = _words(reason, label)
    page = render(
        "accounts/openid_stopped.html",
        status=STATUS[reason],
        provider=provider,
        label=label,
        reason=reason.value,
        title=title,
        text=text,
        code=code if reason is Reason.REFUSED_THERE else "",
        next_path=next_path,
        fresh=fresh,
    )
    return no_store(page)


def _words(reason: Reason, label: str) -> tuple[str, str]:
    return {
        Reason.CANCELLED: (
            _("U bent niet ingelogd"),
            _("Het inloggen bij %(name)s is afgebroken. Er is niets veranderd.", name=label),
        ),
        Reason.EXPIRED: (
            _("Deze poging is voorbij"),
            _("U deed er te lang over, of deze poging is al gebruikt. Begin opnieuw."),
        ),
        Reason.REFUSED_THERE: (
            _("Inloggen bij %(name)s is geweigerd", name=label),
            _("U bent niet ingelogd. Probeer het opnieuw, of vraag hulp bij uw organisatie."),
        ),
        Reason.WRONG_ANSWER: (
            _("Het antwoord van %(name)s klopt niet", name=label),
            _("Daarom bent u niet ingelogd. Probeer het opnieuw. Gaat het weer mis? Vertel het de redactie."),
        ),
        Reason.UNREACHABLE: (
            _("Inloggen bij %(name)s werkt nu niet", name=label),
            _("Wij krijgen geen antwoord. Probeer het over een minuut opnieuw, of log op een andere manier in."),
        ),
        Reason.NO_ACCOUNT: (
            _("U hebt nog geen account"),
            _("Bij het e-mailadres dat wij van %(name)s kregen, hoort hier geen account.", name=label),
        ),
        Reason.NOT_VERIFIED: (
            _("Uw e-mailadres is niet bevestigd"),
            _("Wij kregen van %(name)s geen bevestigd e-mailadres. Zonder dat weten wij niet wie u bent.", name=label),
        ),
        Reason.SOMEBODY_ELSE: (
            _("Dit is een ander account"),
            _("U bent hier ingelogd als iemand anders dan bij %(name)s. Kies daar het account van nu.", name=label),
        ),
    }[reason]
