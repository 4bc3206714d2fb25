"""Who may read and write forms and indicators.

Part of tests/access_table.py.
"""

from collections.abc import Mapping

_PEOPLE = "invuller coordinator bestuurder other-invuller other-coordinator other-bestuurder"
STAFF = "redacteur beoordelaar beheerder"
EVERYBODY = f"stranger {_PEOPLE} {STAFF}"

EDITIONS_READ: Mapping[str, str] = {
    "/indicatoren": EVERYBODY,
    "/indicatoren/<code>": EVERYBODY,
    "/indicatoren/<code>.json": EVERYBODY,
    "/vragenlijsten/<afspraak>/<int:jaar>": EVERYBODY,
    "/vragenlijsten/<afspraak>/<int:jaar>.json": EVERYBODY,
    "/vragenlijsten/<afspraak>/<int:jaar>/versies/<int:number>.json": EVERYBODY,
    "/redactie/vragenlijsten": STAFF,
    "/redactie/vragenlijsten/nieuw": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>": STAFF,
    "/redactie/vragenlijsten/<int:draft_id>/formulier.xlsx": STAFF,
    "/redactie/vragenlijsten/<int:draft_id>/openen": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/spreadsheet": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/titels": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/verschil": STAFF,
    "/redactie/vragenlijsten/<int:draft_id>/voorbeeld": STAFF,
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/weghalen": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/nieuw": "beheerder",
}
EDITIONS_CHANGE: Mapping[str, str] = {
    "/redactie/vragenlijsten/<int:draft_id>/openen": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/spreadsheet": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/spreadsheet/overnemen": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/titels": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/titels/concept": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/concept": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/indicator": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/plaats": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/terugzetten": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/verhouding": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/<key>/weghalen": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/vragen/nieuw": "beheerder",
    "/redactie/vragenlijsten/<int:draft_id>/weggooien": "beheerder",
    "/redactie/vragenlijsten/nieuw": "beheerder",
    "/redactie/vragenlijsten/verbeteren/<int:edition_id>": "beheerder",
}
