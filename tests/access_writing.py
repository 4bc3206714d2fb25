"""Who may use the writing field, and who may say what at a guide: rows for tests/access_table.py."""

from collections.abc import Mapping

_OWN = "invuller coordinator bestuurder"
_STAFF = "redacteur beoordelaar beheerder"
_PEOPLE = f"{_OWN} other-invuller other-coordinator other-bestuurder {_STAFF}"
_EDITORS = "redacteur beheerder"
_ONE = "/kennisbank/<slug>/opmerkingen/<int:number>"

# The comment is the coordinator's; the file is that of a guide.
WRITING_READ: Mapping[str, str] = {
    "/schrijven/verwijzingen": _PEOPLE,
    "/schrijven/voorbeeld": _PEOPLE,
    "/schrijven/bestanden": _EDITORS,
    "/schrijven/bestanden/verwijderen": _PEOPLE,
    "/schrijven/bestanden/terugzetten": _PEOPLE,
    "/kennisbank/<slug>/opmerkingen": _PEOPLE,
    _ONE: f"coordinator {_EDITORS}",
    f"{_ONE}/afhandelen": _PEOPLE,
    f"{_ONE}/heropenen": _PEOPLE,
    f"{_ONE}/verwijderen": _PEOPLE,
    "/redactie/opmerkingen": _EDITORS,
}
WRITING_CHANGE: Mapping[str, str] = {
    "/schrijven/voorbeeld": _PEOPLE,
    "/schrijven/bestanden": _EDITORS,
    "/schrijven/bestanden/verwijderen": "",
    "/schrijven/bestanden/terugzetten": "",
    "/kennisbank/<slug>/opmerkingen": _PEOPLE,
    _ONE: "coordinator",
    f"{_ONE}/afhandelen": f"coordinator {_EDITORS}",
    f"{_ONE}/heropenen": f"coordinator {_EDITORS}",
    f"{_ONE}/verwijderen": f"coordinator {_EDITORS}",
}
