"""Who may read and change what around handing in a report; part of tests/access_table.py."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
STAFF = "redacteur beoordelaar beheerder"
EVERYBODY = f"stranger {OWN} other-invuller other-coordinator other-bestuurder {STAFF}"
_REPORT = "/mijn/rapportages/<int:jaar>"

HANDING_IN_READ: Mapping[str, str] = {
    f"{_REPORT}/ontvangst.pdf": OWN,
    f"{_REPORT}/voorbeeld": OWN,
    f"{_REPORT}/akkoord": OWN,
    f"{_REPORT}/akkoord/vragen": OWN,
    f"{_REPORT}/verbeteren": "coordinator",
    f"{_REPORT}/verbeteren/stoppen": "coordinator",
    f"{_REPORT}/intrekken": "coordinator",
    "/deelnemers/<slug>/rapportages/<int:jaar>": EVERYBODY,
    "/deelnemers/<slug>/rapportages/<int:jaar>.json": EVERYBODY,
    "/deelnemers/<slug>/rapportages/<int:jaar>/verschil": EVERYBODY,
    "/deelnemers/<slug>/rapportages/<int:jaar>/notitie.<any(docx, pdf):form>": EVERYBODY,
    "/redactie/notitie": STAFF,
    "/redactie/notitie/sjabloon.docx": STAFF,
    "/redactie/notitie/eigen": STAFF,
    "/mijn/rapportages/<int:jaar>": OWN,
    "/mijn/rapportages/<int:jaar>/<sectie>": OWN,
    "/mijn/rapportages/<int:jaar>/bestanden/<sleutel>": OWN,
    "/mijn/rapportages/<int:jaar>/bestanden/<sleutel>/verwijderen": OWN,
    "/mijn/rapportages/<int:jaar>/controleren": OWN,
    "/mijn/rapportages/<int:jaar>/indienen": OWN,
    "/mijn/rapportages/<int:jaar>/formulier": OWN,
    "/mijn/rapportages/<int:jaar>/formulier.ods": OWN,
    "/mijn/rapportages/<int:jaar>/formulier.xlsx": OWN,
    "/mijn/rapportages/<int:jaar>/formulier/overnemen": OWN,
    "/mijn/rapportages/<int:jaar>/antwoorden.json": OWN,
    "/mijn/rapportages/<int:jaar>/ontvangst": OWN,
    "/mijn/rapportages/<int:jaar>/ontvangst.json": OWN,
}
HANDING_IN_CHANGE: Mapping[str, str] = {
    f"{_REPORT}/akkoord": "bestuurder",
    f"{_REPORT}/akkoord/vragen": "coordinator",
    f"{_REPORT}/verbeteren": "coordinator",
    f"{_REPORT}/verbeteren/stoppen": "coordinator",
    f"{_REPORT}/intrekken": "coordinator",
    "/redactie/notitie": "beheerder",
    "/redactie/notitie/eigen": "beheerder",
    "/mijn/rapportages/<int:jaar>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/<sectie>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/<sectie>/concept": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/bestanden/<sleutel>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/bestanden/<sleutel>/verwijderen": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/indienen": "coordinator",
    "/mijn/rapportages/<int:jaar>/formulier": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/formulier/overnemen": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/antwoorden.json": "invuller coordinator",
}
