"""Who may read and change what of themes, feeds and "Was dit nuttig?" (a part of access_table.py)."""

from collections.abc import Mapping

EVERYBODY = (
    "stranger invuller coordinator bestuurder other-invuller other-coordinator other-bestuurder "
    "redacteur beoordelaar beheerder"
)
EDITORS = "redacteur beheerder"
THEMES_READ: Mapping[str, str] = {
    "/kennisbank/<slug>/nuttig": EVERYBODY,
    "/kennisbank/<slug>/nuttig/dank": EVERYBODY,
    "/kennisbank/atom.xml": EVERYBODY,
    "/themas": EVERYBODY,
    "/themas/<code>": EVERYBODY,
    "/themas/<code>/atom.xml": EVERYBODY,
    "/redactie/nuttig": EDITORS,
    "/redactie/nuttig/<slug>": EDITORS,
    "/redactie/nuttig/<slug>/<int:number>": EDITORS,
}
THEMES_CHANGE: Mapping[str, str] = {
    "/kennisbank/<slug>/nuttig": EVERYBODY,
    "/redactie/nuttig/<slug>/<int:number>": EDITORS,
}
