"""Who may read and change what at the desk of guides. Part of tests/access_table.py."""

from collections.abc import Mapping

_WHO = "redacteur beheerder"
_GUIDE = "/redactie/gidsen/<slug>"
_NEW = "/redactie/gidsen/nieuw"

GUIDES_READ: Mapping[str, str] = {
    f"{_NEW}/<any(concept, voorbeeld, sjabloon):part>": _WHO,
    f"{_GUIDE}/<any(concept, voorbeeld):part>": _WHO,
    f"{_GUIDE}/beheer": _WHO,
    f"{_GUIDE}/beheer/<any(adres, instellingen, einde, terug):act>": _WHO,
    f"{_GUIDE}/nagekeken": _WHO,
    f"{_GUIDE}/publiceren/afzeggen": _WHO,
    f"{_GUIDE}/publiceren/<any(vragen, bekeken):second>": _WHO,
    f"{_GUIDE}/vergelijken": _WHO,
    f"{_GUIDE}/versies/<int:number>/terugzetten": _WHO,
}
GUIDES_CHANGE: Mapping[str, str] = {
    f"{_NEW}/concept": _WHO,
    f"{_NEW}/concept/weg": _WHO,
    f"{_GUIDE}/concept": _WHO,
    f"{_GUIDE}/concept/weg": _WHO,
    f"{_GUIDE}/beheer/adres": _WHO,
    f"{_GUIDE}/beheer/einde": _WHO,
    f"{_GUIDE}/beheer/instellingen": "beheerder",
    f"{_GUIDE}/beheer/terug": _WHO,
    f"{_GUIDE}/nagekeken": _WHO,
    f"{_GUIDE}/publiceren/afzeggen": _WHO,
    f"{_GUIDE}/publiceren/vragen": _WHO,
    f"{_GUIDE}/publiceren/bekeken": _WHO,
    f"{_NEW}/sjabloon": _WHO,
    f"{_GUIDE}/versies/<int:number>/terugzetten": _WHO,
}
