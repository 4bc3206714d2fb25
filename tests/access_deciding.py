"""Who may read and change what of deciding on proposals, of small corrections, and of secret links."""

from collections.abc import Mapping

OWN = "invuller coordinator bestuurder"
OTHERS = "other-invuller other-coordinator other-bestuurder"
EVERYBODY = f"stranger {OWN} {OTHERS} redacteur beoordelaar beheerder"
EDITORS = "redacteur beheerder"
DESK = "/redactie/voorstellen"
AUTHOR_AND_EDITORS = f"invuller {EDITORS}"
"""The proposal of these tests is of the invuller, and was handed in."""

DECIDING_READ: Mapping[str, str] = {
    DESK: EDITORS,
    f"{DESK}/<key>": EDITORS,
    f"{DESK}/<key>/<any(nemen, loslaten, vragen, goedkeuren, afwijzen, heropenen):verb>": EDITORS,
    f"{DESK}/<key>/aanpassen": EDITORS,
    f"{DESK}/<key>/overnemen": EDITORS,
    f"{DESK}/verbeteringen": EDITORS,
    f"{DESK}/verbeteringen/<slug>": EDITORS,
    "/redactie/gidsen/<slug>/versies/<int:number>/links": EDITORS,
    "/voorstellen/<key>/links": AUTHOR_AND_EDITORS,
    "/voorstel/<token>": EVERYBODY,
    "/voorstel/<token>/bestanden/<int:attachment_id>/<name>": EVERYBODY,
}
DECIDING_CHANGE: Mapping[str, str] = {
    f"{DESK}/<key>/nemen": EDITORS,
    f"{DESK}/<key>/loslaten": EDITORS,
    f"{DESK}/<key>/vragen": EDITORS,
    f"{DESK}/<key>/goedkeuren": EDITORS,
    f"{DESK}/<key>/afwijzen": EDITORS,
    f"{DESK}/<key>/heropenen": EDITORS,
    f"{DESK}/<key>/aanpassen": EDITORS,
    f"{DESK}/<key>/overnemen": EDITORS,
    f"{DESK}/verbeteringen/<slug>": EDITORS,
    "/redactie/gidsen/<slug>/versies/<int:number>/links": EDITORS,
    "/voorstellen/<key>/links": AUTHOR_AND_EDITORS,
}
