"""Who may read and change what of his own proposals: everybody with an account his own, and nobody another's."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
OTHERS = "other-invuller other-coordinator other-bestuurder"
PEOPLE = f"{OWN} {OTHERS} redacteur beoordelaar beheerder"
AUTHOR = "invuller"
"""The proposal of these tests is his; editors read it at /redactie/voorstellen."""
MINE = "/mijn/voorstellen"
EXAMPLE = "/mijn/rapportages/<int:jaar>/goed-voorbeeld"

PROPOSING_READ: Mapping[str, str] = {
    MINE: PEOPLE,
    f"{MINE}/nieuw": PEOPLE,
    f"{MINE}/<key>": AUTHOR,
    f"{MINE}/<key>/nakijken": AUTHOR,
    f"{MINE}/<key>/stand": AUTHOR,
    f"{MINE}/<key>/bijwerken": AUTHOR,
    f"{MINE}/<key>/<any(concept, voorbeeld, indienen, antwoord, intrekken, hervatten, weggooien):knop>": AUTHOR,
    EXAMPLE: OWN,
}
PROPOSING_CHANGE: Mapping[str, str] = {
    f"{MINE}/nieuw": PEOPLE,
    f"{MINE}/<key>": AUTHOR,
    f"{MINE}/<key>/concept": AUTHOR,
    f"{MINE}/<key>/voorbeeld": AUTHOR,
    f"{MINE}/<key>/indienen": AUTHOR,
    f"{MINE}/<key>/antwoord": AUTHOR,
    f"{MINE}/<key>/intrekken": AUTHOR,
    f"{MINE}/<key>/hervatten": AUTHOR,
    f"{MINE}/<key>/weggooien": AUTHOR,
    f"{MINE}/<key>/bijwerken": AUTHOR,
    EXAMPLE: OWN,
}
