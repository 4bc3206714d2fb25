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
    "/redactie/ondertekeningen": "redacteur beoordelaar beheerder",
    "/redactie/ondertekeningen/<int:signature_id>/bevestigen": "beheerder",
}
# Route -> who may send its form.
MAY_CHANGE: Mapping[str, str] = {
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
    "/redactie/ondertekeningen/<int:signature_id>/bevestigen": "beheerder",
}
NOT_VISITED = {"/static/<path:filename>", "/uitloggen"}
