"""Who may read and change what of working together on a report; part of tests/access_table.py."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
EVERYBODY = f"stranger {OWN} other-invuller other-coordinator other-bestuurder redacteur beoordelaar beheerder"

TOGETHER_READ: Mapping[str, str] = {
    "/mijn/rapportages/<int:jaar>/aanwezig": OWN,
    "/mijn/rapportages/<int:jaar>/samen": OWN,
    "/mijn/rapportages/<int:jaar>/samen/<sleutel>": OWN,
    "/mijn/rapportages/<int:jaar>/samen/links/<int:nummer>": OWN,
    "/bijdragen/<geheim>": EVERYBODY,
}
TOGETHER_CHANGE: Mapping[str, str] = {
    "/mijn/rapportages/<int:jaar>/aanwezig": OWN,
    "/mijn/rapportages/<int:jaar>/samen": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/samen/<sleutel>": "invuller coordinator",
    "/mijn/rapportages/<int:jaar>/samen/links/<int:nummer>": "invuller coordinator",
    "/bijdragen/<geheim>": EVERYBODY,
}
