"""Who may read and change what around a season of reports: its lists, reminders, and what came on paper.

Part of tests/access_table.py.
"""

from collections.abc import Mapping

_WHO = "beoordelaar beheerder"
_ROUND = "/redactie/herinneringen/<int:editie>/<soort>/<dag>"

SEASON_CHANGE: Mapping[str, str] = {
    "/redactie/herinneringen/sturen": _WHO,
    f"{_ROUND}/woorden": _WHO,
    f"{_ROUND}/overslaan": _WHO,
    "/redactie/op-papier/nieuw": _WHO,
    "/redactie/op-papier/<int:report_id>/overdragen": _WHO,
}
SEASON_READ: Mapping[str, str] = {
    "/redactie/rapportages.csv": _WHO,
    "/redactie/rapportages/nog-niet-binnen": _WHO,
    "/redactie/rapportages/nog-niet-binnen.csv": _WHO,
    "/redactie/rapportages/seizoen": _WHO,
    "/redactie/herinneringen": _WHO,
    "/redactie/herinneringen/sturen": _WHO,
    _ROUND: _WHO,
    f"{_ROUND}/<any(woorden, overslaan):stap>": _WHO,
    "/redactie/op-papier": _WHO,
    "/redactie/op-papier/nieuw": _WHO,
    "/redactie/op-papier/<int:report_id>/overdragen": _WHO,
}
