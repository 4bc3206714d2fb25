"""Who may read and change what around handing in a report; part of tests/access_table.py."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
_REPORT = "/mijn/rapportages/<int:jaar>"

HANDING_IN_READ: Mapping[str, str] = {
    f"{_REPORT}/ontvangst.pdf": OWN,
    f"{_REPORT}/voorbeeld": OWN,
    f"{_REPORT}/akkoord": OWN,
    f"{_REPORT}/akkoord/vragen": OWN,
    f"{_REPORT}/verbeteren": "coordinator",
    f"{_REPORT}/verbeteren/stoppen": "coordinator",
    f"{_REPORT}/intrekken": "coordinator",
}
HANDING_IN_CHANGE: Mapping[str, str] = {
    f"{_REPORT}/akkoord": "bestuurder",
    f"{_REPORT}/akkoord/vragen": "coordinator",
    f"{_REPORT}/verbeteren": "coordinator",
    f"{_REPORT}/verbeteren/stoppen": "coordinator",
    f"{_REPORT}/intrekken": "coordinator",
}
