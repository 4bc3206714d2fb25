"""Who may read and change what: one row for every route. tests/test_access.py visits each as everybody."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
OTHERS = "other-invuller other-coordinator other-bestuurder"
STAFF = "redacteur beoordelaar beheerder"
PEOPLE = f"{OWN} {OTHERS} {STAFF}"
EVERYBODY = f"stranger {PEOPLE}"

# Route -> who gets the page (200, or a redirect within the site); everybody else is refused in the way of REFUSALS.
MAY_READ: Mapping[str, str] = {
    "/": EVERYBODY,
    "/over": EVERYBODY,
    "/privacy": EVERYBODY,
    "/toegankelijkheid": EVERYBODY,
    "/licenties": EVERYBODY,
    "/healthz": EVERYBODY,
    "/robots.txt": EVERYBODY,
    "/sitemap.xml": EVERYBODY,
    "/favicon.ico": EVERYBODY,
    "/.well-known/security.txt": EVERYBODY,
    "/zoeken": EVERYBODY,
    "/afspraken": EVERYBODY,
    "/afspraken/<slug>": EVERYBODY,
    "/deelnemers": EVERYBODY,
    "/deelnemers.csv": EVERYBODY,
    "/deelnemers/<slug>": EVERYBODY,
    "/deelnemers/<slug>/rapportages/<int:jaar>": EVERYBODY,
    "/kennisbank": EVERYBODY,
    "/kennisbank/<slug>": EVERYBODY,
    "/inloggen": EVERYBODY,
    "/welkom": PEOPLE,
    "/mijn": PEOPLE,
    "/mijn/rapportages/<int:jaar>": OWN,
    "/mijn/rapportages/<int:jaar>/<sectie>": OWN,
    "/mijn/rapportages/<int:jaar>/controleren": OWN,
    "/mijn/rapportages/<int:jaar>/indienen": OWN,
    "/mijn/rapportages/<int:jaar>/ontvangst": OWN,
    "/mijn/rapportages/<int:jaar>/ontvangst.json": OWN,
    "/redactie": "redacteur beoordelaar beheerder",
    "/redactie/rapportages": "beoordelaar beheerder",
    "/redactie/rapportages/<int:submission_id>": "beoordelaar beheerder",
    "/redactie/rapportages/<int:submission_id>/<any(publiceren, terugsturen):verb>": "beoordelaar beheerder",
    "/redactie/rapportages/<int:submission_id>/noodpublicatie": "beheerder",
    "/redactie/rapportages/<int:submission_id>/contactpersoon": "beheerder",
    "/redactie/gidsen": "redacteur beheerder",
    "/redactie/gidsen/nieuw": "redacteur beheerder",
    "/redactie/gidsen/<slug>": "redacteur beheerder",
    "/redactie/gidsen/<slug>/publiceren": "redacteur beheerder",
    "/redactie/gidsen/<slug>/versies": "redacteur beheerder",
    "/redactie/gidsen/<slug>/versies/<int:number>": "redacteur beheerder",
    "/mijn/mensen": OWN,
    "/mijn/mensen/<int:membership_id>": "coordinator",
    "/redactie/mensen": "beheerder",
    "/redactie/mensen/<int:user_id>/verwijderen": "beheerder",
    "/redactie/mensen/<int:user_id>/tweede-stap": "beheerder",
    "/redactie/mensen/<code>": "beheerder",
    "/redactie/mensen/<code>/<int:membership_id>": "beheerder",
    "/redactie/mensen/redactie": "beheerder",
    "/redactie/mensen/redactie/<int:user_id>": "beheerder",
    "/uitnodiging/<token>": EVERYBODY,  # says who it is for; nobody else can accept
    "/bestanden/<int:attachment_id>/<name>": f"{OWN} beoordelaar beheerder",
    "/mijn/documenten": f"{OWN} beoordelaar beheerder",
    "/redactie/gidsen/<slug>/bestanden": "redacteur beheerder",
    "/redactie/ondertekeningen": "redacteur beoordelaar beheerder",
    "/redactie/ondertekeningen/<int:signature_id>/bevestigen": "beheerder",
    "/redactie/berichten": "beheerder",
    "/redactie/berichten/<int:mail_id>": "beheerder",
    "/mijn/instellingen/berichten": PEOPLE,
    "/mijn/instellingen/berichten/stoppen/<token>": "",  # with the link of a mail only
    "/inloggen/opnieuw": PEOPLE,
    "/inloggen/vergeten": EVERYBODY,
    "/inloggen/herstellen": "",  # with the link of a mail only
    "/mijn/instellingen/wachtwoord": PEOPLE,
    "/mijn/instellingen/e-mailadres": PEOPLE,
    "/mijn/instellingen/e-mailadres/bevestigen": "",  # as above
    "/inloggen/via/<provider>/terug": "",  # of a provider in the settings only (tests/oidc)
    "/inloggen/via/<provider>/niet-gelukt": "",  # as above
    "/inloggen/code": PEOPLE,  # a stranger without a right password begins at the beginning
    "/inloggen/passkey": EVERYBODY,
    "/mijn/instellingen/gegevens": PEOPLE,
    "/mijn/instellingen/gegevens/verwijderen": PEOPLE,
    "/mijn/instellingen": PEOPLE,
    "/mijn/instellingen/herstelcodes": PEOPLE,
    "/mijn/instellingen/passkeys": PEOPLE,
    "/mijn/instellingen/passkeys/<int:passkey_id>/weghalen": "coordinator",  # whose passkey it is
    "/mijn/instellingen/sessies": PEOPLE,
    "/mijn/instellingen/tweede-stap": PEOPLE,
    "/mijn/instellingen/tweede-stap/weghalen": PEOPLE,
}
# Route -> who may send its form.
MAY_CHANGE: Mapping[str, str] = {
    "/redactie/berichten/<int:mail_id>": "beheerder",
    "/mijn/instellingen/berichten": PEOPLE,
    "/mijn/instellingen/berichten/stoppen/<token>": "",  # with the link of a mail only
    "/mijn/mensen": "coordinator",
    "/mijn/mensen/<int:membership_id>/rol": "coordinator",
    "/mijn/mensen/<int:membership_id>/stoppen": "coordinator",
    "/mijn/mensen/uitnodigingen/<int:invitation_id>/opnieuw": "coordinator",
    "/mijn/mensen/uitnodigingen/<int:invitation_id>/intrekken": "coordinator",
    "/redactie/mensen/<int:user_id>/verwijderen": "beheerder",
    "/redactie/mensen/<int:user_id>/tweede-stap": "beheerder",
    "/redactie/mensen/<code>": "beheerder",
    "/redactie/mensen/<code>/<int:membership_id>/rol": "beheerder",
    "/redactie/mensen/<code>/<int:membership_id>/stoppen": "beheerder",
    "/redactie/mensen/redactie": "beheerder",
    "/redactie/mensen/redactie/<int:user_id>": "beheerder",
    "/redactie/mensen/uitnodigingen/<int:invitation_id>/opnieuw": "beheerder",
    "/redactie/mensen/uitnodigingen/<int:invitation_id>/intrekken": "beheerder",
    "/uitnodiging/<token>": EVERYBODY,
    "/inloggen/opnieuw": PEOPLE,
    "/inloggen/vergeten": EVERYBODY,
    "/inloggen/herstellen": "",
    "/mijn/instellingen/wachtwoord": PEOPLE,
    "/mijn/instellingen/e-mailadres": PEOPLE,
    "/mijn/instellingen/e-mailadres/bevestigen": "",
    "/inloggen/via/<provider>": "",
    "/mijn/instellingen/koppelingen/<int:identity_id>/verwijderen": "coordinator",  # whose link it is
    "/inloggen/code": PEOPLE,
    "/inloggen/passkey": EVERYBODY,
    "/inloggen/passkey/opties": EVERYBODY,
    "/mijn/instellingen/gegevens": PEOPLE,
    "/mijn/instellingen/gegevens/verwijderen": PEOPLE,
    "/mijn/instellingen": PEOPLE,
    "/mijn/instellingen/herstelcodes": PEOPLE,
    "/mijn/instellingen/herstelcodes/bestand": PEOPLE,
    "/mijn/instellingen/passkeys": PEOPLE,
    "/mijn/instellingen/passkeys/opties": PEOPLE,
    "/mijn/instellingen/passkeys/<int:passkey_id>/weghalen": "coordinator",
    "/mijn/instellingen/sessies/<int:session_id>/beeindigen": "coordinator",  # whose session it is
    "/mijn/instellingen/sessies/andere-beeindigen": PEOPLE,
    "/mijn/instellingen/tweede-stap": PEOPLE,
    "/mijn/instellingen/tweede-stap/weghalen": PEOPLE,
    "/mijn/rapportages/<int:jaar>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/<sectie>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/<sectie>/concept": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/indienen": "coordinator",
    "/redactie/rapportages/<int:submission_id>/publiceren": "beoordelaar beheerder",
    "/redactie/rapportages/<int:submission_id>/terugsturen": "beoordelaar beheerder",
    "/redactie/rapportages/<int:submission_id>/noodpublicatie": "beheerder",
    "/redactie/rapportages/<int:submission_id>/contactpersoon": "beheerder",
    "/redactie/gidsen/nieuw": "redacteur beheerder",
    "/redactie/gidsen/nieuw/voorbeeld": "redacteur beheerder",
    "/redactie/gidsen/<slug>": "redacteur beheerder",
    "/redactie/gidsen/<slug>/voorbeeld": "redacteur beheerder",
    "/redactie/gidsen/<slug>/publiceren": "redacteur beheerder",
    "/mijn/documenten": "invuller coordinator",
    "/mijn/documenten/<int:attachment_id>/verwijderen": "invuller coordinator",
    "/mijn/documenten/<int:attachment_id>/terugzetten": "invuller coordinator",
    "/redactie/gidsen/<slug>/bestanden": "redacteur beheerder",
    "/redactie/gidsen/<slug>/bestanden/<int:file_id>/verwijderen": "redacteur beheerder",
    "/redactie/gidsen/<slug>/bestanden/<int:file_id>/terugzetten": "redacteur beheerder",
    "/redactie/ondertekeningen/<int:signature_id>/bevestigen": "beheerder",
}
NOT_VISITED = {"/static/<path:filename>", "/uitloggen", "/inloggen/herstellen/<token>", "/inloggen/adres/<token>"}
# Links in mails: they only put their secret into the cookie and lead on (tests/accounts/test_recovery.py).
# The link that ends a kind of mail: a mail program posts there (RFC 8058), and the signed address is the proof.
WITHOUT_TOKEN = {"/mijn/instellingen/berichten/stoppen/<token>"}
